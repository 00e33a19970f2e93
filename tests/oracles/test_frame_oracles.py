"""Our frames checked against four libraries that we did not write.

tornado, websocket-client, websockets and wsproto read what we build, we read what they build, and
for thousands of headers, close bodies and texts, legal and illegal, they accept and refuse what we
accept and refuse. Where one of them does not, the rule table says that it is wrong, and the case is
listed in ``DISAGREEMENTS``. A listed case that no longer happens fails too: libraries improve, and
the list stays honest.

Every library is asked at its lowest surface that takes bytes and gives frames, without a socket.
"""

import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import NamedTuple

import pytest
import tornado.util
import tornado.websocket
import websocket
import websockets.exceptions
import websockets.extensions.permessage_deflate
import websockets.frames
import websockets.protocol
import websockets.utils
import wsproto.extensions
import wsproto.frame_protocol

from tests.oracles.tornado_stream import Stream
from wslearn.protocol.codes import Opcode
from wslearn.protocol.deflate import DEFLATE
from wslearn.protocol.dissect import dissect
from wslearn.protocol.dissection import Dissection
from wslearn.protocol.frame import Frame
from wslearn.protocol.masking import mask
from wslearn.protocol.parser import FrameParser
from wslearn.protocol.rules import FRAME_RULES
from wslearn.protocol.text import utf8_problem

SEED = 6455
KEY = bytes.fromhex("37fa213d")
SIDES = ("server", "client")


class Read(NamedTuple):
    """A frame as a library read it; ``fin`` is None where the library does not say."""

    opcode: int
    payload: bytes
    fin: bool | None = True


class Judged(NamedTuple):
    """What a library does with some bytes: it refuses them, or reads their frames."""

    refused: bool
    frames: tuple[Read, ...] = ()


class NothingMoreError(Exception):
    """The bytes have run out, and a library asks for more."""


# -- four ways to ask ------------------------------------------------------------------------------


def ask_websockets(receiver: str, data: bytes, deflate: bool = False) -> Judged:
    """A connection that is open already, fed with bytes.

    Its classes with a socket decode text one layer above, with ``bytes.decode``, so it is done
    here.
    """
    side = websockets.protocol.SERVER if receiver == "server" else websockets.protocol.CLIENT
    connection = websockets.protocol.Protocol(side, state=websockets.protocol.OPEN, max_size=None)
    if deflate:
        extension = websockets.extensions.permessage_deflate.PerMessageDeflate(False, False, 15, 15)
        connection.extensions = [extension]
    connection.receive_data(data)
    events = connection.events_received()
    try:
        for event in events:
            if event.opcode == Opcode.TEXT and event.fin:
                bytes(event.data).decode()
    except UnicodeDecodeError:
        return Judged(True)
    if connection.parser_exc is not None:
        assert isinstance(
            connection.parser_exc, websockets.exceptions.ProtocolError | UnicodeDecodeError
        )
        return Judged(True)
    return Judged(False, tuple(Read(e.opcode, bytes(e.data), e.fin) for e in events))


def ask_wsproto(receiver: str, data: bytes, deflate: bool = False) -> Judged:
    """The frame protocol, which also puts text together."""
    extensions = []
    if deflate:
        extension = wsproto.extensions.PerMessageDeflate()
        extension._enabled = True
        extensions.append(extension)
    protocol = wsproto.frame_protocol.FrameProtocol(receiver == "client", extensions)
    protocol.receive_bytes(data)
    read = []
    try:
        for frame in protocol.received_frames():
            payload = frame.payload
            if isinstance(payload, tuple):
                code, reason = payload
                payload = b"" if code == 1005 else int(code).to_bytes(2, "big") + reason.encode()
            payload = payload.encode() if isinstance(payload, str) else bytes(payload)
            read.append(Read(frame.opcode, payload, frame.message_finished))
    except wsproto.frame_protocol.ParseFailed:
        return Judged(True)
    return Judged(False, tuple(read))


