"""The WebSocket endpoint of a class: ``/ws`` for students, ``/ws/desk`` and ``/ws/screen``.

From a student, who may be a phone's page or a notebook::

    {"type": "vote", "round": 1, "vote": 1, "candidate": "b"}
    {"type": "progress", "tasks": {"04.2": {"state": "tried", "tries": 2, ...}}, "now": "04.2"}
    {"type": "code", "task": "04.2", "code": "def ..."}     only when *show my code* is pressed
    {"type": "leave"}

To it: ``welcome``, ``voted`` (its own answer, as it counts), ``error``, and ``state``, which is
always whole, so that one may be left out when the next is there. The desk's messages are
:data:`FIELDS`; the big screen only listens.
"""

import asyncio
import json
import time
from typing import Any, ClassVar

from wslearn.lessons.lesson_12.poll.hub import Hub, Outbox
from wslearn.lessons.lesson_12.poll.room import Choice
from wslearn.lessons.lesson_12.poll.sockets import Sockets
from wslearn.lessons.lesson_12.poll.speech import alive_message, read_message

from . import class_views
from .live_room import LiveRoom

LONGEST_MESSAGE = 32 * 1024
"""Bytes: some code with a letter of four bytes in each place."""

BOARD_SECONDS = 0.25
"""A board of two thousand rows takes longer to make than a vote; this often is often enough."""

COUNT_SECONDS = 0.5
"""How long a student's screen may show an older count of answers. Its own answer is confirmed at
once, and so is everything else: of 2,000 answers in a second, 2,000 phones need not hear each."""

COUNTS = ("here", "people", "version")
"""What may wait in a student's state, besides the number of answers."""

FIELDS: dict[str, dict[str, type]] = {
    "alive": {},
    "vote": {"round": int, "vote": int, "candidate": str},
    "progress": {"tasks": dict, "now": str},
    "code": {"task": str, "code": str},
    "leave": {},
    "ask": {"which": str},
    "question": {"question": str, "candidates": list},
    "voting": {"open": bool},
    "again": {},
    "show": {},
    "lesson": {"lesson": str},
    "notice": {"text": str},
    "clear": {"number": int},
    "timer": {"seconds": int},
    "lab": {"frame": str},
    "remove": {"numbers": list},
}
"""Each type of message, with its fields."""

STUDENTS = ("vote", "progress", "code", "leave")
FROM = {
    "student": ("alive", *STUDENTS),
    "desk": tuple(set(FIELDS) - set(STUDENTS)),
    "screen": ("alive",),
}
"""Who may say what."""


class ClassHub(Hub):
    """All connected screens of this process, each role with its own view of the class."""

    def __init__(self, room: LiveRoom) -> None:
        super().__init__(room)
        self._board: dict[str, Any] = class_views.board(room.hour)
        self._drawn_at = 0.0
        self._student: tuple[str, dict[str, Any]] = ("", {})
        self._counted_at = 0.0
        self._presence: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to tell the screens, and how many of them there are."""
        await super().start()
        self._presence = asyncio.create_task(self.room.tell_presence(self._students))

    async def stop(self) -> None:
        """Say goodbye to every screen."""
        if self._presence:
            self._presence.cancel()
        await super().stop()

    def screens(self) -> dict[str, str]:
        """The current state, for each role that somebody has."""
        hour, roles = self.room.hour, {box.role for box in self.boxes}
        told: dict[str, Any] = {}
        if "student" in roles:
            told["student"] = self._for_students()
        if roles & {"desk", "screen"}:
            self._draw()
        if "screen" in roles:
            told["screen"] = class_views.for_screen(hour, self._board)
        if "desk" in roles:
            told["desk"] = class_views.for_desk(hour, self._board, self._more())
        return {role: json.dumps(one, ensure_ascii=False) for role, one in told.items()}

    def _for_students(self) -> dict[str, Any]:
        """The students' state; where only counts have changed, an older one for a little while."""
        state = class_views.for_students(self.room.hour)
        question = {name: one for name, one in state["question"].items() if name != "answered"}
        others = [one for name, one in state.items() if name not in (*COUNTS, "question")]
        rest = json.dumps([question, others])
        if rest == self._student[0] and self._later(self._counted_at + COUNT_SECONDS):
            return self._student[1]
        self._student, self._counted_at = (rest, state), time.monotonic()
        return state

    def _later(self, due: float) -> bool:
        """Whether it is too early; then the screens are looked at again when it is due."""
        early = due - time.monotonic()
        if early > 0:
            asyncio.get_running_loop().call_later(early, self._dirty.set)
        return early > 0

    def _draw(self) -> None:
        """Draw the board anew, unless it has just been; then a little later."""
        if self._later(self._drawn_at + BOARD_SECONDS):
            return
        self._board = class_views.board(self.room.hour)
        self._drawn_at = time.monotonic()

    def _more(self) -> dict[str, Any]:
        asked = [{"number": at, "text": one.text} for at, one in enumerate(self.room.questions, 1)]
        return {"file": asked}

    def _students(self) -> int:
        return len({box.token for box in self.boxes if box.role == "student"})

    def add(self, box: Outbox) -> None:
        """A screen is there; the state is made anew if nobody had its role."""
        super().add(box)
        if box.role not in self.latest:
            self._drawn_at = self._counted_at = 0.0
            self._dirty.set()


class ClassSockets(Sockets):
    """The ASGI application for the WebSockets of a class."""

    ROLES: ClassVar = {"/ws": "student", "/ws/desk": "desk", "/ws/screen": "screen"}
    NOWHERE = "The class's WebSocket is at /ws."

    async def greet(self, box: Outbox, name: str) -> None:
        """Say who this is, and what they have answered."""
        told = {"type": "welcome", "role": box.role, "name": name}
        if box.role == "student":
            hour = self.room.hour
            person = hour.people.get(box.token)
            told["number"] = person.number if person else 0
            answer = hour.answer_of(box.token)
            if answer and hour.round:
                box.put_choice(Choice(hour.round.number, answer, hour.version))
        box.put(json.dumps(told, ensure_ascii=False))

    async def act(self, box: Outbox, text: str) -> Choice | None:
        """Do what a screen says; return the answer as it counts, if it was one."""
        message = read_message(text, box.role, FIELDS, FROM)
        if message["type"] == "alive":
            box.put(alive_message())
            return None
        if box.role == "desk":
            await self.room.desk_says(message)
            return None
        choice: Choice | None = await self.room.student_says(message, box.token)
        return choice
