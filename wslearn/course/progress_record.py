"""What is remembered of a student, as plain values: how two records become one, and their text.

1. A record only grows, and two records can always be put together: nothing depends on who wrote
   first. An exercise keeps its best state, a committed answer stays as it was given, the later edit
   of a note counts, and the reviews of a question are one list.
2. Every moment is written down in UTC, but none is trusted: a clock may jump. Where an order
   matters (edits of a note, reviews of a question) it is counted, not timed.
3. A file of an older version is read as it is. One of a later version is left alone.

The file, its lock and its accidents are in ``progress_store``.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar

RANK = {"tried": 0, "wrong": 0, "later": 1, "passed": 2, "right": 2}
"""The states and which is better: an exercise is tried or passed; a question was answered wrong,
right at a later try, or right at the first."""

VERSION = 3
FORMAT = f"wslearn progress {VERSION}"
ANY_VERSION = re.compile(r"wslearn progress ([1-9]\d{0,5})")
"""What this version, an older or a later one writes there."""

NAME = re.compile(r"\d\d(\.| question )\d{1,3}|case \d\d")
"""An exercise (``04.2``), a question of a quiz (``04 question 3``) or a case (``case 07``)."""
ASKED = re.compile(r"\d\d[. ][a-z0-9 .-]{1,40}")
"""What may be predicted or reviewed: ``04 question 3``, ``03.2``, ``03 prediction 2``."""
LESSON = re.compile(r"\d\d")
PREDICTION = " prediction "
"""What comes between lesson and number where a prediction is reviewed."""
TESTED = re.compile(r"(before|halfway|after)\.[a-z0-9-]{1,40}")
"""One question of one test: ``before.length-of-300``."""

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)

Grade = Literal["right", "later", "wrong"]
"""How a review went: right at once, with a second look, or not."""
GRADES = ("right", "later", "wrong")
HALF_A_DAY = timedelta(hours=12)

T = TypeVar("T")


class DamagedError(ValueError):
    """The text is not a record of progress."""


class LaterError(OSError):
    """The file was written by a later version, and has to be left as it is."""


@dataclass(frozen=True, slots=True, order=True)
class Given:
    """An answer that was committed: a prediction, or an answer in a test.

    ``when`` is a :func:`stamp`; ``right`` is None where no program can say (a sentence), and
    where the question was skipped (``given`` is "" then).
    """

    when: str
    given: str
    right: bool | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """An explanation in the student's own words, and which points of the model answer it has.

    ``edit`` counts the edits from 1. Whoever changes a note that they have read writes
    ``edit + 1``.
    """

    edit: int
    when: str
    text: str
    ticks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Review:
    """One review of a question; ``number`` counts its reviews from 0."""

    number: int
    when: str
    grade: Grade


@dataclass(frozen=True, slots=True)
class Record:
    """All that is remembered, or a part of it to be added.

    ``done`` has states by exercise and question, ``predictions`` by prediction, ``notes`` by
    lesson, ``reviews`` by what was asked, ``tests`` by test and question (``before.mask-who``).
    """

    done: Mapping[str, str] = field(default_factory=dict)
    predictions: Mapping[str, Given] = field(default_factory=dict)
    notes: Mapping[str, Note] = field(default_factory=dict)
    reviews: Mapping[str, tuple[Review, ...]] = field(default_factory=dict)
    tests: Mapping[str, Given] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any((self.done, self.predictions, self.notes, self.reviews, self.tests))


def stamp(moment: datetime | None = None) -> str:
    """A moment (now, without one) as a record has it, to the second.

    >>> stamp(datetime(2031, 5, 17, 9, 30, tzinfo=UTC))
    '2031-05-17T09:30:00Z'
    """
    return (moment or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """The moment that :func:`stamp` wrote; raises :class:`ValueError` for any other text."""
    if not MOMENT.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text)


# -- two records become one ------------------------------------------------------------------------


def merged(*records: Record) -> Record:
    """One record of several, whichever comes first.

    >>> merged(Record({"01.1": "passed"}), Record({"01.1": "tried", "01.2": "tried"})).done
    {'01.1': 'passed', '01.2': 'tried'}
    """
    return Record(
        _joined((one.done for one in records), lambda a, b: b if RANK[b] > RANK[a] else a),
        _joined((one.predictions for one in records), _committed),
        _joined((one.notes for one in records), _edited),
        _joined((one.reviews for one in records), _listed),
        _joined((one.tests for one in records), _committed),
    )


def _joined(parts: Iterable[Mapping[str, T]], of_two: Any) -> dict[str, T]:
    found: dict[str, T] = {}
    for part in parts:
        for name, value in part.items():
            found[name] = of_two(found[name], value) if name in found else value
    return found


def _committed(one: Given, other: Given) -> Given:
    """The answer that was given first, if any was. Of two equal ones, the one that has been
    judged."""

    def rank(answer: Given) -> tuple[bool, str, str, bool, bool]:
        words, right = answer.given, answer.right
        return not words, answer.when, words, right is None, right is False

    return min(one, other, key=rank)


def _edited(one: Note, other: Note) -> Note:
    """The later edit; of two edits of the same note the text of both."""
    first, last = sorted((one, other), key=lambda note: (note.edit, note.when, note.text))
    if first.edit < last.edit or first.text in last.text:
        return last
    text = first.text if last.text in first.text else f"{first.text}\n\n{last.text}"
    return Note(last.edit, last.when, text, tuple(sorted({*first.ticks, *last.ticks})))


def _listed(some: tuple[Review, ...], others: tuple[Review, ...]) -> tuple[Review, ...]:
    """The reviews of both; one that was found at a second look is no longer wrong."""
    found = {(one.number, one.when): one for one in sorted((*some, *others), key=_by_grade)}
    return tuple(sorted(found.values()))


def _by_grade(one: Review) -> int:
    return ("wrong", "right", "later").index(one.grade)


def reviews_of(record: Record, name: str) -> tuple[Review, ...]:
    """The reviews of a question, or of a prediction, whose first review was to commit it.

    A prediction is called ``03.2`` where it is made and ``03 prediction 2`` where it is reviewed.

    >>> made = Record(predictions={"03.2": Given("2031-05-17T09:30:00Z", "16", False)})
    >>> reviews_of(made, "03 prediction 2")
    (Review(number=0, when='2031-05-17T09:30:00Z', grade='wrong'),)
    """
    stored = record.reviews.get(name, ())
    lesson, prediction, number = name.partition(PREDICTION)
    given = record.predictions.get(f"{lesson}.{number}") if prediction else None
    if given is None or not given.given or (stored and stored[0].number == 0):
        return stored
    return (Review(0, given.when, "right" if given.right else "wrong"), *stored)


def logged(before: tuple[Review, ...], grade: Grade, now: datetime) -> tuple[Review, ...]:
    """The reviews of a question with one more, unless it comes within half a day of the last.

    Answering a quiz three times in a row does not make anybody remember it longer. But a wrong one
    is improved to "later" when the right option is found.

    >>> once = logged((), "wrong", datetime(2031, 5, 17, 9, 30, tzinfo=UTC))
    >>> logged(once, "later", datetime(2031, 5, 17, 9, 31, tzinfo=UTC))
    (Review(number=0, when='2031-05-17T09:30:00Z', grade='later'),)
    """
    if before and timedelta(0) <= now - moment(before[-1].when) < HALF_A_DAY:
        last = before[-1]
        better = (last.grade, grade) == ("wrong", "later")
        return (*before[:-1], replace(last, grade="later")) if better else before
    number = before[-1].number + 1 if before else 0
    return (*before, Review(number, stamp(now), grade))


# -- as text ---------------------------------------------------------------------------------------


def as_text(record: Record) -> str:
    """The text of a record's file."""
    content = {
        "format": FORMAT,
        "done": dict(sorted(record.done.items())),
        "predictions": _answers_out(record.predictions),
        "notes": {
            lesson: {
                "edit": note.edit,
                "when": note.when,
                "text": note.text,
                "ticks": list(note.ticks),
            }
            for lesson, note in sorted(record.notes.items())
        },
        "reviews": {
            name: [f"{one.number} {one.when} {one.grade}" for one in reviews]
            for name, reviews in sorted(record.reviews.items())
        },
        "tests": _answers_out(record.tests),
    }
    return json.dumps(content, indent=1) + "\n"


