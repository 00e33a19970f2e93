"""A case: what is sent to an endpoint, the rule behind it, and which answers are right.

A case is data. It does not say who plays it or over what: the same case is put to a server, to a
client, and to a student's class in memory. Where the RFC leaves open what happens, the case says
so: its ``level`` is about the endpoint that is judged, not about the peer that breaks the rule.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from wslearn.labs.gallery.malformed import Malformed
from wslearn.protocol.dissection import Side
from wslearn.protocol.events import Binary, Close, Pong, Text
from wslearn.protocol.examples import COURSE_KEY
from wslearn.protocol.frame import Frame

Level = Literal["MUST", "SHOULD", "MAY"]

Word = Text | Binary | Pong | Close
"""One thing that an endpoint says, as its receiver understands it: fragments are put together."""

Compress = Callable[[bytes], bytes]
"""Compresses one message with the window that was agreed on."""

SIDES: tuple[Side, ...] = ("server", "client")


# -- what is sent ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Packed:
    """A compressed text message (RFC 7692 §7.2.1), cut into this many frames."""

    text: str
    frames: int = 1


@dataclass(frozen=True, slots=True)
class Cut:
    """Only the first ``size`` bytes of a frame: the rest never comes."""

    frame: Frame
    size: int


FILL = b"~"
"""What a long message is full of."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A binary message of ``size`` bytes in this many frames; ``packed``: compressed, in one."""

    size: int
    frames: int = 1
    packed: bool = False

    @property
    def message(self) -> bytes:
        """The message itself; made anew each time, so that nobody keeps it."""
        return FILL * self.size


Piece = Frame | Malformed | Packed | Cut | Filled


def encoded(piece: Piece, receiver: Side, compress: Compress) -> bytes:
    """A piece as bytes on their way to this side: masked to a server, unmasked to a client."""
    key = COURSE_KEY if receiver == "server" else None
    match piece:
        case Frame():
            return piece.encode(mask_key=key)
        case Malformed():
            return piece.data_before(receiver) + piece.data(receiver)
        case Cut(frame, size):
            return frame.encode(mask_key=key)[:size]
        case Packed(text, count):
            return _in_frames(1, compress(text.encode()), count, key, packed=True)
        case Filled(_, frames, packed):
            whole = piece.message
            return _in_frames(2, compress(whole) if packed else whole, frames, key, packed=packed)


