"""The notebook cells of an exercise, made from its data, so that no lesson repeats it by hand."""

from typing import Literal

from .exercise import Exercise
from .exercises import find, tidy_id
from .solutions import markdown, source

Cell = tuple[Literal["markdown", "code"], str]


def task(id: object) -> str:
    """The Markdown of an exercise's task.

    Examples are not in it: the check of the untouched starter shows them, computed as it runs.
    """
    exercise = _known(id)
    return f"### {exercise.id} {exercise.title}\n\n{exercise.task}"


def starter(id: object) -> str:
    """The code cell a student begins with; run as it is, the check says "not solved yet"."""
    exercise = _known(id)
    if exercise.asks_for_a_value:
        begin = [f"{exercise.name} = None  # your answer here"]
    else:
        *_, last = exercise.starter.splitlines()
        inside = " " * (len(last) - len(last.lstrip()) + 4)
        begin = [exercise.starter, f"{inside}return None  # your lines here", "", ""]
    setup = [*exercise.setup, "", ""] if exercise.setup else []
    check = f'ws.check("{exercise.id}", {exercise.name})  # stuck? ws.hint("{exercise.id}")'
    return "\n".join([*setup, *begin, check])


def solved(id: object) -> str:
    """The starter with the solution in it, for a test that solves every exercise of a notebook."""
    exercise = _known(id)
    return f'{source(id)}\n\n\nws.check("{exercise.id}", {exercise.name})'


def cells(id: object) -> list[Cell]:
    """Task, starter and folded solution of an exercise, in the order in which a lesson has them."""
    return [("markdown", task(id)), ("code", starter(id)), ("markdown", markdown(id))]


def _known(id: object) -> Exercise:
    exercise = find(id)
    if exercise is None:
        raise KeyError(tidy_id(id))
    return exercise
