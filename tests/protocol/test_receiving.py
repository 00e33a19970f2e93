"""One direction, overheard: judged as a connection judges it, and read on beyond the end."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wslearn.protocol.codes import Opcode
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import Agreement, Compressor, Window
from wslearn.protocol.dissect import dissect, dissect_all
from wslearn.protocol.events import Binary, Failed, Text
from wslearn.protocol.frame import Frame
from wslearn.protocol.in_words import verdict
from wslearn.protocol.receiving import CLOSED, CUT, FAILED, Allowance, Receiver

WINDOW = Window(15, context_takeover=True)


def taken(frames, window=None, **options):
    """Each frame as a client's receiver takes it, and the messages that it assembled."""
    receiver = Receiver(window, keep=2**20, **options)
    names = ("permessage-deflate",) if window else ()
    seen, messages = [], []
    for frame in frames:
        data = frame if isinstance(frame, bytes) else frame.encode()
        seen.append(receiver.take(dissect(data, "client", names)))
        if receiver.message is not None:
            messages.append(receiver.message)
    return seen, messages


def rules_of(seen):
    return [[one.rule.id for one in each.violations] for each in seen]


def unread(seen):
    return [each.unread for each in seen]


# -- as a connection judges ------------------------------------------------------------------------

payloads = st.sampled_from(
    [b"", b"Hello", "κόσμε".encode(), "κόσμε".encode()[:3], b"\xbc", b"\xff", b"\x03\xe8", b"\x03"]
)
frames = st.builds(
    Frame,
    st.sampled_from([0, 0, 1, 1, 2, 3, 8, 9, 10, 11]),
    payloads,
    fin=st.booleans(),
    rsv1=st.sampled_from([False, False, False, True]),
    rsv2=st.sampled_from([False, False, False, False, True]),
)
pieces = st.lists(st.tuples(frames, st.booleans()), max_size=8)


@given(pieces, st.sampled_from([None, Agreement(), Agreement(server_no_context_takeover=True)]))
def test_it_finds_what_a_connection_fails_for_and_the_same_messages_before_it(script, agreement):
    connection = Connection("client", mask_keys=lambda: bytes(4), deflate=agreement, max_size=None)
    compressor = Compressor(agreement.server) if agreement else None
    stream, failed, expected = [], None, []
    for frame, real in script:
        sent = frame
        if compressor and real and frame.rsv1 and frame.opcode in (1, 2):
            sent = Frame(frame.opcode, compressor.compress(frame.payload), rsv1=True)
        stream.append(sent.encode())
        for event in connection.receive(stream[-1]):
            if isinstance(event, Failed):
                failed = event.violation.rule.id
            elif isinstance(event, Text | Binary):
                expected.append(event.text if isinstance(event, Text) else event.data)
    receiver = Receiver(agreement and agreement.server, keep=2**20)
    found, messages = None, []
    for data in stream:
        seen = receiver.take(dissect(data, "client", ("permessage-deflate",) if agreement else ()))
        if found is None and seen.violations and not seen.unread:
            found = seen.violations[0].rule.id
        if receiver.message is not None and not receiver.stopped:
            messages.append(receiver.message)
    assert found == failed
    assert messages == expected


@pytest.mark.parametrize(
    ("hexes", "rule", "code", "where"),
    [
        ("8001 6f", "continuation-without-message", 1002, "byte 0, bits 4 to 7"),
        ("010148 810165", "message-interrupted", 1002, "byte 0, bits 4 to 7"),
        # U+03BA, then e1 and a byte that cannot go on from it: on the wire it is byte 3.
        ("0103cebae1 8002cebc", "text-not-utf8", 1007, "byte 2, byte 3 of the text"),
        ("0101ce 0001ba 800141 8101ff", "text-not-utf8", 1007, "byte 2"),
        ("0101ce 8000", "text-not-utf8", 1007, "byte 1 of the text"),
        ("c105f2ffffffff", "deflate-invalid", 1007, "the message"),
    ],
)
def test_each_fault_has_its_rule_its_code_and_its_place(hexes, rule, code, where):
    receiver = Receiver(WINDOW)
    faults = [
        fault
        for data in dissect_all(hexes, "client", "permessage-deflate")
        for fault in receiver.take(dissect(data.data, "client", "permessage-deflate")).violations
    ]
    assert [(one.rule.id, one.close_code) for one in faults] == [(rule, code)]
    assert faults[0].where == where


# -- where a receiver stops ------------------------------------------------------------------------


@pytest.mark.row("6455-5.5.1-5", at="protocol.receiving.Receiver.judge")
def test_data_after_a_close_breaks_a_rule_and_is_thrown_away():
    seen, _ = taken([Frame.close(1000), Frame.text("late"), Frame.ping(b"")])
    assert rules_of(seen) == [[], ["data-after-close"], []]
    assert unread(seen) == ["", CLOSED, CLOSED]
    assert str(verdict(seen[1])) == (
        "Never read: a Close had come before it. After its Close a side must not send any more "
        "data frames. (RFC 6455 §5.5.1)"
    )
    assert str(verdict(seen[2])) == (
        "Never read: a Close had come before it. It would be a ping, empty."
    )


