"""The shape of the project: which way imports point, what may be where, and how large it may be."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import resolve_name
from pathlib import Path

import pytest

import wslearn
from tests.support.places import ROOT

PACKAGE = ROOT / "wslearn"

FLOORS = (
    "protocol",
    "pasted",
    "net draw",
    "checking labs",
    "course",
    "conformance",
    "lessons",
    "classroom",
    "apps",
)
"""The floors of the house, from the ground up. A part imports from its own room and from the floors
below; two rooms on one floor know nothing of each other, and ``checking`` knows no lab."""

MAY_IMPORT = {
    room: {room, *" ".join(FLOORS[:height]).split()}
    for height, floor in enumerate(FLOORS)
    for room in floor.split()
}
MAY_IMPORT["checking"] -= {"net"}
"""What each part of the package may import."""

ROLES = {"__init__", "__main__", "lab", "state", "nodes", "figures", "server"}
ROLES |= {"exercises", "solutions", "wrong", "facts"}
"""The names of modules that stand in several folders, and mean the same in each. A command may also
be called what it starts: ``apps/tap.py`` runs ``net/record/tap.py``."""

NOT_IN_PROTOCOL = {
    "network": {
        "asyncio",
        "http.client",
        "http.server",
        "select",
        "selectors",
        "socket",
        "socketserver",
        "ssl",
    },
    "clock": {"calendar", "datetime", "sched", "time", "timeit", "zoneinfo"},
    "randomness": {"random", "secrets", "uuid"},
    "files": {"fileinput", "glob", "mmap", "os", "pathlib", "shutil", "tempfile"},
    "logging": {"logging", "syslog", "warnings"},
    "processes": {"concurrent", "ctypes", "multiprocessing", "signal", "subprocess", "threading"},
    "interpreter": {"importlib", "inspect", "sys"},
}
"""The standard library's doors to the outside; the protocol layer has none (no I/O at all)."""

MODULES = sorted(PACKAGE.rglob("*.py"))
THE_POST = PACKAGE / "lessons" / "lesson_08" / "naive" / "server.py"
"""The program that lesson 08 takes apart, with all its faults."""

LONGEST_MODULE = 480
LONGEST_PROTOCOL = 5100
"""In lines that are not blank: the protocol layer should be read in an evening. The last 350 are
the judge of whole streams, which every list of frames and every record leans on, and messages that
come in parts or go to many connections."""


@cache
def read(path: Path) -> ast.Module:
    """A module's syntax tree. Several tests read every module, and none changes one."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path, root: Path = ROOT) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(source: str | ast.AST, module: str, package: bool) -> Iterator[str]:
    """Every module that some source imports, anywhere in it, by its full name.

    ``from a import b`` gives ``a.b``, because ``b`` may be a module. Calls of ``import_module`` and
    ``__import__`` with a literal name count like the statement.
    """
    parent = module if package else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(source) if isinstance(source, str) else source):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            base = resolve_name(base, parent) if node.level else base
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
            called = called.id if isinstance(called, ast.Name) else called
            name = node.args[0]
            if called in ("import_module", "__import__") and isinstance(name, ast.Constant):
                yield resolve_name(name.value, parent)


@cache
def imported_by(path: Path) -> list[str]:
    return list(imports_of(read(path), name_of(path), path.name == "__init__.py"))


def upward(module: str, imported: list[str]) -> list[str]:
    """The imports of a module that the layout does not allow."""
    part = module.split(".")[1] if "." in module else ""
    if part not in MAY_IMPORT:  # wslearn itself and __main__ are above all parts
        return []
    ours = [name.split(".") for name in imported if name.split(".")[0] == "wslearn"]
    return [".".join(name) for name in ours if len(name) < 2 or name[1] not in MAY_IMPORT[part]]


def to_a_later_lesson(module: str, imported: list[str]) -> list[str]:
    """A lesson's imports that lead to a lesson that the student has not read yet."""
    own = re.match(r"wslearn\.lessons\.lesson_(\d\d)", module)
    ways = [(name, re.match(r"wslearn\.lessons\.lesson_(\d\d)", name)) for name in imported]
    return [name for name, other in ways if own and other and other[1] > own[1]]


