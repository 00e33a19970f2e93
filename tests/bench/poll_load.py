"""How long does a vote in the class poll take to the last screen?

::

    python tests/bench/poll_load.py                    # 300 clients, then 2,000
    python tests/bench/poll_load.py 500 --redis redis://127.0.0.1:6379/15

The poll runs in a process of its own, ``wslearn poll``, and the clients in another, all on this
machine (Linux). Each client logs in through the page's form, connects, and votes. Three ways:

``one by one``    voters vote one after another: what a vote takes when the room is quiet
``in 10 seconds`` everyone votes once within ten seconds: a question has just been asked
``in 1 second``   everyone changes their mind within one second: more than a room ever does

A screen shows a vote when it has results of the vote's version or a later one; what is measured is
the time from sending a vote until the last of all screens shows it. In the end every vote has to be
there once, on every screen: else the exit status is 1.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

CANDIDATES = ("Tea", "Coffee", "Water")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PATIENCE = 300.0
"""Seconds after which a measurement is given up."""


@dataclass
class Screen:
    """One client: which version it had when, and what it showed last."""

    number: int
    socket: ClientConnection
    versions: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    last: str = ""
    answer: asyncio.Future[int] | None = None

    async def listen(self) -> None:
        """Take what comes; parsing it would take this process longer than the poll to send it."""
        try:
            await self._listen()
        except ConnectionClosed as closed:
            sys.exit(f"client {self.number} was closed: {closed}")

    async def _listen(self) -> None:
        async for text in self.socket:
            if text.startswith('{"type": "results"'):
                self.times.append(time.perf_counter())
                self.versions.append(int(text[text.rindex(" ") : -1]))
                self.last = text
            elif text.startswith('{"type": "voted"') and self.answer:
                self.answer.set_result(json.loads(text)["version"])
                self.answer = None
            elif text.startswith('{"type": "error"'):
                sys.exit(f"client {self.number}: {text}")

    async def vote(self, candidate: str) -> tuple[float, int]:
        """Vote; when it was sent, and the version of the answer."""
        self.answer = asyncio.get_running_loop().create_future()
        answer, sent = self.answer, time.perf_counter()
        await self.socket.send(json.dumps({"type": "vote", "round": 1, "candidate": candidate}))
        return sent, await answer

    def shown(self, version: int) -> float | None:
        """When it first showed a version or a later one."""
        at = bisect_left(self.versions, version)
        return self.times[at] if at < len(self.times) else None


def log_in(port: int, count: int) -> list[str]:
    """Log in as many names through the page's form; their cookies."""
    cookies = []
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    for number in range(count):
        connection.request("POST", "/login", urlencode({"name": f"voter {number}"}), FORM)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 303:
            sys.exit(f"login {number}: HTTP status {answer.status}")
        cookies.append(answer.headers["Set-Cookie"].split(";")[0])
    return cookies


async def open_screens(port: int, cookies: list[str]) -> list[Screen]:
    """Connect all, up to a hundred at the same moment."""
    turn = asyncio.Semaphore(100)

    async def one(number: int, cookie: str) -> Screen:
        async with turn:
            socket = await connect(
                f"ws://127.0.0.1:{port}/ws",
                additional_headers={"Cookie": cookie},
                compression=None,
                open_timeout=60,
                ping_interval=None,
            )
        return Screen(number, socket)

    return await asyncio.gather(*(one(*pair) for pair in enumerate(cookies)))


