"""Wrong answers to lesson 12: more than one module can hold beside the exercises."""

import json
from collections.abc import Callable

from wslearn.checking.exercise import Wrong

Waiting = list[tuple[str, str]]


def loosely(
    text: str,
    candidates: list[str],
    *,
    catch: bool = True,
    kind: bool = True,
    listed: bool = True,
    mapping: bool = True,
    texts: bool = True,
) -> str | None:
    """The candidate of a vote, with something left unchecked."""
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
    if texts and not isinstance(candidate, str):
        return None
    return candidate if candidate in candidates or not listed else None


READING_VOTES = (
    Wrong(
        lambda text, candidates: loosely(text, candidates, catch=False),
        "What is no JSON at all came through to json.loads, and it raised. A browser can send "
        "anything: put try around it, and except ValueError.",
    ),
    Wrong(
        lambda text, candidates: loosely(text, candidates, mapping=False),
        "JSON may be a list, a number or a text as well. Those have no get: ask with "
        "isinstance(message, dict) before you look inside.",
    ),
    Wrong(
        lambda text, candidates: loosely(text, candidates, kind=False),
        "The type was not looked at. A message of another type may have a candidate too, and it "
        "is no vote.",
    ),
    Wrong(
        lambda text, candidates: loosely(text, candidates, listed=False),
        "Somebody voted for who does not stand for election, and it counted. Is the candidate in "
        "the list?",
    ),
    Wrong(
        lambda text, candidates: json.loads(text)["candidate"],
        "It trusts the browser. Any program can connect and send what it likes: look at everything "
        "before you use it.",
    ),
    Wrong(
        lambda text, candidates: loosely(text, candidates) or "",
        "For what is no vote the task asks for None, not for an empty text.",
    ),
    Wrong(
        lambda text, candidates: loosely(text, candidates) is not None,
        "It says whether there is a vote. The task asks for whom: return the candidate.",
    ),
    Wrong(
        lambda text, candidates: next((one for one in candidates if one in text), None),
        "It looked for the name anywhere in the text. A name may stand in another field, or in "
        "what is no JSON.",
    ),
)


def tallied(
    votes: list[tuple[str, str]],
    candidates: list[str],
    key: Callable[[str], str] = lambda name: name.strip().casefold(),
    *,
    first: bool = False,
) -> list[int]:
    """The counts, with another idea of what one name is, or of which vote counts."""
    chosen: dict[str, str] = {}
    for name, candidate in votes:
        if not (first and key(name) in chosen):
            chosen[key(name)] = candidate
    return [list(chosen.values()).count(candidate) for candidate in candidates]


COUNTING = (
    Wrong(
        lambda votes, candidates: [
            sum(chosen == candidate for _, chosen in votes) for candidate in candidates
        ],
        "Every message was counted. A name has one vote, however often it sends one.",
    ),
    Wrong(
        lambda votes, candidates: tallied(votes, candidates, first=True),
        "The first vote of each name was counted. Minds change: the last one counts.",
    ),
    Wrong(
        lambda votes, candidates: tallied(votes, candidates, key=str),
        "The same name in capitals, or with spaces around it, counted twice. Make one form of it "
        "first: name.strip().casefold().",
    ),
    Wrong(
        lambda votes, candidates: tallied(votes, candidates, key=str.casefold),
        "Spaces around a name made another name of it: strip() takes them off.",
    ),
    Wrong(
        lambda votes, candidates: tallied(votes, candidates, key=str.strip),
        "Capitals made another name of it: casefold() makes all letters small.",
    ),
    Wrong(
        lambda votes, candidates: [count for count in tallied(votes, candidates) if count],
        "Who got no vote is missing. The list has a number for each candidate, also 0.",
    ),
    Wrong(
        lambda votes, candidates: sorted(tallied(votes, candidates), reverse=True),
        "The numbers were sorted. They belong in the order of the candidates.",
    ),
    Wrong(
        lambda votes, candidates: sum(tallied(votes, candidates)),
        "It is one number for all. The task asks for a list, a number for each candidate.",
    ),
)


def queued(
    waiting: Waiting,
    kind: str,
    text: str,
    limit: int,
    *,
    conflate: tuple[str, ...] = ("results",),
    in_place: bool = False,
    most: int = 0,
) -> Waiting | None:
    """The queue, with something else left out or let in."""
    kept = [one for one in waiting if one[0] not in conflate or kind not in conflate]
    places = [place for place, one in enumerate(waiting) if one[0] == kind]
    if in_place and kind in conflate and places:
        kept = list(waiting)
        kept[places[0]] = (kind, text)
    else:
        kept.append((kind, text))
    return kept if len(kept) <= limit + most else None


