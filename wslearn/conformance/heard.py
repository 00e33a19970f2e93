"""What an endpoint said: its bytes as words, and every rule that they break.

An endpoint is judged by everything it sends, not only by the answer that a case waits for: a server
that answers rightly in a masked frame is wrong.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from wslearn.checking.values import shown
from wslearn.protocol.close import decode_close
from wslearn.protocol.codes import Opcode
from wslearn.protocol.deflate import DEFLATE, Agreement, Decompressor
from wslearn.protocol.dissect import dissect
from wslearn.protocol.dissection import Side
from wslearn.protocol.errors import FrameError, Violation, broken
from wslearn.protocol.events import Binary, Close, Pong, Text
from wslearn.protocol.frame import Frame
from wslearn.protocol.handshake import ResponseCheck
from wslearn.protocol.message import MessageError, MessageReader
from wslearn.protocol.parser import FrameParser
from wslearn.protocol.text import counted, grouped, shown_text

from .case import Word

LONGEST = 2**22
"""The longest message that is accepted from an endpoint, in bytes. A longer one is noticed, and not
listened to: sending it is not a fault."""

OWN_LIMITS = ("frame-too-long", "message-too-long")
"""Rules that an endpoint breaks only because our limit is what it is."""

MOST_SHOWN = 6
"""How many frames, or words, are listed; the rest is counted."""

NAMES = {0: "continuation", 1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong"}


def frame_in_words(frame: Frame) -> str:
    """One frame in a few words; the reason of a Close is left out, since it may be repeated or not.

    >>> frame_in_words(Frame.close(1000, "bye")), frame_in_words(Frame.text("Hello"))
    ('close 1000', 'text “Hello”')
    """
    word = NAMES.get(frame.opcode, f"opcode {frame.opcode}")
    word += "" if frame.fin else " (a fragment)"
    payload = frame.payload
    if frame.opcode == Opcode.CLOSE:
        return f"{word} {int.from_bytes(payload[:2], 'big')}" if payload else f"{word}, empty"
    if frame.opcode in (Opcode.TEXT, Opcode.PONG) and len(payload) <= 40:
        return f"{word} “{payload.decode('utf-8', 'replace')}”"
    return f"{word} {shown(payload)}" if len(payload) <= 8 else f"{word} of {len(payload)} bytes"


def in_frames(data: bytes) -> str:
    """Bytes from a server as a client reads them: ``text “Hello”, close 1000``."""
    parser, problem = FrameParser("client"), ""
    try:
        frames = parser.feed(data)
    except FrameError as error:
        frames, problem = error.frames, f"a frame that a client refuses ({error.violation})"
    else:
        if parser.partial is not None or sum(len(f.encode()) for f in frames) < len(data):
            problem = "a frame that is not whole"
    words = [frame_in_words(frame) for frame in frames] + ([problem] if problem else [])
    return ", ".join(words) or "nothing"


def in_words(word: Word) -> str:
    """A word as a person reads it; text from the network stays text.

    >>> in_words(Text("Hello")), in_words(Close(1005, "")), in_words(Binary(bytes(126)))
    ('text “Hello”', 'a Close without a code', '126 bytes of binary')
    """
    match word:
        case Text(text):
            data = text.encode()
            size = counted(len(data), "byte")
            return f"text “{shown_text(data)}”" if len(data) <= 40 else f"text of {size}"
        case Binary(data):
            size = counted(len(data), "byte")
            return f"binary {data.hex(' ')}".strip() if len(data) <= 8 else f"{size} of binary"
        case Pong(payload):
            return f"a Pong with “{shown_text(payload)}”" if payload else "a Pong without a payload"
        case Close(code):
            return "a Close without a code" if code == 1005 else f"a Close with {code}"


def in_short(violation: Violation) -> str:
    """A broken rule without its sentence: where, what should be there, what is, and the section."""
    broken = f"expected {violation.expected}, got {violation.came}"
    return f"{violation.where}: {broken} ({violation.rule.source})"


def listed(words: Iterable[str]) -> str:
    """Several words in a row, those beyond a handful counted."""
    every = list(words)
    more = len(every) - MOST_SHOWN
    if more > 0:
        every = [*every[:MOST_SHOWN], f"and {more} more"]
    return ", ".join(every)


@dataclass(slots=True)
class Heard:
    """What one endpoint said and did in one case.

    ``sent``      the bytes that it got, as far as they matter
    ``reply``     what a server answered to the request, judged; None: nothing that is HTTP
    ``words``     what it said once the connection was open
    ``violation`` the first rule that its own bytes break, or None
    ``ended``     how TCP ended: ``"end"``, ``"reset"``, or empty while it has not
    ``late``      the time was up before the case was decided
    ``beyond``    it began a message that is longer than we accept
    ``trouble``   why the case could not be played, in a sentence
    ``unreached`` nobody listened at the address
    """

    sent: bytes = b""
    reply: ResponseCheck | None = None
    words: list[Word] = field(default_factory=list)
    violation: Violation | None = None
    ended: str = ""
    late: bool = False
    beyond: bool = False
    trouble: str = ""
    unreached: bool = False

    @property
    def close(self) -> Close | None:
        """The first Close that it sent."""
        return next((word for word in self.words if isinstance(word, Close)), None)

    def spoken(self) -> str:
        """All of it, as a person reads it."""
        words = [*_pongs_counted(self.words)]
        if self.violation is not None:
            words.append(f"what breaks a rule: {in_short(self.violation)}")
        if self.beyond:
            words.append(f"a message of more than {counted(LONGEST, 'byte')}")
        if not words and not self.ended:
            return "nothing" + (", and TCP stays open" if self.late else "")
        end = {"end": "the end of TCP", "reset": "a reset of TCP", "": ""}[self.ended]
        stays = "and TCP stays open" if self.late and not self.ended else ""
        return listed([*words, *(part for part in (end, stays) if part)])


def _pongs_counted(words: Iterable[Word]) -> Iterator[str]:
    """Words one by one; where very many Pongs follow each other, their number."""
    for pongs, run in groupby(words, lambda word: isinstance(word, Pong)):
        alike = list(run)
        if pongs and len(alike) > MOST_SHOWN:
            yield f"{grouped(len(alike))} Pongs"
        else:
            yield from map(in_words, alike)


class Ear:
    """Takes what an endpoint sends, and keeps it as words in a :class:`Heard`.

    ``receiver`` is our own side: it decides whether frames have to be masked.
    """

    def __init__(self, heard: Heard, receiver: Side, agreement: Agreement | None = None) -> None:
        self.heard = heard
        self.receiver = receiver
        extensions, inflate = "", None
        if agreement is not None:
            extensions = DEFLATE
            inflate = Decompressor(agreement.server if receiver == "client" else agreement.client)
        self._parser = FrameParser(receiver, extensions=extensions, max_size=LONGEST)
        self._reader = MessageReader(max_size=LONGEST, inflate=inflate)

    def take(self, data: bytes) -> None:
        """Read on; after the first broken rule nothing more is read (RFC 6455 §7.1.7)."""
        if self.heard.violation is not None or self.heard.beyond:
            return
        late: Violation | None = None
        try:
            frames = self._parser.feed(data)
        except FrameError as error:
            frames, late = error.frames, error.violation
        try:
            for frame in frames:
                word = self._word(frame)
                if word is not None:
                    self.heard.words.append(word)
        except MessageError as refused:
            late = refused.violation
        if late is not None and late.rule.id in OWN_LIMITS:
            self.heard.beyond = True
        else:
            self.heard.violation = late

    def _word(self, frame: Frame) -> Word | None:
        if not frame.opcode & 0b1000:
            if self.heard.close is not None:
                came = frame_in_words(frame)
                raise MessageError(broken("data-after-close", 4, 4, "no data frame", came))
            message = self._reader.feed(frame)
            if message is None:
                return None
            return Text(message) if isinstance(message, str) else Binary(message)
        if frame.opcode == Opcode.PONG:
            return Pong(frame.payload)
        if frame.opcode != Opcode.CLOSE:
            return None  # a Ping of its own is its own affair
        key = bytes(4) if self.receiver == "server" else None
        if judged := dissect(frame.encode(mask_key=key), self.receiver).violations:
            raise MessageError(judged[0])
        code, reason = decode_close(frame.payload)
        return Close(code, reason.decode())