async def measure(screens: list[Screen], voters: list[Screen], seconds: float, turn: int) -> None:
    """Let these vote, evenly over so many seconds; print how long each took to the last screen."""

    async def vote(index: int, voter: Screen) -> tuple[float, int]:
        await asyncio.sleep(seconds * index / len(voters))
        return await voter.vote(CANDIDATES[(voter.number + turn) % 3])

    async with asyncio.timeout(PATIENCE):
        votes = await asyncio.gather(*(vote(*pair) for pair in enumerate(voters)))
        newest = max(version for _, version in votes)
        while any(screen.shown(newest) is None for screen in screens):
            await asyncio.sleep(0.01)
    took = sorted(max(s.shown(version) for s in screens) - sent for sent, version in votes)
    middle, late = took[len(took) // 2], took[int(len(took) * 0.99)]
    print(
        f"  {len(took):5} votes in {seconds:4.0f} s: to the last screen "
        f"p50 {middle * 1000:6.0f} ms, p99 {late * 1000:6.0f} ms, "
        f"longest {took[-1] * 1000:6.0f} ms",
        flush=True,
    )


def lost(screens: list[Screen], voters: list[Screen], turn: int) -> list[str]:
    """What the screens show that is not what was voted."""
    expected = Counter(CANDIDATES[(voter.number + turn) % 3] for voter in voters)
    wrong = []
    for screen in screens:
        shown = {one["name"]: one["votes"] for one in json.loads(screen.last)["candidates"]}
        if shown != {name: expected[name] for name in CANDIDATES}:
            wrong.append(f"client {screen.number} shows {shown}, expected {dict(expected)}")
    return wrong


async def run(count: int, url: str, process: int) -> int:
    """One room of this size; the exit status."""
    port = urlsplit(url).port
    began = time.perf_counter()
    cookies = await asyncio.to_thread(log_in, port, count)
    logged_in = time.perf_counter()
    screens = await open_screens(port, cookies)
    opened = time.perf_counter()
    print(
        f"{count} clients: logged in {count / (logged_in - began):.0f} a second, "
        f"connected {count / (opened - logged_in):.0f} a second",
        flush=True,
    )
    listening = [asyncio.create_task(screen.listen()) for screen in screens]
    while not all(screen.versions for screen in screens):
        await asyncio.sleep(0.05)
    spent = _processor_seconds(process)
    quiet = screens[:: max(1, count // 50)]
    await measure(screens, quiet, len(quiet) * 0.5, 0)
    await measure(screens, screens, 10, 1)
    await measure(screens, screens, 1, 2)
    wrong = lost(screens, screens, 2)
    frames = sum(len(screen.versions) for screen in screens)
    spent = _processor_seconds(process) - spent
    print(
        f"  {len(wrong)} screens are wrong; {frames:,} results sent; the poll took {spent:.1f} s "
        f"of processor time ({spent / frames * 1e6:.0f} µs each), {_resident(process):.0f} MiB",
        flush=True,
    )
    for sentence in wrong[:5]:
        print(f"  {sentence}")
    await asyncio.gather(*(screen.socket.close() for screen in screens))
    await asyncio.gather(*listening)
    return 1 if wrong else 0


def _resident(process: int) -> float:
    """A process's memory in MiB (Linux)."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _processor_seconds(process: int) -> float:
    """The processor time of a process so far (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Run every size that was asked for, each in a new poll; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("clients", nargs="*", type=int, default=[300, 2000])
    parser.add_argument("--redis", metavar="URL", help="keep the room there; it must be empty")
    arguments = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # the poll inherits it
    status = 0
    for count in arguments.clients:
        if count + 100 > hard:
            sys.exit(f"Expected a limit of open files above {count + 100}, got {hard}.")
        words = ["--port", "0", "--question", "Which?"]
        words += [word for name in CANDIDATES for word in ("--candidate", name)]
        words += ["--redis", arguments.redis] if arguments.redis else []
        with subprocess.Popen(
            [sys.executable, "-m", "wslearn", "poll", *words], stdout=subprocess.PIPE, text=True
        ) as poll:
            try:
                url = poll.stdout.readline().split()[-1]
                status |= asyncio.run(run(count, url, poll.pid))
            finally:
                poll.terminate()
                poll.communicate(timeout=30)
    return status


if __name__ == "__main__":
    sys.exit(main())
