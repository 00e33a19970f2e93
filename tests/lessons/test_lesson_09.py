"""The solutions of lesson 09 do what the protocol layer does."""

import random

import pytest

from tests.support.exercises import arguments_of
from wslearn.course.answers import check
from wslearn.course.exercises import find
from wslearn.labs.gallery.malformed import GALLERY
from wslearn.lessons.lesson_09.earlier import LIMIT, close_fault, encode_length
from wslearn.lessons.lesson_09.inputs import HELLO, TALKS
from wslearn.lessons.lesson_09.parts import REQUEST, STEPS, parts, solution_of, talk, whole_server
from wslearn.protocol.codes import close_code_may_travel
from wslearn.protocol.connection import Connection
from wslearn.protocol.errors import FrameError
from wslearn.protocol.events import Binary, Text
from wslearn.protocol.frame import Frame
from wslearn.protocol.handshake import check_request, check_response
from wslearn.protocol.parser import FrameParser

KEY = bytes.fromhex("37fa213d")
PARTS = {name: solution_of(name) for name in STEPS}


@pytest.fixture(autouse=True)
def lent():
    parts.lend()
    yield
    parts.lend()


def echo(pieces):
    """What wslearn's own connection sends for these pieces, and whether it is then over."""
    server, out = Connection("server", max_size=LIMIT), b""
    for byte in b"".join(pieces):  # so that a pong leaves in the place of its ping
        for event in server.receive(bytes([byte])):
            match event:
                case Text(text):
                    out += server.send_text(text)
                case Binary(data):
                    out += server.send_binary(data)
        out += server.take_output()
    return out, server.should_end_tcp


def without_reasons(frames):
    return [(f.opcode, f.payload[:2] if f.opcode == 8 else f.payload) for f in frames]


def same_frames(one, other):
    read = [without_reasons(FrameParser("client").feed(data)) for data in (one, other)]
    return read[0] == read[1]


# -- the five parts --------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [data for (data,) in arguments_of("09.1") if b"\r\n\r\n" in data])
def test_a_request_is_taken_or_refused_as_our_server_does(data):
    answer, rest = PARTS["answer_request"](data)
    judged = check_request(data)
    assert answer.startswith(b"HTTP/1.1 101") == (judged.status == 101)
    if judged.status == 101:
        assert check_response(answer, judged.key).ok
        assert rest == judged.rest


@pytest.mark.parametrize("masked", [0, 128])
def test_every_way_to_begin_a_frame_is_judged_as_the_strict_parser_does(masked):
    for first in range(256):
        for second in (0, 1, 64, 124, 125, 126, 127):
            begin = bytes([first, masked | second])
            try:
                FrameParser("server").feed(begin)
            except FrameError as error:
                expected = error.violation.close_code
            else:
                expected = None
            assert PARTS["header_fault"](begin) == expected, begin.hex()


SIZES = (0, 1, 125, 126, 127, 65_535, 65_536, LIMIT, LIMIT + 1, 2**63)


