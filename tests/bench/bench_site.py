"""The site against an empty notebook page with the same kernel, by turns, in one run.

    wslearn site public
    python -m tests.bench.bench_site public
    python -m tests.bench.bench_site public --rounds 5

A sealed Chromium opens three pages, each with an empty cache and once more with a full one:

``front page``   until a flipped bit has been judged
``empty page``   the same JupyterLite and the same Python, without this course: until ``1 + 1`` is 2
``lesson 01``    until its first cell is done

It prints the median of the seconds, the megabytes that came over the network (compressed, as a host
sends them), and lesson 01 divided by the empty page of the same round. Nothing is throttled, so run
it on a machine that does nothing else.
"""

import argparse
import json
import shutil
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import nbformat
from playwright.sync_api import Browser, BrowserContext, expect

from tests.support.lab_driver import HOW_TO_GET_ONE, chromium, find_chromium
from tests.support.lite_page import BOOT, CELLS, FIRST, SIZE, LitePage
from wslearn.classroom.site.contents import KERNEL
from wslearn.classroom.site.serving import Files, served

EMPTY = "empty.ipynb"
SETTLED = 3000
"""Milliseconds that the service worker has to keep what came, before the page is opened again."""

Measured = tuple[float, float]
"""Seconds and megabytes."""


class Sent:
    """How many bytes the servers have sent as bodies, whoever asked: the page or its workers."""

    size = 0

    @classmethod
    def watch(cls) -> None:
        """Start counting."""
        plain = Files.send_header

        def send_header(self: Files, name: str, value: str) -> None:
            if name == "Content-Length":
                cls.size += int(value)
            plain(self, name, value)

        setattr(Files, "send_header", send_header)  # noqa: B010 (a method is replaced on purpose)


def front_page(context: BrowserContext, address: str) -> Measured:
    """Open the front page and flip a bit."""
    page = context.new_page()
    before, begin = Sent.size, monotonic()
    page.goto(address, wait_until="commit")
    page.locator('.wsl-bit[data-bit="8"]').click()
    expect(page.locator(".wsl-told")).to_contain_text("fails the connection", timeout=60_000)
    seconds, size = monotonic() - begin, Sent.size - before
    page.wait_for_timeout(SETTLED)
    page.close()
    return seconds, size / 1e6


def first_cell(context: BrowserContext, address: str, name: str) -> Measured:
    """Open a notebook and run its first code cell."""
    notebook = LitePage(context, address, name)
    before, begin = Sent.size, monotonic()
    notebook.open()
    cells = notebook.page.evaluate(CELLS)
    notebook.run(next(at for at, cell in enumerate(cells) if cell["cell_type"] == "code"), BOOT)
    seconds, size = monotonic() - begin, Sent.size - before
    notebook.page.wait_for_timeout(SETTLED)
    notebook.page.close()
    return seconds, size / 1e6


def without_the_course(site: Path, empty: Path) -> None:
    """A copy of the site without wslearn, with one notebook of one cell."""
    shutil.copytree(site, empty)
    for settings in empty.rglob("jupyter-lite.json"):
        told = json.loads(settings.read_text(encoding="utf-8"))
        plugins = told.get("jupyter-config-data", {}).get("litePluginSettings", {})
        for plugin in plugins.values():
            options = plugin.get("loadPyodideOptions", {})
            options["packages"] = [one for one in options.get("packages", []) if one != "wslearn"]
        settings.write_text(json.dumps(told), encoding="utf-8")
    page = empty / "notebooks" / "index.html"
    lines = page.read_text(encoding="utf-8").splitlines(keepends=True)
    page.write_text("".join(one for one in lines if 'rel="prefetch"' not in one), encoding="utf-8")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    notebook.metadata["kernelspec"] = KERNEL
    nbformat.write(notebook, empty / "files" / EMPTY)
    listing = empty / "api" / "contents" / "all.json"
    listed = json.loads(listing.read_text(encoding="utf-8"))
    listed["content"] = [listed["content"][0] | {"name": EMPTY, "path": EMPTY}]
    listing.write_text(json.dumps(listed), encoding="utf-8")


def one_round(browser: Browser, course: str, empty: str) -> dict[tuple[str, str], Measured]:
    """Every page with an empty cache, then with the cache that the first visit filled."""
    pages: dict[str, Callable[[BrowserContext], Measured]] = {
        "front page": lambda context: front_page(context, course),
        "empty page": lambda context: first_cell(context, empty, EMPTY),
        "lesson 01": lambda context: first_cell(context, course, FIRST),
    }
    found = {}
    for name, measure in pages.items():
        context = browser.new_context(viewport=SIZE)
        for cache in ("empty", "full"):
            found[name, cache] = measure(context)
        context.close()
    return found


def report(rounds: list[dict[tuple[str, str], Measured]]) -> str:
    """The table: medians, and the ratio of each round's own pair."""
    lines = [f"{'':12}{'cache':>8}{'seconds':>10}{'MB':>8}{'x empty page':>15}"]
    for name, cache in rounds[0]:
        seconds = statistics.median(one[name, cache][0] for one in rounds)
        size = statistics.median(one[name, cache][1] for one in rounds)
        line = f"{name:12}{cache:>8}{seconds:>10.1f}{size:>8.1f}"
        if name == "lesson 01":
            pairs = [one[name, cache][0] / one["empty page", cache][0] for one in rounds]
            line += f"{statistics.median(pairs):>15.2f}"
        lines.append(line)
    return "\n".join(lines)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("site", type=Path)
    asked.add_argument("--rounds", type=int, default=3)
    chosen = asked.parse_args()
    path = find_chromium()
    if path is None:
        raise SystemExit(HOW_TO_GET_ONE)
    Sent.watch()
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder, "empty")
        without_the_course(chosen.site, empty)
        with served(chosen.site) as course, served(empty) as other, chromium(path) as browser:
            rounds = []
            for number in range(1, chosen.rounds + 1):
                rounds.append(one_round(browser, course, other))
                print(f"round {number} of {chosen.rounds} is done", flush=True)
    print(report(rounds))


if __name__ == "__main__":
    main()
