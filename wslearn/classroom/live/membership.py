"""``ws.join``: a student's notebook takes part in a class.

The notebook tells whether a task was tried or solved, how often, and which of the course's own
replies it got. Nothing that the student wrote leaves the notebook unless *show my code* is pressed.

The connection is one of ``wslearn.net``, on a thread of its own, so that it goes on while a cell
runs. It comes back when it is lost, with the same token: the class recognises the notebook, even
after a restart of the kernel, and counts nothing twice.
"""

import asyncio
import json
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from html import escape
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import ipywidgets

from wslearn.checking.happened import Event, listeners
from wslearn.course import progress
from wslearn.course.cases.mystery import case
from wslearn.course.cases.shelf import find
from wslearn.course.progress_place import place, wants_memory
from wslearn.course.progress_store import write_whole
from wslearn.draw.table import Table
from wslearn.labs.frame.lab import FrameLab
from wslearn.labs.kit.lab import set_shown
from wslearn.lessons.lesson_12.poll.gate import VOTER_COOKIE
from wslearn.net.background import Background
from wslearn.net.client import reconnect
from wslearn.net.on_a_hub import port_behind, seen_from_a_browser, this_hub
from wslearn.protocol.errors import ClosedError, HandshakeError, InputError, NetworkError

from .class_views import cause_of, replies

PORT = 8080
WHERE = "WSLEARN_CLASS"
"""An environment variable: the address of the class, such as a hub sets for everybody."""

FILE = "wslearn-class.json"
SECONDS = 15.0
FIRST_SECONDS = 3.0
"""How long ``join`` waits to see the class; then it goes on trying in the background."""

FORM = {"Content-Type": "application/x-www-form-urlencoded"}

_SHOW = "Send the cell of your last check to the instructor"

_now: "Membership | None" = None


def join(code: str, address: str = "", *, name: str = "", through: str = "") -> "Membership":
    """Take part in a class, with the code that the big screen shows::

        ws.join("K7M3QX", "192.168.1.20:8080", name="Ada")

    ``address`` is what is shown beside the code; it can be left out where the class runs on this
    computer, or where your hub knows it. Without a ``name`` you are a number to all. ``through`` is
    the URL of a tap in front of the class's WebSocket, if you want to see the frames.

    Raises :class:`NetworkError` where no class answers, and :class:`InputError` for a code or a
    name that it does not accept; each with one sentence.
    """
    global _now  # noqa: PLW0603 (a cell that is run twice is one notebook, not two)
    url = _address(address or os.environ.get(WHERE, "") or f"127.0.0.1:{PORT}")
    kept = _Kept()
    told = _known(url, kept.get(url)) or _enter(url, code, name)
    kept.put(url, told["token"])
    if _now is not None:
        _now.stop()
    _now = Membership(url, told["token"], told["name"], told["number"], through).start()
    return _now


