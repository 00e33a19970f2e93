"""``case``: a mystery to be solved by pointing, and the shelf that holds them all.

1. Looking is free: frames, bits and lines may be pointed at in any order. Only *this is it*
   answers.
2. A wrong answer gets a reply that says what is right about it, and where to look next.
3. Three hints, one after another; each says a little more than the one before.
4. Once it is solved: what happened, the rule and its section, and the public report behind it.

Where no kernel runs, the question and the conversation are shown as text. What was solved is kept
in the record of the student's progress.
"""

from html import escape
from typing import Any

import ipywidgets

from wslearn.checking.happened import Event, tell
from wslearn.checking.panel import Panel, Part, Tone, as_html, as_text
from wslearn.checking.values import one_line
from wslearn.course import progress
from wslearn.course.question_sheet import Asked, paragraphs, words
from wslearn.draw.table import Table, table
from wslearn.labs.kit.bitgrid import BitGrid
from wslearn.labs.kit.lab import Lab, set_shown
from wslearn.labs.kit.sheet import Node, button, node
from wslearn.net.record.journal import Journal

from .case_page import HINTS, Case
from .clues import Clues, as_lines, clue_nodes
from .pointing import Place
from .shelf import SOLVED, find, numbers, open_case

HOW = {
    "frame": "Choose a frame, or the end of a connection.",
    "bit": "Choose a frame, then a bit of it.",
    "line": "Choose a line of the handshake.",
    "choice": "Choose one of these.",
}
STARS = {1: "★", 2: "★★", 3: "★★★"}


class Inquiry:
    """How far somebody has come with a case.

    ``place`` is what is pointed at now; ``reply`` the answer to the last pointing, ``right``
    whether it was right, None before the first; ``hints`` counts those that were asked for;
    ``handshake`` says whether the heads are shown.
    """

    def __init__(self, case: Case, state: str = "") -> None:
        self.case = case
        self.place: Place | None = None
        self.reply, self.right = "", None if state not in SOLVED else True
        self.before = state in SOLVED
        self.hints = self.tries = 0
        self.handshake = case.kind == "line"
        self.at = ""
        self.shown: list[Mystery] = []

    @property
    def solved(self) -> bool:
        """Whether the right place was found."""
        return self.right is True

    @property
    def complete(self) -> bool:
        """Whether what is pointed at is of the kind that is asked for."""
        place = self.place
        if place is None:
            return False
        match self.case.kind:
            case "frame":
                return not place.head and not place.words
            case "bit":
                return place.bit is not None
            case "line":
                return bool(place.head)
        return bool(place.words)

    def accuse(self) -> None:
        """Say that this is it."""
        if self.solved or self.place is None or not self.complete:
            return
        suspect = self.case.answer(self.place)
        self.tries += 1
        self.reply, self.right = suspect.reply, suspect.right
        self.at = self.case.evidence.in_words(self.place)
        if suspect.right or self.tries == 1:
            result = ("right" if self.tries == 1 else "right later") if suspect.right else "wrong"
            tell(Event("case", self.case.name, result))


inquiries: dict[str, Inquiry] = {}
"""What was done in this kernel, by case; the record knows what was solved before."""


