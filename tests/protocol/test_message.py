"""Messages are assembled and judged the same way however their frames were cut."""

import tracemalloc

import pytest

from wslearn.protocol.codes import Opcode
from wslearn.protocol.deflate import Compressor, Decompressor, Window
from wslearn.protocol.frame import Frame
from wslearn.protocol.message import MessageError, MessageReader, Utf8Checker

KOSME = "κόσμε"
WINDOW = Window(15, context_takeover=True)


def read(*frames, **how):
    """The messages in these frames; the id of the rule that ends them comes last."""
    reader = MessageReader(**how)
    messages = []
    for frame in frames:
        try:
            message = reader.feed(frame)
        except MessageError as error:
            return [*messages, error.violation.rule.id]
        if message is not None:
            messages.append(message)
    return messages


def text(data, fin=True, rsv1=False):
    return Frame(Opcode.TEXT, data, fin, rsv1)


def more(data, fin=True):
    return Frame.continuation(data, fin=fin)


@pytest.mark.row("6455-5.2-n3", at="protocol.message.MessageReader.feed")
def test_one_frame_is_a_message():
    assert read(text(b"Hello"), Frame.binary(b"\xff"), text(b"")) == ["Hello", b"\xff", ""]


@pytest.mark.row(
    "6455-5.4-3",
    "6455-5.4-12",
    "6455-6.2-3",
    "6455-6.2-4",
    at="protocol.message.MessageReader.feed",
)
def test_fragments_are_joined_in_order_and_keep_the_type_of_the_first():
    frames = [text(b"", fin=False), more(b"Hel", fin=False), more(b"lo", fin=False), more(b"")]
    assert read(*frames, Frame.binary(b"a", fin=False), more(b"b")) == ["Hello", b"ab"]


@pytest.mark.parametrize("cut", range(len(KOSME.encode()) + 1))
def test_a_character_may_be_cut_between_fragments(cut):
    data = KOSME.encode()
    assert read(text(data[:cut], fin=False), more(data[cut:])) == [KOSME]


@pytest.mark.row("6455-5.6-1", "6455-8.1-1", at="protocol.text.utf8_problem")
def test_text_is_refused_at_the_fragment_that_breaks_it():
    assert read(text(b"\xed", fin=False), more(b"\xa0", fin=False)) == ["text-not-utf8"]
    assert read(text(b"\xc0", fin=False)) == ["text-not-utf8"]
    assert read(text(b"abc\xce", fin=False), more(b"")) == ["text-not-utf8"]
    assert read(text(b"abc\xce")) == ["text-not-utf8"]


@pytest.mark.row("6455-5.6-n1", at="protocol.message.MessageReader.feed")
def test_binary_is_never_checked():
    assert read(Frame.binary(b"\xc3", fin=False), more(b"\x28")) == [b"\xc3\x28"]


@pytest.mark.row("6455-5.4-n1", at="protocol.message.MessageReader.feed")
def test_a_continuation_needs_a_message():
    assert read(more(b"lo")) == ["continuation-without-message"]
    assert read(text(b"a"), more(b"lo", fin=False)) == ["a", "continuation-without-message"]


@pytest.mark.row("6455-5.4-4", "6455-5.4-n2", at="protocol.message.MessageReader.feed")
def test_a_message_is_finished_before_the_next():
    assert read(text(b"a", fin=False), text(b"b")) == ["message-interrupted"]
    assert read(text(b"a", fin=False), Frame.binary(b"b")) == ["message-interrupted"]


@pytest.mark.row("6455-10.4-2", at="protocol.message.MessageReader.feed")
def test_the_limit_counts_the_whole_message():
    assert read(Frame.binary(b"12345"), max_size=5) == [b"12345"]
    assert read(Frame.binary(b"123456"), max_size=5) == ["message-too-long"]
    halves = (Frame.binary(b"123", fin=False), more(b"456"))
    assert read(*halves, max_size=6) == [b"123456"]
    assert read(*halves, max_size=5) == ["message-too-long"]


@pytest.mark.row("7692-6-n1", "7692-6.2-2", at="protocol.message.MessageReader.feed")
def test_compressed_and_plain_messages_may_alternate():
    squeeze = Compressor(WINDOW).compress
    frames = [
        text(squeeze(b"Hello"), rsv1=True),
        text(b"plain"),
        text(squeeze(b"Hello"), rsv1=True),
    ]
    inflate = Decompressor(WINDOW)
    assert read(*frames, inflate=inflate) == ["Hello", "plain", "Hello"]


@pytest.mark.row("7692-6.1-n2", at="protocol.message.MessageReader.feed")
def test_compressed_text_is_checked_after_it_is_unfolded():
    squeezed = Compressor(WINDOW).compress(b"\xc3\x28")
    inflate = Decompressor(WINDOW)
    assert read(text(squeezed, rsv1=True), inflate=inflate) == ["text-not-utf8"]


