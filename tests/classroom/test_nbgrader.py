"""The lessons as an nbgrader course; nbgrader itself releases, grades and returns them.

nbgrader is not installed with the tests, since it pins much of Jupyter. The last test runs where
its command is found: on the PATH, or where NBGRADER says (in an environment of its own).
"""

import csv
import os
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest

from tests.support.places import ROOT
from wslearn.__main__ import main
from wslearn.checking import cells
from wslearn.classroom.collect.attempts import attempts
from wslearn.classroom.collect.collector import collect
from wslearn.classroom.collect.folder import students
from wslearn.classroom.collect.notebook_file import code_cells
from wslearn.classroom.nbgrader.course_folder import SETTINGS
from wslearn.classroom.nbgrader.graded_lesson import (
    BEGIN,
    END,
    assignment,
    graded,
    to_test,
    to_write_in,
)
from wslearn.course.exercises import every_exercise, of_lesson
from wslearn.course.lessons import COURSE

NBGRADER = os.environ.get("NBGRADER") or shutil.which("nbgrader")


def cleared(text):
    """A cell with a solution as nbgrader releases it."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}raise NotImplementedError(){after}"


@pytest.mark.parametrize("exercise", every_exercise(), ids=lambda one: one.id)
def test_a_cell_holds_the_solution_and_without_it_nothing_is_solved(exercise):
    task, check = to_write_in(exercise), to_test(exercise)
    assert task.source.count(BEGIN) == task.source.count(END) == 1
    whole = task.source.replace(BEGIN, "").replace(END, "")
    (attempt,) = attempts([whole, check.source])
    (solution,) = attempts([cells.solved(exercise)])
    assert (attempt.program, attempt.expression) == (solution.program, solution.expression)
    compile(cleared(task.source), "cell", "exec")
    (untouched,) = attempts([cleared(task.source), check.source])
    assert untouched.empty or untouched.fault or exercise.through is not None


@pytest.mark.parametrize("lesson", COURSE, ids=lambda one: one.number)
def test_a_lesson_has_each_task_once_and_no_solution_outside_of_the_marks(lesson):
    notebook, pictures = graded(lesson, ROOT / "notebooks" / lesson.file)
    nbformat.validate(notebook)
    marks = [cell.metadata["nbgrader"] for cell in notebook.cells if "nbgrader" in cell.metadata]
    names = [f"{kind}-{one.id}" for one in of_lesson(lesson.number) for kind in ("task", "check")]
    assert [one["grade_id"] for one in marks] == [name.replace(".", "-") for name in names]
    assert sum(one.get("points", 0) for one in marks) == len(of_lesson(lesson.number))
    told = "\n".join(cell.source for cell in notebook.cells if "nbgrader" not in cell.metadata)
    assert "A solution of" not in told
    assert all((ROOT / "notebooks" / picture).is_file() for picture in pictures)


def test_settings_that_are_there_are_kept(tmp_path, capsys):
    (tmp_path / SETTINGS).write_text("mine")
    assert main(["nbgrader", str(tmp_path), "--lessons", "05"]) == 0
    assert (tmp_path / SETTINGS).read_text() == "mine"
    assert "yours was kept" in capsys.readouterr().out


def solve(path, exercises):
    """Write the solutions of these exercises into the released notebook of a student."""
    notebook = nbformat.read(path, nbformat.current_nbformat)
    solutions = {to_write_in(one)["metadata"]["nbgrader"]["grade_id"]: one for one in exercises}
    for cell in notebook.cells:
        exercise = solutions.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if exercise is not None:
            cell.source = to_write_in(exercise).source
    nbformat.write(notebook, path)


@pytest.mark.slow
@pytest.mark.skipif(NBGRADER is None, reason="nbgrader is not installed")
def test_nbgrader_hands_out_judges_and_gives_back(tmp_path):
    lesson = COURSE[5]
    tasks = of_lesson(lesson.number)
    assert main(["nbgrader", str(tmp_path), "--lessons", lesson.number]) == 0
    name = assignment(lesson)
    # It calls other programs of its environment by name.
    path = os.pathsep.join([str(Path(NBGRADER).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}
    environment["WSLEARN_PROGRESS"] = "memory"

    def nbgrader(*words):
        run = [NBGRADER, *words]
        subprocess.run(run, cwd=tmp_path, env=environment, timeout=280, check=True)

    nbgrader("generate_assignment", "--assignment", name)
    release = tmp_path / "release" / name / f"{name}.ipynb"
    assert BEGIN not in release.read_text()
    for student, solved in (("ada", tasks), ("grace", tasks[:2]), ("joan", ())):
        place = tmp_path / "submitted" / student / name
        place.mkdir(parents=True)
        shutil.copy(release, place)
        solve(place / release.name, solved)
    nbgrader("autograde", "--assignment", name)
    nbgrader("generate_feedback", "--assignment", name)
    nbgrader("export")
    with (tmp_path / "grades.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {one["student_id"]: float(one["score"]) for one in rows} == {
        "ada": len(tasks),
        "grace": 2,
        "joan": 0,
    }
    assert {float(one["max_score"]) for one in rows} == {len(tasks)}
    page = (tmp_path / "feedback" / "grace" / name / f"{name}.html").read_text()
    assert tasks[2].title in page
    assert f"{tasks[1].id} {tasks[1].title}: passed." in page
    # Our fenced judges reach the same result from the same folder.
    again = {one.student: one.solved for one in collect(students(tmp_path / "submitted"))}
    assert again == {"ada": len(tasks), "grace": 2, "joan": 0}
    assert len(attempts(code_cells(tmp_path / "submitted" / "joan" / name / release.name))) > 0
