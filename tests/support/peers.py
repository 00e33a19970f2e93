"""Peers that speak well or badly, byte by byte, and a loop that notices what is left behind."""

import asyncio
import gc
import os
import socket as sockets
import sys
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from wslearn.net.limits import Limits
from wslearn.net.memory import install, is_installed
from wslearn.net.server import Server
from wslearn.net.tcp import reset
from wslearn.net.websocket import WebSocket
from wslearn.protocol.accept import accept_key
from wslearn.protocol.examples import COURSE_KEY as MASK
from wslearn.protocol.examples import SAMPLE_KEY as KEY
from wslearn.protocol.frame import Frame
from wslearn.protocol.parser import FrameParser

PATIENCE = 120
"""Seconds after which a test has failed; nothing takes nearly as long, except on a very busy
machine."""

QUICK = Limits(
    open_seconds=0.3, close_seconds=0.3, ping_seconds=0.1, pong_seconds=0.1, write_seconds=0.3
)
"""Every time limit so short that a test can wait for it."""


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens now."""
    with sockets.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def open_sockets() -> int:
    """How many sockets this process has open."""
    links = Path("/proc/self/fd")
    if not links.exists():
        return 0
    names = []
    for link in links.iterdir():
        try:
            names.append(os.readlink(link))
        except OSError:  # the one that lists them
            continue
    return sum(name.startswith("socket:") for name in names)


def run_supervised(test: Coroutine[Any, Any, None], *, in_memory: bool = False) -> None:
    """Run a coroutine with asyncio's debug mode; fail for any task, socket or warning it leaves.

    ``in_memory`` gives its event loop a network inside this process.
    """
    problems: list[object] = []
    gc.collect()  # what an earlier test left behind is not this one's
    gc.freeze()  # and what is still in use need not be searched after each test
    before = open_sockets()

    async def main() -> None:
        loop = asyncio.get_running_loop()
        if in_memory:
            install(loop)
        loop.slow_callback_duration = PATIENCE  # a busy machine is no fault for the log
        loop.set_exception_handler(lambda _, context: problems.append(context))
        async with asyncio.timeout(PATIENCE):
            await test
        await until(lambda: asyncio.all_tasks() == {asyncio.current_task()})

    hook, sys.unraisablehook = sys.unraisablehook, problems.append
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            asyncio.run(main(), debug=True)
            gc.collect()
    finally:
        sys.unraisablehook = hook
    if problems:  # raised by hand: pytest does not rewrite this module's asserts
        raise AssertionError("\n".join(str(problem) for problem in problems[:3]))
    assert open_sockets() <= before


async def until(true: Callable[[], object]) -> None:
    """Wait until this is true, a few seconds at most."""
    for _ in range(1000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"it never came true: {true}, tasks {asyncio.all_tasks()}")


async def echo(socket: WebSocket) -> None:
    """Send back what comes."""
    async for message in socket:
        await socket.send(message)


def request_bytes(*headers: str, target: str = "/", **changed: str) -> bytes:
    """An opening handshake; ``changed`` replaces headers, such as ``Upgrade="h2c"``."""
    fields = {
        "Host": "127.0.0.1",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": KEY,
        "Sec-WebSocket-Version": "13",
    }
    fields |= {name.replace("_", "-"): value for name, value in changed.items()}
    lines = [f"GET {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, *headers, "", ""]).encode()


def reply_bytes(request: bytes, *headers: str) -> bytes:
    """The 101 that answers a request, with any extra headers."""
    key = next(
        line.partition(":")[2].strip()
        for line in request.decode().splitlines()
        if line.lower().startswith("sec-websocket-key:")
    )
    lines = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {accept_key(key)}",
    ]
    return "\r\n".join([*lines, *headers, "", ""]).encode()


class Raw:
    """A client or a server that sends what it is told and nothing else."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, receiver: str
    ) -> None:
        self.reader, self.writer = reader, writer
        self.masks = receiver == "client"
        self._parser = FrameParser(receiver)
        self._frames: list[Frame] = []
        self.reply = b""

    @classmethod
    async def dial(cls, server: Server, *, buffer: int | None = None) -> "Raw":
        """Connect without sending; ``buffer`` is how many bytes the kernel keeps unread."""
        if is_installed(asyncio.get_running_loop()):
            return cls(*await asyncio.open_connection(server.host, server.port), "client")
        own = sockets.socket()
        own.setblocking(False)
        if buffer is not None:
            own.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, buffer)
        try:
            await asyncio.get_running_loop().sock_connect(own, (server.host, server.port))
            return cls(*await asyncio.open_connection(sock=own, limit=2**16), "client")
        except BaseException:
            own.close()
            raise

    @classmethod
    async def open(cls, server: Server, *headers: str, buffer: int | None = None) -> "Raw":
        """Connect and shake hands."""
        raw = await cls.dial(server, buffer=buffer)
        try:
            await raw.send(request_bytes(*headers))
            raw.reply = await raw.head()
            assert raw.reply.startswith(b"HTTP/1.1 101 "), raw.reply
        except BaseException:
            raw.writer.transport.abort()
            raise
        return raw

    async def head(self) -> bytes:
        """The head of an HTTP message."""
        return await self.reader.readuntil(b"\r\n\r\n")

    async def send(self, *data: bytes | Frame) -> None:
        """Send bytes as they are, and frames masked or not, as this side must."""
        key = MASK if self.masks else None
        parts = [p.encode(mask_key=key) if isinstance(p, Frame) else p for p in data]
        self.writer.write(b"".join(parts))
        await self.writer.drain()

    async def frame(self) -> Frame:
        """The next frame; raises EOFError at the end."""
        while not self._frames:
            data = await self.reader.read(2**16)
            if not data:
                raise EOFError
            self._frames += self._parser.feed(data)
        return self._frames.pop(0)

    async def frames(self) -> list[Frame]:
        """All frames until the other side ends TCP."""
        frames = []
        while True:
            try:
                frames.append(await self.frame())
            except EOFError:
                return frames

    def reset(self) -> None:
        """End TCP with a reset (RST) in place of an orderly end."""
        reset(self.writer)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.transport.abort()


Talk = Callable[[Raw], Awaitable[object]]


@asynccontextmanager
async def raw_server(talk: Talk, host: str = "127.0.0.1", **options: Any) -> AsyncIterator[int]:
    """A server that answers each connection as ``talk`` says; yields its port."""
    tasks: set[asyncio.Task[object]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(Raw(reader, writer, "server"))
        except (OSError, EOFError, asyncio.IncompleteReadError):
            pass  # the client has gone
        finally:
            writer.transport.abort()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, host, 0, **options)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def open_for(raw: Raw, *headers: str) -> None:
    """As a server, read the request and open the connection."""
    await raw.send(reply_bytes(await raw.head(), *headers))
