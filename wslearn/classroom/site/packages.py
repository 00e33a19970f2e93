"""The Python packages of the site: few, pruned of what no lesson needs, and compiled ahead.

Pyodide loads what its lock file names. It names two archives: ``course-kernel`` with everything
that the notebook's kernel and its widgets are made of, and ``wslearn``. Reading source is most of
what Python does while a reader waits for the first cell, so what a start needs is compiled here, by
the same Python that will run it (``ahead.py``).
"""

import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Iterable
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any

from . import supply

VERSION = version("wslearn")

FROM_PYODIDE = ("ipython", "traitlets", "typing-extensions")
"""What the kernel starts with; Pyodide's lock file says which versions, and what they need."""

FROM_PYPI = (
    "comm==0.2.3",
    "psygnal==0.16.1",
    "ipywidgets==8.1.9",
    "anywidget==0.11.0",
    "mdurl==0.1.2",
    "markdown-it-py==4.3.0",
    "fsrs==6.3.2",
)
"""What wslearn and its widgets need on top."""

STANDS_IN = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython")
"""Names that the kernel asks for when it starts; here they are all in one archive, or left out."""

NAMES = (*STANDS_IN, "course-kernel", "wslearn")
"""Everything that the lock file names and the kernel loads when it starts."""

NOT_NEEDED = (
    "*/tests/*",
    "*.data/*",
    "*/labextension/*",
    "*/nbextension/*",
    "IPython/sphinxext/*",
    "IPython/terminal/*",
    "prompt_toolkit/*",
    "wcwidth/*",
)
"""Patterns of what is left out: tests, files for other front ends, and IPython's terminal."""
LEXERS = ("__init__", "_mapping", "_unicodedata", "python", "special")
OURS_NOT_NEEDED = ("apps", "classroom")
"""Of wslearn: what runs on an instructor's machine."""

STDLIB = "python_stdlib.zip"
"""The standard library, packed anew: what a start imports of it."""

PIPLITE = '''
"""Takes the place of piplite: the site brings what the lessons need, and asks no other host for
more."""

_PIPLITE_DISABLE_PYPI = True
_PIPLITE_URLS = []


async def install(*wanted, **how):
    """Say that nothing can be added here."""
    raise RuntimeError(f"This page brings what the lessons need; it cannot install {wanted}.")
'''

EMBED = '''
"""Takes the place of IPython's terminal, which a page has no use for."""


def embed(**how):
    """Say that there is no terminal."""
    raise RuntimeError("A page has no terminal to open a shell in.")
'''

JOIN = '''
"""Takes the place of the class, which a page without sockets cannot reach."""

from wslearn.protocol.errors import InputError


def join(*where, **how):
    """Say how to join from here."""
    raise InputError(
        "Expected a notebook on a computer of yours, got one inside a web page, which cannot "
        "reach a class. Open the address on the big screen in another tab, or on a phone, and "
        "type the code."
    )
'''

WRITTEN_HERE = {
    "piplite/__init__.py": "from .piplite import install\n",
    "piplite/piplite.py": PIPLITE,
    "IPython/terminal/__init__.py": "",
    "IPython/terminal/embed.py": EMBED,
    "IPython/terminal/pt_inputhooks.py": "backends = []\naliases = {}\n",
}
"""Modules of the kernel's archive that take the place of what was left out."""

WRITTEN_FOR_OURS = {
    "wslearn/classroom/__init__.py": "",
    "wslearn/classroom/live/__init__.py": "",
    "wslearn/classroom/live/membership.py": JOIN,
}
"""The same in wslearn's own archive."""


