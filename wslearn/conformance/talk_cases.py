"""Messages, fragments, text, Pings and Pongs as cases: what an endpoint has to understand.

Whether a message was understood shows only where it comes back, so most of these need an endpoint
that echoes. How it cuts its own messages into frames is its own affair (RFC 6455 §5.4).
"""

from typing import Any

from wslearn.protocol.events import Binary, Pong, Text
from wslearn.protocol.frame import Frame

from .case import Case, Piece, Says, Word

LENGTHS, FRAGMENTS, TEXT, CONTROL = "lengths", "fragments", "text", "ping and pong"

TOO_BIG = (1009,)
"""An endpoint may have a limit of its own, and say so (RFC 6455 §10.4)."""


def _said(
    group: str, id: str, title: str, *words: Word, row: str, rule: str, why: str, lesson: str,
    sent: tuple[Piece, ...], **more: Any,
) -> Case:  # fmt: skip
    right = Says(words, more.pop("never", ()), more.pop("or_codes", ()))
    echo = any(isinstance(word, Text | Binary) for word in words)
    return Case(
        id, title, group, more.pop("level", "MUST"), (row,), rule, why, lesson, right, sent,
        echo=echo, **more,
    )  # fmt: skip


def _length(size: int, binary: bool = True) -> Case:
    frame = Frame.binary(b"~" * size) if binary else Frame.text("~" * size)
    word: Word = Binary(frame.payload) if binary else Text("~" * size)
    form = 7 if size < 126 else 16 if size < 2**16 else 64
    return _said(
        LENGTHS,
        f"length-{size}" + ("" if binary else "-text"),
        f"{size} bytes of {'binary' if binary else 'text'}, the length in {form} bits",
        word,
        row="6455-5.2-n3" if size == 0 else "6455-5.2-n1",
        rule="A length takes 7, 16 or 64 bits, the most significant byte first; 0 is one, too.",
        why="A server that knows only the short form works until somebody writes 126 characters.",
        lesson="04",
        sent=(frame,),
        or_codes=TOO_BIG if size > 2**16 else (),
    )


CUT = "A message may be cut into fragments of any size; its text is what they say together."
IN_PIECES = (
    "Libraries cut messages where their buffers end. A program that takes a frame for a "
    "message gets half "
    "of it."
)
HELLO = (Frame.text("Hel", fin=False), Frame.continuation(b"lo"))
EURO = "€".encode()


def _fragments(id: str, title: str, *words: Word, sent: tuple[Piece, ...], **more: Any) -> Case:
    told = {"row": "6455-5.4-7", "rule": CUT, "why": IN_PIECES, "lesson": "06", **more}
    return _said(FRAGMENTS, f"fragments-{id}", title, *words, sent=sent, **told)


def _ping(id: str, title: str, payload: bytes, **more: Any) -> Case:
    told = {
        "row": "6455-5.5.3-n1",
        "rule": "A Ping is answered with a Pong that carries the same payload.",
        "why": "The payload tells which Ping was answered. A side that waits for it does not "
        "take any other for an answer, and hangs up.",
        "lesson": "07",
        **more,
    }
    return _said(CONTROL, f"ping-{id}", title, Pong(payload), sent=(Frame.ping(payload),), **told)


def _text(id: str, title: str, text: str) -> Case:
    return _said(
        TEXT, f"text-{id}", title, Text(text), row="6455-5.6-1", sent=(Frame.text(text),),
        rule="Text travels as UTF-8, and may contain every character of Unicode.",
        why="A checker that refuses what is right costs users their names and their emoji.",
        lesson="06",
    )  # fmt: skip


