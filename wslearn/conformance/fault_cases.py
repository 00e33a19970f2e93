"""Frames that break a rule: the gallery of malformed frames, and a few more, as cases.

Which rule is broken, and with which code the connection fails, is what our own connection finds.
The rule decides the rest (``rule_notes``).
"""

from wslearn.labs.gallery.malformed import GALLERY, Malformed
from wslearn.protocol.codes import CloseCode
from wslearn.protocol.dissection import Side
from wslearn.protocol.events import Text
from wslearn.protocol.frame import Frame

from .case import Case, Cut, Fails, Piece, Word
from .deflate_cases import PLAIN
from .rule_notes import NOTES

HELLO = Frame.text("Hello")
STILL_THERE = Frame.ping(b"still there?")

NO_CODE = {"deflate-invalid": (CloseCode.INVALID_PAYLOAD_DATA, CloseCode.PROTOCOL_ERROR)}
"""Rules for which the RFC names no code, and the codes that programs send."""

ROWS_OF_CODES = {
    "close-999": "6455-7.4.2-n1",
    "close-1004": "6455-7.4.1-n1",
    "close-1005": "6455-7.4.1-3",
    "close-1006": "6455-7.4.1-4",
    "close-1015": "6455-7.4.1-6",
    "close-5000": "6455-7.4.2-n3",
}
"""The rows about codes that the RFC forbids one by one."""

LEFT_OUT = {"too-long"}
"""Wrong only for a receiver with our limit: a larger one is right to wait for the payload."""

GROUP = "faulty frames"


def violating(entry: Malformed) -> Case:
    """An entry of the gallery as a case: it has to end the connection."""
    side: Side = entry.only or "server"
    rule = entry.violation(side).rule
    note = NOTES[rule.id]
    rows = (ROWS_OF_CODES.get(entry.id, note.rows[0]), *note.rows[1:], "6455-7.1.7-7")
    code = int(rule.close_code or CloseCode.PROTOCOL_ERROR)
    huge = entry.id in ("length-huge", "length-top")
    codes = tuple(map(int, NO_CODE.get(rule.id, (code,))))
    if rule.id == "close-reason-not-utf8":
        codes = (code, int(CloseCode.PROTOCOL_ERROR))  # §8.1 asks to fail, and names no code
    if huge:  # both are right about it
        codes = (code, *{CloseCode.PROTOCOL_ERROR, CloseCode.MESSAGE_TOO_BIG} - {code})
    before: tuple[Word, ...] = (Text("Hello"),) if HELLO in entry.before else ()
    # A Ping in the wake shows who goes on as if nothing had happened (§7.1.7).
    pieces: tuple[Piece, ...] = (entry,) if entry.length is not None else (entry, STILL_THERE)
    return Case(
        f"fault-{entry.id}",
        entry.title,
        "compression" if entry.deflate else GROUP,
        note.level,
        rows,
        rule.sentence,
        note.why,
        note.lesson,
        Fails(codes, before, may_wait=entry.id == "length-huge"),
        pieces,
        side=entry.only,
        deflate=PLAIN if entry.deflate else None,
    )


FAULTS = tuple(violating(entry) for entry in GALLERY if entry.id not in LEFT_OUT)
"""Every malformed frame of the gallery that is wrong whatever the receiver's limit."""


def _opcode(number: int) -> Malformed:
    return Malformed(
        f"opcode-{number:x}", f"opcode {number} has no meaning", "", Frame(number, b"Hello")
    )


def _early(title: str, id: str, frame: Frame, size: int) -> Case:
    note = NOTES["text-not-utf8"]
    return Case(
        id,
        title,
        GROUP,
        "MAY",
        ("6455-8.1-1", "6455-7.1.7-5"),
        "A connection may be failed as soon as a byte cannot be UTF-8; nobody has to wait for the "
        "end of the message.",
        note.why + " The sooner it is noticed, the less is kept of what will be thrown away.",
        note.lesson,
        Fails((int(CloseCode.INVALID_PAYLOAD_DATA),), may_wait=True),
        (Cut(frame, size),),
    )


MORE_FAULTS = (
    *(violating(_opcode(number)) for number in (4, 5, 6, 7, 12, 13, 14, 15)),
    violating(Malformed("pong-cut", "a Pong is cut into fragments", "", Frame(10, b"", False))),
    violating(
        Malformed(
            "alone-cut", "a continuation of nothing, and not the last", "", Frame(0, b"lo", False)
        )
    ),
    violating(
        Malformed("rsv-all", "RSV1, RSV2 and RSV3 are set", "", Frame(2, b"", True, *[True] * 3))
    ),
    violating(
        Malformed(
            "unmasked-ping", "a client's Ping is not masked", "", Frame.ping(), mask="wrong",
            only="server",
        )
    ),
    violating(
        Malformed(
            "empty-first", "a continuation after a whole message", "", Frame(0, b""),
            before=(HELLO,),
        )
    ),
    _early(
        "an impossible byte in a frame that is not whole", "early-frame", Frame(1, b"a\xff" * 9), 12
    ),
    _early(
        "an impossible byte in the first fragment of a message",
        "early-fragment",
        Frame(1, b"Hell\xff", False),
        99,
    ),
)  # fmt: skip
"""What the gallery leaves out, because one frame of a kind is enough for an exhibition."""
