"""The 16 bytes behind a Sec-WebSocket-Key on a bit grid: six bits make one letter of its text."""

from typing import Any

from wslearn.labs.kit.bitgrid import BitGrid, shortened
from wslearn.protocol.accept import NONCE_SIZE, encode_key
from wslearn.protocol.bits import bits_of

LETTER = 6
"""Base64 writes six bits as one letter (RFC 4648 §4)."""


class KeyGrid(BitGrid):
    """A bit grid for the random value of a key, 16 bytes, which is not a frame (RFC 6455 §4.1)."""

    def __init__(self, nonce: bytes) -> None:
        super().__init__(nonce, parts=("bits", "explain"))

    def _redraw(self, change: object = None) -> None:
        self.view = nonce_view(self.data)

    def __repr__(self) -> str:
        return f"KeyGrid({shortened(self.data)})"


def nonce_view(nonce: bytes) -> dict[str, Any]:
    """What a grid shows of a random value: a field for each letter of its base64 text."""
    bits = list(bits_of(nonce))
    return {
        "title": "The bits of the random value behind the key",
        "hex": nonce.hex(),
        "notes": ["" for _ in nonce],
        "fields": [
            _field(start, bits[start : start + LETTER], letter)
            for start, letter in zip(range(0, len(bits), LETTER), encode_key(nonce), strict=False)
        ],
        "faulty": [],
        "verdict": {"faults": []},
        "fold": {"text": "", "button": "", "close": False, "fault": ""},
        "size": f"{NONCE_SIZE} bytes",
        "rest": "",
    }


def _field(start: int, bits: list[int], letter: str) -> dict[str, Any]:
    digits = "".join(map(str, bits))
    meaning = f"the bits {digits} are written as this letter"
    if len(bits) < LETTER:
        meaning = f"the last bits {digits}, padded with zeros, are written as this letter"
    number = start // LETTER + 1
    return {
        "kind": "opcode" if number % 2 else "length",
        "name": letter,
        "start": start,
        "width": len(bits),
        "shown": "",
        "meaning": f"letter {number} of the key: {meaning}",
        "section": "RFC 4648 §4",
        "number": False,
        "faulty": False,
    }