def circles(arrows: dict[str, set[str]]) -> list[list[str]]:
    """The groups of modules that import one another, directly or indirectly."""
    below: dict[str, set[str]] = {}
    for module in arrows:
        seen, todo = set[str](), [module]
        while todo:
            new = arrows.get(todo.pop(), set()) - seen
            seen |= new
            todo += new
        below[module] = seen
    found = {
        tuple(sorted({one, *(other for other in below[one] if one in below[other])}))
        for one in arrows
        if one in below[one]
    }
    return [list(group) for group in sorted(found)]


def arrows_of_the_house() -> dict[str, set[str]]:
    """By module, all modules that it imports: late imports and those for types included."""
    names = {name_of(path.relative_to(ROOT), Path()) for path in MODULES}
    arrows: dict[str, set[str]] = {}
    for path in MODULES:
        if path.name == "__init__.py" and path.parent == PACKAGE:
            continue  # its names load later, and none of our modules imports from there
        module = name_of(path)
        wanted = {name if name in names else name.rpartition(".")[0] for name in imported_by(path)}
        arrows[module] = (wanted & names) - {"wslearn"}
    return arrows


def outside_standard_library(imported: list[str]) -> list[str]:
    tops = {name.split(".")[0] for name in imported} - {"wslearn"}
    return sorted(tops - sys.stdlib_module_names)


def doors(imported: list[str]) -> list[str]:
    closed = set().union(*NOT_IN_PROTOCOL.values())
    return [name for name in imported if any(f"{name}.".startswith(f"{c}.") for c in closed)]


# -- which way imports point -----------------------------------------------------------------------


def test_every_part_of_the_package_has_its_place_in_the_order():
    parts = {path.relative_to(PACKAGE).parts[0] for path in MODULES if path.parent != PACKAGE}
    assert parts <= set(MAY_IMPORT)


def found_in_modules(faults: Callable[[Path], list[str]]) -> dict[str, list[str]]:
    """By module, the faults that were found in it."""
    found = {str(path.relative_to(ROOT)): faults(path) for path in MODULES}
    assert len(found) > 400
    return {name: faults for name, faults in found.items() if faults}


def test_nothing_imports_upward():
    found = found_in_modules(lambda path: upward(name_of(path), imported_by(path)))
    assert found == {}, "a part imports what is below it alone, as MAY_IMPORT says"


@pytest.mark.parametrize(
    ("module", "line", "found"),
    [
        ("wslearn.protocol.bits", "from wslearn.draw import theme", "wslearn.draw.theme"),
        ("wslearn.protocol.bits", "from ..draw.theme import LIGHT", "wslearn.draw.theme.LIGHT"),
        ("wslearn.protocol.bits", "def f():\n    import wslearn.net", "wslearn.net"),
        ("wslearn.protocol.bits", "from wslearn import Frame", "wslearn.Frame"),
        ("wslearn.protocol.bits", "import wslearn as ws", "wslearn"),
        ("wslearn.draw.plain", "from ..net import limits", "wslearn.net.limits"),
        ("wslearn.net.limits", "from ..draw import plain", "wslearn.draw.plain"),
        ("wslearn.net.limits", "from ..labs import kit", "wslearn.labs.kit"),
        ("wslearn.labs.lab", "from .. import course", "wslearn.course"),
        ("wslearn.labs.lab", "import_module('wslearn.course.quiz')", "wslearn.course.quiz"),
        ("wslearn.labs.lab", "importlib.import_module('..apps', __name__)", "wslearn.apps"),
        (
            "wslearn.course.quiz",
            "if 1:\n    from wslearn.apps import poll",
            "wslearn.apps.poll",
        ),
    ],
)
def test_an_import_that_points_upward_is_found(module, line, found):
    assert upward(module, list(imports_of(line, module, package=False))) == [found]


def test_a_lesson_stands_on_earlier_ones_alone():
    assert found_in_modules(lambda path: to_a_later_lesson(name_of(path), imported_by(path))) == {}


def test_a_step_into_a_later_lesson_is_found():
    line = "from wslearn.lessons.lesson_09.parts import parts"
    imported = list(imports_of(line, "wslearn.lessons.lesson_05.wrong", package=False))
    assert to_a_later_lesson("wslearn.lessons.lesson_05.wrong", imported) == [
        "wslearn.lessons.lesson_09.parts.parts"
    ]


