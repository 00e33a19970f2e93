"""What is beneath a WebSocket over HTTP/2, as a table: one frame of HTTP/2 (RFC 9113 §4.1).

The kinds of frames that a WebSocket meets have rows of their own; of all others the payload is one
part.
"""

from collections.abc import Callable

from wslearn.protocol.errors import InputError
from wslearn.protocol.text import counted

from .by_table import Again, Cursor, Form, Part, bits, raw
from .subprotocols import has

HTTP2_TYPES = {
    0: "DATA", 1: "HEADERS", 2: "PRIORITY", 3: "RST_STREAM", 4: "SETTINGS", 5: "PUSH_PROMISE",
    6: "PING", 7: "GOAWAY", 8: "WINDOW_UPDATE", 9: "CONTINUATION",
}  # fmt: skip
SETTINGS = {
    1: "HEADER_TABLE_SIZE", 2: "ENABLE_PUSH", 3: "MAX_CONCURRENT_STREAMS", 4: "INITIAL_WINDOW_SIZE",
    5: "MAX_FRAME_SIZE", 6: "MAX_HEADER_LIST_SIZE", 8: "ENABLE_CONNECT_PROTOCOL (RFC 8441 §3)",
}  # fmt: skip
HTTP2_ERRORS = {
    0: "NO_ERROR", 1: "PROTOCOL_ERROR", 2: "INTERNAL_ERROR", 3: "FLOW_CONTROL_ERROR",
    4: "SETTINGS_TIMEOUT", 5: "STREAM_CLOSED", 6: "FRAME_SIZE_ERROR", 7: "REFUSED_STREAM",
    8: "CANCEL", 9: "COMPRESSION_ERROR", 10: "CONNECT_ERROR",
    11: "ENHANCE_YOUR_CALM", 12: "INADEQUATE_SECURITY", 13: "HTTP_1_1_REQUIRED",
}  # fmt: skip
_FLAGS = {
    0: {1: "END_STREAM", 8: "PADDED"},
    1: {1: "END_STREAM", 4: "END_HEADERS", 8: "PADDED", 32: "PRIORITY"},
    4: {1: "ACK"},
    5: {4: "END_HEADERS", 8: "PADDED"},
    6: {1: "ACK"},
    9: {4: "END_HEADERS"},
}


def _flag_names(value: int, cursor: Cursor) -> str:
    known = _FLAGS.get(cursor["type"], {})
    return ", ".join(name for bit, name in known.items() if value & bit) or "none of them is set"


def _flag(bit: int, *kinds: int) -> Callable[[Cursor], bool]:
    return lambda cursor: cursor["type"] in kinds and bool(cursor["flags"] & bit)


def _unpadded(cursor: Cursor) -> tuple[bytes, str]:
    padding = cursor.values.get("pad length", [0])[-1]
    if padding > cursor.end - cursor.at:
        raise InputError(f"Expected at most {cursor.end - cursor.at} bytes of padding.")
    whole, cursor.end = cursor.end, cursor.end - padding
    try:
        return raw(cursor)
    finally:
        cursor.end = whole


def _named(names: dict[int, str]) -> Callable[[int, Cursor], str]:
    """A name where there is one: unknown ones are skipped (RFC 9113 §4.1, §6.5.2)."""
    return lambda value, cursor: names.get(value, "unknown, and skipped")


_ERROR = Part(
    "error code", "code", bits(32), _named(HTTP2_ERRORS), "RFC 9113 §7", has("type", 3, 7)
)
HTTP2 = Form(
    "HTTP/2",
    (
        Part(
            "length", "length", bits(24),
            lambda value, cursor: counted(value, "byte") + " after these nine", "RFC 9113 §4.1",
        ),
        Part("type", "opcode", bits(8), _named(HTTP2_TYPES), "RFC 9113 §4.1"),
        Part("flags", "fin", bits(8), _flag_names, "RFC 9113 §4.1"),
        Part("R", "rsv", bits(1), "reserved: no meaning yet", "RFC 9113 §4.1"),
        Part(
            "stream identifier", "key", bits(31),
            lambda value, cursor: "which conversation it belongs to" if value
            else "the connection as a whole",
            "RFC 9113 §4.1", then="length",
        ),
        Part("pad length", "length", bits(8), "in bytes", "RFC 9113 §6.1", _flag(8, 0, 1, 5)),
        Part("priority", "mask", bits(40), "out of use", "RFC 9113 §6.2", _flag(32, 1)),
        Again(
            (
                Part("identifier", "mask", bits(16), _named(SETTINGS), "RFC 9113 §6.5.1"),
                Part("value", "code", bits(32), "of this setting", "RFC 9113 §6.5.1"),
            ),
            when=has("type", 4),
        ),
        Part("R", "rsv", bits(1), "reserved", "RFC 9113 §6", has("type", 7, 8)),
        Part(
            "last stream", "key", bits(31), "nothing after it was read", "RFC 9113 §6.8",
            has("type", 7),
        ),
        Part(
            "increment", "code", bits(31), "how many more bytes may be sent", "RFC 9113 §6.9",
            has("type", 8),
        ),
        _ERROR,
        Part(
            "field block", "payload", _unpadded, "headers, compressed (HPACK, RFC 7541)",
            "RFC 9113 §6.2", has("type", 1, 5, 9),
        ),
        Part(
            "data", "payload", _unpadded, "for the program that uses the stream", "RFC 9113 §6.1",
            has("type", 0),
        ),
        Part(
            "rest", "reason", raw, "padding, or what this table has no row for", "RFC 9113 §4.1",
            lambda cursor: bool(cursor.left),
        ),
    ),
    lambda cursor: (
        f"{HTTP2_TYPES.get(cursor['type'], 'a type that is not known')} on stream "
        f"{cursor['stream identifier']}"
    ),
)  # fmt: skip
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
"""What an HTTP/2 client sends before its first frame (RFC 9113 §3.4)."""
