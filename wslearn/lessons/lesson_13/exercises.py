"""Lesson 13: the WebSocket between a page of JupyterLab and its server."""

import json

from wslearn.checking.exercise import Exercise, cases
from wslearn.protocol.examples import SAMPLE_KEY

from .solutions import message, opening_request, output_of, pack_parts, read_message, unpack_parts

ORDER = (
    "Host",
    "Upgrade",
    "Connection",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "Authorization",
)
"""The headers of a request in the order in which the solution has them."""

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


def in_order(request: object) -> object:
    """A request with its headers in one order and spelling: neither means anything (§4.2.1).

    Nor does it in the values of Upgrade and Connection, nor do spaces after a colon.
    """
    if not isinstance(request, bytes):
        return request
    first, *lines = request.split(b"\r\n")
    known = {name.lower().encode(): name.encode() for name in ORDER}
    named = [(known.get(line.partition(b":")[0].lower()), line) for line in lines]
    ours = {name: name + _usual(line[len(name) + 1 :].strip()) for name, line in named if name}
    others = [line for name, line in named if not name]
    return b"\r\n".join([first, *(ours[name] for name in known.values() if name in ours), *others])


def _usual(value: bytes) -> bytes:
    """``: websocket`` and ``: Upgrade`` for these words however they are spelt."""
    return b": " + {b"websocket": b"websocket", b"upgrade": b"Upgrade"}.get(value.lower(), value)


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
    return pack_parts([channel.encode(), *parts, *buffers])


ANSWERS = [
    ("iopub", "status", "7"),
    ("control", "kernel_info_reply", "42"),
    ("iopub", "stream", ""),
]

EXERCISES = (
    Exercise(
        "13.1",
        opening_request,
        measure=in_order,
        cases=cases(
            [("127.0.0.1:8888", "/api/kernels/1/channels", SAMPLE_KEY, "secret")],
            [
                ("localhost:80", "/", SAMPLE_KEY, "a"),
                (
                    "127.0.0.1:9999",
                    "/user/mia/api/kernels/2/channels",
                    "AQIDBAUGBwgJCgsMDQ4PEC==",
                    "b c",
                ),
            ],
        ),
        section="4.1",
    ),
    Exercise(
        "13.2",
        output_of,
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
    ),
    Exercise(
        "13.3",
        pack_parts,
        cases=cases([([b"h", b"i"],), ([b"a"],), (SMALL,)], [(row,) for row in ROWS]),
        anchor=(  # what jupyter_server makes of them (services/kernels/connection/base.py)
            (SMALL,),
            bytes.fromhex(
                "0600000000000000 3800000000000000 3d00000000000000 3f00000000000000"
                "4100000000000000 4300000000000000 4500000000000000"
            )
            + b"iopub{}{}{}{}",
        ),
    ),
    Exercise(
        "13.4",
        unpack_parts,
        cases=cases(
            [(pack_parts([b"h", b"i"]),), (numbers(2, 24, 99, rest=b"hi"),), (pack_parts(SMALL),)],
            [(pack_parts(row),) for row in ROWS]
            + [
                (b"",),
                (b"\x02",),
                (numbers(0),),
                (numbers(1, 16),),
                (numbers(2, 24),),
                (numbers(2, 0),),
                (numbers(2**16, 24, 24),),
                (numbers(3, 32, 40, 35, rest=b"overlap!"),),
                (numbers(3, 32, 31, 40, rest=b"overlap!"),),
                (numbers(2, 24, 27, rest=b"hi"),),
                (numbers(2, 24, 25, rest=b"hi"),),
            ],
        ),
    ),
    Exercise(
        "13.5",
        read_message,
        setup=("import json",),
        cases=cases(
            [(1, as_json(*ANSWERS[0])), (2, as_binary(*ANSWERS[0]))],
            [
                *((1, as_json(*answer)) for answer in ANSWERS),
                *((2, as_binary(*answer)) for answer in ANSWERS),
                (2, as_binary("iopub", "display_data", "9", bytes(range(256)))),
                (2, as_binary("shell", "execute_reply", "1" * 32)),
            ],
        ),
    ),
)
