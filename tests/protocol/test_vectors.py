"""Every vector of tests/vectors/vectors.json is run, and a test proves that none is left out.

Frames go through ``dissect`` (all rules about one frame), ``FrameParser`` (rules about headers) and
``Connection`` (all rules), whole, byte by byte, in random pieces, and with bytes that follow. The
vectors of the opening handshake are run by the tests of its modules; here those tests are asked
which vectors they run.
"""

import ast
import hashlib
import json
import random
import runpy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support import places
from wslearn.protocol.codes import OPCODE_MEANINGS, Opcode, close_code_may_travel
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import DEFLATE, Agreement
from wslearn.protocol.dissect import dissect, dissect_all
from wslearn.protocol.errors import FrameError
from wslearn.protocol.events import Close, Event, Failed, Ping, Pong, Text
from wslearn.protocol.frame import Frame
from wslearn.protocol.masking import mask, mask_plain
from wslearn.protocol.parser import FrameParser

VECTORS = json.loads((places.VECTORS / "vectors.json").read_text())

HANDSHAKE = {
    "handshake_requests": (
        "test_handshake.py",
        "test_a_server_answers_the_vectors_with_their_status",
    ),
    "handshake_responses": (
        "test_handshake.py",
        "test_a_client_does_with_the_vectors_what_they_say",
    ),
    "deflate_negotiation": ("test_deflate.py", "test_a_client_judges_the_answer"),
    "deflate_bad_offers": (
        "test_deflate.py",
        "test_a_server_declines_an_offer_that_breaks_a_rule",
    ),
}
"""Sections about the opening handshake, and for each the test that is run with every case of it."""

EXAMPLES = "rfc_handshake_examples"
"""The section whose cases are each unlike the others: a test asks for each by its name."""

NO_CASES = {"meta", "deflate_notes"}
"""Sections that explain and hold nothing to run."""

MESSAGES = {
    # Several frames make one message, and the order of events is the point.
    "frame_ok/k-ping-in-message",
    "frame_errors/x-orphan-cont-nofin",
    "frame_errors/x-interleave-text",
    "frame_errors/x-too-big-fragments",
    "utf8/fragmented/split inside a 2-byte character",
    "utf8/fragmented/bad byte in the first of two fragments: may fail early",
    "utf8/fragmented/surrogate split over frames",
    "utf8/fragmented/overlong split over frames",
    "utf8/fragmented/character left open at the end of the message",
    # The payload has to be inflated.
    "deflate_errors/de-bomb",
    "rfc_deflate_examples/d-one-block",
    "rfc_deflate_examples/d-fragmented",
    "rfc_deflate_examples/d-takeover",
    "rfc_deflate_examples/d-no-takeover",
    "rfc_deflate_examples/d-takeover-plain-between",
    "rfc_deflate_examples/d-stored",
    "rfc_deflate_examples/d-bfinal",
    "rfc_deflate_examples/d-bfinal-then-next",
    "rfc_deflate_examples/d-bfinal-then-takeover",
    "rfc_deflate_examples/d-two-blocks",
    "rfc_deflate_examples/d-empty",
    "rfc_deflate_examples/d-empty-fragment",
}
"""Vectors that no single frame can answer: ``Connection`` alone is asked."""

GROUPS = {
    "length_headers": ("cases",),
    "length_non_minimal": ("cases",),
    "length_msb": ("cases",),
    "masking": ("cases",),
    "close_codes": ("valid", "registered_later", "invalid"),
    "utf8": ("valid", "invalid", "incomplete", "fragmented"),
}
"""Sections that hold their cases in lists of their own, under these keys."""


def all_vectors() -> dict[str, dict[str, Any]]:
    """Every vector about frames, under a name made of its section and its id, name or content."""
    found: dict[str, dict[str, Any]] = {"utf8/binary": VECTORS["utf8"]["binary_same_bytes"]}
    for section, content in VECTORS.items():
        if section in {*HANDSHAKE, EXAMPLES, *NO_CASES}:
            continue
        if section in GROUPS:
            named = {
                f"{section}/{group}/{own_name(case)}": case
                for group in GROUPS[section]
                for case in content[group]
            }
            assert len(named) == sum(len(content[group]) for group in GROUPS[section])
        else:
            named = {f"{section}/{case['id']}": case for case in content}
            assert len(named) == len(content)
        found |= named
    return found


def own_name(case: dict[str, Any]) -> str:
    for key in ("name", "code", "header", "unmasked_header"):
        if key in case:
            return str(case[key])
    return f"{case['key']}-{case['plain']}"


