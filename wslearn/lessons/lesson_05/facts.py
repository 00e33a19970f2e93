"""Lesson 05: what the prose of its exercises, its predictions and its quiz computes."""

from wslearn.protocol.bits import flip
from wslearn.protocol.codes import CloseCode
from wslearn.protocol.examples import COURSE_KEY as KEY
from wslearn.protocol.frame import Frame
from wslearn.protocol.masking import mask

TEXT = b"Hello"
MASKED = mask(TEXT, KEY)

CLIENTS = Frame.text("Hello").encode(mask_key=KEY)
RESTARTED = mask(MASKED[:3], KEY) + mask(MASKED[3:], KEY)
KEY_FLIPPED = mask(MASKED, flip(KEY, 7))
