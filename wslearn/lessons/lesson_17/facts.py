"""Lesson 17: the truth about its predictions, computed without a network; and what was recorded of
a browser."""

from dataclasses import dataclass

from wslearn.protocol.codes import CloseCode
from wslearn.protocol.handshake import check_request, client_request, encode_key, page_response
from wslearn.protocol.http1 import Request

from .browser import Browser, may_read
from .six_ways import COINS, TICKET_SECONDS, Bank

__all__ = ["COINS", "TICKET_SECONDS", "CloseCode"]


@dataclass(frozen=True, slots=True)
class Reached:
    """Whether a page's WebSocket reached a server on this computer, recorded with Chromium 156.

    ``words``    which page it was, and what it asked for
    ``host``     the name it asked for
    ``public``   whether the page counted as one from the internet
    ``allowed``  whether the user had allowed it to reach the local network
    ``opens``    whether it did: if not, no request arrived, and the page saw 1006
    """

    words: str
    host: str
    public: bool
    allowed: bool
    opens: bool


LOCAL_NETWORK = (
    Reached("a page from this computer, for 127.0.0.1", "127.0.0.1", False, False, True),
    Reached("a page from this computer, for a name", "evil.example", False, False, True),
    Reached("a page from the internet, for 127.0.0.1", "127.0.0.1", True, False, False),
    Reached("a page from the internet, for a name", "evil.example", True, False, False),
    Reached("the same, allowed by the user", "evil.example", True, True, True),
)
"""A test holds the Chromium that it drives to these."""

SOURCES = (
    (
        "Chromium asks before a page opens a WebSocket to this computer or its network",
        "https://www.mail-archive.com/blink-dev@chromium.org/msg15902.html",
    ),
    (
        "it has done so since version 147",
        "https://myconnectionserver.visualware.com/support/v11/userguide/chrome-lna-websocket",
    ),
    (
        "a handshake has no Referer",
        "https://raw.githubusercontent.com/mozilla-firefox/firefox/main/testing/web-platform/tests/"
        "websockets/referrer.any.js",
    ),
    (
        "the address of a WebSocket is not in the history",
        "https://www.github.com/Azure/azure-signalr/issues/1770",
    ),
)
"""What browsers do, and who says so (read in November 2026)."""

FOREIGN = "http://bank.example:8000"
"""A page of the bank's host, but on another port."""


def asks(bank: Bank, target: str, cookie: str = "", origin: str | None = None) -> Request:
    """A request that opens a WebSocket of this bank, or asks for a page."""
    return client_request(
        f"ws://bank.example{target}",
        encode_key(bytes(16)),
        origin=origin,
        headers=[("Cookie", cookie)] if cookie else [],
    )


def status(bank: Bank, request: Request) -> int:
    """The status with which a bank answers a request."""
    response = bank.decide(check_request(request))
    return 101 if response is None else response.status


def mia_at(bank: Bank) -> str:
    """The cookie that Mia's browser sends to this bank, for a page on another port."""
    browser = Browser()
    reply = bank.decide(check_request(asks(bank, "/login?name=Mia")))
    assert reply is not None
    browser.keep("bank.example", reply)
    return browser.cookies_for("bank.example", FOREIGN)


def sent_again(bank: Bank, target: str = "/ws") -> bool:
    """Whether the bank lets somebody in who sends Mia's own request once more."""
    request = asks(bank, target, mia_at(bank), bank.origin)
    return (status(bank, request), status(bank, request)) == (101, 101)


def _ticket(bank: Bank) -> str:
    """The address that Mia's page makes of a ticket."""
    bank.decide(check_request(asks(bank, "/ticket", mia_at(bank))))
    return f"/ws?ticket={bank.given[-1]}"


_cookie = Bank("cookie")
HIJACKED = status(_cookie, asks(_cookie, "/ws", mia_at(_cookie), FOREIGN)) == 101
READ = may_read(FOREIGN, page_response(""))

ORIGIN_AGAIN = sent_again(Bank("origin"))
_ticketed = Bank("ticket")
TICKET_AGAIN = sent_again(_ticketed, _ticket(_ticketed))

_full = Bank("message", places=3, inside=3)
FULL = status(_full, asks(_full, "/ws", origin=_full.origin))