def test_no_modules_import_one_another():
    assert circles(arrows_of_the_house()) == [], "move what both need to a module below them"


def test_a_circle_is_found_around_corners():
    arrows = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}
    assert circles(arrows) == [["a", "b", "c"]]


def test_no_two_modules_have_the_same_name():
    places: dict[str, list[str]] = {}
    for path in MODULES:
        if path.stem not in ROLES and path.parent.name != "apps":
            places.setdefault(path.stem, []).append(str(path.relative_to(PACKAGE)))
    assert {name: twins for name, twins in places.items() if len(twins) > 1} == {}


def test_the_protocol_layer_needs_the_standard_library_alone_and_no_door_to_the_outside():
    imported = [name for path in (PACKAGE / "protocol").glob("*.py") for name in imported_by(path)]
    assert imported
    assert outside_standard_library(imported) == []
    assert doors(imported) == []


@pytest.mark.parametrize("line", ["import socket", "from os.path import join", "import asyncio"])
def test_a_door_to_the_outside_is_found(line):
    assert doors(list(imports_of(line, "wslearn.protocol.bits", package=False)))


def test_the_protocol_layer_opens_prints_and_asks_nothing():
    for path in (PACKAGE / "protocol").glob("*.py"):
        for node in ast.walk(read(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("open", "print", "input", "eval", "exec"), path


class WithoutTypes(ast.NodeTransformer):
    """Drops what only a type checker reads."""

    def visit_If(self, node: ast.If) -> ast.AST | None:
        named = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        return None if named else self.generic_visit(node)


def of_matplotlib(path: Path) -> list[str]:
    """What a module takes from matplotlib, but for types."""
    if not any(name.split(".")[0] == "matplotlib" for name in imported_by(path)):
        return []
    tree = WithoutTypes().visit(ast.parse(path.read_text(encoding="utf-8")))
    imported = imports_of(tree, name_of(path), path.name == "__init__.py")
    return [name for name in imported if name.split(".")[0] == "matplotlib"]


def test_matplotlib_is_used_by_the_figures_alone():
    """And by the check of the set-up, whose job is to see whether it is there."""
    using = {Path(name) for name in found_in_modules(of_matplotlib)}
    alone = {path for path in using if path.name != "figures.py"}
    assert alone == {Path("wslearn/course/setup.py")}
    assert using > alone


# -- import wslearn --------------------------------------------------------------------------------


def test_import_wslearn_names_the_protocol_layer_alone():
    imported = imported_by(PACKAGE / "__init__.py")
    ours = [name for name in imported if name.startswith("wslearn")]
    assert ours
    assert [name for name in ours if not name.startswith("wslearn.protocol.")] == []


def test_import_wslearn_loads_nothing_heavy():
    program = "import sys, wslearn; print('\\n'.join(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(run.stdout.split())
    assert "wslearn.protocol.parser" in loaded
    heavy = {"anywidget", "ipywidgets", "IPython", "matplotlib", "numpy", "asyncio", "socket"}
    assert loaded & heavy == set()
    ours = {name for name in loaded if name.startswith("wslearn.")}
    assert {name.split(".")[1] for name in ours} == {"protocol"}


def test_every_public_name_loads():
    for name in wslearn.__all__:
        assert getattr(wslearn, name) is not None, name
        assert name in dir(wslearn)


def test_public_names_are_sorted_and_said_once():
    assert list(wslearn._LATER) == sorted(wslearn._LATER)
    later = [*wslearn._LATER, *wslearn._MODULES]
    assert wslearn.__all__ == sorted(set(wslearn.__all__) - set(later)) + later


def test_the_errors_and_the_events_of_a_connection_are_within_reach():
    assert wslearn.events.Text("Hello").text == "Hello"
    with pytest.raises(wslearn.StateError):
        raise wslearn.StateError("a Close was sent")


def test_the_list_of_names_holds_no_tool_of_the_package():
    assert "import_module" not in dir(wslearn)


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError) as caught:
        _ = wslearn.no_such_name
    assert str(caught.value) == "module 'wslearn' has no attribute 'no_such_name'"


# -- words and sizes -------------------------------------------------------------------------------


def setter(node: ast.AST) -> bool:
    """Whether this is a property's setter: its getter has the docstring."""
    decorators = getattr(node, "decorator_list", [])
    return any(isinstance(one, ast.Attribute) and one.attr == "setter" for one in decorators)


def undocumented(tree: ast.Module) -> Iterator[str]:
    """The public functions, classes and methods of a module that have no docstring."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    inner = [
        (f"{node.name}.", child)
        for node in tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        for child in node.body
    ]
    for prefix, node in [*(("", node) for node in tree.body), *inner]:
        public = isinstance(node, kinds) and not node.name.startswith("_") and not setter(node)
        if public and not ast.get_docstring(node):
            yield prefix + node.name


def without_docstring(path: Path) -> list[str]:
    """What in a module needs a docstring and has none."""
    if not ast.get_docstring(read(path)):
        return ["the module itself"]
    in_a_lesson = re.fullmatch(r"lesson_\d\d", path.parent.name)
    as_a_student_would = in_a_lesson and path.stem.startswith(("solutions", "wrong", "inputs"))
    return [] if as_a_student_would or path == THE_POST else list(undocumented(read(path)))


def test_every_module_and_every_public_name_has_a_docstring():
    assert found_in_modules(without_docstring) == {}


def test_a_public_name_without_a_docstring_is_found():
    tree = ast.parse("def f(): ...\nclass C:\n    'x'\n    def m(self): ...\n    def _p(self): ...")
    assert list(undocumented(tree)) == ["f", "C.m"]


def test_no_module_is_too_long():
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {path: size for path, size in sizes.items() if size > LONGEST_MODULE} == {}


def test_the_protocol_layer_can_be_read_in_an_evening():
    texts = [path.read_text(encoding="utf-8") for path in (PACKAGE / "protocol").glob("*.py")]
    lines = [line for text in texts for line in text.splitlines() if line.strip()]
    assert len(lines) <= LONGEST_PROTOCOL


# -- what is in the repository ---------------------------------------------------------------------


def tracked() -> list[str]:
    """The files that git tracks; skips the test in an unpacked archive, which is not a checkout."""
    try:
        run = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, timeout=60, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is not a Git checkout")
    return [name for name in run.stdout.decode().split("\0") if name]


ALLOWED_AT_THE_TOP = {
    "notebooks",
    "wslearn",
    "tests",
    "environment.yml",
    "README.md",
    "pyproject.toml",
    "LICENSE",
    "CITATION.cff",
}


def test_nothing_else_stands_at_the_top_of_the_repository():
    tops = {name.split("/")[0] for name in tracked()}
    assert {top for top in tops if not top.startswith(".")} <= ALLOWED_AT_THE_TOP
    assert {"wslearn", "tests", "README.md", "pyproject.toml", "LICENSE"} <= tops


# Assembled here, so that this file does not contain what it looks for.
REGISTRIES = [
    ".".join(parts)
    for parts in [
        ("pypi", "org"),
        ("python" + "hosted", "org"),
        ("npmjs", "org"),
        ("anaconda", "org"),
        ("crates", "io"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
    ]
]
# In Jupyter's images, every user is jovyan.
HOMES = [
    re.escape(home) + r"(?!jovyan\b)\w" for home in ("/" + "home/", "/" + "Users/", "/" + "root/")
]
HERE = [rf"(?<![\w/.]){re.escape(str(path))}/" for path in (ROOT, Path(sys.prefix))]
UNWANTED = re.compile("|".join([*map(re.escape, REGISTRIES), *HOMES, *HERE]))


def test_no_tracked_file_names_a_registry_or_a_path_of_one_machine():
    found = []
    for name in tracked():
        path = ROOT / name
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [f"{name}: {match[0]}" for match in UNWANTED.finditer(text)]
    assert found == []


@pytest.mark.parametrize("text", [f"https://{REGISTRIES[0]}/", "/" + "home/me/x", f"{ROOT}/x"])
def test_an_unwanted_name_is_found(text):
    assert UNWANTED.search(text)