TALK = (
    *(_length(size) for size in (0, 1, 125, 126, 127, 65_535, 65_536, 200_000)),
    _length(0, binary=False),
    _length(126, binary=False),
    _length(65_536, binary=False),
    _said(
        LENGTHS, "stream-bytes", "a frame comes byte by byte", Text("Hello"),
        sent=(Frame.text("Hello"),), writes=0, row="6455-6.2-1", lesson="08",
        rule="Bytes are read as frames however the network cuts them.",
        why="One read is not one frame: on a slow line a frame comes in pieces.",
    ),
    _said(
        LENGTHS, "stream-glued", "three frames come in one write",
        Text("one"), Text("two"), Text("three"), row="6455-6.2-1", lesson="08",
        sent=(Frame.text("one"), Frame.text("two"), Frame.text("three")),
        rule="Bytes are read as frames however the network joins them.",
        why="One read is not one frame: on a fast line several come at once, and the later ones "
        "are lost.",
    ),
    _said(
        LENGTHS, "stream-lookalike", "a payload that looks like a frame",
        Binary(bytes.fromhex("810548656c6c6f")), Text("after"), row="6455-10.7-n1", lesson="04",
        sent=(Frame.binary(bytes.fromhex("810548656c6c6f")), Frame.text("after")), level="SHOULD",
        rule="Only the declared length decides where a frame ends.",
        why="A program that searches the data for the next header can be made to read frames that "
        "nobody sent.",
    ),
    _fragments("two", "“Hello” in two fragments", Text("Hello"), sent=HELLO),
    _fragments(
        "single-bytes", "a message of forty fragments of one byte", Binary(bytes(range(40))),
        sent=(
            Frame.binary(b"\0", fin=False),
            *(Frame.continuation(bytes([at]), fin=at == 39) for at in range(1, 40)),
        ),
    ),
    _fragments(
        "empty", "fragments without a payload", Text("Hello"), row="6455-5.4-6",
        sent=(
            Frame.text("", fin=False), Frame.continuation(b"Hello", fin=False),
            Frame.continuation(b"", fin=False), Frame.continuation(b""),
        ),
    ),
    _fragments(
        "all-empty", "a message of nothing in three fragments", Text(""), row="6455-5.4-6",
        sent=(
            Frame.text("", fin=False), Frame.continuation(b"", fin=False), Frame.continuation(b""),
        ),
    ),
    _fragments(
        "with-ping", "a Ping between two fragments", Pong(b"between"), Text("Hello"),
        sent=(HELLO[0], Frame.ping(b"between"), HELLO[1]), row="6455-5.4-5",
        rule="Control frames that come amid a message are handled there and then.",
        why="A Ping that has to wait for the end of a long download is answered too late.",
    ),
    _fragments(
        "with-pong", "a Pong between two fragments", Text("Hello"), row="6455-5.4-5",
        sent=(HELLO[0], Frame.pong(b"between"), HELLO[1]),
        rule="Control frames that come amid a message do not belong to it.",
        why="A program that adds every payload to the message gets text in it that nobody wrote.",
    ),
    _fragments(
        "twice", "two messages of two fragments each", Text("Hello"), Text("Hello"),
        sent=(*HELLO, *HELLO), row="6455-6.2-4",
        rule="After the last fragment the next data frame starts a new message.",
    ),
    _fragments(
        "cut-character", "a character is cut between two fragments", Text("5 €"),
        sent=(
            Frame(1, b"5 " + EURO[:1], False), Frame.continuation(EURO[1:2], fin=False),
            Frame.continuation(EURO[2:]),
        ),
        row="6455-5.6-1", rule="The whole message is UTF-8; a single frame may cut a character.",
        why="A program that decodes each frame on its own refuses a message that is right.",
    ),
    _text("latin", "two bytes a character", "Grüße"),
    _text("three-bytes", "three bytes a character, up to the surrogates", "€ \ud7ff \ue000"),
    _text("four-bytes", "four bytes a character, first and last", "🙂 \U00010000 \U0010ffff"),
    _text("zero", "a character of value 0", "a\0b"),
    _text("byte-order-mark", "a byte order mark at the start", "\ufeffHello"),
    _text("noncharacter", "code points that no character will ever have", "\ufffe\uffff"),
    _said(
        TEXT, "binary-any", "binary that is not UTF-8", Binary(b"\xff\xfe\x00\xc3"),
        sent=(Frame.binary(b"\xff\xfe\x00\xc3"),), row="6455-5.6-n1", lesson="03",
        rule="Binary is not looked into.", why="Pictures and archives are not text.",
    ),
    _ping("empty", "a Ping without a payload", b""),
    _ping("text", "a Ping with “Hello”", b"Hello"),
    _ping("bytes", "a Ping with bytes that are not text", b"\x00\xff\xfe\xfd"),
    _ping("longest", "a Ping of 125 bytes", b"~" * 125, row="6455-5.5.2-1"),
    _said(
        CONTROL, "ping-last", "ten Pings in one write", Pong(b"10"), lesson="07",
        sent=tuple(Frame.ping(b"%d" % number) for number in range(1, 11)), row="6455-5.5.3-1",
        rule="Of several Pings at least the latest is answered.",
        why="A side that sends Pings on a slow line would believe the other one dead.",
    ),
    _said(
        CONTROL, "pong-alone", "a Pong that nobody asked for", Pong(b"after"), lesson="07",
        never=(Pong(b"unasked"),), sent=(Frame.pong(b"unasked"), Frame.ping(b"after")),
        row="6455-5.5.3-n2", rule="A Pong that nobody asked for is accepted, and not answered.",
        why="Some clients send Pongs as a sign of life. Answered with Pongs, they would never end.",
    ),
    _said(
        CONTROL, "ping-slow", "a Ping comes byte by byte", Pong(b"slow"), lesson="08",
        sent=(Frame.ping(b"slow"),), writes=0, row="6455-6.2-1",
        rule="Bytes are read as frames however the network cuts them.",
        why="One read is not one frame.",
    ),
)  # fmt: skip
"""What is said to an endpoint that keeps every rule."""
