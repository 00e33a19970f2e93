"""One entry of a TapLab's list, and what a reader may ask of it.

An entry is a frame, or the beginning or the end of a connection. Thousands come at once, so what
every frame is asked (does it break a rule?) has a quick answer for the frames that break none: the
strict parser's. Only where that is in doubt the frame is taken apart.
"""

from dataclasses import dataclass

from wslearn.net.record.conversation import Conversation, Passed, Sender
from wslearn.protocol.codes import Opcode
from wslearn.protocol.dissection import Side
from wslearn.protocol.errors import FrameError
from wslearn.protocol.parser import FrameParser
from wslearn.protocol.text import utf8_problem

BROKEN = "broken"
KINDS: dict[str, frozenset[int]] = {
    "text": frozenset({Opcode.TEXT}),
    "binary": frozenset({Opcode.BINARY}),
    "continuation": frozenset({Opcode.CONTINUATION}),
    "ping": frozenset({Opcode.PING}),
    "pong": frozenset({Opcode.PONG}),
    "close": frozenset({Opcode.CLOSE}),
    "data": frozenset({Opcode.CONTINUATION, Opcode.TEXT, Opcode.BINARY}),
    "control": frozenset({Opcode.CLOSE, Opcode.PING, Opcode.PONG}),
}
"""The kinds that can be asked for by name, beside :data:`BROKEN`."""


@dataclass(eq=False, slots=True)
class Entry:
    """One entry of the list; ``frame`` is None where a connection begins or ends.

    ``place``   its place among all entries, from 1
    ``number``  its number among the frames, from 1; 0 for what is no frame
    ``at``      seconds since the first connection of the record came
    ``broken``  whether the frame breaks a rule for the side that receives it
    ``plain``   what the message says that this frame ends, where it was compressed
    """

    place: int
    number: int
    at: float
    said: Conversation
    frame: Passed | None
    begins: bool = False
    broken: bool = False
    plain: bytes | None = None

    def contains(self, sought: bytes) -> bool:
        """Whether its payload says this, given in small letters; letters of any case fit."""
        if self.frame is None:
            return False
        return sought in self.frame.payload.lower() or sought in (self.plain or b"").lower()

    def alike(self, other: "Entry") -> bool:
        """Whether two frames differ in nothing but their payload and its size."""
        mine, its = self.frame, other.frame
        if mine is None or its is None or self.broken or other.broken:
            return False
        same = mine.data[0] == its.data[0] and mine.sender == its.sender
        return same and mine.connection == its.connection


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader wants to see; None and the empty text ask for nothing.

    ``sender``      ``"client"`` or ``"server"``
    ``kind``        a name in :data:`KINDS`, or :data:`BROKEN`
    ``connection``  the number of a connection
    ``contains``    text that the payload has to hold
    """

    sender: Sender | None = None
    kind: str | None = None
    connection: int | None = None
    contains: str = ""

    def fits(self, entry: Entry) -> bool:
        """Whether this entry is wanted."""
        if self.connection is not None and entry.said.number != self.connection:
            return False
        frame = entry.frame
        if frame is None:
            return self.sender is None and self.kind is None and not self.contains
        if self.sender is not None and frame.sender != self.sender:
            return False
        if self.kind is not None:
            fitting = entry.broken if self.kind == BROKEN else frame.opcode in KINDS[self.kind]
            if not fitting:
                return False
        return not self.contains or entry.contains(self.contains.lower().encode())


class Faults:
    """Says which frames break a rule, as ``Passed.dissect`` does, and quickly where none is broken.

    >>> faults = Faults()
    >>> faults.has(Passed("client", bytes.fromhex("81 85 37fa213d 7f9f4d5158")))
    False
    >>> faults.has(Passed("client", bytes.fromhex("81 05 48656c6c6f")))
    True
    """

    def __init__(self) -> None:
        self._parsers: dict[tuple[Side, tuple[str, ...]], FrameParser] = {}

    def has(self, frame: Passed) -> bool:
        """Whether it breaks a rule for the side that receives it."""
        return not self._surely_none(frame) and bool(frame.dissect().violations)

    def _surely_none(self, frame: Passed) -> bool:
        key = frame.receiver, frame.extensions
        parser = self._parsers.pop(key, None) or FrameParser(key[0], extensions=key[1])
        try:
            found = parser.feed(frame.data)
        except FrameError:
            return False
        if len(found) != 1:
            return False
        self._parsers[key] = parser  # one whole frame leaves nothing behind, so it serves again
        (one,) = found
        match one.opcode:
            case Opcode.BINARY | Opcode.CONTINUATION | Opcode.PING | Opcode.PONG:
                return True
            case Opcode.TEXT:
                return one.rsv1 or (one.fin and utf8_problem(one.payload) is None)
        return False
