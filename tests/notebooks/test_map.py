"""A reader finds every lesson: on the map of the first one, and from each to its neighbours."""

import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("[0-9][0-9]-*.ipynb"))


def texts(path):
    cells = nbformat.read(path, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "markdown"]


def links(text):
    return re.findall(r"\]\(([^)#\s]+\.ipynb)\)", text)


def test_the_map_in_the_first_lesson_names_every_other_lesson_in_order():
    the_map = next(text for text in texts(LESSONS[0]) if text.startswith("## The map"))
    assert links(the_map) == [path.name for path in LESSONS[1:]]


@pytest.mark.parametrize(("before", "after"), list(pairwise(LESSONS)), ids=lambda path: path.stem)
def test_each_lesson_leads_to_the_next_and_back(before, after):
    first, *_, last = texts(before)
    assert after.name in links(first), "the head of a lesson links to the next"
    assert after.name in links(last), "the end of a lesson links to the next"
    assert before.name in links(texts(after)[0]), "the head of a lesson links to the one before"


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_title_begins_with_the_number_of_the_lesson(path):
    assert texts(path)[0].startswith(f"# {path.name[:2]} · ")
