"""A lab: widgets in a column, and a stage on which a class can see it from the last row.

On the stage the type is large, what is only for the person at the keyboard is hidden, and the arrow
keys, or a presenter's clicker (Page Up, Page Down), step through the lab: through its own steps
where it has some, otherwise from field to field, each lit while the others are dim.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Self

import anywidget
import ipywidgets
import traitlets

from .assets import module, styles


class Stage(anywidget.AnyWidget):
    """The bar below a lab that brings it onto the stage.

    ``on``  whether it is there; a click fills the screen too, which a browser lets only a click do
    """

    _esm = module("kit/stage.js")
    _css = styles("kit/stage.css")

    on = traitlets.Bool(False).tag(sync=True)

    def __repr__(self) -> str:
        return "Stage()"


def set_shown(widget: ipywidgets.Widget, shown: bool) -> None:
    """Put a widget of a lab on the page, or take it off.

    The empty text removes a style in every front end. None does not do so everywhere: from a kernel
    inside the browser it arrives as undefined, and what was hidden would stay hidden.
    """
    widget.layout.display = "" if shown else "none"


def row(*controls: ipywidgets.Widget) -> ipywidgets.HBox:
    """Ordinary controls side by side, with the look they have in a lab."""
    box = ipywidgets.HBox(controls)
    box.add_class("wsl-controls")
    return box


class Lab(ipywidgets.VBox):
    """What every lab is: a column of widgets with a stage below; most have a ``grid``."""

    _drawing = False

    def __init__(self, widgets: Iterable[ipywidgets.Widget]) -> None:
        self.stage = Stage()
        super().__init__([*widgets, self.stage])
        self.add_class("wsl-lab")

    @contextmanager
    def _while_drawing(self) -> Iterator[None]:
        """What is written into the controls meanwhile is no edit of the reader's."""
        self._drawing = True
        try:
            yield
        finally:
            self._drawing = False

    def _when(self, edit: Callable[[Any], object]) -> Callable[[Any], None]:
        """An observer that takes what the reader chose, and not what we draw ourselves."""

        def observer(change: Any) -> None:
            with self.grid.lock:  # a menu and the grid may be answered on two threads
                if not self._drawing:
                    edit(change.new)

        return observer

    def _older(self, is_older: bool) -> None:
        """Grey out the pictures while a field holds a text that cannot be used: they still show
        what was there before it."""
        (self.add_class if is_older else self.remove_class)("wsl-older")

    def present(self, on: bool = True) -> Self:
        """Enlarge the lab for a projector, or end that; returns the lab.

        A cell that ends with ``ws.FrameLab().present()`` shows it large at once, inside the page;
        the button below a lab fills the whole screen.
        """
        self.stage.on = on
        return self
