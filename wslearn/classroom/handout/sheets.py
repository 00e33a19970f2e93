"""What the sheets of each lesson show: once with room for answers, once with the answers."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

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

from .frames import FRAMES, HELLO
from .picture import picture
from .words import Block, blocks, code, listed, printable, runs

FEWEST_LINES, MOST_LINES = 5, 16
COLUMNS = 94
"""Characters of code that a line of the page has room for."""

ASKED = (
    "Which field is each group of bits? Write its name and its value below it. Who sent this "
    "frame, and what does the receiver make of it?"
)


def _title(text: str, *, page: bool, signed: bool) -> Block:
    """The name of a part; on a page of its own if ``page``, with room for a name if ``signed``."""
    return {"kind": "title", "text": printable(text), "page": page, "signed": signed}


def _heading(text: str, level: int = 2) -> Block:
    return {"kind": "heading", "level": level, "runs": runs(text)}


def _kept(*inner: Block) -> Block:
    """Blocks that are on one page."""
    return {"kind": "kept", "blocks": inner}


def _room(lines: int, *inner: Block, after: Sequence[Block] = ()) -> Block:
    """Blocks, and below them lines to write on, on the same page; what comes after too, if it fits.

    Otherwise the last questions of many a lesson have a page to themselves.
    """
    least = min(lines, FEWEST_LINES)
    return {"kind": "room", "lines": lines, "least": least, "blocks": inner, "after": after}


def _small(text: str) -> Block:
    return {"kind": "small", "runs": runs(text)}


# -- the first sheet ----------------------------------------------------------------------------


def reference() -> Block:
    """The frame on one page: a picture, and the tables that a reader of bytes looks things up
    in."""
    opcodes = [
        (format(number, "04b"), f"{number:x}", opcode_name(number), meaning)
        for number, meaning in OPCODE_MEANINGS.items()
    ]
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
    inner = (
        _title("The frame on one page", page=False, signed=False),
        *blocks(
            "This is “Hello” in one masked text frame, as a client sends it. A masked byte, XOR "
            "the byte of the key whose turn it is, gives the byte that was meant "
            "(RFC 6455 §5.2, §5.3)."
        ),
        picture(HELLO),
        _heading("Opcodes"),
        _table(["bits", "hex", "name", "says"], opcodes, [4.2, 3, 10, None]),
        _heading("Lengths: always the shortest form"),
        _table(["payload, in bytes", "the seven bits", "then"], lengths, [None, None, None]),
        _heading("Close codes that may travel"),
        _table(["code", "says", "code", "says"], pairs, [3.4, None, 3.4, None]),
    )
    return {"kind": "page", "blocks": inner}


def _table(heads: list[str], rows: Iterable[tuple[str, ...]], widths: list[float | None]) -> Block:
    """Rows under their headings; widths are in em, None shares what is left."""
    cells = [[runs(cell) for cell in row] for row in rows]
    return {"kind": "table", "heads": heads, "rows": cells, "widths": widths}


# -- one lesson -----------------------------------------------------------------------------------


def lesson_sheets(lesson: Lesson, notebook: Path, *, answers: bool) -> Iterator[Block]:
    """Everything about one lesson, with room for answers or with the answers."""
    # Sheets are handed out lesson by lesson; the key is read as a whole.
    yield _title(lesson.name, page=not answers, signed=not answers)
    if not answers:
        yield from blocks(f"**You will be able to:** {goals(notebook)}")
    yield from _frames(FRAMES.get(lesson.number, ()), answers=answers)
    asked = [
        _question(number, question, answers=answers)
        for number, question in enumerate(questions(lesson.number), start=1)
    ]
    if asked:
        asked.insert(0, _heading("Questions"))
    exercises = of_lesson(lesson.number)
    if exercises:
        yield _heading("Tasks")
    for exercise in exercises:
        last = exercise is exercises[-1]
        yield from _solution(exercise) if answers else [_task(exercise, asked if last else ())]
    if answers or not exercises:
        yield from asked


def _frames(frames: tuple[Dissection, ...], *, answers: bool) -> Iterator[Block]:
    if not frames:
        return
    one = len(frames) == 1
    yield _heading("Read this frame" if one else "Read these frames")
    if not answers:
        yield from blocks(ASKED if one else ASKED.replace("this", "each"))
    for frame in frames:
        drawn = picture(frame, labelled=answers)
        yield _kept(drawn) if answers else _room(2, drawn)


def _task(exercise: Exercise, after: Sequence[Block]) -> Block:
    starter = [*exercise.setup, *([""] if exercise.setup else []), *exercise.starter.splitlines()]
    if exercise.asks_for_a_value:
        starter[-1] += " ="
    parts = [_titled(exercise), *blocks(exercise.task)]
    examples = judge(exercise, None, SECONDS).examples
    if examples:
        lines = [_example(call, result) for call, result in examples]
        parts += [_small("For example:"), code("\n".join(lines))]
    written = len(source(exercise).splitlines()) - len(starter) + 1
    lines_wanted = max(FEWEST_LINES, min(written + 2, MOST_LINES))
    return _room(lines_wanted, *parts, code("\n".join(map(_wrapped, starter))), after=after)


def _solution(exercise: Exercise) -> Iterator[Block]:
    text = "\n".join(map(_wrapped, source(exercise).splitlines()))
    yield _kept(_titled(exercise), code(text))
    means = dict.fromkeys(wrong.means for wrong in exercise.wrong)
    if means:
        yield _small("What wrong answers are told:")
        yield listed("•", map(runs, means))


def _titled(exercise: Exercise) -> Block:
    return _heading(f"{exercise.id} {exercise.title}", level=3)


def _example(call: str, result: str) -> str:
    line = f"{call}  →  {result}"
    if len(line) <= COLUMNS:
        return line
    return f"{_wrapped(call)}\n    {_wrapped('→  ' + result, COLUMNS - 4)}"


def _wrapped(line: str, columns: int = COLUMNS) -> str:
    """A line of code in as many lines as the page needs, the further ones indented."""
    indent = " " * (len(line) - len(line.lstrip()) + 8)
    return "\n".join(
        textwrap.wrap(line, columns, subsequent_indent=indent, drop_whitespace=False) or [""]
    )


def _question(number: int, question: Question, *, answers: bool) -> Block:
    asked = {
        "kind": "paragraph",
        "runs": [*runs(f"**{number}.**"), ("text", " "), *runs(question.text)],
    }
    lettered = list(zip(LETTERS, question.options, strict=False))
    if not answers:
        options = [runs(f"{letter}\u2002{option.text}") for letter, option in lettered]
        return _kept(asked, listed("☐", options))
    letter, option = lettered[question.right]
    right = ("strong", runs(f"{letter}\u2002{option.text}"))
    reason = [("text", "\n"), *runs(question.feedback(question.right))]
    return _kept(asked, listed("☑", [[right, *reason]]))
