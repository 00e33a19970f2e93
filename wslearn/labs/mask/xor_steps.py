"""A payload masked step by step: what meets what, and what comes of it (RFC 6455 §5.3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from wslearn.pasted.reading import read_bytes
from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.codes import CloseCode
from wslearn.protocol.dissection import Verdict
from wslearn.protocol.errors import InputError
from wslearn.protocol.masking import KEY_SIZE, check_key, mask_plain
from wslearn.protocol.rules import FRAME_RULES
from wslearn.protocol.text import counted, encode_text, shown_text, utf8_problem

Mode = Literal["mask", "again", "phase"]
"""Mask a text; mask the result once more; unmask it starting from another byte of the key."""

LONGEST = 64
"""The most payload bytes that a lab steps through."""


@dataclass(frozen=True, slots=True)
class Step:
    """One byte: payload byte ``index`` meets byte ``at`` of the key."""

    index: int
    at: int
    byte: int
    key: int

    @property
    def result(self) -> int:
        """What comes of it."""
        return self.byte ^ self.key


@dataclass(frozen=True, slots=True)
class Masking:
    """A payload and a key, and which of the three things is done with them.

    ``phase`` is the byte of the key that meets the first byte, when the mode is ``"phase"``.

    >>> masking = Masking(b"Hello", bytes.fromhex("37fa213d"))
    >>> masking.result.hex(), masking.steps[4].at
    ('7f9f4d5158', 0)
    """

    payload: bytes
    key: bytes
    mode: Mode = "mask"
    phase: int = 0

    @property
    def sent(self) -> bytes:
        """The payload as it travels."""
        return mask_plain(self.payload, self.key)

    @property
    def start(self) -> int:
        """The byte of the key that meets the first byte."""
        return self.phase if self.mode == "phase" else 0

    @property
    def operand(self) -> bytes:
        """The bytes that meet the key."""
        return self.payload if self.mode == "mask" else self.sent

    @property
    def result(self) -> bytes:
        """The bytes that come out."""
        return mask_plain(self.operand, self.key, self.start)

    @property
    def steps(self) -> list[Step]:
        """Each byte with the byte of the key that it meets."""
        return [
            Step(index, at, byte, self.key[at])
            for index, byte in enumerate(self.operand)
            for at in [(self.start + index) % KEY_SIZE]
        ]

    def names(self) -> tuple[str, str]:
        """What goes in and what comes out, in a word each."""
        return {
            "mask": ("payload", "sent"),
            "again": ("received", "unmasked"),
            "phase": ("received", "unmasked"),
        }[self.mode]

    def verdict(self, done: int) -> Verdict:
        """What can be said after this many bits of it."""
        if not self.payload:
            return Verdict("waiting", "There is nothing to mask:", "type a text above.")
        if done < 8 * len(self.payload):
            return self._on_the_way(done)
        return {"mask": self._masked, "again": self._back, "phase": self._read}[self.mode]()

    def _on_the_way(self, done: int) -> Verdict:
        step = self.steps[max(0, done - 1) // 8]
        mod = "i" if not self.start else f"(i + {self.start})"
        headline = f"i = {step.index}, {mod} mod 4 = {step.at}:"
        turned = step.key.bit_count()
        if done % 8:
            return Verdict("waiting", headline, f"{counted(done % 8, 'bit')} of 8 done.")
        because = (
            f"{step.byte:02x} ⊕ {step.key:02x} = {step.result:02x}. Key byte {step.at} "
            f"flips {counted(turned, 'bit')}. (RFC 6455 §5.3)"
        )
        return Verdict("waiting", headline, because)

    def _masked(self) -> Verdict:
        because = (
            f"{_quoted(self.payload)} travels as {hex_bytes(self.sent, 8)}. The key comes before "
            "it in the same frame, so it hides nothing. (RFC 6455 §5.3)"
        )
        return Verdict("accepted", "The payload is masked.", because)

    def _back(self) -> Verdict:
        because = (
            f"{_quoted(self.result)}: the same key flips the same bits once more. "
            "The receiver does what the sender did. (RFC 6455 §5.3)"
        )
        return Verdict("accepted", "Masked twice, the text is back.", because)

    def _read(self) -> Verdict:
        where = f"Started at key byte {self.start},"
        read = _quoted(self.result)
        if self.start == 0:
            return Verdict(
                "accepted", f"{where} the receiver reads {read}.",
                "That is the right byte to start with. (RFC 6455 §5.3)",
            )  # fmt: skip
        if self.result == self.payload:
            because = (
                "This key is the same from there on: the mistake is there, and nobody sees it."
            )
            return Verdict("accepted", f"{where} the receiver reads {read} all the same.", because)
        because = "It is UTF-8 by chance, so nothing tells the receiver that it is wrong."
        if utf8_problem(self.result) is not None:
            because = f"{_NOT_UTF8.sentence} ({_NOT_UTF8.source}) A server fails the connection "
            because += f"with {int(CloseCode.INVALID_PAYLOAD_DATA)}."
        return Verdict("refused", f"{where} the receiver reads {read}.", because)


_NOT_UTF8 = next(rule for rule in FRAME_RULES if rule.id == "text-not-utf8")


def _quoted(data: bytes) -> str:
    return f"“{shown_text(data)}”"


def letters(data: bytes) -> Iterator[tuple[str, int]]:
    """The characters of some bytes and how many bytes each takes; what is not UTF-8 is ``""``.

    A character that cannot be drawn is a dot.

    >>> list(letters("aß\\n".encode() + b"\\xff"))
    [('a', 1), ('ß', 2), ('·', 1), ('', 1)]
    """
    at = 0
    while at < len(data):
        for size in (1, 2, 3, 4):
            try:
                letter = data[at : at + size].decode()
            except UnicodeDecodeError:
                continue
            yield (letter if letter.isprintable() else "·"), size
            at += size
            break
        else:
            yield "", 1
            at += 1


def read_text(text: str) -> bytes:
    """A text to mask, as UTF-8; raises :class:`InputError` where it is too long for a lab."""
    payload = encode_text(text)
    if len(payload) > LONGEST:
        came = counted(len(payload), "byte")
        raise InputError(f"Expected at most {LONGEST} bytes of UTF-8 to step through, got {came}.")
    return payload


def read_key(typed: str) -> bytes:
    """A masking-key from hex digits; raises :class:`InputError` unless it has four bytes."""
    return check_key(read_bytes(typed))
