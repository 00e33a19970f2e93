"""Verdicts of earlier runs, so that the next one judges only what changed.

A verdict belongs to the text of an answer, whoever wrote it, and to the checkers as they were: when
a file of the course or a limit changes, everything is judged again. Only the key, which is a hash,
and the sentences of the verdict are kept.
"""

import hashlib
import json
import sqlite3
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

from .attempts import Attempt
from .verdicts import Judgement

KEPT_FOR = 200 * 24 * 3600
"""In seconds: a verdict that nobody asked for in a term is forgotten."""


def fingerprint(seconds: float, memory: int) -> str:
    """A hash of everything that a verdict depends on besides the answer."""
    parts = hashlib.sha256(f"{sys.version_info[:3]} {seconds} {memory}".encode())
    root = Path(str(files("wslearn")))
    for path in sorted(root.rglob("*")):
        if path.suffix in (".py", ".md", ".toml", ".tsv"):
            parts.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return parts.hexdigest()


def key(attempt: Attempt) -> str:
    """A hash of an answer: the same for all answers that are the same program."""
    text = json.dumps([attempt.exercise, attempt.program, attempt.expression])
    return hashlib.sha256(text.encode()).hexdigest()


class Kept:
    """Verdicts in a file, or none where ``path`` is None. Nothing here raises.

    ``trouble`` says in one sentence why nothing could be kept, ``known`` how many verdicts were.
    """

    def __init__(self, path: Path | None, checkers: str = "") -> None:
        self.path, self.checkers = path, checkers
        self.trouble = ""
        self.known = 0
        self._lock = threading.Lock()
        self._file: sqlite3.Connection | None = None
        if path is not None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._file = sqlite3.connect(path, timeout=5, check_same_thread=False)
                self._begin(self._file)
            except (OSError, sqlite3.Error) as problem:
                self._give_up(problem)

    def _begin(self, file: sqlite3.Connection) -> None:
        with file:
            file.execute(
                "CREATE TABLE IF NOT EXISTS verdicts "
                "(checkers TEXT, answer TEXT, said TEXT, used REAL, PRIMARY KEY (checkers, answer))"
            )
            file.execute("DELETE FROM verdicts WHERE used < ?", (time.time() - KEPT_FOR,))

    def _give_up(self, problem: Exception) -> None:
        self.trouble = f"Verdicts are not kept for the next run: {self.path}: {problem}."
        if self._file is not None:
            with suppress(sqlite3.Error):
                self._file.close()
        self._file = None

    def get(self, answer: str) -> Judgement | None:
        """The verdict on the answer with this key, if it is known."""
        with self._lock:
            if self._file is None:
                return None
            asked = (self.checkers, answer)
            try:
                row = self._file.execute(
                    "SELECT said FROM verdicts WHERE checkers = ? AND answer = ?", asked
                ).fetchone()
                if row is None:
                    return None
                said = Judgement(**json.loads(row[0]))
                with self._file:
                    self._file.execute(
                        "UPDATE verdicts SET used = ? WHERE checkers = ? AND answer = ?",
                        (time.time(), *asked),
                    )
            except (sqlite3.Error, TypeError, ValueError) as problem:
                self._give_up(problem)
                return None
            self.known += 1
            return said

    def put(self, answer: str, said: Judgement) -> None:
        """Keep a verdict, unless another machine, or a quieter hour, might give another one."""
        with self._lock:
            if self._file is None or said.outcome == "stopped" or not said.lasting:
                return
            row = (self.checkers, answer, json.dumps(asdict(said)), time.time())
            try:
                with self._file:
                    self._file.execute("INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?)", row)
            except sqlite3.Error as problem:
                self._give_up(problem)

    def close(self) -> None:
        """Close the file."""
        with self._lock, suppress(sqlite3.Error):
            if self._file is not None:
                self._file.close()
                self._file = None
