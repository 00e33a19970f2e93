"""``wslearn slides``: one file per lesson, complete in itself, which loads nothing."""

import json
import re

import pytest

from wslearn.__main__ import main
from wslearn.apps import from_lessons
from wslearn.apps.open_course import lessons_folder
from wslearn.checking.solutions import source
from wslearn.classroom.slides.colours import in_colour
from wslearn.classroom.slides.deck import file_name, page
from wslearn.classroom.slides.sections import sections
from wslearn.classroom.slides.short import ASKS, LINES, TASK, short
from wslearn.course.exercises import of_lesson
from wslearn.course.lessons import present
from wslearn.course.quizzes import questions
from wslearn.course.teaching import teaching

NOTEBOOKS = lessons_folder()
LESSONS = present(NOTEBOOKS)
each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)


def shown(lesson):
    return page(lesson, NOTEBOOKS / lesson.file)


def notebook(tmp_path, *cells):
    """A notebook with these cells: text is Markdown, a tuple is code and its outputs."""
    made = [
        {"cell_type": "markdown", "source": [cell]}
        if isinstance(cell, str)
        else {"cell_type": "code", "source": [cell[0]], "outputs": list(cell[1:])}
        for cell in cells
    ]
    path = tmp_path / "03-a-lesson.ipynb"
    path.write_text(json.dumps({"cells": made}), encoding="utf-8")
    return path


def stream(text):
    return {"output_type": "stream", "name": "stdout", "text": [text]}


def result(**data):
    kinds = {kind.replace("_", "/"): [text] for kind, text in data.items()}
    return {"output_type": "execute_result", "data": kinds}


@each_lesson
def test_a_file_names_no_address_that_a_browser_would_ask(lesson):
    html = shown(lesson)
    loaded = re.findall(
        r"""<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)=["']([^"']*)""", html
    )
    assert [address[:40] for address in loaded if not address.startswith("data:")] == []
    assert "@import" not in html
    assert not re.search(r"url\(\s*['\"]?(?!data:)\w", html)


@each_lesson
def test_every_heading_of_the_lesson_has_a_slide(lesson):
    titles = {section.title for section in sections(NOTEBOOKS / lesson.file)}
    titles |= {section.above for section in sections(NOTEBOOKS / lesson.file)}
    plain = {re.sub(r"<[^>]+>", "", title) for title in titles}
    for exercise in of_lesson(lesson.number):
        assert any(title.startswith(exercise.id) for title in plain)
    assert {f"Question {n}" for n in range(1, len(questions(lesson.number)) + 1)} <= plain


@each_lesson
def test_no_solution_is_on_a_slide(lesson):
    html = re.sub(r"<[^>]+>", "", shown(lesson))
    for exercise in of_lesson(lesson.number):
        assert f"A solution of {exercise.id}" not in html
        lines = source(exercise).splitlines()
        if len(lines) > 6:
            assert "".join(lines[-5:]) not in html.replace("\n", "")


@each_lesson
def test_what_a_class_predicts_waits_for_the_next_step(lesson):
    found = [part for section in sections(NOTEBOOKS / lesson.file) for part in section.parts]
    outputs = [part for part in found if part.html.startswith('<div class="out')]
    outputs = [part for part in outputs if part.kind != "asks"]
    assert outputs
    assert all(part.step for part in outputs)


@each_lesson
def test_the_short_version_asks_all_that_the_lesson_asks_and_leaves_tasks_to_the_notebook(lesson):
    whole = sections(NOTEBOOKS / lesson.file)
    brief = short(whole)
    left_out = [one for one in whole if TASK.match(one.title) or one.title == "Exercises"]
    whole = [section for section in whole if section not in left_out]
    parts = [part for section in whole for part in section.parts]
    asks = [part.html for part in parts if part.kind == "asks" or ASKS.search(part.html)]
    there = [part.html for section in brief for part in section.parts]
    tasks = {f"{one.id} {one.title}" for one in of_lesson(lesson.number)}
    titles = {re.sub(r"<[^>]+>", "", section.title) for section in brief}
    assert asks or lesson.number == "00"
    assert [one for one in asks if one not in there] == []
    assert not tasks & titles
    listed = re.sub(r"<[^>]+>", " ", "".join(there))
    assert all(one.id in listed for one in of_lesson(lesson.number))
    code = [part.html for section in brief for part in section.parts if part.kind == "source"]
    assert all(one.count("<div>") <= LINES for one in code)


@each_lesson
def test_the_short_version_must_show_what_answers_each_question(lesson):
    for section in short(sections(NOTEBOOKS / lesson.file)):
        if section.rank == 1 or section.title == "Tasks":
            continue
        shown = [part.step for part in section.parts]
        for at, part in enumerate(section.parts):
            if part.kind == "asks" or ASKS.search(part.html) or True not in shown[:at]:
                answer = shown.index(True, at) if True in shown[at:] else None
                assert answer is None or section.parts[answer].must, (section.title, at)


def test_a_first_paragraph_brings_the_list_and_the_answer_that_it_leads_on_to(tmp_path):
    path = notebook(
        tmp_path,
        "# One\n\nTwo.\n\n## Ideas\n\nTwo ideas.\n\n1. One.\n   - Deep.\n\nMore.\n\n## Who?\n\n"
        "Who tells *B*?\n\nNobody.\n\nMore.\n\n## How?\n\nLike this:\n\n```\nrun\n```\n\nMore.",
    )
    told = [
        " ".join(re.sub(r"<[^>]+>", " ", section.parts[0].html).split())
        for section in short(sections(path))[1:]
    ]
    assert told == ["Two ideas. One. Deep.", "Who tells B ? Nobody.", "Like this: run"]


