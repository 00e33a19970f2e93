"""``predict``: a guess that is committed before the next cell shows the truth.

1. An answer is typed or chosen, and committed; then it cannot be changed.
2. The next cell that runs shows the truth, and right after it both stand side by side.
3. Skipping takes one click, and nothing waits for an answer: cells run as they always do.

Where no kernel runs (a fresh clone, an export, a test) the question is shown as text. What was
committed is kept in the record of the student's progress, so that a cell may be run again.
"""

import sys
from collections.abc import Callable
from typing import Any

from ipywidgets import VBox

from wslearn.checking.panel import Panel, Part, Tone, with_code
from wslearn.checking.values import one_line
from wslearn.labs.kit.bitgrid import BitGrid
from wslearn.labs.kit.sheet import Node, button, node
from wslearn.protocol.errors import InputError

from . import progress
from .exercises import tidy_id
from .predictions import ALLOWED, Prediction, find, which_exist
from .progress_record import Given, Record, stamp
from .question import LETTERS
from .question_sheet import Asked, question_html, question_node, words

HOW = {
    "number": "Your number",
    "bytes": "Your bytes, in hex",
    "words": "Your sentence",
}
LONGEST = 400
"""Characters: what fits in the field."""


class Guess:
    """What a student said to one prediction, and how far it has come.

    ``answer`` is what was committed, None before that; ``compared`` says whether the truth may be
    shown; ``came_true`` is None while nobody knows, or nobody has judged a sentence yet. ``sheets``
    are all the places where it is on a page.
    """

    def __init__(self, prediction: Prediction, before: Given | None = None) -> None:
        self.prediction = prediction
        self.sheets: list[Asked] = []
        self.typed = self.fault = self.when = ""
        self.answer: str | None = None
        self.came_true: bool | None = None
        self.skipped = self.compared = False
        if before is not None and before.given:
            self.answer, self.came_true, self.when = before.given, before.right, before.when
            self.compared = True

    def commit(self) -> bool:
        """Commit what was typed; returns whether it could be read."""
        if self.answer is not None:
            return False
        try:
            self.answer = self.prediction.read(self.typed)
        except InputError as problem:
            self.fault = str(problem)
            return False
        self.fault, self.when = "", stamp()
        self._keep(self.prediction.holds(self.answer))
        return True

    def judge(self, came_true: bool) -> None:
        """Say of a sentence whether it came true."""
        if self.compared and self.came_true is None:
            self._keep(came_true)

    def _keep(self, came_true: bool | None) -> None:
        self.came_true = came_true
        given = Given(self.when, self.answer or "", came_true)
        progress.kept().put(Record(predictions={self.prediction.id: given}))


guesses: dict[str, Guess] = {}
"""What was said in this kernel, by prediction; the record knows what was committed before."""


