"""The room of a class, for those who talk to it: it turns requests into events.

The clock and the random numbers are here; the state itself does without them.
"""

import asyncio
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from wslearn.course.exercises import LESSONS, find, tidy_id
from wslearn.lessons.lesson_12.poll.names import checked_notice, shown
from wslearn.lessons.lesson_12.poll.refusals import RefusedError, UnavailableError
from wslearn.lessons.lesson_12.poll.room import Choice, Listener, News, admits, same_key
from wslearn.pasted.reading import read_bytes
from wslearn.protocol.errors import InputError

from .asked import Asked, case_of, of_the_course, spoken
from .hour import STATES, Hour, Person
from .ledger import Event, Ledger

LONGEST_CODE = 4000
LONGEST_NAME = 40
MOST_FRAME = 64
MOST_TOLD = 100
"""Tasks in one report."""

PRESENT_SECONDS = 5.0

_CAUSE = re.compile(r"(?:[0-9a-f]{12})?")


class LiveRoom:
    """A class: ``questions`` are those of the instructor's file, in their order."""

    def __init__(
        self, ledger: Ledger, questions: tuple[Asked, ...] = (), *, join_code: str = ""
    ) -> None:
        self.ledger, self.questions = ledger, questions
        self._codes = join_code, secrets.token_urlsafe(16)
        self._listeners: list[Listener] = []
        self._process = secrets.token_hex(4)
        ledger.told = self._heard

    @property
    def hour(self) -> Hour:
        """Everything that has happened."""
        return self.ledger.hour

    @property
    def join_code(self) -> str:
        """What students type."""
        return self.hour.join_code or self._codes[0]

    @property
    def instructor_key(self) -> str:
        """What the instructor's link holds."""
        return self.hour.instructor_key or self._codes[1]

    async def start(self) -> None:
        """Load everything that was kept, or begin."""
        await self.ledger.start()
        join_code, key = self._codes
        await self.commit("open", join_code=join_code, instructor_key=key)

    async def stop(self) -> None:
        """End, with everything kept."""
        await self.ledger.stop()

    async def commit(self, do: str, *, keep: bool = True, **more: Any) -> Any:
        """Let something happen; raises :class:`RefusedError` where it may not."""
        event = {"do": do, "id": secrets.token_hex(8), "at": round(time.time(), 3), **more}
        return await self.ledger.commit(event, keep=keep)

    # -- coming and going --------------------------------------------------------------------------

    async def join(self, name: str) -> tuple[str, Person]:
        """Take a name ("" for a number as a name); return the token, and who that is now."""
        name = shown(name, LONGEST_NAME, "a name") if name.strip() else ""
        token = secrets.token_urlsafe(16)
        number = 1 + secrets.randbelow(max(99, 2 * len(self.hour.people)))
        person: Person = await self.commit("join", token=token, name=name, number=number)
        return token, person

    def name_of(self, token: str) -> str | None:
        """Whose token this is; None for nobody's."""
        person = self.hour.people.get(token)
        return person.name if person else None

    def admits(self, code: str) -> bool:
        """Whether this is the join code."""
        return admits(self.join_code, code)

    def is_instructor(self, key: str) -> bool:
        """Whether this is the instructor's key."""
        return same_key(self.instructor_key, key)

    async def tell_presence(self, count: Callable[[], int]) -> None:
        """Say every few seconds how many are connected here, so that those who left do not
        count."""
        before: tuple[int, float] = (-1, 0.0)
        while True:
            now = count(), time.monotonic()
            if now[0] != before[0] or now[1] - before[1] > PRESENT_SECONDS:
                try:
                    await self.commit("present", keep=False, process=self._process, count=now[0])
                    before = now
                except UnavailableError:
                    pass
            await asyncio.sleep(0.5)

    # -- what a student says -----------------------------------------------------------------------

    async def student_says(self, message: dict[str, Any], token: str) -> Choice | None:
        """Do what a checked message asks for; return the answer as it counts, if it was one."""
        match message["type"]:
            case "vote":
                version = await self.commit(
                    "answer",
                    token=token,
                    round=message["round"],
                    vote=message["vote"],
                    answer=message["candidate"],
                )
                return Choice(message["round"], self.hour.answer_of(token), version)
            case "progress":
                tasks = checked_tasks(message["tasks"])
                now = tidy_id(message["now"]) if message["now"] else ""
                if self._is_news(token, tasks, now):
                    known = now if find(now) else ""
                    await self.commit("progress", token=token, tasks=tasks, now=known)
            case "code":
                code = message["code"][:LONGEST_CODE]
                code = "".join(one for one in code if one.isprintable() or one in "\n\t")
                task = tidy_id(message["task"])[:10]
                await self.commit("code", token=token, task=task, code=code)
            case "leave":
                await self.commit("leave", token=token)
        return None

    def _is_news(self, token: str, tasks: dict[str, dict[str, Any]], now: str) -> bool:
        person = self.hour.person(token)
        if now and now != person.now:
            return True
        return any(
            (task := person.tasks.get(name)) is None
            or told["tries"] > task.tries
            or (told["state"] == "solved" and task.state != "solved")
            for name, told in tasks.items()
        )

    # -- what the instructor does ------------------------------------------------------------------

    async def desk_says(self, message: dict[str, Any]) -> None:
        """Do what a checked message of the desk asks for."""
        match message["type"]:
            case "ask":
                asked, label = self._wanted(message["which"])
                await self.commit("ask", asked=asked.as_json(), label=label)
            case "question":
                asked = spoken(message["question"], message["candidates"])
                await self.commit("ask", asked=asked.as_json(), label="")
            case "voting":
                await self.commit("voting", open=message["open"])
            case "again" | "show":
                await self.commit(message["type"])
            case "lesson":
                lesson = tidy_id(message["lesson"]).partition(".")[0]
                if lesson not in LESSONS:
                    expected = f"Expected one of the lessons {', '.join(LESSONS)}."
                    raise RefusedError("lesson", expected)
                await self.commit("lesson", lesson=lesson)
            case "notice":
                await self.commit("notice", text=checked_notice(message["text"]))
            case "clear":
                await self.commit("clear", number=message["number"])
            case "timer":
                if not 0 <= message["seconds"] <= 4 * 3600:
                    raise RefusedError("timer", "Expected at most 240 minutes.")
                until = time.time() + message["seconds"] if message["seconds"] else 0.0
                await self.commit("timer", until=round(until))
            case "lab":
                await self.commit("lab", frame=checked_frame(message["frame"]))
            case "remove":
                numbers = [
                    int(one) for one in message["numbers"] if one.isdecimal() and len(one) < 10
                ]
                await self.commit("remove", numbers=numbers)

    def _wanted(self, which: str) -> tuple[Asked, str]:
        """A question of the file (``2``) or of the course (``04.3``, ``case 07``), and its name."""
        which = which.strip()
        if which.isdecimal() and len(which) < 4:
            if 1 <= int(which) <= len(self.questions):
                return self.questions[int(which) - 1], f"question {int(which)}"
            there = f"the file has {len(self.questions)}" if self.questions else "there is no file"
            raise RefusedError("question", f"Expected a question's number, got {which}: {there}.")
        case = case_of(which)
        return of_the_course(which), case.name if case else tidy_id(which)

    # -- news --------------------------------------------------------------------------------------

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell this function all news from now on; call the returned function to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _heard(self, event: Event, outcome: Any) -> None:
        match event["do"]:
            case "answer":
                choice = Choice(event["round"], self.hour.answer_of(event["token"]), outcome)
                self._tell(News("voted", event["token"], choice))
            case "leave":
                self._tell(News("left", event["token"]))
            case "remove":
                for token in outcome or ():
                    self._tell(News("left", token))
        self._tell(News("changed"))

    def _tell(self, news: News) -> None:
        for listener in list(self._listeners):
            listener(news)


