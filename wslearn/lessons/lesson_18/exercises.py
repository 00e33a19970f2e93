"""Lesson 18: bytes that wait, two marks, one frame for all, the newest texts, who missed what."""

import random

from wslearn.checking.exercise import Exercise, cases

from .solutions import keep_newest, missed, pauses, tell, where_it_waits

LEVELS = [10, 70, 50, 20, 30, 64, 65, 16, 17, 64]

WAITING = ["aaaa", "bbbb", "cccc"]

CUT = [
    ("publish", 1),
    ("subscribe", "A"),
    ("publish", 2),
    ("lost", "A"),
    ("publish", 3),
    ("publish", 4),
    ("subscribe", "A"),
    ("publish", 5),
]
BOTH = [
    ("subscribe", "A"),
    ("subscribe", "B"),
    ("publish", 1),
    ("lost", "B"),
    ("publish", 2),
    ("subscribe", "B"),
    ("publish", 3),
    ("lost", "A"),
    ("publish", 4),
    ("lost", "B"),
    ("publish", 5),
    ("subscribe", "B"),
    ("publish", 6),
]


def _walk() -> list[int]:
    """A level that goes up and down by chance."""
    draw = random.Random(18)
    level, found = 40, []
    for _ in range(40):
        level = max(0, level + draw.randint(-15, 15))
        found.append(level)
    return found


EXERCISES = (
    Exercise(
        "18.1",
        where_it_waits,
        cases=cases(
            [(100, 60, 1000, 10), (100, 60, 1000, 60)],
            [
                (60, 100, 1000, 60),
                (100, 100, 1000, 60),
                (100, 0, 0, 3),
                (100, 60, 1000, 25),
                (5000, 0, 1000, 3),
                (2_000_000, 500_000, 4_000_000, 30),
            ],
        ),
        section="2.1",
    ),
    Exercise(
        "18.2",
        pauses,
        cases=cases(
            [([10, 70, 50, 20, 10], 64, 16), ([64, 65, 64, 17, 16], 64, 16)],
            [([], 64, 16), (LEVELS, 64, 16), (_walk(), 50, 20), ([50, 50], 64, 16), ([30], 20, 20)],
        ),
    ),
    Exercise(
        "18.3",
        tell,
        setup=("from wslearn.protocol.frame import Frame",),
        cases=cases(
            [("Hello", [0, 100, 200], 150), ("Hello", [0, 150], 150)],
            [
                ("é", [0, 7], 0),
                ("x" * 126, [0, 0], 10),
                ("", [1, 0], 0),
                ("Hello", [], 5),
                ("Hello", [149, 151, 3, 400], 150),
                ("Hello", [200, 200, 10], 150),
            ],
        ),
        section="6.1",
    ),
    Exercise(
        "18.4",
        keep_newest,
        cases=cases(
            [(WAITING, "dd", 12), (WAITING, "dd", 20)],
            [
                ([], "dddd", 2),
                ([], "d", 9),
                (WAITING, "dddddd", 10),
                (WAITING, "d" * 9, 12),
                (["aaaaaaaa"], "bb", 9),
                (WAITING, "dddd", 16),
                (["a", "bbb", "c", "d"], "e", 5),
                (["aa", "bb", "c"], "d", 3),
            ],
        ),
    ),
    Exercise(
        "18.5",
        missed,
        cases=cases(
            [(CUT, "A"), (CUT, "B")],
            [
                (BOTH, "A"),
                (BOTH, "B"),
                ([], "A"),
                ([("subscribe", "A"), ("lost", "A"), ("lost", "A"), ("publish", 9)], "A"),
                ([("subscribe", "A"), ("publish", 1), ("publish", 2)], "A"),
            ],
        ),
    ),
)