class WebsocketClient(websocket.WebSocket):
    """A client that reads some bytes in place of a socket, and whose output is dropped."""

    def __init__(self, data: bytes, fragments: bool) -> None:
        super().__init__(fire_cont_frame=fragments)
        self.data = data

    def _recv(self, bufsize: int) -> bytes:
        piece, self.data = self.data[:bufsize], self.data[bufsize:]
        if not piece and bufsize:
            raise NothingMoreError
        return piece

    def send(self, payload: bytes | str, opcode: int = Opcode.TEXT) -> int:
        return len(payload)


def ask_websocket_client(receiver: str, data: bytes, deflate: bool = False) -> Judged:
    """A client, and only that: it judges nothing for a server."""
    assert receiver == "client"
    assert not deflate
    # When it hands over fragments one by one, it checks no text, so whole texts are read whole.
    client = WebsocketClient(data, fragments=data[0] != 0x81)
    read = []
    try:
        while True:
            opcode, frame = client.recv_data_frame(control_frame=True)
            read.append(Read(opcode, bytes(frame.data), bool(frame.fin)))
    except (websocket.WebSocketProtocolException, websocket.WebSocketPayloadException):
        return Judged(True)
    except NothingMoreError:
        return Judged(False, tuple(read))


class TornadoConnection(tornado.websocket.WebSocketProtocol13):
    """One end of a connection, which records what it gets and whether it hangs up."""

    def __init__(self, receiver: str, data: bytes = b"", deflate: bool = False) -> None:
        self.refused = False
        self.read: list[Read] = []
        handler = SimpleNamespace(
            on_message=self.hear_message,
            on_ping=lambda payload: self.hear(Opcode.PING, payload),
            on_pong=lambda payload: self.hear(Opcode.PONG, payload),
            log_exception=lambda *_: None,
        )
        params = tornado.websocket._WebSocketParams()
        super().__init__(handler, mask_outgoing=receiver == "client", params=params)
        self.stream = Stream(data)
        if deflate:
            self._create_compressors(receiver, {})

    def hear(self, opcode: int, payload: bytes) -> None:
        self.read.append(Read(opcode, payload))

    def hear_message(self, message: str | bytes) -> None:
        if isinstance(message, str):
            self.hear(Opcode.TEXT, message.encode())
        else:
            self.hear(Opcode.BINARY, message)

    def _abort(self) -> None:
        self.refused = True
        super()._abort()

    def run(self) -> None:
        """Read frames until it waits for more bytes than there are; this needs no event loop."""
        while not self.client_terminated:
            try:
                self._receive_frame().send(None)
            except StopIteration:
                continue
            return


def ask_tornado(receiver: str, data: bytes, deflate: bool = False) -> Judged:
    """The protocol class that its server and its client share; it hands over whole messages."""
    connection = TornadoConnection(receiver, data, deflate)
    try:
        connection.run()
    except UnicodeDecodeError:
        return Judged(True)
    if connection.refused:
        return Judged(True)
    return Judged(False, tuple(connection.read))


@dataclass(frozen=True)
class Library:
    """A library, how to ask it, for which side it can judge, and whether it knows deflate."""

    ask: Callable[..., Judged]
    sides: tuple[str, ...] = SIDES
    deflate: bool = True


LIBRARIES = {
    "tornado": Library(ask_tornado),
    "websocket-client": Library(ask_websocket_client, ("client",), deflate=False),
    "websockets": Library(ask_websockets),
    "wsproto": Library(ask_wsproto),
}

each_library = pytest.mark.parametrize("name", LIBRARIES)


# -- where they are wrong --------------------------------------------------------------------------


@dataclass(frozen=True)
class Disagreement:
    """A kind of frame that a library wrongly ``accepts`` or ``refuses``, and the rule it concerns.

    ``when`` narrows the kind down to some frames; without it, all that break the rule count.
    """

    library: str
    verb: str
    rule: str
    what: str
    when: Callable[[bytes], bool] = lambda data: True


