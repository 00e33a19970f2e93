"""``checkpoint``: ten questions before the course, their twins after lesson 07 and after lesson 14.

A test is not a lesson. One click answers a question and brings no reply, so the next test asks for
what was understood, not for what was read here. At the end it tells the gain; after the last test
it also says what each wrong answer usually comes from.
"""

from dataclasses import dataclass
from html import escape
from typing import Any

from wslearn.checking.panel import Panel, Part, Tone, as_html, as_text
from wslearn.checking.values import one_line
from wslearn.course import progress
from wslearn.course.progress_record import Record, stamp
from wslearn.course.progress_store import Store
from wslearn.course.questionnaire import Questionnaire
from wslearn.course.quiz_widget import Mark
from wslearn.draw.theme import PAGE

from .bank import UNKNOWN, items
from .gain import answers, finished, normalised, right, taken
from .numbers import WHICH, Which

MOMENTS: dict[Which, str] = {
    "before": "before lesson 01",
    "halfway": "after lesson 07",
    "after": "after lesson 14",
}
REACHED: dict[Which, str] = {"before": "00", "halfway": "07", "after": "14"}
"""The lesson that has been begun when a test is next."""

MARKS = {True: "✓", False: "✗", None: "–"}
_SAID = {True: "right", False: "not right", None: "not asked yet"}
_CELL = f"padding: 3px 6px 3px 4px; border-bottom: 1px solid {PAGE.line}; text-align: left"


class Checkpoint(Questionnaire):
    """One test that is not finished; it shows itself. Each answer is kept as it is given."""

    final = True

    def __init__(self, which: Which, store: Store) -> None:
        self.which = which
        self._store = store
        self._items = items(which)
        super().__init__(
            f"Checkpoint {MOMENTS[which]}: {len(self._items)} questions, about five minutes",
            [(item.name, item.question) for item in self._items],
        )
        known = taken(store.read(), which)
        self.chosen = [[known[item.name]] if item.name in known else [] for item in self._items]

    def choose(self, question: int, option: int) -> str:
        """Give the answer to a question (both counted from 0); a second one changes nothing."""
        if not self.chosen[question]:
            self.chosen[question].append(option)
            given = answers({self._items[question]: option}, self.which, stamp())
            self._store.put(Record(tests=given))
        return ""

    def mark(self, question: int, option: int) -> Mark:
        """Every answer is noted, and none is judged."""
        return Mark("noted", "Noted.", "")

    @property
    def score(self) -> str:
        """How far the student is; at the end the outcome."""
        given = sum(map(bool, self.chosen))
        if given < len(self.questions):
            return (
                f"{given} of {len(self.questions)} answered. Your first click counts. "
                f"“{UNKNOWN.text}” is an honest answer."
            )
        return f"{Outcome(self._store.read()).headline()} More: `ws.checkpoint()`"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the finished tests say; it shows itself."""

    record: Record

    def _finished(self) -> list[Which]:
        return [which for which in WHICH if finished(self.record, which)]

    def _shares(self) -> dict[Which, tuple[int, int]]:
        """By test, how many answers were right out of how many."""
        judged = {which: right(self.record, which) for which in self._finished()}
        return {which: (sum(each.values()), len(each)) for which, each in judged.items()}

    def headline(self) -> str:
        """The scores and the gain in a sentence or two."""
        shares = self._shares()
        if not shares:
            return "No checkpoint is finished."
        (first, (knew, total)), *later = shares.items()
        told = f"You knew {knew} of {total} {MOMENTS[first]}"
        told += "".join(f", {knows} of {total} {MOMENTS[which]}" for which, (knows, _) in later)
        if not later:
            return told + "."
        gained = normalised(knew / total, later[-1][1][0] / total)
        if gained is None:
            return f"{told}. There was nothing left to gain."
        if gained < 0:
            return f"{told}. That is less than before: look at the marks below."
        return f"{told}. You gained {gained:.0%} of what there was to gain."

    def _parts(self) -> list[Part]:
        done = self._finished()
        ahead = [which for which in WHICH[1:] if which not in done]
        if ahead:
            come = f"The same ideas come back with other numbers {MOMENTS[ahead[0]]}."
            return [Part(f"{come} The lessons answer them; do not look them up.")]
        chosen = taken(self.record, "after")
        return [
            Part(f"{item.question.feedback(at)} ({item.question.source})", f"{misconception}:")
            for item in items("after")
            if (misconception := item.misconceptions[at := chosen[item.name]])
        ]

    def _rows(self) -> list[tuple[str, list[bool | None]]]:
        judged = [
            right(self.record, which) if finished(self.record, which) else {} for which in WHICH
        ]
        return [(item.title, [each.get(item.name) for each in judged]) for item in items(WHICH[0])]

    def __repr__(self) -> str:
        rows = self._rows()
        wide = max(len(title) for title, _ in rows)
        head = f"{'':{wide}}  {'  '.join(WHICH)}"
        lines = [
            f"{title:{wide}}  "
            + "  ".join(
                f"{MARKS[mark]:{len(which)}}" for mark, which in zip(marks, WHICH, strict=True)
            )
            for title, marks in rows
        ]
        table = Part("\n".join(line.rstrip() for line in [head, *lines]), code=True)
        return as_text("quiet", self.headline(), [table, *self._parts()])

    def _html(self) -> str:
        head = "".join(f'<th scope="col" style="{_CELL}">{each}</th>' for each in ("idea", *WHICH))
        body = "".join(
            f'<tr><th scope="row" style="{_CELL}; font-weight: normal">{escape(title)}</th>'
            + "".join(f'<td style="{_CELL}">{_drawn(mark)}</td>' for mark in marks)
            + "</tr>"
            for title, marks in self._rows()
        )
        table = '<table style="border-collapse: collapse; margin: 8px 0; font-size: 1em">'
        return (
            as_html("quiet", self.headline(), self._parts())
            + f'<div style="overflow-x: auto" tabindex="0">{table}<thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>"
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._html()}


def _drawn(mark: bool | None) -> str:
    return f'<span role="img" aria-label="{_SAID[mark]}">{MARKS[mark]}</span>'


@dataclass(frozen=True, slots=True, repr=False)
class Unknown(Panel):
    """Shown where there is no test of this name; it says which there are."""

    name: str

    def _panel(self) -> tuple[Tone, str, list[Part]]:
        there = ", ".join(f'`ws.checkpoint("{which}")`' for which in WHICH)
        return "quiet", f"There is no checkpoint {self.name!r}.", [Part(f"There are {there}.")]


def now(record: Record) -> Which:
    """Which test is next: the one for which the student has come far enough."""
    begun = {name[:2] for name in record.done}
    reached: list[Which] = [which for which in WHICH[1:] if REACHED[which] in begun]
    return reached[-1] if reached else "before"


def checkpoint(which: object = None) -> Checkpoint | Outcome | Unknown:
    """Ten questions before lesson 01, their twins after 07 and after 14; what you gained.

    Without a name it is the test for which you have come far enough, and your results where that
    one is finished. The names are ``before``, ``halfway`` and ``after``. Never raises.
    """
    store = progress.kept()
    record = store.read()
    chosen = now(record) if which is None else which
    if chosen not in WHICH:
        return Unknown(one_line(str(chosen), 20))
    return Outcome(record) if finished(record, chosen) else Checkpoint(chosen, store)