@dataclass(frozen=True)
class Stream:
    """Bytes for one receiver, and the expected result."""

    receiver: str
    data: bytes
    fail: int | None = None
    events: tuple[dict[str, Any], ...] | None = None
    first_bad_offset: int | None = None
    extensions: tuple[str, ...] = ()
    max_size: int | None = None

    @property
    def how(self) -> dict[str, Any]:
        return {
            "receiver": self.receiver,
            "extensions": self.extensions,
            "max_size": self.max_size,
        }


def streams_of(name: str, case: dict[str, Any]) -> list[Stream]:
    """The bytes of one vector; most come unmasked for a client and masked for a server."""
    events = tuple(case["events"]) if "events" in case else None
    rest = {"fail": case.get("fail"), "first_bad_offset": case.get("first_bad_offset")}
    if name.startswith("utf8/fragmented/"):
        case = {"receiver": "client", **case}
    if "frames" in case or ("payload" in case and "header" in case):
        extensions = (DEFLATE,) if case.get("deflate") else ()
        data = bytes.fromhex("".join(case.get("frames", ())))
        if not data:
            data = long_example(name, case)
        return [
            Stream(case["receiver"], data, case.get("fail"), events, None, extensions,
                   case.get("max_size"))
        ]  # fmt: skip
    if "header" in case:
        return [Stream(case["receiver"], bytes.fromhex(case["header"]), **rest)]
    found = [Stream("client", bytes.fromhex(case["frame"]), events=events, **rest)]
    if "masked" in case:
        found.append(Stream("server", bytes.fromhex(case["masked"]), events=events, **rest))
    if "frame_fin0" in case:
        found.append(Stream("client", bytes.fromhex(case["frame_fin0"])))
    return found


def long_example(name: str, case: dict[str, Any]) -> bytes:
    """The two examples of RFC 6455 §5.7 that give a length instead of bytes."""
    size = {"rfc_frame_examples/f-256": 256, "rfc_frame_examples/f-64k": 65_536}[name]
    data = bytes.fromhex(case["header"]) + bytes(i % 256 for i in range(size))
    if "sha256_of_all_bytes" in case:
        assert hashlib.sha256(data).hexdigest() == case["sha256_of_all_bytes"]
    return data


CASES = all_vectors()
LENGTHS = {name: case for name, case in CASES.items() if name.startswith("length_headers/")}
MASKS = {name: case for name, case in CASES.items() if name.startswith("masking/")}
TALKS = {
    f"{name} ({stream.receiver}, {stream.data[:1].hex()})": stream
    for name, case in CASES.items()
    if name not in {*LENGTHS, *MASKS}
    for stream in streams_of(name, case)
}
STREAMS = {name: talk for name, talk in TALKS.items() if name.rsplit(" (", 1)[0] not in MESSAGES}

each_talk = pytest.mark.parametrize("talk", TALKS.values(), ids=TALKS.keys())
FAILING = {name: talk for name, talk in TALKS.items() if talk.fail}
BAD_TEXT = {name: one for name, one in STREAMS.items() if one.first_bad_offset is not None}
TOLD = {name: one for name, one in STREAMS.items() if one.events}
each_stream = pytest.mark.parametrize("stream", STREAMS.values(), ids=STREAMS.keys())


def test_every_vector_about_frames_is_run():
    """Nothing is left out: each section is known, and a test here runs each of its vectors."""
    sections = {name.split("/")[0] for name in CASES}
    assert set(VECTORS) == sections | set(HANDSHAKE) | {EXAMPLES} | NO_CASES
    run = {
        name.rsplit(" (", 1)[0]
        for name in parameters(test_a_connection_reports_what_the_vector_says)
    }
    lengths = parameters(test_a_length_is_written_and_read_as_the_vector_says)
    masks = parameters(test_a_mask_gives_the_bytes_of_the_vector)
    assert run | set(lengths) | set(masks) == set(CASES)
    assert run >= MESSAGES, "a name here that is not a vector's"
    for section, groups in GROUPS.items():
        lists = {key for key, value in VECTORS[section].items() if isinstance(value, list)}
        assert lists == set(groups)


def parameters(test) -> list[str]:
    """The names of the cases with which a test is run."""
    (mark,) = (mark for mark in test.pytestmark if mark.name == "parametrize")
    return list(mark.kwargs["ids"])


@pytest.mark.parametrize("section", HANDSHAKE)
def test_every_vector_about_the_handshake_is_run(section: str):
    file, name = HANDSHAKE[section]
    test = runpy.run_path(str(Path(__file__).parent / file))[name]
    (mark,) = (mark for mark in test.pytestmark if mark.name == "parametrize")
    cases = VECTORS[section]
    assert list(mark.args[1]) == (cases["offers"] if isinstance(cases, dict) else cases)


