"""The server: whom it lets in, how it refuses others, how it ends, and who may take its port."""

import asyncio
import logging
import re
import threading

import pytest
import tornado.httpclient
import websockets
from websockets.asyncio.client import connect as their_connect

from tests.support.peers import Raw, echo, free_port, request_bytes, until
from wslearn.net.client import connect
from wslearn.net.limits import Limits
from wslearn.net.server import MOST_REFUSALS, serve
from wslearn.protocol.codes import Opcode
from wslearn.protocol.deflate import Deflate
from wslearn.protocol.errors import ClosedError, HandshakeError, InputError, NetworkError
from wslearn.protocol.frame import Frame
from wslearn.protocol.handshake import (
    Response,
    error_response,
    page_response,
    server_response,
)
from wslearn.protocol.headers import Headers
from wslearn.protocol.states import State


async def asked(server, data):
    """All that a server answers to some bytes."""
    async with await Raw.dial(server) as raw:
        await raw.send(data)
        return (await raw.reader.read()).decode()


# -- who gets in -----------------------------------------------------------------------------------


async def test_of_the_subprotocols_both_speak_the_clients_first_choice_is_taken():
    async def tell(socket):
        await socket.send(socket.subprotocol or "none")

    async with await serve(tell, subprotocols=["a", "b"]) as server:
        for wishes, chosen in ((["b", "a"], "b"), (["x", "a"], "a"), (["x"], None), ([], None)):
            async with await connect(server.url, subprotocols=wishes) as client:
                assert client.subprotocol == chosen
                assert await client.recv() == (chosen or "none")
        async with their_connect(server.url, subprotocols=["b"]) as theirs:
            assert theirs.subprotocol == "b"


@pytest.mark.parametrize(
    ("origins", "origin", "status"),
    [
        (None, "https://evil.example", 101),
        (["https://good.example"], "https://good.example", 101),
        (["https://good.example"], "https://evil.example", 403),
        (["https://good.example"], None, 403),
        (["https://good.example", None], None, 101),
    ],
)
async def test_only_pages_of_the_named_sites_may_connect(origins, origin, status):
    async with await serve(echo, origins=origins) as server:
        if status == 101:
            async with await connect(server.url, origin=origin) as client:
                await client.send("in")
                assert await client.recv() == "in"
            return
        with pytest.raises(HandshakeError) as refused:
            await connect(server.url, origin=origin)
        assert refused.value.check.response.status == status
        with pytest.raises(websockets.InvalidStatus):
            await their_connect(server.url, origin=origin)


async def test_a_path_that_is_not_there_gets_404():
    async with await serve(echo, resources=["/chat"]) as server:
        async with await connect(f"{server.url}chat?room=1") as client:
            assert client.request.target == "/chat?room=1"
        with pytest.raises(HandshakeError) as refused:
            await connect(server.url)
        assert refused.value.check.response.status == 404


