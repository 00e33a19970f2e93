"""Lesson 00: what the prose of its exercises, its predictions and its quiz computes."""

from wslearn.protocol.bits import flip, hex_bytes
from wslearn.protocol.dissect import dissect
from wslearn.protocol.frame import Frame

from .exercises import BYTES, frame_size

HELLO = Frame.text("Hello").encode()
BITS = 8 * len(HELLO)
FLIPPED = [dissect(flip(HELLO, bit), receiver="client") for bit in range(BITS)]
BROKEN = sum(bool(one.violations) or not one.complete for one in FLIPPED)
FATE = (
    "Every flip breaks a rule."
    if BROKEN == BITS
    else "Some flips break a rule; the others give a frame that is fine and says something else."
    if BROKEN
    else "No flip breaks a rule."
)
