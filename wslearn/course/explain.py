"""``explain``: what a lesson was about, in the student's own words, and then a model answer.

The question, the model answer and the three points that it makes are in the lesson's
``own_words.md``. The text is kept when it is handed in; it can be changed at any time, and so can
the ticks at the points that it has. ``my_notes`` writes all of it into one file.

    # Question

    Why does one bit of the opcode tell control frames from data frames?

    # Model answer

    A receiver that does not know an opcode still knows its kind (§5.2). ...

    # Points

    - The first bit of the opcode is 1 in control frames.
    - ...
    - ...
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from ipywidgets import VBox

from wslearn.checking.panel import Panel, Part, Tone
from wslearn.checking.values import one_line
from wslearn.labs.kit.sheet import Node, button, node

from . import progress
from .exercises import LESSONS, tidy_id
from .progress_record import Note, Record, stamp
from .prose import Page, folder_of, items, page_of, paragraphs
from .question_sheet import Asked, question_html, question_node, words
from .question_sheet import paragraphs as shown_paragraphs

FILE = "own_words.md"
POINTS = 3
"""How many points a model answer makes."""
LONGEST = 4000
"""Characters: what fits in the field."""
HEADINGS = ["Question", "Model answer", "Points"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a lesson asks to be explained, a model answer, and the points that it makes."""

    lesson: str
    question: str
    model: str
    points: tuple[str, ...]


@cache
def explanation(lesson: str) -> Explanation | None:
    """What a lesson (``"04"``) asks to be explained, or None.

    Raises :class:`~wslearn.protocol.errors.InputError` with file and line for what is missing.
    """
    if lesson not in LESSONS or not (folder_of(lesson) / FILE).is_file():
        return None
    return read_page(page_of(lesson, FILE), lesson)


def read_page(page: Page, lesson: str) -> Explanation:
    """The explanation that one page asks for."""
    sections = list(page.sections())
    titles = [section.title for section in sections]
    if titles != HEADINGS:
        wanted = ", ".join(f"`# {title}`" for title in HEADINGS)
        raise page.fault(sections[0].line if sections else 1, wanted, ", ".join(titles) or "none")
    asked, model, listed = sections
    texts = []
    for section in (asked, model):
        told = "\n\n".join(text for text, _ in paragraphs(page, section))
        if not told:
            raise page.fault(section.line, "a paragraph", "none")
        texts.append(told)
    points = tuple(first for first, _, _ in items(page, listed))
    if len(points) != POINTS:
        raise page.fault(listed.line, f"{POINTS} points in a list", str(len(points)))
    return Explanation(lesson, texts[0], texts[1], points)


class Explain:
    """A field for an explanation, then a model answer and points to tick; it shows itself."""

    def __init__(self, asked: Explanation) -> None:
        self.asked = asked
        self.sheets: list[Asked] = []
        known = self._kept()
        self.typed = known.text if known else ""
        self.edit = known.edit if known else 0  # of the text that the student has before them
        self.open = known is None
        self.said = ""

    def _kept(self) -> Note | None:
        return progress.kept().read().notes.get(self.asked.lesson)

    def _keep(self, edit: int, text: str, ticks: tuple[int, ...]) -> None:
        self.edit = edit + 1
        note = Note(self.edit, stamp(), text, ticks)
        progress.kept().put(Record(notes={self.asked.lesson: note}))

    def _headline(self) -> str:
        return f"In your own words {self.asked.lesson}"

    def __repr__(self) -> str:
        return f"{self._headline()}\n{self.asked.question}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        shown = self.widget()._repr_mimebundle_() or {}
        html = question_html(self._headline(), self.asked.question, "")
        return {**shown, "text/plain": repr(self), "text/html": html}

    def widget(self) -> VBox:
        """The interactive form."""
        sheet = Asked(self.act)
        self.sheets.append(sheet)
        self.draw()
        return VBox([sheet])

    def act(self, message: dict[str, Any]) -> None:
        """What the student did."""
        known, at = self._kept(), message.get("at")
        match message.get("do"):
            case "type":
                self.typed = str(message.get("value", ""))[:LONGEST]
                return  # what is being typed is already on the page
            case "hand in":
                text = self.typed.strip()
                self.said = "" if text else "Expected a sentence or two, got an empty field."
                if text:
                    self._keep(self.edit, text, known.ticks if known else ())
                    self.open = False
            case "change":
                self.open = True
                if known:
                    self.typed, self.edit = known.text, known.edit
            case "tick" if known and isinstance(at, int) and 0 <= at < POINTS:
                self._keep(known.edit, known.text, tuple(sorted({*known.ticks} ^ {at})))
        self.draw()

    def draw(self) -> None:
        """Show the current state, wherever this is on a page."""
        known = self._kept()
        below = self._field() if self.open or known is None else self._beside(known)
        view = [question_node(self.asked.question, self._headline(), below)]
        for sheet in self.sheets:
            sheet.view = view

    def _field(self) -> list[Node]:
        field = node(
            "textarea",
            rows=5,
            maxlength=LONGEST,
            value=self.typed,
            hands={"do": "type"},
            aria_label="Your explanation",
        )
        hand_in = button("hand in, then compare", "hand in", class_="wsl-button wsl-first")
        return [
            node("label", "Your explanation, as you would say it to a friend", field),
            node("p", self.said, class_="fault", role="status"),
            node("div", hand_in, class_="wsl-steps"),
        ]

    def _beside(self, known: Note) -> list[Node]:
        """Both texts, and the points to tick."""
        points = [
            node(
                "button",
                "☑ " if at in known.ticks else "☐ ",
                *words(point),
                do={"do": "tick", "at": at},
                type="button",
                role="checkbox",
                class_="wsl-option",
                aria_checked="true" if at in known.ticks else "false",
            )
            for at, point in enumerate(self.asked.points)
        ]
        kept = (
            f"{len(known.ticks)} of {POINTS} points ticked. It is kept with your progress; "
            "`ws.my_notes()` writes all you have explained into one file."
        )
        return [
            node("p", node("strong", "You wrote")),
            *shown_paragraphs(known.text, "mine"),
            node("p", node("strong", "A model answer")),
            node("div", *shown_paragraphs(self.asked.model), class_="wsl-verdict"),
            node("p", "Which of its points are in yours? Tick them."),
            node("div", *points, class_="options"),
            node("p", *words(kept), role="status"),
            node("div", button("change my words", "change"), class_="wsl-steps"),
        ]


class NoExplanation(Panel):
    """What is shown where a lesson asks for no explanation."""

    def __init__(self, lesson: str) -> None:
        self.lesson = lesson

    def _panel(self) -> tuple[Tone, str, list[Part]]:
        there = ", ".join(filter(explanation, LESSONS))
        headline = f"No lesson {one_line(self.lesson, 20)!r} asks for an explanation."
        return "quiet", headline, [Part(f"The lessons are {there}.")]


def explain(lesson: object) -> Explain | NoExplanation:
    """Explain a lesson in your own words, such as ``ws.explain("04")``. Never raises."""
    number = tidy_id(lesson).partition(".")[0]
    asked = explanation(number)
    return NoExplanation(number) if asked is None else Explain(asked)
