"""Lesson 03: what the prose of its exercises and its quiz computes."""

from wslearn.protocol.codes import Opcode
from wslearn.protocol.frame import RSV1, Frame

WHOLE = Frame.text("Hello").first_byte()
PART = Frame.text("Hel", fin=False).first_byte()
PING = Frame.ping().first_byte()
