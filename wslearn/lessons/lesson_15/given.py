"""What lesson 15 takes as given: solutions of earlier lessons, and two helpers of the course."""

from wslearn.lessons.lesson_02.exercises import accept_key, find_header, wants_upgrade
from wslearn.lessons.lesson_04.exercises import encode_length
from wslearn.lessons.lesson_05.exercises import mask_bytes
from wslearn.lessons.lesson_09.earlier import LIMIT
from wslearn.lessons.lesson_09.exercises import add_frame
from wslearn.lessons.lesson_10.exercises import TAIL
from wslearn.protocol.client_handshake import client_request
from wslearn.protocol.dissect import dissect

__all__ = [
    "LIMIT",
    "TAIL",
    "accept_key",
    "add_frame",
    "encode_length",
    "find_header",
    "mask_bytes",
    "opening_request",
    "take_server_frame",
    "wants_upgrade",
]


def opening_request(url: str, key: str) -> bytes:
    """The request that opens a WebSocket, as in lesson 02 (RFC 6455 §4.1).

    >>> opening_request("ws://127.0.0.1:8002/", "dGhlIHNhbXBsZSBub25jZQ==").split(b"\\r\\n")[0]
    b'GET / HTTP/1.1'
    """
    return client_request(url, key).encode()


def take_server_frame(data: bytes) -> tuple[tuple[bool, int, bytes], bytes, int | None] | None:
    """09.2 and 09.3 from the client's side: the first frame, the rest, and a close code or None.

    None while the frame is not whole. A fault is reported as soon as it can be seen; the frame then
    counts for nothing. A body of a Close is judged too (RFC 6455 §5.2, §5.5.1).

    >>> take_server_frame(bytes.fromhex("810548656c6c6f"))
    ((True, 1, b'Hello'), b'', None)
    >>> take_server_frame(bytes.fromhex("818537fa213d"))[2]     # masked: a server must not
    1002
    """
    seen = dissect(data, "client")
    codes = [one.close_code for one in seen.violations]
    if seen.length is not None and seen.length > LIMIT:
        codes.append(1009)
    is_close = seen.frame is not None and seen.frame.opcode == 8
    for code in codes:
        if code != 1007 or is_close:  # whether a text is UTF-8, add_frame sees
            return (True, 0, b""), b"", code
    if seen.frame is None:
        return None
    return (seen.frame.fin, int(seen.frame.opcode), seen.frame.payload), seen.rest, None
