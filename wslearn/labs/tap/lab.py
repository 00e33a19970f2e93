"""TapLab: the frames of live connections as they pass, and any of them bit by bit.

A client, the tap, a server: the tap sits between the two and shows every frame, both ways and in
order. The client is whatever the reader likes: the tab that shows the notebook, a browser window, a
program. What passed can be paused, filtered, searched, saved and loaded.

Frames can also be held on their way (``hold``), as a debugger holds a program at a line: looked at,
changed, let go, dropped, or sent more than once.

The network runs on a thread of its own (``network``), so it goes on while a cell runs. The page
is told at most some ten times a second, and of a few lines only, however many frames come.
"""

import time
from contextlib import suppress
from os import PathLike
from typing import Any
from weakref import WeakValueDictionary

from wslearn.labs.kit.bitgrid import with_static_form
from wslearn.labs.kit.lab import set_shown
from wslearn.net.background import NO_THREADS
from wslearn.net.record import journal as records
from wslearn.net.record.conversation import Conversation
from wslearn.net.record.exchanges import KEEP
from wslearn.net.record.hold import HeldFrame
from wslearn.net.record.passed import Sender
from wslearn.net.record.tap import Tap
from wslearn.protocol.errors import NetworkError, StateError
from wslearn.protocol.text import counted

from .hold_panel import HoldPanel
from .journal_table import Journal, read_record
from .network import TapServer
from .nodes import head_nodes
from .page import TapSheet, TapView, running_loop
from .recording import add_recording
from .state import TapLog
from .thistab import ThisTab

PACE = 0.1
"""The least number of seconds between two drawings that nobody asked for."""

BURST = 1000
"""How many messages one button of the tab sends at once."""

_open: WeakValueDictionary[tuple[int, str], "TapLab"] = WeakValueDictionary()
"""The labs with a network: a cell that is run twice closes the one of its first run."""


