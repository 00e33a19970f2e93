"""Whole conversations checked against three libraries that we did not write.

websockets, wsproto and tornado talk with our ``Connection``, as client and as server, with and
without permessage-deflate: each side reports what the other sends, however the bytes are cut. Then
one frame of each conversation is corrupted, and they must fail where we fail, with the same close
code after the same messages. Where they do not, ``DISAGREEMENTS`` lists it with the rule that
decides; a listed case that no longer happens fails too. ``test_frame_oracles.py`` asks the same of
single frames.

Each library is asked at its lowest surface that knows whole connections, without a socket.
"""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pytest
import tornado.websocket
import websockets.protocol
import wsproto.connection
import wsproto.events
import wsproto.extensions
from websockets.extensions.permessage_deflate import PerMessageDeflate

from tests.oracles.tornado_stream import Stream
from wslearn.protocol.close import encode_close
from wslearn.protocol.codes import Opcode
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import DEFLATE, Agreement
from wslearn.protocol.dissect import dissect_all
from wslearn.protocol.errors import Violation
from wslearn.protocol.events import Binary, Close, Failed, Ping, Pong, Text
from wslearn.protocol.frame import Frame

SEED = 7692
KEY = bytes.fromhex("37fa213d")
LIMIT = 5_000
SIDES = ("server", "client")
OTHER = {"server": "client", "client": "server"}
AGREEMENTS = (
    None,
    Agreement(),
    Agreement(server_no_context_takeover=True),
    Agreement(client_no_context_takeover=True),
    Agreement(server_no_context_takeover=True, client_no_context_takeover=True),
    Agreement(server_max_window_bits=9, client_max_window_bits=12),
    Agreement(server_max_window_bits=12, client_max_window_bits=9),
    Agreement(
        server_no_context_takeover=True,
        client_no_context_takeover=True,
        server_max_window_bits=10,
        client_max_window_bits=10,
    ),
)

Step = tuple
"""What one side says: ("text" or "binary", payload, fin), ("ping" or "pong", payload) or
("close", code, reason); what the other tells is the same, with whole messages and without fin."""


# -- four peers ------------------------------------------------------------------------------------


class Ours:
    """Our own connection, behind the same interface as the libraries."""

    def __init__(self, side: str, agreement: Agreement | None) -> None:
        keys = random.Random(SEED)
        self.connection = Connection(
            side, mask_keys=lambda: keys.randbytes(4), deflate=agreement, max_size=LIMIT
        )
        self.answers = b""
        self.violation: Violation | None = None

    def say(self, step: Step) -> bytes:
        """The bytes of one step."""
        match step:
            case ("text", text, fin):
                return self.connection.send_text(text, fin=fin)
            case ("binary", data, fin):
                return self.connection.send_binary(data, fin=fin)
        kind, *rest = step
        return getattr(self.connection, f"send_{kind}")(*rest)

    def hear(self, data: bytes) -> list[Step]:
        """The steps that these bytes tell."""
        told: list[Step] = []
        for event in self.connection.receive(data):
            match event:
                case Text(content):
                    told.append(("text", content))
                case Binary(content):
                    told.append(("binary", content))
                case Ping(content):
                    told.append(("ping", content))
                case Pong(content):
                    told.append(("pong", content))
                case Close(code, reason):
                    told.append(("close", code, reason))
                case Failed(violation):
                    self.violation = violation
                    told.append(("fail", event.code))
        self.answers += self.connection.take_output()
        return told


