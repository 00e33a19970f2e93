"""One lab in the first cell of a notebook, and what every lab's tests do with it.

All tests share one page, and each starts with a new lab. A test can ask Python for its view, and so
sees both ends.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.support.lab_driver import NotebookPage, drawn, keep

SIZE = {"width": 1280, "height": 1200}
FONT = "--jp-content-font-size1"
CELL_KEYS = ("a", "b", "x", "d", "d", "m")
"""What JupyterLab takes, outside a lab, for new cells, a cut, a deletion and Markdown."""

LEAVE_THE_STAGE = "async () => { if (document.fullscreenElement) await document.exitFullscreen(); }"

SMALLEST_TARGET = 24
"""Pixels: WCAG 2.2, 2.5.8."""


class LabCell:
    """The lab in cell 0, as a person and as Python see it."""

    size = SIZE

    def __init__(self, notebook: NotebookPage) -> None:
        self.notebook = notebook
        self.page = notebook.page
        self.box = notebook.output(0)

    def open(self, expression: str) -> None:
        """Show a new lab."""
        self.write(0, f"import wslearn as ws\nlab = {expression}\nlab")
        self.notebook.run(0)
        self.box.locator(".wsl:visible").first.wait_for()
        self.page.mouse.move(5, 5)

    def begin(self, *what: str, dark: bool = False) -> None:
        """Show a new lab in a page as every test finds it."""
        self.notebook.errors.clear()
        self.undress(dark)
        self.open(*what)

    def python(self, expression: str) -> object:
        """The value of an expression in the kernel."""
        return self.notebook.python(expression)

    def write(self, index: int, source: str) -> None:
        """Put this into the lab's cell (0), or into an empty one below it (1)."""
        self.page.evaluate(
            "([index, source]) => window.jupyterapp.shell.currentWidget.content.widgets[index]"
            ".model.sharedModel.setSource(source)",
            [index, source],
        )

    def button(self, name: str):
        return self.box.get_by_role("button", name=name, exact=True)

    def choose(self, label: str, value: str) -> None:
        """Pick an entry of the menu with this label."""
        menu = self.box.locator(".widget-dropdown", has_text=label).locator("select")
        menu.select_option(value)

    def key(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)

    def focused(self, script: str = "node.textContent") -> str:
        """Evaluate JavaScript on ``node``, the element with the keyboard's focus."""
        return self.page.evaluate(f"(node => {script})(document.activeElement)")

    def keep(self, name: str) -> None:
        """Keep a screenshot of the lab."""
        keep(self.box, name)

    def widths(self, widths: Iterable[tuple[str, int]]) -> Iterator[str]:
        """The page at each of these named widths (pixels); themes differ in colours alone."""
        for name, width in widths:
            self.page.set_viewport_size({"width": width, "height": 1400})
            drawn(self.page)
            yield name
        self.undress()

    def themes(self, width: int = 1280) -> Iterator[str]:
        """The page in both themes, at a width in pixels."""
        self.page.set_viewport_size({"width": width, "height": 1400})
        for theme in ("light", "dark"):
            self.notebook.theme(theme == "dark")
            drawn(self.page)
            yield theme
        self.undress()

    def undress(self, dark: bool = False) -> None:
        """Bring the page back to the state in which every test starts."""
        self.page.evaluate(LEAVE_THE_STAGE)
        self.page.emulate_media(reduced_motion="no-preference")
        self.page.set_viewport_size(self.size)
        self.notebook.theme(dark)

    @contextmanager
    def dressed(self, width: int, font: int = 0) -> Iterator[None]:
        """The page at a width (pixels), with a font size (pixels; 0: the default)."""
        try:
            self.page.set_viewport_size({"width": width, "height": 1400})
            if font:
                self.page.evaluate(
                    f"document.documentElement.style.setProperty('{FONT}', '{font}px')"
                )
            self.page.wait_for_timeout(100)
            yield
        finally:
            self.page.evaluate(f"document.documentElement.style.removeProperty('{FONT}')")
            self.undress()

    @contextmanager
    def presented(self) -> Iterator[None]:
        """The lab on the stage, filling the screen of a projector."""
        try:
            self.page.set_viewport_size({"width": 1280, "height": 720})
            self.button("present").click()
            self.page.wait_for_function("() => document.fullscreenElement")
            yield
        finally:
            self.key("Escape")
            self.page.wait_for_function("() => !document.fullscreenElement")
            self.page.set_viewport_size(SIZE)

    @contextmanager
    def without_colours(self, name: str) -> Iterator[None]:
        """The page in the colours of a high contrast theme; keeps a screenshot under this name."""
        try:
            self.page.emulate_media(forced_colors="active")
            self.keep(name)
            yield
        finally:
            self.page.emulate_media(forced_colors="none")

    @contextmanager
    def harmless(self) -> Iterator[None]:
        """What is typed in this block stays text: AssertionError if it becomes markup, or runs."""
        dialogs: list[str] = []
        self.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        yield
        assert self.box.locator(".wsl img, .wsl script").count() == 0
        self.page.wait_for_timeout(200)
        assert dialogs == []

    def type_cell_keys(self) -> None:
        """Press keys that are JupyterLab's shortcuts outside a lab; AssertionError if it reacts."""
        cells = self.page.locator(".jp-Notebook .jp-Cell")
        before = cells.count()
        self.key(*CELL_KEYS)
        assert cells.count() == before

    # -- what holds for every sheet ------------------------------------------------------------

    def unfit(self) -> dict[str, object]:
        """The faults of the sheets as they are shown now, by kind."""
        found = {
            "too wide": self.too_wide(),
            "too small": self.too_small(),
            "small targets": self.small_targets(),
            "without a name": self.without_a_name(),
        }
        return {what: which for what, which in found.items() if which}

    def touching(self, selector: str) -> list[list[str]]:
        """Pairs of overlapping texts among those that this selector finds."""
        return self.box.locator(selector).evaluate_all(
            """nodes => {
                const seen = nodes.filter(n => n.textContent && n.getClientRects().length)
                    .map(n => [n.textContent, n.getBoundingClientRect()]);
                return seen.flatMap(([text, one], at) => seen.slice(at + 1)
                    .filter(([, other]) => one.right > other.left && other.right > one.left
                        && one.bottom > other.top + 1 && other.bottom > one.top + 1)
                    .map(([another]) => [text, another]));
            }"""
        )

    def too_wide(self) -> list[str]:
        """Parts of the lab that reach beyond its width."""
        return self.box.evaluate(
            """box => {
                const right = box.getBoundingClientRect().right + 1;
                return [...box.querySelectorAll('.wsl-sheet *, .wsl-controls *')]
                    .filter(node => node.getClientRects().length)
                    .filter(node => node.getBoundingClientRect().right > right)
                    .map(node => `${node.localName}.${node.className} ${node.textContent}`);
            }"""
        )

    def too_small(self) -> list[str]:
        """Texts on the sheets smaller than the notebook's own type."""
        return self.box.evaluate(
            f"""box => {{
                const own = parseFloat(getComputedStyle(document.documentElement)
                    .getPropertyValue('{FONT}'));
                const small = [];
                for (const sheet of box.querySelectorAll('.wsl-sheet')) {{
                    if (!sheet.getClientRects().length) continue;
                    const walker = document.createTreeWalker(sheet, NodeFilter.SHOW_TEXT);
                    while (walker.nextNode()) {{
                        const holder = walker.currentNode.parentElement;
                        if (!walker.currentNode.data.trim() || holder.closest('svg')) continue;
                        const size = parseFloat(getComputedStyle(holder).fontSize);
                        if (size < own - 0.1) small.push(`${{size}} ${{walker.currentNode.data}}`);
                    }}
                }}
                return small;
            }}"""
        )

    def small_targets(self) -> list[str]:
        """Buttons on the sheets that are too small for a finger."""
        return self.box.locator(".wsl-sheet button").evaluate_all(
            f"""nodes => nodes
                .map(node => [node, node.getBoundingClientRect()])
                .filter(([, box]) => box.width)
                .filter(([, box]) => Math.min(box.width, box.height) < {SMALLEST_TARGET})
                .map(([node, box]) => `${{node.textContent}} ${{box.width}}x${{box.height}}`)"""
        )

    def without_a_name(self) -> int:
        """The number of controls without a name for a screen reader."""
        return self.box.locator(":is(button, input, select, textarea):visible").evaluate_all(
            """nodes => nodes.filter(node => !(node.ariaLabel || node.textContent.trim()
                || node.labels?.length || node.title || node.placeholder)).length"""
        )


