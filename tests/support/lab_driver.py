"""Drive a real JupyterLab in a real Chromium: the basis of every browser test.

Three things, each usable alone (``record_session.py`` uses only the first):

``chromium()``       a headless Chromium, sealed: it resolves no name but 127.0.0.1
``JupyterServer``    JupyterLab on 127.0.0.1 in folders of its own, asking nobody for news
``NotebookPage``     one notebook in one tab: run cells, ask Python, and see what comes

JupyterLab's own command runs a cell, and the kernel is asked directly; all else is done as a person
does it, with keys and clicks. Whether the kernel is idle and a cell has run is read from
JupyterLab's model, because prompts on the screen change a moment too early or too late. Every wait
has an end.
"""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from playwright.sync_api import TimeoutError as PageTimeoutError

from tests.support.lesson_cells import lesson_cells
from tests.support.peers import free_port
from tests.support.places import NOTEBOOKS, TESTS

SEEN = TESTS / "browser" / "seen"
"""Screenshots for the eye; git ignores them."""

LOOK = "LOOK" in os.environ
"""Whether somebody wants to look: without, a run spares itself some two hundred screenshots."""


def keep(shown: Page | Locator, name: str, **how: Any) -> None:
    """With ``LOOK=1`` in the environment, keep a screenshot in ``seen/``.

    ``how`` is what Playwright's ``screenshot`` takes, such as ``full_page``.
    """
    if LOOK:
        shown.screenshot(path=SEEN / f"{name}.png", **how)


# Playwright adds --no-sandbox itself. The resolver rule proves that nothing needs the internet: a
# request to any host but the loopback address fails, and failed requests are counted.
NO_OTHER_HOST = "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
CHROMIUM_FLAGS = ("--disable-gpu", "--disable-dev-shm-usage")

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/snap/bin/chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
)

SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
"""The same Chromium without what is around a page, such as settings and windows: the tests of two
labs took about a tenth less of the processor's time with it."""

HUB = "hub.test"
"""The name of a host that is not this machine, as far as a browser can tell."""

HOW_TO_GET_ONE = (
    "No Chromium found for the browser tests: install one with your system's packages (chromium; "
    "with chromium-headless-shell beside it, the tests take less time), or with "
    "`python -m playwright install chromium`, or name one in the variable CHROMIUM."
)


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome: $CHROMIUM, the PATH, the usual places, Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    found = found or next((place for place in PLACES if Path(place).exists()), None)
    if found:
        return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def find_shell() -> str | None:
    """The path of a headless shell; None where there is none, or $CHROMIUM names a browser."""
    if "CHROMIUM" in os.environ:
        return None
    return next((path for name in SHELLS if (path := shutil.which(name))), None)


@contextmanager
def chromium(path: str, *names: str) -> Iterator[Browser]:
    """A headless Chromium that can reach 127.0.0.1 and nothing else.

    Host ``names`` lead there too, so that a page can seem to come from elsewhere.
    """
    known = "".join(f"MAP {name} 127.0.0.1 , " for name in names)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[*CHROMIUM_FLAGS, f"--host-resolver-rules={known}{NO_OTHER_HOST}"],
            timeout=30_000,
        )
        try:
            yield browser
        finally:
            browser.close()


# -- the server ------------------------------------------------------------------------------------

SETTINGS = {
    # Every cell is in the page from the start, so the notebook's n-th cell is the page's n-th.
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "doNotDisturbMode": True,
        "fetchNews": "false",
    },
}

LEFT_OUT = ("announcements", "splash")
"""What asks for news, and what is shown while a page loads or changes its theme: to draw that takes
as long as the change itself."""


