"""Capture files: the WebSocket connections in what tcpdump or Wireshark saved (pcap and pcapng).

``capture_file`` opens the file, ``packets`` reads the headers, ``reassembly`` puts the streams
together, and the recorder that a tap uses writes the journal. So a capture and a tap of the same
traffic give the same frames.

1. A connection is found by its opening handshake, on any port, even after other requests, in a
   tunnel through a proxy, or where only one side was captured. Connections without one are counted
   in the journal's remarks; ``assume`` names ports whose connections are read as frames all the
   same.
2. Anything the capture has lost is reported, never filled in.
3. Encrypted connections (wss) cannot be read. A remark says what it would take.
4. A file may be malicious. Its cost is bounded by its size, and very large files are not read at
   all.
"""

from collections import Counter
from collections.abc import Iterable
from os import PathLike

from wslearn.protocol.dissect import extension_names
from wslearn.protocol.errors import InputError
from wslearn.protocol.frame import MASK
from wslearn.protocol.text import counted, shown_text

from .beginnings import TLS, begins_otherwise, may_be_request, what_begins
from .capture_file import LARGEST, CaptureFile, Packet
from .conversation import Conversation
from .exchanges import ASKS_FOR_WEBSOCKET, no_websocket
from .journal import WHOLE, Journal
from .packets import ACK, SYN, Address, Packets, Segment, shown_address
from .passed import Sender
from .reassembly import Chunk, Stream
from .recorder import ENDED_INSIDE, Recorder

MOST_STREAMS = 20_000
"""How many TCP connections are followed."""

FIRST_BYTES = 80
"""How many bytes of each side are looked at to tell what a connection is."""

BEFORE = "before"
"""Why a connection is left out: it began before the capture did."""

ORDINARY = "ordinary HTTP"
_TLS_PORTS = {443, 8443}
KEYS = (
    "Reading one takes its keys: a client that writes SSLKEYLOGFILE, and Wireshark to decrypt with "
    "it. Or let the client connect to a tap: wslearn tap wss://... sees the frames in the clear."
)
KEYS_THERE = (
    "The keys are in this file (a Decryption Secrets Block), but nothing here decrypts with them. "
    "Wireshark does: it shows the WebSocket frames of such a connection."
)


def read_capture(
    path: str | PathLike[str],
    *,
    assume: int | Iterable[int] = (),
    extensions: Iterable[str] | str = (),
    journal: Journal | None = None,
    keep: int | None = None,
    keep_secrets: bool = False,
) -> Journal:
    """The WebSocket connections in a pcap or pcapng file, as a journal; gzip is unpacked.

    ``assume``      ports of WebSocket servers: their connections are read as frames even where the
                    capture began after the handshake, from the first captured segment on
    ``extensions``  what those connections had agreed on, such as ``"permessage-deflate"``
    ``journal``     where to record; None: a new one that keeps up to a million frames
    ``keep``        how many bytes of each payload are kept; None: all
    ``keep_secrets``  record cookies, passwords and tokens of the handshakes, too

    Raises :class:`InputError` for anything but a capture, and where scapy is missing.
    """
    journal = Journal(WHOLE) if journal is None else journal
    journal.keep_secrets |= keep_secrets
    ports = {assume} if isinstance(assume, int) else set(assume)
    if not all(isinstance(port, int) for port in ports):
        raise InputError(f"Expected ports as whole numbers to assume, got {assume!r}.")
    names = extension_names(extensions)
    file = CaptureFile(path)
    reading = _Reading(journal, frozenset(ports), names, LARGEST if keep is None else keep)
    # Judged at the end, one connection after another: a judge keeps two windows for each.
    journal.judges_later = True
    try:
        for packet in file.packets():
            reading.take(packet)
        reading.finish(file)
    finally:
        journal.judges_later = False
    return journal


