"""``check``, ``hint`` and ``solution``: what a student asks of an exercise, by its name.

The engine in ``checking`` judges; here the exercise is found, and what happened is remembered.
"""

from typing import Any

from wslearn.checking import checker, hints, solutions
from wslearn.checking.checker import SECONDS
from wslearn.checking.happened import Event, tell
from wslearn.checking.values import one_line
from wslearn.checking.verdict import Verdict

from . import progress  # noqa: F401 - it listens to what is told here
from .exercises import find, tidy_id, which_exist


def check(exercise: object, answer: Any = None, *, seconds: float | None = None) -> Verdict:
    """Judge your answer to an exercise, such as ``ws.check("04.2", my_function)``. Never raises.

    ``seconds`` is how long all calls may take together (2 by default); a single call that never
    comes back to Python, inside a C function, cannot be stopped.
    """
    try:
        verdict = judge(exercise, answer, SECONDS if seconds is None else seconds)
    except Exception as error:  # noqa: BLE001 - a student must never meet our traceback
        verdict = Verdict(
            tidy_id(exercise) if isinstance(exercise, str) else "",
            "raised",
            "Not judged: the checker could not cope with this answer.",
            f"It met {type(error).__name__}: {_message(error)}. Return plain values: "
            "bytes, str, int, bool, None or a tuple of them.",
        )
    tell(Event("check", verdict.exercise, verdict.outcome, verdict.means))
    return verdict


def _message(error: Exception) -> str:
    try:
        return one_line(str(error))
    except Exception:  # noqa: BLE001 - a hostile __str__
        return "no message"


def judge(name: object, answer: Any, seconds: float = SECONDS) -> Verdict:
    """The verdict on an answer within this many seconds; unlike ``check`` it remembers nothing."""
    exercise = find(name)
    if exercise is None:
        known = tidy_id(name)
        return Verdict(known, "unknown", _no_exercise(known), which_exist(name))
    return checker.judge(exercise, answer, seconds)


def hint(exercise: object, level: object = None) -> hints.Hint:
    """The next hint for an exercise, or the one with this level (1 to 3). Never raises."""
    found = find(exercise)
    if found is None:
        name = tidy_id(exercise)
        return hints.Hint(name, 0, _no_exercise(name), which_exist(exercise))
    given = hints.hint(found, level)
    if given.level:
        tell(Event("hint", found.id, str(given.level)))
    return given


def solution(exercise: object) -> solutions.Solution:
    """The solution of an exercise, folded away until it is opened. Never raises."""
    found = find(exercise)
    if found is None:
        name = tidy_id(exercise)
        return solutions.Solution(name, _no_exercise(name), which_exist(exercise))
    tell(Event("solution", found.id, "shown"))
    return solutions.solution(found)


def _no_exercise(name: str) -> str:
    return f"There is no exercise {one_line(name, 20)!r}."
