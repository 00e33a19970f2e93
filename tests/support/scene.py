"""A scene of a case: real ends talk, a real recorder listens, and only clock and chance are ours.

The ends are connections of this project (or whatever a script puts in their place); what a faulty
program sends comes as bytes. Each end reads what the other one sent, and its answers are recorded
too. So who closes, with which code and which reason, is not invented. The clock moves only when the
script lets time pass, and keys come from a seeded generator: a scene has the same bytes whenever it
is played.
"""

from collections.abc import Callable
from random import Random

from wslearn.net.record.journal import Journal
from wslearn.net.record.passed import Sender
from wslearn.net.record.recorder import Recorder
from wslearn.protocol.accept import encode_key
from wslearn.protocol.client_handshake import client_request
from wslearn.protocol.close import CODE_SIZE
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import Deflate
from wslearn.protocol.events import Event, Failed
from wslearn.protocol.frame import Frame
from wslearn.protocol.replies import server_response
from wslearn.protocol.server_handshake import check_request

TRIP = 0.004
"""Seconds from one end to the other."""

Change = Callable[[bytes], bytes]


def same(data: bytes) -> bytes:
    """No change."""
    return data


class Scene:
    """Some connections and one clock; ``seed`` decides about every key."""

    def __init__(self, seed: str) -> None:
        self.random = Random(seed)
        self.journal = Journal()
        self.now = 0.0

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def key(self) -> bytes:
        """A masking-key."""
        return self.random.randbytes(4)

    def talk(self, client: str = "client", server: str = "server") -> "Talk":
        """A new connection between two programs with these names."""
        return Talk(self, client, server)


class Talk:
    """One connection of a scene."""

    def __init__(self, scene: Scene, client: str, server: str) -> None:
        self.scene = scene
        self.began = scene.now
        self.said = scene.journal.open(began=round(scene.now, 6), client=client, server=server)
        self.recorder = Recorder(scene.journal, self.said)
        self.ends: dict[Sender, Connection] = {}
        self.quiet = True
        """Whether an end that fails tells its code alone, and not which rule was broken."""

    # -- the opening handshake -----------------------------------------------------------------

    def request(
        self,
        uri: str = "ws://server.example/",
        *,
        deflate: Deflate | None = None,
        asked: tuple[str, ...] = (),
        nonce: bytes | None = None,
        change: Change = same,
    ) -> bytes:
        """The client asks, and ``change`` is a middlebox's work; returns what arrived."""
        nonce = self.scene.random.randbytes(16) if nonce is None else nonce
        made = client_request(uri, encode_key(nonce), subprotocols=asked, deflate=deflate)
        return self.arrives("client", change(made.encode()))

    def reply(
        self, *, deflate: Deflate | None = None, spoken: tuple[str, ...] = (), change: Change = same
    ) -> bytes:
        """The server answers the request as recorded; returns what arrived."""
        checked = check_request(self.said.request, subprotocols=spoken, deflate=deflate)
        arrived = self.arrives("server", change(server_response(checked).encode()))
        self.open()
        return arrived

    def meet(self, uri: str = "ws://server.example/", *, deflate: Deflate | None = None) -> "Talk":
        """The usual handshake, after which both ends are open."""
        self.request(uri, deflate=deflate)
        self.reply(deflate=deflate)
        return self

    def open(self) -> None:
        """Put a connection at each end, as far as the handshake allows."""
        agreed = self.said.deflate
        self.ends = {
            "client": Connection("client", mask_keys=self.scene.key, deflate=agreed),
            "server": Connection("server", deflate=agreed),
        }

    @property
    def client(self) -> Connection:
        """The client's end."""
        return self.ends["client"]

    @property
    def server(self) -> Connection:
        """The server's end."""
        return self.ends["server"]

    # -- what passes ---------------------------------------------------------------------------

    def arrives(self, sender: Sender, data: bytes) -> bytes:
        """Some bytes pass, unread for now."""
        self.recorder.take(sender, data, round(self.scene.now - self.began, 6))
        self.scene.wait(TRIP)
        return data

    def send(self, sender: Sender, data: bytes) -> list[Event]:
        """One side sends; the other reads, and its answer is sent back. Returns what it read."""
        self.arrives(sender, data)
        receiver: Sender = "server" if sender == "client" else "client"
        end = self.ends[receiver]
        events = end.receive(data)
        if events and isinstance(events[-1], Failed) and self.quiet:
            end._reply = end._reply[:CODE_SIZE]  # what was wrong is the question
        if answer := end.take_output():
            self.send(receiver, answer)
        return events

    def from_client(self, frame: Frame, **how: int) -> list[Event]:
        """The client sends a frame, masked, whatever it is; see :meth:`Frame.encode`."""
        return self.send("client", frame.encode(mask_key=self.scene.key(), **how))

    def from_server(self, frame: Frame, **how: int) -> list[Event]:
        """The server sends a frame, whatever it is."""
        return self.send("server", frame.encode(**how))

    def end(self, said: str) -> None:
        """TCP ends; ``said`` is a sentence on who ended it."""
        self.recorder.end(said, round(self.scene.now - self.began, 6))
