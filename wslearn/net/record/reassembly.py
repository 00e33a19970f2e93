"""TCP put together again: each direction's bytes in order, although the packets came in another.

A capture shows what passed on a wire, not what a socket reads: segments come late, twice,
overlapping or not at all. For each direction this keeps the number of the next byte and holds back
what is ahead of it. What was seen first counts. A hole is given up when too much waits behind it or
the capture ends; then its size is reported, and the stream goes on after it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush

from .packets import FIN, RST, SYN, Address, Segment

SEQUENCE = 2**32
MOST_WAITING = 2**20
"""How many bytes may wait behind a hole before it is given up."""
MOST_SEGMENTS = 2_000
"""How many segments may do so."""

Chunk = tuple[bytes, int, float]
"""Bytes of a stream in their order, how many are missing before them, and when they came."""


@dataclass(slots=True)
class Direction:
    """One direction of one TCP connection.

    Numbers on the wire start anywhere and start again at 2^32 (RFC 9293 §3.4); inside, places are
    counted from the first byte on and never wrap.
    """

    base: int | None = None  # the number of the first byte
    place: int = 0  # of the byte that comes next
    waiting: list[tuple[int, int, bytes, float]] = field(default_factory=list)  # a heap
    waiting_size: int = 0
    arrivals: int = 0
    stated: int = 0  # where the data ends according to the packets, captured or not
    seen: bool = False  # data has come
    ended: bool = False  # FIN or RST has come
    reset: bytes = b""  # the text of an RST: it says why, and is not part of the stream

    def take(self, segment: Segment, at: float) -> Iterator[Chunk]:
        """Add one segment; gives the bytes that are now in order."""
        number = segment.number + bool(segment.flags & SYN)  # a SYN counts as one byte
        if self.base is None and (segment.data or segment.flags & SYN):
            self.base = number % SEQUENCE
        if segment.flags & (FIN | RST):
            self.ended = True
        if segment.flags & RST:
            self.reset = self.reset or segment.data
            return
        if self.base is None:
            return
        place = self.place + _distance(number, self.base + self.place)
        if segment.missing:  # else a FIN, which counts as a byte, would look like one
            self.stated = max(self.stated, place + len(segment.data) + segment.missing)
        if not segment.data:
            return
        self.seen = True
        if place > self.place:
            # The count decides between equal places: what came first is first.
            self.arrivals += 1
            heappush(self.waiting, (place, self.arrivals, segment.data, at))
            self.waiting_size += len(segment.data)
            if self.waiting_size > MOST_WAITING or len(self.waiting) > MOST_SEGMENTS:
                yield from self.flush()
            return
        yield from self._give(place, segment.data, at)
        while self.waiting and self.waiting[0][0] <= self.place:
            yield from self._next(at)

    @property
    def cut(self) -> int:
        """How many bytes at the end passed and were not captured."""
        return max(self.stated - self.place, 0)

    def flush(self) -> Iterator[Chunk]:
        """Give up the holes: gives everything that waits, each with the size of the hole before
        it."""
        while self.waiting:
            yield from self._next(0.0)

    def _next(self, now: float) -> Iterator[Chunk]:
        """The first of what waits. What waited for an earlier byte came when that came."""
        place, _, data, at = heappop(self.waiting)
        self.waiting_size -= len(data)
        yield from self._give(place, data, max(at, now))

    def _give(self, place: int, data: bytes, at: float) -> Iterator[Chunk]:
        """What is new in some bytes, and how many are missing before them."""
        hole = max(place - self.place, 0)
        new = data[max(self.place - place, 0) :]
        if new:
            self.place += hole + len(new)
            yield new, hole, at


@dataclass(slots=True)
class Stream:
    """A TCP connection: both directions, and who opened it as far as that was seen."""

    first: Address
    second: Address
    opener: Address | None = None
    opening: int | None = None  # the number of the opener's SYN
    directions: dict[Address, Direction] = field(default_factory=dict)

    def of(self, source: Address) -> Direction:
        """The direction that comes from this address."""
        return self.directions.setdefault(source, Direction())

    def reused(self, segment: Segment) -> bool:
        """Whether this SYN opens another connection between the same two ports."""
        if not segment.flags & SYN or not self.directions:
            return False
        known = self.directions.get(segment.source)
        if segment.source == self.opener:
            return self.opening != segment.number
        return known is not None and known.seen and any(d.ended for d in self.directions.values())


def _distance(number: int, other: int) -> int:
    """How far one number is ahead of another, at most 2^31 either way."""
    return (number - other + SEQUENCE // 2) % SEQUENCE - SEQUENCE // 2
