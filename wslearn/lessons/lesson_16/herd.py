"""A server comes back, and all of its clients with it: how many knock in each second."""

import heapq
import random
from collections.abc import Callable

Wait = Callable[[int, float], float]
"""Seconds until the next try, from the number of those that failed and a random number below 1."""


def knocks(wait: Wait, *, clients: int = 1000, room: int = 40, seconds: int = 90) -> list[int]:
    """How many clients try to connect in each second after a server has closed on all of them.

    Each waits as ``wait`` says, then tries. The server takes ``room`` of them in each second and
    turns the others away; those wait again.

    >>> knocks(lambda attempt, dice: 1, clients=100, room=40, seconds=4)
    [0, 100, 60, 20]
    """
    draw = random.Random(1)
    due = [(wait(0, draw.random()), 0) for _ in range(clients)]
    heapq.heapify(due)
    counts, taken = [0] * seconds, [0] * seconds
    while due and due[0][0] < seconds:
        now, attempt = heapq.heappop(due)
        second = int(now)
        counts[second] += 1
        if taken[second] < room:
            taken[second] += 1
        else:
            heapq.heappush(due, (now + wait(attempt + 1, draw.random()), attempt + 1))
    return counts
