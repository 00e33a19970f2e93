"""The exercises, one module a lesson, loaded when a lesson's exercise is first asked for."""

import re
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from wslearn.course.exercise import Exercise, Sealed

LESSONS = tuple(
    sorted(
        module.name.removeprefix("lesson_")
        for module in iter_modules(__path__)
        if module.name.startswith("lesson_")
    )
)
"""The lessons that have exercises and a quiz: each is a module here."""


@cache
def of_lesson(lesson: str) -> tuple[Exercise, ...]:
    """The exercises of one lesson in their order; none for a lesson that does not exist."""
    if lesson not in LESSONS:
        return ()
    return tuple(import_module(f"{__name__}.lesson_{lesson}").EXERCISES)


def every_exercise() -> list[Exercise]:
    """All exercises of the course in their order."""
    return [exercise for lesson in LESSONS for exercise in of_lesson(lesson)]


def tidy_id(id: object) -> str:
    """An exercise's or a lesson's name as we write it: ``4.2``, ``"4.2"``, ``"04.2 "`` are one.

    >>> tidy_id("4.2"), tidy_id(4)
    ('04.2', '04')
    """
    match = re.fullmatch(r"0*(\d+)(?:\.(\d+))?", str(id).strip())
    if match is None:
        return str(id).strip()
    lesson, number = match.groups()
    return lesson.zfill(2) + (f".{number}" if number else "")


def find(id: object) -> Exercise | None:
    """The exercise with this name, or None."""
    name = tidy_id(id)
    return next((one for one in of_lesson(name.partition(".")[0]) if one.id == name), None)


@cache
def sealed(id: str) -> Sealed:
    """The exercise with this tidy name and its expected results; raises KeyError without one."""
    exercise = find(id)
    if exercise is None:
        raise KeyError(id)
    return Sealed.of(exercise)


def which_exist(id: object) -> str:
    """One sentence for a name that no exercise has."""
    lesson = tidy_id(id).partition(".")[0]
    names = [exercise.id for exercise in of_lesson(lesson)]
    if names:
        return f"Lesson {lesson} has {', '.join(names)}."
    return f"The lessons with exercises are {', '.join(LESSONS)}; an exercise is called like 04.2."
