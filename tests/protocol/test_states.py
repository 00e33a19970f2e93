"""The table of states says what RFC 6455 says, and has no dead end but the last."""

import pytest

from wslearn.protocol.states import (
    READS_FRAMES,
    SENDS_MESSAGES,
    STATE_MEANINGS,
    TRANSITIONS,
    State,
    Transition,
)


def test_every_state_has_its_row_and_words_and_every_transition_is_used():
    assert set(STATE_MEANINGS) == set(State)
    assert set(TRANSITIONS) == set(State)
    assert {cause for row in TRANSITIONS.values() for cause in row} == set(Transition)


def test_every_state_is_reached_from_the_first_one():
    reached, waiting = set(), [State.CONNECTING]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += TRANSITIONS[state].values()
    assert reached == set(State)


@pytest.mark.parametrize("state", list(State))
def test_every_way_ends_in_closed_and_never_goes_back(state):
    order = list(State)
    for target in TRANSITIONS[state].values():
        assert order.index(target) > order.index(state)
    if state is not State.CLOSED:
        assert TRANSITIONS[state][Transition.TCP_END] is State.CLOSED


def test_a_close_can_be_sent_only_once():
    for row in TRANSITIONS.values():
        if Transition.SEND_CLOSE in row:
            after = row[Transition.SEND_CLOSE]
            assert Transition.SEND_CLOSE not in TRANSITIONS[after]


def test_crossing_closes_complete_the_handshake():
    assert TRANSITIONS[State.CLOSE_SENT][Transition.RECEIVE_CLOSE] is State.CLOSE_DONE


def test_nothing_is_read_once_our_close_is_due():
    assert frozenset({State.OPEN, State.CLOSE_SENT}) == READS_FRAMES
    assert frozenset({State.OPEN, State.CLOSE_DUE}) == SENDS_MESSAGES
