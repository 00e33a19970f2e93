"""An open connection as an application sees it, with good peers and with every kind of bad one."""

import asyncio
import errno
import logging
import os
import zlib
from contextlib import asynccontextmanager, suppress

import pytest
import tornado.httpserver
import tornado.web
import tornado.websocket
import websockets
from websockets.asyncio.client import connect as their_connect
from websockets.asyncio.server import serve as their_serve

from tests.support.peers import MASK, QUICK, Raw, echo, open_for, raw_server, until
from wslearn.net.client import connect
from wslearn.net.limits import Limits
from wslearn.net.server import serve
from wslearn.protocol.close import decode_close
from wslearn.protocol.codes import Opcode
from wslearn.protocol.deflate import Deflate
from wslearn.protocol.errors import ClosedError, InputError, StateError
from wslearn.protocol.events import Ended
from wslearn.protocol.frame import Frame
from wslearn.protocol.states import State

MESSAGES = ["", "Hello", "κόσμε", b"", bytes(range(256)), "x" * 70_000, bytes(200_000)]


class Kept:
    """A handler that hands its connection to the test and keeps it until the test is done."""

    def __init__(self):
        self.sockets = []
        self.done = asyncio.Event()

    async def __call__(self, socket):
        self.sockets.append(socket)
        await self.done.wait()

    async def socket(self):
        await until(lambda: self.sockets)
        return self.sockets[-1]


@asynccontextmanager
async def keeping(**options):
    """A server that keeps its connections, and the handler that has them."""
    kept = Kept()
    async with await serve(kept, **options) as server:
        try:
            yield server, kept
        finally:
            kept.done.set()


@asynccontextmanager
async def both(limits=None, **options):
    """Our client, and the server's end of its connection."""
    async with (
        keeping(limits=limits, **options) as (server, kept),
        await connect(server.url, limits=limits, deflate=options.get("deflate")) as client,
    ):
        yield client, await kept.socket()
        kept.done.set()


@asynccontextmanager
async def with_raw(*headers, buffer=None, **options):
    """A client of raw bytes, and the server's end of its connection."""
    async with (
        keeping(**options) as (server, kept),
        await Raw.open(server, *headers, buffer=buffer) as raw,
    ):
        yield raw, await kept.socket()
        kept.done.set()


# -- messages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("deflate", [None, Deflate()], ids=["plain", "deflate"])
async def test_every_message_comes_back_as_it_went(deflate):
    async with (
        await serve(echo, deflate=deflate) as server,
        await connect(server.url, deflate=deflate) as client,
    ):
        assert (client.agreement is None) == (deflate is None)
        for message in MESSAGES:
            await client.send(message)
            assert await client.recv() == message


async def test_fragments_arrive_as_one_message():
    async with await serve(echo) as server, await connect(server.url) as client:
        for part in ("Hel", "", "l"):
            await client.send(part, fin=False)
        await client.send("o")
        assert await client.recv() == "Hello"


async def test_a_fragment_of_another_kind_is_a_mistake_of_the_caller():
    async with await serve(echo) as server, await connect(server.url) as client:
        await client.send("Hel", fin=False)
        with pytest.raises(StateError, match="next fragment"):
            await client.send(b"lo")
        await client.send("lo")
        assert await client.recv() == "Hello"


async def test_something_that_is_no_message_is_refused_and_the_connection_lives():
    async with await serve(echo) as server, await connect(server.url) as client:
        with pytest.raises(InputError, match="got int"):
            await client.send(5)
        await client.send("after")
        assert await client.recv() == "after"


async def test_messages_go_both_ways_at_once_and_none_is_lost():
    async with await serve(echo) as server, await connect(server.url) as client:
        messages = [f"message {number}" * (number % 50) for number in range(2000)]

        async def send_all():
            for message in messages:
                await client.send(message)

        sending = asyncio.create_task(send_all())
        assert [await client.recv() for _ in messages] == messages
        await sending


