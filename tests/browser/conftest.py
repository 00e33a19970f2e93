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
from itertools import count
from pathlib import Path

import nbformat
import pytest

from tests.support.lab_driver import (
    HOW_TO_GET_ONE,
    HUB,
    SEEN,
    JupyterServer,
    NotebookPage,
    chromium,
    find_chromium,
    find_shell,
    notebook_of,
)

OpenNotebook = Callable[..., NotebookPage]
SIZE = {"width": 1280, "height": 900}
_numbers = count(1)


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
def _shared_context(browser: object) -> Iterator[object]:
    """One cache for all pages: JupyterLab's files are fetched once."""
    context = browser.new_context(viewport=SIZE)
    with _ended_on_its_loop():
        yield context
    context.close()


@pytest.fixture(scope="session")
def _kept_pages() -> list[NotebookPage]:
    """At most one page, with a notebook whose cells the next test may replace."""
    return []


@pytest.fixture
def open_notebook(
    browser: object,
    _shared_context: object,
    _kept_pages: list[NotebookPage],
    jupyter: JupyterServer,
) -> Iterator[OpenNotebook]:
    """``open_notebook(["cell", ...])`` or ``open_notebook("03-....ipynb")`` -> NotebookPage.

    Further arguments: ``path`` (``"doc/tree"`` or ``"lab/tree"``), ``dark``, ``viewport``, and
    whatever else Playwright's ``new_context`` takes, such as ``reduced_motion``. A list becomes a
    new notebook with these code cells, where nothing else is asked for in the page of the test
    before. Pages close and kernels end with the test, but for that one.
    """
    opened: list[NotebookPage] = []
    own_contexts = []
    kept = ""

    def open_it(
        what: list[str] | str,
        path: str = "doc/tree",
        dark: bool = False,
        viewport: dict[str, int] = SIZE,
        **context: object,
    ) -> NotebookPage:
        nonlocal kept
        keep = not (isinstance(what, str) or opened or context or path != "doc/tree")
        notebook = _kept_pages.pop() if keep and _kept_pages else None
        if notebook and notebook.idle():
            notebook.show(what)
        else:
            if notebook:
                notebook.page.close()
            notebook = load(what, path, context)
        opened.append(notebook)
        if keep:
            kept = notebook.name
        notebook.page.set_viewport_size(viewport)
        notebook.theme(dark)  # the server remembers the previous test's theme
        return notebook

    def load(what: list[str] | str, path: str, context: dict[str, object]) -> NotebookPage:
        if isinstance(what, str):
            name = what
            assert (jupyter.root / name).exists(), f"no notebook {name} in {jupyter.root}"
        else:
            name = f"test-{next(_numbers)}.ipynb"
            nbformat.write(notebook_of(what), jupyter.root / name)
        holder = _shared_context
        if context:
            holder = browser.new_context(**context)
            own_contexts.append(holder)
        notebook = NotebookPage(holder.new_page(), jupyter, name)
        try:
            notebook.open(path)
        except Exception:
            notebook.page.screenshot(path=SEEN / f"failed-{Path(name).stem}.png")
            print(f"errors in the page: {notebook.errors}\nJupyterLab's log:\n{jupyter.tail()}")
            raise
        return notebook

    open_it.opened = opened
    yield open_it
    for notebook in opened:
        if notebook.name == kept:
            _kept_pages.append(notebook)
        else:
            notebook.page.close()
            jupyter.end_kernels(notebook.name)
    for holder in own_contexts:
        holder.close()


@pytest.fixture
def no_browser_errors(open_notebook: OpenNotebook) -> Iterator[None]:
    """Fails the test when one of its pages logged an error or had a request fail."""
    yield
    errors = [f"{n.name}: {error}" for n in open_notebook.opened for error in n.errors]
    assert not errors, "\n".join(errors)


@pytest.fixture
def hub(browser: object, tmp_path: Path) -> Iterator[OpenNotebook]:
    """Open a notebook of some cells on a hub, in a tab whose address is the hub's."""
    pytest.importorskip("jupyter_server_proxy")
    server = JupyterServer(tmp_path / "hub", base="/user/ada/", name=HUB)
    server.start()
    context = browser.new_context()

    def open_notebook(cells: list[str]) -> NotebookPage:
        nbformat.write(notebook_of(cells), server.root / "hub.ipynb")
        opened = NotebookPage(context.new_page(), server, "hub.ipynb")
        opened.open()
        return opened

    try:
        yield open_notebook
    finally:
        context.close()
        server.stop()
