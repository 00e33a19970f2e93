"""Messages: one frame or many, put together and judged (RFC 6455 §5.4, §5.6).

A message begins with a text or binary frame and ends with the first frame whose FIN bit is 1; the
frames between are continuations. Control frames may come between them and do not belong to it.

Text is judged as early as it can be: each piece of a message is checked when it comes, even the
part of a frame that has come so far, because one wrong byte decides (§8.1).
"""

import zlib
from dataclasses import replace
from io import BytesIO
from typing import NoReturn

from .codes import Opcode
from .deflate import Decompressor, TooBigError
from .errors import Violation, broken
from .frame import Frame
from .rulebook import RULES
from .text import Utf8Problem, counted, grouped, utf8_problem

# Names of their own, because an Enum finds its members slowly.
_TEXT, _CONTINUATION = Opcode.TEXT, Opcode.CONTINUATION


class MessageError(Exception):
    """A message breaks a rule; ``violation`` says which. The connection turns it into an event.

    ``offset`` is the byte of the text that cannot be where it is; None: no such byte.
    """

    def __init__(self, violation: Violation, offset: int | None = None) -> None:
        super().__init__(str(violation))
        self.violation = violation
        self.offset = offset


class Utf8Checker:
    """Follows UTF-8 across pieces that may cut a character in two (§5.6).

    >>> checker = Utf8Checker()
    >>> checker.feed(b"\\xce"), checker.feed(b"\\xba"), checker.open
    (None, None, b'')
    """

    def __init__(self) -> None:
        self.open = b""  # the bytes of the character that is cut at the end; empty if none is
        self._before = 0  # bytes before it

    @property
    def size(self) -> int:
        """How many bytes have come."""
        return self._before + len(self.open)

    def feed(self, piece: bytes) -> Utf8Problem | None:
        """Why this piece cannot follow the pieces before it, or None if it can.

        The problem's offset counts from the first byte of the first piece.
        """
        data = self.open + piece
        problem = utf8_problem(data)
        if problem is not None and not problem.cut:
            return replace(problem, offset=self._before + problem.offset)
        whole = len(data) if problem is None else _last_start(data)
        self.open = data[whole:]
        self._before += whole
        return None


def _last_start(data: bytes) -> int:
    """Where a character that is cut short begins: 1 to 3 bytes from the end."""
    return next(len(data) - back for back in (1, 2, 3) if data[-back] & 0b1100_0000 != 0b1000_0000)


