"""The judge of a recorded connection: every frame, as the side that received it would judge it.

1. The judge is :class:`~wslearn.protocol.receiving.Receiver`, one for each direction, so a record
   says of a frame what a connection would: the same rule, bits and close code.
2. A side whose handshake failed has no connection. It never read a frame that followed.
3. A frame is judged by what is kept of it, so a record that was saved and loaded says the same.
4. Most frames break no rule, and thousands come at once. So the strict parser looks first, and only
   what it does not simply accept is taken apart.
"""

from copy import deepcopy
from dataclasses import replace

from wslearn.protocol.codes import Opcode
from wslearn.protocol.deflate import DEFLATE, Agreement
from wslearn.protocol.dissect import dissect
from wslearn.protocol.dissection import Side
from wslearn.protocol.errors import FrameError
from wslearn.protocol.parser import FrameParser
from wslearn.protocol.receiving import FAILED, UNKNOWN_WINDOW, Allowance, Receiver

from .passed import Judged, Passed, Sender

FIRST = 16 * 2**20
PER_BYTE = 32
"""What may be decompressed in all, to judge a record: this many bytes, and this many more for each
byte that passed. No text that people write shrinks that far; what is made to do harm shrinks much
further."""

SAID, FORESEEN = 40, 2**20
"""How many bytes of a compressed message are kept as what it says."""

NO_HANDSHAKE = f"{FAILED} in the opening handshake"

_CLEAN = Judged()


class Judge:
    """Judges the frames of one connection, in the order in which they passed.

    ``agreed``     what was agreed on for permessage-deflate, or None
    ``never``      the sides that never had a connection, because their handshake failed
    ``mid``        whether frames passed before the first one it will see
    ``allowance``  how much may be decompressed; each frame earns a little more
    """

    def __init__(
        self, agreed: Agreement | None, never: frozenset[Side], *, mid: bool, allowance: Allowance
    ) -> None:
        self.agreed = agreed
        self.never = never
        self.mid = mid
        self.allowance = allowance
        self.begins = SAID
        self._sides: dict[Sender, tuple[Receiver, FrameParser | None]] = {}

    def foresee(self, passed: Passed) -> Passed:
        """The frame with what its receiver would make of it, as if it were the next one; all of
        what a compressed message says, too, up to a megabyte."""
        ahead = deepcopy(self)
        ahead.begins = FORESEEN
        for receiver, _ in ahead._sides.values():
            receiver.begins = FORESEEN
        return ahead.of(passed)

    def of(self, passed: Passed) -> Passed:
        """The frame with what its receiver makes of it."""
        if self.allowance.left is not None:
            self.allowance.left += PER_BYTE * len(passed.data)
        receiver, parser = self._sides.get(passed.sender) or (self._receiver(passed), None)
        parser = parser or FrameParser(passed.receiver, extensions=passed.extensions)
        try:
            found = parser.feed(passed.data)
        except FrameError:
            found = []
        # One whole frame leaves nothing behind in a parser, so the parser is used again.
        alone = len(found) == 1 and not parser.pending
        self._sides[passed.sender] = receiver, parser if alone else None
        if not alone:
            seen = receiver.take(dissect(passed.data, passed.receiver, passed.extensions))
        else:
            (frame,) = found
            size = len(passed.data) - len(frame.payload)
            fault = receiver.follow(
                frame.opcode, frame.fin, frame.rsv1, frame.payload, header_size=size
            )
            usual = fault is None and not receiver.stopped and frame.opcode != Opcode.CLOSE
            if usual and frame.opcode != Opcode.CONTINUATION and not frame.rsv1:
                return Passed(
                    passed.sender, passed.data, passed.at, passed.connection, passed.left_out,
                    passed.note, passed.extensions, _CLEAN,
                )  # fmt: skip
            seen = dissect(passed.data, passed.receiver, passed.extensions)
            seen = receiver.judge(seen, fault)
        judged = Judged(seen.violations, seen.unread, seen.message, seen.compressed, seen.says)
        return replace(passed, judged=judged)

    def _receiver(self, passed: Passed) -> Receiver:
        window = None
        if DEFLATE in passed.extensions:
            window = UNKNOWN_WINDOW
            if self.agreed is not None:
                window = getattr(self.agreed, passed.sender)
        allowance = self.allowance
        receiver = Receiver(window, mid=self.mid, allowance=allowance, begins=self.begins)
        if passed.receiver in self.never:
            receiver.stopped = NO_HANDSHAKE
        return receiver
