"""Two ways to do the same thing, timed side by side in one process.

A machine that does other work gets slower and faster by the second. So the two ways take turns
(A B A B ...), each pair gives one ratio, and the median of the ratios is what counts. Processor
time is measured, not the wall's clock: nothing here waits for anything.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

PAIRS = 31
LONG_ENOUGH = 0.004
"""Seconds that one turn takes at least, so that the clock's own grain does not count."""


@dataclass(frozen=True)
class Compared:
    """The median times of one call in microseconds, and the median of the ratios B / A."""

    ours: float
    theirs: float
    ratio: float
    low: float
    high: float

    def __str__(self) -> str:
        return (
            f"{self.ours:10.2f} {self.theirs:10.2f}   {self.ratio:5.2f}x"
            f"   ({self.low:.2f} to {self.high:.2f})"
        )


def turn(action: Callable[[], object], times: int) -> float:
    """Seconds for so many calls."""
    calls = range(times)
    start = time.process_time()
    for _ in calls:
        action()
    return time.process_time() - start


def compare(
    ours: Callable[[], object], theirs: Callable[[], object], pairs: int = PAIRS
) -> Compared:
    """Time both, by turns; a ratio above 1 says that ours is faster by that factor."""
    times = 1
    while min(turn(ours, times), turn(theirs, times)) < LONG_ENOUGH:
        times *= 2
    a, b = [], []
    for pair in range(pairs):
        # Who goes first changes, so that neither always runs in the other's wake.
        if pair % 2:
            b.append(turn(theirs, times))
            a.append(turn(ours, times))
        else:
            a.append(turn(ours, times))
            b.append(turn(theirs, times))
    ratios = sorted(there / here for here, there in zip(a, b, strict=True))
    quarter = len(ratios) // 4
    return Compared(
        statistics.median(a) / times * 1e6,
        statistics.median(b) / times * 1e6,
        statistics.median(ratios),
        ratios[quarter],
        ratios[-1 - quarter],
    )