def checked_tasks(said: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The tasks of a report, with what a report may say of each and nothing else.

    Anything that names no task of the course is left out: a later version's notebook may know more.
    """
    tasks: dict[str, dict[str, Any]] = {}
    for name, told in list(said.items())[:MOST_TOLD]:
        exercise = find(name)
        if exercise is None or not isinstance(told, dict):
            continue
        state, cause = told.get("state"), told.get("cause")
        tries, same = told.get("tries"), told.get("same")
        if state not in STATES or type(tries) is not int or type(same) is not int:
            raise RefusedError("message", "Expected tasks with state, tries, same and cause.")
        if not (isinstance(cause, str) and _CAUSE.fullmatch(cause)):
            raise RefusedError("message", "Expected a cause of twelve hex digits, or none.")
        tasks[exercise.id] = {
            "state": state,
            "tries": max(0, min(tries, 10_000)),
            "same": max(0, min(same, 10_000)),
            "cause": cause,
        }
    return tasks


def checked_frame(text: str) -> str:
    """The bytes of a frame for a lab in hex; "" for none. Raises :class:`RefusedError`."""
    if not text.strip():
        return ""
    try:
        data = read_bytes(text)
    except InputError as problem:
        raise RefusedError("frame", str(problem)) from None
    if len(data) > MOST_FRAME:
        raise RefusedError("frame", f"Expected a frame of at most {MOST_FRAME} bytes.")
    return data.hex(" ")
