"""The payload length: three forms, one of which is legal (RFC 6455 §5.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wslearn.protocol.errors import InputError
from wslearn.protocol.length import (
    FORMS,
    LONGEST,
    encode_length,
    form_of,
    header_size,
    shortest_form,
)


def test_the_three_forms_leave_no_gap_and_do_not_overlap():
    assert [(form.lowest, form.highest) for form in FORMS] == [
        (0, 125),
        (126, 65_535),
        (65_536, 2**63 - 1),
    ]
    assert [form.extra_bytes for form in FORMS] == [0, 2, 8]


@pytest.mark.row("6455-5.2-6", at="protocol.length.shortest_form")
@pytest.mark.parametrize(
    ("length", "bits"),
    [
        (0, 7),
        (1, 7),
        (125, 7),
        (126, 16),
        (127, 16),
        (65_535, 16),
        (65_536, 64),
        (2**32, 64),
        (LONGEST, 64),
    ],
)
def test_a_length_is_written_in_its_shortest_form(length, bits):
    assert shortest_form(length).bits == bits


@pytest.mark.parametrize("length", [-1, 2**63, 2**64])
def test_a_length_beyond_the_longest_frame_is_refused(length):
    with pytest.raises(InputError) as caught:
        shortest_form(length)
    assert str(caught.value) == f"Expected a length from 0 to 2^63 - 1 bytes, got {length}."


def test_the_seven_bits_announce_the_form():
    assert [form_of(seven).bits for seven in (0, 125, 126, 127)] == [7, 7, 16, 64]


@pytest.mark.row("6455-5.2-n1", at="protocol.length.encode_length")
@pytest.mark.parametrize(
    ("length", "seven_bits", "extra"),
    [
        (0, 0, ""),
        (125, 125, ""),
        (126, 126, "007e"),
        (65_535, 126, "ffff"),
        (65_536, 127, "0000000000010000"),
        (LONGEST, 127, "7fffffffffffffff"),
    ],
)
def test_a_length_travels_in_network_byte_order(length, seven_bits, extra):
    assert encode_length(length) == (seven_bits, bytes.fromhex(extra))


@given(st.integers(0, LONGEST))
def test_an_encoded_length_reads_back(length):
    seven_bits, extra = encode_length(length)
    assert (int.from_bytes(extra, "big") if extra else seven_bits) == length
    form = form_of(seven_bits)
    assert form is shortest_form(length)
    assert len(extra) == form.extra_bytes


@pytest.mark.parametrize(
    ("bits", "seven_bits", "extra"),
    [(7, 5, ""), (16, 126, "0005"), (64, 127, "0000000000000005")],
)
def test_a_form_can_be_forced_to_show_what_goes_wrong(bits, seven_bits, extra):
    assert encode_length(5, bits) == (seven_bits, bytes.fromhex(extra))


@pytest.mark.parametrize(
    ("length", "bits", "message"),
    [
        (126, 7, "Expected at most 125 for 7 length bits, got 126."),
        (65_536, 16, "Expected a length that fits 16 bits, got 65536."),
        (2**63, 64, f"Expected a length from 0 to 2^63 - 1 bytes, got {2**63}."),
        (5, 8, "Expected 7, 16 or 64 length bits, got 8."),
    ],
)
def test_a_form_that_cannot_hold_the_length_is_refused(length, bits, message):
    with pytest.raises(InputError) as caught:
        encode_length(length, bits)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("length", "unmasked"), [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10), (LONGEST, 10)]
)
def test_a_header_has_two_to_fourteen_bytes(length, unmasked):
    assert header_size(length, masked=False) == unmasked
    assert header_size(length, masked=True) == unmasked + 4


@pytest.mark.parametrize(("length", "shown"), [(1.5, "1.5"), ("5", "'5'"), (None, "None")])
def test_a_length_that_is_no_whole_number_is_refused_in_words(length, shown):
    for function in (shortest_form, encode_length):
        with pytest.raises(InputError) as caught:
            function(length)
        assert str(caught.value) == f"Expected a length from 0 to 2^63 - 1 bytes, got {shown}."
