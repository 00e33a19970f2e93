"""The file that remembers what a student did: small, whole after a crash, and safe for two kernels.

1. What is remembered only grows (``progress_record``), so that two records can always be put
   together, and nothing depends on who wrote first.
2. A writer holds a lock, reads what is there, adds to it, and writes it anew beside the old file,
   which it then replaces. A crash leaves the old file or the new one, never half of one.
3. Whatever could not be written is kept and tried again with the next event.
4. A file that makes no sense is set aside under another name, never overwritten.

Writing into the file in place, or taking the lock on the file itself (which is replaced), would
break the second rule.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from .progress_record import DamagedError, Record, as_text, from_text, merged

LARGEST = 4_000_000
"""Bytes: a record is a few kilobytes, and some hundreds with long notes; anything larger is not
one."""

PATIENCE = 0.5
"""How long to wait for another kernel that is writing, in seconds."""


class Store:
    """A record in a file, or only in memory where ``path`` is None.

    ``trouble`` says in one sentence why the last try to read or write failed; ``said`` keeps what
    happened to damaged files, which a student should be told. Nothing here raises.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.trouble = ""
        self.said: list[str] = []
        self._waiting = Record()  # what is not in the file yet; all of it where there is none
        self._put_away = Record()

    def add(self, name: str, state: str) -> None:
        """Remember the state of an exercise or a question, if it is better than before."""
        self.put(Record(done={name: state}))

    def put(self, more: Record) -> None:
        """Remember what this record has besides what is known; see :func:`merged`."""
        self._waiting = merged(self._waiting, more)
        self._write()

    def read(self) -> Record:
        """All that is remembered."""
        if self.path is None:
            return self._waiting
        self._write()
        try:
            try:
                known = self._parse()
            except DamagedError:
                with locked(self.path):  # another kernel may just have begun a new one
                    known = self._load()
        except OSError as problem:
            self.trouble = f"{self.path} cannot be read: {_reason(problem)}."
            return self._waiting
        if not self._waiting:
            self.trouble = ""
        return merged(known, self._waiting)

    def reset(self) -> str:
        """Forget everything, but put it away first; where it is now, or "" if there was nothing."""
        if self.path is None:
            self._put_away = merged(self._put_away, self._waiting)
            forgotten, self._waiting = self._waiting, Record()
            return "memory" if forgotten else ""
        self._write()
        try:
            with locked(self.path):
                if not self._load():
                    return ""
                away = _unused(self.path, "before-reset")
                self.path.replace(away)
        except OSError as problem:
            self.trouble = f"{self.path} cannot be reset: {_reason(problem)}."
            return ""
        return away.name

    def restore(self) -> bool:
        """Bring back what the last reset put away, along with what is new; returns whether there
        was any."""
        if self.path is None:
            back, self._put_away = self._put_away, Record()
        else:
            back = Record()
            for last in _numbered(self.path, "before-reset")[-1:]:
                with suppress(OSError, DamagedError):
                    back = from_text(last.read_bytes())
        self._waiting = merged(self._waiting, back)
        self._write()
        return bool(back)

    def _write(self) -> None:
        if self.path is None or not self._waiting:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with locked(self.path):
                known = self._load()
                together = merged(known, self._waiting)
                if together != known:
                    write_whole(self.path, as_text(together))
        except OSError as problem:
            self.trouble = (
                f"{self.path} cannot be written: {_reason(problem)}. "
                "What you do now is remembered only until this kernel ends."
            )
        else:
            self._waiting, self.trouble = Record(), ""

    def _parse(self) -> Record:
        """What the file says; raises :class:`DamagedError` where it makes no sense."""
        assert self.path is not None
        try:
            with self.path.open("rb") as file:
                data = file.read(LARGEST + 1)
        except FileNotFoundError:
            return Record()
        if len(data) > LARGEST:
            raise DamagedError("it is far too large")
        return from_text(data)

    def _load(self) -> Record:
        """What the file says; a damaged one is set aside and counts as empty. Call it locked."""
        assert self.path is not None
        try:
            return self._parse()
        except DamagedError as problem:
            aside = _unused(self.path, "damaged")
            self.path.replace(aside)
            self.said.append(
                f"The record of your progress was damaged ({problem}), so a new one was begun. "
                f"The old one is kept as {aside.name}."
            )
            return Record()


def write_whole(path: Path, text: str) -> None:
    """Replace a file so that it is either as it was or as it should be, whatever happens between.

    Call it while the lock is held: anything a crash left behind is removed.
    """
    for left in path.parent.glob(f".{path.name}.*.half"):
        left.unlink(missing_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}.half")
    try:
        with half.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())  # or the name may reach the disk before the content
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other kernels from writing; raises :class:`TimeoutError` when one does not let go.

    The system takes the lock back from a process that crashes. Where it has no locks (some network
    drives), the record is written without one.
    """
    with path.with_name(f".{path.name}.lock").open("a+b") as file:
        deadline = time.monotonic() + PATIENCE
        while not _lock(file):
            if time.monotonic() > deadline:
                raise TimeoutError(f"another kernel has held it for {PATIENCE} seconds")
            time.sleep(0.01)
        yield  # closing the file lets the lock go


def _lock(file: IO[bytes]) -> bool:
    """Try to take the lock; returns whether nobody else has it."""
    try:
        if os.name == "nt":
            windows: Any = __import__("msvcrt")
            file.seek(0)
            windows.locking(file.fileno(), windows.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except (OSError, ImportError, AttributeError):  # a kernel in the browser has an empty fcntl
        return True
    return True


def _numbered(path: Path, what: str) -> list[Path]:
    """The files that were put away under a number, the last one last."""
    found = path.parent.glob(f"{path.stem}.{what}-*{path.suffix}")
    return sorted(found, key=lambda one: (len(one.name), one.name))


def _unused(path: Path, what: str) -> Path:
    """A name beside the file that no other file has: ``progress.damaged-1.json``."""
    numbers = [
        int(digits[1])
        for one in _numbered(path, what)
        if (digits := re.search(r"-(\d+)$", one.stem))
    ]
    return path.with_name(f"{path.stem}.{what}-{max(numbers, default=0) + 1}{path.suffix}")


def _reason(problem: OSError) -> str:
    return problem.strerror or str(problem) or type(problem).__name__
