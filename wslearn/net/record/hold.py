"""Frames held on their way through a tap, as a debugger holds a program at a line.

::

    with tap.hold(sender="client", contains="Hello") as hold:
        held = await hold.next()          # it has come, and has not passed
        held.data = flip(held.data, 8)    # bit 8 is MASK
        print(held.dissect())             # what its receiver will make of it
        held.let_go()                     # or drop(), or send_copy()

1. Nothing is held unless somebody asks. That ends with the ``with`` block, with ``end()``, with the
   tap, and with the program: then everything that waits passes as it came.
2. A frame passes once, or not at all if it is dropped. Only ``send_copy`` lets it pass more often.
3. What its sender sends later waits behind it, because TCP has an order. The other direction goes
   on.
4. A frame longer than ``most`` bytes is not held, and the journal says so.
5. The journal records what the receiver got, and how a frame that was changed had come.
"""

import asyncio
import atexit
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from contextlib import suppress
from typing import Protocol, Self, TypeVar
from weakref import WeakSet

from wslearn.protocol.codes import opcode_name
from wslearn.protocol.dissection import Dissection
from wslearn.protocol.errors import InputError, NetworkError, StateError
from wslearn.protocol.frame import OPCODE
from wslearn.protocol.text import counted, shown_value

from .passed import Passed, Sender

MOST_HELD = 64 * 1024
"""The longest frame that is held, in bytes, unless told otherwise."""

PATIENCE = 2.0
"""Seconds that another thread waits for the tap's own."""

T = TypeVar("T")


class Line(Protocol):
    """The direction of a connection in which a frame waits."""

    sender: Sender

    @property
    def connection(self) -> int:
        """Its number in the journal."""

    def decide(self, frame: "HeldFrame", *passes: bytes, done: bool) -> None:
        """Pass these bytes on in place of the frame; ``done``: it waits no longer."""

    @property
    def extensions(self) -> tuple[str, ...]:
        """The names of the extensions that were agreed on."""

    def foresee(self, data: bytes) -> Passed:
        """These bytes, with what the receiver will make of them if they pass now."""


class HeldFrame:
    """One frame that has come from its sender and has not passed to its receiver.

    ``sender``      ``"client"`` or ``"server"``; ``connection`` its number in the journal
    ``came``        its bytes as they came
    ``data``        the bytes that will pass; set them to change the frame
    ``extensions``  the names of the extensions that were agreed on

    Its methods may be called on any thread. Each raises :class:`StateError` where the frame has
    passed or was dropped already.
    """

    def __init__(self, hold: "Hold", line: Line, came: bytes) -> None:
        self.hold, self.came, self._data = hold, came, came
        self.sender, self.connection = line.sender, line.connection
        self.extensions = line.extensions
        self.decided = asyncio.Event()
        self._line = line

    @property
    def data(self) -> bytes:
        """The bytes that will pass; set them to change the frame."""
        return self._data

    @data.setter
    def data(self, data: bytes) -> None:
        if not isinstance(data, bytes) or not data:
            came = shown_value(data)
            raise InputError(f"Expected bytes, at least one, got {came}; drop() lets none pass.")
        self._data = data

    @property
    def waits(self) -> bool:
        """Whether it is held still."""
        return not self.decided.is_set()

    @property
    def changed(self) -> bool:
        """Whether other bytes will pass than came."""
        return self.data != self.came

    def let_go(self) -> None:
        """Let it pass, as ``data`` has it now."""
        self._decide(self.data, done=True)

    def drop(self) -> None:
        """Let nothing of it pass."""
        self._decide(done=True)

    def send_copy(self) -> None:
        """Let a copy pass, as ``data`` has it now, and go on holding it."""
        self._decide(self.data, done=False)

    def dissect(self) -> Dissection:
        """``data`` taken apart, and judged as its receiver will if it passes now."""
        return self.judged().dissect()

    def judged(self) -> Passed:
        """``data`` as it would be in the journal if it passed now."""
        return self.hold.on_loop(lambda: self._line.foresee(self.data))

    def _decide(self, *passes: bytes, done: bool) -> None:
        def work() -> None:
            if not self.waits:
                raise StateError("Expected a frame that is held, got one that waits no longer.")
            self._line.decide(self, *passes, done=done)

        self.hold.on_loop(work)

    def __repr__(self) -> str:
        kind = opcode_name(self.came[0] & OPCODE)
        state = "held" if self.waits else "gone"
        changed = ", changed" if self.changed else ""
        size = counted(len(self.data), "byte")
        return f"<HeldFrame, {kind} from the {self.sender}, {size}, {state}{changed}>"


