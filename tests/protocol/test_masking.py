"""The mask: XOR with a four-byte key (RFC 6455 §5.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wslearn.protocol import masking
from wslearn.protocol.errors import InputError
from wslearn.protocol.masking import (
    KEY_SIZE,
    PIECE,
    SHORT,
    check_key,
    mask,
    mask_in_place,
    mask_plain,
    use,
    xor,
)

KEY = bytes.fromhex("37fa213d")


def in_place(data, key, phase=0):
    """Like ``mask``, through a buffer."""
    buffer = bytearray(data) if isinstance(data, bytes | bytearray | memoryview) else data
    mask_in_place(buffer, key, phase)
    return bytes(buffer)


BOTH = pytest.mark.parametrize("function", [mask, mask_plain, in_place])
keys = st.binary(min_size=KEY_SIZE, max_size=KEY_SIZE)


@BOTH
def test_hello_masks_to_the_bytes_of_the_rfc(function):
    assert function(b"Hello", KEY).hex() == "7f9f4d5158"


@BOTH
def test_nothing_masks_to_nothing(function):
    assert function(b"", KEY) == b""


@BOTH
def test_a_payload_equal_to_the_key_masks_to_zeros(function):
    assert function(KEY, KEY) == bytes(4)


@given(st.binary(max_size=300), keys, st.integers(0, 20))
def test_the_fast_way_gives_the_bytes_of_the_plain_one(data, key, phase):
    assert mask(data, key, phase) == mask_plain(data, key, phase)


@pytest.mark.parametrize("phase", [0, 3, -1])
@pytest.mark.parametrize("function", [mask, in_place])
def test_every_length_at_which_the_way_changes_has_the_same_bytes(function, phase):
    for size in (*range(SHORT + 4), PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 5):
        data = bytes(i * 7 % 256 for i in range(size))
        assert function(data, KEY, phase) == mask_plain(data, KEY, phase), size


@pytest.mark.parametrize("size", [0, 5, SHORT + 1, PIECE + 1])
def test_a_part_is_masked_as_a_payload_of_its_own_after_a_header_that_stays(size):
    data = bytes(i * 7 % 256 for i in range(size + 10))
    assert xor(data, KEY, 3, 3 + size, b"head") == b"head" + mask_plain(data[3 : 3 + size], KEY)


@given(st.binary(max_size=300), keys, st.integers(0, 20))
def test_in_place_is_the_same_and_touches_nothing_beside(data, key, phase):
    buffer = bytearray(b"before" + data + b"after")
    mask_in_place(memoryview(buffer)[6 : 6 + len(data)], key, phase)
    assert buffer == b"before" + mask_plain(data, key, phase) + b"after"


def test_a_buffer_of_larger_items_is_masked_by_its_bytes():
    buffer = memoryview(bytearray(b"Hello, world")).cast("I")
    mask_in_place(buffer, KEY)
    assert bytes(buffer) == mask_plain(b"Hello, world", KEY)


@pytest.mark.parametrize("buffer", [b"Hello", memoryview(b"Hello"), memoryview(bytearray(9))[::2]])
def test_what_cannot_be_changed_in_place_is_refused_in_words(buffer):
    with pytest.raises(InputError) as caught:
        mask_in_place(buffer, KEY)
    assert str(caught.value) == (
        "Expected a buffer that can be changed in place, such as a bytearray."
    )


def test_another_way_is_used_for_what_is_longer_than_it_is_worth_and_given_back():
    used = []

    def other_in_place(view, key):
        used.append(("in place", len(view), key))
        masking.numbers_in_place(view, key)

    def other_xor(data, key, start, end, header):
        used.append(("xor", end - start, key))
        return masking.xor_in_buffer(data, key, start, end, header)

    data = bytes(i * 7 % 256 for i in range(300))
    use(200, other_in_place, other_xor)
    try:
        for size in (200, 201):
            assert mask(data[:size], KEY, 1) == mask_plain(data[:size], KEY, 1)
            assert in_place(data[:size], KEY) == mask_plain(data[:size], KEY)
    finally:
        use()
    turned = KEY[1:] + KEY[:1]
    assert used == [("xor", 201, turned), ("in place", 201, turned), ("in place", 201, KEY)]
    assert mask(data, KEY) == mask_plain(data, KEY)
    assert len(used) == 3


@pytest.mark.row("6455-5.3-n1", at="protocol.masking.mask")
@given(st.binary(max_size=300), keys, st.integers(0, 20))
def test_masking_twice_gives_the_data_back(data, key, phase):
    assert mask(mask(data, key, phase), key, phase) == data


@given(st.binary(max_size=100), keys, st.integers(0, 100))
def test_a_payload_in_two_pieces_is_masked_like_one_when_the_phase_goes_on(data, key, cut):
    cut = min(cut, len(data))
    assert mask(data[:cut], key) + mask(data[cut:], key, phase=cut) == mask(data, key)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
@BOTH
def test_key_and_data_may_be_any_kind_of_bytes(function, kind):
    assert function(kind(b"Hello"), kind(KEY)).hex() == "7f9f4d5158"


@BOTH
@pytest.mark.parametrize(
    ("key", "message"),
    [
        (b"", "Expected a masking-key of 4 bytes, got 0."),
        (b"abc", "Expected a masking-key of 4 bytes, got 3."),
        (b"abcde", "Expected a masking-key of 4 bytes, got 5."),
        (bytes(10_000), "Expected a masking-key of 4 bytes, got 10\u202f000."),
        ("37fa", "Expected a masking-key of 4 bytes, got '37fa'."),
        (None, "Expected a masking-key of 4 bytes, got None."),
        (4, "Expected a masking-key of 4 bytes, got 4."),
    ],
)
def test_a_bad_key_is_refused_in_words(function, key, message):
    with pytest.raises(InputError) as caught:
        function(b"Hello", key)
    assert str(caught.value) == message


@BOTH
@pytest.mark.parametrize(
    ("data", "kind"),
    [("Hello", "str"), ("", "str"), ([300], "list"), (5, "int"), (None, "NoneType")],
)
def test_data_that_is_no_bytes_is_refused_in_words(function, data, kind):
    with pytest.raises(InputError) as caught:
        function(data, KEY)
    assert str(caught.value) == f"Expected bytes to mask, got {kind}."


def test_a_key_comes_back_as_bytes():
    assert check_key(bytearray(KEY)) == KEY
    assert type(check_key(memoryview(KEY))) is bytes


@BOTH
@pytest.mark.parametrize(("phase", "shown"), [("1", "'1'"), (1.0, "1.0"), (None, "None")])
def test_a_phase_that_is_no_number_of_bytes_is_refused_in_words(function, phase, shown):
    with pytest.raises(InputError) as caught:
        function(b"Hello", KEY, phase)
    assert str(caught.value) == f"Expected a phase in bytes, got {shown}."
