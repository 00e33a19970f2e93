"""One JupyterLab page for all tests of a process."""

from itertools import count
from pathlib import Path

import nbformat
from playwright.sync_api import BrowserContext, Page

from tests.support.lab_driver import SEEN, JupyterServer, NotebookPage, notebook_of

_numbers = count(1)

PATIENCE = 5.0
"""Seconds in which a kernel may finish what the test before has asked for."""


def load_notebook(
    page: Page, server: JupyterServer, cells: list[str], path: str = "doc/tree"
) -> NotebookPage:
    """A page that shows a new notebook with these cells."""
    name = f"test-{next(_numbers)}.ipynb"
    nbformat.write(notebook_of(cells), server.root / name)
    notebook = NotebookPage(page, server, name)
    try:
        notebook.open(path)
    except Exception:
        page.screenshot(path=SEEN / f"failed-{Path(name).stem}.png")
        print(f"errors in the page: {notebook.errors}\nJupyterLab's log:\n{server.tail()}")
        raise
    return notebook


class Desk:
    """The one JupyterLab page of a process; tests replace its cells.

    Loading a page takes ten times as long as that.
    """

    def __init__(self, context: BrowserContext, server: JupyterServer) -> None:
        self._context, self._server = context, server
        self._notebook: NotebookPage | None = None
        self._owner = ""

    def show(self, cells: list[str], owner: str = "") -> NotebookPage:
        """These cells, with a fresh kernel; an owner who asks again keeps the cells and the kernel.

        Where the kernel goes on working for the test before, it is ended and a new page is loaded.
        """
        if self._notebook is None or not self._notebook.comes_to_rest(PATIENCE):
            self.clear()
            self._notebook = load_notebook(self._context.new_page(), self._server, cells)
        elif not owner or owner != self._owner:
            self._notebook.show(cells)
        self._owner = owner
        return self._notebook

    def clear(self) -> None:
        """Close the page and end its kernel."""
        if self._notebook:
            self._notebook.page.close()
            self._server.end_kernels(self._notebook.name)
            self._notebook = None
