"""One frame as it passed, and what its receiver makes of it."""

from dataclasses import dataclass, field, replace
from typing import Literal

from wslearn.protocol.dissect import dissect
from wslearn.protocol.dissection import Dissection, Side
from wslearn.protocol.errors import Violation
from wslearn.protocol.frame import MASK, OPCODE
from wslearn.protocol.masking import KEY_SIZE, mask

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
    ``note``        why not all of the frame is here, in one sentence; empty if it is
    ``extensions``  the extensions that both sides had agreed on
    ``judged``      what its receiver makes of it beside the frames before it; None: not judged yet,
                    as long as it is in no record

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
        return "server" if self.sender == "client" else "client"

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
        """Whether it breaks a rule, by itself or where it stands (RFC 6455 §5)."""
        judged = self.judged or self.dissect()
        return bool(judged.violations)

    @property
    def unread(self) -> str:
        """Why its receiver never read it, in a few words; empty if it did, or nobody knows."""
        return self.judged.unread if self.judged else ""

    def dissect(self) -> Dissection:
        """The frame taken apart, and judged for the side that received it.

        In a record it was judged beside the frames before it; else it is judged alone.
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
