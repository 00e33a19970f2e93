"""The map of the course: every lesson with its title, its minutes, and what you know after it.

The lines that lead from lesson to lesson, the table in the README and the map in lesson 00 are made
from what each lesson's ``lesson.toml`` says (``tests/tools/build_navigation.py``), so that they
cannot disagree.
"""

import re
import tomllib
from dataclasses import dataclass, fields
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from wslearn.protocol.errors import InputError


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson.

    ``knows`` ends the sentence "you will know ..."; ``answers`` says the same to somebody who has
    not begun, and ``pictured`` where the lesson is in the first picture of lesson 00. ``minutes``
    is what the head of the lesson says.
    """

    number: str
    title: str
    minutes: str
    knows: str
    answers: str
    pictured: str

    @property
    def file(self) -> str:
        """The name of the notebook, made from number and title.

        >>> COURSE[2].file
        '02-how-does-http-become-a-websocket.ipynb'
        """
        return f"{self.number}-{re.sub('[^a-z0-9]+', '-', self.title.lower()).strip('-')}.ipynb"

    @property
    def name(self) -> str:
        """Number and title, as a link to the lesson has them."""
        return f"{self.number} {self.title}"


def _read(folder: Traversable) -> Lesson:
    """The lesson in a folder, from its ``lesson.toml``; InputError names file and line."""
    path = folder / "lesson.toml"
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()

    def fault(line: int, expected: str, got: str) -> InputError:
        return InputError(f"{path}:{line}: expected {expected}, got {got}.")

    keys = [one.name for one in fields(Lesson)[1:]]
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        place = re.search(r"line (\d+)", str(problem))
        line = int(place[1]) if place else max(len(lines), 1)
        raise fault(line, 'lines such as `minutes = "50"`', f"{problem}") from problem
    at = {one.partition("=")[0].strip(): line for line, one in enumerate(lines, 1)}
    for key in told:
        if key not in keys:
            raise fault(at.get(key, 1), f"one of {', '.join(keys)}", repr(key))
    for key in keys:
        if not isinstance(told.get(key), str) or not told[key].strip():
            got = repr(told[key]) if key in told else "none"
            raise fault(at.get(key, max(len(lines), 1)), f'a line `{key} = "words"`', got)
    return Lesson(number=folder.name.removeprefix("lesson_"), **told)


COURSE = tuple(
    _read(folder)
    for folder in sorted(files("wslearn.lessons").iterdir(), key=lambda one: one.name)
    if folder.name.startswith("lesson_")
)
"""The lessons in their order: each is a folder."""


def present(notebooks: Path) -> list[Lesson]:
    """The lessons whose notebook is in this folder, in their order."""
    return [lesson for lesson in COURSE if (notebooks / lesson.file).is_file()]


def chosen(numbers: str, notebooks: Path) -> list[Lesson]:
    """The lessons that a list such as ``03,04`` names, in their order; all of them for none.

    Raises :class:`~wslearn.protocol.errors.InputError` for one that is not there.
    """
    there = present(notebooks)
    wanted = {one.strip().zfill(2) for one in numbers.split(",") if one.strip()}
    if not wanted:
        return there
    unknown = sorted(wanted - {lesson.number for lesson in there})
    if unknown:
        every = ", ".join(lesson.number for lesson in there)
        raise InputError(f"Expected lessons out of {every}, got {', '.join(unknown)}.")
    return [lesson for lesson in there if lesson.number in wanted]
