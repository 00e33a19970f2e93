"""Have each notebook judged in a process of its own, several at a time, and gather what came."""

import json
import os
import secrets
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wslearn.checking.checker import SECONDS
from wslearn.checking.values import one_line

from .folder import Student, shown_name
from .processes import kill, python

MEMORY = 2**30
"""How much memory an answer may take, in bytes: libraries such as numpy reserve much of it."""

PATIENCE = 60.0
"""How long a judge may be silent beyond what an answer may take, in seconds."""

MOST_RESTARTS = 5
"""How often a judge is started again for one notebook."""

WORDS = {
    "passed": "solved",
    "refused": "wrong",
    "raised": "error",
    "stopped": "stopped",
    "tampered": "error",
    "unsolved": "not solved",
}
"""What the checkers' outcomes are called in the table, the best ones first."""

_RANK = {word: rank for rank, word in enumerate(dict.fromkeys(WORDS.values()))}


@dataclass(frozen=True, slots=True)
class Result:
    """How one exercise of one student came out: ``outcome`` is one of the words of WORDS."""

    exercise: str
    outcome: str
    because: str = ""
    means: str = ""


@dataclass(slots=True)
class Collected:
    """Everything that came from one student.

    ``results`` has the best result for each exercise that a notebook of theirs checks,
    ``unreadable`` a sentence for each file that is no notebook, ``guards`` for each guard whether
    every answer had it.
    """

    student: str
    results: dict[str, Result] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    guards: dict[str, bool] = field(default_factory=dict)

    @property
    def solved(self) -> int:
        """How many exercises are solved."""
        return sum(result.outcome == "solved" for result in self.results.values())

    def add(self, result: Result) -> None:
        """Keep the better one of two results for an exercise."""
        known = self.results.get(result.exercise)
        if known is None or _RANK[result.outcome] < _RANK[known.outcome]:
            self.results[result.exercise] = result


def collect(
    students: list[Student],
    *,
    seconds: float = SECONDS,
    memory: int = MEMORY,
    at_once: int | None = None,
    progress: Callable[[int, int, str], None] = lambda done, of, name: None,
) -> list[Collected]:
    """Judge every notebook of these students again; one :class:`Collected` for each, in order.

    ``seconds`` and ``memory`` (bytes) are what one answer may take, ``at_once`` is how many
    notebooks are judged at a time. ``progress`` is called with how many notebooks are done, of how
    many, and the name of the last one.
    """
    gathered = [Collected(student.name, unreadable=list(student.unread)) for student in students]
    tasks = [
        (into, path) for into, one in zip(gathered, students, strict=True) for path in one.notebooks
    ]
    judges = _Judges()
    with (
        tempfile.TemporaryDirectory(prefix="wslearn-", ignore_cleanup_errors=True) as folder,
        ThreadPoolExecutor(at_once or min(os.cpu_count() or 1, 4)) as pool,
    ):
        lines = {
            pool.submit(_lines_about, path, folder, seconds, memory, judges): (into, path)
            for into, path in tasks
        }
        try:
            for done, future in enumerate(as_completed(lines), start=1):
                into, path = lines[future]
                _take(into, path, future.result())
                progress(done, len(tasks), shown_name(path.name))
        except BaseException:  # above all Ctrl+C, which is not to wait for what is under way
            judges.end()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return gathered


class _Judges:
    """The judges that are at work, so that they can be sent home."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._working: set[subprocess.Popen[bytes]] = set()
        self._over = False

    def start(self, folder: str) -> subprocess.Popen[bytes] | None:
        """A new judge; None where no more are wanted."""
        with self._lock:
            if self._over:
                return None
            judge = python(f"{__package__}.judge_process", folder)
            self._working.add(judge)
            return judge

    def dismiss(self, judge: subprocess.Popen[bytes]) -> None:
        """End one judge, whatever it is doing."""
        kill(judge)
        with self._lock:
            self._working.discard(judge)

    def end(self) -> None:
        """End all of them, and start no more."""
        with self._lock:
            self._over = True
            for judge in self._working:
                judge.kill()


def _take(into: Collected, path: Path, lines: Iterable[dict[str, Any]]) -> None:
    for line in lines:
        if "note" in line:
            into.unreadable.append(f"{shown_name(path.name)}: {line['note']}")
            continue
        if "unreadable" in line:
            into.unreadable.append(f"{shown_name(path.name)}: {line['unreadable']}")
            continue
        into.add(
            Result(
                line["exercise"],
                WORDS[line["outcome"]],
                one_line(line["because"], 400),
                one_line(line["means"], 400),
            )
        )
        for guard, there in line["guards"].items():
            into.guards[guard] = there and into.guards.get(guard, True)


def _lines_about(
    path: Path, folder: str, seconds: float, memory: int, judges: _Judges
) -> list[dict[str, Any]]:
    """What the judges say about a notebook; one that is brought down goes on behind the answer."""
    lines: list[dict[str, Any]] = []
    skip: list[int] = []
    for _ in range(MOST_RESTARTS):
        task = {
            "notebook": str(path.resolve()),
            "folder": folder,
            "seconds": seconds,
            "memory": memory,
            "skip": skip,
        }
        begun = None
        for line in _one_judge(task, judges):
            if "end" in line or "unreadable" in line:
                return [*lines, *([line] if "unreadable" in line else [])]
            if "begin" in line:
                begun = line
                skip.append(line["begin"])
            elif line not in lines:  # a judge that begins again says its notes again
                lines.append(line)
                begun = None
        if begun is None:  # it fell before it came to an answer, and would do so again
            break
        because = "Judging it took more memory or time than there is."
        fallen = {"outcome": "raised", "because": because, "means": "", "guards": {}}
        lines.append({"exercise": begun["exercise"], **fallen})
    return [*lines, {"unreadable": "It brought the judge down; read it by hand."}]


def _one_judge(task: dict[str, Any], judges: _Judges) -> Iterator[dict[str, Any]]:
    """The lines of one judge, as they come; they end where the judge does."""
    word = secrets.token_hex(16)
    judge = judges.start(task["folder"])
    if judge is None:
        return
    assert judge.stdin is not None
    assert judge.stdout is not None
    watchdog = _watch(judge, task["seconds"])
    try:
        with suppress(OSError):
            judge.stdin.write(json.dumps({**task, "word": word}).encode() + b"\n")
            judge.stdin.flush()
        for line in judge.stdout:
            try:
                said = json.loads(line)
            except ValueError:
                continue
            if not isinstance(said, dict) or said.pop("word", None) != word:
                continue  # no judge of ours said that
            watchdog.cancel()
            watchdog = _watch(judge, task["seconds"])
            yield said
    finally:
        watchdog.cancel()
        judges.dismiss(judge)


def _watch(judge: subprocess.Popen[bytes], seconds: float) -> threading.Timer:
    watchdog = threading.Timer(PATIENCE + 2 * seconds, judge.kill)
    watchdog.daemon = True
    watchdog.start()
    return watchdog
