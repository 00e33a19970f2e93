"""A broadcast to a few, one of whom reads nothing: what waits for it, and what the others get."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from wslearn.net.broadcast import Slow, broadcast
from wslearn.net.client import connect
from wslearn.net.limits import Limits
from wslearn.net.server import serve
from wslearn.net.websocket import WebSocket

Way = Slow | Literal["await send"]
WAYS: tuple[Way, ...] = ("await send", "queue", "drop", "close")
"""Ways to tell many the same: our own ``send`` one after another, and the three policies."""

SIZE = 32 * 1024
"""Bytes of each message."""

MESSAGES = 128

UNSENT = 512 * 1024
"""How many bytes may wait for one peer where the policy is to queue or to close."""

PATIENCE = 1.0
"""After this many seconds in which one message is not sent, the server is said to wait."""

BOUNDED = Limits(unsent_size=UNSENT, ping_seconds=None)
DEAF = Limits(waiting=1, take_seconds=600, ping_seconds=None)


@dataclass(slots=True)
class Course:
    """What happened, message by message.

    ``waiting``  bytes that waited in the server for the stalled one, after each message
    ``got``      how many messages each of the others has got
    ``missed``   how many the stalled one has missed
    ``closed``   whether its connection was closed
    """

    waiting: list[int] = field(default_factory=list)
    got: int = 0
    missed: int = 0
    closed: bool = False


async def beside_a_stalled_one(way: Way, *, readers: int = 3) -> Course:
    """Tell one that reads nothing and some others :data:`MESSAGES`, in one of ``WAYS``."""
    course, text = Course(), "x" * SIZE
    async with await serve(WebSocket.wait_closed, limits=BOUNDED) as server:
        deaf = await connect(server.url, limits=DEAF)
        (there,) = server.connections
        good = [await connect(server.url) for _ in range(readers)]
        everybody = [there, *(server.connections - {there})]
        try:
            for _ in range(MESSAGES):
                if way == "await send":
                    if not await _one_by_one(everybody, text):
                        break
                else:
                    broadcast(everybody, text, slow=way)
                await asyncio.gather(*(one.recv() for one in good))
                course.got += 1
                course.waiting.append(there.unsent)
            course.missed, course.closed = there.missed, there.ending
        finally:
            deaf.leave()
            there.leave()
            for one in good:
                await one.close()
    return course


async def _one_by_one(sockets: Iterable[WebSocket], text: str) -> bool:
    """Send to one after another; False: one of them has to be waited for."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            for socket in sockets:
                await socket.send(text)
            return True
    return False
