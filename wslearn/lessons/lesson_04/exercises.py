"""Lesson 04: the payload length in 7, 7+16 or 7+64 bits."""

from wslearn.checking.exercise import Exercise, cases
from wslearn.protocol.length import LONGEST

from .solutions import decode_length, encode_length, header_size, legal_length, length_bits

EDGES = [0, 1, 5, 124, 125, 126, 127, 128, 255, 256, 257, 65_534, 65_535, 65_536, 65_537, 2**32]

EDGES += [2**32 + 1, 2**40, LONGEST]

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
    ),
    Exercise(
        "04.2",
        encode_length,
        cases=cases([(5,), (126,), (65_536,)], [(length,) for length in EDGES]),
        anchor=((65_536,), bytes.fromhex("7f0000000000010000")),  # RFC 6455 §5.7
        section="5.2",
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
    ),
    Exercise(
        "04.4",
        header_size,
        cases=cases(
            [(5, False), (5, True), (70_000, True)],
            [(length, masked) for length in EDGES for masked in (False, True)],
        ),
        section="5.2",
    ),
    Exercise(
        "04.5",
        legal_length,
        cases=cases(
            [(WIRE[2],), (WIRE[5],), (TOO_LONG[1],)],
            [(data,) for data in WIRE + TOO_LONG + TOP_BIT],
        ),
        section="5.2",
    ),
)
