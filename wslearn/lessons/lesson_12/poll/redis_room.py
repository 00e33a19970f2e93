"""The same room, kept by a Redis server, for as many processes as like.

1. What belongs together is done by one script inside Redis, which runs nothing else meanwhile. So a
   name is taken once and a vote is counted once, whichever process it came to.
2. Every script may be run twice: a vote is set and not added, a name is taken by its token, and a
   question and a notice have an identity. So a lost answer is no lost vote; one asks again.
3. News go to all processes through Redis's publish and subscribe, which forgets whoever is not
   connected just then. So news only say *that* something changed, and whoever has been away looks
   at the whole state when it is back.
4. A Redis that does not answer raises :class:`UnavailableError`, and that is all: the browsers stay
   connected. One that comes back with nothing in its memory gets the last question again; people
   log in again.

The room is forgotten a day after its last change.
"""

import contextlib
import json
import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from wslearn.protocol.errors import InputError

from .names import checked_name, checked_notice, checked_question
from .redis_scripts import ASK, CHOICE, FOUND, JOIN, LEAVE, NOTIFY, OPEN, RESULTS, VOTE
from .refusals import UnavailableError, closed, full, nobody, other_round, taken, unknown
from .room import MOST_PEOPLE, Choice, Listener, News, Results, admits, same_key

log = logging.getLogger("wslearn.poll")

ANSWER_SECONDS = 2.0
AGAIN_SECONDS = 0.5


