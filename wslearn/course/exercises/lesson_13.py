"""Lesson 13: the WebSocket between a page of JupyterLab and its server."""

import json

from wslearn.course.exercise import Exercise, cases

from .slips_13 import ASKING, FINDING, PACKING, READING, UNPACKING, Message, in_order, packed


def opening_request(host: str, path: str, key: str, token: str) -> bytes:
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        f"Authorization: token {token}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def output_of(messages: list[Message], msg_id: str) -> str:
    text = ""
    for message in messages:
        parent = message["parent_header"].get("msg_id")
        if parent == msg_id and message["msg_type"] == "stream":
            text = text + message["content"]["text"]
    return text


def pack_parts(parts: list[bytes]) -> bytes:
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    data = len(offsets).to_bytes(8, "little")
    for offset in offsets:
        data = data + offset.to_bytes(8, "little")
    return data + b"".join(parts)


def unpack_parts(data: bytes) -> list[bytes] | None:
    count = int.from_bytes(data[:8], "little")
    if count < 2 or 8 * (count + 1) > len(data):
        return None
    offsets = []
    for index in range(1, count + 1):
        offsets.append(int.from_bytes(data[8 * index : 8 * index + 8], "little"))
    if offsets != sorted(offsets) or offsets[-1] > len(data):
        return None
    parts = []
    for index in range(count - 1):
        parts.append(data[offsets[index] : offsets[index + 1]])
    return parts


def read_message(opcode: int, payload: bytes) -> tuple[str, str, str]:
    if opcode == 1:
        message = json.loads(payload)
        channel, header, parent = message["channel"], message["header"], message["parent_header"]
    else:
        offsets = []
        for index in range(1, 5):
            offsets.append(int.from_bytes(payload[8 * index : 8 * index + 8], "little"))
        channel = payload[offsets[0] : offsets[1]].decode()
        header = json.loads(payload[offsets[1] : offsets[2]])
        parent = json.loads(payload[offsets[2] : offsets[3]])
    return channel, header["msg_type"], parent.get("msg_id", "")


NONCE = "dGhlIHNhbXBsZSBub25jZQ=="
"""The sample nonce of RFC 6455 §1.3."""


def message(kind: str, parent: str = "", own: str = "k", **content: str) -> Message:
    """A message as the kernel would send it, as short as it can be."""
    return {
        "msg_type": kind,
        "header": {"msg_id": own, "msg_type": kind},
        "parent_header": {"msg_id": parent} if parent else {},
        "content": content,
    }


HELLO = message("stream", "a", text="Hello\n")
WORLD = message("stream", "a", "k2", text="world\n")
OTHER = message("stream", "b", text="other\n")
BUSY = message("status", "a", execution_state="busy")
STARTING = message("status", execution_state="starting")
ORPHAN = message("stream", text="from a thread\n")
MINE = message("stream", "b", "a", text="late\n")
ASIDE = message("comm_msg", "a", text="for a widget")

SMALL = [b"iopub", b"{}", b"{}", b"{}", b"{}"]
WITH_BUFFER = [b"shell", b'{"a": 1}', b"{}", b"{}", b'{"b": 2}', bytes(range(256))]
ROWS = [
    SMALL,
    [b"control", b"{}"],
    [b"a"],
    [b"", b""],
    WITH_BUFFER,
    [b"x" * 300, b""],
    [b"h", b"i"],
]


def numbers(*values: int, rest: bytes = b"") -> bytes:
    """Bytes that begin with these numbers, little-endian."""
    return b"".join(value.to_bytes(8, "little") for value in values) + rest


def as_json(channel: str, kind: str, parent: str) -> bytes:
    """A message in the text form."""
    sender = {"msg_id": parent} if parent else {}
    header = {"msg_id": "k", "msg_type": kind}
    return json.dumps(
        {"channel": channel, "msg_type": kind, "header": header, "parent_header": sender}
    ).encode()


