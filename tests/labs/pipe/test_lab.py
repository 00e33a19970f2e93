"""PipeLab without a browser: steps, knobs, what the sheet shows, and what is refused."""

import json

import pytest

import wslearn as ws
from tests.support.sheets import elements, page_sends, seen, status
from wslearn.labs.pipe.knobs import KIB, POLICIES, PRESETS, Knobs
from wslearn.labs.pipe.lab import MOMENTS, PipeLab
from wslearn.labs.pipe.nodes import kib
from wslearn.labs.pipe.state import Pipe


@pytest.fixture
def lab():
    return PipeLab()


def does(lab, **message):
    """Send the lab a message as its page does."""
    page_sends(lab._sheet, **message)


def told(lab):
    return status(lab._sheet.view)


def having(lab, name, value):
    return [each for each in elements(lab._sheet.view) if each["attributes"].get(name) == value]


def vessels(lab):
    """What the vessels say to a screen reader."""
    return [each["attributes"]["aria-label"] for each in having(lab, "class", "glass")]


def pressed(lab):
    return [seen(each) for each in having(lab, "aria-pressed", "true")]


def slider(lab, label):
    [found] = [each for each in having(lab, "aria-label", label) if each["tag"] == "input"]
    return found["attributes"]


# -- time ------------------------------------------------------------------------------------------


def test_it_opens_empty_with_a_slow_reader(lab):
    assert lab.now == Pipe()
    assert told(lab) == "…Nothing has been sent yet. Press play or step, then turn a knob."
    assert vessels(lab) == [
        "bufferedAmount: 0 KiB wait, no limit",
        "send buffer: 0 KiB wait, room for 64 KiB",
        "receive buffer: 0 KiB wait, room for 64 KiB",
    ]
    assert pressed(lab) == ["slow reader", "send anyway", "evenly"]
    assert isinstance(lab, ws.PipeLab)


def test_a_step_is_half_a_second_and_back_takes_it_away(lab):
    does(lab, do="step")
    assert (lab.now.seconds, told(lab)[1:19]) == (0.5, "The reader limits.")
    does(lab, do="step")
    first, second = lab.past[1:]
    does(lab, do="back")
    assert lab.now == first
    does(lab, do="step")
    assert lab.now == second
    does(lab, do="first")
    assert lab.now == Pipe()
    assert not lab.back()
    assert lab.step()
    assert (lab.now, lab.back(), lab.now) == (first, True, Pipe())


def test_back_changes_the_time_and_leaves_the_knobs(lab):
    lab.run(10)
    does(lab, do="policy", name="wait")
    for _ in range(10):
        does(lab, do="back")
    assert (lab.now.seconds, lab.knobs.policy) == (5, "wait")
    lab.run(5)
    assert lab.now.held <= 64 * KIB


def test_it_plays_to_the_end_of_the_run_and_no_further(lab):
    does(lab, do="play")
    assert lab._sheet.tick == {"every": 500, "do": {"do": "tick"}}
    does(lab, do="tick")
    does(lab, do="turn", knob="read", value="96")  # a knob is turned while it plays
    assert lab._sheet.tick
    does(lab, do="play")
    assert lab._sheet.tick == {}
    before = lab.now
    does(lab, do="tick")  # one that was on its way
    assert lab.now == before
    lab.run()
    assert lab.now.seconds == 60
    assert not lab.step()
    does(lab, do="play")
    assert lab._sheet.tick == {}
    assert len(lab.past) == MOMENTS


def test_the_last_step_of_a_run_ends_the_play(lab):
    lab.run(59.5)
    does(lab, do="play")
    does(lab, do="tick")
    assert lab.now.seconds == 60
    assert lab._sheet.tick == {}


# -- knobs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_sets_the_speeds_starts_over_and_leaves_the_rest(lab, name):
    lab.turn(policy="wait", send_buffer=128)
    lab.run(5)
    does(lab, do="preset", name=name)
    assert lab.knobs == Knobs(policy="wait", send_buffer=128, **PRESETS[name])
    assert lab.now == Pipe()
    assert pressed(lab)[0] == name


def test_a_slider_turns_its_knob_from_now_on(lab):
    lab.run(5)
    before = lab.now
    does(lab, do="turn", knob="read", value="96")
    assert (lab.knobs.read, lab.now) == (96, before)
    assert slider(lab, "the reader takes")["aria-valuetext"] == "96 KiB/s"
    lab.run(10)
    assert lab.now.held == 0


def test_a_slider_can_stand_where_its_steps_do_not_lead():
    lab = PipeLab(read=17)
    assert slider(lab, "the reader takes")["step"] == "1"
    assert slider(lab, "the application sends")["step"] == "4"


@pytest.mark.parametrize("policy", POLICIES)
def test_each_policy_is_a_button_that_says_what_the_sender_does(lab, policy):
    does(lab, do="policy", name=policy)
    assert lab.knobs.policy == policy
    assert pressed(lab)[1] == policy
    assert f"It {POLICIES[policy]}." in seen(lab._sheet.view)


