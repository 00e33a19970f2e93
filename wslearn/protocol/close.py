"""The body of a Close frame: nothing, or a two-byte close code and a reason (RFC 6455 §5.5.1)."""

from .codes import CloseCode
from .errors import InputError
from .text import encode_text

CODE_SIZE = 2
"""The length of a close code, in bytes; it comes in network byte order."""

LONGEST_REASON = 123
"""The most bytes a reason can have: a control frame's 125 minus the code (§5.5)."""


def encode_close(code: int | None = None, reason: str = "") -> bytes:
    """The payload of a Close frame; no code gives an empty payload (RFC 6455 §5.5.1).

    Raises :class:`InputError` for a code that does not fit two bytes, a reason without a code, or a
    reason that UTF-8 cannot hold.
    Codes that may not travel can be written, so that a lesson can show what a receiver does.

    >>> encode_close(1000, "bye").hex()
    '03e8627965'
    """
    if code is None:
        if reason:
            raise InputError("Expected a close code before a reason, got a reason alone.")
        return b""
    if not isinstance(code, int) or not 0 <= code < 2**16:
        raise InputError(f"Expected a close code of two bytes (0 to 65535), got {code!r}.")
    return int(code).to_bytes(CODE_SIZE, "big") + encode_text(reason)


def decode_close(payload: bytes) -> tuple[int, bytes]:
    """The close code and the reason's bytes; an empty body gives 1005, which never travels.

    A single byte cannot be a close code; the caller has judged that before.

    >>> decode_close(bytes.fromhex("03e8627965"))
    (1000, b'bye')
    """
    if len(payload) < CODE_SIZE:
        return int(CloseCode.NO_STATUS_RECEIVED), b""
    return int.from_bytes(payload[:CODE_SIZE], "big"), payload[CODE_SIZE:]
