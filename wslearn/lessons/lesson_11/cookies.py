"""Which cookies a browser sends with an opening handshake, tried in the reader's own browser.

A page of the bank sets three cookies. Then three pages open a WebSocket to the bank, one after
another in one tab: the bank's own, one on another port of its host, and one of another site. (To a
browser 127.0.0.1 and localhost are two sites, although both are this computer.) The bank notes
which cookies come along. Everything stays on the loopback interface.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Self
from urllib.parse import parse_qs, urlsplit

from wslearn.draw.table import Table, table
from wslearn.net.background import Background
from wslearn.net.server import Server, serve
from wslearn.net.websocket import WebSocket
from wslearn.protocol.handshake import RequestCheck, page_response
from wslearn.protocol.headers import Headers
from wslearn.protocol.http1 import Response

PAGES = {
    "own": "the bank's own page",
    "port": "another port of its host",
    "site": "another site",
}
COOKIES = {
    "unmarked": "unmarked=1",
    "Lax": "Lax=1; SameSite=Lax",
    "None": "None=1; SameSite=None; Secure",
}
"""Three cookies by the name of their mark; browsers take ``None`` only if it is Secure too."""

EVERY = frozenset(COOKIES)
RECORDED = {
    "Chromium 156": {"own": EVERY, "port": EVERY, "site": frozenset({"None"})},
    "the same, third-party cookies blocked": {"own": EVERY, "port": EVERY, "site": frozenset()},
}
"""What was sent by page, with either setting; a test holds the Chromium that it drives to it."""

NOT_YET = "not tried yet"

_PAGE = """<!doctype html><meta charset="utf-8"><title>Cookies</title>
<body style="font: 16px sans-serif; margin: 2em; color-scheme: light dark">
<p id="said">A WebSocket is being opened from {origin} …</p>
<script>
const socket = new WebSocket("{bank}");
socket.onclose = () => {{
  if ("{next}") location = "{next}";
  else document.getElementById("said").textContent =
    "Done. Go back to the notebook and run the next cell.";
}};
</script>"""


_TOO_FAR = """<!doctype html><meta charset="utf-8"><title>Cookies</title>
<body style="font: 16px sans-serif; margin: 2em; color-scheme: light dark">
<p>This trial needs a browser on the computer that runs the notebook: to any other, as on a hub,
127.0.0.1 and localhost are its own. Run the next cell; it shows what a Chromium sent.</p>"""


class CookieTrial:
    """Two servers whose pages try it; ``url`` is the first page, and a tab does the rest."""

    def __init__(self) -> None:
        self.seen: dict[str, set[str]] = {}
        self._background = Background("cookies")
        self._bank: Server | None = None
        self._other: Server | None = None

    @property
    def url(self) -> str:
        """The bank's own page, where the trial begins."""
        return f"http://127.0.0.1:{self._port(self._bank)}/"

    def start(self) -> Self:
        """Start the servers, on free ports of 127.0.0.1."""
        self._background.start()
        self._bank = self._background.run(serve(WebSocket.close, decide=self._at_the_bank))
        self._other = self._background.run(serve(WebSocket.close, decide=self._elsewhere))
        return self

    def stop(self) -> None:
        """End both servers."""
        self._background.stop()

    def results(self) -> Table:
        """For each page and cookie whether it was sent: in this browser, and in recorded ones."""
        rows = []
        for page, words in PAGES.items():
            for cookie in COOKIES:
                yours = cookie in self.seen[page] if page in self.seen else NOT_YET
                recorded = (cookie in sent[page] for sent in RECORDED.values())
                rows.append((words, cookie, yours, *recorded))
        return table(["the page", "SameSite", "your browser", *RECORDED], rows)

    def _at_the_bank(self, check: RequestCheck) -> Response | None:
        target = urlsplit(check.request.target)
        if target.path == "/ws":
            page = parse_qs(target.query).get("page", [""])[0]
            sent = (check.request.headers.get("Cookie") or "").split("; ")
            if page in PAGES:
                self.seen[page] = {one.partition("=")[0] for one in sent} & set(COOKIES)
            return None
        if not (check.request.headers.get("Host") or "").startswith("127.0.0.1:"):
            return page_response(_TOO_FAR)
        there = f"http://127.0.0.1:{self._port(self._other)}/"
        asked = [f"{cookie}; Path=/; Max-Age=600" for cookie in COOKIES.values()]
        set_cookies = [("Set-Cookie", one) for one in asked]
        return self._page("own", self.url, there, set_cookies)

    def _elsewhere(self, check: RequestCheck) -> Response:
        port = self._port(self._other)
        if (check.request.headers.get("Host") or "").startswith("localhost"):
            return self._page("site", f"http://localhost:{port}/", "")
        return self._page("port", f"http://127.0.0.1:{port}/", f"http://localhost:{port}/")

    def _page(
        self, page: str, origin: str, next: str, headers: Iterable[tuple[str, str]] = ()
    ) -> Response:
        bank = f"ws://127.0.0.1:{self._port(self._bank)}/ws?page={page}"
        body = _PAGE.format(origin=origin, bank=bank, next=next)
        page_itself = page_response(body)
        fields = Headers([*page_itself.headers, *headers])
        return replace(page_itself, headers=fields)

    @staticmethod
    def _port(server: Server | None) -> int:
        return 0 if server is None else server.port
