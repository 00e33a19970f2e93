"""How a server's words reach a page: what each way sends, counted in bytes, and when to choose
which.

The heads are those of a real browser (the recording of lesson 02), with what each way adds or
leaves out. The replies are the shortest that say what has to be said; a real server adds more.
"""

from collections.abc import Sequence

from wslearn.labs.tap.recording import recorded_session
from wslearn.protocol.frame import Frame
from wslearn.protocol.headers import Headers
from wslearn.protocol.http1 import Request, read_request

OF_WEBSOCKET = ("upgrade", "connection")
CRLF = b"\r\n"


def browser_request() -> Request:
    """The opening handshake that a real browser sent."""
    head = read_request(recorded_session().conversation.request, final=True)
    assert head is not None
    return head.message


def ordinary_request(path: str, accept: str) -> bytes:
    """The same browser asks for something by HTTP/1.1, and no WebSocket."""
    asked = browser_request()
    kept = [
        (name, value)
        for name, value in asked.headers
        if name.lower() not in OF_WEBSOCKET and not name.lower().startswith("sec-websocket-")
    ]
    headers = Headers([*kept, ("Connection", "keep-alive"), ("Accept", accept)])
    return Request("GET", path, headers=headers).encode()


def websocket(messages: Sequence[str]) -> tuple[int, int]:
    """Bytes before the first message, and bytes of all messages from a server (RFC 6455 §5.2)."""
    said = recorded_session().conversation
    frames = b"".join(Frame.text(message).encode() for message in messages)
    return len(said.request) + len(said.reply), len(frames)


def event(message: str) -> bytes:
    """A message of Server-Sent Events, in a chunk of HTTP/1.1 (RFC 9112 §7.1).

    >>> event("Hello")
    b'd\\r\\ndata: Hello\\n\\n\\r\\n'
    """
    lines = "".join(f"data: {line}\n" for line in message.split("\n")) + "\n"
    data = lines.encode()
    return f"{len(data):x}".encode() + CRLF + data + CRLF


def sse(messages: Sequence[str]) -> tuple[int, int]:
    """The same for Server-Sent Events: one request, one reply without end."""
    reply = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    before = len(ordinary_request("/events", "text/event-stream")) + len(reply)
    return before, sum(len(event(message)) for message in messages)


def long_polling(messages: Sequence[str]) -> tuple[int, int]:
    """The same where each message is the answer to a request of its own (RFC 6202 §2.1)."""
    asked = len(ordinary_request("/next", "*/*"))
    total = 0
    for message in messages:
        body = message.encode()
        reply = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        total += asked + len(reply) + len(body)
    return 0, total


WAYS = {
    "WebSocket": websocket,
    "Server-Sent Events": sse,
    "long polling": long_polling,
}

HEADINGS = (
    "way", "who may speak", "what travels", "if a packet is lost", "after a lost connection",
    "proxies",
)  # fmt: skip
CHOICE = (
    (
        "WebSocket (RFC 6455)",
        "both",
        "messages, text or binary, in order",
        "all that comes after it waits (TCP)",
        "you connect again (lesson 16)",
        "have to know Upgrade, and keep a silent connection open",
    ),
    (
        "WebSocket over HTTP/2 (RFC 8441)",
        "both",
        "the same, in one of many streams",
        "all streams of the connection wait (TCP)",
        "you connect again",
        "each has to offer the setting itself",
    ),
    (
        "WebSocket over HTTP/3 (RFC 9220)",
        "both",
        "the same, in one of many streams",
        "only the streams whose data it carried wait (QUIC)",
        "you connect again",
        "the same; and UDP has to get through",
    ),
    (
        "WebTransport over HTTP/3",
        "both",
        "bytes in many streams, and datagrams that may get lost",
        "only the streams whose data it carried wait; a datagram waits for nothing",
        "you connect again",
        "have to know it; UDP has to get through",
    ),
    (
        "Server-Sent Events",
        "the server",
        "events of text, in order",
        "as with HTTP: versions 1.1 and 2 wait, version 3 only in that stream",
        "the browser connects again",
        "see an answer that does not end; one that collects it first stops everything",
    ),
    (
        "long polling",
        "the server, once per request",
        "HTTP answers, text or binary",
        "as with HTTP",
        "the page asks again anyway",
        "see ordinary requests",
    ),
)
"""What each way gives. Sources: RFC 6455, RFC 8441 §3 and §5, RFC 9220, RFC 9114 §1;
draft-ietf-webtrans-http3-15 (March 2026); the HTML standard, 9.2; RFC 6202 (November 2026)."""
