"""A connection: bytes in, events out; commands in, bytes out."""

import random
import re
import subprocess
import sys
import zlib
from itertools import count, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wslearn.protocol.codes import Opcode
from wslearn.protocol.connection import DEFAULT_MAX_SIZE, INFLATED_AT, Connection
from wslearn.protocol.deflate import TAIL, Agreement
from wslearn.protocol.dissect import dissect
from wslearn.protocol.errors import InputError, StateError
from wslearn.protocol.events import Binary, Close, Ended, Failed, Ping, Pong, Text
from wslearn.protocol.frame import Frame
from wslearn.protocol.handshake import check_request, check_response
from wslearn.protocol.parser import FrameParser
from wslearn.protocol.states import State

KEY = bytes.fromhex("37fa213d")
HELLO, MASKED_HELLO = "810548656c6c6f", "818537fa213d7f9f4d5158"
SQUEEZED = "c107f248cdc9c90700"


def server(**how):
    return Connection("server", **how)


def client(**how):
    return Connection("client", mask_keys=lambda: KEY, **how)


def from_client(*frames):
    return b"".join(frame.encode(mask_key=KEY) for frame in frames)


def from_server(*frames):
    return b"".join(frame.encode() for frame in frames)


def receive(connection, *frames):
    """The events of these frames; a failure becomes its code."""
    events = connection.receive(bytes.fromhex("".join(frames)))
    return [event.code if isinstance(event, Failed) else event for event in events]


def frames_of(data, receiver):
    return FrameParser(receiver, extensions="permessage-deflate").feed(data)


# -- messages ----------------------------------------------------------------------------------


@pytest.mark.row("6455-5.1-7", at="protocol.connection.Connection.send_text")
@pytest.mark.row("6455-6.1-1", "6455-6.2-7", at="protocol.connection.Connection.receive")
def test_either_side_may_speak_first_and_both_at_once():
    one, other = client(), server()
    from_one, from_other = one.send_text("κόσμε"), other.send_text("")
    assert one.receive(from_other) == [Text("")]
    assert other.receive(from_one) == [Text("κόσμε")]
    assert other.receive(one.send_binary(b"\xff")) == [Binary(b"\xff")]


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


@pytest.mark.row("6455-10.7-n1", at="protocol.connection.Connection.receive")
def test_a_payload_that_looks_like_a_frame_is_a_payload():
    events = receive(client(), "8207" + HELLO + HELLO)
    assert events == [Binary(bytes.fromhex(HELLO)), Text("Hello")]


@pytest.mark.row(
    "6455-5.2-1", "6455-5.4-7", "6455-5.4-n3", at="protocol.connection.Connection.receive"
)
@given(st.text(max_size=20), st.lists(st.integers(0, 40), max_size=4))
def test_a_message_is_the_same_however_it_was_cut_into_fragments(text, places):
    data = text.encode()
    cuts = [0, *sorted(min(place, len(data)) for place in places), len(data)]
    parts = [data[a:b] for a, b in pairwise(cuts)]
    frames = [Frame(0 if i else 1, part, i == len(parts) - 1) for i, part in enumerate(parts)]
    assert server().receive(from_client(*frames)) == [Text(text)]


@pytest.mark.row(
    "6455-5.4-6",
    "6455-6.1-5",
    "6455-6.1-6",
    "6455-6.1-7",
    at="protocol.connection.Connection.send_text",
)
def test_a_message_goes_out_in_fragments_of_any_size_whose_last_has_fin():
    one = server()
    sent = [one.send_text(part, fin=False) for part in ("", "H", "ello")] + [one.send_text("")]
    assert [part.hex() for part in sent] == ["0100", "000148", "0004656c6c6f", "8000"]
    assert client().receive(b"".join(sent)) == [Text("Hello")]
    assert one.send_binary(b"a").hex() == "820161"


