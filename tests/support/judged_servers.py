"""Echo servers made with the field's libraries, as their manuals show it, to be judged."""

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from wslearn.protocol.errors import NetworkError

HOST = "127.0.0.1"
LIMIT = 2**20
"""The longest message that each of them is told to take, in bytes."""


@asynccontextmanager
async def wslearn_server() -> AsyncIterator[int]:
    """wslearn itself."""
    from wslearn.apps.echo import echo
    from wslearn.net.server import serve
    from wslearn.protocol.deflate import Deflate

    async with await serve(echo, deflate=Deflate()) as server:
        yield server.port


@asynccontextmanager
async def websockets_server() -> AsyncIterator[int]:
    from websockets.asyncio.server import serve

    async def echo(connection: Any) -> None:
        async for message in connection:
            await connection.send(message)

    async with serve(echo, HOST, 0, max_size=LIMIT) as server:
        yield next(iter(server.sockets)).getsockname()[1]


@asynccontextmanager
async def aiohttp_server() -> AsyncIterator[int]:
    from aiohttp import WSMsgType, web

    async def echo(request: Any) -> Any:
        socket = web.WebSocketResponse(max_msg_size=LIMIT)
        await socket.prepare(request)
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                await socket.send_str(message.data)
            elif message.type == WSMsgType.BINARY:
                await socket.send_bytes(message.data)
        return socket

    application = web.Application()
    application.router.add_get("/", echo)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0, shutdown_timeout=0.1)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def tornado_server() -> AsyncIterator[int]:
    import tornado.web
    import tornado.websocket

    class Echo(tornado.websocket.WebSocketHandler):
        def get_compression_options(self) -> dict[str, Any]:
            return {}

        def check_origin(self, origin: str) -> bool:
            return super().check_origin(origin)

        async def on_message(self, message: str | bytes) -> None:
            with suppress(tornado.websocket.WebSocketClosedError):
                await self.write_message(message, binary=isinstance(message, bytes))

    application = tornado.web.Application([("/", Echo)], websocket_max_message_size=LIMIT)
    server = application.listen(0, HOST)
    (listening,) = server._sockets.values()
    try:
        yield listening.getsockname()[1]
    finally:
        server.stop()


async def _application(scope: Any, receive: Any, send: Any) -> None:
    """An echo for ASGI."""
    if scope["type"] != "websocket":
        return
    while True:
        event = await receive()
        if event["type"] == "websocket.connect":
            await send({"type": "websocket.accept"})
        elif event["type"] == "websocket.receive":
            given = {key: event[key] for key in ("text", "bytes") if event.get(key) is not None}
            await send({"type": "websocket.send", **given})
        else:
            return


@asynccontextmanager
async def uvicorn_server(ws: str = "auto") -> AsyncIterator[int]:
    """``uvicorn`` with its default WebSocket."""
    import uvicorn

    config = uvicorn.Config(
        _application, host=HOST, port=0, ws=ws, log_level="critical", lifespan="off",
        ws_max_size=LIMIT, timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    running = asyncio.create_task(server._serve())
    try:
        async with asyncio.timeout(20):
            while not server.started:
                await asyncio.sleep(0.02)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await running


def wsproto_answers(connection: Any) -> tuple[bytes, bool]:
    """An echo over ``wsproto``, as its manual shows it, and whether the connection is over."""
    from wsproto import events, extensions

    output, ended = b"", False
    for event in connection.events():
        match event:
            case events.Request():
                deflate = extensions.PerMessageDeflate()
                output += connection.send(events.AcceptConnection(extensions=[deflate]))
            case events.Message():
                reply = type(event)(event.data, message_finished=event.message_finished)
                output += connection.send(reply)
            case events.Ping():
                output += connection.send(event.response())
            case events.RejectConnection():  # only a client gets this
                ended = True
            case events.CloseConnection():
                output += connection.send(event.response())
                ended = True
    return output, ended


async def wsproto_talk(
    connection: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Bytes in, bytes out, until an error, which holds the Close to send, as ``wsproto``'s manual
    says."""
    from wsproto.utilities import RemoteProtocolError

    ended = False
    with suppress(OSError):
        while not ended and (data := await reader.read(65536)):
            try:
                connection.receive_data(data)
                output, ended = wsproto_answers(connection)
            except RemoteProtocolError as fault:
                hint = fault.event_hint
                output, ended = connection.send(hint) if hint is not None else b"", True
            writer.write(output)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def wsproto_server() -> AsyncIterator[int]:
    """``wsproto``, with the few lines of asyncio that it needs."""
    import wsproto

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await wsproto_talk(wsproto.WSConnection(wsproto.ConnectionType.SERVER), reader, writer)

    async with await asyncio.start_server(accept, HOST, 0) as server:
        yield server.sockets[0].getsockname()[1]


NODE = """
const { WebSocketServer } = require("ws");
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, maxPayload: 1048576,
  perMessageDeflate: true });
server.on("connection", (socket) => {
  socket.on("error", () => {});
  socket.on("message", (data, binary) => socket.send(data, { binary }));
});
server.on("listening", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit()).resume();
"""


@asynccontextmanager
async def ws_server(folder: Path) -> AsyncIterator[int]:
    """``ws`` for Node.js, installed in a folder; raises :class:`NetworkError` without it."""
    if shutil.which("node") is None or not (folder / "node_modules" / "ws").is_dir():
        raise NetworkError(f"Expected node, and ws in {folder} (npm install ws), got neither.")
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            ["node", "-e", NODE], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=errors,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            line = await asyncio.to_thread(process.stdout.readline)
            yield int(line)
        finally:
            process.stdin.close()
            await asyncio.to_thread(process.wait, 20)
            process.stdout.close()


Start = Callable[[], AbstractAsyncContextManager[int]]

IN_PYTHON: dict[str, Start] = {
    "wslearn": wslearn_server,
    "websockets": websockets_server,
    "wsproto": wsproto_server,
    "aiohttp": aiohttp_server,
    "tornado": tornado_server,
    "uvicorn": uvicorn_server,
}
"""By the name under which a package is installed."""
