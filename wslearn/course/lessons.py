"""The map of the course: every lesson with its title, its minutes, and what one knows after it.

The lines that lead from lesson to lesson, the table in the README and the map in lesson 00 are made
from this one list (``tests/notebooks/build_navigation.py``), so that they cannot disagree.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from wslearn.protocol.errors import InputError


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson.

    ``knows`` ends the sentence "you will know ..."; ``answers`` says the same to somebody who has
    not begun, and ``pictured`` where the lesson is in the first picture of lesson 00. ``minutes``
    is what the head of the lesson says.
    """

    number: str
    title: str
    minutes: str
    knows: str
    answers: str
    pictured: str

    @property
    def file(self) -> str:
        """The name of the notebook, made from number and title.

        >>> COURSE[2].file
        '02-how-does-http-become-a-websocket.ipynb'
        """
        return f"{self.number}-{re.sub('[^a-z0-9]+', '-', self.title.lower()).strip('-')}.ipynb"

    @property
    def name(self) -> str:
        """Number and title, as a link to the lesson has them."""
        return f"{self.number} {self.title}"


COURSE = (
    Lesson(
        "00",
        "Start here",
        "10 to 15",
        "what you will be able to do, and that everything works on this machine",
        "Is everything working?",
        "one bit to flip",
    ),
    Lesson(
        "01",
        "What is a bit on the wire?",
        "30",
        "bits, hex, network byte order, XOR",
        "bits, bytes, hex digits, byte order, XOR",
        "the boxes themselves",
    ),
    Lesson(
        "02",
        "How does HTTP become a WebSocket?",
        "40 to 50",
        "the opening handshake, key and accept value, and your own browser tab doing it",
        "how a connection starts",
        "what comes before any frame",
    ),
    Lesson(
        "03",
        "What does a frame say?",
        "35",
        "FIN, RSV1 to RSV3, the opcode, MASK",
        "what kind of frame this is",
        "FIN, RSV1 to RSV3, opcode, MASK",
    ),
    Lesson(
        "04",
        "How long is the payload?",
        "30",
        "three ways to write a length, and why only one of them is legal",
        "where the frame ends",
        "payload length",
    ),
    Lesson(
        "05",
        "Why do clients mask?",
        "40",
        "XOR with a key, and the attack it prevents",
        "the disguise",
        "masking-key and payload",
    ),
    Lesson(
        "06",
        "One message, many frames",
        "50",
        "fragments, control frames between them, and a character cut in two",
        "how a message is cut, and put together again",
        "FIN and opcode",
    ),
    Lesson(
        "07",
        "How do we say goodbye?",
        "50",
        "ping and pong, close codes, and two Closes, one from each side",
        "how a connection ends",
        "opcode",
    ),
    Lesson(
        "08",
        "Sixty lines that almost work",
        "60",
        "what is wrong with a server that works at first sight, and how each fault is mended",
        "why a short server is not yet a right one",
        "all of it, read wrongly",
    ),
    Lesson(
        "09",
        "Build your own server",
        "90 to 120",
        "how to write a server that others cannot tell from a good one",
        "how to write a whole server",
        "all of it, by your own code",
    ),
    Lesson(
        "10",
        "Fewer bytes",
        "50",
        "compressed messages, RSV1, the window, and what compression gives away",
        "how messages are compressed",
        "RSV1 and payload",
    ),
    Lesson(
        "11",
        "What attackers send",
        "60",
        "malformed frames, real bugs of real programs, foreign pages, and limits",
        "what happens when somebody means harm",
        "every field, wrong",
    ),
    Lesson(
        "12",
        "A poll for the class",
        "50",
        "an application that pushes every vote to every browser",
        "how to build something with it",
        "a vote instead of Hello",
    ),
    Lesson(
        "13",
        "The notebook you are reading",
        "50",
        "the WebSocket that this very page keeps open, frame by frame",
        "what the page itself sends while you read it",
        "a cell instead of Hello",
    ),
    Lesson(
        "14",
        "How fast can it go?",
        "60",
        "what a frame costs, three ways to mask, and how to measure honestly",
        "what all of this costs",
        "how long it takes to read",
    ),
)


def present(notebooks: Path) -> list[Lesson]:
    """The lessons whose notebook is in this folder, in their order."""
    return [lesson for lesson in COURSE if (notebooks / lesson.file).is_file()]


def chosen(numbers: str, notebooks: Path) -> list[Lesson]:
    """The lessons that a list such as ``03,04`` names, in their order; all of them for "".

    Raises :class:`~wslearn.protocol.errors.InputError` for one that is not there.
    """
    there = present(notebooks)
    if not numbers.strip():
        return there
    wanted = {number.strip().zfill(2) for number in numbers.split(",")}
    unknown = sorted(wanted - {lesson.number for lesson in there})
    if unknown:
        every = ", ".join(lesson.number for lesson in there)
        raise InputError(f"Expected lessons out of {every}, came {', '.join(unknown)}.")
    return [lesson for lesson in there if lesson.number in wanted]
