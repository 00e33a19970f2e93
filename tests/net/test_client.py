"""The client: what it asks, whom it believes, where it follows, and that it waits its turn."""

import asyncio
import logging
import os
import re
import ssl
from contextlib import suppress
from socket import AF_INET6, SOCK_STREAM, create_server

import pytest

from tests.support.peers import Raw, echo, open_for, raw_server, reply_bytes, until
from wslearn.net import client as client_module
from wslearn.net.client import connect, reconnect
from wslearn.net.heads import MOST_INTERIM
from wslearn.net.limits import Limits
from wslearn.net.server import serve
from wslearn.net.tcp import strong_tls
from wslearn.protocol.deflate import Deflate
from wslearn.protocol.errors import ClosedError, HandshakeError, InputError, NetworkError
from wslearn.protocol.frame import Frame
from wslearn.protocol.handshake import check_response, error_response
from wslearn.protocol.http1 import read_request
from wslearn.protocol.states import State


def uri(port, host="127.0.0.1", path="/"):
    return f"ws://{host}:{port}{path}"


# -- the reply -------------------------------------------------------------------------------------


async def test_interim_replies_are_passed_over():
    async def talk(raw):
        request = await raw.head()
        early = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
        await raw.send(b"HTTP/1.1 100 Continue\r\n\r\n", early, early, reply_bytes(request))
        await raw.frames()

    async with raw_server(talk) as port:
        client = await connect(uri(port))
        assert client.response.status == 101
        client.leave()