class Websockets:
    """A connection that is already open; its text is decoded one layer above, so also here."""

    def __init__(self, side: str, agreement: Agreement | None) -> None:
        sides = {"server": websockets.protocol.SERVER, "client": websockets.protocol.CLIENT}
        self.protocol = websockets.protocol.Protocol(
            sides[side], state=websockets.protocol.OPEN, max_size=LIMIT
        )
        if agreement is not None:
            ours, theirs = windows(side, agreement)
            self.protocol.extensions = [
                PerMessageDeflate(
                    not theirs.context_takeover, not ours.context_takeover, theirs.bits, ours.bits
                )
            ]
        self.parts: list[bytes] = []
        self.text = self.fragmenting = self.failed = False

    def say(self, step: Step) -> bytes:
        kind, *rest = step
        if kind in ("text", "binary"):
            payload = rest[0].encode() if kind == "text" else rest[0]
            if self.fragmenting:
                self.protocol.send_continuation(payload, rest[1])
            else:
                getattr(self.protocol, f"send_{kind}")(payload, rest[1])
            self.fragmenting = not rest[1]
        else:
            getattr(self.protocol, f"send_{kind}")(*rest)
        return b"".join(self.protocol.data_to_send())

    def hear(self, data: bytes) -> list[Step]:
        self.protocol.receive_data(data)
        told: list[Step] = []
        try:
            for frame in self.protocol.events_received():
                told += self.told(frame)
        except UnicodeDecodeError:
            self.protocol.fail(1007)
            self.failed = True
            return [*told, ("fail", 1007)]
        if self.protocol.parser_exc is not None and not self.failed:
            self.failed = True
            told.append(("fail", int(self.protocol.close_sent.code)))
        return told

    def told(self, frame) -> Iterator[Step]:
        if frame.opcode in (Opcode.PING, Opcode.PONG):
            yield frame.opcode.name.lower(), bytes(frame.data)
        elif frame.opcode == Opcode.CLOSE:
            received = self.protocol.close_rcvd
            yield "close", int(received.code), received.reason
        else:
            if frame.opcode != Opcode.CONTINUATION:
                self.parts.clear()
                self.text = frame.opcode == Opcode.TEXT
            self.parts.append(bytes(frame.data))
            if frame.fin:
                whole = b"".join(self.parts)
                yield ("text", whole.decode()) if self.text else ("binary", whole)


class Wsproto:
    """A connection after its handshake."""

    def __init__(self, side: str, agreement: Agreement | None) -> None:
        extensions = []
        if agreement is not None:
            extension = wsproto.extensions.PerMessageDeflate(
                agreement.client_no_context_takeover,
                agreement.client.bits,
                agreement.server_no_context_takeover,
                agreement.server.bits,
            )
            extension._enabled = True
            extensions.append(extension)
        types = wsproto.connection.ConnectionType
        self.connection = wsproto.connection.Connection(
            types.SERVER if side == "server" else types.CLIENT, extensions
        )
        self.parts: list[str | bytes] = []
        self.failed = False

    def say(self, step: Step) -> bytes:
        match step:
            case ("text", text, fin):
                event = wsproto.events.TextMessage(text, message_finished=fin)
            case ("binary", data, fin):
                event = wsproto.events.BytesMessage(data, message_finished=fin)
            case ("ping", payload):
                event = wsproto.events.Ping(payload)
            case ("pong", payload):
                event = wsproto.events.Pong(payload)
            case ("close", code, reason):
                none = wsproto.connection.CloseReason.NO_STATUS_RCVD
                event = wsproto.events.CloseConnection(none if code is None else code, reason)
        return self.connection.send(event)

    def hear(self, data: bytes) -> list[Step]:
        told: list[Step] = []
        if not self.failed:
            self.connection.receive_data(data)
            for event in self.connection.events():
                told += self.told(event)
        return told

    def told(self, event) -> Iterator[Step]:
        match event:
            case wsproto.events.Ping(payload):
                yield "ping", bytes(payload)
            case wsproto.events.Pong(payload):
                yield "pong", bytes(payload)
            case wsproto.events.CloseConnection(code, reason):
                # It reports a failure like a Close; only a Close has moved its state.
                self.failed = self.connection.state is wsproto.connection.ConnectionState.OPEN
                yield ("fail", int(code)) if self.failed else ("close", int(code), reason or "")
            case wsproto.events.Message(data):
                self.parts.append(data)
                if event.message_finished:
                    text = isinstance(data, str)
                    whole = ("" if text else b"").join(self.parts)
                    self.parts.clear()
                    yield ("text", whole) if text else ("binary", bytes(whole))


