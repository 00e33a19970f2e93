"""Mend a frame: for each broken rule, the smallest change that keeps it.

A repair keeps what the frame means as far as the rule allows: masking a frame keeps its payload,
a shorter length form keeps the length. Where something has to go, the label says so.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from .bits import flip
from .close import encode_close
from .codes import Opcode, is_control
from .dissect import LONGEST_CONTROL, Dissection
from .errors import Violation
from .frame import MASK, Frame
from .text import utf8_problem

COURSE_KEY = bytes.fromhex("37fa213d")
"""The masking-key of the RFC's own example (§5.7), used where a repair needs one. A real client
draws a fresh key for every frame (§5.3)."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What to do about a violation: a few words for a button, and the bytes after it."""

    label: str
    data: bytes


def repair(dissection: Dissection, violation: Violation) -> Repair | None:
    """The repair of one violation of a frame, or None when the frame is not whole enough for it.

    Bytes after the frame are kept.

    >>> from .dissect import dissect
    >>> broken = dissect("81 05 48656c6c6f", receiver="server")
    >>> mended = repair(broken, broken.violations[0])
    >>> mended.label, mended.data.hex()
    ('mask it', '818537fa213d7f9f4d5158')
    """
    mend = _MENDS.get(violation.rule.id)
    mended = mend(dissection, violation) if mend else None
    return mended and replace(mended, data=mended.data + dissection.rest)


def _rebuilt(dissection: Dissection, *, masked: bool | None = None, **changes: object) -> bytes:
    """The frame written anew, shortest length and all, from what is there of it."""
    frame = dissection.frame
    if frame is None:  # cut short or of absurd length: what is there becomes the payload
        first = dissection.data[0]
        frame = Frame(
            first & 0x0F,
            dissection.payload,
            *(bool(first & 0x80 >> bit) for bit in range(4)),
        )
    frame = replace(frame, **changes)  # type: ignore[arg-type]
    if masked is None:
        masked = bool(dissection.data[1] & MASK)
    return frame.encode(mask_key=(dissection.mask_key or COURSE_KEY) if masked else None)


def _set_fin(dissection: Dissection, violation: Violation) -> Repair:
    return Repair("set FIN", flip(dissection.data, violation.start))


def _clear_rsv(dissection: Dissection, violation: Violation) -> Repair:
    return Repair(f"clear RSV{violation.start}", flip(dissection.data, violation.start))


def _known_opcode(dissection: Dissection, violation: Violation) -> Repair:
    first = dissection.data[0]
    known = Opcode.TEXT if utf8_problem(dissection.payload) is None else Opcode.BINARY
    if is_control(first):
        known = Opcode.PING
    changed = bytes((first & 0xF0 | known,)) + dissection.data[1:]
    return Repair(f"make it {known.name.lower()}", changed)


def _mask_it(dissection: Dissection, violation: Violation) -> Repair:
    return Repair("mask it", _rebuilt(dissection, masked=True))


def _unmask_it(dissection: Dissection, violation: Violation) -> Repair:
    return Repair("unmask it", _rebuilt(dissection, masked=False))


def _cut_control(dissection: Dissection, violation: Violation) -> Repair:
    kept = dissection.payload[:LONGEST_CONTROL]
    label = (
        f"cut it to {len(kept)} bytes" if dissection.payload != kept else "state the real length"
    )
    return Repair(label, _rebuilt(dissection, payload=kept))


def _shortest_length(dissection: Dissection, violation: Violation) -> Repair | None:
    if dissection.frame is None:
        return None
    return Repair("write the length in its shortest form", _rebuilt(dissection))


def _real_length(dissection: Dissection, violation: Violation) -> Repair:
    return Repair("state the real length", _rebuilt(dissection))


def _as_binary(dissection: Dissection, violation: Violation) -> Repair:
    changed = bytes((dissection.data[0] & 0xF0 | Opcode.BINARY,)) + dissection.data[1:]
    return Repair("send it as binary", changed)


def _empty_close(dissection: Dissection, violation: Violation) -> Repair:
    return Repair("drop the lone byte", _rebuilt(dissection, payload=b""))


def _normal_code(dissection: Dissection, violation: Violation) -> Repair:
    return Repair(
        "use 1000", _rebuilt(dissection, payload=encode_close(1000) + dissection.payload[2:])
    )


def _cut_reason(dissection: Dissection, violation: Violation) -> Repair:
    good = dissection.payload[2:].decode("utf-8", "ignore").encode()
    return Repair(
        "drop what is no UTF-8", _rebuilt(dissection, payload=dissection.payload[:2] + good)
    )


_MENDS: dict[str, Callable[[Dissection, Violation], Repair | None]] = {
    "control-fragmented": _set_fin,
    "rsv-set": _clear_rsv,
    "rsv1-on-control": _clear_rsv,
    "rsv1-on-continuation": _clear_rsv,
    "opcode-reserved": _known_opcode,
    "mask-missing": _mask_it,
    "mask-present": _unmask_it,
    "control-too-long": _cut_control,
    "length-not-shortest": _shortest_length,
    "length-top-bit": _real_length,
    "text-not-utf8": _as_binary,
    "close-body-one-byte": _empty_close,
    "close-code-forbidden": _normal_code,
    "close-reason-not-utf8": _cut_reason,
}
