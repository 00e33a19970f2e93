"""What costs the sender little must not cost the receiver much (RFC 6455 §10.4).

Times are compared as ratios: four times the bytes may take a little over four times as long; code
that looked at everything again with each piece would take sixteen times as long.
"""

import random
import tracemalloc
import zlib
from functools import cache
from time import process_time

import pytest

from wslearn.protocol.codes import Opcode
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import MOST_RESTARTS, Agreement, Compressor, Window
from wslearn.protocol.events import Binary, Event, Failed, Text
from wslearn.protocol.frame import Frame

KIB = 1024
LIMIT = 64 * KIB
KEY = bytes.fromhex("37fa213d")
LAST_BLOCK = bytes.fromhex("0300")  # empty, and marked as the last: BFINAL=1
STORED_BLOCK = bytes.fromhex("000000ffff")  # empty, what a flush writes


def receiver(side="client", *, deflate=True, max_size=LIMIT) -> Connection:
    agreement = Agreement() if deflate else None
    return Connection(side, mask_keys=lambda: KEY, deflate=agreement, max_size=max_size)


def heard(data: bytes, connection: Connection | None = None, piece: int = 0) -> list[Event]:
    connection = connection or receiver()
    if not piece:
        return connection.receive(data)
    starts = range(0, len(data), piece)
    return [event for at in starts for event in connection.receive(data[at : at + piece])]


def seconds(data: bytes, piece: int, tries: int) -> float:
    """The least processor time that these bytes take."""
    times = []
    for _ in range(tries):
        connection = receiver()
        start = process_time()
        heard(data, connection, piece)
        times.append(process_time() - start)
    return min(times)


def peak(data: bytes, piece: int, connection: Connection) -> tuple[int, list[Event]]:
    """The peak memory, in bytes, while these come, not counting them; and the events."""
    heard(data, receiver(), piece)  # so that tables and caches are there
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        told = heard(data, connection, piece)
        return tracemalloc.get_traced_memory()[1] - before, told
    finally:
        tracemalloc.stop()


