"""A lesson as nbgrader's source: each task a cell to write in, and a cell that tests it.

1. In the cell to write in, the solution is between two marks. ``nbgrader generate_assignment`` puts
   a stub in its place.
2. The cell that tests it is locked. It asks our checker and fails unless the answer passes, so that
   nbgrader gives the points, and the checker's reply is what the student reads in the feedback.
3. The folded solutions of the lesson are left out, and so are stored outputs.
"""

import re
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell

from wslearn.checking import cells
from wslearn.checking.exercise import Exercise
from wslearn.checking.solutions import markdown, source
from wslearn.course.exercises import of_lesson
from wslearn.course.lessons import Lesson

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
"""The marks between which nbgrader replaces what it finds."""

POINTS = 1
"""What a task is worth: solved or not, as everywhere in the course."""

_SCHEMA = 3
_PICTURE = re.compile(r"""(?:\]\(|src=")(pictures/[\w./-]+)""")


def assignment(lesson: Lesson) -> str:
    """The name of a lesson's assignment, and of its notebook."""
    return Path(lesson.file).stem


def graded(lesson: Lesson, notebook: Path) -> tuple[Any, list[str]]:
    """A lesson's notebook for nbgrader, and the pictures that it shows.

    The pictures are paths beside the notebook. Raises :class:`OSError`.
    """
    content = nbformat.read(notebook, nbformat.current_nbformat)
    starters = {cells.starter(one): one for one in of_lesson(lesson.number)}
    folded = {markdown(one) for one in starters.values()}
    made: list[Any] = []
    for cell in content.cells:
        exercise = starters.get(cell.source)
        if exercise is not None:
            made += [to_write_in(exercise), to_test(exercise)]
        elif cell.source not in folded:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
            made.append(cell)
    content.cells = made
    text = "\n".join(cell.source for cell in made)
    return content, sorted(set(_PICTURE.findall(text)))


def to_write_in(exercise: Exercise) -> Any:
    """The cell with the solution between nbgrader's marks."""
    whole = source(exercise)
    begin = "" if exercise.asks_for_a_value else exercise.starter
    if exercise.asks_for_a_value:
        head, rest = "\n".join([*exercise.setup, ""]), whole[len("\n".join(exercise.setup)) :]
    else:
        end = whole.index(begin) + len(begin)
        head, rest = whole[:end] + "\n", whole[end:]
    rest = rest.strip("\n")
    indent = rest[: len(rest) - len(rest.lstrip())]
    lines = f"{head}{indent}{BEGIN}\n{rest}\n{indent}{END}".lstrip("\n")
    return _cell(lines, exercise, "task", solution=True)


def to_test(exercise: Exercise) -> Any:
    """The locked cell that asks our checker."""
    ask = f'verdict = ws.check("{exercise.id}", {exercise.name})'
    lines = f'{ask}  # stuck? ws.hint("{exercise.id}")\nassert verdict, verdict\nverdict'
    return _cell(lines, exercise, "check", grade=True, locked=True, points=POINTS)


def _cell(lines: str, exercise: Exercise, kind: str, **marks: Any) -> Any:
    name = f"{kind}-{exercise.id.replace('.', '-')}"
    usual = {"grade": False, "solution": False, "locked": False, "task": False}
    cell = new_code_cell(lines, id=name)
    cell.metadata["nbgrader"] = {**usual, **marks, "grade_id": name, "schema_version": _SCHEMA}
    return cell
