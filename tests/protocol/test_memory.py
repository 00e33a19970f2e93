"""A stated length costs nothing until its bytes are there (RFC 6455 §10.4)."""

import tracemalloc
from collections.abc import Callable
from contextlib import contextmanager

import pytest

from wslearn.protocol import masking
from wslearn.protocol.codes import Opcode
from wslearn.protocol.connection import Connection
from wslearn.protocol.dissect import dissect
from wslearn.protocol.frame import Frame
from wslearn.protocol.in_words import verdict
from wslearn.protocol.length import LONGEST
from wslearn.protocol.message import MessageReader, Utf8Checker
from wslearn.protocol.parser import FrameParser

KIB = 1024
KEY = bytes.fromhex("37fa213d")
PIECE = 4 * KIB
SIZE = 2 * KIB * KIB


@contextmanager
def allocations():
    """A function that returns the peak of bytes allocated since its last call."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]

    def since() -> int:
        nonlocal before
        now, peak = tracemalloc.get_traced_memory()
        most = peak - before
        before = now
        tracemalloc.reset_peak()
        return most

    try:
        yield since
    finally:
        tracemalloc.stop()


def warm_up(action: Callable[[], object]) -> None:
    """Run once unmeasured, so that tables and caches are there."""
    action()


@pytest.mark.parametrize("length", [2**20, 2**32, LONGEST])
@pytest.mark.parametrize("key", [None, KEY])
@pytest.mark.parametrize("payload", [b"", b"a few bytes"])
def test_a_header_that_states_a_huge_payload_allocates_nothing_of_that_size(length, key, payload):
    receiver = "client" if key is None else "server"
    data = Frame(Opcode.BINARY).header(length=length, mask_key=key) + payload

    def read() -> int:
        dissection = dissect(data, receiver=receiver)
        assert dissection.length == length
        assert dissection.missing == length - len(payload)
        assert verdict(dissection).outcome == "waiting"
        parser = FrameParser(receiver)
        assert parser.feed(data) == []
        return parser.pending

    warm_up(read)
    with allocations() as since:
        assert read() == len(data)
        assert since() < 64 * KIB


def test_a_length_with_its_top_bit_set_allocates_nothing_either():
    data = bytes.fromhex("827fffffffffffffffff") + b"a few bytes"
    warm_up(lambda: dissect(data))
    with allocations() as since:
        assert dissect(data).length == 2**64 - 1
        assert since() < 64 * KIB


@pytest.mark.parametrize("key", [None, KEY])
def test_a_large_frame_in_small_pieces_is_not_copied_again_for_each_piece(key):
    """Reading is linear: only where the buffer grows may a piece cost more than its size.

    A parser that copied or joined what it has with every piece would cost more at nearly all of the
    512 pieces. A buffer that grows by an eighth grows about 50 times.
    """
    frame = Frame.binary(bytes(SIZE))
    data = frame.encode(mask_key=key)
    parser = FrameParser("client" if key is None else "server")
    pieces = [data[start : start + PIECE] for start in range(0, len(data), PIECE)]
    costly = 0
    with allocations() as since:
        for piece in pieces[:-1]:
            assert parser.feed(piece) == []
            costly += since() > 2 * PIECE
        assert costly < 100
        assert parser.feed(pieces[-1]) == [frame]
        assert since() < SIZE // 10
    assert len(pieces) > 500


@pytest.mark.parametrize("key", [None, KEY])
@pytest.mark.parametrize("piece", [None, 1500, PIECE, 64 * KIB, 5 * KIB * KIB])
@pytest.mark.parametrize("size", [SIZE, SIZE + SIZE // 3])
def test_a_large_frame_is_in_memory_once(key, piece, size):
    """At no moment more than 1.1 times its size, beside the bytes that the caller holds."""
    data = Frame.binary(bytes(size)).encode(mask_key=key)
    piece = piece or len(data)
    pieces = [data[start : start + piece] for start in range(0, len(data), piece)]
    parser = FrameParser("client" if key is None else "server")
    with allocations() as since:
        frames = [frame for data in pieces for frame in parser.feed(data)]
        assert since() < 1.1 * size
    assert [len(frame.payload) for frame in frames] == [size]


def test_what_a_frame_promises_is_never_made_room_for_beyond_twice_what_has_come():
    parser = FrameParser("client")
    header = Frame(Opcode.BINARY).header(length=LONGEST)
    with allocations() as since:
        parser.feed(header)
        held = 0
        for come in range(PIECE, SIZE, PIECE):
            parser.feed(bytes(PIECE))
            held += since() - PIECE  # the piece itself is gone by now
            assert held < 2 * come + 2 * PIECE


@pytest.mark.parametrize("side", ["server", "client"])
def test_a_large_message_is_in_memory_once_even_as_an_event(side):
    key = None if side == "client" else KEY
    data = Frame.binary(bytes(SIZE)).encode(mask_key=key)
    pieces = [data[start : start + PIECE] for start in range(0, len(data), PIECE)]
    end = Connection(side, mask_keys=lambda: KEY, max_size=None)
    with allocations() as since:
        events = [event for piece in pieces for event in end.receive(piece)]
        assert since() < 1.1 * SIZE
    assert len(events[0].data) == SIZE


# -- each byte is processed once -------------------------------------------------------------------


def test_text_that_comes_byte_by_byte_is_unmasked_and_checked_once(monkeypatch):
    unmasked, checked = [], []
    xor_in_place, check = masking.xor_in_place, Utf8Checker.feed

    def count_xor(view, key):
        unmasked.append(len(view))
        xor_in_place(view, key)

    def count_check(self, piece):
        checked.append(len(piece))
        return check(self, piece)

    monkeypatch.setattr("wslearn.protocol.parser.xor_in_place", count_xor)
    monkeypatch.setattr(Utf8Checker, "feed", count_check)
    text = "κόσμε" * 400
    data = Frame.text(text).encode(mask_key=KEY)
    server = Connection("server")
    events = [event for i in range(len(data)) for event in server.receive(data[i : i + 1])]
    assert [event.text for event in events] == [text]
    assert sum(unmasked) == len(text.encode())
    assert sum(checked) == len(text.encode()) - 1, "the last byte is judged with the whole"


def cost(pieces: list[bytes], receiver="server") -> int:
    """The total of bytes that a parser and a reader allocate for these pieces."""
    parser, reader, total = FrameParser(receiver), MessageReader(), 0
    with allocations() as since:
        for piece in pieces:
            for frame in parser.feed(piece):
                reader.feed(frame)
            total += since()
    return total


@pytest.mark.parametrize(
    "shape",
    [
        lambda n: [b"\x02\x00", *[b"\x00\x00"] * n],  # empty fragments
        lambda n: [b"\x02\x00" + b"\x00\x00" * n],  # the same in one read
        lambda n: [bytes((byte,)) for byte in Frame.binary(bytes(n)).encode()],  # byte by byte
        lambda n: [
            Frame.binary(bytes(n), fin=False).encode(),
            *[b"\x00\x01x"] * n,
        ],  # tiny fragments
    ],
)
def test_four_times_the_pieces_cost_four_times_as_much(shape):
    """Code that copied everything with each piece would cost sixteen times as much."""
    few, many = shape(1_000), shape(4_000)
    warm_up(lambda: cost(few, "client"))
    assert cost(many, "client") < 6 * cost(few, "client")
