"""StateLab without a browser: conversations that replay the same, and commands that go on."""

import pytest

import wslearn as ws
from tests.support.sheets import elements, page_sends, words
from wslearn.labs.state import lab as statelab
from wslearn.labs.state.lab import StateLab
from wslearn.labs.state.line import FAULTS
from wslearn.labs.state.scenarios import SCENARIOS
from wslearn.labs.state.state import SIDES, Command, Dialogue, fixed_keys
from wslearn.protocol.dissect import dissect
from wslearn.protocol.dissection import OTHER_SIDE
from wslearn.protocol.errors import InputError, StateError
from wslearn.protocol.in_words import verdict
from wslearn.protocol.states import TRANSITIONS, State

every_scenario = pytest.mark.parametrize("name", SCENARIOS)


@pytest.fixture
def lab():
    return StateLab()


def does(lab, **message):
    """Send the lab a message as one of its sheets does."""
    page_sends(lab._stage, **message)


def ended(name):
    lab = StateLab(name)
    lab.run()
    return lab


# -- the conversation ------------------------------------------------------------------------------


@every_scenario
def test_a_conversation_played_again_has_the_same_bytes(name):
    commands = SCENARIOS[name].commands()
    one, other = Dialogue.of(commands), Dialogue.of(commands)
    assert [packet.data for packet in one.packets] == [packet.data for packet in other.packets]
    assert [moment.sentence for moment in one.moments] == [m.sentence for m in other.moments]


@every_scenario
def test_every_change_of_a_state_is_a_transition_of_the_table(name):
    for moment in Dialogue.of(SCENARIOS[name].commands()).moments:
        for old, new in moment.changes.values():
            assert new in TRANSITIONS[old].values()


@every_scenario
def test_every_frame_on_the_line_is_masked_by_clients_alone_and_in_order(name):
    dialogue = Dialogue.of(SCENARIOS[name].commands())
    for side in SIDES:
        sent = [p for p in dialogue.packets if p.sender == side and p.data]
        for packet in sent:
            masked = dissect(packet.data).mask_key is not None
            assert masked == (side == "client")
        arrived = [packet.arrived for packet in sent if packet.arrived is not None]
        assert arrived == sorted(arrived)


@every_scenario
def test_every_conversation_comes_to_an_end(name):
    dialogue = Dialogue.of(SCENARIOS[name].commands())
    assert dialogue.next() is None
    assert not any(packet.in_flight for packet in dialogue.packets)


def test_the_first_key_is_the_one_of_the_rfc_and_none_comes_twice():
    keys = fixed_keys()
    drawn = [next(keys) for _ in range(1000)]
    assert drawn[0].hex() == "37fa213d"
    assert len(set(drawn)) == 1000


def test_the_ping_between_fragments_is_answered_before_the_message_is_whole():
    told = ended("a message in three fragments, with a ping between").told
    pong = next(at for at, line in enumerate(told) if "a pong," in line)
    whole = next(at for at, line in enumerate(told) if "whole text message: “Hello”" in line)
    assert pong < whole


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("the client closes", "clean, code 1000"),
        ("the server closes", "clean, code 1001"),
        ("Closes that cross", "clean, code 100"),
        ("the line is cut", "not clean, code 1006"),
    ],
)
def test_closing_ends_as_the_rfc_says(name, ends):
    lab = ended(name)
    assert lab.states == {"client": State.CLOSED, "server": State.CLOSED}
    last = [line for line in lab.told if "the connection is closed" in line]
    assert len(last) == 2
    assert all(ends in line for line in last)


def test_closes_that_cross_are_sent_once_by_each_side():
    dialogue = Dialogue.of(SCENARIOS["Closes that cross"].commands())
    closes = [p.sender for p in dialogue.packets if p.data and p.data[0] == 0x88]
    assert sorted(closes) == ["client", "server"]


def test_a_character_may_be_cut_between_fragments_but_not_at_the_end_of_a_message():
    assert "“κόσμε”" in ended("a character cut in two, between fragments").told[-1]
    told = " ".join(ended("a character cut in two, at the end of a message").told)
    assert "fails the connection with 1007" in told


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("side", SIDES)
def test_every_broken_rule_fails_the_connection_on_the_other_side(lab, side, fault):
    lab.scenario = "the client closes"
    lab.back()
    lab._script, lab._at = (), 0
    lab.do(side, "break", fault)
    lab.run()
    told = " ".join(lab.told)
    code = 1007 if "UTF-8" in fault else 1002
    assert f"The {OTHER_SIDE[side]} fails the connection with {code}." in told
    assert lab.states == {"client": State.CLOSED, "server": State.CLOSED}


