"""Compiles modules for the Python that will read them: Pyodide's own, in which this module is run.

``compile.mjs`` runs it under Node. Compiling is most of what Python does while a reader waits for
the first cell, and a compiled module is twice as large as its source once both are packed. So what
a start imports is compiled here, the standard library's modules too; the rest stays source and is
compiled when a lesson asks for it.
"""

import importlib
import importlib.util
import py_compile
import sys
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from importlib._bootstrap_external import _code_to_hash_pyc  # type: ignore[import-not-found]
from pathlib import Path

KERNEL = ("pyodide_kernel", "IPython", "ipywidgets", "anywidget")
"""What the kernel of a notebook and its widgets begin with."""

COURSE = "wslearn"


def compile_ahead(kernel: Path, ours: Path, stdlib: Path, packed: Path) -> None:
    """Compile what a start imports of two folders, and pack the standard library anew.

    ``kernel``  packages of others: a compiled module takes the place of its source
    ``ours``    holds wslearn, whose lessons show code: a source stays beside its compiled form
    ``stdlib``  the zip file that this Python's standard library comes from; ``packed`` is written
    """
    sys.dont_write_bytecode = True
    sys.path[:0] = [str(kernel), str(ours)]
    names_of_ours()
    used = {Path(file) for each in [*sys.modules.values()] if (file := _file(each))}
    installed = Path(next(path for path in sys.path if path.endswith("site-packages")))
    for path in _sources(kernel, used):
        _compile(path, path.with_suffix(".pyc"), installed / path.relative_to(kernel))
        path.unlink()
    for path in _sources(ours, used):
        kept = Path(importlib.util.cache_from_source(str(path)))
        _compile(path, kept, installed / path.relative_to(ours))
    _pack(stdlib, packed, used)


def names_of_ours() -> None:
    """Import what a kernel starts with, and each public name of wslearn, as lessons use them."""
    for name in KERNEL:
        importlib.import_module(name)
    package = importlib.import_module(COURSE)
    for name in package.__all__:
        getattr(package, name)


def _file(module: object) -> str | None:
    with suppress(AttributeError):
        return module.__file__  # type: ignore[attr-defined,no-any-return]
    return None


def _sources(folder: Path, used: set[Path]) -> Iterable[Path]:
    return sorted(path for path in folder.rglob("*.py") if path in used)


def _compile(source: Path, target: Path, shown: Path) -> None:
    """Compile one file; nobody compares it with its source later, and errors name ``shown``."""
    py_compile.compile(
        str(source),
        str(target),
        str(shown),
        doraise=True,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )


def _pack(stdlib: Path, packed: Path, used: set[Path]) -> None:
    """Write the standard library's zip file again, what is used in compiled form."""
    with (
        zipfile.ZipFile(stdlib) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for name in sorted(old.namelist()):
            data = old.read(name)
            if stdlib / name in used:
                code = compile(data, str(stdlib / name), "exec", dont_inherit=True)
                data = _code_to_hash_pyc(code, importlib.util.source_hash(data), False)
                name += "c"  # noqa: PLW2901 (it is another file)
            new.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, 9)
