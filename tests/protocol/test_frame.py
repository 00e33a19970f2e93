"""Frames as they are meant, and the bytes they become (RFC 6455 §5.2)."""

import pytest

from wslearn.protocol.codes import Opcode
from wslearn.protocol.errors import InputError
from wslearn.protocol.frame import Frame, encode_usual
from wslearn.protocol.length import LONGEST
from wslearn.protocol.masking import mask_plain

KEY = bytes.fromhex("37fa213d")
NO_BYTES = "Expected a payload of bytes, got {}; for text use Frame.text(...) or add .encode()."


@pytest.mark.parametrize(
    ("frame", "encoded"),
    [
        (Frame.text("Hello"), "810548656c6c6f"),
        (Frame.text("Hel", fin=False), "010348656c"),
        (Frame.continuation(b"lo"), "80026c6f"),
        (Frame.continuation(b"l", fin=False), "00016c"),
        (Frame.binary(b"\x00\xff"), "820200ff"),
        (Frame.binary(b"", fin=False), "0200"),
        (Frame.ping(b"Hello"), "890548656c6c6f"),
        (Frame.ping(), "8900"),
        (Frame.pong(), "8a00"),
        (Frame.close(), "8800"),
        (Frame.close(1000, "bye"), "880503e8627965"),
    ],
)
def test_a_frame_becomes_these_bytes(frame, encoded):
    assert frame.encode().hex() == encoded


@pytest.mark.row("6455-5.3-1", at="protocol.frame.Frame.encode")
def test_a_masked_frame_has_the_bytes_of_the_rfc():
    assert Frame.text("Hello").encode(mask_key=KEY).hex() == "818537fa213d7f9f4d5158"
    assert Frame.pong(b"Hello").encode(mask_key=KEY).hex() == "8a8537fa213d7f9f4d5158"
    assert Frame.text("").encode(mask_key=KEY).hex() == "818037fa213d"


def test_every_first_byte_can_be_described():
    for first in range(256):
        flags = (bool(first & bit) for bit in (0x80, 0x40, 0x20, 0x10))
        frame = Frame(first & 0x0F, b"", *flags)
        assert frame.first_byte() == first
        assert frame.encode() == bytes((first, 0))


@pytest.mark.parametrize("opcode", [-1, 16, 255, "text", None, 1.0])
def test_an_opcode_beyond_four_bits_is_refused(opcode):
    with pytest.raises(InputError) as caught:
        Frame(opcode).encode()
    assert str(caught.value) == f"Expected an opcode of four bits (0 to 15), got {opcode!r}."


@pytest.mark.parametrize(
    ("size", "masked", "header"),
    [
        (0, False, "8200"),
        (125, False, "827d"),
        (126, False, "827e007e"),
        (65_535, False, "827effff"),
        (65_536, False, "827f0000000000010000"),
        (65_536, True, "82ff000000000001000037fa213d"),
    ],
)
def test_the_length_is_written_in_the_fewest_bytes(size, masked, header):
    frame = Frame.binary(bytes(size))
    key = KEY if masked else None
    assert frame.header(mask_key=key).hex() == header
    assert frame.encode(mask_key=key).hex().startswith(header)
    assert len(frame.encode(mask_key=key)) == len(header) // 2 + size


def test_a_header_can_state_a_payload_that_is_not_at_hand():
    assert Frame(Opcode.BINARY).header(length=LONGEST).hex() == "827f7fffffffffffffff"
    assert Frame(Opcode.BINARY).header(length=5, length_bits=16).hex() == "827e0005"


def test_a_longer_length_form_can_be_forced():
    assert Frame.text("Hello").encode(length_bits=16).hex() == "817e000548656c6c6f"
    assert Frame.text("Hello").encode(length_bits=64).hex() == "817f000000000000000548656c6c6f"


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_a_payload_may_be_any_kind_of_bytes(kind):
    for build in (Frame.binary, Frame.ping, Frame.pong, Frame.continuation):
        frame = build(kind(b"Hello"))
        assert frame.payload == b"Hello"
        assert type(frame.payload) is bytes
    frame = Frame(Opcode.BINARY, kind(b"Hello"))
    assert frame.encode() == bytes.fromhex("820548656c6c6f")
    assert frame.encode(mask_key=KEY) == bytes.fromhex("828537fa213d7f9f4d5158")


