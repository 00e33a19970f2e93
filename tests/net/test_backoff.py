"""Delays before connecting again grow, are random, and have an end."""

from itertools import islice, pairwise

import pytest

from wslearn.net.backoff import FIRST_SECONDS, LONGEST_SECONDS, bounds, delays


@pytest.mark.row("6455-7.2.3-1", "6455-7.2.3-4", at="net.backoff.bounds")
def test_bounds_double_up_to_the_longest_and_never_shrink():
    assert FIRST_SECONDS == 5
    assert list(islice(bounds(), 6)) == [5, 10, 20, 40, 60, 60]
    some = list(islice(bounds(1, 100), 12))
    assert some[:7] == [1, 2, 4, 8, 16, 32, 64]
    assert set(some[7:]) == {100}
    assert all(earlier <= later for earlier, later in pairwise(some))


def test_a_first_bound_above_the_longest_is_cut():
    assert list(islice(bounds(100, 60), 3)) == [60, 60, 60]


def test_each_delay_is_drawn_from_0_to_its_bound():
    drawn = []

    def draw(low, high):
        drawn.append((low, high))
        return high / 2

    assert list(islice(delays(draw=draw), 4)) == [2.5, 5, 10, 20]
    assert drawn == [(0, 5), (0, 10), (0, 20), (0, 40)]


@pytest.mark.row("6455-7.2.3-2", "6455-7.2.3-3", at="net.backoff.delays")
def test_delays_are_random_and_within_their_bounds():
    runs = [list(islice(delays(), 6)) for _ in range(50)]
    assert len({run[0] for run in runs}) > 1
    assert all(next(delays(0.5)) <= 0.5 for _ in range(100))
    for run in runs:
        assert all(
            0 <= delay <= bound <= LONGEST_SECONDS
            for delay, bound in zip(run, bounds(), strict=False)
        )
