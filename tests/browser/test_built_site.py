"""A built site as a reader uses it: the front page, every lab, every cell, with no other host.

    wslearn site public
    SITE=public uv run pytest -s tests/browser/test_built_site.py            # everything
    SITE=public uv run pytest -s tests/browser/test_built_site.py -k lesson  # the table of lessons

Without ``SITE`` there is nothing to test: a build needs the package registries. It is served on
127.0.0.1, and the browser resolves no other name.
"""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, expect

from tests.support.axe import faults
from tests.support.every_lab import LABS, all_labs
from tests.support.lab_driver import keep
from tests.support.lite_page import BOOT, CELLS, EXECUTE, FIRST, SIZE, LitePage
from tests.support.places import NOTEBOOKS
from wslearn.classroom.site.contents import KERNEL
from wslearn.classroom.site.serving import served
from wslearn.course.recorded import SENTENCE

if "SITE" not in os.environ:
    pytest.skip(
        "build a site with `wslearn site FOLDER`, and name it in SITE", allow_module_level=True
    )

pytestmark = pytest.mark.timeout(1200)

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
REFUSE = """() => {
  IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""
"""What a disk that has become full answers to each change."""

TROUBLE = "#wslearn-trouble"
ALL_LABS = "every-lab.ipynb"
STANDS_IN = SENTENCE.rpartition("{lacks}, ")[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the site, with one more notebook, which has every lab."""
    copy = tmp_path_factory.mktemp("built") / "site"
    shutil.copytree(os.environ["SITE"], copy)
    labs = all_labs()
    labs.metadata["kernelspec"] = KERNEL
    nbformat.write(labs, copy / "files" / ALL_LABS)
    listing = copy / "api" / "contents" / "all.json"
    listed = json.loads(listing.read_text(encoding="utf-8"))
    listed["content"].append(listed["content"][0] | {"name": ALL_LABS, "path": ALL_LABS})
    listing.write_text(json.dumps(listed), encoding="utf-8")
    return copy


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The address of the served site."""
    with served(site) as found:
        yield found


@pytest.fixture(scope="module")
def table() -> Iterator[list[str]]:
    """A row for each lesson that was run; shown at the end (with ``-s``)."""
    rows = [f"{'lesson':>8}{'cells':>8}{'run':>8}{'from a recording':>18}{'failed':>8}"]
    yield rows
    print("", *rows, sep="\n")


def test_the_front_page_judges_a_bit_before_python_is_there_and_two_when_it_has_come(
    browser: Browser, address: str
) -> None:
    page = browser.new_page(viewport=SIZE)
    page.goto(address)
    page.locator('.wsl-bit[data-bit="8"]').click()
    expect(page.locator(".wsl-told")).to_contain_text("fails the connection", timeout=10_000)
    page.locator('.wsl-bit[data-bit="1"]').click()
    expect(page.locator("#python")).to_contain_text("Python is ready", timeout=1000 * BOOT)
    expect(page.locator(".wsl-bits .wsl-label.faulty").first).to_be_visible()
    assert faults(page) == []
    page.close()


def test_without_a_network_page_progress_lesson_and_kernel_are_there(
    browser: Browser, site: Path
) -> None:
    context = browser.new_context(viewport=SIZE)
    with served(site) as address:
        first = LitePage(context, address, FIRST)
        first.page.goto(address)
        expect(first.page.locator(".wsl-bit").first).to_be_visible()
        first.open()
        first.page.evaluate(SOLVE)
        first.page.wait_for_timeout(5000)  # the worker caches the files one by one
        first.page.close()
    again = LitePage(context, address, FIRST)  # nobody listens there any more
    again.page.goto(address)
    expect(again.page.locator("#done")).to_contain_text("one exercise", timeout=10_000)
    again.open()
    again.run(2, BOOT)
    context.close()


def test_a_full_disk_is_reported_and_lessons_go_on_in_memory(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(viewport=SIZE)
    page = context.new_page()
    session = context.new_cdp_session(page)
    limit = {"origin": address.rstrip("/"), "quotaSize": 20_000}
    session.send("Storage.overrideQuotaForOrigin", limit)  # the browser asks for it once
    page.goto(address)
    expect(page.locator("#trouble")).to_contain_text("stores nothing", timeout=10_000)
    notebook = LitePage(context, address, FIRST)
    notebook.open()
    trouble = notebook.page.locator("#wslearn-trouble")
    expect(trouble).to_contain_text("stores nothing")
    notebook.run(2, BOOT)
    notebook.page.close()
    session.send("Storage.overrideQuotaForOrigin", {"origin": limit["origin"]})
    notebook = LitePage(context, address, FIRST)
    notebook.open()
    trouble = notebook.page.locator("#wslearn-trouble")
    expect(trouble).to_be_hidden()
    notebook.page.evaluate(REFUSE)
    notebook.page.evaluate(SOLVE)  # a kernel that nobody answers would wait forever
    said = notebook.page.evaluate(EXECUTE, "import wslearn as ws; print(ws.progress())")
    expect(trouble).to_contain_text("no room for what you wrote last")
    assert "cannot be written" in said
    context.close()


def test_every_lab_answers_and_fills_the_stage(browser: Browser, address: str) -> None:
    notebook = LitePage(browser, address, ALL_LABS)
    notebook.open()
    notebook.run_all(BOOT)
    notebook.labs.wait_drawn()
    for lab in LABS:
        notebook.labs.try_out(lab)
        notebook.labs.present(lab)
        keep(notebook.labs.lab(lab), f"lite-{lab}")
    assert notebook.wrong() == []
    notebook.page.close()


@pytest.mark.parametrize(
    "name", [path.name for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))] + ["cases.ipynb"]
)
def test_no_cell_of_a_lesson_fails(
    name: str, browser: Browser, address: str, table: list[str]
) -> None:
    notebook = LitePage(browser, address, name)
    notebook.open()
    notebook.page.evaluate(EXECUTE, WATCH)
    notebook.run_all(BOOT)
    cells = notebook.page.evaluate(CELLS)
    failed = [
        f"cell {at}: {output['ename']}: {output['evalue']}"
        for at, cell in enumerate(cells)
        for output in cell.get("outputs", [])
        if output["output_type"] == "error"
    ]
    recorded = int(notebook.page.evaluate(EXECUTE, WATCHED))
    code = sum(cell["cell_type"] == "code" for cell in cells)
    run = code - recorded - len(failed)
    short = name.removesuffix(".ipynb").partition("-")[0]
    table.append(f"{short:>8}{code:>8}{run:>8}{recorded:>18}{len(failed):>8}")
    keep(notebook.page, f"lite-{short}")
    assert failed == []
    assert notebook.wrong() == []
    assert bool(recorded) == any(STANDS_IN in str(cell.get("outputs", "")) for cell in cells)
    notebook.page.close()
