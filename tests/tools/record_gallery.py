"""Send every frame of the malformed gallery to real programs, and record what they answer.

    python -m tests.tools.record_gallery

``websockets``, ``wsproto``, tornado and a real Chromium are asked, each as an ordinary program that
sends every message back: as a server they get the frames of a bad client, and as a client those of
a bad server. (A browser is not a server.) The record has the bytes that came back within a moment,
and whether the program ended TCP; their meaning is read from them when they are shown.
"""

import argparse
import asyncio
import http.server
import json
import logging
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import tornado.websocket
import websockets.asyncio.client
import wsproto
import wsproto.events
import wsproto.extensions
from playwright.async_api import async_playwright

from tests.support.judged_servers import HOST, IN_PYTHON, wsproto_talk
from tests.support.lab_driver import CHROMIUM_FLAGS, HOW_TO_GET_ONE, NO_OTHER_HOST, find_chromium
from wslearn.labs.gallery.malformed import GALLERY, LIMIT, RECORDED, Malformed
from wslearn.protocol.codes import Opcode
from wslearn.protocol.deflate import Deflate
from wslearn.protocol.dissect import dissect_all
from wslearn.protocol.handshake import check_request, client_request, encode_key, server_response
from wslearn.protocol.http1 import read_request, read_response

SILENCE = 0.4
"""After so many seconds without a byte a program has said what it had to say."""

MOMENT = 2.0
"""And after so many, whatever it does."""

MOST_KEPT = 256
"""Bytes of an answer that are kept: a Close and what an echo begins with."""


# -- our end of the wire: it sends what no honest peer would ---------------------------------------


async def listen(reader: asyncio.StreamReader) -> dict[str, Any]:
    """What comes back, until the peer is silent or has ended TCP."""
    heard, ended = b"", False
    loop = asyncio.get_running_loop()
    until = loop.time() + MOMENT
    while loop.time() < until and not ended:
        try:
            async with asyncio.timeout(SILENCE if not closing(heard) else MOMENT):
                data = await reader.read(65536)
        except TimeoutError:
            break
        except ConnectionError:
            data = b""
        heard, ended = heard + data, not data
    return {"hex": heard[:MOST_KEPT].hex(), "ended": ended}


def closing(heard: bytes) -> bool:
    """Whether a Close has come, after which TCP should end."""
    return any(
        seen.frame is not None and seen.frame.opcode == Opcode.CLOSE
        for seen in dissect_all(heard, "client")
    )


