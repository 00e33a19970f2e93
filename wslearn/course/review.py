"""``review``: a handful of questions that are due today, from quizzes and predictions.

A question comes up for review once it was answered in its lesson, and from then on whenever
``spacing`` says so. Its options change their order from time to time, so that an answer is
remembered and not its place. An answer that was typed or pointed at in a prediction is typed or
pointed at again (``recall``, which also says why a sentence does not come back).
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from typing import Any

from ipywidgets import Box

from wslearn.checking.panel import Part, as_html, as_text
from wslearn.protocol.text import counted

from . import progress
from .exercises import LESSONS
from .predictions import predictions
from .progress_record import PREDICTION, Record, reviews_of
from .question import Option, Question
from .questionnaire import Questionnaire
from .quiz_widget import quiz_widget
from .quizzes import name_of, questions
from .recall import Answer, Recall, RecallField, recall
from .spacing import due_on

NOT_THIS = "Think of what its lesson showed."
"""The reply to an option of a prediction that did not come true."""

HANDFUL = 6
"""Questions in one review: a minute or two."""


@dataclass(frozen=True, slots=True)
class Due:
    """One question, and the day on which it is due."""

    day: date
    name: str


def plan(record: Record, today: date) -> list[Due]:
    """Every question that may come up for review, in the order in which they are due.

    These are the questions that were answered in their lesson, and the predictions that were
    committed there, other than those in words.
    """
    found = []
    for name in every_name():
        reviews = reviews_of(record, name)
        if reviews or name in record.done:
            found.append(Due(due_on(reviews, today), name))
    return sorted(found, key=lambda one: one.day)


@cache
def every_name() -> tuple[str, ...]:
    """The names of everything that can be reviewed, in the order of the course.

    >>> [name for name in every_name() if name.startswith("04 question")][:2]
    ['04 question 1', '04 question 2']
    """
    found = []
    for lesson in LESSONS:
        found += [one.reviewed_as for one in predictions(lesson) if one.kind != "words"]
        found += [name_of(lesson, at) for at in range(len(questions(lesson)))]
    return tuple(found)


def asked(name: str, times: int) -> Question:
    """A question as it is asked in review number ``times``: its options in a new order.

    With the right answer it also tells the lesson.
    """
    question = _question(name)
    options = list(question.shown)
    random.Random(f"{name} {times}").shuffle(options)
    source = f"{question.source}, lesson {name[:2]}" if question.source else f"lesson {name[:2]}"
    return replace(question, options=tuple(options) or question.options, source=source)


def _question(name: str) -> Question:
    lesson, prediction, number = name.partition(PREDICTION)
    if not prediction:
        lesson, _, number = name.partition(" question ")
        return questions(lesson)[int(number) - 1]
    made = predictions(lesson)[int(number) - 1]
    if made.kind != "choice":
        return recall(made)
    options = [
        Option(one, made.why if one == made.truth else NOT_THIS, one == made.truth)
        for one in made.options
    ]
    return Question(made.text, "", tuple(options))


class Review(Questionnaire):
    """The questions that are due today; it shows itself."""

    def __init__(
        self, record: Record, today: date, read: Callable[[], Record] | None = None
    ) -> None:
        self._today = today
        self._read = read or progress.kept().read
        self._plan = plan(record, today)
        due = [one.name for one in self._plan if one.day <= today]
        self.left = max(len(due) - HANDFUL, 0)
        names = due[:HANDFUL]
        headline = f"Review: {counted(len(names), 'question')}, a minute or two"
        super().__init__(
            headline, [(name, asked(name, len(reviews_of(record, name)))) for name in names]
        )
        self._typed = {
            at: Answer(question, partial(self.choose, at))
            for at, question in enumerate(self.questions)
            if isinstance(question, Recall)
        }

    @property
    def answered(self) -> int:
        """How many questions are over: the right option was found, or what was typed was judged."""
        return sum(
            question.right in chosen or (bool(chosen) and isinstance(question, Recall))
            for question, chosen in zip(self.questions, self.chosen, strict=True)
        )

    @property
    def score(self) -> str:
        """How it went so far; at the end also when the next ones are due."""
        total = len(self.questions)
        if self.answered < total:
            return f"{self.answered} of {total} answered." if any(self.chosen) else ""
        return f"{self.at_first_try} of {total} right at once. {self._then()}"

    def _then(self) -> str:
        """When there is something to do again."""
        if self.left:
            return f"{counted(self.left, 'more question')} due today: `ws.review()`"
        ahead = Counter(one.day for one in plan(self._read(), self._today))
        day = min((day for day in ahead if day > self._today), default=None)
        return f"Next: {counted(ahead[day], 'question')} on {in_words(day)}." if day else ""

    def _nothing(self) -> tuple[str, list[Part]]:
        if not self._plan:
            come = "Answer the quiz of a lesson. Its questions come back here, one by one."
            return "There is nothing to review yet.", [Part(come)]
        return "Nothing is due today.", [Part(self._then())]

    def __repr__(self) -> str:
        return super().__repr__() if self.questions else as_text("quiet", *self._nothing())

    def _html(self) -> str:
        return super()._html() if self.questions else as_html("quiet", *self._nothing())

    def widget(self) -> Box:
        """The interactive form."""
        return quiz_widget(self, self.headline, self._field)

    def _field(self, number: int, answered: Callable[[], None]) -> Box | None:
        """The field of a question whose answer is typed or pointed at; None for another one."""
        question = self.questions[number]
        if not isinstance(question, Recall):
            return None
        answer = self._typed[number]
        answer.told.append(lambda option: answered())
        return RecallField(number + 1, question, answer).widget()


def in_words(day: date) -> str:
    """A day as people say it.

    >>> in_words(date(2031, 5, 19))
    'Monday 19 May'
    """
    return f"{day:%A} {day.day} {day:%B}"


def review() -> Any:
    """A handful of questions that are due today, from the quizzes you have answered. Never raises.

    What you remember comes back later each time; what you do not, tomorrow.
    """
    store = progress.kept()
    return Review(store.read(), date.today())
