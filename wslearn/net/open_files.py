"""Every connection is an open file, and the system lets a process have only so many.

Many systems start a process with a *soft* limit of 1,024 (macOS: 256), which it may raise itself up
to the *hard* one. A server that takes connections until the system says no (EMFILE) then cannot
open a file of its own either, and asyncio reports each refusal with a traceback, thousands of times
a second. So a server raises the limit, takes fewer connections than it allows, and says once what
is wrong if files run out all the same.
"""

import asyncio
import errno
import logging
from typing import Any

log = logging.getLogger("wslearn.net")

RESERVED = 64
"""Files that a server needs besides its connections: libraries, pages, logs, a database."""

SHORT_OF = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


def raise_limit(wanted: int) -> None:
    """Raise the soft limit to this many files, or as far as the system allows; never lower it."""
    try:
        from resource import RLIM_INFINITY, RLIMIT_NOFILE, getrlimit, setrlimit
    except ImportError:  # Windows has no such limit for sockets, and a page has none at all
        return
    soft, hard = getrlimit(RLIMIT_NOFILE)
    most = wanted if hard == RLIM_INFINITY else min(wanted, hard)
    if soft != RLIM_INFINITY and soft < most:
        try:
            setrlimit(RLIMIT_NOFILE, (most, hard))
        except (OSError, ValueError) as problem:  # macOS has a lower limit that it does not name
            log.debug("The limit of open files stays at %d: %s", soft, problem)


def room_for(connections: int) -> int:
    """This many connections, or fewer where the limit of open files requires it; at least one."""
    try:
        from resource import RLIM_INFINITY, RLIMIT_NOFILE, getrlimit
    except ImportError:
        return connections
    soft = getrlimit(RLIMIT_NOFILE)[0]
    if soft == RLIM_INFINITY:
        return connections
    return max(1, min(connections, soft - RESERVED))


def say_once(loop: asyncio.AbstractEventLoop) -> None:
    """Have this loop log one sentence, once, when files run out, and all other faults as before."""
    said = False

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        nonlocal said
        problem = context.get("exception")
        if said and isinstance(problem, ValueError) and "_start_serving" in repr(context):
            return  # asyncio would start accepting again even though the server has ended meanwhile
        if getattr(problem, "errno", None) not in SHORT_OF:
            loop.default_exception_handler(context)
        elif not said:
            said = True
            log.error(
                "This process may have no more files open (%s), so nobody new can connect until "
                "others leave. `ulimit -n` shows and raises the limit.",
                getattr(problem, "strerror", ""),
            )

    loop.set_exception_handler(handle)
