"""What rides on WebSocket, as tables: one list of parts for each format.

The tables follow these texts: Engine.IO protocol 4 and Socket.IO protocol 5 (socket.io's own
documents), graphql-transport-ws (the document of graphql-ws), MQTT 3.1.1 (OASIS), STOMP 1.2, and
jupyter_server's "WebSocket kernel wire protocols".
"""

import json
from collections.abc import Callable
from typing import Any

from wslearn.labs.tap.jupyter_form import MOST, PARTS
from wslearn.protocol.errors import InputError
from wslearn.protocol.text import counted, shown_text

from .by_table import (
    Again,
    Cursor,
    Form,
    How,
    NotWholeError,
    Part,
    bits,
    digits,
    little,
    raw,
    rest,
    text,
    until,
    varint,
)


def has(name: str, *values: Any) -> Callable[[Cursor], bool]:
    """Whether the part of this name was there, with one of these values."""
    return lambda cursor: name in cursor.values and cursor[name] in values


def one_character(cursor: Cursor) -> tuple[str, str]:
    """One ASCII character."""
    character = shown_text(cursor.text(1))
    return character, character


# -- Socket.IO on Engine.IO ------------------------------------------------------------------------

ENGINE = ("open", "close", "ping", "pong", "message", "upgrade", "noop")
"""Engine.IO's types of packets, by number."""

SOCKET = (
    "connect", "disconnect", "event", "ack", "connect error", "binary event", "binary ack",
)  # fmt: skip
"""Socket.IO's types of packets, by number."""


def _by_digit(names: tuple[str, ...]) -> dict[str, str]:
    return {str(number): name for number, name in enumerate(names)}


def _says_number(value: Any, cursor: Cursor) -> str:
    if IS_EVENT(cursor):
        return "an ack with this number answers it"
    return "it answers the event with this number"


def _says_json(value: bytes, cursor: Cursor) -> str:
    try:
        said = json.loads(value)
    except (ValueError, RecursionError):
        return counted(len(value), "byte")
    named = isinstance(said, list) and said and isinstance(said[0], str) and len(said[0]) <= 40
    if named and IS_EVENT(cursor):
        more = counted(len(said) - 1, "argument")
        return f"JSON: the name {said[0]!r} and {more}"
    return "JSON"


IS_SOCKET = has("Engine.IO type", "4")
IS_EVENT = has("Socket.IO type", "2", "5")
_SIO = "Socket.IO 5"
SOCKET_IO = Form(
    "Socket.IO",
    (
        Part("Engine.IO type", "opcode", one_character, _by_digit(ENGINE), "Engine.IO 4"),
        Part("Socket.IO type", "code", one_character, _by_digit(SOCKET), _SIO, IS_SOCKET),
        Part(
            "attachments", "length", until(b"-"), "binary messages that follow", _SIO,
            has("Socket.IO type", "5", "6"),
        ),
        Part(
            "namespace", "mask", until(b","), "one of several that share a connection", _SIO,
            lambda cursor: IS_SOCKET(cursor) and cursor.left.startswith(b"/"),
        ),
        Part(
            "acknowledgement", "rsv", digits, _says_number, _SIO,
            lambda cursor: IS_SOCKET(cursor) and cursor.left[:1].isdigit(),
        ),
        Part("data", "payload", rest, _says_json, _SIO, lambda cursor: bool(cursor.left)),
    ),
    lambda cursor: (
        SOCKET[int(cursor["Socket.IO type"])]
        if "Socket.IO type" in cursor.values
        else f"{ENGINE[int(cursor['Engine.IO type'])]} (Engine.IO)"
    ),
)  # fmt: skip

# -- graphql-transport-ws --------------------------------------------------------------------------

GRAPHQL_TYPES = {
    "connection_init": "the client begins, before anything else",
    "connection_ack": "the server agrees",
    "ping": "are you there?",
    "pong": "yes",
    "subscribe": "an operation begins, under this id",
    "next": "one result of the operation with this id",
    "error": "the operation with this id has failed, and is over",
    "complete": "the operation with this id is over",
}


