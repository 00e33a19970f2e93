"""The strict way to read frames: the same result however the bytes were cut."""

import pytest

from wslearn.protocol.codes import Opcode
from wslearn.protocol.errors import FrameError, InputError
from wslearn.protocol.frame import Frame
from wslearn.protocol.length import LONGEST
from wslearn.protocol.parser import FrameParser

KEY = bytes.fromhex("37fa213d")


def parse(data, receiver="client", pieces=None, **how):
    """The frames, and the rule that ended them, from bytes in pieces of these sizes."""
    parser = FrameParser(receiver, **how)
    frames = []
    for piece in [data] if pieces is None else pieces:
        try:
            frames += parser.feed(piece)
        except FrameError as error:
            return frames + error.frames, str(error.violation)
    return frames, parser.pending


def every_way(data, receiver="client", **how):
    """The result, once it is the same whole, byte by byte, and cut anywhere in two."""
    whole = parse(data, receiver, **how)
    assert parse(data, receiver, [data[i : i + 1] for i in range(len(data))], **how) == whole
    for cut in range(len(data) + 1):
        assert parse(data, receiver, [data[:cut], data[cut:]], **how) == whole
    return whole


def test_a_frame_is_read_however_it_is_cut():
    data = bytes.fromhex("810548656c6c6f")
    assert every_way(data) == ([Frame.text("Hello")], 0)


@pytest.mark.row("6455-5.3-n3", at="protocol.parser.FrameParser.feed")
def test_a_masked_frame_is_read_however_it_is_cut():
    data = bytes.fromhex("818537fa213d7f9f4d5158")
    assert every_way(data, "server") == ([Frame.text("Hello")], 0)


def test_several_frames_and_a_beginning_are_read_from_one_piece():
    data = bytes.fromhex("01 03 48656c 89 00 80 02 6c6f 82 05 0102")
    expected = [Frame.text("Hel", fin=False), Frame.ping(), Frame.continuation(b"lo")]
    assert every_way(data) == (expected, 4)


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
@pytest.mark.parametrize("receiver", ["client", "server"])
def test_every_length_form_is_read(size, receiver):
    frame = Frame.binary(bytes(i % 251 for i in range(size)))
    key = KEY if receiver == "server" else None
    assert parse(frame.encode(mask_key=key), receiver) == ([frame], 0)


def test_frames_have_their_flags_and_bytes_of_their_own():
    (frame,) = FrameParser("client", extensions="permessage-deflate").feed(b"\x42\x02ab")
    assert frame == Frame(Opcode.BINARY, b"ab", fin=False, rsv1=True)
    assert type(frame.payload) is bytes


def test_nothing_gives_nothing():
    parser = FrameParser("server")
    assert parser.feed(b"") == []
    assert parser.pending == 0


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_kind_of_bytes_can_be_fed(kind):
    assert FrameParser("client").feed(kind(b"\x89\x00")) == [Frame.ping()]


HEADERS = [
    ("client", "09", {}, "control-fragmented"),
    ("client", "c1", {}, "rsv-set"),
    ("client", "c9", {"extensions": ["permessage-deflate"]}, "rsv1-on-control"),
    ("client", "c0", {"extensions": ["permessage-deflate"]}, "rsv1-on-continuation"),
    ("client", "83", {}, "opcode-reserved"),
    ("server", "8100", {}, "mask-missing"),
    ("client", "8180", {}, "mask-present"),
    ("client", "897e", {}, "control-too-long"),
    ("client", "827e007d", {}, "length-not-shortest"),
    ("client", "827f000000000000ffff", {}, "length-not-shortest"),
    ("client", "827f8000000000000000", {}, "length-top-bit"),
    ("client", "8205", {"max_size": 4}, "frame-too-long"),
    ("client", "827e0100", {"max_size": 255}, "frame-too-long"),
    ("server", "82ff7fffffffffffffff", {"max_size": 2**20}, "frame-too-long"),
]


@pytest.mark.parametrize(("receiver", "header", "how", "rule"), HEADERS)
def test_a_broken_header_fails_at_its_last_byte_and_not_before(receiver, header, how, rule):
    data = bytes.fromhex(header)
    parser = FrameParser(receiver, **how)
    for i in range(len(data) - 1):
        assert parser.feed(data[i : i + 1]) == []
    with pytest.raises(FrameError) as caught:
        parser.feed(data[-1:])
    assert caught.value.violation.rule.id == rule
    assert caught.value.close_code == caught.value.violation.rule.close_code
    assert parser.pending == 0


@pytest.mark.parametrize(("receiver", "header", "how", "rule"), HEADERS)
def test_the_failure_is_the_same_however_the_bytes_are_cut(receiver, header, how, rule):
    del rule
    key = KEY if receiver == "server" else None
    good = Frame.text("good").encode(mask_key=key)
    frames, _ = every_way(good + bytes.fromhex(header) + b"trailing bytes", receiver, **how)
    assert frames == [Frame.text("good")]


