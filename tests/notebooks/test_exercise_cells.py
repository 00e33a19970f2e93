"""The exercises in the notebooks are those of the course, cell by cell, and can be solved there."""

import re

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient

from tests.support.needed_cells import needed
from tests.support.places import NOTEBOOKS
from wslearn.checking import cells
from wslearn.course.exercises import find, of_lesson

LESSONS = sorted(NOTEBOOKS.glob("[0-9][0-9]-*.ipynb"))

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
        at = stored.index(task) if task in stored else len(stored)
        assert stored[at : at + 3] == [task, starter, solution], (
            f"cells of {exercise.id} are missing or stale: run python -m tests.tools.write_cells"
        )


@each_lesson
def test_no_exercise_is_checked_that_the_lesson_does_not_have(path):
    code = "\n".join(source for kind, source in stored_cells(path) if kind == "code")
    checked = set(re.findall(r'ws\.check\("([^"]+)"', code))
    assert checked <= {exercise.id for exercise in of_lesson(lesson_of(path))}


@each_lesson
def test_the_quiz_is_the_last_thing_that_runs_but_for_what_goes_further(path):
    stored = stored_cells(path)
    further = [at for at, (_, source) in enumerate(stored) if source.startswith("## Further\n")]
    code = [source for kind, source in stored[: min(further, default=None)] if kind == "code"]
    assert code[-1] == f'ws.quiz("{lesson_of(path)}")'


def test_of_the_cells_before_an_exercise_those_that_it_needs_are_run():
    sources = ["import a.b as c, d.e", "x = c", "y = 1", "def f():\n    return x", "x.z = d", "x"]
    assert needed(sources, ["print(f())"]) == [0, 1, 3, 4]


@pytest.fixture(scope="module")
def shared_kernel():
    """One kernel for all lessons: starting one takes longer than most lessons' exercises."""
    manager, client = start_new_kernel()
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel(shared_kernel, path):
    """The kernel, with no names in it. It is restarted after lesson 09, whose server would go on
    using the functions that were written there."""
    manager, client = shared_kernel
    client.execute("%reset -f")
    yield shared_kernel
    if lesson_of(path) == "09":
        manager.restart_kernel(now=True)
        client.wait_for_ready()


@pytest.mark.slow
@each_lesson
def test_a_student_who_solves_every_exercise_is_told_so(path, kernel):
    """And everything after the first of them runs. What comes before is the same for everybody:
    nbval runs it, and here only what later cells need of it runs."""
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    starters = {cells.starter(exercise): exercise.id for exercise in of_lesson(lesson_of(path))}
    solved = {}
    for cell in code:
        if cell.source in starters:
            name = starters[cell.source]
            cell.source = cells.solved(find(name))
            solved[name] = cell
    first = next(at for at, cell in enumerate(code) if cell in solved.values())
    before, after = code[:first], code[first:]
    kept = needed([cell.source for cell in before], [cell.source for cell in after])
    notebook.cells = [*(before[at] for at in kept), *after]
    client = NotebookClient(notebook, km=kernel[0], timeout=60)
    client.kc = kernel[1]
    client.execute()
    assert sorted(solved) == sorted(starters.values())
    for name, cell in solved.items():
        (shown,) = (output.data["text/plain"] for output in cell.outputs if "data" in output)
        assert "passed" in shown, f"{name}: {shown}"
