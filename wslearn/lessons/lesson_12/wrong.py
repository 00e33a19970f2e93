"""Typical wrong answers to the exercises of lesson 12, and what each one comes from."""

import json

from wslearn.checking.exercise import wrong


def vote_in(text, candidates, *, catch=True, mapping=True, kind=True, listed=True):
    """The right answer to 12.1, with something left unchecked."""
    try:
        message = json.loads(text)
    except ValueError:
        if not catch:
            raise
        return None
    if mapping and not isinstance(message, dict):
        return None
    if kind and message.get("type") != "vote":
        return None
    candidate = message.get("candidate")
    return candidate if candidate in candidates or not listed else None


@wrong("12.1")
def no_json_not_caught(text, candidates):
    """Text that is not JSON at all made json.loads raise. A browser can send anything: put `try`
    around it, and `except ValueError`."""
    return vote_in(text, candidates, catch=False)


@wrong("12.1")
def taken_for_an_object(text, candidates):
    """JSON can also be a list, a number or a text. Those have no `get`: ask
    isinstance(message, dict) before you look inside."""
    return vote_in(text, candidates, mapping=False)


@wrong("12.1")
def type_ignored(text, candidates):
    """The type was not looked at. A message of another type may have a candidate too, and it is not
    a vote."""
    return vote_in(text, candidates, kind=False)


@wrong("12.1")
def any_candidate(text, candidates):
    """A vote counted for somebody who is not in the list. Ask whether the candidate is in it."""
    return vote_in(text, candidates, listed=False)


@wrong("12.1")
def browser_trusted(text, candidates):
    """It trusts the browser. Any program can connect and send what it likes: check everything
    before you use it."""
    return json.loads(text)["candidate"]


@wrong("12.1")
def yes_or_no(text, candidates):
    """It says whether there is a vote. The task asks for whom: return the candidate."""
    return vote_in(text, candidates) is not None


@wrong("12.1")
def name_somewhere_in_the_text(text, candidates):
    """It looked for the name anywhere in the text. The name may stand in another field, or in text
    that is not JSON."""
    return next((one for one in candidates if one in text), None)


def tally(votes, candidates, key=lambda name: name.strip().casefold(), first=False):
    """The right answer to 12.2, with another idea of what one name is, or of which vote counts."""
    chosen = {}
    for name, candidate in votes:
        if not (first and key(name) in chosen):
            chosen[key(name)] = candidate
    return [list(chosen.values()).count(candidate) for candidate in candidates]


@wrong("12.2")
def every_message_counted(votes, candidates):
    """Every message was counted. A name has one vote, however often it sends one."""
    return [sum(chosen == candidate for _, chosen in votes) for candidate in candidates]


@wrong("12.2")
def first_vote_counted(votes, candidates):
    """The first vote of each name was counted. People change their minds: the last one counts."""
    return tally(votes, candidates, first=True)


@wrong("12.2")
def names_as_they_came(votes, candidates):
    """The same name in capitals, or with spaces around it, counted twice. Bring names into one form
    first: name.strip().casefold()."""
    return tally(votes, candidates, key=str)


@wrong("12.2")
def spaces_left(votes, candidates):
    """With spaces around it a name counted as another one: strip() takes them off."""
    return tally(votes, candidates, key=str.casefold)


@wrong("12.2")
def capitals_left(votes, candidates):
    """In capitals a name counted as another one: casefold() makes all letters small."""
    return tally(votes, candidates, key=str.strip)


@wrong("12.2")
def without_the_zeros(votes, candidates):
    """A candidate without votes is missing. The list has a number for each candidate, even if it
    is 0."""
    return [count for count in tally(votes, candidates) if count]


@wrong("12.2")
def a_dictionary(votes, candidates):
    """It is a dictionary. The task asks for the numbers alone, in the order of the candidates."""
    return dict(zip(candidates, tally(votes, candidates), strict=True))


def queue(waiting, kind, text, limit, replaced=("results",)):
    """The right answer to 12.3, where other kinds may replace their like."""
    kept = [one for one in waiting if one[0] != kind or kind not in replaced]
    kept.append((kind, text))
    return kept if len(kept) <= limit else None


@wrong("12.3")
def old_results_kept(waiting, kind, text, limit):
    """Old results stayed in the queue, and newer ones wait behind them. Nobody needs them: each
    results message is complete."""
    return queue(waiting, kind, text, limit, replaced=())


@wrong("12.3")
def notices_replaced(waiting, kind, text, limit):
    """A notice was thrown away because another message came. Every notice says something of its
    own; only results replace results."""
    return queue(waiting, kind, text, limit, replaced=("results", "notice"))


@wrong("12.3")
def results_dropped_for_anything(waiting, kind, text, limit):
    """Waiting results were thrown away for a message of another kind. Only new results replace
    them."""
    kept = [one for one in waiting if one[0] != "results"]
    kept.append((kind, text))
    return kept if len(kept) <= limit else None


@wrong("12.3")
def replaced_in_place(waiting, kind, text, limit):
    """The new results took the place of the old ones. A browser should first read what was said
    before them: put them at the end."""
    kept = [(kind, text) if one[0] == kind == "results" else one for one in waiting]
    if (kind, text) not in kept or kind != "results":
        kept.append((kind, text))
    return kept if len(kept) <= limit else None


@wrong("12.3")
def no_limit(waiting, kind, text, limit):
    """The queue grows without a limit. A browser that never reads would fill the server's
    memory."""
    return queue(waiting, kind, text, limit=len(waiting) + 1)