class JupyterServer:
    """JupyterLab on a free port of 127.0.0.1, with folders of its own under ``folder``.

    The repository's notebooks are copied into its root directory, so a test may write to them.
    ``base`` is its base path and ``name`` the host from which pages are opened; with both, it is
    like a hub.
    """

    def __init__(self, folder: Path, base: str = "/", name: str = "127.0.0.1") -> None:
        self.base = base
        self.name = name
        self.root = folder / "root"
        self.log = folder / "jupyter.log"
        self.token = secrets.token_hex(16)
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens, such as ``http://127.0.0.1:40001``, without a trailing slash."""
        return f"http://127.0.0.1:{self.port}{self.base.rstrip('/')}"

    @property
    def page_url(self) -> str:
        """The same address for a browser."""
        return self.url.replace("127.0.0.1", self.name)

    def start(self, timeout: float = 60) -> None:
        """Start it and wait until it answers, at most ``timeout`` seconds."""
        self._write_folders()
        command = [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
            "--expose-app-in-browser", "--JupyterNotebookApp.expose_app_in_browser=True",
            "--ip=127.0.0.1", f"--port={self.port}",
            "--ServerApp.port_retries=0", f"--IdentityProvider.token={self.token}",
            f"--ServerApp.root_dir={self.root}", f"--ServerApp.base_url={self.base}",
            f"--ServerApp.local_hostnames={self.name}", "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
            "--LabApp.extension_manager=readonly",
            # If this process is killed without a chance to tidy up, the server ends by itself.
            "--ServerApp.shutdown_no_activity_timeout=600",
            "--MappingKernelManager.cull_idle_timeout=300",
            "--MappingKernelManager.cull_interval=60",
        ]  # fmt: skip
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self.root,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        end = time.monotonic() + timeout
        while True:
            try:
                self.ask("GET", "/api/status")
            except OSError as error:
                gone = self._process.poll() is not None
                if gone or time.monotonic() > end:
                    self.stop()
                    why = "ended" if gone else f"did not answer within {timeout:g} s ({error})"
                    raise RuntimeError(f"JupyterLab {why}:\n{self.tail()}") from None
                time.sleep(0.1)
            else:
                return

    def _write_folders(self) -> None:
        self.root.mkdir(parents=True)
        if NOTEBOOKS.is_dir():
            shutil.copytree(NOTEBOOKS, self.root, dirs_exist_ok=True)
        labconfig = self._folder / "config" / "labconfig"
        labconfig.mkdir(parents=True)
        off = {f"@jupyterlab/apputils-extension:{name}": True for name in LEFT_OUT}
        (labconfig / "page_config.json").write_text(json.dumps({"disabledExtensions": off}))
        (labconfig / "default_setting_overrides.json").write_text(json.dumps(SETTINGS))

    def _environment(self) -> dict[str, str]:
        # What tells a kernel that it runs under pytest must not reach one that a page shows.
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "JPY_"))}
        own = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
        }
        return kept | {name: str(self._folder / place) for name, place in own.items()}

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """One request to its REST API; returns the JSON of the answer, or None."""
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {self.token}"},
        )
        # An empty ProxyHandler: the loopback address is never reached through a proxy.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=10) as answer:
            content = answer.read()
        return json.loads(content) if content.strip() else None

    def end_kernels(self, name: str) -> None:
        """End the sessions of a notebook and their kernels."""
        for session in self.ask("GET", "/api/sessions"):
            if session["path"] != name:
                continue
            try:
                self.ask("DELETE", f"/api/sessions/{session['id']}")
            except urllib.error.HTTPError as error:
                if error.code != 404:
                    raise

    def stop(self) -> None:
        """End the kernels, then the server, then whatever is left of its process group."""
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            try:
                self.ask("POST", "/api/shutdown")
                process.wait(10)
            except (OSError, subprocess.TimeoutExpired):
                pass
        for patience, number in ((3, signal.SIGTERM), (3, signal.SIGKILL)):
            try:
                os.killpg(process.pid, number)
            except ProcessLookupError:
                break
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
        process.wait(5)
        self._process = None

    def tail(self, lines: int = 40) -> str:
        """The last lines it printed."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


# -- one notebook in one tab -----------------------------------------------------------------------

LOOK_EVERY = 40
"""Milliseconds between two checks of a condition. By default Playwright checks before each frame,
which makes the page draw sixty frames a second while it has nothing to show."""

PANEL = "const panel = window.jupyterapp.shell.currentWidget;"
"""The notebook on the screen, in JupyterLab's own model."""

