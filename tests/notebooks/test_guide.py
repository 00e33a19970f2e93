"""The instructor's guide is up to date, covers every lesson, and names only what exists."""

import re
import shlex

import pytest

from tests.tools import build_guide
from wslearn.__main__ import main
from wslearn.course.exercises import find
from wslearn.course.lessons import present
from wslearn.course.prose import Page
from wslearn.course.teaching import read_teaching

GUIDE = build_guide.PAGE.read_text(encoding="utf-8")
MADE = build_guide.made(GUIDE)
LESSONS = present(build_guide.NOTEBOOKS)
each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)


def test_what_is_made_is_up_to_date():
    assert MADE == GUIDE, "run python -m tests.tools.build_guide"


def test_a_stale_fact_is_found():
    stale = MADE.replace("5 questions", "6 questions", 1)
    assert build_guide.made(stale) == MADE != stale


@each_lesson
def test_the_part_of_a_lesson_names_labs_that_are_in_it(lesson):
    part = build_guide.part(lesson)
    assert f"\n{part}\n" in MADE
    (line,) = re.findall(r"^\*\*Project\*\*: .*$", part, re.MULTILINE)
    named = set(re.findall(r"`(\w+Lab|first_contact)`", line))
    assert named <= set(build_guide.labs(lesson))


def test_a_teaching_page_may_break_lines_anywhere_and_compute_its_numbers(tmp_path):
    file = tmp_path / "teaching.md"
    file.write_text(
        "# Project\nA\nlab.\n\n# Ask\n- Is {{ 2 + 2 }}\n  enough?\n- Why?\n\n# Advice\nOne.\n\nTwo."
    )
    assert build_guide.advice(read_teaching(Page(file, {}))) == (
        "**Project**: A lab.\n\n**Ask**\n\n- Is 4 enough?\n- Why?\n\nOne.\n\nTwo."
    )


def test_every_task_that_is_named_is_there():
    named = re.findall(r"(?:task |hint\(\"|check\(\")(\d\d\.\d)", GUIDE)
    assert named
    assert [one for one in named if find(one) is None] == []


def test_every_link_leads_somewhere():
    targets = re.findall(r"\]\(([^)#\s]+)\)", GUIDE)
    assert targets
    assert [one for one in targets if not (build_guide.NOTEBOOKS / one).exists()] == []


def test_every_command_of_ours_takes_the_options_that_are_named(capsys):
    lines = re.findall(r"^    (wslearn .*)$", GUIDE, re.MULTILINE)
    assert {line.split()[1] for line in lines} >= {"poll", "collect"}
    more = ["wslearn handout --paper --lessons", "wslearn slides", "wslearn collect --json"]
    for line in [*lines, *more]:
        _, command, *words = shlex.split(line)
        with pytest.raises(SystemExit):
            main([command, "--help"])
        known = capsys.readouterr().out
        assert [word for word in words if word.startswith("--") and word not in known] == []


@pytest.mark.parametrize("page", ["for-instructors", "every-rule", "glossary", "what-libraries-do"])
def test_a_table_of_four_columns_rolls_by_itself_and_not_the_page(page):
    lines = (build_guide.NOTEBOOKS / f"{page}.md").read_text(encoding="utf-8").splitlines()
    heads = [at for at, line in enumerate(lines) if re.fullmatch(r"\|(:?-+:?\|){4,}", line)]
    assert heads
    assert [lines[at - 1] for at in heads if "min-width" not in lines[at - 3]] == []
