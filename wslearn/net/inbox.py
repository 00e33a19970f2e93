"""What waits for the application: whole messages, and which tasks may still be working on one.

1. It is full when too many messages wait, or when they and the one under way are too large. The one
   under way does not count while somebody waits for more of it: that wait could never end.
2. A task that has taken a message may still answer it, until it has sent one, comes back for more
   or waits for the end. ``wait_for`` and the like take each message in a task of its own; once such
   a task has ended, the next one that comes for more takes its place.
"""

import asyncio
from collections import deque
from collections.abc import Callable

from wslearn.protocol.errors import StateError

from .limits import Limits

FAIR_SHARE = 64
"""After this many messages that were already there, everyone else gets a turn."""


class Inbox:
    """The messages of one connection.

    ``when_neglected`` is called when it is full and the application takes nothing for
    ``take_seconds``.

    ``over``       no message will come any more
    ``leaving``    the application wants no more: new messages are thrown away
    ``in_pieces``  the message under way has been given in part
    ``under_way``  how many bytes have come of a message that is not whole yet
    ``size``       of the messages, in bytes (characters, for text)
    ``neglected``  the application has taken nothing for too long
    """

    def __init__(self, limits: Limits, when_neglected: Callable[[], object]) -> None:
        self.over = self.leaving = self.neglected = self.in_pieces = False
        self.under_way = self.size = 0
        self.messages: deque[str | bytes] = deque()
        self._limits = limits
        self._when_neglected = when_neglected
        self._patience: asyncio.TimerHandle | None = None  # runs while it is full
        self._taken = 0
        self._asking = self._asking_in_pieces = 0  # who waits for what comes next
        self._at_work: set[asyncio.Task[object] | None] = set()
        self._news = asyncio.Event()  # a message is there, or a piece, or the end
        self._room = asyncio.Event()  # the reader may go on
        self._answered = asyncio.Event()  # nobody is at work any more

    # -- for the reader ------------------------------------------------------------------------

    def put(self, message: str | bytes) -> None:
        """Keep a message, unless nobody wants it."""
        if not self.leaving:
            self.messages.append(message)
            self.size += len(message)
            self._news.set()

    def grown(self, under_way: int) -> None:
        """Note how much has come of a message that is not whole yet."""
        self.under_way = under_way
        if self._asking_in_pieces:
            self._news.set()
        if not self.full:
            self._stop_the_clock()
        elif self._patience is None and not self.over:
            loop = asyncio.get_running_loop()
            self._patience = loop.call_later(self._limits.take_seconds, self._neglect)

    @property
    def full(self) -> bool:
        """Whether more waits than should, and somebody may still take it."""
        awaited = self._asking or self._asking_in_pieces
        size = self.size + (0 if awaited else self.under_way)
        many = len(self.messages) >= self._limits.waiting or size >= self._limits.waiting_size
        return many and not self.leaving

    async def room(self) -> None:
        """Wait until it may no longer be full; :meth:`wake` ends this too."""
        self._room.clear()
        await self._room.wait()

    def wake(self, *_: object) -> None:
        """Have the reader look again."""
        self._room.set()

    async def answered(self) -> None:
        """Wait until the application has taken all messages and answered them."""
        while (self.messages or self._at_work) and not self.leaving:
            self._answered.clear()
            await self._answered.wait()

    def leave(self) -> None:
        """The application wants no more."""
        self.leaving = True
        self._room.set()
        self._answered.set()
        self._stop_the_clock()

    def end(self) -> None:
        """No message will come any more; those that are here can still be taken."""
        self.over = True
        self._news.set()
        self._stop_the_clock()

    # -- for the application -------------------------------------------------------------------

    async def take(self) -> str | bytes | None:
        """The next message; waits for it. None: no more will come.

        Raises :class:`StateError` amid a message in pieces, also one that began during the wait.
        """
        self.has_answered(comes_back=True)
        self._taken += 1
        if self._taken % FAIR_SHARE == 0:
            await asyncio.sleep(0)
        while True:
            if self.in_pieces:
                raise StateError(
                    "Expected the rest of the message that pieces() began: go on with it."
                )
            if self.messages:
                return self.pop()
            if self.over:
                return None
            await self.news()

    def pop(self) -> str | bytes:
        """The message that came first; whoever takes it is now at work."""
        message = self.messages.popleft()
        self.size -= len(message)
        self.took()
        return message

    def took(self) -> None:
        """Something was taken, whole or in part."""
        self._at_work.add(asyncio.current_task())
        if self._patience is not None:
            self._stop_the_clock()
            self.grown(self.under_way)
        if not self.full:
            self._room.set()

    def has_answered(self, *, comes_back: bool = False) -> None:
        """This task has sent a message, waits for the end, or ``comes_back`` for more."""
        task = asyncio.current_task()
        if comes_back and task not in self._at_work:
            task = next((past for past in self._at_work if past and past.done()), None)
        self._at_work.discard(task)
        if not self._at_work:
            self._answered.set()

    async def news(self, *, in_pieces: bool = False) -> None:
        """Wait until a message is whole, or ``in_pieces`` until more of it has come, or the end."""
        if in_pieces and self._asking_in_pieces:
            raise StateError("Expected one task to take the pieces of a message, got another.")
        self._asking += not in_pieces
        self._asking_in_pieces += in_pieces
        self._stop_the_clock()
        self._room.set()
        self._news.clear()
        try:
            await self._news.wait()
        finally:
            self._asking -= not in_pieces
            self._asking_in_pieces -= in_pieces

    def _neglect(self) -> None:
        self.neglected = True
        self._when_neglected()

    def _stop_the_clock(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
