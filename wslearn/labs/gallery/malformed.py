"""Every way a frame can be wrong, one frame each (RFC 6455 §5, RFC 7692 §6).

Each entry is the running example, “Hello”, with one thing wrong. It is built for the side that
receives it: masked on its way to a server, unmasked on its way to a client, unless the mask is
what is wrong. Where a frame is wrong only because of what came before it, that comes before it.

What real programs made of these bytes is in ``recorded.json``;
``tests/tools/record_gallery.py`` writes it, and anyone can run it again.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from wslearn.protocol.codes import Opcode
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import DEFLATE, Agreement, Compressor
from wslearn.protocol.dissection import Side
from wslearn.protocol.errors import Violation
from wslearn.protocol.events import Failed
from wslearn.protocol.examples import COURSE_KEY
from wslearn.protocol.frame import Frame

HELLO = b"Hello"
LIMIT = 2**20
"""The longest message that the receiver accepts, in bytes."""

RECORDED = Path(__file__).with_name("recorded.json")


@dataclass(frozen=True, slots=True)
class Malformed:
    """One entry of the gallery.

    ``id``           a short name for programs
    ``title``        what is wrong, in a few words
    ``group``        the part of a frame that it is wrong in
    ``frame``        the frame; its length and mask are added when it is built
    ``before``       frames that come before it, and are fine
    ``length_bits``  the form its length is forced into, or None for the shortest
    ``length``       the length it states, where that is not the payload's, or None
    ``deflate``      whether permessage-deflate was agreed on
    ``mask``         ``"wrong"`` where the mask is what is wrong
    ``only``         the receiver for which it is wrong, where there is only one
    """

    id: str
    title: str
    group: str
    frame: Frame
    before: tuple[Frame, ...] = ()
    length_bits: int | None = None
    length: int | None = None
    deflate: bool = False
    mask: str = "right"
    only: Side | None = None

    @property
    def extensions(self) -> tuple[str, ...]:
        """The names of the extensions both sides agreed on."""
        return (DEFLATE,) if self.deflate else ()

    def receivers(self) -> tuple[Side, ...]:
        """The sides it is wrong for."""
        return ("server", "client") if self.only is None else (self.only,)

    def data(self, receiver: Side) -> bytes:
        """The bytes of the frame that is wrong, on their way to this side."""
        masked = (receiver == "server") != (self.mask == "wrong")
        key = COURSE_KEY if masked else None
        if self.length is None:
            return self.frame.encode(mask_key=key, length_bits=self.length_bits)
        head = self.frame.header(mask_key=key, length=2**16, length_bits=64)
        return head[:2] + self.length.to_bytes(8, "big") + head[10:]

    def data_before(self, receiver: Side) -> bytes:
        """The bytes of what comes before it; often none."""
        key = COURSE_KEY if receiver == "server" else None
        return b"".join(frame.encode(mask_key=key) for frame in self.before)

    def violation(self, receiver: Side) -> Violation:
        """The rule that a connection finds broken, taking into account what came before."""
        connection = Connection(
            receiver,
            mask_keys=lambda: COURSE_KEY,
            deflate=Agreement() if self.deflate else None,
            max_size=LIMIT,
        )
        connection.receive(self.data_before(receiver))
        for event in connection.receive(self.data(receiver)):
            if isinstance(event, Failed):
                return event.violation
        raise AssertionError(f"{self.id} breaks no rule")


def _text(payload: bytes, **flags: Any) -> Frame:
    return Frame(Opcode.TEXT, payload, **flags)


def _close(payload: bytes) -> Frame:
    return Frame(Opcode.CLOSE, payload)


def _code(code: int) -> Frame:
    return _close(code.to_bytes(2, "big"))


_BEGUN = (_text(b"Hel", fin=False),)

FIRST, LENGTH, MASK = "the first byte", "the length", "the mask"
TEXT, CLOSE, ORDER = "the text", "the close", "the order of frames"
COMPRESSION = "compression"

GALLERY = (
    Malformed("rsv1", "RSV1 is set, and nothing was agreed", FIRST, _text(HELLO, rsv1=True)),
    Malformed("rsv2", "RSV2 is set", FIRST, _text(HELLO, rsv2=True)),
    Malformed("rsv3", "RSV3 is set", FIRST, _text(HELLO, rsv3=True)),
    Malformed("opcode-3", "opcode 3 has no meaning", FIRST, Frame(3, HELLO)),
    Malformed("opcode-b", "control opcode 11 has no meaning", FIRST, Frame(11, HELLO)),
    Malformed("ping-cut", "a Ping is cut into fragments", FIRST, Frame(Opcode.PING, HELLO, False)),
    Malformed("close-cut", "a Close is cut into fragments", FIRST, Frame(Opcode.CLOSE, b"", False)),
    Malformed(
        "unmasked",
        "a client's frame is not masked",
        MASK,
        _text(HELLO),
        mask="wrong",
        only="server",
    ),
    Malformed(
        "masked", "a server's frame is masked", MASK, _text(HELLO), mask="wrong", only="client"
    ),
    Malformed("length-16", "5 is written in 16 bits", LENGTH, _text(HELLO), length_bits=16),
    Malformed("length-64", "5 is written in 64 bits", LENGTH, _text(HELLO), length_bits=64),
    Malformed("length-300", "300 is written in 64 bits", LENGTH, _text(b"a" * 300), length_bits=64),
    Malformed("length-top", "the first of 64 length bits is set", LENGTH, _text(b""), length=2**63),
    Malformed(
        "length-huge", "far more is promised than anyone takes", LENGTH, _text(b""), length=2**62
    ),
    Malformed("ping-long", "a Ping of 126 bytes", LENGTH, Frame(Opcode.PING, b"a" * 126)),
    Malformed("close-long", "a Close of 126 bytes", LENGTH, _close(b"\x03\xe8" + b"a" * 124)),
    Malformed("utf8-ff", "a byte that UTF-8 never has", TEXT, _text(b"Hell\xff")),
    Malformed("utf8-alone", "a second byte without a first", TEXT, _text(b"Hell\x80")),
    Malformed("utf8-overlong", "a slash written in two bytes", TEXT, _text(b"Hell\xc0\xaf")),
    Malformed("utf8-surrogate", "half of a UTF-16 pair", TEXT, _text(b"Hell\xed\xa0\x80")),
    Malformed(
        "utf8-beyond", "a number beyond the last character", TEXT, _text(b"Hell\xf4\x90\x80\x80")
    ),
    Malformed("utf8-cut", "the text ends inside a character", TEXT, _text(b"Hell\xc3")),
    Malformed("close-1", "a body of one byte", CLOSE, _close(b"\x03")),
    Malformed("close-999", "code 999 is below all codes", CLOSE, _code(999)),
    Malformed("close-1004", "code 1004 has no meaning", CLOSE, _code(1004)),
    Malformed("close-1005", "code 1005 never travels", CLOSE, _code(1005)),
    Malformed("close-1006", "code 1006 never travels", CLOSE, _code(1006)),
    Malformed("close-1015", "code 1015 never travels", CLOSE, _code(1015)),
    Malformed("close-2999", "code 2999 is not given out", CLOSE, _code(2999)),
    Malformed("close-5000", "code 5000 is above all codes", CLOSE, _code(5000)),
    Malformed("close-utf8", "a reason that is not UTF-8", CLOSE, _close(b"\x03\xe8\xff")),
    Malformed("alone", "a continuation of nothing", ORDER, Frame(Opcode.CONTINUATION, b"lo")),
    Malformed("interrupted", "a new message inside a message", ORDER, _text(b"lo"), before=_BEGUN),
    Malformed(
        "utf8-fragments",
        "a second fragment that cannot go on",
        ORDER,
        Frame(Opcode.CONTINUATION, b"\xff"),
        before=_BEGUN,
    ),
    Malformed(
        "too-long",
        "a message that grows beyond the limit",
        ORDER,
        Frame(Opcode.CONTINUATION, b""),
        before=_BEGUN,
        length=LIMIT,
    ),
    Malformed(
        "rsv1-ping",
        "RSV1 on a control frame",
        COMPRESSION,
        Frame(Opcode.PING, HELLO, rsv1=True),
        deflate=True,
    ),
    Malformed(
        "rsv1-later",
        "RSV1 on a later fragment",
        COMPRESSION,
        Frame(Opcode.CONTINUATION, b"lo", rsv1=True),
        before=_BEGUN,
        deflate=True,
    ),
    Malformed(
        "no-deflate",
        "RSV1 is set, but this is not compressed",
        COMPRESSION,
        _text(b"\xff\xff\xff\xff", rsv1=True),
        deflate=True,
    ),
    Malformed(
        "deflate-utf8",
        "what comes out is not UTF-8",
        COMPRESSION,
        _text(Compressor(Agreement().server).compress(b"Hell\xff"), rsv1=True),
        deflate=True,
    ),
)


# -- what real programs made of them ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """What one program did: the frames it sent back, and whether it ended TCP."""

    program: str
    data: bytes
    ended: bool


@cache
def _recorded() -> dict[str, Any]:
    recorded: dict[str, Any] = json.loads(RECORDED.read_text(encoding="utf-8"))
    return recorded


def programs() -> dict[str, str]:
    """The programs that were asked, and their versions."""
    return dict(_recorded()["programs"])


def answers(entry: Malformed, receiver: Side) -> list[Answer]:
    """What the programs that received this entry's bytes as this side did."""
    recorded = _recorded()["answers"][receiver].get(entry.id, {})
    return [
        Answer(program, bytes.fromhex(answer["hex"]), answer["ended"])
        for program, answer in recorded.items()
    ]
