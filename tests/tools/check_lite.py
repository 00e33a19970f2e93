"""Use a site of build_lite.py as a reader does: every lab, then the lessons, with no other host.

The site is served on 127.0.0.1, and the browser resolves no other name. ``check`` prints what it
saw and returns how many things did not work.
"""

import functools
import http.server
import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from playwright.sync_api import Browser

from tests.support.every_lab import LABS, NEED_SOCKETS, LabsPage
from tests.support.lab_driver import HOW_TO_GET_ONE, SEEN, NotebookPage, chromium, find_chromium

SIZE = {"width": 1280, "height": 900}
BOOT = 120
"""Seconds until Python runs in the browser, at most."""


mimetypes.add_type("text/javascript", ".mjs")  # some systems do not know it


CELLS = "() => window.jupyterapp.shell.currentWidget.content.model.toJSON().cells"
NO_FIGURES = "a course inside the browser goes without figures"
NO_FAULT = ("/favicon.ico",)
"""What a browser asks for by itself, and this server does not have."""


class _Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The site's address while it is served."""
    handler = functools.partial(_Files, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class LitePage(NotebookPage):
    """A notebook of the site in a tab."""

    def __init__(self, browser: Browser, address: str, name: str) -> None:
        page = browser.new_page(viewport=SIZE)
        self.labs = LabsPage(page)
        super().__init__(page, None, name)
        self.address = address

    def open(self, path: str = "notebooks", timeout: float = BOOT) -> None:
        """Load it and wait until Python is there."""
        self.page.goto(f"{self.address}/{path}/index.html?path={self.name}")
        self.wait_idle(timeout)


def every_lab(browser: Browser, address: str, name: str) -> list[str]:
    """Try every lab; returns what does not work."""
    notebook = LitePage(browser, address, name)
    begin = monotonic()
    notebook.open()
    print(f"Python is there after {monotonic() - begin:.1f} s", end="; ")
    notebook.run(0, BOOT)
    print(f"wslearn is imported after {monotonic() - begin:.1f} s", end="; ")
    notebook.run_all(BOOT)
    notebook.labs.wait_drawn()
    print(f"all labs are drawn after {monotonic() - begin:.1f} s")
    bad = []
    for lab in LABS:
        begin = monotonic()
        try:
            if lab in NEED_SOCKETS:
                notebook.labs.says_why_not(lab)
            else:
                notebook.labs.try_out(lab)
            seconds = monotonic() - begin
            notebook.labs.present(lab)
        except AssertionError as problem:
            bad.append(f"{lab}: {problem}")
        else:
            print(f"{lab} answered after {1000 * seconds:.0f} ms")
        notebook.labs.lab(lab).screenshot(path=SEEN / f"lite-{lab}.png")
    return bad + said_wrong(notebook)


def lesson(browser: Browser, address: str, name: str) -> list[str]:
    """Run a lesson from its top to its end; returns what does not work."""
    notebook = LitePage(browser, address, name)
    begin = monotonic()
    notebook.open()
    took = []
    for at, cell in enumerate(notebook.page.evaluate(CELLS)):
        if cell["cell_type"] == "code":
            started = monotonic()
            notebook.run(at, BOOT)
            took.append((monotonic() - started, at))
    failed = [
        f"{name}, cell {at}: {output['ename']}: {output['evalue']}"
        for at, cell in enumerate(notebook.page.evaluate(CELLS))
        for output in cell.get("outputs", [])
        if output["output_type"] == "error"
    ]
    missed = [each for each in failed if NO_FIGURES in each]
    notebook.page.screenshot(path=SEEN / f"lite-{name.removesuffix('.ipynb')}.png")
    seconds, slowest = max(took)
    print(
        f"{name}: {len(took)} cells in {monotonic() - begin:.0f} s, the slowest (cell {slowest}) "
        f"in {seconds:.1f} s; figures that are missing: {len(missed)}"
    )
    return [each for each in failed if each not in missed] + said_wrong(notebook)


def said_wrong(notebook: LitePage) -> list[str]:
    """What the page calls an error, and what it asked of another host."""
    wrong = [
        f"{notebook.name}: {error}"
        for error in notebook.errors
        if not any(each in error for each in NO_FAULT)
    ]
    wrong += [f"{notebook.name} asked for {url}" for url in notebook.labs.elsewhere()]
    notebook.page.close()
    return wrong


def check(site: Path, only: str = "") -> int:
    """Use the whole site, or of its lessons one; returns how many things did not work."""
    path = find_chromium()
    if path is None:
        print(HOW_TO_GET_ONE)
        return 1
    SEEN.mkdir(exist_ok=True)
    names = sorted(file.name for file in (site / "files").glob(f"{only or '[0-9]'}*.ipynb"))
    bad: list[str] = []
    with served(site) as address, chromium(path) as browser:
        bad += every_lab(browser, address, "every-lab.ipynb")
        for name in names:
            bad += lesson(browser, address, name)
    print("\n".join(bad) or "Everything works, and no other host was asked for anything.")
    return len(bad)
