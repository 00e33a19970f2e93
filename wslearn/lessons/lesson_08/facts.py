"""Lesson 08: what its prose computes."""

from wslearn.protocol.codes import CloseCode
from wslearn.protocol.examples import COURSE_KEY as KEY
from wslearn.protocol.frame import Frame

from .naive.server import decode, encode

HELLO = Frame.text("Hello").encode()
LONG = Frame.text("Hello" * 400).encode(mask_key=KEY)
PING = Frame.ping(b"Hello").encode(mask_key=KEY)
FRAGMENTS = Frame.text("Hel", fin=False), Frame.continuation(b"lo")
