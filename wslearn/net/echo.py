"""One client of the first-contact server, from its first byte to its last.

The rules are those of ``contact``; here they are kept. What would break: a wait without a time
limit, or an answer after ``hang_up``.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wslearn.protocol.codes import CloseCode
from wslearn.protocol.connection import Connection
from wslearn.protocol.dissect import dissect
from wslearn.protocol.events import Binary, Close, Event, Failed, Text
from wslearn.protocol.handshake import Response, error_response, server_response
from wslearn.protocol.http1 import read_request

from .record.conversation import Conversation
from .record.passed import Passed, Sender

READ_SIZE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one connection may cost: sizes in bytes, times in seconds.

    ``head_size`` and ``head_seconds`` bound the opening handshake as a whole, so that a client
    which sends a byte now and then gains nothing. ``idle_seconds`` bounds the silence between two
    reads, ``write_seconds`` the patience with a client that does not read, ``linger_seconds`` the
    wait for the other side to hang up. ``frames`` is how many are remembered of one connection.
    """

    head_size: int = 16 * 1024
    head_seconds: float = 5
    payload_size: int = 64 * 1024
    frames: int = 500
    idle_seconds: float = 900
    write_seconds: float = 5
    linger_seconds: float = 1
    connections: int = 8
    conversations: int = 20


class EchoConnection:
    """The opening handshake and the frames of one connection, answered and recorded.

    ``note`` is called with the conversation whenever it has grown.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        limits: Limits,
        subprotocols: Sequence[str],
        note: Callable[[Conversation], None],
    ) -> None:
        self.reader = reader
        self.writer = writer
        self.limits = limits
        self.subprotocols = subprotocols
        self.note = note
        self.said = Conversation()
        self.began = time.monotonic()
        self.connection = Connection("server", max_size=self.limits.payload_size)
        self.unread = b""  # the bytes of a frame that is still coming,
        self.fed = 0  # and how many of them the connection has seen
        self.closed = False

    async def serve(self) -> None:
        """The opening handshake, then frames until one side has had enough."""
        data = await self.read_head()
        if data is None:
            return
        check = self.said.judge(data, self.subprotocols, self.limits.head_size)
        reply = server_response(check)
        await self.send_reply(reply)
        if reply.status != 101:
            await self.hang_up(f"The handshake failed: {check.conclusion}")
            return
        rest = check.rest
        while await self.take(rest):
            try:
                async with asyncio.timeout(self.limits.idle_seconds):
                    rest = await self.reader.read(READ_SIZE)
            except TimeoutError:
                await self.close(CloseCode.GOING_AWAY, "nothing came for a long time")
                return
            if not rest:
                self.end("The client hung up without a Close (its side calls that 1006).")
                return

    # -- the opening handshake -----------------------------------------------------------------

    async def read_head(self) -> bytes | None:
        """All bytes up to the end of the head, and what came with it; None: nothing to serve."""
        data = b""
        try:
            async with asyncio.timeout(self.limits.head_seconds):
                while read_request(data, max_size=self.limits.head_size) is None:
                    more = await self.reader.read(READ_SIZE)
                    data += more
                    if not more:
                        break
        except TimeoutError:
            if data:
                self.said.request = self.said.secrets.leave_out(data)
                await self.refuse(408, "The request was not whole in time.")
            return None
        # Browsers open a connection ahead of need, and drop it unused.
        if not data:
            return None
        head = read_request(data, final=True, max_size=self.limits.head_size)
        if head is not None and any(v.rule.id == "head-too-large" for v in head.violations):
            self.said.request = self.said.secrets.leave_out(data[: self.limits.head_size])
            await self.refuse(431, f"{head.violations[0]}")
            return None
        return data

    async def refuse(self, status: int, sentence: str) -> None:
        """An HTTP error instead of a WebSocket."""
        await self.send_reply(error_response(status, sentence))
        await self.hang_up(sentence)

    async def send_reply(self, reply: Response) -> None:
        """Send the answer to the opening handshake, and remember it."""
        self.said.reply = reply.encode()
        await self.write(self.said.reply)
        self.note(self.said)

    # -- frames --------------------------------------------------------------------------------

    async def take(self, data: bytes) -> bool:
        """Read the frames in some bytes and answer each; says whether there is more to come."""
        self.unread += data
        while True:
            # The connection knows meanings; the record wants the very bytes of each frame.
            seen = dissect(self.unread, "server")
            events = self.connection.receive(seen.data[self.fed :])
            failed = next((event for event in events if isinstance(event, Failed)), None)
            if seen.complete or failed:
                self.keep("client", seen.data)
            if not seen.complete and not failed:
                self.fed = len(self.unread)
                return True
            self.unread, self.fed = seen.rest, 0
            if not await self.answer(events):
                return False
            if len(self.said.frames) >= self.limits.frames:
                await self.close(CloseCode.POLICY_VIOLATION, "this record is full")
                return False

    async def answer(self, events: list[Event]) -> bool:
        """Echo messages, and send what the rules demand; says whether the connection goes on."""
        ended = ""
        for event in events:
            match event:
                case Text(text):
                    await self.send(self.connection.send_text(text))
                case Binary(data):
                    await self.send(self.connection.send_binary(data))
                case Close():
                    ended = "The client closed the connection, and the server agreed."
                case Failed(violation):
                    ended = f"The server failed it: {violation}"
        await self.send(self.connection.take_output())
        if ended:
            await self.hang_up(ended)
        return not ended

    async def close(self, code: int, reason: str) -> None:
        """Send a Close (§5.5.1) and hang up."""
        await self.send(self.connection.send_close(code, reason))
        await self.hang_up(f"The server closed the connection: {reason}.")

    async def send(self, data: bytes) -> None:
        """Send one frame, or nothing, and remember it."""
        if data:
            self.keep("server", data)
            await self.write(data)

    async def write(self, data: bytes) -> None:
        """Send bytes; raises TimeoutError when the client does not take them in time."""
        self.writer.write(data)
        async with asyncio.timeout(self.limits.write_seconds):
            await self.writer.drain()

    def keep(self, sender: Sender, data: bytes) -> None:
        """Remember the bytes of a frame, who sent them, and when."""
        frame = Passed(sender, data, time.monotonic() - self.began)
        self.said.frames.append(self.said.judged(frame))
        self.note(self.said)

    # -- the end -------------------------------------------------------------------------------

    async def hang_up(self, ended: str) -> None:
        """Close our half, then wait a moment for theirs.

        To close with bytes unread resets the connection, and a reset may overtake our last words.
        """
        self.end(ended)
        try:
            self.writer.write_eof()
            async with asyncio.timeout(self.limits.linger_seconds):
                while await self.reader.read(READ_SIZE):
                    pass
        except (OSError, TimeoutError):
            pass

    def say_goodbye(self) -> None:
        """The server stops: 1001 to a client that is connected (§7.4.1)."""
        if self.said.opened and not self.closed:
            data = self.connection.send_close(CloseCode.GOING_AWAY, "the server stops")
            self.writer.write(data)
            self.keep("server", data)
            self.end("The server stopped.")

    def end(self, ended: str) -> None:
        """Note in one sentence how the conversation ended."""
        self.closed = True
        self.said.ended = ended
        if self.said.request:
            self.note(self.said)
