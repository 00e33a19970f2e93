"""Through a proxy: CONNECT, what it answers, and TLS inside."""

import asyncio
import ssl

import pytest
import trustme

from tests.support.peers import echo, raw_server, until
from wslearn.net.client import MOST_PENDING, connect
from wslearn.net.limits import Limits
from wslearn.net.server import serve
from wslearn.net.tunnel import parse_proxy
from wslearn.protocol.errors import HandshakeError, InputError, NetworkError


class Proxy:
    """An HTTP proxy that knows CONNECT and nothing else."""

    def __init__(self, to=None):
        self.to = to  # where every name leads: the tests have loopback only
        self.asked = []

    async def __call__(self, raw):
        head = (await raw.head()).decode()
        target = head.split()[1]
        self.asked.append(head)
        host, _, port = target.rpartition(":")
        reader, writer = await asyncio.open_connection(self.to or host, int(port))
        try:
            await raw.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(self.pump(raw.reader, writer), self.pump(reader, raw.writer))
        finally:
            writer.transport.abort()

    async def pump(self, reader, writer):
        try:
            while data := await reader.read(2**16):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        writer.close()


def through(port):
    return f"http://127.0.0.1:{port}"


@pytest.mark.row("6455-4.1-10", at="net.tunnel.ask_proxy")
async def test_a_connection_through_a_proxy_is_like_any_other():
    proxy = Proxy(to="127.0.0.1")
    async with await serve(echo) as server, raw_server(proxy) as port:
        url = f"ws://example.com:{server.port}/"
        async with await connect(url, proxy=through(port)) as client:
            await client.send("κόσμε")
            assert await client.recv() == "κόσμε"
        (head,) = proxy.asked
        target = f"example.com:{server.port}"
        assert head == f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n"


async def test_a_name_that_no_certificate_can_hold_is_reported_in_a_sentence():
    async def willing(raw):
        await raw.head()
        await raw.send(b"HTTP/1.1 200 OK\r\n\r\n")
        await raw.reader.read()

    async with raw_server(willing) as port:
        for host in (".example.com", "x" * 64):
            with pytest.raises(InputError, match="Expected a host name"):
                await connect(f"wss://{host}/", proxy=through(port))


async def test_tls_begins_inside_the_tunnel_and_carries_much():
    authority = trustme.CA()
    server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("example.com").configure_cert(server_tls)
    client_tls = ssl.create_default_context()
    authority.configure_trust(client_tls)
    names = []
    server_tls.sni_callback = lambda connection, name, context: names.append(name)
    limits = Limits(message_size=2**23)
    proxy = Proxy(to="127.0.0.1")
    async with (
        await serve(echo, ssl=server_tls, limits=limits) as server,
        raw_server(proxy) as port,
    ):
        url = f"wss://example.com:{server.port}/"
        options = {"proxy": through(port), "limits": limits}
        async with await connect(url, ssl=client_tls, **options) as client:
            for message in ("hello", bytes(2**22)):
                await client.send(message)
                assert await client.recv() == message
        assert names == ["example.com"]
        assert client.ended.clean
        with pytest.raises(NetworkError, match="unable to get local issuer certificate"):
            await connect(url, **options)


ANSWERS = {
    "a refusal": (b"HTTP/1.1 403 Forbidden\r\n\r\n", "got “403 Forbidden”"),
    "a password wanted": (
        b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
        "got “407 Proxy Authentication Required”",
    ),
    "no HTTP": (b"\x05\x00\r\n\r\n", "got no HTTP answer"),
    "half an answer": (b"HTTP/1.1 200 OK\r\nX", "got “200 OK”"),
    "more than an answer": (b"HTTP/1.1 200 OK\r\n\r\nHTTP", "nothing after the proxy's answer"),
    "nothing": (b"", "but it hung up"),
}


@pytest.mark.row("6455-4.1-13", at="net.client.connect")
@pytest.mark.parametrize(("answer", "sentence"), ANSWERS.values(), ids=ANSWERS.keys())
async def test_a_proxy_that_does_not_connect_is_a_network_error(answer, sentence):
    async def talk(raw):
        await raw.head()
        await raw.send(answer)
        raw.writer.write_eof()
        await raw.reader.read()

    async with raw_server(talk) as port:
        with pytest.raises(NetworkError, match=sentence):
            await connect("ws://example.com/", proxy=through(port))


async def test_a_proxy_that_resets_is_a_network_error():
    async def talk(raw):
        await raw.head()
        raw.reset()

    async with raw_server(talk) as port:
        with pytest.raises(NetworkError, match=r"Connection reset by peer|hung up"):
            await connect("ws://example.com/", proxy=through(port))


async def test_a_missing_proxy_is_named():
    async with raw_server(Proxy()) as port:
        pass
    with pytest.raises(NetworkError) as refused:
        await connect("ws://example.com/", proxy=f"http://localhost:{port}")
    assert str(refused.value) == (
        f"Expected to connect to the proxy localhost, port {port}, got: Connection refused."
    )


async def test_a_proxy_that_never_answers_is_given_up_in_time():
    async with raw_server(lambda raw: raw.reader.read()) as port:
        with pytest.raises(NetworkError, match=r"to open within 0\.1 seconds"):
            await connect("ws://example.com/", proxy=through(port), limits=Limits(open_seconds=0.1))


@pytest.mark.row("6455-4.1-8", at="net.client._turn")
@pytest.mark.row("6455-4.1-9", at="net.client._pending")
async def test_connections_open_one_at_a_time_to_one_host_and_few_in_all():
    waiting, most, go = [], [], asyncio.Event()

    async def talk(raw):
        target = (await raw.head()).split()[1].lower()
        waiting.append(target)
        most.append(len(waiting))
        await go.wait()
        waiting.remove(target)
        await raw.send(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")

    async with raw_server(talk) as port:
        names = [f"host-{number}.example" for number in range(2 * MOST_PENDING)]
        connecting = [
            asyncio.create_task(connect(f"ws://{name}/", proxy=through(port)))
            for name in (*["busy.example", "BUSY.example"] * MOST_PENDING, *names)
        ]
        await until(lambda: len(waiting) == MOST_PENDING)
        await asyncio.sleep(0.05)
        # Those that wait their turn for the busy host take no place from others.
        assert len(waiting) == len(set(waiting)) == MOST_PENDING
        go.set()
        outcomes = await asyncio.gather(*connecting, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {NetworkError}
    assert max(most) == MOST_PENDING < 10


async def test_an_interrupt_inside_the_tunnel_leaves_nothing():
    ended = asyncio.Event()

    async def talk(raw):
        await raw.head()
        await raw.reader.read()
        ended.set()

    async with raw_server(talk) as port:
        connecting = asyncio.create_task(connect("ws://example.com/", proxy=through(port)))
        await asyncio.sleep(0.05)
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting
        await ended.wait()


async def test_the_servers_refusal_comes_through_the_tunnel():
    async with await serve(echo, resources=["/chat"]) as server, raw_server(Proxy()) as port:
        with pytest.raises(HandshakeError, match="404"):
            await connect(server.url, proxy=through(port))


@pytest.mark.parametrize(
    "proxy",
    ["127.0.0.1:3128", "http://127.0.0.1", "https://127.0.0.1:1", "http://u:p@h:1", "http://[", ""],
)
def test_an_unusable_proxy_is_reported_in_a_sentence(proxy):
    with pytest.raises(InputError, match=r"Expected a proxy such as http://127\.0\.0\.1:3128"):
        parse_proxy(proxy)


def test_a_proxy_may_have_an_ipv6_address():
    assert parse_proxy("http://[::1]:8080") == ("::1", 8080)
