"""No peer makes us wait: its end is noticed even while the application takes nothing (§7.1, §10.4).

The handler waits for the end and never asks for a message. Its peers send more than is kept for it,
and then end in every way.
"""

import asyncio
import logging
from contextlib import AsyncExitStack, suppress

import pytest

from tests.support.peers import MASK, Raw, echo, until
from wslearn.net.client import connect
from wslearn.net.limits import Limits
from wslearn.net.server import serve
from wslearn.net.websocket import AHEAD, COMPRESSED_SLICE
from wslearn.protocol.codes import Opcode
from wslearn.protocol.deflate import Deflate
from wslearn.protocol.errors import ClosedError, StateError
from wslearn.protocol.frame import Frame

SOON = Limits(
    connections=5,
    close_seconds=0.4,
    ping_seconds=0.2,
    pong_seconds=0.2,
    write_seconds=0.3,
    take_seconds=0.8,
)

FEW = Frame.text("x").encode(mask_key=MASK) * 40
LARGE = Frame.binary(bytes(2**20)).encode(mask_key=MASK)
FLOOD = (
    Frame.binary(bytes(2**16)).encode(mask_key=MASK) * 160
)  # 10 MiB: nobody can read that far ahead
TINY = Frame.text("").encode(mask_key=MASK) * 2**16  # six times what is read ahead


async def patient(socket):
    """Wait for the end, and for nothing else."""
    await socket.wait_closed()


async def say_goodbye(raw):
    await raw.send(Frame.close(1000))


async def hang_up(raw):
    raw.writer.write_eof()


async def vanish(raw):
    raw.writer.transport.abort()


async def reset(raw):
    raw.reset()


async def be_silent(raw):
    raw.writer.transport.pause_reading()


async def answer_pings(raw):
    """Alive forever, and well-behaved."""
    try:
        while True:
            frame = await raw.frame()
            if frame.opcode == Opcode.PING:
                await raw.send(Frame.pong(frame.payload))
    except (EOFError, OSError):
        pass


@pytest.mark.parametrize("sent", [FEW, LARGE, FLOOD, TINY], ids=["few", "large", "flood", "tiny"])
@pytest.mark.parametrize("end", [say_goodbye, hang_up, vanish, reset, be_silent, answer_pings])
async def test_five_clients_that_hold_every_place_lose_it_though_nobody_takes_their_messages(
    sent, end
):
    async with await serve(patient, limits=SOON) as server, AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(await Raw.open(server)) for _ in range(5)]

        async def misbehave(raw):
            try:
                async with asyncio.timeout(0.3):
                    await raw.send(sent)
            except (TimeoutError, OSError):
                pass
            await end(raw)

        tasks = [asyncio.create_task(misbehave(raw)) for raw in clients]
        await until(lambda: not server.connections)
        async with await connect(server.url, limits=SOON) as good:
            assert good.response.status == 101
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("sent", [FEW, LARGE], ids=["few", "large"])
async def test_a_close_is_answered_though_nobody_takes_what_came_before_it(sent):
    limits = Limits(close_seconds=0.4)  # every other patience is far longer than the test's
    async with await serve(patient, limits=limits) as server, await Raw.open(server) as raw:
        await raw.send(sent, Frame.close(1000, "bye"))
        assert await raw.frames() == [Frame.close(1000)]


@pytest.mark.parametrize("sent", [FEW, LARGE, FLOOD], ids=["few", "large", "flood"])
async def test_a_reset_is_noticed_though_nothing_is_read(sent):
    limits = Limits(ping_seconds=0.2)
    async with await serve(patient, limits=limits) as server, await Raw.open(server) as raw:
        sending = asyncio.create_task(raw.send(sent))
        (there,) = await _connections(server)
        await until(lambda: there._inbox.full)
        raw.reset()
        await until(lambda: not server.connections)
        await asyncio.gather(sending, return_exceptions=True)