IDLE = (
    f"() => {{ if (!window.jupyterapp || !window.jupyterapp.shell) return false; {PANEL}"
    " return !!panel && !!panel.context && panel.context.isReady"
    " && panel.sessionContext.kernelDisplayStatus === 'idle'; }"
)
CAUGHT_UP = (
    f"{PANEL} const kernel = panel.sessionContext.session.kernel;"
    # A widget sends its next change once its last one has been answered. Do not overtake it.
    " const late = new Promise((_, refuse) => setTimeout("
    "() => refuse(new Error('The kernel has not answered for 30 seconds.')), 30000));"
    " await Promise.race([late, kernel.requestExecute({code: '', silent: true}).done]);"
)
"""Wait until the kernel has heard all that the page has told it so far."""

RUN = (
    f"async ([index, whole, patience]) => {{ if (whole) {{ {CAUGHT_UP} }} {PANEL}"
    " const model = panel.content.widgets[index].model, end = Date.now() + patience;"
    # A stored notebook has counts from an earlier kernel, which the new one may well repeat.
    " model.executionCount = null; panel.content.activeCellIndex = index;"
    " panel.content.deselectAll(); let over = false, failed = null;"
    " window.jupyterapp.commands.execute('notebook:run-cell')"
    ".catch((error) => failed = error).finally(() => over = true);"
    " while (!over && (whole || model.executionState !== 'running')) {"
    "   if (Date.now() > end) return false;"
    "   await new Promise((go) => setTimeout(go, 20));"
    " }"
    " if (failed) throw failed;"
    " await new Promise(requestAnimationFrame);"
    " return !whole || model.executionCount !== null; }"
)
ASK = (
    f"async code => {{ {CAUGHT_UP} const told = [];"
    " const asked = kernel.requestExecute({code, store_history: false, allow_stdin: false});"
    " asked.onIOPub = ({content}) => told.push(content.text ?? content.evalue ?? '');"
    " const reply = await Promise.race([late, asked.done]);"
    " if (reply.content.status !== 'ok') throw new Error(told.join(''));"
    " return told.join(''); }"
)
"""Ask the kernel without a cell, after all that the page has told it."""

REPLACE = (
    f"async cells => {{ {PANEL} if (document.fullscreenElement) await document.exitFullscreen();"
    " const shared = panel.content.model.sharedModel, before = shared.cells.length;"
    " shared.insertCells(0, cells); shared.deleteCellRange(cells.length, cells.length + before); }"
)


def drawn(page: Page) -> None:
    """Wait until changes are drawn: a focus that moves late, a new size."""
    frame = "requestAnimationFrame"
    page.evaluate(f"() => new Promise(done => {frame}(() => {frame}(done)))")


