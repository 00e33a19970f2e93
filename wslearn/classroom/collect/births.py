"""Processes for answers, seen from the judge: each has two files to talk through, and an end."""

import json
import os
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, Protocol

from .processes import kill, python


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process used: ``seconds`` of computing, ``memory`` in bytes at its most.

    ``signal`` is the number of the signal that ended it before we did, or 0; ``queued`` are the
    seconds for which it wanted to compute and others did.
    """

    seconds: float = 0.0
    memory: int = 0
    signal: int = 0
    queued: float = 0.0


class Process(Protocol):
    """The process of one answer: a task goes in as a line of ``tasks``, its reply is a line."""

    tasks: IO[bytes]
    replies: IO[bytes]

    def end(self, gone: bool) -> Usage:
        """End it and everything that it started; ``gone`` if it seems to have ended already."""


class Births:
    """Starts the processes of one judge's answers, one at a time.

    ``inside`` are the words of a command in which they run.
    """

    def __init__(self, folder: str, inside: Sequence[str] = ()) -> None:
        self.folder, self.inside = folder, inside
        self._nurseries: dict[tuple[str, ...], _Nursery] = {}

    def one(self, limits: Mapping[str, Any]) -> Process:
        """The process of an answer; raises :class:`OSError`.

        ``limits`` names its ``folder``, the ``memory`` (bytes) and the ``seconds`` that it may
        take, the ``exercise`` and what the course ``lends`` to its answers.
        """
        if not (hasattr(os, "fork") and hasattr(socket, "send_fds")):
            return _Started(limits)
        lends = tuple(limits["lends"])
        if lends not in self._nurseries:
            self._nurseries[lends] = _Nursery(self.folder, self.inside, lends)
        return self._nurseries[lends].bear(limits)

    def close(self) -> None:
        """End the nurseries."""
        for nursery in self._nurseries.values():
            nursery.close()


class _Nursery:
    def __init__(self, folder: str, inside: Sequence[str], lends: tuple[str, ...]) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = python(
                f"{__package__}.nursery",
                folder,
                call=f"serve({theirs.fileno()}, {lends!r})",
                keep=(theirs.fileno(),),
                inside=inside,
            )

    def bear(self, limits: Mapping[str, Any]) -> Process:
        ours, theirs = socket.socketpair()
        with theirs:
            request = json.dumps(dict(limits)).encode()
            socket.send_fds(self._control, [request], [theirs.fileno()])
        return _Born(self._control, ours, _said(self._control)["born"])

    def close(self) -> None:
        self._control.close()
        kill(self._process)


def _said(control: socket.socket) -> dict[str, float]:
    line = control.recv(4096)
    if not line:
        raise OSError("the nursery ended")
    answer: dict[str, float] = json.loads(line)
    return answer


class _Born:
    """A copy of the nursery."""

    def __init__(self, control: socket.socket, connection: socket.socket, number: float) -> None:
        self._control, self._connection, self._number = control, connection, number
        self.tasks: IO[bytes] = connection.makefile("wb")
        self.replies: IO[bytes] = connection.makefile("rb")

    def end(self, gone: bool) -> Usage:
        """End it through its parent, and hang up."""
        try:
            self._control.send(json.dumps({"end": self._number, "gone": gone}).encode())
            used = _said(self._control)
        finally:
            with suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)
            with suppress(OSError):
                self.tasks.close()
            self._connection.close()  # and `replies`, once whoever reads from it is done
        return Usage(
            used["seconds"], int(used["memory"]), int(used["signal"]), used.get("queued", 0.0)
        )


class _Started:
    """A Python of its own, where no process can be copied."""

    def __init__(self, limits: Mapping[str, Any]) -> None:
        self._process = python(f"{__package__}.worker", limits["folder"])
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.tasks, self.replies = self._process.stdin, self._process.stdout
        self.tasks.write(json.dumps(dict(limits)).encode() + b"\n")
        self.tasks.flush()

    def end(self, gone: bool) -> Usage:
        """End it."""
        kill(self._process)
        return Usage()
