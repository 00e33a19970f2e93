"""Use a built site as a reader does: the front page, every lab, every lesson, with no other host.

    wslearn site public
    python -m tests.tools.check_site public                # everything
    python -m tests.tools.check_site public --lesson 02    # one lesson

The site is served on 127.0.0.1, and the browser resolves no other name. It prints what it saw; the
exit status tells how many things did not work.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from time import monotonic

import nbformat
from playwright.sync_api import Browser, BrowserContext, expect
from playwright.sync_api import Error as PageError

from tests.support.axe import faults
from tests.support.every_lab import LABS, LabsPage, all_labs
from tests.support.lab_driver import HOW_TO_GET_ONE, SEEN, NotebookPage, chromium, find_chromium
from wslearn.classroom.site.contents import KERNEL
from wslearn.classroom.site.serving import served
from wslearn.course.recorded import SENTENCE

SIZE = {"width": 1280, "height": 900}
BOOT = 300
"""Seconds until Python runs in the browser, at most."""


FIRST = "01-what-is-a-bit-on-the-wire.ipynb"
SOLVE = """async () => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const code = `
from wslearn.checking.happened import Event
from wslearn.course.progress import remember
remember(Event("check", "01.1", "passed"))`;
  await kernel.requestExecute({ code }).done;
}"""
"""What a reader does by solving an exercise, as the kernel sees it."""

WATCH = """
from wslearn.course.recorded import StandIn as _StandIn
_StandIn.watched, _StandIn.unwatched = [], _StandIn.handle
def _handle(self, source, problem):
    told = self.unwatched(source, problem)
    self.watched += [source] if told else []
    return told
