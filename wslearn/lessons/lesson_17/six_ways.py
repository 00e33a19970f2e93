"""A bank with a WebSocket, and six ways in which it may learn who is there.

    bank = await open_bank("ticket")

``/login?name=Mia`` sets the cookie of a session. (The password is left out. Nothing here depends on
it.) ``/token`` and ``/ticket`` give a page what its script needs, and ask for that cookie. The bank
records what servers and proxies record: ``log`` has the first line of each request, ``heads`` has
whole requests.
"""

import asyncio
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from wslearn.net.limits import Limits
from wslearn.net.server import Server, serve
from wslearn.net.websocket import WebSocket
from wslearn.protocol.codes import CloseCode
from wslearn.protocol.errors import ClosedError
from wslearn.protocol.handshake import RequestCheck, error_response, page_response
from wslearn.protocol.headers import Headers
from wslearn.protocol.http1 import Request, Response

from .browser import Browser, Page

WAYS = {
    "cookie": "cookie",
    "origin": "cookie and Origin",
    "query": "token in the query",
    "subprotocol": "token as subprotocol",
    "ticket": "ticket",
    "message": "first message",
}
"""The six ways by name, in the words of the table."""

COINS = 250
TICKET_SECONDS = 30
MOST_SECONDS = 10
BEARER = "bearer."
"""What comes before the token where a page states it as a subprotocol."""


@dataclass
class Clock:
    """A clock that the lesson sets forward; ``seconds`` is what it shows."""

    seconds: int = 0


@dataclass
class Bank:
    """A bank that is open; :func:`open_bank` makes it.

    ``way``       how it learns who is there, one of :data:`WAYS`
    ``places``    how many WebSockets may be open at once, and ``inside`` how many are
    ``patience``  how many seconds it waits for a first message
    ``origin``    where its own pages come from
    ``front``     where clients connect if there is something in front of it
    ``given``     the secrets that it has given out, the session's first
    """

    way: str
    clock: Clock = field(default_factory=Clock)
    places: int = 100
    patience: float = 5
    origin: str = "http://bank.example"
    front: str = ""
    inside: int = 0
    log: list[str] = field(default_factory=list)
    heads: list[Request] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    server: Server = field(init=False)
    _left: asyncio.Event = field(default_factory=asyncio.Event)
    _sessions: dict[str, str] = field(default_factory=dict)  # secret of a cookie -> name
    _tokens: dict[str, str] = field(default_factory=dict)
    _tickets: dict[str, tuple[str, int]] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict)  # key of a handshake -> name

    @property
    def url(self) -> str:
        """The address of its WebSocket."""
        return self.front or f"ws{self.origin.removeprefix('http')}/ws"

    async def emptied(self) -> None:
        """Wait until nobody is inside any more."""
        async with asyncio.timeout(MOST_SECONDS):
            while self.inside:
                self._left.clear()
                await self._left.wait()

    async def close(self) -> None:
        """Send everybody home."""
        await self.server.close()

    # -- requests ------------------------------------------------------------------------------

    def decide(self, check: RequestCheck) -> Response | None:
        """The reply to a request; None for the usual 101."""
        request = check.request
        self.log.append(request.first_line)
        self.heads.append(request)
        path, _, parameters = request.target.partition("?")
        query = {name: values[0] for name, values in parse_qs(parameters).items()}
        if path != "/ws":
            return self._page(path, query, request)
        if not check.ok:
            return None  # the reply says which rule is broken
        if self.inside >= self.places:
            return error_response(503, "Every place is taken.")
        if self.way == "origin" and check.origin != self.origin:
            return error_response(403, "This page may not connect.")
        name = self._name(check, query)
        if name is None and self.way != "message":
            login = ("WWW-Authenticate", "Bearer")  # a 401 says how to log in (RFC 9110 §15.5.2)
            return error_response(401, "Who are you?", [login])
        if name is not None:
            self._known[check.key or ""] = name
        return None

    def _name(self, check: RequestCheck, query: dict[str, str]) -> str | None:
        """Who the handshake says is there, or None."""
        match self.way:
            case "cookie" | "origin":
                return self._sessions.get(_session(check.request))
            case "query":
                return self._tokens.get(query.get("token", ""))
            case "subprotocol":
                bearers = [one for one in check.subprotocols if one.startswith(BEARER)]
                return self._tokens.get(bearers[0].removeprefix(BEARER)) if bearers else None
            case "ticket":
                name, until = self._tickets.pop(query.get("ticket", ""), (None, 0))
                return name if self.clock.seconds < until else None
        return None

    def _page(self, path: str, query: dict[str, str], request: Request) -> Response:
        if path == "/login":
            session, name = self._secret(), query.get("name", "")
            self._sessions[session] = name
            page = page_response(f"Hello {name}")
            cookie = f"session={session}; Path=/; HttpOnly; SameSite=Lax"
            fields = [*page.headers, ("Set-Cookie", cookie)]
            return Response(page.status, page.reason, headers=Headers(fields), body=page.body)
        known = self._sessions.get(_session(request))
        if known is None:
            return error_response(401, "Who are you?", [("WWW-Authenticate", "Bearer")])
        body = f"{known} has {COINS} coins"
        if path == "/token":
            body = self._secret()
            self._tokens[body] = known
        elif path == "/ticket":
            body = self._secret()
            self._tickets[body] = known, self.clock.seconds + TICKET_SECONDS
        return page_response(body, "text/plain; charset=utf-8")

    def _secret(self) -> str:
        """Sixteen random bytes in letters that are allowed everywhere: nobody guesses them."""
        self.given.append(secrets.token_urlsafe(16))
        return self.given[-1]

    # -- WebSockets ----------------------------------------------------------------------------

    async def handle(self, socket: WebSocket) -> None:
        """Greet whoever came in, and hold the connection."""
        self.inside += 1
        try:
            name = await self._who(socket)
            if name is None:
                await socket.close(CloseCode.POLICY_VIOLATION, "Who are you?")
                return
            await socket.send(f"Hello {name}, you have {COINS} coins")
            await socket.wait_closed()
        finally:
            self.inside -= 1
            self._left.set()

    async def _who(self, socket: WebSocket) -> str | None:
        """Who is at the other end: known from the handshake, or told in the first message."""
        name = self._known.pop(socket.request.headers.get("Sec-WebSocket-Key") or "", None)
        if name is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.patience):
                    name = self._tokens.get(str(await socket.recv()))
        return name


