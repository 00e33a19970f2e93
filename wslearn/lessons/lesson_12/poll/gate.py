"""Who may come in, and how much one may say.

1. Host: a page that some other name led to is refused (400). Else a stranger's page could have its
   own name point to this machine for a moment, and would then count as ours (DNS rebinding).
2. Origin: browsers state which page opens a WebSocket or sends a form. It has to be ours, or the
   handshake ends with 403 (RFC 6455 §10.2): cookies go along whoever asks, and SameSite does
   not tell two ports of one machine apart. What states no Origin is no browser's page.
3. The cookie holds a token that nobody can guess; scripts cannot read it. Without it there is no
   WebSocket (401), so whoever is not logged in hears nothing.
4. Who says more than ``Allowance`` gives is closed with 1008.
"""

from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

VOTER_COOKIE = "wslearn_poll"
INSTRUCTOR_COOKIE = "wslearn_poll_instructor"

HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})


@dataclass(frozen=True, slots=True)
class Gate:
    """The names this poll answers to; ``origins`` are further ones, such as a proxy's in front."""

    hosts: frozenset[str] = HOSTS
    origins: frozenset[str] = frozenset()

    def judge(self, host: str | None, origin: str | None) -> tuple[int, str] | None:
        """The HTTP status and sentence for who may not come in; None for who may.

        >>> Gate().judge("127.0.0.1:8080", "http://127.0.0.1:8080")
        >>> Gate().judge("127.0.0.1:8080", "http://127.0.0.1:8888")[0]
        403
        >>> Gate().judge("elsewhere.example", None)[0]
        400
        """
        host = (host or "").lower()
        proxied = {urlsplit(one).netloc for one in self.origins}
        if _name(host) not in self.hosts and host not in proxied:
            return 400, "Expected the address that the poll printed. Open that one, please."
        if origin is None or origin.lower() in self.origins:
            return None
        stated = urlsplit(origin.lower())
        if stated.scheme in ("http", "https") and stated.netloc == host:
            return None
        return 403, "Expected a page of this poll (the Origin header names another)."


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
    """How many messages one may still send: ``most`` at once, ``per_second`` more every second.

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