class Mystery:
    """A case; it shows itself. ``journal`` is its record, which a TapLab reads."""

    def __init__(self, inquiry: Inquiry) -> None:
        self.inquiry = inquiry
        self.case = inquiry.case
        self.lab: Lab | None = None
        inquiry.shown = [*inquiry.shown[-3:], self]

    @property
    def journal(self) -> Journal:
        """The record of the conversation: ``ws.TapLab(ws.case("07").journal)`` judges it."""
        return self.case.evidence.journal

    # -- where nothing runs ------------------------------------------------------------------------

    def _headline(self) -> str:
        return f"Case {self.case.number}: {self.case.title} {STARS[self.case.level]}"

    def _parts(self) -> list[Part]:
        case = self.case
        told = [*map(Part, case.story), *as_lines(case.evidence), Part(case.question)]
        return told + [Part(f"{'abcdef'[at]}) {one}") for at, one in enumerate(case.words)]

    def __repr__(self) -> str:
        return as_text("quiet", self._headline(), self._parts())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        shown = self.widget()._repr_mimebundle_() or {}
        html = as_html("quiet", self._headline(), self._parts())
        return {**shown, "text/plain": repr(self), "text/html": html}

    # -- where it can be solved --------------------------------------------------------------------

    def widget(self) -> Lab:
        """The interactive form."""
        self._story, self._clues, self._answer = Asked(), Clues(self.act), Asked(self.act)
        self._grid = BitGrid(parts=("bits", "explain"), editable=False)
        self._grid.faults = lambda seen: ()  # seeing what is wrong is the task
        self._grid.observe(self._bit, "selected")
        self._link = ipywidgets.HTML()
        parts = [self._story, self._clues, self._grid, self._answer, self._link]
        self.lab = Lab(parts)
        self.lab.add_class("wsl-case")
        self._in_grid = 0
        self.draw()
        return self.lab

    def act(self, message: dict[str, Any]) -> None:
        """What the student did."""
        inquiry, place = self.inquiry, None
        match message:
            case {"do": "frame", "number": int(number)}:
                place = Place(frame=number)
            case {"do": "line", "connection": int(number), "head": str(head), "line": int(line)}:
                place = Place(connection=number, head=head, line=line)  # type: ignore[arg-type]
            case {"do": "end", "connection": int(number)}:
                place = Place(connection=number)
            case {"do": "choose", "at": int(at)} if 0 <= at < len(self.case.words):
                inquiry.place = Place(words=self.case.words[at])
            case {"do": "handshake"}:
                inquiry.handshake = not inquiry.handshake
            case {"do": "accuse"}:
                inquiry.accuse()
            case {"do": "hint"} if inquiry.hints < HINTS:
                inquiry.hints += 1
        if place in self.case.evidence.places:
            inquiry.place = place
        for one in inquiry.shown:
            one.draw()

    def _bit(self, change: dict[str, Any]) -> None:
        bit, frame = change["new"], self._in_grid
        if bit is None or not frame or self.case.kind != "bit":
            return
        self.inquiry.place = Place(frame=frame, bit=bit)
        for one in self.inquiry.shown:
            one.draw()

    # -- drawing -----------------------------------------------------------------------------------

    def draw(self) -> None:
        """Show the current state, if it is on a page."""
        if self.lab is None:
            return
        case, inquiry = self.case, self.inquiry
        about = f"{STARS[case.level]}, after lesson {case.lesson}"
        self._story.view = [
            node(
                "div",
                node(
                    "p",
                    node("strong", f"Case {case.number}: {case.title} "),
                    node("span", about, class_="wsl-level"),
                ),
                *(node("p", *words(one)) for one in case.story),
                *paragraphs(case.question, "question"),
                class_="wsl-asked",
                role="group",
                aria_label=f"Case {case.number}",
            )
        ]  # fmt: skip
        self._clues.view = clue_nodes(case, inquiry.place, inquiry.handshake)
        self._show_bits()
        self._answer.view = [node("div", *self._below(), class_="wsl-asked")]
        self._link.value = self._link_html() if inquiry.solved else ""
        set_shown(self._link, inquiry.solved)

    def _show_bits(self) -> None:
        frame = self.inquiry.place.frame if self.inquiry.place else 0
        set_shown(self._grid, bool(frame))
        if frame and frame != self._in_grid:
            passed = self.case.evidence.entries[frame].frame
            assert passed is not None
            self._in_grid = 0  # what was selected in another frame means nothing here
            self._grid.selected = None
            self._grid.show(passed.data, passed.receiver, passed.extensions)
            self._in_grid = frame

    def _below(self) -> list[Node]:
        inquiry, case = self.inquiry, self.case
        options = [
            node(
                "button",
                *words(one),
                do={"do": "choose", "at": at},
                type="button",
                class_="wsl-option",
                aria_pressed=inquiry.place == Place(words=one),
            )
            for at, one in enumerate(case.words)
        ]
        chosen: list[Node] = [HOW[case.kind]]
        if inquiry.place is not None:
            chosen = ["You point at ", *words(case.evidence.in_words(inquiry.place)), "."]
            chosen += [] if inquiry.complete else [f" {HOW[case.kind]}"]
        shown: list[Node] = [
            node("div", *options, class_="options") if options else "",
            node("p", *chosen, class_="wsl-pointed", role="status"),
            self._steps() if not inquiry.solved else "",
            node(
                "ol",
                *(node("li", *words(one)) for one in case.hints[: inquiry.hints]),
                class_="wsl-hints",
            )
            if inquiry.hints
            else "",
            node("div", *self._verdict(), role="status"),
        ]
        return [one for one in shown if one]

    def _steps(self) -> Node:
        inquiry = self.inquiry
        left = HINTS - inquiry.hints
        first = "wsl-button wsl-first"
        return node(
            "div",
            button("this is it", "accuse", class_=first, off=not inquiry.complete),
            button(f"a hint ({left} left)", "hint", off=not left),
            class_="wsl-steps",
        )

    def _verdict(self) -> list[Node]:
        inquiry, case = self.inquiry, self.case
        if inquiry.right is None:
            return []
        if not inquiry.right:
            said = node("p", node("strong", "✗ Not this one. "), *words(inquiry.reply))
            return [node("div", said, class_="wsl-verdict refused")]
        found = [node("strong", "✓ Solved. "), *words(inquiry.reply)]
        if inquiry.before and not inquiry.reply:
            found = [node("strong", "✓ You have solved this case.")]
        told = [*case.solution[:-1], f"{case.solution[-1]} ({case.source})"]
        return [
            node(
                "div",
                node("p", *found),
                *(node("p", *words(one)) for one in told),
                class_="wsl-verdict accepted",
            )
        ]

    def _link_html(self) -> str:
        case = self.case
        link = (
            f'<a href="{escape(case.address)}" target="_blank" rel="noopener noreferrer" '
            'style="text-decoration: underline; color: inherit">'
            f"{escape(case.report)}</a>"
        )
        judged = f'<code>ws.TapLab(ws.case("{case.number}").journal)</code>'
        return (
            f'<div style="max-width: 46em; line-height: 1.5">Made after a public report: {link}. '
            f"{escape(case.taken)}<br>What the judge says of each frame: {judged}</div>"
        )


