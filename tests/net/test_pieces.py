"""A message may be larger than memory: it is taken in pieces as it comes (RFC 6455 §5.4)."""

import asyncio
import hashlib
import random
import tracemalloc

import pytest

from tests.support.peers import MASK, Raw, until
from wslearn.net.client import connect
from wslearn.net.limits import Limits
from wslearn.net.server import serve
from wslearn.protocol.codes import Opcode
from wslearn.protocol.deflate import Deflate
from wslearn.protocol.errors import ClosedError, StateError
from wslearn.protocol.frame import Frame

SMALL = Limits(message_size=None, waiting_size=2**16)


def given(limits=None, **options):
    """A server whose handler hands its connection to the test and waits for the end."""
    sockets = []

    async def handler(socket):
        sockets.append(socket)
        await socket.wait_closed()

    async def first():
        await until(lambda: sockets)
        return sockets[0]

    return serve(handler, limits=limits, **options), first


async def closed_by(client, there):
    """The client closes, and the test waits for the end: so it has answered what it took."""
    closing = asyncio.create_task(client.close())
    await there.wait_closed()
    await closing


@pytest.mark.parametrize("deflate", [None, Deflate()])
@pytest.mark.parametrize(
    "messages", [["κόσμε" * 30_000, "", b"", b"x" * 300_000, "one"], [b"\x00", "😀" * 70_000]]
)
async def test_the_pieces_of_each_message_are_the_message(deflate, messages):
    serving, first = given(SMALL, deflate=deflate)
    async with await serving as server:
        client = await connect(server.url, deflate=deflate)
        there = await first()
        sending = asyncio.create_task(_send_all(client, messages))
        for message in messages:
            pieces = [piece async for piece in there.pieces()]
            assert pieces, "also an empty message says whether it is text"
            assert type(message)().join(pieces) == message
        await sending
        await closed_by(client, there)


async def collect(socket, pieces):
    """Add the pieces of the next message to a list."""
    async for piece in socket.pieces():
        pieces.append(piece)


async def _send_all(socket, messages):
    for message in messages:
        await socket.send(message)