@pytest.mark.row("6455-5.4-1", "6455-5.4-5", at="protocol.connection.Connection.receive")
def test_a_ping_between_fragments_is_answered_before_the_message_ends():
    one, other = client(), server()
    assert other.receive(one.send_text("Hel", fin=False) + one.send_ping(b"p")) == [Ping(b"p")]
    assert one.receive(other.take_output()) == [Pong(b"p")]
    assert other.receive(one.send_text("lo")) == [Text("Hello")]


def test_fragments_of_two_messages_are_never_mixed():
    one = client()
    one.send_text("Hel", fin=False)
    with pytest.raises(StateError, match="the next fragment of the message that has begun"):
        one.send_binary(b"lo")


@pytest.mark.row(
    "6455-5.1-1",
    "6455-5.3-2",
    "6455-6.1-8",
    "6455-10.3-1",
    at="protocol.connection.Connection.send_text",
)
def test_a_client_masks_every_frame_with_a_key_of_its_own_that_no_program_chooses():
    keys = (number.to_bytes(4, "big") for number in count(0x01020304))
    one = Connection("client", mask_keys=lambda: next(keys))
    sent = [one.send_text("Hello"), one.send_ping(), one.send_text("Hello"), one.send_close()]
    assert [data[1] & 0x80 for data in sent] == [0x80] * 4
    assert [data[2:6].hex() for data in sent] == ["01020304", "01020305", "01020306", "01020307"]
    assert sent[0][6:] != sent[2][6:], "the same text, and not the same bytes"


@pytest.mark.row("6455-5.1-4", "7692-6.1-2", at="protocol.connection.Connection.send_text")
def test_a_server_masks_nothing_and_compresses_nothing_unless_that_was_agreed():
    assert server().send_text("Hello").hex() == HELLO


@pytest.mark.row("6455-5.3-n2", "6455-5.2-n2", at="protocol.dissect.dissect")
def test_the_key_stands_before_the_payload_and_is_not_counted_in_its_length():
    plain, hidden = dissect(HELLO), dissect(MASKED_HELLO, receiver="server")
    assert (plain.header_size, plain.length, len(plain.data)) == (2, 5, 7)
    assert (hidden.header_size, hidden.length, len(hidden.data)) == (6, 5, 11)
    assert (plain.mask_key, hidden.mask_key) == (None, KEY)


@pytest.mark.row("6455-5.2-2", at="protocol.connection.Connection.send_text")
def test_without_an_extension_every_reserved_bit_that_is_sent_is_0():
    one = server()
    sent = [one.send_text("a"), one.send_binary(b"a", fin=False), one.send_binary(b"b")]
    sent += [one.send_ping(), one.send_pong(), one.send_close(1000)]
    assert [data[0] & 0x70 for data in sent] == [0] * 6


@pytest.mark.row("7692-6.1-1", "7692-6.1-n1", at="protocol.deflate.Compressor.compress")
def test_a_compressed_message_is_made_small_framed_and_marked():
    assert server(deflate=Agreement()).send_text("Hello").hex() == SQUEEZED
    assert server(deflate=Agreement()).send_binary(b"Hello")[0] == 0xC2


@pytest.mark.row("7692-6.1-3", at="protocol.connection.Connection.send_text")
def test_rsv1_is_on_no_control_frame_and_no_continuation():
    one = server(deflate=Agreement())
    sent = [one.send_text("Hel", fin=False), one.send_text("l", fin=False), one.send_text("o")]
    assert client(deflate=Agreement()).receive(b"".join(sent)) == [Text("Hello")]
    sent += [one.send_ping(), one.send_close()]
    assert [data[0] for data in sent] == [0x41, 0x00, 0x80, 0x89, 0x88]


def test_a_client_without_keys_is_a_mistake_of_its_programmer():
    with pytest.raises(InputError, match="every frame it sends is masked"):
        Connection("client")