def member_name(cursor: Cursor) -> tuple[str, str]:
    """The name of a member of a JSON object, with what comes before it, and the colon."""
    before = cursor.left[: len(cursor.left) - len(cursor.left.lstrip(b"{, \n\r\t"))]
    name, size = _json_value(cursor.left[len(before) :])
    colon = cursor.left[len(before) + size :]
    gap = len(colon) - len(colon.lstrip(b": "))
    cursor.text(len(before) + size + gap)
    if not isinstance(name, str) or not gap:
        raise InputError("Expected an object of JSON, with names in quotation marks.")
    return name, shown_text(name.encode())


def member_value(cursor: Cursor) -> tuple[Any, str]:
    """A value of JSON, whatever it is."""
    value, size = _json_value(cursor.left)
    return value, shown_text(cursor.text(size))


def _json_value(data: bytes) -> tuple[Any, int]:
    try:
        written = data.decode()
        value, end = json.JSONDecoder().raw_decode(written)
    except (ValueError, RecursionError):
        raise InputError(f"Expected JSON, got “{shown_text(data)}”.") from None
    return value, len(written[:end].encode())


def _member(value: Any, cursor: Cursor) -> str:
    match cursor["name"]:
        case "type":
            if value not in GRAPHQL_TYPES:
                known = ", ".join(GRAPHQL_TYPES)
                raise InputError(f"Expected the type to be one of {known}.")
            return GRAPHQL_TYPES[value]
        case "id":
            return "which operation it belongs to; the client has chosen it"
        case "payload":
            return "what depends on the type"
    return "not in the document"


def _graphql_says(cursor: Cursor) -> str:
    said = dict(zip(cursor.values["name"], cursor.values["value"], strict=True))
    of = f" of operation {shown_text(str(said['id']).encode(), 12)}" if "id" in said else ""
    return f"{said.get('type', 'no type')}{of}"


_GQL = "graphql-transport-ws"
GRAPHQL = Form(
    "graphql-transport-ws",
    (
        Again(
            (
                Part("name", "opcode", member_name, "the name of a member", _GQL),
                Part("value", "payload", member_value, _member, _GQL),
            ),
            until=b"}",
        ),
        Part("end", "rsv", until(b"}"), "the end of the object", _GQL),
    ),
    _graphql_says,
)


# -- MQTT ------------------------------------------------------------------------------------------

MQTT_TYPES = {
    1: "CONNECT", 2: "CONNACK", 3: "PUBLISH", 4: "PUBACK", 5: "PUBREC", 6: "PUBREL", 7: "PUBCOMP",
    8: "SUBSCRIBE", 9: "SUBACK", 10: "UNSUBSCRIBE", 11: "UNSUBACK", 12: "PINGREQ", 13: "PINGRESP",
    14: "DISCONNECT",
}  # fmt: skip
MQTT_LENGTH = varint(4)
QOS = {0: "at most once", 1: "at least once", 2: "exactly once"}
"""How sure a message arrives (MQTT 3.1.1 §4.3)."""


def _mqtt_flags(value: int, cursor: Cursor) -> str:
    kind = cursor["packet type"]
    if kind == 3:
        kept = ", kept for later subscribers" if value & 1 else ""
        return QOS.get(value >> 1 & 3, "not a QoS") + kept
    expected = 2 if kind in (6, 8, 10) else 0
    if value != expected:
        raise InputError(f"Expected the flags {expected} in a {MQTT_TYPES[kind]}, got {value}.")
    return "always this in such a packet"


def _mqtt_string(name: str, kind: Any, means: str, section: str, when: Any) -> tuple[Part, Part]:
    size = f"length of the {name}"
    return (
        Part(size, "length", bits(16), "in bytes", "MQTT 3.1.1 §1.5.3", when),
        Part(name, kind, text(size), means, section, when),
    )