class NoCase(Panel):
    """What is shown where there is no such case."""

    def __init__(self, name: object) -> None:
        self.name = one_line(str(name), 20)

    def _panel(self) -> tuple[Tone, str, list[Part]]:
        there = f"There are {numbers()[0]} to {numbers()[-1]}; `ws.case()` lists them."
        return "quiet", f"There is no case {self.name!r}.", [Part(there)]


def shelf() -> Table:
    """All cases in their order, and which are solved; it shows itself."""
    done = progress.kept().read().done
    marks = {"right": "✓ at once", "later": "✓ solved", "wrong": "tried"}
    rows = []
    for number in numbers():
        case = open_case(number)
        state = marks.get(done.get(case.name, ""), "")
        rows.append((f'ws.case("{number}")', case.title, STARS[case.level], case.lesson, state))
    return table(("case", "title", "level", "after lesson", "you"), rows, code=("case",))


def case(name: object = None) -> Mystery | Table | NoCase:
    """A mystery to solve by pointing, such as ``ws.case("07")``; all of them without a name.

    Never raises.
    """
    if name is None:
        return shelf()
    found = find(name)
    if found is None:
        return NoCase(name)
    state = progress.kept().read().done.get(found.name, "")
    inquiry = inquiries.get(found.number)
    if inquiry is None or inquiry.solved != (state in SOLVED):
        inquiry = inquiries[found.number] = Inquiry(found, state)
    return Mystery(inquiry)
