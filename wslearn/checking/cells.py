"""The notebook cells of an exercise, made from its data, so that no lesson repeats it by hand."""

from typing import Literal

from .exercise import Exercise
from .solutions import markdown, source

Cell = tuple[Literal["markdown", "code"], str]


def task(exercise: Exercise) -> str:
    """The Markdown of an exercise's task.

    Examples are not in it: the check of the untouched starter shows them, computed as it runs.
    """
    return f"### {exercise.id} {exercise.title}\n\n{exercise.task}"


def starter(exercise: Exercise) -> str:
    """The code cell a student begins with; run as it is, the check says "not solved yet"."""
    if exercise.asks_for_a_value:
        begin = [f"{exercise.name} = None  # your answer here"]
    else:
        *_, last = exercise.starter.splitlines()
        inside = " " * (len(last) - len(last.lstrip()) + 4)
        begin = [exercise.starter, f"{inside}return None  # your lines here", "", ""]
    setup = [*exercise.setup, "", ""] if exercise.setup else []
    check = f'ws.check("{exercise.id}", {exercise.name})  # stuck? ws.hint("{exercise.id}")'
    return "\n".join([*setup, *begin, check])


def solved(exercise: Exercise) -> str:
    """The starter with the solution in it, for a test that solves every exercise of a notebook."""
    return f'{source(exercise)}\n\n\nws.check("{exercise.id}", {exercise.name})'


def cells(exercise: Exercise) -> list[Cell]:
    """Task, starter and folded solution of an exercise, in the order in which a lesson has them."""
    return [
        ("markdown", task(exercise)),
        ("code", starter(exercise)),
        ("markdown", markdown(exercise)),
    ]
