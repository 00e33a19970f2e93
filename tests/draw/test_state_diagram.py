"""The state diagram says what the table of transitions says, and nothing of it is covered."""

from itertools import combinations
from xml.etree import ElementTree

import pytest

import wslearn as ws
from wslearn.draw import state_diagram as states
from wslearn.draw.scene import EM, Shape, Text
from wslearn.draw.state_diagram import FULL, SMALL, arrows, state_diagram, state_scene
from wslearn.draw.theme import DARK, LIGHT
from wslearn.protocol.states import TRANSITIONS, State, Transition

WIDE = 0.56  # em, the mean width of a letter in a system font, on the generous side


def texts(picture):
    return [mark for mark in picture.marks if isinstance(mark, Text)]


def extent(text):
    """Left, top, right and bottom of a line of text, in em."""
    (x, y), size = text.at, text.size / EM
    x, y = x / EM, y / EM
    wide = len(text.text) * WIDE * size * (1.08 if text.bold else 1)
    left = {"start": x, "middle": x - wide / 2, "end": x - wide}[text.anchor]
    return left, y - 0.8 * size, left + wide, y + 0.2 * size


def apart(one, other):
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_every_transition_of_the_table_is_an_arrow_with_its_words():
    listed = {
        (state, to): {way.value for way, end in ways.items() if end is to}
        for state, ways in TRANSITIONS.items()
        for to in ways.values()
    }
    assert {arrow: set(words) for arrow, words in arrows().items()} == listed
    assert set(states._routes(FULL)) == set(listed)


def test_a_transition_that_the_picture_does_not_know_is_an_error(monkeypatch):
    wrong = {**TRANSITIONS, State.CLOSED: {Transition.HANDSHAKE: State.OPEN}}
    monkeypatch.setattr(states, "TRANSITIONS", wrong)
    with pytest.raises(KeyError):
        state_scene()


def test_every_state_and_every_way_is_named_in_the_full_picture():
    written = " ".join(text.text for text in texts(state_scene()))
    for state in State:
        assert state.value in written
    for way in Transition:
        assert set(way.value.replace(",", "").split()) <= set(written.replace(",", "").split())


@pytest.mark.parametrize("plan", [FULL, SMALL], ids=["full", "small"])
@pytest.mark.parametrize("state", State)
def test_no_text_lies_over_another_or_outside(plan, state):
    at = {"client": state, "server": state} if plan is FULL else {"": state}
    picture = state_scene(at, (State.OPEN, State.CLOSE_SENT), plan=plan)
    for one, other in combinations(texts(picture), 2):
        assert apart(extent(one), extent(other)), (one.text, other.text)
    for text in texts(picture):
        left, top, right, bottom = extent(text)
        assert min(left, top, plan.width - right, plan.height - bottom) >= 0, text.text


@pytest.mark.parametrize("plan", [FULL, SMALL], ids=["full", "small"])
def test_no_arrow_runs_through_a_state_or_a_label(plan):
    picture = state_scene(plan=plan)
    labels = [extent(text) for text in texts(picture)]
    for arrow, route in states._routes(plan).items():
        for start, end in zip(route.points, route.points[1:], strict=False):
            left, right = sorted((start[0], end[0]))
            top, bottom = sorted((start[1], end[1]))
            shrunk = (left, top + 0.05, right, bottom - 0.05)
            for label in labels:
                assert apart(shrunk, label), arrow


def test_the_letters_are_no_smaller_than_the_page():
    assert {text.size for text in texts(state_scene())} == {EM}
    assert f'width="{FULL.width}em"' in state_diagram().svg()


def test_the_state_of_each_side_is_marked_by_fill_edge_sign_and_name():
    plain = [mark for mark in state_scene().marks if isinstance(mark, Shape)]
    picture = state_scene({"client": State.CLOSE_SENT, "server": State.OPEN})
    marked = [mark for mark in picture.marks if isinstance(mark, Shape)]
    assert sum(mark.fill == LIGHT.fields["opcode"].fill for mark in marked) == 2
    assert not any(mark.fill == LIGHT.fields["opcode"].fill for mark in plain)
    written = [text.text for text in texts(picture)]
    assert {"● close sent", "● open", "client", "server", "closed"} <= set(written)


def test_the_picture_is_well_formed_and_described_in_words():
    for theme in (LIGHT, DARK):
        root = ElementTree.fromstring(state_diagram(State.OPEN).svg(theme))
        described = root.find("{http://www.w3.org/2000/svg}desc").text
        assert "OPEN: messages flow both ways  ← here" in described
        assert "we send a Close → close sent" in " ".join(described.split())


def test_the_name_of_a_side_is_text_never_markup():
    diagram = state_diagram({"<b>&": State.OPEN})
    assert "<b>" not in diagram.svg()
    assert "<b>" not in diagram.html().replace("<style>", "")
    ElementTree.fromstring(diagram.svg())


def test_it_shows_itself_in_a_notebook_that_nobody_trusts_yet():
    bundle = ws.state_diagram()._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert "<svg" not in bundle["text/html"]
    assert 'src="data:image/svg+xml,' in bundle["text/html"]
    assert repr(ws.state_diagram()) == bundle["text/plain"]