def test_what_comes_after_a_failure_was_never_read_and_is_not_judged():
    seen, messages = taken([Frame.text("a"), Frame(3), Frame(7, rsv1=True), Frame.text("b")])
    assert rules_of(seen) == [[], ["opcode-reserved"], [], []]
    assert unread(seen) == ["", "", FAILED, FAILED]
    assert messages == ["a", "b"]


def test_a_frame_alone_says_that_it_depends_on_what_came_before():
    assert str(verdict(dissect("8002 6c6f", "client"))) == (
        "A client accepts this frame if a message has begun before it: the last fragment of the "
        "message before it, 2 bytes."
    )
    first, last = dissect_all("010348656c 80026c6f", "client")
    assert first.complete
    assert str(verdict(last)) == (
        "A client accepts this frame: the last fragment of the text message, “lo”."
    )


def test_frames_of_both_sides_in_one_paste_have_messages_of_their_own():
    client = Frame(Opcode.TEXT, b"a", fin=False).encode(mask_key=bytes(4))
    server = Frame.text("b").encode()
    last = Frame(Opcode.CONTINUATION, b"c").encode(mask_key=bytes(4))
    assert [each.violations for each in dissect_all(client + server + last)] == [(), (), ()]


def test_a_stream_that_begins_inside_a_message_is_judged_from_the_next_one_on():
    seen, messages = taken([b"\x80\x01o", b"\x80\x01o"], mid=True)
    assert rules_of(seen) == [[], ["continuation-without-message"]]
    assert messages == []


# -- what it costs ---------------------------------------------------------------------------------


def test_a_message_over_the_limit_leaves_the_later_ones_readable():
    compressor = Compressor(WINDOW)
    long, short = "abc" * 2**20, "abc" * 5
    stream = [Frame(1, compressor.compress(text.encode()), rsv1=True) for text in (long, short)]
    seen, messages = taken(stream, WINDOW)
    assert rules_of(seen) == [[], []]
    assert messages == [short]


def test_wrong_text_in_a_long_compressed_frame_leaves_the_window_whole():
    compressor = Compressor(WINDOW)
    noise = bytes(range(256)) * 64
    stream = [
        Frame(opcode, compressor.compress(data), rsv1=True)
        for opcode, data in [(1, noise), (2, noise)]
    ]
    seen, messages = taken(stream, WINDOW)
    assert rules_of(seen) == [["text-not-utf8"], []]
    assert messages == [noise]


def test_what_may_be_decompressed_in_all_is_limited():
    bomb = Frame(
        2, Compressor(Window(15, context_takeover=False)).compress(bytes(2**20)), rsv1=True
    )
    allowance = Allowance(3 * 2**20)
    receiver = Receiver(Window(15, context_takeover=False), keep=2**20, allowance=allowance)
    sizes = []
    for _ in range(300):
        receiver.take(dissect(bomb.encode(), "client", "permessage-deflate"))
        sizes.append(len(receiver.message or b""))
    assert sum(sizes) <= 4 * 2**20
    assert "used up all" in receiver.problem


def test_a_receiver_that_keeps_nothing_holds_no_message_under_way():
    receiver = Receiver()
    for index in range(100):
        frame = Frame(Opcode.TEXT if not index else Opcode.CONTINUATION, b"x" * 1000, fin=False)
        assert receiver.take(dissect(frame.encode(), "client")).violations == ()
    assert receiver._reader._data.getbuffer().nbytes == 0


def test_nothing_is_no_frame():
    receiver = Receiver()
    assert receiver.take(dissect("", "client")) == dissect("", "client")
    assert receiver.take(dissect("81", "client")) == dissect("81", "client"), "half a header"


def test_a_frame_that_is_not_whole_leaves_its_message_unread_and_the_order_judged():
    receiver = Receiver(keep=100)
    cut = receiver.take(dissect(b"\x01\x05Hel", "client"))
    assert (cut.violations, receiver.problem) == ((), CUT)
    last = receiver.take(dissect(b"\x80\x01\xff", "client"))
    assert (last.violations, receiver.message) == ((), None), "nobody knows what stood before it"
    assert receiver.take(dissect(b"\x80\x00", "client")).violations


def test_a_message_that_is_longer_than_what_is_kept_breaks_no_rule():
    receiver = Receiver(keep=3)
    for data in (b"\x01\x02He", b"\x00\x02ll", b"\x80\x01o"):
        assert receiver.take(dissect(data, "client")).violations == ()
    assert receiver.problem == "It is longer than 3 bytes, the most that is kept of a message."


def test_the_rest_of_a_frame_with_wrong_text_is_unpacked_for_those_after_it():
    compressor = Compressor(WINDOW)
    random = Random(6455)
    noise = b"\xff" + random.randbytes(5_000)
    first = Frame(1, compressor.compress(noise), rsv1=True)
    second = Frame(2, compressor.compress(noise[-2_000:]), rsv1=True)
    assert len(first.payload) > 4_000
    assert len(second.payload) < 100
    seen, messages = taken([first, second], WINDOW)
    assert rules_of(seen) == [["text-not-utf8"], []]
    assert messages == [noise[-2_000:]]
