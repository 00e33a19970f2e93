"""Both ends of a tap by hand: servers and clients of raw bytes, and an echo."""

import asyncio
import contextlib

import websockets

from tests.support import peers
from wslearn.net.record.tap import Tap
from wslearn.protocol.examples import SAMPLE_KEY as NONCE

REQUEST = (
    f"GET /chat HTTP/1.1\r\nHost: 127.0.0.1:1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    f"Sec-WebSocket-Key: {NONCE}\r\nSec-WebSocket-Version: 13\r\n\r\n"
).encode()
REPLY = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)


@contextlib.asynccontextmanager
async def echo_server(**options):
    async def echo(connection):
        with contextlib.suppress(websockets.ConnectionClosed):
            async for message in connection:
                await connection.send(message)

    options = {"ping_interval": None, "max_size": 2**25} | options
    async with websockets.serve(echo, "127.0.0.1", 0, **options) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


@contextlib.asynccontextmanager
async def raw_server(handle, **options):
    """A server of raw bytes; ``handle`` gets a reader and a writer."""

    async def talk(raw):
        await handle(raw.reader, raw.writer)

    async with peers.raw_server(talk, **options) as port:
        yield f"ws://127.0.0.1:{port}/"


@contextlib.asynccontextmanager
async def raw_client(opened: Tap):
    reader, writer = await asyncio.open_connection("127.0.0.1", opened.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def shake_hands(reader, writer):
    writer.write(REQUEST)
    return await reader.readuntil(b"\r\n\r\n")


async def open_then(reader, writer):
    """The server's half of a handshake, by hand."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(REPLY)