def opcode_of(data: bytes) -> int:
    return data[0] & 0x0F


def fin_of(data: bytes) -> bool:
    return bool(data[0] & 0x80)


def payload_of(data: bytes) -> bytes:
    return dissect(data).payload


def ends_inside_a_character(data: bytes) -> bool:
    problem = utf8_problem(data)
    return problem is not None and problem.cut


DISAGREEMENTS = (
    Disagreement("tornado", "accepts", "mask-missing", "an unmasked frame from a client"),
    Disagreement("tornado", "accepts", "mask-present", "a masked frame from a server"),
    Disagreement("tornado", "accepts", "length-not-shortest", "a length in a longer form"),
    Disagreement(
        "tornado",
        "accepts",
        "opcode-reserved",
        "a first fragment with opcode 3 to 7",
        lambda data: opcode_of(data) < 8 and not fin_of(data),
    ),
    Disagreement("tornado", "accepts", "rsv1-on-control", "a control frame marked as compressed"),
    Disagreement("tornado", "accepts", "close-body-one-byte", "a Close with a body of one byte"),
    Disagreement("tornado", "accepts", "close-code-forbidden", "a Close with any code at all"),
    Disagreement("websocket-client", "accepts", "mask-present", "a masked frame from a server"),
    Disagreement("websocket-client", "accepts", "length-not-shortest", "a length in a longer form"),
    Disagreement(
        "websocket-client", "accepts", "length-top-bit", "a length of 2^63 and more: it waits"
    ),
    Disagreement(
        "websocket-client",
        "accepts",
        "control-fragmented",
        "a Pong or a Close with FIN 0",
        lambda data: opcode_of(data) in (Opcode.PONG, Opcode.CLOSE),
    ),
    Disagreement(
        "websocket-client",
        "accepts",
        "control-too-long",
        "a Pong of 126 bytes and more, or any control frame with a short length in a longer form",
        lambda data: opcode_of(data) == Opcode.PONG or len(payload_of(data)) < 126,
    ),
    Disagreement(
        "websocket-client",
        "accepts",
        "text-not-utf8",
        "a text that ends inside a character",
        lambda data: ends_inside_a_character(payload_of(data)),
    ),
    Disagreement(
        "websocket-client",
        "accepts",
        "close-reason-not-utf8",
        "a reason that ends inside a character",
        lambda data: ends_inside_a_character(payload_of(data)[2:]),
    ),
    Disagreement("websockets", "accepts", "length-not-shortest", "a length in a longer form"),
    Disagreement("websockets", "accepts", "length-top-bit", "a length of 2^63 and more: it waits"),
    Disagreement(
        "websockets",
        "accepts",
        "control-too-long",
        "a control frame with a short length in a longer form",
        lambda data: len(payload_of(data)) < 126,
    ),
    Disagreement(
        "wsproto",
        "refuses",
        "close-code-forbidden",
        "a Close with code 1014, which was registered with IANA after the RFC",
        lambda data: payload_of(data)[:2] == (1014).to_bytes(2, "big"),
    ),
)


class Case(NamedTuple):
    """The bytes of one frame for one side, and what has to come before them."""

    receiver: str
    data: bytes
    deflate: bool = False

    def ours(self) -> Dissection:
        """Our own verdict."""
        return dissect(self.data, self.receiver, (DEFLATE,) if self.deflate else ())

    @property
    def before(self) -> bytes:
        """A continuation needs an open message; a binary one, so any byte is allowed."""
        if opcode_of(self.data) != Opcode.CONTINUATION:
            return b""
        return Frame.binary(b"", fin=False).encode(
            mask_key=KEY if self.receiver == "server" else None
        )


