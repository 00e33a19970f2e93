"""Lesson 12: a poll whose votes are on every screen at once."""

from wslearn.checking.exercise import Exercise, cases

from .solutions import count_votes, enqueue, merge, read_vote, waits

DRINKS = ["Tea", "Coffee"]
VOTE = '{"type": "vote", "candidate": "Tea"}'

RESULTS, NEWER = ("results", "2:1"), ("results", "3:1")
NOTICE = ("notice", "Two more minutes.")

EXERCISES = (
    Exercise(
        "12.1",
        read_vote,
        setup=("import json",),
        cases=cases(
            [(VOTE, DRINKS), ("Hello", DRINKS)],
            [
                ('{"candidate": "Coffee", "type": "vote", "more": 1}', DRINKS),
                ('{"type": "vote", "candidate": "Water"}', DRINKS),
                ('{"type": "vote"}', DRINKS),
                ('{"candidate": "Tea"}', DRINKS),
                ('{"type": "notice", "candidate": "Tea"}', DRINKS),
                ('{"type": "notice", "candidate": "Tea", "text": "vote"}', DRINKS),
                ('{"type": "vote", "candidate": ["Tea"]}', DRINKS),
                ('{"type": "vote", "candidate": null}', DRINKS),
                ('["vote", "Tea"]', DRINKS),
                ('"Tea"', DRINKS),
                ("7", DRINKS),
                ("null", DRINKS),
                ("", DRINKS),
                ('{"type": "vote", "candidate": "Tea"', DRINKS),
            ],
        ),
    ),
    Exercise(
        "12.2",
        count_votes,
        cases=cases(
            [([("Ada", "Tea"), ("Mia", "Coffee")], DRINKS), ([("Ada", "Tea")], DRINKS)],
            [
                ([], DRINKS),
                ([("Ada", "Tea"), ("Ada", "Tea")], DRINKS),
                ([("Ada", "Tea"), ("Ada", "Coffee")], DRINKS),
                ([("Ada", "Tea"), ("ADA", "Tea")], DRINKS),
                ([("Ada", "Tea"), (" Ada ", "Coffee")], DRINKS),
                ([("Ada", "Coffee"), ("Mia", "Coffee")], DRINKS),
                ([("Zoë", "Tea"), (" ZOË", "Coffee"), ("Ada", "Coffee")], DRINKS),
            ],
        ),
    ),
    Exercise(
        "12.3",
        enqueue,
        cases=cases(
            [([RESULTS], *NEWER, 3), ([RESULTS], *NOTICE, 3)],
            [
                ([], *NOTICE, 1),
                ([NOTICE], *NEWER, 3),
                ([NOTICE], *NOTICE, 3),
                ([RESULTS, NOTICE], *NEWER, 3),
                ([NOTICE, RESULTS], *NOTICE, 2),
                ([NOTICE, NOTICE, RESULTS], *NEWER, 3),
                ([NOTICE, NOTICE, NOTICE], *NEWER, 3),
                ([NOTICE, NOTICE], *NOTICE, 3),
                ([NOTICE, NOTICE, NOTICE], *NOTICE, 2),
            ],
        ),
    ),
    Exercise(
        "12.4",
        waits,
        cases=cases(
            [([50, 50, 50], 1000, 60_000), ([100, 0, 30], 5000, 60_000)],
            [
                ([], 1000, 60_000),
                ([10], 1000, 60_000),
                ([33, 50], 5, 60_000),
                ([50] * 8, 1000, 8000),
                ([99, 1, 99, 1, 99, 1], 5000, 60_000),
                ([50, 50], 5000, 3000),
            ],
        ),
        section="7.2.3",
    ),
    Exercise(
        "12.5",
        merge,
        cases=cases(
            [(4, [3, 1], [(5, 0)]), (4, [3, 1], [(4, 0), (5, 1)])],
            [
                (4, [3, 1], []),
                (4, [3, 1], [(3, 0)]),
                (4, [3, 1], [(7, 0)]),
                (4, [3, 1], [(5, 0), (5, 0)]),
                (4, [3, 1], [(6, 0), (5, 1)]),
                (0, [0, 0], [(1, 0), (2, 1), (3, 1)]),
                (9, [3, 6, 0], [(8, 0), (9, 1), (10, 2), (12, 2), (11, 0), (10, 2)]),
            ],
        ),
    ),
)
