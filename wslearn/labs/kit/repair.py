"""Mend a frame: for each broken rule, the smallest change that keeps it.

A repair touches nothing but what the rule is about: masking a frame keeps its payload and its
length, even where half of the frame has not come yet. Where something has to go, the label says so.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from wslearn.protocol.bits import flip
from wslearn.protocol.close import CODE_SIZE, encode_close
from wslearn.protocol.codes import CloseCode, Opcode, is_control
from wslearn.protocol.dissection import Dissection
from wslearn.protocol.errors import Violation
from wslearn.protocol.examples import COURSE_KEY
from wslearn.protocol.frame import MASK, OPCODE
from wslearn.protocol.judge import LONGEST_CONTROL
from wslearn.protocol.length import LONGEST, encode_length
from wslearn.protocol.masking import mask
from wslearn.protocol.text import utf8_problem


@dataclass(frozen=True, slots=True)
class Repair:
    """What to do about a violation: a few words for a button, and the bytes after it."""

    label: str
    data: bytes


def repair(dissection: Dissection, violation: Violation) -> Repair | None:
    """The repair of one violation of a frame; bytes after the frame are kept.

    None for a limit of the receiver (``frame-too-long``), which no small change can keep.

    >>> from wslearn.protocol.dissect import dissect
    >>> broken = dissect("81 05 48656c6c6f", receiver="server")
    >>> mended = repair(broken, broken.violations[0])
    >>> mended.label, mended.data.hex()
    ('mask it', '818537fa213d7f9f4d5158')
    """
    mend = _MENDS.get(violation.rule.id)
    mended = mend(dissection, violation) if mend else None
    return mended and replace(mended, data=mended.data + dissection.rest)


def _second_part(dissection: Dissection) -> int:
    """The index of the first byte after the length, where the masking-key or the payload begins."""
    assert dissection.length_bits is not None
    return 2 + (dissection.length_bits // 8 if dissection.length_bits > 7 else 0)


def _with_payload(dissection: Dissection, payload: bytes, to_come: int = 0) -> bytes:
    """The frame with another payload, of which ``to_come`` bytes are still to come; same key."""
    first, second = dissection.data[:2]
    seven_bits, extra = encode_length(len(payload) + to_come)
    head = bytes((first, second & MASK | seven_bits)) + extra
    if not second & MASK:
        return head + payload
    key = dissection.mask_key or COURSE_KEY
    return head + key + mask(payload, key)


def _as(opcode: int, dissection: Dissection) -> bytes:
    return bytes((dissection.data[0] & 0xF0 | opcode,)) + dissection.data[1:]


def _set_fin(dissection: Dissection, violation: Violation) -> Repair:
    return Repair("set FIN", flip(dissection.data, violation.start))


def _clear_rsv(dissection: Dissection, violation: Violation) -> Repair:
    return Repair(f"clear RSV{violation.start}", flip(dissection.data, violation.start))


def _known_opcode(dissection: Dissection, violation: Violation) -> Repair:
    known = Opcode.TEXT if utf8_problem(dissection.payload) is None else Opcode.BINARY
    if is_control(dissection.data[0]):
        known = Opcode.PING
    return Repair(f"make it {known.name.lower()}", _as(known, dissection))


def _mask_it(dissection: Dissection, violation: Violation) -> Repair:
    data, at = flip(dissection.data, violation.start), dissection.header_size
    if at is not None:
        data = data[:at] + COURSE_KEY + mask(dissection.payload, COURSE_KEY)
    return Repair("mask it", data)


def _unmask_it(dissection: Dissection, violation: Violation) -> Repair:
    data = flip(dissection.data, violation.start)
    if dissection.length is not None:
        data = data[: _second_part(dissection)] + dissection.payload
    return Repair("unmask it", data)


def _cut_control(dissection: Dissection, violation: Violation) -> Repair:
    kept = dissection.payload[:LONGEST_CONTROL]
    cut = kept != dissection.payload
    label = f"cut it to {len(kept)} bytes" if cut else "state the real length"
    return Repair(label, _with_payload(dissection, kept))


def _shortest_length(dissection: Dissection, violation: Violation) -> Repair:
    assert dissection.length is not None
    first, second = dissection.data[:2]
    seven_bits, extra = encode_length(dissection.length)
    head = bytes((first, second & MASK | seven_bits)) + extra
    return Repair(
        "write the length in its shortest form", head + dissection.data[_second_part(dissection) :]
    )


def _real_length(dissection: Dissection, violation: Violation) -> Repair:
    return Repair("state the real length", _with_payload(dissection, dissection.payload))


def _as_binary(dissection: Dissection, violation: Violation) -> Repair | None:
    if dissection.data[0] & OPCODE != Opcode.TEXT:
        return None  # a later fragment: the first one said what kind of message it is
    return Repair("send it as binary", _as(Opcode.BINARY, dissection))


def _empty_close(dissection: Dissection, violation: Violation) -> Repair:
    return Repair("drop the lone byte", _with_payload(dissection, b""))


def _normal_code(dissection: Dissection, violation: Violation) -> Repair:
    payload = encode_close(CloseCode.NORMAL_CLOSURE) + dissection.payload[CODE_SIZE:]
    if dissection.mask_key:
        payload = mask(payload, dissection.mask_key)
    return Repair("use 1000", dissection.data[: dissection.header_size] + payload)


def _cut_reason(dissection: Dissection, violation: Violation) -> Repair:
    code, reason = dissection.payload[:CODE_SIZE], dissection.payload[CODE_SIZE:]
    good = reason.decode("utf-8", "ignore").encode()
    assert dissection.length is not None
    # A length beyond 2^63 - 1 is itself broken, and what it promises will never come.
    to_come = (dissection.missing or 0) if dissection.length <= LONGEST else 0
    return Repair(
        "drop the bytes that are not UTF-8", _with_payload(dissection, code + good, to_come)
    )


def _as_text(dissection: Dissection, violation: Violation) -> Repair:
    """A fragment of nothing becomes a message of its own."""
    return Repair("make it text", _as(Opcode.TEXT, dissection))


def _as_continuation(dissection: Dissection, violation: Violation) -> Repair:
    """A message inside a message becomes its next fragment."""
    return Repair("make it continuation", _as(Opcode.CONTINUATION, dissection))


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
    "continuation-without-message": _as_text,
    "message-interrupted": _as_continuation,
}