def disagreements(name: str, cases: dict[Case, Dissection]) -> tuple[set[Disagreement], list[str]]:
    """The listed disagreements that these cases show, and a line for each unlisted one.

    Where both accept, they must read the same.
    """
    library = LIBRARIES[name]
    listed = [row for row in DISAGREEMENTS if row.library == name]
    shown: set[Disagreement] = set()
    unlisted = []
    for case, ours in cases.items():
        if case.receiver not in library.sides or (case.deflate and not library.deflate):
            continue
        theirs = library.ask(case.receiver, case.before + case.data, deflate=case.deflate)
        line = f"{name} as {case.receiver}: {case.data[:16].hex()} -> {theirs}"
        if theirs.refused:
            rules = [] if ours.violations else ["close-code-forbidden"]
            verb = "refuses"
        else:
            rules = [violation.rule.id for violation in ours.violations]
            verb = "accepts"
        for rule in rules:
            rows = [r for r in listed if (r.verb, r.rule) == (verb, rule) and r.when(case.data)]
            shown.update(rows)
            if not rows:
                unlisted.append(f"{line}, {rule}")
        agreed = not rules and not theirs.refused
        if agreed and theirs.frames and ours.frame and not case.deflate:
            last = theirs.frames[-1]
            same = last.payload == ours.payload and last.fin in (None, ours.frame.fin)
            if not same or (last.opcode != ours.frame.opcode and not case.before):
                unlisted.append(f"{line}, read as {ours.frame}")
    return shown, unlisted


def spelled(receiver: str, first: int, masked: bool, payload: bytes, bits: int) -> Case:
    """A frame from its parts, legal or not."""
    flags = [bool(first & bit) for bit in (0x80, 0x40, 0x20, 0x10)]
    frame = Frame(first & 0x0F, payload, *flags)
    return Case(receiver, frame.encode(mask_key=KEY if masked else None, length_bits=bits))


def letters(source: random.Random, size: int) -> bytes:
    return bytes(source.choices(b"abcdefghijklmnopqrstuvwxyz", k=size))


def header_cases() -> list[Case]:
    """Every first byte, masked and not, with lengths in every form; payloads that break no rule."""
    source = random.Random(SEED)
    cases = []
    for receiver in SIDES:
        for first in range(256):
            for masked in (False, True):
                for size, bits in (
                    (0, 7),
                    (source.randint(3, 125), 7),
                    (source.randint(2, 125), 16),
                    (source.randint(126, 200), 16),
                    (source.randint(2, 300), 64),
                ):
                    payload = letters(source, size)
                    if first & 0x0F == Opcode.CLOSE and size:
                        payload = (1000).to_bytes(2, "big") + payload[2:]
                    cases.append(spelled(receiver, first, masked, payload, bits))
        for opcode in (Opcode.TEXT, Opcode.BINARY):
            right = receiver == "server"
            cases.append(spelled(receiver, 0x80 | opcode, right, letters(source, 65_536), 64))
            huge = bytes((0x80 | opcode, 0xFF if right else 0x7F)) + b"\x80" + bytes(7)
            cases.append(Case(receiver, huge + (KEY + mask(b"bytes", KEY) if right else b"bytes")))
    return cases


def deflate_cases() -> list[Case]:
    """Every first byte with permessage-deflate agreed, and a payload that inflates."""
    compressor = zlib.compressobj(wbits=-15)
    deflated = (compressor.compress(b"a") + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]
    cases = []
    for receiver in SIDES:
        for first in range(256):
            compressed = first & 0x40 and first & 0x0F in (Opcode.TEXT, Opcode.BINARY)
            payload = deflated if compressed else b""
            case = spelled(receiver, first, receiver == "server", payload, 7)
            cases.append(case._replace(deflate=True))
    return cases


