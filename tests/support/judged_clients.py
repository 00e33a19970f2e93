"""Clients made with the field's libraries, as their manuals show it, to be judged.

Each connects ``times`` times, one after another, and sends back what comes. An error at the end
of a connection is ignored: the cases exist to provoke errors, and the judge sees the bytes. Each
connection ends when the judge ends it, or after ``BOUND``.
"""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.support.judged_servers import LIMIT, wsproto_talk
from tests.support.lab_driver import HOW_TO_GET_ONE, chromium, find_chromium
from wslearn.protocol.errors import NetworkError
from wslearn.protocol.uri import parse_uri

BOUND = 15.0
"""Seconds for one connection."""

MOST_SECONDS = 900.0
"""Seconds for all connections of a program that is not Python."""

Come = Callable[[str, int], Awaitable[None]]
"""Connects to a URL so many times; raises :class:`ProgramEndedError`."""


class ProgramEndedError(Exception):
    """A client's program ended before its last connection, with this exit status."""


def again(connect: Callable[[str], Awaitable[None]]) -> Come:
    """Connect again and again, whatever happens."""

    async def come(url: str, times: int) -> None:
        for _ in range(times):
            with suppress(Exception):
                async with asyncio.timeout(BOUND):
                    await connect(url)

    return come


async def wslearn_client(url: str) -> None:
    """wslearn itself."""
    from wslearn.net.client import connect
    from wslearn.protocol.deflate import Deflate

    async with await connect(url, deflate=Deflate()) as socket:
        async for message in socket:
            await socket.send(message)


async def websockets_client(url: str) -> None:
    """``websockets``, the interface for asyncio."""
    from websockets.asyncio.client import connect

    async with connect(url, proxy=None, max_size=LIMIT) as socket:
        async for message in socket:
            await socket.send(message)


async def threaded_websockets_client(url: str) -> None:
    """``websockets``, the interface for threads."""
    from websockets.sync.client import connect

    def talk() -> None:
        with connect(url, proxy=None, max_size=LIMIT) as socket:
            while True:
                socket.send(socket.recv(timeout=BOUND))

    await asyncio.to_thread(talk)


async def wsproto_client(url: str) -> None:
    """``wsproto``, with the few lines of asyncio that it needs."""
    import wsproto
    from wsproto.extensions import PerMessageDeflate

    uri = parse_uri(url)
    reader, writer = await asyncio.open_connection(uri.host, uri.port)
    connection = wsproto.WSConnection(wsproto.ConnectionType.CLIENT)
    asked = wsproto.events.Request(
        host=uri.host_header, target=uri.resource, extensions=[PerMessageDeflate()]
    )
    writer.write(connection.send(asked))
    await wsproto_talk(connection, reader, writer)


async def aiohttp_client(url: str) -> None:
    from aiohttp import ClientSession, WSMsgType

    async with (
        ClientSession() as session,
        session.ws_connect(url, compress=15, max_msg_size=LIMIT) as socket,
    ):
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                await socket.send_str(message.data)
            elif message.type == WSMsgType.BINARY:
                await socket.send_bytes(message.data)


async def tornado_client(url: str) -> None:
    from tornado.websocket import websocket_connect

    socket = await websocket_connect(url, compression_options={}, max_message_size=LIMIT)
    try:
        while (message := await socket.read_message()) is not None:
            await socket.write_message(message, binary=isinstance(message, bytes))
    finally:
        socket.close()


async def websocket_client(url: str) -> None:
    import websocket

    def echo(app: Any, message: str | bytes) -> None:
        (app.send_text if isinstance(message, str) else app.send_bytes)(message)

    app = websocket.WebSocketApp(url, on_message=echo)
    await asyncio.to_thread(app.run_forever, http_no_proxy=["127.0.0.1"])


IN_PYTHON: dict[str, Come] = {
    "wslearn": again(wslearn_client),
    "websockets": again(websockets_client),
    "websockets, threads": again(threaded_websockets_client),
    "wsproto": again(wsproto_client),
    "aiohttp": again(aiohttp_client),
    "tornado": again(tornado_client),
    "websocket-client": again(websocket_client),
}
"""By the name under which a package is installed, and what is chosen of it."""

ECHO = """
async (url, times, options) => {
  for (let at = 0; at < times; at++) await new Promise((done) => {
    const socket = new WebSocket(url, ...options);
    const bound = setTimeout(() => { socket.close(); done(); }, BOUND);
    socket.binaryType = "arraybuffer";
    socket.onmessage = (event) => socket.send(event.data);
    socket.onerror = socket.onclose = () => { clearTimeout(bound); done(); };
  });
}
""".replace("BOUND", f"{BOUND * 1000:.0f}")
"""An echo with the interface that browsers have (WHATWG); Node.js and ``ws`` have it, too."""


def node_client(folder: Path | None = None) -> Come:
    """The built-in WebSocket of Node.js, or ``ws``, installed in a folder.

    Raises :class:`NetworkError` where there is none.
    """
    if shutil.which("node") is None:
        raise NetworkError("Expected node, got none.")
    if folder is not None and not (folder / "node_modules" / "ws").is_dir():
        raise NetworkError(f"Expected ws in {folder} (npm install ws), got none.")
    loaded = "" if folder is None else "const { WebSocket } = require('ws');"
    options = "[]" if folder is None else f"[{{ maxPayload: {LIMIT} }}]"

    async def come(url: str, times: int) -> None:
        program = f"{loaded} ({ECHO})({json.dumps(url)}, {times}, {options})"
        process = await asyncio.create_subprocess_exec(
            "node", *_flags(), "-e", program, cwd=folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async with asyncio.timeout(MOST_SECONDS):
                status = await process.wait()
            if status:
                raise ProgramEndedError(status)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    return come


def _flags() -> list[str]:
    """The flag that turns on the WebSocket of a Node.js older than 22."""
    flag = "--experimental-websocket"
    asked = subprocess.run(["node", flag, "-e", ""], capture_output=True, check=False)
    return [flag] if asked.returncode == 0 else []


def node_told(expression: str, folder: Path | None = None) -> str:
    """The value of an expression in Node.js, as text."""
    said: str = subprocess.run(
        ["node", "-p", expression], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.strip()
    return said


def browser_client() -> tuple[Come, Callable[[], str]]:
    """The WebSocket of a headless Chromium, and a function that gives its version after it has run.

    Raises :class:`NetworkError` where there is none.
    """
    path = find_chromium()
    if path is None:
        raise NetworkError(HOW_TO_GET_ONE)
    seen: list[str] = []

    def talk(url: str, times: int) -> None:
        with chromium(path) as browser:
            seen.append(browser.version)
            page: Any = browser.new_page()
            page.set_default_timeout(MOST_SECONDS * 1000)
            page.evaluate(f"([url, times]) => ({ECHO})(url, times, [])", [url, times])

    async def come(url: str, times: int) -> None:
        await asyncio.to_thread(talk, url, times)

    return come, seen.pop
