"""Different people's windows on one server; errors that a page logs are kept."""

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.axe import faults
from tests.support.lab_driver import keep

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


class Windows:
    """``served`` has a ``url``, an ``instructor_url``, and a ``stop``; ``code`` lets people in."""

    def __init__(self, browser: Browser, served: object, code: str) -> None:
        self.browser, self.served, self.code = browser, served, code
        self.contexts: list[BrowserContext] = []
        self.errors: list[str] = []
        self.requests: set[str] = set()

    def window(self, path: str = "", **context: object) -> Page:
        opened = self.browser.new_context(**{"viewport": DESK, **context})
        opened.set_default_timeout(15_000)
        self.contexts.append(opened)
        opened.on("page", self._listen)
        page = opened.new_page()
        page.goto(self.served.url + path)
        return page

    def _listen(self, page: Page) -> None:
        page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.requests.add(request.url))

    def joined(self, name: str, **context: object) -> Page:
        page = self.window(f"?code={self.code}", **context)
        page.get_by_label("Your name").fill(name)
        page.get_by_role("button", name="Join").click()
        return live(page)

    def instructor(self, **context: object) -> Page:
        return live(
            self.window(self.served.instructor_url.removeprefix(self.served.url), **context)
        )

    def elsewhere(self) -> set[str]:
        """Requests to any other host or port."""
        return {url for url in self.requests if not url.startswith((self.served.url, "data:"))}

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        self.served.stop()


def live(page: Page) -> Page:
    """The page once its WebSocket is open."""
    expect(page.locator("#link")).to_have_text("Live")
    return page


def overflow(page: Page) -> int:
    """Pixels by which a page is wider than its window."""
    return page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def wrong_in_both_schemes(page: Page, name: str) -> list[str]:
    """What axe finds wrong with a page, dark and light; keeps a screenshot of each.

    The page's context needs ``bypass_csp``, for axe's own script.
    """
    found = []
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        keep(page, f"{name}-{scheme}", full_page=True)
        found += [f"{scheme}: {fault}" for fault in faults(page)]
        found += [f"{scheme}: wider than its window"] * (overflow(page) > 0)
    return found
