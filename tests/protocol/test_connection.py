"""A connection: bytes in, events out; commands in, bytes out."""

import json
import random
import re
import zlib
from itertools import count

import pytest

from tests.support import places
from wslearn.protocol.codes import Opcode
from wslearn.protocol.connection import DEFAULT_MAX_SIZE, INFLATED_AT, Connection
from wslearn.protocol.deflate import TAIL, Agreement
from wslearn.protocol.dissect import dissect
from wslearn.protocol.errors import InputError, StateError
from wslearn.protocol.events import Binary, Close, Ended, Failed, Ping, Pong, Text
from wslearn.protocol.frame import Frame
from wslearn.protocol.parser import FrameParser
from wslearn.protocol.states import State

KEY = bytes.fromhex("37fa213d")
VECTORS = json.loads((places.VECTORS / "vectors.json").read_text())


def server(**how):
    return Connection("server", **how)


def client(**how):
    return Connection("client", mask_keys=lambda: KEY, **how)


def from_client(*frames):
    return b"".join(frame.encode(mask_key=KEY) for frame in frames)


def from_server(*frames):
    return b"".join(frame.encode() for frame in frames)


def frames_of(data, receiver):
    return FrameParser(receiver, extensions="permessage-deflate").feed(data)


# -- the vectors -------------------------------------------------------------------------------


def plain(event):
    """An event as the vectors write it."""
    match event:
        case Text(text):
            return {"type": "text", "hex": text.encode().hex(), "text": text}
        case Binary(data):
            return {"type": "binary", "hex": data.hex()}
        case Ping(payload):
            return {"type": "ping", "hex": payload.hex()}
        case Pong(payload):
            return {"type": "pong", "hex": payload.hex()}
        case Close(code, reason):
            return {"type": "close", "code": code, "reason": reason}
        case Failed():
            return {"fail": event.code}


def vectors():
    """Every vector that lists frames: what comes, and what is to happen."""
    sections = ("rfc_frame_examples", "rfc_deflate_examples", "deflate_errors")
    for section in (*sections, "frame_errors", "frame_ok"):
        yield from (vector for vector in VECTORS[section] if "frames" in vector)
    utf8 = VECTORS["utf8"]
    for vector in utf8["fragmented"]:
        yield {"id": vector["name"], "receiver": "client", **vector}
    for vector in utf8["invalid"] + utf8["incomplete"]:
        for receiver, form in (("client", "frame"), ("server", "masked")):
            if form in vector:
                frames = [vector[form]]
                name = f"{vector['name']} ({receiver})"
                yield {"id": name, "receiver": receiver, "frames": frames, "fail": vector["fail"]}


@pytest.mark.row("6455-6.2-1", at="protocol.connection.Connection.receive")
@pytest.mark.parametrize("vector", list(vectors()), ids=lambda vector: vector["id"])
def test_every_vector_gives_its_events_however_it_is_cut(vector):
    expected = list(vector.get("events", []))
    if "fail" in vector:
        expected.append({"fail": vector["fail"]})
    data = bytes.fromhex("".join(vector["frames"]))
    ways = [
        [data],
        [data[i : i + 1] for i in range(len(data))],
        [bytes.fromhex(frame) for frame in vector["frames"]],
    ]
    for pieces in ways:
        connection = Connection(
            vector["receiver"],
            mask_keys=lambda: KEY,
            deflate=Agreement() if vector.get("deflate") else None,
            max_size=vector.get("max_size", DEFAULT_MAX_SIZE),
        )
        events = []
        for piece in pieces:
            events += connection.receive(piece)
            connection.take_output()
        assert [plain(event) for event in events] == expected


# -- messages ----------------------------------------------------------------------------------


def test_a_message_comes_back_as_it_went():
    one, other = client(), server()
    assert other.receive(one.send_text("κόσμε")) == [Text("κόσμε")]
    assert other.receive(one.send_binary(b"\xff")) == [Binary(b"\xff")]
    assert one.receive(other.send_text("")) == [Text("")]


def test_a_message_may_be_sent_in_fragments_with_a_ping_between():
    one, other = client(), server()
    events = other.receive(one.send_text("Hel", fin=False))
    events += other.receive(one.send_ping(b"p"))
    events += other.receive(one.send_text("lo"))
    assert events == [Ping(b"p"), Text("Hello")]
    assert one.receive(other.take_output()) == [Pong(b"p")]


def test_fragments_of_two_messages_are_never_mixed():
    one = client()
    one.send_text("Hel", fin=False)
    with pytest.raises(StateError, match="the next fragment of the message that has begun"):
        one.send_binary(b"lo")


@pytest.mark.row(
    "6455-5.1-1", "6455-5.3-2", "6455-6.1-8", at="protocol.connection.Connection.send_text"
)
def test_a_client_masks_every_frame_with_a_key_of_its_own():
    keys = (number.to_bytes(4, "big") for number in count(1))
    one = Connection("client", mask_keys=lambda: next(keys))
    sent = [one.send_text("a"), one.send_ping(), one.send_text("b", fin=False), one.send_close()]
    assert [data[1] & 0x80 for data in sent] == [0x80] * 4
    assert [int.from_bytes(data[2:6], "big") for data in sent] == [1, 2, 3, 4]


