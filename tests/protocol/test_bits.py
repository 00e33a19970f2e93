"""Fields and bits, counted as the figure in RFC 6455 §5.2 counts them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wslearn.protocol.bits import Field, bits_of, flip, hex_bytes


def field(start: int, width: int) -> Field:
    return Field("opcode", "opcode", start, width, 1, "0x1", "text", "RFC 6455 §5.2")


def test_a_field_covers_its_bits_and_no_other():
    opcode = field(4, 4)
    assert opcode.end == 8
    assert [bit for bit in range(10) if opcode.covers(bit)] == [4, 5, 6, 7]


@pytest.mark.parametrize(
    ("start", "width", "byte"), [(0, 1, 0), (4, 4, 0), (9, 7, 1), (16, 16, 3), (16, 32, 5)]
)
def test_a_field_knows_the_byte_of_its_last_bit(start, width, byte):
    assert field(start, width).last_byte == byte


def test_an_empty_field_has_no_last_byte_and_gives_its_start():
    assert field(16, 0).last_byte == 2


def test_the_first_bit_is_the_most_significant_of_the_first_byte():
    assert list(bits_of(b"\x80\x01")) == [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert list(bits_of(b"")) == []


def test_flipping_a_bit_changes_that_bit_alone():
    assert flip(b"\x81\x05", 0) == b"\x01\x05"
    assert flip(b"\x81\x05", 15) == b"\x81\x04"


@given(st.binary(min_size=1, max_size=20), st.data())
def test_flipping_twice_gives_the_bytes_back(data, choice):
    bit = choice.draw(st.integers(0, 8 * len(data) - 1))
    once = flip(data, bit)
    changed = [
        i for i, (a, b) in enumerate(zip(bits_of(data), bits_of(once), strict=True)) if a != b
    ]
    assert changed == [bit]
    assert flip(once, bit) == data


@pytest.mark.parametrize("bit", [-1, 16, 1000])
def test_a_bit_that_is_not_there_cannot_be_flipped(bit):
    with pytest.raises(IndexError) as caught:
        flip(b"\x81\x05", bit)
    assert str(caught.value) == f"Expected a bit from 0 to 15, got {bit}."


def test_no_bytes_have_no_bit_to_flip():
    with pytest.raises(IndexError) as caught:
        flip(b"", 0)
    assert str(caught.value) == "Expected a bit of some bytes, got no bytes."


def test_hex_comes_in_pairs_with_spaces():
    assert hex_bytes(b"\x81\x05Hello") == "81 05 48 65 6c 6c 6f"
    assert hex_bytes(b"") == ""
