"""Our handshake checked against programs that we did not write."""

import http.server
import io
import json

import h11
import pytest
import tornado.http1connection
import tornado.httputil
import tornado.websocket
import websocket._handshake
import websockets.client
import websockets.datastructures
import websockets.exceptions
import websockets.headers
import websockets.http11
import websockets.server
import websockets.uri
import websockets.utils
import wsproto
import wsproto.events
import wsproto.utilities
from hypothesis import given
from hypothesis import strategies as st
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

from tests.support import places
from wslearn.protocol.errors import HandshakeError
from wslearn.protocol.handshake import (
    accept_key,
    check_request,
    check_response,
    client_request,
    encode_key,
    error_response,
    parse_request,
    parse_uri,
    server_response,
)

VECTORS = json.loads((places.VECTORS / "vectors.json").read_text(encoding="utf-8"))
URI = "ws://127.0.0.1:8765/chat?room=1"
KEY = encode_key(bytes(range(16)))
nonces = st.binary(min_size=16, max_size=16)


def our_request():
    return client_request(
        URI,
        KEY,
        subprotocols=["soap", "chat"],
        extensions="permessage-deflate; client_max_window_bits",
        origin="http://127.0.0.1:8888",
        headers=[("Cookie", "a=b")],
    )


OUR_REQUEST = our_request()
OUR_REPLY = server_response(check_request(OUR_REQUEST, subprotocols=["chat"]))


@given(nonces)
def test_three_libraries_compute_the_same_accept_value(nonce):
    key = encode_key(nonce)
    assert accept_key(key) == websockets.utils.accept_key(key)
    assert accept_key(key) == tornado.websocket.WebSocketProtocol13.compute_accept_value(key)
    assert accept_key(key).encode() == wsproto.utilities.generate_accept_token(key.encode())


# -- our request -------------------------------------------------------------------------------


@pytest.mark.row("6455-4.1-19", at="protocol.client_handshake.client_request")
def test_h11_reads_our_request():
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(our_request().encode())
    event = connection.next_event()
    assert isinstance(event, h11.Request)
    assert event.target == b"/chat?room=1"
    assert [(name.decode().lower(), value.decode()) for name, value in event.headers] == [
        (name.lower(), value) for name, value in OUR_REQUEST.headers
    ]


marks = [b":", b": ", b" ", b"\t", b"\r\n", b"\n", b"\r", b"\0", b"\x7f", b"\xff", b",", b"("]
pieces = st.sampled_from([b"A", b"b-1", *marks])


@given(st.lists(pieces, max_size=12).map(b"".join), st.lists(pieces, max_size=4).map(b"".join))
def test_h11_reads_every_head_that_we_read_and_in_the_same_way(lines, target):
    """Two readers that differ could be played off against each other."""
    head = b"GET /" + target + b" HTTP/1.1\r\nHost: h\r\n" + lines + b"\r\n\r\n"
    try:
        request, _ = parse_request(head)
    except HandshakeError:
        return
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(head)
    event = connection.next_event()
    assert event.target.decode() == request.target
    assert [(name.decode(), value.decode("latin-1")) for name, value in event.headers] == [
        (name.lower(), value) for name, value in request.headers
    ]


@pytest.mark.row("6455-4.1-19", at="protocol.client_handshake.client_request")
def test_http_server_reads_our_request():
    class Handler(http.server.BaseHTTPRequestHandler):
        def __init__(self):
            self.rfile = io.BytesIO(our_request().encode())
            self.raw_requestline = self.rfile.readline()

    handler = Handler()
    assert handler.parse_request()
    assert (handler.command, handler.path) == ("GET", "/chat?room=1")
    assert handler.headers.items() == list(OUR_REQUEST.headers)


def test_websockets_accepts_our_request():
    server = websockets.server.ServerProtocol(subprotocols=["chat"])
    server.receive_data(OUR_REQUEST.encode())
    (request,) = server.events_received()
    reply = server.accept(request)
    assert server.handshake_exc is None
    check = check_response(
        reply.serialize(), KEY, subprotocols=["soap", "chat"], extensions="permessage-deflate"
    )
    assert check.outcome == "open", str(check)
    assert check.subprotocol == "chat"


def test_wsproto_accepts_our_request():
    server = wsproto.WSConnection(wsproto.ConnectionType.SERVER)
    server.receive_data(OUR_REQUEST.encode())
    (event,) = server.events()
    assert isinstance(event, wsproto.events.Request)
    assert event.subprotocols == ["soap", "chat"]
    reply = server.send(wsproto.events.AcceptConnection(subprotocol="chat"))
    check = check_response(reply, KEY, subprotocols=["soap", "chat"])
    assert check.outcome == "open", str(check)
    assert check.subprotocol == "chat"


# -- our reply ---------------------------------------------------------------------------------


def test_h11_reads_our_reply_as_a_switch_of_protocols():
    connection = h11.Connection(h11.CLIENT)
    connection.send(
        h11.Request(method="GET", target="/", headers=[("Host", "h"), ("Upgrade", "websocket")])
    )
    connection.send(h11.EndOfMessage())
    connection.receive_data(OUR_REPLY.encode() + b"\x81\x00")
    event = connection.next_event()
    assert isinstance(event, h11.InformationalResponse)
    assert event.status_code == 101
    assert connection.trailing_data == (b"\x81\x00", False)


