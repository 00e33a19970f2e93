"""The rule table: every rule that our code judges by, as data.

A rule has a name, the place in the RFC that states it, how strongly it is meant (MUST, SHOULD or
MAY, RFC 2119), and what follows when it is broken: a close code once frames flow, or an HTTP status
while the handshake is still going on. The lab's verdict, the strict parser's error and the course's
tables all quote the sentence given here.

The rules of the opening handshake are in ``handshake_rules``; ``rulebook`` has all of them by name.
``rows`` names the rows of ``tests/vectors/requirements.tsv`` that the rule covers.
"""

from dataclasses import dataclass
from typing import Literal

from .codes import CloseCode

Layer = Literal["header", "message", "payload", "head", "request", "response"]
"""Where a rule looks: at a frame's header or payload, at the message it belongs to, or at the text
of an opening handshake."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of RFC 6455 or RFC 7692.

    ``sentence`` is ours, not the RFC's. ``close_code`` follows when a frame breaks the rule,
    ``status`` when a request does; a client that meets a bad reply just gives up, and what comes
    after a Close is thrown away (both None).
    """

    id: str
    layer: Layer
    sentence: str
    section: str
    rows: tuple[str, ...]
    document: str = "RFC 6455"
    level: str = "MUST"
    close_code: int | None = None
    status: int | None = None

    @property
    def source(self) -> str:
        """Where to read it, such as ``RFC 6455 §5.2``."""
        return f"{self.document} §{self.section}"


ERROR, INVALID, TOO_BIG = (
    CloseCode.PROTOCOL_ERROR,
    CloseCode.INVALID_PAYLOAD_DATA,
    CloseCode.MESSAGE_TOO_BIG,
)

FRAME_RULES = (
    Rule(
        "control-fragmented",
        "header",
        "A control frame must not be cut into fragments, so its FIN bit must be 1.",
        "5.5",
        ("6455-5.4-2", "6455-5.5-2"),
        close_code=ERROR,
    ),
    Rule(
        "rsv-set",
        "header",
        "A reserved bit must be 0 unless both sides agreed on an extension that uses it.",
        "5.2",
        ("6455-5.2-2", "6455-5.2-3", "6455-5.8-1"),
        close_code=ERROR,
    ),
    Rule(
        "rsv1-on-control",
        "header",
        "RSV1 must be 0 on a control frame, because control frames are never compressed.",
        "6.1",
        ("7692-6.1-3", "7692-6.1-4"),
        document="RFC 7692",
        close_code=ERROR,
    ),
    Rule(
        "rsv1-on-continuation",
        "header",
        "Only the first frame of a compressed message may have RSV1 set.",
        "6.1",
        ("7692-6.1-3", "7692-6.1-4"),
        document="RFC 7692",
        close_code=ERROR,
    ),
    Rule(
        "opcode-reserved",
        "header",
        "Opcodes 3 to 7 and 11 to 15 are reserved: "
        "they must not be used unless an agreed extension defines them.",
        "5.2",
        ("6455-5.2-4",),
        close_code=ERROR,
    ),
    Rule(
        "mask-missing",
        "header",
        "Frames from a client must be masked.",
        "5.1",
        ("6455-5.1-1", "6455-5.1-2", "6455-5.1-3"),
        close_code=ERROR,
    ),
    Rule(
        "mask-present",
        "header",
        "Frames from a server must not be masked.",
        "5.1",
        ("6455-5.1-4", "6455-5.1-5", "6455-5.1-6"),
        close_code=ERROR,
    ),
    Rule(
        "control-too-long",
        "header",
        "A control frame must not carry more than 125 bytes.",
        "5.5",
        ("6455-5.5-1",),
        close_code=ERROR,
    ),
    Rule(
        "length-not-shortest",
        "header",
        "A length must be written in the fewest bytes that can hold it.",
        "5.2",
        ("6455-5.2-6",),
        close_code=ERROR,
    ),
    Rule(
        "length-top-bit",
        "header",
        "The top bit of a 64-bit length must be 0.",
        "5.2",
        ("6455-5.2-5",),
        close_code=ERROR,
    ),
    Rule(
        "frame-too-long",
        "header",
        "An endpoint must refuse a frame longer than its limit.",
        "10.4",
        ("6455-10.4-1", "6455-10.4-2"),
        close_code=TOO_BIG,
    ),
    Rule(
        "text-not-utf8",
        "payload",
        "A text message must be valid UTF-8.",
        "8.1",
        ("6455-5.6-1", "6455-8.1-1", "6455-7.4.1-n2"),
        close_code=INVALID,
    ),
    Rule(
        "close-body-one-byte",
        "payload",
        "A Close frame must be empty or start with a two-byte close code.",
        "5.5.1",
        ("6455-5.5.1-2",),
        close_code=ERROR,
    ),
    Rule(
        "close-code-forbidden",
        "payload",
        "The code in a Close frame must be one that has a meaning and may be sent.",
        "7.4",
        (
            "6455-7.4.1-3",
            "6455-7.4.1-4",
            "6455-7.4.1-6",
            "6455-7.4.1-n1",
            "6455-7.4.2-n1",
            "6455-7.4.2-n2",
            "6455-7.4.2-n3",
        ),
        close_code=ERROR,
    ),
    Rule(
        "close-reason-not-utf8",
        "payload",
        "The reason after a close code must be valid UTF-8.",
        "5.5.1",
        ("6455-5.5.1-3", "6455-8.1-1"),
        close_code=INVALID,
    ),
)

MESSAGE_RULES = (
    Rule(
        "continuation-without-message",
        "message",
        "A continuation frame must continue a message that has begun.",
        "5.4",
        ("6455-5.4-n1",),
        close_code=ERROR,
    ),
    Rule(
        "message-interrupted",
        "message",
        "A message must be finished before the next one begins.",
        "5.4",
        ("6455-5.4-4", "6455-5.4-n2"),
        close_code=ERROR,
    ),
    # A receiver throws such a frame away (§1.4), so no code follows.
    Rule(
        "data-after-close",
        "message",
        "After its Close a side must not send any more data frames.",
        "5.5.1",
        ("6455-5.5.1-5",),
    ),
    Rule(
        "message-too-long",
        "message",
        "An endpoint must refuse a message longer than its limit, however many frames it comes in.",
        "10.4",
        ("6455-10.4-1", "6455-10.4-2"),
        close_code=TOO_BIG,
    ),
    Rule(
        "deflate-invalid",
        "message",
        "A compressed message must be valid DEFLATE data.",
        "7.2.2",
        ("7692-7.2.2-n3",),
        document="RFC 7692",
        close_code=INVALID,
    ),
)