async def test_two_sides_that_ping_while_both_send_much_do_not_block_each_other():
    limits = Limits(message_size=None, write_seconds=2)
    async with both(limits) as (client, there):
        much = bytes(2**24)  # more than the system takes before anybody reads
        said = [(side.ping(), side.send(much), side.recv()) for side in (client, there)]
        _, _, came, _, _, here = await asyncio.gather(*said[0], *said[1])
        assert came == here == much


async def test_a_reader_that_waited_in_vain_may_wait_again():
    async with both() as (client, there):
        messages = aiter(client)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(messages), 0.01)
        await there.send("late")
        assert await anext(messages) == "late"


async def test_two_tasks_may_wait_for_messages():
    async with both() as (client, there):
        first = asyncio.create_task(client.recv())
        second = asyncio.create_task(client.recv())
        await there.send("one")
        await there.send("two")
        assert {await first, await second} == {"one", "two"}


@pytest.mark.parametrize("deflate", [None, Deflate()], ids=["plain", "deflate"])
async def test_a_client_of_websockets_talks_to_our_server(deflate):
    compression = "deflate" if deflate else None
    async with (
        await serve(echo, deflate=deflate) as server,
        their_connect(server.url, compression=compression) as theirs,
    ):
        for message in MESSAGES:
            await theirs.send(message)
            assert await theirs.recv() == message
        await theirs.send(["Hel", "", "lo"])  # in fragments
        assert await theirs.recv() == "Hello"
        await (await theirs.ping())


