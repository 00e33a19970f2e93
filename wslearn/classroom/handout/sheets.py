"""What the sheets of each lesson show: once with room for answers, once with the answers."""

import textwrap
from collections.abc import Iterator
from pathlib import Path

from reportlab.lib.colors import HexColor
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    KeepTogether,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from wslearn.checking.checker import SECONDS, judge
from wslearn.checking.exercise import Exercise
from wslearn.checking.solutions import source
from wslearn.course.exercises import of_lesson
from wslearn.course.goals import goals
from wslearn.course.lessons import Lesson
from wslearn.course.question import LETTERS, Question
from wslearn.course.quizzes import questions
from wslearn.protocol.codes import (
    CLOSE_MEANINGS,
    OPCODE_MEANINGS,
    close_code_may_travel,
    opcode_name,
)
from wslearn.protocol.dissection import Dissection
from wslearn.protocol.length import FORMS

from .fonts import SANS
from .frames import FRAMES, HELLO
from .picture import Picture
from .words import BODY, BULLET, HEADING, SMALL, TASK, TITLE, code, markup, paragraphs

RULE = 21.0
"""From one ruled line to the next, in points: room for handwriting."""

FEWEST_LINES, MOST_LINES = 5, 16
COLUMNS = 94
"""Characters of code that a line of the page has room for."""

ASKED = (
    "Which field is each group of bits? Write its name and its value below it. Who sent this "
    "frame, and what does the receiver make of it?"
)


class Lines(Flowable):  # type: ignore[misc]
    """Ruled lines to write on."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.room = 0.0

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The size where so much room is, in points."""
        self.room = width
        return width, RULE * self.number + 4

    def draw(self) -> None:
        """Draw them; reportlab calls this."""
        self.canv.setStrokeGray(0.45)
        self.canv.setLineWidth(0.5)
        for line in range(self.number):
            self.canv.line(0, 4 + RULE * line, self.room, 4 + RULE * line)