def test_h11_reads_our_refusals_to_the_last_byte():
    for reply in (error_response(503, "The class is over."), server_response(check_request(b""))):
        connection = h11.Connection(h11.CLIENT)
        connection.send(h11.Request(method="GET", target="/", headers=[("Host", "h")]))
        connection.send(h11.EndOfMessage())
        connection.receive_data(reply.encode())
        head, body, end = (connection.next_event() for _ in range(3))
        assert head.status_code == reply.status
        assert bytes(body.data) == reply.body
        assert isinstance(end, h11.EndOfMessage)
        assert connection.their_state is h11.MUST_CLOSE


def reply_to(request: bytes) -> bytes:
    """Our server's answer to another library's request."""
    check = check_request(request, subprotocols=["chat"])
    assert check.ok, str(check)
    return server_response(check).encode()


def test_websockets_accepts_our_reply():
    uri = websockets.uri.parse_uri(URI)
    client = websockets.client.ClientProtocol(uri, subprotocols=["soap", "chat"])
    client.send_request(client.connect())
    client.receive_data(reply_to(b"".join(client.data_to_send())))
    assert client.handshake_exc is None
    assert client.state is websockets.protocol.State.OPEN
    assert client.subprotocol == "chat"


def test_wsproto_accepts_our_reply():
    client = wsproto.WSConnection(wsproto.ConnectionType.CLIENT)
    request = client.send(
        wsproto.events.Request(host="127.0.0.1", target="/chat", subprotocols=["soap", "chat"])
    )
    client.receive_data(reply_to(request))
    (event,) = client.events()
    assert isinstance(event, wsproto.events.AcceptConnection)
    assert event.subprotocol == "chat"


def test_websocket_client_accepts_our_reply():
    headers, key = websocket._handshake._get_handshake_headers(
        "/chat", URI, "127.0.0.1", 8765, {"subprotocols": ["soap", "chat"]}
    )
    lines = "\r\n".join([*headers, "", ""]).replace("\r\n\r\n\r\n", "\r\n\r\n")
    check = check_request(lines.encode(), subprotocols=["chat"])
    assert check.ok, str(check)
    reply = {name.lower(): value for name, value in server_response(check).headers}
    assert websocket._handshake._validate(reply, key, ["soap", "chat"]) == (True, "chat")


# -- judged side by side -----------------------------------------------------------------------


def their_status(request: bytes, vector: dict) -> int:
    """The status with which ``websockets`` answers a request."""
    server = websockets.server.ServerProtocol(
        subprotocols=vector.get("server_subprotocols"),
        origins=vector.get("allowed_origins"),
        # Without an extension of its own, it ignores the header.
        extensions=[ServerPerMessageDeflateFactory()],
    )
    server.receive_data(request)
    server.receive_eof()
    for event in server.events_received():
        return server.accept(event).status_code
    return 400  # it could not read the request at all


KNOWN_DIFFERENCES = {
    "q-no-host": "websockets opens the connection without a Host header (§4.2.1 requires one)",
    "q-proto-none": "websockets refuses a client with which it shares no subprotocol",
}


@pytest.mark.parametrize("vector", VECTORS["handshake_requests"], ids=lambda vector: vector["id"])
def test_websockets_and_we_open_and_refuse_the_same_requests(vector):
    data = vector["request"].encode().replace(b"<ff>", b"\xff")
    ours = check_request(
        data,
        subprotocols=vector.get("server_subprotocols", ()),
        origins=vector.get("allowed_origins"),
    )
    agree = ours.ok == (their_status(data, vector) == 101)
    assert agree == (vector["id"] not in KNOWN_DIFFERENCES)


tokens = st.text("abz019-._~", min_size=1, max_size=8)
offers = st.lists(
    st.tuples(tokens, st.lists(st.tuples(tokens, st.none() | tokens), max_size=3)), min_size=1
)


@given(st.text('ab;=, "', max_size=20))
def test_websockets_reads_every_extension_header_that_we_read(text):
    check = check_request(
        b"GET / HTTP/1.1\r\nSec-WebSocket-Extensions: " + text.encode() + b"\r\n\r\n"
    )
    if check.step("Sec-WebSocket-Extensions").ok:
        assert websockets.headers.parse_extension(text.strip()) == list(check.extensions)


@given(st.sampled_from(["ws", "wss", "WS"]), tokens, st.integers(1, 65535), tokens, tokens)
def test_websockets_takes_a_uri_apart_as_we_do(scheme, host, port, path, query):
    text = f"{scheme}://{host.replace('_', 'a')}:{port}/{path}?{query}"
    ours, theirs = parse_uri(text), websockets.uri.parse_uri(text)
    assert (ours.secure, ours.host, ours.port, ours.resource) == (
        theirs.secure,
        theirs.host,
        theirs.port,
        theirs.resource_name,
    )
