"""How many opening handshakes of one client are under way at once, seen from the server.

RFC 6455 §4.1 lets a client open one connection to an address at a time: the next one waits until
the last is open or has failed. So a page cannot have a browser send a hundred handshakes at once.
It can have it hold a hundred open connections, one set up after another.
"""

import asyncio
from collections.abc import Awaitable, Callable

from wslearn.net.client import connect
from wslearn.protocol.handshake import (
    check_request,
    client_request,
    encode_key,
    server_response,
)

HOST = "127.0.0.1"
SLOWLY = 0.02
"""How long the server takes for each reply, in seconds."""

Client = Callable[[str], Awaitable[object]]


async def most_pending(client: Client, times: int) -> int:
    """The most handshakes that were under way at once when a client connected this many times
    together."""
    pending = most = 0

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal pending, most
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            pending += 1
            most = max(most, pending)
            await asyncio.sleep(SLOWLY)
            pending -= 1
            writer.write(server_response(check_request(head)).encode())
            await writer.drain()
        except (OSError, EOFError):
            pass  # the client has gone
        finally:
            writer.close()

    server = await asyncio.start_server(reply, HOST, 0)
    try:
        url = f"ws://{HOST}:{server.sockets[0].getsockname()[1]}/"
        await asyncio.gather(*(client(url) for _ in range(times)))
    finally:
        server.close()
    return most


async def as_the_rfc_says(url: str) -> None:
    """A client that keeps the rule."""
    socket = await connect(url)
    await socket.close()


async def as_a_program_may(url: str) -> None:
    """A client that keeps no rule: it sends its request, and waits for nobody else's reply."""
    port = int(url.rstrip("/").rpartition(":")[2])
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(client_request(url, encode_key(bytes(16))).encode())
    await reader.read()
    writer.close()