def test_the_frames_before_the_bad_one_come_with_the_error():
    with pytest.raises(FrameError) as caught:
        FrameParser("client").feed(bytes.fromhex("8900 8a00 8300 8900"))
    assert caught.value.frames == [Frame.ping(), Frame.pong()]
    assert str(caught.value) == (
        "byte 0, bits 4 to 7: expected opcode 0, 1, 2, 8, 9 or 0xa (10), got opcode 3. "
        "Opcodes 3 to 7 and 11 to 15 are reserved: they must not be used unless an agreed "
        "extension defines them. (RFC 6455 §5.2) "
        "The connection fails with 1002."
    )


def test_after_a_failure_nothing_more_is_read():
    parser = FrameParser("client")
    with pytest.raises(FrameError) as first:
        parser.feed(bytes.fromhex("8900 8300"))
    with pytest.raises(FrameError) as again:
        parser.feed(bytes.fromhex("8900"))
    assert again.value.violation == first.value.violation
    assert again.value.frames == []
    assert parser.pending == 0


def test_a_payload_is_not_judged_here():
    frames = [Frame(Opcode.TEXT, b"\xc3\x28"), Frame(Opcode.CLOSE, b"\xff\xff")]
    assert parse(bytes.fromhex("8102c328 8802ffff")) == (frames, 0)


def test_the_longest_frame_is_waited_for_when_there_is_no_limit():
    header = Frame(Opcode.BINARY).header(length=LONGEST)
    assert parse(header + b"and some payload") == ([], len(header) + 16)


def test_the_limit_itself_is_not_too_long():
    assert parse(Frame.binary(b"1234").encode(), max_size=4) == ([Frame.binary(b"1234")], 0)


@pytest.mark.parametrize("receiver", ["Server", None, 1])
def test_a_receiver_is_a_server_or_a_client(receiver):
    with pytest.raises(InputError) as caught:
        FrameParser(receiver)
    assert str(caught.value) == f"Expected the receiver 'server' or 'client', got {receiver!r}."


@pytest.mark.parametrize(("data", "kind"), [("8100", "str"), (5, "int"), (None, "NoneType")])
def test_what_is_fed_is_bytes(data, kind):
    parser = FrameParser("client")
    with pytest.raises(InputError) as caught:
        parser.feed(data)
    assert str(caught.value) == f"Expected bytes, got {kind}."
    assert parser.feed(b"\x89\x00") == [Frame.ping()]


@pytest.mark.parametrize(("receiver", "key"), [("client", None), ("server", KEY)])
def test_the_payload_of_a_frame_that_is_still_coming_can_be_looked_into(receiver, key):
    data = Frame.text("Hello").encode(mask_key=key)
    header = len(data) - 5
    parser = FrameParser(receiver)
    parser.feed(data[: header - 1])
    assert parser.partial is None
    parser.feed(data[header - 1 : header + 3])
    assert parser.partial.header_size == header
    assert [parser.partial.peek(offset) for offset in range(4)] == [b"Hel", b"el", b"l", b""]
    assert parser.feed(data[header + 3 :]) == [Frame.text("Hello")]
    assert parser.partial is None


@pytest.mark.parametrize("receiver", ["client", "server"])
@pytest.mark.parametrize("size", [65_537, 150_000, 300_001])
@pytest.mark.parametrize("piece", [1_000, 70_000, 299_999])
def test_a_long_payload_grows_as_it_comes(receiver, size, piece):
    frames = [Frame.binary(bytes(i % 251 for i in range(size))), Frame.ping(b"next")]
    key = KEY if receiver == "server" else None
    data = b"".join(frame.encode(mask_key=key) for frame in frames)
    pieces = [data[at : at + piece] for at in range(0, len(data), piece)]
    assert parse(data, receiver, pieces) == (frames, 0)


@pytest.mark.parametrize("shift", range(14))
def test_a_payload_that_is_looked_into_now_and_then_is_the_same(shift):
    payload = bytes(i * 7 % 256 for i in range(9_000))
    data = Frame.binary(payload).encode(mask_key=KEY)
    parser, fed = FrameParser("server"), 0
    for at in range(shift, 9_000, 701):
        parser.feed(data[fed : at + 8])  # the header has 8 bytes
        fed = at + 8
        assert parser.partial.peek(max(at - 5, 0)) == payload[max(at - 5, 0) : at]
    assert parser.feed(data[fed:]) == [Frame.binary(payload)]


@pytest.mark.parametrize(("max_size", "shown"), [("10", "'10'"), (1.5, "1.5")])
def test_a_limit_that_is_no_number_of_bytes_is_refused(max_size, shown):
    with pytest.raises(InputError) as caught:
        FrameParser("client", max_size=max_size)
    assert str(caught.value) == f"Expected a limit in bytes, or None, got {shown}."
