"""Lesson 03: what the prose of its exercises, its predictions and its quiz computes."""

from wslearn.protocol.bits import flip
from wslearn.protocol.codes import Opcode, is_control
from wslearn.protocol.dissect import dissect
from wslearn.protocol.examples import COURSE_KEY as KEY
from wslearn.protocol.frame import RSV1, Frame

WHOLE = Frame.text("Hello").first_byte()
PART = Frame.text("Hel", fin=False).first_byte()
PING = Frame.ping().first_byte()

HELLO = Frame.text("Hello").encode()
CLOSE = Frame.close(1000).encode()
MASKED = Frame.text("Hello").encode(mask_key=KEY)
NO_UTF_8 = b"\xc3\x28"


def refused(data, receiver):
    """Whether somebody refuses a frame."""
    return bool(dissect(data, receiver=receiver).violations)


REFUSED = ", ".join(
    f"MASK {bit} to a {receiver}"
    for bit, data in enumerate([HELLO, MASKED])
    for receiver in ("server", "client")
    if refused(data, receiver)
)
TAKEN = [
    opcode.name.lower()
    for opcode in (Opcode.TEXT, Opcode.BINARY)
    if not refused(Frame(opcode, NO_UTF_8).encode(), "client")
]
FLIPS_TAKEN = sum(not refused(flip(HELLO, bit), "client") for bit in range(9))
