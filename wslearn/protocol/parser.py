"""The strict way to read frames: bytes in, frames out, and an end at the first broken rule.

A network hands over bytes in pieces of any size: half a header, three frames and a bit. The parser
keeps what is not a whole frame yet, so its frames are the same however the bytes were cut.

1. It judges the header of each frame; what a payload must be (UTF-8, a legal close code) depends on
   the message it belongs to and is judged where messages are put together.
2. A legal header passes with a few comparisons. Only when one fails is the frame handed to
   ``dissect``, which knows every rule: so there is one place for the rules, and the parser's error
   is the lab's verdict.
3. Every byte is looked at once. Only the beginning of a header is kept, 13 bytes at most, or a
   :class:`Partial`: a payload that grows as it comes.
4. :meth:`FrameParser._read_frame` reads any frame. The loop in :meth:`FrameParser.feed` does the
   same for frames that are short and whole, as most are, in fewer steps.

What would break it: making room for a payload when its header comes. A header costs a peer 14 bytes
and may promise 2^63 - 1.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import NoReturn

from .codes import CONTROL_BIT, Opcode
from .dissect import check_limit, check_receiver, dissect, extension_names
from .dissection import Side
from .errors import FrameError, InputError, Violation
from .frame import FIN, MASK, OPCODE, RSV1, Frame
from .length import FORMS, LONGEST, SEVEN_BITS, header_size
from .masking import KEY_BITS, KEY_SIZE, REPEAT, SHORT, WHOLE, from_bytes, xor, xor_in_place

LONGEST_HEADER = header_size(LONGEST, masked=True)
"""2 bytes, 8 of length, 4 of key."""

_LONGER_FORMS = {form.marker: (form.extra_bytes, form.lowest, form.highest) for form in FORMS[1:]}
"""By the value of the seven length bits: how many bytes the length takes, and its bounds."""


@lru_cache
def _first_bytes(extensions: tuple[str, ...]) -> tuple[tuple[int, bool, bool] | None, ...]:
    """What each of the 256 first bytes says: opcode, FIN, RSV1; None: no frame starts with it.

    RSV2 and RSV3 are 0 in all of them: no extension that we know of uses them (RFC 6455 §5.2).
    """
    return tuple(
        None
        if dissect(bytes((byte,)), "server", extensions).violations
        else (byte & OPCODE, bool(byte & FIN), bool(byte & RSV1))
        for byte in range(256)
    )


@dataclass(slots=True)
class Partial:
    """A frame whose header is here and whose payload is not, or not all of it.

    ``length`` is the stated payload length, ``header_size`` what comes before it, ``come`` how much
    of the payload is here, all in bytes.
    """

    opcode: int
    fin: bool
    rsv1: bool
    length: int
    mask_key: bytes | None
    header_size: int
    come: int = 0
    _payload: BytesIO = field(default_factory=BytesIO, repr=False)
    _room: int = field(default=2**16, repr=False)
    _unmasked: int = field(default=0, repr=False)

    def add(self, data: bytes | memoryview) -> int:
        """Take what belongs to this frame from the front of the data; return how many bytes."""
        size, wanted = len(data), self.length - self.come
        if size > wanted:
            size, data = wanted, memoryview(data)[:wanted]
        self.come += size
        if self.come > self._room:
            self._make_room()
        self._payload.write(data)
        return size

    def _make_room(self) -> None:
        # Left to itself, a growing BytesIO takes an eighth more than it needs. So it is told how
        # much it will need in the end, but never more than twice what has come.
        self._room = self.length if self.length <= 2 * self.come else self.come * 3 // 2
        at = self._payload.tell()
        self._payload.seek(self._room - 1)
        self._payload.write(b"\0")
        self._payload.seek(at)

    def peek(self, offset: int) -> bytes:
        """The payload from ``offset`` (bytes) on, as far as it has come, unmasked.

        For judging text early (§8.1): a long message need not arrive whole to be refused.
        """
        self._unmask()
        return bytes(self._payload.getbuffer()[offset : self.come])

    def split(self) -> Frame:
        """What has come, as a fragment; this object goes on as the continuation (RFC 6455 §5.4).

        So a payload need not be in memory as a whole.
        """
        fragment = Frame(self.opcode, self.peek(0), False, self.rsv1)
        if self.mask_key is not None:
            turn = self.come % KEY_SIZE
            self.mask_key = self.mask_key[turn:] + self.mask_key[:turn]
        self.opcode, self.rsv1 = Opcode.CONTINUATION, False
        self.length -= self.come
        self.come = self._unmasked = 0
        self._payload, self._room = BytesIO(), 2**16
        return fragment

    def frame(self) -> Frame:
        """The frame, once all of its payload has come."""
        self._unmask()
        # A BytesIO gives its bytes away without a copy: a large payload is in memory once.
        return Frame(self.opcode, self._payload.getvalue(), self.fin, self.rsv1)

    def _unmask(self) -> None:
        if self.mask_key is not None and self._unmasked < self.come:
            start = self._unmasked
            turn = start % KEY_SIZE
            key = self.mask_key[turn:] + self.mask_key[:turn]
            xor_in_place(self._payload.getbuffer()[start : self.come], key)
            self._unmasked = self.come


class FrameParser:
    """Reads frames as one side receives them, and fails at the first header that breaks a rule.

    ``receiver``    ``"server"`` (frames must be masked) or ``"client"`` (must not be), §5.1
    ``extensions``  names of the extensions both sides agreed on
    ``max_size``    the longest payload this endpoint accepts, in bytes; None: any

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
        self._first_bytes = _first_bytes(self.extensions)
        self._mask_bit, self._key_size = (MASK, KEY_SIZE) if receiver == "server" else (0, 0)
        self._short = SHORT if max_size is None else min(SHORT, max_size)
        self._header = b""  # the beginning of one, too little to judge
        self._partial: Partial | None = None
        self._failure: Violation | None = None

    @property
    def pending(self) -> int:
        """How many bytes are kept because their frame is not whole yet."""
        if self._partial is not None:
            return self._partial.header_size + self._partial.come
        return len(self._header)

    @property
    def partial(self) -> Partial | None:
        """The frame whose header is here and whose payload is still coming, or None."""
        return self._partial

    def feed(self, data: bytes) -> list[Frame]:
        """Take the next bytes from the network; return the frames that are whole now.

        Raises :class:`FrameError` at the first broken rule; its ``frames`` are the whole frames
        that came before the bad one in these bytes. From then on nothing more is read
        (RFC 6455 §7.1.7) and every call raises again.
        """
        if self._failure is not None:
            raise FrameError(self._failure)
        if type(data) is not bytes:
            data = _as_bytes(data)
        frames: list[Frame] = []
        start = 0
        partial = self._partial
        if partial is not None:
            start = partial.add(data)
            if partial.come < partial.length:
                return frames
            frames.append(partial.frame())
            self._partial = None
        elif self._header:
            data = self._header + data
            self._header = b""
        size = len(data)
        first_bytes, mask_bit, key_size = self._first_bytes, self._mask_bit, self._key_size
        while start < size:
            at = start + 2 + key_size
            if at <= size:
                length = data[start + 1] ^ mask_bit  # a wrong mask bit makes this 128 or more
                meaning = first_bytes[data[start]]
                if length <= self._short and at + length <= size and meaning is not None:
                    if not key_size or not length:
                        payload = data[at : at + length]
                    else:  # masking-key and payload as one number: half the steps of ``mask``
                        number = from_bytes(data[at - key_size : at + length], "little")
                        repeated = (number & KEY_BITS) * REPEAT[length] & WHOLE[length]
                        payload = (number >> 32 ^ repeated).to_bytes(length, "little")
                    opcode, fin, rsv1 = meaning
                    frames.append(Frame(opcode, payload, fin, rsv1))
                    start = at + length
                    continue
            end = self._read_frame(data, start, frames)
            if end is None:
                if self._partial is None:
                    self._header = data[start:]
                break
            start = end
        return frames

    def _read_frame(self, data: bytes, start: int, frames: list[Frame]) -> int | None:
        """Read the frame at ``start``; return where the next one begins, None if more must come."""
        size = len(data)
        meaning = self._first_bytes[data[start]]
        if meaning is None:
            self._fail(data, start, frames)
        if size - start < 2:
            return None
        opcode, fin, rsv1 = meaning
        length = data[start + 1] ^ self._mask_bit
        at = start + 2
        if length > SHORT:
            if length > SEVEN_BITS or opcode & CONTROL_BIT:
                self._fail(data, start, frames)
            extra, lowest, highest = _LONGER_FORMS[length]
            at += extra
            if size < at:
                return None
            length = from_bytes(data[start + 2 : at], "big")
            if not lowest <= length <= highest:
                self._fail(data, start, frames)
        if self.max_size is not None and length > self.max_size:
            self._fail(data, start, frames)
        at += self._key_size
        if size < at:
            return None
        key = data[at - KEY_SIZE : at] if self._key_size else None
        end = at + length
        if size < end:
            self._partial = Partial(opcode, fin, rsv1, length, key, at - start)
            self._partial.add(memoryview(data)[at:])
            return None
        payload = data[at:end] if key is None else xor(data, key, at, end)
        frames.append(Frame(opcode, payload, fin, rsv1))
        return end

    def _fail(self, data: bytes, start: int, frames: list[Frame]) -> NoReturn:
        header = data[start : start + LONGEST_HEADER]
        dissection = dissect(header, self.receiver, self.extensions, self.max_size)
        self._failure = next(v for v in dissection.violations if v.rule.layer == "header")
        raise FrameError(self._failure, frames)


def _as_bytes(data: object) -> bytes:
    try:
        return bytes(memoryview(data))  # type: ignore[arg-type]
    except TypeError:
        raise InputError(f"Expected bytes, got {type(data).__name__}.") from None
