"""Wrong answers to lesson 13: more than one module can hold beside the exercises."""

import json
from collections.abc import Callable
from typing import Any, Literal

from wslearn.checking.exercise import Wrong

Message = dict[str, Any]
Order = Literal["little", "big"]

ORDER = (
    "Host",
    "Upgrade",
    "Connection",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "Authorization",
)
"""The headers of a request in the order in which the solution has them."""


def in_order(request: object) -> object:
    """A request with its headers in one order and spelling: neither means anything (§4.2.1).

    Nor does it in the values of Upgrade and Connection.
    """
    if not isinstance(request, bytes):
        return request
    first, *lines = request.split(b"\r\n")
    known = {name.lower().encode(): name.encode() for name in ORDER}
    named = [(known.get(line.partition(b":")[0].lower()), line) for line in lines]
    ours = {name: name + _usual(line[len(name) :]) for name, line in named if name}
    others = [line for name, line in named if not name]
    return b"\r\n".join([first, *(ours[name] for name in known.values() if name in ours), *others])


def _usual(value: bytes) -> bytes:
    """``: websocket`` and ``: Upgrade`` for these words however they are spelt."""
    return {b": websocket": b": websocket", b": upgrade": b": Upgrade"}.get(value.lower(), value)


def asked(
    line: str = "GET {path} HTTP/1.1", end: str = "\r\n\r\n", new_line: str = "\r\n", **changed: str
) -> Callable[..., bytes]:
    """An answer as it should be, but for what is changed; an empty value leaves a header out."""

    def answer(host: str, path: str, key: str, token: str) -> bytes:
        values = (host, "websocket", "Upgrade", key, "13", f"token {token}")
        lines = dict(zip(ORDER, values, strict=True))
        lines |= {name.replace("_", "-"): value for name, value in changed.items()}
        given = {"host": host, "path": path, "key": key, "token": token}
        head = [f"{name}: {value.format(**given)}" for name, value in lines.items() if value]
        return (new_line.join([line.format(**given), *head]) + end).encode()

    return answer


ASKING = (
    Wrong(
        asked(end="\r\n"),
        "The empty line at the end is missing. Without it the server waits for more headers: end "
        "with two line ends, one for the last header and one for the empty line.",
    ),
    Wrong(
        asked(end=""),
        "Nothing stands behind the last header. It needs its own line end, and then an empty line.",
    ),
    Wrong(
        asked(new_line="\n", end="\n\n"),
        "The lines end with \\n alone. In HTTP a line ends with two characters, \\r\\n.",
    ),
    Wrong(
        asked(Authorization=""),
        "Authorization is missing, so Jupyter answers 403. Its value is the word token, a space, "
        "and the token.",
    ),
    Wrong(
        asked(Authorization="{token}"),
        "Authorization holds the token alone. The word token comes first, then a space.",
    ),
    Wrong(
        asked(Authorization="Token {token}"),
        "Write the word token in Authorization in small letters, as in the task.",
    ),
    Wrong(
        asked(Authorization="Bearer {token}"),
        "Other servers want the word Bearer before a token. Here it is the word token.",
    ),
    Wrong(
        asked(Sec_WebSocket_Version=""),
        "Sec-WebSocket-Version is missing. The server then answers 426 and does not guess.",
    ),
    Wrong(
        asked(Connection=""),
        "The header Connection is missing. Upgrade alone is not enough: both are needed.",
    ),
    Wrong(
        asked(Upgrade=""),
        "The header Upgrade is missing. It names the protocol that the connection should change "
        "to: websocket.",
    ),
    Wrong(
        asked(Host=""),
        "The header Host is missing. HTTP 1.1 asks for it in every request.",
    ),
    Wrong(
        asked(line="GET ws://{host}{path} HTTP/1.1"),
        "The first line names the whole address. Only the path belongs there; the host has a "
        "header of its own.",
    ),
    Wrong(
        asked(line="GET {path}"),
        "The first line ends too early. The version of HTTP belongs there: HTTP/1.1.",
    ),
    Wrong(
        asked(line="GET {path} HTTP/1.0"),
        "HTTP 1.0 knows no Upgrade. A WebSocket needs HTTP 1.1.",
    ),
    Wrong(
        asked(Sec_WebSocket_Key="Hello"),
        "The key is not the one that was given. Each connection has another one.",
    ),
    Wrong(
        lambda *given: asked()(*given).decode(),
        "It is text. A socket sends bytes: put .encode() at the end.",
    ),
)


