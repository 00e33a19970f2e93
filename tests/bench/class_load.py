"""How long does it take in a class, from an answer to the last screen, from a task to the boards?

::

    python tests/bench/class_load.py                    # 300 clients, then 2,000
    python tests/bench/class_load.py 500 --redis redis://127.0.0.1:6379/15
    python tests/bench/class_load.py 2000 --keep /tmp/a-new-file

The class runs in a process of its own, ``wslearn class``, and the clients in another, all on this
machine (Linux). Each client joins as a notebook does, connects, and tells every ten seconds how far
it is; a desk and a big screen have the board. Meanwhile everybody votes, three ways:

``one by one``    voters vote one after another: what a vote takes when the room is quiet
``in 10 seconds`` everyone votes once within ten seconds: a question has just been asked
``in 1 second``   everyone changes their mind within one second: more than a room ever does

A screen shows a vote when it has a state of the vote's version or a later one; what is measured is
the time from sending a vote until the desk and the big screen have it, and until the last phone has
it (a phone's count may be half a second old), and from telling of a task until the last board has
it. In the end every vote and every task has to be there once: else the exit
status is 1.
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
LETTERS = "abc"
LESSON, TASKS = "04", ("04.1", "04.2", "04.3", "04.4")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PATIENCE = 300.0
"""Seconds after which a measurement is given up."""

TELL_SECONDS = 10.0
COLUMNS = ("clients", "what", "count", "p50 ms", "p99 ms", "longest ms")


@dataclass
class Screen:
    """One client: which version it had when, and what it showed last."""

    number: int
    socket: ClientConnection
    versions: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    last: str = ""
    answer: asyncio.Future[int] | None = None
    on_board: int = 0
    done: int = 0
    told: dict[tuple[int, int], float] = field(default_factory=dict)

    async def listen(self) -> None:
        """Take what comes; parsing it would take this process longer than the class to send it."""
        try:
            await self._listen()
        except ConnectionClosed as closed:
            sys.exit(f"client {self.number} was closed: {closed}")

    async def _listen(self) -> None:
        async for text in self.socket:
            if text.startswith('{"type": "state"'):
                self.times.append(time.perf_counter())
                self.versions.append(int(text[text.rindex(" ") : -1]))
                self.last = text
            elif text.startswith('{"type": "voted"') and self.answer:
                self.answer.set_result(json.loads(text)["version"])
                self.answer = None
            elif text.startswith('{"type": "welcome"'):
                self.on_board = json.loads(text)["number"]
            elif text.startswith('{"type": "error"'):
                sys.exit(f"client {self.number}: {text}")

    async def vote(self, letter: str) -> tuple[float, int]:
        """Vote; when it was sent, and the version of the answer."""
        self.answer = asyncio.get_running_loop().create_future()
        answer, sent = self.answer, time.perf_counter()
        vote = {"type": "vote", "round": 1, "vote": 1, "candidate": letter}
        await self.socket.send(json.dumps(vote))
        return sent, await answer

    async def tell(self) -> None:
        """Tell that one more task is solved; once all are, that a try more was made."""
        tasks = {
            name: {"state": "solved", "tries": 1, "same": 0, "cause": ""}
            for name in TASKS[: self.done + 1]
        }
        tasks[TASKS[0]]["tries"] = len(self.told) + 2
        if self.done < len(TASKS):
            self.told[self.on_board, self.done] = time.perf_counter()
            self.done += 1
        now = TASKS[min(self.done, len(TASKS) - 1)]
        await self.socket.send(json.dumps({"type": "progress", "tasks": tasks, "now": now}))

    async def tell_for_ever(self, wait: float) -> None:
        """Tell every ten seconds how far this client is."""
        await asyncio.sleep(wait)
        while True:
            await self.tell()
            await asyncio.sleep(TELL_SECONDS)

    def shown(self, version: int) -> float | None:
        """When it first showed a version or a later one."""
        at = bisect_left(self.versions, version)
        return self.times[at] if at < len(self.times) else None


class Board:
    """A desk or a big screen: when it first showed that a task of a number was solved."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seen: dict[tuple[int, int], float] = {}
        self.messages = 0
        self.versions: list[int] = []
        self.times: list[float] = []
        self.last: dict[str, object] = {}

    def shown(self, version: int) -> float | None:
        """When it first showed a version or a later one."""
        at = bisect_left(self.versions, version)
        return self.times[at] if at < len(self.times) else None

    async def listen(self) -> None:
        """Take what comes."""
        async for text in self.socket:
            now = time.perf_counter()
            said = json.loads(text)
            if said["type"] != "state":
                continue
            self.messages += 1
            self.last = said
            self.versions.append(said["version"])
            self.times.append(now)
            for number, marks, _ in said["board"]["rows"]:
                for at, mark in enumerate(marks):
                    if mark == "3":
                        self.seen.setdefault((number, at), now)


