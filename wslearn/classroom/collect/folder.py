"""Whose notebooks lie in a folder: one student for each notebook in it, and for each subfolder."""

import os
from dataclasses import dataclass
from pathlib import Path

MOST_NOTEBOOKS = 100
"""How many notebooks of one student are read."""

_NOT_SENT_IN = {".ipynb_checkpoints", "__pycache__", "__MACOSX"}


@dataclass(frozen=True, slots=True)
class Student:
    """A name, as the file or the folder gives it, and the notebooks that came under it."""

    name: str
    notebooks: tuple[Path, ...]


def students(folder: Path) -> list[Student]:
    """Every student of a folder, by name; raises :class:`OSError` where it cannot be read.

    A subfolder is one student with all notebooks below it. A notebook in the folder itself is one
    student too, named like the file. Links to other folders are not followed.
    """
    found = []
    for entry in sorted(folder.iterdir(), key=lambda one: one.name.casefold()):
        if entry.name in _NOT_SENT_IN or entry.name.startswith("."):
            continue
        if entry.is_dir() and not entry.is_symlink():
            notebooks = _notebooks_below(entry)
            if notebooks:
                found.append(Student(shown_name(entry.name), notebooks[:MOST_NOTEBOOKS]))
        elif entry.suffix == ".ipynb":
            found.append(Student(shown_name(entry.stem), (entry,)))
    return found


def _notebooks_below(folder: Path) -> tuple[Path, ...]:
    found: list[Path] = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _NOT_SENT_IN)
        found += [Path(place, name) for name in sorted(files) if name.endswith(".ipynb")]
    return tuple(found)


def shown_name(name: str) -> str:
    """A file's name as it may be printed: what steers a terminal is replaced.

    >>> shown_name("Ada\\x1b[2J")
    'Ada�[2J'
    """
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name
    )
