"""Messages: one frame or many, put together and judged (RFC 6455 §5.4, §5.6).

A message begins with a text or binary frame and ends with the first frame whose FIN bit is 1; the
frames between are continuations. Control frames may stand between them and do not belong to it.

Text is judged as early as it can be: each piece of a message is checked when it comes, even the
part of a frame that has come so far, because one wrong byte decides (§8.1).
"""

import zlib
from typing import NoReturn

from .codes import Opcode
from .deflate import Decompressor, TooBigError
from .errors import Violation, broken
from .frame import Frame
from .text import utf8_problem


class MessageError(Exception):
    """A message breaks a rule; ``violation`` says which. The connection turns it into an event."""

    def __init__(self, violation: Violation) -> None:
        super().__init__(str(violation))
        self.violation = violation


class Utf8Checker:
    """Follows UTF-8 across pieces that may cut a character in two (§5.6).

    >>> checker = Utf8Checker()
    >>> checker.feed(b"\\xce"), checker.feed(b"\\xba"), checker.cut
    (None, None, False)
    """

    def __init__(self) -> None:
        self._open = b""

    @property
    def cut(self) -> bool:
        """Whether the last character is not whole yet."""
        return bool(self._open)

    def feed(self, piece: bytes) -> str | None:
        """Why this piece cannot go on from the pieces before, or None if it can."""
        data = self._open + piece
        problem = utf8_problem(data)
        if problem is None:
            self._open = b""
        elif problem.cut:
            self._open = data[_last_start(data) :]
        else:
            return problem.reason
        return None


def _last_start(data: bytes) -> int:
    """Where a character that is cut short begins: 1 to 3 bytes from the end."""
    return next(len(data) - back for back in (1, 2, 3) if data[-back] & 0b1100_0000 != 0b1000_0000)


class MessageReader:
    """Puts messages together from data frames, in the order they come (RFC 6455 §5.4).

    ``max_size`` is the limit for one message, in bytes, after decompression; None: any.
    ``inflate`` decompresses messages whose first frame has RSV1; None: no extension was agreed.
    """

    def __init__(self, *, max_size: int | None = None, inflate: Decompressor | None = None) -> None:
        self.max_size = max_size
        self._inflate = inflate
        self._opcode: int | None = None  # of the message under way
        self._compressed = False
        self._pieces: list[bytes] = []
        self._size = 0
        self._checker = Utf8Checker()
        self._in_frame = False  # a frame under way has been announced
        self._checked = 0  # bytes of that frame that have been checked

    @property
    def under_way(self) -> bool:
        """Whether a message has begun and not ended."""
        return self._opcode is not None

    def feed(self, frame: Frame) -> str | bytes | None:
        """Take the next whole data frame; the message, if this frame ends it.

        Text messages are ``str``, binary messages ``bytes``. Raises :class:`MessageError`.
        """
        self._start_frame(frame.opcode, frame.rsv1)
        payload = frame.payload
        if self._compressed:
            payload = self._decompress(payload, final=frame.fin)
        self._grow(len(payload))
        text = self._opcode == Opcode.TEXT
        if frame.fin and text and not self._pieces and not self._checked:
            message: str | bytes = self._decode(payload)  # whole in one frame: decode it once
        else:
            if text:
                self._check_text(payload[self._checked :], final=frame.fin)
            self._pieces.append(payload)
            if not frame.fin:
                self._in_frame, self._checked = False, 0
                return None
            data = b"".join(self._pieces)
            message = data.decode() if text else data
        self._opcode, self._in_frame, self._checked = None, False, 0
        self._pieces, self._size = [], 0
        return message

    def announce(self, opcode: int, rsv1: bool, length: int) -> int | None:
        """Judge a data frame whose payload is still coming, by its header alone.

        ``length`` is what the header states, in bytes. Returns how many bytes of its text have
        been checked, or None if it is no text to be checked early. Raises :class:`MessageError`.
        """
        self._start_frame(opcode, rsv1)
        if self._compressed:
            return None
        self._grow(length)
        self._size -= length  # it counts when it is whole
        return self._checked if self._opcode == Opcode.TEXT else None

    def look_at(self, piece: bytes) -> None:
        """Check the next bytes of the text whose frame is still coming (§8.1)."""
        self._check_text(piece, final=False)
        self._checked += len(piece)

    # -- parts ---------------------------------------------------------------------------------

    def _start_frame(self, opcode: int, rsv1: bool) -> None:
        if self._in_frame:
            return
        self._in_frame = True
        if opcode == Opcode.CONTINUATION:
            if self._opcode is None:
                refuse("continuation-without-message", 4, 4, "a frame that begins a message", "0")
        elif self._opcode is not None:
            refuse("message-interrupted", 4, 4, "opcode 0, a continuation", f"opcode {opcode}")
        else:
            self._opcode, self._compressed = opcode, rsv1
            self._checker = Utf8Checker()

    def _grow(self, size: int) -> None:
        self._size += size
        if self.max_size is not None and self._size > self.max_size:
            refuse("message-too-long", 0, 0, f"at most {self.max_size} bytes", str(self._size))

    def _decompress(self, payload: bytes, *, final: bool) -> bytes:
        assert self._inflate is not None, "the parser refuses RSV1 where nothing was agreed"
        room = None if self.max_size is None else self.max_size - self._size
        try:
            return self._inflate.decompress(payload, room, final=final)
        except TooBigError:
            refuse("message-too-long", 0, 0, f"at most {self.max_size} bytes", "more, unfolded")
        except zlib.error as error:
            refuse("deflate-invalid", 0, 0, "DEFLATE data", str(error))

    def _decode(self, payload: bytes) -> str:
        try:
            return payload.decode()
        except UnicodeDecodeError:
            problem = utf8_problem(payload)
            assert problem is not None
            refuse("text-not-utf8", 0, 0, "UTF-8", problem.reason)

    def _check_text(self, piece: bytes, *, final: bool) -> None:
        reason = self._checker.feed(piece)
        if reason is None and final and self._checker.cut:
            reason = "the text ends inside a character"
        if reason is not None:
            refuse("text-not-utf8", 0, 0, "UTF-8", reason)


def refuse(rule: str, start: int, width: int, expected: str, came: str) -> NoReturn:
    """Raise for a broken rule; a width of 0 bits means the message as a whole."""
    raise MessageError(broken(rule, start, width, expected, came))
