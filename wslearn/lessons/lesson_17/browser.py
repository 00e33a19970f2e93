"""A stand-in for a browser: what it adds to a request on its own, and what a page may ask of it.

1. It keeps cookies, by host. Ports make no difference (RFC 6265 §8.5).
2. It sends a cookie along for a page of the same host. For a page of another site it sends only
   what is marked ``SameSite=None``. That is what a Chromium did in lesson 11. (A site is more than
   a host: ``a.example.com`` and ``b.example.com`` are one. Here every host is a site of its own.)
3. It writes Origin, and no script can change it (RFC 6455 §4.1, §10.2).
4. A script may read the reply to a ``fetch`` if it comes from the script's own origin, or says that
   this origin may read it. Both are decided after the request has been sent: that is CORS.
5. A script opens a WebSocket with an address and subprotocols. It cannot add a header, and nobody
   asks the server whether the page may read what comes.

Nothing here renders a page or runs JavaScript. A page is its origin and the two calls it may make.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urljoin, urlsplit

from wslearn.net.client import connect
from wslearn.net.limits import Limits
from wslearn.net.websocket import WebSocket
from wslearn.protocol.errors import NetworkError
from wslearn.protocol.headers import Headers
from wslearn.protocol.http1 import Request, Response, read_response

SECONDS = 10.0
"""How long a reply may take."""


class BlockedError(Exception):
    """The reply has come, but the browser does not give it to the page."""


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie as a browser keeps it; ``same_site`` is ``"Lax"``, ``"None"``, or ``""``."""

    name: str
    value: str
    same_site: str
    http_only: bool


@dataclass
class Browser:
    """One person's browser; ``jar`` holds the cookies of each host by name."""

    jar: dict[str, dict[str, Cookie]] = field(default_factory=dict)

    def page(self, origin: str) -> "Page":
        """A page that was loaded from this origin, such as ``http://127.0.0.1:8000``."""
        return Page(self, origin)

    def cookies_for(self, host: str, origin: str) -> str:
        """The Cookie header of a request to a host that a page of ``origin`` asked for."""
        same = urlsplit(origin).hostname == host
        sent = [
            f"{cookie.name}={cookie.value}"
            for cookie in self.jar.get(host, {}).values()
            if same or cookie.same_site == "None"
        ]
        return "; ".join(sent)

    def keep(self, host: str, response: Response) -> None:
        """Keep what a reply sets."""
        for line in response.headers.get_all("Set-Cookie"):
            for name, morsel in SimpleCookie(line).items():
                kept = Cookie(name, morsel.value, morsel["samesite"], bool(morsel["httponly"]))
                self.jar.setdefault(host, {})[name] = kept


@dataclass(frozen=True, slots=True)
class Page:
    """A page in a browser, or rather its script: the little that it may ask for."""

    browser: Browser
    origin: str

    @property
    def cookies(self) -> list[str]:
        """The values that the script can read of its own host's cookies: not the HttpOnly ones."""
        own = self.browser.jar.get(urlsplit(self.origin).hostname or "", {})
        return [cookie.value for cookie in own.values() if not cookie.http_only]

    async def fetch(self, address: str) -> str:
        """The body of a reply, as ``fetch(address, {credentials: "include"})`` gives it.

        An address without a host is one of the page's own. Raises :class:`BlockedError` where the
        page may not read the reply. The request has been sent all the same.
        """
        url = urljoin(self.origin, address)
        parts = urlsplit(url)
        host = parts.hostname or ""
        fields = [("Host", parts.netloc)]
        foreign = f"{parts.scheme}://{parts.netloc}" != self.origin
        if foreign:
            fields.append(("Origin", self.origin))
        if cookies := self.browser.cookies_for(host, self.origin):
            fields.append(("Cookie", cookies))
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        request = Request("GET", target, headers=Headers([*fields, ("Connection", "close")]))
        response, body = await _exchange(host, parts.port or 80, request)
        self.browser.keep(host, response)
        if foreign and not may_read(self.origin, response):
            raise BlockedError(f"A page of {self.origin} may not read this reply (CORS).")
        return body.decode()

    async def open(self, url: str, subprotocols: Sequence[str] = ()) -> WebSocket:
        """What ``new WebSocket(url, subprotocols)`` opens. There is no third argument.

        Raises what :func:`~wslearn.net.client.connect` raises.
        """
        cookies = self.browser.cookies_for(urlsplit(url).hostname or "", self.origin)
        return await connect(
            url,
            origin=self.origin,
            subprotocols=subprotocols,
            headers=[("Cookie", cookies)] if cookies else [],
            limits=Limits(ping_seconds=None),
        )


def may_read(origin: str, response: Response) -> bool:
    """Whether a reply says that a page of another origin may read it, asked for with cookies."""
    headers = response.headers
    allowed = headers.get("Access-Control-Allow-Origin") == origin
    return allowed and headers.get("Access-Control-Allow-Credentials") == "true"


async def _exchange(host: str, port: int, request: Request) -> tuple[Response, bytes]:
    """One request and its reply; the server ends the connection."""
    async with asyncio.timeout(SECONDS):
        reader, writer = await asyncio.open_connection(host, port)
        try:
            writer.write(request.encode())
            head = read_response(await reader.read(), final=True)
        finally:
            writer.close()
    if head is None or head.violations:
        raise NetworkError(f"Expected a reply from {host}, port {port}, got something else.")
    return head.message, head.rest
