"""Lesson 12: the solutions of its exercises, as a student would write them."""

import json


def read_vote(text, candidates):
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


def count_votes(votes, candidates):
    chosen = {}
    for name, candidate in votes:
        chosen[name.strip().casefold()] = candidate
    given = list(chosen.values())
    return [given.count(candidate) for candidate in candidates]


def enqueue(waiting, kind, text, limit):
    kept = []
    for message in waiting:
        if kind != "results" or message[0] != "results":
            kept.append(message)
    kept.append((kind, text))
    if len(kept) > limit:
        return None
    return kept


def waits(percents, first, longest):
    bound = min(first, longest)
    found = []
    for percent in percents:
        found.append(bound * percent // 100)
        bound = min(2 * bound, longest)
    return found


def merge(version, counts, updates):
    counts = list(counts)
    used = set()
    for number, place in updates:
        if number > version and number not in used:
            used.add(number)
            counts[place] = counts[place] + 1
    return counts