class MoreLines(Lines):
    """Further lines, as many as the page still has room for: none begin the next page."""

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The size where so much room is, in points."""
        self.number = max(min(self.number, int((height - 4) // RULE)), 0)
        return super().wrap(width, height) if self.number else (width, 0)


# -- the first sheet ----------------------------------------------------------------------------


def reference() -> Iterator[Flowable]:
    """The frame on one page: a picture, and the tables that one looks up while reading bytes."""
    yield Paragraph("The frame on one page", TITLE)
    yield Paragraph(
        "This is “Hello” in one masked text frame, as a client sends it. A masked byte, XOR the "
        "byte of the key whose turn it is, gives the byte that was meant (RFC 6455 §5.2, §5.3).",
        BODY,
    )
    yield Picture(HELLO)
    yield Spacer(0, 6)
    opcodes = [
        (format(number, "04b"), f"{number:x}", opcode_name(number), meaning)
        for number, meaning in OPCODE_MEANINGS.items()
    ]
    yield from _table("Opcodes", ["bits", "hex", "name", "says"], opcodes, [40, 30, 90, None])
    lengths = [
        (
            f"{form.lowest:,} to {'2^63 - 1' if form.bits == 64 else f'{form.highest:,}'}".replace(
                ",", "\u202f"
            ),
            "the number itself" if form.marker is None else str(form.marker),
            f"{form.extra_bytes} more bytes" if form.extra_bytes else "nothing more",
        )
        for form in FORMS
    ]
    yield from _table(
        "Lengths: always the shortest form",
        ["payload, in bytes", "the seven bits", "then"],
        lengths,
    )
    codes = [
        (str(int(number)), meaning)
        for number, meaning in CLOSE_MEANINGS.items()
        if close_code_may_travel(number)
    ]
    half = (len(codes) + 1) // 2
    pairs = [
        (*left, *(codes[half + row] if half + row < len(codes) else ("", "")))
        for row, left in enumerate(codes[:half])
    ]
    yield from _table(
        "Close codes that may travel", ["code", "says", "code", "says"], pairs, [34, None, 34, None]
    )


def _table(
    title: str,
    heads: list[str],
    rows: list[tuple[str, ...]],
    widths: list[float | None] | None = None,
) -> Iterator[Flowable]:
    cells = [[Paragraph(f"<b>{markup(head)}</b>", SMALL) for head in heads]]
    cells += [[Paragraph(markup(cell), SMALL) for cell in row] for row in rows]
    table = Table(cells, colWidths=widths, hAlign="LEFT", spaceAfter=4)
    style = [
        ("FONTNAME", (0, 0), (-1, -1), SANS),  # else the table asks for Helvetica
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor("#000000")),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, HexColor("#999999")),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ]
    table.setStyle(TableStyle(style))
    yield Paragraph(markup(title), HEADING)
    yield table


# -- one lesson -----------------------------------------------------------------------------------


def lesson_sheets(lesson: Lesson, notebook: Path, *, answers: bool) -> Iterator[Flowable]:
    """Everything about one lesson, with room for answers or with the answers."""
    yield Paragraph(markup(lesson.name), TITLE)
    if not answers:
        yield from paragraphs(f"**You will be able to:** {goals(notebook)}")
        yield Spacer(0, 4)
    frames = FRAMES.get(lesson.number, ())
    if frames:
        yield from _frames(frames, answers=answers)
    exercises = of_lesson(lesson.number)
    for number, exercise in enumerate(exercises):
        heading = [Paragraph("Tasks", HEADING)] if number == 0 else []
        yield from (_solution if answers else _task)(exercise, heading)
    asked = questions(lesson.number)
    for number, question in enumerate(asked):
        first = [Paragraph("Questions", HEADING)] if number == 0 else []
        yield KeepTogether([*first, *_question(number + 1, question, answers=answers)])


def _frames(frames: tuple[Dissection, ...], *, answers: bool) -> Iterator[Flowable]:
    one = len(frames) == 1
    title = "Read this frame" if one else "Read these frames"
    for number, frame in enumerate(frames):
        head: list[Flowable] = []
        if number == 0:
            head = [Paragraph(title, HEADING)]
            head += (
                []
                if answers
                else [Paragraph(ASKED if one else ASKED.replace("this", "each"), BODY)]
            )
        room: list[Flowable] = [] if answers else [Lines(2)]
        yield KeepTogether([*head, Picture(frame, labelled=answers), *room, Spacer(0, 6)])


def _task(exercise: Exercise, heading: list[Flowable]) -> Iterator[Flowable]:
    starter = [*exercise.setup, *([""] if exercise.setup else []), *exercise.starter.splitlines()]
    if exercise.asks_for_a_value:
        starter[-1] += " ="
    parts: list[Flowable] = [*heading, *_titled(exercise), *paragraphs(exercise.task)]
    examples = judge(exercise, None, SECONDS).examples
    if examples:
        lines = [_example(call, result) for call, result in examples]
        parts += [Paragraph("For example:", SMALL), code("\n".join(lines))]
    written = len(source(exercise).splitlines()) - len(starter) + 1
    room = Lines(max(FEWEST_LINES, min(written + 2, MOST_LINES)))
    first = Lines(FEWEST_LINES)
    rest = room.number - first.number
    # The task, the line to begin with and some room stay together; more follows where it fits.
    yield KeepTogether([*parts, code("\n".join(map(_wrapped, starter))), first])
    if rest > 0:
        yield MoreLines(rest)


def _solution(exercise: Exercise, heading: list[Flowable]) -> Iterator[Flowable]:
    text = "\n".join(map(_wrapped, source(exercise).splitlines()))
    yield KeepTogether([*heading, *_titled(exercise), code(text)])
    means = dict.fromkeys(wrong.means for wrong in exercise.wrong)
    if means:
        first, *others = [Paragraph(markup(one), BULLET, bulletText="•") for one in means]
        yield KeepTogether([Paragraph("What wrong answers are told:", SMALL), first])
        yield from others


def _titled(exercise: Exercise) -> list[Flowable]:
    return [Paragraph(markup(f"{exercise.id} {exercise.title}"), TASK)]


def _example(call: str, result: str) -> str:
    line = f"{call}  →  {result}"
    if len(line) <= COLUMNS:
        return line
    return f"{_wrapped(call)}\n    {_wrapped('→  ' + result, COLUMNS - 4)}"


def _wrapped(line: str, columns: int = COLUMNS) -> str:
    """A line of code in as many lines as the page needs, the further ones moved in."""
    indent = " " * (len(line) - len(line.lstrip()) + 8)
    return "\n".join(
        textwrap.wrap(line, columns, subsequent_indent=indent, drop_whitespace=False) or [""]
    )


def _question(number: int, question: Question, *, answers: bool) -> Iterator[Flowable]:
    yield Paragraph(f"<b>{number}.</b> {markup(question.text)}", BODY)
    for index, option in enumerate(question.options):
        letter = LETTERS[index]
        if not answers:
            yield Paragraph(f"{letter} &nbsp; {markup(option.text)}", BULLET, bulletText="☐")
        elif option.right:
            reason = markup(question.feedback(index))
            yield Paragraph(
                f"<b>{letter} &nbsp; {markup(option.text)}</b><br/>{reason}", BULLET, bulletText="☑"
            )
    yield Spacer(0, 5)


def before(lesson: Lesson, *, answers: bool) -> Flowable:
    """Where a lesson begins: on a sheet of its own to be handed out, in the key where it fits."""
    return CondPageBreak(200 if answers else 10_000)
