"""Lesson 00: one small answer, to see that the checker and the student can talk."""

from wslearn.checking.exercise import Exercise
from wslearn.protocol.errors import InputError
from wslearn.protocol.examples import COURSE_KEY as KEY
from wslearn.protocol.frame import Frame

BYTES = 12


def bytes_of_letters(greeting: object) -> str:
    """What to say about a greeting with letters of more than one byte; "" about any other."""
    if not isinstance(greeting, str) or greeting.isascii():
        return ""
    return (
        f"It has {len(greeting)} letters or signs, but they take {len(greeting.encode())} bytes: "
        "in UTF-8 an accented letter takes two bytes or more, an emoji often four."
    )


def frame_size(greeting: object) -> int:
    """How many bytes a text takes on the wire when a client sends it."""
    if not isinstance(greeting, str):
        raise InputError(f"Expected a text in quotes, got {type(greeting).__name__}.")
    return len(Frame.text(greeting).encode(mask_key=KEY))


EXERCISES = (
    Exercise(
        "00.1",
        "Hello!",
        starter="greeting",
        measure=frame_size,
        measured="the bytes its frame takes",
        remark=bytes_of_letters,
        section="5.2",
    ),
)
