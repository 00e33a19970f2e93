"""Lesson 06: one message in many frames, and a character cut in two."""

from wslearn.checking.exercise import Exercise, cases

from .solutions import cut_message, deliver, first_bad_piece, first_fault, join_messages

Frames = list[tuple[bool, int, bytes]]
"""Frames as the exercises give them: fin, opcode, payload."""

T, B, C = 1, 2, 0

CLOSE, PING, PONG = 8, 9, 10

MORE, LAST = False, True

HELLO = [(MORE, T, b"Hel"), (LAST, C, b"lo")]  # RFC 6455 §5.7

WHOLE = [(LAST, T, b"Hello")]

BINARY = [(MORE, B, b"a"), (MORE, C, b"b"), (LAST, C, b"c")]

EMPTIES = [(MORE, T, b""), (MORE, C, b"Hello"), (MORE, C, b""), (LAST, C, b"")]

NOTHING = [(MORE, T, b""), (LAST, C, b"")]

MESSAGES: list[Frames] = [
    HELLO,
    WHOLE,
    BINARY,
    EMPTIES,
    NOTHING,
    [(LAST, T, b"")],
    [*WHOLE, *WHOLE],
    [*BINARY, *WHOLE],
    [*HELLO, *BINARY],
    [*WHOLE, *HELLO, (LAST, B, b"x"), *EMPTIES, *BINARY],
]

PINGED = [HELLO[0], (LAST, PING, b"p"), HELLO[1]]

WITH_CONTROL: list[Frames] = [
    PINGED,
    [(LAST, PING, b""), *HELLO],
    [*HELLO, (LAST, PONG, b"late"), *BINARY],
    [BINARY[0], (LAST, PING, b"1"), BINARY[1], (LAST, PING, b"2"), (LAST, PONG, b""), BINARY[2]],
    [(LAST, PING, b"a"), (LAST, PING, b"b")],
    [EMPTIES[0], (LAST, PING, b"x"), *EMPTIES[1:]],
    [*PINGED, *WHOLE, *PINGED],
]

ORPHAN = [(LAST, C, b"lo")]

INTERRUPTED = [(MORE, T, b"A"), (LAST, T, b"B")]

FAULTY: list[Frames] = [
    ORPHAN,
    [(MORE, C, b"lo")],
    [*WHOLE, (LAST, C, b"lo")],
    [*HELLO, (LAST, C, b"!")],
    [*HELLO, *ORPHAN, *ORPHAN],
    INTERRUPTED,
    [(MORE, T, b"A"), (MORE, T, b"B"), (LAST, C, b"a")],
    [(MORE, T, b"A"), (LAST, PING, b""), (LAST, B, b"B")],
    [(MORE, T, b"A"), (LAST, C, b"a"), (MORE, B, b"B"), (LAST, B, b"b")],
    [(MORE, PING, b"p")],
    [HELLO[0], (MORE, PING, b"p"), HELLO[1]],
    [*WHOLE, (LAST, PING, b"p"), *ORPHAN],
]

EURO, CHINESE = "€".encode(), "中文".encode()

TEXTS = [
    [b"Hello"],
    [b"Hel", b"lo"],
    [EURO[:1], EURO[1:2], EURO[2:]],
    [b"5 " + EURO[:2], EURO[2:] + b"!"],
    [CHINESE[:1], CHINESE[1:5], CHINESE[5:]],
    ["😀".encode()[:3], b"", "😀".encode()[3:]],
    [b""],
    [b"", b""],
    [b"Gr\xc3", b"\xbc\xc3", b"\x9fe"],
    [EURO],
    [b"5 ", EURO, CHINESE],
]

NO_TEXTS = [
    [EURO[:2]],
    [b"5 ", EURO[:2]],
    [EURO[:2], b"5"],
    [EURO[:1], b"", b"5", b"6"],
    [b"\xff", b"Hello"],
    [b"Hel", b"\xff", b"lo"],
    [EURO[2:], b"Hello"],
    [EURO[:2], EURO[1:], b"!"],
    [b"5 " + EURO[:2], b""],
    [EURO + EURO[:1], EURO[1:2]],
    # Python's decoder notices half of a surrogate pair only with its third byte, so no cut there.
    [b"\xed\xa0\x80", b"!"],
    [b"\xc0", b"\x80"],
]

EXERCISES = (
    Exercise(
        "06.1",
        cut_message,
        cases=cases(
            [(b"Hello", 3), (b"Hello", 125), ("5 €".encode(), 4)],
            [(b"Hello", size) for size in (1, 2, 4, 5)]
            + [
                ("5 €".encode(), 2),
                (b"Hell", 2),
                (b"", 3),
                (b"", 1),
                (b"a", 1),
                (EURO, 1),
                (b"." * 250, 125),
            ]
            + [(b"." * 251, 125)],
        ),
        anchor=(  # RFC 6455 §5.7
            (b"Hello", 3),
            [bytes.fromhex("010348656c"), bytes.fromhex("80026c6f")],
        ),
        section="5.4",
    ),
    Exercise(
        "06.2",
        join_messages,
        cases=cases([(frames,) for frames in MESSAGES[:3]], [(frames,) for frames in MESSAGES[3:]]),
        anchor=((HELLO,), [(1, b"Hello")]),  # RFC 6455 §5.7
        section="5.4",
    ),
    Exercise(
        "06.3",
        deliver,
        cases=cases(
            [(PINGED,), (WITH_CONTROL[1],), (HELLO,)],
            [(frames,) for frames in WITH_CONTROL + MESSAGES],
        ),
        section="5.4",
    ),
    Exercise(
        "06.4",
        first_fault,
        cases=cases(
            [(INTERRUPTED,), (PINGED,), (FAULTY[2],)],
            [(frames,) for frames in FAULTY + WITH_CONTROL + MESSAGES],
        ),
        section="5.4",
    ),
    Exercise(
        "06.5",
        first_bad_piece,
        setup=("import codecs",),
        cases=cases(
            [(TEXTS[3],), (NO_TEXTS[2],), (NO_TEXTS[1],)],
            [(pieces,) for pieces in TEXTS + NO_TEXTS],
        ),
        section="5.6",
    ),
)
