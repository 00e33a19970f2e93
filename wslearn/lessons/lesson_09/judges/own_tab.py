"""The student's own browser tab as the client of the student's own server.

In JupyterLab a text field, **Connect** and **Send** are in the output. Where no page shows the
notebook (a test, an export) a recorded session of a real Chromium is played to the same server, in
memory: its answers are computed then, and are the same every time.
"""

from typing import Any

import ipywidgets

from wslearn.checking.panel import Panel, Part, Tone
from wslearn.conformance.heard import frame_in_words, in_frames
from wslearn.draw.table import Table, table
from wslearn.labs.kit.bitgrid import with_still
from wslearn.labs.tap.recording import recorded_session
from wslearn.labs.tap.thistab import ThisTab
from wslearn.lessons.lesson_09.earlier import find_header
from wslearn.protocol.errors import NetworkError
from wslearn.protocol.handshake import check_response
from wslearn.protocol.parser import FrameParser

from .hosted import Hosted, answer_of, attempt
from .oracles import Make, which

RECORDING = (
    "A recording of Chromium is the client here; the answers are the server's, computed now. In "
    "JupyterLab, press “Connect from this tab”, “Send” and “Close”: then your own tab is asked."
)
LIVE = "This is live: the tab that shows this notebook was the client."

_current: "OwnTab | None" = None


class OwnTab:
    """A student's server on 127.0.0.1, and a client in the page; shows itself.

    ``result`` says what the browser made of it: of the live tab once it has connected, of the
    recording until then.
    """

    def __init__(self, server: Any = None, burst: int = 0) -> None:
        self._make, self.whose = which(server)
        self.hosted = Hosted(self._make)
        self.problem = ""
        try:
            self.hosted.start()
        except NetworkError as problem:  # a kernel inside a browser: the recording is all there is
            self.problem = str(problem)
        self.tab = ThisTab(self.hosted.port, burst=burst, wire=False)
        self._box = ipywidgets.VBox([ipywidgets.HTML(self.whose), self.tab])

    def stop(self) -> None:
        """Stop the server; twice is fine."""
        self.hosted.stop()
        self.tab.port = 0

    @property
    def live(self) -> bool:
        """Whether the tab has connected, or tried to."""
        return any(line.get("kind") == "event" for line in self.tab.log)

    @property
    def result(self) -> "Result":
        """What the browser made of the server."""
        if self.live:
            lines = [str(line.get("text", "")) for line in self.tab.log]
            return Result(LIVE, *_from_log(lines), tuple(self.hosted.troubles))
        return Result(RECORDING, *_from_rows(played(self._make)))

    def _still(self) -> tuple[str, Table]:
        said = " ".join(part for part in (self.whose, self.problem, RECORDING) if part)
        return said, table(["the browser sends", "the server answers"], played(self._make))

    def __repr__(self) -> str:
        said, rows = self._still()
        return f"{said}\n\n{rows!r}"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any] | tuple[dict[str, Any], Any]:
        said, rows = self._still()
        still = {"text/plain": f"{said}\n\n{rows!r}", "text/html": f"<p>{said}</p>{rows.html()}"}
        return still if self.problem else with_still(self._box._repr_mimebundle_(**kwargs), still)


class Result(Panel):
    """What the browser made of a server: whether it opened, got its echo, and closed cleanly."""

    def __init__(
        self,
        source: str,
        opened: bool,
        echoed: bool,
        clean: bool,
        troubles: tuple[str, ...] = (),
    ) -> None:
        self.source = source
        self.steps = {"it opened": opened, "it got its echo": echoed, "it closed cleanly": clean}
        self.troubles = troubles

    def _panel(self) -> tuple[Tone, str, list[Part]]:
        lines = [f"{'✓' if right else '✗'} {step}" for step, right in self.steps.items()]
        parts = [Part("\n".join(lines), code=True), Part(self.source)]
        parts += [Part(self.troubles[0], "The server:")] if self.troubles else []
        if all(self.steps.values()):
            return "good", "The browser is content.", parts
        return "bad", "The browser is not content.", parts


def played(make: Make) -> list[tuple[str, str]]:
    """The recorded session, played to a new server in memory: what was sent, what was answered."""
    recorded = recorded_session()
    key = find_header(recorded.request.decode("latin-1"), "Sec-WebSocket-Key") or ""
    server, trouble = attempt(make, make)
    rows: list[tuple[str, str]] = []
    for what, data in _pieces():
        if trouble or getattr(server, "done", False):
            rows.append((what, trouble or "nothing: it is done"))
            continue
        answer, trouble = answer_of(server, data)
        if what == "a request":
            reply = check_response(answer, key)
            said = "101, with the right accept value" if reply.ok else reply.conclusion
        else:
            said = in_frames(answer)
        rows.append((what, trouble or said))
    return rows


def _pieces() -> list[tuple[str, bytes]]:
    """What the recorded browser sent, in words and as bytes."""
    recorded = recorded_session()
    pieces = [("a request", recorded.request)]
    for passed in recorded.frames:
        if passed.sender == "client":
            (frame,) = FrameParser("server").feed(passed.data)
            pieces.append((frame_in_words(frame), passed.data))
    return pieces


def _from_rows(rows: list[tuple[str, str]]) -> tuple[bool, bool, bool]:
    frames = rows[1:]
    texts = [sent == answered for sent, answered in frames if sent.startswith("text")]
    closes = [sent == answered for sent, answered in frames if sent.startswith("close")]
    return rows[0][1].startswith("101"), bool(texts) and all(texts), bool(closes) and all(closes)


def _from_log(lines: list[str]) -> tuple[bool, bool, bool]:
    sent = [line for line in lines if line.startswith("socket.send(")]
    single = [line[len("socket.send(") : -1] for line in sent if line.endswith(")")]
    bursts = [int(line.split()[-2]) for line in sent if line.endswith(" times")]
    came = [line.removeprefix("onmessage: ") for line in lines if line.startswith("onmessage: ")]
    echoed = len(came) == len(single) + sum(bursts) > 0 and set(single) <= set(came)
    clean = any(line.startswith("onclose: code 1000") and "wasClean true" in line for line in lines)
    return "onopen" in lines, echoed, clean


def in_this_tab(server: Any = None, *, burst: int = 0) -> OwnTab:
    """Let the tab that shows the notebook connect to a student's server. Raises nothing.

    With ``burst`` a button sends this many messages at once. The server of an earlier
    cell, or of an earlier run of the same cell, is stopped.
    """
    global _current  # noqa: PLW0603 (one kernel, one server: a cell run twice leaves none behind)
    if _current is not None:
        _current.stop()
    _current = OwnTab(server, burst)
    return _current
