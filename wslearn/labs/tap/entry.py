"""One entry of a TapLab's list, and what a reader may ask of it.

An entry is a frame, or the beginning or the end of a connection. What a frame's receiver makes of
it is in the frame itself, because the journal has judged it.
"""

from collections.abc import Container
from dataclasses import dataclass

from wslearn.net.record.conversation import Conversation
from wslearn.net.record.passed import Message, Passed, Sender
from wslearn.protocol.codes import Opcode

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
"""The kinds that can be asked for by name, besides :data:`BROKEN`."""


@dataclass(eq=False, slots=True)
class Entry:
    """One entry of the list; ``frame`` is None where a connection begins or ends.

    ``place``   its place among all entries, from 1
    ``number``  its number among the frames, from 1; 0 for anything but a frame
    ``at``      seconds since the first connection of the record came
    ``message`` the message that it is, where a file held messages and no frames
    ``plain``   what the message that this frame ends says, where it was compressed
    """

    place: int
    number: int
    at: float
    said: Conversation
    frame: Passed | None
    begins: bool = False
    message: Message | None = None
    plain: bytes | None = None

    @property
    def broken(self) -> bool:
        """Whether the frame breaks a rule for the side that receives it."""
        return self.frame is not None and self.frame.broken

    @property
    def unread(self) -> str:
        """Why its receiver never read the frame; empty if it did."""
        return "" if self.frame is None else self.frame.unread

    def contains(self, sought: bytes) -> bool:
        """Whether its payload says this, given in small letters; letters of any case match."""
        if self.frame is None:
            return False
        return sought in self.frame.payload.lower() or sought in (self.plain or b"").lower()

    def alike(self, other: "Entry") -> bool:
        """Whether two frames differ in nothing but their payload and its size."""
        mine, its = self.frame, other.frame
        if mine is None or its is None or self.broken or other.broken:
            return False
        same = mine.data[0] == its.data[0] and mine.sender == its.sender
        same = same and self.unread == other.unread
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

    def fits(self, entry: Entry, saying: Container[int] = ()) -> bool:
        """Whether this entry is wanted; ``saying`` are frames of messages that hold the text, by
        ``id``: in pieces, or compressed, no frame of them need hold it."""
        if self.connection is not None and entry.said.number != self.connection:
            return False
        frame = entry.frame
        if (message := entry.message) is not None:
            kind = self.kind is None or message.opcode in KINDS.get(self.kind, ())
            says = self.contains.lower().encode() in message.content.lower()
            return kind and says and self.sender in (None, message.sender)
        if frame is None:
            return self.sender is None and self.kind is None and not self.contains
        if self.sender is not None and frame.sender != self.sender:
            return False
        if self.kind is not None:
            fitting = entry.broken if self.kind == BROKEN else frame.opcode in KINDS[self.kind]
            if not fitting:
                return False
        found = id(frame) in saying
        return not self.contains or found or entry.contains(self.contains.lower().encode())