class Tornado(tornado.websocket.WebSocketProtocol13):
    """The protocol class that its server and its client share. It sends no fragments."""

    def __init__(self, side: str, agreement: Agreement | None) -> None:
        self.notes: list[Step] = []
        handler = SimpleNamespace(
            on_message=lambda m: self.notes.append(("text" if isinstance(m, str) else "binary", m)),
            on_ping=lambda payload: self.notes.append(("ping", payload)),
            on_pong=lambda payload: self.notes.append(("pong", payload)),
            log_exception=lambda *_: None,
        )
        params = tornado.websocket._WebSocketParams(max_message_size=LIMIT)
        super().__init__(handler, mask_outgoing=side == "client", params=params)
        self.stream = Stream()
        self.aborted = False
        if agreement is not None:
            self._create_compressors(side, dict(agreement.parameters()))
        self.reading = self.read_on()

    async def read_on(self) -> None:
        while not self.client_terminated:
            try:
                await self._receive_frame()
            except Exception:  # noqa: BLE001 - its own loop logs whatever it is and hangs up
                self._abort()

    def _abort(self) -> None:
        if not self.aborted:
            sent = list(dissect_all(self.stream.written)) if self.server_terminated else []
            code = int.from_bytes(sent[-1].payload[:2], "big") if sent else None
            self.notes.append(("fail", code))
        self.aborted = True
        self.client_terminated = True

    def say(self, step: Step) -> bytes:
        kind, *rest = step
        self.stream.written = b""
        if kind in ("text", "binary"):
            asyncio.run(self.write(rest[0], kind == "binary"))
        elif kind == "ping":
            self.write_ping(rest[0])
        elif kind == "pong":
            self._write_frame(True, Opcode.PONG, rest[0])
        else:
            self.close(rest[0], rest[1] or None)
        return self.stream.written

    async def write(self, message: str | bytes, binary: bool) -> None:
        await self.write_message(message, binary)

    def hear(self, data: bytes) -> list[Step]:
        self.stream.data += data
        if not self.client_terminated:
            try:
                self.reading.send(None)
            except StopIteration:
                if not self.aborted:
                    code = self.close_code or 1005
                    self.notes.append(("close", code, self.close_reason or ""))
        told, self.notes = self.notes, []
        return told


def windows(side: str, agreement: Agreement):
    """How this side compresses, and how its peer does."""
    ours, theirs = agreement.server, agreement.client
    return (ours, theirs) if side == "server" else (theirs, ours)


LIBRARIES = {"tornado": Tornado, "websockets": Websockets, "wsproto": Wsproto}

each_library = pytest.mark.parametrize("name", LIBRARIES)
each_side = pytest.mark.parametrize("side", SIDES)
each_agreement = pytest.mark.parametrize(
    "agreement", AGREEMENTS, ids=lambda a: "plain" if a is None else str(a.parameters())
)


# -- what is said ----------------------------------------------------------------------------------


def conversation(
    source: random.Random, *, fragments: bool = True, between: bool = True
) -> list[Step]:
    """Some messages, whole or in fragments, with control frames, and a Close at the end.

    ``between``: control frames also stand between the fragments of a message.
    """
    said: list[Step] = []
    for _ in range(source.randint(2, 8)):
        kind = source.choice(["text", "binary"])
        payload = some_text(source) if kind == "text" else some_bytes(source)
        count = source.choice([0, 0, 1, 3]) if fragments else 0
        cuts = [0, *sorted(source.choices(range(len(payload) + 1), k=count)), len(payload)]
        for number, (start, stop) in enumerate(pairwise(cuts), start=1):
            last = number == len(cuts) - 1
            said.append((kind, payload[start:stop], last))
            if source.random() < 0.3 and (last or between):
                control = source.choice(["ping", "pong"])
                said.append((control, source.randbytes(source.choice([0, 5, 125]))))
    code = source.choice([None, 1000, 1001, 1011, 3000, 4999])
    said.append(("close", code, source.choice(["", "bye", "κόσμε"]) if code else ""))
    return said


def some_text(source: random.Random) -> str:
    return "".join(source.choices("abc \x00\x7fé€😀\U0010ffff\ud7ff", k=source.choice(SIZES)))


