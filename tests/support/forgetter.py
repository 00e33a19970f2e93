"""A student who forgets, and who can take the reviews of a whole season in a second.

The student's memory is not the model that plans the reviews: each question lasts for its own number
of days, which a recall multiplies the more the later it came, and a lapse sets back.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from wslearn.course.exercises import LESSONS
from wslearn.course.progress_record import Grade, Record, logged
from wslearn.course.review import HANDFUL, every_name, plan

BEGIN = datetime(2031, 3, 3, 17, 30, tzinfo=UTC)
REVIEWS = 2
"""Reviews a day, at most: the second when the first one says that more questions are due."""

PACE = 2
"""Days from one lesson to the next."""

DAYS = 2 * PACE * len(LESSONS) + 10
"""In a season: those of the lessons, as many again of reviews alone, and ten more."""

QUARTER = 0.25
"""The chance to hit the right one of four options blindly."""


class Forgetter:
    """Remembers a question for a while; ``seed`` decides for how long, and all random outcomes."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.lasts: dict[str, float] = {}  # days until one in ten would be lost
        self.seen: dict[str, datetime] = {}

    def knows(self, name: str, now: datetime) -> float:
        """The probability that a question is remembered now; it falls each day."""
        if name not in self.seen:
            return 0.6
        days = (now - self.seen[name]).days
        return 0.9 ** (days / self.lasts[name])

    def answer(self, name: str, now: datetime) -> Grade:
        """Answer a question, and learn from it."""
        remembered = self.chance.random() < self.knows(name, now)
        lucky = self.chance.random() < QUARTER
        if name not in self.lasts:
            self.lasts[name] = self.chance.lognormvariate(0.6, 0.5)
        elif remembered:
            days = (now - self.seen[name]).days
            self.lasts[name] *= 1 + 1.4 * min(days / self.lasts[name], 2.0)
        else:
            self.lasts[name] = max(self.lasts[name] / 3, 1.0)
        self.seen[name] = now
        if remembered or lucky:
            return "right"
        return "later" if self.chance.random() < 0.5 else "wrong"


@dataclass
class Season:
    """What happened on each day, counted from 0."""

    due: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    known: list[float] = field(default_factory=list)
    record: Record = field(default_factory=Record)


def asked_in(lesson: str) -> list[str]:
    """A lesson's questions that come back: its predictions, then those of its quiz."""
    return [name for name in every_name() if name.startswith(f"{lesson} ")]


def season(seed: int, days: int = DAYS, pace: int = PACE, away: range = range(0)) -> Season:
    """A lesson every ``pace`` days, and reviews each day, except while the student is away.

    ``known`` is the share of all questions met so far that the student would remember that day.
    """
    student, told = Forgetter(seed), Season()
    reviews: dict[str, tuple] = {}

    def ask(name: str, now: datetime) -> bool:
        grade = student.answer(name, now)
        reviews[name] = logged(reviews.get(name, ()), grade, now)
        return grade == "right"

    for day in range(days):
        now = BEGIN + timedelta(days=day)
        due = [one.name for one in plan(_record(reviews), now.date()) if one.day <= now.date()]
        handful = [] if day in away else due[: REVIEWS * HANDFUL]
        told.due.append(len(due))
        told.asked.append(len(handful))
        told.right.append(sum([ask(name, now) for name in handful]))
        if day % pace == 0 and day // pace < len(LESSONS):
            for name in asked_in(LESSONS[day // pace]):
                ask(name, now)
        met = [student.knows(name, now) for name in reviews]
        told.known.append(sum(met) / len(met))
    told.record = _record(reviews)
    return told


def without_reviews(seed: int, days: int = DAYS, pace: int = PACE) -> list[float]:
    """The same student without reviews: the share that is remembered on each day."""
    student, known = Forgetter(seed), []
    for day in range(days):
        now = BEGIN + timedelta(days=day)
        if day % pace == 0 and day // pace < len(LESSONS):
            for name in asked_in(LESSONS[day // pace]):
                student.answer(name, now)
        known.append(sum(student.knows(name, now) for name in student.seen) / len(student.seen))
    return known


def _record(reviews: Mapping[str, tuple]) -> Record:
    return Record(reviews=reviews)
