"""One open WebSocket, as an application sees it: messages in, messages out (RFC 6455 §5 to §7).

A thin shell. What the bytes mean and what must be answered, ``protocol.connection`` decides; here
are the socket, the clock and the waiting. ``serve`` and ``connect`` make these objects::

    async for message in socket:
        await socket.send(message)

1. One task reads. It answers Pings and Closes and keeps messages until the application takes them.
2. When too many wait, it stops reading: TCP then slows the peer down. Nothing is thrown away.
3. A peer that is silent gets a Ping; one that stays silent, or does not read, is given up.
4. A Close that is owed waits until the application has taken, and could answer, what came before
   it; after a while it leaves all the same.
5. The last bytes are sent before TCP ends, and TCP ends in order: to close with bytes unread would
   reset the connection, and a reset may overtake our last words (§7.1.1).
6. However it ends, ``ended`` says how, and no task and no socket stays behind.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Collection
from contextlib import suppress
from typing import Self

from wslearn.protocol.codes import CloseCode
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import Agreement
from wslearn.protocol.errors import ClosedError, InputError, StateError, Violation
from wslearn.protocol.events import Binary, Ended, Event, Failed, Pong, Text
from wslearn.protocol.http1 import Request, Response
from wslearn.protocol.states import READS_FRAMES, SENDS_MESSAGES, State

from .limits import READ_SIZE, Limits
from .os_words import in_words
from .tcp import address_of, end_our_half, keep_little_unsent

log = logging.getLogger("wslearn.net")

SLICE = 16 * 1024
"""How many bytes are looked at before others get a turn: they may be thousands of messages."""

COMPRESSED_SLICE = 4 * 1024
"""How many bytes of a compressed connection are taken at once: they may become a thousand times as
many, and between two slices there is time to stop."""

FAIR_SHARE = 64
"""After so many messages that were there already, everyone else gets a turn."""

_reading: set[asyncio.Task[None]] = set()
"""The tasks that read. asyncio holds tasks weakly: one that nobody else holds could vanish."""


class WebSocket:
    """An open connection.

    ``request``      the client's opening handshake
    ``response``     the server's
    ``subprotocol``  what both agreed on, or None
    ``agreement``    what both agreed on for permessage-deflate, or None
    ``failure``      the rule that the peer broke, or None
    ``ended``        how it ended, or None while TCP is open
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
        self._reader = reader
        self._writer = writer
        # Asked for now: once TLS has ended, asyncio forgets it, and in Python 3.11 even fails.
        self._address = address_of(writer)
        self._connection = connection
        self._given_up = ""
        self._written = 0  # bytes given to the transport
        self._messages: deque[str | bytes] = deque()
        self._waiting_size = 0
        self._taken = 0  # messages that were asked for
        self._over = False  # no message will come any more
        self._leaving = False  # the application has closed and takes nothing more
        self._news = asyncio.Event()  # a message is there, or the end
        self._room = asyncio.Event()  # the reader may go on
        self._all_taken = asyncio.Event()  # the application came back for more
        self._pings: dict[bytes, tuple[float, asyncio.Future[float | None]]] = {}
        self._pings_sent = 0
        keep_little_unsent(writer)
        self._reading = asyncio.create_task(self._read_to_the_end(rest), name=f"reading {self}")
        _reading.add(self._reading)
        self._reading.add_done_callback(self._finish)  # also for a task that never ran

    # -- what an application asks --------------------------------------------------------------

    @property
    def side(self) -> str:
        """``"server"`` or ``"client"``: which end this is."""
        return self._connection.side

    @property
    def state(self) -> State:
        """Where the connection stands."""
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
        return self._connection.close_code if self._over else None

    @property
    def close_reason(self) -> str:
        """The reason in the peer's Close; empty if there was none (RFC 6455 §7.1.6)."""
        return self._connection.close_reason

    @property
    def remote(self) -> str:
        """The other end's address, such as ``127.0.0.1:40001``."""
        return self._address

    async def recv(self) -> str | bytes:
        """The next message: text is ``str``, binary is ``bytes`` (RFC 6455 §6.2).

        Raises :class:`ClosedError` when no more will come.
        """
        self._taken += 1
        if self._taken % FAIR_SHARE == 0:
            await asyncio.sleep(0)
        while not self._messages:
            self._all_taken.set()
            if self._over:
                raise self._closed()
            self._news.clear()
            await self._news.wait()
        message = self._messages.popleft()
        self._waiting_size -= len(message)
        if self._has_room():
            self._room.set()
        return message

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

        Waits while the peer is slow. Raises :class:`ClosedError` when the connection has ended or
        this side has closed it, and :class:`StateError` for text amid a binary message or the
        other way round.
        """
        self._need(SENDS_MESSAGES)
        if isinstance(message, str):
            data = self._connection.send_text(message, fin=fin)
        else:
            data = self._connection.send_binary(message, fin=fin)
        await self._write(data)

    async def ping(self) -> float:
        """Send a Ping and wait for its Pong: how long it took, in seconds (RFC 6455 §5.5.2).

        A Pong waits behind the messages that came before it, so somebody has to take these.
        """
        self._need({State.OPEN})
        self._pings_sent += 1
        payload = self._pings_sent.to_bytes(8, "big")
        answer: asyncio.Future[float | None] = asyncio.get_running_loop().create_future()
        self._pings[payload] = time.monotonic(), answer
        try:
            await self._write(self._connection.send_ping(payload))
            seconds = await answer
        finally:
            self._pings.pop(payload, None)
        if seconds is None:
            raise self._closed()
        return seconds

    async def pong(self, payload: bytes = b"") -> None:
        """Send a Pong that nobody asked for, a one-way sign of life (RFC 6455 §5.5.3)."""
        self._need({State.OPEN})
        await self._write(self._connection.send_pong(payload))

    async def close(self, code: int | None = CloseCode.NORMAL_CLOSURE, reason: str = "") -> None:
        """Close in order, and return when TCP has ended (RFC 6455 §7.1.2, §7.1.1).

        What still comes is thrown away. A peer that does not answer is left after
        ``close_seconds``; whoever interrupts the waiting leaves it at once. Raises
        :class:`InputError` for a code that may not be sent.
        """
        data = self._connection.send_close(code, reason) if self.state is State.OPEN else b""
        self._leaving = True
        self._room.set()
        self._all_taken.set()
        try:
            async with asyncio.timeout(self.limits.close_seconds):
                with suppress(ClosedError):
                    await self._write(data)
                await asyncio.wait([self._reading])
        except TimeoutError:
            self._give_up("the closing handshake was not finished in time")
            await asyncio.wait([self._reading])
        except asyncio.CancelledError:
            self.leave(code)
            raise

    async def wait_closed(self) -> Ended:
        """Wait until TCP has ended; how it ended."""
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
        self._leaving = True
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
            pass  # said when it happened
        except OSError as problem:
            self._given_up = self._given_up or in_words(problem)
        except Exception:
            log.exception("A fault of ours ends the connection with %s.", self.remote)
            with suppress(StateError):
                self._writer.write(self._connection.send_close(CloseCode.INTERNAL_ERROR))
        finally:
            self._finish()

    async def _take(self, data: bytes) -> bool:
        """Give bytes to the protocol and do what follows; says whether to read on."""
        step = SLICE if self.agreement is None else COMPRESSED_SLICE
        for at in range(0, len(data), step):
            for event in self._connection.receive(data[at : at + step]):
                self._handle(event)
            if self.state is State.CLOSE_DUE:
                await self._let_the_application_answer()
            if output := self._connection.take_output():
                await self._write(output)
            if self.state not in READS_FRAMES:
                self._end_messages()
                return False
            await self._wait_for_room()
        return True

    def _handle(self, event: Event) -> None:
        match event:
            case Text(text=message) | Binary(data=message):
                if self._leaving:
                    return
                self._messages.append(message)
                self._waiting_size += len(message)
                self._news.set()
            case Pong(payload):
                self._pong_came(payload)
            case Failed(violation):
                self.failure = violation
                log.info("%s broke the rule %s. %s", self.remote, violation.rule.id, violation)

    def _pong_came(self, payload: bytes) -> None:
        """A Pong answers its Ping and all before it: the peer may skip some (§5.5.3)."""
        if payload not in self._pings:
            return
        for sent in list(self._pings):
            at, answer = self._pings.pop(sent)
            if not answer.done():
                answer.set_result(time.monotonic() - at)
            if sent == payload:
                return

    async def _let_the_application_answer(self) -> None:
        if self._leaving or not self._messages:
            return
        self._all_taken.clear()
        with suppress(TimeoutError):
            # The peer's patience runs too, and it still wants our Close and the end of TCP.
            async with asyncio.timeout(self.limits.close_seconds / 2):
                await self._all_taken.wait()

    async def _wait_for_room(self) -> None:
        while not (self._has_room() or self._leaving):
            self._room.clear()
            await self._room.wait()

    def _has_room(self) -> bool:
        few = len(self._messages) < self.limits.waiting
        return few and self._waiting_size < self.limits.waiting_size

    async def _next_bytes(self) -> bytes:
        """What the network brings next; b"" at its end, or when the peer has gone silent."""
        asked = False
        while True:
            patience = self.limits.pong_seconds if asked else self.limits.ping_seconds
            try:
                async with asyncio.timeout(patience):
                    return await self._reader.read(READ_SIZE)
            except TimeoutError:
                if asked:
                    self._give_up("nothing came, not even a Pong")
                    return b""
            asked = True
            if self.state is State.OPEN:
                await self._write(self._connection.send_ping())

    # -- writing -------------------------------------------------------------------------------

    async def _write(self, data: bytes) -> None:
        """Send bytes, and wait while the peer is slow, as long as it takes some at all."""
        if self._writer.is_closing():
            raise self._closed()
        if data:  # after the end of our half even an empty write would be too much
            self._writer.write(data)
            self._written += len(data)
        if self._writer.transport.get_write_buffer_size() < READ_SIZE:
            return  # the usual case: there is nothing to wait for
        while True:
            before = self._taken_by_tcp()
            try:
                async with asyncio.timeout(self.limits.write_seconds):
                    await self._writer.drain()
                if not self._writer.is_closing():  # else the wait ended because TCP did
                    return
            except TimeoutError:
                if self._taken_by_tcp() > before:
                    continue
                self._give_up("the peer did not read")
            except OSError as problem:
                self._given_up = self._given_up or in_words(problem)
            raise self._closed()

    def _taken_by_tcp(self) -> int:
        """How many of our bytes have left the buffer, whoever else may be filling it."""
        return self._written - self._writer.transport.get_write_buffer_size()

    # -- the end -------------------------------------------------------------------------------

    async def _end_tcp(self) -> None:
        """End TCP first where that is our part, then wait a while for the other side (§7.1.1)."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.limits.close_seconds):
                if self._connection.should_end_tcp:
                    await end_our_half(self._writer)
                while await self._reader.read(READ_SIZE):
                    pass

    def _give_up(self, why: str) -> None:
        """Drop TCP without a word; to close would wait until all is sent."""
        self._given_up = self._given_up or why
        self._writer.transport.abort()

    def _end_messages(self) -> None:
        self._over = True
        self._news.set()

    def _finish(self, *_: object) -> None:
        """The last step of every end; a second time it does nothing."""
        _reading.discard(self._reading)
        for event in self._connection.receive_end():
            assert isinstance(event, Ended)
            self.ended = event
        self._end_messages()
        for _sent, answer in self._pings.values():
            if not answer.done():
                answer.set_result(None)
        # What could be sent in order has been sent; to wait for more would keep a dead peer's
        # socket, and TLS would wait half a minute for a goodbye.
        self._writer.transport.abort()

    def _need(self, states: Collection[State]) -> None:
        if self.state not in states or self._writer.is_closing():
            raise self._closed()

    def _closed(self) -> ClosedError:
        """Why nothing more can be done, in one sentence."""
        code, reason = self._connection.close_code, self._connection.close_reason
        if self.failure is not None:
            why = f"the peer broke a rule. {self.failure}"
        elif code != CloseCode.ABNORMAL_CLOSURE:
            why = f"the peer closed it with {code}" + (f" ({reason})." if reason else ".")
        elif self._given_up:
            why = f"{self._given_up}."
        elif self._leaving:
            why = "this side has closed it."
        else:
            why = "TCP ended without a Close."
        return ClosedError(f"Expected an open connection, but it has ended: {why}", code, reason)
