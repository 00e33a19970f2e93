"""A lesson's notebook as it is stored."""

import nbformat

from tests.support.places import NOTEBOOKS


def lesson_cells(number: str) -> list[nbformat.NotebookNode]:
    """All cells of a lesson, such as ``"05"``, with their stored outputs."""
    [path] = NOTEBOOKS.glob(f"{number}-*.ipynb")
    return nbformat.read(path, as_version=4).cells
