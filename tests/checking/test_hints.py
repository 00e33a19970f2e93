"""Hints and solutions: one step at a time, folded away, and the same text everywhere."""

import pytest

import wslearn as ws
from wslearn.checking import cells, solutions
from wslearn.checking.hints import given
from wslearn.course.exercises import every_exercise, find


@pytest.fixture(autouse=True)
def a_fresh_session():
    given.clear()
    yield
    given.clear()


def test_each_call_gives_the_next_hint_and_the_last_one_stays():
    assert [ws.hint("04.2").level for _ in range(4)] == [1, 2, 3, 3]
    assert ws.hint("04.3").level == 1


def test_a_level_can_be_picked_and_goes_on_from_there():
    assert ws.hint("04.2", 2).level == 2
    assert ws.hint("04.2").level == 3
    assert ws.hint("04.2", 1).level == 1


def test_the_last_hint_names_the_solution():
    assert 'ws.solution("04.2")' in repr(ws.hint("04.2", 3))
    assert 'ws.solution("04.2")' not in repr(ws.hint("04.2", 2))


@pytest.mark.parametrize("level", [0, 4, -1, "x", 1.5, [], object()])
def test_a_level_that_does_not_exist_is_answered_in_a_sentence(level):
    assert ws.hint("04.2", level).level == 0
    assert "The levels are 1, 2, 3." in repr(ws.hint("04.2", level))


@pytest.mark.parametrize("name", ["77.1", "", None, object(), []])
def test_an_unknown_exercise_is_answered_in_a_sentence(name):
    assert "There is no exercise" in repr(ws.hint(name))
    assert "There is no exercise" in repr(ws.solution(name))
    assert "0x" not in repr(ws.hint(name)) + repr(ws.solution(name))


def test_a_hint_is_the_same_in_each_fresh_session():
    first = ws.hint("04.2")._repr_mimebundle_()
    given.clear()
    assert ws.hint("04.2")._repr_mimebundle_() == first


def test_a_solution_is_folded_and_its_text_form_gives_nothing_away():
    for exercise in every_exercise():
        bundle = ws.solution(exercise.id)._repr_mimebundle_()
        body = solutions.source(exercise).splitlines()[-1].strip()
        assert body not in bundle["text/plain"]
        assert bundle["text/html"].startswith("<details><summary>")


def test_the_markdown_of_a_solution_is_the_reference_itself():
    text = solutions.markdown(find("04.2"))
    assert text.startswith("<details><summary>A solution of 04.2</summary>\n\n```python\n")
    assert text.endswith("\n```\n\n</details>")
    assert solutions.source(find("04.2")) in text


def test_the_cells_of_an_exercise_come_in_the_order_of_a_lesson():
    kinds, texts = zip(*cells.cells(find("02.1")), strict=True)
    assert kinds == ("markdown", "code", "markdown")
    assert texts[0].startswith("### 02.1 The accept value\n\n")
    assert texts[1].startswith("import base64\nimport hashlib\n\nGUID = ")
    assert texts[1].endswith('ws.check("02.1", accept_key)  # stuck? ws.hint("02.1")')
