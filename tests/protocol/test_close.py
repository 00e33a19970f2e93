"""The body of a Close frame (RFC 6455 §5.5.1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wslearn.protocol.close import LONGEST_REASON, decode_close, encode_close
from wslearn.protocol.codes import CloseCode
from wslearn.protocol.errors import InputError


def test_no_code_gives_an_empty_body():
    assert encode_close() == b""


def test_the_code_comes_in_network_byte_order_before_the_reason():
    assert encode_close(CloseCode.NORMAL_CLOSURE).hex() == "03e8"
    assert encode_close(1002, "κ").hex() == "03eaceba"


def test_a_code_that_may_not_travel_can_be_written_for_a_lesson():
    assert encode_close(1005) == b"\x03\xed"
    assert encode_close(0) == b"\x00\x00"
    assert encode_close(65_535) == b"\xff\xff"


def test_an_empty_body_reads_as_1005_which_never_travels():
    assert decode_close(b"") == (1005, b"")


def test_a_lone_byte_is_no_code():
    assert decode_close(b"\x03") == (1005, b"")


@given(st.integers(0, 65_535), st.text(max_size=40))
def test_code_and_reason_read_back(code, reason):
    assert decode_close(encode_close(code, reason)) == (code, reason.encode())


def test_the_longest_reason_and_its_code_fill_a_control_frame():
    assert len(encode_close(1000, "x" * LONGEST_REASON)) == 125


@pytest.mark.parametrize("code", [-1, 65_536, 1000.0, "1000"])
def test_a_code_that_two_bytes_cannot_hold_is_refused(code):
    with pytest.raises(InputError) as caught:
        encode_close(code)
    assert str(caught.value) == f"Expected a close code of two bytes (0 to 65535), got {code!r}."


def test_a_reason_needs_a_code():
    with pytest.raises(InputError) as caught:
        encode_close(reason="bye")
    assert str(caught.value) == "Expected a close code before a reason, got a reason alone."


def test_a_reason_that_utf8_cannot_hold_is_refused():
    with pytest.raises(InputError) as caught:
        encode_close(1000, "a\udc80")
    assert str(caught.value) == (
        "Expected text that UTF-8 can hold, got U+DC80, half of a surrogate pair, at character 2."
    )
