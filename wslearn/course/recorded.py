"""What a cell shows where Python runs in the browser and the cell needs something that a browser
does not have.

A page has no processes, no threads and no sockets but those of ``net.memory``, and this one comes
without matplotlib. Where a cell of a lesson meets that, it shows what it printed when the lesson
was recorded, under one sentence that says so: once per section, and never as an error. A cell that
goes on from such a cell (it asks for a name that was never made) does the same. All other errors
stay errors.
"""

import ast
import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from wslearn.net.background import NO_THREADS
from wslearn.protocol.errors import NetworkError

SENTENCE = (
    "This page has no {lacks}, so you see what this cell showed when the lesson was recorded."
)
CHANGED = (
    "This page has no {lacks}, so this cell cannot run here, and nothing was recorded for it "
    "as you changed it. On a computer with Python it runs."
)
NETWORK, FIGURES, PROGRAMS = "sockets of a real machine", "library for figures", "other programs"
HTTP2 = "library for HTTP/2"
ABSENT = {
    "numpy": FIGURES,
    "PIL": FIGURES,
    "_multiprocessing": PROGRAMS,
    "ipykernel.connect": PROGRAMS,
    "h2": HTTP2,
    "flask": NETWORK,
    "uvicorn": NETWORK,
    "websocket": NETWORK,
    "websockets": NETWORK,
}
"""Modules that the site does not bring, and what a cell that wants one is after."""
REFUSALS = {
    "not available in browser environments": NETWORK,
    "[Errno 138] Not supported": NETWORK,  # a socket
    "does not support processes": PROGRAMS,
    "can't start new thread": PROGRAMS,
}
"""What Python says in a page when it is asked for sockets, processes or threads."""


def fingerprint(source: str) -> str:
    """Names a cell by its source, whatever the white space at its end.

    >>> fingerprint("1 + 1\\n") == fingerprint("1 + 1")
    True
    """
    return hashlib.sha256(source.strip().encode()).hexdigest()[:16]


def lacking(problem: BaseException) -> str:
    """Which part of a real machine a cell was missing, in words; "" where it is an error like any
    other."""
    seen: BaseException | None = problem
    while seen is not None:
        if isinstance(seen, NetworkError) and NO_THREADS in str(seen):
            return NETWORK
        if isinstance(seen, ImportError) and "matplotlib" in str(seen):
            return FIGURES
        if isinstance(seen, ModuleNotFoundError) and seen.name in ABSENT:
            return ABSENT[seen.name]
        if isinstance(seen, OSError | RuntimeError):  # NotImplementedError is a RuntimeError
            for words, lacks in REFUSALS.items():
                if words in str(seen):
                    return lacks
        seen = seen.__cause__ or seen.__context__
    return ""


@dataclass
class StandIn:
    """Shows recordings; ``find`` gives a lesson's cells by fingerprint, ``show`` an output."""

    find: Callable[[str], Mapping[str, Any] | None]
    show: Callable[[Mapping[str, Any]], None]
    say: Callable[[str], None]
    missing: dict[str, str] = field(default_factory=dict)
    """Names that cells that could not run would have made, and what these cells lacked."""
    said: set[str] = field(default_factory=set)

    def handle(self, source: str, problem: BaseException) -> bool:
        """Show what a cell showed when it was recorded; False where its error should be seen."""
        lacks = lacking(problem)
        if not lacks and isinstance(problem, NameError):
            lacks = self.missing.get(problem.name, "")
        if not lacks:
            return False
        self.missing |= dict.fromkeys(names_made(source), lacks)
        recorded = self.find(fingerprint(source))
        if recorded is None:
            self.say(CHANGED.format(lacks=lacks))
            return True
        if recorded["section"] not in self.said:
            self.said.add(recorded["section"])
            self.say(SENTENCE.format(lacks=lacks))
        for output in recorded["outputs"]:
            self.show(output)
        return True


def names_made(source: str) -> set[str]:
    """The names that a cell would have bound at its top level.

    >>> sorted(names_made("a, b = f()\\nasync with connect() as c:\\n    d = 1"))
    ['a', 'b', 'c', 'd']
    """
    try:
        return set(_bound(ast.parse(source)))
    except SyntaxError:
        return set()


def _bound(node: ast.AST) -> Iterator[str]:
    """Names that a piece of a cell binds in the cell; not those inside a function or a class."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.Lambda():
            pass
        case ast.alias():
            yield (node.asname or node.name).partition(".")[0]
        case ast.Name(ctx=ast.Store()):
            yield node.id
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _bound(child)


def install() -> None:
    """Replace what a page lacks, in the kernel that runs this; elsewhere do nothing."""
    if sys.platform != "emscripten" or "IPython" not in sys.modules:
        return
    from IPython import get_ipython
    from IPython.display import Markdown, display

    shell = get_ipython()
    if shell is None:
        return
    known: dict[str, Any] = {}

    def find(name: str) -> Mapping[str, Any] | None:
        if not known:
            known.update(json.loads(_fetched("recordings.json")))
        return known.get(name)

    def show(output: Mapping[str, Any]) -> None:
        if output["output_type"] == "stream":
            print(output["text"], end="", file=getattr(sys, output["name"]))
        elif "data" in output:
            display(dict(output["data"]), raw=True)

    stands_in = StandIn(find, show, lambda text: display(Markdown(f"*{text}*")))

    def handle(
        shell: Any, kind: Any, value: BaseException, trace: Any, tb_offset: Any = None
    ) -> Any:
        if not stands_in.handle(shell.user_ns["In"][-1], value):
            shell.showtraceback((kind, value, trace), tb_offset=tb_offset)
        return None

    shell.set_custom_exc((Exception,), handle)


def _fetched(name: str) -> str:
    """A file from beside the Python that runs here."""
    from pyodide.http import open_url
    from pyodide_js import _api

    return str(open_url(f"{_api.config.indexURL}{name}").read())
