"""What was collected, as tables for a terminal, as CSV for a spreadsheet, and as data."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from wslearn.course.exercises import find
from wslearn.draw.layout import columns, fit, wrapped
from wslearn.protocol.text import counted

from .judgements import Collected, Result

SIGNS = {"solved": "✓", "wrong": "✗", "error": "!", "stopped": "∞", "not solved": "·"}
"""The sign of each outcome; nothing stands where a notebook has no such exercise."""

WIDEST_NAME = 28
"""In columns; a longer name is cut."""

MOST_NAMES = 4
"""How many students are named beside a fault that many of them made."""


def text(collected: list[Collected], *, width: int = 100, reasons: bool = True) -> str:
    """Everything for a person: one table a lesson, then what went wrong, then what was no notebook.

    ``width`` is in columns; without ``reasons`` the tables stand alone.
    """
    exercises = _exercises(collected)
    lessons = sorted({key.partition(".")[0] for key in exercises})
    parts = [
        _table(collected, [key for key in exercises if key[:2] == lesson]) for lesson in lessons
    ]
    parts.append(_totals(collected, exercises))
    if reasons:
        parts += ["\n".join(lines) for lines in _reasons(collected, exercises, width)]
    unread = [f"  {one.student}: {line}" for one in collected for line in one.unreadable]
    if unread:
        lines = [line for each in unread for line in wrapped(each.strip(), width, "  ", "      ")]
        parts.append("\n".join(["Not read", *lines]))
    return "\n\n".join(part for part in parts if part)


def _exercises(collected: list[Collected]) -> list[str]:
    return sorted({key for one in collected for key in one.results})


def _table(collected: list[Collected], exercises: list[str]) -> str:
    names = [fit(one.student, WIDEST_NAME) for one in collected]
    wide = max(map(columns, [*names, "solved by"]))
    lines = [" " * wide + "  " + "  ".join(exercises) + "  solved"]
    for name, one in zip(names, collected, strict=True):
        results = [one.results.get(key) for key in exercises]
        if not any(results):
            continue
        cells = [SIGNS[result.outcome] if result else "" for result in results]
        solved = sum(result is not None and result.outcome == "solved" for result in results)
        padding = " " * (wide - columns(name))
        row = "  ".join(f"{cell:^5}" for cell in cells)
        lines.append(f"{name}{padding}  {row}  {solved:>2} of {len(exercises)}")
    solvers = [_count(collected, key, "solved") for key in exercises]
    lines.append("solved by".ljust(wide) + "  " + "  ".join(f"{count:^5}" for count in solvers))
    return "\n".join(line.rstrip() for line in lines)


def _count(collected: list[Collected], key: str, outcome: str) -> int:
    return sum(key in one.results and one.results[key].outcome == outcome for one in collected)


def _totals(collected: list[Collected], exercises: list[str]) -> str:
    if not exercises:
        return "No notebook checks an exercise of the course."
    signs = "   ".join(f"{sign} {word}" for word, sign in SIGNS.items())
    everything = sum(len(one.results) for one in collected)
    solved = sum(one.solved for one in collected)
    what = f"{counted(len(collected), 'student')}, {counted(len(exercises), 'exercise')}"
    return f"{signs}\n{what}: {solved} of {everything} solved."


def _reasons(collected: list[Collected], exercises: list[str], width: int) -> Iterator[list[str]]:
    """For each exercise what went wrong, the most frequent first, and with whom."""
    for key in exercises:
        faults: dict[str, list[str]] = {}
        for one in collected:
            result = one.results.get(key)
            if result is not None and result.outcome not in ("solved", "not solved"):
                faults.setdefault(reason(result), []).append(one.student)
        if not faults:
            continue
        exercise = find(key)
        lines = [f"{key} {exercise.title}" if exercise else key]
        for said, names in sorted(faults.items(), key=lambda fault: -len(fault[1])):
            more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
            who = ", ".join(names[:MOST_NAMES]) + more
            lines += wrapped(f"{who}: {said}", width, "  ", "      ")
        yield lines


def reason(result: Result) -> str:
    """What a wrong answer usually means, or where it went wrong if that is not known."""
    return result.means or result.because or result.outcome


def as_csv(collected: list[Collected]) -> str:
    """One line a student and one column an exercise, with the outcome in words."""
    exercises = _exercises(collected)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["student", *exercises, "solved", "of", "not read"])
    for one in collected:
        outcomes = [one.results[key].outcome if key in one.results else "" for key in exercises]
        unread = [_no_formula(" ".join(one.unreadable))]
        table.writerow([_no_formula(one.student), *outcomes, one.solved, len(exercises), *unread])
    return out.getvalue()


def _no_formula(text: str) -> str:
    """A text that a spreadsheet takes for a text, whatever a file was called."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def as_data(collected: list[Collected]) -> list[dict[str, Any]]:
    """Everything for programs, in JSON's types."""
    return [
        {
            "student": one.student,
            "solved": one.solved,
            "exercises": {
                key: {"outcome": result.outcome, "because": result.because, "means": result.means}
                for key, result in sorted(one.results.items())
            },
            "not_read": one.unreadable,
            "guards": one.guards,
        }
        for one in collected
    ]


def guards(collected: list[Collected], seconds: float, memory: int) -> str:
    """How the answers were kept apart on this system, in plain words."""
    there = {name for one in collected for name, here in one.guards.items() if here}
    missing = {name for one in collected for name, here in one.guards.items() if not here}
    network = (
        "in a network namespace in which nothing is"
        if "network" in there - missing
        else "with connections refused by Python alone"
    )
    size = (
        f"at most {memory // 2**20} MiB"
        if "memory" in there - missing
        else "no limit on memory, which this system does not offer"
    )
    return (
        f"Each answer ran in a process and a folder of its own: {seconds:g} seconds, {size}, "
        f"{network}. That stops accidents. It is no sandbox: run code that you do not trust in a "
        "container or on a machine you can spare."
    )