@pytest.mark.row("6455-4.1-n1", at="net.client._follow")
@pytest.mark.row("6455-4.2.2-3", "6455-4.2.2-n2", at="net.server.Server._open")
@pytest.mark.sockets
async def test_an_application_may_decide():
    def decide(check):
        target, headers = check.request.target, check.request.headers
        if target == "/":
            return page_response("<h1>κόσμε</h1>")
        if target == "/old":
            return error_response(307, "It moved.", [("Location", "/chat")])
        if headers.get("Authorization") != "Bearer good":
            return error_response(401, "Who are you?", [("WWW-Authenticate", "Bearer")])
        return server_response(check, headers=[("Set-Cookie", "seen=1")]) if check.ok else None

    async with await serve(echo, decide=decide, headers=[("Server", "wslearn")]) as server:
        page = await tornado.httpclient.AsyncHTTPClient().fetch(server.url.replace("ws:", "http:"))
        assert page.body.decode() == "<h1>κόσμε</h1>"
        with pytest.raises(HandshakeError) as refused:
            await connect(f"{server.url}chat")
        assert refused.value.check.response.headers.get("WWW-Authenticate") == "Bearer"
        good = [("Authorization", "Bearer good")]
        async with await connect(f"{server.url}old", headers=good, redirects=1) as client:
            assert client.response.headers.get("Set-Cookie") == "seen=1"
        assert (await asked(server, b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n"))[9:12] == "401"
        answer = await asked(
            server, b"GET /x HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer good\r\n\r\n"
        )
        assert answer.startswith("HTTP/1.1 426 ")  # where nothing is decided, the rules apply
        assert "Server: wslearn\r\n" in answer


async def test_a_decision_that_fails_gets_500_and_a_line_in_the_log(caplog):
    def decide(check):
        if check.request.target == "/raise":
            raise ZeroDivisionError
        return server_response(check) if check.ok else error_response(404, "no", [("X", "y")])

    async with await serve(echo, decide=decide) as server:
        assert (await asked(server, request_bytes(target="/raise")))[9:12] == "500"
    (record,) = caplog.records
    assert "decides about requests failed" in record.message


async def test_a_decision_cannot_open_what_the_rules_refuse(caplog):
    good = []

    def decide(check):
        if check.ok:
            good.append(server_response(check))
        return good[0]

    async with await serve(echo, decide=decide) as server, await Raw.open(server):
        assert (await asked(server, request_bytes(Upgrade="h2c")))[9:12] == "500"
    assert "Expected no 101 for this request" in caplog.text


@pytest.mark.parametrize(
    "name",
    ["Upgrade", "Connection", "Sec-WebSocket-Accept", "Sec-WebSocket-Protocol", "all"],
)
async def test_a_decision_opens_nothing_but_what_was_checked(name, caplog):
    def decide(check):
        usual = server_response(check)
        kept = [pair for pair in usual.headers if name not in (pair[0], "all")]
        return Response(101, "Switching Protocols", headers=Headers(kept))

    async with await serve(echo, decide=decide, subprotocols=["chat"]) as server:
        request = request_bytes("Sec-WebSocket-Protocol: chat")
        assert (await asked(server, request))[9:12] == "500"
    assert "in the 101 to be ['" in caplog.text


async def test_a_decision_cannot_agree_to_what_this_side_does_not_speak(caplog):
    def decide(check):
        more = [("Sec-WebSocket-Extensions", "permessage-deflate")]
        return Response(101, "S", headers=Headers([*server_response(check).headers, *more]))

    async with await serve(echo, decide=decide) as server:
        with pytest.raises(HandshakeError):
            await connect(server.url, deflate=Deflate())
    assert "Expected Sec-WebSocket-Extensions in the 101 to be [], got" in caplog.text


@pytest.mark.parametrize("page", [True, False])
async def test_a_reply_to_head_has_no_body(page):
    decide = (lambda _: page_response("Hello")) if page else None
    async with await serve(echo, decide=decide) as server:
        answer = await asked(server, b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")
    head, _, body = answer.partition("\r\n\r\n")
    assert head[9:12] == ("200" if page else "405")
    assert body == ""
    assert int(head.partition("Content-Length: ")[2].split()[0]) > 0


async def test_headers_are_added_to_every_reply():
    async with await serve(echo, headers=[("X-Course", "wslearn")]) as server:
        async with await connect(server.url) as client:
            assert client.response.headers.get("X-Course") == "wslearn"
        assert "X-Course: wslearn\r\n" in await asked(server, b"GET / HTTP/1.1\r\n\r\n")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"headers": [("Upgrade", "x")]}, "got Upgrade"),
        ({"headers": [("X", "a\r\nb")]}, "without line ends"),
        ({"subprotocols": "chat"}, "subprotocols"),
        ({"origins": "https://x"}, "origins"),
        ({"port": 70_000}, "a port from 0 to 65535"),
        ({"host": "x" * 64}, "a host name"),
    ],
    ids=lambda given: str(given)[:20],
)
async def test_an_impossible_option_is_refused_when_the_server_starts(options, message):
    with pytest.raises(InputError, match=message):
        await serve(echo, **options)


# -- who does not get in ---------------------------------------------------------------------------

