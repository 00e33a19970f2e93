"""Lesson 09: what its prose computes."""

from wslearn.protocol.codes import CloseCode
from wslearn.protocol.examples import COURSE_KEY
from wslearn.protocol.frame import Frame
from wslearn.protocol.parser import FrameParser

from .parts import solution_of, talk, whole_server

LONG = Frame.binary(bytes(300)).encode(mask_key=COURSE_KEY)
header_fault, take_frame = solution_of("header_fault"), solution_of("take_frame")


def forgetful(data):
    """Take a frame, and throw away what came after it."""
    taken = take_frame(data)
    return None if taken is None else (taken[0], b"")


TWENTY = b"".join(Frame.text(f"Hello {at}").encode(mask_key=COURSE_KEY) for at in range(20))
ANSWERS = talk(whole_server(take_frame=forgetful), [TWENTY])
FORGETFUL = FrameParser("client").feed(ANSWERS[0][0]) if ANSWERS else []