def add(parts: Path, pyodide: Path, python: Path, target: Path) -> None:
    """Put Pyodide, the two archives and a lock file that names them into ``target``."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in supply.RUNTIME:
        if (pyodide / name).exists():
            shutil.copy(pyodide / name, target)
    lock = json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))
    found = supply.wheels(parts, python, [*_pinned(lock["packages"]), *FROM_PYPI])
    kernel, ours = parts / "kernel", parts / "ours"
    _kernel(kernel, [*found.values(), *_of_the_page(python)])
    _wslearn(ours)
    here = Path(str(files(__package__)))
    empty = parts / "empty"
    empty.mkdir(exist_ok=True)
    entries = {
        name: _packed(empty, name, target) | {"depends": ["course-kernel"]} for name in STANDS_IN
    }
    supply.run(
        [
            "node",
            here / "static" / "compile.mjs",
            pyodide,
            here / "ahead.py",
            here / "later.py",
            kernel,
            ours,
            target / STDLIB,
            target / entries[STANDS_IN[0]]["file_name"],
        ],
        parts,
        "modules compiled for the browser's Python",
    )
    entries["course-kernel"] = _packed(kernel, "course-kernel", target)
    entries["wslearn"] = _packed(ours, "wslearn", target) | {"depends": ["course-kernel"]}
    lock["packages"] = entries
    (target / "pyodide-lock.json").write_text(json.dumps(lock, sort_keys=True))


def plain(name: str) -> str:
    """A project's name as all its spellings are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _pinned(packages: dict[str, Any]) -> list[str]:
    """What Pyodide's lock file says about ``FROM_PYODIDE`` and everything that these need."""
    known = {plain(name): entry for name, entry in packages.items()}
    wanted, pinned = [*FROM_PYODIDE], {}
    while wanted:
        name = plain(wanted.pop())
        if name not in pinned:
            pinned[name] = f"{name}=={known[name]['version']}"
            wanted += known[name]["depends"]
    return sorted(pinned.values())


def _of_the_page(python: Path) -> list[Path]:
    """The wheels that come with the page itself: the kernel's own shell."""
    place = "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi"
    folder = python.parent.parent / place
    return [next(folder.glob(f"{name}-*.whl")) for name in ("pyodide_kernel", "ipykernel")]


def _kernel(folder: Path, wheels: Iterable[Path]) -> None:
    """Unpack the kernel's wheels into one folder, without what no lesson needs."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if _is_needed(PurePosixPath(name)):
                    # A wheel may hold only one dist-info; for the others Python finds this older
                    # form.
                    kept = name.replace(".dist-info/METADATA", ".egg-info/PKG-INFO")
                    (folder / kept).parent.mkdir(parents=True, exist_ok=True)
                    data = archive.read(name)
                    if kept.endswith("PKG-INFO"):
                        data = data.partition(b"\n\n")[0]  # without the description
                    (folder / kept).write_bytes(data)
    for name, text in WRITTEN_HERE.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def _is_needed(name: PurePosixPath) -> bool:
    if any(name.match(pattern) or _is_below(name, pattern) for pattern in NOT_NEEDED):
        return False
    if name.parts[:2] == ("pygments", "lexers"):
        return name.stem in LEXERS
    if name.parts[0].endswith(".dist-info"):
        return name.name == "METADATA"
    return name.suffix in (".py", ".json", ".css", ".js", ".tsv")


def _is_below(name: PurePosixPath, pattern: str) -> bool:
    return any(parent.match(pattern.removesuffix("/*")) for parent in name.parents)


def _wslearn(folder: Path) -> None:
    """Copy this very package as it is installed, without what runs on an instructor's machine."""
    shutil.rmtree(folder, ignore_errors=True)
    package = Path(__file__).parents[2]
    leave = {package / one for one in OURS_NOT_NEEDED}

    def left_out(where: str, names: list[str]) -> set[str]:
        return {n for n in names if n == "__pycache__" or Path(where, n) in leave}

    shutil.copytree(package, folder / "wslearn", ignore=left_out)
    for name, text in WRITTEN_FOR_OURS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def _packed(folder: Path, name: str, target: Path) -> dict[str, Any]:
    """Pack a folder as a wheel, the same bytes each time; its entry for the lock file."""
    stem = f"{name.replace('-', '_')}-{VERSION}"
    wheel = target / f"{stem}-py3-none-any.whl"
    info = f"{stem}.dist-info"
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {VERSION}\n"
    made = {f"{info}/METADATA": about.encode(), f"{info}/RECORD": b""}
    made[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for inside, data in sorted({**found, **made}.items()):
            archive.writestr(zipfile.ZipInfo(inside), data, zipfile.ZIP_DEFLATED, 9)
    imports = {inside.partition("/")[0] for inside in found if inside.count("/")}
    return {
        "name": name,
        "version": VERSION,
        "file_name": wheel.name,
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "install_dir": "site",
        "package_type": "package",
        "depends": [],
        "imports": sorted(each for each in imports if each.isidentifier()),
        "unvendored_tests": False,
    }