class Membership(ipywidgets.VBox):
    """A notebook's place in a class; it shows itself, and what the instructor says.

    ``state`` is the newest state of the class, as the connection brought it.
    """

    def __init__(self, url: str, token: str, name: str, number: int, through: str = "") -> None:
        self.url, self.name, self.number = url, name, number
        self.ws_url = through or f"ws{url.removeprefix('http')}ws"
        self.state: dict[str, Any] = {}
        self.problem = ""
        self.ended = ""
        self._token = token
        self._tasks: dict[str, dict[str, Any]] = {}
        self._means: dict[str, str] = {}
        self._at = ""
        self._source = ""
        self._news = asyncio.Event()
        self._to_say: list[dict[str, Any]] = []
        self._background = Background("class")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._main: asyncio.AbstractEventLoop | None = None
        self._connected = False
        self._first = threading.Event()
        self._said = ipywidgets.HTML()
        self._open = ipywidgets.Button(
            description="Open the frame in a lab", layout={"width": "auto"}
        )
        self._show = ipywidgets.Button(description="Show my code", tooltip=_SHOW)
        self._leave = ipywidgets.Button(description="Leave")
        self._place = ipywidgets.VBox()
        self._open.on_click(lambda _: self._open_lab())
        self._show.on_click(lambda _: self.show_code())
        self._leave.on_click(lambda _: self.leave())
        set_shown(self._open, False)
        row = ipywidgets.HBox([self._open, self._show, self._leave])
        super().__init__([self._said, row, self._place])
        self._draw()

    # -- for everyone ------------------------------------------------------------------------------

    @property
    def page_url(self) -> str:
        """The class's page for this person: a browser that opens it is you, with one vote."""
        return seen_from_a_browser(f"{self.url}as?key={self._token}", this_hub())

    def show_code(self, source: str = "") -> None:
        """Send this code, or the cell of your last check, to the instructor."""
        source = source or self._source
        if not source:
            self.problem = "There is no code yet: run a cell that checks an answer."
            self._draw()
            return
        self._say({"type": "code", "task": self._at, "code": source[:4000]})

    def answer(self, answer: object) -> None:
        """Answer the current question: a letter, a number, bytes or hex, or text."""
        question = self.state.get("question") or {}
        if not question:
            raise InputError("Expected a question to answer, but none is open right now.")
        said = answer.hex(" ") if isinstance(answer, bytes | bytearray) else str(answer)
        self._say(
            {
                "type": "vote",
                "round": question["round"],
                "vote": question["vote"],
                "candidate": said,
            }
        )

    def results(self) -> Table:
        """The result of the last question, once the instructor has shown it; otherwise an empty
        table."""
        question = self.state.get("question") or {}
        told = question.get("results") or {"rows": [], "totals": [0]}
        votes = [f"vote {number}" for number in range(1, len(told["totals"]) + 1)]
        rows = [(row["words"], *row["votes"], "✓" if row["right"] else "") for row in told["rows"]]
        return Table(("answer", *votes, "right"), tuple(rows))

    def leave(self) -> None:
        """Leave the class for good; your number and your current answers go with you."""
        self._say({"type": "leave"})

    # -- the thread --------------------------------------------------------------------------------

    def start(self) -> "Membership":
        """Connect, and tell what happens from now on."""
        with suppress(RuntimeError):
            self._main = asyncio.get_running_loop()
        for row in progress.progress().rows:
            for name in (name for name, state in row.exercises if state == "passed"):
                self._tasks[name] = {"state": "solved", "tries": 1, "same": 0, "cause": ""}
        listeners.append(self._heard)
        self._background.start()
        self._background.run(self._begin())
        self._first.wait(FIRST_SECONDS)
        return self

    def stop(self) -> None:
        """Let go of the connection; the class keeps your place."""
        with suppress(ValueError):
            listeners.remove(self._heard)
        self._background.stop()

    async def _begin(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._running = asyncio.create_task(self._take_part())

    async def _take_part(self) -> None:
        cookie = [("Cookie", f"{VOTER_COOKIE}={self._token}")]
        try:
            async for socket in reconnect(self.ws_url, headers=cookie):
                self._news.set()  # the whole state of our tasks: what was told may not have come
                self._connected = True
                speaking = asyncio.create_task(self._speak(socket))
                with suppress(ClosedError):
                    async for message in socket:
                        self._take(json.loads(message))
                speaking.cancel()
                self._connected = False
                if socket.close_code == 1000:
                    self.ended = "You have left the class."
                    break
                self._redraw()
        except HandshakeError:
            self._first.set()
            self.ended = "You are no longer in this class. To come back, join again."
        self._redraw()

    async def _speak(self, socket: Any) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            await socket.send(
                json.dumps({"type": "progress", "tasks": self._tasks, "now": self._at})
            )
            while self._to_say:
                await socket.send(json.dumps(self._to_say[0]))
                del self._to_say[0]
            await asyncio.sleep(0.5)

    def _take(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "state":
                self.state, self.problem = message, ""
                self._first.set()
            case "welcome":
                self.name, self.number = message["name"], message["number"]
            case "error":
                self.problem = message["text"]
        self._redraw()

    def _say(self, message: dict[str, Any]) -> None:
        self._to_say.append(message)
        self._wake()

    def _wake(self) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended
                self._loop.call_soon_threadsafe(self._news.set)

    # -- what happens in the notebook --------------------------------------------------------------

    def _heard(self, event: Event) -> None:
        """A check has judged an answer; the course reports it."""
        if event.kind != "check" or event.result in ("unknown", "tampered"):
            return
        self._at = event.name
        if event.result != "unsolved":
            task = self._tasks.get(event.name) or {"state": "tried", "tries": 0, "same": 0}
            # Only what the course itself says: a reply may quote the student.
            cause = cause_of(event.means)
            cause = cause if cause in replies(event.name[:2]) else ""
            again = bool(event.means) and event.means == self._means.get(event.name)
            self._means[event.name] = event.means
            same = task["same"] + 1 if again else bool(event.means)
            solved = event.result == "passed" or task["state"] == "solved"
            self._tasks[event.name] = {
                "state": "solved" if solved else "tried",
                "tries": task["tries"] + 1,
                "same": int(same),
                "cause": cause,
            }
            self._source = _cell() or self._source
        self._wake()

    # -- what is shown -----------------------------------------------------------------------------

    def _open_lab(self) -> None:
        frame = (self.state.get("lab") or {}).get("frame")
        if frame:
            self._place.children = (FrameLab(frame),)
        elif name := self._case():
            self._place.children = (case(name).widget(),)  # type: ignore[union-attr]

    def _case(self) -> str:
        """The current case; "" where there is none, or where this version lacks it."""
        name = str((self.state.get("question") or {}).get("label", ""))
        return name if name.startswith("case ") and find(name) else ""

    def _redraw(self) -> None:
        """Draw on the kernel's own thread, where it has a loop."""
        if self._main is not None:
            with suppress(RuntimeError):
                self._main.call_soon_threadsafe(self._draw)
        else:
            self._draw()

    def _lines(self) -> list[str]:
        if self.ended:
            return [self.ended]
        who = f"You are number {self.number} in the class"
        who += f", as {self.name}." if self.name != f"Number {self.number}" else "."
        lines = [who if self._connected else f"{who} Not connected just now; trying again."]
        question = self.state.get("question") or {}
        if question and not question["shown"]:
            name = self._case()
            opens = f' Open it: ws.case("{name.removeprefix("case ")}")' if name else ""
            lines.append(f"Asked: {question['text']}{opens}")
        lines += [notice["text"] for notice in self.state.get("notices", [])]
        if frame := (self.state.get("lab") or {}).get("frame"):
            lines.append(f"The instructor offers a frame for the lab: {frame}.")
        return [*lines, self.problem] if self.problem else lines

    def _draw(self) -> None:
        link = (
            f'<a href="{escape(self.page_url)}" target="_blank" rel="noopener">Answer there ↗</a>'
        )
        lines = "".join(f"<div>{escape(line)}</div>" for line in self._lines())
        self._said.value = lines if self.ended else f"{lines}<div>{link}</div>"
        has_lab = bool((self.state.get("lab") or {}).get("frame"))
        self._open.description = "Open the frame in a lab" if has_lab else "Open the case"
        set_shown(self._open, has_lab or bool(self._case()))

    def __repr__(self) -> str:
        return "\n".join(self._lines())


# -- getting in ------------------------------------------------------------------------------------


def _address(address: str) -> str:
    """The class's URL, from what somebody typed."""
    text = address.strip()
    try:
        parts = urlsplit(text if "//" in text else f"http://{text}")
        bare = parts.scheme == "http" and not parts.path.strip("/")
        port = parts.port or (443 if parts.scheme == "https" else PORT if bare else 80)
    except ValueError:
        parts, port = urlsplit(""), 0
    if parts.scheme not in ("http", "https") or not parts.hostname or not port:
        raise InputError(f"Expected an address such as 192.168.1.20:{PORT}, got {address!r}.")
    if this_hub() and (behind := port_behind(parts.path)):
        return f"http://127.0.0.1:{behind}/"  # the hub's proxy would lead back to this machine
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}/"


def _asked(url: str, method: str, path: str, body: str = "", **headers: str) -> tuple[int, Any]:
    """One HTTP exchange; the status and the JSON of the answer."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        connection.request(method, parts.path + path, body, {**FORM, **headers})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read(100_000))
    except (OSError, HTTPException, ValueError):
        raise NetworkError(
            f"Expected a class at {_shown(url)}, got none. Is that the address on the big screen?"
        ) from None
    finally:
        connection.close()


def _known(url: str, token: str) -> dict[str, Any] | None:
    """Who this notebook was in this class before; None for nobody."""
    if not token:
        return None
    _, said = _asked(url, "GET", "session", Cookie=f"{VOTER_COOKIE}={token}")
    name = said.get("name") if isinstance(said, dict) else None
    return {"token": token, "name": name, "number": 0} if name else None


def _enter(url: str, code: str, name: str) -> dict[str, Any]:
    status, said = _asked(url, "POST", "join", urlencode({"code": code, "name": name}))
    if not isinstance(said, dict) or not ({"token", "text"} & said.keys()):
        raise NetworkError(f"Expected a class at {_shown(url)}, got another program.")
    if status != 200:
        raise InputError(said["text"])
    return said


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path.rstrip('/')}"


class _Kept:
    """The tokens of this student, beside the record of progress; in memory where that is."""

    memory: dict[str, str] = {}  # noqa: RUF012 (one for all: it is the kernel's)

    def __init__(self) -> None:
        beside = None if wants_memory(os.environ) else place(os.environ, Path.cwd())[0]
        self.path = beside.with_name(FILE) if beside else None

    def get(self, url: str) -> str:
        """The token for a class; "" for none."""
        return self._read().get(url, "")

    def put(self, url: str, token: str) -> None:
        """Remember a token."""
        tokens = {**self._read(), url: token}
        self.memory.update(tokens)
        if self.path is not None:
            with suppress(OSError):  # then it is remembered until the kernel ends
                write_whole(self.path, json.dumps(dict(list(tokens.items())[-20:])))
                self.path.chmod(0o600)

    def _read(self) -> dict[str, str]:
        tokens: object = None
        if self.path is not None:
            with suppress(OSError, ValueError):
                tokens = json.loads(self.path.read_text(encoding="utf-8"))
        if not isinstance(tokens, dict):
            return dict(self.memory)
        return {url: one for url, one in tokens.items() if isinstance(one, str)}


def _cell() -> str:
    """The source of the running cell; "" outside a notebook."""
    try:
        from IPython import get_ipython
    except ImportError:
        return ""
    shell: Callable[[], Any] = get_ipython
    here = shell()
    cells = here.user_ns.get("In", []) if here is not None else []
    return str(cells[-1]) if cells else ""
