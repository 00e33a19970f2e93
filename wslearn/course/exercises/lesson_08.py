"""Lesson 08: the parts of a server that a stream of bytes and a careless client put to the test."""

from itertools import product

from wslearn.course.exercise import Exercise, cases

from . import slips_08 as slips

KEY = bytes.fromhex("37fa213d")


def read_exactly(pieces: list[bytes], sizes: tuple[int, ...]) -> list[bytes] | None:
    came = b""
    pieces = list(pieces)
    found = []
    for size in sizes:
        while len(came) < size:
            if not pieces:
                return None
            came += pieces.pop(0)
        found.append(came[:size])
        came = came[size:]
    return found


def status_for(head: str) -> int:
    first, *lines = head.split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip().lower()
    tokens = [token.strip() for token in headers.get("connection", "").split(",")]
    if first.split(" ")[0] != "GET" or "host" not in headers:
        return 400
    if headers.get("upgrade") != "websocket" or "upgrade" not in tokens:
        return 400
    if headers.get("sec-websocket-version") != "13":
        return 426
    return 101


def whole_frames(data: bytes) -> int:
    count = 0
    while len(data) >= 2:
        length = data[1] & 0b0111_1111
        start = 2
        if length == 126:
            start = 4
        elif length == 127:
            start = 10
        if start > 2:
            length = int.from_bytes(data[2:start], "big")
        size = start + 4 + length
        if len(data) < size:
            break
        count += 1
        data = data[size:]
    return count


def answer(opcode: int, payload: bytes) -> bytes:
    if opcode == 10:
        return b""
    if opcode == 9:
        opcode = 10
    if opcode == 8:
        payload = payload[:2]
    if opcode == 1:
        try:
            payload.decode()
        except UnicodeDecodeError:
            opcode, payload = 8, (1007).to_bytes(2, "big")
    return bytes([0b1000_0000 | opcode, len(payload)]) + payload


def serve_frames(frames: list[tuple[bool, int, bytes]]) -> list[tuple[int, object]]:
    sent = []
    kind, message = 0, b""
    for fin, opcode, payload in frames:
        if opcode == 9:
            sent.append((10, payload))
        elif opcode == 8:
            sent.append((8, 1000))
            break
        elif opcode != 10:
            if (opcode == 0) == (kind == 0):
                sent.append((8, 1002))
                break
            if opcode:
                kind, message = opcode, b""
            message += payload
            if fin:
                sent.append((kind, message))
                kind = 0
    return sent


STREAM = b"GET, then two frames, and a little more"
CUTS = (1, 2, 5, 7, 100)


def cut(data: bytes, size: int) -> list[bytes]:
    """The same bytes in pieces of so many."""
    return [data[start : start + size] for start in range(0, len(data), size)]


def head(**headers: str) -> str:
    """A request; an underscore in a name stands for a hyphen, and None leaves a header out."""
    usual = {
        "Host": "localhost",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
    }
    method = headers.pop("method", "GET")
    usual |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in usual.items() if value is not None]
    return "\r\n".join([f"{method} / HTTP/1.1", *lines, "", ""])


SMALL = "\r\n".join(
    ["GET / HTTP/1.1", "host:localhost", "UPGRADE: WebSocket", "connection: keep-alive , upgrade",
     "sec-websocket-version:13", "", ""]
)  # fmt: skip
BAD_HEADS = [
    head(method="POST"),
    head(method="GETS"),
    head(Host=None),
    head(Upgrade=None),
    head(Upgrade="h2c"),
    head(Connection=None),
    head(Connection="keep-alive"),
    head(Connection="no-upgrade"),
    head(Connection="close, upgraded"),
]
OLD_HEADS = [head(Sec_WebSocket_Version=version) for version in (None, "8", "14", "113", "")]
FINE_HEADS = [
    SMALL,
    head().lower().replace("get", "GET", 1).replace("http", "HTTP", 1),
    head().replace(": ", ":"),
    head(Upgrade="WebSocket"),
    head(Connection="keep-alive, Upgrade"),
    head(Connection="keep-alive,upgrade"),
    head(Host="127.0.0.1:8002", Origin="http://localhost:8888"),
]


def masked(length: int) -> bytes:
    """A client's binary frame with so many bytes; all zero, so they are the key again."""
    if length < 126:
        form = bytes([0b1000_0000 | length])
    elif length < 65536:
        form = b"\xfe" + length.to_bytes(2, "big")
    else:
        form = b"\xff" + length.to_bytes(8, "big")
    repeated = KEY * (length // 4 + 1)
    return b"\x82" + form + KEY + repeated[:length]


LENGTHS = (0, 1, 5, 125, 126, 127, 300, 65535, 65536)

HEL, LO = (False, 1, b"Hel"), (True, 0, b"lo")
EMPTY = (False, 1, b"")
HAPPENS = (
    (True, 1, b"Hello"),
    (True, 2, b"\xff"),
    HEL,
    (False, 0, b"l"),
    LO,
    (True, 9, b"?"),
    (True, 10, b"!"),
    (True, 8, b""),
)

EXERCISES = (
    Exercise(
        id="08.1",
        title="Read exactly so many bytes",
        task=(
            "Write `read_exactly`. It takes a list of pieces, as one `recv` after the other gave "
            "them, and a tuple of sizes: how many bytes the server wants to read each time. It "
            "returns the list of what it reads, each exactly as long as wanted. Bytes that are "
            "left in a piece wait for the next reading. If the pieces end too early, the answer "
            "is None. A size may be 0."
        ),
        starter="def read_exactly(pieces, sizes):",
        hints=(
            "Keep the bytes that came and were not read yet in a variable of their own. It lives "
            "from one size to the next. `pieces.pop(0)` takes the first piece out of the list.",
            "For each size: while fewer bytes are there than wanted, add the next piece. Then cut "
            "off the first `size` bytes; the rest stays.",
            "came = b'' before the loop. In it: while len(came) < size: if not pieces: return "
            "None; came += pieces.pop(0). Then append came[:size] and set came = came[size:].",
        ),
        reference=read_exactly,
        cases=cases(
            [([b"Hel", b"lo", b" you"], (5, 4)), ([b"Hello you"], (5, 4)), ([b"Hel"], (5,))],
            [
                (cut(STREAM, size), wanted)
                for size in CUTS
                for wanted in ((2, 4, 5), (0, 3), (len(STREAM),), (len(STREAM) + 1,), (30, 9, 1))
            ]
            + [([], ()), ([], (0,)), ([], (1,)), ([b"a"], (1, 0)), ([b"ab", b"cd"], (3,))],
        ),
        section="6.2",
        wrong=slips.READING,
    ),
    Exercise(
        id="08.2",
        title="Let in, or refuse?",
        task=(
            "Write `status_for`. It takes the head of a request as text and returns the status of "
            "the answer.\n\n"
            "- 400, if the method is not GET, or Host is missing, or Upgrade is not websocket, or "
            "Connection has no token Upgrade.\n"
            "- else 426, if Sec-WebSocket-Version is not 13: another version is wanted.\n"
            "- else 101.\n\n"
            "Capitals make no difference in the names, and none in the values of Upgrade and "
            "Connection. There may be space around a value or around a token. (The key is left "
            "out here; you know it from lesson 02.)"
        ),
        starter="def status_for(head):",
        hints=(
            "First make a dictionary of the headers, with all names in small letters. Then each "
            "question is one line. In which order are they asked?",
            "line.partition(':') cuts at the first colon; .lower() and .strip() do the rest. "
            "headers.get(name, '') gives an empty text where a header is missing. The tokens of "
            "Connection are separated by commas.",
            "first, *lines = head.split('\\r\\n'); first.split(' ')[0] is the method. Fill the "
            "dictionary; tokens = [t.strip() for t in headers.get('connection', '').split(',')]; "
            "then three ifs: the faults with 400, the version with 426, else 101.",
        ),
        reference=status_for,
        cases=cases(
            [(head(),), (SMALL,), (OLD_HEADS[1],)],
            [(one,) for one in (*BAD_HEADS, *OLD_HEADS, *FINE_HEADS)]
            + [(head(Upgrade=None, Sec_WebSocket_Version="8"),)],
        ),
        section="4.2.1",
        wrong=slips.LETTING_IN,
    ),
    Exercise(
        id="08.3",
        title="How many frames are whole?",
        task=(
            "Write `whole_frames`. It takes the bytes that one `recv` gave, from a client: frames "
            "one after the other, each masked, the last one perhaps cut anywhere. It returns how "
            "many of them are whole. All three forms of the length may occur."
        ),
        starter="def whole_frames(data):",
        hints=(
            "A frame has a header of two bytes, then none, two or eight bytes of length, then the "
            "key, then the payload. How many bytes is that in all?",
            "Take the size of the first frame; if so many bytes are there, count it and go on with "
            "what is behind it. Else stop. A slice that reaches behind the end is only shorter, "
            "and then the frame is surely not whole.",
            "while len(data) >= 2: length = data[1] & 127; start = 2, 4 or 10; where it is 4 or "
            "10, length = int.from_bytes(data[2:start], 'big'). size = start + 4 + length. If "
            "len(data) < size: break; else count, and data = data[size:].",
        ),
        reference=whole_frames,
        cases=cases(
            [(masked(5) + masked(2),), (masked(5) + masked(5)[:7],)],
            [(masked(length),) for length in LENGTHS]
            + [(masked(length) + masked(1) + masked(0),) for length in LENGTHS]
            + [(masked(length)[:-1],) for length in LENGTHS]
            + [(masked(300)[:size],) for size in range(9)]
            + [(masked(65536)[:size],) for size in range(2, 15)]
            + [(masked(3) * 4 + b"\x81",), (b"",)],
        ),
        section="5.2",
        wrong=slips.COUNTING,
    ),
    Exercise(
        id="08.4",
        title="The answer to each frame",
        task=(
            "Write `answer`. It takes the opcode and the unmasked payload of a whole frame from a "
            "client, at most 125 bytes, and returns the bytes of the frame with which an echo "
            "server answers: a text or binary message goes back as it came, a ping gets its pong, "
            "a pong gets nothing (no bytes), and a Close is answered with a Close that repeats "
            "the code, if there is one, but not the reason. A text that is not UTF-8 is answered "
            "with a Close with 1007."
        ),
        starter="def answer(opcode, payload):",
        hints=(
            "All answers have the same form: FIN and an opcode, the length, the payload. So decide "
            "on the opcode and the payload of the answer first, and build the frame at the end.",
            "9 becomes 10. For 8 the payload is payload[:2]. For 1 try payload.decode(); where "
            "that raises UnicodeDecodeError, the opcode is 8 and the payload the code 1007.",
            "if opcode == 10: return b''. Then the changes for 9, 8 and 1. At the end return "
            "bytes([0b1000_0000 | opcode, len(payload)]) + payload. "
            "(1007).to_bytes(2, 'big') makes the code.",
        ),
        reference=answer,
        cases=cases(
            [(1, b"Hello"), (9, b"Hello"), (8, b"\x03\xe8bye")],
            [
                (opcode, payload)
                for opcode in (1, 2, 9, 10)
                for payload in (b"", b"a", b"\xff", "Grüße".encode(), b"ab\xc3", bytes(125))
            ]
            + [(8, b""), (8, b"\x03\xe8"), (8, b"\x0f\xa0" + b"a" * 123)],
        ),
        anchor=((9, b"Hello"), bytes.fromhex("8a0548656c6c6f")),  # RFC 6455 §5.7
        section="5.5",
        wrong=slips.ANSWERING,
    ),
    Exercise(
        id="08.5",
        title="The whole conversation",
        task=(
            "Write `serve_frames`: the heart of an echo server. It takes the list of frames (fin, "
            "opcode, payload) that come from a client, and returns the list of what the server "
            "sends, in order, as tuples.\n\n"
            "- A message, whole or in fragments, goes back as one: (1, bytes) or (2, bytes).\n"
            "- A ping gets (10, its payload), also in the middle of a message; a pong gets "
            "nothing.\n"
            "- A Close gets (8, 1000), and then nothing more.\n"
            "- A continuation of nothing, or a new message inside another, gets (8, 1002), and "
            "then nothing more."
        ),
        starter="def serve_frames(frames):",
        hints=(
            "Keep two things from frame to frame: the kind of the message under way (0: there is "
            "none) and its bytes so far. Which frames may touch them?",
            "Sort by opcode: 9, 8, 10, and the rest are data. For data, a continuation (opcode 0) "
            "needs a message under way, the others need that there is none. `break` ends the loop "
            "after a Close.",
            "For data: if (opcode == 0) == (kind == 0), append (8, 1002) and break. If opcode is "
            "not 0: kind, message = opcode, b''. message += payload. If fin: append "
            "(kind, message), kind = 0.",
        ),
        reference=serve_frames,
        cases=cases(
            [([HEL, LO],), ([(True, 9, b"?"), (True, 8, b"")],), ([LO],)],
            [(list(frames),) for count in (1, 2, 3) for frames in product(HAPPENS, repeat=count)]
            + [([EMPTY, *frames],) for frames in ([LO], [HAPPENS[0]], [HAPPENS[5], LO])]
            + [([HEL, HAPPENS[5], HAPPENS[3], HAPPENS[6], LO, HAPPENS[0], LO, HAPPENS[5]],)],
        ),
        section="5.4",
        wrong=slips.SERVING,
    ),
)
