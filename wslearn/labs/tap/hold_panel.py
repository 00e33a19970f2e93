"""The part of a TapLab that holds frames on their way: a rule, the frames that wait, their bits.

The tap runs on a thread of its own, and so does everything that is decided here;
``net.record.hold`` sees to that. What waits is looked up anew for each drawing, because it may have
passed meanwhile.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace
from threading import RLock
from typing import Any

import ipywidgets

from wslearn.labs.kit.bitgrid import BitGrid
from wslearn.labs.kit.lab import row, set_shown
from wslearn.net.record.conversation import Conversation
from wslearn.net.record.hold import HeldFrame, Hold
from wslearn.net.record.passed import Passed, Sender
from wslearn.net.record.tap import Tap
from wslearn.protocol.dissection import Dissection
from wslearn.protocol.errors import InputError, StateError
from wslearn.protocol.in_words import verdict
from wslearn.protocol.text import shown_value

from .entry import KINDS, Entry
from .hold_nodes import hold_nodes
from .page import ALL, WAYS_TO_CHOOSE, TapSheet

START, STOP = "hold frames", "stop holding"


class HoldPanel(ipywidgets.VBox):
    """Holds frames of one tap, when asked to; ``hold`` is the rule in force, None while there is
    none."""

    def __init__(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self.tap: Tap | None = None
        self.hold: Hold | None = None
        self._loop = loop
        self._lock = RLock()
        self._due = False
        self._shown: HeldFrame | None = None
        self._notice = ""
        self._button = ipywidgets.Button(description=START)
        self._button.on_click(lambda button: self._act({"do": "switch"}))
        self._way = ipywidgets.Dropdown(options=WAYS_TO_CHOOSE, description="which way:")
        kinds = [("any frame", ALL), *zip(KINDS, KINDS, strict=True)]
        self._kind = ipywidgets.Dropdown(options=kinds, description="what:")
        self._text = ipywidgets.Text(
            description="that says:", placeholder="anything", continuous_update=True
        )
        self._rule = (self._way, self._kind, self._text)
        for control in self._rule:
            control.style.description_width = "auto"
        controls = row(self._button, *self._rule)
        controls.add_class("wsl-own")
        self.sheet = TapSheet(self._act)
        self.grid = BitGrid(parts=("verdict", "bits", "explain", "table"))
        self._always = (controls, self.sheet)
        super().__init__(self._always)
        self.add_class("wsl-hold")
        self.grid.observe(lambda change: self._changed(), "data")
        self.serve(None)

    # -- for Python ----------------------------------------------------------------------------

    def serve(self, tap: Tap | None) -> None:
        """Be there for this tap; None: there is none, and nothing to hold."""
        self.stop()
        self.tap = tap
        set_shown(self, tap is not None)
        self.draw()

    def start(self, sender: Sender | None, kind: str | None, contains: str) -> None:
        """Hold matching frames from now on; those held under an earlier rule go on their way."""
        if kind is not None and kind not in KINDS:
            known = ", ".join(KINDS)
            raise InputError(f"Expected for kind one of {known}, got {shown_value(kind)}.")
        if self.tap is None:
            raise StateError("Expected a lab whose tap runs, got one without; run TapLab() anew.")
        self.stop()
        opcodes = None if kind is None else KINDS[kind]
        self.hold = self.tap.hold(
            sender=sender, opcode=opcodes, contains=contains or None, changed=self._news
        )
        self._way.value, self._kind.value, self._text.value = sender or ALL, kind or ALL, contains
        self.draw()

    def stop(self) -> None:
        """Hold nothing more; waiting frames pass as they came."""
        hold, self.hold, self._notice = self.hold, None, ""
        if hold is not None:
            hold.end()
            self.draw()

    @property
    def held(self) -> list[HeldFrame]:
        """The frames that wait now."""
        return list(self.hold.held) if self.hold is not None else []

    def __repr__(self) -> str:
        return "HoldPanel()"

    # -- what the reader does ------------------------------------------------------------------

    def _act(self, message: dict[str, Any]) -> None:
        with self._lock:
            self._notice = ""
            try:
                self._do(message)
            except StateError:
                self._notice = "It waits no longer: its connection, or the hold, has ended."
            self.draw()

    def _do(self, message: dict[str, Any]) -> None:
        if message["do"] == "switch":
            if self.hold is not None:
                self.stop()
            else:
                way, kind, text = (control.value for control in self._rule)
                self.start(way or None, kind or None, text)
            return
        asked = message.get("frame")
        frame = next((each for each in self.held if id(each) == asked), None)
        if frame is None:
            return  # the button of a frame that has passed meanwhile
        match message["do"]:
            case "look":
                self._shown = frame
                self._show(frame)
            case "as it came":
                frame.data = frame.came
                self._show(frame)
            case "let go":
                frame.let_go()
            case "drop":
                frame.drop()
                self._notice = "It was dropped: its receiver will never know of it."
            case "copy":
                frame.send_copy()
                self._notice = "A copy has passed, and the frame is still held."

    def _changed(self) -> None:
        """The reader has changed a bit."""
        frame = self._shown
        if frame is not None and frame.waits:
            frame.data = self.grid.data
            self.draw()

    # -- drawing -------------------------------------------------------------------------------

    def _news(self) -> None:
        """A frame is held, or waits no longer; on the tap's thread."""
        if self._loop is not None and not self._due:
            self._due = True
            with suppress(RuntimeError):  # the kernel is on its way out
                self._loop.call_soon_threadsafe(self.draw)

    def draw(self) -> None:
        """Bring the page up to what waits now."""
        with self._lock:
            self._due = False
            held = self.held
            if self._shown not in held:
                self._shown = held[0] if held else None
                self._show(self._shown)
            elif self._shown is not None and self.grid.data != self._shown.data:
                self._show(self._shown)
            on = self.hold is not None
            self._button.description = STOP if on else START
            for control in self._rule:
                control.disabled = on
            entries = [_entry(frame) for frame in held]
            self.sheet.view = hold_nodes(entries, held, self._shown, on=on, notice=self._notice)

    def _show(self, frame: HeldFrame | None) -> None:
        if frame is not None:

            def foreseen(seen: Dissection) -> Dissection:
                if not frame.waits:
                    return seen
                frame.data = seen.data
                found = frame.dissect()
                return replace(
                    seen, violations=found.violations, unread=found.unread, message=found.message,
                    compressed=found.compressed, says=found.says,
                )  # fmt: skip

            self.grid.judged = lambda seen: verdict(foreseen(seen))
            self.grid.faults = lambda seen: foreseen(seen).violations
            entry = _entry(frame).frame
            assert entry is not None
            self.grid.show(frame.data, entry.receiver, frame.extensions)
        self.children = self._always if frame is None else (*self._always, self.grid)


def _entry(frame: HeldFrame) -> Entry:
    """A held frame as an entry of the list, with what its receiver will make of it."""
    judged = frame.judged() if frame.waits else None
    passed = judged or Passed(frame.sender, frame.data, connection=frame.connection)
    said = Conversation(number=frame.connection)
    plain = passed.judged.says if passed.judged else None
    return Entry(0, 0, 0.0, said, passed, plain=plain)