def as_binary(channel: str, kind: str, parent: str, *buffers: bytes) -> bytes:
    """The same in the binary form."""
    header, sender = {"msg_id": "k", "msg_type": kind}, {"msg_id": parent} if parent else {}
    parts = [json.dumps(part).encode() for part in (header, sender, {}, {})]
    return packed([channel.encode(), *parts, *buffers])


ANSWERS = [
    ("iopub", "status", "7"),
    ("control", "kernel_info_reply", "42"),
    ("iopub", "stream", ""),
]

EXERCISES = (
    Exercise(
        id="13.1",
        title="The request, by hand",
        task=(
            "Write `opening_request`. It takes a host with its port, a path, a key and a token, "
            "all of them text. It returns the bytes of an opening handshake for Jupyter's server: "
            "the first line, the five headers that RFC 6455 asks for, and Authorization, which "
            "holds the word token, a space, and the token. The order of the headers is yours."
        ),
        starter="def opening_request(host, path, key, token):",
        hints=(
            "A line for each header: its name, a colon, a space, its value. Two of the values are "
            "always the same word: websocket and Upgrade.",
            "Put the lines into a list, and the list together with \\r\\n between the lines. What "
            "has to come behind the last line?",
            '("\\r\\n".join(lines) + "\\r\\n\\r\\n").encode(), where lines begins with '
            'f"GET {path} HTTP/1.1" and f"Host: {host}"',
        ),
        reference=opening_request,
        measure=in_order,
        cases=cases(
            [("127.0.0.1:8888", "/api/kernels/1/channels", NONCE, "secret")],
            [
                ("localhost:80", "/", NONCE, "a"),
                (
                    "127.0.0.1:9999",
                    "/user/mia/api/kernels/2/channels",
                    "AQIDBAUGBwgJCgsMDQ4PEC==",
                    "b c",
                ),
            ],
        ),
        section="4.1",
        wrong=ASKING,
    ),
    Exercise(
        id="13.2",
        title="Whose output this is",
        task=(
            "Write `output_of`. It takes a list of messages from the kernel and the msg_id of the "
            "request that ran a cell. It returns the text that this cell printed: the texts of all "
            "messages of the kind stream that answer this request, in order, put together. If "
            "there is none, the text is empty."
        ),
        starter="def output_of(messages, msg_id):",
        hints=(
            "Begin with an empty text and go through the messages. Two things must hold for each "
            "one that you take.",
            'The kind is in message["msg_type"]. What it answers is in message["parent_header"], '
            "and that may be empty.",
            'if message["msg_type"] == "stream" and message["parent_header"].get("msg_id") == '
            'msg_id: text = text + message["content"]["text"]',
        ),
        reference=output_of,
        cases=cases(
            [([HELLO], "a"), ([HELLO, OTHER], "a")],
            [
                ([], "a"),
                ([HELLO], "b"),
                ([BUSY, HELLO, WORLD], "a"),
                ([HELLO, OTHER, WORLD], "a"),
                ([HELLO, OTHER, WORLD], "b"),
                ([STARTING, HELLO], "a"),
                ([ORPHAN, HELLO], "a"),
                ([MINE, HELLO], "a"),
                ([ASIDE, HELLO], "a"),
            ],
        ),
        wrong=FINDING,
    ),
    Exercise(
        id="13.3",
        title="Offsets",
        task=(
            "Write `pack_parts`. It takes a list of parts, each of them bytes, and returns one "
            "message in Jupyter's binary form. First the number of offsets, then the offsets, then "
            "the parts one behind the other. An offset says where a part begins, counted from the "
            "first byte of the message; one more says where the last part ends. Each number takes "
            "eight bytes, little-endian."
        ),
        starter="def pack_parts(parts):",
        hints=(
            "For two parts there are three offsets, and with the number in front four numbers. So "
            "where does the first part begin?",
            "The first offset is 8 * (len(parts) + 2). Each further one is the one before it plus "
            "the size of a part.",
            "offsets = [8 * (len(parts) + 2)]; for part in parts: offsets.append(offsets[-1] + "
            'len(part)); then number.to_bytes(8, "little") for len(offsets) and for each of them',
        ),
        reference=pack_parts,
        cases=cases([([b"h", b"i"],), ([b"a"],), (SMALL,)], [(row,) for row in ROWS]),
        anchor=(  # what jupyter_server makes of them (services/kernels/connection/base.py)
            (SMALL,),
            bytes.fromhex(
                "0600000000000000 3800000000000000 3d00000000000000 3f00000000000000"
                "4100000000000000 4300000000000000 4500000000000000"
            )
            + b"iopub{}{}{}{}",
        ),
        wrong=PACKING,
    ),
    Exercise(
        id="13.4",
        title="And back, if it can be right",
        task=(
            "Write `unpack_parts`. It takes the bytes of one message in the binary form and "
            "returns the list of its parts. What comes from a network may hold any number, so "
            "return None where the numbers cannot be right: fewer than two offsets, fewer bytes "
            "than the offsets themselves need, an offset smaller than the one before it, or one "
            "behind the end of the message."
        ),
        starter="def unpack_parts(data):",
        hints=(
            'The first number is int.from_bytes(data[:8], "little"). Compare it with len(data) '
            "before you go on.",
            "Offset number i stands in data[8 * i : 8 * i + 8], beginning with 1. sorted(offsets) "
            "shows whether they rise.",
            "With count offsets there are count - 1 parts: data[offsets[i] : offsets[i + 1]] for "
            "each i in range(count - 1), after three comparisons that return None",
        ),
        reference=unpack_parts,
        cases=cases(
            [(packed([b"h", b"i"]),), (numbers(2, 24, 99, rest=b"hi"),), (packed(SMALL),)],
            [(packed(row),) for row in ROWS]
            + [
                (b"",),
                (b"Hello",),
                (numbers(0),),
                (numbers(1, 16),),
                (numbers(2, 24),),
                (numbers(2, 0),),
                (numbers(2**62, 24, 24),),
                (numbers(3, 32, 40, 35, rest=b"overlap!"),),
                (numbers(3, 32, 31, 40, rest=b"overlap!"),),
                (numbers(2, 24, 27, rest=b"hi"),),
                (numbers(2, 24, 25, rest=b"hi"),),
            ],
        ),
        wrong=UNPACKING,
    ),
    Exercise(
        id="13.5",
        title="One reader for both forms",
        task=(
            "Write `read_message`. It takes the opcode and the payload of a message from Jupyter: "
            "JSON in a text message, the form with offsets in a binary one. It returns a tuple of "
            "three texts: the channel, the kind (`msg_type` in the header), and the `msg_id` in "
            "the parent header, empty if there is none."
        ),
        starter="def read_message(opcode, payload):",
        setup=("import json",),
        hints=(
            "Two ways, one end: get the channel, the header and the parent header from either "
            "form. What follows is the same for both.",
            "Of the binary form you need three parts, so four offsets. json.loads reads a part, "
            "and .decode() makes text of the channel.",
            'return channel, header["msg_type"], parent.get("msg_id", ""), after channel, header '
            "and parent came from json.loads(payload) or from payload[offsets[0] : offsets[1]] "
            "and its neighbours",
        ),
        reference=read_message,
        cases=cases(
            [(1, as_json(*ANSWERS[0])), (2, as_binary(*ANSWERS[0]))],
            [
                *((1, as_json(*answer)) for answer in ANSWERS),
                *((2, as_binary(*answer)) for answer in ANSWERS),
                (2, as_binary("iopub", "display_data", "9", bytes(range(256)))),
                (2, as_binary("shell", "execute_reply", "1" * 32)),
            ],
        ),
        wrong=READING,
    ),
)
