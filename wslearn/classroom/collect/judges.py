"""The judges' processes, seen from the collector: kept alive, watched, and replaced when they fall.

Each thread of the collector has a judge of its own. A judge that falls takes its current task down
with it; the collector decides what becomes of that task.
"""

import json
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .processes import kill, python

PATIENCE = 60.0
"""How long a judge may be silent beyond what an answer may take, in seconds."""

MOST_TASKS = 1000
"""After how many tasks a judge is replaced, so that none grows for ever."""


NOT_NEEDED = ("rfc3987_syntax",)
"""jsonschema, which nbformat loads, builds a grammar of addresses with it as it is loaded: most of
the time that a judge would take to start, and no judge looks at an address."""


class FallenError(Exception):
    """The judge ended, or was silent for too long, before it replied."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one answer may take: ``seconds``, and ``memory`` in bytes.

    ``folder`` is where its own folder is made; ``inside`` are the words of a command in which the
    answers' processes run, such as a sandbox.
    """

    folder: str
    seconds: float
    memory: int
    inside: Sequence[str] = ()


class Judges:
    """One judge for each thread that asks."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._lock = threading.Lock()
        self._working: set[_Judge] = set()
        self._mine = threading.local()
        self._over = False

    def ask(self, task: dict[str, Any]) -> dict[str, Any]:
        """What a judge says to a task; raises :class:`FallenError`, and the next judge is a new
        one.

        ``task`` is ``{"read": path}`` or ``{"judge": an attempt as a dictionary}``.
        """
        judge = getattr(self._mine, "judge", None)
        if judge is None:
            judge = self._mine.judge = self._start()
        try:
            reply = judge.ask(task)
        except FallenError:
            self.dismiss()
            raise
        if judge.tasks >= MOST_TASKS:
            self.dismiss()
        return reply

    def _start(self) -> "_Judge":
        with self._lock:
            if self._over:
                raise FallenError("no more are wanted")
            judge = _Judge(self._allowance)
            self._working.add(judge)
            return judge

    def dismiss(self) -> None:
        """End this thread's judge, whatever it is doing."""
        judge, self._mine.judge = getattr(self._mine, "judge", None), None
        if judge is not None:
            judge.end()
            with self._lock:
                self._working.discard(judge)

    def end(self) -> None:
        """End all of them, and start no more."""
        with self._lock:
            self._over = True
            working, self._working = self._working, set()
        for judge in working:
            judge.end()


class _Judge:
    def __init__(self, allowance: Allowance) -> None:
        self._patience = PATIENCE + 4 * allowance.seconds
        self._word = secrets.token_hex(16)
        self.tasks = 0
        self.process = python(f"{__package__}.judge_process", allowance.folder, without=NOT_NEEDED)
        self._say(
            {
                "word": self._word,
                "folder": allowance.folder,
                "seconds": allowance.seconds,
                "memory": allowance.memory,
                "inside": list(allowance.inside),
            }
        )

    def ask(self, task: dict[str, Any]) -> dict[str, Any]:
        self.tasks += 1
        watchdog = threading.Timer(self._patience, self.process.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            self._say(task)
            return self._hear()
        finally:
            watchdog.cancel()

    def _say(self, line: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(line).encode() + b"\n")
            self.process.stdin.flush()
        except OSError:
            raise FallenError from None

    def _hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            try:
                said = json.loads(line)
            except ValueError:
                continue
            if isinstance(said, dict) and said.pop("word", None) == self._word:
                return said  # whatever else came, no judge of ours said it
        raise FallenError

    def end(self) -> None:
        kill(self.process)
        if self.process.stdout is not None:
            self.process.stdout.close()
