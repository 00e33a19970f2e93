"""Lesson 04: what the prose of its exercises and its quiz computes."""

from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.frame import Frame
from wslearn.protocol.length import LONGEST, encode_length, header_size


def wire(length: int, bits: int | None = None) -> str:
    """A length as it stands on the wire, from the second byte on."""
    seven, extra = encode_length(length, bits)
    return hex_bytes(bytes([seven]) + extra)


LITTLE = hex_bytes(bytes([126]) + (300).to_bytes(2, "little"))