def after_the_next_cell(do: Callable[[], object]) -> bool:
    """Call ``do`` once, when the next cell has run; returns whether there are cells here at all."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return False

    def ran(*about: object) -> None:
        shell.events.unregister("post_run_cell", ran)
        do()

    shell.events.register("post_run_cell", ran)
    return True


class Predict:
    """A prediction to make; it shows itself."""

    steps = ("commit", "skip")
    verdicts = ("✓ It came true.", "✗ It did not come true.")

    def __init__(self, prediction: Prediction, guess: Guess) -> None:
        self.prediction, self.guess = prediction, guess
        self.sheets = guess.sheets  # a cell that is run again shows the same guess
        self.text, self.why = prediction.text, prediction.why
        self.grid: BitGrid | None = None

    # -- where nothing runs ------------------------------------------------------------------------

    def _headline(self) -> str:
        return f"Predict {self.prediction.id}"

    def __repr__(self) -> str:
        letters = zip(LETTERS, self.prediction.options, strict=False)
        lines = [f"{letter}) {option}" for letter, option in letters]
        return "\n".join([self._headline(), *self.prediction.text.split("\n\n"), *lines])

    def _html(self) -> str:
        items = "".join(f"<li>{with_code(option)}</li>" for option in self.prediction.options)
        after = f'<ol type="a" style="margin: 4px 0">{items}</ol>' if items else ""
        return question_html(self._headline(), self.prediction.text, after)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        shown = self.widget()._repr_mimebundle_() or {}
        return {**shown, "text/plain": repr(self), "text/html": self._html()}

    # -- where it can be answered ------------------------------------------------------------------

    def widget(self) -> VBox:
        """The interactive form, which follows what happens in it."""
        sheet = Asked(self.act)
        self.sheets.append(sheet)
        parts: list[Any] = [sheet]
        if self.prediction.kind == "bit":
            self.grid = BitGrid(
                self.prediction.picture,
                parts=("bits",),
                editable=False,
                extensions=ALLOWED,
            )
            self.grid.observe(self._pointed, "selected")
            above = Asked()
            above.view = [question_node(self.text, self._headline(), [])]
            parts = [above, self.grid, sheet]
        self.draw()
        return VBox(parts)

    def act(self, message: dict[str, Any]) -> None:
        """What the student did."""
        guess, at = self.guess, message.get("at")
        match message.get("do"):
            case "type":
                guess.typed = str(message.get("value", ""))[:LONGEST]
                return  # what is being typed is already on the page
            case "choose" if isinstance(at, int) and 0 <= at < len(self.prediction.options):
                if guess.answer is None:
                    guess.typed = self.prediction.options[at]
            case "commit" if guess.commit():
                self._wait()
            case "skip":
                guess.skipped = True
            case "answer":
                guess.skipped = False
            case "compare" if guess.answer is not None:
                guess.compared = True
            case "true" | "false" as judged:
                guess.judge(judged == "true")
        self.draw()

    def _pointed(self, change: dict[str, Any]) -> None:
        if self.guess.answer is None and change["new"] is not None:
            self.guess.typed = str(change["new"])
            self.draw()

    def _wait(self) -> None:
        """Keep the truth back until the next cell has run."""
        self.guess.compared = not after_the_next_cell(self._compare)

    def _compare(self) -> None:
        self.guess.compared = True
        self.draw()

    def draw(self) -> None:
        """Show the current state, wherever this is on a page."""
        text = self.text if self.grid is None else ""  # it is above the picture
        view = [question_node(text, self._headline(), self._below())]
        for sheet in self.sheets:
            sheet.view = view
        if self.grid is not None and self.guess.compared:
            self.grid.selected = int(self.prediction.truth)

    def _below(self) -> list[Node]:
        if self.guess.skipped:
            return [node("div", button("answer after all", "answer"), class_="wsl-steps")]
        if self.guess.answer is None:
            return self._open()
        return self._committed()

    def _open(self) -> list[Node]:
        fault = node("p", self.guess.fault, class_="fault", role="status")
        commit, skip = self.steps
        steps = node(
            "div",
            button(commit, "commit", class_="wsl-button wsl-first"),
            button(skip, "skip", class_="wsl-tool"),
            class_="wsl-steps",
        )
        return [*self._field(), fault, steps]

    def _field(self) -> list[Node]:
        kind = self.prediction.kind
        if kind == "choice":
            return [
                node(
                    "div",
                    *(self._option(at, one) for at, one in enumerate(self.prediction.options)),
                    class_="options",
                )
            ]
        if kind == "bit":
            chosen = f"You chose bit {self.guess.typed}." if self.guess.typed else "Click a bit."
            return [node("p", chosen, role="status")]
        field = node(
            "input",
            type="text",
            maxlength=LONGEST,
            value=self.guess.typed,
            hands={"do": "type"},
            keys={"Enter": {"do": "commit"}},
            aria_label=HOW[kind],
        )
        label = node("span", HOW[kind])
        return [node("label", label, field, class_="" if kind == "words" else "short")]

    def _option(self, at: int, option: str) -> Node:
        return node(
            "button",
            f"{LETTERS[at]})  ",
            *words(option),
            do={"do": "choose", "at": at},
            type="button",
            class_="wsl-option",
            aria_pressed=option == self.guess.typed,
        )

    def _committed(self) -> list[Node]:
        said = self._beside("You said", self.guess.answer or "")
        if not self.guess.compared:
            then = node("p", "Committed. Run the next cell; then both are shown here side by side.")
            steps = node("div", button("compare now", "compare"), class_="wsl-steps")
            said = node("div", said, class_="wsl-beside")
            return [node("div", said, then, class_="wsl-verdict", role="status"), steps]
        truth = self._beside("It is", self.prediction.truth)
        right, wrong = self.verdicts
        known = {True: ("accepted", right), False: ("refused", wrong)}
        tone, verdict = known.get(self.guess.came_true, ("", "Is that what you meant?"))  # type: ignore[call-overload]
        told = node(
            "div",
            node("div", said, truth, class_="wsl-beside"),
            node("p", node("strong", verdict), " ", *words(self.why)),
            class_=f"wsl-verdict {tone}".strip(),
            role="status",
        )
        if self.guess.came_true is not None:
            return [told]
        mine = [button("yes, it came true", "true"), button("no", "false")]
        return [told, node("div", *mine, class_="wsl-steps")]

    def _beside(self, who: str, said: str) -> Node:
        shown = f"bit {said}" if self.prediction.kind == "bit" and said.isdecimal() else said
        return node("p", node("b", who), " ", node("strong", *words(shown)))


class NoPrediction(Panel):
    """What is shown where there is no such prediction."""

    def __init__(self, name: object) -> None:
        self.name = name

    def _panel(self) -> tuple[Tone, str, list[Part]]:
        known = one_line(tidy_id(self.name), 20)
        return "quiet", f"There is no prediction {known!r}.", [Part(which_exist(self.name))]


def predict(name: object) -> Predict | NoPrediction:
    """A prediction to make, such as ``ws.predict("03.2")``. Never raises."""
    prediction = find(name)
    if prediction is None:
        return NoPrediction(name)
    before = progress.kept().read().predictions.get(prediction.id)
    guess = guesses.get(prediction.id)
    if guess is None or (guess.answer is not None) != (before is not None):
        guess = guesses[prediction.id] = Guess(prediction, before)
    return Predict(prediction, guess)
