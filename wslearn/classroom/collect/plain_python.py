"""A cell as Python: what IPython makes of it, without the calls that only a notebook can answer.

IPython's own transformer reads the cell, so a line counts as a magic exactly where it does in
Jupyter: ``%`` in a string or in the middle of an expression is not one, and prompts that were
copied along are removed. It turns magics into calls such as
``get_ipython().run_line_magic("time", "f(1)")``. Those that run Python become that Python; the
others (``!pip``, ``%cd``, ``f?``) become nothing.
"""

import ast
import re

from IPython.core.inputtransformer2 import TransformerManager

RUNS_PYTHON = {"capture", "debug", "memit", "prun", "time", "timeit"}
"""The magics whose argument, or whose cell, is Python that runs where the notebook's does."""

_OPTIONS = re.compile(r"(?:\s*-\w+(?:[ =]?\d+)?)*\s*")
"""Options of such a magic, as in ``%timeit -n 10 -r3 f()``."""


class NoPythonError(Exception):
    """A cell that Jupyter would not run either; the message says why, as Python does."""


def statements(cell: str) -> list[ast.stmt]:
    """The statements of a cell; raises :class:`NoPythonError` where it has none.

    >>> [ast.unparse(one) for one in statements("!ls\\n%time f(1)\\nx = 5 \\\\\\n % 3  # why?")]
    ['pass', 'f(1)', 'x = 5 % 3']
    """
    try:
        plain = TransformerManager().transform_cell(re.sub("\r\n?", "\n", cell))
        return _WithoutMagic().visit(ast.parse(plain)).body
    except SyntaxError as problem:
        raise NoPythonError(f"{problem.msg} in line {problem.lineno} of the cell") from None
    except (RecursionError, MemoryError):
        raise NoPythonError("it is nested too deeply") from None
    except (ValueError, RuntimeError) as problem:  # a null byte; more magics than IPython reads
        raise NoPythonError(str(problem).partition(".")[0]) from None


class _WithoutMagic(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.stmt | list[ast.stmt]:
        if not _is_ipython(node.value):
            self.generic_visit(node)
            return node
        try:
            return statements(_python_in(node.value)) or [ast.copy_location(ast.Pass(), node)]
        except NoPythonError:
            return ast.copy_location(ast.Pass(), node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        if not _is_ipython(node):
            self.generic_visit(node)
            return node
        try:
            inside = statements(_python_in(node))
        except NoPythonError:
            inside = []
        if len(inside) == 1 and isinstance(inside[0], ast.Expr):
            return inside[0].value
        return ast.copy_location(ast.Constant(None), node)


def _is_ipython(node: ast.expr) -> bool:
    """Whether this is a call of a method of ``get_ipython()``."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="get_ipython")))):
            return True
    return False


def _python_in(call: ast.expr) -> str:
    """The Python that a call of IPython's runs, "" for those that run none."""
    assert isinstance(call, ast.Call)
    texts = [one.value for one in call.args if isinstance(one, ast.Constant)]
    if len(texts) not in (2, 3) or texts[0] not in RUNS_PYTHON:
        return ""
    return str(texts[-1]) if len(texts) == 3 else _OPTIONS.sub("", str(texts[1]), count=1)
