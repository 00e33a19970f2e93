"""Lesson 01: what the prose of its exercises, its predictions and its quiz computes."""

from wslearn.protocol.dissect import dissect
from wslearn.protocol.examples import COURSE_KEY
from wslearn.protocol.frame import Frame

BYTE = 0x81
HIGH, LOW = BYTE >> 4, BYTE & 0xF
LENGTH = 256
BIG, LITTLE = LENGTH.to_bytes(2, "big").hex(" "), LENGTH.to_bytes(2, "little").hex(" ")
LETTER, K = ord("e"), 0xFA

HELLO = Frame.text("Hello").encode()
COUNTED = 20
LETTER_H, KEY_BYTE = ord("H"), COURSE_KEY[0]

BINARY = Frame.binary(bytes(300)).encode()
MISREAD = dissect(BINARY[:2] + BINARY[3:4] + BINARY[2:3] + BINARY[4:], receiver="client")
SWAPPED = (
    "It refuses the frame."
    if MISREAD.violations
    else "It takes the frame as it was meant."
    if MISREAD.complete
    else "It waits for more bytes."
)
