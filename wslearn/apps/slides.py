"""``wslearn slides``: the lessons as slides, one file each, that need no network."""

import sys
from argparse import ArgumentParser, Namespace
from importlib.util import find_spec
from pathlib import Path

from wslearn.course.lessons import chosen
from wslearn.protocol.errors import InputError

from .open_course import lessons_folder

HELP = "make slides of the lessons, one file each, that work without a network"
DESCRIPTION = """\
Make slides of the lessons: one HTML file each, which any browser shows without a network. Outputs
and answers wait for the next step, so that a class can predict before it sees."""
EXAMPLES = """\
examples:
  wslearn slides
  wslearn slides --lessons 03,04 --in slides

Arrow keys or a presenter's clicker go on and back, Home and End to the ends, a number and Enter to
that slide; D changes between dark and light, F fills the screen. Printing gives a page a slide.
Exit status: 0 written; 2 not.
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "--lessons", metavar="NN,NN", default="", help="which lessons (all, unless told otherwise)"
    )
    parser.add_argument(
        "--in", dest="folder", type=Path, default=Path(), metavar="FOLDER", help="where to put them"
    )


def run(arguments: Namespace) -> int:
    """Write the files; the exit status."""
    missing = [name for name in ("mistune", "pygments") if find_spec(name) is None]
    if missing:
        return _say(f"{missing[0]} is missing. Install it with: pip install 'wslearn[instructor]'")
    from wslearn.course.slides.page import file_name, page

    try:
        notebooks = lessons_folder()
        lessons = chosen(arguments.lessons, notebooks)
        arguments.folder.mkdir(parents=True, exist_ok=True)
        for lesson in lessons:
            path = arguments.folder / file_name(lesson)
            path.write_text(page(lesson, notebooks / lesson.file), encoding="utf-8", newline="\n")
            print(path)
    except (InputError, FileNotFoundError) as problem:
        return _say(str(problem))
    except OSError as problem:
        return _say(f"Expected a folder to write in, came {arguments.folder}: {problem.strerror}.")
    return 0


def _say(problem: str) -> int:
    print(f"wslearn slides: {problem}", file=sys.stderr)
    return 2