@pytest.mark.parametrize("deflate", [None, Deflate()], ids=["plain", "deflate"])
async def test_our_client_talks_to_a_server_of_websockets(deflate):
    async def answer(theirs):
        async for message in theirs:
            await theirs.send(message)
            await theirs.send([message[:3], message[3:]])

    async with their_serve(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with await connect(f"ws://127.0.0.1:{port}/", deflate=deflate) as client:
            assert (client.agreement is None) == (deflate is None)
            for message in MESSAGES:
                await client.send(message)
                assert await client.recv() == message
                assert await client.recv() == message
            assert await client.ping() >= 0


@pytest.mark.sockets
async def test_a_client_of_tornado_talks_to_our_server():
    async with await serve(echo, deflate=Deflate()) as server:
        theirs = await tornado.websocket.websocket_connect(
            server.url, compression_options={}, max_message_size=2**20
        )
        for message in MESSAGES:
            await theirs.write_message(message, binary=isinstance(message, bytes))
            assert await theirs.read_message() == message
        theirs.close(1000, "bye")
        assert await theirs.read_message() is None
        await until(lambda: not server.connections)
        await until(lambda: theirs.protocol is None)


class TornadoEcho(tornado.websocket.WebSocketHandler):
    def get_compression_options(self):
        return {}

    async def on_message(self, message):
        await self.write_message(message, binary=isinstance(message, bytes))


@pytest.mark.sockets
async def test_our_client_talks_to_a_server_of_tornado():
    application = tornado.web.Application([("/", TornadoEcho)])
    server = application.listen(0, "127.0.0.1")
    (own,) = server._sockets.values()
    url = f"ws://127.0.0.1:{own.getsockname()[1]}/"
    async with await connect(url, deflate=Deflate()) as client:
        assert client.agreement is not None
        for message in MESSAGES:
            await client.send(message)
            assert await client.recv() == message
        assert await client.ping() >= 0
    assert client.ended == Ended(1000, "", True)
    server.stop()
    await server.close_all_connections()


@pytest.mark.parametrize(
    "deflate",
    [
        Deflate(no_context_takeover=True),
        Deflate(peer_no_context_takeover=True),
        Deflate(window_bits=9),
        Deflate(peer_window_bits=9),
        Deflate(no_context_takeover=True, peer_no_context_takeover=True, window_bits=10),
    ],
    ids=str,
)
async def test_both_sides_keep_to_the_parameters_of_compression(deflate):
    messages = ["Hello" * 100, bytes(70_000), "Hello" * 100]
    async with (
        await serve(echo, deflate=Deflate()) as server,
        await connect(server.url, deflate=deflate) as client,
    ):
        for message in messages:
            await client.send(message)
            assert await client.recv() == message
    async with await serve(echo, deflate=deflate) as server, their_connect(server.url) as theirs:
        for message in messages:
            await theirs.send(message)
            assert await theirs.recv() == message


# -- signs of life ---------------------------------------------------------------------------------


async def test_a_ping_says_how_long_its_pong_took():
    async with both() as (client, there):
        for end in (client, there):
            assert 0 <= await end.ping() < 10


async def test_a_pong_answers_its_ping_and_those_before_it():
    async def skip_one(raw):
        await open_for(raw)
        await raw.frame()
        second = await raw.frame()
        await raw.send(Frame.pong(b"unasked"), Frame.pong(second.payload))
        await raw.frames()

    async with raw_server(skip_one) as port:
        client = await connect(f"ws://127.0.0.1:{port}/", limits=QUICK)
        earlier, later = await asyncio.gather(client.ping(), client.ping())
        assert earlier >= later >= 0
        client.leave()


async def test_a_ping_whose_connection_ends_says_so():
    async def hang_up(raw):
        await open_for(raw)
        await raw.frame()

    async with raw_server(hang_up) as port:
        client = await connect(f"ws://127.0.0.1:{port}/")
        with pytest.raises(ClosedError, match="TCP ended without a Close"):
            await client.ping()
        with pytest.raises(ClosedError):
            await client.ping()
        with pytest.raises(ClosedError):
            await client.pong()


async def test_a_pong_can_be_sent_unasked():
    async with with_raw() as (raw, there):
        await there.pong(b"alive")
        assert await raw.frame() == Frame.pong(b"alive")


async def test_a_silent_peer_is_asked_and_goes_on_when_it_answers():
    async with (
        await serve(echo, limits=Limits(ping_seconds=0.02)) as server,
        await Raw.open(server) as raw,
    ):
        for _ in range(3):
            assert (await raw.frame()).opcode == Opcode.PING
            await raw.send(Frame.pong())
        await raw.send(Frame.text("still here"))
        while (frame := await raw.frame()).opcode == Opcode.PING:
            pass
        assert frame == Frame.text("still here")


async def test_a_peer_that_answers_no_ping_is_given_up():
    limits = Limits(ping_seconds=0.05, pong_seconds=0.05)
    async with with_raw(limits=limits) as (_, there):
        with pytest.raises(ClosedError, match="nothing came, not even a Pong"):
            await there.recv()
        assert await there.wait_closed() == Ended(1006, "", False)


# -- closing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "reason", "seen"),
    [
        (1000, "", (1000, "")),
        (1001, "going", (1001, "going")),
        (3999, "κόσμε", (3999, "κόσμε")),
        (4000, "x" * 123, (4000, "x" * 123)),
        (None, "", (1005, "")),
    ],
)
async def test_each_side_sees_the_code_and_the_reason_of_the_other(code, reason, seen):
    for closes_first in ("client", "server"):
        async with both() as (client, there):
            near, far = (client, there) if closes_first == "client" else (there, client)
            assert far.close_code is None
            await near.close(code, reason)
            assert await far.wait_closed() == Ended(*seen, clean=True)
            assert (far.close_code, far.close_reason) == seen
            with pytest.raises(ClosedError) as ended:
                await far.recv()
            assert (ended.value.code, ended.value.reason) == seen
            assert near.ended.clean
            assert near.close_code == seen[0]  # the code comes back (§5.5.1)


@pytest.mark.row("6455-5.5.1-4", at="net.websocket.WebSocket.close_reason")
async def test_the_reason_of_a_close_is_given_to_the_program_and_shown_to_nobody(capfd, caplog):
    caplog.set_level(logging.DEBUG, "wslearn")
    async with await serve(lambda socket: socket.close(1000, "a private matter")) as server:
        client = await connect(server.url)
        with pytest.raises(ClosedError) as closed:
            await client.recv()
        assert client.close_reason == closed.value.reason == "a private matter"
        await client.close()
    shown = capfd.readouterr()
    assert "private" not in shown.out + shown.err + caplog.text


