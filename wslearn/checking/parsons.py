"""Lines to put in order: a solution's own statements, shuffled, and some that do not belong.

This kind of exercise is called a Parsons problem. Between the last hint and the solution it gives
every line away, but neither order nor indentation. Lines that do not belong come from the typical
wrong answers: each is like a line of the solution and uses the same names.

Whatever is put together is run and judged like any other answer: every order that works is right.
"""

import builtins
import inspect
import io
import keyword
import linecache
import random
import textwrap
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from .checker import SECONDS, judge
from .exercise import Exercise
from .solutions import source
from .verdict import Verdict

FEWEST, MOST = 3, 14
"""Statements of a solution, with its first line: fewer are not a puzzle, more are not a hint."""
DISTRACTORS = 3
ALIKE = 0.6
"""How much of a line a line of the solution must share for it to be a trap and not noise (0 to
1)."""
STEP = 4
"""Spaces of one indentation."""

Placed = tuple[int, int]
"""A piece by its index, and how far it is indented inside the function, counted from 0."""


@dataclass(frozen=True, slots=True)
class Parsons:
    """Pieces to put in order under ``head``; ``solved`` is one order that is right.

    A piece is one statement, of one line or several. Nothing shows which pieces do not belong.
    """

    exercise: Exercise
    head: str
    pieces: tuple[str, ...]
    solved: tuple[Placed, ...]

    def program(self, placed: Iterable[Placed]) -> str:
        """The text of a program: the head, and these pieces under it."""
        rows = [
            textwrap.indent(self.pieces[piece], " " * STEP * (level + 1)) for piece, level in placed
        ]
        return "\n".join([self.head, *rows]) + "\n"

    def judge(self, placed: Sequence[Placed], seconds: float = SECONDS) -> Verdict:
        """Run the program and judge it like any other answer. Never raises."""
        text, name = self.program(placed), f"<lines of {self.exercise.id}>"
        if not placed:
            return self._refused("There are no lines in your program yet.")
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        names: dict[str, object] = {"__name__": "lines"}
        try:
            exec(compile(text, name, "exec"), names)
        except SyntaxError as problem:
            number = min(problem.lineno or 1, text.count("\n"))
            line = text.splitlines()[number - 1].strip()
            return self._refused(f"Python cannot read `{line}`: {problem.msg}.")
        return judge(self.exercise, names[self.exercise.name], seconds)

    def _refused(self, because: str) -> Verdict:
        headline = f"{self.exercise.id} {self.exercise.title}: not right yet."
        return Verdict(self.exercise.id, "refused", headline, because)


def statements(text: str) -> list[tuple[int, str]]:
    """The statements of a program, each with its indentation in steps; comments are left out.

    >>> statements("if a:\\n    b = f(1,\\n          2)")
    [(0, 'if a:'), (1, 'b = f(1,\\n      2)')]
    """
    rows, found, begin = text.splitlines(), list[tuple[int, str]](), 0
    for token in tokenize.generate_tokens(io.StringIO(text + "\n").readline):
        if token.type in (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT):
            continue
        begin = begin or token.start[0]
        if token.type == tokenize.NEWLINE:
            own = rows[begin - 1 : token.start[0]]
            level = (len(own[0]) - len(own[0].lstrip())) // STEP
            cut = [row[min(level * STEP, len(row) - len(row.lstrip())) :] for row in own]
            found.append((level, "\n".join(cut)))
            begin = 0
    return found


def names_in(text: str) -> set[str]:
    """The names that a piece of a program uses, without those after a dot."""
    found, before = set(), ""
    for token in tokenize.generate_tokens(io.StringIO(text + "\n").readline):
        if token.type == tokenize.NAME and before != ".":
            found.add(token.string)
        before = token.string
    return found - set(keyword.kwlist) - set(dir(builtins))


def parsons(exercise: Exercise) -> Parsons | str:
    """The pieces of an exercise, or a sentence that says why it has none."""
    if exercise.asks_for_a_value:
        return "The answer is a value; it has no lines to put in order."
    if inspect.isclass(exercise.reference):
        return "The answer is a whole class, too long to be put together line by line."
    whole = source(exercise)
    first = whole.index(exercise.starter)
    _, *inside = statements(whole[first:])
    if not FEWEST <= len(inside) + 1 <= MOST:
        size = "few" if len(inside) + 1 < FEWEST else "many"
        return (
            f"Its solution has too {size} lines ({len(inside) + 1}) to be worth putting in order."
        )
    pieces = [text for _, text in inside] + distractors(exercise, whole, inside)
    places = list(range(len(pieces)))
    shuffling = random.Random(exercise.id)  # the same in every kernel
    while [at for at in places if at < len(inside)] == list(range(len(inside))):
        shuffling.shuffle(places)
    solved = tuple((places.index(at), level - 1) for at, (level, _) in enumerate(inside))
    head = whole[:first] + exercise.starter
    return Parsons(exercise, head, tuple(pieces[at] for at in places), solved)


def distractors(exercise: Exercise, whole: str, inside: list[tuple[int, str]]) -> list[str]:
    """Up to three lines of wrong answers, those first that are most like one of the solution."""
    known, right = names_in(whole), {text: SequenceMatcher(None, "", text) for _, text in inside}
    found: list[tuple[float, str]] = []
    for wrong in exercise.wrong:
        text = textwrap.dedent(inspect.getsource(wrong.answer))
        _, *theirs = statements(text[text.index("def ") :])
        rated = [
            (likeness, line)
            for _, line in theirs
            if line not in right and names_in(line) <= known
            for likeness in _likenesses(line, right.values())
        ]
        found += [max(rated)] if rated else []
    lines = dict.fromkeys(line for _, line in sorted(found, reverse=True))
    return list(lines)[:DISTRACTORS]


def _likenesses(line: str, others: Iterable[SequenceMatcher[str]]) -> Iterator[float]:
    """How similar a line is to each of the others that is similar at all."""
    for other in others:
        other.set_seq1(line)
        bounds = (other.real_quick_ratio, other.quick_ratio, other.ratio)  # never below the next
        if all(bound() >= ALIKE for bound in bounds):
            yield other.ratio()