class MessageReader:
    """Puts messages together from data frames, in the order they come (RFC 6455 §5.4).

    ``max_size`` is the limit for one message, in bytes, after decompression; None: any.
    ``inflate`` decompresses messages whose first frame has RSV1; None: no extension was agreed.
    ``keep=False`` judges messages in pieces without keeping them: what comes back is empty.
    """

    def __init__(
        self,
        *,
        max_size: int | None = None,
        inflate: Decompressor | None = None,
        keep: bool = True,
    ) -> None:
        self.max_size = max_size
        self.keep = keep
        self._inflate = inflate
        self._opcode: int | None = None  # of the message under way
        self._compressed = False
        self._data = BytesIO()  # its fragments so far: one buffer, however many they are
        self._size = 0  # of these, in bytes
        self._checker: Utf8Checker | None = None  # made for text in pieces
        self._in_frame = False  # a frame under way has been announced
        self._checked = 0  # bytes of that frame that have been checked

    @property
    def under_way(self) -> bool:
        """Whether a message has begun and not ended."""
        return self._opcode is not None

    @property
    def compressed(self) -> bool:
        """Whether the message under way is compressed (RFC 7692 §6)."""
        return self.under_way and self._compressed

    @property
    def held(self) -> int:
        """How many bytes are kept of the message under way."""
        return self._data.tell()

    def take(self) -> str | bytes:
        """Give away what is kept of the message under way: it then ends with only the rest.

        A character that is cut in two stays. The limit is for the message as a whole.
        """
        data, self._data = self._data.getvalue(), BytesIO()
        if self._opcode != _TEXT:
            return data
        cut = b"" if self._checker is None else self._checker.open
        self._data.write(cut)
        return data.removesuffix(cut).decode()

    def feed(self, frame: Frame) -> str | bytes | None:
        """Take the next whole data frame; return the message, if this frame ends it.

        Text messages are ``str``, binary messages ``bytes``. Raises :class:`MessageError`.
        """
        self._start_frame(frame.opcode, frame.rsv1)
        payload = frame.payload
        if self._compressed:
            payload = self._decompress(payload, final=frame.fin)
        self._check_size(len(payload))
        text = self._opcode == _TEXT
        message: str | bytes
        if frame.fin and not self._size:  # as most are: in one frame, decoded once and never copied
            message = self._decode(payload) if text else payload
        else:
            if text:
                self._check_text(payload[self._checked :], final=frame.fin)
            self._size += self._data.write(payload) if self.keep else len(payload)
            self._in_frame, self._checked = False, 0
            if not frame.fin:
                return None
            message = self._data.getvalue()
            if text:
                message = message.decode()
            self._data, self._size = BytesIO(), 0
        self._opcode, self._in_frame, self._checked = None, False, 0
        return message

    def announce(self, opcode: int, rsv1: bool, length: int) -> int | None:
        """Judge a data frame whose payload is still coming, by its header alone.

        ``length`` is what the header states, in bytes. Returns how many bytes of its text have
        been checked, or None if it is not text to be checked early. Raises :class:`MessageError`.
        """
        self._start_frame(opcode, rsv1)
        if self._compressed:
            return None
        self._check_size(length)
        return self._checked if self._opcode == _TEXT else None

    def look_at(self, piece: bytes) -> None:
        """Check the next bytes of the text whose frame is still coming (§8.1)."""
        self._check_text(piece, final=False)
        self._checked += len(piece)

    # -- parts ---------------------------------------------------------------------------------

    def _start_frame(self, opcode: int, rsv1: bool) -> None:
        if self._in_frame:
            return
        self._in_frame = True
        if opcode == _CONTINUATION:
            if self._opcode is None:
                begins = "text or binary, to begin a message"
                raise MessageError(broken("continuation-without-message", 4, 4, begins, "0"))
        elif self._opcode is not None:
            goes_on = "opcode 0, to continue the message"
            raise MessageError(broken("message-interrupted", 4, 4, goes_on, f"opcode {opcode}"))
        else:
            self._opcode, self._compressed = opcode, rsv1
            self._checker = None

    def _check_size(self, coming: int) -> None:
        size = self._size + coming
        if self.max_size is not None and size > self.max_size:
            self._refuse("message-too-long", self._limit(), grouped(size))

    def _limit(self) -> str:
        assert self.max_size is not None
        return f"at most {counted(self.max_size, 'byte')}"

    def _decompress(self, payload: bytes, *, final: bool) -> bytes:
        assert self._inflate is not None, "the parser refuses RSV1 where nothing was agreed"
        room = None if self.max_size is None else self.max_size - self._size
        try:
            return self._inflate.decompress(payload, room, final=final)
        except TooBigError:
            self._refuse("message-too-long", self._limit(), "more than that once decompressed")
        except zlib.error as error:
            self._refuse("deflate-invalid", "DEFLATE data", f"what zlib cannot read ({error})")

    def _decode(self, payload: bytes) -> str:
        try:
            return payload.decode()
        except UnicodeDecodeError:
            problem = utf8_problem(payload)
            assert problem is not None
            self._refuse_text(problem)

    def _check_text(self, piece: bytes, *, final: bool) -> None:
        if self._checker is None:
            self._checker = Utf8Checker()
        problem = self._checker.feed(piece)
        if problem is None and final and self._checker.open:
            problem = Utf8Problem(self._checker.size, True, "an end inside a character")
        if problem is not None:
            self._refuse_text(problem)

    def _refuse_text(self, problem: Utf8Problem) -> NoReturn:
        where = f"byte {grouped(problem.offset)} of the text"
        self._refuse("text-not-utf8", "UTF-8", problem.reason, where, problem.offset)

    def _refuse(
        self,
        rule: str,
        expected: str,
        came: str,
        where: str = "the message",
        offset: int | None = None,
    ) -> NoReturn:
        raise MessageError(Violation(RULES[rule], 0, 0, expected, came, where), offset)