QUEUEING = (
    Wrong(
        lambda waiting, kind, text, limit: queued(waiting, kind, text, limit, conflate=()),
        "Old results stayed in the queue behind which newer ones wait. Nobody needs them: each "
        "results message is complete.",
    ),
    Wrong(
        lambda waiting, kind, text, limit: queued(
            waiting, kind, text, limit, conflate=("results", "notice")
        ),
        "A notice was thrown away because another message came. Every notice says something of "
        "its own; only results replace results.",
    ),
    Wrong(
        lambda waiting, kind, text, limit: queued(waiting, kind, text, limit, in_place=True),
        "The new results took the place of the old ones. What was said before them should be "
        "read before them: put them at the end.",
    ),
    Wrong(
        lambda waiting, kind, text, limit: queued(waiting, kind, text, limit, most=10**6),
        "The queue grows without a limit. A browser that never reads would fill the memory of "
        "the server.",
    ),
    Wrong(
        lambda waiting, kind, text, limit: queued(waiting, kind, text, limit, most=-1),
        "The queue was full one too early: as many as the limit may wait.",
    ),
    Wrong(
        lambda waiting, kind, text, limit: queued(waiting, kind, text, limit, most=1),
        "One more than the limit may not wait. Count after the new message is in.",
    ),
    Wrong(
        lambda waiting, kind, text, limit: (queued(waiting, kind, text, 10**6) or [])[-limit:],
        "Where the queue was full, the oldest messages were dropped. A notice may be among them: "
        "the task asks for None, and the server then closes.",
    ),
    Wrong(
        lambda waiting, kind, text, limit: (
            None if len(waiting) >= limit else queued(waiting, kind, text, limit)
        ),
        "It counted before old results were taken out. Replacing them needs no further place.",
    ),
)


def waited(
    percents: list[int],
    first: int,
    longest: int,
    *,
    grow: Callable[[int, int], int] = lambda bound, first: 2 * bound,
    cap: bool = True,
    early: bool = False,
    jitter: bool = True,
) -> list[int]:
    """The waits, growing otherwise, or without their limit or their chance."""
    bound, found = first, []
    for percent in percents:
        if early:
            bound = grow(bound, first)
        most = min(bound, longest) if cap else bound
        found.append(most * percent // 100 if jitter else most)
        if not early:
            bound = grow(bound, first)
    return found


WAITING = (
    Wrong(
        lambda percents, first, longest: waited(percents, first, longest, jitter=False),
        "Everybody waits equally long, so everybody comes back at the same moment. Take the part "
        "of the range that the percentage says.",
    ),
    Wrong(
        lambda percents, first, longest: waited(percents, first, longest, grow=lambda b, f: b),
        "The range stays as it was. After each failure it should be twice as long.",
    ),
    Wrong(
        lambda percents, first, longest: waited(percents, first, longest, grow=lambda b, f: b + f),
        "The range grows by the same step each time. It should double.",
    ),
    Wrong(
        lambda percents, first, longest: waited(percents, first, longest, cap=False),
        "The range has no end. After an hour without a server nobody would come back that day: "
        "it never grows over the longest.",
    ),
    Wrong(
        lambda percents, first, longest: waited(percents, first, longest, early=True),
        "The first range was doubled already. It should be as given; the second is twice as long.",
    ),
    Wrong(
        lambda percents, first, longest: [
            min(first * 2**n * percent // 100, longest) for n, percent in enumerate(percents)
        ],
        "The limit was put on the wait. It belongs to the range: else all late waits are exactly "
        "the longest, and everybody meets again.",
    ),
    Wrong(
        lambda percents, first, longest: [
            min(first * 2**n, longest) * percent for n, percent in enumerate(percents)
        ],
        "A percentage is a part of a hundred: divide by 100, with //.",
    ),
    Wrong(
        lambda percents, first, longest: sum(waited(percents, first, longest)),
        "It is the sum. The task asks for a list, one wait for each try.",
    ),
)


def merged(
    version: int,
    counts: list[int],
    updates: list[tuple[int, int]],
    *,
    after: Callable[[int, int], bool] = lambda number, version: number > version,
    once: bool = True,
    falling: bool = False,
) -> list[int]:
    """The counts with updates put in that should have been left out, or the reverse."""
    counts, seen, newest = list(counts), set(), version
    for number, place in updates:
        if not after(number, version) or (once and number in seen) or (falling and number < newest):
            continue
        newest = number
        seen.add(number)
        counts[place] += 1
    return counts


MERGING = (
    Wrong(
        lambda version, counts, updates: merged(version, counts, updates, after=lambda n, v: True),
        "Updates that the snapshot has in it already were added again. Compare their numbers with "
        "the snapshot's.",
    ),
    Wrong(
        lambda version, counts, updates: merged(
            version, counts, updates, after=lambda n, v: n >= v
        ),
        "The update with the snapshot's own number is in it: only larger numbers are new.",
    ),
    Wrong(
        lambda version, counts, updates: merged(version, counts, updates, once=False),
        "An update that came twice was counted twice. Remember which numbers you have used.",
    ),
    Wrong(
        lambda version, counts, updates: merged(version, counts, updates, falling=True),
        "An update was thrown away because one with a larger number had come before it. Here the "
        "order does not matter, only which numbers you have used.",
    ),
    Wrong(
        lambda version, counts, updates: list(counts),
        "The snapshot came back as it was. Votes that came after it are missing.",
    ),
    Wrong(
        lambda version, counts, updates: [
            new - old for new, old in zip(merged(version, counts, updates), counts, strict=True)
        ],
        "These are the new votes alone. Begin with the numbers of the snapshot.",
    ),
)
