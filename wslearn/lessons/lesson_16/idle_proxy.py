"""A small proxy with an idle limit: after this much silence it hangs up on both ends.

It does not look at what passes. Every byte counts as a sign of life, in either direction, whether
it belongs to a message, a Ping or a Pong (RFC 6455 §5.5.2 calls a Ping a keepalive).
"""

import asyncio
from contextlib import suppress

from wslearn.net.limits import READ_SIZE
from wslearn.protocol.handshake import parse_uri

HOST = "127.0.0.1"


class IdleProxy:
    """A way to a server on this computer; connect to its ``url`` in place of the server's.

    ``idle_seconds`` is how much silence it tolerates.
    """

    def __init__(self, idle_seconds: float) -> None:
        self.idle_seconds = idle_seconds
        self.url = ""
        self._server: asyncio.Server | None = None
        self._links: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Stop listening, and end every connection that goes through it."""
        if self._server is not None:
            self._server.close()
        for link in tuple(self._links):
            link.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)

    async def _link(
        self, host: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        there, onwards = await asyncio.open_connection(host, port)
        clock = asyncio.get_running_loop().time
        heard = clock()

        async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            nonlocal heard
            try:
                while data := await source.read(READ_SIZE):
                    heard = clock()
                    target.write(data)
                    await target.drain()
                target.write_eof()
            except OSError:  # one end was reset: nothing is left to carry the other way, either
                watching.cancel()

        async def watch() -> None:
            while (left := heard + self.idle_seconds - clock()) > 0:
                await asyncio.sleep(left)

        watching = asyncio.create_task(watch())
        carrying = [
            asyncio.create_task(carry(reader, onwards)),
            asyncio.create_task(carry(there, writer)),
        ]
        both = asyncio.gather(*carrying, return_exceptions=True)
        try:
            await asyncio.wait({watching, both}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (watching, *carrying):
                task.cancel()
            await asyncio.gather(watching, *carrying, return_exceptions=True)
            writer.close()
            onwards.close()


async def idle_proxy(uri: str, idle_seconds: float) -> IdleProxy:
    """A proxy in front of the server of this ``ws`` URI, on a free port of 127.0.0.1."""
    target = parse_uri(uri)
    proxy = IdleProxy(idle_seconds)

    async def joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        proxy._links.add(task)
        task.add_done_callback(proxy._links.discard)
        try:
            with suppress(OSError):
                await proxy._link(target.host, target.port, reader, writer)
        finally:
            writer.close()  # even where nobody answered at the other end

    proxy._server = await asyncio.start_server(joined, HOST, 0)
    proxy.url = f"ws://{HOST}:{proxy._server.sockets[0].getsockname()[1]}{target.resource}"
    return proxy
