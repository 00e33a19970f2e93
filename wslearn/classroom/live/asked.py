"""A question as a class is asked it, and a file with questions of your own.

The file is Markdown in the form of the lessons' ``quiz.md``. Each question begins with a heading
that is its number. What comes after the question says what kind it is::

    # 1
    Which opcode says goodbye?

    - [ ] 0x1
    - [x] 0x8

      A reply, if you like.

    # 2
    How many bytes has the header of this frame?

    Number: 6

    # 3
    Write 300 as two bytes in network byte order.

    Bytes: 01 2c

    # 4
    Where is the MASK bit?

    Frame: 81 85 37 fa 21 3d 7f 9f 4d 51 58

    Bit: MASK

    # 5
    What surprised you?

    Text

A list without any ``[x]`` has no right answer: a matter of opinion. A ``Bit`` is a number counted
from 0 (RFC 6455 §5.2 draws them so), or the name of a field, all of whose bits are right then. The
source at the end, ``*RFC 6455 §5.2*``, may be left out. Nothing in the file is ever run.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Literal

from wslearn.course.cases.case_page import Case
from wslearn.course.cases.pointing import ANYTHING
from wslearn.course.cases.shelf import find
from wslearn.course.exercises import LESSONS, tidy_id
from wslearn.course.prose import Page, Section, items, paragraphs
from wslearn.course.question import LETTERS
from wslearn.course.quizzes import BOX, SOURCE, questions
from wslearn.lessons.lesson_12.poll.names import shown
from wslearn.lessons.lesson_12.poll.refusals import RefusedError
from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.dissect import dissect
from wslearn.protocol.errors import InputError

Kind = Literal["choice", "number", "bytes", "bit", "text"]

LONGEST_QUESTION, LONGEST_OPTION, LONGEST_TEXT = 600, 300, 300
"""In characters."""

MOST_BYTES = 64
MOST_OPTIONS = len(LETTERS)

_ANSWER = re.compile(r"(Number|Bytes|Frame|Bit|Text)(?::\s*(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. ``options`` has those of a choice, ``frame`` the bytes in which a bit is.

    ``right`` holds every right answer as :meth:`accept` writes it; none: a matter of opinion.
    ``case`` is the number of the case it is about; pages fetch that once, so no message has it.
    """

    kind: Kind
    text: str
    options: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    frame: str = ""
    right: tuple[str, ...] = ()
    source: str = ""
    case: str = ""

    def accept(self, answer: str) -> str:
        """An answer in the one way in which it is counted; raises :class:`RefusedError`.

        >>> Asked("bytes", "300?").accept("0x01 0x2C"), Asked("number", "?").accept(" 0x10 ")
        ('01 2c', '16')
        """
        answer = answer[: 8 * LONGEST_TEXT].strip()
        match self.kind:
            case "choice":
                if answer not in LETTERS[: len(self.options)] or len(answer) != 1:
                    raise _unfit(f"one of the letters a to {LETTERS[len(self.options) - 1]}")
            case "number":
                answer = _number(answer)
            case "bytes":
                answer = _bytes(answer)
            case "bit":
                bits = 8 * len(bytes.fromhex(self.frame))
                if not (answer.isascii() and answer.isdigit() and len(answer) < 5):
                    raise _unfit("a bit of the frame")
                if int(answer) >= bits:
                    raise _unfit(f"a bit from 0 to {bits - 1}")
                answer = str(int(answer))
            case "text":
                answer = shown(answer, LONGEST_TEXT, "an answer")
        return answer

    def in_words(self, answer: str) -> str:
        """An answer as a screen shows it."""
        if self.kind == "choice":
            return self.options[LETTERS.index(answer)]
        return f"bit {answer}" if self.kind == "bit" else answer

    def for_students(self) -> dict[str, Any]:
        """The question without what is right."""
        return {
            "kind": self.kind,
            "text": self.text,
            "options": list(self.options),
            "frame": self.frame,
            "case": self.case,
        }

    def as_json(self) -> dict[str, Any]:
        """All of it, for a ledger."""
        return {name: getattr(self, name) for name in self.__slots__}


def from_json(said: Mapping[str, Any]) -> Asked:
    """The question that :meth:`Asked.as_json` wrote."""
    return Asked(**{name: tuple(v) if isinstance(v, list) else v for name, v in said.items()})


# -- the lessons' own ------------------------------------------------------------------------------