async def test_websockets_and_we_agree_how_it_closed():
    async def leave(socket):
        await socket.close(4001, "enough")

    async with await serve(leave) as server, their_connect(server.url) as theirs:
        with pytest.raises(websockets.ConnectionClosedError):
            await theirs.recv()
        assert (theirs.close_code, theirs.close_reason) == (4001, "enough")

    async with keeping() as (server, kept):
        async with their_connect(server.url) as theirs:
            await theirs.close(4002, "bye")
        there = await kept.socket()
        assert await there.wait_closed() == Ended(4002, "bye", True)


async def test_closes_that_cross_end_the_connection_for_both():
    async with both() as (client, there):
        await asyncio.gather(client.close(4001, "mine"), there.close(4002, "yours"))
        assert client.ended == Ended(4002, "yours", True)
        assert there.ended == Ended(4001, "mine", True)


@pytest.mark.row(
    "6455-5.5.1-11",
    "6455-5.5.1-12",
    "6455-5.5.1-13",
    "6455-7.1.1-1",
    "6455-7.1.1-3",
    "6455-7.1.1-4",
    "6455-7.1.1-5",
    "6455-7.1.1-6",
    at="net.websocket.WebSocket._end_tcp",
)
async def test_the_server_ends_tcp_first_and_the_client_waits_for_it_but_not_forever():
    patient = Limits(close_seconds=60, ping_seconds=None)
    async with await serve(echo, limits=patient) as server, await Raw.open(server) as raw:
        await raw.send(Frame.close(1000), Frame.text("late"))
        # In order and at once: a reset would raise.
        assert await asyncio.wait_for(raw.frames(), 30) == [Frame.close(1000)]

    async def answer_and_wait(raw):
        await open_for(raw)
        await raw.send(await raw.frame())
        with pytest.raises(TimeoutError):  # the client has not ended TCP
            await asyncio.wait_for(raw.reader.read(1), 0.1)
        assert await asyncio.wait_for(raw.reader.read(1), 30) == b""  # now it has
        ended.set()

    ended = asyncio.Event()
    async with raw_server(answer_and_wait) as port:
        client = await connect(f"ws://127.0.0.1:{port}/", limits=QUICK)
        await client.close()
        assert client.ended == Ended(1000, "", True)
        await ended.wait()


async def test_messages_before_the_close_are_answered_before_our_close():
    async with await serve(echo) as server, await Raw.open(server) as raw:
        frames = [Frame.text("one"), Frame.binary(b"two"), Frame.text("three")]
        await raw.send(*frames, Frame.close(1000, "bye"))
        assert await raw.frames() == [*frames, Frame.close(1000)]


async def greet(socket):
    await socket.send(f"Hello {await socket.recv()}")
    await socket.wait_closed()


async def receive(socket):
    await socket.recv()
    await socket.wait_closed()


async def tell_news(socket):
    await socket.recv()
    with suppress(ClosedError):
        while True:
            await socket.send("news")
            await asyncio.sleep(0.01)


async def answer_twice(socket):
    await socket.recv()
    await socket.send("at work")
    await asyncio.sleep(0.1)
    with pytest.raises(ClosedError):  # the first message was its answer
        await socket.send("done")


@pytest.mark.parametrize("handler", [greet, receive, tell_news])
async def test_a_handler_that_has_answered_does_not_delay_the_close(handler):
    patient = Limits(close_seconds=60)
    async with await serve(handler, limits=patient) as server, await Raw.open(server) as raw:
        await raw.send(Frame.text("Mia"))
        await asyncio.sleep(0.05)
        async with asyncio.timeout(20):  # not half of close_seconds
            await raw.send(Frame.close(1000))
            assert (await raw.frames())[-1] == Frame.close(1000)


async def test_a_second_answer_may_come_too_late():
    async with await serve(answer_twice) as server, await Raw.open(server) as raw:
        await raw.send(Frame.text("Mia"), Frame.close(1000))
        assert await raw.frames() == [Frame.text("at work"), Frame.close(1000)]


