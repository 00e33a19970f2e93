"""Lesson 07: ping and pong, the body of a Close, and the closing handshake."""

from itertools import product

from wslearn.checking.exercise import Exercise, cases
from wslearn.protocol.examples import COURSE_KEY as KEY
from wslearn.protocol.frame import Frame

from .solutions import answer_ping, close_body, goodbye, may_travel, read_close, still_waiting

ODD = bytes([1, 2, 4, 128])


def ping(payload: bytes, key: bytes) -> bytes:
    """A client's ping, as a server gets it."""
    return Frame.ping(payload).encode(mask_key=key)


WAITING = [b"one", b"two", b"three"]

REASONS = ["", "bye", "Grüße", "a" * 121, "a" * 122, "a" * 123, "a" * 124, "a" * 125, "a" * 126]

REASONS += ["é" * 61, "é" * 62, "👋" * 30, "👋" * 31]

EDGES = [0, 1, 256, 999, 1000, 1016, 1099, 1999, 2000, 2999, 3000, 3999, 4000, 4999, 5000, 65535]

HAPPENS = ("text", "ping", "close", "broken", "bye")

EXERCISES = (
    Exercise(
        "07.1",
        answer_ping,
        cases=cases(
            [(ping(b"Hello", KEY),)],
            [
                (ping(payload, key),)
                for key in (KEY, ODD, bytes(4))
                for payload in (b"", b"a", b"there?", bytes([0, 255, 0]), bytes(range(125)))
            ],
        ),
        anchor=(
            (bytes.fromhex("898537fa213d7f9f4d5158"),),
            bytes.fromhex("8a0548656c6c6f"),  # RFC 6455 §5.7: a ping, and its pong
        ),
        section="5.5.3",
    ),
    Exercise(
        "07.2",
        still_waiting,
        cases=cases(
            [(WAITING, b"two"), (WAITING, b"four")],
            [
                (WAITING[:count], pong)
                for count in range(4)
                for pong in (b"one", b"two", b"three", b"four", b"")
            ]
            + [([b"", b"one"], b""), ([b"one", b""], b"one"), ([b"two", b"one"], b"one")],
        ),
        section="5.5.3",
    ),
    Exercise(
        "07.3",
        close_body,
        cases=cases(
            [(1000, "bye"), (1001, "")],
            [(code, reason) for code in (1000, 1001, 3000, 4999) for reason in REASONS],
        ),
        anchor=((1000, "bye"), bytes.fromhex("03e8") + b"bye"),
        section="5.5.1",
    ),
    Exercise(
        "07.4",
        may_travel,
        cases=cases(
            [(1000,), (1006,)],
            [(code,) for code in (*EDGES, *range(1001, 1016), 1500, 3500, 4500)],
        ),
        section="7.4.2",
    ),
    Exercise(
        "07.5",
        read_close,
        setup=("from wslearn.protocol.codes import close_code_may_travel",),
        cases=cases(
            [(close_body(1000, "bye"),), (b"",)],
            [
                *((code.to_bytes(2, "big"),) for code in (*EDGES, 1001, 1004, 1005, 1006, 1015)),
                *((bytes([byte]),) for byte in (0, 3, 255)),
                *((close_body(code, reason),) for code in (1000, 4000) for reason in REASONS[:6]),
                *((code.to_bytes(2, "big") + b"bye",) for code in (999, 1005, 5000)),
                *((bytes([3, 232]) + text,) for text in (b"\xff", b"bye\xc3", b"\x80bye")),
            ],
        ),
        anchor=((bytes.fromhex("03e8") + b"bye",), (1000, "bye")),
        section="7.1.5",
    ),
    Exercise(
        "07.6",
        goodbye,
        cases=cases(
            [(["ping", "close", "ping"],), (["bye", "ping", "close"],)],
            [(list(words),) for count in (1, 2, 3) for words in product(HAPPENS, repeat=count)]
            + [
                (["bye", "text", "ping", "close", "ping"],),
                (["ping", "ping", "bye", "bye", "broken", "close"],),
            ],
        ),
        section="7.1.7",
    ),
)
