"""``wslearn collect``: who solved which exercise, judged again from a folder of notebooks."""

import json
import os
import shutil
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from wslearn.course.exercises import LESSONS
from wslearn.course.progress_place import user_data, wants_memory

from .from_lessons import lacking
from .said import say

if TYPE_CHECKING:
    from wslearn.classroom.collect.folder import Student
    from wslearn.classroom.collect.judgements import Collected
    from wslearn.classroom.collect.roster import Roster

HELP = "judge a folder of students' notebooks again, and print who solved what"
DESCRIPTION = """\
Judge the exercises in a folder of students' notebooks again, and print who solved what.

Each subfolder is one student, with all the notebooks in it; each notebook beside the subfolders is
one student, too. Downloads from Canvas, Moodle and nbgrader are recognized by their names. Files
may have any name: answers are found by the ids in ws.check("04.2", ...). What a notebook claims is
not read. Only the lines that an answer needs are run, each answer in a process of its own, and the
checkers of this installation judge it from outside that process."""
EXAMPLES = """\
examples:
  wslearn collect submitted
  wslearn collect submitted --lessons 04,05 --pages feedback
  wslearn collect submitted --csv results.csv --due 2026-11-20
  wslearn collect submitted --lessons 04,05 --roster export.csv --grades upload.csv
  wslearn collect submitted --json > results.json

A verdict is kept for the next run, which judges only what changed; --fresh judges everything again.

Without --inside this is not a sandbox. An answer is a program, and it runs as you: it can read your
disk. Limits on time, memory and files, and a closed network, stop accidents, not attacks. Exit
status: 0 everything was read; 1 judged, but something was not read (it is listed); 2 nothing to
judge.
"""

AT_ONCE_QUIET = 1.0
"""Seconds before somebody who is waiting is told how far it has got."""

BETWEEN_LINES = 10.0
"""Seconds between two such lines where they cannot replace one another."""