async def test_messages_before_a_broken_rule_are_answered_before_the_connection_fails():
    async with await serve(echo) as server, await Raw.open(server) as raw:
        await raw.send(Frame.text("one"), Frame.text("two").encode())  # not masked
        one, close = await raw.frames()
        assert one == Frame.text("one")
        assert decode_close(close.payload)[0] == 1002


async def test_what_the_application_did_not_take_is_there_after_the_end():
    async with with_raw(limits=Limits(close_seconds=0.3)) as (raw, there):
        await raw.send(Frame.text("one"), Frame.text("two"), Frame.close(1000))
        assert await raw.frames() == [Frame.close(1000)]  # it came, though nobody took anything
        assert [message async for message in there] == ["one", "two"]
        assert there.close_code == 1000


async def test_what_comes_after_the_close_is_thrown_away():
    async with with_raw() as (raw, there):
        await raw.send(Frame.close(1000), Frame.text("too late"), b"\xff" * 1000)
        await raw.send(Frame.text("later still"))
        assert await raw.frames() == [Frame.close(1000)]
        assert [message async for message in there] == []
        assert there.failure is None


async def test_a_close_may_come_between_fragments():
    async with await serve(echo) as server, await Raw.open(server) as raw:
        await raw.send(Frame.text("Hel", fin=False), Frame.close(1001))
        assert await raw.frames() == [Frame.close(1001)]


async def test_sending_on_a_closed_connection_says_how_it_ended():
    async with both() as (client, there):
        await client.close(4000, "enough")
        for command in (client.send("x"), client.send(b"x"), client.ping(), client.pong()):
            with pytest.raises(ClosedError, match="ended"):
                await command
        await there.wait_closed()
        with pytest.raises(ClosedError, match=r"the peer closed it with 4000 \(enough\)\."):
            await there.send("x")


async def test_a_task_that_sends_while_another_closes_gets_closed_error():
    async def read_nothing(raw):
        await open_for(raw)
        await raw.frame()
        await asyncio.sleep(0.1)

    async with raw_server(read_nothing) as port:
        client = await connect(f"ws://127.0.0.1:{port}/", limits=QUICK)
        closing = asyncio.create_task(client.close())
        await until(lambda: client.state is State.CLOSE_SENT)
        with pytest.raises(ClosedError, match="this side has closed it"):
            await client.send("x")
        await closing


async def test_a_code_that_may_not_be_sent_closes_nothing():
    async with await serve(echo) as server, await connect(server.url) as client:
        for code, reason in ((1006, ""), (999, ""), (1000, "x" * 124)):
            with pytest.raises(InputError):
                await client.close(code, reason)
        await client.send("alive")
        assert await client.recv() == "alive"


async def test_closing_twice_is_no_mistake():
    async with await serve(echo) as server:
        client = await connect(server.url)
        await asyncio.gather(client.close(), client.close())
        await client.close()


async def say_nothing(raw):
    await open_for(raw)
    await raw.frames()


async def test_a_peer_that_does_not_answer_the_close_is_dropped():
    async with raw_server(say_nothing) as port:
        client = await connect(f"ws://127.0.0.1:{port}/", limits=Limits(close_seconds=0.2))
        await client.close()
        assert client.ended == Ended(1006, "", False)
        with pytest.raises(ClosedError, match="not finished in time"):
            await client.recv()


async def test_a_client_that_never_ends_tcp_is_dropped():
    async with await serve(echo, limits=QUICK) as server, await Raw.open(server) as raw:
        await raw.send(Frame.close(1000))
        assert await raw.frames() == [Frame.close(1000)]
        await until(lambda: not server.connections)  # and raw has not closed


async def test_a_peer_that_half_closes_after_its_close_still_gets_all_that_was_due():
    limits = Limits(message_size=2**24)
    async with (
        keeping(limits=limits) as (server, kept),
        await Raw.open(server, buffer=4096) as raw,
    ):
        there = await kept.socket()
        sending = asyncio.create_task(there.send(bytes(2**22)))
        await until(there._writer.transport.get_write_buffer_size)
        await raw.send(Frame.close(1000))
        raw.writer.write_eof()
        kept.done.set()
        message, close = await raw.frames()
        assert len(message.payload) == 2**22
        assert close.opcode == Opcode.CLOSE
        await sending


