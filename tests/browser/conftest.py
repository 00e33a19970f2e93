"""Fixtures for tests in a real JupyterLab and a real Chromium; see ``lab_driver.py``.

Without a Chromium these tests are skipped, with one line that says how to get one. Where CI=true
they fail instead: there, a skipped test is a test that nobody ever runs.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from playwright.sync_api import expect

from tests.support.desk import Desk
from tests.support.lab_driver import (
    HOW_TO_GET_ONE,
    HUB,
    JupyterServer,
    NotebookPage,
    chromium,
    find_chromium,
    find_shell,
)

OpenNotebook = Callable[..., NotebookPage]
SIZE = {"width": 1280, "height": 900}

expect.set_options(timeout=10_000)  # milliseconds; this holds for the whole process


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder, so that ``-m "not browser"`` leaves it out."""
    for item in items:
        if item.nodeid.startswith("tests/browser/"):
            item.add_marker(pytest.mark.browser)


@cache
def _chromium_path() -> str | None:
    return find_chromium()


def pytest_runtest_setup() -> None:
    """Skip (in CI: fail) where there is no browser; from here, pytest says it in one line."""
    if _chromium_path() is None:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(HOW_TO_GET_ONE, pytrace=False)
        pytest.skip(HOW_TO_GET_ONE)


@contextmanager
def _ended_on_its_loop() -> Iterator[None]:
    """Session fixtures end with the run's last test, and need Playwright's loop then.

    That test may be one without a browser, for which ``tests/conftest.py`` put the loop aside.
    """
    loop = asyncio._get_running_loop()
    yield
    asyncio._set_running_loop(loop)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The path of a full browser, for tests that need its settings."""
    path = _chromium_path()
    assert path is not None
    return path


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[object]:
    """One headless Chromium per process; the host name `HUB` leads to this machine too."""
    with chromium(find_shell() or chromium_path, HUB) as launched, _ended_on_its_loop():
        yield launched


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """One JupyterLab for all tests of a process; it ends with them, even on SIGTERM."""
    server = JupyterServer(tmp_path_factory.mktemp("jupyter"))
    before = signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated", 143))
    try:
        server.start()
        yield server
    finally:
        server.stop()
        signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="session")
def desk(browser: object, jupyter: JupyterServer) -> Iterator[Desk]:
    """The desk of this process; its page may read and write the clipboard."""
    context = browser.new_context(viewport=SIZE, permissions=["clipboard-read", "clipboard-write"])
    with _ended_on_its_loop():
        yield Desk(context, jupyter)
    context.close()


@pytest.fixture
def open_notebook(desk: Desk) -> OpenNotebook:
    """``open_notebook(["cell", ...])`` -> NotebookPage: light, of this size, with a new kernel."""

    def open_it(cells: list[str], viewport: dict[str, int] = SIZE) -> NotebookPage:
        notebook = desk.show(cells)
        notebook.page.set_viewport_size(viewport)
        notebook.page.emulate_media(reduced_motion="no-preference", forced_colors="none")
        notebook.theme(dark=False)  # the server remembers the previous test's theme
        open_it.opened.append(notebook)
        return notebook

    open_it.opened = []
    return open_it


@pytest.fixture
def no_browser_errors(open_notebook: OpenNotebook) -> Iterator[None]:
    """Fails the test when one of its pages logged an error or had a request fail."""
    yield
    errors = [f"{n.name}: {error}" for n in open_notebook.opened for error in n.errors]
    assert not errors, "\n".join(errors)