@cache
def bomb(size: int) -> bytes:
    """The payload of a compressed message of this many zero bytes: a thousandth of them."""
    squeeze = zlib.compressobj(9, wbits=-15)
    parts = [squeeze.compress(bytes(10**6)) for _ in range(size // 10**6)]
    return (b"".join(parts) + squeeze.flush(zlib.Z_SYNC_FLUSH)).removesuffix(b"\x00\x00\xff\xff")


def in_fragments(payload: bytes, size: int) -> bytes:
    """One compressed message, cut into frames of this many bytes."""
    pieces = [payload[at : at + size] for at in range(0, len(payload), size)]
    return b"".join(
        Frame(
            Opcode.CONTINUATION if number else Opcode.BINARY,
            piece,
            number == len(pieces) - 1,
            number == 0,
        ).encode()
        for number, piece in enumerate(pieces)
    )


# -- bombs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("cut", [0, 100, 1_000], ids="fragments of {} bytes".format)
@pytest.mark.parametrize("piece", [0, 1_000], ids="pieces of {} bytes".format)
def test_a_bomb_is_stopped_at_the_limit_and_never_unfolds(cut, piece):
    payload = bomb(60_000_000)
    assert len(payload) < LIMIT, "its frame is short enough; only what is inside is too long"
    data = in_fragments(payload, cut or len(payload))
    most, (failed,) = peak(data, piece, receiver())
    assert isinstance(failed, Failed)
    assert failed.code == 1009
    assert failed.violation.rule.id == "message-too-long"
    assert most < 8 * LIMIT


def test_bombs_below_the_limit_do_not_add_up():
    """A message is handed over once complete: a thousand times the limit passes, one by one."""
    squeeze = Compressor(Window(15, context_takeover=True))
    one, rest = (Frame(2, squeeze.compress(bytes(LIMIT)), rsv1=True).encode() for _ in range(2))
    connection = receiver()
    assert connection.receive(one) == [Binary(bytes(LIMIT))]
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(1_000):
            assert len(connection.receive(rest)) == 1
        assert tracemalloc.get_traced_memory()[1] - before < 8 * LIMIT
    finally:
        tracemalloc.stop()


def test_a_limit_is_for_the_message_and_not_for_each_of_its_fragments():
    fragment = bytes(1_000)
    data = Frame(Opcode.BINARY, fragment, fin=False).encode()
    data += Frame(Opcode.CONTINUATION, fragment, fin=False).encode() * 1_000
    most, (failed,) = peak(data, 4 * KIB, receiver(deflate=False))
    assert failed.violation.rule.id == "message-too-long"
    assert most < 4 * LIMIT


# -- much of nothing -------------------------------------------------------------------------------


def empty_fragments(count: int, *, compressed: bool) -> bytes:
    opening = Frame(Opcode.TEXT, b"", fin=False, rsv1=compressed).encode()
    return opening + Frame(Opcode.CONTINUATION, b"", fin=False).encode() * count


@pytest.mark.parametrize("compressed", [False, True])
def test_empty_fragments_take_no_memory_and_the_message_still_ends(compressed):
    connection = receiver()
    most, told = peak(empty_fragments(8_000, compressed=compressed), 2 * KIB, connection)
    assert told == []
    assert most < 6 * LIMIT
    # Nothing of it was forgotten either: the message goes on where it was.
    payload = Compressor(Window(15, context_takeover=True)).compress(b"Hello")
    end = Frame(Opcode.CONTINUATION, payload if compressed else b"Hello").encode()
    assert connection.receive(end) == [Text("Hello")]


def compressed_crumbs(count: int) -> bytes:
    """One message of this many fragments; each brings a byte, in a separate block."""
    squeeze = Compressor(Window(15, context_takeover=True))
    parts = [squeeze.compress(b"a", final=False) for _ in range(count)]
    opening = Frame(Opcode.BINARY, parts[0], fin=False, rsv1=True).encode()
    return opening + b"".join(
        Frame(Opcode.CONTINUATION, part, fin=False).encode() for part in parts[1:]
    )


FLOODS = {
    "empty fragments": (lambda n: empty_fragments(2 * n, compressed=False), 0),
    "empty fragments of a compressed message": (lambda n: empty_fragments(n, compressed=True), 0),
    "fragments of one compressed byte": (compressed_crumbs, 0),
    "empty deflate blocks": (
        lambda n: Frame(2, STORED_BLOCK * (n // 4), rsv1=True).encode() * 100,
        0,
    ),
    "compressed messages of nothing": (lambda n: Frame(2, b"\x00", rsv1=True).encode() * n, 0),
    "last blocks": (lambda n: Frame(2, LAST_BLOCK * 100, rsv1=True).encode() * (n // 40), 0),
    "pings": (lambda n: Frame.ping(b"x").encode() * n, 0),
    "one byte at a time": (lambda n: Frame.binary(bytes(5 * n)).encode(), 1),
    "a text one byte at a time": (lambda n: Frame.text("é" * (2 * n)).encode(), 1),
}


@pytest.mark.parametrize(("build", "piece"), FLOODS.values(), ids=FLOODS.keys())
def test_four_times_as_many_take_four_times_as_long(build, piece):
    few, many = build(2_500), build(10_000)
    assert len(many) > 3.5 * len(few)
    assert seconds(many, piece, tries=2) < 10 * max(seconds(few, piece, tries=4), 0.002)


def test_a_message_of_ten_thousand_blocks_is_one_message():
    squeeze = zlib.compressobj(wbits=-15)
    parts = [squeeze.compress(b"ab") + squeeze.flush(zlib.Z_SYNC_FLUSH) for _ in range(10_000)]
    data = Frame(2, b"".join(parts).removesuffix(b"\x00\x00\xff\xff"), rsv1=True).encode()
    assert heard(data, receiver(max_size=None)) == [Binary(b"ab" * 10_000)]


def test_a_last_block_after_a_last_block_is_refused_when_there_are_too_many():
    connection = receiver()
    chance = random.Random(1)
    window = Compressor(Window(15, context_takeover=True)).compress(chance.randbytes(40_000))
    assert len(connection.receive(Frame(2, window, rsv1=True).encode())) == 1
    few = Frame(2, LAST_BLOCK * MOST_RESTARTS + b"\x00", rsv1=True).encode()
    assert connection.receive(few * 3) == [Binary(b"")] * 3
    (failed,) = connection.receive(Frame(2, LAST_BLOCK * 2 * MOST_RESTARTS, rsv1=True).encode())
    assert failed.violation.rule.id == "deflate-invalid"
