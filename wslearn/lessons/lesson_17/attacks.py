"""Five attacks, each run against a bank of the lesson's own, and the table of their results.

Every attack begins with Mia, who logs in and opens her WebSocket as the bank's page does. Then the
attacker uses what that kind of attacker has, and no more. An attack has worked if the bank tells
the attacker Mia's balance; the last one, if Mia herself finds no place.

Nothing here leaves 127.0.0.1, and no outcome is written down: for each attack on each way a bank
is opened, attacked and closed.
"""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from wslearn.net.client import connect
from wslearn.net.limits import Limits
from wslearn.net.websocket import WebSocket
from wslearn.protocol.errors import HandshakeError
from wslearn.protocol.headers import Headers
from wslearn.protocol.http1 import Request

from .browser import BlockedError, Browser
from .six_ways import BEARER, WAYS, Bank, log_in, open_bank, run_script, told

PLACES = 3
"""How many WebSockets the attacked bank holds at once."""

LATER = 3600
"""How long the thief of a script's secrets waits, in seconds."""


async def foreign_page(bank: Bank, browser: Browser) -> bool:
    """A page on another port, in Mia's own browser, runs the lines of the bank's script."""
    page = browser.page(f"http://{bank.server.host}:1")
    with suppress(HandshakeError, BlockedError):
        return await greeted(await run_script(page, bank))
    return False


async def log_reader(bank: Bank, browser: Browser) -> bool:
    """Somebody reads the first lines of the requests, and asks for the same again."""
    for line in tuple(bank.log):
        target = line.split(" ")[1]
        if target.startswith("/ws") and await works(bank, Request("GET", target)):
            return True
    return False


async def head_reader(bank: Bank, browser: Browser) -> bool:
    """A proxy in front of the bank has kept whole requests; somebody sends them again."""
    for head in tuple(bank.heads):
        if head.target.startswith("/ws") and await works(bank, head):
            return True
    return False


async def thief(bank: Bank, browser: Browser) -> bool:
    """A script in the bank's own page sends home what it can read; that is used an hour later."""
    page = browser.page(bank.origin)
    found = [*page.cookies, await page.fetch("/token"), await page.fetch("/ticket")]
    bank.clock.seconds += LATER
    return any([await works(bank, _with(secret), secret) for secret in found])


async def crowd(bank: Bank, browser: Browser) -> bool:
    """Many connect, show nothing and say nothing. Then Mia comes."""
    strangers = []
    for _ in range(PLACES):
        with suppress(HandshakeError):
            strangers.append(await _open(bank, Request("GET", "/ws")))
    try:
        return not await greeted(await run_script(browser.page(bank.origin), bank))
    except HandshakeError:
        return True
    finally:
        for stranger in strangers:
            await stranger.close()


Attack = Callable[[Bank, Browser], Awaitable[bool]]
ATTACKS: dict[str, Attack] = {
    "foreign page": foreign_page,
    "log": log_reader,
    "requests": head_reader,
    "script": thief,
    "crowd": crowd,
}
"""The five attacks, in the words of the table."""


async def attempt(attack: Attack, way: str) -> bool:
    """Open a bank, let Mia in and out again, then attack it; whether the attack has worked.

    Raises :class:`AssertionError` if Mia herself was not let in: then nothing would be shown.
    """
    bank = await open_bank(way, places=PLACES)
    try:
        browser = Browser()
        page = await log_in(bank, browser)
        assert await greeted(await run_script(page, bank)), "Mia was not let in"
        await bank.emptied()
        return await attack(bank, browser)
    finally:
        await bank.close()


async def matrix() -> dict[str, dict[str, bool]]:
    """Every attack against every way: by the words of the attack, then by the name of the way."""
    return {
        words: {way: await attempt(attack, way) for way in WAYS}
        for words, attack in ATTACKS.items()
    }


def rows(found: dict[str, dict[str, bool]]) -> Iterable[tuple[str, str, str]]:
    """The rows of the table, a way each: the attacks that have worked, and those that have not."""
    for way, words in WAYS.items():
        worked = [attack for attack in found if found[attack][way]]
        failed = [attack for attack in found if not found[attack][way]]
        yield words, ", ".join(worked) or "none", ", ".join(failed) if worked else "all five"


# -- what an attacker's own program can do -------------------------------------------------------


def _with(secret: str) -> Request:
    """A handshake with a secret at every place where one of the six ways looks."""
    fields = [
        ("Cookie", f"session={secret}"),
        ("Sec-WebSocket-Protocol", f"chat, {BEARER}{secret}"),
    ]
    return Request("GET", f"/ws?token={secret}&ticket={secret}", headers=Headers(fields))


async def works(bank: Bank, head: Request, first: str = "Let me in") -> bool:
    """Whether a program comes in with what is in this head, and with this first message.

    It writes the right Origin: a program may write anything there (RFC 6455 §10.1).
    """
    with suppress(HandshakeError):
        socket = await _open(bank, head)
        if bank.way == "message":
            await socket.send(first)
        return await greeted(socket)
    return False


async def _open(bank: Bank, head: Request) -> WebSocket:
    cookie = head.headers.get("Cookie")
    return await connect(
        f"ws{bank.origin.removeprefix('http')}{head.target}",
        origin=bank.origin,
        subprotocols=head.headers.tokens("Sec-WebSocket-Protocol"),
        headers=[("Cookie", cookie)] if cookie else [],
        limits=Limits(ping_seconds=None),
    )


async def greeted(socket: WebSocket) -> bool:
    """Whether the bank takes this connection for Mia's; it is closed afterwards."""
    return (await told(socket)).startswith("Hello Mia")
