"""``wslearn gain``: what a class gained between two checkpoints, question by question."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from wslearn.classroom.collect.folder import shown_name
from wslearn.course.checkpoint.gain import Row, latest, normalised, of_class
from wslearn.course.checkpoint.numbers import WHICH, Which
from wslearn.course.progress_place import COPY
from wslearn.course.progress_record import DamagedError, LaterError, Record, from_text
from wslearn.course.progress_store import LARGEST
from wslearn.protocol.text import counted

from .said import say

HELP = "show what a class gained, from its students' progress files"
DESCRIPTION = """\
Read the progress files that students handed in (wslearn-progress.json, under any name that ends in
.json), and show for each question of ws.checkpoint() how many knew it before, how many know it now,
the normalised gain (Hake 1998: how much was gained of what could be gained), and the misconception
that most of them still hold. No student is named."""
EXAMPLES = """\
examples:
  wslearn gain handed-in/
  wslearn gain handed-in/ --until halfway

Files that cannot be read are named and left out. Exit status: 0 shown; 2 there was nothing to show.
"""

MOST = 10_000
"""Files: a folder with more is not one that a class handed in."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("folder", type=Path, help="where the files are, at any depth")
    parser.add_argument(
        "--until", choices=WHICH[1:], help="the later test (default: the last that was taken)"
    )


def run(arguments: Namespace) -> int:
    """Print the table; return the exit status."""
    folder: Path = arguments.folder
    if not folder.is_dir():
        return say("gain", f"Expected a folder with progress files, got {folder}.")
    records = list(_records(folder))
    until: Which = arguments.until or latest(records)
    students, rows = of_class(records, "before", until)
    if not students:
        return say(
            "gain",
            f"Expected students who finished the checkpoints before and {until}, "
            f"got none in {counted(len(records), 'progress file')}.",
        )
    print(f"{counted(students, 'student')}, from before to {until}\n")
    print("\n".join(_lines(rows, students)))
    return 0


def _records(folder: Path) -> Iterator[Record]:
    """The records in a folder. Says which files are none; passes over those that are not JSON."""
    for path in sorted(folder.rglob("*.json"))[:MOST]:
        if path.name == COPY or path.is_symlink() or not path.is_file():
            continue
        name = shown_name(str(path))
        try:
            with path.open("rb") as file:
                data = file.read(LARGEST + 1)
            yield from_text(data if len(data) <= LARGEST else b"")
        except (DamagedError, LaterError) as problem:
            print(f"wslearn gain: {name} is left out: {problem}.", file=sys.stderr)
        except OSError as problem:
            print(f"wslearn gain: {name} is left out: {problem.strerror}.", file=sys.stderr)


def _lines(rows: Sequence[Row], students: int) -> Iterator[str]:
    wide = max(len(row.title) for row in rows)
    yield f"{'':{wide}}  before   now    gain  still held by"
    for row in rows:
        held = f"{row.holders} of {students}: {row.misconception}" if row.holders else ""
        numbers = f"{row.before:6.0%}  {row.after:4.0%}  {_percent(row.gain):>6}"
        yield f"{row.title:{wide}}  {numbers}  {held}".rstrip()
    before = sum(row.before for row in rows) / len(rows)
    after = sum(row.after for row in rows) / len(rows)
    gain = _percent(normalised(before, after))
    yield f"{'All together':{wide}}  {before:6.0%}  {after:4.0%}  {gain:>6}"


def _percent(gain: float | None) -> str:
    return "" if gain is None else f"{gain:.0%}"