_StandIn.handle = _handle
del _handle"""
"""Count, in the kernel, the cells for which a recording stands in; most of them do not say so."""

WATCHED = "print(len(_StandIn.watched))"
EXECUTE = """async (code) => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({ code });
  let said = "";
  future.onIOPub = ({ content }) => { said += content.text ?? content.evalue ?? ""; };
  await future.done;
  return said;
}"""

REFUSE = """() => {
  IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""
"""What a disk that has become full answers to each change."""

TROUBLE = "#wslearn-trouble"
CELLS = "() => window.jupyterapp.shell.currentWidget.content.model.toJSON().cells"
ALL_LABS = "every-lab.ipynb"
STANDS_IN = SENTENCE.rpartition("{lacks}, ")[2]
NO_FAULT = ("/favicon.ico",)
"""What a browser asks for by itself, and this server does not have."""


class LitePage(NotebookPage):
    """A notebook of the site in a tab."""

    def __init__(self, browser: Browser | BrowserContext, address: str, name: str) -> None:
        page = browser.new_page()
        page.set_viewport_size(SIZE)
        self.labs = LabsPage(page)
        super().__init__(page, None, name)
        self.address = address

    def open(self, path: str = "notebooks", timeout: float = BOOT) -> None:
        """Load it and wait until Python is there."""
        self.page.goto(f"{self.address}{path}/index.html?path={self.name}")
        self.wait_idle(timeout)


def front_page(browser: Browser, address: str) -> list[str]:
    """Flip a bit before Python is there, and two when it has come; returns what does not work."""
    page = browser.new_page(viewport=SIZE)
    begin = monotonic()
    try:
        page.goto(address)
        page.locator('.wsl-bit[data-bit="8"]').click()
        told = page.locator(".wsl-told")
        expect(told).to_contain_text("fails the connection", timeout=10_000)
        print(f"front page: a flipped bit is judged after {monotonic() - begin:.1f} s", end="; ")
        page.locator('.wsl-bit[data-bit="1"]').click()
        expect(page.locator("#python")).to_contain_text("Python is ready", timeout=1000 * BOOT)
        expect(page.locator(".wsl-bits .wsl-label.faulty").first).to_be_visible()
        print(f"two by Python after {monotonic() - begin:.1f} s")
        return [f"front page: {fault}" for fault in faults(page)]
    except (AssertionError, PageError) as problem:
        return [f"front page: {problem}"]
    finally:
        page.close()


def kept(browser: Browser, site: Path) -> list[str]:
    """Visit once, solve something, stop the server, come back; returns what does not work."""
    context = browser.new_context(viewport=SIZE)
    with served(site) as address:
        first = LitePage(context, address, FIRST)
        first.page.goto(address)
        expect(first.page.locator(".wsl-bit").first).to_be_visible()
        first.open()
        first.page.evaluate(SOLVE)
        first.page.wait_for_timeout(5000)  # the worker keeps one file after the other
        first.page.close()
    again = LitePage(context, address, FIRST)  # nobody listens there any more
    try:
        again.page.goto(address)
        expect(again.page.locator("#done")).to_contain_text("one exercise", timeout=10_000)
        again.open()
        again.run(2, BOOT)
    except (AssertionError, PageError) as problem:
        return [f"without a network: {problem}"]
    finally:
        context.close()
    print("without a network: front page, progress, lesson and kernel are there")
    return []


def full_disk(browser: Browser, address: str) -> list[str]:
    """Write where the browser refuses to store, from the start and later; what does not work."""
    context = browser.new_context(viewport=SIZE)
    page = context.new_page()
    session = context.new_cdp_session(page)
    limit = {"origin": address.rstrip("/"), "quotaSize": 20_000}
    try:
        session.send("Storage.overrideQuotaForOrigin", limit)  # the browser asks for it once
        page.goto(address)
        expect(page.locator("#trouble")).to_contain_text("stores nothing", timeout=10_000)
        notebook = LitePage(context, address, FIRST)
        notebook.open()
        expect(notebook.page.locator(TROUBLE)).to_contain_text("stores nothing")
        notebook.run(2, BOOT)
        notebook.page.close()
        session.send("Storage.overrideQuotaForOrigin", {"origin": limit["origin"]})
        notebook = LitePage(context, address, FIRST)
        notebook.open()
        expect(notebook.page.locator(TROUBLE)).to_be_hidden()
        notebook.page.evaluate(REFUSE)
        notebook.page.evaluate(SOLVE)  # a kernel that nobody answers would wait for ever
        said = notebook.page.evaluate(EXECUTE, "import wslearn as ws; print(ws.progress())")
        expect(notebook.page.locator(TROUBLE)).to_contain_text("no room for what you wrote last")
    except (AssertionError, PageError) as problem:
        return [f"full disk: {problem}"]
    finally:
        context.close()
    print("full disk: the pages say it, and lessons go on in memory")
    return [] if "cannot be written" in said else [f"full disk: the kernel says {said}"]


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
            notebook.labs.try_out(lab)
            seconds = monotonic() - begin
            notebook.labs.present(lab)
        except AssertionError as problem:
            bad.append(f"{lab}: {problem}")
        else:
            print(f"{lab} answered after {1000 * seconds:.0f} ms")
        notebook.labs.lab(lab).screenshot(path=SEEN / f"lite-{lab}.png")
    return bad + said_wrong(notebook)


def lesson(browser: Browser, address: str, name: str) -> tuple[list[str], str]:
    """Run a lesson from top to end; returns what does not work, and its row of the table."""
    notebook = LitePage(browser, address, name)
    begin = monotonic()
    notebook.open()
    notebook.page.evaluate(EXECUTE, WATCH)
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
    recorded = int(notebook.page.evaluate(EXECUTE, WATCHED))
    sections = sum(STANDS_IN in str(cell.get("outputs", "")) for cell in cells)
    notebook.page.screenshot(path=SEEN / f"lite-{name.removesuffix('.ipynb')}.png")
    seconds, slowest = max(took)
    print(
        f"{name}: {len(took)} cells in {monotonic() - begin:.0f} s, the slowest (cell {slowest}) "
        f"in {seconds:.1f} s; sections that say a recording stands in: {sections}",
        flush=True,
    )
    run = len(took) - recorded - len(failed)
    short = name.removesuffix(".ipynb").partition("-")[0]
    row = f"{short:>8}{len(took):>8}{run:>8}{recorded:>18}{len(failed):>8}"
    return failed + said_wrong(notebook), row


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
    names = sorted(file.name for file in (site / "files").glob(f"{only}*.ipynb"))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "site")
        shutil.copytree(site, copy)  # a notebook with every lab is no part of the site
        return _check(copy, path, names, only)


def _check(site: Path, path: str, names: list[str], only: str) -> int:
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
            bad += front_page(browser, address)
            bad += kept(browser, site)
            bad += full_disk(browser, address)
            bad += every_lab(browser, address, ALL_LABS)
        rows = [f"{'lesson':>8}{'cells':>8}{'run':>8}{'from a recording':>18}{'failed':>8}"]
        for name in names:
            wrong, row = lesson(browser, address, name)
            bad += wrong
            rows.append(row)
    print("\n".join(rows))
    print("\n".join(bad) or "Everything works, and no other host was asked for anything.")
    return len(bad)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("site", type=Path)
    asked.add_argument("--lesson", default="", help="this lesson alone, such as 02, or cases")
    chosen = asked.parse_args()
    sys.exit(check(chosen.site.resolve(), chosen.lesson))


if __name__ == "__main__":
    main()