async def test_a_flood_of_interim_replies_is_abandoned_and_others_go_on():
    early = b"HTTP/1.1 103 C\r\n\r\n"

    async def talk(raw):
        request = await raw.head()
        await raw.send(early * (2**16 // len(early)), reply_bytes(request))

    judged = 0

    def counted(*arguments, **options):
        nonlocal judged
        judged += 1
        return check_response(*arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("wslearn.net.client.check_response", counted)
        async with raw_server(talk) as port:
            said = f"a reply after at most {MOST_INTERIM} interim ones, got more"
            with pytest.raises(NetworkError, match=said):
                await connect(uri(port))
    assert judged == MOST_INTERIM + 1


async def test_frames_that_come_with_the_reply_are_read():
    async def talk(raw):
        reply = reply_bytes(await raw.head())
        await raw.send(reply, Frame.text("in the same packet"), Frame.text("cut").encode()[:3])
        await raw.send(Frame.text("cut").encode()[3:], Frame.close(1001))
        assert await raw.frame() == Frame.close(1001)

    async with raw_server(talk) as port, await connect(uri(port)) as client:
        assert [message async for message in client] == ["in the same packet", "cut"]
        assert client.close_code == 1001


BAD_REPLIES = {
    "no HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "head-status-line"),
    "half a head": (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: web", "head-incomplete"),
    "a head that never ends": (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 20_000, "head-too-large"),
    "200": (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "response-status"),
    "no accept": (
        b"HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        "accept-missing",
    ),
}


@pytest.mark.row("6455-7.2.1-1", at="net.client._closing_on_error")
@pytest.mark.parametrize(("sent", "rule"), BAD_REPLIES.values(), ids=BAD_REPLIES.keys())
async def test_a_bad_reply_opens_nothing_and_the_rule_is_named(sent, rule):
    after = []

    async def talk(raw):
        await raw.head()
        await raw.send(sent)
        raw.writer.write_eof()
        after.append(await raw.reader.read())

    async with raw_server(talk) as port:
        with pytest.raises(HandshakeError) as refused:
            await connect(uri(port))
        assert refused.value.violation.rule.id == rule
        # The error keeps the connection's objects alive, so no garbage collector hangs up for us.
        await until(lambda: after)
        assert after == [b""], "it hangs up and sends no frame"
        assert refused.value.check.response is not None


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        ("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "accept-repeated"),
        ("Sec-WebSocket-Protocol: chat", "response-subprotocol-unasked"),
        ("Sec-WebSocket-Extensions: x-unasked", "response-extension-unasked"),
        ("Sec-WebSocket-Extensions: permessage-deflate; no_such", "response-deflate-refused"),
    ],
)
async def test_a_reply_that_goes_beyond_what_was_asked_opens_nothing(header, rule):
    async with raw_server(lambda raw: open_for(raw, header)) as port:
        with pytest.raises(HandshakeError) as refused:
            await connect(uri(port), deflate=Deflate())
        assert refused.value.violation.rule.id == rule


async def test_a_server_that_hangs_up_or_resets_is_a_network_error():
    async def hang_up(raw):
        await raw.head()

    async def reset(raw):
        await raw.head()
        raw.reset()

    async with raw_server(hang_up) as port:
        with pytest.raises(NetworkError, match="but the server hung up"):
            await connect(uri(port))
    async with raw_server(reset) as port:
        with pytest.raises(NetworkError, match=r"Connection reset by peer|hung up"):
            await connect(uri(port))


async def test_a_server_that_never_answers_is_given_up_in_time():
    async with raw_server(lambda raw: raw.reader.read()) as port:
        with pytest.raises(NetworkError) as slow:
            await connect(uri(port), limits=Limits(open_seconds=0.1))
        assert str(slow.value) == (
            f"Expected ws://127.0.0.1:{port}/ to open within 0.1 seconds, but it did not."
        )


async def test_a_server_that_never_reads_the_request_is_given_up_in_time():
    async def talk(raw):
        raw.reader._transport.pause_reading()
        await asyncio.sleep(20)

    large = [("X-Large", "x" * 2**24)]  # more than the buffers of two systems hold
    async with raw_server(talk) as port:
        with pytest.raises(NetworkError, match=r"to open within 0.3 seconds"):
            await connect(uri(port), headers=large, limits=Limits(open_seconds=0.3))


async def test_a_name_that_nobody_looks_up_is_given_up_in_time(monkeypatch):
    async def getaddrinfo(*arguments, **options):
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    with pytest.raises(NetworkError, match=r"to open within 0.1 seconds"):
        await connect("ws://slow.invalid/", limits=Limits(open_seconds=0.1))


@pytest.mark.row("6455-4.1-13", at="net.client.connect")
async def test_where_nobody_listens_the_sentence_says_so():
    async with await serve(echo) as server:
        url = server.url
    with pytest.raises(NetworkError) as refused:
        await connect(url)
    assert str(refused.value) == f"Expected to connect to {url}, got: Connection refused."


async def test_an_impossible_host_is_reported_in_a_sentence():
    for host in ("a..b", "x" * 64):
        with pytest.raises(InputError, match="Expected a host name"):
            await connect(f"ws://{host}:1/")


async def test_a_host_that_is_not_found_is_reported_in_a_sentence(monkeypatch):
    async def not_found(*_, **__):
        import socket

        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", not_found)
    with pytest.raises(NetworkError) as missing:
        await connect("ws://nowhere.example/")
    assert str(missing.value) == (
        "Expected to find the host nowhere.example, got: Name or service not known."
    )


async def test_an_address_that_swallows_everything_leaves_time_for_the_next(monkeypatch):
    dial = client_module._dial

    async def two(host, port):
        return ["192.0.2.1", "127.0.0.1"]

    async def swallow(address, *how):
        return await (asyncio.sleep(60) if address == "192.0.2.1" else dial(address, *how))

    monkeypatch.setattr(client_module, "_addresses", two)
    monkeypatch.setattr(client_module, "_dial", swallow)
    async with await serve(echo) as server:
        limits = Limits(open_seconds=2)
        async with await connect(f"ws://localhost:{server.port}/", limits=limits) as socket:
            assert socket.remote == f"127.0.0.1:{server.port}"


async def test_an_address_of_one_link_is_called_with_its_link(monkeypatch):
    async def found(host, port, **_):  # as a system answers for a name on the first link
        return [(AF_INET6, SOCK_STREAM, 6, "", ("fe80::1", port, 0, 1))]

    assert await client_module._addresses("::1", 80) == ["::1"]
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", found)
    assert await client_module._addresses("printer.local", 80) == ["fe80::1%1"]


@pytest.mark.parametrize("redirected", [False, True])
async def test_a_login_in_an_address_is_in_no_error_and_no_log(redirected, caplog):
    caplog.set_level(logging.INFO, "wslearn.net")

    class EnoughError(Exception):
        pass

    async def sleep(seconds):
        raise EnoughError

    async with await serve(echo) as server:
        nobody = server.port
    url = uri(nobody) + "?token=secret"

    def decide(check):
        return error_response(302, "there", [("Location", url.replace("ws:", "http:"))])

    async with await serve(echo, decide=decide) as server:
        with pytest.raises(EnoughError):
            await anext(reconnect(server.url if redirected else url, redirects=1, sleep=sleep))
    assert f"ws://127.0.0.1:{nobody}/" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.row("6455-4.1-3", "6455-4.1-4", at="net.client.connect")
async def test_an_impossible_request_is_refused_before_anybody_is_called(monkeypatch):
    tried = []
    monkeypatch.setattr(asyncio, "open_connection", lambda *how, **_: tried.append(how))
    good = "ws://127.0.0.1:1/"
    for options in (
        {"subprotocols": ["a b"]},
        {"subprotocols": "chat"},  # four letters, each of which could be one
        {"headers": [("Host", "x")]},
        {"headers": {"TE": "x"}},
        {"origin": "a\nb"},
        {"ssl": strong_tls()},  # it would not be used
    ):
        with pytest.raises(InputError):
            await connect(good, **options)
    for bad in ("ws://h:99999/", "ws:///p", "http://h/", "ws://h/#f"):
        with pytest.raises(InputError):
            await connect(bad)
    assert tried == []


@pytest.mark.row("6455-4.1-11", at="net.client._dial")
async def test_without_a_proxy_the_client_goes_to_host_and_port_itself(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    went = []
    really = asyncio.open_connection

    async def noted(host, port, **how):
        went.append((host, port))
        return await really(host, port, **how)

    monkeypatch.setattr(asyncio, "open_connection", noted)
    async with await serve(echo) as server, await connect(server.url):
        assert went == [("127.0.0.1", server.port)]


@pytest.mark.row("6455-4.1-30", at="net.client._open")
async def test_every_connection_has_a_random_key_of_its_own(monkeypatch):
    drawn, keys = [], []
    really = os.urandom

    def noted(size):
        drawn.append(size)
        return really(size)

    def remember(check):
        keys.append(check.key)
        return error_response(404, "Only the key was asked for.")

    monkeypatch.setattr(os, "urandom", noted)
    async with await serve(echo, decide=remember) as server:
        for _ in range(20):
            with pytest.raises(HandshakeError):
                await connect(server.url)
    assert len(set(keys)) == drawn.count(16) == 20


@pytest.mark.row("6455-9.1-6", at="net.client._handshake")
async def test_compression_that_was_offered_and_not_accepted_is_not_used():
    came = []

    async def plain(raw):
        request = await raw.head()
        assert b"permessage-deflate" in request
        await raw.send(reply_bytes(request))
        came.extend(await raw.frames())

    async with raw_server(plain) as port:
        client = await connect(uri(port), deflate=Deflate())
        assert client.agreement is None
        await client.send("a" * 100)
        client.leave(1000)
        await until(lambda: came)
    assert came[0] == Frame.text("a" * 100), "RSV1 is 0"


@pytest.mark.row("6455-7.1.7-8", "6455-7.2.1-3", "6455-7.3-2", at="net.client.connect")
async def test_a_client_without_a_reason_does_not_close():
    async def quiet(raw):
        await open_for(raw)
        await raw.reader.read()

    async with raw_server(quiet) as port:
        client = await connect(uri(port), limits=Limits(close_seconds=0.1, ping_seconds=None))
        await asyncio.sleep(0.4)
        assert client.state is State.OPEN
        client.leave()


async def test_an_interrupt_while_connecting_leaves_nothing():
    calls = []

    async def talk(raw):
        calls.append(raw)
        assert await raw.reader.read() != b""  # the request, and then the end
        calls.append("ended")

    async with raw_server(talk) as port:
        connecting = asyncio.create_task(connect(uri(port)))
        await until(lambda: calls)
        await asyncio.sleep(0.01)
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting
        await until(lambda: len(calls) == 2)


async def test_the_masking_keys_are_fresh_unless_they_are_given():
    frames = []

    async def talk(raw):
        await open_for(raw)
        frames.append(await raw.reader.readexactly(11))

    async with raw_server(talk) as port:
        for options in ({}, {}, {"mask_keys": lambda: b"\x37\xfa\x21\x3d"}):
            client = await connect(uri(port), **options)
            await client.send("Hello")
            with pytest.raises(ClosedError):
                await client.recv()
    assert len({frame[2:6] for frame in frames}) == 3
    assert bytes.fromhex("818537fa213d7f9f4d5158") in frames


# -- one at a time ---------------------------------------------------------------------------------


class Counting:
    """A server that opens connections only when told, and counts those that wait."""

    def __init__(self):
        self.waiting = self.most = self.opened = 0
        self.go = asyncio.Event()

    async def __call__(self, raw):
        request = await raw.head()
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        await self.go.wait()
        self.waiting -= 1
        self.opened += 1
        await raw.send(reply_bytes(request))
        await raw.frames()


@pytest.mark.row("6455-4.1-5", "6455-4.1-6", at="net.client._turn")
async def test_connections_to_one_address_and_port_open_one_at_a_time():
    counting = Counting()
    async with raw_server(counting) as port:
        hosts = ["127.0.0.1", "localhost", "127.0.0.1", "LOCALHOST", "localhost"]
        connecting = [asyncio.create_task(connect(uri(port, host))) for host in hosts]
        await until(lambda: counting.waiting)
        await asyncio.sleep(0.05)
        assert counting.waiting == 1
        counting.go.set()
        clients = await asyncio.gather(*connecting)
        assert (counting.most, counting.opened) == (1, 5)
        for client in clients:
            client.leave()


async def test_waiting_for_a_turn_takes_no_longer_than_open_seconds():
    counting = Counting()
    async with raw_server(counting) as port:
        first = asyncio.create_task(connect(uri(port)))
        await until(lambda: counting.waiting)
        with pytest.raises(NetworkError, match=r"to open within 0.2 seconds"):
            await connect(uri(port), limits=Limits(open_seconds=0.2))
        counting.go.set()
        (await first).leave()


@pytest.mark.row("6455-4.1-7", at="net.client._turn")
async def test_another_port_need_not_wait():
    first, second = Counting(), Counting()
    async with raw_server(first) as one, raw_server(second) as two:
        connecting = [asyncio.create_task(connect(uri(port))) for port in (one, two)]
        await until(lambda: first.waiting and second.waiting)
        first.go.set()
        second.go.set()
        for client in await asyncio.gather(*connecting):
            client.leave()


async def test_when_one_fails_the_next_has_its_turn():
    calls = []

    async def talk(raw):
        calls.append(raw)
        if len(calls) > 1:
            await open_for(raw)
            await raw.frames()

    async with raw_server(talk) as port:
        first, second = await asyncio.gather(
            connect(uri(port)), connect(uri(port)), return_exceptions=True
        )
        assert isinstance(first, NetworkError)
        second.leave()


# -- redirects -------------------------------------------------------------------------------------


def redirecting(location, status=302):
    """``decide`` for a server that redirects every path but /chat."""

    def decide(check):
        if check.resource == "/chat":
            return None
        return error_response(status, "It moved.", [("Location", location)])

    return decide


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed_when_asked_for(status):
    async with await serve(echo, decide=redirecting("/chat", status)) as server:
        with pytest.raises(HandshakeError) as refused:
            await connect(server.url)
        assert refused.value.check.response.headers.get("Location") == "/chat"
        async with await connect(server.url, redirects=1) as client:
            assert client.request.target == "/chat"


async def test_a_redirect_may_lead_to_another_scheme_of_the_same_thing():
    async with await serve(echo) as there:
        for location in (there.url, there.url.replace("ws:", "http:"), f"{there.url}#part"):
            async with (
                await serve(echo, decide=redirecting(location)) as here,
                await connect(here.url, redirects=1) as client,
            ):
                assert client.request.headers.get("Host") == f"127.0.0.1:{there.port}"


async def test_a_loop_of_redirects_ends():
    async with await serve(echo, decide=redirecting("/")) as server:
        with pytest.raises(HandshakeError, match="302"):
            await connect(server.url, redirects=5)


@pytest.mark.parametrize("location", ["ftp://x/", "http://[", "http://a:b@127.0.0.1/", "mailto:x"])
async def test_a_redirect_that_leads_nowhere_is_reported_in_a_sentence(location):
    async with await serve(echo, decide=redirecting(location)) as server:
        with pytest.raises(NetworkError, match="Expected a redirect that can be followed"):
            await connect(server.url, redirects=1)


async def test_a_refusal_that_is_no_redirect_is_not_followed():
    async with await serve(echo, decide=lambda _: error_response(404, "no")) as server:
        with pytest.raises(HandshakeError, match="404"):
            await connect(server.url, redirects=3)


async def test_credentials_stay_with_the_host_they_were_given_for():
    seen = []

    def note(check):
        seen.append(check.request.headers)

    headers = [("Cookie", "a=1"), ("authorization", "Basic x"), ("X-Other", "kept")]
    async with await serve(echo, decide=note) as there:
        async with (
            await serve(echo, decide=redirecting(there.url)) as here,
            await connect(here.url, headers=headers, redirects=1),
        ):
            pass
        (elsewhere,) = seen
        assert "Cookie" not in elsewhere
        assert "Authorization" not in elsewhere
        assert elsewhere.get("X-Other") == "kept"
    async with (
        await serve(echo, decide=redirecting("/chat")) as server,
        await connect(server.url, headers=headers, redirects=1) as client,
    ):
        assert client.request.headers.get("Cookie") == "a=1"


async def test_from_tls_no_redirect_leads_out(authority, server_tls, client_tls):
    async with (
        await serve(echo) as plain,
        await serve(echo, ssl=server_tls, decide=redirecting(plain.url)) as server,
    ):
        with pytest.raises(NetworkError, match="it is not followed"):
            await connect(server.url, ssl=client_tls, redirects=1)


# -- TLS -------------------------------------------------------------------------------------------


@pytest.mark.row("6455-4.1-17", at="net.client._dial")
async def test_the_servers_name_is_sent_and_checked(server_tls, client_tls):
    names = []
    server_tls.sni_callback = lambda connection, name, context: names.append(name)
    async with (
        await serve(echo, ssl=server_tls) as server,
        await connect(f"wss://localhost:{server.port}/", ssl=client_tls) as client,
    ):
        await client.send("hello")
        assert await client.recv() == "hello"
    assert names == ["localhost"]


@pytest.mark.row("6455-4.1-15", at="net.client._dial")
async def test_a_certificate_that_nobody_vouches_for_is_refused(server_tls):
    asked = []
    async with await serve(echo, ssl=server_tls, decide=asked.append) as server:
        with pytest.raises(NetworkError) as refused:
            await connect(server.url)
        assert str(refused.value) == (
            f"Expected TLS with {server.url}, got: unable to get local issuer certificate."
        )
    assert asked == [], "no request was sent"


@pytest.mark.row("6455-10.6-n1", at="net.client._open")
async def test_a_client_takes_strong_tls_and_no_other(server_tls, authority, monkeypatch, tmp_path):
    trusted = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(trusted))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    async with (
        await serve(echo, ssl=server_tls) as server,
        await connect(f"wss://localhost:{server.port}/") as client,
    ):
        tls = client._writer.get_extra_info("ssl_object")
        version, context = tls.version(), tls.context
    assert version in ("TLSv1.2", "TLSv1.3")
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    names = " ".join(cipher["name"] for cipher in context.get_ciphers())
    assert not re.search("NULL|EXP|ADH|RC4|DES|MD5", names)


@pytest.mark.row("6455-10.6-1", at="net.client._open")
@pytest.mark.row("6455-4.1-14", "6455-4.1-16", at="net.client._dial")
async def test_with_wss_every_byte_on_the_wire_belongs_to_tls(server_tls, client_tls):
    wire = {"client": bytearray(), "server": bytearray()}

    async def pump(who, reader, writer):
        while data := await reader.read(2**16):
            wire[who] += data
            writer.write(data)
        writer.close()

    async def relay(raw):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        up, down = pump("client", raw.reader, writer), pump("server", reader, raw.writer)
        try:
            await asyncio.gather(up, down)
        finally:
            writer.transport.abort()

    async with (
        await serve(echo, ssl=server_tls) as server,
        raw_server(relay) as port,
        await connect(f"wss://localhost:{port}/secret", ssl=client_tls) as client,
    ):
        await client.send("Hello" * 20)
        assert await client.recv() == "Hello" * 20
    for data in wire.values():
        assert data[0] == 0x16, "TLS begins with a handshake record"
        assert set(tls_records(data)) <= {0x14, 0x15, 0x16, 0x17}
        for plain in (b"GET", b"HTTP", b"secret", b"Hello"):
            assert plain not in data


def tls_records(data: bytes) -> list[int]:
    """The types of the TLS records in these bytes, which end with a whole record."""
    types = []
    while data:
        types.append(data[0])
        size = int.from_bytes(data[3:5], "big")
        assert len(data) >= 5 + size
        data = data[5 + size :]
    return types


async def test_a_certificate_for_another_name_is_refused(authority, client_tls):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("other.example").configure_cert(context)
    async with await serve(echo, ssl=context) as server:
        with pytest.raises(NetworkError, match=r"certificate is not valid for '127\.0\.0\.1'"):
            await connect(server.url, ssl=client_tls)


@pytest.mark.sockets
async def test_tls_to_a_server_that_speaks_none_is_reported_in_a_sentence():
    async with await serve(echo) as server:
        with pytest.raises(NetworkError, match=r"Expected TLS with wss://.*wrong version number"):
            await connect(f"wss://127.0.0.1:{server.port}/")


# -- again and again -------------------------------------------------------------------------------


@pytest.mark.row("6455-7.2.3-1", at="net.client.reconnect")
async def test_a_new_connection_follows_each_that_has_ended_and_the_waits_grow(monkeypatch):
    waits = []

    async def sleep(seconds):
        waits.append(seconds)

    monkeypatch.setattr("wslearn.net.client.delays", lambda: iter([5, 10, 20, 40, 60]))

    async def once(socket):
        await socket.send("hello")

    async with await serve(once) as server:
        heard = []
        connections = reconnect(server.url, sleep=sleep)
        async for socket in connections:
            heard += [message async for message in socket]
            if len(heard) == 3:
                break
        await connections.aclose()
        assert heard == ["hello"] * 3
        assert waits == [5, 10]
        assert socket.ended.clean


async def test_a_server_that_is_away_or_overloaded_is_asked_again(caplog):
    caplog.set_level(logging.INFO, "wslearn.net")
    statuses = [503, 429, 408]

    def decide(check):
        return error_response(statuses.pop(), "later") if statuses else None

    async with await serve(echo) as server:
        port = server.port
    restarted = []

    async def sleep(seconds):
        assert 0 <= seconds <= 60
        if not restarted:
            restarted.append(await serve(echo, port=port, decide=decide))

    async for socket in reconnect(uri(port), sleep=sleep):
        await socket.send("back")
        assert await socket.recv() == "back"
        break
    assert sum(said.startswith("Not connected") for said in caplog.messages) == 4
    await restarted[0].close()


async def test_a_refusal_that_would_only_be_repeated_is_raised():
    async with await serve(echo, resources=["/chat"]) as server:
        with pytest.raises(HandshakeError, match="404"):
            await anext(reconnect(server.url))
    async with raw_server(lambda raw: raw.send(b"garbage\r\n\r\n")) as port:
        with pytest.raises(HandshakeError):
            await anext(reconnect(uri(port)))


async def test_a_certificate_that_does_not_hold_is_not_asked_for_again(server_tls):
    async def sleep(seconds):
        raise AssertionError("it was asked for again")

    async with await serve(echo, ssl=server_tls) as server:
        with pytest.raises(NetworkError, match="Expected TLS with"):
            await anext(reconnect(server.url, sleep=sleep))  # whose authority is unknown


async def test_breaking_off_leaves_no_connection(monkeypatch):
    async with await serve(echo) as server:
        connections = reconnect(server.url)
        socket = await anext(connections)
        await connections.aclose()
        with pytest.raises(ClosedError, match="this side has closed it"):
            await socket.send("x")
        await until(lambda: not server.connections)


# -- the request -----------------------------------------------------------------------------------


@pytest.mark.row("6455-4.1-2", "6455-4.1-40", at="net.client._handshake")
async def test_the_request_is_the_one_of_the_rfc_and_nothing_follows_it_before_the_reply():
    requests = []

    async def talk(raw):
        requests.append(await raw.head())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(raw.reader.read(1), 0.05)
        await raw.send(reply_bytes(requests[-1]))
        await raw.frames()

    async with raw_server(talk) as port:
        for _ in range(2):
            client = await connect(
                uri(port, path="/a?b=c"), subprotocols=["x"], origin="https://o.example",
                headers=[("X-Own", "1")],
            )  # fmt: skip
            client.leave()
    first, second = (read_request(data).message for data in requests)
    assert first.target == "/a?b=c"
    assert first.headers.get("Host") == f"127.0.0.1:{port}"
    assert first.headers.get("Origin") == "https://o.example"
    assert first.headers.get("X-Own") == "1"
    keys = {head.headers.get("Sec-WebSocket-Key") for head in (first, second)}
    assert len(keys) == 2


async def test_a_raw_client_is_what_the_tests_say_it_is():
    """The judge is awake: the same server accepts our client and refuses a bad one."""
    async with await serve(echo) as server, await Raw.open(server) as raw:
        await raw.send(Frame.text("unmasked").encode())
        (close,) = await raw.frames()
        assert close.payload[:2] == (1002).to_bytes(2, "big")


async def test_a_port_that_speaks_another_protocol_is_named(server_tls):
    settings = bytes.fromhex("000012040000000000") + bytes(18)
    alert = bytes.fromhex("15030300020228")
    for sent, told in [
        (settings, "got a SETTINGS frame of HTTP/2"),
        (alert, "got a TLS alert (RFC 8446 §6). The peer wants TLS: such an address begins with"),
        (b"SSH-2.0-x\r\n", "got SSH (RFC 4253 §4.2). Another program answers at this port"),
    ]:

        async def answer(raw, sent=sent):
            await raw.head()
            raw.writer.write(sent)

        async with raw_server(answer) as port:
            with pytest.raises(HandshakeError) as refused:
                await connect(uri(port))
            assert told in str(refused.value)


async def test_ws_to_a_tls_port_and_wss_to_a_plain_one_say_what_to_try(server_tls, client_tls):
    # In a thread, since asyncio reports a client that speaks no TLS to the loop.
    with create_server(("127.0.0.1", 0)) as listener:

        def refuse() -> None:
            with suppress(ssl.SSLError, OSError):
                server_tls.wrap_socket(listener.accept()[0], server_side=True).close()

        refusing = asyncio.get_running_loop().run_in_executor(None, refuse)
        with pytest.raises(NetworkError, match=r"It may want TLS \(wss://\)"):
            await connect(uri(listener.getsockname()[1]))
        await refusing

    async def plain(raw):
        await raw.reader.read(100)
        raw.writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with raw_server(plain) as port:
        with pytest.raises(NetworkError, match=r"It does not speak TLS at this port: try ws://"):
            await connect(f"wss://127.0.0.1:{port}/", ssl=client_tls)
