"""Where frames wait: one direction of a connection through a tap.

As long as nobody asks for frames to be held, bytes pass as they come, and this looks at none of
them. From then on it follows where the sender's frames begin. A frame that may be wanted waits
until it is whole; every other byte passes at once. What would break it: losing the place where the
next frame begins, or passing bytes out of order.
"""

from dataclasses import replace
from typing import Protocol

from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.codes import opcode_name
from wslearn.protocol.frame import OPCODE, RSV1
from wslearn.protocol.parser import LONGEST_HEADER
from wslearn.protocol.text import counted

from .beginnings import begins_otherwise
from .hold import HeldFrame, Hold
from .passed import Judged, Passed, Sender
from .recorder import Recorder
from .split import FrameSplitter, stated_size

INSIDE = (
    "its receiver is still inside the frame before it, and takes these bytes for that one's payload"
)
_LOOKED_AT = 20
"""How many bytes show whether a frame begins, or another protocol."""

_SHOWN = 24


class Way(Protocol):
    """What a gate needs of the connection: to write, to record, and to know what was recorded."""

    recorder: Recorder | None
    blind: bool

    @property
    def holds(self) -> list[Hold]:
        """What is to be held."""

    def write(self, sender: Sender, data: bytes) -> None:
        """Pass these bytes on."""

    def record(self, sender: Sender, data: bytes, note: str = "") -> None:
        """Record what has just been passed on."""


