"""The network of a lab: a server, a tap in front of it, and a page that is a client, on one thread.

Where no server is named, one of our own echoes. It also serves the page, so that a browser window
can be a client: the page comes straight from the server and connects through the tap.
"""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from wslearn.labs.kit.assets import asset
from wslearn.net.background import PATIENCE, Background
from wslearn.net.limits import Limits
from wslearn.net.record.exchanges import KEEP
from wslearn.net.record.journal import Journal
from wslearn.net.record.tap import Tap, tap
from wslearn.net.server import Server, serve
from wslearn.net.websocket import WebSocket
from wslearn.protocol.deflate import Deflate
from wslearn.protocol.handshake import RequestCheck, Response, page_response

PAGE = "tap/client.html"

OFTEN = 0.01
"""Seconds between two looks at whether something has come true."""


class TapServer:
    """Opens the tap and what it needs; ``stop`` ends all of it.

    ``target``   the server's URI; None: an echo server of our own
    ``port``     where the tap listens on 127.0.0.1; 0: any free port
    ``deflate``  whether our own server agrees to permessage-deflate
    ``subprotocols``, ``limits``  of our own server, as for ``serve``
    ``keep``     how many bytes of each payload are recorded

    Raises :class:`~wslearn.protocol.errors.InputError` for a target other than a WebSocket URI, and
    :class:`~wslearn.protocol.errors.NetworkError` where nothing can listen.
    """

    def __init__(
        self,
        journal: Journal,
        target: str | None = None,
        port: int = 0,
        *,
        deflate: bool = False,
        subprotocols: Sequence[str] = (),
        limits: Limits | None = None,
        keep: int = KEEP,
    ) -> None:
        self._options: dict[str, Any] = {
            "deflate": Deflate() if deflate else None,
            "subprotocols": subprotocols,
            "limits": limits,
        }
        self._target = target
        self._port = port
        self._keep = keep
        self.background = Background("tap").start()
        try:
            self.server, self.tap = self.background.run(self._open(journal))
        except BaseException:
            self.background.stop()
            raise

    async def _open(self, journal: Journal) -> tuple[Server, Tap]:
        server = await serve(_echo, decide=self._decide, **self._options)
        try:
            target = self._target or server.url
            self.tap = await tap(target, port=self._port, journal=journal, keep=self._keep)
        except BaseException:
            await server.close()
            raise
        return server, self.tap

    @property
    def running(self) -> bool:
        """Whether clients can connect."""
        return self.background.running and self.tap.running

    @property
    def port(self) -> int:
        """Where clients connect on 127.0.0.1."""
        return self.tap.port

    def wait_until(self, true: Callable[[], bool], seconds: float) -> bool:
        """Wait until something is true, at most this many seconds; returns whether it is."""

        async def come_true() -> None:
            end = time.monotonic() + seconds
            while not true() and time.monotonic() < end:
                await asyncio.sleep(OFTEN)

        self.background.run(come_true(), seconds + PATIENCE)
        return true()

    def stop(self) -> None:
        """Say goodbye, cut what still passes, and stop listening; nothing is left behind."""
        try:
            if self.background.running:
                self.background.run(self._close())
        finally:
            self.background.stop()

    async def _close(self) -> None:
        self.tap.stop_accepting()
        self.tap.let_go()
        await self.server.close()  # its Closes still pass through the tap
        await self.tap.close()

    def _decide(self, check: RequestCheck) -> Response | None:
        """A client that asks for no WebSocket gets the page."""
        if "Upgrade" in check.request.headers:
            return None
        # JSON in an attribute: the resource is a stranger's text, and stays text.
        where = escape(json.dumps({"port": self.tap.port, "path": self.tap.uri.resource}))
        return page_response(asset(PAGE).replace("{where}", where))


async def _echo(socket: WebSocket) -> None:
    async for message in socket:
        await socket.send(message)
