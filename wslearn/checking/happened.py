"""What happened in the course, told to whoever listens: the place where progress is recorded.

Nothing is stored here. A listener is called with each :class:`Event`; one that fails is skipped,
because no record is worth losing an answer for. The course adds the listener that keeps what
``progress`` shows.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Event:
    """``name`` is an exercise (``04.2``), a quiz question (``04 question 3``) or ``case 07``.

    ``result`` is the outcome of a check, the level of a hint or ``lines``, ``shown`` for a
    solution; for a question or a case ``right`` or ``wrong`` at the first choice, then
    ``right later`` once it is found.
    ``means`` is what a wrong answer usually comes from, where the check could say it.
    """

    kind: Literal["check", "hint", "solution", "quiz", "case"]
    name: str
    result: str
    means: str = ""


listeners: list[Callable[[Event], None]] = []
"""Who is told of each event; the course adds what keeps the progress."""


def tell(event: Event) -> None:
    """Hand an event to every listener."""
    for listener in tuple(listeners):
        with suppress(Exception):
            listener(event)
