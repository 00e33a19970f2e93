"""The room: who is here, what is asked, who voted for what. No network, no web page, no clock.

1. One vote per name. It belongs to the name, not to a window or a connection: however often a
   browser loses its connection and comes back, there is one vote.
2. Minds change: until voting is closed, the last vote of a name counts, and only that one.
3. Leaving (the button, not a lost connection) takes the vote back as long as voting is open, and
   frees the name. Once voting is closed the votes stay, and so do the names that gave them.
4. A vote names the round it is for. A new question begins a new round, and a vote that was on
   its way to the old one counts for neither.
5. Every change has a number, the version; of two states the one with the higher number is newer.

All methods may be called from any thread. Whatever changes is told to the listeners, as
:class:`News`, in the order in which it happened.
"""

import secrets
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .names import checked_name, checked_notice, checked_question
from .refusals import closed, full, nobody, other_round, taken, unknown

MOST_PEOPLE = 5000
"""Names in one room."""


@dataclass(frozen=True, slots=True)
class Results:
    """What is asked and how it stands; ``votes`` in the order of the candidates."""

    round: int
    question: str
    candidates: tuple[str, ...]
    votes: tuple[int, ...]
    open: bool
    people: int
    version: int


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom a name votes for in a round; the empty candidate stands for no vote yet."""

    round: int
    candidate: str
    version: int


@dataclass(frozen=True, slots=True)
class News:
    """Something the screens have to hear: ``what`` is changed, voted, left or notice.

    ``token`` says whom it is about (voted, left); ``choice`` is the vote, ``text`` the notice.
    """

    what: str
    token: str = ""
    choice: Choice | None = None
    text: str = ""
    number: int = 0


Listener = Callable[[News], None]


def admits(join_code: str, given: str) -> bool:
    """Whether this is the join code; capitals and spaces do not count. "" lets everyone in.

    >>> admits("K7MPQ2", " k7m pq2"), admits("K7MPQ2", "")
    (True, False)
    """
    return not join_code or same_key(join_code, "".join(given.split()).upper())


def same_key(key: str, given: str) -> bool:
    """Whether two secrets are one, in a time that does not tell how much of it was right."""
    return secrets.compare_digest(key.encode(), given.encode())


@dataclass
class _Person:
    key: str
    name: str


@dataclass
class Room:
    """The room of one process, kept in its memory; it ends with it.

    >>> room = Room("Tea or coffee?", ["Tea", "Coffee"])
    >>> ada = room.join("Ada")
    >>> _ = room.vote(ada, 1, "Tea"), room.vote(ada, 1, "Coffee")
    >>> room.results().votes
    (0, 1)
    """

    question: str
    candidates: Sequence[str]
    join_code: str = ""
    instructor_key: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def __post_init__(self) -> None:
        self._lock = threading.RLock()  # listeners are told while it is held, and may ask back
        self._people: dict[str, _Person] = {}
        self._tokens: dict[str, str] = {}
        self._votes: dict[str, str] = {}
        self._listeners: list[Listener] = []
        self._round, self._version, self._open = 0, 0, True
        self._notice = (0, "")
        self.ask(self.question, self.candidates)

    # -- coming and leaving ------------------------------------------------------------------------

    def join(self, name: str) -> str:
        """Take a name; return the token that stands for its owner from now on, 128 bits nobody can
        guess.

        Raises :class:`RefusedError` for a name that is taken.
        """
        name, key = checked_name(name)
        with self._lock:
            if key in self._tokens or key in self._votes:
                raise taken(name)
            if len(self._people) >= MOST_PEOPLE:
                raise full(MOST_PEOPLE)
            token = secrets.token_urlsafe(16)
            self._people[token] = _Person(key, name)
            self._tokens[key] = token
            self._changed()
        return token

    def name_of(self, token: str) -> str | None:
        """Whose token this is; None for nobody's."""
        person = self._people.get(token)
        return person.name if person else None

    def leave(self, token: str) -> None:
        """Give the name back, and the vote with it if voting is open; twice is fine."""
        with self._lock:
            person = self._people.pop(token, None)
            if person is None:
                return
            del self._tokens[person.key]
            if self._open:
                self._votes.pop(person.key, None)
            self._tell(News("left", token))
            self._changed()

    def admits(self, code: str) -> bool:
        """Whether this is the join code."""
        return admits(self.join_code, code)

    def is_instructor(self, key: str) -> bool:
        """Whether this is the instructor's key."""
        return same_key(self.instructor_key, key)

    # -- voting ------------------------------------------------------------------------------------

    def vote(self, token: str, round: int, candidate: str) -> Choice:
        """Count this as the one vote of the token's name, instead of the one before."""
        with self._lock:
            person = self._people.get(token)
            if person is None:
                raise unknown()
            if round != self._round:
                raise other_round(self._round)
            if not self._open:
                raise closed()
            if candidate not in self.candidates:
                raise nobody(candidate)
            if self._votes.get(person.key) != candidate:
                self._votes[person.key] = candidate
                self._changed()
            choice = Choice(self._round, candidate, self._version)
            self._tell(News("voted", token, choice))
        return choice

    def choice_of(self, token: str) -> Choice:
        """Whom the token's name votes for now."""
        with self._lock:
            person = self._people.get(token)
            if person is None:
                raise unknown()
            return Choice(self._round, self._votes.get(person.key, ""), self._version)

    # -- what the instructor does ------------------------------------------------------------------

    def ask(self, question: str, candidates: Sequence[str]) -> None:
        """Begin a new round, open and without votes."""
        question, candidates = checked_question(question, candidates)
        with self._lock:
            self.question, self.candidates = question, candidates
            self._votes.clear()
            self._round, self._open = self._round + 1, True
            self._changed()

    def set_open(self, is_open: bool) -> None:
        """Open or close voting."""
        with self._lock:
            if self._open != is_open:
                self._open = is_open
                self._changed()

    def notify(self, text: str) -> None:
        """Say something to everyone."""
        text = checked_notice(text)
        with self._lock:
            self._notice = (self._notice[0] + 1, text)
            self._tell(News("notice", text=text, number=self._notice[0]))

    def last_notice(self) -> tuple[int, str]:
        """The number and the text of the last notice, for those who were not connected; 0 for
        none."""
        return self._notice

    # -- looking -----------------------------------------------------------------------------------

    def results(self) -> Results:
        """How it stands."""
        with self._lock:
            given = Counter(self._votes.values())
            votes = tuple(given[candidate] for candidate in self.candidates)
            return Results(
                self._round, self.question, tuple(self.candidates), votes,
                self._open, len(self._people), self._version,
            )  # fmt: skip

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell this function all news from now on; call the returned function to stop that.

        It is called on the thread of whoever changed something, and must not wait.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _changed(self) -> None:
        self._version += 1
        self._tell(News("changed"))

    def _tell(self, news: News) -> None:
        for listener in list(self._listeners):
            listener(news)
