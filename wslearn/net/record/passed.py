"""One frame as it passed, and what its receiver makes of it; one message, put together."""

from dataclasses import dataclass, field, replace
from typing import Literal

from wslearn.protocol.codes import opcode_name
from wslearn.protocol.dissect import dissect
from wslearn.protocol.dissection import OTHER_SIDE, Dissection, Side
from wslearn.protocol.errors import Violation
from wslearn.protocol.frame import MASK, OPCODE
from wslearn.protocol.masking import KEY_SIZE, mask
from wslearn.protocol.text import counted, shown_text

from .split import stated_size

Sender = Literal["client", "server"]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the receiver makes of a frame, as part of its connection (RFC 6455 §7.1.7).

    The fields are those of :class:`~wslearn.protocol.dissection.Dissection`.
    """

    violations: tuple[Violation, ...] = ()
    unread: str = ""
    message: int | None = None
    compressed: bool = False
    says: bytes | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """One frame as it passed: who sent it, its bytes, and when.

    ``at``          seconds from the beginning of its connection until its last byte
    ``connection``  the number of its connection, where several are recorded together
    ``left_out``    how many further bytes of its payload passed and were not kept
    ``note``        why not all of the frame is here, or how it was changed on its way; else empty
    ``extensions``  the extensions that both sides had agreed on
    ``judged``      what its receiver makes of it, given the frames before it; None: not judged yet,
                    as long as it is not in a record

    A frame that broke a rule is kept as far as it had come by then.
    """

    sender: Sender
    data: bytes
    at: float = 0.0
    connection: int = 0
    left_out: int = 0
    note: str = ""
    extensions: tuple[str, ...] = ()
    judged: Judged | None = field(default=None, compare=False, repr=False)

    @property
    def receiver(self) -> Side:
        """The side that has to judge it."""
        return OTHER_SIDE[self.sender]

    @property
    def size(self) -> int:
        """How many bytes of it passed, kept or not."""
        return len(self.data) + self.left_out

    @property
    def opcode(self) -> int:
        """Its opcode, a number from 0 to 15 (RFC 6455 §5.2)."""
        return self.data[0] & OPCODE

    @property
    def whole(self) -> bool:
        """Whether all of it is here."""
        sizes = stated_size(self.data)
        return sizes is not None and len(self.data) == sum(sizes)

    @property
    def payload(self) -> bytes:
        """Its payload, unmasked, as far as it is here (RFC 6455 §5.3)."""
        sizes = stated_size(self.data)
        if sizes is None:
            return b""
        begin, payload = sizes[0], self.data[sizes[0] :]
        masked = self.data[1] & MASK
        return mask(payload, self.data[begin - KEY_SIZE : begin]) if masked else payload

    @property
    def broken(self) -> bool:
        """Whether it breaks a rule, on its own or in its place (RFC 6455 §5)."""
        judged = self.judged or self.dissect()
        return bool(judged.violations)

    @property
    def unread(self) -> str:
        """Why its receiver never read it, in a few words; empty if it did, or nobody knows."""
        return self.judged.unread if self.judged else ""

    def dissect(self) -> Dissection:
        """The frame taken apart, and judged for the side that received it.

        In a record it was judged together with the frames before it; otherwise it is judged on its
        own.
        """
        seen = dissect(self.data, self.receiver, self.extensions)
        if (judged := self.judged) is None:
            return seen
        return replace(
            seen,
            violations=judged.violations,
            unread=judged.unread,
            message=judged.message,
            compressed=judged.compressed,
            says=judged.says,
        )


@dataclass(frozen=True, slots=True)
class Message:
    """One message of one side, as it passed (RFC 6455 §5.4).

    ``data`` is text or bytes, decompressed; None where it cannot be read. ``problem`` says why not,
    which rule it breaks (a receiver fails the connection there), or that it was never read; it is
    empty where all is well. ``at`` is when its last frame passed, in seconds since its connection
    came; ``frames`` is how many frames it took, ``size`` how many bytes these were on the wire.
    Where a file holds messages and no frames, as HAR does, ``frames`` is 0 and ``size`` counts the
    bytes of the message itself.
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

    @property
    def content(self) -> bytes:
        """What it says, as bytes; none where it cannot be read."""
        return as_bytes(self.data)

    def __repr__(self) -> str:
        arrow = "→" if self.sender == "client" else "←"
        problem = f"; {shown_text(self.problem.encode(), 300)}" if self.problem else ""
        if self.data is None:
            said, problem = problem[2:], ""
        elif isinstance(self.data, str):
            said = f"“{shown_text(self.content)}”"
        else:
            said = counted(len(self.data), "byte")
        small = ", compressed" if self.compressed else ""
        taken = f"{counted(self.frames, 'frame')}, {counted(self.size, 'byte')} on the wire"
        if not self.frames:
            taken = "no frames are known"
        return f"{arrow} {opcode_name(self.opcode)} {said} ({taken}{small}){problem}"


def as_bytes(data: str | bytes | None) -> bytes:
    """What a message says, as bytes: text is UTF-8 (RFC 6455 §5.6)."""
    return data.encode() if isinstance(data, str) else data or b""
