"""What was collected, for other programs: a spreadsheet, a learning system, or JSON."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from wslearn.course.exercises import LESSONS, of_lesson

from .folder import Student
from .judgements import Collected
from .roster import CANVAS, Roster


def exercises_of(lessons: Sequence[str]) -> list[str]:
    """The exercises of these lessons, of all lessons if there are none: the columns of a table."""
    return [exercise.id for lesson in lessons or LESSONS for exercise in of_lesson(lesson)]


def as_csv(collected: Sequence[Collected], exercises: Sequence[str]) -> str:
    """One line per student and one column per exercise, with the outcome in words.

    The columns depend only on the exercises, whoever solved what.
    """
    return _table(
        ["student", *exercises, "solved", "of", "late hours", "not read"],
        (
            [
                one.student,
                *(one.results[key].outcome if key in one.results else "" for key in exercises),
                sum(key in exercises for key in one.solved_ones()),
                len(exercises),
                f"{one.late:.1f}" if one.late else "",
                " ".join(one.unreadable),
            ]
            for one in collected
        ),
    )


def as_grades(
    roster: Roster, students: list[Student], collected: Sequence[Collected], lessons: Sequence[str]
) -> str:
    """A gradebook: the columns by which the roster's system knows a student, and points per lesson.

    A point is a solved exercise; a cell is empty where nothing came. For Canvas the second line
    says how many there are.
    """
    columns = roster.columns
    if roster.is_canvas:
        columns = tuple(one for one in CANVAS if one in roster.columns)
    of_row = dict(zip(roster.matched(students), collected, strict=True))
    names = [f"wslearn {lesson}" for lesson in lessons]
    rows: list[list[object]] = []
    if roster.is_canvas:
        most = [len(of_lesson(lesson)) for lesson in lessons]
        rows.append(["    Points Possible", *("" for _ in columns[1:]), *most])
    for index, row in enumerate(roster.rows):
        one = of_row.get(index)
        points = [_points(one, lesson) for lesson in lessons]
        rows.append([*(row[column] for column in columns), *points])
    return _table([*columns, *names], rows)


def _points(one: Collected | None, lesson: str) -> int | str:
    came = [key for key in one.results if key[:2] == lesson] if one is not None else []
    solved = one.solved_ones() if one is not None else []
    return sum(key in solved for key in came) if came else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(head)
    table.writerows(map(no_formula, row) for row in rows)
    return out.getvalue()


def no_formula(cell: object) -> object:
    """A text that a spreadsheet takes for a text, whatever a file was called."""
    begins = cell[:1] if isinstance(cell, str) else ""
    return f"'{cell}" if begins and begins in "=+-@\t\r" else cell


def as_data(collected: Sequence[Collected]) -> list[dict[str, Any]]:
    """Everything for programs, in JSON's types."""
    return [
        {
            "student": one.student,
            "solved": one.solved,
            "exercises": {
                key: {
                    "outcome": result.outcome,
                    "because": result.because,
                    "means": result.means,
                    "file": result.file,
                }
                for key, result in sorted(one.results.items())
            },
            "not_read": one.unreadable,
            "remarks": one.remarks + one.which_counted(),
            "late_hours": one.late,
            "guards": one.guards,
        }
        for one in collected
    ]