@pytest.mark.row("6455-10.3-n1", at="protocol.connection.Connection.send_binary")
def test_payload_that_changes_later_does_not_change_what_was_sent():
    data = bytearray(b"Hello")
    sent = server().send_binary(data)
    data[:] = b"other"
    assert sent.endswith(b"Hello")


@pytest.mark.row(
    "6455-6.2-6",
    "6455-9.2-1",
    "7692-5-13",
    "7692-7.2.2-4",
    "7692-7.2.2-5",
    "7692-7.2.2-n1",
    at="protocol.deflate.Decompressor.decompress",
)
def test_compressed_messages_shrink_and_come_back():
    agreed = Agreement()
    one, other = client(deflate=agreed), server(deflate=agreed)
    first, second = one.send_text("Hello"), one.send_text("Hello")
    assert len(second) < len(first)
    assert other.receive(first + second) == [Text("Hello")] * 2
    assert one.receive(other.send_text("Hello" * 100)) == [Text("Hello" * 100)]


def test_each_side_keeps_or_drops_its_own_window():
    agreed = Agreement(client_no_context_takeover=True, client_max_window_bits=10)
    one, other = client(deflate=agreed), server(deflate=agreed)
    from_one = [one.send_text("Hello")[6:] for _ in range(2)]
    from_other = [other.send_text("Hello") for _ in range(2)]
    assert len(set(from_one)) == 1
    assert len(set(from_other)) == 2
    assert one.receive(b"".join(from_other)) == [Text("Hello")] * 2


def test_a_bad_masking_key_is_refused_and_changes_nothing():
    one = Connection("client", mask_keys=lambda: b"abc")
    with pytest.raises(InputError, match="Expected a masking-key of 4 bytes, got 3"):
        one.send_close()
    assert one.state is State.OPEN


# -- pings -------------------------------------------------------------------------------------


@pytest.mark.row(
    "6455-5.5.2-1", "6455-5.5.2-3", "6455-5.5.3-n1", at="protocol.connection.Connection.receive"
)
@pytest.mark.row("6455-6.1-4", "6455-6.1-9", at="protocol.connection.Connection.send_text")
def test_a_ping_is_answered_with_its_own_payload_once_and_before_what_is_said_later():
    other = server()
    assert other.receive(from_client(Frame.ping(b"\x00\xff"))) == [Ping(b"\x00\xff")]
    assert other.send_text("later") == from_server(Frame.pong(b"\x00\xff"), Frame.text("later"))
    assert other.take_output() == b""


@pytest.mark.row("6455-2.1-1", at="protocol.connection.Connection.take_output")
@pytest.mark.row("6455-5.5.3-1", at="protocol.connection.Connection.receive")
def test_each_of_several_pings_gets_its_pong_and_two_answers_may_leave_in_one_write():
    one = client()
    assert receive(one, "890131", "890132") == [Ping(b"1"), Ping(b"2")]
    assert one.take_output() == from_client(Frame.pong(b"1"), Frame.pong(b"2"))
    assert one.take_output() == b""


@pytest.mark.row("6455-5.5.3-2", "6455-5.5.3-n2", at="protocol.connection.Connection.receive")
def test_a_pong_that_nobody_asked_for_needs_no_answer():
    one = client()
    assert one.receive(server().send_pong(b"x")) == [Pong(b"x")]
    assert one.take_output() == b""


def test_a_ping_after_our_close_is_still_answered():
    # Only a Close that has come excuses from the Pong (§5.5.2), and a Pong is not a data frame.
    other = server()
    other.send_close(1000)
    assert other.receive(from_client(Frame.ping(b"p"))) == [Ping(b"p")]
    assert other.take_output() == Frame.pong(b"p").encode()


# -- closing -----------------------------------------------------------------------------------


