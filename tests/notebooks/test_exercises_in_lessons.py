"""Each lesson holds its own exercises word for word, and all of them can be solved there."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from wslearn.course import cells
from wslearn.course.exercises import LESSONS, of_lesson

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"

each_lesson = pytest.mark.parametrize("lesson", LESSONS)


def notebook_of(lesson: str) -> Path:
    (path,) = NOTEBOOKS.glob(f"{lesson}-*.ipynb")
    return path


@each_lesson
def test_a_lesson_holds_its_exercises_as_the_course_words_them(lesson):
    notebook = nbformat.read(notebook_of(lesson), as_version=4)
    there = [(cell.cell_type, cell.source) for cell in notebook.cells]
    for exercise in of_lesson(lesson):
        # Three cells in a row: the task, the starter, the folded solution.
        task, starter, solution = cells.cells(exercise.id)
        assert task in there, exercise.id
        at = there.index(task)
        assert there[at + 1 : at + 3] == [starter, solution], exercise.id


@each_lesson
def test_a_student_who_solves_every_exercise_is_told_so(lesson):
    path = notebook_of(lesson)
    notebook = nbformat.read(path, as_version=4)
    starters = {cells.starter(exercise.id): exercise.id for exercise in of_lesson(lesson)}
    solved = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source in starters:
            name = starters[cell.source]
            cell.source = cells.solved(name)
            solved[name] = cell
    client = NotebookClient(notebook, timeout=60, resources={"metadata": {"path": path.parent}})
    client.execute()
    assert sorted(solved) == sorted(starters.values())
    for name, cell in solved.items():
        (shown,) = (output.data["text/plain"] for output in cell.outputs if "data" in output)
        assert "passed" in shown, f"{name}: {shown}"
