"""The exercises of the course: what a lesson's folder says of each, put together when asked for.

``exercises.md`` has the words, ``exercises.py`` the cases, ``solutions.py`` the reference, and
``wrong.py`` the typical wrong answers with what each usually comes from.
"""

import re
from dataclasses import replace
from functools import cache
from importlib import import_module

from wslearn.checking.exercise import Exercise, Wrong, place_of, typical
from wslearn.checking.hints import HINTS
from wslearn.protocol.errors import InputError

from .lessons import COURSE
from .prose import LESSONS as ROOMS
from .prose import Page, folder_of, page_of

LESSONS = tuple(lesson.number for lesson in COURSE)
"""The numbers of the lessons; each has exercises and a quiz."""


@cache
def of_lesson(lesson: str) -> tuple[Exercise, ...]:
    """The exercises of one lesson in their order; none for a lesson that does not exist.

    Raises :class:`~wslearn.protocol.errors.InputError` with file and line where the folder does not
    say everything about an exercise.
    """
    if lesson not in LESSONS:
        return ()
    room = f"{ROOMS}.lesson_{lesson}"
    page = page_of(lesson, "exercises.md")
    texts = _texts(page)
    wrong = _wrong(lesson)
    found = []
    for exercise in import_module(f"{room}.exercises").EXERCISES:
        if exercise.id not in texts:
            line = next((line for *_, line in texts.values()), 1)
            got = ", ".join(texts) or "none"
            raise page.fault(line, f"a heading `# {exercise.id} Title`", got)
        title, task, hints, line = texts.pop(exercise.id)
        if len(hints) != HINTS:
            raise page.fault(line, f"{HINTS} hints for {exercise.id}", str(len(hints)))
        if not task:
            raise page.fault(line, f"a task for {exercise.id}", "none")
        if exercise.name not in task:
            raise page.fault(line, f"`{exercise.name}` in the task", "none")
        known = tuple(
            replace(one, answer=one.answer()) if exercise.asks_for_a_value else one
            for one in wrong.pop(exercise.id, ())
        )
        found.append(replace(exercise, title=title, task=task, hints=tuple(hints), wrong=known))
    for name, (_, _, _, line) in texts.items():
        raise page.fault(line, "an exercise of exercises.py", repr(name))
    for name, (one, *_) in wrong.items():
        ids = ", ".join(exercise.id for exercise in found)
        raise InputError(f"{place_of(one.answer)}: expected one of {ids}, got @wrong({name!r}).")
    return tuple(found)


def _texts(page: Page) -> dict[str, tuple[str, str, list[str], int]]:
    """By exercise: title, task, hints, and the line of its heading."""
    texts: dict[str, tuple[str, str, list[str], int]] = {}
    name = ""
    for section in page.sections():
        text = page.computed(section.text, section.first)
        if section.level == 1:
            name, _, title = section.title.partition(" ")
            if name in texts or not title:
                raise page.fault(section.line, "a new `# 04.2 Title`", repr(section.title))
            texts[name] = (title, text, [], section.line)
        elif name and section.title == "Hint" and text:
            texts[name][2].append(text)
        else:
            got = repr(section.title)
            raise page.fault(section.line, "a heading `# 04.2 Title` or `## Hint`", got)
    return texts


def _wrong(lesson: str) -> dict[str, tuple[Wrong, ...]]:
    """By exercise: the answers in ``wrong.py``, and in the modules whose names begin the same
    way."""
    found: dict[str, tuple[Wrong, ...]] = {}
    files = sorted(one.name for one in folder_of(lesson).iterdir() if one.name.startswith("wrong"))
    for file in files:
        module = import_module(f"{ROOMS}.lesson_{lesson}.{file.removesuffix('.py')}")
        for name, answers in typical(module).items():
            found[name] = found.get(name, ()) + answers
    return found


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


def which_exist(id: object) -> str:
    """One sentence for a name that no exercise has."""
    lesson = tidy_id(id).partition(".")[0]
    names = [exercise.id for exercise in of_lesson(lesson)]
    if names:
        return f"Lesson {lesson} has {', '.join(names)}."
    return f"The lessons with exercises are {', '.join(LESSONS)}; an exercise is named like 04.2."
