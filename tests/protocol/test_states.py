"""The table of states says what RFC 6455 says, and has no dead ends but the last."""

import pytest

from wslearn.protocol.states import READS_FRAMES, SENDS_MESSAGES, TRANSITIONS, State, Step


def test_every_state_has_its_row_and_every_step_is_used():
    assert set(TRANSITIONS) == set(State)
    assert {step for row in TRANSITIONS.values() for step in row} == set(Step)


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
        assert TRANSITIONS[state][Step.TCP_END] is State.CLOSED


def test_a_close_can_be_sent_only_once():
    for row in TRANSITIONS.values():
        if Step.SEND_CLOSE in row:
            after = row[Step.SEND_CLOSE]
            assert Step.SEND_CLOSE not in TRANSITIONS[after]


def test_crossing_closes_complete_the_handshake():
    assert TRANSITIONS[State.CLOSE_SENT][Step.RECEIVE_CLOSE] is State.CLOSE_DONE


def test_nothing_is_read_once_our_close_is_due():
    assert frozenset({State.OPEN, State.CLOSE_SENT}) == READS_FRAMES
    assert frozenset({State.OPEN, State.CLOSE_DUE}) == SENDS_MESSAGES
