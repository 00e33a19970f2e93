"""``wslearn slides``: the lessons as slides, one file each, that need no network."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from wslearn.course.lessons import Lesson

from . import from_lessons

HELP = "make slides of the lessons, one file each, that work without a network"
DESCRIPTION = """\
Make slides of the lessons: one HTML file each, which any browser shows without a network. Outputs
and answers wait for the next step, so that a class can predict before it sees."""
EXAMPLES = """\
examples:
  wslearn slides
  wslearn slides --lessons 03,04 --in slides

Arrow keys or a presenter's clicker go forward and back, Home and End to the first and last slide, a
number and Enter to that slide; D switches between dark and light, F fills the screen. Printing
gives one page per slide. Exit status: 0 written; 2 not.
"""

add_arguments = from_lessons.add_arguments


def run(arguments: Namespace) -> int:
    """Write the files; the exit status."""

    def make(lessons: list[Lesson], notebooks: Path) -> Iterator[str]:
        from wslearn.classroom.slides.deck import file_name, page

        for lesson in lessons:
            path = arguments.folder / file_name(lesson)
            path.write_text(page(lesson, notebooks / lesson.file), encoding="utf-8", newline="\n")
            yield str(path)

    return from_lessons.run("slides", ["pygments"], arguments, make)