async def head_of(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(10):
        return await reader.readuntil(b"\r\n\r\n")


async def as_bad_client(port: int, entry: Malformed) -> dict[str, Any]:
    """Connect to a server, send the frames, and record what it answers."""
    reader, writer = await asyncio.open_connection(HOST, port)
    request = client_request(
        f"ws://{HOST}:{port}/",
        encode_key(bytes(range(16))),
        deflate=Deflate() if entry.deflate else None,
    )
    writer.write(request.encode())
    reply = read_response(await head_of(reader), final=True)
    assert reply is not None
    assert reply.message.status == 101, reply.message
    agreed = "permessage-deflate" in (reply.message.headers.get("Sec-WebSocket-Extensions") or "")
    assert agreed == entry.deflate, (entry.id, reply.message)
    writer.write(entry.data_before("server") + entry.data("server"))
    try:
        return await listen(reader)
    finally:
        writer.transport.abort()


class BadServer:
    """A server that sends one entry to every client, and keeps the answer."""

    def __init__(self) -> None:
        self.entry = GALLERY[0]
        self.answer: asyncio.Future[dict[str, Any]]

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = read_request(await head_of(reader), final=True)
        assert request is not None
        check = check_request(request, deflate=Deflate() if self.entry.deflate else None)
        if self.entry.deflate:
            assert check.agreement is not None, request.message
        writer.write(server_response(check).encode())
        writer.write(self.entry.data_before("client") + self.entry.data("client"))
        answer = await listen(reader)
        writer.transport.abort()
        self.answer.set_result(answer)


# -- the programs as clients -----------------------------------------------------------------------


async def websockets_client(port: int) -> None:
    async with websockets.asyncio.client.connect(f"ws://{HOST}:{port}/", max_size=LIMIT) as open_:
        async for message in open_:
            await open_.send(message)


async def tornado_client(port: int) -> None:
    connection = await tornado.websocket.websocket_connect(
        f"ws://{HOST}:{port}/", compression_options={}, max_message_size=LIMIT
    )
    while (message := await connection.read_message()) is not None:
        await connection.write_message(message, binary=isinstance(message, bytes))


async def wsproto_client(port: int) -> None:
    reader, writer = await asyncio.open_connection(HOST, port)
    connection = wsproto.WSConnection(wsproto.ConnectionType.CLIENT)
    request = wsproto.events.Request(
        host=f"{HOST}:{port}", target="/", extensions=[wsproto.extensions.PerMessageDeflate()]
    )
    writer.write(connection.send(request))
    await wsproto_talk(connection, reader, writer)


PAGE = """<!doctype html><meta charset="utf-8"><title>echo</title><link rel="icon" href="data:,">
<script>
window.talk = (port) => new Promise((done) => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) => socket.send(data);
  socket.onclose = ({ code }) => done(code);
});
</script>"""


class _Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def pages() -> Iterator[int]:
    """The page of the browser's client, on its own port."""
    server = http.server.ThreadingHTTPServer((HOST, 0), _Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


# -- asking them all -------------------------------------------------------------------------------

SERVERS = {name: IN_PYTHON[name] for name in ("websockets", "wsproto", "tornado")}
CLIENTS: dict[str, Callable[[int], Awaitable[None]]] = {
    "websockets": websockets_client,
    "wsproto": wsproto_client,
    "tornado": tornado_client,
}

Answers = dict[str, dict[str, dict[str, Any]]]


async def ask_servers() -> Answers:
    """Each server's answer to each entry."""
    found: Answers = {}
    for name, start in SERVERS.items():
        async with start() as port:
            for entry in GALLERY:
                if "server" in entry.receivers():
                    found.setdefault(entry.id, {})[name] = await as_bad_client(port, entry)
    return found


async def ask_clients(browser_path: str) -> tuple[Answers, str]:
    """Each client's answer to each entry, and the browser's version."""
    found: Answers = {}
    bad = BadServer()
    loop = asyncio.get_running_loop()
    async with (
        await asyncio.start_server(bad.accept, HOST, 0) as server,
        async_playwright() as play,
    ):
        port = server.sockets[0].getsockname()[1]
        browser = await play.chromium.launch(
            executable_path=browser_path,
            args=[*CHROMIUM_FLAGS, f"--host-resolver-rules={NO_OTHER_HOST}"],
        )
        with pages() as page_port:
            page = await browser.new_page()
            await page.goto(f"http://{HOST}:{page_port}/")

            async def chromium_client(port: int) -> None:
                await page.evaluate("(port) => window.talk(port)", port)

            for name, connect in (*CLIENTS.items(), ("Chromium", chromium_client)):
                for entry in GALLERY:
                    if "client" not in entry.receivers():
                        continue
                    bad.entry, bad.answer = entry, loop.create_future()
                    talking = asyncio.ensure_future(connect(port))
                    async with asyncio.timeout(20):
                        found.setdefault(entry.id, {})[name] = await bad.answer
                    await asyncio.wait([talking], timeout=10)
                    with suppress(Exception):  # what it raises for its user does not matter here
                        talking.result()
        number = browser.version.partition(".")[0]
        await browser.close()
    return found, number


async def record(browser_path: str) -> dict[str, Any]:
    """All answers as data."""
    logging.disable(logging.CRITICAL)  # programs that get bad frames complain, each in its way
    servers = await ask_servers()
    clients, number = await ask_clients(browser_path)
    programs = {name: version(name) for name in SERVERS} | {"Chromium": number}
    return {"programs": programs, "answers": {"server": servers, "client": clients}}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--to", type=Path, default=RECORDED)
    chosen = arguments.parse_args()
    path = find_chromium()
    if path is None:
        sys.exit(HOW_TO_GET_ONE)
    data = asyncio.run(record(path))
    chosen.to.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    print(f"{chosen.to}: {len(GALLERY)} entries, {data['programs']}")


if __name__ == "__main__":
    main()
