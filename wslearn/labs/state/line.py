"""Frames on the line between two connections in memory, and frames that break a rule."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from wslearn.draw.drawn import Dissection
from wslearn.protocol.codes import Opcode, is_control
from wslearn.protocol.dissection import Side
from wslearn.protocol.frame import Frame
from wslearn.protocol.text import shown_text

LOST = "it never arrived"


@dataclass(slots=True)
class Packet:
    """One frame on its way, or the end of the connection, when ``data`` is empty.

    ``left`` and ``arrived`` are the numbers of moments. ``lost`` says that it will never arrive,
    ``cut`` that this is not a message at all: it is the time until a cut line is noticed. From its
    arrival on, ``dissection`` is judged together with the frames before it.
    """

    sender: Side
    data: bytes
    left: int
    arrived: int | None = None
    lost: bool = False
    dissection: Dissection | None = None
    cut: bool = False

    @property
    def in_flight(self) -> bool:
        """Whether it is still on its way."""
        return self.arrived is None and not self.lost

    @property
    def judged(self) -> Dissection | None:
        """The frame as its receiver judges it: one that never arrived was not read either."""
        if self.dissection is None or not self.lost:
            return self.dissection
        return replace(self.dissection, violations=(), unread=LOST)

    @property
    def name(self) -> str:
        """What it is in one or two words."""
        if self.dissection is None:
            return "silence" if self.cut else "end of TCP"
        frame = self.dissection.frame
        if frame is None:
            return "a broken frame"
        name = frame_name(frame.opcode)
        return name if frame.fin or is_control(frame.opcode) else f"{name}, FIN 0"

    @property
    def label(self) -> str:
        """The same with what it carries, in a few words."""
        frame = self.dissection.frame if self.dissection is not None else None
        if frame is None or not frame.payload:
            return self.name
        if frame.opcode == Opcode.CLOSE:
            code = next(each for each in self.dissection.fields if each.kind == "code")
            return f"{self.name} {code.shown}"
        return f"{self.name} “{shown_text(frame.payload, 16)}”"

    @property
    def kind(self) -> str:
        """Which of the palette's fills it has."""
        if self.dissection is None or not self.data:
            return "rsv"
        return _KINDS.get(self.data[0] & 0x0F, "rsv")


_KINDS = {
    Opcode.TEXT: "payload",
    Opcode.BINARY: "length",
    Opcode.CONTINUATION: "payload",
    Opcode.CLOSE: "fin",
    Opcode.PING: "opcode",
    Opcode.PONG: "opcode",
}


def frame_name(opcode: int) -> str:
    """The name of an opcode as a label."""
    try:
        return Opcode(opcode).name.lower()
    except ValueError:
        return f"opcode {opcode}"


@dataclass(frozen=True, slots=True)
class FrameFault:
    """A frame that breaks a rule: its name, and the frame; ``masked`` False: masked as it must not
    be."""

    name: str
    frame: Frame
    masked: bool | None = None

    def encode(self, sender: Side, key: Callable[[], bytes]) -> bytes:
        """The frame's bytes as this side sends them."""
        masked = sender == "client" if self.masked is None else self.masked == (sender == "client")
        return self.frame.encode(mask_key=key() if masked else None)


FAULTS = {
    fault.name: fault
    for fault in (
        FrameFault("the wrong masking", Frame(Opcode.TEXT, b"Hello"), masked=False),
        FrameFault("a reserved bit", Frame(Opcode.TEXT, b"Hello", rsv1=True)),
        FrameFault("a reserved opcode", Frame(3, b"Hello")),
        FrameFault("a ping in fragments", Frame(Opcode.PING, b"Hello", fin=False)),
        FrameFault("a continuation of nothing", Frame(Opcode.CONTINUATION, b"Hello")),
        FrameFault("text that is not UTF-8", Frame(Opcode.TEXT, b"Hell\xff")),
        FrameFault("a Close with code 1005", Frame(Opcode.CLOSE, b"\x03\xed")),
    )
}
"""The rules that either side can break at the press of a button."""
