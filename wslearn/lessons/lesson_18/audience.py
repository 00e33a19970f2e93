"""One message to many: how long it takes, with a frame for all and with a frame for each.

Up to a thousand the clients are real sockets. Ten thousand of them are more than most systems let
one process have (both ends are in it), so there only the part above the sockets is run: ten
thousand connections, each of which is handed the bytes that it would send.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack

from wslearn.net.broadcast import broadcast
from wslearn.net.limits import Limits
from wslearn.net.open_files import raise_limit
from wslearn.net.server import serve
from wslearn.net.websocket import WebSocket
from wslearn.protocol.connection import Connection
from wslearn.protocol.shared import SharedMessage

from .bare_client import bare_client

TURNS = 5


def best(action: Callable[[], object], turns: int = TURNS) -> float:
    """The shortest of some turns, in the processor's milliseconds: disturbances only add time."""
    times = []
    for _ in range(turns):
        began = time.process_time()
        action()
        times.append(time.process_time() - began)
    return 1000 * min(times)


async def on_sockets(count: int, text: str, turns: int = TURNS) -> float:
    """Milliseconds for one broadcast of this text to this many real sockets."""
    raise_limit(2 * count + 200)
    limits = Limits(connections=count + 10, ping_seconds=None)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(await serve(WebSocket.wait_closed, limits=limits))
        for _ in range(count):
            line = await bare_client(server.url, hello="")
            stack.callback(line.close)
        while len(server.connections) < count:
            await asyncio.sleep(0.01)
        return best(lambda: broadcast(server.connections, text), turns)


def without_sockets(count: int, text: str) -> tuple[float, float]:
    """Milliseconds for this many connections to be handed this text: framed once, framed for
    each."""
    ends = [Connection("server") for _ in range(count)]

    def once() -> None:
        shared = SharedMessage(text)
        for end in ends:
            end.send_shared(shared)

    def each() -> None:
        for end in ends:
            end.send_text(text)

    return best(once), best(each)
