"""From two streams of bytes to the record of one connection: a tap and a capture both end here.

The bytes of each side come in pieces, with times. This finds the request, the reply and the frames
in them and adds each to a journal as soon as it is whole. It changes nothing and refuses nothing:

1. Until the server's reply is whole, nobody knows what the client's further bytes mean. So they
   are held, up to a limit, and read once the reply is 101 (RFC 6455 §4.1 forbids to send them
   earlier; some do).
2. After any other reply the connection is ordinary HTTP. The beginning of its body is kept.
3. A frame that is so wrong that it never ends is recorded when the other side closes because of
   it, so that the cause stands before the effect.
4. Of a head that is larger than is kept the rest is not recorded, and nothing behind it: it may be
   a cookie, and where it ends is not known.
"""

from dataclasses import dataclass, field

from wslearn.net.heads import MOST_INTERIM
from wslearn.protocol.close import CODE_SIZE, decode_close
from wslearn.protocol.codes import Opcode
from wslearn.protocol.dissect import dissect
from wslearn.protocol.frame import OPCODE
from wslearn.protocol.http1 import MAX_HEAD, read_request, read_response
from wslearn.protocol.text import counted, shown_text

from .conversation import Conversation
from .journal import Journal
from .passed import Passed, Sender
from .split import FrameSplitter, Piece

KEEP = 64 * 1024
"""How many bytes of one payload are kept unless told otherwise."""

HELD = 64 * 1024
"""How many bytes of a client are held while its handshake has no answer."""

BODY = 4 * 1024
"""How many bytes of an ordinary HTTP answer are kept."""

ENDED_INSIDE = "the connection ended inside this frame"


@dataclass(slots=True)
class _Side:
    """One direction: the splitter of its frames, and what is known of it."""

    splitter: FrameSplitter
    head: bytes = b""  # bytes of a request or reply that is not whole
    head_done: bool = False
    interim: int = 0  # answers before the answer
    begun: float = 0.0  # when the frame under way last grew
    told: bool = False  # the frame under way stands in the record already
    lost: bool = False  # where its frames begin is no longer known
    held: list[tuple[bytes, float]] = field(default_factory=list)
    held_size: int = 0
    close: str | None = None  # its Close frame, in words