def _connect_flag(mask: int) -> Callable[[Cursor], bool]:
    return lambda cursor: CONNECT(cursor) and bool(cursor["connect flags"] & mask)


def _with_identifier(cursor: Cursor) -> bool:
    kind = cursor["packet type"]
    return kind in range(4, 12) or (kind == 3 and cursor["flags"] & 6 != 0)


CONNECT, PUBLISH = has("packet type", 1), has("packet type", 3)
SUBSCRIBE, UNSUBSCRIBE = has("packet type", 8), has("packet type", 10)
MQTT = Form(
    "MQTT",
    (
        Part("packet type", "opcode", bits(4), MQTT_TYPES, "MQTT 3.1.1 §2.2.1"),
        Part("flags", "rsv", bits(4), _mqtt_flags, "MQTT 3.1.1 §2.2.2"),
        Part(
            "remaining length", "length", MQTT_LENGTH,
            lambda value, cursor: counted(value, "byte") + " follow in this packet",
            "MQTT 3.1.1 §2.2.3", then="remaining length",
        ),
        *_mqtt_string("protocol name", "payload", "always MQTT", "MQTT 3.1.1 §3.1.2.1", CONNECT),
        Part("level", "code", bits(8), {4: "MQTT 3.1.1"}, "MQTT 3.1.1 §3.1.2.2", CONNECT),
        Part(
            "connect flags", "fin", bits(8),
            lambda value, cursor: "start a new session" if value & 2
            else "go on with an earlier session",
            "MQTT 3.1.1 §3.1.2.3", CONNECT,
        ),
        Part(
            "keep alive", "mask", bits(16),
            lambda value, cursor: f"a packet at least every {value} seconds" if value
            else "switched off",
            "MQTT 3.1.1 §3.1.2.10", CONNECT,
        ),
        *_mqtt_string("client id", "payload", "who connects", "MQTT 3.1.1 §3.1.3.1", CONNECT),
        Part(
            "will, name, password", "reason", raw, "as the connect flags say",
            "MQTT 3.1.1 §3.1.3", _connect_flag(0b1100_0100),
        ),
        Part(
            "session present", "fin", bits(8), {0: "a new session", 1: "an earlier one goes on"},
            "MQTT 3.1.1 §3.2.2.2", has("packet type", 2),
        ),
        Part(
            "return code", "code", bits(8),
            lambda value, cursor: "accepted" if value == 0 else "refused",
            "MQTT 3.1.1 §3.2.2.3", has("packet type", 2),
        ),
        *_mqtt_string("topic", "payload", "what it is about", "MQTT 3.1.1 §3.3.2.1", PUBLISH),
        Part(
            "packet identifier", "key", bits(16), "its answer has the same number",
            "MQTT 3.1.1 §2.3.1", _with_identifier,
        ),
        Part("message", "reason", rest, "what the application says", "MQTT 3.1.1 §3.3.3", PUBLISH),
        Again(
            (
                *_mqtt_string(
                    "filter", "payload", "which topics", "MQTT 3.1.1 §3.8.3", lambda cursor: True
                ),
                Part("most QoS", "code", bits(8), QOS, "MQTT 3.1.1 §3.8.3", SUBSCRIBE),
            ),
            when=lambda cursor: SUBSCRIBE(cursor) or UNSUBSCRIBE(cursor),
        ),
        Again(
            (
                Part(
                    "granted", "code", bits(8),
                    {**QOS, 128: "refused"},
                    "MQTT 3.1.1 §3.9.3",
                ),
            ),
            when=has("packet type", 9),
        ),
    ),
    lambda cursor: MQTT_TYPES[cursor["packet type"]],
)  # fmt: skip

# -- STOMP -----------------------------------------------------------------------------------------

_LINE = until(b"\r\n", b"\n")


