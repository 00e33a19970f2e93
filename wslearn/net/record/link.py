"""One connection through a tap: from the client to the server and back, with a record of it.

The rules are those of ``tap``; here they are kept. What would break them: a wait between a read and
its write, a byte that is written twice or not at all, a fault of the record that ends the traffic.
"""

import asyncio
import re
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from ssl import SSLContext
from typing import Any, Protocol

from wslearn.net.limits import READ_SIZE, Limits
from wslearn.net.os_words import in_words
from wslearn.net.tcp import ask_now_and_then, reset, with_port
from wslearn.protocol.dissection import OTHER_SIDE
from wslearn.protocol.handshake import error_response
from wslearn.protocol.http1 import read_request
from wslearn.protocol.uri import Uri

from .conversation import Conversation
from .exchanges import no_websocket
from .hold import Hold
from .hold_gate import Gate
from .journal import Journal
from .passed import Sender
from .recorder import Recorder

SENDERS: tuple[Sender, Sender] = ("client", "server")


class Between(Protocol):
    """What a connection needs of the tap that it goes through."""

    host: str
    port: int
    uri: Uri
    limits: Limits
    journal: Journal
    keep: int
    holds: list[Hold]
    rewrite: bool
    ssl: SSLContext | None
    upstream_ssl: SSLContext | None

    @property
    def url(self) -> str:
        """The address of the tap."""

    @property
    def running(self) -> bool:
        """Whether the tap is open."""


class BrokenError(Exception):
    """One side's connection broke; the sentence says which."""