def test_what_is_in_flight_when_the_line_is_cut_never_arrives():
    dialogue = Dialogue()
    dialogue.do(Command("client", "text", "gone"))
    dialogue.do(Command("server", "cut"))
    assert dialogue.packets[0].lost
    assert dialogue.next() == Command("client", "deliver")
    dialogue.do(dialogue.next())
    assert dialogue.states == {"client": State.CLOSED, "server": State.CLOSED}


def test_a_command_that_cannot_be_done_changes_nothing():
    dialogue = Dialogue()
    dialogue.do(Command("client", "cut"))
    for what in ("text", "ping", "close", "cut", "break"):
        text = next(iter(FAULTS)) if what == "break" else "x"
        with pytest.raises(StateError, match="the TCP connection has ended"):
            dialogue.do(Command("client", what, text))
    assert len(dialogue.moments) == 1


# -- the lab ---------------------------------------------------------------------------------------


@every_scenario
def test_back_is_the_way_that_step_came(name):
    lab = StateLab(name)
    views = [lab._stage.view]
    while lab.step():
        views.append(lab._stage.view)
    for expected in reversed(views[:-1]):
        assert lab.back()
        assert lab._stage.view == expected
    assert not lab.back()


def test_a_command_goes_on_from_the_moment_shown_and_drops_what_was_to_come(lab):
    lab.step()
    before = lab.told
    lab.do("server", "close", code=1000)
    assert lab.told[:-1] == before
    assert lab.at == 3
    lab.run()
    assert lab.states == {"client": State.CLOSED, "server": State.CLOSED}


def test_what_a_side_sends_can_be_held_so_that_closes_cross(lab):
    does(lab, do="hold", who="server")
    lab.do("server", "close", code=1001)
    lab.run()
    assert lab.states["client"] is State.OPEN
    lab.do("client", "close", code=1000)
    lab.run()
    assert lab.states["server"] is State.CLOSED
    assert lab.states["client"] is State.CLOSE_SENT
    does(lab, do="hold", who="server")
    lab.run()
    assert lab.states["client"] is State.CLOSED


def test_a_command_that_the_state_forbids_is_explained_and_changes_nothing(lab):
    lab.scenario = "the client closes"
    lab.run()
    told = lab.told
    does(lab, do="command", who="client", what="text")
    assert "This cannot be done now." in lab.problem
    assert "This cannot be done now." in words(lab._stage.view)
    assert lab.told == told
    does(lab, do="back")
    assert lab.problem == ""


def test_the_frame_of_the_moment_lies_on_the_grid_and_another_can_be_picked(lab):
    assert lab.grid.data == lab._dialogue.packets[0].data
    lab.run()
    last = lab.grid.data
    does(lab, do="pick", packet=0)
    assert lab.grid.data != last
    assert lab.grid.data == lab._dialogue.packets[0].data
    assert lab.grid.receiver == "server"
    does(lab, do="pick", packet=99)
    assert lab.grid.data == lab._dialogue.packets[0].data


def test_it_plays_by_itself_to_the_end_and_stops(lab):
    does(lab, do="play")
    assert lab._stage.tick["do"] == {"do": "tick"}
    for _ in range(50):
        if not lab._stage.tick:
            break
        does(lab, do="tick")
    assert lab._stage.tick == {}
    assert "whole text message: “Hello”" in lab.told[-1]
    does(lab, do="first")
    does(lab, do="play")
    does(lab, do="back")
    assert lab._stage.tick == {}


def test_both_machines_mark_the_state_and_list_what_may_come_next(lab):
    lab.scenario = "Closes that cross"
    drawn = [
        n
        for n in elements(lab._stage.view)
        if n["tag"] == "svg" and "aria-label" in n["attributes"]
    ]
    assert [n["attributes"]["aria-label"] for n in drawn] == [
        "the state of the client: close sent",
        "the state of the server: open",
    ]
    assert "● close sent" in words(drawn[0])
    ways = [n for n in elements(lab._stage.view) if n["attributes"].get("class") == "wsl-ways"]
    for side, listed in zip(SIDES, ways, strict=True):
        assert len(listed["inside"]) == len(TRANSITIONS[lab.states[side]])