class NotebookPage:
    """A notebook as a browser tab shows it; cells are counted from 0, all kinds together.

    ``errors`` collects console errors, uncaught exceptions, and every request that failed or came
    back with a status of 400 or more.
    """

    def __init__(self, page: Page, server: JupyterServer, name: str) -> None:
        self.page = page
        self.server = server
        self.name = name
        self.errors: list[str] = []
        page.set_default_timeout(30_000)  # a laptop may be busy with other tests
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _failed(self, request: Any) -> None:
        # A request that the page itself cancelled (say, by navigating away) did not fail.
        if request.failure != "net::ERR_ABORTED":
            self.errors.append(f"request failed: {request.url}: {request.failure}")

    def _response(self, response: Any) -> None:
        if response.status >= 400:
            self.errors.append(f"status {response.status}: {response.url}")

    def open(self, path: str = "doc/tree", timeout: float = 60) -> None:
        """Load it under ``lab/tree`` or ``doc/tree`` and wait until its kernel is idle."""
        # Without "reset", the whole lab would also open what earlier tests had open.
        url = f"{self.server.page_url}/{path}/{self.name}?token={self.server.token}&reset"
        self.page.goto(url, wait_until="domcontentloaded")
        self.wait_idle(timeout)

    def show(self, cells: Iterable[str]) -> None:
        """Replace the cells, and start a fresh kernel.

        This takes a tenth of the time of loading a page.
        """
        self.page.bring_to_front()
        self.page.evaluate(REPLACE, json.loads(nbformat.writes(notebook_of(cells)))["cells"])
        self.restart_kernel()
        self.errors.clear()

    def comes_to_rest(self, timeout: float) -> bool:
        """Whether its kernel is there and waits for a cell, within ``timeout`` seconds."""
        if self.page.is_closed():
            return False
        try:
            self.wait_idle(timeout)
        except PageTimeoutError:
            return False
        return True

    def wait_idle(self, timeout: float = 60) -> None:
        """Wait until the kernel is idle, at most ``timeout`` seconds."""
        self.page.wait_for_function(IDLE, polling=LOOK_EVERY, timeout=timeout * 1000)

    def cell(self, index: int) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def output(self, index: int) -> Locator:
        return self.cell(index).locator(".jp-Cell-outputArea")

    def run(self, index: int, timeout: float = 30, wait: bool = True) -> Locator:
        """Run a code cell and wait until it is done; returns its output area.

        ``wait=False`` returns as soon as the cell has started.
        """
        if not self.page.evaluate(RUN, [index, wait, 1000 * timeout]):
            raise AssertionError(
                f"cell {index} of {self.name} was not done within {timeout:g} s; its output: "
                f"{self.output(index).inner_text()!r}; errors: {self.errors}"
            )
        return self.output(index)

    def python(self, expression: str) -> Any:
        """The value of an expression in the kernel; it travels as JSON."""
        code = f"import json; print(json.dumps({expression}))"
        return json.loads(self.page.evaluate(ASK, code))

    def run_all(self, timeout: float = 60) -> None:
        """Run every code cell from the top, one after another."""
        kinds = self.page.evaluate(
            f"() => {{ {PANEL} return panel.content.widgets.map(cell => cell.model.type); }}"
        )
        for index, kind in enumerate(kinds):
            if kind == "code":
                self.run(index, timeout)
        drawn(self.page)

    def wait_text(self, index: int, text: str, timeout: float = 30) -> None:
        """Wait until a cell's output contains a text; the failure shows what was there instead."""
        try:
            self.output(index).get_by_text(text).first.wait_for(timeout=timeout * 1000)
        except PageTimeoutError:
            there = self.output(index).inner_text()
            raise AssertionError(f"expected {text!r} in cell {index}, got {there!r}") from None

    def theme(self, dark: bool) -> None:
        """Change JupyterLab's theme, unless it is already on, and wait until the page has it."""
        name = "JupyterLab Dark" if dark else "JupyterLab Light"
        if self.page.locator("body").get_attribute("data-jp-theme-name") == name:
            return
        self.page.evaluate(
            "name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})",
            name,
        )
        self.page.wait_for_selector(f'body[data-jp-theme-name="{name}"]', state="attached")
        self.page.wait_for_timeout(200)  # the theme's style sheet comes a moment after its name

    def restart_kernel(self, timeout: float = 30) -> None:
        """Restart the kernel as the menu does, without its question."""
        self.page.evaluate(f"async () => {{ {PANEL} await panel.sessionContext.restartKernel(); }}")
        self.wait_idle(timeout)

    def interrupt_kernel(self) -> None:
        """Interrupt the kernel, as the stop button does."""
        self.page.evaluate(
            f"async () => {{ {PANEL} await panel.sessionContext.session.kernel.interrupt(); }}"
        )

    def screenshot(self, name: str, index: int | None = None) -> None:
        """Keep a screenshot of the page, or of one cell; see `keep`."""
        keep(self.page if index is None else self.cell(index), name)


def lesson_code(number: str) -> list[str]:
    """The code cells of a lesson.

    A page with these alone is drawn in a tenth of the time that all the prose takes.
    """
    return [cell.source for cell in lesson_cells(number) if cell.cell_type == "code"]


def notebook_of(cells: Iterable[str]) -> nbformat.NotebookNode:
    """A notebook of code cells; a text that starts with ``%% md`` becomes a Markdown cell."""
    return nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell(text.removeprefix("%% md").lstrip())
            if text.startswith("%% md")
            else nbformat.v4.new_code_cell(text)
            for text in cells
        ],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )
