"""The quizzes, one module a lesson: five questions, and feedback on every option."""

from functools import cache
from importlib import import_module

from wslearn.course.exercises import LESSONS
from wslearn.course.question import Question


@cache
def questions(lesson: str) -> tuple[Question, ...]:
    """The questions of a lesson (``"04"``); none for a lesson without a quiz."""
    if lesson not in LESSONS:
        return ()
    return tuple(import_module(f"{__name__}.lesson_{lesson}").QUESTIONS)
