"""``wslearn copy``: a student's own copy of the lessons in a folder, as a hub hands it out."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from .open_course import lessons_folder
from .said import say
from .working_copy import update

HELP = "write a student's copy of the lessons, without stored outputs"
DESCRIPTION = (
    "Write the lessons into a folder as a student gets them: without the stored outputs, which "
    "would answer the questions above them."
)
EXAMPLES = """\
examples:
  wslearn copy ~/wslearn-notebooks
  wslearn copy course

Run it again to get anything new. Files changed in the folder are never overwritten. A hub runs it
whenever a student's server starts; for nbgitpuller, put the folder into a repository of its own
(wslearn links). Exit status: 0 written; 2 not.
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the copy is kept")


def run(arguments: Namespace) -> int:
    """Write the copy or bring it up to date; return the exit status."""
    folder = arguments.folder
    try:
        lessons = lessons_folder()
    except FileNotFoundError as problem:
        return say("copy", problem)
    try:
        folder = folder.expanduser().resolve()
        kept = update(lessons, folder)
    except (OSError, RuntimeError) as problem:  # pathlib raises the second: links in a loop, no ~
        reason = getattr(problem, "strerror", None) or str(problem).rstrip(".")
        return say("copy", f"Expected a folder to write in, got {folder}: {reason}.")
    print(f"The lessons are in {folder}.")
    for name in kept:
        print(f"  {name} has been renewed; yours was kept. Rename yours to get the new one.")
    return 0