@wrong("12.3")
def full_one_too_early(waiting, kind, text, limit):
    """The queue was full one too early: as many as the limit may wait."""
    return queue(waiting, kind, text, limit - 1)


@wrong("12.3")
def full_one_too_late(waiting, kind, text, limit):
    """One more than the limit was let in. Count after the new message is in."""
    return queue(waiting, kind, text, limit + 1)


@wrong("12.3")
def oldest_dropped(waiting, kind, text, limit):
    """Where the queue was full, the oldest messages were dropped. A notice may be among them: the
    task asks for None, and the server then closes the connection."""
    return queue(waiting, kind, text, limit=len(waiting) + 1)[-limit:]


@wrong("12.3")
def counted_before_replacing(waiting, kind, text, limit):
    """It counted before old results were taken out. Replacing them needs no further place."""
    return None if len(waiting) >= limit else queue(waiting, kind, text, limit)


def ranges(percents, first, longest, grow=lambda bound, first: 2 * bound):
    """The right answer's ranges, growing otherwise."""
    bound = min(first, longest)
    for _ in percents:
        yield bound
        bound = min(grow(bound, first), longest)


def parts(bounds, percents):
    return [bound * percent // 100 for bound, percent in zip(bounds, percents, strict=True)]


@wrong("12.4")
def always_the_whole_range(percents, first, longest):
    """Everybody waits the whole range, so everybody comes back at the same moment. Take the
    percentage of it."""
    return list(ranges(percents, first, longest))


@wrong("12.4")
def range_never_grows(percents, first, longest):
    """The range stayed as it was. After each failure it is twice as long."""
    return parts(ranges(percents, first, longest, grow=lambda bound, first: bound), percents)


@wrong("12.4")
def range_grows_by_steps(percents, first, longest):
    """The range grew by the same step each time. It doubles."""
    return parts(
        ranges(percents, first, longest, grow=lambda bound, first: bound + first), percents
    )


@wrong("12.4")
def range_without_end(percents, first, longest):
    """The range grew without end. After an hour without a server nobody would come back that day:
    it never grows beyond the longest."""
    return parts([first * 2**n for n in range(len(percents))], percents)


@wrong("12.4")
def first_range_not_limited(percents, first, longest):
    """The first range was longer than the longest. The limit holds for it too:
    min(first, longest)."""
    bounds = list(ranges(percents, first, longest))
    return parts([first, *bounds[1:]][: len(percents)], percents)


@wrong("12.4")
def doubled_before_the_first(percents, first, longest):
    """The first range was doubled already. Use the range, then double it."""
    return parts(ranges(percents, 2 * first, longest), percents)


@wrong("12.4")
def wait_doubled(percents, first, longest):
    """The wait was doubled, and not the range. A short wait would make all later ones short: keep
    the range in a variable of its own."""
    found, bound = [], min(first, longest)
    for percent in percents:
        found.append(bound * percent // 100)
        bound = min(2 * found[-1], longest)
    return found


@wrong("12.4")
def wait_limited(percents, first, longest):
    """The limit was put on the wait. It belongs to the range: otherwise late waits are all exactly
    the longest, and everybody meets again."""
    return [min(first * 2**n * percent // 100, longest) for n, percent in enumerate(percents)]


@wrong("12.4")
def not_divided_by_100(percents, first, longest):
    """A percentage is a part of a hundred: divide by 100, with //."""
    bounds = ranges(percents, first, longest)
    return [bound * percent for bound, percent in zip(bounds, percents, strict=True)]


@wrong("12.4")
def percentage_rounded_first(percents, first, longest):
    """`percent // 100` is 0 for all but 100 per cent. Multiply first, then divide:
    bound * percent // 100."""
    bounds = ranges(percents, first, longest)
    return [bound * (percent // 100) for bound, percent in zip(bounds, percents, strict=True)]


@wrong("12.4")
def with_fractions(percents, first, longest):
    """`/` makes a number with a fraction. The task rounds down: `//`."""
    bounds = ranges(percents, first, longest)
    return [bound * percent / 100 for bound, percent in zip(bounds, percents, strict=True)]


def merged(version, counts, updates, newer=lambda number, version: number > version, once=True):
    """The right answer to 12.5, with updates let in that should be left out."""
    counts, used = list(counts), set()
    for number, place in updates:
        if newer(number, version) and not (once and number in used):
            used.add(number)
            counts[place] += 1
    return counts


@wrong("12.5")
def version_ignored(version, counts, updates):
    """Updates that the snapshot already has in it were added again. Compare their numbers with the
    snapshot's version."""
    return merged(version, counts, updates, newer=lambda number, version: True)


@wrong("12.5")
def own_number_again(version, counts, updates):
    """The update with the snapshot's own number is in it already: only larger numbers are new."""
    return merged(version, counts, updates, newer=lambda number, version: number >= version)


@wrong("12.5")
def counted_twice(version, counts, updates):
    """An update that came twice was counted twice. Remember which numbers you have used."""
    return merged(version, counts, updates, once=False)


@wrong("12.5")
def late_ones_thrown_away(version, counts, updates):
    """An update was thrown away because one with a larger number had come before it. Here the order
    does not matter, only which numbers you have used."""
    counts = list(counts)
    for number, place in updates:
        if number > version:
            version = number
            counts[place] += 1
    return counts


@wrong("12.5")
def snapshot_alone(version, counts, updates):
    """The snapshot came back as it was. Votes that came after it are missing."""
    return list(counts)
