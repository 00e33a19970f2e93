"""Programs that others wrote, as clients of a student's server, over a real connection.

``websocket-client`` comes with JupyterLab; ``websockets`` is asked where it is installed. Each is
taken through the same conversation: open, say something of every size, ping, a message in
fragments, close.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from wslearn.checking.values import one_line

from .hosted import Hosted

PATIENCE = 5.0
"""How long a client waits for each answer, in seconds."""

TEXTS = ("Hello", "5 €", "a" * 126, "a" * 70_000)


class Missing(Exception):  # noqa: N818 - nothing has gone wrong
    """A program is not installed here."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to a server: what was asked, the rule's section, what should come, what came.

    ``means`` is what a wrong answer usually comes from.
    """

    what: str
    section: str
    expected: str
    came: str
    means: str = ""

    @property
    def right(self) -> bool:
        """Whether what came is what should come."""
        return self.came == self.expected


def module(name: str) -> Any:
    """A module that may not be there; raises :class:`Missing`."""
    try:
        return import_module(name)
    except ImportError:
        raise Missing("not installed here, so not asked") from None


def shortened(text: object) -> str:
    """What a client got, in quotation marks, long texts by their size.

    >>> shortened("Hello"), shortened("a" * 126)
    ('“Hello”', '126 characters')
    """
    if isinstance(text, bytes):
        return f"{len(text)} bytes"
    return f"“{text}”" if len(str(text)) <= 40 else f"{len(str(text))} characters"


LOOK = {
    "opens": "The client did not take the answer to its request: 09.1, or nothing came at all.",
    "says": "The echo did not come back as it was sent: 09.2 takes it in, 09.5 sends it.",
    "sends": "The echo did not come back as it was sent: 09.2 takes it in, 09.5 sends it.",
    "pings": "The client waits for a pong with the payload of its ping: 09.5.",
    "closes": "The client waits for a Close with its code, and then for the end of TCP: 09.5, and "
    "self.done in 09.6.",
}
"""By the first word of what is asked: where to look if it goes wrong."""

Steps = Iterator[tuple[str, str, str, Callable[[], str]]]
"""What is asked, the rule's section, what should come, and how to ask."""


def conversation(make: Callable[[], Any], steps: Callable[[str], Steps]) -> Iterator[Asked]:
    """Ask step by step; the first that fails ends it: the connection is of no use then."""
    with Hosted(make) as hosted:
        going = steps(hosted.url)
        try:
            for what, section, expected, ask in going:
                try:
                    came = ask()
                except Exception as error:  # noqa: BLE001 - whatever another program raises
                    came = f"{type(error).__name__}: {one_line(str(error), 100)}"
                came = hosted.troubles[0] if hosted.troubles else came
                yield Asked(what, section, expected, came, LOOK[what.split()[0]])
                if came != expected:
                    return
        finally:
            going.close()  # type: ignore[attr-defined]


def ask_websocket_client(make: Callable[[], Any]) -> Iterator[Asked]:
    """``websocket-client``, which JupyterLab brings."""
    websocket = module("websocket")

    def steps(url: str) -> Steps:
        socket = websocket.WebSocket()
        socket.settimeout(PATIENCE)

        def opens() -> str:
            socket.connect(url, timeout=PATIENCE, http_no_proxy=["127.0.0.1"])
            return "101"

        def echo(text: str | bytes) -> str:
            (socket.send if isinstance(text, str) else socket.send_binary)(text)
            return shortened(socket.recv())

        def pings() -> str:
            socket.ping("there?")
            opcode, frame = socket.recv_data_frame(True)
            return f"opcode {opcode}, “{frame.data.decode()}”"

        def fragments() -> str:
            frame = websocket.ABNF.create_frame
            socket.send_frame(frame("Hel", websocket.ABNF.OPCODE_TEXT, 0))
            socket.send_frame(frame("lo", websocket.ABNF.OPCODE_CONT, 1))
            return shortened(socket.recv())

        def closes() -> str:
            socket.send_close(1000, b"bye")
            opcode, frame = socket.recv_data_frame(True)
            return f"opcode {opcode}, {int.from_bytes(frame.data[:2], 'big')}"

        try:
            yield "opens the connection", "4.2.2", "101", opens
            for text in TEXTS:
                yield f"says {shortened(text)}", "5.6", shortened(text), lambda t=text: echo(t)
            yield "sends 256 bytes", "5.6", "256 bytes", lambda: echo(bytes(range(256)))
            yield "pings", "5.5.3", "opcode 10, “there?”", pings
            yield "says “Hello” in two fragments", "5.4", "“Hello”", fragments
            yield "closes with 1000", "5.5.1", "opcode 8, 1000", closes
        finally:
            socket.shutdown()

    return conversation(make, steps)


def ask_websockets(make: Callable[[], Any]) -> Iterator[Asked]:
    """``websockets``, the library most used in Python."""
    client = module("websockets.sync.client")

    def steps(url: str) -> Steps:
        sockets: list[Any] = []
        opened = ExitStack()

        def opens() -> str:
            patience = {"open_timeout": PATIENCE, "close_timeout": PATIENCE}
            connecting = client.connect(url, compression=None, proxy=None, **patience)
            sockets.append(opened.enter_context(connecting))
            return "101"

        def echo(text: str | bytes | list[str]) -> str:
            sockets[0].send(text)
            return shortened(sockets[0].recv(PATIENCE))

        def pings() -> str:
            return "a pong" if sockets[0].ping("there?").wait(PATIENCE) else "no pong"

        def closes() -> str:
            sockets[0].close(1000, "bye")
            return f"the code {sockets[0].close_code}"

        try:
            yield "opens the connection", "4.2.2", "101", opens
            for text in TEXTS:
                yield f"says {shortened(text)}", "5.6", shortened(text), lambda t=text: echo(t)
            yield "sends 256 bytes", "5.6", "256 bytes", lambda: echo(bytes(range(256)))
            yield "pings", "5.5.3", "a pong", pings
            yield "says “Hello” in two fragments", "5.4", "“Hello”", lambda: echo(["Hel", "lo"])
            yield "closes with 1000", "5.5.1", "the code 1000", closes
        finally:
            opened.close()

    return conversation(make, steps)


CLIENTS = {
    "websocket-client": ("a program others wrote; JupyterLab brings it", ask_websocket_client),
    "websockets": ("a program others wrote, much used in Python", ask_websockets),
}
"""The programs by name."""
