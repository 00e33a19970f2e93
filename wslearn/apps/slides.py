"""``wslearn slides``: the lessons as slides, one file each, that need no network."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from wslearn.course.lessons import Lesson
from wslearn.protocol.errors import InputError

from . import from_lessons

HELP = "make slides of the lessons, one file each, that work without a network"
DESCRIPTION = """\
Make slides of the lessons: one HTML file each, which any browser shows without a network. Outputs
and answers wait for the next step, so that a class can predict before it sees. With --short about
25 slides for half an hour: questions and results, without long code and without tasks."""
EXAMPLES = """\
examples:
  wslearn slides
  wslearn slides --lessons 03,04 --in slides
  wslearn slides --lessons 03 --short

Arrow keys or a presenter's clicker go forward and back. ? shows all keys: S opens the speaker's
notes, O an overview, B makes the screen black, 30 T starts a timer of 30 minutes. Printing gives
one page per slide. Exit status: 0 written; 2 not.
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    from_lessons.add_arguments(parser)
    parser.add_argument("--short", action="store_true", help="about 25 slides, for half an hour")
    parser.add_argument(
        "--link",
        metavar="ADDRESS",
        default="",
        help="the folder of the lessons in JupyterLab, for L (http://127.0.0.1:8888/lab/tree)",
    )


def run(arguments: Namespace) -> int:
    """Write the files; return the exit status."""

    def make(lessons: list[Lesson], notebooks: Path) -> Iterator[str]:
        from wslearn.classroom.slides.deck import WHERE, file_name, page

        brief, where = arguments.short, arguments.link or WHERE
        if not where.startswith(("http://", "https://")):
            raise InputError(f"Expected --link to begin with http:// or https://, got {where!r}.")
        for lesson in lessons:
            path = arguments.folder / file_name(lesson, brief=brief)
            html = page(lesson, notebooks / lesson.file, brief=brief, where=where)
            path.write_text(html, encoding="utf-8", newline="\n")
            yield str(path)

    return from_lessons.run("slides", ["pygments"], arguments, make)
