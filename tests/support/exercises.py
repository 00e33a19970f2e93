"""The exercises of the course, as the tests of the lessons use them."""

from typing import Any

from wslearn.course.exercises import find


def arguments_of(id: str) -> list[tuple[Any, ...]]:
    """The inputs on which an exercise tries an answer."""
    return [case.arguments for case in find(id).cases]
