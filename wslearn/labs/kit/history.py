"""Undo and redo: every state a lab has been in, and which of them the reader is at.

Three rules:

1. A state is immutable; going back and forth moves a position and changes nothing.
2. A new edit after an undo drops what could have been redone, as every editor does.
3. The history is bounded by weight as well as by number, since a state may hold a large frame. The
   oldest states go first; the present one always stays.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from .bitgrid import BitGrid

S = TypeVar("S")

LONGEST = 1000
"""How many states are kept."""

HEAVIEST = 64 * 2**20
"""How much all states may weigh together (bytes, when the weight is a length)."""


class History(Generic[S]):
    """The states of a lab, one of which is the present.

    ``weight`` gives the size of a state in bytes, so that the whole stays bounded.

    >>> history = History("a")
    >>> history.edit("b")
    >>> history.edit("c")
    >>> history.undo(), history.undo(), history.redo()
    ('b', 'a', 'b')
    >>> history.edit("d")
    >>> history.can_redo
    False
    """

    def __init__(self, first: S, weight: Callable[[S], int] = lambda state: 0) -> None:
        self._states = [first]
        self._at = 0
        self._weight = weight

    @property
    def now(self) -> S:
        """The present state."""
        return self._states[self._at]

    @property
    def past(self) -> list[S]:
        """Every state up to the present one, the oldest first."""
        return self._states[: self._at + 1]

    @property
    def can_undo(self) -> bool:
        """Whether there is a state before this one."""
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        """Whether an undone state waits after this one."""
        return self._at + 1 < len(self._states)

    def edit(self, state: S) -> None:
        """Make this the present state; an edit that changes nothing does not count."""
        if state == self.now:
            return
        del self._states[self._at + 1 :]
        self._states.append(state)
        while len(self._states) > LONGEST or (
            len(self._states) > 1 and sum(map(self._weight, self._states)) > HEAVIEST
        ):
            del self._states[0]
        self._at = len(self._states) - 1

    def undo(self) -> S:
        """One state back, if there is one; returns the state that is present then."""
        self._at = max(self._at - 1, 0)
        return self.now

    def redo(self) -> S:
        """One state forward, if there is one; returns the state that is present then."""
        self._at = min(self._at + 1, len(self._states) - 1)
        return self.now


class Undoable:
    """A lab whose edits can be taken back: its states are in ``_history``, and ``_draw`` shows the
    present one. Python and the page may both edit, so ``grid.lock`` is held meanwhile."""

    grid: BitGrid
    _history: History[Any]

    def _draw(self) -> None:
        raise NotImplementedError

    def undo(self) -> None:
        """Take the last edit back, if there is one."""
        with self.grid.lock:
            self._history.undo()
            self._draw()

    def redo(self) -> None:
        """Bring back the last edit that was undone, if there is one."""
        with self.grid.lock:
            self._history.redo()
            self._draw()
