"""``wslearn collect``: who solved which exercise, judged again from a folder of notebooks."""

import json
import shutil
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .from_lessons import lacking

if TYPE_CHECKING:
    from wslearn.classroom.collect.judgements import Collected

HELP = "judge a folder of students' notebooks again, and print who solved what"
DESCRIPTION = """\
Judge the exercises in a folder of students' notebooks again, and print who solved what.

Each subfolder is one student with all notebooks in it; each notebook beside them is one student
too. Files may have any name: answers are found by the ids in ws.check("04.2", ...). What a notebook
claims is not read. Only the lines that an answer stands on are run, each answer in a process of its
own, and it is judged outside of it by the checkers of this installation."""
EXAMPLES = """\
examples:
  wslearn collect submitted
  wslearn collect submitted --csv results.csv
  wslearn collect submitted --json > results.json

This is no sandbox. An answer is a program, and it runs as you. Limits on time, memory and files
and a closed network stop accidents, not attacks. Exit status: 0 everything was read;
1 judged, but something was not read (it is listed); 2 nothing to judge.
"""

AT_ONCE_QUIET = 1.0
"""Seconds after which somebody who waits is told how far it is."""

BETWEEN_LINES = 10.0
"""Seconds between two such lines where they cannot replace one another."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the notebooks are")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write a table for a spreadsheet")
    parser.add_argument("--json", action="store_true", help="print data for programs")
    parser.add_argument("--short", action="store_true", help="print the tables, not the faults")
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


def run(arguments: Namespace) -> int:
    """Judge a folder; the exit status."""
    if problem := lacking(["IPython", "nbformat"]):
        return _say(problem)
    # Here, so that the other commands start without the course.
    from wslearn.classroom.collect import report
    from wslearn.classroom.collect.collector import collect
    from wslearn.classroom.collect.folder import left_over, students

    try:
        found, nobodys = students(arguments.folder), left_over(arguments.folder)
    except OSError as problem:
        return _say(f"Expected a folder, got {arguments.folder}: {problem.strerror}.")
    if not any(one.notebooks or one.unread for one in found):
        return _say(
            f"Expected notebooks (.ipynb) in {arguments.folder} or in its subfolders, got none."
        )
    collected = collect(
        found, seconds=arguments.seconds, memory=arguments.memory, progress=_progress()
    )
    if arguments.csv is not None:
        try:
            # With a mark in front, or a spreadsheet on Windows garbles the names.
            arguments.csv.write_text(report.as_csv(collected), encoding="utf-8-sig", newline="")
        except OSError as problem:
            return _say(f"Expected a file to write, got {arguments.csv}: {problem.strerror}.")
    if arguments.json:
        print(json.dumps(report.as_data(collected), indent=2, ensure_ascii=False))
        return _status(collected)
    width = min(max(shutil.get_terminal_size().columns, 60), 110)
    print(report.text(collected, width=width, reasons=not arguments.short))
    guards = report.guards(collected, arguments.seconds, arguments.memory)
    print("\n" + "\n".join(report.wrapped(guards, width)))
    if nobodys:
        beside = f"Beside the students, and not looked at: {', '.join(nobodys)}."
        print("\n" + "\n".join(report.wrapped(beside, width)))
    return _status(collected)


def _status(collected: "list[Collected]") -> int:
    return 1 if any(one.unreadable for one in collected) else 0


def _say(problem: str) -> int:
    print(f"wslearn collect: {problem}", file=sys.stderr)
    return 2


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
