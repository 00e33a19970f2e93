"""One open WebSocket, as an application sees it: messages in, messages out (RFC 6455 §5 to §7).

A thin shell. ``protocol.connection`` decides what the bytes mean and what must be answered; here
are the socket, the clock and the waiting. ``serve`` and ``connect`` make these objects::

    async for message in socket:
        await socket.send(message)

1. One task reads. It answers Pings and Closes and keeps messages until the application takes them.
2. When too many wait, it reads ``AHEAD`` bytes more, so that it notices a Close, a Pong or the end
   of TCP behind them, and then nothing: TCP slows the peer down. Nothing that came is lost. A Ping
   now and then shows whether TCP is still there. An application that takes none of it for
   ``take_seconds`` is no use to its peer: the connection is closed with 1011.
3. A peer that is silent gets a Ping; one that stays silent, or does not read, is given up.
4. A Close that is owed waits until the application has answered what came before it: has sent a
   message, come back for more, or waits for the end. After a while it is sent all the same.
5. The last bytes are sent before TCP ends, and TCP ends in order: closing with bytes unread would
   reset the connection, and a reset may overtake our last words (§7.1.1).
6. However it ends, ``ended`` says how, and no task and no socket is left behind.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from typing import Self

from wslearn.protocol.codes import CloseCode
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import Agreement
from wslearn.protocol.errors import ClosedError, InputError, StateError, Violation
from wslearn.protocol.events import Binary, Ended, Event, Failed, Pong, Text
from wslearn.protocol.http1 import Request, Response
from wslearn.protocol.shared import SharedMessage
from wslearn.protocol.states import READS_FRAMES, SENDS_MESSAGES, State

from .inbox import Inbox
from .limits import READ_SIZE, Limits
from .os_words import in_words
from .outbox import Outbox
from .pings import Pings
from .tcp import address_of, end_our_half, keep_little_unsent

log = logging.getLogger("wslearn.net")

SLICE = 16 * 1024
"""How many bytes are looked at before others get a turn: they may be thousands of messages."""

COMPRESSED_SLICE = 4 * 1024
"""How many bytes of a compressed connection are taken at once: they may become a thousand times as
many, and between two slices there is time to stop."""

AHEAD = 64 * 1024
"""How many bytes are read, or how many bytes of messages decompressed, although too many messages
wait."""

_running: set[asyncio.Task[None]] = set()
"""The tasks that read or close. asyncio holds tasks weakly: one that nobody else holds could
vanish."""


class WebSocket:
    """An open connection.

    ``request``      the client's opening handshake
    ``response``     the server's
    ``subprotocol``  what both agreed on, or None
    ``agreement``    what both agreed on for permessage-deflate, or None
    ``failure``      the rule that the peer broke, or None
    ``ended``        how it ended, or None while TCP is open
    ``missed``       how many broadcast messages the peer was too slow for
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        connection: Connection,
        limits: Limits,
        *,
        request: Request,
        response: Response,
        subprotocol: str | None = None,
        agreement: Agreement | None = None,
        rest: bytes = b"",
    ) -> None:
        self.request = request
        self.response = response
        self.subprotocol = subprotocol
        self.agreement = agreement
        self.limits = limits
        self.failure: Violation | None = None
        self.ended: Ended | None = None
        self.missed = 0
        self._reader = reader
        self._writer = writer
        # Asked for now: once TLS has ended, asyncio forgets it, and in Python 3.11 even fails.
        self._address = address_of(writer)
        self._connection = connection
        self._outbox = Outbox(writer, limits)
        self._inbox = Inbox(limits, self._neglected)
        self._gone: asyncio.Task[None] | None = None  # ends with TCP, even while nothing is read
        self._ahead = 0  # bytes that were read although too many messages wait
        self._author: asyncio.Task[object] | None = None  # who sends a message in fragments
        self._pings = Pings()
        keep_little_unsent(writer)
        self._reading = asyncio.create_task(self._read_to_the_end(rest), name=f"reading {self}")
        _running.add(self._reading)
        self._reading.add_done_callback(self._finish)  # even for a task that never ran

    # -- what an application asks --------------------------------------------------------------

    @property
    def side(self) -> str:
        """``"server"`` or ``"client"``: which end this is."""
        return self._connection.side

    @property
    def state(self) -> State:
        """The state of the connection."""
        return self._connection.state

    @property
    def ending(self) -> bool:
        """Whether the end has begun: a Close, a broken rule, or the end of TCP."""
        return self.state is not State.OPEN or self._writer.is_closing()

    @property
    def close_code(self) -> int | None:
        """The code of the peer's Close, 1005 if it named none, 1006 if none came (§7.1.5).

        None while the connection is open.
        """
        return self._connection.close_code if self._inbox.over else None

    @property
    def close_reason(self) -> str:
        """The reason in the peer's Close; empty if there was none (RFC 6455 §7.1.6)."""
        return self._connection.close_reason

    @property
    def remote(self) -> str:
        """The other end's address, such as ``127.0.0.1:40001``."""
        return self._address

    @property
    def unsent(self) -> int:
        """How many bytes wait here because the peer is slow."""
        return self._outbox.unsent

    async def recv(self) -> str | bytes:
        """The next message: text is ``str``, binary is ``bytes`` (RFC 6455 §6.2).

        Raises :class:`ClosedError` when no more will come, and :class:`StateError` amid a message
        that :meth:`pieces` has begun.
        """
        message = await self._inbox.take()
        if message is None:
            raise self._closed()
        return message

    async def pieces(self) -> AsyncIterator[str | bytes]:
        """The next message in pieces as they come, so that it may be larger than memory (§5.4).

        Text comes in whole characters, an empty message as one empty piece. ``message_size`` is the
        limit for all of it, ``waiting_size`` for what waits. A reader that stops amid a message may
        go on with another ``pieces()``. Raises :class:`ClosedError` where the message has no end,
        and :class:`StateError` while another task waits for a piece.
        """
        inbox = self._inbox
        inbox.has_answered(comes_back=True)
        while not inbox.messages:
            if part := self._connection.take_part():
                inbox.in_pieces = True
                inbox.under_way = self._connection.under_way
                inbox.took()
                yield part
                inbox.has_answered(comes_back=True)
            elif inbox.over:
                raise self._closed()
            else:
                await inbox.news(in_pieces=True)
        rest, begun = inbox.pop(), inbox.in_pieces
        inbox.in_pieces = False
        if rest or not begun:
            yield rest

    def __aiter__(self) -> Self:
        """Messages until the connection ends, however it ends; then look at ``close_code``."""
        return self

    async def __anext__(self) -> str | bytes:
        # Not a generator: one that is interrupted has ended, and the connection has not.
        try:
            return await self.recv()
        except ClosedError:
            raise StopAsyncIteration from None

    async def send(self, message: str | bytes, *, fin: bool = True) -> None:
        """Send a message, or with ``fin=False`` one fragment of it (RFC 6455 §5.4, §6.1).

        Waits while the peer is slow. Once the peer has closed, a task's first message is its answer
        to what it took; later ones may come too late. Raises :class:`ClosedError` when the
        connection has ended or this side has closed it, and :class:`StateError` for text amid a
        binary message or the other way round, and amid a message that another task sends: all
        fragments of one message come from one task.
        """
        self._need(SENDS_MESSAGES)
        if self._author is not None and self._author is not asyncio.current_task():
            advice = "Wait until its last fragment has been sent."
            if self._author.done():
                advice = (
                    "That task has ended amid its message, so only a Close can follow. (A wait_for "
                    "around each fragment may make a task of each; asyncio.timeout makes none.)"
                )
            raise StateError(
                "Expected no message while another task sends one in fragments: their bytes would "
                f"become one message. {advice}"
            )
        if isinstance(message, str):
            data = self._connection.send_text(message, fin=fin)
        else:
            data = self._connection.send_binary(message, fin=fin)
        self._author = None if fin else asyncio.current_task()
        await self._write(data)
        if fin:
            self._inbox.has_answered()

    def offer(self, message: SharedMessage, most: int) -> bool:
        """Send a message without waiting; says whether it was sent (RFC 6455 §6.1).

        It is not, and counts in ``missed``, while more than ``most`` bytes wait for the peer, and
        amid the fragments of another message. Raises :class:`ClosedError` like :meth:`send`.
        """
        self._need(SENDS_MESSAGES)
        if self._author is not None or self.unsent > most:
            self.missed += 1
            return False
        self._outbox.put(self._connection.send_shared(message))
        return True

    async def ping(self) -> float:
        """Send a Ping and wait for its Pong: how long it took, in seconds (RFC 6455 §5.5.2).

        A Pong waits behind the messages that came before it, so somebody has to take them.
        """
        self._need({State.OPEN})
        payload = self._pings.begin()
        try:
            await self._write(self._connection.send_ping(payload))
            seconds = await self._pings.answer(payload)
        finally:
            self._pings.forget(payload)
        if seconds is None:
            raise self._closed()
        return seconds

    async def pong(self, payload: bytes = b"") -> None:
        """Send a Pong that nobody asked for, a one-way sign of life (RFC 6455 §5.5.3)."""
        self._need({State.OPEN})
        await self._write(self._connection.send_pong(payload))

    async def close(self, code: int | None = CloseCode.NORMAL_CLOSURE, reason: str = "") -> None:
        """Close in order, and return when TCP has ended (RFC 6455 §7.1.2, §7.1.1).

        Whatever still comes is thrown away. A peer that does not answer is left after
        ``close_seconds``; an interrupt leaves it at once. Raises :class:`InputError` for a code
        that may not be sent.
        """
        data = self._connection.send_close(code, reason) if self.state is State.OPEN else b""
        self._inbox.leave()
        try:
            async with asyncio.timeout(self.limits.close_seconds):
                with suppress(ClosedError):
                    await self._write(data)
                await asyncio.wait([self._reading])
        except TimeoutError:
            self._outbox.give_up("the closing handshake was not finished in time")
            await asyncio.wait([self._reading])
        except asyncio.CancelledError:
            self.leave(code)
            raise

    async def wait_closed(self) -> Ended:
        """Wait until TCP has ended; return how. What this task took then counts as answered."""
        self._inbox.has_answered()
        await asyncio.wait([self._reading])
        assert self.ended is not None
        return self.ended

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            await self.close()
        elif issubclass(kind, Exception):
            await self.close(CloseCode.INTERNAL_ERROR)
        else:  # interrupted: say goodbye and wait for nothing
            self.leave(CloseCode.GOING_AWAY)

    def leave(self, code: int | None = CloseCode.GOING_AWAY) -> None:
        """End at once: a Close if it can still be sent, then the end of TCP, without waiting."""
        with suppress(StateError, InputError):
            self._writer.write(self._connection.send_close(code))
        self._inbox.leave()
        self._reading.cancel()
        self._finish()

    def __repr__(self) -> str:
        return f"<WebSocket, {self.side} of {self.remote}, {self.state.value}>"

    # -- reading -------------------------------------------------------------------------------

    async def _read_to_the_end(self, data: bytes) -> None:
        """The life of the connection after its handshake; it never raises."""
        try:
            while await self._take(data):
                data = await self._next_bytes()
                if not data:
                    break
            if self.state is State.CLOSE_DONE:
                await self._end_tcp()
        except ClosedError:
            pass  # reported when it happened
        except OSError as problem:
            self._outbox.given_up = self._outbox.given_up or in_words(problem)
        except Exception:
            log.exception("A fault of ours ends the connection with %s.", self.remote)
            with suppress(Exception):  # the fault may be in sending
                self._writer.write(self._connection.send_close(CloseCode.INTERNAL_ERROR))
        finally:
            self._finish()

    async def _take(self, data: bytes) -> bool:
        """Give bytes to the protocol and do what follows; returns whether to read on."""
        inbox = self._inbox
        step = SLICE if self.agreement is None else COMPRESSED_SLICE
        for at in range(0, len(data), step):
            before = inbox.size
            for event in self._connection.receive(data[at : at + step]):
                self._handle(event)
            inbox.grown(self._connection.under_way)
            if self.state is State.CLOSE_DUE:
                with suppress(TimeoutError):
                    # The peer's patience runs too, and it wants our Close and the end of TCP.
                    async with asyncio.timeout(self.limits.close_seconds / 2):
                        await inbox.answered()
            output = self._connection.take_output()
            if self.state not in READS_FRAMES:
                if output:
                    await self._write(output)
                inbox.end()
                return False
            if output:
                await self._answer(output)
            self._ahead = self._ahead + step + inbox.size - before if inbox.full else 0
            if self._ahead > AHEAD:
                await self._wait_for_room()
        return True

    def _handle(self, event: Event) -> None:
        match event:
            case Text(text=message) | Binary(data=message):
                self._inbox.put(message)
            case Pong(payload):
                self._pings.pong(payload)
            case Failed(violation):
                self.failure = violation
                log.info("%s broke the rule %s. %s", self.remote, violation.rule.id, violation)

    async def _wait_for_room(self) -> None:
        """Read nothing until the application has taken something; TCP makes the peer wait.

        A Pong would come after what is not read, but writing shows whether TCP has ended.
        """
        if self._gone is None:
            self._gone = asyncio.create_task(self._until_tcp_ends())
            self._gone.add_done_callback(self._inbox.wake)
        while self._inbox.full and not self._gone.done():
            try:
                async with asyncio.timeout(self.limits.ping_seconds):
                    await self._inbox.room()
            except TimeoutError:
                if self.state is State.OPEN:
                    await self._answer(self._connection.send_ping())

    async def _until_tcp_ends(self) -> None:
        with suppress(OSError):
            await self._writer.wait_closed()

    def _neglected(self) -> None:
        """The application takes nothing: say goodbye without it, in order."""
        log.warning("%r closes. Its application took none of the messages that wait.", self)
        going = self.state is State.OPEN
        code = CloseCode.INTERNAL_ERROR if going else None
        closing = asyncio.create_task(self.close(code, "the messages are not taken" * going))
        _running.add(closing)
        closing.add_done_callback(_running.discard)

    async def _next_bytes(self) -> bytes:
        """What the network brings next; b"" at its end, or when the peer has gone silent."""
        asked = False
        while True:
            seconds = self.limits.pong_seconds if asked else self.limits.ping_seconds
            try:
                async with asyncio.timeout(seconds) as patience:
                    return await self._reader.read(READ_SIZE)
            except TimeoutError:
                if not patience.expired():  # it is TCP that has lost its own
                    raise
                if asked:
                    self._outbox.give_up("nothing came, not even a Pong")
                    return b""
            asked = True
            if self.state is State.OPEN:  # the patience for its Pong begins once it is out
                await self._write(self._connection.send_ping())

    # -- writing -------------------------------------------------------------------------------

    async def _write(self, data: bytes) -> None:
        """Send bytes, and wait while the peer is slow; raises :class:`ClosedError`."""
        if self._writer.is_closing():
            raise self._closed()
        if data:  # after the end of our half even an empty write would be too much
            self._outbox.put(data)
        if not await self._outbox.drained():
            raise self._closed()

    async def _answer(self, data: bytes) -> None:
        """Send a Pong or a Ping, and wait only once too many of them wait for the peer.

        If both sides waited for the other to read before they read on, neither ever would.
        """
        if not self._outbox.put_answer(data):
            await self._write(data)

    # -- the end -------------------------------------------------------------------------------

    async def _end_tcp(self) -> None:
        """End TCP first where that is our part, then wait a while for the other side (§7.1.1)."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.limits.close_seconds):
                if self._connection.should_end_tcp:
                    await end_our_half(self._writer)
                while await self._reader.read(READ_SIZE):
                    pass

    def _finish(self, *_: object) -> None:
        """The last step of every end; a second time it does nothing."""
        _running.discard(self._reading)
        for event in self._connection.receive_end():
            assert isinstance(event, Ended)
            self.ended = event
        self._inbox.end()
        self._pings.end()
        # What could be sent in order has been sent; waiting for more would keep a dead peer's
        # socket, and TLS would wait half a minute for a goodbye.
        self._writer.transport.abort()

    def _need(self, states: Collection[State]) -> None:
        if self.state not in states or self._writer.is_closing():
            raise self._closed()

    def _closed(self) -> ClosedError:
        """Why nothing more can be done, in one sentence."""
        code, reason = self._connection.close_code, self._connection.close_reason
        if self._inbox.neglected:
            why = "the application took none of the messages that waited."
        elif self.failure is not None:
            why = f"the peer broke a rule. {self.failure}"
        elif code != CloseCode.ABNORMAL_CLOSURE:
            why = f"the peer closed it with {code}" + (f" ({reason})." if reason else ".")
        elif self._outbox.given_up:
            why = f"{self._outbox.given_up}."
        elif self._inbox.leaving:
            why = "this side has closed it."
        else:
            why = "TCP ended without a Close."
        return ClosedError(f"Expected an open connection, but it has ended: {why}", code, reason)
