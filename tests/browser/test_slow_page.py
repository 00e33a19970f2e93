"""The page of lesson 18 in a real Chromium: `send` returns, and what the server does not read is
held."""

import pytest

from wslearn.lessons.lesson_18.slow_page import SlowPage

STANDS = """() => {
  const held = noted.slice(-10).map(([, bytes]) => bytes);
  return held.length === 10 && new Set(held).size === 1 && held[0] > 2 ** 25;
}"""
"""Half a second in which more than half of it is held, and none of it goes."""


@pytest.fixture
def slow_page():
    page = SlowPage().start()
    yield page
    page.stop()


def test_send_returns_at_once_and_the_browser_holds_what_nobody_reads(browser, slow_page):
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(slow_page.url)
    page.get_by_role("button", name="Send 64 MiB", exact=True).click()
    page.wait_for_function(STANDS, timeout=60_000)
    assert "It came back each time" in page.locator("#log").inner_text()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Let the server read").click()
    page.wait_for_function("() => socket.bufferedAmount === 0", timeout=60_000)
    page.wait_for_function(
        "() => document.getElementById('seen').textContent === '64.0 MiB'", timeout=60_000
    )
    context.close()