async def test_leaving_the_block_closes_and_an_exception_says_so():
    async with keeping() as (server, kept):

        async def fail():
            async with await connect(server.url):
                await kept.socket()
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fail()
        there = await kept.socket()
        assert (await there.wait_closed()).code == 1011


async def test_an_interrupt_says_goodbye_and_waits_for_nothing():
    async with keeping() as (server, kept):
        opened = asyncio.Event()

        async def wait_forever():
            async with await connect(server.url) as client:
                opened.set()
                await client.recv()

        waiting = asyncio.create_task(wait_forever())
        there = await kept.socket()
        await opened.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert (await there.wait_closed()).code == 1001


async def test_an_interrupt_while_closing_leaves_nothing():
    async with raw_server(say_nothing) as port:
        client = await connect(f"ws://127.0.0.1:{port}/", limits=Limits(ping_seconds=None))
        closing = asyncio.create_task(client.close())
        await until(lambda: client.state is State.CLOSE_SENT)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        assert client.ended == Ended(1006, "", False)


async def test_a_connection_that_is_left_before_it_ran_ends_all_the_same():
    async with await serve(echo) as server:
        client = await connect(server.url)
        client.leave()
        assert client.state is State.CLOSED
        assert await client.wait_closed() == Ended(1006, "", False)


async def test_a_connection_that_nobody_holds_is_read_all_the_same():
    async with keeping(limits=Limits(ping_seconds=None)) as (server, kept):
        await connect(server.url, limits=Limits(ping_seconds=None))
        there = await kept.socket()
        assert await there.ping() >= 0


def test_a_loop_that_ends_takes_its_connections_along(recwarn):
    async def forget():
        server = await serve(echo)
        client = await connect(server.url)
        server.stop_listening()
        return client

    client = asyncio.run(forget())
    assert client.state is State.CLOSED
    assert [str(warning.message) for warning in recwarn] == []


# -- bad peers -------------------------------------------------------------------------------------


async def test_a_reset_ends_the_connection_without_a_close():
    async with keeping() as (server, kept):
        raw = await Raw.open(server)
        there = await kept.socket()
        await raw.send(Frame.text("Hel", fin=False), b"\x81")
        raw.reset()
        assert await there.wait_closed() == Ended(1006, "", False)
        with pytest.raises(ClosedError, match=r"Connection reset by peer|TCP ended"):
            await there.send("x")


async def test_a_timeout_of_tcp_is_not_reported_as_a_silent_peer():
    async with both() as (client, _):
        client._reader.set_exception(TimeoutError(errno.ETIMEDOUT, "no answer"))
        with pytest.raises(ClosedError, match=os.strerror(errno.ETIMEDOUT)):
            await client.recv()


async def test_a_timeout_of_tcp_is_not_reported_as_a_peer_that_does_not_read():
    async with both() as (client, _):
        client._reader.exception = lambda: TimeoutError(errno.ETIMEDOUT, "no answer")
        with pytest.raises(ClosedError, match=os.strerror(errno.ETIMEDOUT)):
            await client.send(bytes(2**24))
        client.leave()


@pytest.mark.row("6455-7.1.1-2", at="net.outbox.Outbox.give_up")
async def test_a_peer_that_does_not_read_is_given_up_and_what_waits_for_it_is_bounded():
    async with with_raw(buffer=4096, limits=Limits(write_seconds=0.3)) as (_, there):
        waiting = []

        async def send_and_send():
            while True:
                await there.send(bytes(2**12))
                waiting.append(there._writer.transport.get_write_buffer_size())

        with pytest.raises(ClosedError, match="the peer did not read"):
            await send_and_send()
        assert max(waiting) <= 2**17
        assert await there.wait_closed() == Ended(1006, "", False)


