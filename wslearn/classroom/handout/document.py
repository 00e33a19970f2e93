"""The two documents: the sheets of some lessons, set by the template."""

import json
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Literal

import typst

from wslearn.course.lessons import Lesson
from wslearn.draw.figures import FACES

from . import sheets
from .words import printable

TEMPLATE = Path(__file__).with_name("handout.typ")
PAPERS = {"a4": "a4", "letter": "us-letter"}
"""Sizes of paper, and what typst calls them."""

Kind = Literal["handout", "key"]
TITLES: dict[Kind, str] = {"handout": "Tasks and questions", "key": "Answers"}


def write(path: Path, kind: Kind, lessons: Iterable[tuple[Lesson, Path]], paper: str = "a4") -> int:
    """Write the handout or the key of these lessons (each with its notebook); return how many
    pages.

    The same lessons give the same file, byte for byte. Raises :class:`OSError` where it cannot be
    written.
    """
    answers = kind == "key"
    each = (sheets.lesson_sheets(*lesson, answers=answers) for lesson in lessons)
    first = [] if answers else [sheets.reference()]
    told = {
        "title": printable(f"The WebSocket protocol, bit by bit: {TITLES[kind]}"),
        "paper": PAPERS[paper],
        "blocks": [*first, *chain.from_iterable(each)],
    }
    compiler = typst.Compiler(
        TEMPLATE,
        font_paths=[FACES],
        ignore_system_fonts=True,  # otherwise the file would differ from machine to machine
        sys_inputs={"told": json.dumps(told)},
    )
    # typst refuses to write what it knows to break PDF/UA: a picture without words, a skipped rank.
    path.write_bytes(compiler.compile(format="pdf", pdf_standards=["ua-1"]))
    return int(json.loads(compiler.query("<pages>", field="value", one=True)))
