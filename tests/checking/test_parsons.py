"""Lines to put in order: the solution's lines, some traps, and the checker as the judge."""

from functools import cache

import pytest

import wslearn as ws
from wslearn.checking.hints import given
from wslearn.checking.parsons import DISTRACTORS, parsons, statements
from wslearn.course.exercises import every_exercise, find
from wslearn.course.in_order import lines


@cache
def every() -> dict[str, object]:
    """By exercise, its lines, or why it has none."""
    return {exercise.id: parsons(exercise) for exercise in every_exercise()}


def with_lines() -> dict:
    return {name: one for name, one in every().items() if not isinstance(one, str)}


def test_the_lines_of_the_solution_in_their_order_pass_the_checker():
    for name, one in with_lines().items():
        assert one.judge(one.solved).passed, name


def test_the_order_on_the_heap_is_none_that_passes():
    for name, one in with_lines().items():
        assert not one.judge([(at, 0) for at, _ in enumerate(one.pieces)]).passed, name


def test_each_exercise_has_lines_or_a_reason_in_a_sentence():
    assert len(with_lines()) > len(every()) / 2
    for reason in (one for one in every().values() if isinstance(one, str)):
        assert reason.endswith(".")


def test_up_to_three_lines_come_from_wrong_answers_and_most_exercises_have_some():
    traps = [len(one.pieces) - len(one.solved) for one in with_lines().values()]
    assert set(traps) <= set(range(DISTRACTORS + 1))
    assert sum(map(bool, traps)) > 0.7 * len(traps)
    for one in with_lines().values():
        used = {piece for piece, _ in one.solved}
        right = [text for at, text in enumerate(one.pieces) if at in used]
        wrong = [text for at, text in enumerate(one.pieces) if at not in used]
        assert not set(right) & set(wrong)


def test_another_order_that_works_is_right_too():
    one = every()["04.2"]
    program = one.program(one.solved)
    assert one.judge(one.solved).passed
    assert "def encode_length" in program
    two = every()["06.1"]
    places = list(two.solved)
    orders = [[*places[:at], places[at + 1], places[at], *places[at + 2 :]] for at in range(8)]
    assert any(two.judge(order).passed for order in orders)


def test_the_shuffle_is_the_same_in_every_kernel():
    for name in ("04.2", "08.2", "10.3"):
        assert parsons(find(name)) == every()[name]


@pytest.mark.parametrize(
    ("placed", "said"),
    [
        ((), "There are no lines in your program yet."),
        ("unindented", "Python cannot read"),
        ("too deep", "Python cannot read"),
        ("reversed", "03.1"),
    ],
)
def test_what_does_not_work_is_explained_in_a_sentence(placed, said):
    one = every()["03.1"]
    solved = one.solved
    given = {
        "unindented": [(line, 0) for line, _ in solved],
        "too deep": [(line, level + 2 * at) for at, (line, level) in enumerate(solved)],
        "reversed": [(line, 0) for line, _ in reversed(solved) if "if" not in one.pieces[line]],
    }.get(placed, placed)
    verdict = one.judge(given)
    assert not verdict.passed
    assert said in repr(verdict)
    assert "Traceback" not in repr(verdict)


def test_a_loop_without_end_is_stopped():
    one = parsons(find("08.4"))
    text = "while True:"
    endless = type(one)(one.exercise, one.head, (text, "pass"), ((0, 0), (1, 1)))
    assert endless.judge(endless.solved, seconds=0.2).outcome == "stopped"


def test_a_statement_of_several_lines_is_one_piece_and_comments_are_none():
    text = "# why\nx = f(\n    1,\n)\nif x:  # so\n    y = 2\n"
    assert statements(text) == [(0, "x = f(\n    1,\n)"), (0, "if x:  # so"), (1, "y = 2")]


# -- as a student meets them -----------------------------------------------------------------------


def test_the_page_is_given_the_lines_and_nothing_that_tells_them_apart():
    one = ws.lines("04.2")
    widget = one.widget()
    state = widget.get_state()
    assert state["pieces"] == list(every()["04.2"].pieces)
    assert state["head"] == "def encode_length(length):"
    assert (state["program"], state["verdict"]) == ([], {})
    told = {"label", "head", "pieces", "program", "verdict", "answered"}
    assert {name for name in state if not name.startswith("_")} - {
        "layout",
        "tabbable",
        "tooltip",
    } == told


def test_what_was_put_in_order_is_checked_when_the_page_asks():
    one = ws.lines("04.2")
    widget = one.widget()
    widget.program = [list(pair) for pair in every()["04.2"].solved]
    widget._act(widget, {"do": "check", "from": ["me", 1]}, [])
    assert widget.verdict["tone"] == "good"
    assert "passed" in widget.verdict["headline"]
    assert widget.answered == ["me", 1]
    widget.program = widget.program[1:]
    widget._act(widget, {"do": "check"}, [])
    assert widget.verdict["tone"] == "bad"


def test_a_program_that_cannot_be_is_read_as_far_as_it_can():
    widget = ws.lines("04.2").widget()
    widget.program = [[0, 0], [0, 3], [99, 0], [1, -1], ["x", 0], [2, 1], None]
    assert widget.placed() == ((0, 0), (2, 1))


def test_the_last_hint_leads_to_the_lines_where_there_are_some():
    given.clear()
    assert 'ws.lines("04.2")' in repr(ws.hint("04.2", 3))
    assert "ws.lines" not in repr(ws.hint("03.3", 3))
    assert "too few lines" in repr(ws.lines("03.3"))
    given.clear()


@pytest.mark.parametrize("name", ["77.1", "", None, object()])
def test_an_unknown_exercise_is_answered_in_a_sentence(name):
    assert "There is no exercise" in repr(lines(name))
    assert set(lines(name)._repr_mimebundle_()) == {"text/plain", "text/html"}