async def test_a_slow_peer_that_reads_a_little_at_a_time_is_not_given_up():
    # Nor for its silence: our Ping is behind what it has not read yet.
    limits = Limits(write_seconds=1, ping_seconds=0.3, pong_seconds=0.3)
    async with with_raw(buffer=4096, limits=limits) as (raw, there):
        raw.reader._limit = 1000  # the test reads, and nobody reads ahead
        now = asyncio.get_running_loop().time
        began = now()
        sending = asyncio.create_task(there.send(bytes(2**25)))
        while now() < began + 2.5:
            await raw.reader.read(2**16)
            # Others fill the buffer meanwhile, which does not mean that the peer does not read.
            there._outbox.put(bytes(2**12))
            await asyncio.sleep(0.01)
        assert there.state is State.OPEN
        assert not sending.done()
        there.leave()
        with pytest.raises(ClosedError):
            await sending


@pytest.mark.sockets
async def test_a_flood_of_messages_that_nobody_takes_stops_being_read_and_nothing_is_lost():
    async with with_raw() as (raw, there):
        count = 30_000
        flood = b"".join(
            Frame.text(f"{number}").encode(mask_key=bytes(4)) for number in range(count)
        )
        sending = asyncio.create_task(raw.send(flood))
        await until(lambda: not there._reader._transport.is_reading())
        waiting = len(there._inbox.messages)
        await asyncio.sleep(0.1)
        assert len(there._inbox.messages) == waiting < 20_000
        for number in range(count):
            assert await there.recv() == str(number)
        await sending


async def test_a_flood_of_pings_from_one_that_reads_no_pong_is_bounded():
    async with with_raw(buffer=4096, limits=Limits(write_seconds=0.3)) as (raw, there):
        flood = asyncio.create_task(
            raw.send(Frame.ping(bytes(125)).encode(mask_key=MASK) * 200_000)
        )
        with pytest.raises(ClosedError, match="the peer did not read"):
            await there.recv()
        flood.cancel()
        await asyncio.gather(flood, return_exceptions=True)


async def test_hundreds_of_thousands_of_empty_fragments_are_one_message():
    async with await serve(echo) as server, await Raw.open(server) as raw:
        nothing = Frame.continuation(b"", fin=False).encode(mask_key=MASK) * 30_000
        await raw.send(Frame.text("Hello", fin=False))
        for _ in range(10):
            await raw.send(nothing)
        await raw.send(Frame.continuation(b"!"))
        assert await raw.frame() == Frame.text("Hello!")


async def test_one_byte_at_a_time_is_enough():
    async with await serve(echo) as server, await Raw.open(server) as raw:
        for byte in Frame.text("κόσμε").encode(mask_key=MASK):
            await raw.send(bytes((byte,)))
        assert await raw.frame() == Frame.text("κόσμε")


BOMB = Frame(Opcode.BINARY, zlib.compress(bytes(2**25), 1, wbits=-15), rsv1=True)

BROKEN = {
    "a message declared longer than any": (b"\x82\xff\x7f" + b"\xff" * 7 + MASK, 1009),
    "a bomb": (BOMB, 1009),
    "no mask": (Frame.text("secret").encode(), 1002),
    "half a message and another": (
        Frame.text("a", fin=False).encode(mask_key=MASK) + Frame.text("b").encode(mask_key=MASK),
        1002,
    ),
    "text that is none": (Frame(Opcode.TEXT, b"secret \xff"), 1007),
    "a Close that may not travel": (Frame(Opcode.CLOSE, b"\x03\xee"), 1002),
    "bytes that no inflate can read": (Frame(Opcode.TEXT, b"secret", rsv1=True), 1007),
}


@pytest.mark.row("6455-7.1.7-4", at="net.websocket.WebSocket._handle")
@pytest.mark.parametrize(("sent", "code"), BROKEN.values(), ids=BROKEN.keys())
async def test_a_broken_rule_gets_its_code_and_one_line_in_the_log(sent, code, caplog):
    caplog.set_level(logging.DEBUG, "wslearn.net")
    offer = "Sec-WebSocket-Extensions: permessage-deflate"
    async with with_raw(offer, deflate=Deflate()) as (raw, there):
        await raw.send(sent, Frame.text("never looked at"))
        (close,) = await raw.frames()
        assert decode_close(close.payload)[0] == code
        with pytest.raises(ClosedError, match="the peer broke a rule"):
            await there.recv()
        assert there.failure.close_code == code
        assert there.close_code == 1006
        (said,) = caplog.messages
        assert there.failure.rule.id in said
        assert there.failure.rule.sentence in said
        assert "secret" not in said


