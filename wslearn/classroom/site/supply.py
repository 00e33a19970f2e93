"""What the site is put together from, and from where: the only module here that asks a registry.

JupyterLite is the notebook page, Pyodide is CPython for the browser. Their versions are pinned here
and nowhere else. Anything downloaded once is kept in a folder and taken from there.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import venv
from collections.abc import Sequence
from pathlib import Path

from wslearn.protocol.errors import InputError

PYODIDE = "314.0.6"
PYTHON = "3.14"
"""The Python that this Pyodide is."""

TOOLS = (
    "jupyterlite-core==0.8.6",
    "jupyterlite-pyodide-kernel==0.8.6",
    "jupyter-server==2.21.1",
    "ipywidgets==8.1.9",
    "anywidget==0.11.0",
)
"""What builds the pages, in an environment of its own; the last two bring the widgets' half."""

RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.js", "pyodide.asm.wasm")
RUNTIME_DATA = ("pyodide-lock.json", "python_stdlib.zip")


class UnreachableError(InputError):
    """A part is missing here, and the place that has it did not give it."""


def run(command: Sequence[object], cwd: Path, wanted: str, **variables: str) -> str:
    """Run a program to its end, with these environment variables; return what it printed.

    Raises :class:`UnreachableError` where it is missing or fails, with its last line.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words, cwd=cwd, env=os.environ | variables, capture_output=True, text=True, check=False
        )
    except OSError as problem:
        raise UnreachableError(
            f"Expected {wanted} by {words[0]}, got: {problem.strerror}."
        ) from None
    if done.returncode:
        said = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        last = said[-1] if said else "it said nothing."
        raise UnreachableError(
            f"Expected {wanted}, got an error from {Path(words[0]).name}: {last}"
        )
    return done.stdout


def tools(parts: Path) -> Path:
    """The Python of an environment that has JupyterLite, made where it is missing."""
    place = parts / "env"
    python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    stamp = place / "wslearn-tools.txt"
    if not stamp.exists() or stamp.read_text() != "\n".join(TOOLS):
        shutil.rmtree(place, ignore_errors=True)
        venv.create(place, with_pip=True)
        run([python, "-m", "pip", "install", "--quiet", *TOOLS], parts, "JupyterLite from PyPI")
        stamp.write_text("\n".join(TOOLS))
    return python


def pyodide(parts: Path) -> Path:
    """A folder with Pyodide's own files as they were published, for Node and for the site."""
    packed = parts / f"pyodide-{PYODIDE}.tgz"
    if not packed.exists():
        run(["npm", "pack", "--silent", f"pyodide@{PYODIDE}"], parts, "Pyodide from npm")
    folder = parts / f"pyodide-{PYODIDE}"
    if not folder.exists():
        half = parts / "pyodide.half"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir()
        with tarfile.open(packed) as archive:
            for member in archive.getmembers():
                name = Path(member.name).name
                content = archive.extractfile(member)
                if content and (name in (*RUNTIME, *RUNTIME_DATA) or name == "package.json"):
                    (half / name).write_bytes(content.read())
        half.rename(folder)
    return folder


def wheels(parts: Path, python: Path, wanted: Sequence[str]) -> dict[str, Path]:
    """Pure wheels by the name of their project, downloaded where they are missing.

    ``wanted`` are requirements with one version each, such as ``ipython==9.12.0``.
    """
    folder = parts / "wheels"
    folder.mkdir(exist_ok=True)

    def there(requirement: str) -> Path | None:
        name, _, version = requirement.partition("==")
        return next(folder.glob(f"{name.replace('-', '_')}-{version}-*.whl"), None)

    missing = [requirement for requirement in wanted if there(requirement) is None]
    if missing:
        pure = ["--no-deps", "--only-binary=:all:", "--platform=any", f"--python-version={PYTHON}"]
        pip = [python, "-m", "pip", "--quiet", "download", *pure, "--implementation=py"]
        run([*pip, "--abi=none", *missing], folder, f"{missing[0]} from PyPI")
    return {each.partition("==")[0]: path for each in wanted if (path := there(each))}
