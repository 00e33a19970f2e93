"""A page in the reader's own tab that sends faster than its server reads.

The page sees only `bufferedAmount`: how much of what it gave to `send` the browser still holds. The
server reads nothing until the page asks it to, over a connection of its own: behind everything that
waits, the request would wait too.
"""

import asyncio
from contextlib import suppress
from importlib.resources import files
from typing import Self

from wslearn.net.background import Background
from wslearn.net.limits import Limits
from wslearn.net.server import Server, serve
from wslearn.net.websocket import WebSocket
from wslearn.protocol.errors import ClosedError
from wslearn.protocol.handshake import RequestCheck, Response
from wslearn.protocol.replies import page_response

PAGE = "slow_page.html"
STEP = 2**20
"""After this many bytes the server tells how many it has read."""

PATIENT = Limits(ping_seconds=None, take_seconds=3600)


class SlowPage:
    """A server with a page; ``url`` is where it is."""

    def __init__(self) -> None:
        self._background = Background("slow page")
        self._server: Server | None = None
        self._reads: asyncio.Event = asyncio.Event()

    @property
    def url(self) -> str:
        """The page's address."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.port}/"

    def start(self) -> Self:
        """Listen on a free port of 127.0.0.1.

        Raises :class:`NetworkError` where Python runs inside the browser: nothing can listen there.
        """
        self._background.start()
        try:
            self._server = self._background.run(
                serve(self._read, decide=self._decide, limits=PATIENT)
            )
        except BaseException:
            self._background.stop()
            raise
        return self

    def stop(self) -> None:
        """End the server and all of its connections; twice is fine."""
        self._background.stop()

    async def _read(self, socket: WebSocket) -> None:
        """Read what the page sends, but not before it asks for that."""
        if socket.request.target.endswith("/read"):
            self._reads.set()
            return
        self._reads.clear()
        waits = [asyncio.create_task(self._reads.wait()), asyncio.create_task(socket.wait_closed())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for one in waits:
            one.cancel()
        size = told = 0
        with suppress(ClosedError):  # the tab may go at any time
            async for message in socket:
                size += len(message)
                if size - told >= STEP:
                    told = size
                    await socket.send(str(size))

    def _decide(self, check: RequestCheck) -> Response | None:
        if "Upgrade" in check.request.headers:
            return None
        page = files(__package__).joinpath(PAGE).read_text(encoding="utf-8")
        return page_response(page)


_running: SlowPage | None = None


def start_slow_page() -> SlowPage:
    """Start the page; one that this function started before ends, as when a cell is run twice."""
    global _running  # noqa: PLW0603 (what a cell has started outlives the cell)
    if _running is not None:
        _running.stop()
    _running = SlowPage().start()
    return _running