@pytest.mark.parametrize(
    ("bits", "size"), [(bits, size) for bits in (16, 64) for size in SIZES if size < 2**bits]
)
def test_every_long_length_is_judged_as_the_strict_parser_does(bits, size):
    begin = bytes([0x82, 0x80 | (126 if bits == 16 else 127)]) + size.to_bytes(bits // 8, "big")
    try:
        FrameParser("server", max_size=LIMIT).feed(begin + KEY)
    except FrameError as error:
        expected = error.violation.close_code
    else:
        expected = None
    assert PARTS["header_fault"](begin) == expected


@pytest.mark.parametrize("size", [0, 5, 125, 126, 127, 300, 65_535, 65_536])
def test_a_frame_is_taken_as_the_parser_takes_it_and_not_a_byte_too_early(size):
    sent = Frame.binary(bytes(i % 251 for i in range(size)))
    data = sent.encode(mask_key=KEY)
    assert PARTS["take_frame"](data + b"next") == ((True, 2, sent.payload), b"next")
    for at in {0, 1, 2, 3, 4, 9, 13, len(data) - 1} & set(range(len(data))):
        assert PARTS["take_frame"](data[:at]) is None


@pytest.mark.parametrize("code", [0, 999, *range(1000, 1017), 2999, 3000, 4999, 5000])
def test_a_close_is_answered_with_its_code_or_with_the_code_of_the_fault(code):
    body = code.to_bytes(2, "big")
    answer, over = PARTS["answer_frame"](8, body)
    assert over
    assert answer[2:] == (body if close_code_may_travel(code) else (1002).to_bytes(2, "big"))
    assert (close_fault(body) is None) == close_code_may_travel(code)


# -- the whole -------------------------------------------------------------------------------------


@pytest.mark.parametrize("pieces", [pieces for pieces in TALKS if not pieces[0].startswith(b"GET")])
def test_the_whole_server_says_what_a_connection_of_ours_says(pieces):
    answers, done = talk(find("09.6").reference, pieces)
    ours, over = echo(pieces)
    assert same_frames(b"".join(answers), ours)
    assert done == over


@pytest.mark.parametrize("seed", range(20))
def test_it_does_not_matter_where_the_network_cuts(seed):
    draw = random.Random(seed)
    frames = [Frame.text("5 €"), Frame.ping(b"p"), Frame.binary(bytes(200)), Frame.close(1001)]
    bad = draw.choice([one for one in GALLERY if not one.deflate and one.only != "client"])
    stream = REQUEST + b"".join(f.encode(mask_key=KEY) for f in frames[: draw.randrange(4)])
    stream += bad.data_before("server") + bad.data("server") + HELLO
    cuts = sorted(draw.sample(range(1, len(stream)), 12))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, None], strict=True)]
    whole, cut = (talk(whole_server(), sent) for sent in ([stream], pieces))
    assert b"".join(whole[0]) == b"".join(cut[0])
    assert whole[1] == cut[1]


# -- other ways to write it ------------------------------------------------------------------------


def test_a_student_may_send_the_reason_back():
    def answer_frame(opcode, payload):
        if opcode == 10:
            return b"", False
        if opcode == 8 and close_fault(payload) is not None:
            payload = close_fault(payload).to_bytes(2, "big")
        answer = 10 if opcode == 9 else opcode
        return bytes([128 + answer]) + encode_length(len(payload)) + payload, opcode == 8

    assert check("09.5", answer_frame).passed


def test_a_student_may_find_the_empty_line_in_another_way():
    def answer_request(data):
        place = data.find(b"\r\n\r\n")
        if place < 0:
            return None
        answer, rest = PARTS["answer_request"](data[: place + 4])
        return answer, None if rest is None else data[place + 4 :]

    assert check("09.1", answer_request).passed


def test_a_student_may_keep_more_than_the_class_begins_with():
    class MyServer:
        def __init__(self):
            self.waiting = bytearray()
            self.reads = 0
            self.inner = whole_server()()

        @property
        def done(self):
            return self.inner.done

        def receive(self, data):
            self.reads += 1
            return bytearray(self.inner.receive(data))

    assert check("09.6", MyServer).passed


def test_a_method_that_raises_is_reported_with_its_line():
    class MyServer:
        def receive(self, data):
            return self.buffer + data

    verdict = check("09.6", MyServer)
    assert verdict.outcome == "raised"
    assert "has no attribute 'buffer'" in verdict.because
    assert "return self.buffer + data" in verdict.because


def test_the_examples_of_the_whole_can_be_typed_as_they_are_shown():
    verdict = check("09.6", None)
    for call, result in verdict.examples:
        shown = eval(call, {"talk": talk, "MyServer": find("09.6").reference})
        assert shown == eval(result)


@pytest.mark.parametrize(
    "id", [f"{lesson}.{n}" for lesson in ("08", "09") for n in range(1, 6)] + ["09.6"]
)
def test_no_solution_raises_at_its_own_cases(id):
    exercise = find(id)
    for case in exercise.cases:
        exercise.use(exercise.reference, case.copied())


def test_a_server_that_has_refused_is_silent_and_does_not_raise():
    bad = REQUEST.replace(b": 13", b": 8")
    answers, done = talk(find("09.6").reference, [bad, HELLO, HELLO])
    assert answers[0].startswith(b"HTTP/1.1 400")
    assert answers[1:] == [b"", b""]
    assert done


def test_a_student_may_return_at_once_when_a_request_is_refused():
    class MyServer(whole_server()):
        def receive(self, data):
            return b"" if self.done else super().receive(data)

    assert check("09.6", MyServer).passed