def join(port: int, count: int) -> list[str]:
    """Join as many names as notebooks do; their tokens.

    Each comes from another address, which a proxy on this machine may say: one address alone has
    to wait after the first few hundred.
    """
    tokens = []
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    for number in range(count):
        origin = {"X-Forwarded-For": f"198.18.{number >> 8}.{number & 255}"}
        connection.request("POST", "/join", urlencode({"name": f"n {number}"}), FORM | origin)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            sys.exit(f"join {number}: HTTP status {answer.status}: {text!r}")
        tokens.append(json.loads(text)["token"])
    return tokens


async def opened(port: int, cookie: str, path: str = "/ws") -> ClientConnection:
    """One connection."""
    return await connect(
        f"ws://127.0.0.1:{port}{path}",
        additional_headers={"Cookie": cookie},
        compression=None,
        open_timeout=60,
        ping_interval=None,
        max_size=2**24,
    )


async def open_screens(port: int, tokens: list[str]) -> list[Screen]:
    """Connect all, up to a hundred at the same moment."""
    turn = asyncio.Semaphore(100)

    async def one(number: int, token: str) -> Screen:
        async with turn:
            return Screen(number, await opened(port, f"wslearn_poll={token}"))

    return await asyncio.gather(*(one(*pair) for pair in enumerate(tokens)))