KEPT = "wslearn-verdicts.sqlite"
"""The file in which verdicts are kept, among the data of this person's programs."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the notebooks are")
    parser.add_argument(
        "--lessons", type=_lessons, default=(), metavar="NN,NN", help="which lessons count (all)"
    )
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write a table for a spreadsheet")
    parser.add_argument(
        "--pages", type=Path, metavar="FOLDER", help="write a page for each student"
    )
    parser.add_argument(
        "--roster", type=Path, metavar="FILE", help="who should hand in: an export from your LMS"
    )
    parser.add_argument(
        "--grades", type=Path, metavar="FILE", help="write points to import there (needs --roster)"
    )
    parser.add_argument("--due", type=_date, metavar="DATE", help="when it was due: 2026-11-20")
    parser.add_argument("--json", action="store_true", help="print data for programs")
    parser.add_argument("--short", action="store_true", help="print the tables, not the faults")
    parser.add_argument("--fresh", action="store_true", help="judge again what was judged before")
    parser.add_argument(
        "--inside", choices=("bubblewrap",), help="run the answers in a sandbox (Linux)"
    )
    parser.add_argument("--seconds", type=_seconds, default=2.0, help="time for one answer (2)")
    parser.add_argument(
        "--memory", type=_mebibytes, default=2**30, metavar="MIB", help="for one answer (1024)"
    )


def _seconds(word: str) -> float:
    return _between(word, 0.1, 600)


def _mebibytes(word: str) -> int:
    return int(_between(word, 64, 2**20)) * 2**20


def _between(word: str, least: float, most: float) -> float:
    try:
        number = float(word)
    except ValueError:
        number = -1
    if not least <= number <= most:
        raise ArgumentTypeError(f"expected a number from {least:g} to {most:g}, got {word}")
    return number


def _lessons(word: str) -> tuple[str, ...]:
    named = {one.strip().zfill(2) for one in word.split(",") if one.strip()}
    unknown = sorted(named - {*LESSONS})
    if unknown:
        known = f"{LESSONS[0]} to {LESSONS[-1]}"
        raise ArgumentTypeError(f"expected lessons from {known}, got {unknown[0]}")
    return tuple(sorted(named))


def _date(word: str) -> object:
    from wslearn.classroom.collect.due import read_date

    try:
        return read_date(word)
    except ValueError:
        raise ArgumentTypeError(
            f"expected a date such as 2026-11-20 or 2026-11-20T18:00, got {word}"
        ) from None


def run(arguments: Namespace) -> int:
    """Judge a folder; return the exit status."""
    if problem := lacking(["IPython", "nbformat"]):
        return say("collect", problem)
    if arguments.grades is not None and arguments.roster is None:
        return say(
            "collect", "Expected --roster FILE beside --grades, got none: whose grades are they?"
        )
    # Here, so that the other commands start without the course.
    from wslearn.classroom.collect import report, sandbox
    from wslearn.classroom.collect.folder import left_over, students

    if arguments.inside and (problem := sandbox.lacking(arguments.inside)):
        return say("collect", problem)
    try:
        found, nobodys = students(arguments.folder), left_over(arguments.folder)
    except OSError as problem:
        return say("collect", f"Expected a folder, got {arguments.folder}: {problem.strerror}.")
    if not any(one.notebooks or one.unread for one in found):
        return say(
            "collect",
            f"Expected notebooks (.ipynb) in {arguments.folder} or in its subfolders, got none.",
        )
    try:
        roster = _roster(arguments.roster)
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        return say("collect", f"{arguments.roster}: {reason}")
    collected = _judged(arguments, found)
    everybody = _with_the_roster(collected, found, roster)
    try:
        _write(arguments, found, collected, everybody, roster)
    except OSError as problem:
        return say(
            "collect", f"Expected a file to write, got {problem.filename}: {problem.strerror}."
        )
    if arguments.json:
        from wslearn.classroom.collect.exports import as_data

        print(json.dumps(as_data(everybody), indent=2, ensure_ascii=False))
        return _status(everybody)
    width = min(max(shutil.get_terminal_size().columns, 60), 110)
    print(
        report.text(everybody, lessons=arguments.lessons, width=width, reasons=not arguments.short)
    )
    inside = arguments.inside or ""
    guards = report.guards(collected, arguments.seconds, arguments.memory, inside)
    print("\n" + "\n".join(report.wrapped(guards, width)))
    if nobodys:
        beside = f"Also in the folder, and not looked at: {', '.join(nobodys)}."
        print("\n" + "\n".join(report.wrapped(beside, width)))
    return _status(everybody)


def _roster(path: Path | None) -> "Roster | None":
    from wslearn.classroom.collect.roster import read_roster

    return read_roster(path) if path is not None else None


def _judged(arguments: Namespace, found: "list[Student]") -> "list[Collected]":
    from wslearn.classroom.collect import sandbox
    from wslearn.classroom.collect.collector import collect
    from wslearn.classroom.collect.due import note_late
    from wslearn.classroom.collect.kept_verdicts import Kept, fingerprint
    from wslearn.classroom.collect.student_page import to_reread

    data = user_data(os.environ, sys.platform)
    kept_nowhere = arguments.fresh or wants_memory(os.environ)
    place = None if data is None or kept_nowhere else data / "wslearn" / KEPT
    kept = Kept(place, fingerprint(arguments.seconds, arguments.memory))
    try:
        collected = collect(
            found,
            seconds=arguments.seconds,
            memory=arguments.memory,
            kept=kept,
            progress=_progress(),
            **({"inside": sandbox.bubblewrap} if arguments.inside else {}),
        )
    finally:
        kept.close()
    if kept.trouble:
        print(f"wslearn collect: {kept.trouble}", file=sys.stderr)
    for student, one in zip(found, collected, strict=True):
        one.reread = to_reread(student)
        if arguments.due is not None:
            note_late(student, one, arguments.due)
    return collected


def _with_the_roster(
    collected: "list[Collected]", found: "list[Student]", roster: "Roster | None"
) -> "list[Collected]":
    """Everybody, with those who handed in nothing; a name missing from the list is reported."""
    if roster is None:
        return collected
    from wslearn.classroom.collect.roster import absent

    for one, row in zip(collected, roster.matched(found), strict=True):
        if row is None:
            one.unreadable.append("Expected a name that is on the roster, got one that is not.")
    return [*collected, *absent(roster, found)]


def _write(
    arguments: Namespace,
    found: "list[Student]",
    collected: "list[Collected]",
    everybody: "list[Collected]",
    roster: "Roster | None",
) -> None:
    from wslearn.classroom.collect import exports
    from wslearn.classroom.collect.student_page import write_pages

    if arguments.csv is not None:
        table = exports.as_csv(everybody, exports.exercises_of(arguments.lessons))
        # With a byte order mark, or a spreadsheet on Windows garbles the names.
        arguments.csv.write_text(table, encoding="utf-8-sig", newline="")
    if arguments.grades is not None and roster is not None:
        points = exports.as_grades(roster, found, collected, arguments.lessons or LESSONS)
        arguments.grades.write_text(points, encoding="utf-8", newline="")
    if arguments.pages is not None:
        pages = write_pages(arguments.pages, everybody, arguments.lessons)
        print(f"{len(pages)} pages in {arguments.pages}", file=sys.stderr)


def _status(collected: "list[Collected]") -> int:
    return 1 if any(one.unreadable for one in collected) else 0


def _progress() -> Callable[[int, int, str], None]:
    """Tells how far it is: in one line that changes, or, where that cannot be, now and then."""
    begun = told = time.monotonic()
    replaces = sys.stderr.isatty()

    def tell(done: int, of: int, name: str) -> None:
        nonlocal told
        now = time.monotonic()
        if replaces and now - begun > AT_ONCE_QUIET:
            line = f"{done} of {of} notebooks judged: {name}"
            end = "\n" if done == of else ""
            print(f"\r\x1b[K{line[:78]}", end=end, file=sys.stderr, flush=True)
        elif not replaces and now - told > BETWEEN_LINES:
            told = now
            print(f"{done} of {of} notebooks judged", file=sys.stderr, flush=True)

    return tell
