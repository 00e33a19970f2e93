"""Judge an answer to an exercise, name the smallest failing input, say what it means.

It says "passed" only if every case came out right, and it decides that from
results that were computed before any line of the student's ran.
"""

import dis
import inspect
from dataclasses import replace
from typing import Any

from .exercise import Case, Exercise, Raised, Sealed, sealed
from .runner import Run, run, signature_fault
from .usual import usually
from .values import as_python, difference, plain, same, shown, shown_apart, side_by_side
from .verdict import Verdict

SECONDS = 2.0
"""How long all calls of one check may take together, in seconds."""

_NO_ANSWER = (None, ..., NotImplemented)


def judge(exercise: Exercise, answer: Any, seconds: float = SECONDS) -> Verdict:
    """The verdict on an answer, within this many seconds; an answer of its own making may raise."""
    if _tampered(exercise):
        return Verdict(
            exercise.id,
            "tampered",
            f"{exercise.id} {exercise.title}: not judged.",
            "Something the checker depends on was replaced in this session, such as a function of "
            "wslearn or of Python's own modules. Restart the kernel, then check again.",
        )
    if any(answer is nothing for nothing in _NO_ANSWER):
        return _unsolved(sealed(exercise))
    if not exercise.asks_for_a_value:
        fault = _not_a_function(exercise, answer)
        if fault:
            return _refused(exercise, fault)
    done = run(exercise, answer, exercise.cases, seconds)
    verdict = _verdict(sealed(exercise), done, seconds, _does_nothing(answer))
    if exercise.remark is not None and verdict.outcome == "refused":
        return replace(verdict, means=exercise.remark(plain(answer)) or verdict.means)
    return verdict


def _tampered(exercise: Exercise) -> bool:
    """Whether somebody replaced a part of the checker, or something under it, in this session.

    The reference must give what it gave, and a wrong answer judged by these very functions must
    still come out wrong.
    """
    secret = sealed(exercise)
    if not secret.intact():
        return True
    decoy = run(exercise, exercise.wrong[0].answer, exercise.cases, SECONDS)
    return _verdict(secret, decoy, SECONDS, untouched=False).passed


def _unsolved(secret: Sealed) -> Verdict:
    exercise = secret.exercise
    what = f"set `{exercise.name}`" if exercise.asks_for_a_value else f"write `{exercise.name}`"
    examples = [
        (_call(exercise, case), result_shown(expected))
        for case, expected in zip(exercise.cases, secret.expected, strict=True)
        if not case.hidden and not exercise.asks_for_a_value
    ]
    return Verdict(
        exercise.id,
        "unsolved",
        f"{exercise.id} {exercise.title}: not solved yet.",
        f'Your turn: {what} above and run the cell again. Stuck? `ws.hint("{exercise.id}")`',
        examples=tuple(examples),
    )


def result_shown(value: object) -> str:
    """A result beside the call that gives it: bytes as hex pairs, everything else as Python writes
    it."""
    return shown(value) if isinstance(value, bytes) else as_python(value)


def _refused(exercise: Exercise, because: str, means: str = "", printed: str = "") -> Verdict:
    headline = f"{exercise.id} {exercise.title}: not right yet."
    return Verdict(exercise.id, "refused", headline, because, means, printed)


def _not_a_function(exercise: Exercise, answer: Any) -> str:
    if not callable(answer):
        return (
            f"Expected the function itself, got {type(answer).__name__}: write "
            f'`ws.check("{exercise.id}", {exercise.name})`, without brackets after the name.'
        )
    if str(getattr(answer, "__module__", "")).partition(".")[0] == "wslearn":
        return "This is a function of wslearn; it knows the answer, but the task is to write one."
    return signature_fault(exercise, answer)


