"""A client that visits the server: it sends what it is told to, right or wrong, and watches.

It does its part on a bare socket, so no library mends what it sends. How long it waits does not
decide what it sees: it says that it will send no more, and reads until the server has no more to
say either.
"""

import select
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from wslearn.draw.table import Table, table
from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.codes import Opcode
from wslearn.protocol.dissect import dissect
from wslearn.protocol.dissection import Dissection, Side
from wslearn.protocol.examples import COURSE_KEY, SAMPLE_KEY
from wslearn.protocol.frame import Frame
from wslearn.protocol.in_words import describe
from wslearn.protocol.text import counted, shown_text

from .running import RunningServer

PATIENCE = 20
"""Seconds that the client waits for what is sure to come."""

MOMENT = 0.3
"""Seconds that it gives the server for what will never come, or for all that fits."""

SHOWN_BYTES = 12
_HELLO = Frame.text("Hello").encode(mask_key=COURSE_KEY)
RESET = "TCP is reset: what the client has not read yet may be lost"


def request(*headers: str, path: str = "/") -> bytes:
    """The request of a client that wants a WebSocket, with further header lines at its end.

    >>> request("Cookie: a=b").splitlines()[0], len(request().splitlines())
    (b'GET / HTTP/1.1', 7)
    """
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        *headers,
        f"Sec-WebSocket-Key: {SAMPLE_KEY}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@dataclass(frozen=True, slots=True)
class Visit:
    """What one client sent, what it saw, and what became of the server; shows itself as a table.

    ``sent`` are the request, where it was unusual, and frames; ``reply`` is the head of the
    server's answer; ``frames`` are what came after it; ``ended`` says what else happened.
    """

    sent: tuple[bytes, ...]
    reply: bytes
    frames: tuple[bytes, ...]
    ended: str

    @property
    def seen(self) -> str:
        """What the client saw, in a line."""
        words = [what for data in self.frames for _, _, what in _lines("", data)]
        return "; ".join([*words, self.ended] if self.ended else words) or "nothing"

    @property
    def table(self) -> Table:
        """A line for each thing that passed: who sent it, its bytes, what it is."""
        lines: list[tuple[str, str, str]] = []
        for data in self.sent:
            lines += _lines("client →", data)
        before = len(lines)
        if self.sent and self.sent[0].startswith((b"GET", b"POST")) and self.reply:
            lines += _lines("← server", self.reply)
        for data in self.frames:
            lines += _lines("← server", data)
        if self.ended or len(lines) == before:
            lines.append(("", "", self.ended or "nothing comes"))
        return table(("", "bytes", "what it is"), lines, code=("bytes",))

    def __repr__(self) -> str:
        return self.table.text()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.table.text(), "text/html": self.table.html()}


def visit(step: int, *frames: bytes, request: bytes = request(), slow: bool = False) -> Visit:
    """Start the server of a step, let a client visit it, and end it.

    ``frames``   the bytes that the client sends after the handshake, in one go
    ``request``  what it sends instead of an ordinary request
    ``slow``     whether the client has little room, and begins to read late

    Raises :class:`~wslearn.protocol.errors.NetworkError` where no server can run.
    """
    with RunningServer(step) as server:
        return _visit(server, frames, request, slow=slow)


def visits(step: int, *each: bytes) -> list[Visit]:
    """Start the server of a step, and let one client after another send these bytes."""
    with RunningServer(step) as server:
        return [_visit(server, (data,), request(), last=False) for data in each]


def _visit(
    server: RunningServer,
    frames: tuple[bytes, ...],
    asked: bytes,
    *,
    slow: bool = False,
    last: bool = True,
) -> Visit:
    """One visit; only the last one ends the server, to see what has become of it."""
    with _connected(server.port, slow=slow) as client:
        reply, data, reset = _conversation(client, asked, b"".join(frames), slow=slow)
    answered = tuple(found.data for found in each_frame(data, "client"))
    closed = any(frame[0] & 0x0F == Opcode.CLOSE for frame in answered)
    ended = _became_of(server) if last and not closed else ""
    if reset and closed:
        ended = RESET
    sent = frames if asked == request() else (asked, *frames)
    return Visit(sent, reply, answered, ended)


def two_at_once(step: int) -> str:
    """Let one client connect and stay, then a second one; what the second one saw, in words.

    While the second one waits, the first one says “Hello” again and again: so the server has had
    time enough, even on a slow machine.
    """
    with RunningServer(step) as server, _connected(server.port) as first:
        first.sendall(request())
        _read_head(first)
        with _connected(server.port) as second:
            second.sendall(request())
            began, rounds = time.monotonic(), 0
            while rounds < 20 or time.monotonic() < began + MOMENT:
                if select.select([second], [], [], 0.01)[0]:
                    return _first_line(second)
                first.sendall(_HELLO)
                first.recv(65536)
                rounds += 1
            first.close()
            return f"nothing, until the first client has gone; then {_first_line(second)}"


