"""What each connected browser still has to hear, with a bound on all of it.

Two thousand people who vote within a second would mean four million messages, if each vote were
sent to each screen on its own. So screens get results, not votes, and only the newest results are
worth anything: a browser that has not yet taken one gets the next one in its place. Messages that
must not be left out (a notice, an error) wait in a short queue. A browser whose queue is full, or
that has not read for ``SLOW_SECONDS``, is dropped with 1013; when it comes back it gets the whole
state.

The hub lives on one event loop. Only :meth:`Hub.hear` may be called from other threads.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from websockets.frames import Frame, Opcode

from wslearn.protocol.codes import CloseCode

from .room import Choice, News
from .speech import notice_message, results_message, voted_message

SLOW_SECONDS = 10.0
MOST_WAITING = 32
"""Messages that must not be left out, and that one browser has not taken."""

PAUSE, SHARE = 0.02, 3
"""Between two results there are at least this many seconds, and at least this many times as long as
it took to write the last ones: time for votes to come in, and for screens that share this machine
to read."""


class Outbox:
    """What one browser still has to hear: a few messages, its vote, and the newest results."""

    __slots__ = (
        "_arrived", "_known", "_queue", "_results", "_voted", "closing", "drop", "offer", "role",
        "since", "token",
    )  # fmt: skip

    def __init__(self, role: str, token: str) -> None:
        self.role, self.token = role, token
        self.closing: tuple[int, str] | None = None
        self.since: float | None = None  # when the message under way began to be sent
        self.drop: Callable[[int, str], None] | None = None
        self.offer: Callable[[bytes], bool] | None = None
        self._queue: deque[str] = deque()
        self._results = ""
        self._voted: Choice | None = None
        self._known: Choice | None = None  # the newest vote this browser has been told, or will be
        self._arrived = asyncio.Event()

    def put(self, text: str) -> None:
        """Something that must not be left out."""
        if len(self._queue) >= MOST_WAITING:
            self.close(CloseCode.TRY_AGAIN_LATER, "too many messages wait to be read")
        else:
            self._queue.append(text)
        self._arrived.set()

    def put_results(self, text: str) -> None:
        """The newest results, instead of those that still wait."""
        self._results = text
        self._arrived.set()

    def hand(self, frame: bytes) -> bool:
        """Write a frame of results at once, if nothing else waits; returns whether it was
        written."""
        waits = self._queue or self._voted or self._results or self.since is not None
        return not waits and not self.closing and self.offer is not None and self.offer(frame)

    def put_choice(self, choice: Choice, *, again: bool = False) -> None:
        """The vote of this name, unless that is known (``again``: even then) or older."""
        known = self._known
        if known and (choice.version < known.version or (choice == known and not again)):
            return
        self._known = self._voted = choice
        self._arrived.set()

    def close(self, code: int, reason: str) -> None:
        """End the connection once what waits is sent."""
        self.closing = self.closing or (code, reason)
        self._arrived.set()

    async def next(self) -> str | None:
        """What to send next; waits for it. None: close now."""
        while True:
            if self._queue:
                return self._queue.popleft()
            if self.closing:
                return None
            if self._voted is not None:
                choice, self._voted = self._voted, None
                return voted_message(choice)
            if self._results:
                text, self._results = self._results, ""
                return text
            self._arrived.clear()
            await self._arrived.wait()


class Hub:
    """All connected browsers of this process."""

    def __init__(self, room: Any) -> None:
        self.room = room
        self.boxes: set[Outbox] = set()
        self.of_token: dict[str, set[Outbox]] = {}
        self.latest: dict[str, str] = {}  # by role, what its screens show
        self._owed: set[Outbox] = set()  # came while results were being made, and has none yet
        self._dirty = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._deaf: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Listen to the room, and begin to tell the screens."""
        self._loop = asyncio.get_running_loop()
        self._deaf = self.room.listen(self.hear)
        self._dirty.set()
        self._tasks = [asyncio.create_task(self._tell()), asyncio.create_task(self._sweep())]

    async def stop(self) -> None:
        """Say goodbye to every browser with 1001, and end."""
        self._deaf()
        for box in list(self.boxes):
            box.close(CloseCode.GOING_AWAY, "the poll ends")
        deadline = time.monotonic() + 2
        while self.boxes and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        for task in self._tasks:
            task.cancel()

    # -- browsers ----------------------------------------------------------------------------------

    def add(self, box: Outbox) -> None:
        """A browser is there; it gets the newest results at once, or as soon as they are made."""
        self.boxes.add(box)
        self.of_token.setdefault(box.token, set()).add(box)
        if box.role in self.latest and not self._dirty.is_set():
            box.put_results(self.latest[box.role])
        else:
            self._owed.add(box)

    def remove(self, box: Outbox) -> None:
        """A browser is gone."""
        self.boxes.discard(box)
        self._owed.discard(box)
        windows = self.of_token.get(box.token, set())
        windows.discard(box)
        if not windows:
            self.of_token.pop(box.token, None)

    # -- news --------------------------------------------------------------------------------------

    def hear(self, news: News) -> None:
        """The room has news; called on any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended meanwhile
                self._loop.call_soon_threadsafe(self._take, news)

    def _take(self, news: News) -> None:
        match news.what:
            case "changed":
                self._dirty.set()
            case "voted":
                for box in self.of_token.get(news.token, ()):
                    if news.choice:
                        box.put_choice(news.choice)
            case "left":
                for box in self.of_token.get(news.token, ()):
                    box.close(CloseCode.NORMAL_CLOSURE, "you have left")
            case "notice":
                text = notice_message(news)
                for box in self.boxes:
                    box.put(text)

    def screens(self) -> dict[str, str]:
        """What the screens of each role have to show now."""
        results = results_message(self.room.results())
        return {"voter": results, "instructor": results}

    async def _tell(self) -> None:
        """Send results as they change, at once, but not more often than all screens can take.

        Each role has its own pace: the instructor does not wait for two thousand phones.
        """
        loop = asyncio.get_running_loop()
        ready: dict[str, float] = {}
        while True:
            await self._dirty.wait()
            self._dirty.clear()
            for role, text in self.screens().items():
                if text == self.latest.get(role):
                    # Whatever the news was about had already been sent to the others.
                    for box in self._owed_by(role):
                        box.put_results(text)
                    continue
                if ready.get(role, 0.0) > loop.time():
                    loop.call_at(ready[role], self._dirty.set)
                    continue
                began = loop.time()
                self._send(role, text)
                ready[role] = loop.time() + max(PAUSE, SHARE * (loop.time() - began))
            await asyncio.sleep(PAUSE)

    def _owed_by(self, role: str) -> set[Outbox]:
        """Take the browsers of a role off the list of those that wait for their first results."""
        owed = {box for box in self._owed if box.role == role}
        self._owed -= owed
        return owed

    def _send(self, role: str, text: str) -> None:
        """Give a text to all screens of a role.

        One frame for all, and no task is woken to send it: measured with 300 screens, a quarter
        less processor time. How long it takes says how often there is time for it.
        """
        self.latest[role] = text
        self._owed_by(role)
        frame = Frame(Opcode.TEXT, text.encode()).serialize(mask=False)
        for box in self.boxes:
            if box.role == role and not box.hand(frame):
                box.put_results(text)

    async def _sweep(self) -> None:
        """Drop the browsers that do not read."""
        while True:
            await asyncio.sleep(SLOW_SECONDS / 10)
            now = time.monotonic()
            for box in list(self.boxes):
                if box.since is not None and now - box.since > SLOW_SECONDS and box.drop:
                    drop, box.drop = box.drop, None
                    drop(CloseCode.TRY_AGAIN_LATER, "this browser does not read")
