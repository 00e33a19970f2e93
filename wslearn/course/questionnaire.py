"""Questions that are answered in the page itself, with a reply to every option.

In a trusted page with a kernel they are a widget of plain buttons: Tab moves, Space chooses. Where
no kernel runs (a fresh clone, an export, GitHub) the questions are shown as text, without the
answers.
"""

from collections.abc import Sequence
from html import escape
from typing import Any

from ipywidgets import Box

from wslearn.checking.happened import Event, tell
from wslearn.checking.panel import with_code

from .question import LETTERS, Question
from .quiz_widget import Mark, quiz_widget


class Questionnaire:
    """Some questions under their names in the record; it shows itself.

    ``chosen`` has, for each question, the indices of the options chosen so far, in their order.
    ``final`` is True where the first choice is the only one.
    """

    final = False

    def __init__(self, headline: str, asked: Sequence[tuple[str, Question]]) -> None:
        self.headline = headline
        self.names = tuple(name for name, _ in asked)
        self.questions: tuple[Question, ...] = tuple(question for _, question in asked)
        self.chosen: list[list[int]] = [[] for _ in self.questions]

    def choose(self, question: int, option: int) -> str:
        """Choose an option (both counted from 0) and get the feedback on it."""
        asked = self.questions[question]
        if option not in self.chosen[question]:
            first, right = not self.chosen[question], asked.options[option].right
            self.chosen[question].append(option)
            if first or right:
                result = ("right" if first else "right later") if right else "wrong"
                tell(Event("quiz", self.names[question], result))
        return asked.feedback(option)

    def mark(self, question: int, option: int) -> Mark:
        """How a chosen option is marked, and the reply under it."""
        asked = self.questions[question]
        right = asked.options[option].right
        kind, word = ("right", "✓ Right.") if right else ("wrong", "✗ Not this one.")
        return Mark(kind, word, asked.feedback(option))

    @property
    def solved(self) -> int:
        """How many questions have their right option chosen, at whichever try."""
        return sum(
            question.right in chosen
            for question, chosen in zip(self.questions, self.chosen, strict=True)
        )

    @property
    def at_first_try(self) -> int:
        """How many questions were right with the first option chosen."""
        return sum(
            chosen[:1] == [question.right]
            for question, chosen in zip(self.questions, self.chosen, strict=True)
        )

    @property
    def score(self) -> str:
        """The score in a sentence."""
        total = len(self.questions)
        if not any(self.chosen):
            return f"{total} questions. Choose an answer to each; every one gets a reply."
        words = f"{self.solved} of {total} solved, {self.at_first_try} at the first try."
        return words + (" All done." if self.solved == total else "")

    def __repr__(self) -> str:
        lines = [self.headline]
        for number, question in enumerate(self.questions, 1):
            lines += ["", f"{number}. {question.text}"]
            lines += [
                f"   {letter}) {option.text}"
                for letter, option in zip(LETTERS, question.shown, strict=False)
            ]
        return "\n".join(lines)

    def _html(self) -> str:
        items = "".join(
            f'<li style="margin-bottom: 10px">{with_code(question.text)}{_listed(question)}</li>'
            for question in self.questions
        )
        return (
            f'<div style="font-weight: bold">{escape(self.headline)}</div>'
            f"<ol>{items}</ol><div>Run the cell to answer them.</div>"
        )

    def widget(self) -> Box:
        """The interactive form."""
        return quiz_widget(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": repr(self), "text/html": self._html()}
        if self.questions:
            shown = self.widget()._repr_mimebundle_() or {}
            bundle = {**shown, **bundle}
        return bundle


def _listed(question: Question) -> str:
    options = "".join(f"<li>{with_code(option.text)}</li>" for option in question.shown)
    return f'<ol type="a" style="margin-top: 4px">{options}</ol>' if options else ""
