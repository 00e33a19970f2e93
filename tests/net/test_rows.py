"""Rows of RFC 6455 that only a real network shows: TCP, TLS, proxies, time-outs, who hangs up."""

import asyncio
import logging
import os
import re
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from itertools import islice, pairwise
from typing import Any

import pytest

from wslearn.net.backoff import bounds, delays
from wslearn.net.client import MOST_PENDING, connect, reconnect
from wslearn.net.limits import Limits
from wslearn.net.record.tap import tap
from wslearn.net.server import serve
from wslearn.protocol.codes import Opcode
from wslearn.protocol.deflate import Deflate
from wslearn.protocol.errors import ClosedError, HandshakeError, InputError, NetworkError
from wslearn.protocol.frame import Frame
from wslearn.protocol.handshake import check_request, error_response, server_response
from wslearn.protocol.parser import FrameParser
from wslearn.protocol.states import State

LOOPBACK = "127.0.0.1"
KEY = bytes.fromhex("37fa213d")
REQUEST = (
    b"GET /chat HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
QUICK = Limits(close_seconds=0.3, write_seconds=0.3, ping_seconds=None)
Play = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[object]]


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(work, 30))


@asynccontextmanager
async def listening(play: Play, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A port where every TCP connection is played with by hand."""

    async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await play(reader, writer)
        writer.close()

    server = await asyncio.start_server(accepted, LOOPBACK, 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def calling(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A TCP connection that says what the test writes."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def upgrade(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Read a client's request and accept it; the request."""
    request = await reader.readuntil(b"\r\n\r\n")
    writer.write(server_response(check_request(request)).encode())
    await writer.drain()
    return request


async def echo(socket: Any) -> None:
    async for message in socket:
        await socket.send(message)


async def open_by_hand(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send the opening handshake and read the reply away."""
    writer.write(REQUEST)
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")


# -- establishing a connection (§4.1) --------------------------------------------------------------


@pytest.mark.row("6455-4.1-2", "6455-4.1-40", at="net.client._handshake")
def test_a_client_sends_its_request_and_then_waits_for_the_reply():
    came = bytearray()

    async def slow(reader, writer):
        came.extend(await reader.readuntil(b"\r\n\r\n"))
        with suppress(TimeoutError):
            came.extend(await asyncio.wait_for(reader.read(1000), 0.2))
        writer.write(server_response(check_request(bytes(came))).encode())

    async def main():
        async with listening(slow) as port, asyncio.timeout(10):
            socket = await connect(f"ws://{LOOPBACK}:{port}/chat", limits=QUICK)
            await socket.close()

    run(main())
    assert came.startswith(b"GET /chat HTTP/1.1\r\n")
    assert came.endswith(b"\r\n\r\n")


@pytest.mark.row("6455-4.1-3", "6455-4.1-4", at="net.client.connect")
@pytest.mark.parametrize("uri", ["ws://h:99999/", "ws:///p", "http://h/", "ws://h/#f"])
def test_for_a_bad_uri_no_connection_is_tried(uri, monkeypatch):
    tried = []
    monkeypatch.setattr(asyncio, "open_connection", lambda *how, **_: tried.append(how))
    with pytest.raises(InputError):
        run(connect(uri))
    assert tried == []


class SlowServer:
    """Takes its time for each opening handshake, and counts those that are under way."""

    def __init__(self, seconds: float = 0.03) -> None:
        self.seconds = seconds
        self.pending: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.most_in_all = 0

    def coming(self, name: str) -> None:
        self.pending[name] += 1
        self.most[name] = max(self.most[name], self.pending[name])
        self.most_in_all = max(self.most_in_all, self.pending.total())

    def direct(self, name: str) -> Play:
        async def play(reader, writer):
            self.coming(name)
            request = await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(self.seconds)
            self.pending[name] -= 1
            writer.write(server_response(check_request(request)).encode())
            await reader.read()

        return play

    async def proxy(self, reader, writer) -> None:
        """A proxy and all servers behind it."""
        name = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        self.coming(name)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        request = await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(self.seconds)
        self.pending[name] -= 1
        writer.write(server_response(check_request(request)).encode())
        await reader.read()


async def open_all(*uris: str, **how: Any) -> None:
    """Connect to all at once, and close."""
    sockets = await asyncio.gather(*(connect(uri, limits=QUICK, **how) for uri in uris))
    for socket in sockets:
        socket.leave(1000)
    await asyncio.gather(*(socket.wait_closed() for socket in sockets))


@pytest.mark.row("6455-4.1-5", "6455-4.1-6", "6455-4.1-7", at="net.client._turn")
def test_to_one_address_and_port_one_connection_opens_after_the_other():
    slow = SlowServer()

    async def main():
        async with listening(slow.direct("a")) as a, listening(slow.direct("b")) as b:
            one, same, other = (
                f"ws://{LOOPBACK}:{a}/",
                f"ws://localhost:{a}/",
                f"ws://{LOOPBACK}:{b}/",
            )
            await open_all(one, same, one, same, one, other)

    run(main())
    assert slow.most == {"a": 1, "b": 1}
    assert slow.most_in_all == 2, "another port need not wait"


@pytest.mark.row("6455-4.1-8", at="net.client._turn")
def test_through_a_proxy_the_name_of_the_host_counts_as_its_address():
    slow = SlowServer()

    async def main():
        async with listening(slow.proxy) as port:
            names = ["ws://a.example/", "ws://A.example/", "ws://b.example/"]
            await open_all(*names, proxy=f"http://{LOOPBACK}:{port}")

    run(main())
    assert slow.most_in_all == 2
    assert set(slow.most.values()) == {1}


@pytest.mark.row("6455-4.1-9", at="net.client._pending")
def test_through_a_proxy_only_few_connections_are_pending_in_all():
    slow = SlowServer()

    async def main():
        async with listening(slow.proxy) as port:
            names = [f"ws://h{number}.example/" for number in range(40)]
            await open_all(*names, proxy=f"http://{LOOPBACK}:{port}")

    run(main())
    assert len(slow.most) == 40
    assert slow.most_in_all == MOST_PENDING < 10


@pytest.mark.row("6455-4.1-10", at="net.tunnel.ask_proxy")
def test_a_proxy_is_asked_for_the_connection_before_the_server_is_asked_for_anything():
    heads = []

    async def proxy(reader, writer):
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        heads.append(await upgrade(reader, writer))
        await reader.read()

    async def main():
        async with listening(proxy) as port:
            await open_all("ws://server.example:81/chat", proxy=f"http://{LOOPBACK}:{port}")

    run(main())
    assert heads[0].startswith(b"CONNECT server.example:81 HTTP/1.1\r\n")
    assert heads[1].startswith(b"GET /chat HTTP/1.1\r\n")


@pytest.mark.row("6455-4.1-11", at="net.client._dial")
def test_without_a_proxy_the_client_goes_to_host_and_port_itself(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    went = []
    really = asyncio.open_connection

    async def noted(host, port, **how):
        went.append((host, port))
        return await really(host, port, **how)

    monkeypatch.setattr(asyncio, "open_connection", noted)

    async def main():
        async with await serve(echo) as server, await connect(server.url):
            return server.port

    port = run(main())
    assert went == [(LOOPBACK, port)]


@pytest.mark.row("6455-4.1-13", at="net.client.connect")
def test_where_nobody_listens_or_the_proxy_will_not_there_is_no_connection():
    async def unwilling(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")

    async def main():
        async with listening(unwilling) as port:
            with pytest.raises(NetworkError, match="502 Bad Gateway"):
                await connect("ws://h/", proxy=f"http://{LOOPBACK}:{port}")
        with pytest.raises(NetworkError, match="Expected to connect to"):
            await connect(f"ws://{LOOPBACK}:{port}/")

    run(main())


@pytest.mark.row("6455-4.1-30", at="net.client._open")
def test_every_connection_has_a_random_key_of_its_own(monkeypatch):
    drawn, keys = [], []
    really = os.urandom

    def noted(size):
        drawn.append(size)
        return really(size)

    monkeypatch.setattr(os, "urandom", noted)

    def remember(check):
        keys.append(check.key)
        return error_response(404, "Only the key was asked for.")

    async def main():
        async with await serve(echo, decide=remember) as server:
            for _ in range(200):
                with pytest.raises(HandshakeError):
                    await connect(server.url)

    run(main())
    assert len(set(keys)) == drawn.count(16) == 200


@pytest.mark.row("6455-4.1-n1", at="net.client._follow")
@pytest.mark.row("6455-4.2.2-3", "6455-4.2.2-n2", at="net.server.Server._open")
def test_a_server_may_redirect_or_ask_for_a_password_and_the_client_tells_or_follows():
    def decide(check):
        if check.resource == "/old":
            return error_response(302, "It has moved.", [("Location", "/new")])
        if "Authorization" not in check.request.headers:
            return error_response(401, "Log in first.", [("WWW-Authenticate", "Basic")])
        return None

    async def main():
        async with await serve(echo, decide=decide) as server:
            known = [("Authorization", "Basic YTpi")]
            for resource, status in (("old", 302), ("new", 401)):
                with pytest.raises(HandshakeError) as refused:
                    await connect(server.url + resource)
                assert refused.value.check.response.status == status
            async with await connect(server.url + "old", redirects=1, headers=known) as socket:
                assert socket.request.target == "/new"
                assert server.connections

    run(main())


# -- TLS (§4.1, §4.2.2, §10.6) ---------------------------------------------------------------------


@pytest.mark.row("6455-10.6-1", at="net.client._open")
@pytest.mark.row("6455-4.1-14", "6455-4.1-16", at="net.client._dial")
def test_with_wss_every_byte_on_the_wire_belongs_to_tls(server_tls, client_tls):
    wire = {"client": bytearray(), "server": bytearray()}

    async def main():
        async with await serve(echo, ssl=server_tls) as server:

            async def pump(who, reader, writer):
                while data := await reader.read(2**16):
                    wire[who] += data
                    writer.write(data)
                writer.close()

            async def relay(reader, writer):
                there, back = await asyncio.open_connection(LOOPBACK, server.port)
                await asyncio.gather(pump("client", reader, back), pump("server", there, writer))

            async with listening(relay) as port:
                uri = f"wss://localhost:{port}/secret"
                async with await connect(uri, ssl=client_tls) as socket:
                    await socket.send("Hello" * 20)
                    assert await socket.recv() == "Hello" * 20

    run(main())
    for data in wire.values():
        assert data[0] == 0x16, "TLS begins with a handshake record"
        assert set(tls_records(data)) <= {0x14, 0x15, 0x16, 0x17}
        for plain in (b"GET", b"HTTP", b"secret", b"Hello"):
            assert plain not in data


def tls_records(data: bytes) -> list[int]:
    """The types of the TLS records that these bytes are, to the last byte."""
    types = []
    while data:
        types.append(data[0])
        size = int.from_bytes(data[3:5], "big")
        assert len(data) >= 5 + size
        data = data[5 + size :]
    return types


@pytest.mark.row("6455-4.1-15", at="net.client._dial")
def test_a_certificate_that_nobody_vouches_for_ends_the_attempt(server_tls, client_tls):
    asked = []

    async def main():
        async with await serve(echo, ssl=server_tls, decide=asked.append) as server:
            with pytest.raises(NetworkError, match="Expected TLS with"):
                await connect(server.url)
            assert asked == [], "no request was sent"
            async with await connect(server.url, ssl=client_tls) as socket:
                assert len(asked) == 1
            assert socket.remote == f"{LOOPBACK}:{server.port}", "still known when TLS has ended"

    run(main())


@pytest.mark.row("6455-4.1-17", at="net.client._dial")
def test_the_name_of_the_server_is_said_in_the_tls_handshake(server_tls, client_tls):
    names = []
    server_tls.sni_callback = lambda _socket, name, _context: names.append(name)

    async def main():
        async with await serve(echo, ssl=server_tls) as server:
            await (await connect(f"wss://localhost:{server.port}/", ssl=client_tls)).close()

    run(main())
    assert names == ["localhost"]


@pytest.mark.row("6455-4.2.2-2", at="net.server.Server._open")
def test_a_tls_port_answers_nothing_in_clear(server_tls):
    async def main():
        async with (
            await serve(echo, ssl=server_tls) as server,
            calling(server.port) as (
                reader,
                writer,
            ),
        ):
            writer.write(REQUEST)
            with suppress(ConnectionError):
                return await reader.read()
            return b""

    assert b"HTTP" not in run(main())


@pytest.mark.row("6455-10.6-n1", at="net.client._open")
def test_a_client_takes_strong_tls_and_no_other(server_tls, authority, monkeypatch, tmp_path):
    trusted = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(trusted))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))

    async def main():
        async with await serve(echo, ssl=server_tls) as server:
            socket = await connect(f"wss://localhost:{server.port}/")
            tls = socket._writer.get_extra_info("ssl_object")
            await socket.close()
            return tls.version(), tls.context

    version, context = run(main())
    assert version in ("TLSv1.2", "TLSv1.3")
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    names = " ".join(cipher["name"] for cipher in context.get_ciphers())
    assert not re.search("NULL|EXP|ADH|RC4|DES|MD5", names)


# -- masking-keys (§5.3) ---------------------------------------------------------------------------


async def keys_of(count: int) -> list[bytes]:
    """The masking-keys of as many frames, as a server sees them."""
    keys: list[bytes] = []

    async def take(reader, writer):
        await upgrade(reader, writer)
        while len(keys) < count:
            keys.append((await reader.readexactly(6))[2:])

    async with listening(take) as port:
        socket = await connect(f"ws://{LOOPBACK}:{port}/", limits=QUICK)
        for _ in range(count):
            await socket.send("")
        await socket.wait_closed()
    return keys


@pytest.mark.row("6455-5.3-3", at="net.keys.mask_key")
def test_masking_keys_come_from_the_randomness_of_the_operating_system(monkeypatch):
    drawn = []
    really = os.urandom

    def noted(size):
        drawn.append(really(size))
        return drawn[-1]

    monkeypatch.setattr(os, "urandom", noted)
    monkeypatch.setattr("wslearn.net.keys._pool", [])
    keys = run(keys_of(20))
    pool = [data[at : at + 4] for data in drawn if len(data) > 16 for at in range(0, len(data), 4)]
    assert len(keys) == 20
    assert [pool.count(key) for key in keys] == [1] * 20


@pytest.mark.row("6455-5.3-4", at="net.keys.mask_key")
def test_no_masking_key_follows_from_the_one_before():
    keys = [int.from_bytes(key, "big") for key in run(keys_of(5_000))]
    for relation in (lambda a, b: a ^ b, lambda a, b: (b - a) % 2**32):
        steps = [relation(a, b) for a, b in pairwise(keys)]
        assert len(set(steps)) > 4_990
    assert len(set(keys)) > 4_990


# -- extensions (§9.1) -----------------------------------------------------------------------------


@pytest.mark.row("6455-9.1-6", at="net.client._handshake")
def test_compression_that_was_offered_and_not_accepted_is_not_used():
    came = []

    async def plain(reader, writer):
        request = await upgrade(reader, writer)
        assert b"permessage-deflate" in request
        came.append((await reader.readexactly(2 + 4 + 100))[0])

    async def main():
        async with listening(plain) as port:
            socket = await connect(f"ws://{LOOPBACK}:{port}/", deflate=Deflate(), limits=QUICK)
            assert socket.agreement is None
            await socket.send("a" * 100)
            await socket.wait_closed()

    run(main())
    assert came == [0x81], "RSV1 is 0"


# -- who hangs up, and when (§5.5.1, §7.1) ---------------------------------------------------------


@pytest.mark.row("6455-5.5.1-4", at="net.websocket.WebSocket.close_reason")
def test_the_reason_of_a_close_is_told_to_the_program_and_shown_to_nobody(capfd, caplog):
    caplog.set_level(logging.DEBUG)

    async def main():
        async with await serve(lambda socket: socket.close(1000, "a private matter")) as server:
            socket = await connect(server.url)
            with pytest.raises(ClosedError) as closed:
                await socket.recv()
            assert socket.close_reason == closed.value.reason == "a private matter"
            await socket.close()

    run(main())
    shown = capfd.readouterr()
    assert "private" not in shown.out + shown.err + caplog.text


@pytest.mark.row(
    "6455-5.5.1-12",
    "6455-5.5.1-13",
    "6455-7.1.1-4",
    "6455-7.1.1-6",
    at="net.websocket.WebSocket._end_tcp",
)
def test_a_client_waits_for_the_server_to_hang_up_but_not_forever():
    waited = []

    async def stubborn(reader, writer):
        await upgrade(reader, writer)
        await reader.readexactly(8)  # the client's Close
        writer.write(Frame.close(1000).encode())
        began = asyncio.get_running_loop().time()
        assert await reader.read() == b""
        waited.append(asyncio.get_running_loop().time() - began)

    async def main():
        async with listening(stubborn) as port:
            socket = await connect(f"ws://{LOOPBACK}:{port}/", limits=QUICK)
            await socket.close(1000)
            await asyncio.sleep(0.1)

    run(main())
    assert len(waited) == 1
    assert 0.2 < waited[0] < 10


@pytest.mark.row(
    "6455-5.5.1-11",
    "6455-7.1.1-1",
    "6455-7.1.1-3",
    "6455-7.1.1-5",
    at="net.websocket.WebSocket._end_tcp",
)
def test_a_server_hangs_up_first_in_order_and_throws_away_what_comes_later():
    got = []

    async def keep(socket):
        got.extend([message async for message in socket])

    async def main():
        patient = Limits(close_seconds=25, ping_seconds=None)
        async with await serve(keep, limits=patient) as server, calling(server.port) as streams:
            reader, writer = streams
            await open_by_hand(reader, writer)
            late = Frame.text("late").encode(mask_key=KEY)
            writer.write(Frame.close(1000).encode(mask_key=KEY) + late)
            # To the end, which comes at once; a reset would raise.
            answer = await asyncio.wait_for(reader.read(), 10)
            assert not writer.is_closing()
            return answer

    assert run(main()) == Frame.close(1000).encode()
    assert got == []


@pytest.mark.row("6455-7.1.1-2", at="net.outbox.Outbox.give_up")
def test_a_peer_that_never_reads_is_dropped_without_a_word():
    ends = []

    async def flood(socket):
        with suppress(ClosedError):
            while True:
                await socket.send(bytes(2**18))
        ends.append(await socket.wait_closed())

    async def main():
        async with await serve(flood, limits=QUICK) as server, calling(server.port) as streams:
            reader, writer = streams
            await open_by_hand(reader, writer)
            while not ends:
                await asyncio.sleep(0.05)

    run(main())
    assert [(end.code, end.clean) for end in ends] == [(1006, False)]


@pytest.mark.row("6455-7.1.7-4", at="net.websocket.WebSocket._handle")
def test_a_server_logs_the_rule_that_a_client_broke(caplog):
    caplog.set_level(logging.INFO, "wslearn.net")

    async def main():
        async with await serve(echo, limits=QUICK) as server, calling(server.port) as streams:
            reader, writer = streams
            await open_by_hand(reader, writer)
            writer.write(Frame.text("not masked").encode())
            return await reader.read()

    (close,) = FrameParser("client").feed(run(main()))
    assert close.opcode == Opcode.CLOSE
    assert "mask-missing" in caplog.text


@pytest.mark.row("6455-7.1.7-8", "6455-7.2.1-3", "6455-7.3-2", at="net.client.connect")
def test_a_client_without_a_reason_does_not_close():
    came = []

    async def quiet(reader, writer):
        await upgrade(reader, writer)
        with suppress(TimeoutError):
            came.append(await asyncio.wait_for(reader.read(1), 0.5))

    async def main():
        async with listening(quiet) as port:
            socket = await connect(f"ws://{LOOPBACK}:{port}/", limits=QUICK)
            await asyncio.sleep(0.4)
            assert socket.state is State.OPEN
            socket.leave(1000)

    run(main())
    assert came == [] or came[0] != b""


@pytest.mark.row("6455-7.2.1-1", at="net.client._closing_on_error")
def test_a_client_that_cannot_take_the_reply_hangs_up_and_sends_no_frame():
    async def main():
        after = asyncio.get_running_loop().create_future()

        async def wrong(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(server_response(check_request(REQUEST)).encode())  # for another key
            after.set_result(await reader.read())

        async with listening(wrong) as port:
            with pytest.raises(HandshakeError) as refused:
                await connect(f"ws://{LOOPBACK}:{port}/")
            # The error keeps the connection's objects alive: no garbage collector hangs up for us.
            assert await asyncio.wait_for(after, 10) == b""
            assert "Sec-WebSocket-Accept" in str(refused.value)

    run(main())


@pytest.mark.row("6455-7.2.2-1", "6455-10.7-2", at="net.server.Server._send")
@pytest.mark.parametrize(
    "garbage",
    [b"\x16\x03\x01\x00\x05hello\r\n\r\n", REQUEST.replace(b"13", b"8"), b"\x81\x85\r\n\r\n"],
)
def test_a_server_that_gives_up_a_handshake_answers_in_http_and_hangs_up(garbage):
    async def main():
        async with await serve(echo, limits=QUICK) as server, calling(server.port) as streams:
            reader, writer = streams
            writer.write(garbage)
            return await reader.read()

    head, _, body = run(main()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 4")
    assert f"Content-Length: {len(body)}".encode() in head, "nothing follows: no Close frame either"


@pytest.mark.row("6455-7.4.1-n4", at="net.server.Server._handle")
def test_the_close_code_says_what_happened_to_the_handler(caplog):
    async def fault(socket):
        raise RuntimeError("a fault of the handler")

    async def code_of(handler, end=None):
        server = await serve(handler, limits=QUICK)
        socket = await connect(server.url)
        if end is not None:
            await server.close()
        await socket.wait_closed()
        await server.close()
        return socket.close_code

    async def main():
        refused = await code_of(lambda socket: socket.close(1008))
        done = await code_of(lambda _: asyncio.sleep(0))
        return [done, await code_of(echo, end="stop"), refused, await code_of(fault)]

    assert run(main()) == [1000, 1001, 1008, 1011]
    assert "a fault of the handler" in caplog.text


# -- coming back (§7.2.3) --------------------------------------------------------------------------


@pytest.mark.row("6455-7.2.3-1", "6455-7.2.3-4", at="net.backoff.bounds")
def test_the_range_of_the_delay_doubles_up_to_a_limit_and_never_shrinks():
    assert list(islice(bounds(), 6)) == [5, 10, 20, 40, 60, 60]


@pytest.mark.row("6455-7.2.3-2", "6455-7.2.3-3", at="net.backoff.delays")
def test_the_first_delay_is_drawn_at_random_from_5_seconds_or_another_range():
    first = [next(delays()) for _ in range(1_000)]
    assert all(0 <= delay <= 5 for delay in first)
    assert max(first) - min(first) > 3
    assert all(next(delays(0.5)) <= 0.5 for _ in range(100))


@pytest.mark.row("6455-7.2.3-1", at="net.client.reconnect")
def test_a_client_that_comes_back_waits_before_each_attempt_and_longer_and_longer():
    slept = []

    class EnoughError(Exception):
        pass

    async def sleep(seconds):
        slept.append(seconds)
        if len(slept) == 400:
            raise EnoughError

    async def main():
        async with listening(upgrade) as port:
            pass
        with pytest.raises(EnoughError):
            await anext(reconnect(f"ws://{LOOPBACK}:{port}/", sleep=sleep))

    run(main())
    assert slept[0] <= 5
    assert slept[1] <= 10
    assert 50 < max(slept) <= 60


# -- between the two ends (§5.4) -------------------------------------------------------------------


@pytest.mark.row(
    "6455-5.4-8", "6455-5.4-9", "6455-5.4-10", "6455-5.4-11", at="net.record.link.Link.pump"
)
@pytest.mark.parametrize(
    "sent",
    [
        REQUEST + Frame.ping(b"p").encode(mask_key=KEY),
        REQUEST + bytes.fromhex("c10548656c6c6f"),
        REQUEST.replace(b"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: x-foo\r\n\r\n")
        + Frame.text("Hel", fin=False).encode(mask_key=KEY)
        + Frame.continuation(b"lo").encode(mask_key=KEY),
        Frame.text("mid", fin=False).encode(mask_key=KEY) * 3,
    ],
    ids=["control frame", "reserved bit", "unknown extension", "handshake not seen"],
)
def test_a_tap_passes_every_frame_on_as_it_came(sent):
    came = bytearray()

    async def server(reader, writer):
        while data := await reader.read(1000):
            came.extend(data)
            writer.write(data)

    async def main():
        async with listening(server) as port, await tap(f"ws://{LOOPBACK}:{port}/") as between:
            reader, writer = await asyncio.open_connection(LOOPBACK, between.port)
            writer.write(sent)
            passed = await reader.readexactly(len(sent))
            writer.close()
            return passed

    assert run(main()) == sent
    assert came == sent
