"""Use a built site as a reader does: the front page, every lab, every lesson, with no other host.

    wslearn site public
    python -m tests.tools.check_site public                # everything
    python -m tests.tools.check_site public --lesson 02    # one lesson

The site is served on 127.0.0.1, and the browser resolves no other name. It prints what it saw; the
exit status tells how many things did not work.
"""

import argparse
import json
import sys
from pathlib import Path
from time import monotonic

import nbformat
from playwright.sync_api import Browser

from tests.support.every_lab import LABS, NEED_SOCKETS, LabsPage, all_labs
from tests.support.lab_driver import HOW_TO_GET_ONE, SEEN, NotebookPage, chromium, find_chromium
from wslearn.classroom.site.contents import KERNEL
from wslearn.classroom.site.serving import served

SIZE = {"width": 1280, "height": 900}
BOOT = 120
"""Seconds until Python runs in the browser, at most."""


CELLS = "() => window.jupyterapp.shell.currentWidget.content.model.toJSON().cells"
ALL_LABS = "every-lab.ipynb"
STANDS_IN = "when the lesson was recorded"
NO_FAULT = ("/favicon.ico",)
"""What a browser asks for by itself, and this server does not have."""


class LitePage(NotebookPage):
    """A notebook of the site in a tab."""

    def __init__(self, browser: Browser, address: str, name: str) -> None:
        page = browser.new_page(viewport=SIZE)
        self.labs = LabsPage(page)
        super().__init__(page, None, name)
        self.address = address

    def open(self, path: str = "notebooks", timeout: float = BOOT) -> None:
        """Load it and wait until Python is there."""
        self.page.goto(f"{self.address}{path}/index.html?path={self.name}")
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
    cells = notebook.page.evaluate(CELLS)
    failed = [
        f"{name}, cell {at}: {output['ename']}: {output['evalue']}"
        for at, cell in enumerate(cells)
        for output in cell.get("outputs", [])
        if output["output_type"] == "error"
    ]
    stood_in = sum(STANDS_IN in str(cell.get("outputs", "")) for cell in cells)
    notebook.page.screenshot(path=SEEN / f"lite-{name.removesuffix('.ipynb')}.png")
    seconds, slowest = max(took)
    print(
        f"{name}: {len(took)} cells in {monotonic() - begin:.0f} s, the slowest (cell {slowest}) "
        f"in {seconds:.1f} s; failed: {len(failed)}; sections with a recording: {stood_in}"
    )
    return failed + said_wrong(notebook)


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
        if not only:
            labs = all_labs()
            labs.metadata["kernelspec"] = KERNEL
            nbformat.write(labs, site / "files" / ALL_LABS)
            listing = site / "api" / "contents" / "all.json"
            listed = json.loads(listing.read_text(encoding="utf-8"))
            listed["content"].append(listed["content"][0] | {"name": ALL_LABS, "path": ALL_LABS})
            listing.write_text(json.dumps(listed), encoding="utf-8")
            bad += every_lab(browser, address, ALL_LABS)
        for name in names:
            bad += lesson(browser, address, name)
    print("\n".join(bad) or "Everything works, and no other host was asked for anything.")
    return len(bad)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("site", type=Path)
    asked.add_argument("--lesson", default="", help="this lesson alone, such as 02")
    chosen = asked.parse_args()
    sys.exit(check(chosen.site.resolve(), chosen.lesson))


if __name__ == "__main__":
    main()
