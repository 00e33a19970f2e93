"""For each rule about frames: how strongly it binds the receiver, why it is there, who shows it.

The RFC often forbids a sender something and says nothing about its receiver. Where it does say
"fail the connection", the receiver's level is MUST. Elsewhere §10.7 is behind it: incoming data is
always validated, and the answer to what is not valid SHOULD be a Close. So the level here is the
receiver's, and may be weaker than that of the rule itself.
"""

from typing import NamedTuple

from .case import Level


class Note(NamedTuple):
    """``rows``: the requirements that bind the receiver, the one that names the section first."""

    level: Level
    rows: tuple[str, ...]
    lesson: str
    why: str


NOTES: dict[str, Note] = {
    "control-fragmented": Note(
        "SHOULD",
        ("6455-5.5-2", "6455-10.7-3"),
        "06",
        "A control frame may arrive in the middle of a message. Were it itself in pieces, nobody "
        "could tell which message the next continuation belongs to.",
    ),
    "rsv-set": Note(
        "MUST",
        ("6455-5.2-3",),
        "03",
        "The reserved bits say that an extension changed the payload. A receiver that overlooks "
        "them takes compressed bytes for text.",
    ),
    "rsv1-on-control": Note(
        "MUST",
        ("7692-6.1-4",),
        "10",
        "Control frames are never compressed, so the bit can only be a mistake.",
    ),
    "rsv1-on-continuation": Note(
        "MUST",
        ("7692-6.1-4",),
        "10",
        "Whether a message is compressed is said once, on its first frame. A second word on it "
        "would leave two readings.",
    ),
    "opcode-reserved": Note(
        "MUST",
        ("6455-5.2-4",),
        "03",
        "A future version will give these opcodes a meaning. A program that takes them for text "
        "today will misread its peers then.",
    ),
    "mask-missing": Note(
        "MUST",
        ("6455-5.1-2",),
        "05",
        "The mask keeps a page from choosing the bytes on the wire, and a proxy from taking them "
        "for a request. It protects only if every server insists on it.",
    ),
    "mask-present": Note(
        "MUST",
        ("6455-5.1-5",),
        "05",
        "Only clients mask. A masked frame that comes to a client was made by something other than "
        "a server, or was turned back on its way.",
    ),
    "control-too-long": Note(
        "SHOULD",
        ("6455-5.5-1", "6455-10.7-3"),
        "07",
        "A control frame has to be answered at once and from a small buffer. Without the limit a "
        "Ping could be as long as a film.",
    ),
    "length-not-shortest": Note(
        "SHOULD",
        ("6455-5.2-6", "6455-10.7-3"),
        "04",
        "One message with two spellings: what filters frames and what reads them may take them for "
        "different things.",
    ),
    "length-top-bit": Note(
        "SHOULD",
        ("6455-5.2-5", "6455-10.7-3"),
        "04",
        "A program with signed numbers reads a negative length, and a negative length has turned "
        "into a memory fault more than once.",
    ),
    "frame-too-long": Note(
        "SHOULD",
        ("6455-10.4-2", "6455-10.4-1"),
        "11",
        "Ten bytes are enough to promise 4 EiB. A program that does not refuse at the "
        "header waits and "
        "collects until the memory is full.",
    ),
    "text-not-utf8": Note(
        "MUST",
        ("6455-8.1-1", "6455-5.6-1"),
        "06",
        "Text that every reader repairs in a way of its own is a text with many readings; that is "
        "how filters are passed by.",
    ),
    "close-body-one-byte": Note(
        "SHOULD",
        ("6455-5.5.1-2", "6455-10.7-3"),
        "07",
        "A code has two bytes. Half a code can be read only by guessing, or beyond the end of the "
        "payload.",
    ),
    "close-code-forbidden": Note(
        "SHOULD",
        ("6455-7.4.2-n2", "6455-10.7-3"),
        "07",
        "Codes such as 1006 tell a program what it saw itself. If a peer may send them, nobody can "
        "tell a lost connection from a made-up one.",
    ),
    "close-reason-not-utf8": Note(
        "MUST",
        ("6455-8.1-1", "6455-5.5.1-3"),
        "07",
        "The reason ends up in logs. Bytes that are not text break whatever reads them there.",
    ),
    "continuation-without-message": Note(
        "SHOULD",
        ("6455-5.4-n1", "6455-10.7-3"),
        "06",
        "Nothing has begun that could go on: the two sides no longer agree on where messages "
        "begin.",
    ),
    "message-interrupted": Note(
        "SHOULD",
        ("6455-5.4-n2", "6455-10.7-3"),
        "06",
        "The first half of the old message would be lost without a word, or be glued to the new "
        "one.",
    ),
    "deflate-invalid": Note(
        "MUST",
        ("7692-7.2.2-n3",),
        "10",
        "After one bad byte the windows of the two sides differ, and every later message would "
        "turn to noise.",
    ),
}
"""By the id of the rule."""
