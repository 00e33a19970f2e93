"""Build the site: JupyterLite's pages, Pyodide, the lessons, and in front of them a page of ours.

Every step writes plain files into one folder. What was downloaded is kept in a second folder, so a
second build needs no network; and with the same parts it gives the same bytes.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from wslearn.course.lessons import Lesson
from wslearn.protocol.errors import InputError

from . import contents, front, packages, supply

APPS = ("notebooks", "lab")
KERNEL_EXTENSION = "@jupyterlite/pyodide-kernel-extension:kernel"
SHOWN_DATE = "315532800"
"""1 January 1980 in seconds, the first date of a zip file: a build has no other."""

SETTINGS = {
    "jupyter-lite-schema-version": 0,
    "jupyter-config-data": {
        "appName": "wslearn",
        "exposeAppInBrowser": True,
        "enableServiceWorkerCache": "true",
        "disabledExtensions": ["@jupyterlab/apputils-extension:announcements"],
        "litePluginSettings": {
            KERNEL_EXTENSION: {
                "disablePyPIFallback": True,  # nothing is looked for elsewhere
                "loadPyodideOptions": {
                    "packages": list(packages.NAMES),
                },
            }
        },
    },
}

SETTINGS_READ = "await import("
WAIT = "await window.wslearnStorage.begin();\n        "
"""What each page of JupyterLite does first, and what comes before it: see ``storage.js``."""

NOT_SERVED = ("*.map", "rspack.config*.js")
"""What JupyterLite leaves behind and no page asks for."""


def build(
    notebooks: Path, site: Path, parts: Path, say: Callable[[str], object] = lambda step: None
) -> list[Lesson]:
    """Build the site in a folder that is new or holds an older build; the lessons that are in it.

    ``say`` is told each step. Raises :class:`~.supply.UnreachableError` where a part is missing and
    its registry does not give it, and :class:`OSError` where the folder cannot be written.
    """
    parts.mkdir(parents=True, exist_ok=True)
    say("what it is made of")
    python, pyodide = supply.tools(parts), supply.pyodide(parts)
    say("Python and its packages, compiled ahead")
    target = parts / "lite" / "static" / "pyodide"
    packages.add(parts, pyodide, python, target)
    say("the lessons")
    lessons = contents.write(notebooks, parts / "contents", target / "recordings.json")
    say("the pages")
    _pages(python, parts, site)
    wheel = next(target.glob("wslearn-*.whl")).name
    made = front.write(lessons, notebooks, site, wheel)
    _finish(site, made, lessons)
    return lessons


def _pages(python: Path, parts: Path, site: Path) -> None:
    """Let JupyterLite write its pages, with our settings, contents and Python.

    It gives every file beside its output, however deep, the date of the build. So it writes into a
    folder that has nothing beside it, and the pages move from there.
    """
    lite, alone = parts / "lite", parts / "alone"
    (lite / "jupyter-lite.json").write_text(json.dumps(SETTINGS, sort_keys=True))
    for old in (site, alone, lite / ".cache"):
        shutil.rmtree(old, ignore_errors=True)
    for left in lite.glob(".jupyterlite*"):
        left.unlink()
    apps = [word for app in APPS for word in ("--apps", app)]
    supply.run(
        [python, "-m", "jupyterlite_core", "build", "--lite-dir", lite,
         "--contents", parts / "contents", "--output-dir", alone / "pages",
         "--no-sourcemaps", *apps],
        lite,
        "pages from JupyterLite",
        SOURCE_DATE_EPOCH=SHOWN_DATE,
    )  # fmt: skip
    shutil.move(alone / "pages", site)


def _finish(site: Path, made: list[str], lessons: list[Lesson]) -> None:
    """Remove what nobody asks for, make the kernel load early, and put our worker in place."""
    for pattern in NOT_SERVED:
        for path in site.rglob(pattern):
            path.unlink()
    runtime = sorted(path for path in (site / "static" / "pyodide").iterdir() if path.is_file())
    early = "".join(
        f'<link rel="prefetch" href="../static/pyodide/{path.name}">\n'
        for path in runtime
        if path.name in ("pyodide.asm.wasm", packages.STDLIB)
        or path.name.startswith(("course_kernel", "wslearn"))
    )
    scripts = "".join(
        f"<script>\n{(front.STATIC / name).read_text(encoding='utf-8')}</script>\n"
        for name in ("storage.js", "later.js")
    )
    for page in site.glob("*/index.html"):
        text = page.read_text(encoding="utf-8").replace("<head>", f"<head>\n{early}{scripts}", 1)
        before, found, after = text.partition(SETTINGS_READ)
        if not found:
            raise InputError(f"Expected {SETTINGS_READ!r} in JupyterLite's {page.name}, got none.")
        page.write_text(before + WAIT + found + after, encoding="utf-8")
    keep = ["", *made]
    keep += [path.relative_to(site).as_posix() for path in runtime]
    keep += [f"files/{lesson.file}" for lesson in lessons]
    keep += ["api/contents/all.json", "notebooks/index.html"]
    keep = [name for name in keep if name == "" or (site / name).is_file()]
    worker = (front.STATIC / "service-worker.js").read_text(encoding="utf-8")
    worker = worker.replace("__KEEP__", json.dumps(keep))
    worker = worker.replace("__BUILD__", _name_of(site, worker))
    (site / "service-worker.js").write_text(worker, encoding="utf-8")


def _name_of(site: Path, worker: str) -> str:
    """A hash of all files, which names the build."""
    whole = hashlib.sha256(worker.encode())
    for path in sorted(site.rglob("*")):
        if path.is_file() and path.name != "service-worker.js":
            whole.update(path.relative_to(site).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()[:16]


def size(site: Path) -> int:
    """Bytes of all files of a site."""
    return sum(path.stat().st_size for path in site.rglob("*") if path.is_file())


def safe_to_replace(site: Path) -> bool:
    """Whether a folder may be written over: it is not there, is empty, or holds a site."""
    if not site.exists():
        return True
    return site.is_dir() and (
        not any(site.iterdir())
        or re.search("wslearn-", _read(site / "service-worker.js")) is not None
    )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
