"""What a receiver makes of frame after frame: one direction of a connection, observed.

A :class:`~wslearn.protocol.connection.Connection` stops at the first broken rule. An observer, such
as a tap or a reader of captures, reads on. So this judges as a connection would, then goes on:

1. Rules, order and codes are those of a connection: first the header's, then those of the message
   that the frame belongs to, by the same :class:`~wslearn.protocol.message.MessageReader`.
2. The first frame that breaks a rule is where a receiver stops (§7.1.7), as it does at a Close
   (§1.4). Frames after that were never read, and each says so in ``unread``; they are not judged,
   except that data after a Close breaks §5.5.1.
3. All is followed as far as possible, even past the end, so that messages can be shown.
4. Memory stays small: unless messages are kept, text is checked as it goes by, and the total that
   may be decompressed is limited by an :class:`Allowance`.
"""

import zlib
from dataclasses import dataclass, replace
from typing import TypeVar

from .codes import Opcode, is_control, is_reserved
from .deflate import DEFLATE, LARGEST_WINDOW, Decompressor, Window
from .dissection import Dissection
from .errors import Violation, bits_in_words, broken
from .frame import FIN, OPCODE, RSV1, Frame
from .message import MessageError, MessageReader
from .text import counted

D = TypeVar("D", bound=Dissection)

FAILED = "the connection had failed"
CLOSED = "a Close had come before it"

CUT = "Not all of it was kept."
LOST = "It was compressed with what came before it, and that is not here whole."
BEFORE = "Its beginning is not here."
SPENT = "It was not decompressed: what came before it has used up all that may be decompressed."
TOO_LONG = "It is longer than {}, the most that is kept of a message."
NOT_AGREED = "RSV1 is set, and no extension was agreed that gives it a meaning."

SLICE = 1024
"""How many compressed bytes are unpacked at once: they give about a megabyte at most."""

UNKNOWN_WINDOW = Window(LARGEST_WINDOW, context_takeover=True)
"""What to decompress with where only the extension's name is known: it can read all the others."""


@dataclass(slots=True)
class Allowance:
    """How many bytes may still be decompressed; several receivers may share one. None: any."""

    left: int | None = None


