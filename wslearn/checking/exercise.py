"""What an exercise is: a task, hints, a reference, typical wrong answers, and cases to judge by.

Expected results are never written down: the reference computes them, once, when the exercise is
loaded, and they are kept out of reach (:class:`Sealed`). Before each check the reference must still
give the same results, so swapping a part under it (``hashlib.sha1``, a constant of a lesson's
module) is noticed and does not turn a wrong answer into a right one. ``anchor`` holds one result
from outside, usually a worked example of RFC 6455, to catch what was swapped before the first
check.
"""

import copy
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from wslearn.protocol.errors import InputError

from .template import computed
from .values import plain, same

Answer = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A program that :func:`wrong` has marked, what it means, and its telling arguments."""

    answer: Answer
    means: str
    telling: tuple[tuple[Any, ...], ...] = ()


def wrong(id: str, *telling: tuple[Any, ...]) -> Callable[[Any], Any]:
    """Mark a program as a typical wrong answer to an exercise; its docstring is the reply.

    Where the exercise asks for a value, the program returns one. ``telling`` are the arguments of
    cases at which the same results are enough to know this answer by. In the reply
    ``{{ expression }}`` is computed, as :mod:`~wslearn.checking.template` says.
    """

    def mark(program: Any) -> Any:
        program.typical_of = (id, telling)
        return program

    return mark


def place_of(program: Any) -> str:
    """Where a program is written: its file, and the line on which it begins."""
    return f"{inspect.getsourcefile(program)}:{inspect.getsourcelines(program)[1]}"


def typical(module: ModuleType) -> dict[str, tuple[Wrong, ...]]:
    """The wrong answers of a module by exercise, in the order in which they are written."""
    found: dict[str, tuple[Wrong, ...]] = {}
    for program in vars(module).values():
        marked = getattr(program, "typical_of", None)
        if marked and program.__module__ == module.__name__:
            name, telling = marked
            try:
                reply = " ".join(computed(program.__doc__ or "", vars(module)).split())
            except Exception as error:
                got = f"{type(error).__name__}: {error}"
                raise InputError(
                    f"{place_of(program)}: expected expressions that can be computed, got {got}."
                ) from error
            if not reply:
                raise InputError(f"{place_of(program)}: expected a docstring, the reply, got none.")
            found[name] = (*found.get(name, ()), Wrong(program, reply, telling))
    return found


@dataclass(frozen=True, slots=True)
class Case:
    """The arguments of one call; hidden ones are not shown with the task."""

    arguments: tuple[Any, ...]
    hidden: bool = False

    def copied(self) -> tuple[Any, ...]:
        """Arguments a student's function may change without harm."""
        return copy.deepcopy(self.arguments)

    @property
    def weight(self) -> tuple[bool, int, int]:
        """How large an input is: the smallest failing one is the one to show.

        Empty bytes or an empty text come last: they say little about what went wrong.
        """
        sizes = numbers = 0
        empty = any(argument in (b"", "") for argument in self.arguments)
        for argument in self.arguments:
            if isinstance(argument, int):
                numbers += abs(argument)
            elif isinstance(argument, tuple):  # a frame, or a message: its bytes count
                sizes += sum(len(part) for part in argument if isinstance(part, bytes))
            elif argument is not None:
                sizes += sum(map(_size, argument)) if isinstance(argument, list) else len(argument)
        return empty, sizes, numbers


def _size(item: Any) -> int:
    return 1 if isinstance(item, int) else len(item)


