"""The solutions of lesson 07 do what the protocol layer does."""

from contextlib import suppress
from itertools import product

import pytest

from tests.support.exercises import arguments_of
from wslearn.course.answers import check
from wslearn.course.exercises import find
from wslearn.lessons.lesson_07.exercises import HAPPENS
from wslearn.protocol.close import encode_close
from wslearn.protocol.codes import close_code_may_travel
from wslearn.protocol.connection import Connection
from wslearn.protocol.errors import InputError, StateError
from wslearn.protocol.events import Close
from wslearn.protocol.frame import Frame
from wslearn.protocol.parser import FrameParser

KEY = bytes.fromhex("37fa213d")

FRAMES = {
    "text": Frame.text("Hello"),
    "ping": Frame.ping(b"there?"),
    "close": Frame.close(1000),
    "broken": Frame(3, b"Hello"),
}


@pytest.mark.parametrize("frame", [frame for (frame,) in arguments_of("07.1")], ids=bytes.hex)
def test_a_ping_is_answered_as_a_server_answers_it(frame):
    server = Connection("server")
    server.receive(frame)
    assert find("07.1").reference(frame) == server.take_output()


def test_a_pong_that_answers_the_latest_ping_leaves_none_waiting():
    still_waiting = find("07.2").reference
    assert still_waiting([b"one", b"two"], b"two") == []
    assert still_waiting([], b"two") == []


@pytest.mark.parametrize(("code", "reason"), arguments_of("07.3"))
def test_a_body_is_built_as_a_server_sends_it_or_refused_as_it_refuses(code, reason):
    try:
        sent = Connection("server").send_close(code, reason)
    except InputError:
        assert find("07.3").reference(code, reason) is None
    else:
        (frame,) = FrameParser("client").feed(sent)
        assert find("07.3").reference(code, reason) == frame.payload


def test_every_code_that_two_bytes_can_hold_is_judged_as_the_protocol_layer_does():
    may_travel = find("07.4").reference
    assert all(may_travel(code) == close_code_may_travel(code) for code in range(2**16))


@pytest.mark.parametrize("payload", [payload for (payload,) in arguments_of("07.5")], ids=bytes.hex)
def test_a_body_is_read_as_a_client_reads_it(payload):
    client = Connection("client", mask_keys=lambda: KEY)
    (event,) = client.receive(Frame(8, payload).encode())
    told = (event.code, event.reason) if isinstance(event, Close) else None
    assert find("07.5").reference(payload) == told


def what_a_server_sends(happens):
    """The words of exercise 07.6, as a real end of a connection brings them about."""
    server, sent = Connection("server"), b""
    for what in happens:
        if what == "bye":
            with suppress(StateError):  # it has said so already
                sent += server.send_close(1000)
        else:
            server.receive(FRAMES[what].encode(mask_key=KEY))
            sent += server.take_output()
    return [{8: "close", 10: "pong"}[frame.opcode] for frame in FrameParser("client").feed(sent)]


@pytest.mark.parametrize("count", range(5))
def test_goodbye_is_said_as_a_server_says_it(count):
    goodbye = find("07.6").reference
    for words in product(HAPPENS, repeat=count):
        assert goodbye(list(words)) == what_a_server_sends(words), words


def test_a_student_may_keep_two_flags_instead_of_one_state():
    def goodbye(happens):
        said = heard = False
        sent = []
        for what in happens:
            if not heard:
                if what == "ping":
                    sent.append("pong")
                heard = what in ("close", "broken")
                if (heard or what == "bye") and not said:
                    said = True
                    sent.append("close")
        return sent

    assert check("07.6", goodbye).passed


def test_a_student_may_compare_with_the_first_length_that_is_too_long():
    def close_body(code, reason):
        return encode_close(code, reason) if len(reason.encode()) < 124 else None

    assert check("07.3", close_body).passed


def test_codes_that_should_have_been_left_out_are_named():
    def without_1004(code):
        return (1000 <= code < 1016 and code != 1004) or 3000 <= code < 5000

    def no_exception(code):
        return code in range(1000, 1015) or code in range(3000, 5000)

    assert check("07.4", without_1004).means.startswith("1005, 1006 and 1015 were let through.")
    assert check("07.4", no_exception).means.startswith("Not every number in the range may travel.")


def test_a_second_close_is_named_as_the_cause():
    def stateless(happens):
        return ["pong" if what == "ping" else "close" for what in happens if what != "text"]

    def forgets_its_own(happens):
        sent = []
        for what in happens:
            if what == "ping":
                sent.append("pong")
            elif what != "text":
                sent.append("close")
            if what in ("close", "broken"):
                break
        return sent

    assert "Each side sends one Close, once" in check("07.6", stateless).means
    assert (
        "It does not remember that its Close has been sent" in check("07.6", forgets_its_own).means
    )
