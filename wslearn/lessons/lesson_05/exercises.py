"""Lesson 05: the mask."""

from wslearn.checking.exercise import Exercise, cases

from .solutions import client_frame, find_key, mask_byte, mask_bytes, mask_piece

KEY = bytes.fromhex("37fa213d")

ZERO, ONES, ODD = bytes(4), b"\xff" * 4, bytes([1, 2, 4, 128])

HELLO = b"Hello"

DATA = [b"", b"a", b"abcd", HELLO, bytes(9), bytes(range(256))]

PIECES = [
    (data, KEY, phase) for data in (b"", b"l", b"lo", HELLO, bytes(range(20))) for phase in range(9)
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
)
