"""What a lesson says about itself in its first cell, read from its notebook."""

import json
import re
from pathlib import Path

_GOALS = re.compile(r"\*\*Goals\*\*\s+(.*?)(?:\n\s*\n|\Z)", re.DOTALL)


def markdown_cells(notebook: Path) -> list[str]:
    """The Markdown of a notebook of ours, cell by cell; raises :class:`OSError` where it is not."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


def goals(notebook: Path) -> str:
    """The sentences after **Goals** in the first cells of a lesson, as Markdown; "" if there are
    none."""
    for text in markdown_cells(notebook)[:3]:
        match = _GOALS.search(text)
        if match:
            return " ".join(match[1].split())
    return ""