def of_the_course(name: object) -> Asked:
    """A question of a lesson's quiz, ``04.3`` is the third of lesson 04; or a case, ``case 07``.

    Raises :class:`RefusedError` where there is none.
    """
    if (case := case_of(name)) is not None:
        return of_a_case(case)
    lesson, _, number = tidy_id(name).partition(".")
    quiz = questions(lesson)
    known = number.isdecimal() and len(number) < 4 and 1 <= int(number) <= len(quiz)
    if not known:
        there = f"Lesson {lesson} has questions 1 to {len(quiz)}." if quiz else ""
        there = there or f"The lessons are {', '.join(LESSONS)}."
        raise RefusedError("question", f"Expected a question such as 04.3. {there}")
    found = quiz[int(number) - 1]
    return Asked(
        "choice",
        found.text,
        tuple(option.text for option in found.options),
        tuple(option.feedback for option in found.options),
        right=(LETTERS[found.right],),
        source=found.source,
    )


def case_of(name: object) -> Case | None:
    """The case that a name such as ``case 07`` means; None for any other name."""
    known = str(name).strip().lower()
    return find(known) if known.startswith("case ") else None


def of_a_case(case: Case) -> Asked:
    """A case as a class is asked it: the places that have a reply of their own are the options.

    They are in an order of their own, the same in every class, because the page has the right one
    first. The conversation is in everybody's notebook, and as rows of text on every page.
    """
    named = [one for one in case.suspects if one.pattern != ANYTHING]
    right = [one for one in named if one.right]
    shown = [*right, *(one for one in named if not one.right)][:MOST_OPTIONS]
    Random(case.number).shuffle(shown)
    return Asked(
        "choice",
        f"Case {case.number}, {case.title}. {case.question}",
        tuple(one.pattern for one in shown),
        tuple(one.reply for one in shown),
        right=tuple(LETTERS[at] for at, one in enumerate(shown) if one.right),
        source=case.source,
        case=case.number,
    )


def spoken(text: str, options: list[str]) -> Asked:
    """A question that the instructor has just typed; raises :class:`RefusedError` for a bad one."""
    text = shown(text, LONGEST_QUESTION, "a question")
    lines = [shown(one, LONGEST_OPTION, "an option") for one in options]
    right = tuple(LETTERS[at] for at, one in enumerate(lines[:MOST_OPTIONS]) if one.startswith("*"))
    lines = [line.removeprefix("*").strip() for line in lines]
    if not lines:
        return Asked("text", text)
    if not 2 <= len(lines) <= MOST_OPTIONS or len(set(lines)) < len(lines):
        expected = f"Expected 2 to {MOST_OPTIONS} different options, or none for free text"
        raise RefusedError("text", f"{expected}, got {len(lines)}.")
    return Asked("choice", text, tuple(lines), right=right)


# -- a file ----------------------------------------------------------------------------------------


class _OwnPage(Page):
    """A page of somebody's own: everything in it is text, and nothing is computed."""

    def computed(self, text: str, line: int) -> str:
        """The text as it is."""
        return text


def from_file(path: str | Path) -> tuple[Asked, ...]:
    """The questions of a Markdown file; raises :class:`InputError` with file and line."""
    try:
        page = _OwnPage(Path(path), {})
    except (OSError, ValueError) as problem:
        came = getattr(problem, "strerror", None) or "it is not UTF-8 text"
        raise InputError(f"Expected a file with questions, got {path}: {came}.") from None
    found = tuple(
        _question(page, section, str(number)) for number, section in enumerate(page.sections(), 1)
    )
    if not found:
        raise page.fault(1, "a question, which begins with the heading `# 1`", "none")
    return found