def told(
    messages: list[Message],
    fits: Callable[[Message], bool],
    text: Callable[[Message], str] = lambda message: str(message["content"]["text"]),
    between: str = "",
) -> str:
    """The text of the messages that fit."""
    return between.join(text(message) for message in messages if fits(message))


def is_stream(message: Message) -> bool:
    return bool(message["msg_type"] == "stream")


def has_parent(message: Message, msg_id: str) -> bool:
    return bool(message["parent_header"].get("msg_id") == msg_id)


FINDING = (
    Wrong(
        lambda messages, msg_id: told(messages, is_stream),
        "The output of every cell was taken. Only messages whose parent header holds our msg_id "
        "answer us.",
    ),
    Wrong(
        lambda messages, msg_id: told(
            messages, lambda m: is_stream(m) and m["parent_header"]["msg_id"] == msg_id
        ),
        "A message may have no parent: its parent header is empty. Ask with "
        '.get("msg_id"), which gives None then.',
    ),
    Wrong(
        lambda messages, msg_id: told(
            messages, lambda m: is_stream(m) and m["header"]["msg_id"] == msg_id
        ),
        "It looked at the message's own header. The number of the question is in the parent "
        "header of the answer.",
    ),
    Wrong(
        lambda messages, msg_id: told(
            messages, lambda m: is_stream(m) and has_parent(m, msg_id), between="\n"
        ),
        "Something was put between the pieces. A cell that prints twice sends its line ends along.",
    ),
    Wrong(
        lambda messages, msg_id: next(
            (told([m], is_stream) for m in messages if is_stream(m) and has_parent(m, msg_id)), ""
        ),
        "Only the first piece was taken. A cell may print many times, and each time a message "
        "comes.",
    ),
    Wrong(
        lambda messages, msg_id: told(
            messages,
            lambda m: has_parent(m, msg_id) and "text" in m["content"],
        ),
        "Another kind of message has a text as well, and it was taken too. Output is what comes "
        "in messages of the kind stream.",
    ),
    Wrong(
        lambda messages, msg_id: [
            m["content"]["text"] for m in messages if is_stream(m) and has_parent(m, msg_id)
        ],
        "It is a list of pieces. The page shows one text: put the pieces together.",
    ),
    Wrong(
        lambda messages, msg_id: told(
            messages, lambda m: is_stream(m) and has_parent(m, msg_id)
        ).strip(),
        "The line ends around the text were cut off. They belong to what the cell printed.",
    ),
)


