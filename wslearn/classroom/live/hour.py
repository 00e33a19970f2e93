"""What has happened in a class so far. No network, no web page, no clock, no randomness.

1. Everything that happens is an *event*, a dictionary of plain values. The state is what the events
   make of it, one after another, and nothing else: two processes that apply the same events have
   the same state, and one that was killed gets it back from what was kept.
2. An event has an ``id``. One that comes again (its answer was lost, so it was sent again) changes
   nothing, and gets the same outcome where the outcome can be told from the state.
3. A person is a token that nobody can guess. Windows, notebooks and kernels of one token are one
   person; of two reports about a task the further one counts. So nothing is counted twice.
4. Others know a person by a number, which is drawn, not counted: it does not tell who came first.
5. A question has a first vote and may have a second. Nobody hears how a vote stands while voting is
   still open. The first vote stays hidden until the second is over (Mazur: vote, discuss, vote).
"""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from wslearn.lessons.lesson_12.poll.names import key_of
from wslearn.lessons.lesson_12.poll.refusals import RefusedError, closed, full, taken, unknown

from .asked import Asked, from_json

MOST_PEOPLE = 5000
MOST_TASKS = 200
"""Tasks of one person that are remembered: the course has fewer."""

STUCK_TRIES, STUCK_SAME = 5, 3
"""After this many tries, or this many equal replies in a row, a student counts as stuck."""

MOST_NOTICES = 5
MOST_SHOWN = 30
"""Pieces of code that students have chosen to show."""

REMEMBERED = 20_000
"""Identities of events."""

PRESENCE_SECONDS = 20.0
"""A process that has not said for this long how many are connected to it is gone."""

STATES = ("tried", "solved")

Event = Mapping[str, Any]


@dataclass(slots=True)
class Task:
    """How far one person is with one task; ``cause`` tells the last wrong answer by its reply."""

    state: str = "tried"
    tries: int = 0
    same: int = 0
    cause: str = ""

    @property
    def stuck(self) -> bool:
        """Whether somebody should come by."""
        return self.state == "tried" and (self.tries >= STUCK_TRIES or self.same >= STUCK_SAME)


@dataclass(slots=True)
class Person:
    """Someone in the room: a number for all, a name for the instructor."""

    number: int
    name: str
    key: str
    tasks: dict[str, Task] = field(default_factory=dict)
    now: str = ""
    seen: float = 0.0


@dataclass(slots=True)
class Round:
    """One question, and who answered what in the first and in the second vote."""

    number: int
    asked: Asked
    label: str
    votes: list[dict[str, str]] = field(default_factory=lambda: [{}])
    open: bool = True
    shown: bool = False
    began: float = 0.0


