"""Lesson 09: a server of one's own, in five parts and a whole."""

import codecs
from types import SimpleNamespace

from wslearn.course.earlier import (
    LIMIT,
    REFUSAL,
    accept_key,
    close_fault,
    encode_length,
    find_header,
    mask_bytes,
    reply,
    wants_upgrade,
)
from wslearn.course.exercise import Exercise, cases
from wslearn.course.parts import talk

from . import inputs_09 as given
from . import slips_09 as slips
from . import slips_09_messages as more_slips
from .inputs_09 import HELLO, PING, Added, Frame, Message, request
from .slips_09_messages import without_reason


def answer_request(data: bytes) -> tuple[bytes, bytes | None] | None:
    head, end, rest = data.partition(b"\r\n\r\n")
    if end == b"":
        return None
    text = head.decode("latin-1")
    upgrade = find_header(text, "Upgrade")
    connection = find_header(text, "Connection")
    key = find_header(text, "Sec-WebSocket-Key")
    version = find_header(text, "Sec-WebSocket-Version")
    if upgrade is None or connection is None or key is None:
        return REFUSAL, None
    if not text.startswith("GET ") or version != "13":
        return REFUSAL, None
    if upgrade.lower() != "websocket" or not wants_upgrade(connection):
        return REFUSAL, None
    return reply(accept_key(key)), rest


def take_frame(data: bytes) -> tuple[Frame, bytes] | None:
    if len(data) < 2:
        return None
    length = data[1] & 0b0111_1111
    start = 2
    if length == 126:
        length = int.from_bytes(data[2:4], "big")
        start = 4
    elif length == 127:
        length = int.from_bytes(data[2:10], "big")
        start = 10
    key = data[start : start + 4]
    start = start + 4
    end = start + length
    if len(data) < end:
        return None
    fin = data[0] >> 7 == 1
    opcode = data[0] & 0b1111
    payload = mask_bytes(data[start:end], key)
    return (fin, opcode, payload), data[end:]


def header_fault(data: bytes) -> int | None:
    if len(data) < 2:
        return None
    fin = data[0] >> 7
    opcode = data[0] & 0b1111
    masked = data[1] >> 7
    length = data[1] & 0b0111_1111
    if data[0] & 0b0111_0000 or opcode not in (0, 1, 2, 8, 9, 10) or not masked:
        return 1002
    if opcode >= 8 and (not fin or length > 125):
        return 1002
    if length == 126 and len(data) >= 4 and int.from_bytes(data[2:4], "big") < 126:
        return 1002
    if length == 127 and len(data) >= 10:
        stated = int.from_bytes(data[2:10], "big")
        if stated < 65_536 or stated >= 2**63:
            return 1002
        if stated > LIMIT:
            return 1009
    return None


def add_frame(message: Message, frame: Frame) -> Added:
    fin, opcode, payload = frame
    if (message is None) == (opcode == 0):
        return None, None, 1002
    if message is None:
        kind, data = opcode, payload
    else:
        kind, data = message[0], message[1] + payload
    if len(data) > LIMIT:
        return None, None, 1009
    if kind == 1:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(data, fin)
        except UnicodeDecodeError:
            return None, None, 1007
    if fin:
        return None, (kind, data), None
    return (kind, data), None, None


def answer_frame(opcode: int, payload: bytes) -> tuple[bytes, bool]:
    if opcode == 10:
        return b"", False
    if opcode == 9:
        opcode = 10
    if opcode == 8:
        fault = close_fault(payload)
        payload = payload[:2]
        if fault is not None:
            payload = fault.to_bytes(2, "big")
    frame = bytes([0b1000_0000 | opcode]) + encode_length(len(payload)) + payload
    return frame, opcode == 8


parts = SimpleNamespace(
    answer_request=answer_request,
    take_frame=take_frame,
    header_fault=header_fault,
    add_frame=add_frame,
    answer_frame=answer_frame,
)