def _session(request: Request) -> str:
    cookies = SimpleCookie(request.headers.get("Cookie") or "")
    return cookies["session"].value if "session" in cookies else ""


async def open_bank(way: str, **options: Any) -> Bank:
    """A bank that knows its customers in one way, on a free port of 127.0.0.1.

    ``options`` are the ``clock``, ``places`` and ``patience`` of a :class:`Bank`.
    """
    bank = Bank(way, **options)
    bank.server = await serve(
        bank.handle,
        subprotocols=["chat"],
        decide=bank.decide,
        limits=Limits(ping_seconds=None),
    )
    bank.origin = f"http://{bank.server.host}:{bank.server.port}"
    return bank


# -- the bank's own page -------------------------------------------------------------------------


async def log_in(bank: Bank, browser: Browser) -> Page:
    """The bank's own page, after Mia has logged in."""
    page = browser.page(bank.origin)
    await page.fetch("/login?name=Mia")
    return page


async def run_script(page: Page, bank: Bank) -> WebSocket:
    """What the script in the bank's own page does to come in; any page may contain the same lines.

    Raises :class:`~wslearn.protocol.errors.HandshakeError` where it is refused, and
    :class:`~wslearn.lessons.lesson_17.browser.BlockedError` where it may not read what it needs.
    """
    match bank.way:
        case "query":
            token = await page.fetch(f"{bank.origin}/token")
            return await page.open(f"{bank.url}?token={token}")
        case "subprotocol":
            token = await page.fetch(f"{bank.origin}/token")
            return await page.open(bank.url, ["chat", BEARER + token])
        case "ticket":
            ticket = await page.fetch(f"{bank.origin}/ticket")
            return await page.open(f"{bank.url}?ticket={ticket}")
        case "message":
            token = await page.fetch(f"{bank.origin}/token")
            socket = await page.open(bank.url)
            await socket.send(token)
            return socket
    return await page.open(bank.url)


async def told(socket: WebSocket) -> str:
    """What the bank says to a connection, or the code with which it ends it."""
    try:
        return str(await socket.recv())
    except ClosedError as closed:
        return str(closed.code)
    finally:
        await socket.close()
