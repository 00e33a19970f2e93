"""What an nginx between a client and a server does to WebSockets: seen here, or recorded.

``watch`` tries it with the nginx of this computer. ``nginx.json`` holds what it saw when
``tests.tools.record_nginx`` ran; it is used where there is no nginx.
"""

import asyncio
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wslearn.net.client import connect
from wslearn.net.limits import Limits
from wslearn.net.record.tap import tap
from wslearn.net.server import serve
from wslearn.net.websocket import WebSocket
from wslearn.protocol.errors import HandshakeError, NetworkError

from .nginx import FOR_WEBSOCKETS, NEW, OLD, PATIENCE, WAYS, Nginx, find_nginx

FILE = Path(__file__).with_name("nginx.json")

IDLE_SECONDS = 2
WATCHED = 4.0
"""How many seconds a connection that is not silent is watched: twice the limit."""

BETWEEN = 0.5
"""Seconds between two signs of life."""

SHUTDOWN_SECONDS = 1
"""How long, in one of the trials, an old worker of nginx may go on after a reload."""

OPEN = "open"
PINGS = f"the client pings every {BETWEEN:g} s"
PONGS = f"the client sends a Pong every {BETWEEN:g} s, and the server nothing"
RELOAD = "nginx reloads"
STRICT = f"nginx reloads, with worker_shutdown_timeout {SHUTDOWN_SECONDS}s"

SILENT = Limits(ping_seconds=None)


@dataclass(frozen=True, slots=True)
class Seen:
    """What happened to some connections through nginx.

    ``nginx``     its name and version
    ``day``       when that was (UTC), such as ``2026-11-30``
    ``silence``   of a silent connection, for each of its ends: the close code, and what a tap
                  between this end and nginx says
    ``log``       nginx's error log about that, with levels
    ``fates``     what happened, and then :data:`OPEN`, or the close codes at both ends
    ``statuses``  what nginx is told, and the status that the client gets (RFC 6455 §4.1)
    ``instead``   why this is a record; empty: it was seen on this computer
    """

    nginx: str
    day: str
    silence: dict[str, tuple[int, str]]
    log: list[str]
    fates: dict[str, str]
    statuses: dict[str, int]
    instead: str = ""

    @property
    def when(self) -> str:
        """Where this comes from, in a sentence or two."""
        if self.instead:
            return f"Recorded with {self.nginx}, on {self.day}. {self.instead}"
        return f"Seen on this computer with {self.nginx}, on {self.day}."


def from_json(text: str) -> Seen:
    """What was stored like that."""
    data: dict[str, Any] = json.loads(text)
    data["silence"] = {end: tuple(seen) for end, seen in data["silence"].items()}
    return Seen(**data)


def to_json(seen: Seen) -> str:
    """What is stored, a line for each part."""
    parts = {name: part for name, part in asdict(seen).items() if name != "instead"}
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(part)}" for name, part in parts.items())
    return f"{{\n{lines}\n}}\n"


def recorded(instead: str = "It comes with the course.") -> Seen:
    """What was recorded, and why it is shown."""
    return replace(from_json(FILE.read_text(encoding="utf-8")), instead=instead)


async def behind_nginx() -> Seen:
    """What the nginx of this computer does; where none runs, what is recorded."""
    if find_nginx() is None:
        return recorded("There is no nginx on this computer.")
    try:
        return await watch()
    except NetworkError as problem:
        return recorded(str(problem))


async def watch() -> Seen:
    """Try it: about five seconds. Raises :class:`NetworkError` where nginx does not start."""
    ends: dict[str, WebSocket] = {}

    async def echo(socket: WebSocket) -> None:
        ends[socket.request.target] = socket
        async for message in socket:
            await socket.send(message)

    async with await serve(echo, limits=SILENT) as server, await tap(server.url) as behind:
        target = behind.url.removeprefix("ws://").rstrip("/")
        stop = f"worker_shutdown_timeout {SHUTDOWN_SECONDS}s;"
        async with (
            Nginx(target, IDLE_SECONDS) as nginx,
            Nginx(target, 60, stop) as strict,
            await tap(nginx.url) as front,
        ):

            async def silence() -> dict[str, tuple[int, str]]:
                client = await connect(f"{front.url}?silence", limits=SILENT)
                server = ends["/?silence"]
                seen = {}
                for end, socket, side in (("client", client, front), ("server", server, behind)):
                    code = (await socket.wait_closed()).code
                    (said,) = (one for one in side.journal.conversations if "?silence" in one.asked)
                    while not said.ended:
                        await asyncio.sleep(0.02)
                    seen[end] = (code, said.ended)
                return seen

            async def pings() -> str:
                client = await connect(f"{nginx.url}?pings", limits=Limits(ping_seconds=BETWEEN))
                await asyncio.sleep(WATCHED)
                return await fate(client, ends["/?pings"])

            async def pongs() -> str:
                client = await connect(f"{nginx.url}?pongs", limits=SILENT)
                for _ in range(int(WATCHED / BETWEEN)):
                    await client.pong()
                    await asyncio.sleep(BETWEEN)
                return await fate(client, ends["/?pongs"])

            async def reload() -> str:
                client = await connect(f"{strict.url}?reload", limits=SILENT)
                await strict.reload()
                await asyncio.sleep(2 * SHUTDOWN_SECONDS)
                return await fate(client, ends["/?reload"])

            statuses = [await status(nginx, path) for path in WAYS]
            silent, pinged, ponged, cut = await asyncio.gather(
                silence(), pings(), pongs(), reload()
            )
            log = [line for line in nginx.said if "timed out" in line]
            client = await connect(f"{nginx.url}?reload", limits=SILENT)
            await nginx.reload()
            kept = await fate(client, ends["/?reload"])
            told = {FOR_WEBSOCKETS: "all three lines", (OLD,): OLD, (NEW,): NEW}
            return Seen(
                nginx.version, str(datetime.now(UTC).date()), silent, log,
                {PINGS: pinged, PONGS: ponged, RELOAD: kept, STRICT: cut},
                {told[ways]: code for ways, code in zip(WAYS.values(), statuses, strict=True)},
            )  # fmt: skip


async def fate(client: WebSocket, server: WebSocket) -> str:
    """Whether both still hear each other; otherwise what each of them calls the end."""
    if client.ending or server.ending:
        codes = [(await end.wait_closed()).code for end in (client, server)]
        return f"{codes[0]} at the client, {codes[1]} at the server"
    async with asyncio.timeout(PATIENCE):
        await client.send("Hello")
        heard = await client.recv()
    await client.close()
    return OPEN if heard == "Hello" else "something else came back"


async def status(nginx: Nginx, path: str) -> int:
    """What a client is answered on this path."""
    try:
        await (await connect(nginx.url + path[1:], limits=SILENT)).close()
    except HandshakeError as refused:
        return int(refused.check.response.status)
    return 101
