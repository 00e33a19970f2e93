"""Lesson 16: why a connection ended, and how a client comes back."""

import random

from wslearn.checking.exercise import Exercise, cases

from .endings import CAUSES, trace
from .solutions import ping_interval, resume, take, wait_before, why

KEPT = [(4, "d"), (5, "e"), (6, "f")]

OPEN = (0, "server", "reply 101")
TRACES = [
    [OPEN, (10, "server", "text"), (70, "proxy", "end")],
    [OPEN, (10, "client", "ping"), (30, "client", "end")],
    [OPEN, (9, "server", "ping"), (9, "client", "pong"), (68, "proxy", "end")],
    [OPEN, (9, "client", "ping"), (9, "server", "text"), (70, "proxy", "end")],
    [OPEN, (99, "server", "close 1000"), (99, "client", "close 1000")],
    [OPEN, (5, "client", "text")],
    [OPEN, (3, "server", "close 4000"), (4, "proxy", "end")],
]
"""Traces in which more than one thing could be blamed."""


DRAW = random.Random(16)

EXERCISES = (
    Exercise(
        "16.1",
        ping_interval,
        cases=cases(
            [([60], 0), ([60, 350, 100], 1)],
            [([100], 0), ([350, 300], 2), ([61], 1), ([60], 2), ([7, 9], 1), ([100, 60], 0)],
        ),
        section="5.5.2",
    ),
    Exercise(
        "16.2",
        why,
        setup=("from wslearn.lessons.lesson_16.endings import IDLE_LIMIT, WHY",),
        cases=cases(
            [(TRACES[0],), (TRACES[1],), (TRACES[4],)],
            [(one,) for one in TRACES] + [(trace(seed),) for seed in range(4 * len(CAUSES))],
        ),
        section="7.1.5",
    ),
    Exercise(
        "16.3",
        wait_before,
        cases=cases(
            [(0, 50), (3, 50), (9, 50)], [(attempt, DRAW.randrange(100)) for attempt in range(12)]
        ),
        section="7.2.3",
    ),
    Exercise(
        "16.4",
        resume,
        cases=cases(
            [(KEPT, 4), (KEPT, 1)],
            [(KEPT, last) for last in (3, 6, 5, 2, 0, 7, 9)] + [([], 0), ([], 3), ([(1, "a")], 0)],
        ),
    ),
    Exercise(
        "16.5",
        take,
        cases=cases(
            [(3, KEPT), (4, KEPT), (3, [(4, "d"), (6, "f")])],
            [
                (6, KEPT),
                (0, []),
                (5, KEPT),
                (3, [(4, "d"), (4, "d"), (5, "e")]),
                (2, KEPT),
                (3, [(3, "c"), (4, "d"), (3, "c")]),
                (3, [(4, "d"), (6, "f"), (5, "e")]),
            ],
        ),
    ),
)
