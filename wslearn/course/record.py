"""What happened in the course, told to whoever listens: the place where progress is recorded.

Nothing is stored here. A listener is called with each :class:`Event`; one that fails is skipped,
since no record is worth losing an answer for.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Event:
    """``name`` is an exercise (``04.2``) or a quiz question (``04 question 3``)."""

    kind: Literal["check", "hint", "solution", "quiz"]
    name: str
    result: str


listeners: list[Callable[[Event], None]] = []


def tell(event: Event) -> None:
    """Hand an event to every listener."""
    for listener in tuple(listeners):
        with suppress(Exception):
            listener(event)
