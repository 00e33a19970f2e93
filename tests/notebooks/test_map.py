"""A reader finds every lesson: on the map of the first one, and from each to its neighbours."""

import re
from itertools import pairwise

import nbformat
import pytest

from tests.support.places import NOTEBOOKS
from tests.tools import build_navigation, generated
from wslearn.course.lessons import COURSE, present

LESSONS = sorted(NOTEBOOKS.glob("[0-9][0-9]-*.ipynb"))

each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


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


def test_every_notebook_is_on_the_map_of_the_course():
    assert [lesson.file for lesson in present(NOTEBOOKS)] == [path.name for path in LESSONS]
    assert [lesson.number for lesson in COURSE] == [f"{number:02}" for number in range(len(COURSE))]


@each_lesson
def test_the_head_of_a_lesson_says_what_the_map_says(path):
    lesson = build_navigation.lesson_at(path)
    title, *_ = texts(path)[0].splitlines()
    assert title == f"# {lesson.number} · {lesson.title}"
    assert f"**Time** {lesson.minutes} minutes" in texts(path)[0]


def test_no_line_of_links_and_no_table_of_lessons_is_stale():
    stale = [path.name for path in generated.stale(build_navigation.wanted())]
    assert stale == [], "run python -m tests.tools.build_navigation"


# -- the script that writes them -------------------------------------------------------------------

FIRST, SECOND, THIRD = COURSE[:3]


def test_a_lesson_that_is_not_written_is_left_out():
    line = build_navigation.head("# 00\n\nNext: [01](01.ipynb)", FIRST, [FIRST, THIRD])
    assert line == f"# 00\n\nNext: [{THIRD.name}]({THIRD.file})"


def test_a_head_without_links_gets_them_below_its_time():
    source = "# 01\n\n**Time** 30 minutes · **Before this** lesson 00\n\nNew words: none."
    written = build_navigation.head(source, SECOND, [FIRST, SECOND, THIRD])
    paragraphs = written.split("\n\n")
    assert links(paragraphs[2]) == [FIRST.file, THIRD.file]
    assert paragraphs[3] == "New words: none."
    assert build_navigation.head(written, SECOND, [FIRST, SECOND, THIRD]) == written


def test_what_follows_the_link_onwards_stays_while_it_is_about_the_same_lesson():
    source = f"Done.\n\nNext: [old words]({THIRD.file}) What comes then."
    written = build_navigation.end(source, SECOND, [FIRST, SECOND, THIRD])
    assert f"\n\nNext: [{THIRD.name}]({THIRD.file}) What comes then.\n\n" in written
    written = build_navigation.end(source, FIRST, [FIRST, SECOND])
    assert f"\n\nNext: [{SECOND.name}]({SECOND.file})\n\n" in written


def test_the_last_lesson_leads_back_to_the_first():
    written = build_navigation.end("Done.", SECOND, [FIRST, SECOND])
    start = f"Start: [{FIRST.name}]({FIRST.file})"
    assert written == f"Done.\n\n{start}\n\n{build_navigation.LAST_LINE}"
    assert build_navigation.end(written, SECOND, [FIRST, SECOND]) == written


def test_a_lesson_ends_with_the_cases_that_can_be_solved_after_it():
    written = build_navigation.end("Done.", THIRD, [FIRST, SECOND, THIRD])
    assert '\n\nA mystery waits: `ws.case("01")`, and then `ws.case("02")`' in written
    assert "[the shelf](cases.ipynb)" in written
    assert build_navigation.end(written, THIRD, [FIRST, SECOND, THIRD]) == written


def test_only_the_table_and_what_is_to_come_change_in_the_readme():
    text = (
        "# Top\n\n| a | b |\n\n## The lessons\n\nWords.\n\n| old |\n|---|\n\nMore.\n\n"
        "Still to come: much.\n\n## The labs\n\n| lab |\n"
    )
    written = build_navigation.readme(text, [FIRST])
    assert written.startswith("# Top\n\n| a | b |\n\n## The lessons\n\nWords.\n\n| lesson |")
    assert f"(notebooks/{FIRST.file})" in written
    assert SECOND.name in written.partition("Still to come")[2]
    assert written.endswith("\n\n## The labs\n\n| lab |\n")
    assert "Still to come" not in build_navigation.readme(text, list(COURSE))


def test_a_readme_without_a_table_is_not_written():
    with pytest.raises(ValueError, match="Expected a table"):
        build_navigation.readme("## The lessons\n\nNone.\n\n## The labs\n", [FIRST])


@pytest.mark.parametrize("number", [lesson.number for lesson in COURSE])
def test_three_lessons_end_with_a_checkpoint_said_once(number):
    there = list(COURSE)
    lesson = next(one for one in there if one.number == number)
    once = build_navigation.end("Done.", lesson, there)
    assert build_navigation.end(once, lesson, there) == once
    assert once.count("`ws.checkpoint()`") == (number in ("00", "07", "14"))
