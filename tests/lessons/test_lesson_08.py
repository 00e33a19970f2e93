"""The solutions of lesson 08 do what the protocol layer and the mended server do."""

import pytest

from tests.support.exercises import arguments_of
from wslearn.course.answers import check
from wslearn.course.exercises import find
from wslearn.protocol.connection import Connection
from wslearn.protocol.errors import FrameError
from wslearn.protocol.events import Binary, Close, Text
from wslearn.protocol.frame import Frame
from wslearn.protocol.handshake import check_request
from wslearn.protocol.parser import FrameParser

KEY = bytes.fromhex("37fa213d")


@pytest.mark.parametrize(("pieces", "sizes"), arguments_of("08.1"))
def test_what_is_read_is_the_stream_cut_at_the_sizes(pieces, sizes):
    whole, read = b"".join(pieces), find("08.1").reference(pieces, sizes)
    if sum(sizes) > len(whole):
        assert read is None
    else:
        assert b"".join(read) == whole[: sum(sizes)]
        assert tuple(map(len, read)) == sizes


@pytest.mark.parametrize("head", [head for (head,) in arguments_of("08.2")])
def test_a_request_is_judged_as_the_protocol_layer_judges_it(head):
    with_key = head.replace("\r\n\r\n", "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
    judged = check_request(with_key.encode())
    status = find("08.2").reference(head)
    # Where several parts are missing, the RFC leaves open which error to report.
    assert (status == 101) == (judged.status == 101)
    if status == 426:
        assert judged.status in (400, 426)


@pytest.mark.parametrize("data", [data for (data,) in arguments_of("08.3")])
def test_frames_are_counted_as_the_parser_counts_them(data):
    assert find("08.3").reference(data) == len(FrameParser("server").feed(data))


@pytest.mark.parametrize(("opcode", "payload"), arguments_of("08.4"))
def test_a_frame_is_answered_as_a_connection_answers_it(opcode, payload):
    server = Connection("server")
    sent = b""
    for event in server.receive(Frame(opcode, payload).encode(mask_key=KEY)):
        match event:
            case Text(text):
                sent += server.send_text(text)
            case Binary(data):
                sent += server.send_binary(data)
    expected = FrameParser("client").feed(sent + server.take_output())
    answered = FrameParser("client").feed(find("08.4").reference(opcode, payload))
    assert [frame.opcode for frame in answered] == [frame.opcode for frame in expected]
    for ours, its in zip(answered, expected, strict=True):
        # A failing connection adds a reason in words; the exercise asks for the code alone.
        size = 2 if ours.opcode == 8 else None
        assert ours.payload[:size] == its.payload[:size]


@pytest.mark.parametrize("frames", [frames for (frames,) in arguments_of("08.5")])
def test_a_conversation_goes_as_it_does_with_a_connection(frames):
    server, sent = Connection("server"), b""
    for fin, opcode, payload in frames:
        body = (1000).to_bytes(2, "big") if opcode == 8 else payload
        for event in server.receive(Frame(opcode, body, fin=fin).encode(mask_key=KEY)):
            match event:
                case Text(text):
                    sent += server.send_text(text)
                case Binary(data):
                    sent += server.send_binary(data)
                case Close():
                    pass
        sent += server.take_output()
    parser = FrameParser("client")
    try:
        expected = parser.feed(sent)
    except FrameError as problem:
        pytest.fail(str(problem))
    told = [
        (
            int(frame.opcode),
            int.from_bytes(frame.payload[:2], "big") if frame.opcode == 8 else frame.payload,
        )
        for frame in expected
    ]
    assert find("08.5").reference(frames) == told


def test_a_student_may_join_the_pieces_first():
    def read_exactly(pieces, sizes):
        whole = b"".join(pieces)
        if len(whole) < sum(sizes):
            return None
        read, at = [], 0
        for size in sizes:
            read.append(whole[at : at + size])
            at += size
        return read

    assert check("08.1", read_exactly).passed


def test_a_student_may_use_what_wslearn_has():
    assert check("08.3", lambda data: len(FrameParser("server").feed(data))).passed


def test_a_message_that_begins_with_an_empty_fragment_has_begun():
    def by_its_bytes(frames):
        sent, kind, message = [], 0, b""
        for fin, opcode, payload in frames:
            if opcode == 9:
                sent.append((10, payload))
            elif opcode == 8:
                return [*sent, (8, 1000)]
            elif opcode != 10:
                if (opcode == 0) == (message == b""):
                    return [*sent, (8, 1002)]
                kind = opcode or kind
                message += payload
                if fin:
                    sent.append((kind, message))
                    message = b""
        return sent

    verdict = check("08.5", by_its_bytes)
    assert not verdict.passed
    assert "may be empty" in verdict.means


@pytest.mark.parametrize(
    ("mistake", "means"),
    [
        (lambda head: {}["upgrade"], "no such entry"),
        (lambda head: head.split(": ")[9:][0], "past the end"),
        (lambda head: [(name, value) for name, value in [head.split(":", 0)]], "more names"),
    ],
)
def test_a_beginners_error_comes_with_what_it_means(mistake, means):
    assert means in check("08.2", mistake).means


def test_why_a_right_request_is_refused_is_named_without_guessing():
    def small_letters(head):
        return 101 if head.lower().startswith("GET") else 400

    def compares_with_a_number(head):
        status = find("08.2").reference(head)
        return 426 if status == 101 else status

    assert "turns GET into get" in check("08.2", small_letters).means
    assert 'it is text: "13", not 13' in check("08.2", compares_with_a_number).means


def test_a_kind_that_outlives_its_message_is_named_as_the_cause():
    def answer(frames):
        sent, kind, message = [], 0, b""
        for fin, opcode, payload in frames:
            if opcode == 8 or (opcode < 8 and (opcode > 0) == (kind > 0)):
                return [*sent, (8, 1000 if opcode == 8 else 1002)]
            if opcode == 9:
                sent.append((10, payload))
            elif opcode < 8:
                kind, message = opcode or kind, message + payload
                if fin:
                    sent.append((kind, message))
                    message = b""
        return sent

    assert "but the kind was kept" in check("08.5", answer).means
