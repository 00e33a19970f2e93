"""Every lab of the course on one page, and what a reader does with each, in any front end.

Nothing here knows JupyterLab. A front end is whatever shows the notebook of :func:`all_labs`; a lab
is found by its position among the labs on the page, and used as a person uses it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urlsplit

import nbformat
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

import wslearn as ws
from tests.support.lab_driver import notebook_of

LABS = sorted(name for name in ws.__all__ if name.endswith("Lab"))
STOPS = 60
"""More than any lab has places where Tab stops."""

PATIENCE = 30_000
"""Milliseconds: a busy laptop, or a kernel in the browser, is slow."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a reader does in a lab, and the text that this makes appear.

    ``by_keys`` does it without a mouse: pairs of what Tab leads to and the keys pressed there.
    """

    do: Callable[[Locator], None]
    where: str
    then: str
    by_keys: tuple[tuple[str, str], ...]


def _press(name: str) -> Callable[[Locator], None]:
    return lambda lab: lab.get_by_role("button", name=name, exact=True).click()


def _flip(bit: int) -> Callable[[Locator], None]:
    return lambda lab: lab.locator(f'.wsl-bit[data-bit="{bit}"]').click()


def _choose(label: str, value: str) -> Callable[[Locator], object]:
    return lambda lab: (
        lab.locator(".widget-dropdown", has_text=label).locator("select").select_option(value)
    )


def _connect_and_send(lab: Locator) -> None:
    _press("Connect from this tab")(lab)
    _press("Send")(lab)


def _button(name: str) -> tuple[str, str]:
    return f'button:visible:text-is("{name}")', "Enter"


TRIALS = {
    # The bit MASK of the RFC's masked “Hello”.
    "FrameLab": Trial(
        _flip(8),
        ".wsl-told",
        "A server fails the connection with 1002.",
        ((".wsl-bit", "ArrowRight " * 8 + "Space"),),
    ),
    "GalleryLab": Trial(_press("next"), ".wsl-at", "2 of", (_button("next"),)),
    "HandshakeLab": Trial(
        _choose("break the request", "version 8"),
        ".wsl-verdict:visible",
        "426 Upgrade Required",
        (('.widget-dropdown:has-text("break the request") select', "v"),),
    ),
    "LengthLab": Trial(
        _press("65\u202f536"),
        ".wsl-told",
        "65\u202f536 bytes, written in 64 bits",
        (('input[type="text"]:visible', "ControlOrMeta+a 6 5 5 3 6 Enter"),),
    ),
    "MaskLab": Trial(
        _press("step"),
        ".wsl-verdict:visible",
        "i = 1, i mod 4 = 1: 65 ⊕ fa = 9f.",
        (_button("step"),),
    ),
    "PipeLab": Trial(
        _press("step"), ".wsl-verdict:visible", "The reader limits.", (_button("step"),)
    ),
    "StateLab": Trial(
        _press("step"), ".wsl-moment", "The server keeps the fragment", (_button("step"),)
    ),
    "TapLab": Trial(
        _connect_and_send,
        ".wsl-tap-list",
        "“Hello”",
        (_button("Connect from this tab"), _button("Send")),
    ),
}


def by_keys(lab: Locator, steps: Iterable[tuple[str, str]]) -> None:
    """Do this without a mouse, from the first control on: Tab leads to each, then keys are pressed.

    Raises AssertionError where Tab misses it.
    """
    keyboard = lab.page.keyboard
    lab.locator("button:visible, input:visible, select:visible, textarea:visible").first.focus()
    for what, keys in steps:
        wanted = lab.locator(what)
        wanted.first.wait_for()
        for _ in range(STOPS):
            if wanted.evaluate_all("found => found.includes(document.activeElement)"):
                break
            keyboard.press("Tab")
        else:
            raise AssertionError(f"{STOPS} times Tab do not lead to {what}")
        for key in keys.split():
            keyboard.press(key)


def all_labs() -> nbformat.NotebookNode:
    """A notebook with every lab, a cell each."""
    return notebook_of(["import wslearn as ws", *(f"ws.{name}()" for name in LABS)])


class LabsPage:
    """A page that shows :func:`all_labs`, in any front end.

    ``requests`` holds the address of every request, ``errors`` every error that the page logged.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))
        page.on("console", self._console)

    def _console(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.errors.append(f"says: {said.text}")

    def lab(self, name: str) -> Locator:
        """The lab with this name."""
        return self.page.locator(".wsl-lab").nth(LABS.index(name))

    def wait_drawn(self, seconds: float = 60) -> float:
        """Wait until every lab is drawn; returns the seconds until the first was."""
        begin = monotonic()
        expect(self.page.locator(".wsl-lab .wsl").first).to_be_visible(timeout=1000 * seconds)
        first = monotonic() - begin
        expect(self.page.locator(".wsl-lab")).to_have_count(len(LABS), timeout=1000 * seconds)
        for name in LABS:
            expect(self.lab(name).locator(".wsl:visible").first).to_be_visible(timeout=PATIENCE)
        return first

    def try_out(self, name: str) -> None:
        """Do what a reader does in this lab, and check that it answers."""
        trial, lab = TRIALS[name], self.lab(name)
        told = lab.locator(trial.where).first
        expect(told).not_to_contain_text(trial.then)
        trial.do(lab)
        expect(told).to_contain_text(trial.then, timeout=PATIENCE)

    def present(self, name: str) -> None:
        """Put this lab on the stage, and take it off again."""
        lab = self.lab(name)
        lab.get_by_role("button", name="present", exact=True).click()
        expect(lab).to_have_css("font-size", "34px")
        expect(lab).to_have_js_property("clientWidth", self.page.viewport_size["width"])
        self.page.keyboard.press("Escape")
        expect(lab).not_to_have_css("font-size", "34px")

    def elsewhere(self) -> list[str]:
        """Requests to any other machine."""
        return [url for url in self.requests if not _is_here(url)]


def _is_here(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("blob", "data", "file", "about") or parts.hostname == "127.0.0.1"
