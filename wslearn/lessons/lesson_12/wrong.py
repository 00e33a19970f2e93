"""Typical wrong answers to the exercises of lesson 12, and what each one comes from."""

import json

from wslearn.checking.exercise import wrong


@wrong("12.1")
def taken_for_an_object(text, candidates):
    """JSON can also be a list, a number or a text. Those have no `get`: ask
    isinstance(message, dict) before you look inside."""
    try:
        message = json.loads(text)
    except ValueError:
        return None
    if message.get("type") != "vote":
        return None
    candidate = message.get("candidate")
    if candidate not in candidates:
        return None
    return candidate


@wrong("12.1")
def no_json_not_caught(text, candidates):
    """Text that is not JSON at all made json.loads raise. A browser can send anything: put `try`
    around it, and `except ValueError`."""
    message = json.loads(text)
    if not isinstance(message, dict) or message.get("type") != "vote":
        return None
    candidate = message.get("candidate")
    if candidate not in candidates:
        return None
    return candidate


@wrong("12.1")
def any_candidate(text, candidates):
    """A vote counted for somebody who is not in the list. Ask whether the candidate is in it."""
    try:
        message = json.loads(text)
    except ValueError:
        return None
    if not isinstance(message, dict) or message.get("type") != "vote":
        return None
    return message.get("candidate")


@wrong("12.1")
def type_ignored(text, candidates):
    """The type was not looked at. A message of another type may have a candidate too, and it is not
    a vote."""
    try:
        message = json.loads(text)
    except ValueError:
        return None
    if not isinstance(message, dict):
        return None
    candidate = message.get("candidate")
    return candidate if candidate in candidates else None


@wrong("12.2")
def names_as_they_came(votes, candidates):
    """The same name in capitals, or with spaces around it, counted twice. Bring names into one form
    first: name.strip().casefold()."""
    chosen = {}
    for name, candidate in votes:
        chosen[name] = candidate
    given = list(chosen.values())
    return [given.count(candidate) for candidate in candidates]


@wrong("12.2")
def every_message_counted(votes, candidates):
    """Every message was counted. A name has one vote, however often it sends one."""
    given = [candidate for name, candidate in votes]
    return [given.count(candidate) for candidate in candidates]


@wrong("12.2")
def first_vote_counted(votes, candidates):
    """The first vote of each name was counted. People change their minds: the last one counts."""
    chosen = {}
    for name, candidate in votes:
        chosen.setdefault(name.strip().casefold(), candidate)
    given = list(chosen.values())
    return [given.count(candidate) for candidate in candidates]


@wrong("12.2")
def without_the_zeros(votes, candidates):
    """A candidate without votes is missing. The list has a number for each candidate, even if it
    is 0."""
    chosen = {}
    for name, candidate in votes:
        chosen[name.strip().casefold()] = candidate
    given = list(chosen.values())
    return [given.count(candidate) for candidate in candidates if candidate in given]


@wrong("12.3")
def notices_replaced(waiting, kind, text, limit):
    """A notice was thrown away because another message came. Every notice says something of its
    own; only results replace results."""
    kept = []
    for message in waiting:
        if message[0] != kind:
            kept.append(message)
    kept.append((kind, text))
    return kept if len(kept) <= limit else None


@wrong("12.3")
def results_dropped_for_anything(waiting, kind, text, limit):
    """Waiting results were thrown away for a message of another kind. Only new results replace
    them."""
    kept = []
    for message in waiting:
        if message[0] != "results":
            kept.append(message)
    kept.append((kind, text))
    return kept if len(kept) <= limit else None


@wrong("12.3")
def counted_before_replacing(waiting, kind, text, limit):
    """It counted before old results were taken out. Replacing them needs no further place."""
    if len(waiting) >= limit:
        return None
    kept = []
    for message in waiting:
        if kind != "results" or message[0] != "results":
            kept.append(message)
    kept.append((kind, text))
    return kept


@wrong("12.3")
def counted_before_adding(waiting, kind, text, limit):
    """One more than the limit was let in. Count after the new message is in."""
    kept = []
    for message in waiting:
        if kind != "results" or message[0] != "results":
            kept.append(message)
    if len(kept) > limit:
        return None
    kept.append((kind, text))
    return kept


@wrong("12.3")
def replaced_in_place(waiting, kind, text, limit):
    """The new results took the place of the old ones. A browser should first read what was said
    before them: put them at the end."""
    kept = [(kind, text) if one[0] == kind == "results" else one for one in waiting]
    if (kind, text) not in kept or kind != "results":
        kept.append((kind, text))
    return kept if len(kept) <= limit else None


@wrong("12.4")
def first_range_not_limited(percents, first, longest):
    """The first range was longer than the longest. The limit holds for it too:
    min(first, longest)."""
    bound = first
    found = []
    for percent in percents:
        found.append(bound * percent // 100)
        bound = min(2 * bound, longest)
    return found


@wrong("12.4")
def doubled_before_the_first(percents, first, longest):
    """The first range was doubled already. Use the range, then double it."""
    bound = min(first, longest)
    found = []
    for percent in percents:
        bound = min(2 * bound, longest)
        found.append(bound * percent // 100)
    return found


@wrong("12.4")
def wait_limited(percents, first, longest):
    """The limit was put on the wait. It belongs to the range: otherwise late waits are all exactly
    the longest, and everybody meets again."""
    bound = first
    found = []
    for percent in percents:
        found.append(min(bound * percent // 100, longest))
        bound = 2 * bound
    return found


@wrong("12.4")
def range_without_end(percents, first, longest):
    """The range grew without end. After an hour without a server nobody would come back that day:
    it never grows beyond the longest."""
    bound = first
    found = []
    for percent in percents:
        found.append(bound * percent // 100)
        bound = 2 * bound
    return found


@wrong("12.4")
def wait_doubled(percents, first, longest):
    """The wait was doubled, and not the range. A short wait would make all later ones short: keep
    the range in a variable of its own."""
    bound = min(first, longest)
    found = []
    for percent in percents:
        bound = bound * percent // 100
        found.append(bound)
        bound = min(2 * bound, longest)
    return found


@wrong("12.5")
def counted_twice(version, counts, updates):
    """An update that came twice was counted twice. Remember which numbers you have used."""
    counts = list(counts)
    for number, place in updates:
        if number > version:
            counts[place] = counts[place] + 1
    return counts


@wrong("12.5")
def late_ones_thrown_away(version, counts, updates):
    """An update was thrown away because one with a larger number had come before it. Here the order
    does not matter, only which numbers you have used."""
    counts = list(counts)
    for number, place in updates:
        if number > version:
            version = number
            counts[place] = counts[place] + 1
    return counts


@wrong("12.5")
def own_number_again(version, counts, updates):
    """The update with the snapshot's own number is in it already: only larger numbers are new."""
    counts = list(counts)
    used = set()
    for number, place in updates:
        if number >= version and number not in used:
            used.add(number)
            counts[place] = counts[place] + 1
    return counts


@wrong("12.5")
def version_ignored(version, counts, updates):
    """Updates that the snapshot already has in it were added again. Compare their numbers with the
    snapshot's version."""
    counts = list(counts)
    used = set()
    for number, place in updates:
        if number not in used:
            used.add(number)
            counts[place] = counts[place] + 1
    return counts
