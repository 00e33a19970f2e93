"""Lesson 08's server with a real browser: the page of the blog post, and the reader's tab."""

from pathlib import Path

import pytest

from tests.support.lab_driver import NotebookPage, keep, lesson_code
from wslearn.lessons.lesson_08 import naive
from wslearn.lessons.lesson_08.naive.running import RunningServer
from wslearn.lessons.lesson_08.naive.steps import MENDS

PAGE = Path(naive.__file__).with_name("page.html")
LAST = len(MENDS)


class Page:
    """The page that goes with the server, opened as a file."""

    def __init__(self, browser, port: int) -> None:
        self.page = browser.new_page()
        self.page.goto(f"{PAGE.as_uri()}#{port}")
        self.lines = self.page.locator("#log")

    def saw(self, line: str) -> None:
        self.page.wait_for_function(
            "line => document.getElementById('log').textContent.split('\\n').includes(line)",
            arg=line,
            timeout=15_000,
        )

    def send(self, text: str) -> None:
        self.page.fill("#text", text)
        self.page.get_by_role("button", name="send").click()

    def close(self) -> None:
        self.page.get_by_role("button", name="close").click()


@pytest.mark.parametrize("step", [0, 5, 8, 11, 15, LAST])
def test_the_page_sees_onopen_and_its_echo(browser, step):
    with RunningServer(step) as server:
        page = Page(browser, server.port)
        page.saw("onopen")
        page.send("Hello")
        page.saw("onmessage: Hello")
        page.send("κόσμε")
        page.saw("onmessage: κόσμε")
        if step == LAST:
            keep(page.page, "naive-1-page")
        page.page.close()


def test_the_first_server_dies_of_a_close_and_the_browser_is_told_1006(browser):
    with RunningServer(0) as server:
        page = Page(browser, server.port)
        page.saw("onopen")
        page.close()
        page.saw("onclose: 1006")
        assert server.wait(10)
        assert server.last_words == "UnicodeDecodeError"
        page.page.close()
        gone = Page(browser, server.port)
        gone.saw("onerror")
        gone.saw("onclose: 1006")
        gone.page.close()


def test_a_tab_that_is_closed_ends_the_first_server(browser):
    with RunningServer(0) as server:
        page = Page(browser, server.port)
        page.saw("onopen")
        page.page.close()
        assert server.wait(10)
        assert server.last_words in ("UnicodeDecodeError", "ConnectionResetError")


def test_the_mended_server_says_goodbye_and_goes_on(browser):
    with RunningServer(LAST) as server:
        page = Page(browser, server.port)
        page.saw("onopen")
        page.close()
        page.saw("onclose: 1000")
        second = Page(browser, server.port)
        second.saw("onopen")
        second.send("still there")
        second.saw("onmessage: still there")
        assert server.running
        page.page.close()
        second.page.close()


def test_a_second_window_waits_at_the_first_server_and_not_after_mend_5(browser):
    with RunningServer(4) as server:
        first = Page(browser, server.port)
        first.saw("onopen")
        second = Page(browser, server.port)
        second.page.wait_for_timeout(500)
        assert second.lines.inner_text() == ""
        first.page.close()
        second.page.close()
    with RunningServer(5) as server:
        first, second = Page(browser, server.port), Page(browser, server.port)
        for page in (first, second):
            page.saw("onopen")
            page.send("Hello")
            page.saw("onmessage: Hello")
        first.page.close()
        second.page.close()


def test_long_texts_are_cut_until_mend_8(browser):
    text = "Hello" * 400
    with RunningServer(7) as server:
        page = Page(browser, server.port)
        page.saw("onopen")
        page.send(text)
        page.saw(f"onmessage: {text[:1016]}")  # what one read holds after the header
        page.page.close()
    with RunningServer(8) as server:
        page = Page(browser, server.port)
        page.saw("onopen")
        page.send(text)
        page.saw(f"onmessage: {text}")
        page.page.close()


def test_the_lesson_runs_with_the_readers_own_tab(open_notebook):
    sources = lesson_code("08")

    def cell(begins: str, after: int = 0) -> int:
        return next(
            at for at, source in enumerate(sources) if at >= after and source.startswith(begins)
        )

    notebook: NotebookPage = open_notebook(sources, viewport={"width": 1280, "height": 1100})
    notebook.run(cell("import wslearn as ws"))
    start = cell("lab = naive.lab()")
    talk(notebook, start)
    told = notebook.run(cell("lab.told")).inner_text()
    assert "Your tab said this" in told
    assert "server is gone" in told
    notebook.screenshot("naive-2-first", start)
    last = cell(f"lab = naive.lab({LAST})")
    talk(notebook, last)
    told = notebook.run(cell("lab.told", after=last)).inner_text()
    assert "Your tab said this" in told
    assert "the server goes on" in told
    notebook.screenshot("naive-3-mended", last)
    notebook.run(cell("lab.stop()", after=last))


def talk(notebook: NotebookPage, at: int) -> None:
    """Connect, send, close, as a reader does."""
    notebook.run(at)
    root = notebook.output(at).locator(".wsl-contact")
    root.locator("button", has_text="Connect").click()
    root.locator(".wsl-log li", has_text="onopen").first.wait_for()
    root.get_by_role("button", name="Send", exact=True).click()
    root.locator(".wsl-log li", has_text='onmessage: "Hello"').first.wait_for()
    root.get_by_role("button", name="Close").click()
    root.locator(".wsl-log li", has_text="onclose").first.wait_for()