def packed(
    parts: list[bytes],
    *,
    order: Order = "little",
    width: int = 8,
    count: int = 1,
    first: int = 2,
    last: bool = True,
    sizes: bool = False,
) -> bytes:
    """The layout with something else in it than there should be."""
    offsets = [width * (len(parts) + first)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    if sizes:
        offsets = [len(part) for part in parts]
    elif not last:
        offsets.pop()
    numbers = [len(parts) + count, *offsets]
    return b"".join([number.to_bytes(width, order) for number in numbers]) + b"".join(parts)


PACKING = (
    Wrong(
        lambda parts: packed(parts, order="big"),
        "The numbers are in network byte order, as in a frame's header. Jupyter's own numbers are "
        "little-endian: the byte that counts least comes first.",
    ),
    Wrong(
        lambda parts: packed(parts, count=0, first=1, last=False),
        "The last offset is missing, the one that says where the last part ends.",
    ),
    Wrong(
        lambda parts: packed(parts, count=0, last=False),
        "The last offset is missing, the one that says where the last part ends. The first number "
        "counts it, too.",
    ),
    Wrong(
        lambda parts: packed(parts, count=0),
        "The first number counts the parts. It should count the offsets, and there is one offset "
        "more than parts.",
    ),
    Wrong(
        lambda parts: packed(parts, first=1),
        "The offsets begin too early. Count the first number too: it takes eight bytes like each "
        "offset.",
    ),
    Wrong(
        lambda parts: packed(parts, first=0),
        "The offsets begin too early. In front of the parts stand two numbers more than there are "
        "parts: how many offsets follow, and the offset where the last part ends.",
    ),
    Wrong(
        lambda parts: packed(parts, first=-len(parts)),
        "The offsets are counted from the first part. They are counted from the first byte of the "
        "message, where the numbers stand.",
    ),
    Wrong(
        lambda parts: packed(parts, count=0, sizes=True),
        "These are sizes. An offset says where a part begins, and one more says where the last "
        "part ends.",
    ),
    Wrong(
        lambda parts: packed(parts, sizes=True),
        "These are sizes. An offset says where a part begins: the beginning of the part before, "
        "and its size on top.",
    ),
    Wrong(
        lambda parts: packed(parts, width=4),
        "The numbers take four bytes. Each should take eight.",
    ),
    Wrong(
        lambda parts: packed(parts)[: 8 * (len(parts) + 2)],
        "The parts themselves are missing behind the numbers.",
        telling=(([b"iopub", b"{}", b"{}", b"{}", b"{}"],),),
    ),
    Wrong(
        lambda parts: packed(parts)[8:],
        "The first number is missing: how many offsets follow.",
    ),
)


def unpacked(data: bytes, *, more: int = 1, check: str = "cbo") -> list[bytes] | None:
    """The parts, read with something left out: ``check`` names what is looked at before."""
    count = int.from_bytes(data[:8], "little")
    if "c" in check and (count < 2 or 8 * (count + 1) > len(data)):
        return None
    count = min(count, 1000)  # a wrong answer should come to an end here
    offsets = [int.from_bytes(data[8 * i : 8 * i + 8], "little") for i in range(1, count + 1)]
    if "b" in check and offsets[-1:] and offsets[-1] > len(data):
        return None
    if "o" in check and offsets != sorted(offsets):
        return None
    return [data[offsets[i] : offsets[i + 1]] for i in range(len(offsets) - more)]


def to_the_end(data: bytes) -> list[bytes] | None:
    parts = unpacked(data)
    if parts is None:
        return None
    count = int.from_bytes(data[:8], "little")
    return [*parts, data[int.from_bytes(data[8 * count : 8 * count + 8], "little") :]]


def without_the_first_number(data: bytes) -> list[bytes] | None:
    """As it should be, but eight bytes too few are asked for."""
    count = int.from_bytes(data[:8], "little")
    if not 2 <= count <= len(data) // 8:
        return None
    return unpacked(data, check="bo")


def no_empty_part(data: bytes) -> list[bytes] | None:
    parts = unpacked(data)
    return None if parts is None or b"" in parts else parts


def nothing_behind(data: bytes) -> list[bytes] | None:
    count = int.from_bytes(data[:8], "little")
    last = int.from_bytes(data[8 * count : 8 * count + 8], "little")
    return unpacked(data) if last == len(data) else None


UNPACKING = (
    Wrong(
        to_the_end,
        "One part too many. The last offset does not begin a part, it ends the last one.",
    ),
    Wrong(
        lambda data: unpacked(data, more=2),
        "The last part is missing. Between n offsets lie n - 1 parts.",
    ),
    Wrong(
        lambda data: unpacked(data, check="bo"),
        "The first number was believed. Fewer bytes may be there than so many offsets need, and "
        "below two there is no part at all: look at it before you use it.",
    ),
    Wrong(
        lambda data: unpacked(data, check="co"),
        "An offset may lie behind the end of the message. Python's slices do not complain, so you "
        "have to.",
    ),
    Wrong(
        lambda data: unpacked(data, check="cb"),
        "An offset smaller than the one before it passed. A part cannot end before it begins.",
    ),
    Wrong(
        lambda data: unpacked(data, check=""),
        "The parts are right, but nothing was checked. What comes from the network may hold any "
        "number: return None where they cannot be right.",
    ),
    Wrong(
        lambda data: [] if unpacked(data) is None else unpacked(data),
        "For a message that cannot be right the task asks for None, not for an empty list.",
    ),
    Wrong(
        lambda data: None if (parts := unpacked(data)) is None else [p.decode() for p in parts],
        "The parts are text here. A buffer may hold any bytes: leave the .decode() out.",
    ),
    Wrong(
        without_the_first_number,
        "Eight bytes too few were asked for. The first number takes eight bytes as well, so "
        "8 * (count + 1) have to be there.",
    ),
    Wrong(
        no_empty_part,
        "Two equal offsets were refused. Then a part is empty, and that may be.",
    ),
    Wrong(
        nothing_behind,
        "A message that goes on behind the last offset was refused. That is none of the four "
        "reasons: only an offset behind the end of the message is wrong.",
    ),
)


def read(
    opcode: int,
    payload: bytes,
    *,
    order: Order = "little",
    text: int = 1,
    header: int = 1,
    empty: str | None = "",
) -> tuple[str, str, str | None]:
    """Channel, kind and parent, with something read from where it is not."""
    if opcode == text:
        message = json.loads(payload)
        parts = [message["header"], message["parent_header"]]
        channel = message["channel"]
    else:
        count = min(int.from_bytes(payload[:8], order), 100)  # an end also where this is wrong
        offsets = [int.from_bytes(payload[8 * i : 8 * i + 8], order) for i in range(1, count + 1)]
        cut = [payload[offsets[i] : offsets[i + 1]] for i in range(count - 1)]
        channel = cut[0].decode()
        parts = [json.loads(cut[header]), json.loads(cut[header + 1])]
    return channel, parts[0]["msg_type"], parts[1].get("msg_id", empty)


def own_id(opcode: int, payload: bytes) -> tuple[str, str, str]:
    """The message's own number in place of its parent's: each of ours is called k."""
    channel, kind, _ = read(opcode, payload)
    return channel, kind, "k"


def impatient(opcode: int, payload: bytes) -> tuple[str, str, str | None]:
    """As it should be, but a message without a parent is not thought of."""
    channel, kind, parent = read(opcode, payload, empty="?")
    if parent == "?":
        raise KeyError("msg_id")
    return channel, kind, parent


READING = (
    Wrong(
        lambda opcode, payload: read(1, payload),
        "A binary message is no JSON: numbers stand in front. The opcode says which form it has.",
    ),
    Wrong(
        lambda opcode, payload: read(2, payload),
        "A text message has no offsets: the whole payload is one piece of JSON.",
    ),
    Wrong(
        lambda opcode, payload: read(opcode, payload, text=2),
        "The two forms are mixed up. Text has opcode 1, binary opcode 2.",
    ),
    Wrong(
        lambda opcode, payload: read(opcode, payload, order="big" if opcode == 2 else "little"),
        "The offsets were read in network byte order. Jupyter's are little-endian.",
    ),
    Wrong(
        impatient,
        "A message may have no parent: its parent header is empty. Then the task asks for an "
        "empty text.",
    ),
    Wrong(
        lambda opcode, payload: read(opcode, payload, header=2),
        "The parts were counted one too far. The first part is the channel, the second the header, "
        "the third the parent header.",
    ),
    Wrong(
        lambda opcode, payload: list(read(opcode, payload)),
        "It is a list. The task asks for a tuple: return channel, kind, parent.",
    ),
    Wrong(
        lambda opcode, payload: (
            read(opcode, payload)[0],
            read(opcode, payload)[1],
            read(opcode, payload, empty="None")[2],
        ),
        "Without a parent the text None was returned. The task asks for an empty text.",
    ),
    Wrong(
        own_id,
        "That is the message's own msg_id. What it answers stands in the parent header.",
    ),
    Wrong(
        lambda opcode, payload: read(opcode, payload, empty=None),
        'Without a parent None was returned. The task asks for an empty text: .get("msg_id", "").',
    ),
)