class _Connection:
    """One TCP connection: its bytes until they show what it is, then its record."""

    def __init__(self, stream: Stream, at: float) -> None:
        self.stream = stream
        self.began = at
        self.latest = at
        self.client: Address | None = None
        self.early: list[tuple[Address, Chunk]] = []
        self.begins: dict[Address, bytes] = {}  # the first bytes of each side
        self.recorder: Recorder | None = None
        self.left_out = ""  # why it is, once that is known

    def sender(self, source: Address) -> Sender:
        """Which side sends from this address."""
        return "client" if source == self.client else "server"

    def since(self, at: float) -> float:
        """Seconds since it came; a time since 1970 holds no more than microseconds as a float."""
        return round(at - self.began, 6)

    def other(self, end: Address) -> Address:
        """The end across from this one."""
        return self.stream.second if end == self.stream.first else self.stream.first

    def hold(self, source: Address, chunk: Chunk) -> None:
        """Keep bytes until it is known what they are."""
        data, missing, _ = chunk
        self.early.append((source, chunk))
        # After a hole nobody can know what these bytes are: they tell nothing.
        begins = self.begins.get(source, b"" if not missing else b"\0")
        if len(begins) < FIRST_BYTES:
            self.begins[source] = begins + data[:FIRST_BYTES]

    def client_by_request(self, *, final: bool) -> Address | None:
        """Who sent an HTTP request, as far as the first bytes show; notes what it is instead."""
        for source, begins in self.begins.items():
            if begins.startswith(b"HTTP/"):
                return self.other(source)
            request = may_be_request(begins)
            if request or (request is None and final and begins[:1].isalpha()):
                return source
            if request is False and (other := what_begins(begins)):
                self.left_out = other
        return None

    @property
    def undecided(self) -> bool:
        """Whether a side's first bytes could still become a request."""
        return any(
            may_be_request(begins) is None or begins_otherwise(begins) is None
            for begins in self.begins.values()
        )

    def client_by_port(self, ports: frozenset[int]) -> Address | None:
        """Who is the client, if a server listens on one of these ports; where both do, the side
        whose first frame is masked (RFC 6455 §5.1)."""
        first, second = self.stream.first, self.stream.second
        if first[1] in ports and second[1] in ports:
            for source, begins in self.begins.items():
                if len(begins) > 1:
                    return source if begins[1] & MASK else self.other(source)
            return first
        if second[1] in ports:
            return first
        return second if first[1] in ports else None

    @property
    def server_port(self) -> int:
        """The lower port, which servers usually have."""
        return min(self.stream.first[1], self.stream.second[1])


