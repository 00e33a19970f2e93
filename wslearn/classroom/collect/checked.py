"""Find the checks in a notebook: which exercise each one names, and which answer it hands in.

Most are written ``ws.check("04.2", encode_length)``. A check may also go by another name (``from
wslearn import check as ck``, a function of the student's that calls it) or be in a loop over pairs
of a name and an answer. One whose exercise is known only when it runs is not found.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wslearn.course.exercises import find, tidy_id

_NOT_THE_NAME = ("answer", "seconds")
"""Keywords of ``check`` other than the one that names the exercise."""

_Loop = ast.For | ast.AsyncFor | ast.comprehension


@dataclass(frozen=True, slots=True)
class Check:
    """One check: the exercise, the answer (None where none is given), and in which statement."""

    exercise: str
    answer: ast.expr | None
    place: int


def checks(statements: list[ast.stmt]) -> list[Check]:
    """Every check in these statements, in their order."""
    names = _names_of_check(statements)
    values = _values(statements)
    found = []
    for place, node in enumerate(statements):
        pairs = list(_straight(node, names))
        pairs += [pair for loop in _loops(node, names) for pair in _pairs(loop.iter, values)]
        found += [Check(tidy_id(name), answer, place) for name, answer in pairs]
    return found


def _names_of_check(statements: list[ast.stmt]) -> set[str]:
    """``check``, and every other name under which the notebook calls it."""
    names: set[str] = set()
    more = {"check"}
    while more - names:
        names |= more
        for node in (one for each in statements for one in ast.walk(each)):
            match node:
                case ast.ImportFrom(names=imported):
                    more |= {one.asname for one in imported if one.name == "check" and one.asname}
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    lambda_of_it = isinstance(value, ast.Lambda) and _wraps(value, names)
                    if _last_name(value) in names or lambda_of_it:
                        more.add(name)
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    if _wraps(node, names):
                        more.add(name)
    return names


def _wraps(node: ast.AST, names: set[str]) -> bool:
    return any(_named(call) is None for call in _calls(node, names))


def _calls(node: ast.AST, names: set[str]) -> Iterator[ast.Call]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and _last_name(call.func) in names:
            yield call


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _named(call: ast.Call) -> ast.Constant | None:
    """The constant by which a call names an exercise, if it is one."""
    keywords = [one.value for one in call.keywords if one.arg not in _NOT_THE_NAME]
    first = next(iter([*call.args[:1], *keywords]), None)
    return first if isinstance(first, ast.Constant) and find(first.value) is not None else None


def _straight(node: ast.stmt, names: set[str]) -> Iterator[tuple[object, ast.expr | None]]:
    for call in _calls(node, names):
        name = _named(call)
        if name is not None:
            named = [one.value for one in call.keywords if one.arg == "answer"]
            places = [one for one in call.args if one is not name]
            yield name.value, next(iter([*named, *places]), None)


def _loops(node: ast.stmt, names: set[str]) -> Iterator[_Loop]:
    """The loops around a check whose exercise is a name of the loop."""
    for one in ast.walk(node):
        if isinstance(one, ast.For | ast.AsyncFor) and _wraps(one, names):
            yield one
        comprehensions = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
        if isinstance(one, comprehensions) and _wraps(one, names):
            yield from one.generators


def _values(statements: list[ast.stmt]) -> dict[str, ast.expr]:
    """What simple assignments give to names; the last one counts."""
    return {
        node.targets[0].id: node.value
        for node in statements
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def _pairs(over: ast.expr, values: dict[str, ast.expr]) -> Iterator[tuple[object, ast.expr]]:
    """The pairs of an exercise and an answer in what a loop goes over."""
    over = _looked_up(over, values)
    for node in ast.walk(over):
        pairs: Iterable[tuple[ast.expr | None, ast.expr]] = ()
        match node:
            case ast.Dict(keys=keys, values=answers):
                pairs = zip(keys, answers, strict=True)
            case ast.Call(func=ast.Name(id="zip"), args=[names, answers, *_]):
                sides = [_looked_up(one, values) for one in (names, answers)]
                pairs = zip(*(getattr(one, "elts", ()) for one in sides), strict=False)
            case ast.Tuple(elts=[name, answer, *_]) | ast.List(elts=[name, answer, *_]):
                pairs = [(name, answer)]
        for name, answer in pairs:
            if isinstance(name, ast.Constant) and find(name.value) is not None:
                yield name.value, answer


def _looked_up(node: ast.expr, values: dict[str, ast.expr]) -> ast.expr:
    """What a name, or ``name.items()``, stands for; otherwise the expression itself."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args:
        node = node.func.value
    return values.get(node.id, node) if isinstance(node, ast.Name) else node
