"""Judge a frame: each rule about a frame alone, as a small function (RFC 6455 §5, §7.4, §8.1).

A function looks at a frame as far as it has been read and yields a
:class:`~wslearn.protocol.errors.Violation` where its rule is broken. What depends on the message
that a frame belongs to is judged where messages are put together.

The violations of a frame's first bytes are the first violations of the whole frame, so a parser may
judge early. What would break it: a rule that needs later bytes but reports earlier bits.
"""

from collections.abc import Iterator

from .close import CODE_SIZE, decode_close
from .codes import (
    Opcode,
    close_code_may_travel,
    close_code_meaning,
    is_control,
    is_reserved,
    opcode_number,
)
from .deflate import DEFLATE
from .dissection import Dissection
from .errors import Violation, broken
from .frame import FIN, MASK, OPCODE, RSV1, RSV2, RSV3
from .length import FORMS, LONGEST, SEVEN_BITS, shortest_form
from .text import counted, grouped, utf8_problem

DATA = (Opcode.TEXT, Opcode.BINARY)
"""The opcodes that begin a message (RFC 6455 §5.6)."""

LONGEST_CONTROL = FORMS[0].highest
"""The most payload bytes a control frame may carry (RFC 6455 §5.5)."""


def is_compressed(opcode: int, rsv1: bool, extensions: tuple[str, ...]) -> bool:
    """Whether a frame begins a compressed message (RFC 7692 §6.1).

    RSV1 says so on the first frame of a message. On a continuation or a control frame it says
    nothing: there it is a fault.
    """
    return rsv1 and opcode in DATA and DEFLATE in extensions


def judge(seen: Dissection, max_size: int | None = None) -> tuple[Violation, ...]:
    """Every rule that a frame breaks, as far as it has come, in the order of its bits.

    ``max_size`` is the receiver's limit for one payload, in bytes; None: no limit.
    """
    found: list[Violation] = []
    if seen.data:
        found += [*fragmented_control(seen), *reserved_bits(seen), *reserved_opcode(seen)]
    if len(seen.data) > 1:
        found += [*mask_bit(seen), *long_control(seen)]
    if seen.length is not None:
        found += [*length_form(seen), *limit(seen, max_size)]
    if seen.header_size is not None:
        found += [*text(seen), *close_body(seen)]
    return tuple(sorted(found, key=lambda violation: violation.start))


# -- the first byte --------------------------------------------------------------------------------


def fragmented_control(seen: Dissection) -> Iterator[Violation]:
    """A control frame must be whole (RFC 6455 §5.5)."""
    if is_control(seen.data[0] & OPCODE) and not seen.data[0] & FIN:
        yield broken("control-fragmented", 0, 1, "FIN 1", "FIN 0")


def reserved_bits(seen: Dissection) -> Iterator[Violation]:
    """A reserved bit needs an extension that gives it a meaning (RFC 6455 §5.2, RFC 7692 §6.1)."""
    opcode = seen.data[0] & OPCODE
    for number, bit in enumerate((RSV1, RSV2, RSV3), start=1):
        if not seen.data[0] & bit:
            continue
        rule = "rsv-set"
        if number == 1 and DEFLATE in seen.extensions:
            if is_control(opcode):
                rule = "rsv1-on-control"
            elif opcode == Opcode.CONTINUATION:
                rule = "rsv1-on-continuation"
            else:
                continue  # a compressed message, or a reserved opcode, which breaks a rule anyhow
        yield broken(rule, number, 1, f"RSV{number} 0", f"RSV{number} 1")


_OPCODES = f"opcode 0, 1, 2, 8, 9 or {opcode_number(Opcode.PONG)}"


def reserved_opcode(seen: Dissection) -> Iterator[Violation]:
    """An opcode needs a meaning (RFC 6455 §5.2)."""
    opcode = seen.data[0] & OPCODE
    if is_reserved(opcode):
        yield broken("opcode-reserved", 4, 4, _OPCODES, f"opcode {opcode_number(opcode)}")


