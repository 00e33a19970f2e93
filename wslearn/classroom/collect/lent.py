"""What the course lends to an answer, and what it keeps from it: the solution of its own exercise.

Answers of lesson 09 build on functions that earlier lessons had their students write, and the
course lends its own. So the solutions of that lesson are there, in the answer's process, except
one: the solution of the exercise being judged is made to refuse, wherever something refers to it.
The files with the solutions of the exercise's lesson are kept from all answers (``fence``).
"""

import linecache
import re
from collections.abc import Sequence
from importlib import import_module
from types import FunctionType
from typing import Any

from wslearn.checking.exercise import Exercise

_LENT = re.compile(r"from (wslearn\.lessons\.\S+) import")


def lends(exercises: Sequence[Exercise]) -> tuple[str, ...]:
    """The modules of lessons on which the answers of a lesson depend."""
    lines = "\n".join(line for exercise in exercises for line in exercise.setup)
    return tuple(dict.fromkeys(_LENT.findall(lines)))


def load(modules: Sequence[str]) -> None:
    """Load what is lent, and the exercises of its lessons, before reading them is refused."""
    if not modules:
        return
    exercises = import_module("wslearn.course.exercises")
    for name in modules:
        import_module(name)
        exercises.of_lesson(name.split(".")[2].removeprefix("lesson_"))


def forget(exercise: str) -> None:
    """Make the solution of an exercise refuse in this process, for whoever holds it."""
    known = import_module("wslearn.course.exercises").find(exercise)
    reference: Any = known.reference if known is not None else None
    parts = vars(reference).values() if isinstance(reference, type) else (reference,)
    for function in parts:
        if isinstance(function, FunctionType) and not function.__closure__:
            function.__code__ = _refuse.__code__
    linecache.clearcache()  # the text of every solution, since exercises know their first lines


def _refuse(*arguments: object, **named: object) -> None:
    raise PermissionError("answers are judged without the course's own solutions")
