"""Gain: how much of what there was to learn was learned, for one student and for a class.

The normalised gain of a class (Hake 1998) is the part that was gained of what could be gained,
(after - before) / (1 - before), where before and after are shares of right answers. It is counted
from students who took both tests, question by question.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wslearn.course.progress_record import Given, Record

from .bank import Item, items
from .numbers import WHICH, Which


def normalised(before: float, after: float) -> float | None:
    """The normalised gain of two shares from 0 to 1; None where nothing was left to gain.

    >>> normalised(0.25, 0.75), normalised(1.0, 1.0), normalised(0.5, 0.25)
    (0.6666666666666666, None, -0.5)
    """
    return None if before >= 1 else (after - before) / (1 - before)


def key(which: Which, item: Item) -> str:
    """What an answer to a question of a test is called in the record."""
    return f"{which}.{item.name}"


def taken(record: Record, which: Which) -> dict[str, int]:
    """The options chosen in a test, by question; what is no longer an option counts as the last, "I
    do not know yet". What a file says about right and wrong is not believed."""
    chosen = {}
    for item in items(which):
        given = record.tests.get(key(which, item))
        if given is not None:
            words = [option.text for option in item.question.options]
            known = given.given in words
            chosen[item.name] = words.index(given.given) if known else len(words) - 1
    return chosen


def finished(record: Record, which: Which) -> bool:
    """Whether every question of a test was answered."""
    return len(taken(record, which)) == len(items(which))


def right(record: Record, which: Which) -> dict[str, bool]:
    """Which questions of a test were answered correctly, of those that were answered."""
    chosen = taken(record, which)
    return {
        item.name: item.question.options[chosen[item.name]].right
        for item in items(which)
        if item.name in chosen
    }


@dataclass(frozen=True, slots=True)
class Row:
    """One question in a class. ``before`` and ``after`` are shares of right answers, 0 to 1."""

    title: str
    before: float
    after: float
    misconception: str
    holders: int

    @property
    def gain(self) -> float | None:
        """The normalised gain; None where everybody knew it before."""
        return normalised(self.before, self.after)


def of_class(records: Iterable[Record], since: Which, until: Which) -> tuple[int, list[Row]]:
    """How many students finished both tests, and the rows of the questions.

    ``misconception`` is the one that most of them still hold in the later test.
    """
    both = [one for one in records if finished(one, since) and finished(one, until)]
    if not both:
        return 0, []
    earlier, later = [right(one, since) for one in both], [right(one, until) for one in both]
    held: dict[str, Counter[str]] = {item.name: Counter() for item in items(until)}
    for one in both:
        chosen = taken(one, until)
        for item in items(until):
            if misconception := item.misconceptions[chosen[item.name]]:
                held[item.name][misconception] += 1
    rows = []
    for item in items(until):
        ((misconception, holders),) = held[item.name].most_common(1) or [("", 0)]
        rows.append(
            Row(
                item.title,
                _share(earlier, item.name),
                _share(later, item.name),
                misconception,
                holders,
            )
        )
    return len(both), rows


def _share(answers: list[dict[str, bool]], name: str) -> float:
    return sum(one[name] for one in answers) / len(answers)


def latest(records: Iterable[Record]) -> Which:
    """The last test that somebody has finished besides the first; ``halfway`` if none."""
    known = list(records)
    return next(
        (which for which in reversed(WHICH[1:]) if any(finished(one, which) for one in known)),
        "halfway",
    )


def answers(given: Mapping[Item, int], which: Which, when: str) -> dict[str, Given]:
    """Answers to a test as a record keeps them: the words of the options that were chosen."""
    return {
        key(which, item): Given(
            when, item.question.options[at].text, item.question.options[at].right
        )
        for item, at in given.items()
    }
