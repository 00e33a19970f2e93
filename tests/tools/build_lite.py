"""Build the course as a site that needs no installation: Python runs in the reader's browser.

    python -m tests.tools.build_lite site              # build it in the folder site
    python -m tests.tools.build_lite site --check      # then open it in a Chromium and use it

The site is plain files for any web server, and asks no other server for anything. Building takes
about 60 MB from PyPI and npm into ``site.parts``, once; so this is a script for hand, and no test.

What it puts together: JupyterLite, a kernel (Pyodide, which is CPython for the browser), the wheels
that kernel needs, wslearn itself, and the notebooks. Every wheel stands in Pyodide's lock file,
from which the kernel loads what a cell imports.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path
from typing import Any

import nbformat

from tests.support.every_lab import all_labs
from tests.support.places import ROOT

ALL_LABS = "every-lab.ipynb"
PYODIDE = "314.0.6"
TOOLS = (
    "jupyterlite-core==0.8.6",
    "jupyterlite-pyodide-kernel==0.8.6",
    "jupyter-server",
    "ipywidgets>=8.1.5",
    "anywidget>=0.9.18",
)
FOR_THE_KERNEL = ("micropip", "ipython", "jedi", "typing-extensions")
"""What the kernel starts with; Pyodide's lock file says which version, and what these need."""

FOR_WSLEARN = {
    "comm": [],
    "psygnal": [],
    "ipywidgets": ["comm", "ipython", "traitlets"],
    "anywidget": ["ipywidgets", "psygnal", "typing-extensions"],
    "mdurl": [],
    "markdown-it-py": ["mdurl"],
}
"""What wslearn needs on top, and what these need. What ipywidgets has for JupyterLab itself, the
page brings already."""

SETTINGS = {
    "jupyter-lite-schema-version": 0,
    "jupyter-config-data": {
        "appName": "wslearn",
        "exposeAppInBrowser": True,  # for the check
        "disabledExtensions": ["@jupyterlab/apputils-extension:announcements"],
        "litePluginSettings": {
            # Should a wheel be missing, the kernel must not look for it elsewhere.
            "@jupyterlite/pyodide-kernel-extension:kernel": {"disablePyPIFallback": True}
        },
    },
}


def build(site: Path, parts: Path) -> None:
    """Build the site; what was downloaded before, into ``parts``, is taken from there."""
    parts.mkdir(parents=True, exist_ok=True)
    python = _tools(parts / "env")
    pyodide = _pyodide(parts)
    _add_wheels(pyodide, _wheels(parts, python, pyodide))
    contents = _contents(parts / "contents")
    (parts / "jupyter-lite.json").write_text(json.dumps(SETTINGS))
    for old in (site, parts / ".jupyterlite.doit.db", parts / ".cache"):
        shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink(missing_ok=True)
    _run(
        [python, "-m", "jupyterlite_core", "build", "--lite-dir", parts, "--contents", contents,
         "--output-dir", site, "--no-sourcemaps",
         "--apps", "lab", "--apps", "notebooks", "--apps", "tree"],
        cwd=parts,
    )  # fmt: skip


def _contents(folder: Path) -> Path:
    """The lessons, and a notebook with every lab, all for the kernel of such a site."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "notebooks", folder, ignore=shutil.ignore_patterns(".*"))
    nbformat.write(all_labs(), folder / ALL_LABS)
    for path in folder.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        notebook.metadata["kernelspec"] = {
            "name": "python",
            "display_name": "Python (Pyodide)",
            "language": "python",
        }
        nbformat.write(notebook, path)
    return folder


def _run(command: list[Any], cwd: Path) -> None:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")


def _tools(place: Path) -> Path:
    """The Python of an environment that has JupyterLite."""
    python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        venv.create(place, with_pip=True)
        _run([python, "-m", "pip", "install", "--quiet", *TOOLS], place)
    return python


def _pyodide(parts: Path) -> Path:
    """Pyodide's own files in a folder, new each time because its lock file is changed."""
    packed = parts / f"pyodide-{PYODIDE}.tgz"
    if not packed.exists():
        _run(["npm", "pack", f"pyodide@{PYODIDE}"], parts)
    folder = parts / "static" / "pyodide"  # where JupyterLite looks for it
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tarfile.open(packed) as archive:
        for member in archive.getmembers():
            name = Path(member.name).name
            if name.startswith(("pyodide.", "pyodide-lock.", "python_stdlib.")):
                (folder / name).write_bytes(archive.extractfile(member).read())
    return folder


