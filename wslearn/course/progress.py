"""``progress``: the lessons, exercises and questions done so far, as a picture.

It listens to what the checks and the quizzes report (``record``), keeps it in one small file
(``progress_store``), and draws it: a filled circle for anything done, a half one for anything
begun.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from wslearn.checking.happened import Event, listeners
from wslearn.checking.panel import EDGES, Part, Tone, as_html, as_text
from wslearn.draw.theme import PAGE

from .cases import shelf
from .exercises import of_lesson
from .lessons import COURSE
from .progress_place import place
from .progress_record import PREDICTION, Given, Record, logged, reviews_of
from .progress_store import Store
from .quizzes import name_of, questions

DONE, BEGUN, OPEN = "●", "◐", "○"
_MARKS = {"passed": DONE, "right": DONE, "later": DONE, "tried": BEGUN, "wrong": BEGUN}
_WORDS = {
    "passed": "passed",
    "right": "right",
    "later": "right",
    "tried": "tried",
    "wrong": "wrong",
}
_CELL = f"padding: 3px 18px 3px 4px; border-bottom: 1px solid {PAGE.line}; text-align: left"


@dataclass(frozen=True, slots=True)
class Row:
    """One lesson: its name, and the state of each exercise and each question ("" for not begun)."""

    lesson: str
    exercises: tuple[tuple[str, str], ...]
    questions: tuple[tuple[str, str], ...]

    @property
    def done(self) -> bool:
        """Whether every exercise is passed and every question solved."""
        return all(_done(state) for _, state in (*self.exercises, *self.questions))


@dataclass(frozen=True, slots=True)
class Progress:
    """What is done; it shows itself. ``remarks`` say where it is kept, or why it is not."""

    rows: tuple[Row, ...]
    remarks: tuple[str, ...] = ()

    def _headline(self) -> str:
        lessons = [row.done for row in self.rows]
        solved = [_done(state) for row in self.rows for _, state in row.exercises]
        answered = [_done(state) for row in self.rows for _, state in row.questions]
        return (
            f"{sum(lessons)} of {len(lessons)} lessons done: {sum(solved)} of {len(solved)} "
            f"exercises passed, {sum(answered)} of {len(answered)} questions solved."
        )

    def _then(self) -> str:
        """What to do next: the first thing still open in the first lesson that is."""
        for row in self.rows:
            for name, state in (*row.exercises, *row.questions):
                if not _done(state):
                    thing = f"exercise {name}" if "." in name else f"{name[3:]} of the quiz"
                    return f"Next: {thing} in lesson {row.lesson[:2]}."
        return "That was all of it."

    def _tone(self) -> Tone:
        return "good" if all(row.done for row in self.rows) else "quiet"

    def __repr__(self) -> str:
        wide = [max(len(cell) for cell in column) for column in zip(*self._cells(), strict=True)]
        lines = [
            "  ".join(cell.ljust(size) for cell, size in zip(cells, wide, strict=True)).rstrip()
            for cells in self._cells()
        ]
        parts = [Part("\n".join(lines), code=True), *self._sentences()]
        return as_text(self._tone(), self._headline(), parts)

    def _sentences(self) -> list[Part]:
        return [Part(self._then()), *map(Part, self.remarks)]

    def _cells(self) -> list[tuple[str, ...]]:
        """The picture as rows of text, the headings first."""
        rows = [
            (row.lesson, *(_circles(things) for things in (row.exercises, row.questions)))
            for row in self.rows
        ]
        return [("lesson", "exercises", "quiz"), *rows]

    def _html(self) -> str:
        head = "".join(
            f'<th scope="col" style="{_CELL}">{heading}</th>' for heading in self._cells()[0]
        )
        body = "".join(
            f'<tr><th scope="row" style="{_CELL}; font-weight: normal">{escape(row.lesson)}</th>'
            f'<td style="{_CELL}; white-space: nowrap">{_coloured(row.exercises)}</td>'
            f'<td style="{_CELL}; white-space: nowrap">{_coloured(row.questions)}</td></tr>'
            for row in self.rows
        )
        return (
            as_html(self._tone(), self._headline(), self._sentences())
            + '<div style="overflow-x: auto"><table style="border-collapse: collapse; '
            f'margin: 8px 0; font-size: 1em"><thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>"
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._html()}


def _done(state: str) -> bool:
    return _MARKS.get(state) == DONE


def _count(things: tuple[tuple[str, str], ...]) -> str:
    return f"{sum(_done(state) for _, state in things)} of {len(things)}"


def _circles(things: tuple[tuple[str, str], ...]) -> str:
    return f"{''.join(_MARKS.get(state, OPEN) for _, state in things)} {_count(things)}"


def _coloured(things: tuple[tuple[str, str], ...]) -> str:
    """The circles, which the pointer names one by one; a screen reader gets only the count."""
    circles = "".join(_circle(name, state) for name, state in things)
    return f'<span aria-hidden="true">{circles}</span> {_count(things)}'


def _circle(name: str, state: str) -> str:
    # Drawn and not typed: the three characters differ in size from font to font.
    mark = _MARKS.get(state, OPEN)
    edge = EDGES["good" if mark == DONE else "quiet"]
    half = f"linear-gradient(90deg,{edge} 50%,transparent 50%)"
    fill = {DONE: f";background:{edge}", BEGUN: f";background:{half}", OPEN: ""}[mark]
    said = f"{escape(name)}: {_WORDS.get(state, 'not begun')}"
    return (
        f'<span title="{said}" style="display:inline-block;'
        f"width:.6em;height:.6em;border:2px solid {edge};border-radius:50%;margin-right:3px"
        f'{fill}"></span>'
    )


def drawn(states: Mapping[str, str], remarks: tuple[str, ...] = ()) -> Progress:
    """The picture of a record; names that no lesson has are left out."""

    def of(names: list[str]) -> tuple[tuple[str, str], ...]:
        return tuple((name, states.get(name, "")) for name in names)

    return Progress(
        tuple(
            Row(
                lesson.name,
                of([exercise.id for exercise in of_lesson(lesson.number)]),
                of([name_of(lesson.number, at) for at in range(len(questions(lesson.number)))]),
            )
            for lesson in COURSE
        ),
        remarks,
    )


def state_of(event: Event) -> str:
    """What an event means for the record, or nothing: a hint, or an answer nobody has begun.

    >>> state_of(Event("check", "04.2", "passed")), state_of(Event("check", "04.2", "unsolved"))
    ('passed', '')
    """
    states = {
        "check": {"passed": "passed", "refused": "tried", "raised": "tried", "stopped": "tried"},
        "quiz": (answered := {"right": "right", "right later": "later", "wrong": "wrong"}),
        "case": answered,
    }
    return states.get(event.kind, {}).get(event.result, "")


@cache
def opened() -> tuple[Store, str]:
    """The record of this kernel, and why it is not in a file, if it is not."""
    try:
        here = Path.cwd()
    except OSError:  # the folder of the kernel is gone
        here = Path("/")
    path, why = place(os.environ, here)
    return Store(path), why


def kept() -> Store:
    """The record of this kernel, for whatever else is to be remembered."""
    return opened()[0]


def remember(event: Event) -> None:
    """Listen: put what happened into the record."""
    state = state_of(event)
    if not state:
        return
    more = Record() if PREDICTION in event.name else Record({event.name: state})
    if event.kind == "quiz":
        before = reviews_of(kept().read(), event.name)
        more = replace(more, reviews={event.name: logged(before, state, datetime.now(UTC))})
    kept().put(more)


def progress(*, reset: bool = False, restore: bool = False) -> Progress:
    """The lessons, exercises and questions you have done, as a picture. Never raises.

    ``reset=True`` starts over and puts the old record away; ``restore=True`` brings it back.
    """
    store, why = opened()
    remarks = []
    if reset and (away := store.reset()):
        remarks.append(
            f"You are starting over. Your old record is kept in {away}; to bring it back: "
            "`ws.progress(restore=True)`"
        )
    if restore and not store.restore():
        remarks.append("There is nothing to bring back.")
    known = store.read()
    where = f"Kept in {store.path}." if store.path and not store.trouble else ""
    said = (
        predicted(known.predictions),
        in_cases(known.done),
        *remarks,
        *store.said,
        store.trouble,
        why,
        where,
    )
    return drawn(known.done, tuple(filter(None, said)))


def predicted(answers: Mapping[str, Given]) -> str:
    """How often predictions came true, in a sentence; "" where none was committed.

    >>> predicted({"03.1": Given("2031-05-17T09:30:00Z", "89 00", True)})
    'You have committed 1 prediction, and it came true.'
    """
    judged = [one.right for one in answers.values() if one.given and one.right is not None]
    if len(judged) < 2:
        fate = "it came true" if any(judged) else "it did not come true"
        return f"You have committed 1 prediction, and {fate}." if judged else ""
    return f"You have committed {len(judged)} predictions, and {sum(judged)} came true."


def in_cases(done: Mapping[str, str]) -> str:
    """How many cases are solved, in a sentence; "" where none was tried."""
    if not any(name.startswith("case ") for name in done):
        return ""
    solved, total = len(shelf.solved_in(done)), len(shelf.numbers())
    return f"You have solved {solved} of {total} cases; `ws.case()` lists them."


listeners.append(remember)
