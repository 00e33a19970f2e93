"""``quiz``: five questions on a lesson, with feedback on every answer, in the page itself."""

from wslearn.checking.panel import Part, as_html, as_text
from wslearn.checking.values import one_line

from .exercises import LESSONS, tidy_id
from .questionnaire import Questionnaire
from .quizzes import name_of, questions


class Quiz(Questionnaire):
    """The quiz of one lesson; it shows itself."""

    def __init__(self, lesson: str) -> None:
        self.lesson = lesson
        asked = [(name_of(lesson, at), one) for at, one in enumerate(questions(lesson))]
        super().__init__(f"Quiz {lesson}: {len(asked)} questions", asked)

    @property
    def score(self) -> str:
        """The score in a sentence; at the end also where these questions come back."""
        done = bool(self.questions) and self.solved == len(self.questions)
        return super().score + (" They come back in `ws.review()`." if done else "")

    def __repr__(self) -> str:
        if not self.questions:
            return as_text("quiet", _no_quiz(self.lesson), [Part(_which_quizzes())])
        return super().__repr__()

    def _html(self) -> str:
        if not self.questions:
            return as_html("quiet", _no_quiz(self.lesson), [Part(_which_quizzes())])
        return super()._html()


def _no_quiz(lesson: str) -> str:
    return f"There is no quiz {one_line(lesson, 20)!r}."


def _which_quizzes() -> str:
    return f"The quizzes are {', '.join(LESSONS)}."


def quiz(lesson: object) -> Quiz:
    """The quiz of a lesson, such as ``ws.quiz("04")``. Never raises."""
    return Quiz(tidy_id(lesson).partition(".")[0])
