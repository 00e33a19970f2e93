"""Recall: a prediction that was typed or pointed at in its lesson is asked once more, in the same
way.

1. The first answer counts. It is judged at once, and the truth is shown beside it with its reason.
2. Anything but an answer of this kind (letters for a number) is refused and costs nothing.
3. “I do not know” shows the truth, and counts as not remembered.

A sentence does not come back. No program can judge it, and students who judge what they recalled
err: in a study that dropped a definition once a student had called it correct three times, those
whose judgments were less accurate remembered less two days later (Dunlosky and Rawson 2012,
https://doi.org/10.1016/j.learninstruc.2011.08.003).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .predict import Guess, Predict
from .predictions import Prediction
from .question import Option, Question

UNKNOWN = "I do not know"


@dataclass(frozen=True, slots=True)
class Recall(Question):
    """A question whose answer is typed or pointed at; its options are that it is right, or not."""

    prediction: Prediction

    @property
    def shown(self) -> tuple[Option, ...]:
        """There is nothing to choose from."""
        return ()


def recall(made: Prediction) -> Recall:
    """A prediction (of any kind but ``choice`` and ``words``) as a question to be recalled."""
    options = (Option(made.truth, made.why, True), Option(UNKNOWN, ""))
    return Recall(made.text, "", options, made)


class Answer(Guess):
    """What was said to a question of a review.

    ``told`` are called once with the option that was meant: 0 for the truth, 1 for any other.
    """

    def __init__(self, asked: Recall, told: Callable[[int], object]) -> None:
        super().__init__(asked.prediction)
        self.told = [told]

    def give_up(self) -> None:
        """Say “I do not know”."""
        if self.answer is None:
            self.answer = UNKNOWN
            self._keep(False)

    def _keep(self, came_true: bool | None) -> None:
        self.came_true, self.compared = came_true, True
        for told in self.told:
            told(0 if came_true else 1)


class RecallField(Predict):
    """One question of a review with the field for its answer; ``number`` counts from 1."""

    steps = ("answer", UNKNOWN)
    verdicts = ("✓ Right.", "✗ Not this.")

    def __init__(self, number: int, asked: Recall, answer: Answer) -> None:
        super().__init__(asked.prediction, answer)
        self.number, self.answer = number, answer
        self.text = f"{number}. {asked.text}"
        self.why = asked.feedback(asked.right).strip()

    def _headline(self) -> str:
        return f"Question {self.number}"

    def act(self, message: dict[str, Any]) -> None:
        """What the student did."""
        if message.get("do") == "skip":
            self.answer.give_up()
            self.draw()
        else:
            super().act(message)

    def _wait(self) -> None:
        """The truth is already there."""