def test_what_a_lesson_calls_optional_is_left_to_the_notebook(tmp_path):
    path = notebook(tmp_path, "# One\n\nA\n\n## Optional: B\n\nB\n\n### C\n\nC\n\n## D\n\nD")
    assert [section.title for section in short(sections(path))] == ["One", "D"]


def test_a_prediction_is_asked_without_its_code_and_before_the_answer(tmp_path):
    asked = result(text_plain="Predict 03.1", text_html="<div>Predict 03.1</div>")
    path = notebook(tmp_path, "# One", ("ws.predict('03.1')", asked), ("1", result(text_plain="1")))
    (section,) = sections(path)
    assert [(part.kind, part.step) for part in section.parts] == [
        ("asks", False),
        ("source", False),
        ("", True),
    ]


def test_the_speakers_notes_are_what_the_guide_advises_and_no_part_of_a_slide():
    html = shown(LESSONS[3])
    told = teaching("03")
    notes = "".join(re.findall(r'<aside class="notes" hidden>(.*?)</aside>', html))
    for text in (*told.ask, *told.advice):
        assert text in notes
        assert html.count(text) == notes.count(text) == 1
    assert "<b>Project</b> <code>FrameLab</code>" in notes


def test_an_invalid_link_back_gets_one_sentence(tmp_path, capsys):
    words = ["slides", "--lessons", "03", "--in", str(tmp_path), "--link", "javascript:alert(1)"]
    assert main(words) == 2
    assert "Expected --link to begin with http" in capsys.readouterr().err


def test_the_same_lesson_gives_the_same_file():
    assert shown(LESSONS[0]) == shown(LESSONS[0])


def test_prose_code_and_output_follow_one_another(tmp_path):
    path = notebook(tmp_path, "# 03 · A lesson\n\nWords.", ("1 + 1", result(text_plain="2")))
    (section,) = sections(path)
    assert section.title == "03 · A lesson"
    kinds = [(part.html.split(">")[0] + ">", part.step) for part in section.parts]
    assert kinds == [
        ("<p>", False),
        ('<div class="code">', False),
        ('<div class="out mono">', True),
    ]


def test_a_heading_inside_code_is_no_heading(tmp_path):
    path = notebook(tmp_path, "# One\n\n```python\n# two\n```\n\n### Three\n\nWords.")
    assert [section.title for section in sections(path)] == ["One", "Three"]


def test_a_heading_with_nothing_below_it_stands_above_the_next(tmp_path):
    one, two = sections(
        notebook(tmp_path, "# One\n\nWords.\n\n## The rule\n\n### Opcodes\n\nWords.")
    )
    assert (one.above, two.above, two.title) == ("", "The rule", "Opcodes")


def test_a_lab_is_left_to_the_notebook(tmp_path):
    shows = result(
        text_plain="FrameLab(5 bytes)", text_html="<table><tr><td>bits</td></tr></table>"
    )
    (section,) = sections(notebook(tmp_path, "# One", ("ws.FrameLab()", shows)))
    assert "FrameLab</b>: now in the notebook" in section.parts[-1].html
    assert "bits" not in section.parts[-1].html


def test_a_check_that_nobody_has_answered_shows_nothing(tmp_path):
    said = result(text_plain="○ 03.1 Build: not solved yet.", text_html="<div>○</div>")
    (section,) = sections(notebook(tmp_path, "# One", ("ws.check('03.1', f)", said)))
    assert [part.html[:18] for part in section.parts] == ['<div class="code">']


def test_the_lines_that_lead_to_other_lessons_are_left_out(tmp_path):
    text = "# One\n\nSee [lesson 04](04.ipynb).\n\nBack: [00](00.ipynb) · Start: [00](00.ipynb)"
    (section,) = sections(notebook(tmp_path, text))
    assert [part.html.strip() for part in section.parts] == ["<p>See lesson 04.</p>"]


def test_what_was_printed_is_text_and_never_markup(tmp_path):
    path = notebook(tmp_path, "# One", ("x = '<b>'", stream("<script>alert(1)</script>\n")))
    html = "".join(part.html for section in sections(path) for part in section.parts)
    assert "<script>" not in html
    assert "<b>" not in html


def test_code_is_coloured_line_by_line():
    html = in_colour('def f():\n    """Two\n    lines."""\n')
    assert html.count("<div>") == 4
    assert '<i class="k">def</i>' in html
    assert html.count('<i class="s">') >= 2


def test_the_files_are_written_and_named_after_the_lessons(tmp_path, capsys):
    assert main(["slides", "--lessons", "0,3", "--in", str(tmp_path / "new")]) == 0
    names = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert names == ["slides-00-start-here.html", "slides-03-what-does-a-frame-say.html"]
    assert capsys.readouterr().out.split() == [str(tmp_path / "new" / name) for name in names]
    assert file_name(LESSONS[0]) == names[0]


def test_a_missing_lesson_gets_one_sentence(tmp_path, capsys):
    assert main(["slides", "--lessons", "77", "--in", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_without_the_library_it_says_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setattr(from_lessons, "find_spec", lambda name: None)
    assert main(["slides"]) == 2
    assert "pip install 'wslearn[instructor]'" in capsys.readouterr().err
