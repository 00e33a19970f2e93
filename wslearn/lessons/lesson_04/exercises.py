"""Lesson 04: the payload length in 7, 7+16 or 7+64 bits."""

import struct
from collections.abc import Callable

from wslearn.checking.exercise import Exercise, Wrong, cases

from .solutions import decode_length, encode_length, header_size, legal_length, length_bits

LONGEST = 2**63 - 1


EDGES = [0, 1, 5, 124, 125, 126, 127, 128, 255, 256, 257, 65_534, 65_535, 65_536, 65_537, 2**32]


EDGES += [2**32 + 1, 2**40, LONGEST]


def _decode(data: bytes, order: str = "big", medium: int = 2) -> int | None:
    """Read a length in a wrong byte order, or with a wrong number of bytes after 126."""
    length = data[0] & 0x7F
    extra = {126: medium, 127: 8}.get(length, 0)
    if len(data) < 1 + extra:
        return None
    return int.from_bytes(data[1 : 1 + extra], order) if extra else length  # type: ignore[arg-type]


def _encode(
    length: int, order: str = "big", last_short: int = 125, last_medium: int = 65_535
) -> bytes:
    """Write a length in a wrong byte order, or change the form at a wrong number."""
    if length <= last_short:
        return bytes([length])
    if length <= last_medium:
        return b"\x7e" + length.to_bytes(2, order)  # type: ignore[arg-type]
    return b"\x7f" + length.to_bytes(8, order)  # type: ignore[arg-type]


def _without_order(length: int) -> bytes:
    """What ``struct.pack("BH", ...)`` and ``("BQ", ...)`` give on the usual processors."""
    if length <= 125:
        return bytes([length])
    if length <= 65_535:
        return struct.pack("<BxH", 126, length)
    return struct.pack("<B7xQ", 127, length)


def _unasked(data: bytes, read: Callable[[bytes, int], int]) -> int:
    """Read a length without a look at how many of its bytes have come."""
    length = data[0] & 0x7F
    return read(data, {126: 2, 127: 8}[length]) if length > 125 else length


def _by_index(data: bytes, size: int) -> int:
    return sum(data[1 + i] << 8 * (size - 1 - i) for i in range(size))


def _by_struct(data: bytes, size: int) -> int:
    number: int = struct.unpack({2: "!H", 8: "!Q"}[size], data[1 : 1 + size])[0]
    return number


def _shifted_wrongly(data: bytes) -> int | None:
    """Eight bytes put together by hand, with one slip in the list of shifts."""
    if data[0] & 0x7F != 127 or len(data) < 9:
        return decode_length(data)
    shifts = (56, 48, 40, 42, 24, 16, 8, 0)
    return sum(byte << shift for byte, shift in zip(data[1:9], shifts, strict=True))


WIRE = [encode_length(length) for length in EDGES]


MASKED = [bytes([data[0] | 0x80]) + data[1:] for data in WIRE]


CUT = [data[:size] for data in WIRE if len(data) > 1 for size in range(1, len(data))]


FOLLOWED = [data + b"Hello" for data in WIRE]


def _forced(length: int, size: int) -> bytes:
    """A length in a form that may be longer than it needs."""
    return bytes([{2: 126, 8: 127}[size]]) + length.to_bytes(size, "big")


TOO_LONG = [_forced(length, 2) for length in (0, 5, 124, 125)]


TOO_LONG += [_forced(length, 8) for length in (0, 125, 126, 65_535)]


TOP_BIT = [_forced(2**63, 8), _forced(2**64 - 1, 8)]

