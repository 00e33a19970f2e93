"""What the exercises of lesson 15 are judged by: replies, talks, payloads."""

import zlib
from collections.abc import Sequence
from typing import Any

from wslearn.lessons.lesson_02.solutions import accept_key, reply
from wslearn.lessons.lesson_09.inputs import client, plain
from wslearn.lessons.lesson_10.solutions import compress_message
from wslearn.protocol.dissect import dissect_all
from wslearn.protocol.dissection import Dissection
from wslearn.protocol.examples import COURSE_KEY, SAMPLE_KEY
from wslearn.protocol.frame import Frame

URL = "ws://127.0.0.1:8002/"

KEYS = [COURSE_KEY, bytes.fromhex("a1b2c3d4"), bytes.fromhex("0f1e2d3c")]


# -- replies ---------------------------------------------------------------------------------------

GOOD = reply(accept_key(SAMPLE_KEY))
HI = plain(1, b"Hello")
OTHER = reply(accept_key("AQIDBAUGBwgJCgsMDQ4PEA=="))


def changed(old: bytes, new: bytes) -> bytes:
    """The good reply with something else in one place."""
    return GOOD.replace(old, new)


REPLIES = [
    GOOD + HI,
    GOOD + HI[:1],
    GOOD[:-2],
    b"",
    GOOD.replace(b"Upgrade: ", b"upgrade: ").replace(b"Sec-WebSocket", b"sec-websocket"),
    changed(b"Upgrade: websocket", b"Upgrade: WebSocket"),
    changed(b"Connection: Upgrade", b"Connection: keep-alive, upgrade"),
    changed(b"101 Switching Protocols", b"101 "),
    OTHER,
    OTHER + HI,
    changed(b"K+xOo=", b"k+xoo="),
    changed(b"s3pP", b"S3pP"),
    changed(b"101 Switching Protocols", b"200 OK"),
    changed(b"101 Switching Protocols", b"404 Not Found") + b"no",
    changed(b"Upgrade: websocket\r\n", b""),
    changed(b"Upgrade: websocket", b"Upgrade: h2c"),
    changed(b"Connection: Upgrade\r\n", b""),
    changed(b"Connection: Upgrade", b"Connection: close"),
    changed(b"Sec-WebSocket-Accept", b"X-Accept"),
    changed(b"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"),
    changed(b"\r\n\r\n", b"\r\nSec-WebSocket-Protocol: chat\r\n\r\n"),
    changed(b"\r\n\r\n", b"\r\nServer: small\r\n\r\n") + HI,
    b"HTTP/1.1 400 Bad Request\r\n\r\n",
]


# -- talks -----------------------------------------------------------------------------------------


def converse(client_class: Any, pieces: Sequence[bytes]) -> tuple[list[bytes], bytes, bool] | None:
    """Play a server to a client: what came, what it sent after its request, and whether it is done.

    The connection is opened first, unless the first piece begins a reply itself. None where every
    answer is None. Raises what the client raises.
    """
    one = client_class(URL, SAMPLE_KEY)
    if one is None:
        return None
    request = one.out
    if not pieces or not pieces[0].startswith(b"HT"):
        pieces = [GOOD, *pieces]
    answers = [one.receive(piece) for piece in pieces]
    if all(answer is None for answer in answers):
        return None
    sent = one.out
    return [data for answer in answers for data in answer], sent[len(request) :], one.done


def as_judged(result: object) -> object:
    """A conversation without what does not matter: masking-keys, and the reason of a Close.

    Each frame is masked again with the course's key, or with zeros if a key came twice. A Close
    loses its reason: an endpoint is free to send one back or not (RFC 6455 §5.3, §5.5.1).
    """
    match result:
        case (messages, bytes() as sent, done):
            seen = list(dissect_all(sent, "server"))
            drawn = [one.mask_key for one in seen]
            key = COURSE_KEY if len(set(drawn)) == len(drawn) else bytes(4)
            return messages, b"".join(_again(one, key) for one in seen), done
    return result


def _again(seen: Dissection, key: bytes) -> bytes:
    frame = seen.frame
    if frame is None or seen.mask_key is None:
        return seen.data
    payload = frame.payload[:2] if frame.opcode == 8 else frame.payload
    return Frame(frame.opcode, payload, frame.fin).encode(mask_key=key)


ASK, END = plain(9, b"p"), plain(8, bytes([3, 232]))
PART = bytes([0b0000_0001, 3]) + b"Hel"
LAST = plain(0, b"lo")

TALKS = [
    [HI + HI],
    [HI[:1], HI[1:]],
    [GOOD + HI],
    [GOOD[:30], GOOD[30:] + HI[:3], HI[3:]],
    [OTHER + HI],
    [changed(b"101 Switching Protocols", b"404 Not Found") + HI, HI],
    [ASK],
    [ASK + ASK],
    [PART + ASK + LAST],
    [PART, LAST],
    [END],
    [END + HI, ASK],
    [plain(8, b"")],
    [plain(8, b"\x03")],
    [HI + END],
    [client(1, b"Hello"), HI],
    [HI + plain(3, b"") + HI],
    [plain(1, b"\xff"), ASK],
    [LAST],
    [plain(10, b"late"), HI],
    [plain(2, b"." * 200)],
]


# -- payloads --------------------------------------------------------------------------------------


def squeezed(data: bytes, *, last: bool = False) -> bytes:
    """A compressed message as a frame carries it; ``last`` marks its block as the last (BFINAL).

    After such a block comes one more byte, so that the receiver's four bytes make a block again
    (RFC 7692 §7.2.3.4).
    """
    return zlib.compress(data, wbits=-15) + b"\0" if last else compress_message(data)


LIMIT = 60
"""The limit in most cases, in bytes."""

PAYLOADS = [
    (squeezed(b"Hello"), LIMIT),
    (squeezed(b""), LIMIT),
    (squeezed(b"a" * LIMIT), LIMIT),
    (squeezed(b"a" * (LIMIT + 1)), LIMIT),
    (squeezed(b"a" * 1_000_000), LIMIT),
    (squeezed(b"a" * 200), 300),
    (squeezed(b"Hello", last=True), LIMIT),
    (squeezed(b"a" * (LIMIT + 1), last=True), LIMIT),
    (squeezed(b"Hel", last=True)[:-1] + squeezed(b"lo"), LIMIT),
    (squeezed(b"a" * 40, last=True)[:-1] + squeezed(b"b" * 40), LIMIT),
    (b"\xff\xff\xff", LIMIT),
    (b"Hello", LIMIT),
    (squeezed(b"Hello", last=True)[:-1] + b"\xff", LIMIT),
]
