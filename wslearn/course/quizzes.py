"""The quizzes as a lesson's ``quiz.md`` has them: questions, options, and a reply to every option.

A question is a heading with its number, the question itself, a list with a box for each option
(``[x]`` for the right one) and the reply under it, and at the end the source in italics.
"""

import re
from functools import cache

from .exercises import LESSONS
from .prose import Page, Section, items, page_of, paragraphs
from .question import Option, Question

BOX = re.compile(r"\[([ x])\] (.+)", re.DOTALL)
SOURCE = re.compile(r"\*([^*]+)\*")


@cache
def questions(lesson: str) -> tuple[Question, ...]:
    """The questions of a lesson (``"04"``); none for a lesson that does not exist.

    Raises :class:`~wslearn.protocol.errors.InputError` with file and line for a page without
    questions.
    """
    if lesson not in LESSONS:
        return ()
    page = page_of(lesson, "quiz.md")
    found = []
    for number, section in enumerate(page.sections(), 1):
        if section.title != str(number):
            raise page.fault(section.line, f"the heading `# {number}`", repr(section.title))
        found.append(question_in(page, section))
    return tuple(found)


def name_of(lesson: str, at: int) -> str:
    """What a question, counted from 0, is called in the record.

    >>> name_of("04", 2)
    '04 question 3'
    """
    return f"{lesson} question {at + 1}"


def question_in(page: Page, section: Section) -> Question:
    """The question under a heading, whatever the heading says.

    Raises :class:`~wslearn.protocol.errors.InputError` with file and line for a page that is not
    one.
    """
    options = tuple(_option(page, *item) for item in items(page, section))
    if len(options) < 2 or sum(option.right for option in options) != 1:
        right = sum(option.right for option in options)
        got = f"{len(options)} options, {right} of them right"
        raise page.fault(section.line, "two options or more, and one of them right", got)
    asked = paragraphs(page, section)
    source = SOURCE.fullmatch(asked[-1][0]) if asked else None
    if source is None or len(asked) < 2:
        raise page.fault(section.line, "a question, and at its end `*RFC 6455 §5.2*`", "neither")
    return Question("\n\n".join(text for text, _ in asked[:-1]), source[1], options)


def _option(page: Page, first: str, line: int, replies: list[str]) -> Option:
    box = BOX.fullmatch(first)
    if box is None:
        raise page.fault(line, "an option `- [ ] words` or `- [x] words`", repr(first))
    if len(replies) != 1:
        raise page.fault(line, "one paragraph of reply under the option", str(len(replies)))
    return Option(box[2], replies[0], right=box[1] == "x")
