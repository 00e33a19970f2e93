"""Lesson 12: a poll whose votes are on every screen at once."""

import json

from wslearn.course.exercise import Exercise, cases

from .slips_12 import COUNTING, MERGING, QUEUEING, READING_VOTES, WAITING


def read_vote(text: str, candidates: list[str]) -> str | None:
    try:
        message = json.loads(text)
    except ValueError:
        return None
    if not isinstance(message, dict) or message.get("type") != "vote":
        return None
    candidate = message.get("candidate")
    if candidate not in candidates:
        return None
    return candidate


def count_votes(votes: list[tuple[str, str]], candidates: list[str]) -> list[int]:
    chosen = {}
    for name, candidate in votes:
        chosen[name.strip().casefold()] = candidate
    given = list(chosen.values())
    return [given.count(candidate) for candidate in candidates]


def enqueue(
    waiting: list[tuple[str, str]], kind: str, text: str, limit: int
) -> list[tuple[str, str]] | None:
    kept = []
    for message in waiting:
        if kind != "results" or message[0] != "results":
            kept.append(message)
    kept.append((kind, text))
    if len(kept) > limit:
        return None
    return kept


def waits(percents: list[int], first: int, longest: int) -> list[int]:
    bound = min(first, longest)
    found = []
    for percent in percents:
        found.append(bound * percent // 100)
        bound = min(2 * bound, longest)
    return found


def merge(version: int, counts: list[int], updates: list[tuple[int, int]]) -> list[int]:
    counts = list(counts)
    used = set()
    for number, place in updates:
        if number > version and number not in used:
            used.add(number)
            counts[place] = counts[place] + 1
    return counts


DRINKS = ["Tea", "Coffee"]
VOTE = '{"type": "vote", "candidate": "Tea"}'
RESULTS, NEWER = ("results", "2:1"), ("results", "3:1")
NOTICE = ("notice", "Two more minutes.")

EXERCISES = (
    Exercise(
        id="12.1",
        title="Is that a vote?",
        task=(
            "Write `read_vote`. It takes the text of a message from a browser and the list of "
            "candidates. It returns the candidate if the message is a vote: a JSON object whose "
            '`"type"` is `"vote"` and whose `"candidate"` is one of the list. For everything else '
            "it returns None. It never raises."
        ),
        starter="def read_vote(text, candidates):",
        setup=("import json",),
        hints=(
            "json.loads raises a ValueError for what is no JSON. And what is JSON need not be an "
            "object.",
            "isinstance(message, dict) says whether it is an object. message.get(name) gives None "
            "where a field is missing.",
            "try json.loads, except ValueError: return None; then return None unless it is a "
            'dict with message.get("type") == "vote" and a candidate that is in candidates',
        ),
        reference=read_vote,
        cases=cases(
            [(VOTE, DRINKS), ("Hello", DRINKS)],
            [
                ('{"candidate": "Coffee", "type": "vote", "more": 1}', DRINKS),
                ('{"type": "vote", "candidate": "Water"}', DRINKS),
                ('{"type": "vote"}', DRINKS),
                ('{"candidate": "Tea"}', DRINKS),
                ('{"type": "notice", "candidate": "Tea"}', DRINKS),
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
        wrong=READING_VOTES,
    ),
    Exercise(
        id="12.2",
        title="One vote a name",
        task=(
            "Write `count_votes`. It takes a list of votes, each a tuple of a name and a candidate "
            "in the order in which they came, and the list of candidates. It returns the list of "
            "their numbers of votes, in the order of the candidates. A name has one vote, and the "
            "last one counts. Capitals, and spaces around a name, make no other name of it."
        ),
        starter="def count_votes(votes, candidates):",
        hints=(
            "Do not count while you read. First find out what each name has chosen last.",
            "A dictionary holds one value for each name, and a later one replaces it. Its key is "
            "name.strip().casefold().",
            "chosen[name.strip().casefold()] = candidate for each vote; then "
            "list(chosen.values()).count(candidate) for each candidate",
        ),
        reference=count_votes,
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
        wrong=COUNTING,
    ),
    Exercise(
        id="12.3",
        title="A browser that does not read",
        task=(
            "Write `enqueue`. It takes the list of messages that wait for one browser, each a "
            "tuple of a kind and a text, then the kind and the text of a new message, and a limit. "
            "It returns the list with the new message at its end. New results replace results "
            "that wait; no other kind replaces anything. If more than the limit would wait then, "
            "return None: the server closes that connection."
        ),
        starter="def enqueue(waiting, kind, text, limit):",
        hints=(
            "Make a new list. Which of the old messages stay in it? That depends on the new one.",
            "If the new message is of the kind results, leave the waiting results out. Then put "
            "the new one at the end. Count last.",
            'kept = [one for one in waiting if kind != "results" or one[0] != "results"]; append '
            "(kind, text); return None if len(kept) > limit, else kept",
        ),
        reference=enqueue,
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
        wrong=QUEUEING,
    ),
    Exercise(
        id="12.4",
        title="Not all at once",
        task=(
            "Write `waits`. It says how long a browser waits before each new try to connect, in "
            "milliseconds. It takes a list of percentages, drawn at random, one for each try; the "
            "range of the first wait; and the longest range. A wait is that percentage of its "
            "range, rounded down. Each range is twice the one before it, but never more than the "
            "longest."
        ),
        starter="def waits(percents, first, longest):",
        hints=(
            "Keep the range in a variable. Use it, then double it.",
            "min(2 * bound, longest) is the next range. The part of it is bound * percent // 100.",
            "bound = min(first, longest); for percent in percents: found.append(bound * percent "
            "// 100); bound = min(2 * bound, longest)",
        ),
        reference=waits,
        cases=cases(
            [([50, 50, 50], 1000, 60_000), ([100, 0, 30], 5000, 60_000)],
            [
                ([], 1000, 60_000),
                ([10], 1000, 60_000),
                ([50] * 8, 1000, 8000),
                ([99, 1, 99, 1, 99, 1], 5000, 60_000),
                ([50, 50], 5000, 3000),
            ],
        ),
        section="7.2.3",
        wrong=WAITING,
    ),
    Exercise(
        id="12.5",
        title="Where were we?",
        task=(
            "Write `merge`. A browser that comes back gets a snapshot: a version, and the number "
            "of votes of each candidate. Meanwhile updates came in, each a tuple of its number "
            "and the place of the candidate that got one vote more. The snapshot has all updates "
            "in it whose number is not larger than its version. An update may come twice, and "
            "they may come in any order. It returns the list of the numbers of votes."
        ),
        starter="def merge(version, counts, updates):",
        hints=(
            "Begin with a copy of the snapshot's numbers: list(counts). Which updates are new?",
            "An update is new if its number is larger than the version, and if you have not used "
            "that number yet. A set remembers numbers.",
            "for number, place in updates: if number > version and number not in used: "
            "used.add(number); counts[place] = counts[place] + 1",
        ),
        reference=merge,
        cases=cases(
            [(4, [3, 1], [(5, 0)]), (4, [3, 1], [(4, 0), (5, 1)])],
            [
                (4, [3, 1], []),
                (4, [3, 1], [(3, 0)]),
                (4, [3, 1], [(5, 0), (5, 0)]),
                (4, [3, 1], [(6, 0), (5, 1)]),
                (0, [0, 0], [(1, 0), (2, 1), (3, 1)]),
                (9, [3, 6, 0], [(8, 0), (9, 1), (10, 2), (12, 2), (11, 0), (10, 2)]),
            ],
        ),
        wrong=MERGING,
    ),
)
