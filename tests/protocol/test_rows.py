"""Rows of RFC 6455 §5 to §8 and §10, each seen on a whole connection, in the order of the RFC.

Where a row is proven by the test of one module, its marker stands there.
"""

import json
import random
import subprocess
import sys
from itertools import count, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import places
from wslearn.protocol.codes import close_code_may_travel
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import Agreement, Compressor, Window
from wslearn.protocol.dissect import dissect
from wslearn.protocol.errors import InputError, StateError
from wslearn.protocol.events import Binary, Close, Ended, Failed, Ping, Pong, Text
from wslearn.protocol.frame import Frame
from wslearn.protocol.handshake import check_request, check_response
from wslearn.protocol.parser import FrameParser
from wslearn.protocol.rules import FRAME_RULES
from wslearn.protocol.states import State

KEY = bytes.fromhex("37fa213d")
HELLO, MASKED_HELLO = "810548656c6c6f", "818537fa213d7f9f4d5158"
VECTORS = json.loads((places.VECTORS / "vectors.json").read_text())


def server(**how) -> Connection:
    return Connection("server", **how)


def client(**how) -> Connection:
    return Connection("client", mask_keys=lambda: KEY, **how)


def masked(*frames: Frame) -> bytes:
    return b"".join(frame.encode(mask_key=KEY) for frame in frames)


def receive(connection: Connection, *frames: str) -> list:
    """What a connection tells of these frames; a failure is told as its code."""
    events = connection.receive(bytes.fromhex("".join(frames)))
    return [event.code if isinstance(event, Failed) else event for event in events]


def last_words(connection: Connection) -> int:
    """The code of the Close that is due, and of nothing else."""
    (close,) = FrameParser("client" if connection.side == "server" else "server").feed(
        connection.take_output()
    )
    assert close.opcode == 8
    return int.from_bytes(close.payload[:2], "big")


# -- buffers and processes -------------------------------------------------------------------------


@pytest.mark.row("6455-2.1-1", at="protocol.connection.Connection.take_output")
def test_two_answers_may_wait_and_leave_in_one_write():
    one = server()
    one.receive(masked(Frame.ping(b"1"), Frame.ping(b"2")))
    assert one.take_output() == bytes.fromhex("8a0131 8a0132")
    assert one.take_output() == b""
    assert receive(client(), HELLO + HELLO) == [Text("Hello"), Text("Hello")]


