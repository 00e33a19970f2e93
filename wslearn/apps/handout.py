"""``wslearn handout``: tasks and questions on paper, and the key to them."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from wslearn.course.lessons import Lesson
from wslearn.protocol.text import counted

from . import from_lessons

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
    from_lessons.add_arguments(parser)
    parser.add_argument("--paper", choices=("a4", "letter"), default="a4", help="the size (a4)")


def run(arguments: Namespace) -> int:
    """Write both files; return the exit status."""

    def make(lessons: list[Lesson], notebooks: Path) -> Iterator[str]:
        from wslearn.classroom.handout.document import write

        stored = [(one, notebooks / one.file) for one in lessons]
        for kind, name in NAMES.items():
            path = arguments.folder / name
            pages = write(path, kind, stored, arguments.paper)  # type: ignore[arg-type]
            yield f"{path}: {counted(pages, 'page')}"

    return from_lessons.run("handout", ["typst", "matplotlib"], arguments, make)
