"""Judges for a student's client: servers that say what is right, and what is not.

1. ``examples``: the worked examples of RFC 6455, as a server sends them.
2. ``scissors``: one conversation, cut at every place where a network may cut it.
3. ``faults``: every malformed frame of the gallery; each must end in one Close with the right code.
4. ``wslearn`` and ``websockets``: real servers on 127.0.0.1, over a real socket.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

from wslearn.checking.checker import SECONDS
from wslearn.conformance.heard import frame_in_words
from wslearn.course.answers import judge as judge_answer
from wslearn.course.waiting import one_by_one
from wslearn.lessons.lesson_09.judges.clients import PATIENCE, TEXTS, Asked, module, shortened
from wslearn.lessons.lesson_09.judges.hosted import attempt
from wslearn.lessons.lesson_09.judges.oracles import Ruling, Verdicts, cut, faults, ruling_of
from wslearn.lessons.lesson_09.parts import reference_of
from wslearn.net.background import Background
from wslearn.net.server import serve
from wslearn.protocol.accept import encode_key
from wslearn.protocol.dissect import dissect_all
from wslearn.protocol.errors import FrameError, NetworkError
from wslearn.protocol.examples import SAMPLE_KEY
from wslearn.protocol.frame import Frame
from wslearn.protocol.parser import FrameParser

from .client_inputs import ASK, END, GOOD, HI, URL

NAME = "a server for a student's client"
"""What its thread is called."""

ANYWHERE = (
    "A read may end anywhere, and may hold many frames. What is not used yet waits in the buffer."
)

# -- in memory -------------------------------------------------------------------------------------


def heard(make: Callable[..., Any], pieces: list[bytes]) -> str:
    """What a client makes of these reads, in words: what came, what it sent, whether it is done."""
    client, trouble = attempt(lambda: make(URL, SAMPLE_KEY), make)
    came: list[bytes] = []
    asked = 0 if trouble else len(client.out)
    for piece in pieces:
        if trouble or client.done:
            break
        messages, trouble = attempt(lambda piece=piece: list(client.receive(piece)), make)
        came += messages or []
    if trouble:
        return trouble.replace("`receive` ", "")
    words = [f"came {shortened(data.decode('utf-8', 'replace'))}" for data in came]
    words += [f"sent {sent}" for sent in _sent(client.out[asked:])]
    return ", ".join([*words, *(["the end"] if client.done else [])]) or "nothing"


def _sent(data: bytes) -> list[str]:
    """The frames that a client sent, in words; a server's verdict where it would not take them."""
    try:
        words = [frame_in_words(frame) for frame in FrameParser("server").feed(data)]
    except FrameError as error:
        return [f"a frame that a server refuses ({error.violation})"]
    keys = [seen.mask_key for seen in dissect_all(data, "server")]
    return words if len({*keys}) == len(keys) else [*words, "all with one key"]


HELLO_PARTS = Frame.text("Hel", fin=False).encode() + Frame.continuation(b"lo").encode()

EXAMPLES = (
    ("the sample handshake", GOOD, "nothing", "1.3"),
    ("“Hello” in one frame", GOOD + HI, "came “Hello”", "5.7"),
    ("“Hello” in two fragments", GOOD + HELLO_PARTS, "came “Hello”", "5.7"),
    ("a ping", GOOD + ASK, "sent pong “p”", "5.5.2"),
    ("a Close with 1000", GOOD + END, "sent close 1000, the end", "5.5.1"),
    ("a text after the Close", GOOD + END + HI, "sent close 1000, the end", "1.4"),
    ("the accept value of another key", GOOD.replace(b"s3pP", b"S3pP") + HI, "the end", "4.1"),
    ("a reply that is not 101", b"HTTP/1.1 403 Forbidden\r\n\r\n", "the end", "4.1"),
)
"""What a server says, what a good client makes of it, and the section."""

CONVERSATION = (
    HI + HELLO_PARTS[:5] + ASK + HELLO_PARTS[5:] + Frame.binary(b"." * 130).encode() + END
)


def ask_examples(make: Callable[..., Any]) -> Iterator[Asked]:
    """The worked examples of RFC 6455."""
    for what, data, expected, section in EXAMPLES:
        yield Asked(what, section, expected, heard(make, [data]))


def ask_scissors(make: Callable[..., Any]) -> Iterator[Asked]:
    """One conversation, cut in two at every place, and cut into single bytes."""
    stream = GOOD + CONVERSATION
    expected = heard(reference_of("15.4"), [stream])
    for where, pieces in cut(stream, "cut after byte {}".format):
        yield Asked(where, "5.2", expected, heard(make, pieces), ANYWHERE)