async def _connections(server):
    await until(lambda: server.connections)
    return server.connections


async def test_a_live_peer_that_is_read_ahead_is_not_given_up(caplog):
    caplog.set_level(logging.WARNING)
    limits = Limits(ping_seconds=0.1, pong_seconds=0.1, take_seconds=30)

    async def handler(socket):
        await asyncio.sleep(0.8)  # four Pings come and go behind the messages
        for _ in range(40):
            assert await socket.recv() == "x"
        await socket.send("all of them")

    async with await serve(handler, limits=limits) as server, await Raw.open(server) as raw:
        await raw.send(FEW)
        pings = 0
        while (frame := await raw.frame()).opcode == Opcode.PING:
            pings += 1
            await raw.send(Frame.pong(frame.payload))
        assert frame == Frame.text("all of them")
        assert pings >= 3
    assert not caplog.records


async def test_an_application_that_takes_nothing_is_named_in_the_log_and_told(caplog):
    caplog.set_level(logging.WARNING)
    kept = []

    async def handler(socket):
        kept.append(await socket.wait_closed())
        kept.append(socket)

    limits = Limits(take_seconds=0.2)
    async with await serve(handler, limits=limits) as server:
        client = await connect(server.url)
        for _ in range(40):
            await client.send("x")
        assert (await client.wait_closed()).code == 1011
        assert client.close_reason == "the messages are not taken"
        await until(lambda: len(kept) == 2)
        there = kept[1]
        taken = [message async for message in there]
        assert taken == ["x"] * 40, "what had come is still there"
        with pytest.raises(ClosedError, match="the application took none of the messages"):
            await there.recv()
    (record,) = caplog.records
    assert "took none of the messages that wait" in record.getMessage()


async def test_an_application_that_takes_a_message_now_and_then_has_all_the_time_it_needs():
    async def handler(socket):
        for _ in range(12):
            await asyncio.sleep(0.1)
            await socket.recv()
        async for _ in socket:
            pass

    limits = Limits(take_seconds=0.4)
    async with await serve(handler, limits=limits) as server:
        client = await connect(server.url)
        for _ in range(60):
            await client.send("x")
        await asyncio.sleep(1.4)
        assert not client.ending
        await client.close()
        assert client.close_code == 1000


@pytest.mark.parametrize("deflate", [None, Deflate()])
async def test_what_is_read_ahead_is_bounded(deflate):
    """Of a bomb that inflates a thousandfold, no more waits than the limit, AHEAD and one slice."""
    kept = []

    async def handler(socket):
        kept.append(socket)
        await socket.wait_closed()

    limits = Limits(message_size=2**18, waiting_size=2**18)
    async with await serve(handler, deflate=deflate, limits=limits) as server:
        client = await connect(server.url, deflate=deflate)

        async def flood():
            while True:
                await client.send(bytes(2**18))
                await asyncio.sleep(0)  # sending need not wait, so others get a turn

        flooding = asyncio.create_task(flood())
        await until(lambda: kept and kept[0]._ahead > AHEAD)
        for _ in range(20):
            await asyncio.sleep(0.01)
        most = 2**18 + AHEAD + (2**18 if deflate is None else 1_032 * COMPRESSED_SLICE + 2**18)
        assert kept[0]._inbox.size + kept[0]._connection.under_way <= most
        flooding.cancel()
        await asyncio.gather(flooding, return_exceptions=True)
        client.leave()


# -- the answer before a Close ---------------------------------------------------------------------


async def echo_slowly(socket):
    async for message in socket:
        await asyncio.sleep(0.2)
        await socket.send(message)


async def answers_before_its_close(handler, *, at_once=False):
    async with await serve(handler) as server, await Raw.open(server) as raw:
        await raw.send(Frame.text("one"))
        if not at_once:
            await asyncio.sleep(0.05)
        await raw.send(Frame.close(1000))
        assert await raw.frames() == [Frame.text("one"), Frame.close(1000)]