class Hold:
    """What is held, and what waits; :meth:`Tap.hold` makes it. Use it in ``with``, or ``end`` it.

    ``held``  the frames that wait now: at most one for each direction of a connection

    ``async for frame in hold`` gives each frame once, when it has come, until holding ends.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        sender: Sender | None = None,
        opcode: int | Iterable[int] | None = None,
        contains: bytes | str | None = None,
        most: int = MOST_HELD,
        changed: Callable[[], object] | None = None,
    ) -> None:
        opcodes = [opcode] if isinstance(opcode, int) else opcode
        self.opcodes = None if opcodes is None else frozenset(opcodes)
        if sender not in (None, "client", "server"):
            raise InputError(f"Expected the sender client or server, got {shown_value(sender)}.")
        if not all(one in range(16) for one in self.opcodes or ()):
            raise InputError(f"Expected opcodes from 0 to 15, got {shown_value(opcode)}.")
        if not isinstance(most, int) or most < 2:
            raise InputError(f"Expected a size of 2 bytes or more, got {shown_value(most)}.")
        self.loop, self.sender, self.most = loop, sender, most
        sought = contains.encode() if isinstance(contains, str) else contains or b""
        self.sought = sought.lower()
        self.held: list[HeldFrame] = []
        self.ended = False
        self.told = changed or (lambda: None)
        self.ends: Callable[[Hold], object] = lambda hold: None
        self._fresh: deque[HeldFrame] = deque()
        self._news = asyncio.Event()
        _holding.add(self)

    def wants(self, sender: Sender, opcode: int) -> bool:
        """Whether frames of this kind are to be held, whatever they say."""
        fits = self.opcodes is None or opcode in self.opcodes
        return fits and self.sender in (None, sender)

    def add(self, frame: HeldFrame) -> None:
        """A frame waits."""
        self.held.append(frame)
        self._fresh.append(frame)
        self._news.set()
        self._tell()

    def forget(self, frame: HeldFrame) -> None:
        """A frame waits no longer."""
        frame.decided.set()
        self.held.remove(frame)
        with suppress(ValueError):
            self._fresh.remove(frame)
        self._tell()

    async def next(self) -> HeldFrame | None:
        """The next frame that is held, once it has come; None once holding has ended.

        To be awaited on the event loop of the tap.
        """
        while not self._fresh:
            if self.ended:
                return None
            self._news.clear()
            await self._news.wait()
        return self._fresh.popleft()

    def end(self) -> None:
        """Hold nothing more, and let what waits pass as it came. Ending twice is fine."""
        if not self.ended and not self.loop.is_closed():
            self.on_loop(self._end)

    def _end(self) -> None:
        if self.ended:  # two threads may have asked for it
            return
        self.ended = True
        _holding.discard(self)
        self.ends(self)
        self._news.set()
        self._tell()

    def _tell(self) -> None:
        try:
            self.told()
        except Exception as problem:  # noqa: BLE001 (who watches must not cut what he watches)
            message = "The function that is called when a frame is held failed."
            self.loop.call_exception_handler({"message": message, "exception": problem})

    def on_loop(self, work: Callable[[], T]) -> T:
        """Do something where the tap runs, and wait for the result."""
        with suppress(RuntimeError):  # no loop runs on this thread
            if asyncio.get_running_loop() is self.loop:
                return work()
        if not self.loop.is_running():  # the program is ending, or it is between two cells
            return work()
        answer: Future[T] = Future()

        def answered() -> None:
            try:
                answer.set_result(work())
            except Exception as problem:  # noqa: BLE001 (it belongs to who has asked)
                answer.set_exception(problem)

        self.loop.call_soon_threadsafe(answered)
        try:
            return answer.result(PATIENCE)
        except NotInTime:
            raise NetworkError(
                f"Expected the tap to answer within {PATIENCE:g} seconds, got nothing: something "
                "else keeps its event loop busy. What was asked may be done later."
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.end()

    async def __aiter__(self) -> AsyncIterator[HeldFrame]:
        while (frame := await self.next()) is not None:
            yield frame


_holding: WeakSet[Hold] = WeakSet()


@atexit.register
def _let_everything_go() -> None:
    for hold in list(_holding):
        with suppress(Exception):  # a fault in one must not hold up the others
            hold.end()
