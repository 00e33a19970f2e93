"""A student's own copy of the lessons, to write in.

The lessons are stored with their outputs, so that they can be read anywhere. A student who is asked
to predict should not see the answer below the question, so the copy starts without outputs. And it
belongs to the student: changed files are never overwritten, even when the lessons are updated.

Pages of text are copied too. Their links to the code are left out: JupyterLab, which serves the
copy, shows nothing outside it.
"""

import json
import re
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from wslearn.course.progress_place import COPY

HALF = ".half"
"""The end of a file's name while it is being written."""


def update(lessons: Path, copy: Path) -> list[str]:
    """Bring the copy up to date; return the names of renewed lessons whose changed copy was kept.

    New lessons are added, and those the student has not touched are renewed. Raises
    :class:`OSError` where the folder cannot be written.
    """
    copy.mkdir(parents=True, exist_ok=True)
    for left in copy.glob(f".*{HALF}"):  # left by a full disk, or a crash
        left.unlink(missing_ok=True)
    record = _read_record(copy / COPY)
    kept = []
    for source in sorted([*lessons.glob("*.ipynb"), *lessons.glob("*.md")]):
        text = source.read_text(encoding="utf-8")
        fresh = without_outputs(text) if source.suffix == ".ipynb" else without_links_out(text)
        target = copy / source.name
        there = target.read_bytes() if target.exists() else b""
        # A beginning of our own text is a copy that was cut off: nothing in it is the student's.
        untouched = _digest(there) == record.get(source.name) or fresh.encode().startswith(there)
        if untouched:
            if there != fresh.encode() or source.name not in record:
                write_beside(target, fresh)
                # After each file: where the next one fails, this one still counts as ours.
                record[source.name] = _digest(fresh.encode())
                write_beside(copy / COPY, json.dumps(record, indent=1) + "\n")
        elif record.get(source.name) != _digest(fresh.encode()):
            kept.append(source.name)
    write_beside(copy / COPY, json.dumps(record, indent=1) + "\n")
    return kept


def without_outputs(notebook: str) -> str:
    """The text of a notebook file with all outputs and execution counts taken out."""
    content = json.loads(notebook)
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def without_links_out(page: str) -> str:
    """The text of a page in Markdown; links that lead out of its folder leave their words.

    So do pictures: the copy has none.

    >>> without_links_out("[`mask`](../wslearn/protocol/masking.py) in [05](05.ipynb)")
    '`mask` in [05](05.ipynb)'
    >>> without_links_out("![A frame](../notebooks/pictures/frame.png)")
    'A frame'
    """
    return re.sub(r"!?\[([^\]]*)\]\(\.\./[^)]*\)", r"\1", page)


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def _read_record(path: Path) -> dict[str, str]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # without it every lesson there counts as changed, and is kept
        return {}
    return record if isinstance(record, dict) else {}


def write_beside(path: Path, text: str) -> None:
    """Write a file beside the old one, then replace that: it is the old one or the new one.

    A full disk or a crash in between leaves the old one, never half of the new one.
    """
    half = path.with_name(f".{path.name}{HALF}")
    try:
        half.write_text(text, encoding="utf-8", newline="\n")
        half.replace(path)
    except OSError:
        with suppress(OSError):
            half.unlink()
        raise