def _question(page: Page, section: Section, number: str) -> Asked:
    if section.title != number:
        raise page.fault(section.line, f"the heading `# {number}`", repr(section.title))
    told = paragraphs(page, section)
    source = ""
    if told and (match := SOURCE.fullmatch(told[-1][0])):
        source = match[1]
        told.pop()
    answers: dict[str, tuple[str, int]] = {}
    while told and (match := _ANSWER.fullmatch(told[-1][0])):
        _, line = told.pop()
        if match[1] in answers:
            raise page.fault(line, f"one line `{match[1]}`", "two")
        answers[match[1]] = (match[2] or "").strip(), line
    text = "\n\n".join(one for one, _ in told)
    if not text:
        raise page.fault(section.line, "a question under the heading", "none")
    if len(text) > LONGEST_QUESTION:
        got = f"{len(text)} characters"
        raise page.fault(section.line, f"a question of at most {LONGEST_QUESTION}", got)
    options = [_option(page, *item) for item in items(page, section)]
    kinds = sorted(set(answers) - {"Frame"}) + (["a list"] if options else [])
    if len(kinds) != 1:
        expected = "options, or one line `Number:`, `Bytes:`, `Bit:` or `Text`"
        raise page.fault(section.line, expected, " and ".join(kinds) or "none of them")
    if options:
        return _choice(page, section, text, options, source)
    return _written(page, section, text, answers, source)


def _option(page: Page, first: str, line: int, replies: list[str]) -> tuple[str, str, bool]:
    box = BOX.fullmatch(first)
    if box is None:
        raise page.fault(line, "an option `- [ ] words` or `- [x] words`", repr(first))
    if len(replies) > 1:
        raise page.fault(line, "one paragraph of reply at most", str(len(replies)))
    if len(box[2]) > LONGEST_OPTION:
        raise page.fault(
            line, f"an option of at most {LONGEST_OPTION} characters", f"{len(box[2])}"
        )
    return box[2], "".join(replies), box[1] == "x"


def _choice(
    page: Page, section: Section, text: str, options: list[tuple[str, str, bool]], source: str
) -> Asked:
    words = [option for option, _, _ in options]
    if not 2 <= len(words) <= MOST_OPTIONS or len(set(words)) < len(words):
        got = f"{len(words)}, {len(set(words))} of them different"
        raise page.fault(section.line, f"2 to {MOST_OPTIONS} different options", got)
    right = tuple(LETTERS[at] for at, (_, _, is_right) in enumerate(options) if is_right)
    replies = tuple(reply for _, reply, _ in options)
    return Asked("choice", text, tuple(words), replies, right=right, source=source)


def _written(
    page: Page, section: Section, text: str, answers: dict[str, tuple[str, int]], source: str
) -> Asked:
    (kind,) = set(answers) - {"Frame"}
    wanted, line = answers[kind]
    if kind == "Text":
        return Asked("text", text, source=source)
    frame = ""
    if kind == "Bit":
        stated, frame_line = answers.get("Frame", ("", section.line))
        frame = _frame(page, stated, frame_line)
        dissection = dissect(frame)
        named = [field for field in dissection.fields if field.name == wanted]
        if named:
            right = tuple(
                str(bit) for field in named for bit in range(field.start, field.start + field.width)
            )
            return Asked("bit", text, frame=frame, right=right, source=source)
    elif "Frame" in answers:
        frame = _frame(page, *answers["Frame"])
    asked = Asked(kind.lower(), text, frame=frame, source=source)  # type: ignore[arg-type]
    try:
        right = (asked.accept(wanted),) if wanted else ()
    except RefusedError as refused:
        expected = refused.text.removeprefix("Expected ").rstrip(".")
        if kind == "Bit":
            expected += f", or one of {', '.join(dict.fromkeys(f.name for f in dissection.fields))}"
        raise page.fault(line, expected, repr(wanted)) from None
    return Asked(asked.kind, text, frame=frame, right=right, source=source)


def _frame(page: Page, stated: str, line: int) -> str:
    try:
        return hex_bytes(bytes.fromhex(_bytes(stated)))
    except RefusedError:
        expected = f"`Frame: 81 05 …`, 1 to {MOST_BYTES} bytes in hex"
        raise page.fault(line, expected, repr(stated)) from None


def _number(answer: str) -> str:
    try:
        if len(answer) > 40:
            raise ValueError
        return str(int(answer.replace(" ", "").replace(",", ""), 0))
    except ValueError:
        raise _unfit("a whole number, such as 300 or 0x12c") from None


def _bytes(answer: str) -> str:
    digits = re.sub(r"0x|\\x|[\s,:]", "", answer.lower())
    try:
        data = bytes.fromhex(digits)
    except ValueError:
        data = b""
    if not 0 < len(data) <= MOST_BYTES:
        raise _unfit(f"1 to {MOST_BYTES} bytes in hex, such as 81 05")
    return data.hex(" ")


def _unfit(expected: str) -> RefusedError:
    return RefusedError("answer", f"Expected {expected}.")