@pytest.mark.row(
    "6455-5.5.1-10",
    "6455-5.5.1-11",
    "6455-5.5.1-12",
    "6455-7.1.1-5",
    "6455-7.1.1-6",
    "6455-7.1.2-2",
    at="protocol.connection.Connection.should_end_tcp",
)
def test_a_close_is_answered_with_its_code():
    one, other = client(), server()
    sent = one.send_close(1001, "bye")
    assert one.state is State.CLOSE_SENT
    assert other.receive(sent) == [Close(1001, "bye")]
    assert other.state is State.CLOSE_DUE
    assert not other.should_end_tcp
    answer = other.take_output()
    assert other.state is State.CLOSE_DONE
    assert other.should_end_tcp
    assert one.receive(answer) == [Close(1001, "")]
    assert one.state is State.CLOSE_DONE
    assert not one.should_end_tcp, "the server ends TCP first"
    assert other.receive_end() == [Ended(1001, "bye", clean=True)]
    assert one.receive_end() == [Ended(1001, "", clean=True)]
    assert one.receive_end() == []


@pytest.mark.row("6455-5.5.1-n2", "6455-7.1.5-n3", at="protocol.connection.Connection.receive")
@pytest.mark.row("6455-7.1.3-n1", "6455-7.3-1", at="protocol.connection.Connection.send_close")
def test_closes_that_cross_complete_the_handshake():
    one, other = client(), server()
    from_one, from_other = one.send_close(1000), other.send_close(1001)
    assert one.state is other.state is State.CLOSE_SENT
    assert other.receive(from_one) == [Close(1000, "")]
    assert one.receive(from_other) == [Close(1001, "")]
    assert (one.take_output(), other.take_output()) == (b"", b"")
    assert one.receive_end() == [Ended(1001, "", clean=True)]
    assert other.receive_end() == [Ended(1000, "", clean=True)]


@pytest.mark.row("6455-5.5.1-8", "6455-5.5.1-9", at="protocol.connection.Connection.send_text")
def test_messages_before_a_close_are_answered_and_one_that_has_begun_is_finished_before_it():
    other = server()
    begun = other.send_text("Hel", fin=False)
    events = other.receive(from_client(Frame.text("Hello"), Frame.close(1000)))
    assert events == [Text("Hello"), Close(1000, "")]
    sent = begun + other.send_text("lo") + other.send_text("Hello") + other.take_output()
    assert sent == from_server(
        Frame.text("Hel", fin=False),
        Frame.continuation(b"lo"),
        Frame.text("Hello"),
        Frame.close(1000),
    )


@pytest.mark.row("6455-5.5.1-1", "6455-7.1.6-n1", at="protocol.connection.Connection.receive")
@pytest.mark.row("6455-7.1.2-1", "6455-7.4-1", at="protocol.connection.Connection.send_close")
def test_closing_begins_with_a_close_that_may_hold_a_code_and_a_reason():
    for said, sent, told in [
        ((), "8800", Close(1005, "")),
        ((1000,), "880203e8", Close(1000, "")),
        ((1000, "bye"), "880503e8627965", Close(1000, "bye")),
    ]:
        assert server().send_close(*said).hex() == sent
        assert receive(client(), sent) == [told]


@pytest.mark.row(
    "6455-5.5.1-6",
    "6455-5.5.1-7",
    "6455-5.5.1-n1",
    "6455-5.5.1-n3",
    "6455-7.1.5-n1",
    at="protocol.connection.Connection.take_output",
)
@pytest.mark.parametrize(
    ("side", "came", "answer"),
    [(server, from_client, from_server), (client, from_server, from_client)],
)
@pytest.mark.parametrize(("payload", "code"), [("03e9", 1001), ("", 1005), ("0fa0", 4000)])
def test_a_close_is_answered_at_once_with_the_code_that_came(side, came, answer, payload, code):
    one, close = side(), Frame(Opcode.CLOSE, bytes.fromhex(payload))
    assert one.receive(came(close)) == [Close(code, "")]
    assert one.take_output() == answer(close)
    assert one.receive_end() == [Ended(code, "", clean=True)]


