"""A way to a server that can lose every byte without a word, as a network does (RFC 6455 §7.1.5).

Cutting a TCP connection is not the same: then both ends are told at once. Here both connections
stay, and nothing that is sent into them comes out again.
"""

import asyncio
from contextlib import suppress

from wslearn.net.limits import READ_SIZE
from wslearn.protocol.handshake import parse_uri

HOST = "127.0.0.1"


class Line:
    """One way to a server on this computer; connect to its ``url`` in place of the server's."""

    def __init__(self) -> None:
        self.url = ""
        self._lost = False
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    def lose(self) -> None:
        """From now on every byte is lost, in both directions, and nobody is told."""
        self._lost = True

    async def close(self) -> None:
        """End the line and everything that goes through it."""
        if self._server is not None:
            self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(READ_SIZE):
                if not self._lost:
                    writer.write(data)
                    await writer.drain()
        if not self._lost:
            writer.close()


async def line_to(uri: str) -> Line:
    """A line to the server of this ``ws`` URI, from a free port of 127.0.0.1."""
    target = parse_uri(uri)
    line = Line()

    async def joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, onwards = await asyncio.open_connection(target.host, target.port)
        line._writers |= {writer, onwards}
        await asyncio.gather(line._carry(reader, onwards), line._carry(there, writer))

    line._server = await asyncio.start_server(joined, HOST, 0)
    port = line._server.sockets[0].getsockname()[1]
    line.url = f"ws://{HOST}:{port}{target.resource}"
    return line
