"""What the exercises of lesson 09 are judged by: requests, streams, headers, frames, talks."""

from wslearn.protocol.examples import COURSE_KEY, SAMPLE_KEY
from wslearn.protocol.frame import Frame

from .earlier import LIMIT
from .parts import REQUEST


def client(opcode: int, payload: bytes, *, fin: bool = True, key: bytes = COURSE_KEY) -> bytes:
    """A frame as a server gets it."""
    return Frame(opcode, payload, fin).encode(mask_key=key)


def plain(opcode: int, payload: bytes) -> bytes:
    """A frame as a server sends it."""
    return Frame(opcode, payload).encode()


HELLO = client(1, b"Hello")
EURO = "€".encode()


def request(**changes: str | None) -> bytes:
    """The request of the worked example with some headers changed, or left out (None).

    What changes most comes first: a long request is cut where it is shown.
    """
    lines = ["GET / HTTP/1.1"]
    headers = {
        "Sec-WebSocket-Version": "13",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": SAMPLE_KEY,
        "Host": "127.0.0.1:8002",
    }
    for name, usual in headers.items():
        value = changes.get(name.rpartition("-")[2].lower(), usual)
        if value is not None:
            lines.append(f"{name}: {value}")
    return "\r\n".join([*lines, "", ""]).encode()


SMALL = request().replace(b"Upgrade: ", b"upgrade: ").replace(b"Sec-WebSocket", b"sec-websocket")
SMALL = SMALL.replace(b"Connection: ", b"connection: ")

REQUESTS = [
    SMALL,
    request(connection="keep-alive, Upgrade"),
    request(upgrade="WebSocket", connection="upgrade"),
    request(key="AQIDBAUGBwgJCgsMDQ4PEA=="),
    request(version="8"),
    request(version=None),
    request(key=None),
    request(upgrade=None),
    request(upgrade="h2c"),
    request(connection=None),
    request(connection="keep-alive"),
    request().replace(b"GET", b"POST"),
    request() + HELLO,
    request() + HELLO[:3],
    request() + client(2, b"\r\n\r\n"),
    request(version="8") + HELLO,
    b"",
    b"GET / HTTP/1.1\r\n",
    request()[:-1],
    request()[:-2],
    request()[:-4],
]

