"""How long does it take in a class, from an answer to the last screen, from a task to the boards?

::

    python -m tests.bench.class_load                       # 300 and 2,000 clients, four classes
    python -m tests.bench.class_load 500 --processes 3     # with a redis-server of its own
    python -m tests.bench.class_load 2000 --keep /tmp/a-new-file

Without arguments, each size is tried in a class of one process and in one of two, which share a
redis-server started for it. The class runs in processes of its own, ``wslearn class``, and all
clients in this one, on the same machine (Linux): where it has only two cores, the clients' own work
is part of every figure. Each client joins as a notebook does, connects, and reports its progress
every ten seconds; a desk and a big screen, on different processes where there are two, show the
board. Meanwhile everybody votes, in three ways:

``quiet``  voters vote one after another, two a second: what a vote takes when the room is quiet
``10 s``   everyone votes once within ten seconds: a question has just been asked
``1 s``    everyone changes their mind within one second: more than a room ever does

A screen shows a vote when it has a state of the vote's version or a later one. What is measured is
the time from sending a vote until the desk and the big screen have it, and until the last phone has
it (a phone's count may be half a second old), and from telling of a task until the last board has
it. Memory is the most that each process had at any time, together. In the end every name, vote and
task has to be there exactly once; otherwise the exit status is 1.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.support.redis_process import RedisProcess

CANDIDATES = ("Tea", "Coffee", "Water")
LETTERS = "abc"
LESSON, TASKS = "04", ("04.1", "04.2", "04.3", "04.4")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PATIENCE = 300.0
"""Seconds after which a measurement is given up."""

TELL_SECONDS = 10.0

WAYS = (("quiet", 0.0), ("10 s", 10.0), ("1 s", 1.0))
"""How people vote, and within how many seconds; 0: half a second for each of some."""

COLUMNS = (
    "clients",
    "processes",
    "kept in",
    *(f"{way}, {where}" for way, _ in WAYS for where in ("desk and screen", "last phone")),
    "task, last board",
    "MiB",
    "lost or doubled",
)


@dataclass
class Screen:
    """One client: when it had which version, and what it showed last."""

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
        """Take what comes, unparsed: parsing would take longer than the class takes to send."""
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
        """Vote; returns when it was sent, and the version of the answer."""
        self.answer = asyncio.get_running_loop().create_future()
        answer, sent = self.answer, time.perf_counter()
        vote = {"type": "vote", "round": 1, "vote": 1, "candidate": letter}
        await self.socket.send(json.dumps(vote))
        return sent, await answer

    async def tell(self) -> None:
        """Report one more solved task or, once all are solved, one more try."""
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
        """Report this client's progress every ten seconds."""
        await asyncio.sleep(wait)
        while True:
            await self.tell()
            await asyncio.sleep(TELL_SECONDS)

    def shown(self, version: int) -> float | None:
        """When it first showed this version or a later one."""
        at = bisect_left(self.versions, version)
        return self.times[at] if at < len(self.times) else None


class Board:
    """A desk or a big screen: when it first showed each task as solved."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seen: dict[tuple[int, int], float] = {}
        self.messages = 0
        self.versions: list[int] = []
        self.times: list[float] = []
        self.last: dict[str, object] = {}

    def shown(self, version: int) -> float | None:
        """When it first showed this version or a later one."""
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
    """Join this many names as notebooks do; returns their tokens.

    Each comes from a different address, as a proxy on this machine may state: a single address has
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


async def open_screens(ports: list[int], tokens: list[str]) -> list[Screen]:
    """Connect all, evenly over the processes, up to a hundred at a time."""
    turn = asyncio.Semaphore(100)

    async def one(number: int, token: str) -> Screen:
        async with turn:
            port = ports[number % len(ports)]
            return Screen(number, await opened(port, f"wslearn_poll={token}"))

    return await asyncio.gather(*(one(*pair) for pair in enumerate(tokens)))


