"""The same work done by us and by others, ready to be timed.

A :class:`Way` is one library at one task. ``run`` does it once, by the clock; ``plain``
says in bytes what came out, so that nothing is timed before all have the same. What a program does
once (open a connection, make a parser) is done before.

Frames are masked, as a client sends them and a server reads them. Each parser keeps its state from
call to call, and each frame that is built has a fresh key.
"""

from collections.abc import Callable
from dataclasses import dataclass

from websockets.frames import Frame as TheirFrame
from websockets.frames import Opcode as TheirOpcode
from websockets.protocol import CLIENT, SERVER, Protocol
from websockets.speedups import apply_mask  # the C extension: without it this would flatter us
from websockets.streams import StreamReader
from wsproto.connection import Connection as WsprotoConnection
from wsproto.connection import ConnectionType
from wsproto.events import BytesMessage
from wsproto.frame_protocol import FrameProtocol

from wslearn.net.keys import mask_key
from wslearn.protocol.codes import Opcode
from wslearn.protocol.connection import Connection
from wslearn.protocol.frame import Frame
from wslearn.protocol.masking import mask, mask_in_place
from wslearn.protocol.parser import FrameParser

PIECE = 4096
"""Bytes that a network brings at a time, where frames come in pieces."""

KEY = bytes.fromhex("37fa213d")
TEXT, BINARY = Opcode.TEXT, Opcode.BINARY  # as a program would keep them: an Enum finds them slowly
THEIR_BINARY = TheirOpcode.BINARY


@dataclass(frozen=True)
class Way:
    """One way to do a task; ``plain`` turns what ``run`` returns into bytes to compare."""

    run: Callable[[], object]
    plain: Callable[..., bytes]


# -- readers: a function that takes bytes, and the payload of what it returns at the end -----------

Reader = tuple[Callable[[bytes], object], Callable[..., bytes]]


def parser_ours() -> Reader:
    """FrameParser."""
    return FrameParser("server").feed, lambda frames: frames[0].payload


def parser_websockets() -> Reader:
    """websockets' Frame.parse over its StreamReader."""
    reader, reading = StreamReader(), None

    def feed(data: bytes) -> TheirFrame | None:
        nonlocal reading
        reader.feed_data(data)
        if reading is None:
            reading = TheirFrame.parse(reader.read_exact, mask=True)
        try:
            return next(reading)
        except StopIteration as read:
            reading = None
            return read.value

    return feed, lambda frame: bytes(frame.data)


def protocol_websockets() -> Reader:
    """websockets' Protocol, which its connections are built on."""
    protocol = Protocol(SERVER, max_size=None)
    receive, events = protocol.receive_data, protocol.events_received

    def feed(data: bytes) -> list[TheirFrame]:
        receive(data)
        return events()

    return feed, lambda frames: bytes(frames[0].data)


def text_websockets() -> Reader:
    """websockets' Protocol, and the decoding that its connections do after it."""
    receive, _ = protocol_websockets()

    def feed(data: bytes) -> str | None:
        frames = receive(data)
        return frames[0].data.decode() if frames else None

    return feed, str.encode


def parser_wsproto() -> Reader:
    """wsproto's FrameProtocol."""
    protocol, parts = FrameProtocol(False, []), []

    def feed(data: bytes) -> list:
        protocol.receive_bytes(data)
        parts.extend(protocol.received_frames())  # it hands over parts of a frame that is coming
        if not parts or not parts[-1].message_finished:
            return []
        whole = parts[:]
        parts.clear()
        return whole

    return feed, lambda frames: b"".join(bytes(frame.payload) for frame in frames)


def connection_ours() -> Reader:
    """Connection.receive."""
    return Connection("server", max_size=None).receive, lambda events: events[0].data


def text_ours() -> Reader:
    """The same for text."""
    return Connection("server", max_size=None).receive, lambda events: events[0].text.encode()


def connection_wsproto() -> Reader:
    """wsproto's Connection, for binary messages and for text."""
    server, parts = WsprotoConnection(ConnectionType.SERVER), []

    def feed(data: bytes) -> list:
        server.receive_data(data)
        parts.extend(server.events())
        if not parts or not parts[-1].message_finished:
            return []
        whole = parts[:]
        parts.clear()
        return whole

    def plain(events: list) -> bytes:
        parts = [event.data for event in events]
        return b"".join(part.encode() if isinstance(part, str) else part for part in parts)

    return feed, plain


# -- builders: a function that makes the bytes of one frame from a payload -------------------------

Builder = Callable[[bytes], bytes]


def frame_ours() -> Builder:
    """Frame(...).encode, with a key from the pool."""
    return lambda payload: Frame(BINARY, payload).encode(mask_key=mask_key())


def frame_websockets() -> Builder:
    """websockets' Frame(...).serialize."""
    return lambda payload: TheirFrame(THEIR_BINARY, payload).serialize(mask=True)


def frame_wsproto() -> Builder:
    """wsproto's FrameProtocol.send_data."""
    return FrameProtocol(True, []).send_data


def send_ours() -> Builder:
    """Connection.send_binary."""
    return Connection("client", mask_keys=mask_key, max_size=None).send_binary