EXERCISES = (
    Exercise(
        "04.1",
        length_bits,
        cases=cases([(5,), (126,), (70_000,)], [(length,) for length in EDGES]),
        section="5.2",
        wrong=(
            Wrong(
                lambda length: 7 if length <= 127 else 16 if length < 2**16 else 64,
                "Seven bits can hold 127, but 126 and 127 are taken: they announce the longer "
                "forms. The last short length is 125.",
            ),
            Wrong(
                lambda length: 7 if length <= 126 else 16 if length < 2**16 else 64,
                "126 was taken for a length. In the seven bits it says that 16 bits follow.",
            ),
            Wrong(
                lambda length: 7 if length <= 125 else 16 if length < 65_535 else 64,
                "65535 itself still fits 16 bits; the 64-bit form begins one later.",
            ),
            Wrong(
                lambda length: 7 if length <= 125 else 16 if length <= 65_536 else 64,
                "65536 needs a 17th bit. The largest number of 16 bits is 65535.",
            ),
            Wrong(
                lambda length: {7: 125, 16: 126, 64: 127}[length_bits(length)],
                "These are the values of the seven bits that announce a form, not its width.",
            ),
            Wrong(
                lambda length: {7: 1, 16: 2, 64: 8}[length_bits(length)],
                "That counts bytes. The task asks for bits: 7, 16 or 64.",
            ),
        ),
    ),
    Exercise(
        "04.2",
        encode_length,
        cases=cases([(5,), (126,), (65_536,)], [(length,) for length in EDGES]),
        anchor=((65_536,), bytes.fromhex("7f0000000000010000")),  # RFC 6455 §5.7
        section="5.2",
        wrong=(
            Wrong(
                lambda length: _encode(length, "little"),
                "The bytes of the length stand last first. Network byte order has the byte that "
                "counts most first.",
            ),
            Wrong(
                lambda length: _encode(length, last_short=127),
                "126 and 127 were written as short lengths. A receiver takes them for signs that "
                "more bytes of length follow.",
                telling=((126,), (127,)),
            ),
            Wrong(
                lambda length: _encode(length, last_medium=65_534),
                "65535 still fits two bytes. A longer form than needed is refused.",
            ),
            Wrong(
                lambda length: _encode(length, last_medium=125),
                "Every length over 125 was written in eight bytes. Lengths up to 65535 have to "
                "take two: only the shortest form is legal.",
            ),
            Wrong(
                lambda length: (
                    b"\x7e" + length.to_bytes(4, "big")
                    if 125 < length <= 65_535
                    else encode_length(length)
                ),
                "After 126 come two bytes, not four. The receiver would take the other two for "
                "payload.",
            ),
            Wrong(
                lambda length: (
                    b"\x7e" + length.to_bytes(8, "big")
                    if 125 < length <= 65_535
                    else encode_length(length)
                ),
                "Eight bytes follow 126. They follow 127; after 126 come two.",
            ),
            Wrong(
                lambda length: (
                    b"\x7f" + length.to_bytes(4, "big")
                    if length > 65_535
                    else encode_length(length)
                ),
                "After 127 come eight bytes, not four: the form has 64 bits.",
            ),
            Wrong(
                lambda length: encode_length(length)[1:] if length > 125 else bytes([length]),
                "The byte 126 or 127 is missing, which announces the longer form.",
            ),
            Wrong(
                lambda length: bytes(min(length, 1000)),
                "bytes(5) is five zero bytes. bytes([5]) is one byte, and that byte is 5.",
                telling=((0,), (5,)),
            ),
            Wrong(
                _without_order,
                "Without `!` in front, struct puts bytes of padding between the numbers and takes "
                "this processor's byte order. Write `!BH` and `!BQ`.",
            ),
        ),
    ),
    Exercise(
        "04.3",
        decode_length,
        cases=cases(
            [(WIRE[2],), (WIRE[5],), (WIRE[9][:2],)],
            [(data,) for data in WIRE + MASKED + CUT + FOLLOWED],
        ),
        anchor=((bytes.fromhex("7e0100"),), 256),  # RFC 6455 §5.7
        section="5.2",
        wrong=(
            Wrong(
                lambda data: data[0] if data[0] < 126 else decode_length(data) or data[0],
                "The MASK bit was read as part of the length. It is the first of the eight bits; "
                "the length has the other seven.",
            ),
            Wrong(
                lambda data: _decode(data, "little"),
                "The bytes were read last first. Network byte order has the byte that counts most "
                "first.",
            ),
            Wrong(
                lambda data: _decode(data, medium=4),
                "After 126 four bytes were read. The 16-bit form has two.",
            ),
            Wrong(
                lambda data: data[0] & 0x7F,
                "126 and 127 were taken for lengths. They announce that the length follows.",
            ),
            Wrong(
                lambda data: _unasked(
                    data, lambda data, size: int.from_bytes(data[1 : 1 + size], "big")
                ),
                "The two bytes of the length have not come yet, so None. int.from_bytes makes a "
                "number of fewer bytes too: look at len(data) first. A network hands bytes over in "
                "pieces of any size.",
                telling=((b"\x7e",),),
            ),
            Wrong(
                lambda data: _unasked(data, _by_index),
                "The two bytes of the length have not come yet, so there is no data[1] and no "
                "data[2]. Look at len(data) before you read, and return None.",
                telling=((b"\x7e",),),
            ),
            Wrong(
                lambda data: _unasked(data, _by_struct),
                "The two bytes of the length have not come yet, and struct.unpack wants all of "
                "them. Look at len(data) before you unpack, and return None.",
                telling=((b"\x7e",),),
            ),
            Wrong(
                _shifted_wrongly,
                "One of the eight bytes was moved by a wrong number of bits. A real library had 42 "
                "where 32 belongs; int.from_bytes cannot make that slip.",
            ),
        ),
    ),
    Exercise(
        "04.4",
        header_size,
        cases=cases(
            [(5, False), (5, True), (70_000, True)],
            [(length, masked) for length in EDGES for masked in (False, True)],
        ),
        section="5.2",
        wrong=(
            Wrong(
                lambda length, masked: header_size(length, False),
                "The masking-key was left out. A masked frame carries its four bytes.",
            ),
            Wrong(
                lambda length, masked: header_size(length, True),
                "The four bytes of the key were always counted. A server's frames have none.",
            ),
            Wrong(
                lambda length, masked: header_size(length, masked) - 2,
                "The two bytes that every frame begins with were left out.",
            ),
            Wrong(
                lambda length, masked: header_size(length, masked) - (4 if length > 65_535 else 0),
                "Four bytes were counted for the longest form. It has eight: 64 bits.",
            ),
            Wrong(
                lambda length, masked: header_size(length, masked) + (1 if masked else 0),
                "A whole byte was counted for MASK. It is one bit of the second byte.",
            ),
            Wrong(
                lambda length, masked: header_size(5, masked),
                "The bytes of the longer forms were left out: two after 126, eight after 127.",
            ),
        ),
    ),
    Exercise(
        "04.5",
        legal_length,
        cases=cases(
            [(WIRE[2],), (WIRE[5],), (TOO_LONG[1],)],
            [(data,) for data in WIRE + TOO_LONG + TOP_BIT],
        ),
        section="5.2",
        wrong=(
            Wrong(
                lambda data: True,
                "Everything was accepted. Some libraries do, but the RFC wants the fewest bytes.",
            ),
            Wrong(
                lambda data: legal_length(data) or data in TOP_BIT,
                "The top bit of a 64-bit length was not looked at. It has to be 0.",
            ),
            Wrong(
                lambda data: legal_length(data) or (data[0] == 126),
                "The 16-bit form was always accepted. It is legal from 126 on only.",
            ),
            Wrong(
                lambda data: legal_length(data) or (data[0] == 127 and data not in TOP_BIT),
                "The 64-bit form was always accepted. It is legal from 65536 on only.",
            ),
            Wrong(
                lambda data: legal_length(data) and data[1:] != b"\x00\x7e",
                "126 itself was refused. It is the first length that needs the 16-bit form.",
            ),
        ),
    ),
)
