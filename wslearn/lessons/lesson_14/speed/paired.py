"""Two ways to do the same thing, timed side by side in one process.

A machine that does other work gets slower and faster by the second. So the two ways take turns
(A B, B A, A B ...), each pair gives one ratio, and the median of the ratios is what counts.
Processor time is measured: nothing here waits for anything.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

PAIRS = 31
LONG_ENOUGH = 0.004
"""Seconds that one turn takes at least, so that the clock's own grain does not count."""

_fine = time.get_clock_info("process_time").resolution < LONG_ENOUGH / 10
clock = time.process_time if _fine else time.perf_counter
"""Processor time, in seconds; where a system counts it too coarsely (Windows), the wall's clock."""

Action = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Compared:
    """What two ways cost: median times of one call in microseconds, median of the ratios.

    ``ratio`` is theirs divided by ours: above 1, ours is faster by that factor. Half of the pairs
    lie between ``low`` and ``high``.
    """

    ours: float
    theirs: float
    ratio: float
    low: float
    high: float


def turn(action: Action, times: int) -> float:
    """Seconds of processor time for this many calls."""
    calls = range(times)
    start = clock()
    for _ in calls:
        action()
    return clock() - start


def calls_in_a_turn(action: Action, seconds: float = LONG_ENOUGH) -> int:
    """How many calls make a turn of at least this many seconds."""
    calls = 1
    while turn(action, calls) < seconds:
        calls *= 2
    return calls


def compare(
    ours: Action, theirs: Action, pairs: int = PAIRS, seconds: float = LONG_ENOUGH
) -> Compared:
    """Time both, in turns of at least this many seconds; each pair of turns gives one ratio."""
    calls_a, calls_b = (calls_in_a_turn(action, seconds) for action in (ours, theirs))
    a, b = [], []
    for pair in range(pairs):
        # The order changes, so that neither always runs in the other's wake.
        if pair % 2:
            b.append(turn(theirs, calls_b) / calls_b)
            a.append(turn(ours, calls_a) / calls_a)
        else:
            a.append(turn(ours, calls_a) / calls_a)
            b.append(turn(theirs, calls_b) / calls_b)
    ratios = sorted(there / here for here, there in zip(a, b, strict=True))
    quarter = len(ratios) // 4
    return Compared(
        statistics.median(a) * 1e6,
        statistics.median(b) * 1e6,
        statistics.median(ratios),
        ratios[quarter],
        ratios[-1 - quarter],
    )
