"""One message for many: nobody waits for a slow peer, and its backlog is bounded."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from websockets.asyncio.client import connect as their_connect

from tests.support.peers import Raw, open_for, raw_server, until
from wslearn.net.broadcast import broadcast
from wslearn.net.client import connect
from wslearn.net.limits import READ_SIZE, Limits
from wslearn.net.server import serve
from wslearn.protocol import shared as shared_module
from wslearn.protocol.deflate import Deflate
from wslearn.protocol.errors import InputError
from wslearn.protocol.frame import Frame

SMALL = Limits(unsent_size=2**18)
MANY = 20


async def patient(socket):
    await socket.wait_closed()


async def waits_for(socket, count):
    return [await socket.recv() for _ in range(count)]


@pytest.mark.parametrize("slow", ["drop", "queue", "close"])
async def test_all_others_get_everything_while_one_reads_nothing(slow):
    """The stalled one costs no more than its bound, and the policy's effect is reported."""
    news = "x" * 2**15
    async with (
        await serve(patient, limits=SMALL) as server,
        await Raw.open(server, buffer=4096) as stalled,
        AsyncExitStack() as stack,
    ):
        stalled.writer.transport.pause_reading()
        (slow_one,) = server.connections
        good = [await stack.enter_async_context(await connect(server.url)) for _ in range(MANY)]
        await until(lambda: len(server.connections) == MANY + 1)
        count, told = 0, None
        while told is None or not (told.dropped or told.closed):
            told = broadcast(server.connections, news, slow=slow)
            count += 1
            assert slow_one.unsent <= (READ_SIZE if slow == "drop" else 2**18) + 2**15 + 10
            got = await asyncio.gather(*(socket.recv() for socket in good))
            assert set(got) == {news}
        assert told.sent == MANY
        assert slow_one.missed == 1
        if slow == "close":
            assert (told.closed, told.dropped) == ((slow_one,), ())
            assert str(told) == f"sent to {MANY}; closed 1"
            await until(lambda: slow_one not in server.connections)
        else:
            assert (told.closed, told.dropped) == ((), (slow_one,))
            assert str(told) == f"sent to {MANY}; dropped for 1"
            slow_one.leave()
        assert count > (READ_SIZE if slow == "drop" else 2**18) // 2**15


async def test_a_peer_that_was_slow_for_a_while_gets_what_waited_in_order():
    async with (
        await serve(patient, limits=SMALL) as server,
        await Raw.open(server, buffer=4096) as raw,
    ):
        raw.writer.transport.pause_reading()
        (there,) = server.connections
        texts = []
        while there.unsent < 2**17:
            texts.append(f"{len(texts)}".rjust(5_000))
            assert broadcast([there], texts[-1], slow="queue").sent == 1
        raw.writer.transport.resume_reading()
        assert [(await raw.frame()).payload.decode() for _ in texts] == texts
        await until(lambda: not there.unsent)
        assert there.missed == 0


@pytest.mark.parametrize("takeover", [True, False])
async def test_with_compression_the_frame_is_made_once_for_each_agreement(takeover, monkeypatch):
    made = []

    class Counted(shared_module.Compressor):
        def __init__(self, window, level=6):
            made.append((window.bits, level))
            super().__init__(window, level)

    monkeypatch.setattr(shared_module, "Compressor", Counted)
    deflate = Deflate(no_context_takeover=not takeover)
    async with await serve(patient, deflate=deflate) as server, AsyncExitStack() as stack:
        offers = [None, Deflate(), Deflate(), Deflate(peer_window_bits=9)]
        clients = [
            await stack.enter_async_context(await connect(server.url, deflate=offer))
            for offer in offers
        ]
        theirs = await stack.enter_async_context(their_connect(server.url))
        await until(lambda: len(server.connections) == 5)
        for there in server.connections:
            await there.send("Hello, Hello, Hello")
        for text in ("Hello, Hello, Hello!" * 50, "and so on", ""):
            made.clear()
            assert broadcast(server.connections, text).sent == 5
            assert sorted(made) == [(9, 6), (15, 6)], "one has agreed on nothing, four on two"
            for there in server.connections:
                await there.send(f"after {text}")
        for client in clients:
            got = await waits_for(client, 7)
            assert got[1] == "Hello, Hello, Hello!" * 50
            assert got[2] == f"after {got[1]}"
            assert got[3:] == ["and so on", "after and so on", "", "after "]
        assert [await theirs.recv() for _ in range(7)] == got


async def test_a_broadcast_amid_the_fragments_of_another_message_is_dropped_and_counted():
    async with await serve(patient) as server:
        client = await connect(server.url)
        await until(lambda: server.connections)
        (there,) = server.connections
        await there.send("one, ", fin=False)
        told = broadcast([there], "three", slow="close")
        assert (told.sent, told.dropped, told.closed) == (0, (there,), ())
        await there.send("two")
        assert broadcast([there], b"three").sent == 1
        assert await waits_for(client, 2) == ["one, two", b"three"]
        await client.close()


async def test_a_client_that_has_gone_is_counted_and_harms_nobody():
    async with await serve(patient) as server:
        clients = [await connect(server.url) for _ in range(3)]
        await until(lambda: len(server.connections) == 3)
        everyone = list(server.connections)
        await clients[1].close()
        await until(lambda: len(server.connections) == 2)
        told = broadcast(everyone, "Hello")
        assert (told.sent, told.gone) == (2, 1)
        assert str(told) == "sent to 2; gone 1"
        for client in (clients[0], clients[2]):
            assert await client.recv() == "Hello"
            await client.close()


async def test_a_client_broadcasts_with_a_key_of_its_own_on_each_connection():
    seen = []

    async def talk(raw):
        await open_for(raw)
        data = await raw.reader.readexactly(11)
        seen.append(data)

    async with raw_server(talk) as port:
        clients = [await connect(f"ws://127.0.0.1:{port}/") for _ in range(2)]
        assert broadcast(clients, "Hello").sent == 2
        await until(lambda: len(seen) == 2)
        assert seen[0][2:6] != seen[1][2:6]
        for client in clients:
            client.leave()


async def test_another_policy_and_what_is_no_message_are_refused():
    with pytest.raises(InputError, match="Expected one of drop, queue, close for slow, got 'wait'"):
        broadcast([], "x", slow="wait")
    with pytest.raises(InputError):
        broadcast([], 5)
    with pytest.raises(InputError):
        broadcast([], "\ud800")
    assert broadcast([], Frame.text("x").payload).sent == 0