def _stomp_body(cursor: Cursor) -> tuple[bytes, str]:
    """As many bytes as content-length says; without it, up to the first NUL."""
    sizes = [
        value.partition(b":")[2]
        for value in cursor.values.get("header", [])
        if value.startswith(b"content-length:")
    ]
    if sizes and not sizes[0].strip().isdigit():
        raise InputError("Expected content-length to be a number.")
    size = int(sizes[0]) if sizes else cursor.left.find(b"\0")
    if size < 0 or len(cursor.left) <= size:
        raise NotWholeError
    body = cursor.text(size)
    return body, shown_text(body)


def _not_heart_beat(cursor: Cursor) -> bool:
    return bool(cursor["command"])


def _ends_here(value: Any, cursor: Cursor) -> str:
    cursor.end = cursor.at
    return "the end of the frame"


def _nul(value: Any, cursor: Cursor) -> str:
    if value:
        raise InputError(f"Expected a byte 0 after the body, got {value}.")
    return _ends_here(value, cursor)


_STOMP = "STOMP 1.2"
STOMP = Form(
    "STOMP",
    (
        Part(
            "command", "opcode", _LINE,
            lambda value, cursor: "what the frame is for" if value else _ends_here(value, cursor)
            and "only a line end: still there (a heart-beat)", _STOMP,
        ),
        Again(
            (
                Part(
                    "header", "length", _LINE,
                    lambda value, cursor: "how many bytes the body has"
                    if value.startswith(b"content-length:")
                    else "a name, a colon, a value",
                    _STOMP,
                ),
            ),
            when=_not_heart_beat,
            until=b"\n",
        ),
        Part("empty line", "rsv", _LINE, "the headers end", _STOMP, _not_heart_beat),
        Part("body", "payload", _stomp_body, "what the application says", _STOMP, _not_heart_beat),
        Part("NUL", "fin", bits(8), _nul, _STOMP, _not_heart_beat),
    ),
    lambda cursor: shown_text(cursor["command"], 20) or "a heart-beat",
)  # fmt: skip

# -- Jupyter ---------------------------------------------------------------------------------------


def _to_offset(place: int) -> How:
    def read(cursor: Cursor) -> tuple[bytes, str]:
        offsets = cursor.values["offset"]
        if not cursor.at <= offsets[place] <= cursor.end:
            raise InputError(f"Expected offsets that rise up to {cursor.end}, got {offsets}.")
        taken = cursor.text(offsets[place] - cursor.at)
        return taken, shown_text(taken)

    return read


def _message_type(value: bytes, cursor: Cursor) -> str:
    try:
        return f"JSON: {json.loads(value)['msg_type']}"
    except (ValueError, RecursionError, KeyError, TypeError):
        raise InputError("Expected a header in JSON, with a msg_type.") from None


def _enough(value: int, cursor: Cursor) -> str:
    if not len(PARTS) < value <= MOST:
        raise InputError(f"Expected from {len(PARTS) + 1} to {MOST} offsets, got {value}.")
    return "offsets that follow"


_JUPYTER = "jupyter_server"
JUPYTER = Form(
    "Jupyter",
    (
        Part("number of offsets", "code", little(8), _enough, _JUPYTER),
        Again(
            (Part("offset", "length", little(8), "where a part begins or ends", _JUPYTER),),
            times="number of offsets",
        ),
        Part(
            "channel", "opcode", _to_offset(1), "which of the kernel's channels it takes", _JUPYTER
        ),
        Part("header", "key", _to_offset(2), _message_type, _JUPYTER),
        Part("parent header", "mask", _to_offset(3), "the header it answers", _JUPYTER),
        Part("metadata", "rsv", _to_offset(4), "remarks", _JUPYTER),
        Part("content", "payload", _to_offset(5), "what the message says", _JUPYTER),
        Part("buffers", "reason", raw, "raw bytes", _JUPYTER, lambda cursor: bool(cursor.left)),
    ),
    lambda cursor: (
        f"{json.loads(cursor['header'])['msg_type']} on {shown_text(cursor['channel'], 20)}"
    ),
)
