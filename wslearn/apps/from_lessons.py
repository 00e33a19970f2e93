"""What ``wslearn slides``, ``handout`` and ``nbgrader`` share: lessons, folder, messages."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from wslearn.course.lessons import Lesson, chosen
from wslearn.protocol.errors import InputError

from .open_course import lessons_folder
from .said import say

HOW_TO_GET_IT = "Install it with: pip install 'wslearn[instructor]'"

Make = Callable[[list[Lesson], Path], Iterator[str]]
"""Writes files from lessons, whose notebooks are in a folder; yields a line for each file."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare which lessons are taken, and where the files go."""
    add_lessons(parser)
    parser.add_argument(
        "--in", dest="folder", type=Path, default=Path(), metavar="FOLDER", help="where to put them"
    )


def add_lessons(parser: ArgumentParser) -> None:
    """Declare which lessons are taken."""
    parser.add_argument(
        "--lessons", metavar="NN,NN", default="", help="which lessons (default: all of them)"
    )


def run(command: str, libraries: Sequence[str], arguments: Namespace, make: Make) -> int:
    """Make the files and name each, or say in one sentence why not; return the exit status."""
    if problem := lacking(libraries):
        return say(command, problem)
    try:
        notebooks = lessons_folder()
        lessons = chosen(arguments.lessons, notebooks)
        arguments.folder.mkdir(parents=True, exist_ok=True)
        for line in make(lessons, notebooks):
            print(line)
    except (InputError, FileNotFoundError) as problem:
        return say(command, problem)
    except OSError as problem:
        what = f"Expected a folder to write in, got {arguments.folder}: {problem.strerror}."
        return say(command, what)
    return 0


def lacking(libraries: Sequence[str]) -> str:
    """A sentence for the first library that is not installed, "" where all are."""
    missing = [name for name in libraries if find_spec(name) is None]
    return f"{missing[0]} is missing. {HOW_TO_GET_IT}" if missing else ""
