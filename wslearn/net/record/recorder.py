"""From two streams of bytes to the record of one connection: a tap and a capture both end here.

The bytes of each side come in pieces, with times. This finds the request, the reply and the frames
in them and adds each to a journal as soon as it is whole. It changes nothing and refuses nothing:

1. Until the server's reply is whole, nobody knows what the client's further bytes mean. So they
   are held, up to a limit, and read once the reply is 101 (RFC 6455 §4.1 forbids to send them
   earlier; some do). In the same way a reply waits for its request.
2. After any other reply the connection is ordinary HTTP, and may carry further requests (RFC 9112
   §9.3): a login that was refused and is tried again, or a CONNECT to a proxy. Each is a
   conversation of its own. The beginning of a body is kept.
3. Before the request a line of the PROXY protocol may stand. It names the client.
4. What is no frame, where one should begin, is named and not taken for frames: HTTP, TLS, and the
   protocols from before RFC 6455.
5. A frame that is so wrong that it never ends is recorded when the other side closes because of
   it, so that the cause stands before the effect.
6. Of a head that is larger than is kept the rest is not recorded, and nothing behind it: it may be
   a cookie, and where it ends is not known.
"""

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from wslearn.net.heads import MOST_INTERIM
from wslearn.protocol.close import CODE_SIZE, decode_close
from wslearn.protocol.codes import Opcode
from wslearn.protocol.dissect import dissect
from wslearn.protocol.errors import Violation
from wslearn.protocol.frame import OPCODE
from wslearn.protocol.http1 import MAX_HEAD, read_request, read_response
from wslearn.protocol.text import counted, shown_text

from .conversation import Conversation
from .http_bodies import Body
from .journal import Journal
from .other_protocols import (
    HTTP_2,
    TLS,
    before_the_standard,
    other_protocol,
    without_proxy_header,
)
from .passed import Passed, Sender
from .split import FrameSplitter, Piece

KEEP = 2**20
"""How many bytes of one payload are kept unless told otherwise: a message of the usual limit, so
that a compressed one leaves those after it readable. What a journal holds in all has its bounds."""

HELD = 64 * 1024
"""How many bytes of a client are held while its handshake has no answer."""

BODY = 4 * 1024
"""How many bytes of an ordinary HTTP answer are kept."""

ENDED_INSIDE = "the connection ended inside this frame"


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
class _Side:
    """One direction: the splitter of its frames, and what is known of it."""

    splitter: FrameSplitter
    held: deque[tuple[bytes, float]] = field(default_factory=deque)  # not read yet
    held_size: int = 0
    head: bytes = b""  # the beginning of a request or reply that is not whole
    interim: int = 0  # answers before the answer
    spoke: bool = False  # bytes of it have come
    begun: float = 0.0  # when the frame under way last grew
    told: bool = False  # the frame under way stands in the record already
    lost: bool = False  # where its frames begin is no longer known
    close: str | None = None  # its Close frame, in words