@pytest.mark.parametrize("at_once", [True, False], ids=["in the same packet", "50 ms later"])
async def test_a_handler_still_at_work_answers_before_our_close(at_once):
    await answers_before_its_close(echo_slowly, at_once=at_once)


async def take_in_a_task(socket):
    asking = asyncio.create_task(socket.recv())
    await asyncio.wait([asking])
    return asking.result()


@pytest.mark.parametrize("take", [lambda s: asyncio.wait_for(s.recv(), 5), take_in_a_task])
async def test_it_also_answers_where_each_message_is_taken_in_its_own_task(take):
    async def slow(socket):
        while True:
            message = await take(socket)
            await asyncio.sleep(0.2)
            await socket.send(message)

    await answers_before_its_close(slow)


@pytest.mark.parametrize("take", [lambda s: s.recv(), take_in_a_task])
async def test_news_from_another_task_is_no_answer(take):
    async def slow(socket):
        async def tell_news():
            with suppress(ClosedError):
                while True:
                    await socket.send("news")
                    await asyncio.sleep(0.02)

        news = asyncio.create_task(tell_news())
        message = await take(socket)
        await asyncio.sleep(0.2)
        await socket.send(message)
        await news

    async with await serve(slow) as server, await Raw.open(server) as raw:
        await raw.send(Frame.text("one"), Frame.close(1000))
        frames = await raw.frames()
        assert Frame.text("one") in frames
        assert frames[-1] == Frame.close(1000)


async def test_one_of_two_workers_that_waits_does_not_speak_for_the_other():
    async def handler(socket):
        await asyncio.gather(echo_slowly(socket), echo_slowly(socket))

    await answers_before_its_close(handler)


async def test_waiting_for_the_next_message_lets_the_close_leave_at_once():
    """Every patience is longer than the test's, which would not end if the Close waited for one."""
    limits = Limits(close_seconds=120, ping_seconds=None, take_seconds=120)
    async with await serve(echo, limits=limits) as server, await Raw.open(server) as raw:
        await raw.send(Frame.text("one"))
        assert await raw.frame() == Frame.text("one")
        await raw.send(Frame.close(1000))
        assert await raw.frames() == [Frame.close(1000)]


async def test_a_handler_that_never_comes_back_delays_the_close_only_for_a_while():
    let_go = asyncio.Event()

    async def asks_once(socket):
        await socket.recv()
        await let_go.wait()

    limits = Limits(close_seconds=0.4)
    async with await serve(asks_once, limits=limits) as server, await Raw.open(server) as raw:
        await raw.send(Frame.text("one"))
        await asyncio.sleep(0.05)
        await raw.send(Frame.close(1000))
        assert await raw.frames() == [Frame.close(1000)]
        let_go.set()


# -- fragments of two tasks ------------------------------------------------------------------------


async def test_messages_of_two_tasks_never_become_one():
    async with await serve(echo) as server:
        client = await connect(server.url)
        begun, refused = asyncio.Event(), asyncio.Event()

        async def in_fragments():
            await client.send("one, ", fin=False)
            begun.set()
            await refused.wait()
            await client.send("two", fin=False)
            await client.send("!")

        async def between():
            await begun.wait()
            for fin in (True, False):
                with pytest.raises(StateError, match="while another task sends one in fragments"):
                    await client.send("three", fin=fin)
            refused.set()

        await asyncio.gather(in_fragments(), between())
        await client.send("four")
        assert [await client.recv(), await client.recv()] == ["one, two!", "four"]
        await client.close()


async def test_nothing_is_added_to_a_message_whose_task_ended_before_its_last_fragment():
    async with await serve(echo) as server:
        client = await connect(server.url)
        await asyncio.create_task(client.send("half", fin=False))
        with pytest.raises(StateError, match="That task has ended amid its message"):
            await client.send("whole")
        assert await client.ping() > 0
        await client.close()
