"""Where frames begin and end in a stream of bytes, whatever the frames are like (RFC 6455 §5.2).

The strict ``FrameParser`` stops at the first broken rule. A watcher must not: the two sides of a
connection decide, and their bytes go on. So this reads nothing of a frame but its length, which
takes no judgement. Three things follow:

1. The frames are the same however the bytes were cut into pieces.
2. Each byte is looked at once, and of a frame no more is kept than was asked for, so a frame of any
   size passes without filling the memory. The rest is counted.
3. A length of 2^63 or more, which no frame may have, makes everything that follows its payload.
   That is what the bytes say; no receiver reads past it either.
"""

from dataclasses import dataclass, field

from wslearn.protocol.frame import MASK
from wslearn.protocol.length import FORMS, SEVEN_BITS, form_of
from wslearn.protocol.masking import KEY_SIZE
from wslearn.protocol.parser import LONGEST_HEADER

from .beginnings import SUSPECTS, begins_otherwise

_SHORT = FORMS[0]


@dataclass(slots=True)
class Piece:
    """One frame, or as much of it as has come: the kept bytes, and how many more there were.

    Of those ``left_out``, the ``missing`` ones were never seen.
    """

    data: bytes
    left_out: int = 0
    missing: int = 0


def stated_size(data: bytes) -> tuple[int, int] | None:
    """How long header and payload are, in bytes, according to the header; None while it is not
    whole.

    >>> stated_size(b"\\x81\\x05"), stated_size(b"\\x81\\x85"), stated_size(b"\\x82\\x7e\\x01\\x00")
    ((2, 5), None, (4, 256))
    """
    if len(data) < 2:
        return None
    form = form_of(data[1] & SEVEN_BITS)
    size = 2 + form.extra_bytes
    header = size + (KEY_SIZE if data[1] & MASK else 0)
    if len(data) < header:
        return None
    if form.marker is None:
        return header, data[1] & SEVEN_BITS
    return header, int.from_bytes(data[2:size], "big")


@dataclass(slots=True)
class FrameSplitter:
    """Cuts one direction of a connection into frames, of which it keeps ``keep`` bytes of payload.

    >>> splitter = FrameSplitter()
    >>> splitter.feed(bytes.fromhex("8105 48656c"))
    []
    >>> splitter.feed(bytes.fromhex("6c6f 8900"))  # doctest: +NORMALIZE_WHITESPACE
    [Piece(data=b'\\x81\\x05Hello', left_out=0, missing=0),
     Piece(data=b'\\x89\\x00', left_out=0, missing=0)]
    """

    keep: int = 64 * 1024
    foreign: bytes = b""
    """The bytes from where another protocol begins in place of a frame; nothing more is read."""
    _header: bytes = b""  # the beginning of a header, at most 13 bytes
    _kept: bytearray = field(default_factory=bytearray)  # of the frame whose payload is coming
    _room: int = 0  # how many more bytes of that payload are kept
    _left_out: int = 0
    _missing: int = 0
    _coming: int = 0  # how many bytes of that payload have not come

    @property
    def under_way(self) -> bytes:
        """The kept bytes of the frame that has begun and not ended."""
        return self._header or bytes(self._kept)

    @property
    def expects_more(self) -> bool:
        """Whether more of that frame has to come."""
        return bool(self._header or self._coming)

    def rest(self, following: bytes) -> int | None:
        """How many more bytes the frame under way has, 0 if none is; None: not known yet.

        ``following`` are the next bytes, :data:`LONGEST_HEADER` of them or as many as have come.
        """
        if not self._header:
            return self._coming
        sizes = stated_size((self._header + following)[:LONGEST_HEADER])
        return None if sizes is None else sum(sizes) - len(self._header)

    def follower(self) -> "FrameSplitter":
        """Another one that goes on where this one is now, and keeps nothing."""
        kept = self._kept[:1]
        return FrameSplitter(0, self.foreign, self._header, kept, 0, 0, 0, self._coming)

    def feed(self, data: bytes) -> list[Piece]:
        """Take the next bytes; return the frames that are whole now, in order."""
        if self.foreign:
            return []
        if self._header:
            data, self._header = self._header + data, b""
        size, at = len(data), 0
        pieces: list[Piece] = []
        if self._kept:
            at = self._grow(data, 0)
            if self._coming:
                return []
            pieces.append(self._take())
        while size - at >= 2:
            if (
                data[at] in SUSPECTS
                and (other := begins_otherwise(data[at : at + 20])) is not False
            ):
                if other is None:
                    break
                self.foreign = data[at:]
                return pieces
            length = data[at + 1] & SEVEN_BITS
            header = 2 + KEY_SIZE if data[at + 1] & MASK else 2
            if length > _SHORT.highest:
                sizes = stated_size(data[at : at + LONGEST_HEADER])
                if sizes is None:
                    break
                header, length = sizes
            elif size - at < header:
                break
            end = at + header + length
            if end <= size and length <= self.keep:  # the common case: here, and kept whole
                pieces.append(Piece(data[at:end]))
                at = end
                continue
            self._kept += data[at : at + header]
            self._room, self._coming = self.keep, length
            at += header + self._grow(data, at + header)
            if self._coming:
                return pieces
            pieces.append(self._take())
        self._header = data[at:]
        return pieces

    def lose(self, size: int) -> bool:
        """Note that the next ``size`` bytes are missing; says whether the next frame is known.

        Inside a payload it is, by the frame's length: what is missing counts as left out. A header
        that is missing leaves no way to tell where the next one is.
        """
        if size > self._coming or self._header:
            return False
        self._room = 0  # bytes after the hole would be in the wrong place
        self._coming -= size
        self._left_out += size
        self._missing += size
        return True

    def end(self) -> Piece | None:
        """The frame that was under way, as far as it came; None if there was none."""
        if self._header:
            piece, self._header = Piece(self._header), b""
            return piece
        return self._take() if self._kept else None

    def _grow(self, data: bytes, at: int) -> int:
        """Take bytes of the payload that is coming; return how many."""
        size = min(self._coming, len(data) - at)
        kept = min(self._room, size)
        self._kept += data[at : at + kept]
        self._room -= kept
        self._left_out += size - kept
        self._coming -= size
        return size

    def _take(self) -> Piece:
        piece = Piece(bytes(self._kept), self._left_out, self._missing)
        self._kept.clear()
        self._left_out = self._missing = self._coming = self._room = 0
        return piece
