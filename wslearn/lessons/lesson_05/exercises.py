"""Lesson 05: the mask."""

from wslearn.checking.exercise import Exercise, cases
from wslearn.protocol.examples import COURSE_KEY as KEY
from wslearn.protocol.frame import Frame

from .solutions import client_frame, find_key, mask_byte, mask_bytes, mask_piece, read_frame

ZERO, ONES, ODD = bytes(4), b"\xff" * 4, bytes([1, 2, 4, 128])

HELLO = b"Hello"

DATA = [b"", b"a", b"abcd", HELLO, bytes(9), bytes(range(256))]

PIECES = [
    (data, KEY, phase) for data in (b"", b"l", b"lo", HELLO, bytes(range(20))) for phase in range(9)
]

FRAMES = [
    Frame(opcode, payload, fin=fin).encode(mask_key=key) + rest
    for opcode, payload, fin, key, rest in (
        (1, b"", True, ODD, b""),
        (1, HELLO, False, KEY, b""),
        (0, b"lo", True, ODD, b"\x81"),
        (9, b"are you there?", True, ONES, b""),
        (8, b"\x03\xe8", True, KEY, bytes(6)),
        (2, bytes(125), True, KEY, b""),
        (2, bytes(range(126)), True, KEY, b"\x81\x85"),
        (2, bytes(range(127)), False, ZERO, b""),
        (1, b"x" * 300, True, ODD, b"\x8a\x80"),
        (2, b"\x01" * 65_536, True, KEY, b""),
    )
]

EXERCISES = (
    Exercise(
        "05.1",
        mask_byte,
        cases=cases(
            [(HELLO[0], 0, KEY), (HELLO[1], 1, KEY), (HELLO[4], 4, KEY)],
            [
                (byte, index, key)
                for key in (KEY, ZERO, ODD)
                for byte in (0, 72, 255)
                for index in (0, 1, 2, 3, 4, 7, 9, 1000)
            ],
        ),
        anchor=((0x48, 0, KEY), 0x7F),  # RFC 6455 §5.7
        section="5.3",
    ),
    Exercise(
        "05.2",
        mask_bytes,
        cases=cases(
            [(HELLO, KEY), (mask_bytes(HELLO, KEY), KEY)],
            [(data, key) for key in (KEY, ZERO, ONES, ODD) for data in (*DATA, key * 2)],
        ),
        anchor=((HELLO, KEY), bytes.fromhex("7f9f4d5158")),  # RFC 6455 §5.7
        section="5.3",
    ),
    Exercise(
        "05.3",
        mask_piece,
        cases=cases([(HELLO, KEY, 0), (b"lo", KEY, 3)], [*PIECES, (HELLO, ODD, 2**40 + 1)]),
        section="5.3",
    ),
    Exercise(
        "05.4",
        client_frame,
        cases=cases(
            [("Hello", KEY)],
            [
                (text, key)
                for key in (KEY, ZERO, ODD)
                for text in ("", "a", "κόσμε", "👋", "x" * 125)
            ],
        ),
        anchor=(("Hello", KEY), bytes.fromhex("818537fa213d7f9f4d5158")),  # RFC 6455 §5.7
        section="5.2",
    ),
    Exercise(
        "05.5",
        find_key,
        cases=cases(
            [(HELLO, mask_bytes(HELLO, KEY))],
            [
                (plain, mask_bytes(plain, key))
                for key in (KEY, ZERO, ONES, ODD)
                for plain in (b"abcd", b"zzzzz", HELLO, bytes(range(40)))
            ],
        ),
        anchor=((HELLO, bytes.fromhex("7f9f4d5158")), KEY),
        section="5.3",
    ),
    Exercise(
        "05.6",
        read_frame,
        cases=cases(
            [(client_frame("Hello", KEY),), (client_frame("Hi", ODD) + HELLO,)],
            [(data,) for data in FRAMES],
        ),
        anchor=(  # RFC 6455 §5.7
            (bytes.fromhex("818537fa213d7f9f4d5158"),),
            (True, 1, b"Hello"),
        ),
        section="5.2",
    ),
)
