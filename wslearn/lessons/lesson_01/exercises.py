"""Lesson 01: bits, bytes, nibbles, network byte order and XOR.

The references are shown as solutions, so they are written in the Python that the lesson has shown.
"""

from wslearn.checking.exercise import Exercise, cases
from wslearn.protocol.examples import COURSE_KEY as KEY

from .solutions import big_endian, bit, bits, nibbles, xor

ALL_BYTES = [(byte,) for byte in range(256)]
HELLO = b"Hello"[:4]

EXERCISES = (
    Exercise(
        "01.1",
        bits,
        cases=cases([(129,), (5,)], ALL_BYTES),
        section="5.2",
    ),
    Exercise(
        "01.2",
        bit,
        cases=cases(
            [(129, 0), (129, 1), (5, 7)],
            [(byte, place) for byte in (0, 1, 2, 64, 128, 200, 255) for place in range(8)],
        ),
        section="5.2",
    ),
    Exercise(
        "01.3",
        nibbles,
        cases=cases([(129,), (90,)], ALL_BYTES),
        section="5.2",
    ),
    Exercise(
        "01.4",
        big_endian,
        cases=cases(
            [(b"\x01\x00",), (b"\x00\x7e",)],
            [
                (bytes(pair),)
                for pair in ((0, 0), (0, 255), (1, 2), (127, 255), (128, 0), (255,) * 2)
            ],
        ),
        anchor=((b"\x01\x00",), 256),
        section="5.2",
    ),
    Exercise(
        "01.5",
        xor,
        cases=cases(
            [(HELLO, KEY), (b"\x0f", b"\xff")],
            [
                (b"", b""),
                (b"\x01", b"\x01"),
                (b"\x00\x00\x07", b"\x00\x00\x01"),
                (b"\xc8\x64", b"\x64\xc8"),
                (bytes(range(256)), bytes(range(255, -1, -1))),
            ],
        ),
        anchor=((HELLO, KEY), bytes.fromhex("7f9f4d51")),  # RFC 6455 §5.7
        section="5.3",
    ),
)