class Recorder:
    """Records one connection in a journal; ``keep`` is how many bytes of each payload are kept.

    ``assumed`` names the extensions of a connection whose handshake was not seen; its bytes are
    read as frames from the first on. None: the handshake is expected.
    """

    def __init__(
        self,
        journal: Journal,
        said: Conversation,
        *,
        keep: int = KEEP,
        head_size: int = MAX_HEAD,
        assumed: tuple[str, ...] | None = None,
    ) -> None:
        self.journal = journal
        self.said = said
        self.head_size = head_size
        self.websocket: bool | None = None if assumed is None else True
        self.extensions: tuple[str, ...] = assumed or ()
        self.sides: dict[Sender, _Side] = {
            "client": _Side(FrameSplitter(keep)),
            "server": _Side(FrameSplitter(keep)),
        }
        for side in self.sides.values():
            side.head_done = assumed is not None

    # -- what passes ---------------------------------------------------------------------------

    def take(self, sender: Sender, data: bytes, at: float) -> None:
        """The next bytes of one side, ``at`` seconds after the connection came."""
        side = self.sides[sender]
        if not side.head_done:
            data = self._take_head(sender, side, data)
        if data:
            self._take_rest(sender, side, data, at)

    def lose(self, sender: Sender, size: int) -> None:
        """So many of the next bytes of one side are missing in what is being read."""
        side = self.sides[sender]
        if side.lost:
            return
        side.held.clear()
        if side.head_done and self.websocket and side.splitter.lose(size):
            return
        side.lost = True
        if side.head and not side.head_done:
            self._judge(sender, side.head)
        side.head_done = True
        missing = counted(size, "byte")
        self.note(sender, side.splitter.end(), side.begun, f"{missing} after this are missing")
        self.journal.remarks.append(
            f"Connection {self.said.number}: {missing} that the {sender} sent are missing, and "
            "what it sent after them cannot be told apart into frames."
        )

    def end(self, ended: str, at: float, inside: str = ENDED_INSIDE) -> None:
        """The connection is over: what had begun is recorded as far as it came.

        ``inside`` is the note on a frame of which more was to come.
        """
        if self.said.ended:
            return
        self.said.ended = ended
        for sender, side in self.sides.items():
            if self.websocket and not side.lost and not side.told:
                note = inside if side.splitter.expects_more else ""
                self.note(sender, side.splitter.end(), at, note)
        for sender in ("client", "server"):
            if (head := self.sides[sender].head) and not self.sides[sender].head_done:
                self._judge(sender, head)
        self.journal.changed()

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
    def request_done(self) -> bool:
        """Whether the client's request is whole, or can no longer become so."""
        return self.sides["client"].head_done

    @property
    def farewell(self) -> str:
        """The closing handshake in words, as far as it took place; empty without any Close."""
        words = [
            f"the {sender} sent a Close{side.close}"
            for sender, side in self.sides.items()
            if side.close is not None
        ]
        return " and ".join(words)

    # -- the opening handshake -----------------------------------------------------------------

    def _take_head(self, sender: Sender, side: _Side, data: bytes) -> bytes:
        """Add to the head of one side; returns what stands behind it."""
        side.head += data
        while True:
            if sender == "client":
                head = read_request(side.head, max_size=self.head_size)
                status = 0
            else:
                reply = read_response(side.head, max_size=self.head_size)
                head, status = reply, reply.message.status if reply else 0  # type: ignore[assignment]
            if head is None:
                return b""
            whole, side.head = side.head[: len(side.head) - len(head.rest)], head.rest
            self._judge(sender, whole)
            # Answers before the answer, such as 103 (RFC 9110 §15.2).
            if not (100 <= status <= 199 and status != 101):
                break
            side.interim += 1
            if side.interim > MOST_INTERIM:
                side.head_done = side.lost = True
                self.journal.remarks.append(
                    f"Connection {self.said.number}: more than {MOST_INTERIM} interim answers came "
                    "before the answer, so nothing after them is recorded."
                )
                return b""
        side.head_done = True
        rest, side.head = side.head, b""
        if any(violation.rule.id == "head-too-large" for violation in head.violations):
            side.lost, rest = True, b""
            self.journal.remarks.append(
                f"Connection {self.said.number}: the head that the {sender} sent is larger than "
                f"{counted(self.head_size, 'byte')}, so nothing that it sent later is recorded."
            )
        if sender == "server":
            self._decide()
        return rest

    def _judge(self, sender: Sender, head: bytes) -> None:
        if sender == "client":
            self.said.judge(head, head_size=self.head_size)
        else:
            self.said.judge_reply(head)
        self.journal.changed()

    def _decide(self) -> None:
        """The reply is here: is this a WebSocket, and what was agreed on?"""
        said = self.said
        upgrade = said.answer.response.headers.tokens("Upgrade") if said.answer else []
        other = upgrade and "websocket" not in [name.lower() for name in upgrade]
        self.websocket = said.status == 101 and not other
        self.extensions = tuple(name.lower() for name, _ in said.agreed)
        client = self.sides["client"]
        held, client.held = client.held, []
        if self.websocket:
            for data, at in held:
                self._take_frames("client", client, data, at)

    # -- what comes after ----------------------------------------------------------------------

    def _take_rest(self, sender: Sender, side: _Side, data: bytes, at: float) -> None:
        if self.websocket:
            self._take_frames(sender, side, data, at)
        elif self.websocket is None:
            if sender == "client" and side.held_size + len(data) <= HELD:
                side.held.append((data, at))
                side.held_size += len(data)
            else:
                side.lost = True
        elif sender == "server" and len(self.said.body) < BODY:
            self.said.body += data[: BODY - len(self.said.body)]

    def _take_frames(self, sender: Sender, side: _Side, data: bytes, at: float) -> None:
        if side.lost:
            return
        pieces = side.splitter.feed(data)
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


def _close_in_words(piece: Piece, sender: Sender) -> str:
    payload = dissect(piece.data, "server" if sender == "client" else "client").payload
    if len(payload) < CODE_SIZE:
        return " without a code"
    code, reason = decode_close(payload)
    said = f" with {code}"
    return f"{said}, “{shown_text(reason)}”" if reason else said
