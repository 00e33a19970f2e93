"""When a question comes back: the last moment at which it is still likely to be remembered.

The model is FSRS (package ``fsrs``), which estimates from the reviews of a question how long its
memory lasts. A question comes back on the day on which the chance of knowing it falls to
:data:`RECALL`. Three decisions are ours:

1. Days are counted, not hours: a question learned in the evening is due in the morning.
2. Only an answer that was right at once counts as remembered. A student who needed a second look
   did not remember, so that question comes back as soon as one that stayed wrong.
3. No clock is trusted. Reviews are taken in the order in which they were made; a clock that jumped
   back between two of them counts as no time, and one that jumped ahead as :data:`LONGEST` days at
   most. A question whose last review is in the future is due today.

Nothing is stored but the reviews themselves: what FSRS makes of them is worked out anew.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from fsrs import Card, Rating, Scheduler

from .progress_record import Grade, Review, moment

RECALL = 0.9
"""The chance of a right answer at which a question comes back."""

LONGEST = 180
"""Days: no question stays away longer than this."""

RATINGS: dict[Grade, Rating] = {
    "right": Rating.Good,
    "later": Rating.Again,
    "wrong": Rating.Again,
}
"""What FSRS is told of each grade; its other two ratings are a person's opinion of themselves."""

BEGIN = date(2000, 1, 1)
"""The day on which every memory begins for FSRS, which looks only at differences."""

SCHEDULER = Scheduler(
    desired_retention=RECALL,
    learning_steps=(),
    relearning_steps=(),
    maximum_interval=LONGEST,
    enable_fuzzing=False,
)
"""FSRS in whole days and without chance: the same reviews always give the same day."""


def due_on(reviews: Sequence[Review], today: date, zone: tzinfo | None = None) -> date:
    """The day on which a question is due, as days are counted in ``zone`` (or where we are).

    A question that was never reviewed is due today.

    >>> first = Review(0, "2031-05-17T09:30:00Z", "right")
    >>> due_on([first], date(2031, 5, 17), UTC)
    datetime.date(2031, 5, 19)
    """
    if not reviews:
        return today
    last, days = _replayed(tuple(reviews), zone)
    return today if last > today else last + timedelta(days)


@lru_cache(1000)
def _replayed(reviews: tuple[Review, ...], zone: tzinfo | None) -> tuple[date, int]:
    """The day of the last review, and how many days later the question is due."""
    card = Card(card_id=0, due=_noon(BEGIN))
    counted, last = BEGIN, None
    for review in reviews:
        day = moment(review.when).astimezone(zone).date()
        passed = (day - last).days if last else 0
        counted += timedelta(min(max(passed, 0), LONGEST))
        card, _ = SCHEDULER.review_card(card, RATINGS[review.grade], _noon(counted))
        last = day
    assert last is not None
    return last, (card.due.date() - counted).days


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
