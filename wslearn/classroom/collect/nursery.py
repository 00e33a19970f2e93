"""Where answers get their processes: one that has loaded Python, and is copied for each answer.

Starting Python takes longer than judging most answers, and fork(2) copies a process that has
already started. The nursery holds nothing of the course that an answer must not see (``lent``).
Each answer's process has a connection of its own to the judge, handed over at its birth, so that
none can speak for another.

Where the system cannot fork, each answer's process is started separately (``births``).
"""

import gc
import json
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from . import fence, lent, worker

USUAL = ("asyncio", "base64", "codecs", "collections", "hashlib", "itertools", "random", "struct")
"""What many answers import, loaded before them, besides :mod:`wslearn` itself; but no lesson."""

LONGEST_REQUEST = 4096
A_MOMENT = 0.5
"""In seconds: how long a process may take to end after its files are closed."""

_ROUNDS = 100
"""How often children that were left behind are looked for; each round ends a generation."""


def serve(control: int, lends: Sequence[str]) -> None:
    """Bear and end processes as the judge on the other end of this socket asks, until it hangs up.

    ``control`` is a file descriptor, ``lends`` are modules of lessons that the answers depend on.
    """
    for name in (*USUAL, "wslearn"):
        import_module(name)
    lent.load(lends)
    fence.die_with_the_parent()
    fence.hide_memory()
    fence.adopt_orphans()
    guards = {"network": fence.leave_the_network()}
    gc.freeze()
    with socket.socket(fileno=control) as judge:
        while True:
            request, handed, _, _ = socket.recv_fds(judge, LONGEST_REQUEST, 1)
            if not request:
                end_all()
                return
            task = json.loads(request)
            if "end" in task:
                judge.send(json.dumps(_end(task["end"], task["gone"])).encode())
                continue
            child = os.fork()
            if not child:
                judge.close()
                _live(handed[0], task, guards)
            os.close(handed[0])
            judge.send(json.dumps({"born": child}).encode())


def _live(connection: int, task: dict[str, Any], guards: dict[str, bool]) -> None:
    """The whole life of an answer's process."""
    status = 1
    try:
        os.setsid()
        os.chdir(task["folder"])
        os.environ.update(dict.fromkeys(("HOME", "TMPDIR"), task["folder"]))
        tempfile.tempdir = None
        with os.fdopen(os.dup(connection), "rb") as tasks, os.fdopen(connection, "wb") as replies:
            worker.serve(tasks, replies, task, guards)
        status = 0
    finally:
        os._exit(status)


def _end(child: int, gone: bool) -> dict[str, Any]:
    """End a process and everything that it started; return what it used, and the signal that ended
    it before.

    One that is ``gone`` closed its connection, and may be about to end: it is given a moment.
    """
    by_itself = False
    end = time.monotonic() + (A_MOMENT if gone else 0)
    while not by_itself:
        by_itself = os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        if time.monotonic() >= end:
            break
        time.sleep(0.002)
    queued = _queued(child)
    with suppress(OSError):
        os.killpg(child, signal.SIGKILL)
    with suppress(OSError):
        os.kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    end_all()
    scale = 1 if sys.platform == "darwin" else 1024
    return {
        "seconds": usage.ru_utime + usage.ru_stime,
        "queued": queued,
        "memory": usage.ru_maxrss * scale,
        "signal": os.WTERMSIG(status) if by_itself and os.WIFSIGNALED(status) else 0,
    }


def _queued(process: int) -> float:
    """Seconds for which a process could have computed and others did, where Linux reports it."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[1]) / 1e9
    return 0.0


def end_all() -> None:
    """End every process below this one, even those that an answer left behind."""
    for _ in range(_ROUNDS):
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        for child in _children():
            with suppress(OSError):
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)


def _children() -> list[int]:
    """The processes whose parent this one is, as far as the system tells (/proc)."""
    mine = []
    with suppress(OSError):
        for entry in os.listdir("/proc"):
            with suppress(OSError, ValueError, IndexError):
                said = Path("/proc", str(int(entry)), "stat").read_text(errors="replace")
                if int(said.rpartition(")")[2].split()[1]) == os.getpid():
                    mine.append(int(entry))
    return mine
