"""How much memory an idle connection costs a server, in bytes.

What Python and zlib hold is counted (``tracemalloc``): the objects of a connection, its buffers,
and the windows and tables of compression. Not counted is what the system keeps for a socket, and
what an allocator wastes; so a whole process grows by somewhat more.

Each connection has received one message and sent one, since some parts are made only then.
"""

import gc
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from wslearn.net.limits import Limits
from wslearn.net.open_files import raise_limit
from wslearn.net.server import serve
from wslearn.net.websocket import WebSocket
from wslearn.protocol.deflate import Deflate

from .bare_client import bare_client

Opened = Callable[[], AbstractAsyncContextManager[str]]
"""Starts an echo server on 127.0.0.1; gives the server's URI."""

SETTINGS = {
    "no compression": None,
    "a window of 12 bits": Deflate(window_bits=12, peer_window_bits=12),
    "a window of 15 bits": Deflate(),
    "15 bits, no context takeover": Deflate(
        no_context_takeover=True, peer_no_context_takeover=True
    ),
}
"""Ways to compress, or not."""

DOCUMENTED = {"no compression": 14, "a window of 12 bits": 64, "a window of 15 bits": 316}
"""KiB for a connection, as the documentation of `websockets` has it (its page “Compression”, read
in November 2026; https://websockets.readthedocs.io/en/stable/topics/compression.html). The pages of
its versions 10 said 19, 70 and 322."""


async def echo(socket: WebSocket) -> None:
    """Send back what comes."""
    async for message in socket:
        await socket.send(message)


def ours(deflate: Deflate | None) -> Opened:
    """An echo server of this course, compressing like that."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[str]:
        limits = Limits(ping_seconds=None)
        async with await serve(echo, deflate=deflate, limits=limits) as server:
            yield server.url

    return opened


async def per_connection(server: Opened, deflate: Deflate | None, count: int = 50) -> int:
    """How many bytes each of this many connections costs; clients offer what ``deflate`` says."""
    raise_limit(2 * count + 200)
    async with server() as uri:
        lines = [await bare_client(uri, deflate)]  # anything made only once is made for this one
        was_on = tracemalloc.is_tracing()
        if not was_on:
            tracemalloc.start()
        try:
            before = _held()
            lines += [await bare_client(uri, deflate) for _ in range(count)]
            return (_held() - before) // count
        finally:
            if not was_on:
                tracemalloc.stop()
            for line in lines:
                line.close()


def _held() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]