def in_short(took: list[float]) -> str:
    """Median and 99th percentile in milliseconds, as in the table."""
    took = sorted(took)
    middle, late = took[len(took) // 2], took[int(len(took) * 0.99)]
    return f"{1000 * middle:.0f} / {1000 * late:.0f}"


async def measure(
    screens: list[Screen], boards: list[Board], voters: list[Screen], seconds: float, turn: int
) -> list[str]:
    """Let these vote, evenly over this many seconds; the times to the boards, and to all."""

    async def vote(index: int, voter: Screen) -> tuple[float, int]:
        await asyncio.sleep(seconds * index / len(voters))
        return await voter.vote(LETTERS[(voter.number + turn) % 3])

    async with asyncio.timeout(PATIENCE):
        votes = await asyncio.gather(*(vote(*pair) for pair in enumerate(voters)))
        newest = max(version for _, version in votes)
        while any(screen.shown(newest) is None for screen in (*screens, *boards)):
            await asyncio.sleep(0.01)
    return [
        in_short([max(one.shown(version) for one in shown) - sent for sent, version in votes])
        for shown in (boards, screens)
    ]


async def boards_are_done(screens: list[Screen], boards: list[Board]) -> list[float]:
    """How long each task took to reach the last board; waits for all of them."""
    told = {task: at for screen in screens for task, at in screen.told.items()}
    async with asyncio.timeout(PATIENCE):
        while any(told.keys() - board.seen.keys() for board in boards):
            await asyncio.sleep(0.05)
    return [max(board.seen[task] for board in boards) - at for task, at in told.items()]


async def run(count: int, ports: list[int], key: str, processes: list[int]) -> list[object]:
    """One class of this size; the cells of its row, from the first time on."""
    tokens = await asyncio.to_thread(join, ports[0], count)
    screens = await open_screens(ports, tokens)
    staff = f"wslearn_poll_instructor={key}"
    boards = [
        Board(await opened(port, staff, path))
        for port, path in ((ports[0], "/ws/desk"), (ports[-1], "/ws/screen"))
    ]
    say(f"{count} clients are connected")
    tasks = [asyncio.create_task(one.listen()) for one in (*screens, *boards)]
    while not all(screen.versions and screen.on_board for screen in screens):
        await asyncio.sleep(0.05)
    telling = [
        asyncio.create_task(screen.tell_for_ever(TELL_SECONDS * screen.number / count))
        for screen in screens
    ]
    row: list[object] = []
    for turn, (way, seconds) in enumerate(WAYS):
        voters = screens if seconds else screens[:: max(1, count // 50)]
        row += await measure(screens, boards, voters, seconds or len(voters) * 0.5, turn)
        say(f"votes, {way}: {row[-2]} ms to the boards, {row[-1]} ms to the last phone")
    for one in telling:
        one.cancel()
    row.append(in_short(await boards_are_done(screens, boards)))
    wrong = lost(screens, boards)
    row += [f"{sum(map(most_memory, processes)):.0f}", len(wrong)]
    for sentence in wrong[:5]:
        say(sentence)
    await asyncio.gather(*(one.socket.close() for one in (*screens, *boards)))
    await asyncio.gather(*tasks, return_exceptions=True)
    return row


def lost(screens: list[Screen], boards: list[Board]) -> list[str]:
    """Where the final state differs from what was voted and reported."""
    wrong = []
    for screen in screens:
        answered = json.loads(screen.last)["question"]["answered"]
        if answered != len(screens):
            wrong.append(f"client {screen.number} shows {answered} answers")
    for board in boards:
        rows = {number: marks for number, marks, _ in board.last["board"]["rows"]}
        told = sum(bool(screen.done) for screen in screens)
        if len(rows) != told:
            wrong.append(f"a board has {len(rows)} rows, and {told} clients have told something")
        wrong += [
            f"a board shows {rows.get(screen.on_board)} of client {screen.number}"
            for screen in screens
            if screen.done and rows.get(screen.on_board, "").count("3") != screen.done
        ]
    return wrong


async def stands(port: int, key: str) -> Counter[str]:
    """The result of the vote in the class, once it is closed."""
    desk = await opened(port, f"wslearn_poll_instructor={key}", "/ws/desk")
    await desk.send(json.dumps({"type": "show"}))
    while True:
        said = json.loads(await desk.recv())
        if said["type"] == "state" and said["question"]["shown"]:
            await desk.close()
            rows = said["question"]["results"]["rows"]
            return Counter({row["answer"]: row["votes"][0] for row in rows})


def most_memory(process: int) -> float:
    """The peak memory of a process, in MiB (Linux)."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def say(sentence: str) -> None:
    """Report progress on standard error; standard output is for the table alone."""
    print(f"  {sentence}", file=sys.stderr, flush=True)


@contextmanager
def serving(words: list[str]) -> Iterator[tuple[int, str, int]]:
    """A process of a class: its port, the instructor's key, and its process id."""
    command = [sys.executable, "-m", "wslearn", "class", "--port", "0", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        try:
            said = ""
            while "Ctrl+C" not in said:
                line = served.stdout.readline()
                if not line:
                    sys.exit(f"The class did not start: {said}")
                said += line
            url = said.split("Students:")[1].split()[0]
            yield urlsplit(url).port, said.split("key=")[1].split()[0], served.pid
        finally:
            served.terminate()
            served.communicate(timeout=30)


def room(count: int, processes: int, kept: str, words: list[str]) -> list[object]:
    """The row of one class."""
    say(f"{count} clients, {processes} processes, kept in {kept}")
    asks = ["--question", "Which?", *(w for name in CANDIDATES for w in ("--candidate", name))]
    with ExitStack() as stack:
        # Only the first one asks; the others find the question in the ledger.
        first = stack.enter_context(serving([*words, "--lesson", LESSON, *asks]))
        others = [stack.enter_context(serving(words)) for _ in range(processes - 1)]
        ports, keys, numbers = zip(first, *others, strict=True)
        row = asyncio.run(run(count, list(ports), keys[0], list(numbers)))
        got = asyncio.run(stands(ports[0], keys[0]))
        expected = Counter(LETTERS[(number + 2) % 3] for number in range(count))
        if got != expected:
            say(f"the votes are {dict(got)}, expected {dict(expected)}")
            row[-1] += sum(((got - expected) + (expected - got)).values())
    return [count, processes, kept, *row]


def main() -> int:
    """Run every class that was asked for, and print one table; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("clients", nargs="*", type=int, default=[300, 2000])
    parser.add_argument("--processes", type=int, metavar="N", help="one and two if left out")
    parser.add_argument("--keep", metavar="FILE", help="keep a class of one process in a new file")
    arguments = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # the class inherits it
    if max(arguments.clients) + 100 > hard:
        sys.exit(
            f"Expected a limit of open files above {max(arguments.clients) + 100}, got {hard}."
        )
    sizes = [arguments.processes] if arguments.processes else [1] if arguments.keep else [1, 2]
    rows = []
    for processes in sizes:
        for count in arguments.clients:
            with tempfile.TemporaryDirectory() as folder:
                shared = processes > 1
                with running_redis(Path(folder)) if shared else nullcontext("") as url:
                    kept = "Redis" if shared else "a file" if arguments.keep else "memory"
                    words = ["--redis", url] if shared else []
                    words += ["--keep", f"{arguments.keep}-{count}"] if arguments.keep else []
                    rows.append(room(count, processes, kept, words))
    print(f"Median / 99th percentile in milliseconds; {os.cpu_count()} cores, ", end="")
    print(f"load at the end {os.getloadavg()[0]:.1f}, {time.strftime('%Y-%m-%d')}\n")
    for cells in (COLUMNS, ["---:"] * len(COLUMNS), *rows):
        print(f"| {' | '.join(map(str, cells))} |")
    return int(any(row[-1] for row in rows))


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """Start a redis-server; returns its URL."""
    process = RedisProcess(folder)
    process.start()
    try:
        yield process.url
    finally:
        process.stop()


if __name__ == "__main__":
    sys.exit(main())