class RedisRoom:
    """A room under a name in a Redis server; its methods are those of :class:`~.room.Room`.

    The first process founds the room; for all others, question and candidates are those it has.
    ``url`` is such as ``redis://127.0.0.1:6379/0``. Raises :class:`InputError` for what is none,
    and :class:`UnavailableError` where nobody answers.
    """

    slow: ClassVar[bool] = True

    def __init__(
        self,
        url: str,
        question: str,
        candidates: Sequence[str],
        *,
        join_code: str = "",
        name: str = "poll",
    ) -> None:
        self._last = (0, *checked_question(question, candidates))
        self.join_code, self.instructor_key = join_code, secrets.token_urlsafe(16)
        prefix = f"wslearn:{{{name}}}:"
        parts = ("state", "names", "keys", "tokens", "votes", "tally")
        self._keys = [prefix + part for part in parts]
        self._channel = f"{prefix}news"
        self._client, self._ear = _client(url, retries=1), _client(url, retries=0)
        where = self._client.connection_pool.connection_kwargs
        self.where = f"{where.get('host', where.get('path'))}:{where.get('port', '')}".rstrip(":")
        self._listeners: list[Listener] = []
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()
        self._noticed = 0
        self._found()

    # -- coming and leaving ------------------------------------------------------------------------

    def join(self, name: str) -> str:
        """Take a name; its token."""
        name, key = checked_name(name)
        token = secrets.token_urlsafe(16)
        match self._run(JOIN, token, name, key, MOST_PEOPLE)[0]:
            case "taken":
                raise taken(name)
            case "full":
                raise full(MOST_PEOPLE)
        return token

    def name_of(self, token: str) -> str | None:
        """Whose token this is; None for nobody's."""
        name: str | None = self._asking(lambda: self._client.hget(self._keys[1], token))
        return name

    def leave(self, token: str) -> None:
        """Give the name back, and the vote with it if voting is open."""
        self._run(LEAVE, token)

    def admits(self, code: str) -> bool:
        """Whether this is the join code."""
        return admits(self.join_code, code)

    def is_instructor(self, key: str) -> bool:
        """Whether this is the instructor's key."""
        return same_key(self.instructor_key, key)

    # -- voting ------------------------------------------------------------------------------------

    def vote(self, token: str, round: int, candidate: str) -> Choice:
        """Count this as the one vote of the token's name, instead of the one before."""
        with contextlib.suppress(UnicodeEncodeError):  # half a character is nobody's name
            candidate.encode()
            said, *rest = self._run(VOTE, token, round, candidate)
            match said:
                case "login":
                    raise unknown()
                case "round":
                    raise other_round(int(rest[0]))
                case "closed":
                    raise closed()
                case "voted":
                    return Choice(round, candidate, int(rest[0]))
        raise nobody(candidate)

    def choice_of(self, token: str) -> Choice:
        """For whom the token's name votes now."""
        said, *rest = self._run(CHOICE, token)
        if said == "login":
            raise unknown()
        return Choice(int(rest[0]), rest[1], int(rest[2]))

    # -- what the instructor does ------------------------------------------------------------------

    def ask(self, question: str, candidates: Sequence[str]) -> None:
        """Begin a new round, open and without votes."""
        question, candidates = checked_question(question, candidates)
        self._run(ASK, secrets.token_hex(8), question, json.dumps(candidates), *candidates)

    def set_open(self, is_open: bool) -> None:
        """Open or close voting."""
        self._run(OPEN, int(is_open))

    def notify(self, text: str) -> None:
        """Say something to everyone."""
        self._run(NOTIFY, secrets.token_hex(8), checked_notice(text))

    def last_notice(self) -> tuple[int, str]:
        """The number and the text of the last notice; 0 for none."""
        number, text = self._asking(
            lambda: self._client.hmget(self._keys[0], "notice_number", "notice")
        )
        return int(number or 0), text or ""

    # -- looking -----------------------------------------------------------------------------------

    def results(self) -> Results:
        """How it stands."""
        _, now, question, candidates, is_open, people, version, *tally = self._run(RESULTS)
        names = tuple(json.loads(candidates))
        votes = dict(zip(tally[::2], tally[1::2], strict=True))
        self._last = (int(now), question, names)
        return Results(
            int(now), question, names, tuple(int(votes[name]) for name in names),
            is_open == "1", int(people), int(version),
        )  # fmt: skip

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell this function all news from now on; call what is returned to stop that."""
        self._listeners.append(listener)
        if self._thread is None:
            self._thread = threading.Thread(target=self._hear, name="wslearn news", daemon=True)
            self._thread.start()
        return lambda: self._listeners.remove(listener)

    def close(self) -> None:
        """Let go of the Redis server."""
        self._ended.set()
        if self._thread:
            self._thread.join(2 * ANSWER_SECONDS)
        self._client.close()
        self._ear.close()

    # -- inside ------------------------------------------------------------------------------------

    def _found(self) -> None:
        """Make the room if it is not there; take over its codes if it is."""
        before, question, candidates = self._last
        given = (before + 1, question, json.dumps(candidates), self.join_code, self.instructor_key)
        reply = self._asking(
            lambda: self._client.eval(
                FOUND, len(self._keys), *self._keys, self._channel, *given, *candidates
            )
        )
        self.join_code, self.instructor_key = reply

    def _run(self, script: str, *arguments: object) -> Any:
        for _ in range(2):
            reply = self._asking(
                lambda: self._client.eval(
                    script, len(self._keys), *self._keys, self._channel, *arguments
                )
            )
            if reply[0] != "gone":
                return reply
            self._found()
        raise self._silence()

    def _asking(self, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except redis.RedisError as problem:
            log.debug("redis: %s", problem)
            raise self._silence() from None

    def _silence(self) -> UnavailableError:
        return UnavailableError(
            f"The poll's memory (Redis at {self.where}) does not answer just now. "
            "Nothing is lost that was counted; try again in a moment."
        )

    def _hear(self) -> None:
        """Hand on what other processes, and this one, have to tell; for ever."""
        is_lost = False
        while not self._ended.is_set():
            try:
                with self._ear.pubsub() as subscription:
                    subscription.subscribe(self._channel)
                    while not self._ended.is_set():
                        message = subscription.get_message(timeout=1.0)
                        if message and message["type"] == "subscribe":
                            if is_lost:
                                log.warning("Redis at %s answers again.", self.where)
                            is_lost = False
                            self._catch_up()
                        elif message and message["type"] == "message":
                            self._tell(_news(message["data"]))
            except (redis.RedisError, UnavailableError, OSError):
                if not is_lost and not self._ended.is_set():
                    log.warning("Redis at %s is gone; waiting for it.", self.where)
                    self._tell(News("lost"))
                is_lost = True
                self._ended.wait(AGAIN_SECONDS)

    def _catch_up(self) -> None:
        """What was missed while nobody listened: the state is fetched, and the last notice."""
        self.results()  # also founds the room again, if Redis has forgotten it
        number, text = self.last_notice()
        if number > self._noticed > 0:
            self._tell(News("notice", text=text, number=number))
        self._noticed = number
        self._tell(News("back"))

    def _tell(self, news: News) -> None:
        if news.what == "notice":
            self._noticed = news.number
        for listener in list(self._listeners):
            listener(news)


def _client(url: str, *, retries: int) -> Any:
    try:
        return redis.Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            health_check_interval=10,
            retry=Retry(NoBackoff(), retries),
        )
    except ValueError as problem:
        raise InputError(f"Expected a URL such as redis://127.0.0.1:6379/0: {problem}") from None


def _news(text: str) -> News:
    """The news in a message of one of the scripts."""
    said = json.loads(text)
    choice = None
    if said["what"] == "voted":
        choice = Choice(int(said["round"]), said["candidate"], int(said["version"]))
    return News(
        said["what"], said.get("token", ""), choice, said.get("text", ""), said.get("number", 0)
    )