def test_every_frame_is_an_arrow_and_a_button_with_a_name(lab):
    lab.run()
    frames = [packet for packet in lab._dialogue.packets if packet.data]
    lines = [n for n in elements(lab._stage.view) if n["tag"] == "line"]
    pills = [n for n in elements(lab._stage.view) if n.get("do", {}).get("do") == "pick"]
    assert len(lines) == len(pills) == len(frames)
    assert (
        pills[0]["attributes"]["aria-label"] == "from client to server: text, FIN 0 “Hel”, arrived"
    )


def test_hostile_text_stays_text(lab):
    hostile = "<script>alert(1)</script>\u202e"
    lab.do("client", "text", hostile)
    lab.run()
    tags = {each["tag"] for each in elements(lab._stage.view)}
    assert "script" not in tags
    assert "\u202e" not in words(lab._stage.view)
    assert "<script" not in lab.pages().html()


def test_a_conversation_has_an_end(lab, monkeypatch):
    monkeypatch.setattr(statelab, "LONGEST", 20)
    while lab.at < 20:
        lab.do("client", "ping")
    assert not lab.step()
    with pytest.raises(InputError, match="Expected at most 20 moments"):
        lab.do("client", "ping")
    does(lab, do="command", who="client", what="ping")
    assert "Expected at most 20 moments" in lab.problem
    assert lab.at == 20


@pytest.mark.parametrize(
    "call",
    [
        lambda lab: StateLab("no such"),
        lambda lab: setattr(lab, "scenario", "no such"),
        lambda lab: lab.do("proxy", "text"),
        lambda lab: lab.do("client", "dance"),
        lambda lab: lab.do("client", "break", "nothing"),
        lambda lab: lab.do("client", "close", code=1005),
    ],
)
def test_a_command_that_makes_no_sense_is_refused_in_one_sentence(lab, call):
    with pytest.raises(InputError, match=r"^Expected .*, got .*\.$"):
        call(lab)


def test_its_static_form_is_the_whole_conversation_and_the_same_every_time(lab):
    bundle = lab._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert data["text/plain"].startswith("StateLab(client open, server open)\n")
    assert "The server has a whole text message: “Hello”." in data["text/plain"]
    assert "<script" not in data["text/html"]
    assert "<svg" not in data["text/html"]
    assert ws.StateLab().pages().text() == lab.pages().text()


def played(*commands):
    """These commands, then everything that happens by itself."""
    dialogue = Dialogue.of(commands)
    while (coming := dialogue.next()) is not None:
        dialogue.do(coming)
    return dialogue


def test_a_frame_that_was_thrown_away_is_never_shown_as_accepted():
    shown = []
    for name in SCENARIOS:
        dialogue = ended(name)._dialogue
        thrown = [m.delivered for m in dialogue.moments if m.note == "not read"]
        thrown += [n for n, packet in enumerate(dialogue.packets) if packet.lost and packet.data]
        shown += [(name, verdict(dialogue.packets[n].judged).outcome) for n in thrown]
    assert {outcome for _, outcome in shown} == {"unread"}
    assert "the line is cut" in dict(shown)


@pytest.mark.parametrize("side", SIDES)
def test_a_frame_behind_a_broken_rule_says_that_it_was_never_read(side):
    deliver = Command(OTHER_SIDE[side], "deliver")
    broken = Command(side, "break", "a reserved opcode")
    dialogue = played(broken, Command(side, "text", "late"), deliver, deliver)
    first, late, *_ = (p for p in dialogue.packets if p.sender == side and p.data)
    assert verdict(first.judged).outcome == "refused"
    assert verdict(late.judged).headline == "Never read: the connection had failed."


def test_the_grid_says_what_became_of_the_frame_that_is_picked(lab):
    lab.scenario = "the line is cut"
    lab.run()
    number = next(n for n, p in enumerate(lab._dialogue.packets) if p.lost and p.data)
    does(lab, do="pick", packet=number)
    shown = lab.grid.view["verdict"]
    assert (shown["outcome"], shown["sign"]) == ("unread", "–")
    assert shown["headline"] == "Never read: it never arrived."


def test_a_character_that_stays_cut_is_refused_at_the_last_frame(lab):
    lab.scenario = "a character cut in two, at the end of a message"
    lab.run()
    frames = [p.judged for p in lab._dialogue.packets if p.sender == "client" and p.data]
    assert "A text message must be valid UTF-8." in verdict(frames[0]).because
