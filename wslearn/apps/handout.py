"""``wslearn handout``: tasks and questions on paper, and the key to them."""

import sys
from argparse import ArgumentParser, Namespace
from importlib.util import find_spec
from pathlib import Path

from wslearn.course.lessons import chosen
from wslearn.protocol.errors import InputError
from wslearn.protocol.text import counted

from .open_course import lessons_folder

HELP = "make a handout and its answer key, as PDF in black and white"
DESCRIPTION = """\
Make two PDF files: wslearn-handout.pdf has the tasks of each lesson with room for answers, frames
to label and the questions; wslearn-answers.pdf has the answers, with reasons."""
EXAMPLES = """\
examples:
  wslearn handout
  wslearn handout --lessons 03,04,05 --paper letter
  wslearn handout --lessons 07 --in printed

Both are black, white and grey, for any printer. Exit status: 0 written; 2 not.
"""

NAMES = {"handout": "wslearn-handout.pdf", "key": "wslearn-answers.pdf"}


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "--lessons", metavar="NN,NN", default="", help="which lessons (all, unless told otherwise)"
    )
    parser.add_argument("--paper", choices=("a4", "letter"), default="a4", help="the size (a4)")
    parser.add_argument(
        "--in", dest="folder", type=Path, default=Path(), metavar="FOLDER", help="where to put them"
    )


def run(arguments: Namespace) -> int:
    """Write both files; the exit status."""
    if find_spec("reportlab") is None:
        return _say("reportlab is missing. Install it with: pip install 'wslearn[instructor]'")
    from wslearn.course.printing.document import write

    try:
        notebooks = lessons_folder()
        lessons = [(one, notebooks / one.file) for one in chosen(arguments.lessons, notebooks)]
        arguments.folder.mkdir(parents=True, exist_ok=True)
        for kind, name in NAMES.items():
            path = arguments.folder / name
            pages = write(path, kind, lessons, arguments.paper)  # type: ignore[arg-type]
            print(f"{path}: {counted(pages, 'page')}")
    except (InputError, FileNotFoundError) as problem:
        return _say(str(problem))
    except OSError as problem:
        return _say(f"Expected a folder to write in, came {arguments.folder}: {problem.strerror}.")
    return 0


def _say(problem: str) -> int:
    print(f"wslearn handout: {problem}", file=sys.stderr)
    return 2
