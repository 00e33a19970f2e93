"""Lesson 04: what the prose of its exercises, its predictions and its quiz computes."""

from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.dissect import dissect
from wslearn.protocol.frame import Frame
from wslearn.protocol.length import LONGEST, encode_length, header_size


def wire(length: int, bits: int | None = None) -> str:
    """A length as it is on the wire, from the second byte on."""
    seven, extra = encode_length(length, bits)
    return hex_bytes(bytes([seven]) + extra)


LITTLE = hex_bytes(bytes([126]) + (300).to_bytes(2, "little"))

WORDS = ("Gruesse", "Grüße")
SIZES = [len(word.encode()) for word in WORDS]
LARGER = "Both have the same." if SIZES[0] == SIZES[1] else WORDS[SIZES[1] > SIZES[0]]
YEARS = LONGEST * 8 / 1_000_000_000 / (365 * 24 * 3600)
SPELLED = dissect(Frame.text("Hello").encode(length_bits=16), receiver="client")
LONG_FORM = "It fails the connection." if SPELLED.violations else "It takes the frame."