class Link:
    """One client, its connection to the server, and the record of what passes between them."""

    def __init__(
        self, tap: Between, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.tap = tap
        self.reader = reader
        self.writer = writer
        self.upstream: asyncio.StreamWriter | None = None
        self.began = time.monotonic()
        self.came = time.time()
        self.recorder: Recorder | None = None
        self.blind = False  # a fault of ours: the bytes go on, the record does not
        self.requested = asyncio.Event()  # the client's request is whole
        self.first: Sender | None = None  # who hung up first
        self.head: bytes | None = b"" if tap.rewrite else None  # held for rewriting
        self.gates = {sender: Gate(self, sender) for sender in SENDERS}

    @property
    def now(self) -> float:
        """Seconds since the client came."""
        return time.monotonic() - self.began

    async def run(self, *, full: bool) -> None:
        """Connect to the server and pass everything on until both sides are done."""
        limits = self.tap.limits
        if full:
            most = limits.connections
            await self.refuse(503, f"The tap has {most} connections already, the most it takes.")
            return
        uri = self.tap.uri
        try:
            async with asyncio.timeout(limits.open_seconds):
                reader, self.upstream = await asyncio.open_connection(
                    uri.host, uri.port, ssl=self.tap.upstream_ssl,
                    server_hostname=uri.host if self.tap.upstream_ssl else None, limit=READ_SIZE,
                )  # fmt: skip
        except (OSError, ValueError) as problem:
            why = (
                f"it did not answer in {limits.open_seconds:g} seconds"
                if isinstance(problem, TimeoutError)
                else in_words(problem)
                if isinstance(problem, OSError)
                else str(problem)
            )
            where = uri.without_query  # it is in the record
            await self.refuse(
                502, f"The tap could not reach {where}: {why}. Is the server running?"
            )
            return
        await self.pass_on(reader, self.upstream)

    async def pass_on(self, reader: asyncio.StreamReader, upstream: asyncio.StreamWriter) -> None:
        """Both directions at once, until both are done."""
        for writer in (self.writer, upstream):
            ask_now_and_then(writer)
        pumps = {
            asyncio.ensure_future(self.pump("client", self.reader, upstream)),
            asyncio.ensure_future(self.pump("server", reader, self.writer)),
        }
        watch = asyncio.ensure_future(self.requested.wait())
        try:
            await asyncio.wait(
                {watch, *pumps}, timeout=self.tap.limits.open_seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )  # fmt: skip
            pending = set(pumps)
            if not self.requested.is_set() and not any(pump.done() for pump in pumps):
                await _ended(pumps)  # they read what would be read here otherwise
                pending = set()
                await self.too_slow()
            patience: float | None = None
            while pending:
                done, pending = await asyncio.wait(
                    pending, timeout=patience, return_when=asyncio.FIRST_COMPLETED
                )
                for pump in done:
                    if not pump.result():
                        patience = self.tap.limits.close_seconds
                if not done:
                    break
            self.end(self.conclusion())
        except BrokenError as problem:
            self.end(self.conclusion(str(problem)))
            for writer in (self.writer, upstream):
                reset(writer)
        finally:
            await _ended({watch, *pumps})

    async def pump(
        self, sender: Sender, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Pass one direction on to its end; returns whether the end itself could be passed on."""
        receiver = OTHER_SIDE[sender]
        gate = self.gates[sender]
        try:
            while data := await self.read(sender, reader):
                try:
                    await gate.take(data)
                    await writer.drain()
                except OSError as problem:
                    raise BrokenError(_broke(receiver, problem)) from problem
        finally:
            gate.flush()
        if self.head:  # the client ended inside the head that was held
            writer.write(self.head)
        self.first = self.first or sender
        if writer.can_write_eof():
            with suppress(OSError):
                writer.write_eof()
            return True
        # TLS has no half-closed connections. A client that may only have closed its half still gets
        # the server's last words; in every other case this is the end.
        if sender == "client" and self.tap.ssl is None:
            return False
        writer.close()
        return True

    async def read(self, sender: Sender, reader: asyncio.StreamReader) -> bytes:
        """What has come from one side; nothing at its end."""
        try:
            return await reader.read(READ_SIZE)
        except OSError as problem:
            raise BrokenError(_broke(sender, problem)) from problem

    # -- what passes, and what waits ---------------------------------------------------------------

    @property
    def holds(self) -> list[Hold]:
        """What is to be held."""
        return self.tap.holds

    def write(self, sender: Sender, data: bytes) -> None:
        """Pass these bytes on to the other side."""
        writer = self.upstream if sender == "client" else self.writer
        assert writer is not None, "nothing is read before both sides are there"
        writer.write(self.rewritten(data) if sender == "client" else data)

    def let_go(self, hold: Hold) -> None:
        """One hold has ended: what waits because of it passes."""
        for gate in self.gates.values():
            gate.ended(hold)

    async def sent(self) -> None:
        """Wait until all that was passed on has left this program."""
        for writer in (self.writer, self.upstream):
            if writer is not None:
                writer.transport.set_write_buffer_limits(0)
                with suppress(OSError):
                    await writer.drain()

    # -- what is rewritten ---------------------------------------------------------------------

    def rewritten(self, data: bytes) -> bytes:
        """A client's bytes as they are passed on; a head is held until it is whole."""
        if self.head is None:
            return data
        head = self.head + data
        seen = read_request(head, max_size=self.tap.limits.head_size)
        if seen is None:
            self.head = head
            return b""
        self.head = None
        return rewrite_head(head[: len(head) - len(seen.rest)], self.tap) + seen.rest

    # -- the record ----------------------------------------------------------------------------

    def record(self, sender: Sender, data: bytes, note: str = "") -> None:
        """Record what has just been passed on."""
        if self.blind:
            return
        try:
            recorder = self.recorder or self.open()
            recorder.take(sender, data, self.now, note)
            if recorder.request_done:
                self.requested.set()
        except Exception as problem:  # noqa: BLE001 (a fault in the record must not cut the connection)
            self.blind = True
            self.requested.set()
            self.tap.journal.remarks.append(
                f"A fault in the tap ended the record of a connection, which went on: {problem!r}."
            )

    def open(self) -> Recorder:
        """Begin the record. A connection on which nothing ever comes has none: browsers open such
        connections ahead of need."""
        tap = self.tap
        self.recorder = Recorder(
            tap.journal, self.begin(0.0), begin=self.begin, keep=tap.keep,
            head_size=tap.limits.head_size,
        )  # fmt: skip
        return self.recorder

    def begin(self, at: float) -> Conversation:
        """A conversation that began this many seconds after the client came."""
        return self.tap.journal.open(
            began=self.came + at,
            client=_address(self.writer.get_extra_info("peername")),
            server=_address((self.tap.uri.host, self.tap.uri.port)),
        )

    def end(self, ended: str) -> None:
        """Note how the connection ended."""
        if self.recorder is not None and not self.blind:
            self.recorder.end(ended, self.now)

    def conclusion(self, broke: str = "") -> str:
        """How it ended, in one sentence."""
        recorder = self.recorder
        if recorder is None:
            return broke
        said = recorder.said
        first = f"The {self.first} hung up" if self.first else ""
        if not recorder.websocket:
            if said.status is None:
                return broke or f"{first} before there was an answer."
            return no_websocket(said)
        if farewell := recorder.farewell:
            farewell = farewell[0].upper() + farewell[1:]
            return f"{farewell}. {broke}".strip() if broke else f"{farewell}. {first} first."
        return broke or f"{first} {said.without_a_close}"

    # -- what the tap says itself --------------------------------------------------------------

    async def too_slow(self) -> None:
        """A request that is not whole in time: its client holds a place that others need."""
        self.end("The request was not whole in time.")
        if self.recorder is not None and not self.recorder.said.reply:
            await self.say(408, "The request was not whole in time.")

    async def refuse(self, status: int, sentence: str) -> None:
        """Read the request, for the record and for good manners, and answer with an error."""
        recorder: Recorder | None = None
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(self.tap.limits.open_seconds):
                while not (recorder and recorder.request_done):
                    if not (data := await self.reader.read(READ_SIZE)):
                        break
                    recorder = self.recorder or self.open()
                    recorder.take("client", data, self.now)
        if recorder is None:
            return
        self.end(sentence)
        await self.say(status, sentence)

    async def say(self, status: int, sentence: str) -> None:
        """Send an HTTP error, then wait a moment: a reset could overtake the sentence."""
        answer = error_response(status, sentence)
        if self.recorder is not None and self.recorder.said.request.startswith(b"HEAD "):
            answer = replace(answer, body=b"")  # RFC 9110 §9.3.2
        try:
            async with asyncio.timeout(self.tap.limits.close_seconds):
                self.writer.write(answer.encode())
                await self.writer.drain()
                if self.writer.can_write_eof():
                    self.writer.write_eof()
                while await self.reader.read(READ_SIZE):
                    pass
        except (OSError, TimeoutError):
            pass

    def cut(self) -> None:
        """Leave nothing open: everything written has been sent, or nobody waits for it."""
        for writer in (self.writer, self.upstream):
            if writer is not None:
                if self.tap.running:
                    writer.close()
                else:
                    writer.transport.abort()


async def _ended(tasks: Iterable[asyncio.Future[Any]]) -> None:
    """End some tasks and wait until they have."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def rewrite_head(head: bytes, tap: Between) -> bytes:
    """A request with the server's name in Host, and in an Origin that names the tap."""
    uri = tap.uri
    host = uri.host_header.encode("ascii", "replace")
    head = re.sub(
        rb"(?im)^(Host[ \t]*:[ \t]*)[^\r\n]*", lambda found: found[1] + host, head, count=1
    )
    own = "https" if tap.url.startswith("wss") else "http"
    names = f"{own}://(?:{re.escape(tap.host)}|localhost):{tap.port}".encode()
    origin = (b"https://" if uri.secure else b"http://") + host
    return re.sub(
        rb"(?im)^(Origin[ \t]*:[ \t]*)" + names + rb"(?=[ \t]*\r?$)",
        lambda found: found[1] + origin,
        head,
        count=1,
    )


def _broke(side: str, problem: OSError) -> str:
    return f"The {side}'s connection broke ({in_words(problem)})."


def _address(name: object) -> str:
    match name:
        case (str(host), int(port), *_):
            return with_port(host, port)
    return ""