def test_bursts_are_switched_on_and_off(lab):
    assert pressed(lab)[-1] == "evenly"
    does(lab, do="burst", seconds=4)
    assert (lab.knobs.burst, pressed(lab)[-1]) == (4, "in a burst every 4 s")
    does(lab, do="burst", seconds=0)
    assert lab.knobs.burst == 0


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"do": "dance"},
        {"do": "turn", "knob": "self", "value": "4"},
        {"do": "turn", "knob": "read", "value": "many"},
        {"do": "turn", "knob": "read", "value": "9" * 5000},
        {"do": "turn", "knob": [], "value": "4"},
        {"do": "preset", "name": "moon"},
        {"do": "preset", "name": {}},
    ],
)
def test_a_message_that_makes_no_sense_changes_nothing(lab, message):
    lab.run(3)
    before = lab.now, lab.knobs
    lab._act(message)  # not through the widget, which would log what is raised and go on
    assert (lab.now, lab.knobs) == before


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ({"do": "turn", "knob": "read", "value": "999"}, "from 0 to 128 (KiB/s), got 999"),
        ({"do": "turn", "knob": "message", "value": "8"}, "messages of one size"),
        ({"do": "policy", "name": "moon"}, "Expected one of “send anyway”"),
    ],
)
def test_what_cannot_be_used_is_answered_and_changes_nothing(lab, message, problem):
    before = lab.knobs
    does(lab, **message)
    assert told(lab).startswith("?This cannot be used.")
    assert problem in told(lab)
    assert lab.knobs == before
    does(lab, do="step")
    assert "cannot be used" not in told(lab)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"preset": "moon"}, "Expected one of “slow reader”"),
        ({"preset": 5}, "Expected one of “slow reader”"),
        ({"read": -1}, "Expected for read a whole number from 0 to 128 (KiB/s), got -1."),
        ({"read": 1.5}, "got 1.5."),
        ({"read": True}, "got True."),
        ({"policy": []}, "got []."),
        ({"speed": 5}, "Expected one of send, network, read"),
        ({"at": 61}, "Expected seconds from 0 to 60, got 61."),
        ({"at": float("nan")}, "Expected seconds from 0 to 60, got nan."),
    ],
)
def test_a_lab_opens_whatever_it_is_given(arguments, problem):
    lab = PipeLab(**arguments)
    assert problem in told(lab)
    assert lab.now == Pipe()


def test_from_python_what_cannot_be_used_is_an_error(lab):
    with pytest.raises(ws.InputError, match="Expected for send"):
        lab.turn(send=1000)
    with pytest.raises(ws.InputError, match="a new lab"):
        lab.turn(message=8)
    with pytest.raises(ws.InputError, match="Expected seconds"):
        lab.run(-1)
    assert lab.knobs == Knobs()


# -- what the sheet shows --------------------------------------------------------------------------


def test_the_vessels_hold_what_the_model_holds():
    lab = PipeLab(at=10)
    assert vessels(lab) == [
        f"bufferedAmount: {kib(lab.now.held)} KiB wait, no limit",
        "send buffer: 64 KiB wait, room for 64 KiB",
        "receive buffer: 63.5 KiB wait, room for 64 KiB",
    ]
    said = seen(lab._sheet.view)
    assert "sends 64 of 64" in said
    assert "carries 16 of 96" in said
    assert "reads 16 of 16" in said
    assert "← window shut: no room" in said
    assert f"behind {kib(lab.now.total)} KiB (§5.5.2)" in said
    assert "What else a real TCP does is left out" in said


def test_a_flow_is_that_of_the_last_second():
    lab = PipeLab(at=10)
    lab.turn(read=48)
    lab.run(0.5)
    assert "reads 32 of 48" in seen(lab._sheet.view)  # half a second of 16, and half of 48
    lab.run(0.5)
    assert "reads 48 of 48" in seen(lab._sheet.view)


def test_a_vessel_without_a_lid_gets_higher_with_its_content():
    for seconds, most in ((5, 128), (20, 1024), (60, 4096)):
        lab = PipeLab(at=seconds)
        glass = having(lab, "class", "glass")[0]
        assert float(glass["style"]["--full"]) == pytest.approx(lab.now.held / most / KIB, abs=1e-3)


def test_a_ping_that_nobody_reads_waits_for_ever():
    assert "waits for ever, at these speeds" in seen(PipeLab(read=0, at=5)._sheet.view)


def test_lost_messages_are_counted():
    lab = PipeLab(policy="drop newest", at=10)
    assert f"lost {lab.now.dropped} messages" in seen(lab._sheet.view)
    assert lab.now.dropped > 10


def test_the_bands_of_the_curve_end_at_what_waits_now():
    lab = PipeLab(at=10)
    bands = [each for each in elements(lab._sheet.view) if each["tag"] == "polygon"]
    assert len(bands) == 4
    top = bands[-1]["attributes"]["points"].split()[len(lab.past) - 1]
    x, y = map(float, top.split(","))
    assert x == 100
    assert (100 - y) / 100 * 512 == pytest.approx(lab.now.total / KIB, abs=0.1)


def test_a_page_without_a_kernel_shows_the_run_as_a_table():
    lab = PipeLab(at=2.5)
    bundle = lab._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    lines = data["text/plain"].splitlines()
    assert lines[0] == repr(lab)
    assert lines[1].startswith("The reader limits.")
    assert [line.split()[0] for line in lines[4:]] == ["0", "1", "2", "2.5"]
    assert "<table" in data["text/html"]
    assert json.dumps(lab._sheet.view)


def test_sizes_are_given_to_a_tenth_of_a_kib():
    assert kib(int(63.5 * KIB)) == "63.5"
    assert kib(12345 * KIB) == "12\u202f345"
    assert kib(2047) == "2"
