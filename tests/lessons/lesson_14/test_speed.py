"""The instruments of lesson 14 and the bench. No test depends on how long anything takes."""

import itertools
import json
import math

import pytest

from wslearn.lessons.lesson_14 import speed
from wslearn.lessons.lesson_14.speed import masks, paired, record, tasks, ways
from wslearn.protocol.errors import InputError
from wslearn.protocol.masking import mask_plain


class Clock:
    """A clock that actions move on, in seconds."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def spends(self, *seconds):
        """An action whose calls take these times, in a cycle."""
        turns = itertools.cycle(seconds)

        def action():
            self.now += next(turns)

        return action


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(paired, "clock", clock)
    return clock


# -- pairs -----------------------------------------------------------------------------------------


def test_a_ratio_of_two_says_that_ours_takes_half_the_time(clock):
    compared = speed.compare(clock.spends(0.01), clock.spends(0.02), pairs=5)
    assert (compared.ours, compared.theirs) == pytest.approx((10_000, 20_000))
    assert (compared.low, compared.ratio, compared.high) == pytest.approx((2, 2, 2))


def test_the_two_take_turns_and_change_who_goes_first(clock):
    order = []
    ours, theirs = clock.spends(1), clock.spends(1)
    speed.compare(lambda: order.append("a") or ours(), lambda: order.append("b") or theirs(), 4)
    assert "".join(order[2:]) == "abba" * 2  # the first two calls find out how many make a turn


def test_one_disturbed_pair_does_not_move_the_ratio(clock):
    ours = clock.spends(0.01, 0.01, 0.5, 0.01, 0.01, 0.01)  # the first call is not in a pair
    compared = speed.compare(ours, clock.spends(0.03), pairs=5)
    assert compared.ratio == pytest.approx(3)


def test_a_turn_has_as_many_calls_as_it_needs(clock):
    assert paired.calls_in_a_turn(clock.spends(0.004)) == 1
    assert paired.calls_in_a_turn(clock.spends(0.001)) == 4
    assert paired.calls_in_a_turn(clock.spends(0.001), seconds=0.1) == 128


def test_half_of_the_pairs_lie_between_low_and_high(clock):
    theirs = clock.spends(0.01, *(0.01 * n for n in (1, 2, 3, 4, 5, 6, 7, 8, 9)))
    compared = speed.compare(clock.spends(0.01), theirs, pairs=9)
    assert (compared.low, compared.ratio, compared.high) == pytest.approx((3, 5, 7))


# -- masks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", speed.MASKS)
@pytest.mark.parametrize("size", [4, 8, 128, 4096])
def test_each_way_masks_as_the_rule_says(name, size):
    data = bytes(range(256)) * 16
    data = data[:size]
    assert speed.MASKS[name](bytearray(data), masks.KEY) == mask_plain(data, masks.KEY)


def test_one_number_masks_any_length_and_keeps_zeros_in_front():
    for size in range(9):
        data = (masks.KEY * 3)[:size]
        assert masks.one_number(bytearray(data), masks.KEY) == bytes(size)


def test_the_times_are_those_of_the_shortest_turn_for_every_size(clock):
    work = clock.spends(1, 5, 2, 3)  # one call to find out, then three turns
    times = speed.mask_times({"slow": lambda data, key: work()}, turns=3)
    assert times == {"slow": dict.fromkeys(masks.SIZES, pytest.approx(2e6))}


# -- tasks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 5, 126, 5000, 70_000])
@pytest.mark.parametrize("task", speed.TASKS, ids=lambda task: f"{task.name}-{task.against}")
def test_both_ways_of_a_task_do_the_same_again_and_again(task, size):
    pytest.importorskip(task.library)
    payload = tasks.payload_of(task, size)
    ours, theirs = task.ours(payload), task.theirs(payload)
    tasks.same_work(ours, theirs, payload)
    if task.name == "mask in place":
        ours.run()  # removes the mask again
    tasks.same_work(ours, theirs, payload)


def test_what_does_other_work_is_not_timed():
    payload = b"Hello"
    honest = ways.building(ways.frame(), payload)
    lazy = ways.Way(lambda: b"", lambda done: done)
    with pytest.raises(InputError, match="the same 5 bytes, but the second way gave others"):
        tasks.same_work(honest, lazy, payload)
    with pytest.raises(InputError, match="but the first way gave others"):
        tasks.same_work(lazy, honest, payload)


def test_a_library_that_is_missing_is_left_out(monkeypatch):
    monkeypatch.setattr(tasks, "find_spec", lambda name: None)
    assert not speed.installed("wsproto")
    assert list(speed.measured(["parse"], [5], pairs=1)) == []


def test_what_is_asked_for_is_measured(monkeypatch):
    monkeypatch.setattr(tasks, "find_spec", lambda name: name)
    monkeypatch.setattr(tasks, "figure", lambda task, size, *_: (task.name, task.against, size))
    assert list(speed.measured(["build"], [5, 126])) == [
        ("build", against, size) for against in ("websockets", "wsproto") for size in (5, 126)
    ]
    pieces = list(speed.measured(["in pieces"], [5, 5000]))
    assert {size for *_, size in pieces} == {5000}, "one piece is not a task of its own"


def test_a_figure_says_what_was_compared(clock, monkeypatch):
    monkeypatch.setattr(tasks, "same_work", lambda *_: None)
    ours, theirs = (ways.Way(clock.spends(s), bytes) for s in (0.01, 0.02))
    task = tasks.Task("t", "wsproto", "it", lambda _: ours, lambda _: theirs, 1.5, 3.0, 16)
    assert tasks.figure(task, 5, pairs=3) == speed.Figure("t", "it", 5, 10_000, 20_000, 2, 2, 2)
    assert (task.wanted(16), task.wanted(17)) == (3.0, 1.5)


# -- the record ------------------------------------------------------------------------------------


def test_the_record_has_every_task_and_says_under_which_conditions():
    recorded = speed.recorded()
    assert {"python", "machine", *speed.LIBRARIES, "numpy"} == set(recorded.under)
    known = {(task.name, task.against) for task in speed.TASKS}
    assert {(figure.task, figure.against) for figure in recorded.figures} == known
    assert set(recorded.masks) == set(speed.MASKS)
    for figure in recorded.figures:
        assert 0 < figure.low <= figure.ratio <= figure.high < math.inf


def test_a_record_is_stored_and_read_as_it_is():
    text = record.FILE.read_text(encoding="utf-8")
    assert record.as_json(record.from_json(text)) == text
    assert json.loads(text)["under"] == speed.recorded().under


def test_the_conditions_name_versions_and_processors():
    assert {"python", "machine", "pytest"} == set(record.conditions(["pytest"]))


def test_ratios_are_sorted_for_a_figure():
    figures = [
        speed.Figure(task, against, size, 1, 2, 2, 1.5, 2.5)
        for task in ("parse", "build")
        for against in ("websockets", "wsproto")
        for size in (0, 5)
    ]
    sizes = {0: (2, 1.5, 2.5), 5: (2, 1.5, 2.5)}
    assert speed.ratios(figures, ["build"], ["wsproto"]) == {"build": {"wsproto": sizes}}