@pytest.mark.parametrize("fragments", [1, 64])
async def test_a_message_larger_than_memory_passes_through_little_memory(fragments):
    size = 2**24
    piece = bytes(range(256)) * 256
    serving, first = given(SMALL)
    async with await serving as server, await Raw.open(server) as raw:
        there = await first()

        async def send():
            for number in range(fragments):
                opcode = Opcode.CONTINUATION if number else Opcode.BINARY
                first_byte = opcode | (0x80 if number == fragments - 1 else 0)
                length = (size // fragments).to_bytes(8, "big")
                await raw.send(bytes((first_byte, 0xFF)) + length + bytes(4))
                for _ in range(size // fragments // len(piece)):
                    await raw.send(piece)

        tracemalloc.start()
        sending = asyncio.create_task(send())
        came, digest = 0, hashlib.sha256()
        try:
            tracemalloc.reset_peak()
            async for part in there.pieces():
                came += len(part)
                digest.update(part)
                if came % 5 == 0:
                    await asyncio.sleep(0)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        await sending
        assert came == size
        assert digest.digest() == hashlib.sha256(piece * (size // len(piece))).digest()
        assert peak < 2 * 2**20


async def test_taking_no_piece_makes_the_sender_wait():
    serving, first = given(SMALL)
    async with await serving as server, await Raw.open(server) as raw:
        there = await first()
        await raw.send(Frame.binary(bytes(2**26)).header(mask_key=MASK))
        sending = asyncio.create_task(raw.send(bytes(2**24)))
        await until(lambda: there._inbox.full)
        for _ in range(20):
            await asyncio.sleep(0.01)
        assert there._connection.under_way <= 2**16 + 2**17
        assert not sending.done()
        raw.writer.transport.abort()
        await asyncio.gather(sending, return_exceptions=True)


async def test_the_limit_for_a_message_holds_for_its_pieces_too():
    limits = Limits(message_size=100_000, waiting_size=10_000)
    serving, first = given(limits)
    async with await serving as server, await Raw.open(server) as raw:
        there = await first()
        for _ in range(11):
            await raw.send(Frame(Opcode.BINARY if not _ else 0, bytes(10_000), fin=False))
        pieces = []
        with pytest.raises(ClosedError, match=r"message longer than its limit.*1009"):
            await collect(there, pieces)
        assert sum(map(len, pieces)) <= 100_000


async def test_a_message_that_never_ends_is_not_taken_for_a_whole_one():
    serving, first = given()
    async with await serving as server, await Raw.open(server) as raw:
        there = await first()
        await raw.send(Frame.text("half", fin=False))
        pieces = []
        collecting = asyncio.create_task(collect(there, pieces))
        await until(lambda: pieces)
        raw.writer.transport.abort()
        with pytest.raises(ClosedError, match="TCP ended without a Close"):
            await collecting
        assert pieces == ["half"]


async def test_a_reader_that_stops_amid_a_message_goes_on_with_it_and_with_nothing_else():
    serving, first = given()
    async with await serving as server, await Raw.open(server) as raw:
        there = await first()
        await raw.send(Frame.text("one, ", fin=False))
        pieces = there.pieces()
        assert await anext(pieces) == "one, "
        await pieces.aclose()
        with pytest.raises(StateError, match=r"pieces\(\) began"):
            await there.recv()
        await raw.send(Frame.continuation(b"two"), Frame.text("three"))
        assert [piece async for piece in there.pieces()] == ["two"]
        assert await there.recv() == "three"


async def test_what_cannot_be_taken_yet_does_not_keep_the_rest_of_a_message_from_coming():
    serving, first = given(Limits(waiting_size=1_000), deflate=Deflate())
    async with await serving as server:
        client = await connect(server.url, deflate=Deflate())
        there, taken = await first(), []
        message = random.Random(1).randbytes(400_000)  # compressed, it is as long
        sending = asyncio.create_task(client.send(message))
        async with asyncio.timeout(5):
            await collect(there, taken)
        assert b"".join(taken) == message
        await sending
        await closed_by(client, there)


async def test_pieces_taken_in_a_task_each_do_not_delay_the_close():
    async def handler(socket):
        pieces = socket.pieces()

        async def take():
            return await anext(pieces, None)

        while await asyncio.create_task(take()) is not None:
            pass
        await socket.recv()

    patient = Limits(close_seconds=60)
    async with await serve(handler, limits=patient) as server, await Raw.open(server) as raw:
        await raw.send(Frame.text("one, ", fin=False))
        for _ in range(3):
            await asyncio.sleep(0.02)
            await raw.send(Frame.continuation(b"two, ", fin=False))
        await raw.send(Frame.continuation(b"three"))
        async with asyncio.timeout(20):  # not half of close_seconds
            await raw.send(Frame.close(1000))
            assert await raw.frames() == [Frame.close(1000)]


async def test_two_tasks_never_share_a_message():
    serving, first = given()
    async with await serving as server, await Raw.open(server) as raw:
        there = await first()
        whole = asyncio.create_task(there.recv())
        taken = []
        pieces = asyncio.create_task(collect(there, taken))
        await asyncio.sleep(0)
        with pytest.raises(StateError, match="one task to take the pieces"):
            await anext(there.pieces())
        await raw.send(Frame.text("one, ", fin=False))
        await until(lambda: taken)
        await raw.send(Frame.continuation(b"two"), Frame.text("three"))
        with pytest.raises(StateError, match=r"pieces\(\) began"):
            await whole
        await pieces
        assert taken == ["one, ", "two"]
        assert await there.recv() == "three"


async def test_a_whole_message_is_waited_for_though_it_is_larger_than_what_may_wait():
    serving, first = given(Limits(waiting_size=1_000))
    async with await serving as server:
        client = await connect(server.url)
        there = await first()
        sending = asyncio.create_task(client.send(bytes(700_000)))
        await until(lambda: there._inbox.full)
        assert await there.recv() == bytes(700_000)
        await sending
        await closed_by(client, there)