# -- the second byte, and the length ---------------------------------------------------------------


def mask_bit(seen: Dissection) -> Iterator[Violation]:
    """Clients mask, servers do not (RFC 6455 §5.1)."""
    masked = bool(seen.data[1] & MASK)
    if seen.receiver == "server" and not masked:
        yield broken("mask-missing", 8, 1, "MASK 1", "MASK 0")
    if seen.receiver == "client" and masked:
        yield broken("mask-present", 8, 1, "MASK 0", "MASK 1")


def long_control(seen: Dissection) -> Iterator[Violation]:
    """A control frame is short; its seven length bits already show it (RFC 6455 §5.5)."""
    seven_bits = seen.data[1] & SEVEN_BITS
    if is_control(seen.data[0] & OPCODE) and seven_bits > LONGEST_CONTROL:
        expected = f"a payload length of at most {LONGEST_CONTROL}"
        yield broken("control-too-long", 9, 7, expected, f"{seven_bits}, “more than that”")


def length_form(seen: Dissection) -> Iterator[Violation]:
    """The length is in the shortest form that holds it (RFC 6455 §5.2)."""
    length, bits = seen.length, seen.length_bits
    assert length is not None
    assert bits is not None
    if length > LONGEST:
        yield broken("length-top-bit", 16, 1, "a first bit of 0", "1")
    elif (shortest := shortest_form(length)).bits != bits:
        expected = f"{grouped(length)} written in {shortest.bits} bits"
        yield broken("length-not-shortest", 16, bits, expected, f"{bits} bits")


def limit(seen: Dissection, max_size: int | None) -> Iterator[Violation]:
    """The receiver's own limit (RFC 6455 §10.4)."""
    length, bits = seen.length, seen.length_bits
    assert length is not None
    assert bits is not None
    if max_size is not None and length > max_size:
        start = 9 if bits == FORMS[0].bits else 16
        yield broken(
            "frame-too-long", start, bits, f"at most {counted(max_size, 'byte')}", grouped(length)
        )


# -- the payload -----------------------------------------------------------------------------------


def text(seen: Dissection) -> Iterator[Violation]:
    """Text is UTF-8; a character may be cut where the message goes on (RFC 6455 §5.6, §8.1)."""
    first = seen.data[0]
    opcode = first & OPCODE
    if opcode == Opcode.TEXT and not is_compressed(opcode, bool(first & RSV1), seen.extensions):
        may_be_cut = not (seen.complete and first & FIN)
        yield from _utf8("text-not-utf8", seen, 0, may_be_cut)


def close_body(seen: Dissection) -> Iterator[Violation]:
    """A close code that may be sent, then a reason in UTF-8 (RFC 6455 §5.5.1, §7.4)."""
    if seen.data[0] & OPCODE != Opcode.CLOSE:
        return
    assert seen.header_size is not None
    start = 8 * seen.header_size
    if len(seen.payload) == 1 and seen.complete:
        yield broken("close-body-one-byte", start, 8, "no bytes, or two or more", "one")
    if len(seen.payload) < CODE_SIZE:
        return
    code, _ = decode_close(seen.payload)
    if not close_code_may_travel(code):
        came = f"{code} ({close_code_meaning(code)})"
        yield broken("close-code-forbidden", start, 16, "a code that may be sent", came)
    yield from _utf8("close-reason-not-utf8", seen, CODE_SIZE, may_be_cut=not seen.complete)


def _utf8(rule: str, seen: Dissection, skipped: int, may_be_cut: bool) -> Iterator[Violation]:
    """The first byte of the payload, after those skipped, that cannot be where it is."""
    assert seen.header_size is not None
    data = seen.payload[skipped:]
    problem = utf8_problem(data)
    if problem is None or (problem.cut and may_be_cut):
        return
    at = min(problem.offset, len(data) - 1)
    came = problem.reason if problem.cut else f"0x{data[at]:02x}, {problem.reason}"
    yield broken(rule, 8 * (seen.header_size + skipped + at), 8, "UTF-8", came)
