"""Lesson 09: a server of one's own, in five parts and a whole."""

from wslearn.checking.exercise import Exercise, cases

from . import inputs as given
from .inputs import HELLO, PING, request, without_reason
from .parts import talk
from .solutions import MyServer, add_frame, answer_frame, answer_request, header_fault, take_frame

EXERCISES = (
    Exercise(
        "09.1",
        answer_request,
        setup=(
            "from wslearn.lessons.lesson_09.earlier import "
            "REFUSAL, accept_key, find_header, reply, wants_upgrade",
        ),
        cases=cases([(request(),), (request()[:30],)], [(data,) for data in given.REQUESTS]),
        anchor=(  # RFC 6455 §1.3
            (request(),),
            (
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade"
                b"\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
                b"",
            ),
        ),
        section="4.2.1",
    ),
    Exercise(
        "09.2",
        take_frame,
        setup=("from wslearn.lessons.lesson_09.earlier import mask_bytes",),
        cases=cases(
            [(HELLO,), (HELLO[:4],), (HELLO + PING[:2],)], [(data,) for data in given.STREAMS]
        ),
        anchor=(  # RFC 6455 §5.7
            (bytes.fromhex("818537fa213d7f9f4d5158"),),
            ((True, 1, b"Hello"), b""),
        ),
        section="5.2",
    ),
    Exercise(
        "09.3",
        header_fault,
        setup=("from wslearn.lessons.lesson_09.earlier import LIMIT",),
        cases=cases([(HELLO,), (b"\x81\x05",), (b"\x81",)], [(data,) for data in given.HEADERS]),
        section="5.2",
    ),
    Exercise(
        "09.4",
        add_frame,
        setup=("import codecs", "", "from wslearn.lessons.lesson_09.earlier import LIMIT"),
        cases=cases(
            [
                (None, (True, 1, b"Hello")),
                (None, (False, 1, b"Hel")),
                ((1, b"Hel"), (True, 0, b"lo")),
                (None, (True, 0, b"lo")),
            ],
            given.ADDED,
        ),
        section="5.4",
    ),
    Exercise(
        "09.5",
        answer_frame,
        setup=("from wslearn.lessons.lesson_09.earlier import close_fault, encode_length",),
        measure=without_reason,
        cases=cases([(1, b"Hello"), (9, b"p"), (8, bytes([3, 232]))], given.ANSWERED),
        anchor=((1, b"Hello"), (bytes.fromhex("810548656c6c6f"), False)),  # RFC 6455 §5.7
        section="5.5",
    ),
    Exercise(
        "09.6",
        MyServer,
        setup=("from wslearn.lessons.lesson_09.parts import parts, talk",),
        through=talk,
        cases=cases([([HELLO],), ([HELLO[:3], HELLO[3:]],)], [(pieces,) for pieces in given.TALKS]),
        anchor=(  # RFC 6455 §5.7
            ([bytes.fromhex("818537fa213d7f9f4d5158")],),
            ([bytes.fromhex("810548656c6c6f")], False),
        ),
        section="5",
    ),
)
