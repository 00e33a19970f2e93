"""Lesson 08: the parts of a server that a stream of bytes and a careless client put to the test."""

from itertools import product

from wslearn.checking.exercise import Exercise, cases
from wslearn.protocol.examples import COURSE_KEY as KEY
from wslearn.protocol.frame import Frame

from .solutions import answer, read_exactly, serve_frames, status_for, whole_frames

STREAM = b"GET, then two frames, and a little more"

CUTS = (1, 2, 5, 7, 100)


def cut(data: bytes, size: int) -> list[bytes]:
    """The same bytes in pieces of this size."""
    return [data[start : start + size] for start in range(0, len(data), size)]


def head(**headers: str | None) -> str:
    """A request; an underscore in a name stands for a hyphen, and None leaves a header out."""
    usual = {
        "Host": "localhost",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
    }
    method = headers.pop("method", "GET")
    usual |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in usual.items() if value is not None]
    return "\r\n".join([f"{method} / HTTP/1.1", *lines, "", ""])


SMALL = "\r\n".join(
    ["GET / HTTP/1.1", "host:localhost", "UPGRADE: WebSocket", "connection: keep-alive , upgrade",
     "sec-websocket-version:13", "", ""]
)  # fmt: skip

BAD_HEADS = [
    head(method="POST"),
    head(method="GETS"),
    head(Host=None),
    head(Upgrade=None),
    head(Upgrade="h2c"),
    head(Connection=None),
    head(Connection="keep-alive"),
    head(Connection="no-upgrade"),
    head(Connection="close, upgraded"),
]

OLD_HEADS = [head(Sec_WebSocket_Version=version) for version in (None, "8", "14", "113", "")]

FINE_HEADS = [
    SMALL,
    head().lower().replace("get", "GET", 1).replace("http", "HTTP", 1),
    head().replace(": ", ":"),
    head(Upgrade="WebSocket"),
    head(Connection="keep-alive, Upgrade"),
    head(Connection="keep-alive,upgrade"),
    head(Host="127.0.0.1:8002", Origin="http://localhost:8888"),
]


def masked(length: int) -> bytes:
    """A client's binary frame with this many bytes; all zero, so they are the key again."""
    return Frame.binary(bytes(length)).encode(mask_key=KEY)


LENGTHS = (0, 1, 5, 125, 126, 127, 300, 65535, 65536)

HEL, LO = (False, 1, b"Hel"), (True, 0, b"lo")

EMPTY = (False, 1, b"")

HAPPENS = (
    (True, 1, b"Hello"),
    (True, 2, b"\xff"),
    HEL,
    (False, 0, b"l"),
    LO,
    (True, 9, b"?"),
    (True, 10, b"!"),
    (True, 8, b""),
)

EXERCISES = (
    Exercise(
        "08.1",
        read_exactly,
        cases=cases(
            [([b"Hel", b"lo", b" you"], (5, 4)), ([b"Hello you"], (5, 4)), ([b"Hel"], (5,))],
            [
                (cut(STREAM, size), wanted)
                for size in CUTS
                for wanted in ((2, 4, 5), (0, 3), (len(STREAM),), (len(STREAM) + 1,), (30, 9, 1))
            ]
            + [([], ()), ([], (0,)), ([], (1,)), ([b"a"], (1, 0)), ([b"ab", b"cd"], (3,))],
        ),
        section="6.2",
    ),
    Exercise(
        "08.2",
        status_for,
        cases=cases(
            [(head(),), (SMALL,), (OLD_HEADS[1],)],
            [(one,) for one in (*BAD_HEADS, *OLD_HEADS, *FINE_HEADS)]
            + [(head(Upgrade=None, Sec_WebSocket_Version="8"),)],
        ),
        section="4.2.1",
    ),
    Exercise(
        "08.3",
        whole_frames,
        cases=cases(
            [(masked(5) + masked(2),), (masked(5) + masked(5)[:7],)],
            [(masked(length),) for length in LENGTHS]
            + [(masked(length) + masked(1) + masked(0),) for length in LENGTHS]
            + [(masked(length)[:-1],) for length in LENGTHS]
            + [(masked(300)[:size],) for size in range(9)]
            + [(masked(65536)[:size],) for size in range(2, 15)]
            + [(masked(3) * 4 + b"\x81",), (b"",)],
        ),
        section="5.2",
    ),
    Exercise(
        "08.4",
        answer,
        cases=cases(
            [(1, b"Hello"), (9, b"Hello"), (8, b"\x03\xe8bye")],
            [
                (opcode, payload)
                for opcode in (1, 2, 9, 10)
                for payload in (b"", b"a", b"\xff", "Grüße".encode(), b"ab\xc3", bytes(125))
            ]
            + [(8, b""), (8, b"\x03\xe8"), (8, b"\x0f\xa0" + b"a" * 123)],
        ),
        anchor=((9, b"Hello"), bytes.fromhex("8a0548656c6c6f")),  # RFC 6455 §5.7
        section="5.5",
    ),
    Exercise(
        "08.5",
        serve_frames,
        cases=cases(
            [([HEL, LO],), ([(True, 9, b"?"), (True, 8, b"")],), ([LO],)],
            [(list(frames),) for count in (1, 2, 3) for frames in product(HAPPENS, repeat=count)]
            + [([EMPTY, *frames],) for frames in ([LO], [HAPPENS[0]], [HAPPENS[5], LO])]
            + [([HEL, HAPPENS[5], HAPPENS[3], HAPPENS[6], LO, HAPPENS[0], LO, HAPPENS[5]],)],
        ),
        section="5.4",
    ),
)
