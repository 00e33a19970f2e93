"""What a program made of a frame that breaks a rule, in words (RFC 6455 §7.1.7, §7.4.1).

The recording has the bytes that came back and whether TCP ended; here they are read.
"""

from dataclasses import dataclass
from typing import Literal

from wslearn.protocol.close import decode_close
from wslearn.protocol.codes import Opcode, opcode_name
from wslearn.protocol.deflate import Agreement, Decompressor
from wslearn.protocol.dissect import dissect_all
from wslearn.protocol.dissection import OTHER_SIDE, Side
from wslearn.protocol.frame import FIN, OPCODE, Frame
from wslearn.protocol.text import shown_text

from .malformed import Answer, Malformed, answers

Judged = Literal["as the rule says", "with another code", "without a word", "took it", "waits"]
"""How a program's answer compares with what the rule asks for."""

SIGNS: dict[Judged, str] = {
    "as the rule says": "✓",
    "with another code": "≈",
    "without a word": "≈",
    "took it": "✗",
    "waits": "…",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One program's answer: how it compares with the rule, and what it was."""

    program: str
    judged: Judged
    words: str

    @property
    def sign(self) -> str:
        """One character for a glance."""
        return SIGNS[self.judged]


def readings(entry: Malformed, receiver: Side) -> list[Reading]:
    """Every program's answer to one entry, read."""
    expected = entry.violation(receiver).close_code
    return [_read(answer, entry, receiver, expected) for answer in answers(entry, receiver)]


def _read(answer: Answer, entry: Malformed, receiver: Side, expected: int | None) -> Reading:
    frames = _frames(answer.data, receiver, entry)
    closes = [frame for frame in frames if frame.opcode == Opcode.CLOSE]
    others = [_said(frame) for frame in frames if frame.opcode != Opcode.CLOSE]
    before = f"sends {' and '.join(others)} back, " if others else ""
    if closes:
        code, reason = decode_close(closes[0].payload)
        echoed = entry.frame.opcode == Opcode.CLOSE and closes[0].payload == entry.frame.payload[:2]
        if echoed or (entry.frame.opcode == Opcode.CLOSE and not closes[0].payload):
            return Reading(answer.program, "took it", "agrees to close, as if nothing were wrong")
        words = f"{before}closes with {code}"
        if reason:
            words += f", “{shown_text(reason)}”"
        judged: Judged = "as the rule says" if code == expected else "with another code"
        return Reading(answer.program, judged, words)
    if answer.ended:
        return Reading(answer.program, "without a word", f"{before}ends TCP without a Close")
    if others:
        return Reading(answer.program, "took it", f"sends {' and '.join(others)} back")
    return Reading(answer.program, "waits", "says nothing and waits for more")


def _frames(data: bytes, receiver: Side, entry: Malformed) -> list[Frame]:
    """The frames a program sent back, decompressed where that was agreed."""
    agreement = Agreement()
    inflate = Decompressor(agreement.server if receiver == "server" else agreement.client)
    frames = []
    for seen in dissect_all(data, OTHER_SIDE[receiver]):
        frame = seen.frame
        if frame is None and seen.payload:  # longer than what was recorded: this is its beginning
            frame = Frame(seen.data[0] & OPCODE, seen.payload, bool(seen.data[0] & FIN))
        if frame is None:
            continue
        if entry.deflate and frame.rsv1:
            text = inflate.decompress(frame.payload, None, final=frame.fin)
            frame = Frame(frame.opcode, text, frame.fin)
        frames.append(frame)
    return frames


def _said(frame: Frame) -> str:
    if frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONTINUATION):
        if not frame.payload:
            return "an empty fragment"
        return f"“{shown_text(frame.payload[:24])}”"
    return f"a {opcode_name(frame.opcode)}"
