"""Record a session of a real Chromium with our server into the package; anyone can run it again.

    python -m tests.tools.record_session

The page loads the widget's own JavaScript and presses its buttons, so the recorded lines are what
the widget shows. The two ports are fixed, to make recordings alike; nothing else of this machine is
in it (the browser gives its name, version and system in User-Agent).
"""

import argparse
import contextlib
import functools
import http.server
import json
import sys
import threading
from pathlib import Path

from playwright.sync_api import Page

import wslearn.labs
from tests.support.lab_driver import HOW_TO_GET_ONE, chromium, find_chromium
from wslearn.labs.tap.network import TapServer
from wslearn.labs.tap.recording import from_data, to_data
from wslearn.labs.tap.thistab import ThisTab
from wslearn.net.record.journal import Journal

PACKAGE = Path(wslearn.labs.__file__).parent
TARGET = PACKAGE / "tap" / "chromium.json"
PAGE_PORT, SERVER_PORT = 8888, 8765

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A first contact</title>
<link rel="icon" href="data:,">
<body><script type="module">
import widget from "/thistab.js";
const values = %s;
window.model = {
  get: (name) => values[name],
  set: (name, value) => { values[name] = value; },
  save_changes() {}, on() {}, off() {}, send() {},
};
widget.render({ model, el: document.body });
</script></body></html>"""


class _Pages(http.server.BaseHTTPRequestHandler):
    """Two files: the page, and the widget's own JavaScript."""

    def __init__(self, page: str, *arguments: object) -> None:
        self.files = {
            "/": ("text/html; charset=utf-8", page.encode()),
            "/thistab.js": ("text/javascript; charset=utf-8", str(ThisTab._esm).encode()),
        }
        super().__init__(*arguments)

    def do_GET(self) -> None:
        if self.path not in self.files:
            self.send_error(404)
            return
        kind, content = self.files[self.path]
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        pass


def wait_lines(page: Page, text: str, count: int = 1) -> None:
    """Wait until this many lines of the tab's log contain this text."""
    page.wait_for_function(
        "([text, count]) => [...document.querySelectorAll('.wsl-log li')]"
        ".filter((line) => line.textContent.includes(text)).length >= count",
        arg=[text, count],
        timeout=10_000,
    )


def talk(page: Page) -> list[dict[str, str]]:
    """The session: connect, send the same text twice (under two masking-keys), close."""
    page.get_by_role("button", name="Connect from this tab").click()
    wait_lines(page, "onopen")
    for count in (1, 2):
        page.get_by_role("button", name="Send").click()
        wait_lines(page, "onmessage", count)
    page.get_by_role("button", name="Close").click()
    wait_lines(page, "onclose")
    return page.evaluate("() => window.model.get('log')")


def record(path: str, page_port: int, server_port: int) -> dict:
    """One session as data."""
    journal, ended = Journal(), threading.Event()

    def look() -> None:
        if journal.conversations and journal.conversations[-1].ended:
            ended.set()

    journal.changed = look
    server = TapServer(journal, port=server_port)
    with contextlib.ExitStack() as stack, chromium(path) as browser:
        stack.callback(server.stop)
        page_text = PAGE % json.dumps(
            {"port": server.port, "message": "Hello", "subprotocols": [], "log": [], "record": {}}
        )
        pages = http.server.ThreadingHTTPServer(
            ("127.0.0.1", page_port), functools.partial(_Pages, page_text)
        )
        threading.Thread(target=pages.serve_forever, daemon=True).start()
        try:
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{pages.server_port}/")
            log = talk(page)
            ended.wait(5)
        finally:
            pages.shutdown()
            pages.server_close()
        name = f"Chromium {browser.version.partition('.')[0]}"
        return to_data(journal.conversations[-1], log, name)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--page-port", type=int, default=PAGE_PORT)
    arguments.add_argument("--server-port", type=int, default=SERVER_PORT)
    arguments.add_argument("--to", type=Path, default=TARGET)
    chosen = arguments.parse_args()
    path = find_chromium()
    if path is None:
        sys.exit(HOW_TO_GET_ONE)
    data = record(path, chosen.page_port, chosen.server_port)
    session = from_data(data, "")
    if not session.check.ok or session.first.violations:
        sys.exit(f"Expected a session without a fault, got:\n{session}")
    chosen.to.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{chosen.to}: {data['browser']}, {len(data['frames'])} frames")


if __name__ == "__main__":
    main()