def ask_faults(make: Callable[..., Any]) -> Iterator[Asked]:
    """Every malformed frame that needs no extension, after a fine one."""
    for case, section, code in faults("client"):
        yield Asked(
            case.title,
            section,
            f"came “Hello”, sent close {code}, the end",
            heard(make, [GOOD + HI + case.data("client"), ASK]),
            f"{case.rule} What came before still counts; after its Close a client is silent.",
        )


# -- over a socket ---------------------------------------------------------------------------------


def over_a_socket(client: Any, url: str, texts: tuple[str, ...]) -> Iterator[bytes]:
    """Let a client say texts one after another, then goodbye; return what comes back.

    Raises :class:`NetworkError` where there is no network, :class:`OSError` for a lost connection.
    """
    where = urlsplit(url)
    waiting = list(texts)
    try:
        sock = socket.create_connection((where.hostname, where.port), timeout=PATIENCE)
    except OSError as problem:
        raise NetworkError(f"No connection to {url}: {problem}") from None
    with closing(sock):
        sock.sendall(client.out)
        client.out = b""
        while data := sock.recv(4096):
            came = client.receive(data)
            yield from came
            if client.opened and (came or waiting == list(texts)) and not client.closing:
                if waiting:
                    client.send(1, waiting.pop(0).encode())
                elif came:
                    client.send(8, (1000).to_bytes(2, "big"))
            sock.sendall(client.out)
            client.out = b""
            if client.done:
                return


def ask_a_server(make: Callable[..., Any], url: str) -> Iterator[Asked]:
    """A conversation with a real server that echoes."""

    def talk() -> list[bytes]:
        client = make(url, encode_key(bytes(range(16))))
        return list(over_a_socket(client, url, TEXTS)) + [b"the end"] * bool(client.done)

    came, trouble = attempt(talk, make, PATIENCE)
    came = [shortened(data.decode("utf-8", "replace")) for data in came or []]
    for index, expected in enumerate([*map(shortened, TEXTS), shortened("the end")]):
        got = came[index] if index < len(came) else trouble.replace("`receive` ", "") or "nothing"
        what = f"an echo of {expected}" if index < len(TEXTS) else "the closing handshake"
        yield Asked(what, "5.6" if index < len(TEXTS) else "7.1.2", expected, got)


async def _echo(socket: Any) -> None:
    """What both servers do."""
    async for message in socket:
        await socket.send(message)


def ask_wslearn(make: Callable[..., Any]) -> Iterator[Asked]:
    """wslearn's own server."""
    with Background(NAME) as background:
        server = background.run(serve(_echo))
        yield from ask_a_server(make, server.url)
        background.run(server.close())


def ask_websockets(make: Callable[..., Any]) -> Iterator[Asked]:
    """The server of ``websockets``."""
    asked = module("websockets.asyncio.server")

    async def begin() -> Any:
        return await asked.serve(_echo, "127.0.0.1", 0)

    with Background(NAME) as background:
        server = background.run(begin())
        port = server.sockets[0].getsockname()[1]
        yield from ask_a_server(make, f"ws://127.0.0.1:{port}/")
        server.close()
        background.run(server.wait_closed())


JUDGES: dict[str, tuple[str, Callable[..., Iterator[Asked]]]] = {
    "examples": ("the worked examples of RFC 6455", ask_examples),
    "scissors": ("one conversation, cut at every place", ask_scissors),
    "faults": ("every malformed frame of the gallery", ask_faults),
    "wslearn": ("the server of this course, over a real socket", ask_wslearn),
    "websockets": ("a server written by others, over a real socket", ask_websockets),
}
"""The judges by name, with what they ask in a few words."""

YOURS = "Asked about your MyClient."
LENT = "Your MyClient is not solved yet: asked about ours, made of the parts in use."


def ask_servers(client: Any) -> Verdicts:
    """Have all judges look at a client. Raises nothing of the student's."""
    whose = YOURS
    if not callable(client) or judge_answer("15.4", client, SECONDS).outcome == "unsolved":
        client, whose = reference_of("15.4"), LENT
    rulings: list[Ruling] = [
        ruling_of(name, client, JUDGES) for name in one_by_one("Asking the judges", list(JUDGES))
    ]
    return Verdicts(whose, tuple(rulings), "judge")
