"""LengthLab: one number, three ways to write it, and the one that is legal.

The grid shows the header and flips its bits, a slider goes to the lengths around which the header
changes, and below are the other forms of the same number and what the header costs.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import ipywidgets

from wslearn.draw.drawn import Dissection
from wslearn.labs.kit.assets import styles
from wslearn.labs.kit.bitgrid import BitGrid, with_static_form
from wslearn.labs.kit.history import History, Undoable
from wslearn.labs.kit.lab import Lab, row
from wslearn.labs.kit.sheet import Sheet
from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.dissection import OTHER_SIDE, Side
from wslearn.protocol.errors import InputError
from wslearn.protocol.text import grouped, shown_value

from .cost_curve import cost_curve
from .nodes import STOPS, forms, next_to, position, slider, spellings_table, stop_at
from .state import DEFAULT, StatedLength, longest_answer, stated
from .typed_number import read_number


class LengthLab(Undoable, Lab):
    """The header of one frame and the length it states (RFC 6455 §5.2).

    ``length``  the payload length in bytes, 0 to 2^63 - 1, or a text such as ``"2^16 - 1"``
    ``sender``  who sends the frame, ``"server"`` or ``"client"`` (a client masks)

    Never raises for what cannot be read: the lab opens with 126 bytes and says what was wrong.
    """

    def __init__(self, length: object = DEFAULT, sender: Side = "server") -> None:
        if sender in OTHER_SIDE:
            first = stated(DEFAULT, sender).after_typing(length)
        else:
            came = shown_value(sender)
            problem = f"Expected the sender 'server' or 'client', got {came}."
            first = replace(stated(DEFAULT, "server").after_typing(length), problem=problem)
        self._history = History(first)
        self.grid = BitGrid(parts=["verdict", "bits", "explain"])
        self.grid.room = longest_answer()
        self.grid.actions.update(undo=self.undo, redo=self.redo)
        self._slider = LengthSheet(self._act)
        self._more = LengthSheet(self._act)
        self._sender = ipywidgets.ToggleButtons(
            options=[("A server", "server"), ("A client", "client")],
            style={"button_width": "auto"},
            tooltips=["a server does not mask", "a client masks: four bytes more"],
        )
        self._text = ipywidgets.Text(
            description="sends, in bytes of payload:",
            continuous_update=False,
            placeholder="300, 0x12c, 2^16 - 1",
            tooltip="a number of bytes: 300, 0x12c or 2^16 - 1; press Enter",
            style={"description_width": "initial"},
        )
        super().__init__([row(self._sender, self._text), self._slider, self.grid, self._more])
        self.add_class("wsl-length")
        self._draw()
        for control, follow, what in (
            (self._sender, StatedLength.from_side, "value"),
            (self._text, StatedLength.after_typing, "value"),
            (self.grid, StatedLength.after, "data"),
        ):
            control.observe(self._when(partial(self._follow, follow)), what)

    # -- for Python ----------------------------------------------------------------------------

    @property
    def dissection(self) -> Dissection:
        """The header on screen, taken apart and judged by its receiver."""
        return self.grid.dissection

    @property
    def data(self) -> bytes:
        """The bytes of the header on screen."""
        return self.grid.data

    @property
    def length(self) -> int | None:
        """The payload length, in bytes, that the bits on screen state; None if they state none.

        Set it to a number, or to a text such as ``"2^16"``; raises
        :class:`~wslearn.protocol.errors.InputError` for anything but a length.
        """
        return self._history.now.length

    @length.setter
    def length(self, length: object) -> None:
        self._edit(stated(read_number(length), self.sender))

    @property
    def sender(self) -> Side:
        """Who sends the frame; set it to ``"server"`` or ``"client"``."""
        return self._history.now.sender

    @sender.setter
    def sender(self, sender: Side) -> None:
        self._sender.value = sender

    def __repr__(self) -> str:
        stated_here = hex_bytes(self.data) if self.length is None else self.length
        return f"LengthLab({stated_here!r}, sender={self.sender!r})"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        pictures: list[Any] = [self.dissection]
        if self.length is not None:
            pictures.append(spellings_table(self.length, self.sender))
        return with_static_form(super()._repr_mimebundle_(**kwargs), repr(self), *pictures)

    # -- edits ---------------------------------------------------------------------------------

    def _edit(self, state: StatedLength) -> None:
        with self.grid.lock:
            self._history.edit(state)
            self._draw()

    def _follow(self, follow: Callable[[StatedLength, Any], StatedLength], chosen: Any) -> None:
        self._edit(follow(self._history.now, chosen))

    def _act(self, message: dict[str, Any]) -> None:
        """Do what the reader did on the slider or among the forms."""
        with self.grid.lock:
            length, sender = self.length, self.sender
            now = 0.0 if length is None else position(length)
            try:
                match message:
                    case {"do": "stop", "at": int(at)} if 0 <= at < len(STOPS):
                        self._edit(stated(STOPS[at], sender))
                    # From the present length: what the page shows lags behind quick presses.
                    case {"do": "step", "by": (1 | -1) as by}:
                        self._edit(stated(next_to(now, by), sender))
                    case {"do": "slide", "value": str(value)}:
                        self._edit(stated(stop_at(float(value), now), sender))
                    case {"do": "form", "bits": int(bits)} if length is not None:
                        self._edit(stated(length, sender, bits))
            except (InputError, ValueError, OverflowError):
                return  # a page sends no such thing, but a message is only a message

    # -- drawing -------------------------------------------------------------------------------

    def _draw(self) -> None:
        state = self._history.now
        with self._while_drawing(), self.grid.hold_sync():
            seen = state.seen
            self.grid.judged = state.verdict
            self.grid.show(seen.data, seen.receiver, ())
            self.grid.tools = {
                "undo": self._history.can_undo,
                "redo": self._history.can_redo,
                "notice": state.problem,
                "typing": "Press Enter to see how this length is written.",
            }
        self.grid.afterwards(self._draw_the_rest)  # the reader looks at the bits first

    def _draw_the_rest(self) -> None:
        state, length = self._history.now, self.length
        self._older(bool(state.problem))
        bits = self.dissection.length_bits
        self._slider.view = slider(length)
        self._more.view = [
            *forms(length, bits, state.sender),
            *cost_curve(length, state.sender, len(self.data)),
        ]
        with self._while_drawing():
            self._sender.value = state.sender
            told = "" if length is None else grouped(length)
            self._text.value = told if state.typed is None else state.typed


class LengthSheet(Sheet):
    """A sheet in the style of this lab."""

    _css = styles("kit/sheet.css", "length/lab.css")
