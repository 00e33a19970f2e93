"""The code cells of a notebook file that anybody may have sent, or one sentence why there are none.

What a notebook says about itself, above all the outputs stored in it, is not read.
"""

import json
import stat
from pathlib import Path
from typing import Any

LARGEST = 20 * 2**20
"""The largest notebook that is read, in bytes; a lesson has less than a third of a million."""


class UnreadableError(Exception):
    """A file that holds no notebook of the course; the message is the sentence to show."""


def code_cells(path: Path) -> list[str]:
    """The sources of a notebook's code cells; raises :class:`UnreadableError`."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableError("Expected a file, got something else of that name.")
        if found.st_size > LARGEST:
            raise UnreadableError(
                f"Expected a notebook of at most {LARGEST // 2**20} MiB, got one of "
                f"{found.st_size / 2**20:.0f} MiB. Clear its outputs (Edit > Clear Outputs of All "
                "Cells), save, and try again."
            )
        data = path.read_bytes()
    except OSError as problem:
        raise UnreadableError(f"Expected a file to read: {problem.strerror}.") from None
    return _sources(_content(data))


def _content(data: bytes) -> dict[str, Any]:
    if not data.strip():
        raise UnreadableError("Expected a notebook, got an empty file.")
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise UnreadableError("Expected a notebook (JSON), got something else.") from None
    if not isinstance(content, dict) or "nbformat" not in content:
        raise UnreadableError("Expected a notebook, got JSON of another kind.")
    if content["nbformat"] != 4:
        came = content["nbformat"] if isinstance(content["nbformat"], int) else "another one"
        raise UnreadableError(
            f"Expected notebook format 4, got {came}. Open and save it in JupyterLab."
        )
    return content


def _sources(content: dict[str, Any]) -> list[str]:
    cells = content.get("cells")
    if not isinstance(cells, list):
        raise UnreadableError("Expected a notebook, got one without cells.")
    sources = []
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", "")
            lines = source if isinstance(source, list) else [source]
            sources.append("".join(line for line in lines if isinstance(line, str)))
    return sources
