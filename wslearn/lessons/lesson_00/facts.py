"""Lesson 00: what the prose of its exercises and its quiz computes."""

from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.frame import Frame

from .exercises import BYTES, frame_size

HELLO = Frame.text("Hello").encode()
BITS = 8 * len(HELLO)