def show(clients: int, what: str, took: list[float]) -> None:
    """One row of the table."""
    took = sorted(took)
    middle, late = took[len(took) // 2], took[int(len(took) * 0.99)]
    numbers = (1000 * one for one in (middle, late, took[-1]))
    print(
        f"{clients:>7}  {what:<30} {len(took):>6} " + " ".join(f"{one:>8.0f}" for one in numbers),
        flush=True,
    )


async def measure(
    screens: list[Screen], boards: list[Board], voters: list[Screen], seconds: float, turn: int
) -> None:
    """Let these vote, evenly over so many seconds; print how long each took to the last screen."""

    async def vote(index: int, voter: Screen) -> tuple[float, int]:
        await asyncio.sleep(seconds * index / len(voters))
        return await voter.vote(LETTERS[(voter.number + turn) % 3])

    async with asyncio.timeout(PATIENCE):
        votes = await asyncio.gather(*(vote(*pair) for pair in enumerate(voters)))
        newest = max(version for _, version in votes)
        while any(screen.shown(newest) is None for screen in (*screens, *boards)):
            await asyncio.sleep(0.01)
    for where, shown in (("desk and screen", boards), ("last phone", screens)):
        took = [max(s.shown(version) for s in shown) - sent for sent, version in votes]
        show(len(screens), f"votes in {seconds:.0f} s, {where}", took)


async def boards_are_done(screens: list[Screen], boards: list[Board]) -> list[float]:
    """How long each task took to the last board; waits for the last of them."""
    told = {task: at for screen in screens for task, at in screen.told.items()}
    async with asyncio.timeout(PATIENCE):
        while any(told.keys() - board.seen.keys() for board in boards):
            await asyncio.sleep(0.05)
    return [max(board.seen[task] for board in boards) - at for task, at in told.items()]


async def run(count: int, url: str, key: str, process: int) -> int:
    """One room of this size; the exit status."""
    port = urlsplit(url).port
    began = time.perf_counter()
    tokens = await asyncio.to_thread(join, port, count)
    joined = time.perf_counter()
    screens = await open_screens(port, tokens)
    connected = time.perf_counter()
    staff = f"wslearn_poll_instructor={key}"
    boards = [Board(await opened(port, staff, path)) for path in ("/ws/desk", "/ws/screen")]
    print(
        f"{count:>7}  joined {count / (joined - began):.0f} a second, "
        f"connected {count / (connected - joined):.0f} a second",
        flush=True,
    )
    tasks = [asyncio.create_task(one.listen()) for one in (*screens, *boards)]
    while not all(screen.versions and screen.on_board for screen in screens):
        await asyncio.sleep(0.05)
    spent = _processor_seconds(process)
    telling = [
        asyncio.create_task(screen.tell_for_ever(TELL_SECONDS * screen.number / count))
        for screen in screens
    ]
    quiet = screens[:: max(1, count // 50)]
    await measure(screens, boards, quiet, len(quiet) * 0.5, 0)
    await measure(screens, boards, screens, 10, 1)
    await measure(screens, boards, screens, 1, 2)
    for one in telling:
        one.cancel()
    show(count, "tasks, last board", await boards_are_done(screens, boards))
    wrong = lost(screens, boards)
    frames = sum(len(screen.versions) for screen in screens)
    spent = _processor_seconds(process) - spent
    print(
        f"{count:>7}  {len(wrong)} lost or doubled; {frames:,} states to students, "
        f"{sum(board.messages for board in boards):,} to boards; the class took {spent:.1f} s of "
        f"processor time, {_resident(process):.0f} MiB",
        flush=True,
    )
    for sentence in wrong[:5]:
        print(f"  {sentence}")
    await asyncio.gather(*(one.socket.close() for one in (*screens, *boards)))
    await asyncio.gather(*tasks, return_exceptions=True)
    return 1 if wrong else 0


def lost(screens: list[Screen], boards: list[Board]) -> list[str]:
    """What is shown in the end that is not what was voted and told."""
    wrong = []
    for screen in screens:
        answered = json.loads(screen.last)["question"]["answered"]
        if answered != len(screens):
            wrong.append(f"client {screen.number} shows {answered} answers")
    for board in boards:
        rows = {number: marks for number, marks, _ in board.last["board"]["rows"]}
        wrong += [
            f"a board shows {rows.get(screen.on_board)} of client {screen.number}"
            for screen in screens
            if screen.done and rows.get(screen.on_board, "").count("3") != screen.done
        ]
    return wrong


async def stands(port: int, key: str) -> Counter[str]:
    """How the vote stands in the class, once it is closed."""
    desk = await opened(port, f"wslearn_poll_instructor={key}", "/ws/desk")
    await desk.send(json.dumps({"type": "show"}))
    while True:
        said = json.loads(await desk.recv())
        if said["type"] == "state" and said["question"]["shown"]:
            await desk.close()
            rows = said["question"]["results"]["rows"]
            return Counter({row["answer"]: row["votes"][0] for row in rows})


def _resident(process: int) -> float:
    """A process's memory in MiB (Linux)."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _processor_seconds(process: int) -> float:
    """The processor time of a process so far (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Run every size that was asked for, each in a new class; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("clients", nargs="*", type=int, default=[300, 2000])
    parser.add_argument("--redis", metavar="URL", help="keep the class there; it must be empty")
    parser.add_argument("--keep", metavar="FILE", help="keep the class in this new file")
    arguments = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # the class inherits it
    status = 0
    print(f"{COLUMNS[0]:>7}  {COLUMNS[1]:<30} {COLUMNS[2]:>6} {'p50 ms':>8} {'p99 ms':>8} longest")
    for count in arguments.clients:
        if count + 100 > hard:
            sys.exit(f"Expected a limit of open files above {count + 100}, got {hard}.")
        words = ["--port", "0", "--question", "Which?", "--lesson", LESSON]
        words += [word for name in CANDIDATES for word in ("--candidate", name)]
        words += ["--redis", arguments.redis] if arguments.redis else []
        words += ["--keep", f"{arguments.keep}-{count}"] if arguments.keep else []
        with subprocess.Popen(
            [sys.executable, "-m", "wslearn", "class", *words], stdout=subprocess.PIPE, text=True
        ) as served:
            try:
                said = ""
                while "Ctrl+C" not in said:
                    said += served.stdout.readline()
                url = said.split("Students:")[1].split()[0]
                key = said.split("key=")[1].split()[0]
                status |= asyncio.run(run(count, url, key, served.pid))
                got = asyncio.run(stands(urlsplit(url).port, key))
                expected = Counter(LETTERS[(number + 2) % 3] for number in range(count))
                if got != expected:
                    print(f"  the votes are {dict(got)}, expected {dict(expected)}")
                    status = 1
            finally:
                served.terminate()
                served.communicate(timeout=30)
    return status


if __name__ == "__main__":
    sys.exit(main())