def send_websockets() -> Builder:
    """websockets' Protocol.send_binary and data_to_send."""
    protocol = Protocol(CLIENT, max_size=None)
    send, due = protocol.send_binary, protocol.data_to_send

    def build(payload: bytes) -> bytes:
        send(payload, True)
        (written,) = due()
        return written

    return build


def send_wsproto() -> Builder:
    """wsproto's Connection.send."""
    send = WsprotoConnection(ConnectionType.CLIENT).send
    return lambda payload: send(BytesMessage(payload))


# -- from these, ways ------------------------------------------------------------------------------


def reading(reader: Reader, data: bytes, piece: int | None = None) -> Way:
    """Read one frame: whole, or in pieces of so many bytes."""
    feed, plain = reader
    if piece is None or len(data) <= piece:
        return Way(lambda: feed(data), plain)
    pieces = [data[at : at + piece] for at in range(0, len(data), piece)]

    def run() -> object:
        for part in pieces:
            last = feed(part)
        return last

    return Way(run, plain)


def building(build: Builder, payload: bytes) -> Way:
    """Build one frame."""
    return Way(lambda: build(payload), _payload_of)


def building_and_reading(build: Builder, reader: Reader, payload: bytes) -> Way:
    """Build one frame, and read it back."""
    feed, plain = reader
    return Way(lambda: feed(build(payload)), plain)


def masking_ours(payload: bytes) -> Way:
    """mask_in_place: after one run the buffer is masked, and ``plain`` takes the mask away."""
    buffer = bytearray(payload)
    return Way(lambda: mask_in_place(buffer, KEY), lambda _: mask(buffer, KEY))


def masking_websockets(payload: bytes) -> Way:
    """websockets' apply_mask, in C; it gives new bytes."""
    return Way(lambda: apply_mask(payload, KEY), lambda masked: apply_mask(masked, KEY))


def _payload_of(frame: bytes) -> bytes:
    (read,) = FrameParser("server").feed(bytes(frame))
    return read.payload


# -- the tasks -------------------------------------------------------------------------------------

Make = Callable[[bytes], Way]


@dataclass(frozen=True)
class Task:
    """One line of the table: ``ours`` and ``theirs`` make a way from a payload.

    The aim is a ratio: ``short`` up to ``up_to`` bytes, ``aim`` above. None: it has no aim.
    """

    name: str
    against: str
    ours: Make
    theirs: Make
    aim: float | None = None
    short: float | None = None
    up_to: int = -1

    def wanted(self, size: int) -> float | None:
        """The ratio that we want for a payload of this many bytes."""
        return self.short if size <= self.up_to else self.aim


def read(reader: Callable[[], Reader], piece: int | None = None, opcode: int = BINARY) -> Make:
    """To read one frame with this payload."""
    return lambda payload: reading(reader(), Frame(opcode, payload).encode(mask_key=KEY), piece)


def build(builder: Callable[[], Builder]) -> Make:
    """To build one frame."""
    return lambda payload: building(builder(), payload)


def both(builder: Callable[[], Builder], reader: Callable[[], Reader]) -> Make:
    """To build one and read it."""
    return lambda payload: building_and_reading(builder(), reader(), payload)


PARSE = {"aim": 1.5, "short": 3.0, "up_to": 16}
BUILD = {"aim": 1.0, "short": 2.0, "up_to": 125}

TASKS = (
    Task("parse", "websockets", read(parser_ours), read(parser_websockets), **PARSE),
    Task("parse", "its Protocol", read(parser_ours), read(protocol_websockets), **PARSE),
    Task("parse", "wsproto", read(parser_ours), read(parser_wsproto)),
    Task("in pieces", "websockets", read(parser_ours, PIECE), read(parser_websockets, PIECE), 1.5),
    Task(
        "in pieces", "its Protocol", read(parser_ours, PIECE), read(protocol_websockets, PIECE), 1.5
    ),
    Task("in pieces", "wsproto", read(parser_ours, PIECE), read(parser_wsproto, PIECE)),
    Task("build", "websockets", build(frame_ours), build(frame_websockets), **BUILD),
    Task("build", "wsproto", build(frame_ours), build(frame_wsproto)),
    Task(
        "both",
        "websockets",
        both(frame_ours, parser_ours),
        both(frame_websockets, parser_websockets),
    ),
    Task(
        "both", "wsproto", both(frame_ours, parser_ours), both(frame_wsproto, parser_wsproto), 4.5
    ),
    Task("mask in place", "websockets", masking_ours, masking_websockets, 1.6, up_to=2**20 - 1),
    Task("receive", "its Protocol", read(connection_ours), read(protocol_websockets), 1.0),
    Task("receive", "wsproto", read(connection_ours), read(connection_wsproto)),
    Task(
        "receive text",
        "its Protocol",
        read(text_ours, opcode=TEXT),
        read(text_websockets, opcode=TEXT),
        1.0,
    ),
    Task("send", "its Protocol", build(send_ours), build(send_websockets), 1.0),
    Task("send", "wsproto", build(send_ours), build(send_wsproto)),
)
"""``in pieces``: of 4 KiB; ``both``: build and parse; ``receive`` and ``send``: whole messages."""