def test_every_example_of_a_handshake_is_asked_for_by_its_name():
    named = {
        node.value
        for path in Path(__file__).parent.glob("test_*.py")
        if path != Path(__file__)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }
    assert {case["id"] for case in VECTORS[EXAMPLES]} <= named


def test_the_seven_worked_examples_of_section_5_7_are_among_them():
    examples = {case["id"] for case in VECTORS["rfc_frame_examples"]}
    assert examples == {
        "f-text",
        "f-text-masked",
        "f-fragmented",
        "f-ping",
        "f-pong",
        "f-256",
        "f-64k",
    }
    assert {f"rfc_frame_examples/{name}" for name in examples}.isdisjoint(MESSAGES)


@pytest.mark.row("6455-6.2-1", at="protocol.connection.Connection.receive")
@each_talk
def test_a_connection_reports_what_the_vector_says(talk: Stream):
    """The events of the vector, then its failure, however the bytes are cut."""
    ways = [[talk.data]]
    if len(talk.data) < 1000:
        ways.append([talk.data[i : i + 1] for i in range(len(talk.data))])
    shuffle = random.Random(talk.data.hex())
    ways += [random_pieces(talk.data, shuffle) for _ in range(5)]
    for pieces in ways:
        connection = receiving(talk)
        told = [event for piece in pieces for event in connection.receive(piece)]
        failed = told.pop().code if told and isinstance(told[-1], Failed) else None
        assert failed == talk.fail
        if talk.events is not None:
            assert [as_written(event) for event in told] == [digested(e) for e in talk.events]


@pytest.mark.row(
    "6455-5.1-3",
    "6455-5.1-6",
    "6455-7.1.7-5",
    "6455-7.4.1-n2",
    "6455-7.4.1-n3",
    "6455-7.4.1-n4",
    "6455-10.7-3",
    at="protocol.connection.Connection.take_output",
)
@pytest.mark.row("6455-7.1.7-1", at="protocol.connection.Connection.should_end_tcp")
@pytest.mark.parametrize("talk", FAILING.values(), ids=FAILING.keys())
def test_a_peer_that_breaks_a_rule_is_sent_its_code_before_tcp_ends(talk: Stream):
    connection = receiving(talk)
    connection.receive(talk.data)
    other_side = {"client": "server", "server": "client"}[talk.receiver]
    *answers, close = FrameParser(other_side).feed(connection.take_output())
    assert all(answer.opcode == Opcode.PONG for answer in answers)
    assert (close.opcode, close.payload[:2]) == (Opcode.CLOSE, talk.fail.to_bytes(2, "big"))
    assert connection.should_end_tcp


def receiving(talk: Stream) -> Connection:
    return Connection(
        talk.receiver,
        mask_keys=lambda: bytes(4),
        deflate=Agreement() if talk.extensions else None,
        max_size=talk.max_size,
    )


def as_written(event: Event) -> dict[str, Any]:
    """An event as the vectors write it, with a hash in place of the bytes."""
    if isinstance(event, Close):
        return {"type": "close", "code": event.code, "reason": event.reason}
    kind = type(event).__name__.lower()
    data = event.payload if isinstance(event, Ping | Pong) else None
    if data is None:
        data = event.text.encode() if isinstance(event, Text) else event.data
    return {"type": kind, "sha256": hashlib.sha256(data).hexdigest()}


def digested(event: dict[str, Any]) -> dict[str, Any]:
    """An event of a vector in the same form."""
    if event["type"] == "close":
        return {key: event[key] for key in ("type", "code", "reason")}
    if "hex" in event:
        event = event | {"sha256": hashlib.sha256(bytes.fromhex(event["hex"])).hexdigest()}
    return {key: event[key] for key in ("type", "sha256")}


@each_stream
def test_dissect_judges_as_the_vector_says(stream: Stream):
    """The first bad frame fails the connection with the vector's code; without one, none is bad."""
    dissections = dissect_frames(stream)
    codes = [dissection.close_code for dissection in dissections]
    assert next((code for code in codes if code is not None), None) == stream.fail
    if stream.fail is None:
        assert all(dissection.violations == () for dissection in dissections)


@pytest.mark.parametrize("stream", TOLD.values(), ids=TOLD.keys())
def test_the_payload_is_what_the_vector_says(stream: Stream):
    frames = [dissection.frame for dissection in dissect_frames(stream)]
    message = b"".join(frame.payload for frame in frames)
    (event,) = stream.events
    first = frames[0]
    assert OPCODE_MEANINGS[first.opcode]
    assert (
        first.opcode == {"text": 1, "binary": 2, "close": 8, "ping": 9, "pong": 10}[event["type"]]
    )
    if event["type"] == "close":
        assert message == Frame.close(event["code"], event["reason"]).payload
    elif "sha256" in event:
        assert len(message) == event["length"]
        assert hashlib.sha256(message).hexdigest() == event["sha256"]
    else:
        assert message.hex() == event["hex"]
    if "text" in event:
        assert message.decode() == event["text"]


