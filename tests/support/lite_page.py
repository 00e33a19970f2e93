"""A notebook of the built site in a tab, as the tests and the benchmarks of the site drive it."""

from playwright.sync_api import Browser, BrowserContext

from tests.support.every_lab import LabsPage
from tests.support.lab_driver import NotebookPage

SIZE = {"width": 1280, "height": 900}
BOOT = 300
"""Seconds until Python runs in the browser, at most."""

FIRST = "01-what-is-a-bit-on-the-wire.ipynb"
CELLS = "() => window.jupyterapp.shell.currentWidget.content.model.toJSON().cells"
EXECUTE = """async (code) => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({ code });
  let said = "";
  future.onIOPub = ({ content }) => { said += content.text ?? content.evalue ?? ""; };
  await future.done;
  return said;
}"""

NO_FAULT = ("/favicon.ico",)
"""What a browser asks for on its own, and this server does not have."""


class LitePage(NotebookPage):
    """A notebook of the site in a tab."""

    def __init__(self, browser: Browser | BrowserContext, address: str, name: str) -> None:
        page = browser.new_page()
        page.set_viewport_size(SIZE)
        self.labs = LabsPage(page)
        super().__init__(page, None, name)
        self.address = address

    def open(self, path: str = "notebooks", timeout: float = BOOT) -> None:
        """Load it and wait until Python is there."""
        self.page.goto(f"{self.address}{path}/index.html?path={self.name}")
        self.wait_idle(timeout)

    def wrong(self) -> list[str]:
        """Errors that the page logged, and requests to other hosts."""
        errors = [one for one in self.errors if not any(each in one for each in NO_FAULT)]
        return errors + [f"asked for {url}" for url in self.labs.elsewhere()]
