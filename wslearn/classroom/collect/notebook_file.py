"""The code cells of a notebook file that anybody may have sent, or one sentence why there are none.

What a notebook says about itself, above all the outputs stored in it, is not read. The one
exception, from nbgrader's metadata, is which task a cell solves.
"""

import codecs
import json
import re
import stat
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4.rwbase import rejoin_lines

LARGEST = 20 * 2**20
"""The largest notebook that is read, in bytes; a lesson has less than a third of a million."""

CONFLICT = re.compile(rb"^[ \t]*<{7} ", re.MULTILINE)
"""The line with which Git begins a conflict."""

_BEGINNINGS = (
    (b"PK\x03\x04", "a zip file. Unpack it"),
    (b"\x1f\x8b", "a file packed by gzip. Unpack it"),
    (b"%PDF", "a PDF. Ask for the notebook itself, the file that ends in .ipynb"),
    (codecs.BOM_UTF16_LE, "text in UTF-16. Save it in UTF-8"),
    (codecs.BOM_UTF16_BE, "text in UTF-16. Save it in UTF-8"),
    (b"version https://git-lfs", "a pointer of Git LFS. Fetch the file itself (git lfs pull)"),
)


class UnreadableError(Exception):
    """A file that holds no notebook of the course; the message is the sentence to show."""


def code_cells(path: Path) -> list[str]:
    """The sources of a notebook's code cells; raises :class:`UnreadableError`.

    A cell that nbgrader knows as the solution of a task is followed by one that checks this task,
    in case the student deleted the check.
    """
    content = _content(_bytes(path))
    if not isinstance(content.get("cells"), list):
        raise UnreadableError("Expected a notebook, got one without cells.")
    try:
        notebook = rejoin_lines(nbformat.from_dict(content))
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        sources = [str(cell.get("source", "")) for cell in code]
        graded = [_graded(cell) for cell in code]
    except (AttributeError, KeyError, TypeError):
        raise UnreadableError("Expected a notebook, got one with a cell that is not one.") from None
    return [*sources, *(f'check("{name}")' for name in graded if name)]


def _bytes(path: Path) -> bytes:
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
        return path.read_bytes()
    except OSError as problem:
        raise UnreadableError(f"Expected a file to read: {problem.strerror}.") from None


def _content(data: bytes) -> dict[str, Any]:
    if not data.strip():
        raise UnreadableError("Expected a notebook, got an empty file.")
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise UnreadableError(
            f"Expected a notebook (JSON), got {_instead(data, problem)}"
        ) from None
    if not isinstance(content, dict) or "nbformat" not in content:
        raise UnreadableError("Expected a notebook, got JSON of another kind.")
    if content["nbformat"] != nbformat.current_nbformat:
        got = content["nbformat"] if isinstance(content["nbformat"], int) else "another one"
        raise UnreadableError(
            f"Expected notebook format {nbformat.current_nbformat}, got {got}. Open and save it in "
            "JupyterLab."
        )
    return content


def _instead(data: bytes, problem: Exception) -> str:
    """What a file is that is not JSON, and what to do."""
    for beginning, what in _BEGINNINGS:
        if data.startswith(beginning):
            return f"{what}."
    conflict = CONFLICT.search(data)
    if conflict is not None:
        line = data.count(b"\n", 0, conflict.start()) + 1
        return (
            f"the marks of a merge conflict (<<<<<<< in line {line}). Settle the conflict, and "
            "save the notebook."
        )
    if re.match(rb"\s*<(!doctype|html|\?xml)", data, re.IGNORECASE):
        return "a page (HTML). Ask for the notebook itself, the file that ends in .ipynb."
    if isinstance(problem, UnicodeDecodeError):
        return (
            f"byte {data[problem.start]:02x} at offset {problem.start}, which is not UTF-8; it may "
            "be Windows-1252. Save it in UTF-8."
        )
    if isinstance(problem, json.JSONDecodeError):
        where = f"line {problem.lineno}, column {problem.colno}"
        return f"something else: {problem.msg} at {where}. Was it edited by hand, or cut off?"
    return "something else."


def _graded(cell: Any) -> str:
    """The exercise that a cell of nbgrader's is the solution of, "" for none."""
    marks = cell.get("metadata", {}).get("nbgrader", {})
    match = re.fullmatch(r".*?(\d\d)[-._](\d+)", str(marks.get("grade_id", "")))
    return f"{match[1]}.{match[2]}" if match and marks.get("solution") else ""