class Gate:
    """One direction: ``held`` is the frame that waits in it, ``waiting`` the bytes behind it."""

    def __init__(self, way: Way, sender: Sender) -> None:
        self.way, self.sender = way, sender
        self.waiting = b""
        self.held: HeldFrame | None = None
        self._frames: FrameSplitter | None = None  # follows the sender, once somebody has asked
        self._told = False
        self._advancing = self._flushing = False

    async def take(self, data: bytes) -> None:
        """Pass the next bytes on, or let them wait; returns when no frame is held."""
        if self._frames is None:
            data = self._before_frames(data)
        self.waiting += data
        self._advance()
        while self.held is not None:
            await self.held.decided.wait()

    def flush(self) -> bool:
        """Pass everything on as it came; says whether anything was waiting."""
        if self._advancing:  # it is called by whoever watches: what is passing goes on to the end
            self._flushing = True
            return True
        if not (self.waiting or self.held):
            return False
        if self.held is not None:
            held, self.held = self.held, None
            self._pass(held.came)
            held.hold.forget(held)
        data, self.waiting = self.waiting, b""
        if data:
            if self._frames is not None:
                self._frames.feed(data)
            self._pass(data)
        return True

    def ended(self, hold: Hold) -> None:
        """One hold has ended: what it held passes as it came, and so does what waited for it."""
        if self.held is not None and self.held.hold is hold:
            self.decide(self.held, self.held.came, done=True)
        elif self.held is None:
            self._advance()

    # -- the held frame ------------------------------------------------------------------------

    @property
    def connection(self) -> int:
        """Its number in the journal."""
        return self.way.recorder.said.number if self.way.recorder else 0

    def decide(self, frame: HeldFrame, *passes: bytes, done: bool) -> None:
        """Pass these bytes on in place of the frame; ``done``: it waits no longer."""
        came = hex_bytes(frame.came, _SHOWN)
        if done:  # first, because whoever watches may end the hold meanwhile
            self.held = None
        for data in passes:
            notes = [] if done else ["a copy of a frame that was held"]
            if data != frame.came:
                notes.append(f"changed while it was held: it came as {came}")
            self._pass(data, "; ".join(notes))
        if not done:
            return
        if not passes and self.way.recorder is not None:
            kind = opcode_name(frame.came[0] & OPCODE)
            self._remark(f"a {kind} frame of the {self.sender} was held, and dropped: {came}.")
        frame.hold.forget(frame)
        self._advance()

    @property
    def extensions(self) -> tuple[str, ...]:
        """The names of the extensions that were agreed on."""
        return self.way.recorder.extensions if self.way.recorder else ()

    def foresee(self, data: bytes) -> Passed:
        """These bytes, with what the receiver will make of them if they pass now."""
        recorder = self.way.recorder
        assert recorder is not None, "a frame is held only where frames are recorded"
        number, extensions = recorder.said.number, recorder.extensions
        frame = Passed(self.sender, data, connection=number, extensions=extensions)
        if recorder.sides[self.sender].splitter.expects_more:
            return replace(frame, judged=Judged(unread=INSIDE))
        return recorder.said.foreseen(frame)

    # -- what passes ---------------------------------------------------------------------------

    def _pass(self, data: bytes, note: str = "") -> None:
        self.way.write(self.sender, data)
        self.way.record(self.sender, data, note)

    def _before_frames(self, data: bytes) -> bytes:
        """Pass on what cannot hold frames; what is left is frames."""
        if not self.way.holds:
            self._pass(data)
            return b""
        # A head ends with a line end, so frames begin after one. Only the server's reply opens the
        # connection: what comes with it may be the first frame.
        at = 0
        while at < len(data) and not self._in_frames():
            line = data.find(b"\n", at) + 1 if self.sender == "server" else 0
            end = line or len(data)
            self.way.record(self.sender, data[at:end])
            at = end
        if at:
            self.way.write(self.sender, data[:at])
        if self._in_frames():
            assert self.way.recorder is not None
            self._frames = self.way.recorder.sides[self.sender].splitter.follower()
        return data[at:]

    def _in_frames(self) -> bool:
        recorder = self.way.recorder
        if recorder is None or self.way.blind or not recorder.websocket:
            return False
        side = recorder.sides[self.sender]
        return not side.held and not side.lost

    def _advance(self) -> None:
        """Pass on as much as may pass, up to a frame that is held or not whole.

        Whoever is told of a frame, or watches what passes, may decide at once or end the hold; so
        this may be called while it is running, and then the first call goes on.
        """
        if self._advancing:
            return
        self._advancing = True
        try:
            self.waiting = self._passed(self.waiting)
        finally:
            self._advancing = False
        if self._flushing:
            self._flushing = False
            self.flush()

    def _passed(self, data: bytes) -> bytes:
        """Pass on what may pass of some bytes; the rest has to wait."""
        at, frames = 0, self._frames
        while self.held is None and at < len(data) and frames is not None:
            size, hold = self._next(frames, data, at)
            if not size:
                break
            piece, at = data[at : at + size], at + size
            frames.feed(piece)
            if hold is not None:
                self.held = HeldFrame(hold, self, piece)
                hold.add(self.held)
            else:  # at once, and not together with what follows: that is judged together with this
                self._pass(piece)
        return data[at:]

    def _next(self, frames: FrameSplitter, data: bytes, at: int) -> tuple[int, Hold | None]:
        """How many bytes are next, and who holds them; 0: more has to come before that is known."""
        left = len(data) - at
        if frames.foreign or self._flushing or not self.way.holds:
            return left, None
        begins = data[at : at + _LOOKED_AT]
        if frames.expects_more:
            rest = frames.rest(begins)
            return left if rest is None else min(rest, left), None
        other = begins_otherwise(begins)
        if other is not False:
            return left if other else 0, None
        wanting = [hold for hold in self.way.holds if hold.wants(self.sender, begins[0] & OPCODE)]
        sizes = stated_size(begins[:LONGEST_HEADER])
        if sizes is None:
            return 0 if wanting else left, None
        size = sum(sizes)
        fitting = [hold for hold in wanting if size <= hold.most]
        if not fitting:
            if wanting and not self._told:
                self._told = True
                most = counted(max(hold.most for hold in wanting), "byte")
                self._remark(
                    f"a frame of the {self.sender} of {counted(size, 'byte')} was not held, "
                    f"because it is longer than {most}. It passed, and so will others."
                )
            return min(size, left), None
        if left < size:
            return 0, None
        frame = data[at : at + size]
        return size, next((hold for hold in fitting if self._says(frame, hold.sought)), None)

    def _says(self, data: bytes, sought: bytes) -> bool:
        """Whether a frame says this, unmasked and decompressed, in letters of any case."""
        if not sought:
            return True
        frame = Passed(self.sender, data)
        if sought in frame.payload.lower():
            return True
        if not data[0] & RSV1:
            return False
        judged = self.foresee(data).judged
        return judged is not None and sought in (judged.says or b"").lower()

    def _remark(self, sentence: str) -> None:
        if self.way.recorder is not None:
            recorder = self.way.recorder
            recorder.journal.remarks.append(f"Connection {recorder.said.number}: {sentence}")
            recorder.journal.changed()
