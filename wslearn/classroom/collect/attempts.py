"""Cut the answers out of a notebook: the lines that each one needs, and no others.

An answer is found by the id in ``ws.check("04.2", encode_length)`` (``checked``). Only the
definition of that name is run later, with what it needs in turn: imports, constants, helpers,
wherever in the notebook they are. Everything else stays out: labs, plots, and cells that replace
the checker.
"""

import ast
import re
import symtable
from collections.abc import Iterator
from dataclasses import dataclass, field

from wslearn.course.exercises import find, tidy_id

from .checked import Check, checks
from .plain_python import NoPythonError, statements

MOST_ATTEMPTS = 5
"""How many checks of one exercise are judged in one notebook: the last ones."""

_CHECK = re.compile(r"\bcheck\(\s*[\"']?(\d+\.\d+)")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One answer to one exercise.

    ``program`` are the lines it needs, ``expression`` is what was handed to ``check``. Where nobody
    has begun, ``empty`` is true; ``fault`` says why there is nothing to run.
    """

    exercise: str
    program: str = ""
    expression: str = ""
    empty: bool = False
    fault: str = ""


@dataclass(slots=True)
class _Statement:
    """One statement at the top level of a cell, and the names it deals with.

    ``now`` are names it reads as it runs, ``later`` those that a function in it reads once called;
    ``binds`` are names it gives a value, ``changes`` those whose value it changes.
    """

    node: ast.stmt
    now: set[str] = field(default_factory=set)
    later: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)


def attempts(cells: list[str]) -> list[Attempt]:
    """Every answer in a notebook, in the order in which the notebook checks them."""
    nodes: list[ast.stmt] = []
    broken: list[tuple[str, NoPythonError]] = []
    found: list[Attempt] = []
    for cell in cells:
        try:
            nodes += statements(cell)
        except NoPythonError as problem:
            broken.append((cell, problem))
            found += _unparsed(cell, problem)
    read = [_statement(node) for node in nodes]
    found += [_attempt(read, check, broken) for check in checks(nodes)]
    return _last_ones(found)


def not_found(cells: list[str], found: list[Attempt]) -> list[str]:
    """Sentences about the exercises that a notebook mentions and for which no answer was found.

    Where it speaks of none, one sentence says what was looked for.
    """
    there = {attempt.exercise for attempt in found}
    named = {tidy_id(one) for cell in cells for one in _CHECK.findall(cell)} - there
    said = [
        f"{name} is checked only in a comment, a text or a shell cell, where nothing runs."
        for name in sorted(named)
        if find(name) is not None
    ]
    if found or said:
        return said
    broken = sum(map(_is_broken, cells))
    no_python = f" {broken} of its {len(cells)} code cells are not Python." if broken else ""
    return [
        'No exercise found: expected a line such as ws.check("01.1", bits), got none that names an '
        f"exercise of the course.{no_python}"
    ]


def _is_broken(cell: str) -> bool:
    try:
        statements(cell)
    except NoPythonError:
        return True
    return False


def _unparsed(cell: str, problem: NoPythonError) -> Iterator[Attempt]:
    for exercise in dict.fromkeys(_CHECK.findall(cell)):
        if find(exercise) is not None:
            yield Attempt(tidy_id(exercise), fault=f"The cell is not Python: {problem}.")


def _attempt(
    statements: list[_Statement], check: Check, broken: list[tuple[str, NoPythonError]]
) -> Attempt:
    exercise, answer = check.exercise, check.answer
    if answer is None:  # Otter's grader.check("05.2") names only the exercise
        known = find(exercise)
        assert known is not None
        if not any(known.name in one.binds for one in statements):
            return Attempt(exercise, empty=True)
        answer = ast.Name(known.name, ast.Load())
    if _is_nothing(answer):
        return Attempt(exercise, empty=True)
    names = {node.id for node in ast.walk(answer) if isinstance(node, ast.Name)}
    needed = _needed(statements, names, check.place)
    if isinstance(answer, ast.Name):
        defined = [one for one in needed if answer.id in statements[one].binds]
        if not defined:
            return Attempt(exercise, fault=_undefined(answer.id, broken))
        if _is_untouched(statements[defined[-1]].node):
            return Attempt(exercise, empty=True)
    program = "\n".join(ast.unparse(statements[one].node) for one in needed)
    return Attempt(exercise, program, ast.unparse(answer))


def _undefined(name: str, broken: list[tuple[str, NoPythonError]]) -> str:
    for cell, problem in broken:
        if re.search(rf"\b(def|class)\s+{re.escape(name)}\b|\b{re.escape(name)}\s*=", cell):
            return f"The cell that defines `{name}` is not Python: {problem}."
    return f"`{name}` is defined nowhere in this notebook."


def _needed(statements: list[_Statement], names: set[str], end: int) -> list[int]:
    """The indices of the statements that give these names their values before ``end``.

    A function looks a name up when it is called, so what it reads is wanted as it is at the end.
    """
    wanted = [(name, end) for name in names]
    seen: set[tuple[str, int]] = set()
    needed: set[int] = set()
    while wanted:
        name, before = wanted.pop()
        if (name, before) in seen:
            continue
        seen.add((name, before))
        for index in _that_make(statements, name, before):
            if index not in needed:
                needed.add(index)
                wanted += [(one, index) for one in statements[index].now]
                wanted += [(one, end) for one in statements[index].later]
    return sorted(needed)


def _that_make(statements: list[_Statement], name: str, before: int) -> list[int]:
    """The statement that binds the name last, and those that change its value after that."""
    binding = [i for i in range(before) if name in statements[i].binds]
    if not binding:  # a student may run the cells out of their order
        return [i for i in range(before, len(statements)) if name in statements[i].binds][:1]
    last = binding[-1]
    if isinstance(statements[last].node, ast.Import | ast.ImportFrom):
        return [last]  # otherwise `ws.check(...)` would be a change of `ws`
    return [last, *(i for i in range(last + 1, before) if name in statements[i].changes)]


def _statement(node: ast.stmt) -> _Statement:
    statement = _Statement(node)
    targets = [one for one in ast.walk(node) if isinstance(one, ast.Subscript | ast.Attribute)]
    for target in targets:
        root = _root(target)
        if root and isinstance(target.ctx, ast.Store | ast.Del):
            statement.changes.add(root)
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        statement.changes.add(node.target.id)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        statement.changes |= {_root(node.value.func)} - {""}
    try:
        _by_symbols(statement, symtable.symtable(ast.unparse(node), "cell", "exec"))
    except (SyntaxError, ValueError, RecursionError):  # such as await outside of a function
        _by_walking(statement, node)
    if isinstance(node, ast.AugAssign):
        statement.now |= statement.changes
        statement.binds -= statement.changes
    return statement


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
        if isinstance(node, ast.Name):
            return node.id
    return ""


def _by_symbols(statement: _Statement, table: symtable.SymbolTable) -> None:
    for symbol in table.get_symbols():
        if symbol.is_assigned() or symbol.is_imported():
            statement.binds.add(symbol.get_name())
        if symbol.is_referenced():
            statement.now.add(symbol.get_name())
    for child in table.get_children():
        _free_names(statement, child, called=False)


def _free_names(statement: _Statement, table: symtable.SymbolTable, *, called: bool) -> None:
    """What a class, function or comprehension reads from outside, and when."""
    # A comprehension is a function to Python 3.11, but one that runs at once.
    called = called or (table.get_type() == "function" and table.get_name() not in _AT_ONCE)
    names = {one.get_name() for one in table.get_symbols() if one.is_global()}
    (statement.later if called else statement.now).update(names)
    for child in table.get_children():
        _free_names(statement, child, called=called)


_AT_ONCE = {"listcomp", "setcomp", "dictcomp", "genexpr"}


def _by_walking(statement: _Statement, node: ast.stmt) -> None:
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            names = statement.now if isinstance(one.ctx, ast.Load) else statement.binds
            names.add(one.id)
        elif isinstance(one, ast.alias):
            statement.binds.add(one.asname or one.name.partition(".")[0])


def _is_untouched(node: ast.stmt) -> bool:
    """Whether this is a starter that nobody has written in."""
    if isinstance(node, ast.Assign):
        return _is_nothing(node.value)
    if not isinstance(node, ast.FunctionDef):
        return False
    said = [one for one in node.body if not _is_docstring(one)]
    return all(
        isinstance(one, ast.Pass)
        or (isinstance(one, ast.Raise) and "NotImplementedError" in ast.unparse(one))
        or (isinstance(one, ast.Return) and (one.value is None or _is_nothing(one.value)))
        for one in said
    )


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in (None, ...)


def _last_ones(found: list[Attempt]) -> list[Attempt]:
    kept: dict[str, list[Attempt]] = {}
    for attempt in found:
        kept.setdefault(attempt.exercise, []).append(attempt)
    return [one for many in kept.values() for one in many[-MOST_ATTEMPTS:]]
