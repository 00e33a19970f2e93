"""From two streams of bytes to the record of one connection: a tap and a capture both end here.

The bytes of each side come in pieces, with times. This finds the request, the reply and the frames
in them and adds each to a journal as soon as it is whole. It changes nothing and refuses nothing:

1. Until the server's reply is whole, nobody knows what the client's further bytes mean. So they are
   held, up to a limit, and read once the reply is 101 (RFC 6455 §4.1 forbids sending them earlier;
   some do). In the same way a reply waits for its request.
2. After any other reply the connection is ordinary HTTP, and may carry further requests (RFC 9112
   §9.3): a login that was refused and is tried again, or a CONNECT to a proxy. Each is a
   conversation of its own. The beginning of a body is kept.
3. A line of the PROXY protocol may come before the request. It names the client.
4. Where a frame should begin, anything else is named and not taken for frames: HTTP, TLS, and the
   protocols from before RFC 6455.
5. A frame so wrong that it never ends is recorded when the other side closes because of it, so that
   the cause comes before the effect.
6. If a head is larger than the limit, the rest of it is not recorded, nor anything after it: it may
   be a cookie, and nobody knows where it ends.
"""

from wslearn.protocol.close import CODE_SIZE, decode_close
from wslearn.protocol.codes import Opcode
from wslearn.protocol.dissect import dissect
from wslearn.protocol.dissection import OTHER_SIDE
from wslearn.protocol.frame import OPCODE
from wslearn.protocol.text import counted, shown_text

from .beginnings import what_begins
from .exchanges import Exchanges, Phase, Side
from .passed import Passed, Sender
from .split import Piece

ENDED_INSIDE = "the connection ended inside this frame"


class Recorder(Exchanges):
    """Records one TCP connection in a journal; ``keep`` is how many bytes of a payload are kept.

    ``said``     the conversation of its first request; None: requests that ask for no WebSocket
                 are passed over
    ``begin``    makes a conversation for each further request, from its time in seconds since the
                 connection came; None: only the first one is recorded
    ``held``     how many bytes of one side may wait while the other has to speak
    ``assumed``  names the extensions of a connection whose handshake was not seen; its bytes are
                 read as frames from the first on. None: the handshake is expected
    """

    def lose(self, sender: Sender, size: int) -> None:
        """This many of the next bytes of one side are missing from what is being read."""
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
                "what it sent after them cannot be split into frames."
            )

    def end(self, ended: str, at: float, inside: str = ENDED_INSIDE) -> None:
        """The connection is over: whatever had begun is recorded as far as it came.

        ``inside`` is the note on a frame of which more was to come.
        """
        if self.said.ended:
            return
        self._one_side_alone()
        client, server = self.sides["client"], self.sides["server"]
        if client.head and self.phase is Phase.REQUEST:
            self._begin_with(client.head, at)
        if server.head and self.phase is Phase.REPLY:
            self._judge("server", server.head)
        self.said.ended = ended
        for sender, side in self.sides.items():
            if self.phase is Phase.FRAMES and not side.lost and not side.told:
                note = inside if side.splitter.expects_more else ""
                self.note(sender, side.splitter.end(), at - self._since, note)
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
    def farewell(self) -> str:
        """The closing handshake in words, as far as it took place; empty without any Close."""
        words = [
            f"the {sender} sent a Close{side.close}"
            for sender, side in self.sides.items()
            if side.close is not None
        ]
        return " and ".join(words)

    # -- frames --------------------------------------------------------------------------------

    def _take_frames(
        self, sender: Sender, side: Side, data: bytes, at: float, note: str = ""
    ) -> None:
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
            self.journal.add(self.said, *(self._frame(sender, piece, at, note) for piece in pieces))
        side.begun = at

    def _name_other(self, sender: Sender, data: bytes) -> None:
        """Say what came where a frame should have begun."""
        self.journal.remarks.append(
            f"Connection {self.said.number}: where a frame should begin, the {sender} sent "
            f"{what_begins(data[:80])}. From there on its bytes are not frames, and not read."
        )

    def _tell_the_cause(self, closing: Sender, at: float) -> None:
        """Record the other side's frame under way, if the Close answers a fault in it."""
        sender: Sender = OTHER_SIDE[closing]
        side = self.sides[sender]
        under_way = b"" if side.told or side.lost else side.splitter.under_way
        if under_way and dissect(under_way, closing, self.extensions).violations:
            side.told = True
            note = f"the {closing} closed before the rest of it came"
            self.note(sender, Piece(under_way), side.begun, note)


def _close_in_words(piece: Piece, sender: Sender) -> str:
    payload = dissect(piece.data, OTHER_SIDE[sender]).payload
    if len(payload) < CODE_SIZE:
        return " without a code"
    code, reason = decode_close(payload)
    said = f" with {code}"
    return f"{said}, “{shown_text(reason)}”" if reason else said
