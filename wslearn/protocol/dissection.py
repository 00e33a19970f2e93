"""What a frame consists of, and what is wrong with it: the data that every picture is drawn from.

Nothing here reads bytes: :mod:`~wslearn.protocol.dissect` does, and fills this in.
"""

from dataclasses import dataclass
from typing import Literal

from .bits import Field
from .errors import Violation
from .frame import Frame

Side = Literal["server", "client"]
"""Who receives a frame, or who speaks."""

OTHER_SIDE: dict[Side, Side] = {"server": "client", "client": "server"}
"""Who receives what a side sends."""

Outcome = Literal["accepted", "refused", "waiting", "unread", "unreadable"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, its headline, the reason for it, and quieter further faults."""

    outcome: Outcome
    headline: str
    because: str
    also: tuple[str, ...] = ()

    def __str__(self) -> str:
        also = "".join(f" Also: {fault}" for fault in self.also)
        return f"{self.headline} {self.because}{also}"


@dataclass(frozen=True, slots=True)
class Dissection:
    """What one frame consists of, and what is wrong with it.

    ``data``        the bytes that belong to this frame (as far as they are there)
    ``fields``      what could be read, in the order of the bits
    ``violations``  the rules it breaks, in the order of the bits
    ``frame``       the frame itself once all of it is there, else None
    ``payload``     the payload as far as it is there, unmasked
    ``mask_key``    the masking-key (4 bytes), or None
    ``length``      the stated payload length in bytes, or None while the header is not whole
    ``length_bits`` how the length is written: 7, 16 or 64 bits
    ``header_size`` bytes before the payload, or None while the header is not whole
    ``rest``        the bytes after the frame
    ``receiver``    the side that judges: ``"server"`` or ``"client"``
    ``extensions``  the extensions both sides agreed on
    ``problem``     why nothing could be read at all, in one sentence, or None
    ``no_frame``    what the bytes are in place of a frame, in a sentence, where they show it
    ``read_as``     how a pasted text was read, in a sentence, where there is a question about it
    ``told``        the verdict, where these are the fields of something other than a frame

    Where a frame was judged together with those before it (:mod:`~wslearn.protocol.receiving`):

    ``unread``      why the receiver never read it, in a few words; empty if it did
    ``message``     the opcode of the message that a continuation goes on with, or None
    ``compressed``  whether the message it belongs to is compressed
    ``says``        how the text that it ends begins, decompressed; None: unknown, or not text
    """

    data: bytes = b""
    fields: tuple[Field, ...] = ()
    violations: tuple[Violation, ...] = ()
    frame: Frame | None = None
    payload: bytes = b""
    mask_key: bytes | None = None
    length: int | None = None
    length_bits: int | None = None
    header_size: int | None = None
    rest: bytes = b""
    receiver: Side = "server"
    extensions: tuple[str, ...] = ()
    problem: str | None = None
    no_frame: str = ""
    read_as: str = ""
    told: Verdict | None = None
    unread: str = ""
    message: int | None = None
    compressed: bool = False
    says: bytes | None = None

    @property
    def complete(self) -> bool:
        """Whether the whole frame is there."""
        return self.frame is not None

    @property
    def missing(self) -> int | None:
        """How many bytes of the frame have not come yet; None while the header is not whole."""
        if self.header_size is None or self.length is None:
            return None
        return self.header_size + self.length - len(self.data)

    @property
    def close_code(self) -> int | None:
        """The close code with which the receiver fails the connection, or None (§7.1.7)."""
        return self.violations[0].close_code if self.violations else None

    def field_at(self, bit: int) -> Field | None:
        """The field that this bit belongs to."""
        return next((field for field in self.fields if field.covers(bit)), None)
