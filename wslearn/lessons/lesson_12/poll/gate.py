"""Who may come in, and how much a client may say.

1. Host: a page that some other name led to is refused (400). Otherwise a stranger's page could make
   its own name point to this machine for a moment, and would then count as ours (DNS rebinding). On
   a hub every name is fine: no browser runs on that machine, and the hub's proxy asks who comes.
2. Origin: browsers state which page opens a WebSocket or sends a form. It has to be ours, or the
   handshake ends with 403 (RFC 6455 §10.2): SameSite does not tell two ports of one machine apart,
   so another page of this machine can bring our cookie along. A request that states no Origin is
   not from a browser's page.
3. The cookie holds a token that nobody can guess; scripts cannot read it. Without it there is no
   WebSocket (403), so a client that is not logged in hears nothing.
4. A connection that says more than ``Allowance`` permits is closed with 1008.
5. A class is often behind one address, so an address may take the names of a large one at once, and
   then some a second (:data:`NAMES`). Wrong join codes are rarer (:data:`GUESSES`): whoever has
   used them up has to wait before another code, right or wrong, is looked at (429).
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.cookies import CookieError, SimpleCookie
from ipaddress import IPv6Address
from math import ceil
from urllib.parse import SplitResult, urlsplit

VOTER_COOKIE = "wslearn_poll"
INSTRUCTOR_COOKIE = "wslearn_poll_instructor"

HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})


@dataclass(frozen=True, slots=True)
class Gate:
    """The names this poll answers to; ``origins`` are further ones, such as a proxy's in front.

    ``any_host`` is for a poll that only a hub's proxy leads to.
    """

    hosts: frozenset[str] = HOSTS
    origins: frozenset[str] = frozenset()
    any_host: bool = False

    def judge(self, host: str | None, origin: str | None) -> tuple[int, str] | None:
        """The HTTP status and sentence for a client that may not come in; None for one that may.

        >>> Gate().judge("127.0.0.1:8080", "http://127.0.0.1:8080")
        >>> Gate().judge("127.0.0.1:8080", "http://127.0.0.1:8888")[0]
        403
        >>> Gate().judge("elsewhere.example", None)[0]
        400
        """
        host = (host or "").lower()
        proxied = {split.netloc for one in self.origins if (split := _split(one))}
        if not self.any_host and _name(host) not in self.hosts and host not in proxied:
            return 400, (
                "Expected the address that the poll printed. Open that one, please. (Where a proxy "
                "leads here, start with --public-url and the address that it has.)"
            )
        if origin is None or origin.lower() in self.origins:
            return None
        stated = _split(origin.lower())
        if stated and stated.scheme in ("http", "https") and stated.netloc == host:
            return None
        return 403, (
            "Expected a page of this poll (the Origin header names another; --origin allows one)."
        )


def _split(origin: str) -> SplitResult | None:
    """The parts of an origin; None for a text that is not one, such as ``http://[``."""
    try:
        return urlsplit(origin)
    except ValueError:
        return None


def _name(host: str) -> str:
    """A Host header without its port."""
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def cookie(header: str, name: str) -> str:
    """The value of a cookie in a Cookie header; "" where there is none.

    >>> cookie("a=1; wslearn_poll=xyz", "wslearn_poll")
    'xyz'
    """
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


@dataclass(slots=True)
class Allowance:
    """How many messages a client may still send: ``most`` at once, ``per_second`` more every
    second.

    >>> allowance = Allowance(most=2, per_second=1)
    >>> [allowance.takes(at) for at in (0.0, 0.1, 0.2, 1.5)]
    [True, True, False, True]
    """

    most: float = 20
    per_second: float = 5
    left: float = field(init=False)
    at: float | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.left = self.most

    def takes(self, now: float) -> bool:
        """Whether one more message is fine at this time, in seconds of any clock."""
        if self.at is not None:
            self.left = min(self.most, self.left + (now - self.at) * self.per_second)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True

    def wait(self, now: float) -> int:
        """Seconds until one more would be fine, rounded up; 0: it is now. Takes nothing."""
        left = self.left if self.at is None else self.left + (now - self.at) * self.per_second
        return 0 if left >= 1 else ceil((1 - left) / self.per_second)


NAMES = Allowance(400, 20)
"""Names that one address may take."""

GUESSES = Allowance(40, 1)
"""Wrong codes that one address may try."""

MOST_ADDRESSES = 10_000
"""Addresses whose pace is remembered; those that have been quiet longest are forgotten."""


class Newcomers:
    """How fast each address takes names and tries codes; may be asked from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._names: dict[str, Allowance] = {}
        self._guesses: dict[str, Allowance] = {}

    def wait_to_join(self, address: str) -> int:
        """Seconds that this address has to wait before it may take one more name; 0 counts one."""
        with self._lock:
            names, now = _of(self._names, address, NAMES), self._clock()
            return 0 if names.takes(now) else names.wait(now)

    def wait_to_guess(self, address: str) -> int:
        """Seconds until a code from this address is looked at."""
        with self._lock:
            return _of(self._guesses, address, GUESSES).wait(self._clock())

    def guessed_wrong(self, address: str) -> None:
        """Count a wrong code."""
        with self._lock:
            _of(self._guesses, address, GUESSES).takes(self._clock())


def _of(known: dict[str, Allowance], address: str, fresh: Allowance) -> Allowance:
    key = network_of(address)
    found = known.pop(key, None) or replace(fresh)
    known[key] = found  # the last one now
    if len(known) > MOST_ADDRESSES:
        del known[next(iter(known))]
    return found


def network_of(address: str) -> str:
    """The address; of an IPv6 one the first 64 bits, since a single machine has all the others.

    >>> network_of("192.0.2.7"), network_of("2001:db8:1:2:3::7")
    ('192.0.2.7', '2001:db8:1:2::')
    """
    try:
        whole = IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(whole.ipv4_mapped or IPv6Address(int(whole) >> 64 << 64))
