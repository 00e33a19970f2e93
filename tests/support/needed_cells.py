"""Which cells of a notebook others need: those that give the names they read."""

import ast
from collections.abc import Sequence


def names(source: str) -> tuple[set[str], set[str]]:
    """The names that a cell assigns, and those that it reads."""
    given, read = set(), set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(name, ast.Load()):
                read.add(name)
            case ast.Name(name) | ast.FunctionDef(name) | ast.ClassDef(name):
                given.add(name)
            case ast.AsyncFunctionDef(name):
                given.add(name)
            case ast.alias(name, other):
                given.add(other or name.partition(".")[0])
            case ast.Attribute(ast.Name(name), _, ast.Store()):
                given.add(name)
            case ast.Subscript(ast.Name(name), _, ast.Store()):
                given.add(name)
    return given, read


def needed(before: Sequence[str], after: Sequence[str]) -> list[int]:
    """The positions of the earlier cells that later ones need, directly or through others."""
    kept: set[int] = set()
    wanted = set().union(*(names(source)[1] for source in after))
    while True:
        grown = {
            at for at, source in enumerate(before) if at not in kept and names(source)[0] & wanted
        }
        if not grown:
            return sorted(kept)
        kept |= grown
        wanted |= set().union(*(names(before[at])[1] for at in grown))
