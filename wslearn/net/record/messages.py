"""From recorded frames to messages: put together, decompressed, and judged (RFC 6455 §5.4).

Whoever watches has more trouble than a peer: of a large frame only the beginning may be kept, and
what was lost cannot be asked for again. With context takeover each message is compressed with what
went before it, so after one loss all later compressed messages of that side stay unreadable. Each
such message is listed all the same, and its ``problem`` says why.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from wslearn.protocol.codes import Opcode, is_control, is_reserved, opcode_name
from wslearn.protocol.deflate import Decompressor, Window
from wslearn.protocol.frame import FIN, RSV1, Frame
from wslearn.protocol.message import MessageError, MessageReader
from wslearn.protocol.text import counted, shown_text

from .conversation import Conversation, Passed, Sender

MOST = 2**20
"""The most bytes that one message may have once decompressed, unless told otherwise."""

CUT = "Not all of it was kept."
LOST = "It was compressed with what came before it, and that is not here whole."


@dataclass(frozen=True, slots=True)
class Message:
    """One message of one side, as it passed (RFC 6455 §5.4).

    ``data`` is text or bytes, decompressed; None where ``problem`` says why it cannot be read.
    ``at`` is when its last frame passed, in seconds since its connection came; ``frames`` how many
    frames it took, ``size`` how many bytes these were on the wire.
    """

    connection: int
    sender: Sender
    opcode: int
    data: str | bytes | None
    at: float
    frames: int
    size: int
    compressed: bool
    problem: str = ""

    def __repr__(self) -> str:
        arrow = "→" if self.sender == "client" else "←"
        if self.data is None:
            said = self.problem
        elif isinstance(self.data, str):
            said = f"“{shown_text(self.data.encode())}”"
        else:
            said = counted(len(self.data), "byte")
        small = ", compressed" if self.compressed else ""
        taken = f"{counted(self.frames, 'frame')}, {counted(self.size, 'byte')} on the wire"
        return f"{arrow} {opcode_name(self.opcode)} {said} ({taken}{small})"


def messages_of(said: Conversation, max_size: int) -> Iterator[Message]:
    """The messages of one connection: those of the client, then those of the server.

    ``max_size`` is the most bytes one message may have once decompressed.
    """
    sides: tuple[Sender, Sender] = ("client", "server")
    for sender in sides:
        reader = SideReader(said, sender, max_size, lost=bool(said.let_go))
        for frame in said.sent_by(sender):
            if (message := reader.take(frame)) is not None:
                yield message


class SideReader:
    """Puts the messages of one side of a connection together, frame after frame.

    ``lost``: frames before the first one it will see are not known.
    """

    def __init__(
        self, said: Conversation, sender: Sender, max_size: int = MOST, *, lost: bool = False
    ) -> None:
        agreed = said.deflate
        self.said = said
        self.sender = sender
        self.window: Window | None = None if agreed is None else getattr(agreed, sender)
        self.max_size = max_size
        self.lost = lost
        self.start_anew()
        self.begun: list[Passed] = []
        self.problem = ""

    def start_anew(self) -> None:
        """A reader without a message under way."""
        inflate = None if self.window is None else Decompressor(self.window)
        self.reader = MessageReader(max_size=self.max_size, inflate=inflate)

    def take(self, passed: Passed) -> Message | None:
        """Take the next frame; the message, if this frame ends it."""
        opcode = passed.opcode
        if is_control(opcode) or is_reserved(opcode):
            return None
        fin, rsv1 = bool(passed.data[0] & FIN), bool(passed.data[0] & RSV1)
        if self.begun and opcode != Opcode.CONTINUATION:
            self.fail("Another message began before its last frame.")
        if not self.begun:
            self.problem = ""
        self.begun.append(passed)
        first = self.begun[0].data[0]
        compressed = bool(first & RSV1) and self.window is not None
        data: str | bytes | None = None
        if self.problem:
            pass
        elif not passed.whole:
            self.fail(CUT)
        elif compressed and self.lost and self.window is not None and self.window.context_takeover:
            self.fail(LOST)
        elif rsv1 and self.window is None:
            self.fail("RSV1 is set, and no extension was agreed that gives it a meaning.")
        else:
            data = self.read(Frame(opcode, passed.payload, fin, rsv1))
        if not fin:
            return None
        message = Message(
            self.said.number,
            self.sender,
            self.begun[0].opcode,
            data if not self.problem else None,
            passed.at,
            len(self.begun),
            sum(frame.size for frame in self.begun),
            compressed,
            self.problem,
        )
        self.begun = []
        return message

    def read(self, frame: Frame) -> str | bytes | None:
        """Hand a whole frame to the protocol's own reader."""
        try:
            return self.reader.feed(frame)
        except MessageError as problem:
            self.fail(str(problem.violation))
            return None

    def fail(self, problem: str) -> None:
        """The message under way cannot be read; neither can what depends on it."""
        self.problem = problem
        self.lost = self.lost or self.window is not None
        self.start_anew()
