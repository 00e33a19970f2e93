"""What keeps an answer's process small, quiet and to itself, as far as the system allows.

Limits on memory, time, files and file size come from the system, where it has them. On Linux an
empty network namespace takes the network away, and a filter of system calls (``system_calls``)
takes other processes away. In addition, Python itself reports what is about to be done (an audit
hook), and connections, other processes, writing outside the throw-away folder or too much in it,
and reading the course's own solutions are refused. All this stops accidents and curiosity. It does
not stop an attack on Python or on the system: it is not a sandbox.
"""

import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from . import system_calls

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38
"""Names of Linux (unshare(2), prctl(2))."""

LARGEST_FILE = 2**20
"""The largest file an answer may write, in bytes."""

MOST_FILES = 64
"""How many files an answer may have open at once."""

MOST_WRITTEN = 16
"""How many files or folders an answer may open to write, or make: with their size, its quota."""

_SOLUTIONS = r"wslearn[/\\]lessons[/\\]lesson_{}[/\\](__pycache__[/\\])?(exercises|solutions|wrong)"
"""Where the course's own answers to a lesson are, compiled or not."""

_REFUSED = {
    "a connection": (
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostby",
        "socket.sendmsg",
        "socket.sendto",
    ),
    "another process": (
        "os.exec",
        "os.fork",
        "os.kill",
        "os.posix_spawn",
        "os.spawn",
        "os.startfile",
        "os.system",
        "pty.spawn",
        "signal.pthread_kill",
        "subprocess.Popen",
    ),
    "a library of the system": ("ctypes.dlopen", "ctypes.dlsym"),
}
_CHANGES = {
    "os.chmod": 1,
    "os.chown": 1,
    "os.link": 2,
    "os.mkdir": 1,
    "os.remove": 1,
    "os.rename": 2,
    "os.rmdir": 1,
    "os.symlink": 2,
    "os.truncate": 1,
    "os.utime": 1,
}
"""How many of the arguments are paths."""

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def limit(memory: int, seconds: float) -> bool:
    """Limit this process to this many bytes of memory and seconds of computing.

    Returns whether the system could limit the memory; on Windows nothing is limited here.
    """
    try:
        import resource
    except ImportError:
        return False

    def lower(name: int, to: int) -> bool:
        _, most = resource.getrlimit(name)
        to = to if most == resource.RLIM_INFINITY else min(to, most)
        try:
            resource.setrlimit(name, (to, to))
        except (ValueError, OSError):  # macOS has the name, but not the limit
            return False
        return True

    lower(resource.RLIMIT_CPU, int(seconds) + 1)  # SIGXCPU; SIGKILL comes from elsewhere
    lower(resource.RLIMIT_CORE, 0)
    lower(resource.RLIMIT_FSIZE, LARGEST_FILE)
    lower(resource.RLIMIT_NOFILE, MOST_FILES)
    return lower(resource.RLIMIT_AS, memory)


def leave_the_network() -> bool:
    """Move this process into an empty network namespace of its own.

    Returns whether the system permits it: Linux, with one thread, and user namespaces switched on.
    """
    libc = _libc()
    if libc is None:
        return False
    return any(libc.unshare(flags) == 0 for flags in (CLONE_NEWUSER | CLONE_NEWNET, CLONE_NEWNET))


def die_with_the_parent() -> None:
    """End this process when the one that started it ends, where the system can."""
    libc = _libc()
    if libc is not None:
        libc.prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of whatever the processes below this one leave behind, where possible."""
    libc = _libc()
    if libc is not None:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def stay_alone() -> bool:
    """Refuse other processes from now on, by the system itself; returns whether it can (Linux)."""
    libc = _libc()
    return libc is not None and system_calls.stay_alone(libc)


def hide_memory() -> None:
    """Keep other processes of the same user out of this one's memory and pipes, where possible."""
    libc = _libc()
    if libc is not None:
        libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def _libc() -> Any:
    if sys.platform != "linux":
        return None
    with suppress(ImportError, OSError):
        import ctypes

        return ctypes.CDLL(None, use_errno=True)
    return None


def watch(home: str, lesson: str) -> None:
    """Refuse from now on what an answer has no business with; raises PermissionError there.

    Files may be written only in ``home``; the solutions of this lesson, and notebooks, may not be
    read. A hook of this kind cannot be taken away again.
    """
    home = os.path.realpath(home)
    sys.addaudithook(_hook(home, re.compile(_SOLUTIONS.format(lesson) + r"|\.ipynb$")))


def _hook(home: str, solutions: re.Pattern[str]) -> Callable[[str, tuple[Any, ...]], None]:
    inside = home + os.sep
    realpath, join, fspath, fsdecode = os.path.realpath, os.path.join, os.fspath, os.fsdecode
    refused = {start: what for what, starts in _REFUSED.items() for start in starts}
    starts = tuple(refused)

    def at_home(path: object) -> bool:
        if isinstance(path, int):  # what is already open was opened with permission
            return True
        if not isinstance(path, str | bytes | os.PathLike):
            return False
        path = realpath(join(home, fsdecode(fspath(path))))
        return path == os.devnull or path.startswith(inside)

    written: set[str] = set()

    def write(path: object) -> None:
        if not at_home(path):
            raise PermissionError("answers may write only in their own folder")
        if isinstance(path, str | bytes | os.PathLike):
            written.add(realpath(join(home, fsdecode(fspath(path)))))
        if len(written) > MOST_WRITTEN:
            raise PermissionError(f"answers may write {MOST_WRITTEN} files at most")

    def read(path: object) -> None:
        named = isinstance(path, str | bytes | os.PathLike)
        if named and solutions.search(realpath(fsdecode(fspath(path)))):  # type: ignore[type-var]
            raise PermissionError("answers are judged without the course's own solutions")

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(starts):
            what = next(refused[start] for start in starts if event.startswith(start))
            raise PermissionError(f"answers are judged without {what}")
        if event == "open":
            path, mode, flags = arguments
            writing = bool(flags & _WRITING) if isinstance(flags, int) else mode not in ("r", "rb")
            (write if writing else read)(path)
        elif event == "sqlite3.connect" and arguments[0] != ":memory:":
            write(arguments[0])
        for path in arguments[: _CHANGES.get(event, 0)]:
            write(path)

    return hook