class MyServer:
    def __init__(self):
        self.buffer = b""
        self.opened = False
        self.message = None
        self.done = False

    def fail(self, code):
        self.done = True
        return bytes([0b1000_1000, 2]) + code.to_bytes(2, "big")

    def receive(self, data):
        if self.done:
            return b""
        self.buffer = self.buffer + data
        out = b""
        if not self.opened:
            answered = parts.answer_request(self.buffer)
            if answered is None:
                return b""
            self.opened = True
            out, self.buffer = answered
            self.done = self.buffer is None
        while not self.done:
            fault = parts.header_fault(self.buffer)
            if fault is not None:
                return out + self.fail(fault)
            taken = parts.take_frame(self.buffer)
            if taken is None:
                return out
            frame, self.buffer = taken
            opcode, payload = frame[1], frame[2]
            if opcode < 8:
                self.message, whole, fault = parts.add_frame(self.message, frame)
                if fault is not None:
                    return out + self.fail(fault)
                if whole is None:
                    continue
                opcode, payload = whole
            answer, self.done = parts.answer_frame(opcode, payload)
            out = out + answer
        return out


EXERCISES = (
    Exercise(
        id="09.1",
        title="Open the door",
        task=(
            "Write `answer_request`. It takes all bytes that have come so far. While the empty "
            "line has not come, it returns None. Else it returns a tuple: the answer, and the "
            "bytes that came behind the request. A request has to meet five conditions:\n\n"
            "- Its method is GET.\n"
            "- Upgrade says websocket, in capitals or not.\n"
            "- The list in Connection contains upgrade.\n"
            "- Sec-WebSocket-Version is 13.\n"
            "- There is a Sec-WebSocket-Key.\n\n"
            "If it meets them all, the answer is `reply` of its accept value. If not, the tuple is "
            "`REFUSAL` and None, for nothing that follows is WebSocket. The other names in the "
            "import are the solutions of 02.1 to 02.4."
        ),
        starter="def answer_request(data):",
        setup=(
            "from wslearn.course.earlier import REFUSAL, accept_key, find_header, reply, "
            "wants_upgrade",
        ),
        hints=(
            'data.partition(b"\\r\\n\\r\\n") gives three values: what stands before, the empty '
            "line itself, and what follows. What is the second of them when the empty line has not "
            "come?",
            'head.decode("latin-1") makes text of any bytes, and find_header(text, name) gives a '
            "value or None. None has no .lower(), so look first whether a header is there at all.",
            'head, end, rest = data.partition(...); if end == b"": return None. Get the four '
            "headers. Return REFUSAL, None where one is None; where the text does not start with "
            '"GET "; where the version is not "13"; where upgrade.lower() is not "websocket" or '
            "wants_upgrade(connection) is false. Last line: return reply(accept_key(key)), rest",
        ),
        reference=answer_request,
        cases=cases([(request(),), (request()[:30],)], [(data,) for data in given.REQUESTS]),
        anchor=(  # RFC 6455 §1.3
            (request(),),
            (
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade"
                b"\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
                b"",
            ),
        ),
        section="4.2.1",
        wrong=slips.OPENING,
    ),
    Exercise(
        id="09.2",
        title="Cut a frame off the stream",
        task=(
            "Write `take_frame`. It takes all bytes that have come and are not used yet; they "
            "begin with a client's frame, masked and fine. While this frame is not whole, it "
            "returns None. Else it returns a tuple: the frame as (fin, opcode, payload), with fin "
            "True or False and the payload unmasked, and the bytes that came behind it. "
            "`mask_bytes` is the solution of 05.2."
        ),
        starter="def take_frame(data):",
        setup=("from wslearn.course.earlier import mask_bytes",),
        hints=(
            "Where does the payload begin, and where does it end? If you know the end, you know "
            "whether the frame is whole, and where the next one begins.",
            "Two bytes are always there; the length in the second may be 126 or 127 and then "
            "stands in data[2:4] or data[2:10]. The key takes four bytes, then comes the payload. "
            "The frame is whole if len(data) >= end.",
            "length = data[1] & 0b0111_1111 and start = 2. If it is 126: length = "
            'int.from_bytes(data[2:4], "big") and start = 4; elif 127: data[2:10] and start = 10. '
            "key = data[start:start + 4]; add 4 to start; end = start + length. If len(data) < "
            "end: None. Return (data[0] >> 7 == 1, data[0] & 0b1111, mask_bytes(data[start:end], "
            "key)), data[end:]",
        ),
        reference=take_frame,
        cases=cases(
            [(HELLO,), (HELLO[:4],), (HELLO + PING[:2],)], [(data,) for data in given.STREAMS]
        ),
        anchor=(  # RFC 6455 §5.7
            (bytes.fromhex("818537fa213d7f9f4d5158"),),
            ((True, 1, b"Hello"), b""),
        ),
        section="5.2",
        wrong=slips.TAKING,
    ),
    Exercise(
        id="09.3",
        title="Judge by the header",
        task=(
            "Write `header_fault`. It takes the bytes of a client's frame, as far as they have "
            "come. It returns 1002 where the header breaks one of these rules, and None where no "
            "fault can be seen yet:\n\n"
            "- The three reserved bits are 0.\n"
            "- The opcode has a meaning: 0, 1, 2, 8, 9 or 10.\n"
            "- MASK is 1.\n"
            "- A control frame has FIN 1 and at most 125 bytes.\n"
            "- A length stands in as few bytes as possible, and the first bit of 64 is 0.\n\n"
            "Where all is well, but more than `LIMIT` bytes are promised, it returns 1009. The "
            "function need not judge anything before two bytes have come."
        ),
        starter="def header_fault(data):",
        setup=("from wslearn.course.earlier import LIMIT",),
        hints=(
            "Get FIN, the opcode, MASK and the seven length bits out of the first two bytes. Most "
            "rules need no more than these.",
            "`data[0] & 0b0111_0000` is not 0 where a reserved bit is set. The long lengths can be "
            "judged only when they are there: data[2:4] with at least 4 bytes, data[2:10] with at "
            "least 10.",
            "Return 1002 for: reserved bits; opcode not in (0, 1, 2, 8, 9, 10); MASK 0; opcode >= "
            '8 with FIN 0 or a length over 125; 126 and int.from_bytes(data[2:4], "big") < 126; '
            "127 and the number in data[2:10] below 65_536 or at least 2**63. Then 1009 for a "
            "number over LIMIT. At the end None.",
        ),
        reference=header_fault,
        cases=cases([(HELLO,), (b"\x81\x05",), (b"\x81",)], [(data,) for data in given.HEADERS]),
        section="5.2",
        wrong=slips.JUDGING,
    ),
    Exercise(
        id="09.4",
        title="Put messages together",
        task=(
            "Write `add_frame`. It takes the message under way, which is None or a tuple (kind, "
            "bytes so far), and the next data frame (fin, opcode, payload). It returns a tuple of "
            "three: the message under way after this frame, or None; the whole message (kind, "
            "bytes), or None if it has not ended; and the close code of a fault, or None. With a "
            "fault, the first two are None.\n\n"
            "- A continuation of nothing, or a new message inside a message: 1002.\n"
            "- More than `LIMIT` bytes in a message: 1009.\n"
            "- Text that is not UTF-8, or can no longer become UTF-8: 1007."
        ),
        starter="def add_frame(message, frame):",
        setup=("import codecs", "", "from wslearn.course.earlier import LIMIT"),
        hints=(
            "Two questions first: is a message under way, and is this a continuation? Of the four "
            "combinations two are fine. What are kind and bytes then?",
            "If message is None, the kind is the opcode; else it is message[0], and the bytes are "
            'message[1] + payload. A fresh codecs.getincrementaldecoder("utf-8")() judges all '
            "bytes so far: .decode(data, fin).",
            "if (message is None) == (opcode == 0): return None, None, 1002. Then kind and data; "
            "len(data) > LIMIT gives 1009; if kind == 1, decode in a try and return None, None, "
            "1007 after except UnicodeDecodeError. At the end: if fin: return None, (kind, data), "
            "None; else return (kind, data), None, None",
        ),
        reference=add_frame,
        cases=cases(
            [
                (None, (True, 1, b"Hello")),
                (None, (False, 1, b"Hel")),
                ((1, b"Hel"), (True, 0, b"lo")),
                (None, (True, 0, b"lo")),
            ],
            given.ADDED,
        ),
        section="5.4",
        wrong=more_slips.ADDING,
    ),
    Exercise(
        id="09.5",
        title="Answer",
        task=(
            "Write `answer_frame`. It takes an opcode (1, 2, 8, 9 or 10) and a payload: a whole "
            "message, or a control frame. It returns a tuple: the bytes of the frame that the "
            "server answers, and whether the conversation is over.\n\n"
            "- A message comes back as it was, in one frame.\n"
            "- A ping gets its pong. A pong gets nothing: no bytes.\n"
            "- A Close gets a Close with the same code, or an empty one if it was empty; where "
            "its body breaks a rule, one with the code that `close_fault` returns. Then the "
            "conversation is over.\n\n"
            "`encode_length` is the solution of 04.2. `close_fault` is ours: it takes the body of "
            "a Close, and returns None if it is fine."
        ),
        starter="def answer_frame(opcode, payload):",
        setup=("from wslearn.course.earlier import close_fault, encode_length",),
        hints=(
            "Begin with the pong. For all others a frame is built, and it always looks the same: "
            "first byte, length, payload. Which opcode and which payload go into it?",
            "A ping's answer has opcode 10. A Close's payload is cut to its first two bytes, or "
            'becomes fault.to_bytes(2, "big"). Then bytes([0b1000_0000 | opcode]) + '
            "encode_length(len(payload)) + payload.",
            'if opcode == 10: return b"", False. if opcode == 9: opcode = 10. if opcode == 8: '
            "fault = close_fault(payload); payload = payload[:2]; if fault is not None: payload = "
            'fault.to_bytes(2, "big"). Build the frame, and return it with opcode == 8.',
        ),
        reference=answer_frame,
        measure=without_reason,
        cases=cases([(1, b"Hello"), (9, b"p"), (8, bytes([3, 232]))], given.ANSWERED),
        anchor=((1, b"Hello"), (bytes.fromhex("810548656c6c6f"), False)),  # RFC 6455 §5.7
        section="5.5",
        wrong=more_slips.ANSWERING,
    ),
    Exercise(
        id="09.6",
        title="The whole server",
        task=(
            "Write the method `receive` of `MyServer`. It takes the bytes of one read and returns "
            "the bytes to send, perhaps none. It uses the five parts: `parts.answer_request`, "
            "`parts.take_frame` and so on, yours where they are right. What is to be kept "
            "between two reads stands in `__init__`:\n\n"
            "- `self.buffer`: the bytes that have come and are not used yet\n"
            "- `self.opened`: whether the request has been answered\n"
            "- `self.message`: the message under way\n"
            "- `self.done`: whether the conversation is over; then the server is silent\n\n"
            "`fail` is there already: `self.fail(code)` gives the Close to send for a fault, and "
            "sets `self.done`. In the examples `talk` plays a client. It returns the answer to "
            "each piece, and `done` at the end. Where the first piece is no request, it sends the "
            "usual one before, and leaves out the answer to that."
        ),
        starter=(
            "class MyServer:\n"
            "    def __init__(self):\n"
            '        self.buffer = b""\n'
            "        self.opened = False\n"
            "        self.message = None\n"
            "        self.done = False\n"
            "\n"
            "    def fail(self, code):\n"
            "        self.done = True\n"
            '        return bytes([0b1000_1000, 2]) + code.to_bytes(2, "big")\n'
            "\n"
            "    def receive(self, data):"
        ),
        setup=("from wslearn.course.parts import parts, talk",),
        hints=(
            "When all is over, nothing is answered. Else put the new bytes behind those that wait. "
            "Then the request, if it has not been answered. Then frame after frame, until one is "
            "not whole. Collect all answers in one variable, and return it at the end.",
            "In the loop, in this order: header_fault, take_frame, add_frame for opcodes below 8, "
            "answer_frame for what is whole. A fault ends it: return out + self.fail(fault). No "
            "whole frame ends it for now: return out.",
            'If self.done: return b"". self.buffer = self.buffer + data; out = b"". If not '
            "self.opened: answered = parts.answer_request(self.buffer); if that is None: return "
            'b""; else self.opened = True; out, '
            "self.buffer = answered; self.done = self.buffer is None. while not self.done: judge "
            "the header; take a frame; for a data frame self.message, whole, fault = "
            "parts.add_frame(self.message, frame), and `continue` if whole is None, else opcode, "
            "payload = whole; then answer, self.done = parts.answer_frame(opcode, payload); out = "
            "out + answer. Behind the loop: return out",
        ),
        reference=MyServer,
        through=talk,
        cases=cases([([HELLO],), ([HELLO[:3], HELLO[3:]],)], [(pieces,) for pieces in given.TALKS]),
        anchor=(  # RFC 6455 §5.7
            ([bytes.fromhex("818537fa213d7f9f4d5158")],),
            ([bytes.fromhex("810548656c6c6f")], False),
        ),
        section="5",
        wrong=more_slips.SERVERS,
    ),
)