def _verdict(secret: Sealed, done: Run, seconds: float, untouched: bool) -> Verdict:
    exercise = secret.exercise
    if done.interrupted:
        headline = f"{exercise.id} {exercise.title}: stopped."
        return Verdict(exercise.id, "stopped", headline, "You interrupted the kernel.")
    if done.stopped_at is not None:
        return Verdict(
            exercise.id,
            "stopped",
            f"{exercise.id} {exercise.title}: stopped.",
            f"`{_call(exercise, exercise.cases[done.stopped_at])}` did not come back within "
            f"{seconds:g} seconds, so it was stopped.",
            "A loop that never ends, because nothing changes from one round to the next, or one "
            "that tries far more values than there is time for.",
            done.printed,
        )
    if _is_empty(done) and not all(map(same, done.results, secret.expected)):
        if done.printed:
            return _refused(
                exercise,
                "It returned nothing (None).",
                "It prints the answer. A function hands its answer back with `return`.",
                done.printed,
            )
        if untouched or any(map(_unwritten, done.results)):
            return _unsolved(secret)
    failing = [
        index
        for index, (expected, came) in enumerate(zip(secret.expected, done.results, strict=True))
        if not same(expected, came)
    ]
    if not failing:
        return _all_right(exercise, done)
    smallest = min(failing, key=lambda index: exercise.cases[index].weight)
    means = usually(secret, done.results, failing, smallest, done.faults.get(smallest, ""))
    because = _because(secret, done, smallest)
    headline = f"{exercise.id} {exercise.title}: not right yet."
    if smallest in done.faults:
        return Verdict(exercise.id, "raised", headline, because, means, done.printed)
    expected, came = secret.expected[smallest], done.results[smallest]
    if secret.chooses:
        return Verdict(exercise.id, "refused", headline, because, means, done.printed)
    return Verdict(
        exercise.id,
        "refused",
        headline,
        because,
        means,
        done.printed,
        briefly=f"`{_call(exercise, exercise.cases[smallest])}`: {difference(expected, came)}.",
        side_by_side=side_by_side(expected, came),
    )


def _is_empty(done: Run) -> bool:
    """Whether every call gave nothing, as in an exercise that nobody has begun."""
    return all(result is None for result in done.results) or all(map(_unwritten, done.results))


def _unwritten(result: object) -> bool:
    """Whether a call ended the way functions that are still to be written do."""
    return isinstance(result, Raised) and result.type_name == "NotImplementedError"


def _does_nothing(answer: object) -> bool:
    """Whether a function is as empty as the one a student begins with: it names nothing, and does
    nothing with what it is given."""
    code = getattr(answer, "__code__", None)
    if code is None:
        return True
    arguments = code.co_argcount + code.co_kwonlyargcount
    arguments += bool(code.co_flags & inspect.CO_VARARGS)
    arguments += bool(code.co_flags & inspect.CO_VARKEYWORDS)
    used = any(step.opname.startswith("LOAD_FAST") for step in dis.get_instructions(code))
    return not (code.co_names or code.co_freevars or used) and code.co_nlocals == arguments


def _all_right(exercise: Exercise, done: Run) -> Verdict:
    if done.changed:
        smallest = min(done.changed, key=lambda index: exercise.cases[index].weight)
        return _refused(
            exercise,
            f"The results are right, but `{_call(exercise, exercise.cases[smallest])}` changed "
            "what it was given. Work on a copy: whoever calls it still needs the original.",
        )
    because = ""
    if not exercise.asks_for_a_value:
        because = f"Right for all {len(exercise.cases)} inputs tried."
    return Verdict(
        exercise.id, "passed", f"{exercise.id} {exercise.title}: passed.", because, "", done.printed
    )


def _call(exercise: Exercise, case: Case) -> str:
    arguments = ", ".join(map(as_python, case.arguments))
    if exercise.through is not None:  # as somebody could type it: talk(MyServer, [...])
        return f"{exercise.through.__name__}({exercise.name}, {arguments})"
    return f"{exercise.name}({arguments})"


def _because(secret: Sealed, done: Run, index: int) -> str:
    exercise = secret.exercise
    expected, came = secret.expected[index], done.results[index]
    where = f"{exercise.measured or f'`{_call(exercise, exercise.cases[index])}`'}: "
    if exercise.asks_for_a_value and index in done.faults:
        return done.faults[index]
    if index in done.faults:
        one = isinstance(expected, bytes) and len(expected) == 1  # alone, 56 might be a number
        wanted = as_python(expected) if one else shown(expected)
        return f"{where}expected {wanted}, but {done.faults[index]}."
    apart = "" if secret.chooses and type(came) is str else difference(expected, came)
    wanted, got = shown_apart(expected, came)
    first = f"{where}expected {wanted}, got {got}"
    return f"{first}: {apart}." if apart else f"{first}."
