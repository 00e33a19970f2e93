"""The tap between real clients and servers: it passes every byte on, and reports what passed."""

import asyncio
import contextlib
import random
import re
import socket
import threading
import time
import tracemalloc

import pytest
import websockets

from tests.support.ends import (
    REPLY,
    REQUEST,
    echo_server,
    open_then,
    raw_client,
    raw_server,
    shake_hands,
)  # fmt: skip
from tests.support.peers import free_port, run_supervised, until
from wslearn.net.limits import Limits
from wslearn.net.record.journal import Bounds, Journal
from wslearn.net.record.link import Link
from wslearn.net.record.passed import Passed
from wslearn.net.record.tap import Tap, tap
from wslearn.net.tcp import ask_now_and_then, reset
from wslearn.protocol.errors import InputError, NetworkError
from wslearn.protocol.examples import COURSE_KEY as KEY
from wslearn.protocol.frame import Frame

ANSWER = Frame.text("hi").encode()
QUICK = Limits(open_seconds=0.4, close_seconds=0.4)


async def ended(opened: Tap, count: int = 1):
    """The latest connection, once this many have ended."""
    await until(lambda: sum(bool(said.ended) for said in opened.journal.conversations) >= count)
    return opened.journal.conversations[-1]


@pytest.fixture
def traced():
    """The peak memory of Python since the test began, in bytes."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


# -- what a client and a server say ----------------------------------------------------------------


async def test_texts_bytes_fragments_pings_and_closes_pass_and_are_recorded():
    async with echo_server(compression=None) as url, await tap(url + "chat") as opened:
        assert opened.url == f"ws://127.0.0.1:{opened.port}/chat"
        async with websockets.connect(opened.url, compression=None) as client:
            await client.send("κόσμε")
            assert await client.recv() == "κόσμε"
            await client.send(b"\x00\xff")
            assert await client.recv() == b"\x00\xff"
            await client.send(["one ", "two"])
            assert await client.recv() == "one two"
            await (await client.ping(b"there?"))
        said = await ended(opened)
    assert said.opened
    assert said.check.ok
    assert said.answer.outcome == "open"
    assert said.request.startswith(b"GET /chat HTTP/1.1\r\n")
    sent = [frame.dissect().frame for frame in said.sent_by("client")]
    assert sent == [
        Frame.text("κόσμε"),
        Frame.binary(b"\x00\xff"),
        Frame.text("one ", fin=False),
        Frame.continuation(b"two", fin=False),
        Frame.continuation(b""),
        Frame.ping(b"there?"),
        Frame.close(1000),
    ]
    came = [frame.dissect().frame for frame in said.sent_by("server")]
    assert came[2] == Frame.text("one two")
    assert came[-1] == Frame.close(1000)
    times = [frame.at for frame in said.frames]
    assert times == sorted(times)
    assert said.ended.startswith("The client sent a Close with 1000 and the server sent")
    messages = opened.journal.messages()
    assert [message.data for message in messages if message.sender == "server"] == [
        "κόσμε",
        b"\x00\xff",
        "one two",
    ]


async def test_compressed_messages_are_dissected_as_agreed_and_inflated_for_display():
    async with echo_server() as url, await tap(url) as opened:
        async with websockets.connect(opened.url) as client:
            for text in ("Hello", "Hello", "Hello"):
                await client.send(text)
                assert await client.recv() == text
        said = await ended(opened)
    first = said.frames[0]
    assert first.extensions == ("permessage-deflate",)
    assert first.dissect().violations == ()
    assert said.deflate is not None
    assert [message.data for message in opened.journal.messages()] == ["Hello"] * 6
    assert all(message.compressed for message in opened.journal.messages())


@pytest.mark.row(
    "6455-5.4-8",
    "6455-5.4-9",
    "6455-5.4-10",
    "6455-5.4-11",
    at="net.record.link.Link.pump",
)
@pytest.mark.parametrize("seed", range(3))
async def test_every_byte_comes_through_unchanged_whatever_it_is_and_however_it_is_cut(seed):
    random_ = random.Random(seed)
    up, down = (random_.randbytes(200_000) for _ in range(2))

    async def send(writer, data):
        while data:
            size = random_.choice((1, 7, 100, 5_000, 70_000))
            writer.write(data[:size])
            data = data[size:]
            await writer.drain()
            await asyncio.sleep(0)
        writer.write_eof()

    got = []

    async def handle(reader, writer):
        await open_then(reader, writer)
        sending = asyncio.create_task(send(writer, down))
        got.append(await reader.read(-1))
        await sending

    async with raw_server(handle) as url, await tap(url) as opened:
        async with raw_client(opened) as (reader, writer):
            assert await shake_hands(reader, writer) == REPLY
            sending = asyncio.create_task(send(writer, up))
            assert await reader.read(-1) == down
            await sending
            await until(lambda: got)
        said = await ended(opened)
    assert got == [up]
    for sender, data in (("client", up), ("server", down)):
        assert data.startswith(said.sent_by(sender)[0].data)


async def test_one_byte_at_a_time_passes_at_once_and_makes_the_same_frames():
    hello = Frame.text("Hello").encode(mask_key=KEY)

    came = bytearray()

    async def handle(reader, writer):
        while byte := await reader.read(1):
            came.extend(byte)
            if came.endswith(b"\r\n\r\n"):
                writer.write(REPLY)

    async with raw_server(handle) as url, await tap(url) as opened:
        async with raw_client(opened) as (_, writer):
            data = REQUEST + hello
            for index, byte in enumerate(data):
                writer.write(bytes((byte,)))
                while len(came) <= index:  # nothing waits for the end of a head or of a frame
                    await asyncio.sleep(0)
        said = await ended(opened)
    assert bytes(came) == data
    assert [frame.data for frame in said.frames] == [hello]


@pytest.mark.sockets
async def test_the_system_holds_no_small_piece_back(monkeypatch):
    links, run = [], Link.run

    async def watched(link, *, full):
        links.append(link)
        await run(link, full=full)

    monkeypatch.setattr(Link, "run", watched)
    async with echo_server() as url, await tap(url) as opened, websockets.connect(opened.url):
        for writer in (links[0].writer, links[0].upstream):
            own = writer.get_extra_info("socket")
            assert own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def test_frames_right_behind_the_request_are_read_once_the_reply_is_101():
    hello = Frame.text("Hello").encode(mask_key=KEY)

    async def handle(reader, writer):
        await reader.readuntil(hello)
        writer.write(REPLY + Frame.text("hi").encode())
        await reader.read()

    async with raw_server(handle) as url, await tap(url) as opened:
        async with raw_client(opened) as (reader, writer):
            writer.write(REQUEST + hello)
            await reader.readuntil(b"hi")
        said = await ended(opened)
    assert [frame.sender for frame in said.frames] == ["client", "server"]


async def test_several_connections_pass_at_once_and_have_numbers():
    async with echo_server() as url, await tap(url) as opened:
        clients = [await websockets.connect(opened.url) for _ in range(5)]
        assert opened.connections == 5
        for number, client in enumerate(clients, start=1):
            await client.send(str(number))
            assert await client.recv() == str(number)
        for client in clients:
            await client.close()
        await ended(opened, 5)
        numbers = [said.number for said in opened.journal.conversations]
        assert numbers == [1, 2, 3, 4, 5]
        for number in numbers:
            messages = opened.journal.where(connection=number).messages()
            assert [message.data for message in messages] == [str(number)] * 2


# -- what is wrong passes too ----------------------------------------------------------------------


async def test_a_frame_that_breaks_a_rule_passes_and_is_recorded_with_the_reason():
    bad = Frame.text("Hello").encode()  # a client must mask

    async with echo_server() as url, await tap(url) as opened:
        async with raw_client(opened) as (reader, writer):
            await shake_hands(reader, writer)
            writer.write(bad)
            answer = await reader.read()
        said = await ended(opened)
    assert said.frames[0].data == bad
    assert said.frames[0].dissect().violations[0].rule.id == "mask-missing"
    assert said.frames[1].data == answer[: said.frames[1].size]
    assert said.frames[1].dissect().close_code is None
    assert opened.journal.where(broken=True).frames == [said.frames[0]]


async def test_a_wrong_accept_value_is_reported_with_its_step_and_as_the_cause_of_the_end():
    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(re.sub(rb"Accept: [^\r]*", b"Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=", REPLY))
        writer.write(Frame.text("x").encode())
        await reader.read()

    async with raw_server(handle) as url, await tap(url) as opened:
        async with raw_client(opened) as (reader, writer):
            await shake_hands(reader, writer)
            await reader.readexactly(3)
        said = await ended(opened)
    (fault,) = said.faults
    assert fault.startswith("A client fails the connection at the step Sec-WebSocket-Accept: line")
    assert "(RFC 6455 §4.1)" in fault
    assert said.frames[0].unread == "the connection had failed in the opening handshake"
    assert said.ended == "The client hung up without a Close: the opening handshake had failed."


async def test_a_refused_login_and_its_retry_on_one_connection_are_two_conversations():
    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nwho?")
        await open_then(reader, writer)
        writer.write(Frame.text("welcome").encode())
        await reader.read()

    async with raw_server(handle) as url, await tap(url) as opened:
        async with raw_client(opened) as (reader, writer):
            await shake_hands(reader, writer)
            await reader.readexactly(4)
            await shake_hands(reader, writer)
            await reader.readexactly(9)
        await ended(opened, 2)
    first, second = opened.journal.conversations
    assert (first.body, first.ended) == (
        b"who?",
        "The server answered 401 Unauthorized: no WebSocket was opened.",
    )
    assert second.opened
    assert second.sent_by("server")[0].payload == b"welcome"


async def test_what_only_the_frames_together_break_is_marked_as_it_passes():
    async with echo_server() as url, await tap(url) as opened:
        async with raw_client(opened) as (reader, writer):
            await shake_hands(reader, writer)
            for opcode, data, fin in ((1, b"\xce", False), (0, b"\xff", True), (1, b"a", True)):
                writer.write(Frame(opcode, data, fin).encode(mask_key=KEY))
            await reader.read()
        said = await ended(opened)
    sent = said.sent_by("client")
    assert [[v.rule.id for v in frame.judged.violations] for frame in sent] == [
        [], ["text-not-utf8"], [],
    ]  # fmt: skip
    assert sent[2].unread == "the connection had failed"
    assert sent[1].dissect().close_code == said.sent_by("server")[-1].dissect().fields[-2].value


async def test_a_frame_that_never_ends_stands_before_the_close_that_answers_it():
    header = b"\x83\x7f" + b"\xff" * 8  # an unknown opcode, unmasked, longer than any frame

    async with echo_server() as url, await tap(url) as opened:
        async with raw_client(opened) as (reader, writer):
            await shake_hands(reader, writer)
            writer.write(header)
            await reader.read()
        said = await ended(opened)
    first, second = said.frames
    assert (first.sender, first.data) == ("client", header)
    assert "closed before the rest" in first.note
    assert second.dissect().frame.opcode == 8


async def test_a_frame_that_is_cut_off_by_the_end_is_recorded_as_far_as_it_came():
    begun = Frame.text("Hello").encode(mask_key=KEY)[:-2]

    async with echo_server() as url, await tap(url) as opened:
        async with raw_client(opened) as (reader, writer):
            await shake_hands(reader, writer)
            writer.write(begun)
            writer.write_eof()
            await reader.read()
        said = await ended(opened)
    assert [frame.data for frame in said.frames] == [begun], said
    assert said.frames[0].note == "the connection ended inside this frame"


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\nConnection: close\r\n\r\nnot here\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<html>a page</html>",
    ],
)
async def test_an_ordinary_answer_passes_and_is_recorded_as_no_websocket(reply):
    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply)

    async with raw_server(handle) as url, await tap(url) as opened:
        async with raw_client(opened) as (reader, writer):
            writer.write(REQUEST)
            assert await reader.read() == reply
        said = await ended(opened)
    head, _, body = reply.partition(b"\r\n\r\n")
    assert (said.reply, said.body) == (head + b"\r\n\r\n", body)
    assert said.status == int(reply[9:12])
    assert not said.opened
    assert said.answer.outcome == "http"
    assert said.ended.endswith("no WebSocket was opened.")
    assert said.frames == []


async def test_an_early_hint_before_the_reply_is_no_reply():
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"

    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(hint + REPLY + Frame.text("hi").encode())

    async with raw_server(handle) as url, await tap(url) as opened:
        async with raw_client(opened) as (reader, writer):
            writer.write(REQUEST)
            await reader.read()
        said = await ended(opened)
    assert said.reply == REPLY
    assert [frame.dissect().frame for frame in said.frames] == [Frame.text("hi")]


async def test_bytes_that_are_no_http_at_all_pass():
    async def handle(reader, writer):
        writer.write(b"SSH-2.0-none\r\n")
        writer.write(await reader.readexactly(4))

    async with raw_server(handle) as url, await tap(url) as opened:
        async with raw_client(opened) as (reader, writer):
            writer.write(b"\x16\x03\x01\x00")
            assert await reader.read() == b"SSH-2.0-none\r\n\x16\x03\x01\x00"
        said = await ended(opened)
    assert not said.opened
    assert "before there was an answer" in said.ended


async def test_credentials_pass_and_are_not_recorded():
    got = []
    reply = REPLY[:-2] + b"Set-Cookie: session=secret\r\n\r\n"

    async def handle(reader, writer):
        got.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(reply)

    request = REQUEST[:-2] + b"Cookie: a=secret\r\nAuthorization: Bearer secret\r\n\r\n"
    async with raw_server(handle) as url, await tap(url) as opened:
        async with raw_client(opened) as (reader, writer):
            writer.write(request)
            assert await reader.read() == reply
        said = await ended(opened)
    assert got == [request]
    assert b"secret" not in said.request + said.reply
    assert b"Set-Cookie: (left out" in said.reply


async def test_what_lies_beyond_the_limit_of_a_head_is_passed_on_and_not_recorded():
    padding = b"".join(b"X-%d: %s\r\n" % (i, b"p" * 1000) for i in range(17))
    request = REQUEST[:-2] + padding + b"Cookie: a=secret\r\n\r\n"
    reply = REPLY[:-2] + padding + b"Set-Cookie: session=secret\r\n\r\n"
    got = []

    async def handle(reader, writer):
        got.append(await reader.readexactly(len(request)))
        writer.write(reply + ANSWER)

    async with raw_server(handle) as url, await tap(url) as opened:
        async with raw_client(opened) as (reader, writer):
            writer.write(request)
            assert await reader.read() == reply + ANSWER
        said = await ended(opened)
    assert got == [request]
    assert b"secret" not in said.request + said.reply + said.body
    assert said.frames == [], "where the first one begins is not known"
    assert ["the head that the" in remark for remark in opened.journal.remarks] == [True, True]


async def test_a_login_in_the_address_of_a_server_that_is_not_there_is_not_recorded():
    async with await tap("ws://nowhere.invalid/chat?token=secret", limits=QUICK) as opened:
        async with raw_client(opened) as (reader, writer):
            writer.write(REQUEST)
            assert (await reader.read()).startswith(b"HTTP/1.1 502 ")
        said = await ended(opened)
    assert said.ended.startswith("The tap could not reach ws://nowhere.invalid/chat: ")
    assert "secret" not in said.ended
    assert "Unknown error" not in said.ended


# -- the server's name -----------------------------------------------------------------------------


@pytest.mark.parametrize("rewrite", [False, True])
async def test_host_and_origin_name_the_server_where_that_is_asked_for(rewrite):
    got = []

    async def handle(reader, writer):
        got.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(REPLY)

    async with raw_server(handle) as url, await tap(url, rewrite=rewrite) as opened:
        port, server = opened.port, url.split("/")[2]
        lines = f"Host: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nX-Host: kept\r\n"
        request = f"GET / HTTP/1.1\r\n{lines}\r\n".encode()
        async with raw_client(opened) as (reader, writer):
            for byte in request:
                writer.write(bytes((byte,)))
            assert await reader.read() == REPLY
        said = await ended(opened)
    expected = request.decode().replace(f"127.0.0.1:{port}", server) if rewrite else request
    assert got == [expected.encode() if rewrite else expected]
    assert said.request == request, "the record shows what the client sent"


async def test_only_a_server_elsewhere_gets_its_own_name_by_itself():
    for url, rewritten in (
        ("ws://127.0.0.1:9/", False),
        ("ws://localhost:9/", False),
        ("ws://[::1]:9/", False),
        ("ws://example.com/", True),
    ):
        async with await tap(url) as opened:
            assert opened.rewrite is rewritten


async def test_a_foreign_origin_is_left_as_it_is():
    got = []

    async def handle(reader, writer):
        got.append(await reader.readuntil(b"\r\n\r\n"))

    async with (
        raw_server(handle) as url,
        await tap(url, rewrite=True) as opened,
        raw_client(opened) as (reader, writer),
    ):
        writer.write(b"GET / HTTP/1.1\r\nHost: h\r\nOrigin: https://evil.example\r\n\r\n")
        await reader.read()
    assert b"Origin: https://evil.example\r\n" in got[0]


# -- trouble ---------------------------------------------------------------------------------------


def test_a_missing_server_gives_502_and_a_sentence():
    with socket.socket() as taken:  # bound and not listening: nobody else gets the port
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

        async def test():
            async with await tap(f"ws://127.0.0.1:{port}/", limits=QUICK) as opened:
                with pytest.raises(websockets.InvalidStatus) as caught:
                    await websockets.connect(opened.url)
                said = await ended(opened)
            assert caught.value.response.status_code == 502
            sentence = (
                f"The tap could not reach ws://127.0.0.1:{port}/: Connection refused. "
                "Is the server running?"
            )
            assert caught.value.response.body.decode() == sentence + "\n"
            assert said.ended == sentence
            assert said.check.ok

        run_supervised(test())


async def test_one_connection_too_many_gets_503():
    limits = Limits(connections=1, close_seconds=0.4)
    async with echo_server() as url, await tap(url, limits=limits) as opened:
        async with websockets.connect(opened.url):
            with pytest.raises(websockets.InvalidStatus) as caught:
                await websockets.connect(opened.url)
        assert caught.value.response.status_code == 503


async def test_a_request_that_does_not_end_in_time_gives_408():
    async with echo_server() as url, await tap(url, limits=QUICK) as opened:
        async with raw_client(opened) as (reader, writer):
            began = time.monotonic()
            writer.write(REQUEST[:30])
            assert (await reader.read()).startswith(b"HTTP/1.1 408 ")
            assert time.monotonic() - began < 30
        said = await ended(opened)
    assert said.ended == "The request was not whole in time."


async def test_a_client_that_never_speaks_leaves_no_record():
    async with echo_server() as url, await tap(url, limits=QUICK) as opened:
        async with raw_client(opened) as (reader, _):
            await reader.read()
        await until(lambda: opened.connections == 0)
        assert opened.journal.conversations == []


@pytest.mark.sockets
async def test_the_system_asks_whether_a_silent_side_is_still_there(monkeypatch):
    asked = []
    monkeypatch.setattr("wslearn.net.record.link.ask_now_and_then", asked.append)
    async with (
        echo_server() as url,
        await tap(url) as opened,
        websockets.connect(opened.url) as client,
    ):
        await client.send("Hello")
        await client.recv()
        for writer in asked:
            ask_now_and_then(writer)
            own = writer.get_extra_info("socket")
            assert own.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert len(asked) == 2


async def test_half_a_close_is_passed_on_and_the_other_half_goes_on():
    async def handle(reader, writer):
        await open_then(reader, writer)
        rest = await reader.read(-1)  # to the client's end
        writer.write(Frame.binary(rest).encode())

    async with raw_server(handle) as url, await tap(url) as opened:
        async with raw_client(opened) as (reader, writer):
            await shake_hands(reader, writer)
            writer.write(b"abc")
            writer.write_eof()
            assert await reader.read() == Frame.binary(b"abc").encode()
        assert "The client hung up without a Close" in (await ended(opened)).ended


async def test_a_reset_is_passed_on_as_a_reset():
    async def handle(reader, writer):
        await open_then(reader, writer)
        await reader.readexactly(1)
        reset(writer)

    async with raw_server(handle) as url, await tap(url) as opened:
        async with raw_client(opened) as (reader, writer):
            await shake_hands(reader, writer)
            writer.write(b"x")
            with pytest.raises(ConnectionResetError):
                await reader.read()
        assert "server's connection broke" in (await ended(opened)).ended


def test_a_reset_by_a_client_of_a_tap_with_tls_is_no_fault_of_ours(server_tls, client_tls):
    async def test():
        async def handle(reader, writer):
            await open_then(reader, writer)
            await reader.read()

        async with raw_server(handle) as url, await tap(url, ssl=server_tls) as opened:
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", opened.port, ssl=client_tls, server_hostname="127.0.0.1"
            )
            await shake_hands(reader, writer)
            linger = writer.get_extra_info("socket")
            linger.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            writer.transport.abort()
            assert "client's connection broke" in (await ended(opened)).ended

    run_supervised(test())


async def test_a_reader_that_does_not_read_makes_the_writer_wait_and_the_tap_stays_small(traced):
    sent = 0

    async def handle(reader, writer):
        nonlocal sent
        await open_then(reader, writer)
        writer.write(Frame.binary(b"").header(length=2**40))
        while True:
            writer.write(bytes(64 * 1024))
            await writer.drain()
            sent += 64 * 1024

    async with (
        raw_server(handle) as url,
        await tap(url, keep=100) as opened,
        raw_client(opened) as (reader, writer),
    ):
        await shake_hands(reader, writer)
        writer.transport.pause_reading()
        before = -1
        while sent != before:  # the buffers of the system fill up, then nothing moves
            before = sent
            await asyncio.sleep(0.1)
        assert traced() < 2 * 2**20
        writer.transport.abort()


async def test_a_frame_of_16_mebibytes_passes_without_being_held(traced):
    size = 2**24

    async def handle(reader, writer):
        await open_then(reader, writer)
        writer.transport.set_write_buffer_limits(0)  # drained means: everything has left
        writer.write(Frame.binary(b"").header(length=size))
        for _ in range(256):
            writer.write(bytes(2**16))
            await writer.drain()

    async with raw_server(handle) as url, await tap(url, keep=1000) as opened:
        async with raw_client(opened) as (reader, writer):
            await shake_hands(reader, writer)
            got = 0
            while data := await reader.read(2**16):
                got += len(data)
        said = await ended(opened)
    (frame,) = said.frames
    assert got == frame.size == size + 10
    assert len(frame.data) == 1010
    assert frame.left_out == size - 1000
    assert traced() < 4 * 2**20


async def test_a_fault_of_the_record_does_not_cut_the_connection():
    async with echo_server() as url, await tap(url) as opened:
        async with websockets.connect(opened.url) as client:
            opened.journal.add = None  # what a fault of ours would look like
            await client.send("Hello")
            assert await client.recv() == "Hello"
        assert "A fault in the tap ended the record" in opened.journal.remarks[0]


async def test_a_callback_that_fails_does_not_cut_the_connection():
    told = []

    def changed():
        told.append(1)
        raise RuntimeError("not ours")

    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    async with (
        echo_server() as url,
        await tap(url, changed=changed) as opened,
        websockets.connect(opened.url) as client,
    ):
        await client.send("Hello")
        assert await client.recv() == "Hello"
    assert told


# -- from a notebook -------------------------------------------------------------------------------


async def test_frames_come_one_by_one_while_they_pass_and_end_with_the_tap():
    async with echo_server(compression=None) as url, await tap(url) as opened:
        seen = []

        async def watch():
            async for passed in opened:
                seen.append(passed.dissect().frame)

        watching = asyncio.create_task(watch())
        await asyncio.sleep(0)
        async with websockets.connect(opened.url, compression=None) as client:
            await client.send("Hello")
            await client.recv()
            await until(lambda: len(seen) >= 2)
        await ended(opened)
        await opened.close()
        await watching
    assert seen == [Frame.text("Hello")] * 2 + [Frame.close(1000)] * 2


async def test_each_frame_comes_once_though_connections_are_forgotten_meanwhile():
    journal = Journal(bounds=Bounds(conversations=2))
    async with echo_server() as url, await tap(url, journal=journal) as opened:
        seen = []

        async def watch():
            async for passed in opened:
                seen.append(passed)

        watching = asyncio.create_task(watch())
        await asyncio.sleep(0)
        added = []
        for number in range(6):
            said = journal.open(began=float(number))
            for letter in b"abc":
                frame = Passed("server", b"\x82\x02" + bytes((number, letter)))
                journal.add(said, frame)
                added.append(frame.data)
            if number % 2:
                await asyncio.sleep(0.01)
        assert len(journal) == 6, "four connections were forgotten, with their frames"
        await opened.close()
        await watching
    came = [frame.data for frame in seen]
    assert len(came) == len(set(came))
    assert came == [data for data in added if data in came]
    assert came[-6:] == added[-6:]


async def test_a_flood_of_interim_replies_ends_the_record_and_not_the_traffic():
    early = b"HTTP/1.1 103 C\r\n\r\n"
    flood = early * (2**16 // len(early)) + REPLY

    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(flood)
        await writer.drain()
        await reader.read()

    async with raw_server(handle) as url, await tap(url) as opened:
        reader, writer = await asyncio.open_connection("127.0.0.1", opened.port)
        writer.write(REQUEST)
        assert await reader.readexactly(len(flood)) == flood
        writer.close()
        await ended(opened)
    assert opened.journal.remarks == [
        "Connection 1: more than 16 interim answers came before the answer, so nothing after them "
        "is recorded."
    ]


async def test_closing_while_frames_pass_leaves_nothing_behind():
    async with echo_server() as url:
        opened = await tap(url)
        clients = [await websockets.connect(opened.url) for _ in range(3)]

        async def talk(client):
            with contextlib.suppress(websockets.ConnectionClosed):
                while True:
                    await client.send("x" * 10_000)
                    await client.recv()

        talking = [asyncio.create_task(talk(client)) for client in clients]
        await until(lambda: opened.journal.passed > 20)
        await opened.close()
        await opened.close()
        await asyncio.gather(*talking)
        assert not opened.running
        assert opened.connections == 0
        assert {said.ended for said in opened.journal.conversations} == {"The tap was closed."}
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", opened.port), 1)


async def test_a_cell_that_runs_twice_replaces_its_tap():
    port = free_port()

    first = await tap("ws://127.0.0.1:9/", port=port)
    second = await tap("ws://127.0.0.1:9/", port=port)
    assert not first.running
    assert second.running
    await second.close()


async def test_a_start_that_is_interrupted_leaves_nothing_behind():
    port = free_port()
    for turns in range(8):  # at any point of its start
        starting = asyncio.create_task(tap("ws://127.0.0.1:9/", port=port))
        for _ in range(turns):
            await asyncio.sleep(0)
        starting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await (await starting).close()
        socket.create_server(("127.0.0.1", port)).close()


def test_a_tap_whose_event_loop_has_ended_is_replaced_as_well():
    port = free_port()
    kept = []

    async def leave():
        kept.append(await tap("ws://127.0.0.1:9/", port=port))

    async def test():
        async with await tap("ws://127.0.0.1:9/", port=port) as opened:
            assert opened.running

    asyncio.run(leave())
    run_supervised(test())
    assert not kept[0].running


def test_a_tap_on_another_thread_is_replaced_as_well():
    port, ready, kept = free_port(), threading.Event(), []

    async def serve():
        kept.append(await tap("ws://127.0.0.1:9/", port=port))
        ready.set()
        await kept[0].serve_forever()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(5)

    async def test():
        async with await tap("ws://127.0.0.1:9/", port=port):
            assert not kept[0].running

    run_supervised(test())
    thread.join(5)
    assert not thread.is_alive()


def test_a_port_that_another_program_holds_is_reported_in_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        async def test():
            with pytest.raises(NetworkError, match="Another program may have the port"):
                await tap("ws://127.0.0.1:9/", port=port)

        run_supervised(test())


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "127.0.0.1:8765", "ws://"])
async def test_what_is_no_websocket_uri_is_refused(url):
    with pytest.raises(InputError):
        await tap(url)


async def test_a_port_that_does_not_exist_is_refused():
    with pytest.raises(InputError, match="a host name"):
        await tap("ws://127.0.0.1:9/", host="x" * 64)
    with pytest.raises(InputError, match="0 to 65535"):
        await tap("ws://127.0.0.1:9/", port=70_000)


async def test_two_taps_may_record_in_one_journal():
    journal = Journal()

    async with (
        echo_server() as url,
        await tap(url, journal=journal) as one,
        await tap(url, journal=journal) as other,
    ):
        for opened in (one, other):
            async with websockets.connect(opened.url) as client:
                await client.send("Hello")
                await client.recv()
    assert [said.number for said in journal.conversations] == [1, 2]
    assert [message.data for message in journal.messages()] == ["Hello"] * 4


# -- TLS -------------------------------------------------------------------------------------------


async def test_both_sides_of_the_tap_can_speak_tls(server_tls, client_tls):

    async with (
        echo_server(ssl=server_tls) as url,
        await tap(url.replace("ws:", "wss:"), upstream_ssl=client_tls, ssl=server_tls) as opened,
    ):
        assert opened.url.startswith("wss://")
        async with websockets.connect(opened.url, ssl=client_tls) as client:
            await client.send("Hello")
            assert await client.recv() == "Hello"
        said = await ended(opened)
    assert [message.data for message in opened.journal.messages()] == ["Hello"] * 2
    assert "sent a Close with 1000" in said.ended


async def test_a_server_whose_certificate_nobody_vouches_for_gives_502(server_tls):
    # The server's loop reports the broken TLS handshake, which is the point here.
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    async with (
        echo_server(ssl=server_tls) as url,
        await tap(url.replace("ws:", "wss:"), limits=QUICK) as opened,
    ):
        with pytest.raises(websockets.InvalidStatus) as caught:
            await websockets.connect(opened.url)
    assert caught.value.response.status_code == 502
    assert b"issuer certificate" in caught.value.response.body


async def test_a_client_that_closes_its_half_still_gets_the_last_words_of_a_tls_server(
    server_tls, client_tls
):

    async def handle(reader, writer):
        await open_then(reader, writer)
        await reader.readexactly(3)
        await asyncio.sleep(0.1)
        writer.write(ANSWER)

    async with (
        raw_server(handle, ssl=server_tls) as url,
        await tap(url.replace("ws:", "wss:"), upstream_ssl=client_tls, limits=QUICK) as opened,
        raw_client(opened) as (reader, writer),
    ):
        await shake_hands(reader, writer)
        writer.write(b"abc")
        writer.write_eof()
        assert await reader.read() == ANSWER


async def test_a_client_that_ends_inside_a_head_that_is_held_has_its_bytes_passed_on():
    got = []

    async def handle(reader, writer):
        got.append(await reader.read(-1))

    async with raw_server(handle) as url, await tap(url, rewrite=True) as opened:
        async with raw_client(opened) as (reader, writer):
            writer.write(REQUEST[:40])
            writer.write_eof()
            await reader.read()
        said = await ended(opened)
    assert got == [REQUEST[:40]]
    assert said.request == REQUEST[:40]
    assert said.ended == "The client hung up before there was an answer."


async def test_a_silent_client_of_a_server_that_is_not_there_is_let_go():
    async with await tap("ws://127.0.0.1:9/", limits=QUICK) as opened:
        async with raw_client(opened) as (reader, _):
            assert await reader.read() == b""
        assert opened.journal.conversations == []