class TapLab(TapView):
    """The frames between a client and a server, as they pass (RFC 6455 §5).

    ``journal``  a record to look at, or the path of one that was saved or captured: then nothing is
                 started, and the lab needs no network. None: a tap is started
    ``target``   the URI of the server that the tap leads to; None: an echo server of the lab's own
    ``port``     where the tap listens on 127.0.0.1; 0: any free port
    ``deflate``  whether the echo server agrees to permessage-deflate (RFC 7692)
    ``keep``     how many bytes of each payload are recorded; the rest is counted

    ``hold`` lets frames wait on their way: each that fits the rule is shown before its receiver has
    it, to be looked at, changed in any bit, let go, dropped, or sent more than once. It is off
    until it is asked for. Closing the lab, or ending the kernel, lets everything go as it came.

    An earlier lab with the same target and port is stopped. Where nothing can listen, the
    lab says why and stays empty; where nothing ever can, in a browser too old for it, it lists a
    recording. Raises :class:`~wslearn.protocol.errors.InputError` for a target or a file that
    cannot be read.
    """

    def __init__(
        self,
        journal: records.Journal | str | PathLike[str] | None = None,
        *,
        target: str | None = None,
        port: int = 0,
        deflate: bool = False,
        keep: int = KEEP,
    ) -> None:
        if isinstance(journal, str) and journal.startswith(("ws://", "wss://")):
            journal, target = None, journal
        if isinstance(journal, str | PathLike):
            journal = read_record(journal)
        self._target = target
        self._due = False
        self._drawn_at = 0.0
        self._server: TapServer | None = None
        self._blamed: Conversation | None = None  # what the tab was last told
        self._growing = journal is None
        self.tab = ThisTab(0, burst=BURST, wire=False, on_why=self._why)
        self.tab.add_class("wsl-own")
        self._head = TapSheet()
        self._holding = HoldPanel(running_loop())
        log = TapLog(Journal() if journal is None else journal)
        super().__init__(log, self._head, self.tab, between=(self._holding,))
        self._also, self._live.journal.changed = self._live.journal.changed, self._grown
        problem = self._start(target, port, deflate, keep) if self._growing else ""
        if problem == NO_THREADS:
            add_recording(self._live.journal)
            problem += " The list shows a recording: a browser talked to a server of ours."
            self._refresh()
        self._show_network(problem)
        self._redraw()

    def _start(self, target: str | None, port: int, deflate: bool, keep: int) -> str:
        """Start the network; returns why not, where it cannot."""
        key = port, "" if port else target or ""
        if (earlier := _open.pop(key, None)) is not None:
            earlier.stop()
        try:
            self._server = TapServer(self._live.journal, target, port, deflate=deflate, keep=keep)
        except NetworkError as problem:
            return str(problem)
        _open[key] = self
        self._holding.serve(self._server.tap)
        return ""

    # -- for Python: the network ---------------------------------------------------------------

    @property
    def url(self) -> str:
        """Where clients connect; raises :class:`StateError` where nothing listens."""
        return self.tap.url

    @property
    def tap(self) -> Tap:
        """The tap; raises :class:`StateError` where there is none, or none any more."""
        if self._server is None:
            raise StateError("Expected a lab whose tap runs, got one without; run TapLab() anew.")
        return self._server.tap

    @property
    def running(self) -> bool:
        """Whether clients can connect."""
        return self._server is not None and self._server.running

    def stop(self) -> None:
        """Stop the tap and the lab's own server; what was recorded stays on the page."""
        server, self._server = self._server, None
        self._holding.serve(None)
        if server is not None:
            server.stop()
        journal = self._live.journal
        if journal.changed == self._grown:
            journal.changed = self._also
        self._show_network()
        self._redraw()

    def close(self) -> None:
        """Stop, and take the lab off the page."""
        if hasattr(self, "_head"):  # else it was never built
            self.stop()
        super().close()

    def wait(self, frames: int, seconds: float = 5) -> bool:
        """Wait until this many frames have passed, at most this long; returns whether they have."""

        def passed() -> bool:
            return self._live.journal.passed >= frames

        return passed() if self._server is None else self._server.wait_until(passed, seconds)

    def hold(
        self, *, sender: Sender | None = None, kind: str | None = None, contains: str = ""
    ) -> None:
        """Hold each frame that matches everything asked, until it is let go or dropped.

        ``sender``, ``kind`` and ``contains`` are those of ``where``, except ``"broken"``; without
        any every frame is held. Frames that an earlier rule held pass. Raises :class:`InputError`
        for anything else, :class:`StateError` where no tap runs.
        """
        self._holding.start(sender, kind, contains)

    @property
    def held(self) -> list[HeldFrame]:
        """The frames that are held now; each may be changed, let go, dropped, or copied."""
        return self._holding.held

    def let_go(self) -> None:
        """Hold nothing more; waiting frames pass as they came."""
        self._holding.stop()

    def back_to_live(self) -> None:
        """Show again what the tap records."""
        with self._changing():
            self._turn_to(self._live)

    def __repr__(self) -> str:
        if self._growing:
            return f"TapLab(target={self._target!r})" if self._target else "TapLab()"
        held = self._live.journal
        count = counted(len(held.conversations), "connection")
        return f"<TapLab, {counted(len(held), 'frame')} on {count}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return with_static_form(super()._repr_mimebundle_(**kwargs), repr(self), self.pages())

    # -- from the tap's thread to the page -----------------------------------------------------

    def _grown(self) -> None:
        """The journal has grown; on the thread that adds to it."""
        self._also()
        self._live.collect()
        # Widgets belong to the kernel's own thread. While a cell runs there, the tap goes on and
        # the page is told afterwards.
        if self._loop is not None and not self._due:
            self._due = True
            with suppress(RuntimeError):  # the kernel is on its way out
                self._loop.call_soon_threadsafe(self._soon)

    def _soon(self) -> None:
        wait = self._drawn_at + PACE - time.monotonic()
        if wait > 0 and self._loop is not None:
            self._loop.call_later(wait, self._refresh)
        else:
            self._refresh()

    def _refresh(self) -> None:
        self._due = False
        self._catch_up()
        self._redraw()
        self._drawn_at = time.monotonic()

    def _why(self) -> str:
        """Why the tab's last attempt came to nothing; empty where the tap does not know."""
        last = next(reversed(self._live.journal.conversations), None)
        if last is None or last is self._blamed or last.reply:
            return ""
        self._blamed = last
        return last.ended

    # -- drawing --------------------------------------------------------------------------------

    def _nothing_yet(self) -> str:
        if self._log.frames:
            return "No frame matches the filters."
        if self._log.journal.conversations or not self.running:
            return "No frame has passed."
        return "No frame has passed yet: connect, and say something."

    def _show_network(self, problem: str = "") -> None:
        server = self._server
        self._head.view = head_nodes(
            url=server.tap.url if server else "",
            target=str(server.tap.uri) if server and self._target else "",
            finished=not self._growing,
            problem=problem,
        )
        self.tab.path = server.tap.uri.resource if server else "/"
        self.tab.page = server.server.port if server else 0
        self.tab.port = server.tap.port if server else 0
        # What the tab saw stays, even when the network is gone.
        set_shown(self.tab, bool(server or self.tab.log))