@pytest.mark.row("6455-6.1-2", at="protocol.connection.Connection.send_text")
@pytest.mark.row("6455-5.5.2-4", at="protocol.connection.Connection.send_ping")
@pytest.mark.parametrize(
    "state", [State.CONNECTING, State.CLOSE_SENT, State.CLOSE_DONE, State.CLOSED]
)
def test_messages_and_pings_are_sent_in_the_open_state_alone(state):
    one = server()
    assert one.send_ping() + one.send_text("") + one.send_ping() == bytes.fromhex("890081008900")
    one.state = state
    for send in (lambda: one.send_text("a"), lambda: one.send_binary(b"a"), one.send_ping):
        with pytest.raises(StateError):
            send()
    assert one.take_output() == b""


@pytest.mark.row("6455-5.5.1-5", "6455-6.1-3", at="protocol.connection.Connection.send_text")
def test_nothing_is_sent_after_our_close_not_even_the_rest_of_a_message():
    one = client()
    one.send_text("Hel", fin=False)
    one.send_close()
    for send in (one.send_close, one.send_ping, one.send_pong):
        with pytest.raises(StateError, match="but our Close has been sent"):
            send()
    for send in (lambda: one.send_text(""), lambda: one.send_binary(b"")):
        with pytest.raises(StateError, match="but our Close has been sent"):
            send()


def test_messages_still_come_after_our_close():
    one, other = client(), server()
    one.send_close()
    assert one.receive(other.send_text("late")) == [Text("late")]


@pytest.mark.row("6455-5.5.2-2", at="protocol.connection.Connection.receive")
def test_nothing_is_read_after_the_peers_close_and_a_ping_is_answered_if_it_came_before():
    other = server()
    late = from_client(Frame.ping(b"1"), Frame.close(1000), Frame.ping(b"2"), Frame.text("late"))
    assert other.receive(late) == [Ping(b"1"), Close(1000, "")]
    assert other.receive(from_client(Frame.text("later"))) == []
    assert other.take_output() == from_server(Frame.pong(b"1"), Frame.close(1000))


@pytest.mark.row("6455-7.1.5-n2", "6455-7.2.1-2", at="protocol.connection.Connection.receive_end")
@pytest.mark.row("6455-7.1.7-6", at="protocol.connection.Connection.receive_end")
def test_tcp_that_ends_without_a_close_is_1006_and_the_peer_that_is_gone_is_sent_none():
    other = server()
    assert other.receive_end() == [Ended(1006, "", clean=False)]
    assert other.take_output() == b""
    assert other.state is State.CLOSED
    assert other.receive(from_client(Frame.text("ghost"))) == []


@pytest.mark.row("6455-7.1.4-n1", at="protocol.connection.Connection.receive_end")
def test_tcp_that_ends_after_one_close_is_not_clean():
    other = server()
    other.receive(from_client(Frame.close(1000)))
    assert other.receive_end() == [Ended(1000, "", clean=False)]


@pytest.mark.row(
    "6455-7.4.1-3",
    "6455-7.4.1-4",
    "6455-7.4.1-6",
    at="protocol.codes.close_code_may_travel",
)
@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535])
def test_a_code_that_may_not_travel_is_neither_sent_nor_taken(code):
    assert receive(client(), f"8802{code:04x}") == [1002]
    with pytest.raises(InputError, match=f"may be sent, got {code}"):
        client().send_close(code)


@pytest.mark.row("6455-7.4.1-n5", at="protocol.connection.Connection.send_close")
def test_only_a_client_sends_1010():
    assert client().send_close(1010, "permessage-deflate")
    with pytest.raises(InputError, match="which only clients send"):
        server().send_close(1010)


# -- failing -----------------------------------------------------------------------------------


