"""Who should hand in: the list that a learning system exports, matched with what came.

A line of the list and a student are the same if the student's name in the folder is their name
(either way round), their login, their number, or the part of their address before the ``@``. A
student who fits two lines is matched with neither.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from .folder import Student
from .judgements import Collected

CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
"""The columns by which Canvas knows a student, in the order in which it exports them."""

_NAMES = ("student", "name", "full name", "display name")
_FIRST, _LAST = ("first name", "given name"), ("last name", "surname", "family name")
_LOGINS = ("sis login id", "username", "login", "email", "email address", "e-mail")
_NUMBERS = ("id", "id number", "sis user id", "student id")
_KNOWN = (*_NAMES, *_FIRST, *_LAST, *_LOGINS, *_NUMBERS, "section")


class RosterError(ValueError):
    """No list of students; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Roster:
    """A list of students: the ``columns`` that say who somebody is, and a row for each."""

    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]

    @property
    def is_canvas(self) -> bool:
        """Whether Canvas exported it."""
        return {"ID", "SIS Login ID", "Section"} <= set(self.columns)

    def shown(self, row: dict[str, str]) -> str:
        """What to call somebody."""
        told = {column.casefold(): row[column] for column in self.columns}
        full = " ".join(told[one] for one in (*_FIRST, *_LAST) if told.get(one))
        return next((told[one] for one in _NAMES if told.get(one)), full) or next(
            (value for value in told.values() if value), "?"
        )

    def matched(self, students: list[Student]) -> list[int | None]:
        """For each student the index of their row, or None."""
        owners: dict[str, set[int]] = {}
        for index, row in enumerate(self.rows):
            for name in self._known_as(row):
                owners.setdefault(name, set()).add(index)

        def row_of(student: Student) -> int | None:
            for name in (_tidy(student.number), _tidy(student.name)):
                if name and len(owners.get(name, ())) == 1:
                    return next(iter(owners[name]))
            return None

        return [row_of(student) for student in students]

    def _known_as(self, row: dict[str, str]) -> set[str]:
        told = {column.casefold(): row[column] for column in self.columns}
        found = {told[one] for one in (*_NAMES, *_LOGINS, *_NUMBERS) if told.get(one)}
        found |= {told[one].partition("@")[0] for one in _LOGINS if told.get(one)}
        first = next((told[one] for one in _FIRST if told.get(one)), "")
        last = next((told[one] for one in _LAST if told.get(one)), "")
        if first and last:
            found |= {first + last, last + first}
        for name in [told[one] for one in _NAMES if told.get(one)]:
            after, comma, before = name.partition(",")
            found.add(before + after if comma else "".join(reversed(name.split(" ", 1))))
        return {_tidy(name) for name in found}


def _tidy(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def read_roster(path: Path) -> Roster:
    """A list from a CSV file with headings; raises :class:`RosterError` or :class:`OSError`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        dialect = csv.Sniffer().sniff(text[:4096], ",;\t") if text.strip() else csv.excel
    except UnicodeDecodeError:
        raise RosterError("Expected a list in UTF-8, got another encoding.") from None
    except csv.Error:
        dialect = csv.excel
    lines = list(csv.DictReader(io.StringIO(text), dialect=dialect))
    headings = [one for one in (lines[0] if lines else {}) if one]
    columns = tuple(one for one in headings if one.strip().casefold() in _KNOWN)
    if not columns:
        got = ", ".join(headings[:5]) or "none"
        raise RosterError(
            "Expected a table with headings and a column such as Student, Name or Email address, "
            f"got {got}."
        )
    rows = [{column: (line.get(column) or "").strip() for column in columns} for line in lines]
    somebody = tuple(row for row in rows if any(row.values()) and not _is_points(row))
    return Roster(columns, somebody)


def _is_points(row: dict[str, str]) -> bool:
    """Whether this is the second line of Canvas's table, or its invented test student."""
    first = next(iter(row.values())).strip()
    return first in ("Points Possible", "Student, Test")


def absent(roster: Roster, students: list[Student]) -> list[Collected]:
    """A student for each row of the list from which nothing came."""
    there = set(roster.matched(students))
    return [
        Collected(roster.shown(row), remarks=["Nothing was handed in."])
        for index, row in enumerate(roster.rows)
        if index not in there
    ]
