"""A stated length costs nothing until its bytes are there (RFC 6455 §10.4)."""

import tracemalloc
from collections.abc import Callable
from contextlib import contextmanager

import pytest

from wslearn.protocol.codes import Opcode
from wslearn.protocol.dissect import dissect
from wslearn.protocol.frame import Frame
from wslearn.protocol.length import LONGEST
from wslearn.protocol.parser import FrameParser
from wslearn.protocol.verdict import verdict

KIB = 1024
KEY = bytes.fromhex("37fa213d")
PIECE = 4 * KIB
SIZE = 2 * KIB * KIB


@contextmanager
def allocations():
    """Gives a function that says how many bytes were allocated at most since it was last asked."""
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
    """Once without a measurement, so that tables and caches are there."""
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
    """Reading is linear: only where the buffer grows may a piece cost more than itself.

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
        assert since() < 10 * SIZE
    assert len(pieces) > 500