def close_cases() -> list[Case]:
    """Close codes at every edge and many others, bodies of one byte, and reasons of any bytes."""
    source = random.Random(SEED)
    codes = [*range(990, 1030), 2999, 3000, 3999, 4000, 4999, 5000, 65_535]
    codes += source.sample(range(65_536), 200)
    bodies = [b"", b"\x03", b"x", *(code.to_bytes(2, "big") for code in codes)]
    bodies += [(1000).to_bytes(2, "big") + text for text in some_texts(source, 300)]
    return [
        Case(receiver, Frame(Opcode.CLOSE, body).encode(mask_key=KEY if masked else None))
        for body in bodies
        for receiver, masked in (("client", False), ("server", True))
    ]


def text_cases() -> list[Case]:
    """Whole text messages of any bytes, many of them nearly UTF-8."""
    source = random.Random(SEED)
    return [
        Case(receiver, Frame(Opcode.TEXT, text).encode(mask_key=KEY if masked else None))
        for text in some_texts(source, 600)
        for receiver, masked in (("client", False), ("server", True))
    ]


def some_texts(source: random.Random, count: int) -> Iterator[bytes]:
    """Characters of one to four bytes, now and then with a byte changed, dropped or inserted."""
    edges = [0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF]
    wrong = [b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xff", b"\x80", b"\xe0\x80\x80"]
    for _ in range(count):
        parts = [chr(source.choice(edges)).encode() for _ in range(source.randint(0, 4))]
        if source.random() < 0.3:
            parts.insert(source.randint(0, len(parts)), source.choice(wrong))
        text = bytearray(b"".join(parts))
        if text and source.random() < 0.3:
            text[source.randrange(len(text))] = source.randrange(256)
        if text and source.random() < 0.2:
            del text[source.randrange(len(text)) :]
        yield bytes(text)


CASES = {
    "headers": header_cases,
    "headers once deflate is agreed": deflate_cases,
    "close bodies": close_cases,
    "texts": text_cases,
}


@pytest.fixture(scope="module")
def built() -> dict[str, dict[Case, Dissection]]:
    """Every case with our own verdict, by kind."""
    return {kind: {case: case.ours() for case in build()} for kind, build in CASES.items()}


@pytest.fixture(scope="module")
def compared(built) -> dict[str, tuple[set[Disagreement], dict[str, list[str]]]]:
    """For each library, the listed disagreements that show, and by kind the unlisted ones."""
    found = {}
    for name in LIBRARIES:
        shown: set[Disagreement] = set()
        unlisted = {}
        for kind, cases in built.items():
            more, unlisted[kind] = disagreements(name, cases)
            shown |= more
        found[name] = (shown, unlisted)
    return found


@pytest.mark.parametrize("kind", CASES)
@each_library
def test_a_library_agrees_except_where_the_rule_table_says_it_is_wrong(compared, name, kind):
    unlisted = compared[name][1][kind]
    assert unlisted[:5] == [], f"{len(unlisted)} cases are not listed"


@pytest.mark.parametrize("row", DISAGREEMENTS, ids=lambda r: f"{r.library} {r.verb} {r.rule}")
def test_a_listed_disagreement_still_happens(compared, row):
    assert row in compared[row.library][0], f"{row.library} no longer {row.verb} {row.what}"


def test_the_cases_break_every_rule_but_the_limit_of_the_receiver(built):
    found = [ours.violations for cases in built.values() for ours in cases.values()]
    broken = {violation.rule.id for violations in found for violation in violations}
    assert broken == {rule.id for rule in FRAME_RULES} - {"frame-too-long"}
    assert found.count(()) > 500


# -- what they build, and what we build ------------------------------------------------------------


def legal_frames(count: int = 150) -> list[Frame]:
    """Frames of every opcode and size class; a continuation and an opening fragment among them."""
    source = random.Random(SEED)
    frames = []
    for _ in range(count):
        opcode = source.choice(list(Opcode))
        size = source.choice([0, 1, 2, 5, 124, 125, 126, 127, 300, 65_535, 65_536, 70_000])
        if opcode >= Opcode.CLOSE:
            size = min(size, 125)
        payload = letters(source, size)
        if opcode == Opcode.CLOSE and payload:
            payload = Frame.close(source.choice([1000, 1001, 3000, 4999]), "bye").payload
        fin = opcode >= Opcode.CLOSE or source.random() < 0.7
        frames.append(Frame(opcode, payload, fin))
    return frames


@pytest.mark.parametrize(
    ("name", "receiver"), [(name, side) for name in LIBRARIES for side in LIBRARIES[name].sides]
)
def test_what_we_build_a_library_reads(name, receiver):
    library = LIBRARIES[name]
    source = random.Random(SEED)
    for frame in legal_frames():
        key = source.randbytes(4) if receiver == "server" else None
        case = Case(receiver, frame.encode(mask_key=key))
        judged = library.ask(receiver, case.before + case.data)
        assert not judged.refused, case.data[:16].hex()
        if name == "tornado" and (not frame.fin or frame.opcode == Opcode.CLOSE):
            continue  # it hands over whole messages only, and no Close
        *_, read = judged.frames
        opcode = Opcode.BINARY if frame.opcode == Opcode.CONTINUATION else frame.opcode
        assert read.payload == frame.payload
        assert read.opcode in (opcode, frame.opcode)
        assert read.fin == frame.fin


def build_with_websockets(frame: Frame, masked: bool) -> bytes:
    opcode = websockets.frames.Opcode(frame.opcode)
    return websockets.frames.Frame(opcode, frame.payload, frame.fin).serialize(mask=masked)


def build_with_wsproto(frame: Frame, masked: bool) -> bytes:
    protocol = wsproto.frame_protocol.FrameProtocol(masked, [])
    opcode = wsproto.frame_protocol.Opcode(frame.opcode)
    return bytes(protocol._serialize_frame(opcode, frame.payload, frame.fin))


def build_with_websocket_client(frame: Frame, masked: bool) -> bytes:
    built = websocket.ABNF.create_frame(frame.payload, frame.opcode, int(frame.fin))
    built.mask_value = int(masked)
    return built.format()


def build_with_tornado(frame: Frame, masked: bool) -> bytes:
    connection = TornadoConnection("client" if masked else "server")
    connection._write_frame(frame.fin, frame.opcode, frame.payload)
    return connection.stream.written


BUILDERS = {
    "tornado": build_with_tornado,
    "websocket-client": build_with_websocket_client,
    "websockets": build_with_websockets,
    "wsproto": build_with_wsproto,
}


@pytest.mark.parametrize("masked", [False, True], ids=["unmasked", "masked"])
@each_library
def test_what_a_library_builds_we_read(name, masked):
    receiver = "server" if masked else "client"
    parser = FrameParser(receiver)
    keys = set()
    for frame in legal_frames():
        data = BUILDERS[name](frame, masked)
        assert parser.feed(data) == [frame]
        dissection = dissect(data, receiver=receiver)
        assert (dissection.frame, dissection.violations, dissection.rest) == (frame, (), b"")
        assert frame.encode(mask_key=dissection.mask_key) == data
        keys.add(dissection.mask_key)
    assert len(keys) == (150 if masked else 1), "every frame has a key of its own"


MASKS: dict[str, Callable[[bytes, bytes], bytes]] = {
    "tornado": lambda data, key: tornado.util._websocket_mask(key, data),
    "websocket-client": lambda data, key: websocket.ABNF.mask(key, data),
    "websockets": websockets.utils.apply_mask,
    "wsproto": lambda data, key: bytes(
        wsproto.frame_protocol.XorMaskerSimple(key).process(bytearray(data))
    ),
}


@each_library
def test_a_library_masks_as_we_do(name):
    source = random.Random(SEED)
    for size in [*range(70), 1000, 65_537]:
        data, key = source.randbytes(size), source.randbytes(4)
        assert bytes(MASKS[name](data, key)) == mask(data, key)