@pytest.mark.row("6455-4.2-1", at="protocol.server_handshake.check_request")
def test_frames_may_be_read_in_another_process_than_the_handshake():
    request = (
        b"GET /chat HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    check = check_request(request + bytes.fromhex(MASKED_HELLO))
    assert check.ok
    program = (
        "import sys; from wslearn.protocol.connection import Connection; "
        "print(Connection('server').receive(bytes.fromhex(sys.argv[1])))"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", program, check.rest.hex()],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert elsewhere.stdout == "[Text(text='Hello')]\n"


@pytest.mark.row("6455-4.2.2-n3", at="protocol.client_handshake.check_response")
def test_the_first_message_may_come_in_the_same_packet_as_the_reply():
    reply = (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
    )
    check = check_response(reply + bytes.fromhex(HELLO), "dGhlIHNhbXBsZSBub25jZQ==")
    assert check.outcome == "open"
    assert client().receive(check.rest) == [Text("Hello")]


# -- who masks (§5.1, §5.3) ------------------------------------------------------------------------


@pytest.mark.row("6455-5.1-2", "6455-5.1-3", at="protocol.judge.mask_bit")
def test_a_server_that_gets_an_unmasked_frame_says_1002_and_ends_tcp():
    one = server()
    assert receive(one, HELLO) == [1002]
    assert last_words(one) == 1002
    assert one.should_end_tcp


@pytest.mark.row("6455-5.1-5", "6455-5.1-6", at="protocol.judge.mask_bit")
def test_a_client_that_gets_a_masked_frame_says_1002_masked_and_ends_tcp():
    one = client()
    assert receive(one, MASKED_HELLO) == [1002]
    assert last_words(one) == 1002  # read as a server reads it: masked
    assert one.should_end_tcp


@pytest.mark.row("6455-5.1-7", at="protocol.connection.Connection.send_text")
def test_either_side_may_speak_first_and_both_at_once():
    one, other = client(), server()
    from_one, from_other = one.send_text("ping"), other.send_text("Welcome")
    assert one.receive(from_other) == [Text("Welcome")]
    assert other.receive(from_one) == [Text("ping")]


@pytest.mark.row("6455-5.3-n2", "6455-5.2-n2", at="protocol.dissect.dissect")
def test_the_key_stands_before_the_payload_and_is_not_counted_in_its_length():
    plain, hidden = dissect(HELLO), dissect(MASKED_HELLO, receiver="server")
    assert (plain.header_size, plain.length, len(plain.data)) == (2, 5, 7)
    assert (hidden.header_size, hidden.length, len(hidden.data)) == (6, 5, 11)
    assert (plain.mask_key, hidden.mask_key) == (None, KEY)


@pytest.mark.row("6455-10.3-1", at="protocol.connection.Connection.send_text")
def test_the_same_text_looks_different_each_time_because_the_key_is_not_the_applications():
    keys = (number.to_bytes(4, "big") for number in count(0x01020304))
    one = Connection("client", mask_keys=lambda: next(keys))
    first, second = one.send_text("Hello"), one.send_text("Hello")
    assert first[6:] != second[6:]
    assert server().receive(first + second) == [Text("Hello")] * 2


# -- the header (§5.2) -----------------------------------------------------------------------------


@pytest.mark.row("6455-5.2-1", "6455-5.4-7", at="protocol.connection.Connection.receive")
def test_a_message_may_be_whole_in_one_frame_or_cut():
    assert receive(client(), HELLO) == receive(client(), "010348656c", "80026c6f")
    assert receive(client(), HELLO) == [Text("Hello")]


@pytest.mark.row("6455-5.2-2", at="protocol.connection.Connection.send_text")
def test_without_an_extension_every_reserved_bit_that_is_sent_is_0():
    one = server()
    sent = [one.send_text("a"), one.send_binary(b"a", fin=False), one.send_binary(b"b")]
    sent += [one.send_ping(), one.send_pong(), one.send_close(1000)]
    assert [data[0] & 0x70 for data in sent] == [0] * 6


@pytest.mark.row("6455-5.2-3", "6455-5.8-1", at="protocol.judge.reserved_bits")
@pytest.mark.parametrize("frame", ["c10548656c6c6f", "a10548656c6c6f", "910548656c6c6f", "c900"])
def test_a_reserved_bit_that_no_extension_explains_fails_with_1002(frame):
    one = client()
    assert receive(one, frame) == [1002]
    assert last_words(one) == 1002


@pytest.mark.row("6455-5.2-4", at="protocol.judge.reserved_opcode")
@pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
def test_an_opcode_without_a_meaning_fails_with_1002(opcode):
    assert receive(client(), f"8{opcode:x}00") == [1002]


@pytest.mark.row("6455-5.2-5", at="protocol.judge.length_form")
def test_a_length_with_its_top_bit_set_fails_on_the_header_alone():
    assert receive(client(max_size=None), "827f8000000000000000") == [1002]
    assert receive(client(max_size=None), "827f7fffffffffffffff") == []


@pytest.mark.row("6455-5.2-6", at="protocol.judge.length_form")
@pytest.mark.parametrize("header", ["827e007c", "827f000000000000007c", "827f000000000000ffff"])
def test_a_length_written_longer_than_it_must_be_fails_with_1002(header):
    assert receive(client(), header) == [1002]


@pytest.mark.row("6455-5.2-n3", at="protocol.connection.Connection.receive")
def test_a_frame_without_payload_is_a_whole_message():
    assert receive(client(), "8100", "8200") == [Text(""), Binary(b"")]


# -- fragments (§5.4) ------------------------------------------------------------------------------


@pytest.mark.row("6455-5.4-1", "6455-5.4-5", at="protocol.connection.Connection.receive")
def test_a_ping_between_fragments_is_answered_before_the_message_ends():
    one = server()
    assert one.receive(masked(Frame.text("Hel", fin=False), Frame.ping(b"p"))) == [Ping(b"p")]
    assert one.take_output() == bytes.fromhex("8a0170")
    assert one.receive(masked(Frame.continuation(b"lo"))) == [Text("Hello")]


@pytest.mark.row("6455-5.4-2", "6455-5.5-2", at="protocol.judge.fragmented_control")
@pytest.mark.parametrize("frame", ["0900", "0a00", "0800", "09024869"])
def test_a_control_frame_in_pieces_fails_with_1002(frame):
    assert receive(client(), frame) == [1002]


@pytest.mark.row("6455-5.4-4", at="protocol.message.MessageReader.feed")
@pytest.mark.row("6455-5.4-n2", at="protocol.message.MessageReader.feed")
@pytest.mark.parametrize("second", ["020142", "810142"])
def test_a_second_message_before_the_first_has_ended_fails_with_1002(second):
    assert receive(client(), "010141", second) == [1002]


@pytest.mark.row("6455-5.4-n1", at="protocol.message.MessageReader.feed")
@pytest.mark.parametrize("frame", ["80026c6f", "00026c6f"])
def test_a_continuation_of_nothing_fails_with_1002(frame):
    assert receive(client(), frame) == [1002]


@pytest.mark.row("6455-5.4-6", at="protocol.connection.Connection.send_text")
def test_a_fragment_may_have_any_size_and_none():
    one = server()
    sent = [one.send_text(part, fin=False) for part in ("", "H", "ello")] + [one.send_text("")]
    assert [part.hex() for part in sent] == ["0100", "000148", "0004656c6c6f", "8000"]
    assert client().receive(b"".join(sent)) == [Text("Hello")]


@pytest.mark.row("6455-5.4-12", "6455-6.2-3", at="protocol.connection.Connection.receive")
def test_the_first_fragment_says_what_kind_of_message_it_is():
    assert receive(client(), "020161", "800162") == [Binary(b"ab")]
    assert receive(client(), "010161", "800162") == [Text("ab")]


@pytest.mark.row("6455-5.4-n3", at="protocol.connection.Connection.receive")
@given(st.text(max_size=20), st.lists(st.integers(0, 40), max_size=4))
def test_a_message_is_the_same_however_it_was_cut_into_fragments(text, places):
    data = text.encode()
    cuts = [0, *sorted(min(place, len(data)) for place in places), len(data)]
    parts = [data[a:b] for a, b in pairwise(cuts)]
    frames = [Frame(0 if i else 1, part, i == len(parts) - 1) for i, part in enumerate(parts)]
    assert server().receive(masked(*frames)) == [Text(text)]


# -- control frames (§5.5) -------------------------------------------------------------------------


@pytest.mark.row("6455-5.5-1", at="protocol.judge.long_control")
def test_a_control_frame_of_125_bytes_is_taken_and_one_of_126_fails_at_its_header():
    assert receive(client(), "897d" + "61" * 125) == [Ping(b"a" * 125)]
    assert receive(client(), "897e007e") == [1002]
    with pytest.raises(InputError, match="Expected at most 125 bytes, got 126"):
        client().send_ping(bytes(126))


@pytest.mark.row("6455-5.5.1-1", "6455-7.1.6-n1", at="protocol.connection.Connection.receive")
def test_a_close_may_say_nothing_or_a_code_and_a_reason():
    assert receive(client(), "8800") == [Close(1005, "")]
    assert receive(client(), "880203e8") == [Close(1000, "")]
    assert receive(client(), "880503e8627965") == [Close(1000, "bye")]


@pytest.mark.row("6455-5.5.1-2", at="protocol.judge.close_body")
def test_the_code_of_a_close_is_two_bytes_and_one_alone_fails_with_1002():
    assert receive(client(), "880103") == [1002]
    assert server().send_close(1000).hex() == "880203e8"


@pytest.mark.row("6455-5.5.1-3", at="protocol.judge.close_body")
def test_the_reason_of_a_close_is_utf8_and_has_at_most_123_bytes():
    assert receive(client(), "880303e8ff") == [1007]
    assert receive(client(), "887d03e8" + "61" * 123) == [Close(1000, "a" * 123)]
    assert server().send_close(1000, "a" * 123)
    with pytest.raises(InputError, match="at most 123 bytes, got 124"):
        server().send_close(1000, "é" * 62)


@pytest.mark.row("6455-5.5.1-5", "6455-6.1-3", at="protocol.connection.Connection.send_text")
def test_after_our_close_not_even_the_rest_of_a_message_is_sent():
    one = server()
    one.send_text("Hel", fin=False)
    assert one.send_close(1000).hex() == "880203e8"
    with pytest.raises(StateError):
        one.send_text("lo")
    assert one.take_output() == b""


@pytest.mark.row(
    "6455-5.5.1-6", "6455-5.5.1-7", "6455-5.5.1-n1", at="protocol.connection.Connection.take_output"
)
def test_a_client_answers_a_close_at_once_and_masked():
    one = client()
    assert receive(one, "880203e8") == [Close(1000, "")]
    assert one.take_output() == masked(Frame.close(1000))
    assert one.take_output()[1:2] == b""


@pytest.mark.row("6455-5.5.1-8", "6455-5.5.1-9", at="protocol.connection.Connection.send_text")
def test_a_message_that_has_begun_may_be_finished_before_the_close_is_answered():
    one = server()
    one.send_text("Hel", fin=False)
    one.receive(masked(Frame.close(1000)))
    assert (one.send_text("lo") + one.take_output()).hex() == "80026c6f" + "880203e8"


@pytest.mark.row("6455-5.5.1-n3", "6455-7.1.5-n1", at="protocol.connection.Connection.take_output")
@pytest.mark.parametrize(
    ("came", "code", "answer"),
    [("880203e9", 1001, "880203e9"), ("8800", 1005, "8800"), ("88020fa0", 4000, "88020fa0")],
)
def test_a_close_is_answered_with_the_code_that_came(came, code, answer):
    one = server()
    payload = bytes.fromhex(came)[2:]
    assert one.receive(masked(Frame(8, payload))) == [Close(code, "")]
    assert one.take_output().hex() == answer
    assert one.receive_end() == [Ended(code, "", clean=True)]


@pytest.mark.row("6455-5.5.2-1", "6455-5.5.2-3", at="protocol.connection.Connection.receive")
def test_a_pong_is_due_as_soon_as_the_ping_is_read_and_before_what_is_said_later():
    one = server()
    assert one.receive(bytes.fromhex("898537fa213d7f9f4d5158")) == [Ping(b"Hello")]
    assert one.send_text("later").hex() == "8a0548656c6c6f" + "8105" + b"later".hex()


@pytest.mark.row("6455-5.5.2-2", at="protocol.connection.Connection.receive")
def test_a_ping_is_answered_unless_a_close_came_before_it():
    one = server()
    assert one.receive(masked(Frame.ping(b"1"), Frame.close(), Frame.ping(b"2"))) == [
        Ping(b"1"),
        Close(1005, ""),
    ]
    assert one.take_output().hex() == "8a0131" + "8800"


@pytest.mark.row("6455-5.5.2-4", at="protocol.connection.Connection.send_ping")
def test_a_ping_may_be_sent_while_the_connection_is_open_and_not_else():
    one = server()
    assert one.send_ping().hex() == "8900"
    one.send_text("Hel", fin=False)
    assert one.send_ping().hex() == "8900"
    for state in (State.CONNECTING, State.CLOSE_DONE, State.CLOSED):
        one.state = state
        with pytest.raises(StateError):
            one.send_ping()


@pytest.mark.row("6455-5.5.3-1", at="protocol.connection.Connection.receive")
def test_each_of_several_pings_gets_its_pong():
    one = client()
    assert receive(one, "890131", "890132") == [Ping(b"1"), Ping(b"2")]
    assert one.take_output() == masked(Frame.pong(b"1"), Frame.pong(b"2"))


# -- text and binary (§5.6, §8.1) ------------------------------------------------------------------


@pytest.mark.row("6455-5.6-1", at="protocol.text.utf8_problem")
def test_a_whole_text_is_utf8_though_a_frame_may_cut_a_character():
    assert receive(client(), "0101ce", "8001ba") == [Text("κ")]
    assert receive(client(), "8102c328") == [1007]


@pytest.mark.row("6455-5.6-n1", at="protocol.connection.Connection.receive")
def test_binary_is_any_bytes():
    assert receive(client(), "8202c328") == [Binary(b"\xc3(")]


@pytest.mark.row("6455-8.1-1", "6455-7.4.1-n2", at="protocol.text.utf8_problem")
@pytest.mark.parametrize("case", VECTORS["utf8"]["invalid"], ids=lambda case: case["name"])
def test_bytes_that_are_no_utf8_are_not_delivered_and_fail_with_1007(case):
    one = client()
    assert receive(one, case["frame"]) == [1007]
    assert last_words(one) == 1007


# -- sending and receiving (§6) --------------------------------------------------------------------


@pytest.mark.row("6455-6.1-2", at="protocol.connection.Connection.send_text")
@pytest.mark.parametrize("state", [State.CONNECTING, State.CLOSE_SENT, State.CLOSE_DONE])
def test_a_message_is_sent_in_the_open_state_alone(state):
    one = server()
    one.state = state
    for send in (lambda: one.send_text("a"), lambda: one.send_binary(b"a")):
        with pytest.raises(StateError):
            send()
    assert one.take_output() == b""


@pytest.mark.row(
    "6455-6.1-5", "6455-6.1-6", "6455-6.1-7", at="protocol.connection.Connection.send_text"
)
def test_what_is_not_all_there_yet_goes_out_in_frames_whose_last_has_fin():
    one = server()
    sent = [one.send_text("Hel", fin=False), one.send_text("lo")]
    assert [frame.hex() for frame in sent] == ["010348656c", "80026c6f"]
    assert one.send_binary(b"a").hex() == "820161"


@pytest.mark.row("6455-6.1-4", "6455-6.1-9", at="protocol.connection.Connection.send_text")
def test_every_byte_that_is_due_is_handed_over_once_and_in_order():
    one = server()
    one.receive(masked(Frame.ping(b"p")))
    assert one.send_text("Hello").hex() == "8a0170" + HELLO
    assert one.take_output() == b""


@pytest.mark.row("6455-6.2-2", at="protocol.connection.Connection.receive")
def test_control_frames_are_no_messages():
    events = receive(client(), "890170", "8a0178", "880203e8")
    assert events == [Ping(b"p"), Pong(b"x"), Close(1000, "")]


@pytest.mark.row("6455-6.2-4", at="protocol.connection.Connection.receive")
def test_after_the_last_fragment_the_next_message_begins():
    assert receive(client(), "010161", "800162", "820163") == [Text("ab"), Binary(b"c")]


@pytest.mark.row("6455-6.2-7", at="protocol.connection.Connection.receive")
def test_a_server_unmasks_what_a_client_sends():
    assert receive(server(), MASKED_HELLO) == [Text("Hello")]


@pytest.mark.row("6455-10.7-n1", at="protocol.connection.Connection.receive")
def test_a_payload_that_looks_like_a_frame_is_a_payload():
    events = receive(client(), "8207" + HELLO + HELLO)
    assert events == [Binary(bytes.fromhex(HELLO)), Text("Hello")]


# -- closing (§7) ----------------------------------------------------------------------------------


@pytest.mark.row("6455-7.1.2-1", "6455-7.4-1", at="protocol.connection.Connection.send_close")
def test_closing_begins_with_a_close_that_holds_the_code_and_the_reason():
    assert server().send_close().hex() == "8800"
    assert server().send_close(1000).hex() == "880203e8"
    assert server().send_close(1000, "bye").hex() == "880503e8627965"


@pytest.mark.row("6455-7.3-1", at="protocol.connection.Connection.send_close")
def test_a_server_may_close_whenever_it_likes():
    one, other = client(), server()
    assert one.receive(other.send_close(1001)) == [Close(1001, "")]
    assert other.receive(one.take_output()) == [Close(1001, "")]
    assert other.receive_end() == [Ended(1001, "", clean=True)]


@pytest.mark.row("6455-7.1.3-n1", at="protocol.connection.Connection.send_close")
def test_a_connection_is_closing_once_a_close_was_sent_or_came():
    one, other = client(), server()
    close = one.send_close(1000)
    assert one.state is State.CLOSE_SENT
    other.receive(close)
    assert other.state is State.CLOSE_DUE


@pytest.mark.row("6455-7.1.7-2", at="protocol.connection.Connection.receive")
def test_a_failure_says_its_code_its_rule_and_its_section():
    (failed,) = client().receive(bytes.fromhex("8300"))
    assert failed.code == 1002
    assert "reserved" in str(failed.violation)
    assert "RFC 6455 §5.2" in str(failed.violation)


@pytest.mark.row("6455-7.1.7-5", "6455-10.7-3", at="protocol.connection.Connection.take_output")
@pytest.mark.parametrize(
    "vector", VECTORS["frame_errors"], ids=[vector["id"] for vector in VECTORS["frame_errors"]]
)
def test_whoever_breaks_a_rule_is_told_its_code_before_tcp_ends(vector):
    one = Connection(
        vector["receiver"], mask_keys=lambda: KEY, max_size=vector.get("max_size", 2**20)
    )
    assert receive(one, *vector["frames"])[-1] == vector["fail"]
    assert last_words(one) == vector["fail"]
    assert one.should_end_tcp


@pytest.mark.row("6455-7.1.7-6", at="protocol.connection.Connection.receive_end")
def test_no_close_is_sent_to_a_peer_that_is_gone():
    one = server()
    assert one.receive_end() == [Ended(1006, "", clean=False)]
    assert one.take_output() == b""


# -- close codes (§7.4) ----------------------------------------------------------------------------


@pytest.mark.row(
    "6455-7.4.1-1", "6455-7.4.1-2", "6455-7.4.2-n3", at="protocol.codes.close_code_may_travel"
)
@pytest.mark.parametrize(
    "code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999]
)
def test_a_code_that_is_defined_or_left_to_programs_travels(code):
    one, other = client(), server()
    assert other.receive(one.send_close(code)) == [Close(code, "")]


@pytest.mark.row(
    "6455-7.4.1-3",
    "6455-7.4.1-4",
    "6455-7.4.1-6",
    "6455-7.4.1-n1",
    "6455-7.4.2-n1",
    "6455-7.4.2-n2",
    at="protocol.codes.close_code_may_travel",
)
@pytest.mark.parametrize(
    "code", [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535]
)
def test_a_code_that_may_not_travel_is_neither_sent_nor_taken(code):
    one = client()
    assert receive(one, f"8802{code:04x}") == [1002]
    assert last_words(one) == 1002
    with pytest.raises(InputError, match=f"may be sent, got {code}"):
        client().send_close(code)


@pytest.mark.row("6455-7.4.2-n2", at="protocol.codes.close_code_may_travel")
def test_the_three_codes_that_were_registered_later_travel():
    assert [code for code in range(1012, 3000) if close_code_may_travel(code)] == [1012, 1013, 1014]
    assert receive(client(), "880203f4") == [Close(1012, "")]


@pytest.mark.row("6455-7.4.1-n4", at="protocol.connection.Connection.receive")
def test_a_peer_that_breaks_a_rule_hears_1002_unless_the_data_or_its_size_is_wrong():
    codes = {rule.id: rule.close_code for rule in FRAME_RULES}
    data = {"text-not-utf8", "close-reason-not-utf8", "deflate-invalid"}
    size = {"frame-too-long", "message-too-long"}
    assert {codes[rule] for rule in data & set(codes)} == {1007}
    assert {codes[rule] for rule in size & set(codes)} == {1009}
    assert {codes[rule] for rule in set(codes) - data - size} == {1002}
    assert receive(client(), "8300") == [1002]


# -- limits (§10.4) --------------------------------------------------------------------------------


@pytest.mark.row("6455-10.4-1", at="protocol.judge.limit")
def test_a_frame_that_announces_too_much_fails_before_any_of_it_comes():
    assert receive(client(), "827f1000000000000000") == [1009]


@pytest.mark.row("6455-10.4-2", "6455-7.4.1-n3", at="protocol.message.MessageReader.feed")
def test_the_limit_is_for_the_message_whole_cut_or_unfolded():
    assert receive(client(max_size=10), "820a" + "61" * 10) == [Binary(b"a" * 10)]
    one = client(max_size=10)
    assert receive(one, "820b" + "61" * 11) == [1009]
    assert last_words(one) == 1009
    assert receive(client(max_size=10), *["0201" + "61"], *["000161"] * 10) == [1009]
    squeezed = Compressor(Window(15, True)).compress(bytes(11))
    bomb = Frame(2, squeezed, rsv1=True).encode().hex()
    assert receive(client(max_size=10, deflate=Agreement()), bomb) == [1009]


# -- compressed messages (RFC 7692) ----------------------------------------------------------------

SQUEEZED, AGAIN = "c107f248cdc9c90700", "c105f200110000"


@pytest.mark.row("7692-5-13", "7692-7.2.2-n1", at="protocol.deflate.Decompressor.decompress")
def test_what_was_agreed_on_unfolds_the_frame_of_the_rfc():
    assert receive(client(deflate=Agreement()), SQUEEZED) == [Text("Hello")]


@pytest.mark.row("7692-6-n1", "7692-6.2-2", at="protocol.connection.Connection.receive")
def test_rsv1_says_for_each_message_whether_it_is_compressed():
    one = client(deflate=Agreement())
    assert receive(one, SQUEEZED, HELLO, AGAIN) == [Text("Hello")] * 3


@pytest.mark.row("7692-6.1-1", "7692-6.1-n1", at="protocol.deflate.Compressor.compress")
def test_a_compressed_message_is_made_small_framed_and_marked():
    assert server(deflate=Agreement()).send_text("Hello").hex() == SQUEEZED
    assert server(deflate=Agreement()).send_binary(b"Hello")[0] == 0xC2


@pytest.mark.row("7692-6.1-2", at="protocol.connection.Connection.send_text")
def test_where_nothing_was_agreed_a_message_travels_as_it_is():
    assert server(deflate=None).send_text("Hello").hex() == HELLO


@pytest.mark.row("7692-6.1-3", at="protocol.connection.Connection.send_text")
def test_rsv1_is_on_no_control_frame_and_no_continuation():
    one = server(deflate=Agreement())
    sent = [one.send_text("Hel", fin=False), one.send_text("l", fin=False), one.send_text("o")]
    assert client(deflate=Agreement()).receive(b"".join(sent)) == [Text("Hello")]
    sent += [one.send_ping(), one.send_close()]
    assert [data[0] for data in sent] == [0x41, 0x00, 0x80, 0x89, 0x88]


@pytest.mark.row("7692-6.1-4", at="protocol.judge.reserved_bits")
@pytest.mark.parametrize("frames", [["c900"], ["4103f248cd", "c004c9c90700"]])
def test_rsv1_on_a_control_frame_or_a_continuation_fails_with_1002(frames):
    assert receive(client(deflate=Agreement()), *frames) == [1002]


@pytest.mark.row("7692-6.1-n2", at="protocol.message.MessageReader.feed")
def test_compressed_text_has_to_be_utf8_once_it_is_unfolded():
    bad = Frame(1, Compressor(Window(15, True)).compress(b"\xc3\x28"), rsv1=True).encode().hex()
    assert receive(client(deflate=Agreement()), bad) == [1007]


@pytest.mark.row("7692-6.2-1", at="protocol.deflate.Decompressor.decompress")
def test_the_fragments_of_a_compressed_message_are_joined_and_unfolded():
    one = client(deflate=Agreement())
    assert receive(one, "4103f248cd", "8004c9c90700") == [Text("Hello")]


@pytest.mark.row("7692-7.2.1-1", at="protocol.deflate.Decompressor.decompress")
def test_a_message_may_have_several_blocks():
    assert receive(client(deflate=Agreement()), "c10df24805000000ffffcac9c90700") == [Text("Hello")]


@pytest.mark.row("7692-7.2.1-2", at="protocol.deflate.Decompressor.decompress")
def test_a_block_may_be_stored_or_have_a_fixed_or_a_dynamic_code():
    one = client(deflate=Agreement())
    assert receive(one, "c10b000500faff48656c6c6f00", SQUEEZED) == [Text("Hello")] * 2
    text = "".join(random.Random(1).choices("abcdefgh", k=2_000))
    dynamic = Compressor(Window(15, True)).compress(text.encode())
    assert dynamic[0] >> 1 & 3 == 2, "the two bits after the first say: dynamic"
    frame = Frame(1, dynamic, rsv1=True).encode().hex()
    assert receive(client(deflate=Agreement()), frame) == [Text(text)]


@pytest.mark.row("7692-7.2.1-3", "7692-7.2.1-4", at="protocol.deflate.Decompressor.decompress")
def test_a_block_marked_as_the_last_does_not_end_the_connection():
    one = client(deflate=Agreement())
    marked = "c108f348cdc9c9070000"  # its last block ends inside a byte and is filled up with 0
    assert receive(one, marked, AGAIN, marked) == [Text("Hello")] * 3


@pytest.mark.row("7692-7.2.1-5", at="protocol.connection.Connection.send_text")
def test_only_the_last_fragment_leaves_out_its_last_four_bytes():
    one = server(deflate=Agreement())
    sent = one.send_text("Hello", fin=False) + one.send_text("")
    assert sent.hex() == "410bf248cdc9c907000000ffff" + "800100"


@pytest.mark.row("7692-7.2.2-2", at="protocol.deflate.Decompressor.decompress")
def test_a_client_keeps_the_window_of_the_last_message():
    assert receive(client(deflate=Agreement()), SQUEEZED, AGAIN) == [Text("Hello")] * 2
    forgetful = client(deflate=Agreement(server_no_context_takeover=True))
    assert receive(forgetful, SQUEEZED, AGAIN) == [Text("Hello"), 1007]


@pytest.mark.row("7692-7.2.2-4", "7692-7.2.2-5", at="protocol.deflate.Decompressor.decompress")
def test_a_server_keeps_the_window_unless_it_was_agreed_that_the_client_drops_it():
    frames = ["c18737fa213dc5b2ecf4fefd21", "c18537fa213dc5fa303d37"]
    assert receive(server(deflate=Agreement()), *frames) == [Text("Hello")] * 2


@pytest.mark.row("7692-7.2.2-n2", at="protocol.deflate.Compressor.compress")
def test_an_empty_message_is_compressed_to_the_byte_0():
    assert server(deflate=Agreement()).send_text("").hex() == "c10100"
    assert receive(client(deflate=Agreement()), "c10100") == [Text("")]


@pytest.mark.row("7692-7.2.2-n3", at="protocol.deflate.Decompressor.decompress")
def test_what_cannot_be_unfolded_fails_the_connection():
    one = client(deflate=Agreement())
    assert receive(one, "c104ffffffff") == [1007]
    assert last_words(one) == 1007