def cases(
    visible: Sequence[tuple[Any, ...]], hidden: Sequence[tuple[Any, ...]]
) -> tuple[Case, ...]:
    """Cases from tuples of arguments; a hidden one that is also visible counts once."""
    return tuple(Case(arguments) for arguments in visible) + tuple(
        Case(arguments, hidden=True) for arguments in hidden if arguments not in visible
    )


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise of a lesson.

    ``starter``    what the student begins with: the first line of the reference, of a class all up
                   to its last method; for an exercise that asks for a value the variable's name
    ``setup``      lines that come before the starter: imports and constants
    ``hints``      three, each saying more than the one before
    ``reference``  a right answer; its source is the solution that is shown
    ``wrong``      typical wrong answers, from the programs that :func:`wrong` marks
    ``measure``    turns an answer into what is compared, where many answers are right;
                   ``measured`` says what that is
    ``through``    puts an answer that is a class to use: called with the class and the arguments,
                   its result is what the answer gives
    ``remark``     says what is odd about a wrong value itself, "" if nothing is
    ``anchor``     arguments and their result, taken from outside this package
    """

    id: str
    reference: Any
    cases: tuple[Case, ...] = (Case(()),)
    starter: str = ""
    title: str = ""
    task: str = ""
    hints: tuple[str, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    setup: tuple[str, ...] = ()
    measure: Answer | None = None
    measured: str = ""
    through: Answer | None = None
    remark: Callable[[object], str] | None = None
    anchor: tuple[tuple[Any, ...], Any] | None = None
    section: str = ""

    def __post_init__(self) -> None:
        if not self.starter:
            object.__setattr__(self, "starter", _beginning(self.reference))

    @property
    def lesson(self) -> str:
        """The number of the lesson, such as ``04``."""
        return self.id.partition(".")[0]

    @property
    def asks_for_a_value(self) -> bool:
        """Whether the answer is a value and not a function."""
        return not callable(self.reference)

    @property
    def name(self) -> str:
        """What the student's function or variable is called."""
        first = self.starter.partition("\n")[0]
        return first.removeprefix("class ").removeprefix("def ").partition("(")[0].strip(" :")

    def use(self, answer: Any, arguments: tuple[Any, ...]) -> object:
        """What an answer gives, as it gives it; raises what the answer raises."""
        if self.asks_for_a_value:
            return answer
        return answer(*arguments) if self.through is None else self.through(answer, *arguments)

    def call(self, answer: Any, arguments: tuple[Any, ...]) -> object:
        """One result of an answer, measured and made plain; raises what the answer raises."""
        result = self.use(answer, arguments)
        if self.measure is not None:
            result = self.measure(result)
        return plain(result)


def _beginning(reference: Any) -> str:
    """What a student begins with: the line ``def name(...):``, or a class up to its last one."""
    lines = inspect.getsource(reference).splitlines()
    if not inspect.isclass(reference):
        return lines[0]
    last = max(at for at, line in enumerate(lines) if line.startswith("    def "))
    return "\n".join(lines[: last + 1])


@dataclass(frozen=True, slots=True)
class Raised:
    """A call that raised; two of them are alike if type and message are the same."""

    type_name: str
    message: str = ""

    @classmethod
    def of(cls, error: BaseException) -> "Raised":
        """What is kept of an exception."""
        return cls(type(error).__name__, str(error))


Result = object
"""A plain value, or :class:`Raised`."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An exercise with its expected results and the results of each typical wrong answer."""

    exercise: Exercise
    expected: tuple[Result, ...] = field(repr=False)
    wrong: tuple[tuple[Result, ...], ...] = field(repr=False)

    @classmethod
    def of(cls, exercise: Exercise) -> "Sealed":
        """Seal an exercise: work out now what later answers are compared with."""
        return cls(
            exercise,
            results(exercise, exercise.reference),
            tuple(results(exercise, wrong.answer) for wrong in exercise.wrong),
        )

    @property
    def chooses(self) -> bool:
        """Whether the answer is one of a few words: then it is the word that is wrong, not a
        letter.

        Few means that each comes up four times on average, or more often.
        """
        if not all(isinstance(result, str) for result in self.expected):
            return False
        return 4 * len(set(self.expected)) <= len(self.expected)

    def intact(self) -> bool:
        """Whether the reference still gives what it gave, and what the outside world says."""
        exercise = self.exercise
        if exercise.anchor is not None:
            arguments, expected = exercise.anchor
            if not same(result_of(exercise, exercise.reference, arguments), expected):
                return False
        return all(map(same, results(exercise, exercise.reference), self.expected))


_SEALED: dict[str, Sealed] = {}


def sealed(exercise: Exercise) -> Sealed:
    """The exercise with its expected results, worked out when it is first asked for."""
    known = _SEALED.get(exercise.id)
    if known is None or known.exercise is not exercise:
        known = _SEALED[exercise.id] = Sealed.of(exercise)
    return known


def results(exercise: Exercise, answer: Any) -> tuple[Result, ...]:
    """What one of our own answers gives for each case."""
    return tuple(result_of(exercise, answer, case.copied()) for case in exercise.cases)


def result_of(exercise: Exercise, answer: Any, arguments: tuple[Any, ...]) -> Result:
    """What one of our own answers gives for one case, :class:`Raised` if it raises."""
    try:
        return exercise.call(answer, arguments)
    except Exception as error:  # noqa: BLE001 - a typical wrong answer may fail in any way
        return Raised.of(error)
