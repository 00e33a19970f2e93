"""What a student has written in earlier lessons, ready to be used again in lesson 09.

Each name is the solution of its exercise. ``close_fault`` is the one that no exercise asked for:
07.5 says that a body is broken, this one says which close code follows.
"""

from wslearn.lessons.lesson_02.exercises import accept_key, find_header, reply, wants_upgrade
from wslearn.lessons.lesson_04.exercises import encode_length
from wslearn.lessons.lesson_05.exercises import mask_bytes
from wslearn.protocol.dissect import dissect
from wslearn.protocol.frame import Frame

LIMIT = 2**20
"""The longest message that the server of lesson 09 accepts, in bytes (RFC 6455 §10.4)."""

REFUSAL = (
    b"HTTP/1.1 400 Bad Request\r\n"
    b"Sec-WebSocket-Version: 13\r\n"
    b"Connection: close\r\n"
    b"Content-Length: 0\r\n\r\n"
)
"""An HTTP answer that opens no WebSocket, and names the version that we speak (RFC 6455 §4.4)."""

__all__ = [
    "LIMIT",
    "REFUSAL",
    "accept_key",
    "close_fault",
    "encode_length",
    "find_header",
    "mask_bytes",
    "reply",
    "wants_upgrade",
]


def close_fault(payload: bytes) -> int | None:
    """The close code that follows from a Close with this body, None if it is fine (§5.5.1, §7.4).

    >>> close_fault(b""), close_fault((1000).to_bytes(2, "big")), close_fault(b"?")
    (None, None, 1002)
    """
    broken = dissect(Frame(8, payload).encode(), "client").violations
    return None if not broken or broken[0].close_code is None else int(broken[0].close_code)
