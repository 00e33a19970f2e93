"""Own words: a question at the end of each lesson, a model answer, three points, and the notes."""

import re

import pytest

import wslearn as ws
from tests.support.lesson_cells import lesson_cells
from tests.support.sheets import words
from wslearn.course.exercises import LESSONS
from wslearn.course.explain import FILE, explanation, read_page
from wslearn.course.my_notes import as_markdown
from wslearn.course.progress_record import Given, Note, Record, stamp
from wslearn.course.prose import Page
from wslearn.protocol.errors import InputError

WHEN = "2031-05-17T09:30:00Z"
WITH = [lesson for lesson in LESSONS if explanation(lesson)]


pytestmark = pytest.mark.usefixtures("a_student")


def shown(explain):
    """Every text on the sheet."""
    return words(explain.sheets[-1].view)


def opened(lesson):
    explain = ws.explain(lesson)
    explain.widget()
    return explain


def test_each_lesson_of_the_course_up_to_14_asks_for_an_explanation():
    assert {f"{number:02}" for number in range(15)} <= set(WITH)


@pytest.mark.parametrize("lesson", WITH)
def test_a_lesson_asks_for_an_explanation_once_before_its_quiz(lesson):
    code = [cell for cell in lesson_cells(lesson) if cell.cell_type == "code"]
    sources = [cell.source for cell in code]
    asked = sources.index(f'ws.explain("{lesson}")')
    assert sources[asked + 1] == f'ws.quiz("{lesson}")'
    assert sum(source.startswith("ws.explain(") for source in sources) == 1
    (stands,) = code[asked].outputs
    assert stands.data["text/plain"] == repr(ws.explain(lesson))


@pytest.mark.parametrize("lesson", WITH)
def test_one_question_is_asked(lesson):
    question = explanation(lesson).question
    assert question.count("?") == 1
    assert not re.search(r"\band (what|why|how|which|who)\b", question)


@pytest.mark.parametrize("lesson", WITH)
def test_the_model_answer_is_not_shown_where_nothing_runs(lesson):
    asked = explanation(lesson)
    bundle = ws.explain(lesson)._repr_mimebundle_()
    assert asked.question in bundle["text/plain"]
    for form in (bundle["text/plain"], bundle["text/html"]):
        assert asked.model[:40] not in form
        assert not any(point in form for point in asked.points)


def test_the_model_answer_comes_after_the_students_and_both_stay(a_student):
    explain, asked = opened("03"), explanation("03")
    explain.act({"do": "type", "value": "  FIN says that it ends.\n\nSo there. "})
    assert asked.model[:40] not in shown(explain)
    explain.act({"do": "hand in"})
    assert "FIN says that it ends." in shown(explain)
    assert asked.model[:40] in shown(explain)
    note = a_student.read().notes["03"]
    assert (note.edit, note.text, note.ticks) == (1, "FIN says that it ends.\n\nSo there.", ())
    assert asked.model[:40] in shown(opened("03")), "the cell runs again, in another kernel too"


def test_an_empty_field_hands_nothing_in(a_student):
    explain = opened("03")
    explain.act({"do": "type", "value": " \n "})
    explain.act({"do": "hand in"})
    assert "got an empty field" in shown(explain)
    assert not a_student.read()


def test_points_are_ticked_and_words_changed_and_no_tick_is_lost(a_student):
    explain = opened("03")
    explain.act({"do": "tick", "at": 0})
    explain.act({"do": "type", "value": "One."})
    explain.act({"do": "hand in"})
    for at in (0, 2, 0, 99, "1"):
        explain.act({"do": "tick", "at": at})
    assert "1 of 3 points ticked" in shown(explain)
    explain.act({"do": "change"})
    explain.act({"do": "type", "value": "Two."})
    explain.act({"do": "hand in"})
    note = a_student.read().notes["03"]
    assert (note.text, note.ticks) == ("Two.", (2,))


@pytest.mark.parametrize("name", ["99", "", None, object()])
def test_an_unknown_lesson_is_answered_in_a_sentence(name):
    assert "asks for an explanation" in repr(ws.explain(name))
    assert set(ws.explain(name)._repr_mimebundle_()) == {"text/plain", "text/html"}


# -- the notes as a file ---------------------------------------------------------------------------

FULL = Record(
    notes={"03": Note(1, WHEN, "A *frame* <b>begins</b>.", (0,))},
    predictions={"03.5": Given(WHEN, "7", False), "03.3": Given(WHEN, "")},
)


def test_the_notes_have_what_was_written_ticked_and_predicted():
    text = as_markdown(FULL)
    assert "## 03 What does a frame say?" in text
    assert r"A \*frame\* \<b\>begins\</b\>." in text
    assert text.count("- [x] ") == 1
    assert text.count("- [ ] ") == 2
    assert "You said “7”; it is “3”." in text
    assert text.count("You said") == 1


def test_the_notes_are_written_and_rewritten_and_their_path_is_shown(
    a_student, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert "You have written nothing yet." in repr(ws.my_notes())
    assert not list(tmp_path.iterdir())
    a_student.put(FULL)
    assert str(tmp_path / "my-notes.md") in repr(ws.my_notes())
    first = (tmp_path / "my-notes.md").read_text(encoding="utf-8")
    a_student.put(Record(notes={"04": Note(1, stamp(), "Lengths.")}))
    ws.my_notes()
    assert len((tmp_path / "my-notes.md").read_text(encoding="utf-8")) > len(first)


def test_a_file_of_something_else_is_left_as_it_is(a_student, tmp_path):
    a_student.put(FULL)
    (tmp_path / "my-notes.md").write_text("# Shopping\n", encoding="utf-8")
    assert "it was left as it is" in repr(ws.my_notes(tmp_path))
    assert (tmp_path / "my-notes.md").read_text(encoding="utf-8") == "# Shopping\n"


@pytest.mark.parametrize("path", ["no/such/folder/x.md", "\0", 3])
def test_an_unwritable_path_is_answered_in_a_sentence(path, a_student, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    a_student.put(FULL)
    assert "could not be written" in repr(ws.my_notes(path))
    assert list(tmp_path.iterdir()) == []


GOOD = "# Question\n\nWhy?\n\n# Model answer\n\nSo.\n\n# Points\n\n- a\n- b\n- c\n"


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        (GOOD.replace("# Question", "# Ask"), 1, "`# Question`, `# Model answer`, `# Points`"),
        (GOOD.replace("So.", ""), 5, "a paragraph"),
        (GOOD.replace("- c", ""), 9, "3 points in a list"),
        ("", 1, "`# Question`"),
        (GOOD.replace("Why?", "{{ 1 / 0 }}"), 3, "expressions that can be computed"),
    ],
)
def test_a_slip_is_named_with_file_and_line(tmp_path, text, line, expected):
    path = tmp_path / FILE
    path.write_text(GOOD, encoding="utf-8")
    assert read_page(Page(path, {}), "03").points == ("a", "b", "c")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as problem:
        read_page(Page(path, {}), "03")
    assert str(problem.value).startswith(f"{path}:{line}: ")
    assert expected in str(problem.value)