def _in_frames(opcode: int, whole: bytes, count: int, key: bytes | None, *, packed: bool) -> bytes:
    size = -(-len(whole) // count) or 1
    parts = [whole[at : at + size] for at in range(0, len(whole), size)]
    last = len(parts) - 1
    return b"".join(
        Frame(0 if at else opcode, part, at == last, rsv1=packed and at == 0).encode(mask_key=key)
        for at, part in enumerate(parts)
    )


# -- what is right ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opens:
    """The opening handshake succeeds, by every check that its receiver makes (RFC 6455 §4)."""


@dataclass(frozen=True, slots=True)
class Declines:
    """The connection opens without the extension that was offered (RFC 7692 §5.1, §7)."""


@dataclass(frozen=True, slots=True)
class Refuses:
    """The connection does not open.

    ``statuses`` are those that best say why (RFC 6455 §4.2.2, §10.7); ``versions``: the reply has
    to list the versions that the server speaks (§4.4).
    """

    statuses: tuple[int, ...] = (400,)
    versions: bool = False


@dataclass(frozen=True, slots=True)
class EitherWay:
    """The RFC leaves it to the endpoint whether the connection opens; the two remarks say so."""

    opened: str
    refused: str


@dataclass(frozen=True, slots=True)
class Observed:
    """What is judged by all connections together, such as that no key comes twice."""

    expected: str


@dataclass(frozen=True, slots=True)
class Says:
    """These things are said, in this order; others may come between, and none of ``never``.

    ``or_codes``: or the connection is closed with one of these codes, as a limit allows (§10.4).
    """

    words: tuple[Word, ...]
    never: tuple[Word, ...] = ()
    or_codes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Fails:
    """The connection is failed (RFC 6455 §7.1.7): a Close with one of ``codes``, and the end.

    ``before`` may be said first, in answer to what came in good order; any other message or Pong
    would show that the faulty frame, or what came after it, was accepted all the same.
    ``may_wait``: the endpoint may also wait for the rest of the frame.
    """

    codes: tuple[int, ...]
    before: tuple[Word, ...] = ()
    may_wait: bool = False


@dataclass(frozen=True, slots=True)
class Closes:
    """A Close is answered with one Close; a server then ends TCP (RFC 6455 §5.5.1, §7.1.1).

    ``code`` is what normally comes back, None for a Close without a body; ``before`` is said
    before it, and none of ``never`` at any time.
    """

    code: int | None
    before: tuple[Word, ...] = ()
    never: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Bears:
    """A load is accepted, or refused with a Close: limits are each program's choice (RFC 6455
    §10.4).

    Where it is accepted, ``words`` are said, or the message of ``filled`` comes back; with neither,
    nothing can show that it was. ``codes`` are those that best say why it is refused. ``may_wait``:
    the endpoint may also wait for the rest.
    """

    words: tuple[Word, ...] = ()
    filled: Filled | None = None
    codes: tuple[int, ...] = (1009,)
    may_wait: bool = False


Right = Opens | Declines | Refuses | EitherWay | Observed | Says | Fails | Closes | Bears

Field = tuple[str, str | None]
"""A header line that replaces the usual ones of its name; None leaves them out."""


@dataclass(frozen=True, slots=True)
class Changed:
    """How the first message differs from the usual one: a client's request, or a server's reply.

    ``first``    instead of ``GET {target} HTTP/1.1`` or ``HTTP/1.1 101 Switching Protocols``
    ``fields``   header lines that replace those of the same name, or are added
    ``twice``    names of header lines that are sent twice
    ``lower``    all names of headers in lower case, Upgrade and Connection in capitals
    ``backwards`` the headers in reverse order
    ``pieces``   in how many writes it is sent; 0: each byte on its own
    ``offer``    what is in Sec-WebSocket-Extensions of a request
    ``asked``    what is in Sec-WebSocket-Protocol of a request
    """

    first: str = ""
    fields: tuple[Field, ...] = ()
    twice: tuple[str, ...] = ()
    lower: bool = False
    backwards: bool = False
    pieces: int = 1
    offer: str = ""
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One case.

    ``id``      a short name for programs
    ``title``   what happens, in a few words
    ``group``   the part of the protocol
    ``level``   how strongly the RFC asks for the right answer (RFC 2119)
    ``rows``    rows of the requirements; the first one names the section
    ``rule``    the rule in a sentence
    ``why``     what goes wrong where it is not kept
    ``lesson``  the lesson that shows it
    ``right``   the right answers
    ``pieces``  what is sent once the connection is open
    ``changed`` how the first message differs from the usual one
    ``side``    the side that is judged, None for both
    ``writes``  in how many writes the pieces are sent; 0: each byte on its own
    ``echo``    whether it needs an endpoint that sends every message back
    ``deflate`` the offer of permessage-deflate that has to be accepted; None: nothing is offered
    """

    id: str
    title: str
    group: str
    level: Level
    rows: tuple[str, ...]
    rule: str
    why: str
    lesson: str
    right: Right
    pieces: tuple[Piece, ...] = ()
    changed: Changed = field(default_factory=Changed)
    side: Side | None = None
    writes: int = 1
    echo: bool = False
    deflate: str | None = None

    @property
    def source(self) -> str:
        """Where to read it, such as ``RFC 6455 §5.2``."""
        document, section, _ = self.rows[0].split("-")
        return f"RFC {document} §{section}"

    def judges(self, side: Side) -> bool:
        """Whether it is put to this side."""
        return self.side in (None, side)

    def data(self, receiver: Side, compress: Compress | None = None) -> bytes:
        """The bytes that are sent once the connection is open."""
        given = compress or _no_window
        return b"".join(encoded(piece, receiver, given) for piece in self.pieces)


def _no_window(data: bytes) -> bytes:
    raise AssertionError(f"no compression was agreed on for {len(data)} bytes")
