"""The strict way to read frames: bytes in, frames out, and an end at the first broken rule.

A network hands over bytes in pieces of any size: half a header, three frames and a bit. The parser
keeps what is not a whole frame yet, so its frames are the same however the bytes were cut.

It judges the header of each frame; what a payload must be (UTF-8, a legal close code) depends on
the message it belongs to and is judged where messages are put together. A legal header passes
with a few comparisons. Only when one fails is the frame handed to ``dissect``, which knows every
rule: so there is one place for the rules, and the parser's error is the lab's verdict.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn

from .codes import CONTROL_BIT
from .dissect import Side, check_limit, check_receiver, dissect, extension_names
from .errors import FrameError, InputError, Violation
from .frame import FIN, MASK, OPCODE, RSV1, RSV2, RSV3, Frame
from .length import FORMS, SEVEN_BITS
from .masking import KEY_SIZE, mask

LONGEST_HEADER = 14
"""2 bytes, 8 of length, 4 of key."""

_SHORT, _MEDIUM, _LONG = FORMS


@lru_cache
def _legal_first_bytes(extensions: tuple[str, ...]) -> tuple[bool, ...]:
    """For each of the 256 first bytes, whether a frame may start with it (RFC 6455 §5.2)."""
    return tuple(
        not dissect(bytes((byte,)), "server", extensions).violations for byte in range(256)
    )


@dataclass(slots=True)
class Partial:
    """A frame whose header is here and whose payload is not, or not all of it.

    ``length`` is the stated payload length, ``header_size`` what stands before it, both in bytes.
    """

    opcode: int
    rsv1: bool
    length: int
    mask_key: bytes | None
    header_size: int


class FrameParser:
    """Reads frames as one side receives them, and fails at the first header that breaks a rule.

    ``receiver``    ``"server"`` (frames must be masked) or ``"client"`` (must not be), §5.1
    ``extensions``  names of the extensions both sides agreed on
    ``max_size``    the longest payload this endpoint takes, in bytes; None: any

    >>> parser = FrameParser("client")
    >>> parser.feed(bytes.fromhex("810548656c"))        # not whole yet
    []
    >>> parser.feed(bytes.fromhex("6c6f"))
    [Frame(TEXT, b'Hello')]
    """

    def __init__(
        self,
        receiver: Side,
        *,
        extensions: Iterable[str] | str = (),
        max_size: int | None = None,
    ) -> None:
        check_receiver(receiver)
        check_limit(max_size)
        self.receiver: Side = receiver
        self.extensions = extension_names(extensions)
        self.max_size = max_size
        self._legal = _legal_first_bytes(self.extensions)
        self._mask_bit = MASK if receiver == "server" else 0
        self._buffer = bytearray()
        self._partial: Partial | None = None
        self._failure: Violation | None = None

    @property
    def pending(self) -> int:
        """How many bytes are kept because their frame is not whole yet."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Frame]:
        """Take the next bytes from the network; return the frames that are whole now.

        Raises :class:`FrameError` at the first broken rule; its ``frames`` are the whole frames
        that came before the bad one in these bytes. From then on nothing more is read
        (RFC 6455 §7.1.7) and every call raises again.
        """
        if self._failure is not None:
            raise FrameError(self._failure)
        try:
            self._buffer += data
        except TypeError:
            raise InputError(f"Expected bytes, came {type(data).__name__}.") from None
        self._partial = None
        frames: list[Frame] = []
        start = 0
        while (read := self._read_frame(start, frames)) is not None:
            frame, start = read
            frames.append(frame)
        del self._buffer[:start]
        return frames

    @property
    def partial(self) -> Partial | None:
        """The frame whose header is here and whose payload is still coming, or None."""
        return self._partial

    def peek(self, offset: int) -> bytes:
        """The payload of the :attr:`partial` frame from ``offset`` (bytes) on, unmasked.

        For judging text early (§8.1): a long message need not arrive whole to be refused.
        """
        assert self._partial is not None, "there is no frame to look into"
        at = self._partial.header_size + offset
        piece = bytes(memoryview(self._buffer)[at:])
        key = self._partial.mask_key
        return piece if key is None else mask(piece, key, offset)

    def _read_frame(self, start: int, frames: list[Frame]) -> tuple[Frame, int] | None:
        """The frame at ``start`` and where the next one begins; None: more bytes are needed."""
        buffer = self._buffer
        here = len(buffer) - start
        if here < 2:
            if here and not self._legal[buffer[start]]:
                self._fail(start, frames)
            return None
        first, second = buffer[start], buffer[start + 1]
        length = second & SEVEN_BITS
        masked = second & MASK
        if not self._legal[first] or masked != self._mask_bit:
            self._fail(start, frames)
        at = start + 2
        if length > _SHORT.highest:
            if first & CONTROL_BIT:
                self._fail(start, frames)
            form = _MEDIUM if length == _MEDIUM.marker else _LONG
            at += form.extra_bytes
            if len(buffer) < at:
                return None
            length = int.from_bytes(buffer[start + 2 : at], "big")
            if not form.lowest <= length <= form.highest:
                self._fail(start, frames)
        if self.max_size is not None and length > self.max_size:
            self._fail(start, frames)
        key = None
        if masked:
            at += KEY_SIZE
            key = bytes(buffer[at - KEY_SIZE : at])
        end = at + length
        if len(buffer) < end:
            if len(buffer) >= at:
                self._partial = Partial(first & OPCODE, bool(first & RSV1), length, key, at - start)
            return None
        payload = bytes(memoryview(buffer)[at:end])
        if key is not None:
            payload = mask(payload, key)
        frame = Frame(
            first & OPCODE,
            payload,
            bool(first & FIN),
            bool(first & RSV1),
            bool(first & RSV2),
            bool(first & RSV3),
        )
        return frame, end

    def _fail(self, start: int, frames: list[Frame]) -> NoReturn:
        header = bytes(self._buffer[start : start + LONGEST_HEADER])
        dissection = dissect(header, self.receiver, self.extensions, self.max_size)
        self._failure = next(v for v in dissection.violations if v.rule.layer == "header")
        self._buffer.clear()
        raise FrameError(self._failure, frames)