class Recorder:
    """Records one TCP connection in a journal; ``keep`` is how many bytes of a payload are kept.

    ``said``     the conversation of its first request; None: requests that ask for no WebSocket
                 are passed over, and counted in ``ordinary``
    ``begin``    makes a conversation for each further request, from its time in seconds since the
                 connection came; None: only the first one is recorded
    ``held``     how many bytes of one side wait at most while the other has to speak
    ``assumed``  names the extensions of a connection whose handshake was not seen; its bytes are
                 read as frames from the first on. None: the handshake is expected
    """

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
        self.sides: dict[Sender, _Side] = {
            "client": _Side(FrameSplitter(keep)),
            "server": _Side(FrameSplitter(keep)),
        }
        self.ordinary = 0
        self.began = said is not None
        """Whether a conversation has begun."""
        self.request_done = False
        """Whether a request has been whole, or can no longer become so."""
        self.other = ""
        """What the connection speaks in place of HTTP and WebSocket, once that is known."""
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

    def take(self, sender: Sender, data: bytes, at: float) -> None:
        """The next bytes of one side, ``at`` seconds after the connection came."""
        side = self.sides[sender]
        side.spoke = True
        if self.phase is Phase.FRAMES and not side.held:
            self._take_frames(sender, side, data, at)
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

    def lose(self, sender: Sender, size: int) -> None:
        """So many of the next bytes of one side are missing in what is being read."""
        side = self.sides[sender]
        if side.lost or self.phase is Phase.OTHER:
            return
        bodies = {Phase.REQUEST_BODY: "client", Phase.REPLY_BODY: "server"}
        if bodies.get(self.phase) == sender and self._body.lose(size):
            return
        side.held.clear()
        if self.phase is Phase.FRAMES and side.splitter.lose(size):
            return
        side.lost = True
        if self.phase is not Phase.FRAMES:
            self._lose_head(sender, side)
        missing = counted(size, "byte")
        self.note(sender, side.splitter.end(), side.begun, f"{missing} after this are missing")
        if self.recorded:
            self.journal.remarks.append(
                f"Connection {self.said.number}: {missing} that the {sender} sent are missing, and "
                "what it sent after them cannot be told apart into frames."
            )

    def _lose_head(self, sender: Sender, side: _Side) -> None:
        """Go on behind a hole in a head or a body, as far as that is possible."""
        head, side.head = side.head, b""
        if self.phase is Phase.REQUEST and sender == "client":
            if head and ASKS_FOR_WEBSOCKET.search(head):
                self._begin_conversation(side.begun)
            if head:
                self._judge(sender, head)
            self.request_done, self.phase = True, Phase.REPLY
            self._go_on()
        elif self.phase is Phase.REPLY and sender == "server" and head:
            self._judge(sender, head)
            if self.said.status == 101:
                self._decide()
        elif self.phase in (Phase.REQUEST_BODY, Phase.REPLY_BODY):
            self.phase = Phase.OTHER

    def end(self, ended: str, at: float, inside: str = ENDED_INSIDE) -> None:
        """The connection is over: what had begun is recorded as far as it came.

        ``inside`` is the note on a frame of which more was to come.
        """
        if self.said.ended:
            return
        self._one_side_alone()
        self.said.ended = ended
        for sender, side in self.sides.items():
            if self.phase is Phase.FRAMES and not side.lost and not side.told:
                note = inside if side.splitter.expects_more else ""
                self.note(sender, side.splitter.end(), at - self._since, note)
        for sender in ("client", "server"):
            if head := self.sides[sender].head:
                self._judge(sender, head)
        self.journal.changed()

    def _one_side_alone(self) -> None:
        """Of one side nothing was seen: read the other one as far as that is possible."""
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

    def note(self, sender: Sender, piece: Piece | None, at: float, note: str = "") -> None:
        """Add a frame to the record."""
        if piece is not None:
            self.journal.add(self.said, self._frame(sender, piece, at, note))

    def _frame(self, sender: Sender, piece: Piece, at: float, note: str = "") -> Passed:
        number = self.said.number
        if piece.missing:
            note = f"{counted(piece.missing, 'byte')} of it are missing" + (note and f"; {note}")
        return Passed(sender, piece.data, at, number, piece.left_out, note, self.extensions)

    @property
    def farewell(self) -> str:
        """The closing handshake in words, as far as it took place; empty without any Close."""
        words = [
            f"the {sender} sent a Close{side.close}"
            for sender, side in self.sides.items()
            if side.close is not None
        ]
        return " and ".join(words)

    # -- requests and replies ------------------------------------------------------------------

    def _go_on(self) -> None:
        """Read what waits, as long as the side has spoken that is to speak next."""
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
        """Take as frames what came before it was known that there are some."""
        for sender, side in self.sides.items():
            held, side.held, side.held_size = list(side.held), deque(), 0
            for data, at in held if self.phase is Phase.FRAMES else ():
                self._take_frames(sender, side, data, at)

    def _take_request(self, side: _Side, data: bytes, at: float) -> bytes:
        """Add to the head of a request; the bytes that stand behind it."""
        side.head += data
        stripped = without_proxy_header(side.head)
        if stripped is None:
            return b""
        side.head, named = stripped
        other = other_protocol(side.head[:80])
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
        if self._only_websockets and not ASKS_FOR_WEBSOCKET.search(whole):
            self.ordinary += 1
            self.said = Conversation()
        else:
            self._begin_conversation(at)
        self._first = False
        self._judge("client", whole)
        rest = self._after_large_head("client", side, head.violations, head.rest)
        self._body = Body.of_request(head.message)
        self.phase = Phase.REPLY if self._body.done else Phase.REQUEST_BODY
        return rest

    def _begin_conversation(self, at: float) -> None:
        """A conversation for this request: the one that waits for it, or a further one."""
        if not self._fresh and self.begin is not None:
            if self.recorded and not self.said.ended:
                self.said.ended = no_websocket(self.said)
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

    def _take_reply(self, side: _Side, data: bytes, at: float) -> bytes:
        """Add to the head of a reply; the bytes that stand behind it."""
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
        """Add to a body; the bytes that stand behind it."""
        body, rest = self._body.take(data)
        if self.phase is Phase.REQUEST_BODY:
            self.phase = Phase.REPLY if self._body.done else self.phase
            return rest
        if len(self.said.body) < BODY:
            self.said.body += body[: BODY - len(self.said.body)]
        self.phase = Phase.REQUEST if self._body.done else self.phase
        return rest

    def _after_large_head(
        self, sender: Sender, side: _Side, violations: tuple[Violation, ...], rest: bytes
    ) -> bytes:
        """What stands behind a head: nothing that can be told, where the head was cut."""
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
                    "Its frames are other ones, so its bytes are not read as frames."
                )
        else:
            self._open(tuple(name.lower() for name, _ in said.agreed))

    def _open(self, extensions: tuple[str, ...]) -> None:
        self.extensions = extensions
        self.phase = Phase.FRAMES
        self._read_held()

    # -- frames --------------------------------------------------------------------------------

    def _take_frames(self, sender: Sender, side: _Side, data: bytes, at: float) -> None:
        if side.lost:
            return
        at = round(at - self._since, 6)
        pieces = side.splitter.feed(data)
        if side.splitter.foreign:
            side.lost = True
            self._name_other(sender, side.splitter.foreign)
        if side.told and pieces:
            side.told = False
            del pieces[0]
        for piece in pieces:
            if piece.data[0] & OPCODE == Opcode.CLOSE:
                side.close = side.close or _close_in_words(piece, sender)
                self._tell_the_cause(sender, at)
                break
        if pieces:
            self.journal.add(self.said, *(self._frame(sender, piece, at) for piece in pieces))
        side.begun = at

    def _name_other(self, sender: Sender, data: bytes) -> None:
        """Say what came where a frame should have begun."""
        self.journal.remarks.append(
            f"Connection {self.said.number}: where a frame should begin, the {sender} sent "
            f"{other_protocol(data[:80])}. From there on its bytes are no frames, and not read."
        )

    def _tell_the_cause(self, closing: Sender, at: float) -> None:
        """Record the frame under way of the other side, if the Close answers a fault in it."""
        sender: Sender = "server" if closing == "client" else "client"
        side = self.sides[sender]
        under_way = b"" if side.told or side.lost else side.splitter.under_way
        receiver = closing
        if under_way and dissect(under_way, receiver, self.extensions).violations:
            side.told = True
            note = f"the {closing} closed before the rest of it came"
            self.note(sender, Piece(under_way), side.begun, note)


def no_websocket(said: Conversation) -> str:
    """How a conversation ended whose answer opened no WebSocket, in one sentence."""
    return f"The server answered {said.status}: no WebSocket was opened."


def _close_in_words(piece: Piece, sender: Sender) -> str:
    payload = dissect(piece.data, "server" if sender == "client" else "client").payload
    if len(payload) < CODE_SIZE:
        return " without a code"
    code, reason = decode_close(payload)
    said = f" with {code}"
    return f"{said}, “{shown_text(reason)}”" if reason else said
