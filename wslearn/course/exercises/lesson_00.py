"""Lesson 00: one small answer, to see that the checker and the student can talk."""

from wslearn.course.exercise import Exercise, Wrong
from wslearn.protocol.errors import InputError
from wslearn.protocol.frame import Frame

KEY = bytes.fromhex("37fa213d")
BYTES = 12


def frame_size(greeting: object) -> int:
    """How many bytes a text takes on the wire when a client sends it."""
    if not isinstance(greeting, str):
        raise InputError(f"Expected a text in quotes, came {type(greeting).__name__}.")
    return len(Frame.text(greeting).encode(mask_key=KEY))


EXERCISES = (
    Exercise(
        id="00.1",
        title="A greeting that fits",
        task=(
            f'A client that sends "Hello" puts {frame_size("Hello")} bytes on the wire. Find a '
            f"greeting whose frame is exactly {BYTES} bytes long, and set `greeting` to it. Many "
            "answers are right."
        ),
        starter="greeting",
        hints=(
            "Count what the frame above spends before the first letter. That part stays the same.",
            f"The part before the text takes {frame_size('')} bytes. The rest is the text.",
            f"You need a text of {BYTES - frame_size('')} plain letters, digits or signs; an "
            "accented letter or an emoji would count for more than one byte.",
        ),
        reference="Hello!",
        measure=frame_size,
        measured="the bytes its frame takes",
        section="5.2",
        wrong=(
            Wrong("Hello", "That is the greeting of the task itself: one letter is missing."),
            Wrong(
                "Hello, World",
                f"The text alone has {BYTES} letters. The frame adds a header and a masking-key "
                "before it.",
            ),
            Wrong(
                "Grüße!",
                "Letters were counted, but the frame counts bytes: in UTF-8 an accented letter "
                "takes two.",
            ),
        ),
    ),
)
