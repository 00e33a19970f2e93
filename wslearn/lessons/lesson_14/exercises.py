"""Lesson 14: how fast it goes, and how to know."""

from wslearn.checking.exercise import Exercise, cases
from wslearn.protocol.examples import COURSE_KEY as KEY

from .solutions import bytes_copied, header_share, keep_alive_bytes, mask_number, middle_ratio

HELLO = b"Hello"

EXERCISES = (
    Exercise(
        "14.1",
        header_share,
        setup=("from wslearn.protocol.length import header_size",),
        cases=cases(
            [(5, False), (5, True), (126, True)],
            [
                (length, masked)
                for length in (0, 1, 2, 13, 125, 126, 65_535, 65_536)
                for masked in (False, True)
            ],
        ),
        anchor=((5, False), 28),  # two bytes before five, RFC 6455 §5.7
        section="5.2",
    ),
    Exercise(
        "14.2",
        middle_ratio,
        cases=cases(
            [
                ((10, 10, 10), (20, 30, 20)),
                ((10, 40, 10), (30, 60, 10)),
            ],
            [
                ((7,), (14,)),
                ((3,), (5,)),
                ((100, 90, 500, 95, 100), (200, 210, 990, 190, 900)),
                ((30, 10, 20), (30, 40, 50)),
                ((10, 10, 90, 90, 90), (9, 8, 180, 190, 200)),
                ((3, 7, 9, 11, 13), (10, 20, 28, 31, 39)),
                ((50, 20, 20, 20, 20), (20, 100, 50, 60, 10)),
            ],
        ),
        section="",
    ),
    Exercise(
        "14.3",
        mask_number,
        cases=cases(
            [(HELLO, KEY), (b"abcd", KEY), (b"", KEY)],
            [
                (b"H", KEY),
                (b"Hel", KEY),
                (b"Hello, world", KEY),
                (KEY + b"Hello", KEY),  # begins with zeros once it is masked
                (KEY, KEY),
                (bytes(9), KEY),
                (bytes(range(256)), bytes.fromhex("000000ff")),
                (b"x" * 1001, bytes.fromhex("01020304")),
            ],
        ),
        anchor=((HELLO, KEY), bytes.fromhex("7f9f4d5158")),  # RFC 6455 §5.7
        section="5.3",
    ),
    Exercise(
        "14.4",
        bytes_copied,
        cases=cases(
            [((10,),), ((10, 10),), ((10, 10, 10),)],
            [
                ((),),
                ((5, 1),),
                ((1, 5),),
                ((4, 0, 4),),
                ((4096,) * 4,),
                ((1,) * 60,),
                ((7, 3, 9, 2),),
            ],
        ),
        section="",
    ),
    Exercise(
        "14.5",
        keep_alive_bytes,
        setup=("AROUND = 40",),
        cases=cases(
            [(1, 3600, 0), (1, 20, 0), (1000, 20, 4)],
            [(1, 3600, 125), (10_000, 20, 0), (7, 60, 8), (0, 60, 4), (2, 1, 1), (250_000, 30, 16)],
        ),
        section="5.5.3",
    ),
)