REFUSED = {
    "no HTTP": (b"hello\r\n\r\n", "400"),
    "another method": (b"POST / HTTP/1.1\r\nHost: h\r\n\r\n", "405"),
    "no WebSocket": (b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", "426"),
    "an old version": (request_bytes(Sec_WebSocket_Version="8"), "426"),
    "a key of 15 bytes": (request_bytes(Sec_WebSocket_Key="AAAAAAAAAAAAAAAAAAAA"), "400"),
    "too many headers": (request_bytes(*(f"X{n}: y" for n in range(100))), "431"),
    "a long line": (b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000, "431"),
}


@pytest.mark.row("6455-7.2.2-1", "6455-10.7-2", at="net.server.Server._send")
@pytest.mark.parametrize(("sent", "status"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_bad_request_gets_its_status_and_one_line_in_the_log(sent, status, caplog):
    caplog.set_level(logging.DEBUG, "wslearn.net")
    async with await serve(echo) as server:
        answer = await asked(server, sent)
        head, _, body = answer.partition("\r\n\r\n")
        assert head.startswith(f"HTTP/1.1 {status} ")
        assert "Connection: " in head
        assert "close\r\n" in head
        assert f"Content-Length: {len(body.encode())}" in head, "no Close frame follows"
        (said,) = caplog.messages
        assert f"The server answers {status}" in said


async def test_the_log_names_the_rule_and_no_credential(caplog):
    caplog.set_level(logging.DEBUG, "wslearn.net")
    async with await serve(echo, origins=["https://good.example"]) as server:
        await asked(
            server,
            request_bytes("Cookie: secret", "Authorization: secret", target="/?token=secret"),
        )
    (said,) = caplog.messages
    assert "origin-refused" in said
    assert "secret" not in said


async def test_a_request_that_is_not_whole_in_time_gets_408():
    async with await serve(echo, limits=Limits(open_seconds=0.1)) as server:
        assert (await asked(server, b"GET / HTTP/1.1\r\n"))[9:12] == "408"


async def test_a_client_that_comes_and_goes_without_a_word_is_no_event(caplog):
    caplog.set_level(logging.DEBUG, "wslearn.net")
    async with await serve(echo) as server:
        async with await Raw.dial(server) as raw:
            await until(lambda: server._tasks)
            raw.writer.write_eof()
            assert await raw.reader.read() == b""
        await until(lambda: not server._tasks)
        (await Raw.dial(server)).reset()
        await until(lambda: not server._tasks)
    assert caplog.messages == []


async def test_one_connection_too_many_gets_503_and_finds_a_place_when_another_leaves():
    async with (
        await serve(echo, limits=Limits(connections=2)) as server,
        await Raw.open(server) as first,
        await Raw.open(server),
    ):
        for _ in range(5):
            assert (await asked(server, request_bytes()))[9:12] == "503"
        await first.send(Frame.close(1000))
        await first.frames()
        first.reset()
        await until(lambda: len(server._tasks) < 2)
        async with await connect(server.url) as client:
            await client.send("a place")
            assert await client.recv() == "a place"


async def test_connections_beyond_the_last_refusal_are_dropped_without_a_word():
    limits = Limits(connections=1, close_seconds=20)
    async with await serve(echo, limits=limits) as server, await Raw.open(server) as honest:
        crowd = [await Raw.dial(server) for _ in range(2 * MOST_REFUSALS)]
        answers = [await raw.reader.read() for raw in crowd]
        assert sum(answer[9:12] == b"503" for answer in answers) == MOST_REFUSALS
        assert sum(answer == b"" for answer in answers) == MOST_REFUSALS
        await honest.send(Frame.text("still served"))
        assert await honest.frame() == Frame.text("still served")
        for raw in crowd:
            raw.writer.transport.abort()


async def test_a_reader_of_a_long_page_that_stops_reading_is_given_up():
    def decide(check):
        return page_response(bytes(2**24))

    async with (
        await serve(echo, decide=decide, limits=Limits(close_seconds=0.2)) as server,
        await Raw.dial(server, buffer=4096) as raw,
    ):
        await raw.send(request_bytes())
        await until(lambda: server._tasks)
        await until(lambda: not server._tasks)


# -- handlers --------------------------------------------------------------------------------------


@pytest.mark.row("6455-7.4.1-n4", at="net.server.Server._handle")
async def test_a_handler_that_returns_closes_with_1000():
    async def greet(socket):
        await socket.send("hello and goodbye")

    async with await serve(greet) as server, await connect(server.url) as client:
        assert [message async for message in client] == ["hello and goodbye"]
        assert client.close_code == 1000


@pytest.mark.row("6455-7.4.1-n4", at="net.server.Server._handle")
async def test_a_handler_that_raises_closes_with_1011_and_the_log_says_why(caplog):
    async def fail(socket):
        raise ZeroDivisionError("one of ours")

    async with await serve(fail) as server, await connect(server.url) as client:
        await client.wait_closed()
        assert client.close_code == 1011
        assert "one of ours" not in client.close_reason
    (record,) = caplog.records
    assert "failed" in record.message
    assert record.exc_info[0] is ZeroDivisionError


async def test_a_client_that_goes_is_no_fault_of_the_handler(caplog):
    async def push(socket):
        while True:
            await socket.send("news")
            await asyncio.sleep(0)

    async with await serve(push) as server:
        async with await connect(server.url) as client:
            assert await client.recv() == "news"
        raw = await Raw.open(server)
        await raw.frame()
        raw.reset()
        await until(lambda: not server.connections)
    assert caplog.messages == []


async def test_a_client_that_goes_is_no_fault_of_a_handler_with_several_tasks(caplog):
    async def several(socket):
        async def listen():
            while True:
                await socket.recv()

        async with asyncio.TaskGroup() as group:
            group.create_task(listen())
            group.create_task(listen())

    async with await serve(several) as server:
        async with await connect(server.url):
            pass
        await until(lambda: not server.connections)
    assert caplog.messages == []


async def test_a_fault_in_one_of_several_tasks_is_a_fault_of_the_handler(caplog):
    async def several(socket):
        async def fail():
            with pytest.raises(ClosedError):
                await socket.recv()
            raise ZeroDivisionError

        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
            group.create_task(socket.recv())

    async with await serve(several) as server:
        async with await connect(server.url):
            pass
        await until(lambda: not server.connections)
    (record,) = caplog.records
    assert record.exc_info[0] is ExceptionGroup


async def test_another_connection_that_ends_is_a_fault_of_the_handler(caplog):
    async def hang_up(socket):
        await socket.close(4000)

    async with await serve(hang_up) as behind:

        async def relay(socket):
            async with await connect(behind.url) as other:
                await socket.send(await other.recv())

        async with await serve(relay) as server, await connect(server.url) as client:
            await client.wait_closed()
            assert client.close_code == 1011
    (record,) = caplog.records
    assert record.exc_info[0] is ClosedError


async def test_a_handler_may_close_the_server():
    async def stop(socket):
        await server.close(1012, "restarting")

    server = await serve(stop)
    async with await connect(server.url) as client:
        await client.wait_closed()
        assert (client.close_code, client.close_reason) == (1012, "restarting")
    await server.serve_forever()


# -- the end ---------------------------------------------------------------------------------------


@pytest.mark.row("6455-7.4.1-n4", at="net.server.Server._handle")
async def test_closing_says_goodbye_to_everyone_and_ends_every_handler():
    tidied = []

    async def tidy(socket):
        async for _ in socket:
            pass
        await asyncio.sleep(0.01)
        tidied.append(socket.close_code)

    server = await serve(tidy)
    clients = [await connect(server.url) for _ in range(10)]
    await until(lambda: len(server.connections) == 10)
    await server.close()
    assert [client.close_code for client in clients] == [1001] * 10
    assert tidied == [1001] * 10
    assert server.connections == set()
    with pytest.raises(NetworkError, match="Connection refused"):
        await connect(server.url)


async def test_a_handler_that_never_returns_is_ended(monkeypatch):
    monkeypatch.setattr("wslearn.net.server.HANDLER_SECONDS", 0.05)

    async def never(socket):
        await asyncio.Event().wait()

    server = await serve(never)
    client = await connect(server.url)
    await server.close()
    assert client.close_code == 1001
    assert server._tasks == set()


async def test_a_handler_that_will_not_be_ended_does_not_keep_the_server(monkeypatch):
    monkeypatch.setattr("wslearn.net.server.HANDLER_SECONDS", 0.05)
    release = asyncio.Event()

    async def stubborn(socket):
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    server = await serve(stubborn, limits=Limits(close_seconds=0.1))
    await connect(server.url)
    await until(lambda: server.connections)
    await server.close()
    assert server._tasks
    release.set()
    await until(lambda: not server._tasks)


async def test_handshakes_and_messages_under_way_are_ended(caplog):
    async def push(socket):
        while True:
            await socket.send(bytes(2**16))

    server = await serve(push, limits=Limits(close_seconds=0.5))
    half = await Raw.dial(server)
    await half.send(b"GET / HTTP/1.1\r\n")
    clients = [await connect(server.url) for _ in range(3)]
    stuck = await Raw.open(server, buffer=4096)
    await until(lambda: len(server._tasks) == 5)
    for client in clients:
        await client.recv()
    reading = [asyncio.create_task(client.wait_closed()) for client in clients]
    taking = [asyncio.create_task(take_all(client)) for client in clients]
    await server.close()
    await asyncio.gather(*reading, *taking)
    assert {client.close_code for client in clients} == {1001}
    assert await half.reader.read() == b""
    assert server._tasks == set()
    half.writer.close()
    stuck.writer.transport.abort()
    assert caplog.messages == []


async def take_all(client):
    async for _ in client:
        pass


async def test_an_interrupted_close_waits_for_nothing():
    async def never(socket):
        await asyncio.Event().wait()

    server = await serve(never)
    async with await Raw.open(server) as raw:
        closing = asyncio.create_task(server.close())
        assert (await raw.frame()).opcode == Opcode.CLOSE  # and it gets no answer
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        await until(lambda: not server._tasks)
        assert await raw.frames() == []


async def test_a_code_that_may_not_be_sent_closes_nothing():
    async with await serve(echo) as server, await connect(server.url) as client:
        for code in (1006, 1010, 5):
            with pytest.raises(InputError):
                await server.close(code)
        await client.send("alive")
        assert await client.recv() == "alive"


async def test_an_interrupt_ends_a_server_that_serves_forever():
    server = await serve(echo)
    client = await connect(server.url)
    serving = asyncio.create_task(server.serve_forever())
    await asyncio.sleep(0)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert client.close_code == 1001


async def test_a_client_that_comes_while_the_server_closes_is_dropped():
    async def slow_to_go(socket):
        await asyncio.Event().wait()

    server = await serve(slow_to_go)
    async with await Raw.open(server) as raw, await Raw.dial(server) as late:
        closing = asyncio.create_task(server.close())
        await raw.frame()
        server._accept(late.reader, late.writer)  # as if the system had been slow to report it
        await until(late.writer.is_closing)
        raw.writer.close()
        await closing
        assert server._tasks == set()


# -- ports -----------------------------------------------------------------------------------------


async def test_a_second_server_on_the_same_port_replaces_the_first_with_its_clients():
    port = free_port()
    first = await serve(echo, port=port)
    client = await connect(first.url)
    await until(lambda: first.connections)
    async with await serve(echo, port=port) as second:
        assert client.close_code == 1001
        assert first.connections == set()
        async with await connect(second.url) as again:
            await again.send("second")
            assert await again.recv() == "second"
        await first.close()  # it has ended; the second keeps its port
        async with await connect(second.url):
            pass


async def test_a_port_that_another_holds_is_not_touched():
    holder = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    port = holder.sockets[0].getsockname()[1]
    with pytest.raises(NetworkError) as taken:
        await serve(echo, port=port)
    assert str(taken.value) == (
        f"Expected to listen on 127.0.0.1, port {port}, got: Address already in use. "
        "Another program holds the port; port=0 takes any free one."
    )
    holder.close()


async def test_an_address_that_is_not_ours_gets_no_hint_about_ports():
    with pytest.raises(NetworkError, match=r"Cannot assign requested address\.$"):
        await serve(echo, host="192.0.2.1")  # reserved for documentation (RFC 5737)


def test_a_server_of_an_earlier_loop_makes_way():
    port = free_port()

    async def start():
        return await serve(echo, port=port)

    forgotten = asyncio.run(start())

    async def replace():
        async with await serve(echo, port=port) as server, await connect(server.url) as client:
            await client.send("mine")
            assert await client.recv() == "mine"

    asyncio.run(replace())
    assert forgotten._closing


def test_a_server_in_another_thread_makes_way():
    port = free_port()
    ready, codes = threading.Event(), []

    async def serve_there():
        server = await serve(echo, port=port)
        client = await connect(server.url)
        ready.set()
        await server.serve_forever()
        codes.append(client.close_code)

    thread = threading.Thread(target=asyncio.run, args=(serve_there(),))
    thread.start()
    assert ready.wait(20)

    async def replace():
        async with await serve(echo, port=port) as server, await connect(server.url):
            pass

    asyncio.run(replace())
    thread.join(20)
    assert codes == [1001]


async def test_ipv6_is_served_too():
    try:
        server = await serve(echo, host="::1")
    except NetworkError:
        pytest.skip("this machine has no IPv6")
    async with server, await connect(server.url) as client:
        assert server.url == f"ws://[::1]:{server.port}/"
        assert client.remote == f"[::1]:{server.port}"


# -- TLS -------------------------------------------------------------------------------------------


async def test_tls_carries_the_same_life(server_tls, client_tls):
    async with await serve(echo, ssl=server_tls) as server:
        assert server.url.startswith("wss://127.0.0.1:")
        async with await connect(server.url, ssl=client_tls) as client:
            for message in ("κόσμε", bytes(300_000)):
                await client.send(message)
                assert await client.recv() == message
            assert client.remote == f"127.0.0.1:{server.port}"
        assert client.ended.clean
        async with their_connect(server.url, ssl=client_tls) as theirs:
            await theirs.send("hello")
            assert await theirs.recv() == "hello"
        client = await connect(server.url, ssl=client_tls)
        await server.close()
        assert client.close_code == 1001
        assert client.state is State.CLOSED


async def test_a_tls_peer_that_does_not_read_is_given_up(server_tls, client_tls):
    async def push(socket):
        while True:
            await socket.send(bytes(2**18))

    limits = Limits(write_seconds=0.3, close_seconds=0.3)
    async with await serve(push, ssl=server_tls, limits=limits) as server:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", server.port, ssl=client_tls, limit=1000
        )
        writer.write(request_bytes())
        await reader.readuntil(b"\r\n\r\n")
        await until(lambda: server.connections)
        await until(lambda: not server.connections)
        writer.transport.abort()


async def test_a_refusal_over_tls_arrives_whole(server_tls, client_tls):
    async with await serve(echo, ssl=server_tls, resources=["/chat"]) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=client_tls)
        writer.write(request_bytes())
        assert (await reader.read()).startswith(b"HTTP/1.1 404 ")
        writer.close()
        await writer.wait_closed()


@pytest.mark.row("6455-4.2.2-2", at="net.server.Server._open")
async def test_a_client_that_speaks_no_tls_gets_one_line_in_the_log(server_tls, caplog):
    caplog.set_level(logging.INFO, "wslearn.net")
    async with await serve(echo, ssl=server_tls) as server, await Raw.dial(server) as raw:
        await raw.send(request_bytes())
        assert b"HTTP" not in await raw.reader.read(), "nothing is answered in clear"
        await until(lambda: not server._tasks)
        (said,) = caplog.messages
        assert re.fullmatch(r"No TLS with 127\.0\.0\.1:\d+: http request\.", said)


async def test_a_client_that_begins_tls_and_goes_silent_is_dropped_and_counted(server_tls):
    limits = Limits(open_seconds=0.3, connections=1)
    async with (
        await serve(echo, ssl=server_tls, limits=limits) as server,
        await Raw.dial(server) as raw,
    ):
        await raw.send(b"\x16\x03\x01")
        await until(lambda: server._tasks)
        await until(lambda: not server._tasks)


async def test_a_server_that_closes_ends_a_tls_handshake_under_way(server_tls):
    server = await serve(echo, ssl=server_tls)
    async with await Raw.dial(server) as raw:
        await raw.send(b"\x16\x03\x01")
        await until(lambda: server._tasks)
        await server.close()
        assert server._tasks == set()


async def test_one_tls_connection_too_many_is_refused_over_tls(server_tls, client_tls):
    limits = Limits(connections=1)
    async with (
        await serve(echo, ssl=server_tls, limits=limits) as server,
        await connect(server.url, ssl=client_tls),
    ):
        with pytest.raises(HandshakeError) as refused:
            await connect(server.url, ssl=client_tls)
        assert refused.value.check.response.status == 503
