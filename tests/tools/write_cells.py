"""Write each exercise's task, starter and folded solution into the notebook of its lesson.

    python -m tests.tools.write_cells            # write what is stale
    python -m tests.tools.write_cells --check    # only say what is stale

The cells are made from the lesson's folder. A new exercise gets its three cells before the quiz.
Then run the notebook (``python -m tests.tools.refresh``).
"""

import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.support.places import NOTEBOOKS
from tests.tools import generated
from wslearn.checking import cells
from wslearn.checking.exercise import Exercise
from wslearn.course.exercises import of_lesson
from wslearn.course.lessons import present

NEW = {"markdown": new_markdown_cell, "code": new_code_cell}


def write(notebook: nbformat.NotebookNode, exercise: Exercise) -> None:
    """Put the three cells of an exercise in their place in a notebook in memory."""
    begins = (f"### {exercise.id} ", f'ws.check("{exercise.id}"', f"A solution of {exercise.id}<")
    for mark, (kind, source) in zip(begins, cells.cells(exercise), strict=True):
        found = next((one for one in notebook.cells if mark in one.source), None)
        if found is None:
            cell = NEW[kind](source)
            notebook.cells.insert(before_the_quiz(notebook), cell)
        elif found.source != source:
            found.source = source
            if kind == "code":
                found.outputs, found.execution_count = [], None


def before_the_quiz(notebook: nbformat.NotebookNode) -> int:
    """The index of the cell after the exercises: own words, the quiz, or the notebook's end."""
    for call in ("ws.explain(", "ws.quiz("):
        for at, cell in enumerate(notebook.cells):
            if cell.source.startswith(call):
                return at - 1
    return len(notebook.cells)


def wanted() -> dict[Path, str]:
    """Every notebook with the text that it should have."""
    texts = {}
    for lesson in present(NOTEBOOKS):
        path = NOTEBOOKS / lesson.file
        notebook = nbformat.read(path, as_version=4)
        for exercise in of_lesson(lesson.number):
            write(notebook, exercise)
        for index, cell in enumerate(notebook.cells):
            cell["id"] = f"cell-{index:03}"
        texts[path] = nbformat.writes(notebook) + "\n"
    return texts


if __name__ == "__main__":
    sys.exit(generated.main(__doc__, wanted))