def greet(port: int) -> None:
    """Connect, say “Hello”, wait for the echo, say goodbye; the way a page whose tab is closed
    does."""
    with suppress(OSError), _connected(port) as client:
        client.sendall(request())
        _read_head(client)
        client.sendall(_HELLO)
        client.recv(65536)
        client.sendall(Frame.close(1000, "bye").encode(mask_key=COURSE_KEY))
        while client.recv(65536):
            pass


def answer_to(port: int, asked: bytes, data: bytes = b"") -> tuple[bytes, bytes]:
    """The head of the reply to a request, and what comes after it to these bytes."""
    with _connected(port) as client:
        reply, came, _ = _conversation(client, asked, data)
    return reply, came


def answers(port: int) -> bool:
    """Whether a server on this port answers an ordinary request."""
    with suppress(OSError), _connected(port) as client:
        client.sendall(request())
        head, _ = _read_head(client)
        return bool(head)
    return False


# -- on the wire -----------------------------------------------------------------------------------


def _connected(port: int, *, slow: bool = False) -> socket.socket:
    client = socket.socket()
    if slow:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with suppress(OSError, AttributeError):  # small pieces, so that little is on its way
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    client.settimeout(PATIENCE)
    client.connect(("127.0.0.1", port))
    return client


def _conversation(
    client: socket.socket, asked: bytes, data: bytes, *, slow: bool = False
) -> tuple[bytes, bytes, bool]:
    """The head of the reply, what came after it, and whether TCP was reset."""
    reply = came = b""
    reset = False
    try:
        client.sendall(asked)
        if data:
            reply, came = _read_head(client)
        with suppress(ConnectionError):  # a server that is gone may have said something before
            client.sendall(data)
        with suppress(OSError):
            client.shutdown(socket.SHUT_WR)
        if slow:
            _wait_until_full(client)
        while piece := client.recv(65536):
            came += piece
    except ConnectionError:
        reset = True
    if not reply and came.startswith(b"HTTP/"):
        reply, came = _split_head(came)
    return reply, came, reset


def _split_head(came: bytes) -> tuple[bytes, bytes]:
    head, end, rest = came.partition(b"\r\n\r\n")
    return head + end, rest


def _read_head(client: socket.socket) -> tuple[bytes, bytes]:
    """The head of the reply, and what came with it."""
    came = b""
    while b"\r\n\r\n" not in came:
        piece = client.recv(65536)
        if not piece:
            return came, b""
        came += piece
    return _split_head(came)


def _wait_until_full(client: socket.socket) -> None:
    """Wait until the reply has begun to come, and no more of it fits."""
    client.recv(1, socket.MSG_PEEK)
    time.sleep(MOMENT)


def _first_line(client: socket.socket) -> str:
    head, _ = _read_head(client)
    return shown_text(head.partition(b"\r\n")[0])


def _became_of(server: RunningServer) -> str:
    """What became of the server, or of the thread that served this client; empty: nothing."""
    alive = answers(server.port)
    server.end()
    if not server.last_words:
        return ""
    if alive:
        return f"TCP ends without a Close; the server's log says {server.last_words}"
    return f"the server is gone: {server.last_words}"


# -- in words --------------------------------------------------------------------------------------


def each_frame(data: bytes, receiver: Side) -> Iterator[Dissection]:
    """Take every frame apart, each on its own: none is judged by what came before it."""
    while data:
        found = dissect(data, receiver)
        yield found
        data = found.rest


def _lines(who: str, data: bytes) -> list[tuple[str, str, str]]:
    """One line for each frame, or one for a request or a reply."""
    if data.startswith((b"GET", b"POST", b"HTTP/")):
        first, *others = data.rstrip().split(b"\r\n")
        size = f"{counted(len(others), 'header')}, {counted(len(data), 'byte')}"
        return [(who, shown_text(first), size)]
    receiver: Side = "server" if who.startswith("client") else "client"
    return [
        (who, hex_bytes(one.data, SHOWN_BYTES), _in_words(one))
        for one in each_frame(data, receiver)
    ]


def _in_words(found: Dissection) -> str:
    if not found.complete and not found.violations:
        if found.missing is None:
            return "the first bytes of a frame"
        announced = len(found.payload) + found.missing
        return f"a frame that announces {counted(announced, 'byte')}, and fewer come"
    said = describe(found) if found.frame is not None else "a header"
    if found.violations:
        kept = ", ".join(dict.fromkeys(one.rule.source for one in found.violations))
        return f"{said}; against {kept}"
    return said
