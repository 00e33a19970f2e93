"""The frames that are printed with each lesson, to be read by hand."""

from wslearn.lessons.lesson_10.exercises import HELLO as COMPRESSED
from wslearn.protocol.deflate import DEFLATE
from wslearn.protocol.dissect import dissect
from wslearn.protocol.dissection import Dissection
from wslearn.protocol.examples import COURSE_KEY
from wslearn.protocol.frame import Frame

HELLO = dissect(Frame.text("Hello").encode(mask_key=COURSE_KEY), "server")
"""The frame that the whole course comes back to."""

FRAMES: dict[str, tuple[Dissection, ...]] = {
    "03": (
        dissect(Frame.binary(bytes([1, 2, 3])).encode(), "client"),
        dissect(Frame.ping(b"Hi").encode(mask_key=COURSE_KEY), "server"),
    ),
    "04": (dissect(Frame.text("a" * 200).encode()[:6], "client"),),
    "05": (dissect(Frame.text("Hey").encode(mask_key=COURSE_KEY), "server"),),
    "06": (
        dissect(Frame(1, b"Hel", fin=False).encode(), "client"),
        dissect(Frame(0, b"lo").encode(), "client"),
    ),
    "07": (dissect(Frame.close(1001, "bye").encode(), "client"),),
    "08": (dissect(Frame.text("Hello").encode(mask_key=COURSE_KEY), "client"),),
    "10": (dissect(Frame(1, COMPRESSED, rsv1=True).encode(), "client", [DEFLATE]),),
    "11": (dissect(Frame(9, b"Hello", fin=False).encode(), "server"),),
}
"""Each as its receiver reads it, by the number of the lesson."""