def test_what_happens_to_a_buffer_later_changes_no_frame():
    buffer = bytearray(b"Hello")
    frames = Frame.binary(buffer), Frame.binary(memoryview(buffer))
    buffer[0] = 0
    assert [frame.payload for frame in frames] == [b"Hello"] * 2


@pytest.mark.parametrize("payload", ["Hello", 5, None, [1, 2]])
def test_a_payload_that_is_no_bytes_is_refused_in_words(payload):
    message = NO_BYTES.format(type(payload).__name__)
    for build in (Frame.binary, Frame.ping, Frame.pong, Frame.continuation):
        with pytest.raises(InputError) as caught:
            build(payload)
        assert str(caught.value) == message
    with pytest.raises(InputError) as caught:
        Frame(Opcode.TEXT, payload).encode()
    assert str(caught.value) == message


def test_a_text_frame_wants_text():
    with pytest.raises(InputError) as caught:
        Frame.text(b"Hello")
    assert str(caught.value) == "Expected a text, got bytes; for bytes use Frame.binary."


def test_a_bad_key_is_refused_in_words():
    with pytest.raises(InputError) as caught:
        Frame.text("Hello").encode(mask_key=b"37fa213d")
    assert str(caught.value) == "Expected a masking-key of 4 bytes, got 8."


@pytest.mark.parametrize(
    ("frame", "shown"),
    [
        (Frame.text("Hello"), "Frame(TEXT, b'Hello')"),
        (Frame(1, b"", False, True), "Frame(TEXT, b'', fin=False, rsv1=True)"),
        (Frame(8, rsv2=True, rsv3=True), "Frame(CLOSE, b'', rsv2=True, rsv3=True)"),
        (Frame(3), "Frame(0x3, b'')"),
        (Frame(0xB), "Frame(0xb, b'')"),
        (Frame(99), "Frame(0x63, b'')"),
        (Frame(2, b"x" * 32), f"Frame(BINARY, {b'x' * 32!r})"),
        (Frame(2, b"x" * 33), f"Frame(BINARY, {b'x' * 32!r}…)"),
        (Frame(2, memoryview(b"abc")), "Frame(BINARY, b'abc')"),
        (Frame(1, "Hello"), "Frame(TEXT, 'Hello')"),
        (Frame("text"), "Frame('text', b'')"),
    ],
)
def test_a_frame_shows_what_it_is_even_when_it_cannot_be_encoded(frame, shown):
    assert repr(frame) == shown


def test_a_header_of_a_payload_that_is_text_is_refused_in_words():
    with pytest.raises(InputError) as caught:
        Frame(Opcode.TEXT, "Hellö").header()
    assert str(caught.value) == NO_BYTES.format("str")


@pytest.mark.parametrize("opcode", list(Opcode))
@pytest.mark.parametrize("key", [None, KEY, bytes(4)])
def test_the_quick_way_builds_the_same_bytes_as_the_parts(opcode, key):
    for size in (*range(7), 124, 125, 126, 5_000, 65_535, 65_536):
        data = bytes(i * 7 % 256 for i in range(size))
        frame = Frame(opcode, data, fin=bool(size % 2), rsv1=True)
        parts = frame.header(mask_key=key) + (data if key is None else mask_plain(data, key))
        assert encode_usual(frame.first_byte(), data, key) == parts, size
        assert frame.encode(mask_key=key) == parts, size
        buffer = Frame(opcode, bytearray(data), frame.fin, rsv1=True)
        assert buffer.encode(mask_key=key) == parts, size


def test_a_key_may_be_any_kind_of_four_bytes():
    expected = Frame.text("Hello").encode(mask_key=KEY)
    for kind in (bytearray, memoryview):
        assert Frame.text("Hello").encode(mask_key=kind(KEY)) == expected
