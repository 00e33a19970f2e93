"""Lines to put in order, as a widget: a heap of lines, and a program that is built of them.

It is given texts and knows nothing of exercises; ``check`` judges what was built. It works by
mouse, touch and keyboard; every move is spoken.
"""

from collections.abc import Callable, Sequence
from threading import RLock
from typing import Any

import anywidget
import traitlets

from .assets import module, styles

Placed = tuple[int, int]
"""A line by its index, and its indentation in steps."""


class Lines(anywidget.AnyWidget):
    """Lines to put in order and to indent.

    ``label``    what a screen reader calls it
    ``head``     what is above the program and stays there
    ``pieces``   the lines on the heap
    ``program``  pairs of a line's index and its indentation, in order
    ``verdict``  what is said about the program: ``tone``, ``headline`` and ``parts``; or nothing

    ``check`` is called with the program, and returns what ``verdict`` becomes.
    """

    _esm = module("kit/lines.js")
    _css = styles("kit/lines.css")

    label = traitlets.Unicode().tag(sync=True)
    head = traitlets.Unicode().tag(sync=True)
    pieces = traitlets.List(traitlets.Unicode()).tag(sync=True)
    program = traitlets.List().tag(sync=True)
    verdict = traitlets.Dict().tag(sync=True)
    answered = traitlets.List().tag(sync=True)

    def __init__(
        self,
        label: str,
        head: str,
        pieces: Sequence[str],
        check: Callable[[Sequence[Placed]], dict[str, Any]],
    ) -> None:
        super().__init__(label=label, head=head, pieces=list(pieces))
        self._check = check
        self._lock = RLock()  # a front end may answer widgets on a thread of their own
        self.on_msg(self._act)

    def placed(self) -> tuple[Placed, ...]:
        """The program, without impossible lines: those that do not exist, or are there twice."""
        found: dict[int, int] = {}
        for pair in self.program:
            match pair:
                case [int(line), int(level)] if 0 <= line < len(self.pieces) and 0 <= level < 20:
                    found.setdefault(line, level)
        return tuple(found.items())

    def _act(self, widget: object, message: dict[str, Any], buffers: object) -> None:
        with self._lock, self.hold_sync():
            if message.get("do") == "check":
                self.verdict = self._check(self.placed())
            self.answered = message.get("from", [])

    def __repr__(self) -> str:
        return "Lines()"
