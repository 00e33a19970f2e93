"""The ten questions of the three tests, read from the sealed bank.

The bank is Markdown in the form of a lesson's ``quiz.md``, with the name of a question as its
heading. It is packed, so that nobody who looks around in the package reads an answer by chance;
``tests/course/checkpoint/bank.md`` is the page itself, and ``tests.tools.seal_bank`` packs it.
"""

import random
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from wslearn.course.prose import Page
from wslearn.course.question import Option, Question
from wslearn.course.quizzes import question_in
from wslearn.course.sealed import Opened

from .numbers import Which, names

SEALED = files(__package__) / "bank.sealed"

UNKNOWN = Option("I do not know yet", "")
"""Added to every question: nobody has to guess, above all before the course."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a test. ``misconceptions`` has, for each option, what leads to it.

    It is "" for the right option, and for “I do not know yet”.
    """

    name: str
    question: Question
    misconceptions: tuple[str, ...]

    @property
    def title(self) -> str:
        """The name as words."""
        return self.name.replace("-", " ").capitalize()


@cache
def items(which: Which) -> tuple[Item, ...]:
    """The questions of one test, with its own numbers, and its options in an order of its own."""
    return read(Opened(SEALED), which)  # type: ignore[arg-type]


def read(path: Traversable, which: Which) -> tuple[Item, ...]:
    """The questions of a page; raises :class:`~wslearn.protocol.errors.InputError` with file and
    line for anything but a question, or for a wrong option that names no misconception."""
    page = Page(path, names(which))
    found = []
    for section in page.sections():
        question = question_in(page, section)
        options, misconceptions = [], []
        order = list(question.options)
        random.Random(f"{which} {section.title}").shuffle(order)
        for option in order:
            misconception, colon, reply = option.feedback.partition(": ")
            if option.right:
                misconception, reply = "", option.feedback
            elif not colon:
                expected = "a misconception, a colon and a reply under each wrong option"
                raise page.fault(section.line, expected, repr(option.feedback))
            options.append(replace(option, feedback=reply))
            misconceptions.append(misconception)
        asked = replace(question, options=(*options, UNKNOWN))
        found.append(Item(section.title, asked, (*misconceptions, "")))
    return tuple(found)
