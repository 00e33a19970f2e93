"""Judge a client: listen for it, and put the next case to it each time it connects.

A client cannot be called, so it has to come once for each case, as to Autobahn's fuzzing server.
The first time shows whether it echoes. What it does every time is judged as well: its request, its
keys, its masks.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from wslearn.net.heads import read_head
from wslearn.protocol.deflate import Agreement, Compressor, Deflate
from wslearn.protocol.dissect import dissect_all
from wslearn.protocol.dissection import Side
from wslearn.protocol.errors import NetworkError
from wslearn.protocol.events import Text
from wslearn.protocol.handshake import RequestCheck, check_request, server_response
from wslearn.protocol.http1 import read_request

from .case import Case, Observed, Refuses
from .dialling import LIMITS, head_of
from .findings import Finding, decide
from .heard import Ear, Heard
from .listening import hang_up, listen, send, sending
from .server_run import AT_ONCE, NO_ECHO, PROBE, PROBE_CASE, Manner, Run

HOST = "127.0.0.1"
WAIT = 30.0
"""Seconds without a client, after which no more are waited for."""

MOST_SECONDS = 1800.0
"""How long a run may take in all."""

NOT_COME = "The client did not come again, so this was not put to it."
PROGRAM_GONE = "After this nobody came any more: the client's program was gone."
NOT_OFFERED = "It does not offer permessage-deflate, and need not."

GROUP = "every connection"


def _observed(
    id: str, title: str, expected: str, *rows: str, rule: str, why: str, lesson: str
) -> Case:
    return Case(
        f"client-{id}", title, GROUP, "MUST", rows, rule, why, lesson, Observed(expected),
        side="client",
    )  # fmt: skip


REQUEST = _observed(
    "request", "its request", "a request that keeps every rule of §4.1", "6455-4.1-19",
    "6455-4.1-20", "6455-4.1-29", "6455-4.1-34",
    rule="A client's request is a GET with Host, Upgrade, Connection, a key of 16 bytes, and "
    "version 13.", why="A server has to refuse anything else.", lesson="02",
)  # fmt: skip
NEW_KEY = _observed(
    "new-key", "its keys", "another key for each connection", "6455-4.1-30",
    rule="A new random key is picked for every connection.",
    why="With a key that is known beforehand, an answer can be prepared beforehand, or kept in a "
    "cache.", lesson="02",
)  # fmt: skip
NEW_MASK = _observed(
    "new-mask", "its masking-keys", "another masking-key for each frame", "6455-5.3-2",
    "6455-5.3-4", rule="Each frame is masked with a fresh key that nobody can predict.",
    why="With a key that is known, whoever chooses the message chooses the bytes on the wire: that "
    "is what masking is there to prevent.", lesson="05",
)  # fmt: skip
EVERY_TIME = (REQUEST, NEW_KEY, NEW_MASK)
"""What is judged by all connections together."""


@dataclass(slots=True)
class _Seen:
    """What was seen of a client over all its connections."""

    came: int = 0
    bad_request: str = ""
    bad_bytes: bytes = b""
    keys: list[str] = field(default_factory=list)
    masks: list[bytes] = field(default_factory=list)


class ClientRun:
    """A run over cases for clients; :meth:`start` listens, :meth:`wait` ends with the report."""

    def __init__(
        self,
        cases: Sequence[Case],
        *,
        patience: float = 2.0,
        wait: float = WAIT,
        tell: Callable[[int, int], None] | None = None,
    ) -> None:
        self.cases = tuple(cases)
        self.patience, self.idle, self.tell = patience, wait, tell
        self.port = 0
        self.findings: dict[str, Finding] = {}
        self._waiting = deque(self.cases)
        self._manner: Manner | None = None
        self._known = asyncio.Lock()  # one client at a time, until it is known whether it echoes
        self._seen = _Seen()
        self._last = ""  # the case that was played last
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._moved = asyncio.Event()
        self._began = time.monotonic()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"ws://{HOST}:{self.port}/"

    async def start(self, port: int = 0) -> None:
        """Listen on this computer; raises :class:`NetworkError` where the port is taken."""
        try:
            self._server = await asyncio.start_server(self._accept, HOST, port)
        except (OSError, OverflowError) as problem:
            why = getattr(problem, "strerror", None) or problem
            raise NetworkError(f"Expected to listen on port {port}, got: {why}.") from None
        self.port = self._server.sockets[0].getsockname()[1]

    async def wait(self) -> Run:
        """Wait until every case was played, or no client comes any more; return what was found."""
        try:
            async with asyncio.timeout(MOST_SECONDS):
                while self._waiting or self._tasks:
                    self._moved.clear()
                    async with asyncio.timeout(self.idle + (self.patience if self._tasks else 0)):
                        await self._moved.wait()
        except TimeoutError:
            pass
        return await self.stop()

    async def stop(self) -> Run:
        """Stop listening; return what was found so far."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for case in self.cases:
            if case.id not in self.findings:
                self._found(case, Heard(trouble=NOT_COME))
        every_time = self._every_time() if self._seen.came else ()
        mine = tuple(self.findings[case.id] for case in self.cases)
        seconds = time.monotonic() - self._began
        came = f"the client that came {self._seen.came} times to {self.url}"
        return Run(came, (*every_time, *mine), seconds, self._manner)

    def gone(self) -> None:
        """The client's program has ended, says whoever started it: blame the case before."""
        if self._last:
            before = self.findings[self._last]
            self.findings[self._last] = replace(before, outcome="broken", remark=PROGRAM_GONE)

    # -- one connection ------------------------------------------------------------------------

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._moved.set()
        try:
            await self._one(reader, writer)
        except (OSError, TimeoutError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            self._tasks.discard(task)
            self._moved.set()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(5 * self.patience):
            head = await read_head(reader, read_request, LIMITS)
        if head is None:
            return
        asked = check_request(head, deflate=Deflate())
        self._note_request(asked)
        if not asked.ok:
            await send(writer, server_response(asked).encode())
            return
        if self._manner is None:
            async with self._known:
                if self._manner is None:
                    await self._probe(asked, reader, writer)
                    return
        case = self._next(asked)
        if case is not None:
            self._found(case, await self._play(case, asked, reader, writer))
            self._last = case.id

    async def _probe(
        self, asked: RequestCheck, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Find out whether it echoes; whatever else it says is what it says to everyone."""
        heard = await self._play(PROBE_CASE, asked, reader, writer)
        echoes = Text(PROBE) in heard.words or heard.violation is not None
        others = tuple(word for word in heard.words if word != Text(PROBE))
        self._manner = Manner(echoes, asked.agreement is not None, AT_ONCE, others)

    def _next(self, asked: RequestCheck) -> Case | None:
        """The next case that this client can be asked; for those that it cannot, note why."""
        assert self._manner is not None
        while self._waiting:
            case = self._waiting.popleft()
            if case.echo and not self._manner.echoes:
                self._found(case, Heard(trouble=NO_ECHO))
            elif case.deflate is not None and asked.agreement is None:
                self._found(case, Heard(trouble=NOT_OFFERED))
            else:
                return case
        return None

    async def _play(
        self,
        case: Case,
        asked: RequestCheck,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> Heard:
        agreement = asked.agreement if case.deflate is not None else None
        reply = reply_of(case, asked, agreement)
        heard = Heard()
        pack = None if agreement is None else Compressor(agreement.server).compress
        data = case.data("client", pack)
        about_reply = isinstance(case.right, Refuses) or case.id.startswith("reply-")
        heard.sent = reply if about_reply else data
        ear = Ear(heard, "server", agreement)
        raw = _Kept(reader)
        async with sending(_send(writer, reply, data, case)):
            await listen(case.right, self.patience, ear, raw, writer)
            if not heard.ended:
                ours: Side | None = (
                    None if isinstance(case.right, Refuses) or heard.close is not None else "server"
                )
                await hang_up(reader, writer, ours)
        self._note_masks(bytes(raw.data))
        return heard

    # -- what is seen of all of them -----------------------------------------------------------

    def _note_request(self, asked: RequestCheck) -> None:
        seen = self._seen
        seen.came += 1
        if asked.key is not None:
            seen.keys.append(asked.key)
        if not asked.ok and not seen.bad_request:
            seen.bad_request = str(asked.violations[0])

    def _note_masks(self, data: bytes) -> None:
        for frame in dissect_all(data, "server"):
            if frame.mask_key is not None:
                self._seen.masks.append(bytes(frame.mask_key))

    def _every_time(self) -> tuple[Finding, ...]:
        seen = self._seen
        return (
            _once(REQUEST, not seen.bad_request, seen.bad_request or "it does"),
            _of_many(NEW_KEY, seen.keys, "key"),
            _of_many(NEW_MASK, [mask.hex(" ") for mask in seen.masks], "masking-key"),
        )

    def _found(self, case: Case, heard: Heard) -> None:
        manner = self._manner
        echoes, greeting = (manner.echoes, manner.greeting) if manner else (True, ())
        self.findings[case.id] = decide(case, heard, "client", echoes=echoes, greeting=greeting)
        if self.tell is not None:
            self.tell(len(self.findings), len(self.cases))


async def _send(writer: asyncio.StreamWriter, reply: bytes, data: bytes, case: Case) -> None:
    """The reply and what follows it, in as many writes as the case wants."""
    if case.changed.pieces == 1:
        await send(writer, reply + data, case.writes)
    else:
        await send(writer, reply, case.changed.pieces)
        await send(writer, data)


MOST_KEPT = 2**12
"""Bytes of a connection whose masks are looked at. Of very many masks of 32 bits two are the same
by chance."""


class _Kept:
    """A reader that keeps what it has read, up to a limit: the masks are looked at afterwards."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader, self.data = reader, bytearray()

    async def read(self, size: int) -> bytes:
        data = await self._reader.read(size)
        self.data += data[: max(MOST_KEPT - len(self.data), 0)]
        return data


def reply_of(case: Case, asked: RequestCheck, agreement: Agreement | None) -> bytes:
    """The head of the reply, as the case wants it; it may be one that no server would send.

    It gets the first of the subprotocols that it asked for: some clients insist on one.
    """
    first = asked.subprotocols[0] if asked.subprotocols else None
    right = server_response(replace(asked, agreement=agreement, subprotocol=first))
    return head_of(case.changed.first or right.first_line, [*right.headers], case.changed)


def _once(case: Case, kept: bool, came: str) -> Finding:
    assert isinstance(case.right, Observed)
    return Finding(case, "kept" if kept else "broken", case.right.expected, came)


def _of_many(case: Case, values: list[str], what: str) -> Finding:
    """Whether values that should differ do."""
    assert isinstance(case.right, Observed)
    if len(values) < 2:
        came = f"{len(values)} of them: too few to tell"
        return Finding(case, "unjudged", case.right.expected, came)
    most = max(values, key=values.count)
    times = values.count(most)
    if times > 1:
        return _once(case, False, f"the {what} {most} {times} times, out of {len(values)}")
    return _once(case, True, f"{len(values)} different ones")
