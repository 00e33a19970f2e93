"""The notebooks as the site has them: without outputs, which a recording keeps for later.

Outputs are cleared, because a stored one gives the prediction away. What a cell printed when the
lesson was recorded goes into one file, from which :mod:`wslearn.course.recorded` takes it when
the cell needs something that a browser lacks.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import nbformat

from wslearn.course.lessons import Lesson, present
from wslearn.course.recorded import fingerprint

KERNEL = {"name": "python", "display_name": "Python (in the browser)", "language": "python"}


def write(notebooks: Path, folder: Path, recordings: Path) -> list[Lesson]:
    """Write every notebook into ``folder``, and all recorded outputs into the file ``recordings``.

    Returns the lessons in their order.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copytree(notebooks / "pictures", folder / "pictures")
    lessons, recorded = present(notebooks), {}
    others = [path.name for path in sorted(notebooks.glob("[a-z]*.ipynb"))]
    for name in [*(lesson.file for lesson in lessons), *others]:
        notebook = nbformat.read(notebooks / name, as_version=4)
        recorded |= _recorded(notebook)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        notebook.metadata["kernelspec"] = KERNEL
        nbformat.write(notebook, folder / name)
    text = json.dumps(recorded, ensure_ascii=False, sort_keys=True)
    recordings.write_text(text, encoding="utf-8")
    return lessons


def _recorded(notebook: nbformat.NotebookNode) -> dict[str, Any]:
    """What each code cell showed, and in which section, by the fingerprint of its source."""
    section, found = "", {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            heads = [line for line in cell.source.splitlines() if line.startswith("#")]
            section = heads[-1].strip("# ") if heads else section
        elif cell.outputs:
            found[fingerprint(cell.source)] = {"section": section, "outputs": cell.outputs}
    return found