def _lock(pyodide: Path) -> dict[str, Any]:
    return json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))


def _plain(name: str) -> str:
    """A package's name as all its spellings are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _wheels(parts: Path, python: Path, pyodide: Path) -> list[Path]:
    """Every wheel that the site has to bring: pure Python, all of them."""
    known = {_plain(name): entry for name, entry in _lock(pyodide)["packages"].items()}
    wanted, pinned = [*FOR_THE_KERNEL], {}
    while wanted:
        name = _plain(wanted.pop())
        if name not in pinned:
            pinned[name] = f"{name}=={known[name]['version']}"
            wanted += known[name]["depends"]
    folder = parts / "wheels"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("wslearn-*.whl"):
        old.unlink()
    there = {_plain(path.name.partition("-")[0]) for path in folder.glob("*.whl")}
    missing = [want for name, want in pinned.items() if name not in there]
    missing += [name for name in FOR_WSLEARN if name not in there]
    pip = [python, "-m", "pip", "--quiet"]
    if missing:
        pure = ["--no-deps", "--only-binary=:all:", "--platform=any", "--python-version=3.14"]
        _run([*pip, "download", *pure, "--implementation=py", "--abi=none", *missing], folder)
    _run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT], parts)
    return sorted(folder.glob("*.whl"))


def _add_wheels(pyodide: Path, wheels: list[Path]) -> None:
    """Put the wheels beside the lock file, and into it: name, version, hash, what they bring."""
    lock = _lock(pyodide)
    known = {_plain(name): entry for name, entry in lock["packages"].items()}
    ours = {**FOR_WSLEARN, "wslearn": ["anywidget", "ipywidgets", "markdown-it-py"]}
    packages = {}
    for wheel in wheels:
        name, version = wheel.name.split("-")[:2]
        name = _plain(name)
        entry = dict(known.get(name, {}))
        if name in ours:
            entry = {
                "name": name,
                "imports": _imports(wheel),
                "depends": ours[name],
                "install_dir": "site",
                "package_type": "package",
                "unvendored_tests": False,
            }
        # A wheel of PyPI is not byte for byte the one that Pyodide built.
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        packages[name] = entry | {
            "version": version,
            "file_name": wheel.name,
            "sha256": digest,
            "depends": [_plain(each) for each in entry["depends"]],
        }
        shutil.copy(wheel, pyodide)
    lock["packages"] = packages  # nothing else is there to be loaded
    (pyodide / "pyodide-lock.json").write_text(json.dumps(lock))


def _imports(wheel: Path) -> list[str]:
    """The names that a wheel lets a program import."""
    with zipfile.ZipFile(wheel) as archive:
        return sorted(
            {
                name.split("/")[0]
                for name in archive.namelist()
                if name.count("/") == 1 and name.endswith("/__init__.py")
            }
        )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("site", type=Path)
    asked.add_argument("--parts", type=Path, help="where downloads are kept (SITE.parts)")
    asked.add_argument("--check", action="store_true", help="open it in a Chromium and use it")
    asked.add_argument("--no-build", action="store_true", help="check a site that is there")
    asked.add_argument("--lesson", default="", help="check this lesson alone, such as 02")
    chosen = asked.parse_args()
    site = chosen.site.resolve()
    parts = (chosen.parts or site.with_name(f"{site.name}.parts")).resolve()
    if not chosen.no_build:
        build(site, parts)
        size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
        print(f"{site}: {size / 1e6:.0f} MB; serve it with `python -m http.server -d {site}`")
    if chosen.check:
        from tests.tools.check_lite import check

        sys.exit(check(site, chosen.lesson))


if __name__ == "__main__":
    main()
