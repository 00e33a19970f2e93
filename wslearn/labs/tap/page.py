"""A record of frames to look at: a list, filters, and the bits of the frame that is picked.

What a TapLab shows, without the network: the same for frames that pass now and for those that
passed long ago. ``lab`` adds the tap.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os import PathLike
from pathlib import Path
from threading import RLock
from typing import Any

import ipywidgets

from wslearn.draw.table import table
from wslearn.labs.kit.assets import styles
from wslearn.labs.kit.bitgrid import BitGrid
from wslearn.labs.kit.lab import Lab, row, set_shown
from wslearn.labs.kit.sheet import Sheet
from wslearn.net.record import journal as records
from wslearn.net.record.passed import Passed, Sender
from wslearn.net.record.record_file import is_journal
from wslearn.protocol.dissection import Dissection
from wslearn.protocol.errors import InputError, WebSocketError
from wslearn.protocol.in_words import verdict
from wslearn.protocol.text import counted, shown_value

from .entry import BROKEN, KINDS, Entry, Wanted
from .journal_table import read_record
from .nodes import caption_nodes, list_nodes, notice_nodes
from .session import Pages
from .state import TapLog, Window

LINES = 14
LINES_ON_STAGE = 4
"""How many lines the list has on the page, and on the stage, where the frame comes first."""

SPOKEN_PACE = 3.0
"""The least number of seconds between two summaries that a screen reader says."""

STILL = 20
"""How many frames the static form shows."""

ALL = ""
"""The choice of a menu that asks for nothing. (None would mean no choice at all.)"""

KINDS_TO_CHOOSE = (("every kind", ALL), *zip(KINDS, KINDS, strict=True), ("breaks a rule", BROKEN))
WAYS_TO_CHOOSE = (("both ways", ALL), ("client → server", "client"), ("client ← server", "server"))
MOST_CHOICES = 100
"""How many connections the menu offers, the latest ones."""


class TapSheet(Sheet):
    """A sheet with the look of this lab."""

    _css = styles("kit/sheet.css", "tap/lab.css")


class TapView(Lab):
    """A list of frames and the bits of one of them; ``top`` are the widgets above the list,
    ``between`` those below it."""

    def __init__(
        self, log: TapLog, *top: ipywidgets.Widget, between: tuple[ipywidgets.Widget, ...] = ()
    ) -> None:
        self._lock = RLock()
        self._loop = running_loop()
        self._live = self._log = log
        self._notice, self._problem = "", False
        self._paused_at: int | None = None
        self._picked: Entry | None = None
        self._in_grid: Entry | None = None
        self._unfolded = False
        self._spoken_at = 0.0
        self._said_last = ""
        self._speaking = False  # a summary is due
        self.grid = BitGrid()
        self._list = TapSheet(self._act)
        self._list.add_class("wsl-tap-list")
        self._caption = TapSheet(self._act)
        self._foot = TapSheet(self._act)
        below = (self._list, *between, self._caption, self.grid, self._files(), self._foot)
        super().__init__([*top, self._controls(), *below])
        self.add_class("wsl-tap")
        self._catch_up()
        self._redraw()
        self.grid.observe(lambda change: self._redraw(), "data")
        self.stage.observe(lambda change: self._redraw(), "on")

    # -- for Python: what passed ---------------------------------------------------------------

    @property
    def journal(self) -> records.Journal:
        """The record that is shown."""
        return self._log.journal

    @property
    def frames(self) -> list[Passed]:
        """The frames that the filters let through, oldest first."""
        self._catch_up()
        return [entry.frame for entry in self._log.listed() if entry.frame is not None]

    @property
    def paused(self) -> bool:
        """Whether the list is paused; what passes is recorded all the same."""
        return self._paused_at is not None

    def pause(self) -> None:
        """Pause the list."""
        with self._changing():
            self._paused_at = self._log.last_place

    def go_on(self) -> None:
        """Show the newest frames."""
        with self._changing():
            self._paused_at = None

    def where(
        self,
        *,
        sender: Sender | None = None,
        kind: str | None = None,
        connection: int | None = None,
        contains: str = "",
    ) -> None:
        """List only the frames that match everything asked; without any all are listed.

        ``kind`` is ``"text"``, ``"binary"``, ``"continuation"``, ``"ping"``, ``"pong"``,
        ``"close"``, ``"data"``, ``"control"`` or ``"broken"``; ``contains`` is looked for in the
        payload, unmasked and decompressed, in letters of any case.
        Raises :class:`InputError` for anything else.
        """
        self._catch_up()
        asked = {"sender": (sender, self._way), "kind": (kind, self._kind),
                 "connection": (connection, self._which)}  # fmt: skip
        for name, (value, menu) in asked.items():
            values = [option for _, option in menu.options if option != ALL]
            if value is not None and value not in values:
                known = ", ".join(str(option) for option in values)
                came = shown_value(value)
                raise InputError(f"Expected for {name} one of {known or 'no one'}, got {came}.")
        with self._changing():
            for value, menu in asked.values():
                menu.value = ALL if value is None else value
            self._search.value = contains

    @property
    def frame(self) -> Passed | None:
        """The frame whose bits are shown, as it passed; None: none was picked."""
        shown = self._shown()
        return None if shown is None else shown.frame

    def pick(self, number: int) -> None:
        """Show the bits of a frame, by its number in the list.

        Raises :class:`InputError` for a number that no kept frame has.
        """
        self._catch_up()
        entry = self._log.entry(number) if isinstance(number, int) else None
        if entry is None:
            raise InputError(f"Expected the number of a frame in the list, got {number!r}.")
        with self._changing():
            self._picked = entry

    # -- for Python: files ---------------------------------------------------------------------

    def save(self, path: str | PathLike[str]) -> None:
        """Write the record that is shown to a file; an earlier record there is replaced.

        Raises :class:`InputError` where that is not possible, and for a file that is not a record.
        """
        if Path(path).exists() and not is_journal(path):
            raise InputError(f"Expected a new name or a saved record, got {path}, another file.")
        self._log.journal.save(path)

    def load(self, path: str | PathLike[str]) -> None:
        """Show the record in a file that ``save`` wrote, a capture or a HAR file; the tap goes on
        recording.

        Raises :class:`InputError` for any other file.
        """
        log = TapLog(read_record(path))
        with self._changing():
            self._turn_to(log)

    def pages(self) -> Pages:
        """The latest frames as a table, as the lab shows where no widget can; shows itself."""
        journal = self.journal
        if not journal.rows(1):
            return Pages("No frame has passed yet.", ())
        rows = table(records.HEADINGS, journal.rows(STILL), code=records.CODE)
        latest = "" if len(journal) <= STILL else f"The latest {STILL} frames:"
        said = " ".join([journal.summary(), *map(records.plain, journal.remarks)])
        return Pages(said, ((latest, rows),))

    def _controls(self) -> ipywidgets.Widget:
        self._way = ipywidgets.ToggleButtons(
            options=WAYS_TO_CHOOSE,
            style={"button_width": "auto"},
            tooltips=["all frames", "only what the client sent", "only what the server sent"],
        )
        self._kind = ipywidgets.Dropdown(options=KINDS_TO_CHOOSE, description="kind:")
        self._which = ipywidgets.Dropdown(options=[("all", ALL)], description="connection:")
        self._search = ipywidgets.Text(
            description="search:", placeholder="what the payload says", continuous_update=True
        )
        for control in (self._kind, self._which, self._search):
            control.style.description_width = "auto"
        self._menus = (self._way, self._kind, self._which)
        for control in (*self._menus, self._search):
            control.observe(lambda change: self._filtered(), "value")
        return row(*self._menus, self._search)

    def _files(self) -> ipywidgets.Widget:
        self._file = ipywidgets.Text(value="tap.journal", description="file:")
        self._file.style.description_width = "auto"
        save = ipywidgets.Button(description="save", tooltip="Save this record in the file")
        load = ipywidgets.Button(
            description="load", tooltip="Look at a saved record, or at a capture (pcap, pcapng)"
        )
        save.on_click(lambda button: self._act({"do": "save"}))
        load.on_click(lambda button: self._act({"do": "load"}))
        return row(self._file, save, load)

    # -- what the reader does ------------------------------------------------------------------

    def _act(self, message: dict[str, Any]) -> None:
        with self._changing():
            self._notice, self._problem = "", False
            try:
                self._do(message)
            except WebSocketError as problem:
                self._notice, self._problem = str(problem), True

    def _do(self, message: dict[str, Any]) -> None:
        match message:
            case {"do": "pick", "number": int(number)}:
                entry = self._log.entry(number)
                self._picked = None if entry is self._picked else entry
            case {"do": "step", "by": (1 | -1) as by}:
                self._step(by)
            case {"do": "as it came"}:
                self._in_grid = None
            case {"do": "unfold" | "fold again" | "folding"}:
                self._fold(message)
            case {"do": "save"}:
                self.save(self._file.value)
                self._notice = f"Saved {counted(len(self.journal), 'frame')} in {self._file.value}."
            case {"do": "load"}:
                self.load(self._file.value)
                self._notice = f"This is the record in {self._file.value}."
            case {"do": "live"}:
                self._turn_to(self._live)
            case _:
                self._move(message)

    def _move(self, message: dict[str, Any]) -> None:
        """Move the window, or pause it."""
        log, lines = self._log, self._lines
        match message:
            case {"do": "enter"}:
                # What the keyboard or a finger is on must not slide away under it.
                if self._paused_at is None and not log.window(lines).at_start:
                    self._paused_at = log.last_place
            case {"do": "pause"}:
                self._paused_at = log.last_place
            case {"do": "go on"}:
                self._paused_at = None
            case {"do": "first"}:
                self._paused_at = log.first_page(lines)
            case {"do": "page", "by": -1}:
                self._paused_at = log.page_before(lines, self._paused_at)
            case {"do": "page", "by": 1} if self._paused_at is not None:
                self._paused_at = log.page_after(lines, self._paused_at)

    def _fold(self, message: dict[str, Any]) -> None:
        log = self._log
        match message:
            case {"do": "unfold", "place": int(place)}:
                log.toggle(place)
                self._unfolded = True
                self._paused_at = log.page_after(self._lines, place - 1)
            case {"do": "fold again"}:
                log.fold(log.folding)
                self._unfolded = False
            case {"do": "folding"}:
                log.fold(not log.folding)
                self._unfolded = False

    def _step(self, by: int) -> None:
        shown = self._shown()
        entry = self._log.beside(None if shown is None else shown.place, by)
        if entry is not None:
            self._picked = entry
            self._bring_into_sight(entry, by)
        # On the stage the end follows: the newest frame, and each one that comes.
        at_end = self._picked is not None and self._log.beside(self._picked.place, 1) is None
        if by > 0 and self._on_stage and at_end:
            self._picked = self._paused_at = None

    def _bring_into_sight(self, entry: Entry, by: int) -> None:
        """Move the window, if it has to move, so that this entry is in it."""
        shown = self._log.window(self._lines, self._paused_at).lines
        if not any(each is entry for line in shown for each in line.entries):
            at_top = self._log.page_after(self._lines, entry.place - 1)
            self._paused_at = entry.place if by > 0 else at_top

    def _filtered(self) -> None:
        with self._changing():
            way, kind, which = (menu.value or None for menu in self._menus)
            wanted = Wanted(way, kind, which, self._search.value)
            if wanted != self._log.wanted:
                self._log.want(wanted)
                self._unfolded = False

    def _turn_to(self, log: TapLog) -> None:
        self._log = log
        if self._which.value not in (ALL, *log.connections):
            self._which.value = ALL
        self._picked = self._paused_at = self._in_grid = None
        self._unfolded = False
        self._offer_connections()
        self._filtered()

    # -- drawing -------------------------------------------------------------------------------

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """One change after another, and the page follows."""
        with self._lock:
            self._catch_up()
            yield
            self._draw()

    def _catch_up(self) -> None:
        with self._lock:
            self._live.take_in()
            self._offer_connections()

    def _redraw(self) -> None:
        with self._lock:
            self._draw()

    @property
    def _on_stage(self) -> bool:
        return bool(self.stage.on)

    @property
    def _lines(self) -> int:
        return LINES_ON_STAGE if self._on_stage else LINES

    def _shown(self) -> Entry | None:
        """The entry whose bits are shown: on the stage the newest one where none was picked."""
        if self._picked is None and self._on_stage:
            return self._log.beside(None, -1)
        return self._picked

    def _draw(self) -> None:
        log, shown = self._log, self._shown()
        window = log.window(self._lines, self._paused_at)
        finished = log is not self._live or not self._growing
        self._list.view = list_nodes(
            window,
            shown,
            paused=self.paused,
            finished=finished,
            folding=log.folding,
            unfolded=self._unfolded,
            several=len(log.connections) > 1,
            size=self._lines,
            count=self._count(window),
            empty=self._nothing_yet(),
            spoken=self._spoken(),
        )
        self._show_in_grid(shown)
        changed = self._in_grid is not None and self.grid.data != _data(self._in_grid)
        last = shown is None or log.beside(shown.place, 1) is None
        following = self._on_stage and self._picked is None
        self._caption.view = caption_nodes(shown, changed=changed, following=following, last=last)
        loaded = log is not self._live and self._growing
        self._foot.view = notice_nodes(self._notice, problem=self._problem, loaded=loaded)

    def _judge_in_grid(self, frame: Passed) -> None:
        """Let the grid say of a frame what its receiver did, until the reader changes a bit."""
        judged = frame.dissect()

        def as_it_came(seen: Dissection) -> Dissection:
            return judged if seen.data == judged.data else seen

        self.grid.judged = lambda seen: verdict(as_it_came(seen))
        self.grid.faults = lambda seen: as_it_came(seen).violations

    def _show_in_grid(self, entry: Entry | None) -> None:
        if entry is self._in_grid and entry is not None:
            return
        self._in_grid = entry
        frame = None if entry is None else entry.frame
        if frame is not None:
            self._judge_in_grid(frame)
            self.grid.show(frame.data, frame.receiver, frame.extensions)
        set_shown(self.grid, frame is not None)

    def _count(self, window: Window) -> str:
        log = self._log
        passed = counted(log.frames, "frame")
        whole = sum(len(said.messages) for said in log.journal.conversations)
        if whole and not log.frames:
            return f"{counted(whole, 'message')}, no frames"
        fitting = log.fitting
        kept = len(log.journal)
        if log.wanted != Wanted():
            return f"{fitting} of {passed} fit"
        return passed if kept == log.frames else f"{passed}, the latest {kept} kept"

    def _spoken(self) -> str:
        """A summary for screen readers: seldom, and not a word for each frame."""
        now = time.monotonic()
        if now - self._spoken_at >= SPOKEN_PACE or not self._said_last:
            self._spoken_at = now
            self._said_last = f"{counted(self._log.frames, 'frame')} so far."
        elif self._loop is not None and not self._speaking:
            self._speaking = True
            with suppress(RuntimeError):  # the kernel is on its way out
                self._loop.call_soon_threadsafe(self._loop.call_later, SPOKEN_PACE, self._speak)
        return self._said_last

    def _speak(self) -> None:
        self._speaking = False
        self._redraw()

    def _nothing_yet(self) -> str:
        if self._log.frames:
            return "No frame matches the filters."
        return "No frame has passed."

    _growing = False
    """Whether frames may still come."""

    def _offer_connections(self) -> None:
        numbers = self._log.connections[-MOST_CHOICES:]
        asked = self._which.value
        if asked != ALL and asked not in numbers:
            numbers = [asked, *numbers]  # it is asked for, although it is not among the latest
        options = [("all", ALL), *((str(number), number) for number in numbers)]
        if list(self._which.options) != options:
            self._which.options = options
            self._which.value = asked
        set_shown(self._which, len(numbers) > 1)


def _data(entry: Entry) -> bytes:
    return b"" if entry.frame is None else entry.frame.data


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The event loop of the kernel, on which widgets are told of news; None without one."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