@pytest.mark.row("6455-7.1.7-2", "6455-7.1.7-7", at="protocol.connection.Connection.receive")
@pytest.mark.row("6455-7.1.7-3", at="protocol.connection.Connection.should_end_tcp")
def test_a_failure_is_reported_once_and_nothing_after_it_is_read():
    other = server()
    bad = bytes.fromhex("8300") + from_client(Frame.text("late"), Frame.close(1000))
    (failed,) = other.receive(bad)
    assert isinstance(failed, Failed)
    assert failed.violation.rule.id == "opcode-reserved"
    assert "RFC 6455 §5.2" in str(failed.violation)
    assert other.receive(from_client(Frame.close(1000))) == []
    (close,) = frames_of(other.take_output(), "client")
    assert close.opcode == Opcode.CLOSE
    assert int.from_bytes(close.payload[:2], "big") == failed.code == 1002
    assert close.payload[2:].decode() in failed.violation.rule.sentence
    assert other.should_end_tcp
    assert other.receive_end() == [Ended(1006, "", clean=False)]


def test_messages_before_a_failure_are_answered_before_it():
    other = server()
    events = other.receive(from_client(Frame.text("one")) + bytes.fromhex("8100"))
    assert events[0] == Text("one")
    assert events[1].violation.rule.id == "mask-missing"
    sent = other.send_text("one") + other.take_output()
    assert [frame.opcode for frame in frames_of(sent, "client")] == [Opcode.TEXT, Opcode.CLOSE]


def test_a_failure_after_our_close_sends_no_second_close():
    other = server()
    other.send_close(1000)
    (failed,) = other.receive(bytes.fromhex("8300"))
    assert failed.code == 1002
    assert other.take_output() == b""
    assert other.should_end_tcp


def test_a_bad_byte_fails_before_its_frame_is_whole():
    one = client()
    header = Frame.text("x" * 100).header()
    assert one.receive(header + "κό".encode()) == []
    (failed,) = one.receive(b"\xed\xa0")
    assert failed.violation.rule.id == "text-not-utf8"


def test_a_control_frame_that_is_still_coming_is_waited_for():
    one = client()
    data = from_server(Frame.ping(b"Hello"))
    assert one.receive(data[:4]) == []
    assert one.receive(data[4:]) == [Ping(b"Hello")]


def test_a_close_that_breaks_a_rule_is_judged_where_it_came():
    data = from_client(Frame.close(1005))
    (failed,) = server().receive(data)
    assert failed.violation == dissect(data, "server").violations[0]
    assert failed.violation.where == "bytes 6 to 7"


def test_what_cannot_be_compressed_fits_the_same_limit():
    data = random.Random(1).randbytes(10_000)
    agreed = Agreement()
    sent = server(deflate=agreed).send_binary(data)
    assert len(sent) > 10_004
    assert client(deflate=agreed, max_size=10_000).receive(sent) == [Binary(data)]
    (failed,) = client(deflate=agreed, max_size=9_999).receive(sent)
    assert failed.violation.rule.id == "message-too-long"


def squeezed(data, *, bits=15, memory=8, strategy=zlib.Z_DEFAULT_STRATEGY, flushed_each=None):
    """A compressed binary frame as a sender with this zlib makes it, unmasked."""
    maker = zlib.compressobj(6, zlib.DEFLATED, -bits, memory, strategy)
    step = flushed_each or len(data)
    pieces = (data[at : at + step] for at in range(0, len(data), step))
    flushed = b"".join(maker.compress(piece) + maker.flush(zlib.Z_SYNC_FLUSH) for piece in pieces)
    return Frame(Opcode.BINARY, flushed.removesuffix(TAIL), rsv1=True).encode()


def the_limit_and_one_byte_over(frame, data):
    """The events of a client with exactly this limit, and of one with a byte less."""
    allowed = client(deflate=Agreement(), max_size=len(data)).receive(frame)
    refused = client(deflate=Agreement(), max_size=len(data) - 1).receive(frame)
    return allowed == [Binary(data)], [event.violation.rule.id for event in refused]