@pytest.mark.row("6455-10.4-2", at="protocol.message.MessageReader.feed")
def test_a_bomb_is_refused():
    squeezed = Compressor(WINDOW).compress(bytes(10**6))
    frame = Frame(Opcode.BINARY, squeezed, rsv1=True)
    inflate = Decompressor(WINDOW)
    assert read(frame, inflate=inflate, max_size=65_536) == ["message-too-long"]


@pytest.mark.row("7692-7.2.2-n3", at="protocol.deflate.Decompressor.decompress")
def test_bytes_that_do_not_unfold_are_refused():
    frame = Frame(Opcode.BINARY, b"\xff" * 4, rsv1=True)
    assert read(frame, inflate=Decompressor(WINDOW)) == ["deflate-invalid"]


def test_an_announced_frame_is_judged_before_its_payload():
    for frames, announced, rule in [
        ((), (Opcode.CONTINUATION, False, 5), "continuation-without-message"),
        ((text(b"a", fin=False),), (Opcode.TEXT, False, 5), "message-interrupted"),
        ((text(b"abcd", fin=False),), (Opcode.CONTINUATION, False, 7), "message-too-long"),
    ]:
        reader = MessageReader(max_size=10)
        for frame in frames:
            reader.feed(frame)
        with pytest.raises(MessageError) as refused:
            reader.announce(*announced)
        assert refused.value.violation.rule.id == rule


def test_text_is_looked_at_while_its_frame_is_coming():
    data = KOSME.encode()
    reader = MessageReader()
    seen = 0
    for end in range(1, len(data)):
        seen = reader.announce(Opcode.TEXT, False, len(data))
        assert seen == end - 1
        reader.look_at(data[seen:end])
    assert reader.feed(text(data)) == KOSME
    assert reader.feed(text(b"next")) == "next"


def test_a_wrong_byte_is_noticed_before_its_frame_is_whole():
    reader = MessageReader()
    assert reader.announce(Opcode.TEXT, False, 10) == 0
    reader.look_at(b"ab\xf4")
    with pytest.raises(MessageError, match="cannot go on"):
        reader.look_at(b"\x90")


def test_what_is_no_text_or_is_compressed_is_not_looked_at_early():
    assert MessageReader().announce(Opcode.BINARY, False, 10) is None
    assert MessageReader().announce(Opcode.TEXT, True, 10) is None


def test_an_announced_length_counts_once():
    reader = MessageReader(max_size=10)
    for _ in range(3):
        reader.announce(Opcode.BINARY, False, 8)
    assert reader.feed(Frame.binary(b"12345678")) == b"12345678"


def test_a_reader_knows_whether_a_message_is_under_way():
    reader = MessageReader()
    assert not reader.under_way
    reader.feed(text(b"a", fin=False))
    assert reader.under_way
    reader.feed(more(b"b"))
    assert not reader.under_way


def test_the_checker_follows_a_character_over_any_cut():
    data = "aκ€😀".encode()
    for first in range(len(data) + 1):
        for second in range(first, len(data) + 1):
            checker = Utf8Checker()
            pieces = (data[:first], data[first:second], data[second:])
            assert [checker.feed(piece) for piece in pieces] == [None] * 3
            assert not checker.open


def refusal(*frames, **how):
    """The violation that ends these frames."""
    reader = MessageReader(**how)
    for frame in frames[:-1]:
        reader.feed(frame)
    with pytest.raises(MessageError) as refused:
        reader.feed(frames[-1])
    return refused.value.violation


def test_a_refusal_names_the_byte_of_the_text_across_fragments():
    whole = refusal(text(b"abc\xff"))
    cut = refusal(text(b"ab", fin=False), more(b"c\xff"))
    assert whole.where == cut.where == "byte 3 of the text"
    assert refusal(text(b"a\xce", fin=False), more(b"\xba\xce")).where == "byte 4 of the text"
    open_end = refusal(text(b"a\xce", fin=False), more(b""))
    assert (open_end.where, open_end.came) == (
        "byte 2 of the text",
        "an end inside a character",
    )


def test_a_refusal_of_the_whole_message_points_at_no_bit():
    violation = refusal(Frame.binary(b"123456"), max_size=5)
    assert violation.where == "the message"
    assert (violation.expected, violation.came) == ("at most 5 bytes", "6")
    bomb = Frame(Opcode.BINARY, Compressor(WINDOW).compress(bytes(10**5)), rsv1=True)
    violation = refusal(bomb, inflate=Decompressor(WINDOW), max_size=100)
    assert violation.came == "more than that once decompressed"
    nonsense = Frame(Opcode.BINARY, b"\xff" * 4, rsv1=True)
    violation = refusal(nonsense, inflate=Decompressor(WINDOW))
    assert violation.came.startswith("what zlib cannot read (")


def test_empty_fragments_cost_no_memory():
    reader = MessageReader(max_size=10)
    reader.feed(Frame.binary(b"", fin=False))
    tracemalloc.start()
    for _ in range(50_000):
        reader.feed(more(b"", fin=False))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50_000
    assert reader.feed(more(b"end")) == b"end"
