"""What is in a folder of hand-ins: a student for each subfolder and for each notebook beside it.

Nothing that somebody may have handed in is skipped silently. A file whose name is not that of a
notebook is listed with what to do, and so is a folder without notebooks.
"""

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

MOST_NOTEBOOKS = 100
"""How many notebooks of one student are read."""

MOST_NAMED = 5
"""How many files that are not notebooks are named for one student."""

_CANVAS = re.compile(r"(?P<who>[^_]+)(?P<late>_LATE)?_(?P<id>\d+)_\d+_(?P<file>.+)")
_MOODLE = re.compile(r"(?P<who>.+)_(?P<id>\d+)_assignsubmission_\w+")
"""How these systems name a file, and a folder, when all submissions are downloaded at once."""

_NOT_SENT_IN = {".ipynb_checkpoints", "__pycache__", "__MACOSX"}
_PACKED = (".zip", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz")


@dataclass(frozen=True, slots=True)
class Student:
    """A name, as the file or the folder gives it, and the notebooks that came under it.

    ``unread`` has a sentence for each thing that came and is not read. ``number`` is what Canvas
    calls them, "" if the names do not say.
    """

    name: str
    number: str = ""
    notebooks: tuple[Path, ...] = ()
    unread: tuple[str, ...] = ()


def students(folder: Path) -> list[Student]:
    """Every student of a folder, by name; raises :class:`OSError` where it cannot be read.

    A subfolder is one student with all notebooks below it. A notebook in the folder itself is one
    student too, named like the file. So are the files that Canvas names after one student, and the
    folders as Moodle names them. Links to other folders are not followed.
    """
    found: dict[str, Student] = {}
    for entry in sorted(folder.iterdir(), key=lambda one: one.name.casefold()):
        if _is_nothing(entry.name):
            continue
        if entry.is_dir():
            one = _with_a_folder(entry)
        elif is_notebook(entry.name):
            one = Student(*_who(entry.stem), (entry,))
        elif said := _almost(entry.name):
            one = Student(*_who(entry.name.partition(".")[0]), (), (said,))
        else:
            continue
        same = found.get(f"{one.name}/{one.number}") if one.number else None
        if same is not None:
            one = replace(
                same, notebooks=same.notebooks + one.notebooks, unread=same.unread + one.unread
            )
        found[f"{one.name}/{one.number or entry.name}"] = one
    return list(found.values())


def _who(name: str) -> tuple[str, str]:
    """The student that a name stands for, and Canvas's number for them.

    >>> _who("lovelaceada_LATE_417_88123_05-masking"), _who("Ada Lovelace_9_assignsubmission_file")
    (('lovelaceada', '417'), ('Ada Lovelace', ''))
    """
    if match := _CANVAS.fullmatch(name):
        return shown_name(match["who"]), match["id"]
    match = _MOODLE.fullmatch(name)
    return shown_name(match["who"] if match else name), ""


def marked_late(path: Path) -> bool:
    """Whether Canvas marked a file as handed in late."""
    match = _CANVAS.fullmatch(path.stem)
    return match is not None and match["late"] is not None


def left_over(folder: Path) -> list[str]:
    """The names of the files beside the students' that belong to nobody."""
    return [
        shown_name(one.name)
        for one in sorted(folder.iterdir())
        if not (_is_nothing(one.name) or one.is_dir() or is_notebook(one.name) or _almost(one.name))
    ]


def is_notebook(name: str) -> bool:
    """Whether a file is a notebook by its name, in capitals or not."""
    return name.casefold().endswith(".ipynb")


def _is_nothing(name: str) -> bool:
    """Whether a system or an editor left this: ``.DS_Store``, the ``._name`` of a Mac, copies."""
    return name in _NOT_SENT_IN or name.startswith(".")


def _with_a_folder(folder: Path) -> Student:
    name, number = _who(folder.name)
    if folder.is_symlink():
        said = "It is a link to another folder, and is not followed. Put the folder itself here."
        return Student(name, number, (), (said,))
    notebooks: list[Path] = []
    others: list[str] = []
    unread: list[str] = []

    def closed(problem: OSError) -> None:
        unread.append(f"{shown_name(Path(problem.filename).name)}: {problem.strerror}.")

    for place, folders, files in os.walk(folder, onerror=closed):
        folders[:] = sorted(one for one in folders if not _is_nothing(one))
        for file in sorted(one for one in files if not _is_nothing(one)):
            if is_notebook(file):
                notebooks.append(Path(place, file))
            elif said := _almost(file):
                unread.append(said)
            else:
                others.append(file)
    if len(notebooks) > MOST_NOTEBOOKS:
        many = len(notebooks)
        unread.append(f"Of {many} notebooks, only the first {MOST_NOTEBOOKS} were read.")
    if not notebooks and not unread:
        unread += [_no_notebook(file) for file in others[:MOST_NAMED]]
        if len(others) > MOST_NAMED:
            unread.append(f"And {len(others) - MOST_NAMED} more files, none of them a notebook.")
        if not others:
            unread.append("Expected a notebook (.ipynb), got an empty folder.")
    return Student(name, number, tuple(notebooks[:MOST_NOTEBOOKS]), tuple(unread))


def _almost(name: str) -> str:
    """What to do about a file that may well be or hold a notebook, "" for any other."""
    if name.casefold().endswith(_PACKED):
        return f"{shown_name(name)}: Expected a notebook (.ipynb), got a packed file. Unpack it."
    stem = re.match(r"(.+?\.ipynb).", name, re.IGNORECASE)
    if stem is not None:
        return (
            f"{shown_name(name)}: Expected a name that ends in .ipynb, got another ending. Rename "
            f"it to {shown_name(stem[1])}."
        )
    return ""


def _no_notebook(name: str) -> str:
    suffix = shown_name(Path(name).suffix) or "no ending"
    return f"{shown_name(name)}: Expected a notebook (.ipynb), got {suffix}."


def shown_name(name: str) -> str:
    """A file's name as it may be printed: anything that steers a terminal is replaced.

    >>> shown_name("Ada\\x1b[2J")
    'Ada�[2J'
    """
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name
    )