class _Reading:
    """Packet after packet into the journal."""

    def __init__(
        self, journal: Journal, assume: frozenset[int], extensions: tuple[str, ...], keep: int
    ) -> None:
        self.journal = journal
        self.assume = assume
        self.extensions = extensions
        self.keep = keep
        self.connections: dict[tuple[Address, Address], _Connection] = {}
        self.packets = Packets()
        self.left_out: Counter[str] = Counter()
        self.before: Counter[int] = Counter()  # connections without a handshake, by port
        self.too_many = self.cut = 0

    def take(self, packet: Packet) -> None:
        """The next packet of the capture."""
        at = packet.at
        segment = self.packets.segment_of(packet.data, packet.link)
        if segment is None:
            return
        self.cut += bool(segment.missing) and not packet.last
        connection = self.connection_of(segment, at)
        if connection is None:
            self.too_many += 1
            return
        connection.latest = max(connection.latest, at)
        for chunk in connection.stream.of(segment.source).take(segment, at):
            self.give(connection, segment.source, chunk)

    def connection_of(self, segment: Segment, at: float) -> _Connection | None:
        """The connection that a segment belongs to; None: there are too many to follow."""
        first, second = sorted((segment.source, segment.target))
        connection = self.connections.get((first, second))
        if connection is not None and connection.stream.reused(segment):
            self.end(connection)
            connection = None
        if connection is None:
            if len(self.connections) >= MOST_STREAMS:
                return None
            connection = _Connection(Stream(first, second), at)
            self.connections[first, second] = connection
        if segment.flags & (SYN | ACK) == SYN:
            connection.stream.opener = segment.source
            connection.stream.opening = segment.number
        return connection

    # -- bytes in their order ------------------------------------------------------------------

    def give(self, connection: _Connection, source: Address, chunk: Chunk) -> None:
        """The next bytes of one direction."""
        if connection.recorder is not None:
            self.record(connection, source, chunk)
            return
        if connection.left_out:
            if connection.left_out != BEFORE or not ASKS_FOR_WEBSOCKET.search(chunk[0]):
                return
            connection.left_out = ""  # in what began before, a handshake begins here
            connection.begins.clear()
        connection.hold(source, chunk)
        self.recognise(connection, final=False)

    def recognise(self, connection: _Connection, *, final: bool) -> None:
        """Decide what a connection is, as soon as its first bytes tell."""
        client = connection.client_by_request(final=final)
        if client is not None:
            self.open(connection, client, None)
            return
        if not connection.left_out and (final or not connection.undecided):
            client = connection.client_by_port(self.assume)
            if client is not None:
                self.open(connection, client, self.extensions)
                return
            if len(connection.begins) == 2 or final or len(connection.early) > 100:
                opened = connection.stream.opener is not None
                connection.left_out = "no WebSocket" if opened else BEFORE
        if connection.left_out:
            connection.early.clear()

    def open(
        self, connection: _Connection, client: Address, assumed: tuple[str, ...] | None
    ) -> None:
        """Begin the record, and read what has come so far."""
        connection.client = client

        def begin(at: float) -> Conversation:
            return self.journal.open(
                began=connection.began + at,
                client=shown_address(client),
                server=shown_address(connection.other(client)),
            )

        said = None if assumed is None else begin(0.0)
        connection.recorder = Recorder(
            self.journal, said, begin=begin, keep=self.keep, held=LARGEST, assumed=assumed
        )
        early, connection.early = connection.early, []
        for source, chunk in early:
            self.record(connection, source, chunk)

    def record(self, connection: _Connection, source: Address, chunk: Chunk) -> None:
        """Hand bytes to the recorder, and tell it what is missing before them."""
        recorder = connection.recorder
        assert recorder is not None
        sender = connection.sender(source)
        data, missing, at = chunk
        if missing:
            recorder.lose(sender, missing)
        recorder.take(sender, data, connection.since(at))

    # -- the end -------------------------------------------------------------------------------

    def end(self, connection: _Connection) -> None:
        """Nothing more comes: what waits behind a hole is handed over, and the record is closed."""
        for source, direction in list(connection.stream.directions.items()):
            for chunk in direction.flush():
                self.give(connection, source, chunk)
        if connection.early:
            self.recognise(connection, final=True)
        if (recorder := connection.recorder) is not None:
            directions = connection.stream.directions
            for source, direction in directions.items():
                if direction.cut:
                    recorder.lose(connection.sender(source), direction.cut)
            over = any(direction.ended for direction in directions.values())
            inside = ENDED_INSIDE if over else "the capture ended inside this frame"
            ended = self.conclusion(connection, recorder)
            recorder.end(ended, connection.since(connection.latest), inside)
            if not recorder.began:
                connection.left_out = recorder.other or ORDINARY
        if connection.left_out == BEFORE:
            self.before[connection.server_port] += 1
        elif connection.left_out:
            self.left_out[connection.left_out] += 1
        for text in (one.reset for one in connection.stream.directions.values()):
            if text and recorder is not None and recorder.recorded:
                self.journal.remarks.append(
                    f"Connection {recorder.said.number}: it was reset with the text "
                    f"“{shown_text(text, 200)}”, which is not part of the stream (RFC 1122 "
                    "§4.2.2.12)."
                )

    def conclusion(self, connection: _Connection, recorder: Recorder) -> str:
        """How a connection ended, as far as the capture shows it."""
        if recorder.websocket is False and recorder.said.status is not None:
            return no_websocket(recorder.said)
        if farewell := recorder.farewell:
            return f"{farewell[0].upper()}{farewell[1:]}."
        if any(direction.ended for direction in connection.stream.directions.values()):
            return f"It ended {recorder.said.without_a_close}"
        return "It was still open when the capture ended."

    def finish(self, file: CaptureFile) -> None:
        """End what is open, and say what was left out."""
        for connection in self.connections.values():
            self.end(connection)
        self.journal.sort()
        remarks = self.journal.remarks
        if self.before:
            (port, _), *_ = self.before.most_common(1)
            remarks.append(
                f"{counted(self.before.total(), 'TCP connection')} left out: the capture began "
                f"later, so no handshake tells what they are. If port {port} is a WebSocket "
                f"server's, read_capture(..., assume={port}) reads them as frames (on the command "
                f"line: --assume {port})."
            )
            if port in _TLS_PORTS:
                remarks.append(f"Port {port} is usually one of TLS. {KEYS}")
        for why, count in self.left_out.items():
            remarks.append(f"{counted(count, 'TCP connection')} left out: {why}.")
        if self.left_out[TLS]:
            remarks.append(KEYS_THERE if file.has_keys else KEYS)
        if self.too_many:
            remarks.append(
                f"{counted(self.too_many, 'packet')} left out: more than "
                f"{MOST_STREAMS} TCP connections."
            )
        if self.cut:
            remarks.append(
                f"{counted(self.cut, 'packet')} captured in part only; tcpdump -s 0 keeps them "
                "whole."
            )
        remarks += [*self.packets.remarks(), *file.remarks]
        if self.journal.let_go:
            remarks.append(
                f"{counted(self.journal.let_go, 'frame')} let go: the journal was full. "
                "journal=Journal(Bounds(frames=..., size=...)) keeps more."
            )
        if not self.journal.conversations and not remarks:
            held = self.packets.held()
            remarks.append(f"There is no TCP connection with data in this capture.{held}")