@pytest.mark.parametrize("bits", range(9, 16))
@pytest.mark.parametrize("memory", range(1, 10))
def test_the_limit_is_for_the_message_whatever_zlib_its_sender_has(bits, memory):
    data = random.Random(bits).randbytes(2**17)
    frame = squeezed(data, bits=bits, memory=memory)
    assert the_limit_and_one_byte_over(frame, data) == (True, ["message-too-long"])


@pytest.mark.parametrize(
    ("data", "how"),
    [
        (bytes(range(144, 256)) * 500, {"strategy": zlib.Z_FIXED}),
        (random.Random(2).randbytes(5_000), {"flushed_each": 1}),
        (random.Random(3).randbytes(1), {}),
        (b"\xff" * 2, {"flushed_each": 1}),
    ],
)
def test_the_limit_is_for_the_message_however_much_it_grows_on_the_wire(data, how):
    frame = squeezed(data, **how)
    assert len(frame) > len(data) or how.get("strategy")
    assert the_limit_and_one_byte_over(frame, data) == (True, ["message-too-long"])


def test_a_compressed_frame_is_decompressed_as_it_comes_and_refused_before_it_is_whole():
    header = Frame(Opcode.BINARY, bytes(2**20), rsv1=True).header()
    one = client(deflate=Agreement(), max_size=2**20)
    bomb = zlib.compress(bytes(2**26), wbits=-15)
    assert one.receive(header + bomb[: INFLATED_AT // 2]) == []
    (failed,) = one.receive(bomb[INFLATED_AT // 2 :] + bytes(INFLATED_AT - len(bomb) + 1))
    assert failed.violation.rule.id == "message-too-long"


@pytest.mark.parametrize("step", [1, 7, 4_096, 5_000, 100_000])
def test_a_compressed_message_is_the_same_however_its_bytes_are_cut(step):
    text = "".join(random.Random(4).choices("abcdefghκόσμε😀 ", k=200_000 if step > 7 else 20_000))
    sent = server(deflate=Agreement(), level=1)
    one = client(deflate=Agreement())
    for _ in range(2):
        data = sent.send_text(text)
        assert len(data) > INFLATED_AT or step <= 7
        pieces = (data[at : at + step] for at in range(0, len(data), step))
        assert [event for piece in pieces for event in one.receive(piece)] == [Text(text)]


# -- a message in parts ------------------------------------------------------------------------


@pytest.mark.parametrize("deflate", [None, Agreement(), Agreement(server_no_context_takeover=True)])
@pytest.mark.parametrize("fragments", [1, 3])
@pytest.mark.parametrize("step", [1, 5, 1_000, 6_000])
@pytest.mark.parametrize("kind", [str, bytes])
def test_a_message_that_is_taken_in_parts_is_the_same_message(deflate, fragments, step, kind):
    random_ = random.Random(step)
    message = "".join(random_.choices("aé€😀", k=90_000 if step > 5 else 9_000))
    if kind is bytes:
        message = random_.randbytes(200_000 if step > 5 else 20_000)
    sent, one = server(deflate=deflate), client(deflate=deflate)
    send = sent.send_text if kind is str else sent.send_binary
    cut = len(message) // fragments
    parts = [message[at : at + cut] for at in range(0, len(message), cut)]
    data = b"".join(send(part, fin=number == len(parts)) for number, part in enumerate(parts, 1))
    data += send(kind())  # what comes after it is a message of its own
    taken, whole, most = [], [], 0
    for at in range(0, len(data), step):
        events = one.receive(data[at : at + step])
        whole += [event.text if kind is str else event.data for event in events]
        if not whole:
            taken.append(one.take_part())
            most = max(most, one.under_way)
    assert all(type(part) is kind for part in [*taken, *whole] if part)
    assert kind().join([part for part in [*taken, *whole[:1]] if part]) == message
    assert whole[1:] == [kind()]
    assert most < INFLATED_AT + step, "what was given away was kept"


def test_a_message_in_parts_keeps_the_limit_of_the_whole():
    one = client(max_size=10)
    header = Frame.binary(bytes(8)).header()
    assert one.receive(b"\x02" + header[1:] + bytes(8)) == []
    assert one.take_part() == bytes(8)
    (failed,) = one.receive(Frame.binary(bytes(3)).encode().replace(b"\x82", b"\x80", 1))
    assert failed.violation.rule.id == "message-too-long"


def test_a_control_frame_amid_a_message_in_parts_is_left_alone():
    one = client()
    assert one.receive(bytes.fromhex("0103 616263")) == []
    assert one.receive(bytes.fromhex("8905 4865")) == []
    assert one.take_part() == "abc"
    assert one.receive(bytes.fromhex("6c6c6f 8001 64")) == [Ping(b"Hello"), Text("d")]
    assert one.take_part() == b""


def test_text_that_is_no_utf8_is_found_behind_a_part_that_was_taken():
    one = client()
    assert one.receive(Frame.text("x" * 100).header() + "aκ".encode()[:2]) == []
    assert one.take_part() == "a"
    (failed,) = one.receive(b"a")
    assert failed.violation.rule.id == "text-not-utf8"
    assert failed.violation.where == "byte 2 of the text"


def test_there_may_be_no_limit():
    agreed = Agreement()
    sent = server(deflate=agreed).send_binary(bytes(2 * DEFAULT_MAX_SIZE))
    (message,) = client(deflate=agreed, max_size=None).receive(sent)
    assert len(message.data) == 2 * DEFAULT_MAX_SIZE


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (lambda one: one.send_binary(5), "Expected bytes, got int; send_text sends text."),
        (lambda one: one.send_binary("x"), "Expected bytes, got str; send_text sends text."),
        (lambda one: one.send_ping("x"), "Expected bytes, got str; send_text sends text."),
        (lambda one: one.send_close("1000"), "a close code that may be sent, got '1000'"),
        (lambda one: one.send_close(1000, "\ud800"), "xpected"),
        (lambda one: one.send_close(1000, "é" * 62), "at most 123 bytes, got 124"),
        (lambda one: one.send_ping(bytes(126)), "Expected at most 125 bytes, got 126"),
        (lambda one: one.send_text(b"x"), "xpected a text, got bytes"),
        (lambda one: one.send_text("\ud800"), "xpected"),
        (lambda one: one.receive("8105"), "xpected bytes, got str"),
        (lambda _: Connection("Server"), "Expected the side 'server' or 'client', got 'Server'."),
    ],
)
def test_a_mistake_of_the_programmer_gets_one_sentence_and_sends_nothing(command, sentence):
    one = server()
    with pytest.raises(InputError, match=re.escape(sentence)):
        command(one)
    assert one.take_output() == b""
    assert one.state is State.OPEN


@pytest.mark.row("6455-6.2-2", at="protocol.connection.Connection.receive")
@pytest.mark.parametrize("deflate", [None, Agreement()])
def test_a_limit_for_messages_does_not_apply_to_control_frames(deflate):
    one = server(max_size=3, deflate=deflate)
    frames = [Frame.ping(b"eight by"), Frame.pong(bytes(125)), Frame.text("abc")]
    frames.append(Frame.close(1000, "a reason of some words"))
    assert one.receive(b"".join(frame.encode(mask_key=KEY) for frame in frames)) == [
        Ping(b"eight by"),
        Pong(bytes(125)),
        Text("abc"),
        Close(1000, "a reason of some words"),
    ]
    (failed,) = server(max_size=3, deflate=deflate).receive(bytes.fromhex("818400000000"))
    assert failed.code == 1009, "seen in the header, before any of it comes"
