"""The shelf: every case by its number, opened when it is asked for.

A sealed file holds the page of a case and the record of its conversation. Both are made from
``tests/course/cases`` by ``tests.tools.seal_cases``.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from wslearn.checking.values import one_line
from wslearn.course.sealed import Opened
from wslearn.net.record.journal import Journal
from wslearn.net.record.journal_file import load_lines

from .case_page import Case, read

SEALED = files(__package__) / "sealed"
SOLVED = ("right", "later")
_NUMBER = re.compile(r"(?:case )?0*(\d{1,2})")


@cache
def numbers() -> tuple[str, ...]:
    """The numbers of all cases, such as ``07``."""
    names = (path.name.partition(".") for path in SEALED.iterdir())
    return tuple(sorted(name for name, _, kind in names if kind == "sealed"))


@cache
def open_case(number: str) -> Case:
    """A case that is there."""
    path = SEALED / f"{number}.sealed"
    lines = Opened(path, part=1).read_text(encoding="utf-8")
    return read(Opened(path), number, load_lines(f"case {number}", lines, Journal()))  # type: ignore[arg-type]


def find(name: object) -> Case | None:
    """The case of a number, such as ``"07"``, 7 or ``"case 07"``; None where there is none."""
    match = _NUMBER.fullmatch(one_line(str(name), 20).strip().lower())
    number = f"{int(match[1]):02}" if match else ""
    return open_case(number) if number in numbers() else None


def solved_in(done: Mapping[str, str]) -> list[str]:
    """The numbers of the cases that a record of progress lists as solved."""
    return [one for one in numbers() if done.get(f"case {one}") in SOLVED]
