"""``wslearn anki``: the questions of the lessons as a deck for Anki."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from wslearn.course.lessons import chosen
from wslearn.protocol.errors import InputError
from wslearn.protocol.text import counted

from . import from_lessons
from .open_course import lessons_folder
from .said import say

HELP = "write the questions of the lessons as a deck for Anki"
DESCRIPTION = """\
Write a deck for Anki (https://apps.ankiweb.net): the predictions and the quiz of each lesson, and
frames to read, each with its picture."""
EXAMPLES = """\
examples:
  wslearn anki
  wslearn anki websocket.apkg --lessons 03,04,05

Import the file in Anki. Import a newer one later, and the cards that you have are updated;
everything Anki knows about your reviews stays. Exit status: 0 written; 2 not.
"""

SUFFIX = ".apkg"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "file",
        nargs="?",
        type=Path,
        default=Path("wslearn.apkg"),
        metavar="FILE.apkg",
        help="where to write (wslearn.apkg)",
    )
    from_lessons.add_lessons(parser)


def run(arguments: Namespace) -> int:
    """Write the deck; return the exit status."""
    path: Path = arguments.file
    if missing := from_lessons.lacking(["genanki"]):
        return say("anki", missing)
    if path.suffix != SUFFIX:
        return say("anki", f"Expected a file whose name ends in {SUFFIX}, got {path}.")
    try:
        lessons = chosen(arguments.lessons, lessons_folder())
    except (InputError, FileNotFoundError) as problem:
        return say("anki", problem)
    from wslearn.classroom.anki.notes import write

    try:
        notes, pictures = write(path, lessons)
    except OSError as problem:
        return say("anki", f"Expected a place to write {path}, got: {problem.strerror}.")
    print(f"{path}: {counted(notes, 'card')}, {counted(pictures, 'picture')}")
    return 0
