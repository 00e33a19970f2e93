"""What PipeLab says: what limits now, and what follows."""

from itertools import pairwise

import pytest

from wslearn.labs.pipe.knobs import PRESETS, Knobs
from wslearn.labs.pipe.state import Pipe
from wslearn.labs.pipe.what_limits import verdict


def run(seconds, **knobs):
    """The verdict at the start, and after each half second."""
    stand = Knobs(**knobs)
    pipe = Pipe()
    told = [verdict(pipe, stand)]
    for _ in range(round(2 * seconds)):
        before, pipe = pipe, pipe.after(stand)
        told.append(verdict(pipe, stand, before))
    return told


def said(at, **knobs):
    """The verdict after this many seconds."""
    return run(at, **knobs)[-1]


@pytest.mark.parametrize(
    ("preset", "headline"),
    [
        ("slow reader", "The reader limits."),
        ("slow network", "The network limits."),
        ("fast enough", "The sender sets the pace."),
    ],
)
def test_it_names_the_last_place_with_a_queue_before_it(preset, headline):
    told = run(20, **PRESETS[preset])
    assert {each.headline for each in told[2:]} == {headline}


def test_the_slower_of_two_slow_ones_limits():
    assert said(10, send=64, network=32, read=16).headline == "The reader limits."
    assert said(10, send=64, network=16, read=32).headline == "The network limits."


def test_what_fills_next_is_named_in_the_order_in_which_it_fills():
    told = [each.because for each in run(10)[1:]]
    parts = ("its kernel's buffer fills", "Now the sender's kernel fills", "nothing bounds it")
    stages = [next(part for part in parts if part in because) for because in told]
    assert stages == sorted(stages, key=parts.index)
    assert set(stages) == set(parts)
    assert said(0).headline == "Nothing has been sent yet."


@pytest.mark.parametrize(
    ("policy", "outcome", "words"),
    [
        ("send anyway", "refused", "bufferedAmount grows, and nothing bounds it"),
        ("wait", "accepted", "it is as slow. Nothing is lost."),
        ("drop newest", "refused", "the newest is lost"),
        ("drop oldest", "refused", "the oldest is lost"),
        ("close", "refused", "1008 (RFC 6455 §7.4.1)"),
    ],
)
@pytest.mark.parametrize("preset", ["slow reader", "slow network"])
def test_each_policy_has_its_consequence(preset, policy, outcome, words):
    for told in run(12, policy=policy, **PRESETS[preset])[20:]:
        assert told.outcome == outcome
        assert words in told.because


@pytest.mark.parametrize(("policy", "send"), [("wait", 28), ("drop newest", 28)])
def test_a_sentence_stays_until_something_new_begins(policy, send):
    told = [each.because for each in run(60, policy=policy, send=send)]
    assert sum(one != other for one, other in pairwise(told)) <= 5


def test_a_close_waits_behind_what_was_sent_before_it():
    assert "waits its turn" in said(5, policy="close").because
    assert "has been read, and then the Close" in said(40, policy="close").because
    assert said(5, policy="close").headline == "The sender has closed with 1013."


def test_the_verdict_says_that_a_queue_gets_shorter_or_stays():
    knobs = Knobs()
    pipe = Pipe().after(knobs, 320)
    slower = knobs.turned(send=4)
    assert "gets shorter" in verdict(pipe.after(slower), slower, pipe).because
    even = knobs.turned(send=16)
    assert "stays as it is" in verdict(pipe.after(even), even, pipe).because
    assert said(2, **PRESETS["bursts"]).because.endswith("the queue gets shorter.")


def test_the_verdict_says_that_a_sender_sends_nothing():
    assert said(3, send=0).headline == "The sender is silent."