@pytest.mark.parametrize("stream", BAD_TEXT.values(), ids=BAD_TEXT.keys())
def test_the_first_bad_byte_is_the_one_the_vector_names(stream: Stream):
    dissection = dissect(stream.data, receiver=stream.receiver)
    (violation,) = dissection.violations
    assert violation.rule.id == "text-not-utf8"
    assert violation.start == 8 * (dissection.header_size + stream.first_bad_offset)


@each_stream
def test_the_parser_gives_the_same_frames_and_the_same_failure_however_it_is_cut(stream: Stream):
    expected = expected_of_parser(stream)
    assert parse(stream, [stream.data]) == expected
    if len(stream.data) < 1000:
        assert parse(stream, [stream.data[i : i + 1] for i in range(len(stream.data))]) == expected
    shuffle = random.Random(stream.data.hex())
    for _ in range(20):
        assert parse(stream, random_pieces(stream.data, shuffle)) == expected


@each_stream
def test_bytes_that_follow_change_nothing(stream: Stream):
    frames, failure, pending = expected_of_parser(stream)
    assert not pending
    following = stream.data[:1]  # half a header; legal, unless the same byte has failed before
    assert parse(stream, [stream.data + following]) == (frames, failure, 0 if failure else 1)


@pytest.mark.parametrize("case", LENGTHS.values(), ids=LENGTHS)
def test_a_length_is_written_and_read_as_the_vector_says(case: dict[str, Any]):
    common = VECTORS["length_headers"]
    key = bytes.fromhex(common["mask_key"])
    bits = {"7": 7, "7+16": 16, "7+64": 64}[str(case["length_form_bits"])]
    frame = Frame(common["opcode"], fin=bool(common["fin"]))
    for kind, receiver, mask_key in (("unmasked", "client", None), ("masked", "server", key)):
        header = bytes.fromhex(case[f"{kind}_header"])
        assert frame.header(length=case["length"], mask_key=mask_key) == header
        dissection = dissect(header, receiver=receiver)
        assert dissection.violations == ()
        assert (dissection.length, dissection.length_bits) == (case["length"], bits)
        assert dissection.header_size == len(header) == case[f"{kind}_header_size"]
        assert dissection.missing == case["length"]
        (read,) = FrameParser(receiver).feed(header + bytes(case["length"]))
        assert len(read.payload) == case["length"]


@pytest.mark.row("6455-5.3-n1", at="protocol.masking.mask_plain")
@pytest.mark.parametrize("case", MASKS.values(), ids=MASKS)
def test_a_mask_gives_the_bytes_of_the_vector(case: dict[str, Any]):
    plain, masked, key = (bytes.fromhex(case[name]) for name in ("plain", "masked", "key"))
    for function in (mask, mask_plain):
        assert function(plain, key) == masked
        assert function(masked, key) == plain


def test_the_close_codes_of_the_vectors_may_travel_or_may_not():
    codes = VECTORS["close_codes"]
    assert all(close_code_may_travel(case["code"]) for case in codes["valid"])
    assert all(close_code_may_travel(case["code"]) for case in codes["registered_later"])
    assert not any(close_code_may_travel(case["code"]) for case in codes["invalid"])


def dissect_frames(stream: Stream):
    """The dissections up to the first bad frame, as a receiver would see them."""
    found = []
    data = stream.data
    while data:
        dissection = dissect(data, **stream.how)
        found.append(dissection)
        data = b"" if dissection.violations else dissection.rest
    return found


def expected_of_parser(stream: Stream):
    """What the strict parser has to give, derived from the dissection of each frame."""
    frames = []
    for dissection in dissect_all(stream.data, stream.receiver, stream.extensions):
        judged = dissect(dissection.data, **stream.how)
        header = [v for v in judged.violations if v.rule.layer == "header"]
        if header:
            return frames, header[0], 0
        if not judged.complete:
            return frames, None, len(judged.data)
        frames.append(judged.frame)
    return frames, None, 0


def parse(stream: Stream, pieces: list[bytes]):
    parser = FrameParser(stream.receiver, extensions=stream.extensions, max_size=stream.max_size)
    frames = []
    for piece in pieces:
        try:
            frames += parser.feed(piece)
        except FrameError as error:
            return frames + error.frames, error.violation, parser.pending
    return frames, None, parser.pending


def random_pieces(data: bytes, shuffle: random.Random) -> list[bytes]:
    cuts = sorted(shuffle.choices(range(len(data) + 1), k=shuffle.randint(1, 6)))
    return [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]
