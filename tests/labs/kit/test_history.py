"""Undo and redo."""

from hypothesis import given
from hypothesis import strategies as st

from wslearn.labs.kit.history import HEAVIEST, LONGEST, History


def test_undo_and_redo_walk_through_the_edits():
    history = History("a")
    history.edit("b")
    history.edit("c")
    assert [history.undo(), history.undo(), history.redo(), history.redo()] == ["b", "a", "b", "c"]


def test_undo_at_the_start_and_redo_at_the_end_stay_where_they_are():
    history = History("a")
    assert (history.undo(), history.redo()) == ("a", "a")
    assert not history.can_undo
    assert not history.can_redo


def test_an_edit_after_an_undo_drops_what_could_be_redone():
    history = History("a")
    history.edit("b")
    history.undo()
    history.edit("c")
    assert not history.can_redo
    assert (history.redo(), history.undo()) == ("c", "a")


def test_an_edit_that_changes_nothing_is_none():
    history = History("a")
    history.edit("a")
    assert not history.can_undo


def test_an_edit_that_changes_nothing_keeps_what_can_be_redone():
    history = History("a")
    history.edit("b")
    history.undo()
    history.edit("a")
    assert history.redo() == "b"


def test_the_oldest_states_go_when_there_are_too_many():
    history = History(0)
    for state in range(1, LONGEST + 50):
        history.edit(state)
    while history.can_undo:
        history.undo()
    assert history.now == 50


def test_heavy_states_are_few_and_the_present_one_always_stays():
    history = History(b"", weight=lambda state: HEAVIEST // 2 + 1)
    history.edit(b"first")
    history.edit(b"second")
    assert history.now == b"second"
    assert not history.can_undo


@given(st.lists(st.one_of(st.integers(0, 5), st.sampled_from(["undo", "redo"]))))
def test_a_history_is_a_list_with_a_place_in_it(steps):
    history, states, at = History(0), [0], 0
    for step in steps:
        if step == "undo":
            at = max(at - 1, 0)
            assert history.undo() == states[at]
        elif step == "redo":
            at = min(at + 1, len(states) - 1)
            assert history.redo() == states[at]
        elif step != states[at]:
            states, at = [*states[: at + 1], step], at + 1
            history.edit(step)
        assert history.now == states[at]
        assert (history.can_undo, history.can_redo) == (at > 0, at + 1 < len(states))
