"""``wslearn nbgrader``: the lessons as a course for nbgrader."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from wslearn.course.lessons import Lesson

from . import from_lessons

HELP = "write the lessons as a course for nbgrader"
DESCRIPTION = """\
Write a folder that nbgrader accepts as a course: source notebooks in which each task has a cell to
write in, with the solution between nbgrader's marks, and a locked cell, worth one point, that tests
it with this course's checkers. The folded solutions of the lessons are left out."""
EXAMPLES = """\
examples:
  wslearn nbgrader course
  wslearn nbgrader course --lessons 04,05

Then, in that folder and with nbgrader installed next to wslearn:
  nbgrader generate_assignment --assignment NAME
  nbgrader autograde --assignment NAME
  nbgrader generate_feedback --assignment NAME

nbgrader runs a whole notebook in one process, where an answer can replace the checker; wslearn
collect judges the same `submitted` folder from outside. Exit status: 0 written; 2 not.
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where to put the course")
    from_lessons.add_lessons(parser)


def run(arguments: Namespace) -> int:
    """Write the course; return the exit status."""

    def make(lessons: list[Lesson], notebooks: Path) -> Iterator[str]:
        from wslearn.classroom.nbgrader.course_folder import write_course

        yield from write_course(arguments.folder, lessons, notebooks)

    return from_lessons.run("nbgrader", ["nbformat"], arguments, make)
