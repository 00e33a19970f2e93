"""The same work, ready to be timed, and how we do it; the others are in ``by_...`` beside this.

A :class:`Way` is one library at one task. ``run`` does it once, by the clock; ``plain``
says in bytes what came out, so that nothing is timed before all have the same. What a program does
once (open a connection, make a parser) is done before.

Frames are masked, as a client sends them and a server reads them. Each parser keeps its state from
call to call, and each frame that is built has a fresh key.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wslearn.net.keys import mask_key
from wslearn.protocol.codes import Opcode
from wslearn.protocol.connection import Connection
from wslearn.protocol.examples import COURSE_KEY as KEY
from wslearn.protocol.frame import FIN, Frame, encode_usual
from wslearn.protocol.masking import mask, mask_in_place
from wslearn.protocol.parser import FrameParser

PIECE = 4096
"""Bytes that a network brings at a time, where frames come in pieces."""

TEXT, BINARY = Opcode.TEXT, Opcode.BINARY  # as a program would keep them: an Enum finds them slowly


@dataclass(frozen=True, slots=True)
class Way:
    """One way to do a task; ``plain`` turns what ``run`` returns into bytes to compare."""

    run: Callable[[], Any]
    plain: Callable[[Any], bytes]


Reader = tuple[Callable[[bytes], Any], Callable[[Any], bytes]]
"""A function that takes bytes, and the payload of what it returns in the end."""

Builder = Callable[[bytes], bytes]
"""A function that makes the bytes of one frame from a payload."""


# -- ours ------------------------------------------------------------------------------------------


def parser() -> Reader:
    """FrameParser."""
    return FrameParser("server").feed, lambda frames: frames[0].payload


def connection() -> Reader:
    """Connection.receive."""
    return Connection("server", max_size=None).receive, lambda events: events[0].data


def text() -> Reader:
    """The same for text."""
    return Connection("server", max_size=None).receive, lambda events: events[0].text.encode()


def frame() -> Builder:
    """Frame(...).encode, with a key from the pool."""
    return lambda payload: Frame(BINARY, payload).encode(mask_key=mask_key())


def encode() -> Builder:
    """What a connection does for each frame of its own, whose parts it has checked before."""
    return lambda payload: encode_usual(FIN | BINARY, payload, mask_key())


def send() -> Builder:
    """Connection.send_binary."""
    return Connection("client", mask_keys=mask_key, max_size=None).send_binary


# -- from readers and builders, ways ---------------------------------------------------------------


def reading(reader: Reader, data: bytes, piece: int | None = None) -> Way:
    """Read one frame: whole, or in pieces of this many bytes."""
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


def masking(payload: bytes) -> Way:
    """mask_in_place: after one run the buffer is masked, and ``plain`` takes the mask away."""
    buffer = bytearray(payload)
    return Way(lambda: mask_in_place(buffer, KEY), lambda _: mask(buffer, KEY))


def _payload_of(frame: bytes) -> bytes:
    (read,) = FrameParser("server").feed(bytes(frame))
    return read.payload
