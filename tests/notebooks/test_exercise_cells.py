"""The exercises in the notebooks are those of the course, cell by cell, and can be solved there."""

import re

import nbformat
import pytest
from nbclient import NotebookClient

from tests.support.places import NOTEBOOKS
from wslearn.checking import cells
from wslearn.course.exercises import find, of_lesson

LESSONS = sorted(NOTEBOOKS.glob("*.ipynb"))

each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def lesson_of(path):
    return path.name[:2]


def stored_cells(path):
    return [(cell.cell_type, cell.source) for cell in nbformat.read(path, as_version=4).cells]


@each_lesson
def test_task_starter_and_solution_of_each_exercise_stand_one_after_the_other(path):
    stored = stored_cells(path)
    for exercise in of_lesson(lesson_of(path)):
        task, starter, solution = cells.cells(exercise)
        assert task in stored, f"the task of {exercise.id} is missing or was changed by hand"
        at = stored.index(task)
        assert stored[at : at + 3] == [task, starter, solution], exercise.id


@each_lesson
def test_no_exercise_is_checked_that_the_lesson_does_not_have(path):
    code = "\n".join(source for kind, source in stored_cells(path) if kind == "code")
    checked = set(re.findall(r'ws\.check\("([^"]+)"', code))
    assert checked == {exercise.id for exercise in of_lesson(lesson_of(path))}


@each_lesson
def test_the_quiz_is_the_last_thing_that_runs(path):
    code = [source for kind, source in stored_cells(path) if kind == "code"]
    assert code[-1] == f'ws.quiz("{lesson_of(path)}")'


@each_lesson
def test_a_student_who_solves_every_exercise_is_told_so(path):
    notebook = nbformat.read(path, as_version=4)
    starters = {cells.starter(exercise): exercise.id for exercise in of_lesson(lesson_of(path))}
    solved = {}
    for cell in notebook.cells:
        if cell.source in starters:
            name = starters[cell.source]
            cell.source = cells.solved(find(name))
            solved[name] = cell
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": path.parent}}).execute()
    assert sorted(solved) == sorted(starters.values())
    for name, cell in solved.items():
        (shown,) = (output.data["text/plain"] for output in cell.outputs if "data" in output)
        assert "passed" in shown, f"{name}: {shown}"