def _answers_out(answers: Mapping[str, Given]) -> dict[str, Any]:
    return {
        name: {"given": one.given, "right": one.right, "when": one.when}
        for name, one in sorted(answers.items())
    }


def from_text(data: bytes) -> Record:
    """The record in the bytes of a file; raises :class:`DamagedError` where there is none.

    Raises :class:`LaterError` for one that only a later version can read.
    """
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise DamagedError("it is not JSON") from None
    stated = content.get("format") if isinstance(content, dict) else None
    known = ANY_VERSION.fullmatch(stated) if isinstance(stated, str) else None
    if known is None:
        raise DamagedError(f"it does not say {FORMAT!r}")
    if int(known[1]) > VERSION:
        raise LaterError(f"a later version of wslearn wrote it ({stated}); update this one")
    sections = {"done": {}} if int(known[1]) == 1 else {key: {} for key in Record.__slots__}
    if {*content} - {"format"} != {*sections}:
        raise DamagedError("it does not have the sections of its version")
    try:
        return Record(
            _section(content, "done", NAME, _state),
            _section(content, "predictions", ASKED, _given),
            _section(content, "notes", LESSON, _note),
            _section(content, "reviews", ASKED, _reviews),
            _section(content, "tests", TESTED, _given),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise DamagedError(
            "it names something that no lesson has, or says something impossible about it"
        ) from None


def _section(content: dict[str, Any], which: str, names: re.Pattern[str], read: Any) -> Any:
    said = content.get(which, {})
    if not all(names.fullmatch(name) for name in said):
        raise ValueError(which)
    return {name: read(value) for name, value in said.items()}


def _state(said: Any) -> str:
    if said not in RANK:
        raise ValueError(said)
    return str(said)


def _when(said: Any) -> str:
    return stamp(moment(said))


def _words(said: Any) -> str:
    if not isinstance(said, str):
        raise TypeError
    return said


def _whole(said: Any) -> int:
    if type(said) is not int or not 0 <= said < 1_000_000:
        raise TypeError
    return said


def _given(said: Any) -> Given:
    if not isinstance(said["right"], bool | None):
        raise TypeError
    return Given(_when(said["when"]), _words(said["given"]), said["right"])


def _note(said: Any) -> Note:
    ticks = tuple(sorted({_whole(tick) for tick in said["ticks"]}))
    return Note(_whole(said["edit"]), _when(said["when"]), _words(said["text"]), ticks)


def _reviews(said: Any) -> tuple[Review, ...]:
    found = []
    for line in said:
        number, when, grade = line.split(" ")
        if grade not in GRADES or not re.fullmatch(r"\d{1,5}", number, re.ASCII):
            raise ValueError(line)
        found.append(Review(int(number), _when(when), grade))
    return tuple(sorted(set(found)))
