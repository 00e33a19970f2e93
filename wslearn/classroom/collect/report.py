"""What was collected, as tables and sentences for a terminal."""

from collections.abc import Iterable, Iterator, Sequence

from wslearn.course.exercises import find, of_lesson
from wslearn.draw.layout import columns, fit, wrapped
from wslearn.protocol.text import counted

from .due import in_words
from .judgements import Collected, Result

SIGNS = {"solved": "✓", "wrong": "✗", "error": "!", "stopped": "∞", "not solved": "·"}
"""The sign of each outcome; nothing is printed where a notebook has no such exercise."""

WIDEST_NAME = 28
"""In columns; a longer name is cut."""

MOST_NAMES = 4
"""How many students are named beside a fault that many of them made."""


def text(
    collected: list[Collected],
    *,
    lessons: Sequence[str] = (),
    width: int = 100,
    reasons: bool = True,
) -> str:
    """Everything for a person: one table per lesson, then what went wrong, then what was not read.

    The tables are those of ``lessons``, or of the lessons from which anything came. ``width`` is in
    columns; without ``reasons`` there are only the tables.
    """
    lessons = lessons or sorted({key[:2] for one in collected for key in one.results})
    exercises = [exercise.id for lesson in lessons for exercise in of_lesson(lesson)]
    parts = [
        _table(collected, [key for key in exercises if key[:2] == lesson]) for lesson in lessons
    ]
    parts.append(_totals(collected, exercises))
    if reasons:
        parts += ["\n".join(lines) for lines in _reasons(collected, exercises, width)]
    late = [f"{one.student}: {in_words(one.late)}" for one in collected if one.late]
    for heading, sentences in (
        ("Late", late),
        ("Which file counted", _sentences((one, one.which_counted()) for one in collected)),
        ("Remarks", _sentences((one, one.remarks) for one in collected)),
        ("Not read", _sentences((one, one.unreadable) for one in collected)),
    ):
        if sentences:
            lines = [line for one in sentences for line in wrapped(one, width, "  ", "      ")]
            parts.append("\n".join([heading, *lines]))
    return "\n\n".join(part for part in parts if part)


def _sentences(said: Iterable[tuple[Collected, list[str]]]) -> list[str]:
    return [f"{one.student}: {line}" for one, lines in said for line in lines]


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
    tried = [key for one in collected for key in one.results if key in exercises]
    solved = [key for one in collected for key in one.solved_ones() if key in exercises]
    what = f"{counted(len(collected), 'student')}, {counted(len(exercises), 'exercise')}"
    return f"{signs}\n{what}: {len(solved)} of {len(tried)} solved."


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


def guards(collected: list[Collected], seconds: float, memory: int, inside: str = "") -> str:
    """How the answers were kept apart on this system, in plain words."""
    there = {name for one in collected for name, here in one.guards.items() if here}
    missing = {name for one in collected for name, here in one.guards.items() if not here}
    network = (
        "in an empty network namespace"
        if "network" in there - missing
        else "with connections refused only by Python"
    )
    refused = "" if "processes" in there - missing else " (refused only by Python)"
    size = (
        f"at most {memory // 2**20} MiB"
        if "memory" in there - missing
        else "no limit on memory, which this system does not offer"
    )
    ran = (
        f"Each answer ran in a process and a folder of its own: {seconds:g} seconds, {size}, "
        f"no other processes{refused}, {network}"
    )
    if inside:
        return f"{ran}, inside {inside}, where it sees none of your files."
    return (
        f"{ran}. That stops accidents. It is not a sandbox, and an answer can read your disk: run "
        "code that you do not trust with --inside, in a container, or on a machine you can spare."
    )