class Receiver:
    """Judges the frames of one direction, in order (RFC 6455 §5.4, §5.5.1, §7.1.7).

    ``window``     the window with which this direction is compressed, or None (RFC 7692 §7.1)
    ``mid``        it begins in mid-stream: a message may have begun before the first frame
    ``keep``       how many bytes of each message are kept in ``message``; None: none
    ``allowance``  how much may be decompressed; None: any
    ``begins``     how many bytes of each compressed message are kept in ``said``

    >>> from .dissect import dissect
    >>> receiver = Receiver()
    >>> first, second = (receiver.take(dissect(each, "client")) for each in ("8001 6f", "8100"))
    >>> first.violations[0].rule.id, second.unread
    ('continuation-without-message', 'the connection had failed')
    """

    def __init__(
        self,
        window: Window | None = None,
        *,
        mid: bool = False,
        keep: int | None = None,
        allowance: Allowance | None = None,
        begins: int = 40,
    ) -> None:
        self.window = window
        self.keep = keep
        self.allowance = allowance or Allowance()
        self.stopped = ""
        """Why nothing more is read; empty while it reads."""
        self.kind: int | None = None
        """The opcode of the message to which the last data frame belongs; None: not known."""
        self.compressed = False
        self.message: str | bytes | None = None
        """The message that the last frame ended, where messages are kept and it can be read."""
        self.said = b""
        """The beginning of the compressed message that the last frame ended or continued."""
        self.problem = ""
        """Why the message of the last data frame cannot be read; empty if it can."""
        self._mid = mid
        self._lost = mid  # the window of the sender is not known
        self._blind = False  # nothing more of the message under way can be judged
        self._done = False  # the last data frame has ended its message
        self.begins = begins
        self._inflate: Decompressor | None = None
        self._size = 0  # of the message under way before this frame, in bytes
        self._start_anew()

    def take(self, seen: D) -> D:
        """The dissection of the next frame, judged as part of its connection."""
        if not seen.data:
            return seen
        fault = None
        if seen.header_size is not None:
            first, whole = seen.data[0], seen.complete
            if DEFLATE in seen.extensions and self.window is None:
                self.window = UNKNOWN_WINDOW
            fault = self.follow(
                first & OPCODE, bool(first & FIN), bool(first & RSV1), seen.payload, whole=whole,
                header_size=seen.header_size,
            )  # fmt: skip
        return self.judge(seen, fault)

    def judge(self, seen: D, fault: Violation | None) -> D:
        """A dissection with the verdict of its own rules and of ``fault``, its message's."""
        opcode = seen.data[0] & OPCODE
        if not (is_control(opcode) or is_reserved(opcode)):
            says = self.said if self.says and self.kind == Opcode.TEXT else None
            kind = self.kind if opcode == Opcode.CONTINUATION else None
            seen = replace(seen, message=kind, compressed=self.compressed, says=says)
        if self.stopped:
            late = self.stopped == CLOSED and not is_control(opcode)
            came = broken("data-after-close", 4, 4, "no data frame", f"opcode {opcode}")
            violations = (came,) if late else ()
            return replace(seen, violations=violations, unread=self.stopped)
        found = list(seen.violations)
        if fault is not None and fault.rule.id not in {one.rule.id for one in found}:
            # Connection looks at headers first, then at the message, then at its text.
            headers = [one for one in found if one.rule.layer == "header"]
            found.insert(len(headers), fault)
        if found:
            self.stopped = FAILED
        elif opcode == Opcode.CLOSE and seen.complete:
            self.stopped = CLOSED
        return replace(seen, violations=tuple(found))

    # -- the message -----------------------------------------------------------------------------

    def follow(
        self,
        opcode: int,
        fin: bool,
        rsv1: bool,
        payload: bytes,
        *,
        whole: bool = True,
        header_size: int = 2,
    ) -> Violation | None:
        """Take a frame to the message it belongs to; return the rule that it breaks there, or None.

        ``payload`` is unmasked; ``whole`` says whether all of it is there.
        """
        self.message, self._done = None, False
        if is_control(opcode) or is_reserved(opcode):
            return None
        if fin and whole and opcode and not rsv1 and not self._reader.under_way:
            try:  # as most are: a message in one frame
                message = self._reader.feed(Frame(opcode, payload))
            except MessageError:
                self._start_anew()  # and once more, step by step
            else:
                self.message = None if self.keep is None else message
                self.kind, self.compressed, self.problem, self.said = opcode, False, "", b""
                self._mid, self._blind, self._done = False, False, True
                return None
        fault = self._begin(opcode, rsv1)
        if self.kind is None and not self._mid:
            return fault
        self._mid = False
        if not whole:
            self._lose(CUT)
        else:
            try:
                self._read(payload, fin)
            except MessageError as refused:
                if refused.violation.rule.id == "message-too-long":
                    self._blinded(TOO_LONG.format(counted(self.keep or 0, "byte")))
                else:
                    at = None if self.compressed else refused.offset
                    found = _at_its_bits(refused.violation, at, self._size, header_size, payload)
                    self._blinded(str(found))
                    fault = fault or found
            if not self.compressed:
                self._size += len(payload)
        if fin:
            self._ended()
        return fault

    @property
    def says(self) -> bool:
        """Whether ``said`` is the beginning of a compressed message that the last frame ended."""
        return self._done and self.compressed and not self.problem

    def _begin(self, opcode: int, rsv1: bool) -> Violation | None:
        """The frame's place among the others: does it begin a message, or continue one?"""
        fault = None
        begins = not self._reader.under_way
        try:
            self._reader.feed(Frame(opcode, b"", fin=False))
        except MessageError as refused:
            if opcode == Opcode.CONTINUATION:
                self.kind, self.compressed, self.problem, self.said = None, False, BEFORE, b""
                if not self._mid:
                    return refused.violation
                # Of a message that began earlier nothing is known except that it goes on.
                self._reader.feed(Frame(Opcode.BINARY, b"", fin=False))
                self._blind = True
                return None
            fault = refused.violation
            self._lost = self._lost or self.compressed
            self._start_anew()
            self._reader.feed(Frame(opcode, b"", fin=False))
            begins = True
        if begins:
            self.kind, self._blind, self.problem = opcode, False, ""
            self.compressed = rsv1 and self.window is not None
            self.said, self._size = b"", 0
            if rsv1 and self.window is None:
                self._blinded(NOT_AGREED)
        return fault

    def _read(self, payload: bytes, fin: bool) -> None:
        if not self.compressed:
            self._feed(payload, fin)
            return
        assert self.window is not None
        if self._inflate is None:
            self._inflate = Decompressor(self.window)
        for start in range(0, len(payload) or 1, SLICE):
            last = fin and start + SLICE >= len(payload)
            left = self.allowance.left
            if left is not None and left <= 0:
                self._lose(SPENT)
                return
            try:
                out = self._inflate.decompress(payload[start : start + SLICE], None, final=last)
            except zlib.error as error:
                if self._lost and self.window.context_takeover:  # it refers to what is not here
                    self._lose(LOST)
                    return
                self._lose("")
                came = f"what zlib cannot read ({error})"
                violation = broken("deflate-invalid", 0, 0, "DEFLATE data", came)
                raise MessageError(replace(violation, where="the message")) from None
            if left is not None:
                self.allowance.left = left - len(out)
            self.said += out[: max(self.begins + 1 - len(self.said), 0)]
            if not self._blind:
                try:
                    self._feed(out, last)
                except MessageError as refused:
                    # The window goes on with what follows, so the rest is unpacked all the same.
                    if refused.violation.rule.id != "message-too-long":
                        self._skip(payload[start + SLICE :], fin)
                        raise
                    self._blinded(TOO_LONG.format(counted(self.keep or 0, "byte")))

    def _skip(self, payload: bytes, fin: bool) -> None:
        """Unpack the rest of a frame whose text is wrong already."""
        self._blind = True
        if payload:
            self._read(payload, fin)

    def _feed(self, data: bytes, fin: bool) -> None:
        if not self._blind:
            self.message = self._reader.feed(Frame(Opcode.CONTINUATION, data, fin))

    def _lose(self, problem: str) -> None:
        """Give up on unpacking what refers back to this frame."""
        self._blinded(problem)
        self._lost = self._lost or self.window is not None
        self._inflate = None

    def _blinded(self, problem: str) -> None:
        self._blind = True
        self.problem = self.problem or problem

    def _ended(self) -> None:
        if self.problem or self.keep is None:
            self.message = None
        if self._reader.under_way:
            self._start_anew()
        self._blind, self._done = False, True

    def _start_anew(self) -> None:
        """A reader without a message under way."""
        kept = self.keep is not None
        self._reader = MessageReader(max_size=self.keep, keep=kept)


def _at_its_bits(
    violation: Violation, offset: int | None, before: int, header_size: int, payload: bytes
) -> Violation:
    """A fault in a text at the bits where it is in this frame, if it is in it."""
    if offset is None or not payload:
        return violation
    at = min(max(offset - before, 0), len(payload) - 1)
    came = violation.came
    if offset - before == at:
        came = f"0x{payload[at]:02x}, {came}"
    start = 8 * (header_size + at)
    where = f"{bits_in_words(start, 8)}, {violation.where}"
    return replace(violation, start=start, width=8, came=came, where=where)
