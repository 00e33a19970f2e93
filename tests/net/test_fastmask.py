"""numpy masks long data, with the same result; without it, nothing else changes."""

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wslearn.net.fastmask import COPIED_TWICE, WORTH_IT, use_numpy
from wslearn.protocol import masking
from wslearn.protocol.frame import Frame
from wslearn.protocol.masking import mask, mask_in_place, mask_plain
from wslearn.protocol.parser import FrameParser

KEY = bytes.fromhex("37fa213d")
DATA = bytes(i * 7 % 256 for i in range(COPIED_TWICE + 64))
keys = st.binary(min_size=4, max_size=4)
lengths = st.one_of(
    st.integers(0, 3 * WORTH_IT),
    *(st.integers(edge - 5, edge + 5) for edge in (WORTH_IT, masking.PIECE, COPIED_TWICE)),
)


@pytest.fixture(scope="module", autouse=True)
def numpy():
    """numpy's way while these tests run; afterwards our own again."""
    pytest.importorskip("numpy")
    use_numpy.cache_clear()  # so that an earlier result does not count
    assert use_numpy()
    yield
    use_numpy.cache_clear()
    masking.use()


@given(lengths, keys, st.integers(0, 8), st.integers(0, 8))
@example(COPIED_TWICE + 1, KEY, 3, 1)
def test_any_length_at_any_address_gives_the_bytes_of_the_plain_way(size, key, phase, start):
    data = DATA[start : start + size]
    expected = mask_plain(data, key, phase)
    assert mask(data, key, phase) == expected
    assert mask(memoryview(DATA)[start : start + size], key, phase) == expected
    buffer = bytearray(DATA)
    mask_in_place(memoryview(buffer)[start : start + size], key, phase)
    assert buffer[start : start + size] == expected
    assert buffer[:start] == DATA[:start]
    assert buffer[start + size :] == DATA[start + size :]


@given(lengths, keys)
def test_a_frame_is_the_same_built_and_read_either_way(size, key):
    frame = Frame.binary(DATA[:size])
    built = frame.encode(mask_key=key)
    assert built == frame.header(mask_key=key) + mask_plain(frame.payload, key)
    assert FrameParser("server").feed(built + b"\x8a") == [frame]
    parser = FrameParser("server")
    assert parser.feed(built[:-1]) + parser.feed(built[-1:]) == [frame]


def test_long_data_is_really_masked_by_it():
    assert masking._in_place.__module__ == masking._xor_long.__module__ == "wslearn.net.fastmask"
    assert masking._longest_number == WORTH_IT


def test_without_numpy_the_own_way_stays(monkeypatch):
    masking.use()
    use_numpy.cache_clear()
    monkeypatch.setitem(sys.modules, "numpy", None)
    assert not use_numpy()
    assert masking._in_place is masking.numbers_in_place
    assert mask(DATA, KEY) == mask_plain(DATA, KEY)
    monkeypatch.undo()
    assert not use_numpy(), "it is looked for once"
    use_numpy.cache_clear()
    assert use_numpy()


def test_numpy_is_not_loaded_by_the_import_alone():
    ours = "wslearn, wslearn.net.client, wslearn.net.server"
    code = f"import sys, {ours}; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
