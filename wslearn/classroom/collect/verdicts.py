"""The verdict on each answer of a class: each different answer is judged once.

Many answers of a class are the same program, and many have not changed since the last run.
"""

import threading
from concurrent.futures import Future
from dataclasses import dataclass, field

from .attempts import Attempt


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict as it comes from a judge; ``took`` is how long the answer ran, in seconds.

    It is ``lasting`` if another run would come to the same.
    """

    outcome: str
    because: str = ""
    means: str = ""
    guards: dict[str, bool] = field(default_factory=dict)
    took: float = 0.0
    lasting: bool = True


def without_judge(attempt: Attempt) -> Judgement | None:
    """The verdict on an answer in which there is nothing to run, None for any other."""
    if attempt.empty:
        return Judgement("unsolved")
    return Judgement("raised", attempt.fault) if attempt.fault else None


class Once:
    """Has something worked out once for each key, whichever threads ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Future[Judgement | None]] = {}

    def claim(self, key: str) -> tuple[Future[Judgement | None], bool]:
        """The place for the result, and whether it is the caller who works it out."""
        with self._lock:
            if key in self._known:
                return self._known[key], False
            self._known[key] = Future()
            return self._known[key], True
