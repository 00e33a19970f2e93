"""The JavaScript that lesson 02 shows, in a real browser: the same accept values as ours."""

import base64
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from wslearn.lessons.lesson_02.other_languages import BROWSER
from wslearn.protocol.accept import accept_key


class EmptyPage(BaseHTTPRequestHandler):
    """A page on 127.0.0.1: browsers offer crypto.subtle only there and over https."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>empty</title>")

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def test_the_browser_gives_the_same_values(browser):
    keys = [base64.b64encode(bytes([number] * 16)).decode() for number in (0, 37, 255)]
    server = ThreadingHTTPServer(("127.0.0.1", 0), EmptyPage)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        values = page.evaluate(
            f"keys => {{ {BROWSER}; return Promise.all(keys.map(acceptKey)) }}", keys
        )
        page.close()
    finally:
        server.shutdown()
        server.server_close()
    assert values == [accept_key(key) for key in keys]
