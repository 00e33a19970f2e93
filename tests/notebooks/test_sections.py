"""Every section that a lesson names exists, and is about what the lesson says there."""

import csv

import nbformat
import pytest

from tests.support.places import NOTEBOOKS, ROOT
from tests.support.rows import read_rows
from tests.tools.sections import convention, faults, named, paragraphs, read_sections
from wslearn.course.exercises import every_exercise

LESSONS = sorted(NOTEBOOKS.glob("[0-9][0-9]-*.ipynb"))
PAGES = [ROOT / "README.md", *sorted(NOTEBOOKS.glob("*.md"))]
KNOWN = read_sections()
ROWS = read_rows()

each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def prose(path):
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def rows_shown(path):
    return nbformat.read(path, as_version=4).metadata.get("wslearn", {}).get("rows", [])


@each_lesson
def test_every_section_that_a_lesson_names_exists_and_is_about_that(path):
    text = prose(path)
    assert faults(text, KNOWN, convention(text)) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_section_that_a_page_names_exists(path):
    sections = named(path.read_text(encoding="utf-8"), "6455")
    assert [section for section in sections if section not in KNOWN] == []


def test_every_section_that_a_hint_names_exists_and_is_about_that():
    for exercise in every_exercise():
        document = "7692" if exercise.id.startswith("10.") else "6455"
        for text in (*exercise.hints, *(wrong.means for wrong in exercise.wrong)):
            assert faults(text, KNOWN, document) == [], exercise.id


def test_every_row_that_a_lesson_shows_exists_and_is_named_once():
    for path in LESSONS:
        shown = rows_shown(path)
        assert [row for row in shown if row not in ROWS] == [], path.name
        assert len(shown) == len(set(shown)), path.name


def test_every_lesson_says_which_rules_it_shows():
    # Lesson 00 shows two; a lesson without any would teach the protocol without its rules.
    without = [path.name for path in LESSONS if not rows_shown(path)]
    assert without == [], 'name rows, such as "6455-5.2-1", under wslearn.rows in the metadata'


def test_a_rule_that_a_lesson_names_is_shown_by_one():
    """Where a lesson points to a requirement of the RFC, some lesson shows it."""
    with_rows = {(row.rfc, row.section) for row in ROWS.values()}
    shown = {(ROWS[row].rfc, ROWS[row].section) for path in LESSONS for row in rows_shown(path)}
    pointed = {
        section for path in LESSONS for section in named(prose(path), convention(prose(path)))
    }
    assert sorted(pointed & with_rows - shown) == []


IN_PART = ("8441", "9110", "9113", "9114")
"""Of these documents the table has only the sections that a lesson names."""


def test_the_table_of_sections_has_every_section_of_the_requirements_and_every_chapter_above():
    for row in ROWS.values():
        assert (row.rfc, row.section) in KNOWN, row.id
    for document, number in KNOWN:
        if document in IN_PART:
            continue
        parts = number.split(".")
        for size in range(1, len(parts)):
            assert (document, ".".join(parts[:size])) in KNOWN


def test_the_table_of_sections_counts_without_a_gap():
    last = {}
    with (ROOT / "tests" / "vectors" / "sections.tsv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if line["rfc"] in IN_PART:
                continue
            above, _, number = line["section"].rpartition(".")
            before = last.get((line["rfc"], above), 0)
            assert int(number) == before + 1, line["section"]
            last[line["rfc"], above] = int(number)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("A frame begins with FIN (§5.9).", "RFC 6455 has no section 5.9"),
        ("A frame begins with FIN (RFC 7692 §5.2.1).", "RFC 7692 has no section 5.2.1"),
        ("Text is compressed (RFC 1951 §3.2).", "RFC 1951 has no section 3.2"),
        ("A server refuses an unmasked frame (§5.5.2).", "“Ping”"),
        ("Origin tells the page (§7.4.1).", "“Defined Status Codes”"),
        ("| FIN ends a message (§5.4) |\n| Origin tells the page (§5.3) |", "“Client-to-Server"),
    ],
)
def test_a_section_that_does_not_exist_or_is_about_something_else_is_found(text, fault):
    (said,) = faults(text, KNOWN, "6455")
    assert fault in said


def test_a_section_without_a_name_is_of_the_document_that_the_lesson_says():
    text = "In this lesson § without a name means RFC 7692.\n\nRSV1 (§6.1, RFC 6455 §5.2)."
    assert convention(text) == "7692"
    assert named(text, convention(text)) == [("7692", "6.1"), ("6455", "5.2")]
    assert convention("RFC 6455 §5.2, or §5.2 for short.") == "6455"


def test_each_item_and_each_row_is_judged_alone():
    assert paragraphs("One\nline.\n\n- a\n- b\n  more\n| c |\n| d |\n1. e") == [
        "One\nline.",
        "- a",
        "- b\n  more",
        "| c |",
        "| d |",
        "1. e",
    ]