def assert_no_errors(lab: LabCell) -> None:
    """Raise AssertionError if the page has logged an error since the test began."""
    if lab.notebook.errors:
        raise AssertionError(lab.notebook.errors)


def page_of(name: str, kind: type[LabCell] = LabCell):
    """The fixture of the page that all tests of a module share, and their kernel."""

    @pytest.fixture
    def shared(desk):
        return kind(desk.show(["", ""], owner=name))

    return shared


def each_lab(module: str):
    """The fixtures of a module whose tests take the ``name`` of a lab: their page, and the lab.

    A test that also takes ``dark`` gets the lab in that theme.
    """

    @pytest.fixture
    def lab(shared, name, request):
        shared.begin(f"ws.{name}()", dark=request.node.callspec.params.get("dark", False))
        shared.box.locator(".wsl-stage").wait_for()
        yield shared
        assert_no_errors(shared)

    return page_of(module), lab


def lab_of(name: str, expression: str, ready: str, text: str = ""):
    """The fixtures of a module about one lab: a page that all its tests share, and a lab for each.

    The lab is ready when the element that ``ready`` finds shows ``text``. An error logged by the
    page fails the test.
    """

    @pytest.fixture
    def lab(shared):
        shared.begin(expression)
        expect(shared.box.locator(f"{ready}:visible")).to_contain_text(text)
        yield shared
        assert_no_errors(shared)

    return page_of(name), lab
