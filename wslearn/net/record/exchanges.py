"""What passes on a connection before its frames: requests and replies, one after another.

The numbered rules are in ``recorder``; here are those about HTTP. What would break them: reading a
reply before its request is whole, or a client's bytes before anybody knows what they mean.
"""

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from wslearn.net.heads import MOST_INTERIM
from wslearn.protocol.errors import Violation
from wslearn.protocol.http1 import MAX_HEAD, REASONS, read_request, read_response
from wslearn.protocol.text import counted, shown_text

from .beginnings import (
    HTTP_2,
    TLS,
    before_the_standard,
    what_begins,
    without_proxy_header,
)
from .conversation import Conversation
from .http_bodies import Body
from .journal import Journal
from .passed import Sender
from .split import FrameSplitter

KEEP = 2**20
"""How many bytes of one payload are kept unless told otherwise: a message of the usual limit, so
that a compressed one leaves those after it readable. What a journal holds in all has its bounds."""

HELD = 64 * 1024
"""How many bytes of a client are held while its handshake has no answer."""

BODY = 4 * 1024
"""How many bytes of an ordinary HTTP answer are kept."""

ASKS_FOR_WEBSOCKET = re.compile(
    rb"^Upgrade[ \t]*:[^\r\n]*websocket|^Sec-WebSocket-", re.IGNORECASE | re.MULTILINE
)


class Phase(Enum):
    """What comes next on a connection."""

    REQUEST = "a request"
    REQUEST_BODY = "the body of a request"
    REPLY = "a reply"
    REPLY_BODY = "the body of a reply"
    FRAMES = "frames"
    OTHER = "another protocol"


@dataclass(slots=True)
class Side:
    """One direction: the splitter of its frames, and what is known of it."""

    splitter: FrameSplitter
    held: deque[tuple[bytes, float]] = field(default_factory=deque)  # not read yet
    held_size: int = 0
    head: bytes = b""  # the beginning of a request or reply that is not whole
    interim: int = 0  # answers before the answer
    spoke: bool = False  # bytes of it have come
    begun: float = 0.0  # when the frame under way last grew
    told: bool = False  # the frame under way is already in the record
    lost: bool = False  # where its frames begin is no longer known
    close: str | None = None  # its Close frame, in words


