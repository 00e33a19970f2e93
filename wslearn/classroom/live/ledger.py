"""Keeps what happens in a class, in order: only in memory, or in a file as well.

The file is one JSON object per line: first a line that names the format, then events. An event is
written and flushed to the disk before it is acknowledged (write ahead), so a server that is killed
at any moment loses nothing that anyone was told. Events that come together are written together:
one flush for a hundred of them. A last line without its end was never acknowledged, and is dropped.
"""

import asyncio
import contextlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from wslearn.course.progress_store import locked, write_whole
from wslearn.lessons.lesson_12.poll.refusals import RefusedError, UnavailableError
from wslearn.protocol.errors import InputError

from .hour import Hour

FORMAT = {"class": "wslearn", "version": 1}

Event = Mapping[str, Any]
Tell = Callable[[Event, Any], None]


class Ledger:
    """In memory: an event has happened as soon as it is reported. It ends with the process."""

    kept = "It is kept in the memory of the instructor's computer and is gone when the class ends."

    def __init__(self) -> None:
        self.hour = Hour()
        self.told: Tell = lambda event, outcome: None
        """Called with every event that has happened, and what came of it."""

    async def start(self) -> None:
        """Begin; everything that was kept has happened when this returns."""

    async def stop(self) -> None:
        """End, with everything kept."""

    async def commit(self, event: Event, *, keep: bool = True) -> Any:
        """Let an event happen and keep it; return what came of it.

        Raises :class:`RefusedError` if it may not happen, and :class:`UnavailableError` if it could
        not be kept; then it has not happened.
        """
        return self.happen(event)

    def happen(self, event: Event) -> Any:
        """Apply an event and tell what came of it."""
        outcome = self.hour.apply(event)
        self.told(event, outcome)
        return outcome


class FileLedger(Ledger):
    """In a file, which is read again when the class goes on after a crash or the next day.

    Raises :class:`InputError` for a file that is not one of ours, or that cannot be read or
    written.
    """

    def __init__(self, path: str | Path) -> None:
        super().__init__()
        self.path = Path(path)
        self.kept = (
            "It is kept in a file on the instructor's computer until the instructor deletes it."
        )
        self._waiting: list[tuple[Event, asyncio.Future[Any]]] = []
        self._arrived = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._hold = contextlib.ExitStack()
        self._file: IO[bytes] | None = None

    async def start(self) -> None:
        """Read what is there, write it anew as one line, and wait for more."""
        try:
            self._hold.enter_context(locked(self.path))
        except TimeoutError:
            raise InputError(
                f"Expected a file that no other class uses, got {self.path}: one is running."
            ) from None
        except OSError as problem:
            raise self._unfit(problem.strerror) from None
        try:
            self._read()
            state = {"do": "restore", "state": self.hour.as_json()}
            write_whole(self.path, f"{json.dumps(FORMAT)}\n{json.dumps(state)}\n")
            self.path.chmod(0o600)  # there are names in it
            self._file = self.path.open("ab")
        except OSError as problem:
            raise self._unfit(problem.strerror) from None
        self._task = asyncio.create_task(self._write())

    async def stop(self) -> None:
        """Write what waits, and let go of the file."""
        if self._task:
            while self._waiting:
                await asyncio.sleep(0.01)
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._file:
            self._file.close()
        self._hold.close()

    async def commit(self, event: Event, *, keep: bool = True) -> Any:
        """Write an event, then let it happen."""
        if not keep:
            return self.happen(event)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((event, future))
        self._arrived.set()
        return await future

    async def _write(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            batch = self._waiting.copy()
            lines = "".join(f"{json.dumps(event)}\n" for event, _ in batch).encode()
            try:
                await asyncio.to_thread(self._append, lines)
            except OSError as problem:
                reason = problem.strerror or str(problem)
                sentence = f"The class cannot write its file ({reason}). Try again in a moment."
                for _, future in batch:
                    if not future.done():
                        future.set_exception(UnavailableError(sentence))
            else:
                for event, future in batch:
                    settle(future, self, event)
            del self._waiting[: len(batch)]
            if self._waiting:
                self._arrived.set()

    def _append(self, lines: bytes) -> None:
        assert self._file is not None
        size = os.fstat(self._file.fileno()).st_size
        try:
            self._file.write(lines)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError:
            # Anything half written has not happened. The buffer is left behind with its file
            # object.
            with contextlib.suppress(OSError):
                self._file.close()
            os.truncate(self.path, size)
            self._file = self.path.open("ab")
            raise

    def _read(self) -> None:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return
        *lines, _ = data.split(b"\n")  # the last one is empty, or was cut off
        if not data:
            return
        for number, line in enumerate(lines, 1):
            try:
                event = json.loads(line)
                if number == 1:
                    if event != FORMAT:
                        raise ValueError
                elif event["do"] == "restore":
                    self.hour.restore(event["state"])
                else:
                    with contextlib.suppress(RefusedError):
                        self.hour.apply(event)
            except (ValueError, TypeError, KeyError, AttributeError):
                raise InputError(
                    f"{self.path}:{number}: expected a line that a class has written, got another. "
                    "Name a new file, or take this line out."
                ) from None
        if not lines:
            raise self._unfit("it belongs to no class")

    def _unfit(self, reason: str | None) -> InputError:
        return InputError(f"Expected a file for the class, got {self.path}: {reason}.")


def settle(future: "asyncio.Future[Any]", ledger: Ledger, event: Event) -> None:
    """Let an event happen, and hand the result to whoever waits."""
    try:
        outcome = ledger.happen(event)
    except RefusedError as refused:
        if not future.done():
            future.set_exception(refused)
    else:
        if not future.done():
            future.set_result(outcome)
