"""Run a student's answer on every case: bounded, captured, and with copies of the inputs.

The expected results are not in reach of any frame below the student's function.
"""

import copy
import inspect
import linecache
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from wslearn.protocol.errors import InputError

from .deadline import TimeUp, run_within
from .exercise import Case, Exercise, Raised, Result
from .printed import Printed
from .values import one_line, plain, same

MOST_PRINTED, MOST_LINES = 400, 3
"""How many characters and lines of a function's own output are kept."""


@dataclass(slots=True)
class Run:
    """What came of it: results as far as it got, and what stopped it, if anything did.

    ``results`` has one entry per case, ``faults`` what calls raised, in words. ``changed`` are the
    indices of cases whose inputs the function changed; ``stopped_at`` is the index of the case in
    which the time ran out, ``interrupted`` whether the student stopped it.
    """

    results: list[Result] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)
    changed: list[int] = field(default_factory=list)
    stopped_at: int | None = None
    interrupted: bool = False
    printed: str = ""


def run(exercise: Exercise, answer: Any, cases: Sequence[Case], seconds: float) -> Run:
    """Call the answer with each case; never raises."""
    done = Run()
    output = Printed(MOST_PRINTED)

    def all_cases() -> None:
        for index, case in enumerate(cases):
            _one_case(done, exercise, answer, index, case)

    try:
        with redirect_stdout(output), redirect_stderr(output):
            run_within(seconds, all_cases)
    except TimeUp:
        if len(done.results) < len(cases):  # otherwise it rang when the last one was done
            done.stopped_at = len(done.results)
    except KeyboardInterrupt:
        done.interrupted = True
    lines = output.kept.rstrip().splitlines()
    cut = output.cut or len(lines) > MOST_LINES
    done.printed = "\n".join(lines[:MOST_LINES]) + (" …" if cut else "")
    return done


def _one_case(done: Run, exercise: Exercise, answer: Any, index: int, case: Case) -> None:
    given = case.copied()
    try:
        result = _plain_result(exercise, answer, given)
    except (TimeUp, KeyboardInterrupt):
        raise
    except BaseException as error:  # noqa: BLE001 - also SystemExit: a student may call exit()
        result = Raised.of(error)
        done.faults[index] = in_words(error, answer)
    if not all(map(_alike, given, case.arguments)):
        done.changed.append(index)
    done.results.append(result)


def _plain_result(exercise: Exercise, answer: Any, arguments: tuple[Any, ...]) -> Result:
    if exercise.asks_for_a_value:
        return exercise.call(answer, arguments)
    result = exercise.use(answer, arguments)
    if inspect.iscoroutine(result):
        result.close()  # otherwise Python complains later that nobody awaited it
    # What the student sees is the value returned; measured is only what was a plain value.
    result = plain(result)
    return result if exercise.measure is None else plain(exercise.measure(result))


def _alike(given: object, original: object) -> bool:
    return same(plain(given), plain(original))


def signature_fault(exercise: Exercise, answer: Any) -> str:
    """Why the function cannot take the arguments, in a sentence; empty if it can."""
    if exercise.through is not None:
        return ""  # a class, which is given nothing
    try:
        signature = inspect.signature(answer)
    except (ValueError, TypeError):
        return ""  # some built-ins have none
    try:
        signature.bind(*copy.deepcopy(exercise.cases[0].arguments))
    except TypeError:
        name = getattr(answer, "__name__", exercise.name)
        return (
            f"Expected a function that starts with `{exercise.starter}`, got one that starts with "
            f"`def {one_line(str(name), 40)}{one_line(str(signature), 80)}:`."
        )
    return ""


def in_words(error: BaseException, answer: Any) -> str:
    """An exception in one sentence, with the student's own line where there is one."""
    name = type(error).__name__
    if isinstance(error, InputError) and not callable(answer):
        return str(error)  # a measure that says what kind of value it wanted
    if isinstance(error, RecursionError):
        return f"it called itself without end ({name})"
    if name.lower() == "error":  # struct.error, binascii.Error
        name = f"{type(error).__module__}.{name}"
    message = one_line(str(error))
    said = f"{name}: {message}" if message else name
    return f"it raised {said}{_line(error.__traceback__, answer)}"


def _line(trace: TracebackType | None, answer: Any) -> str:
    parts = (answer, *vars(answer).values()) if inspect.isclass(answer) else (answer,)
    codes = (getattr(part, "__code__", None) for part in parts)
    code = next((code for code in codes if code is not None), None)
    if code is None:
        return ""
    number = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == code.co_filename:
            number = trace.tb_lineno
        trace = trace.tb_next
    if number is None:
        return ""
    source = linecache.getline(code.co_filename, number).strip()
    return f", in line {number} of your cell" + (f": `{one_line(source, 80)}`" if source else "")