@dataclass(slots=True)
class Hour:
    """The state of a class."""

    join_code: str = ""
    instructor_key: str = ""
    lesson: str = ""
    version: int = 0
    people: dict[str, Person] = field(default_factory=dict)
    rounds: list[Round] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    until: float = 0.0
    lab: dict[str, Any] = field(default_factory=dict)
    code: list[dict[str, Any]] = field(default_factory=list)
    present: dict[str, tuple[int, float]] = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict)
    _numbers: dict[int, str] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)
    _order: deque[str] = field(default_factory=deque)

    # -- what is known -----------------------------------------------------------------------------

    @property
    def round(self) -> Round | None:
        """The current question."""
        return self.rounds[-1] if self.rounds else None

    def person(self, token: str) -> Person:
        """Whose token this is; raises :class:`RefusedError` for nobody's."""
        found = self.people.get(token)
        if found is None:
            raise unknown()
        return found

    def answer_of(self, token: str) -> str:
        """What a person has answered in the current vote; "" for nothing yet."""
        return self.round.votes[-1].get(token, "") if self.round else ""

    def here(self) -> int:
        """How many are connected, at all processes."""
        return sum(count for count, _ in self.present.values())

    # -- what happens ------------------------------------------------------------------------------

    def apply(self, event: Event) -> Any:
        """Let an event happen; return what comes of it. Raises :class:`RefusedError` if it may
        not."""
        happens: Callable[[Event], Any] = getattr(self, f"_on_{event['do']}")
        identity = event.get("id", "")
        if identity in self._known:
            return None if event["do"] not in ("join", "answer", "progress") else happens(event)
        outcome = happens(event)
        if identity and event["do"] != "present":  # which may come as often as it likes
            self._known.add(identity)
            self._order.append(identity)
            if len(self._order) > REMEMBERED:
                self._known.discard(self._order.popleft())
        return outcome

    def _on_open(self, event: Event) -> None:
        """The first event of all: the codes; a ledger that has some keeps them."""
        if not self.instructor_key:
            self.join_code, self.instructor_key = event["join_code"], event["instructor_key"]

    def _on_nothing(self, event: Event) -> None:
        """Only takes a number in the order of events."""

    def _on_join(self, event: Event) -> Person:
        token, name = event["token"], event["name"]
        if token in self.people:
            return self.people[token]
        if len(self.people) >= MOST_PEOPLE:
            raise full(MOST_PEOPLE)
        number = event["number"]
        while number in self._numbers:
            number += 1
        name = name or f"Number {number}"
        key = key_of(name)
        if key in self._keys:
            raise taken(name)
        self.people[token] = Person(number, name, key)
        self._keys[key], self._numbers[number] = token, token
        self.version += 1
        return self.people[token]

    def _on_leave(self, event: Event) -> None:
        person = self.people.pop(event["token"], None)
        if person is None:
            return
        del self._keys[person.key], self._numbers[person.number]
        if self.round and self.round.open:
            self.round.votes[-1].pop(event["token"], None)
        self.code = [one for one in self.code if one["number"] != person.number]
        self.version += 1

    def _on_remove(self, event: Event) -> list[str]:
        """Numbers whose names the instructor takes out; the tokens that are gone."""
        tokens = [self._numbers[number] for number in event["numbers"] if number in self._numbers]
        for token in tokens:
            self._on_leave({"token": token})
        return tokens

    def _on_progress(self, event: Event) -> None:
        person = self.person(event["token"])
        person.seen = event["at"]
        for name, told in event["tasks"].items():
            task = person.tasks.get(name)
            if task is None:
                if len(person.tasks) >= MOST_TASKS:
                    continue
                task = person.tasks[name] = Task()
            if told["tries"] > task.tries:
                task.tries, task.same, task.cause = told["tries"], told["same"], told["cause"]
            if told["state"] == "solved":
                task.state = "solved"
        person.now = event["now"] or person.now

    def _on_answer(self, event: Event) -> int:
        person, now = self.person(event["token"]), self.round
        if now is None or event["round"] != now.number or event["vote"] != len(now.votes):
            at = f"{now.number}, vote {len(now.votes)}" if now else "none"
            raise RefusedError("round", f"Expected an answer to question {at}: it has changed.")
        if not now.open:
            raise closed()
        answer = now.asked.accept(event["answer"])
        person.seen = event["at"]
        if now.votes[-1].get(event["token"]) != answer:
            now.votes[-1][event["token"]] = answer
            self.version += 1
        return self.version

    def _on_ask(self, event: Event) -> None:
        asked = from_json(event["asked"])
        self.rounds.append(Round(len(self.rounds) + 1, asked, event["label"], began=event["at"]))
        self.version += 1

    def _on_voting(self, event: Event) -> None:
        if self.round and self.round.open != event["open"]:
            if event["open"] and self.round.shown:
                raise RefusedError("closed", "The results are on all screens. Ask again instead.")
            self.round.open = event["open"]
            self.version += 1

    def _on_again(self, event: Event) -> None:
        """Vote a second time, after the discussion; the first vote stays as it is, and hidden."""
        if self.round is None or len(self.round.votes) > 1 or self.round.shown:
            raise RefusedError("again", "Expected a question that was voted on once and not shown.")
        self.round.votes.append({})
        self.round.open = True
        self.version += 1

    def _on_show(self, event: Event) -> None:
        if self.round and not self.round.shown:
            self.round.open, self.round.shown = False, True
            self.version += 1

    def _on_lesson(self, event: Event) -> None:
        self.lesson = event["lesson"]
        self.version += 1

    def _on_notice(self, event: Event) -> None:
        self.version += 1
        self.notices.append({"number": self.version, "text": event["text"], "at": event["at"]})
        del self.notices[:-MOST_NOTICES]

    def _on_clear(self, event: Event) -> None:
        """Take one notice away, or all of them (0)."""
        number = event["number"]
        self.notices = [one for one in self.notices if number and one["number"] != number]
        self.version += 1

    def _on_timer(self, event: Event) -> None:
        self.until = event["until"]
        self.version += 1

    def _on_lab(self, event: Event) -> None:
        self.version += 1
        self.lab = {"number": self.version, "frame": event["frame"]} if event["frame"] else {}

    def _on_code(self, event: Event) -> None:
        person = self.person(event["token"])
        said = {"number": person.number, "task": event["task"], "code": event["code"]}
        self.code = [one for one in self.code if one["number"] != person.number]
        self.code = [*self.code, said][-MOST_SHOWN:]

    def _on_present(self, event: Event) -> None:
        late = event["at"] - PRESENCE_SECONDS
        self.present = {name: one for name, one in self.present.items() if one[1] > late}
        self.present[event["process"]] = (event["count"], event["at"])

    # -- as plain values, for a ledger that begins a new page --------------------------------------

    def as_json(self) -> dict[str, Any]:
        """The whole state."""
        said = asdict(self)
        for name in ("_keys", "_numbers", "_known", "present"):
            del said[name]
        said["_order"] = list(self._order)
        for told, one in zip(said["rounds"], self.rounds, strict=True):
            told["asked"] = one.asked.as_json()
        return said

    def restore(self, said: Mapping[str, Any]) -> None:
        """Become the state that :meth:`as_json` wrote."""
        for name in ("join_code", "instructor_key", "lesson", "version", "notices", "until", "lab"):
            setattr(self, name, said[name])
        self.code = said["code"]
        self.people = {
            token: Person(
                **{**one, "tasks": {name: Task(**task) for name, task in one["tasks"].items()}}
            )
            for token, one in said["people"].items()
        }
        self.rounds = [Round(**{**one, "asked": from_json(one["asked"])}) for one in said["rounds"]]
        self._keys = {person.key: token for token, person in self.people.items()}
        self._numbers = {person.number: token for token, person in self.people.items()}
        self._order = deque(said["_order"])
        self._known = set(self._order)


def gain(
    first: Mapping[str, str], second: Mapping[str, str], right: tuple[str, ...]
) -> float | None:
    """The normalised gain <g> (Hake 1998) of those who voted twice: (after - before) / (1 -
    before).

    None where nobody voted twice, where no answer is right, and where all were right before.

    >>> gain({"1": "a", "2": "b", "3": "b"}, {"1": "b", "2": "b", "3": "b"}, ("b",))
    1.0
    """
    both = first.keys() & second.keys()
    if not both or not right:
        return None
    before = sum(first[token] in right for token in both)
    after = sum(second[token] in right for token in both)
    return None if before == len(both) else (after - before) / (len(both) - before)


def tally(votes: Mapping[str, str]) -> Counter[str]:
    """How often each answer was given."""
    return Counter(votes.values())