@pytest.mark.row("6455-5.1-4", at="protocol.connection.Connection.send_text")
def test_a_server_masks_nothing():
    assert server().send_text("Hello") == bytes.fromhex("810548656c6c6f")


def test_a_client_without_keys_is_a_mistake_of_its_programmer():
    with pytest.raises(InputError, match="every frame it sends is masked"):
        Connection("client")


@pytest.mark.row("6455-10.3-n1", at="protocol.connection.Connection.send_binary")
def test_payload_that_changes_later_does_not_change_what_was_sent():
    data = bytearray(b"Hello")
    sent = server().send_binary(data)
    data[:] = b"other"
    assert sent.endswith(b"Hello")


@pytest.mark.row("6455-6.2-6", "6455-9.2-1", at="protocol.deflate.Decompressor.decompress")
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


@pytest.mark.row("6455-5.5.3-n1", at="protocol.connection.Connection.receive")
def test_a_ping_is_answered_with_its_own_payload():
    other = server()
    assert other.receive(from_client(Frame.ping(b"\x00\xff"))) == [Ping(b"\x00\xff")]
    assert other.take_output() == Frame.pong(b"\x00\xff").encode()
    assert other.take_output() == b""


@pytest.mark.row("6455-5.5.3-2", "6455-5.5.3-n2", at="protocol.connection.Connection.receive")
def test_a_pong_that_nobody_asked_for_needs_no_answer():
    one = client()
    assert one.receive(server().send_pong(b"x")) == [Pong(b"x")]
    assert one.take_output() == b""


def test_a_ping_after_our_close_is_still_answered():
    # Only a Close that has come excuses from the Pong (§5.5.2), and a Pong is no data frame.
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
    assert other.receive(one.send_close(1001, "bye")) == [Close(1001, "bye")]
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
def test_closes_that_cross_complete_the_handshake():
    one, other = client(), server()
    from_one, from_other = one.send_close(1000), other.send_close(1001)
    assert other.receive(from_one) == [Close(1000, "")]
    assert one.receive(from_other) == [Close(1001, "")]
    assert (one.take_output(), other.take_output()) == (b"", b"")
    assert one.receive_end() == [Ended(1001, "", clean=True)]
    assert other.receive_end() == [Ended(1000, "", clean=True)]


def test_messages_before_a_close_are_answered_before_it():
    other = server()
    events = other.receive(from_client(Frame.text("Hello"), Frame.close(1000)))
    assert events == [Text("Hello"), Close(1000, "")]
    sent = other.send_text("Hello") + other.take_output()
    assert frames_of(sent, "client") == [Frame.text("Hello"), Frame.close(1000)]


def test_nothing_is_sent_after_our_close():
    one = client()
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


def test_nothing_is_read_after_the_peers_close():
    other = server()
    late = from_client(Frame.close(1000), Frame.text("late"))
    assert other.receive(late) == [Close(1000, "")]
    assert other.receive(from_client(Frame.text("later"))) == []


@pytest.mark.row("6455-7.1.5-n2", "6455-7.2.1-2", at="protocol.connection.Connection.receive_end")
def test_tcp_that_ends_without_a_close_is_1006():
    other = server()
    assert other.receive_end() == [Ended(1006, "", clean=False)]
    assert other.state is State.CLOSED
    assert other.receive(from_client(Frame.text("ghost"))) == []


@pytest.mark.row("6455-7.1.4-n1", at="protocol.connection.Connection.receive_end")
def test_tcp_that_ends_after_one_close_is_not_clean():
    other = server()
    other.receive(from_client(Frame.close(1000)))
    assert other.receive_end() == [Ended(1000, "", clean=False)]


@pytest.mark.row("6455-7.4.1-n5", at="protocol.connection.Connection.send_close")
def test_only_a_client_sends_1010():
    assert client().send_close(1010, "permessage-deflate")
    with pytest.raises(InputError, match="which only clients send"):
        server().send_close(1010)


# -- failing -----------------------------------------------------------------------------------


@pytest.mark.row("6455-7.1.7-7", at="protocol.connection.Connection.receive")
@pytest.mark.row("6455-7.1.7-3", at="protocol.connection.Connection.should_end_tcp")
def test_a_failure_is_told_once_and_nothing_after_it_is_read():
    other = server()
    bad = bytes.fromhex("8300") + from_client(Frame.text("late"), Frame.close(1000))
    (failed,) = other.receive(from_client(Frame.text("")) and bad)
    assert isinstance(failed, Failed)
    assert failed.violation.rule.id == "opcode-reserved"
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


@pytest.mark.row("6455-7.1.7-1", at="protocol.connection.Connection.should_end_tcp")
def test_a_failing_client_ends_tcp_itself():
    one = client()
    (failed,) = one.receive(from_client(Frame.text("masked")))
    assert failed.violation.rule.id == "mask-present"
    one.take_output()
    assert one.should_end_tcp


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
    """What a client with a limit of just this size makes of it, and one with a byte less."""
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


@pytest.mark.parametrize("deflate", [None, Agreement()])
def test_a_limit_for_messages_is_none_for_control_frames(deflate):
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
