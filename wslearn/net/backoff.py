"""How long to wait before connecting again (RFC 6455 §7.2.3).

A server that has just come back must not meet all its clients in the same second. So each waits a
random time, and after each failure the range it draws from is twice as long, up to a limit
("truncated binary exponential backoff").
"""

import random
from collections.abc import Callable, Iterator

FIRST_SECONDS = 5.0
"""The range of the first delay: §7.2.3 finds 0 to 5 seconds reasonable."""

LONGEST_SECONDS = 60.0


def bounds(first: float = FIRST_SECONDS, longest: float = LONGEST_SECONDS) -> Iterator[float]:
    """The longest that each delay may be, in seconds; it never shrinks.

    >>> from itertools import islice
    >>> list(islice(bounds(), 6))
    [5.0, 10.0, 20.0, 40.0, 60.0, 60.0]
    """
    bound = min(first, longest)
    while True:
        yield bound
        bound = min(2 * bound, longest)


def delays(
    first: float = FIRST_SECONDS,
    longest: float = LONGEST_SECONDS,
    *,
    draw: Callable[[float, float], float] = random.uniform,
) -> Iterator[float]:
    """Delays in seconds, each drawn at random from 0 to its bound.

    ``draw`` takes the two ends of a range; tests and lessons pass one of their own.
    """
    for bound in bounds(first, longest):
        yield draw(0.0, bound)
