"""Lesson 15: a socket for the server of lesson 09, and a client of your own."""

from wslearn.checking.exercise import Exercise, cases
from wslearn.protocol.examples import SAMPLE_KEY

from . import client_inputs as inputs
from .client_inputs import GOOD, HI, KEYS, as_judged, converse, squeezed
from .solutions import MyClient, check_reply, client_frame, handed_over, inflate

EARLIER = "from wslearn.lessons.lesson_15.given import "

EXERCISES = (
    Exercise(
        "15.1",
        handed_over,
        cases=cases(
            [(b"Hello", [3, 3]), (b"Hello", [9])],
            [
                (b"Hello", [5, 5]),
                (b"Hello", [1, 1, 1, 1, 1, 1]),
                (b"Hello", [0, 5]),
                (b"Hello", [2, 2]),
                (b"ab" * 40, [30, 30, 30, 30]),
                (b"x", [1]),
                (b"Hello", []),
            ],
        ),
    ),
    Exercise(
        "15.2",
        check_reply,
        setup=(f"{EARLIER}accept_key, find_header, wants_upgrade",),
        cases=cases(
            [(GOOD, SAMPLE_KEY), (GOOD + HI, SAMPLE_KEY), (GOOD[:30], SAMPLE_KEY)],
            [(data, SAMPLE_KEY) for data in inputs.REPLIES],
        ),
        anchor=(  # RFC 6455 §1.3
            (
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade"
                b"\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
                SAMPLE_KEY,
            ),
            (True, b""),
        ),
        section="4.1",
    ),
    Exercise(
        "15.3",
        client_frame,
        setup=(f"{EARLIER}encode_length, mask_bytes",),
        cases=cases(
            [(1, b"Hello", KEYS[0]), (9, b"", KEYS[0])],
            [
                (2, b"\x00\x01", KEYS[1]),
                (10, b"Hello", KEYS[1]),
                (8, bytes([3, 232]), KEYS[2]),
                (1, b"", KEYS[1]),
                (2, b"." * 125, KEYS[0]),
                (2, b"." * 126, KEYS[0]),
                (2, b"." * 300, KEYS[1]),
                (2, b"." * 65_535, KEYS[1]),
                (2, b"." * 65_536, KEYS[1]),
            ],
        ),
        anchor=((1, b"Hello", KEYS[0]), bytes.fromhex("818537fa213d7f9f4d5158")),  # RFC 6455 §5.7
        section="5.3",
    ),
    Exercise(
        "15.4",
        MyClient,
        setup=(
            "import os",
            "",
            f"{EARLIER}add_frame, opening_request, take_server_frame",
            "from wslearn.lessons.lesson_15.client_inputs import converse",
            "from wslearn.lessons.lesson_15.client_parts import parts",
        ),
        through=converse,
        measure=as_judged,
        cases=cases(
            [([HI],), ([inputs.ASK],), ([inputs.END],)], [(pieces,) for pieces in inputs.TALKS]
        ),
        anchor=(([bytes.fromhex("810548656c6c6f")],), ([b"Hello"], b"", False)),  # RFC 6455 §5.7
        section="5",
    ),
    Exercise(
        "15.5",
        inflate,
        setup=("import zlib", "", f"{EARLIER}TAIL"),
        cases=cases(
            [
                (squeezed(b"Hello"), 60),
                (squeezed(b"Hello", last=True), 60),
                (squeezed(b"a" * 1000), 60),
                (b"\xff\xff\xff", 60),
            ],
            inputs.PAYLOADS,
        ),
        anchor=((bytes.fromhex("f348cdc9c9070000"), 60), (b"Hello", None)),  # RFC 7692 §7.2.3.4
        section="7.2.2",
    ),
)