FRAMES = [
    client(1, b""),
    client(9, b""),
    client(1, b"Hel", fin=False),
    client(0, b"lo"),
    client(8, bytes([3, 232])),
    client(2, bytes(range(125))),
    *(client(2, b"ab" * (size // 2) + b"." * (size % 2)) for size in (126, 127, 128, 300)),
    client(2, b"~" * 65_536),
    client(1, b"Hello", key=bytes(4)),
]
STREAMS = [
    *FRAMES,
    HELLO + HELLO,
    HELLO + HELLO[:1],
    client(1, b"") + HELLO,
    client(9, b"p") + client(2, b"." * 126),
    HELLO[:2],
    HELLO[:6],
    HELLO[:-1],
    FRAMES[6][:2],
    FRAMES[6][:3],
    FRAMES[6][:4],
    FRAMES[6][:7],
    FRAMES[6][:-1],
    FRAMES[7][:-1],
    FRAMES[10][:2],
    FRAMES[10][:9],
    FRAMES[10][:13],
    FRAMES[10][:-1],
    b"",
]


def header(first: int, second: int, extra: int = 0, size: int = 0) -> bytes:
    return bytes([first, second]) + extra.to_bytes(size, "big")


HEADERS = [
    *(header(0b1000_0000 | opcode, 0b1000_0101) for opcode in range(16)),
    *(header(0b0000_0000 | opcode, 0b1000_0101) for opcode in (0, 1, 2, 8, 9, 10)),
    *(header(bits | 0b1000_0001, 0b1000_0101) for bits in (64, 32, 16, 112)),
    *(header(0b1000_0001, second) for second in (0, 5, 126, 127, 128, 253, 254, 255)),
    *(header(0b1000_1001, 128 + length) for length in (0, 125, 126, 127)),
    *(header(0b1000_0010, 254, length, 2) for length in (0, 5, 125, 126, 127, 65_535)),
    *(
        header(0b1000_0010, 255, length, 8)
        for length in (5, 126, 65_535, 65_536, LIMIT, LIMIT + 1, 2**62, 2**63 - 1, 2**63, 2**64 - 1)
    ),
    header(0b1000_0010, 255, 0, 7),
    header(0b1000_0010, 254, 0, 1),
    header(0b1000_1000, 254, 126, 2),
    bytes([0b1000_0001]),
    bytes([0b1111_0000]),
    HELLO,
    HELLO[:3],
    b"",
]

ADDED: list[tuple[tuple[int, bytes] | None, tuple[bool, int, bytes]]] = [
    (None, (True, 2, b"\xff")),
    (None, (True, 1, b"")),
    (None, (False, 1, b"Hel")),
    (None, (False, 2, b"\xff")),
    (None, (False, 1, b"")),
    ((1, b"Hel"), (True, 0, b"lo")),
    ((1, b"Hel"), (False, 0, b"lo")),
    ((1, b"Hel"), (False, 0, b"")),
    ((1, b""), (True, 0, b"Hello")),
    ((2, b"a"), (True, 0, b"\xff")),
    ((2, b"a"), (False, 0, b"b")),
    (None, (True, 0, b"lo")),
    (None, (False, 0, b"")),
    ((1, b"Hel"), (True, 1, b"lo")),
    ((2, b"a"), (False, 2, b"b")),
    ((1, b"a"), (False, 2, b"b")),
    (None, (True, 1, b"\xff")),
    (None, (False, 1, b"\xff")),
    (None, (False, 1, EURO[:2])),
    (None, (True, 1, EURO[:2])),
    ((1, EURO[:2]), (True, 0, EURO[2:])),
    ((1, EURO[:1]), (False, 0, EURO[1:2])),
    ((1, EURO[:2]), (False, 0, b"5")),
    ((1, EURO[:2]), (True, 0, b"")),
    ((1, b"Hel"), (True, 0, b"\xff")),
    ((1, b"Hel"), (False, 0, b"\xff")),
    ((2, b"." * (LIMIT - 1)), (True, 0, b".")),
    ((2, b"." * LIMIT), (True, 0, b".")),
    ((2, b"." * LIMIT), (False, 0, b".")),
]

ANSWERED = [
    (1, b""),
    (2, b"\xff\x00"),
    (2, b"." * 125),
    (2, b"." * 126),
    (1, b"." * 65_536),
    (9, b""),
    (9, bytes(range(125))),
    (10, b""),
    (10, b"late"),
    (8, b""),
    (8, bytes([3, 233])),
    (8, bytes([15, 160])),
    (8, bytes([3, 232]) + b"bye"),
    (8, b"\x03"),
    (8, bytes([3, 237])),
    (8, bytes([0, 5]) + b"bye"),
    (8, bytes([3, 232]) + b"\xff"),
]

PING, BYE = client(9, b"p"), client(8, bytes([3, 232]))
CUT_TEXT = [client(1, EURO[:2], fin=False), PING, client(0, EURO[2:])]
TALKS = [
    [client(1, b"Hel", fin=False), client(0, b"lo")],
    [PING],
    [HELLO[:7], HELLO[7:], HELLO],
    [bytes([byte]) for byte in HELLO],
    [PING + HELLO + PING],
    CUT_TEXT,
    [b"".join(CUT_TEXT)],
    [HELLO + BYE + HELLO],
    [client(1, b"Hel", fin=False), BYE],
    [BYE, PING],
    [client(8, b""), HELLO],
    [client(8, b"\x03")],
    [HELLO + client(3, b""), PING],
    [bytes([0b1000_0011]), bytes([0b1000_0101]), PING],
    [header(0b1000_0010, 255, 2**63, 8), PING],
    [client(0, b"lo"), PING],
    [client(1, b"Hel", fin=False), HELLO, PING],
    [client(1, b"Hel", fin=False), client(0, b"\xff", fin=False), PING],
    [HELLO + client(1, b"\xff") + HELLO],
    [client(10, b"late")],
    [client(2, b"." * 200)],
    [client(2, b"." * 200)[:150], client(2, b"." * 200)[150:] + PING],
    [REQUEST],
    [REQUEST[:50], REQUEST[50:]],
    [REQUEST + HELLO],
    [REQUEST[:50], REQUEST[50:] + HELLO[:3], HELLO[3:]],
    [REQUEST + PING + BYE],
    [request(version="8") + HELLO, HELLO],
]


def without_reason(result: object) -> object:
    """An answer in which a Close has lost its reason: whether one is sent back is free (§5.5.1)."""
    match result:
        case (bytes() as frame, done) if frame[:1] == b"\x88" and 4 < len(frame) == 2 + frame[1]:
            return bytes([frame[0], 2]) + frame[2:4], done
    return result