@pytest.mark.parametrize("side", ["server", "client"])
async def test_a_fault_of_ours_is_logged_and_ends_the_connection_with_1011(
    side, caplog, monkeypatch
):
    async with both() as (client, there):
        end, other = (there, client) if side == "server" else (client, there)

        def fail(data):
            raise ZeroDivisionError

        monkeypatch.setattr(end._connection, "receive", fail)
        await other.send("Hello")
        assert (await other.wait_closed()).code == 1011
        assert (await end.wait_closed()).code == 1006
        (record,) = caplog.records
        assert record.name == "wslearn.net"
        assert "A fault of ours" in record.message


async def test_a_fault_that_also_prevents_the_close_ends_the_connection_all_the_same(caplog):
    async with keeping() as (server, kept):
        client = await connect(server.url, mask_keys=iter(()).__next__)  # it has no key to give
        there = await kept.socket()
        with pytest.raises(ClosedError):
            await there.ping()
        assert (await client.wait_closed()).code == 1006
        assert client._reading.exception() is None
        assert [record.name for record in caplog.records] == ["wslearn.net"]


# -- bad peers while others are served -------------------------------------------------------------


async def never_reads(server):
    async with await Raw.open(server, buffer=4096) as raw:
        while True:
            await raw.send(Frame.binary(bytes(2**16)))


async def half_open(server):
    async with await Raw.open(server) as raw:
        await asyncio.Event().wait()
        await raw.send(b"")


async def one_byte_now_and_then(server):
    async with await Raw.dial(server) as raw:
        while True:
            await raw.send(b"G")
            await asyncio.sleep(0.02)


async def a_header_line_that_never_ends(server):
    async with await Raw.dial(server) as raw:
        await raw.send(b"GET / HTTP/1.1\r\nX: ")
        while True:
            await raw.send(b"x" * 1000)
            await asyncio.sleep(0)


async def a_million_empty_messages(server):
    async with await Raw.open(server) as raw:
        while True:
            await raw.send(Frame.text("").encode(mask_key=MASK) * 1000)


async def bombs(server):
    while True:
        async with await Raw.open(server, "Sec-WebSocket-Extensions: permessage-deflate") as raw:
            await raw.send(BOMB)
            await raw.frames()


async def resets(server):
    while True:
        async with await Raw.open(server) as raw:
            await raw.send(b"\x81")
            raw.reset()


async def silence_after_the_close(server):
    while True:
        async with await Raw.open(server) as raw:
            await raw.send(Frame.close(1000))
            await raw.frames()
            await asyncio.sleep(0.05)


PATIENT = Limits(
    open_seconds=0.5, close_seconds=0.5, ping_seconds=1, pong_seconds=2, write_seconds=1
)
"""The honest client has to live on a busy machine, where all of these share one event loop."""

BAD = [
    never_reads,
    half_open,
    one_byte_now_and_then,
    a_header_line_that_never_ends,
    a_million_empty_messages,
    bombs,
    resets,
    silence_after_the_close,
]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.__name__)
async def test_others_are_served_while_one_is_bad_and_the_bad_one_is_gone_in_the_end(bad):
    async with (
        await serve(echo, limits=PATIENT, deflate=Deflate()) as server,
        await connect(server.url) as honest,
    ):
        misbehaving = [asyncio.create_task(bad(server)) for _ in range(2)]
        for number in range(20):
            await honest.send(f"{number}")
            assert await honest.recv() == f"{number}"
            await asyncio.sleep(0.01)
        if bad in (never_reads, half_open):  # only our patience ends these
            await until(lambda: len(server.connections) == 1)
        for task in misbehaving:
            task.cancel()
        await asyncio.gather(*misbehaving, return_exceptions=True)
        await until(lambda: len(server._tasks) == 1)
        await honest.send("still here")
        assert await honest.recv() == "still here"