def some_bytes(source: random.Random) -> bytes:
    size = source.choice([*SIZES, 4_000])
    return source.randbytes(size) if source.random() < 0.5 else b"abcd" * (size // 4)


SIZES = (0, 1, 5, 125, 126, 700)


def told_of(said: list[Step]) -> list[Step]:
    """What the other side reports once everything has come."""
    told: list[Step] = []
    parts: list[str | bytes] = []
    for step in said:
        match step:
            case ("text" | "binary") as kind, payload, fin:
                parts.append(payload)
                if fin:
                    told.append((kind, ("" if kind == "text" else b"").join(parts)))
                    parts.clear()
            case "close", code, reason:
                told.append(("close", code or 1005, reason))
            case _:
                told.append(step)
    return told


def pieces(source: random.Random, data: bytes) -> Iterator[bytes]:
    """The same bytes, cut as a network might cut them."""
    while data:
        size = source.choice([1, 2, 3, 10, 100, 1_000, len(data)])
        yield data[:size]
        data = data[size:]


def hear(peer, source: random.Random, data: bytes) -> list[Step]:
    return [step for piece in pieces(source, data) for step in peer.hear(piece)]


# -- legal conversations ---------------------------------------------------------------------------


@each_agreement
@each_side
@each_library
def test_what_a_library_says_we_tell(name, side, agreement):
    source = random.Random(SEED)
    for _ in range(4):
        theirs, ours = LIBRARIES[name](OTHER[side], agreement), Ours(side, agreement)
        said = conversation(source, fragments=name != "tornado")
        data = b"".join(map(theirs.say, said))
        assert hear(ours, source, data) == told_of(said)
        # And our Pongs and the Close that answers theirs are what they expect.
        answers = hear(theirs, source, ours.answers)
        pongs = [("pong", step[1]) for step in said if step[0] == "ping"]
        if name == "tornado":  # it says nothing about a Pong while it waits for its Close
            answers = [step for step in answers if step[0] != "pong"]
            pongs = []
        assert answers == [*pongs, ("close", said[-1][1] or 1005, "")]


@each_agreement
@each_side
@each_library
def test_what_we_say_a_library_tells(name, side, agreement):
    source = random.Random(SEED)
    for _ in range(4):
        theirs, ours = LIBRARIES[name](side, agreement), Ours(OTHER[side], agreement)
        forgets = agreement is not None and name in FORGET_THAT_A_MESSAGE_IS_COMPRESSED
        said = conversation(source, between=not forgets)
        data = b"".join(map(ours.say, said))
        assert hear(theirs, source, data) == told_of(said)


FORGET_THAT_A_MESSAGE_IS_COMPRESSED = ("tornado", "wsproto")
"""A control frame may stand between the fragments of any message (RFC 6455 §5.4), and RSV1 of the
first fragment counts for all of it (RFC 7692 §6.1). These two look at the control frame's RSV1, and
hand out the message as it came, compressed."""


@each_side
@each_library
def test_a_ping_inside_a_compressed_message_changes_nothing_but_for_two_libraries(name, side):
    agreement = Agreement()
    said = [("text", "Hel", False), ("ping", b"p"), ("text", "lo", True)]
    ours = Ours(OTHER[side], agreement)
    data = b"".join(map(ours.say, said))
    right = [("ping", b"p"), ("text", "Hello")]
    assert Ours(side, agreement).hear(data) == right
    assert (LIBRARIES[name](side, agreement).hear(data) != right) == (
        name in FORGET_THAT_A_MESSAGE_IS_COMPRESSED
    )


# -- corrupted conversations -----------------------------------------------------------------------


def frames_said(source: random.Random, side: str, agreement: Agreement | None) -> list[Frame]:
    """A conversation as the frames that a receiver on this side gets."""
    ours = Ours(OTHER[side], agreement)
    data = b"".join(map(ours.say, conversation(source, between=agreement is None)))
    return [dissection.frame for dissection in dissect_all(data, side, DEFLATE)]


def spoilt(source: random.Random, frames: list[Frame], side: str) -> bytes:  # noqa: PLR0912 - one for each way
    """The bytes of these frames, with one of them corrupted."""
    key, wrong = (KEY, None) if side == "server" else (None, KEY)
    at = source.randrange(len(frames))
    frame = frames[at]
    middle: list[Frame | bytes] = [frame]
    match source.choice(WAYS):
        case "a bit of the first byte":
            data = bytearray(frame.encode(mask_key=key))
            data[0] ^= 1 << source.randrange(8)
            middle = [bytes(data)]
        case "FIN":
            middle = [replace(frame, fin=not frame.fin)]
        case "twice":
            middle = [frame, frame]
        case "left out":
            middle = []
        case "another mask":
            middle = [frame.encode(mask_key=wrong)]
        case "another form of the length":
            middle = [frame.encode(mask_key=key, length_bits=source.choice([16, 64]))]
        case "a byte of the payload" if frame.payload:
            payload = bytearray(frame.payload)
            payload[source.randrange(len(payload))] = source.choice(b"\x00\x80\xc0\xff")
            middle = [replace(frame, payload=bytes(payload))]
        case "cut":
            middle = [replace(frame, payload=frame.payload[: source.randint(0, 3)])]
        case "a Close before":
            body = encode_close(source.choice(CODES), source.choice(["", "bye"]))
            middle = [
                Frame(Opcode.CLOSE, source.choice([body, b"", b"\x03", body + b"\xff"])),
                frame,
            ]
        case "a continuation before":
            middle = [Frame(Opcode.CONTINUATION, b"", source.random() < 0.5), frame]
        case "a Ping before":
            middle = [Frame.ping(bytes(source.choice([0, 125, 126]))), frame]
        case "too long":
            middle = [frame, Frame.binary(bytes(LIMIT + source.choice([0, 1])))]
        case "no text":
            middle = [Frame(Opcode.TEXT, source.choice(NO_TEXTS), source.random() < 0.5), frame]
    wire = [*frames[:at], *middle, *frames[at + 1 :]]
    return b"".join(part if isinstance(part, bytes) else part.encode(mask_key=key) for part in wire)


WAYS = (
    "a bit of the first byte",
    "FIN",
    "twice",
    "left out",
    "another mask",
    "another form of the length",
    "a byte of the payload",
    "cut",
    "a Close before",
    "a continuation before",
    "a Ping before",
    "too long",
    "no text",
)
CODES = (999, 1000, 1004, 1005, 1006, 1010, 1014, 1015, 1016, 2999, 3000, 5000)
NO_TEXTS = (b"ab\xff", b"\xed\xa0\x80", b"\xe2\x82", b"\xf4\x90")


def difference(ours: list[Step], theirs: list[Step], rule: str, odd: str) -> tuple[str, str] | None:
    """How a library differs from us, or None.

    ``rule`` is the rule that made us fail, or empty; ``odd`` is what is odd, though legal.
    """
    ours_before, ours_end = parted(ours)
    theirs_before, theirs_end = parted(theirs)
    shorter = min(len(ours_before), len(theirs_before))
    if ours_before[:shorter] != theirs_before[:shorter]:
        return "misreads", odd
    if len(theirs_before) < len(ours_before):
        missed = ours_before[shorter][0]
        return "refuses", missed if missed == "close" else odd or missed
    same_code = bool(theirs_end) and theirs_end[1] in (None, *ours_end[1:])
    if rule and same_code and len(theirs_before) > len(ours_before):
        return "is late to refuse", rule
    if rule and (not theirs_end or len(theirs_before) > len(ours_before)):
        return "accepts", rule
    if len(theirs_before) > len(ours_before) or (theirs_end and not rule):
        return "goes on after", ours_before[-1][0]
    if rule and not same_code:
        return f"answers {theirs_end[1]} to", rule
    return None


def parted(told: list[Step]) -> tuple[list[Step], Step]:
    """The steps before a failure, and the failure."""
    return (told[:-1], told[-1]) if told and told[-1][0] == "fail" else (told, ())


def oddity(data: bytes, side: str) -> str:
    """What is odd about the compressed messages of a conversation, though no rule forbids it."""
    inside, size = False, 0
    for dissection in dissect_all(data, side, DEFLATE):
        frame = dissection.frame
        if frame is None:
            break
        if frame.opcode >= Opcode.CLOSE:
            if inside and frame.opcode != Opcode.CLOSE:
                return "a control frame inside a compressed message"
            continue
        if frame.opcode != Opcode.CONTINUATION:
            inside, size = frame.rsv1, 0
        size += len(frame.payload)
        if inside and frame.fin and size == 0:
            return "a compressed message of no bytes"
        inside = inside and not frame.fin
    return ""


def compared() -> dict[str, dict[tuple[str, str], list[str]]]:
    """Every way in which each library differs, with the cases that show it."""
    found: dict[str, dict[tuple[str, str], list[str]]] = {name: {} for name in LIBRARIES}
    source = random.Random(SEED)
    for number in range(COUNT):
        side, agreement = SIDES[number % 2], AGREEMENTS[number // 2 % len(AGREEMENTS)]
        data = spoilt(source, frames_said(source, side, agreement), side)
        ours = Ours(side, agreement)
        our_story = hear(ours, source, data)
        rule, odd = ours.violation.rule.id if ours.violation else "", oddity(data, side)
        cut = list(pieces(source, data))
        for name, library in LIBRARIES.items():
            theirs = library(side, agreement)
            their_story = [step for piece in cut for step in theirs.hear(piece)]
            how = difference(our_story, their_story, rule, odd)
            if how is not None:
                line = f"{name} as {side}, {agreement}, {data[:200].hex()}: {their_story[-2:]}"
                found[name].setdefault(how, []).append(line)
    return found


COUNT = 450
"""Spoilt conversations for each library: so many that every listed disagreement is met."""

_INSIDE = "a control frame inside a compressed message"
_EMPTY = "a compressed message of no bytes"

_SEE_FRAMES = "a rule about single frames, listed in test_frame_oracles.py"
_FORGETS = "RFC 7692 §6.1: RSV1 of the first frame counts for the message, whatever stands inside"
_CUT = "RFC 7692 §7.2.1: a cut message is not noticed, or only when the next one comes"
_LATE = "§8.1: one wrong byte decides, but the text is decoded when the message is whole"
_BOTH = "two rules are broken, and which of them is named is free"
_NO_BYTES = (
    "RFC 7692 §7.2.1 leaves at least one byte, so nobody sends it; zlib then waits in a block"
)

DISAGREEMENTS: dict[str, dict[tuple[str, str], str]] = {
    "tornado": {
        ("accepts", "close-body-one-byte"): _SEE_FRAMES,
        ("accepts", "close-code-forbidden"): _SEE_FRAMES,
        ("accepts", "deflate-invalid"): _CUT,
        ("accepts", "length-not-shortest"): _SEE_FRAMES,
        ("accepts", "mask-missing"): _SEE_FRAMES,
        ("accepts", "mask-present"): _SEE_FRAMES,
        ("accepts", "rsv1-on-control"): _SEE_FRAMES,
        ("answers 1009 to", "message-interrupted"): _BOTH,
        ("is late to refuse", "deflate-invalid"): _CUT,
        ("is late to refuse", "text-not-utf8"): _LATE,
        ("misreads", _EMPTY): _NO_BYTES,
        ("misreads", _INSIDE): _FORGETS,
        ("refuses", _INSIDE): _FORGETS,
    },
    "websockets": {
        ("accepts", "control-too-long"): _SEE_FRAMES,
        ("accepts", "deflate-invalid"): _CUT,
        ("accepts", "length-not-shortest"): _SEE_FRAMES,
        ("answers 1002 to", "deflate-invalid"): "RFC 7692 names no code for it; 1007 tells more",
        ("answers 1002 to", "text-not-utf8"): f"{_LATE}, and another rule breaks first",
        ("answers 1007 to", "close-code-forbidden"): _BOTH,
        ("answers 1009 to", "message-interrupted"): _BOTH,
        ("is late to refuse", "text-not-utf8"): _LATE,
        ("misreads", _EMPTY): _NO_BYTES,
        ("refuses", "close"): "§5.4: control frames, so a Close too, may stand inside a message",
    },
    "wsproto": {
        ("accepts", "deflate-invalid"): _CUT,
        ("accepts", "frame-too-long"): "§10.4: it has no limit",
        ("accepts", "message-too-long"): "§10.4: it has no limit",
        ("answers 1002 to", "close-reason-not-utf8"): _BOTH,
        ("answers 1002 to", "frame-too-long"): _BOTH,
        (
            "answers 1007 to",
            "message-interrupted",
        ): "§5.4: it inflates the intruder before it looks",
        ("is late to refuse", "deflate-invalid"): _CUT,
        ("misreads", _EMPTY): _NO_BYTES,
        ("misreads", _INSIDE): _FORGETS,
        ("refuses", _INSIDE): _FORGETS,
    },
}
"""For each library, how it differs and in what, with the rule that decides.

Those about single frames stand in ``test_frame_oracles.py`` too, with all their cases."""


@pytest.fixture(scope="module")
def differences() -> dict[str, dict[tuple[str, str], list[str]]]:
    return compared()


@each_library
def test_a_library_fails_where_we_do_except_where_a_rule_says_otherwise(differences, name):
    unlisted = set(differences[name]) - set(DISAGREEMENTS[name])
    assert not unlisted, "\n".join(differences[name][how][0] for how in unlisted)


@pytest.mark.parametrize(
    ("name", "how"),
    [(name, how) for name, rows in DISAGREEMENTS.items() for how in rows],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_a_listed_disagreement_still_happens(differences, name, how):
    assert how in differences[name]
