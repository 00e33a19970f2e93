"""Lesson 06: what the prose of its exercises, its predictions and its quiz computes."""

from wslearn.protocol.codes import CloseCode
from wslearn.protocol.connection import Connection
from wslearn.protocol.events import Text
from wslearn.protocol.frame import Frame

PROTOCOL = f"{CloseCode.PROTOCOL_ERROR:d}"
NOT_TEXT = f"{CloseCode.INVALID_PAYLOAD_DATA:d}"


def received(*frames: Frame) -> list[object]:
    """What a client makes of frames."""
    client = Connection("client", mask_keys=lambda: bytes(4))
    return list(client.receive(b"".join(frame.encode() for frame in frames)))


def readable(piece: bytes) -> bool:
    """Whether bytes are text on their own."""
    return "\N{REPLACEMENT CHARACTER}" not in piece.decode(errors="replace")


HALVES = Frame.text("Hel", fin=False), Frame.continuation(b"lo")
INTERRUPTED = HALVES[0], Frame.ping(b"Hello"), HALVES[1]
STREAM = b"".join(frame.encode() for frame in INTERRUPTED)
EVENTS = received(*INTERRUPTED)
CUT = {
    repr(received(Frame.text("Hello"[:at], fin=False), Frame.continuation(b"Hello"[at:])))
    for at in range(6)
}