class Exchanges:
    """The HTTP part of a :class:`~wslearn.net.record.recorder.Recorder`, which adds the frames."""

    def __init__(
        self,
        journal: Journal,
        said: Conversation | None,
        *,
        begin: Callable[[float], Conversation] | None = None,
        keep: int = KEEP,
        held: int = HELD,
        head_size: int = MAX_HEAD,
        assumed: tuple[str, ...] | None = None,
    ) -> None:
        self.journal = journal
        self.said = Conversation() if said is None else said
        self.begin = begin
        self.held = held
        self.head_size = head_size
        self.phase = Phase.REQUEST if assumed is None else Phase.FRAMES
        self.extensions: tuple[str, ...] = assumed or ()
        self.sides: dict[Sender, Side] = {
            "client": Side(FrameSplitter(keep)),
            "server": Side(FrameSplitter(keep)),
        }
        self.began = said is not None
        """Whether a conversation has begun."""
        self.request_done = False
        """Whether a request has been whole, or can no longer become so."""
        self.other = ""
        """What the connection speaks instead of HTTP and WebSocket, once that is known."""
        self._only_websockets = said is None
        self._fresh = said is not None  # the conversation waits for its request
        self._first = True  # no request has been whole
        self._since = 0.0  # when the conversation began, in seconds since the connection came
        self._method = "GET"
        self._body = Body(0)
        self._named = ""  # the client that a PROXY line names

    @property
    def websocket(self) -> bool | None:
        """Whether the connection carries frames now; None: that is not known yet."""
        if self.phase is Phase.FRAMES:
            return True
        waits = self.phase is Phase.REPLY or (self.phase is Phase.REQUEST and not self.said.reply)
        return None if waits else False

    @property
    def recorded(self) -> bool:
        """Whether the journal holds the conversation that is under way."""
        return bool(self.said.number)

    # -- what passes ---------------------------------------------------------------------------

    def take(self, sender: Sender, data: bytes, at: float, note: str = "") -> None:
        """The next bytes of one side, ``at`` seconds after the connection came; ``note`` is what to
        know about the frames that they end."""
        side = self.sides[sender]
        side.spoke = True
        if self.phase is Phase.FRAMES and not side.held:
            self._take_frames(sender, side, data, at, note)
            return
        if side.lost or self.phase is Phase.OTHER:
            return
        if side.held_size + len(data) > self.held:
            waits = self.phase in (Phase.REPLY, Phase.REPLY_BODY) and sender == "client"
            if waits or (self.phase is Phase.REQUEST and sender == "server"):
                side.lost = True
                side.held.clear()
                return
        side.held.append((data, at))
        side.held_size += len(data)
        self._go_on()

    def _lose_head(self, sender: Sender, side: Side) -> None:
        """Go on after a hole in a head or a body, as far as that is possible."""
        head, side.head = side.head, b""
        if self.phase is Phase.REQUEST and sender == "client":
            if head:
                self._begin_with(head, side.begun)
            self.request_done, self.phase = True, Phase.REPLY
            self._go_on()
        elif self.phase is Phase.REPLY and sender == "server" and head:
            self._judge(sender, head)
            if self.said.status == 101:
                self._decide()
        elif self.phase in (Phase.REQUEST_BODY, Phase.REPLY_BODY):
            self.phase = Phase.OTHER

    def _one_side_alone(self) -> None:
        """Nothing was seen of one side: read the other one as far as that is possible."""
        client, server = self.sides["client"], self.sides["server"]
        number = self.said.number
        if self.phase is Phase.REQUEST and server.held and not client.spoke:
            self._begin_conversation(server.held[0][1])
            number = self.said.number
            self.phase = Phase.REPLY
            self._go_on()
            missing = "what the client sent is not here, so nothing tells whether the reply fits"
        elif self.phase is Phase.REPLY and client.held and not server.spoke and self.recorded:
            offered = self.said.check.extensions if self.said.check else ()
            self._open(tuple(name.lower() for name, _ in offered))
            missing = (
                "what the server sent is not here. The client's bytes are read as if the server "
                "had agreed to all that was offered"
            )
        else:
            return
        if number:
            self.journal.remarks.append(f"Connection {number}: {missing}.")

    # -- requests and replies ------------------------------------------------------------------

    def _go_on(self) -> None:
        """Read what waits, as long as the side that is to speak next has spoken."""
        while self.phase not in (Phase.FRAMES, Phase.OTHER):
            asks = self.phase in (Phase.REQUEST, Phase.REQUEST_BODY)
            sender: Sender = "client" if asks else "server"
            side = self.sides[sender]
            if not side.held:
                return
            data, at = side.held.popleft()
            side.held_size -= len(data)
            if self.phase is Phase.REQUEST:
                rest = self._take_request(side, data, at)
            elif self.phase is Phase.REPLY:
                rest = self._take_reply(side, data, at)
            else:
                rest = self._take_body(data)
            if rest:
                side.held.appendleft((rest, at))
                side.held_size += len(rest)
        self._read_held()

    def _read_held(self) -> None:
        """Take as frames what came before it was known that there are any."""
        for sender, side in self.sides.items():
            held, side.held, side.held_size = list(side.held), deque(), 0
            for data, at in held if self.phase is Phase.FRAMES else ():
                self._take_frames(sender, side, data, at)

    def _take_request(self, side: Side, data: bytes, at: float) -> bytes:
        """Add to the head of a request; return the bytes that follow it."""
        side.head += data
        stripped = without_proxy_header(side.head)
        if stripped is None:
            return b""
        side.head, named = stripped
        other = what_begins(side.head[:80])
        if other in (TLS, HTTP_2):
            self.other, self.phase = other, Phase.OTHER
            self.request_done = True
            return b""
        self._named = named or self._named
        head = read_request(side.head, max_size=self.head_size)
        if head is None:
            return b""
        whole, side.head = side.head[: len(side.head) - len(head.rest)], b""
        self.request_done = True
        self._method = head.message.method
        self._begin_with(whole, at)
        self._first = False
        rest = self._after_large_head("client", side, head.violations, head.rest)
        self._body = Body.of_request(head.message)
        self.phase = Phase.REPLY if self._body.done else Phase.REQUEST_BODY
        return rest

    def _begin_with(self, request: bytes, at: float) -> None:
        """Begin what a request begins: a conversation, or something that is skipped."""
        if self._only_websockets and not ASKS_FOR_WEBSOCKET.search(request):
            self._leave()
            self.said = Conversation()
        else:
            self._begin_conversation(at)
        self._judge("client", request)

    def _leave(self) -> None:
        """The conversation under way has had its answer."""
        if self.recorded and not self.said.ended:
            self.said.ended = no_websocket(self.said)

    def _begin_conversation(self, at: float) -> None:
        """A conversation for this request: the one that waits for it, or a further one."""
        if not self._fresh and self.begin is not None:
            self._leave()
            # The first one began with the connection, the others with their requests.
            self._since = 0.0 if self._first else at
            self.said = self.begin(self._since)
        self._fresh, self.began = False, True
        if self._named:
            self.journal.remarks.append(
                f"Connection {self.said.number}: a PROXY header says that the client behind "
                f"{self.said.client or 'the proxy'} is {self._named}."
            )
            self._named = ""

    def _take_reply(self, side: Side, data: bytes, at: float) -> bytes:
        """Add to the head of a reply; return the bytes that follow it."""
        side.head += data
        head = read_response(side.head, max_size=self.head_size)
        if head is None:
            return b""
        whole, side.head = side.head[: len(side.head) - len(head.rest)], b""
        status = head.message.status
        if status == 101 and self._only_websockets and not self.recorded and self._first:
            self._begin_conversation(at)  # its request was missing
        self._judge("server", whole)
        # Answers before the answer, such as 103 (RFC 9110 §15.2).
        if 100 <= status <= 199 and status != 101:
            side.interim += 1
            if side.interim <= MOST_INTERIM:
                return head.rest
            side.lost, self.phase = True, Phase.OTHER
            self.journal.remarks.append(
                f"Connection {self.said.number}: more than {MOST_INTERIM} interim answers came "
                "before the answer, so nothing after them is recorded."
            )
            return b""
        side.interim = 0
        rest = self._after_large_head("server", side, head.violations, head.rest)
        if status == 101:
            self._decide()
        elif self._method == "CONNECT" and 200 <= status <= 299:
            if self.recorded:
                self.said.ended = "The proxy opened a tunnel; what passed in it is recorded apart."
            self._method, self.phase = "GET", Phase.REQUEST
        else:
            self._body = Body.of_reply(head.message, self._method)
            self.phase = Phase.REQUEST if self._body.done else Phase.REPLY_BODY
        return rest

    def _take_body(self, data: bytes) -> bytes:
        """Add to a body; return the bytes that follow it."""
        body, rest = self._body.take(data)
        if self.phase is Phase.REQUEST_BODY:
            self.phase = Phase.REPLY if self._body.done else self.phase
            return rest
        if len(self.said.body) < BODY:
            self.said.body += body[: BODY - len(self.said.body)]
        self.phase = Phase.REQUEST if self._body.done else self.phase
        return rest

    def _after_large_head(
        self, sender: Sender, side: Side, violations: tuple[Violation, ...], rest: bytes
    ) -> bytes:
        """What follows a head: nothing can be known where the head was cut."""
        if not any(violation.rule.id == "head-too-large" for violation in violations):
            return rest
        side.lost = True
        if self.recorded:
            self.journal.remarks.append(
                f"Connection {self.said.number}: the head that the {sender} sent is larger than "
                f"{counted(self.head_size, 'byte')}, so nothing that it sent later is recorded."
            )
        return b""

    def _judge(self, sender: Sender, head: bytes) -> None:
        if sender == "client":
            self.said.judge(head, head_size=self.head_size)
        else:
            self.said.judge_reply(head)
        self.journal.changed()

    def _decide(self) -> None:
        """The server agreed to change the protocol: is it this one, and what was agreed on?"""
        said = self.said
        upgrade = said.answer.response.headers.tokens("Upgrade") if said.answer else []
        if upgrade and "websocket" not in [name.lower() for name in upgrade]:
            self.other = f"an upgrade to {shown_text(', '.join(upgrade).encode())}"
            self.phase = Phase.OTHER
        elif early := before_the_standard(said.request):
            self.phase = Phase.OTHER
            if self.recorded:
                self.journal.remarks.append(
                    f"Connection {said.number}: this is {early}, a protocol from before RFC 6455. "
                    "Its frames are different, so its bytes are not read as frames."
                )
        else:
            self._open(tuple(name.lower() for name, _ in said.agreed))

    def _open(self, extensions: tuple[str, ...]) -> None:
        self.extensions = extensions
        self.phase = Phase.FRAMES
        self._read_held()

    def _take_frames(
        self, sender: Sender, side: Side, data: bytes, at: float, note: str = ""
    ) -> None:
        """Read bytes of one side as frames."""
        raise NotImplementedError


def no_websocket(said: Conversation) -> str:
    """How a conversation whose answer opened no WebSocket ended, in one sentence."""
    answer = f"{said.status} {REASONS.get(said.status or 0, '')}".rstrip()
    return f"The server answered {answer}: no WebSocket was opened."
