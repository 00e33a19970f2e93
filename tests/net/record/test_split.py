"""Frames are found by their lengths alone, however the bytes are cut and whatever they say."""

import gc
import time
import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wslearn.net.record.split import FrameSplitter, Piece, stated_size
from wslearn.protocol.frame import Frame

KEY = bytes.fromhex("37fa213d")
ANSWER = Frame.text("hi").encode()


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[a:b] for a, b in pairwise(edges)]


def split(pieces: list[bytes], keep: int = 64 * 1024) -> list[Piece]:
    splitter = FrameSplitter(keep)
    found = [piece for data in pieces for piece in splitter.feed(data)]
    last = splitter.end()
    return found if last is None else [*found, last]


frames = st.builds(
    lambda first, length, masked, form: Frame(
        first & 15, bytes(length), bool(first & 128), bool(first & 64), bool(first & 32)
    ).encode(mask_key=KEY if masked else None, length_bits=form),
    st.integers(0, 255),
    st.integers(0, 125) | st.sampled_from([126, 300, 65_535, 65_536]),
    st.booleans(),
    st.just(None),
)


@given(st.lists(frames, max_size=6), st.lists(st.integers(0, 10**6), max_size=12))
def test_frames_are_the_same_however_their_bytes_are_cut(encoded, places):
    data = b"".join(encoded)
    assert split(cut(data, places)) == [Piece(frame) for frame in encoded]


@example(b"GET \0", [4], 0)  # where another protocol begins, nothing more is read
@given(st.binary(max_size=400), st.lists(st.integers(0, 400), max_size=20), st.integers(0, 40))
def test_whatever_the_bytes_are_they_are_cut_alike_and_none_is_lost(data, places, keep):
    whole = split([data], keep)
    assert split(cut(data, places), keep) == whole
    assert split([bytes((byte,)) for byte in data], keep) == whole
    splitter = FrameSplitter(keep)
    splitter.feed(data)
    sizes = sum(len(piece.data) + piece.left_out for piece in whole)
    assert sizes + len(splitter.foreign) == len(data)


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536])
@pytest.mark.parametrize("key", [None, KEY])
def test_a_header_may_be_cut_at_every_place(length, key):
    frame = Frame.binary(bytes(length)).encode(mask_key=key)
    for place in range(16):
        pieces = [ANSWER + frame[:place], frame[place:] + ANSWER]
        assert split(pieces) == [Piece(ANSWER), Piece(frame), Piece(ANSWER)]


@pytest.mark.parametrize("bits", [16, 64])
def test_a_length_that_is_not_in_its_shortest_form_is_read_as_it_stands(bits):
    frame = Frame.text("Hello").encode(length_bits=bits)
    assert split([frame * 2]) == [Piece(frame), Piece(frame)]


def test_behind_a_length_that_no_frame_may_have_everything_is_payload():
    header = b"\x82\x7f" + b"\xff" * 8
    assert split([header + b"x" * 100, Frame.text("Hello").encode()], keep=3) == [
        Piece(header + b"xxx", 104)
    ]


def test_of_a_long_payload_only_the_beginning_is_kept_and_the_rest_counted():
    frame = Frame.binary(bytes(range(200))).encode(mask_key=KEY)
    (piece,) = split([frame], keep=10)
    assert piece == Piece(frame[:18], 190)


def test_a_hole_inside_a_payload_does_not_lose_the_next_frame():
    splitter = FrameSplitter()
    first, second = Frame.text("abcdefgh").encode(), Frame.text("Hello").encode()
    assert splitter.feed(first[:5]) == []
    assert splitter.lose(3)
    assert splitter.feed(first[8:] + second) == [Piece(first[:5], 5, 3), Piece(second)]


def test_a_hole_up_to_the_very_end_of_a_payload_leaves_the_next_frame_whole():
    splitter = FrameSplitter()
    first, second = Frame.text("abc").encode(), Frame.text("Hello").encode()
    splitter.feed(first[:3])
    assert splitter.lose(2)
    assert splitter.feed(second) == [Piece(first[:3], 2, 2), Piece(second)]


@pytest.mark.parametrize("before", [b"", b"\x81", b"\x81\x05Hello", b"\x81\x05Hell"])
def test_a_hole_where_a_header_stands_loses_the_frames(before):
    splitter = FrameSplitter()
    splitter.feed(before)
    assert not splitter.lose(2)


def test_a_header_alone_states_no_size_until_its_length_and_key_are_there():
    header = Frame.binary(b"").header(mask_key=KEY, length=2**40)
    assert [stated_size(header[:size]) for size in range(len(header))] == [None] * len(header)
    assert stated_size(header) == (14, 2**40)


def test_a_frame_of_16_mebibytes_passes_without_being_held():
    splitter = FrameSplitter(keep=1000)
    header = Frame.binary(b"").header(length=2**24)
    chunk = bytes(64 * 1024)
    tracemalloc.start()
    splitter.feed(header)
    found = [piece for _ in range(256) for piece in splitter.feed(chunk)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [Piece(header + bytes(1000), 2**24 - 1000)]
    assert peak < 200_000


def test_many_small_frames_take_a_time_that_grows_with_their_number_alone():
    def seconds(count: int) -> float:
        data = Frame.text("Hello").encode() * count
        splitter = FrameSplitter()
        began = time.process_time()
        assert len(splitter.feed(data)) == count
        return time.process_time() - began

    gc.disable()
    try:
        few, many = (min(seconds(count) for _ in range(5)) for count in (4_000, 64_000))
    finally:
        gc.enable()
    assert many < 16 * few * 5, "16 times the frames; were it quadratic, 256 times the time"
