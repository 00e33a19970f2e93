"""A class on a port: the server of the poll of lesson 12, with the room, hub and pages of a class.

::

    with ClassServer(Ledger()) as served:
        print(served.url)
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

from wslearn.lessons.lesson_12.poll.refusals import UnavailableError
from wslearn.lessons.lesson_12.poll.server import Application, LiveServer

from .asked import Asked
from .class_pages import create_class_app
from .class_sockets import LONGEST_MESSAGE, ClassHub, ClassSockets
from .ledger import Ledger
from .live_room import LiveRoom

PAGE_SECONDS = 15.0
"""How long a page may wait for the event loop."""


class ClassServer(LiveServer):
    """A class that listens on a port.

    ``ledger``     where everything is kept
    ``questions``  of the instructor's own
    ``join_code``  what students have to know; "": nothing
    ``options``    those of :class:`~wslearn.lessons.lesson_12.poll.server.LiveServer`
    """

    def __init__(
        self,
        ledger: Ledger,
        questions: tuple[Asked, ...] = (),
        *,
        join_code: str = "",
        **options: Any,
    ) -> None:
        self.room = LiveRoom(ledger, questions, join_code=join_code)
        self._loop: asyncio.AbstractEventLoop | None = None
        super().__init__(longest_message=LONGEST_MESSAGE, **options)

    def build(self) -> Application:
        """The room, its hub, and the pages."""
        hub = ClassHub(self.room)
        sockets = ClassSockets(self.room, hub, self.gate)
        pages = create_class_app(
            self.room, self.join_address, self.notebook_address, self._wait_for
        )
        return Application(hub, sockets, pages)

    def notebook_address(self) -> str:
        """What is in ``ws.join`` beside the code; a notebook of a hub is on this machine."""
        if self.on_hub and not self.public_url:
            return f"127.0.0.1:{self.port}"
        return self.public_url.rstrip("/") or f"{self.address}:{self.port}"

    async def serve(self) -> None:
        """Load what was kept, then serve until SIGINT, SIGTERM or :meth:`end`.

        Raises :class:`~wslearn.protocol.errors.InputError` and
        :class:`~wslearn.lessons.lesson_12.poll.refusals.UnavailableError` where the ledger cannot
        be read.
        """
        self._loop = asyncio.get_running_loop()
        await self.room.start()
        try:
            await self.began()
            await super().serve()
        finally:
            await self.room.stop()

    async def began(self) -> None:
        """Called when the codes are known and before anybody is let in."""

    def __repr__(self) -> str:
        return "a class"

    def _wait_for(self, work: Coroutine[Any, Any, Any]) -> Any:
        assert self._loop is not None, "pages are asked for while it serves"
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result(PAGE_SECONDS)
        except TimeoutError:
            sentence = "The class does not answer just now. Try again in a moment."
            raise UnavailableError(sentence) from None
