"""WebSocket URIs: ``ws://host:port/path?query`` and ``wss://...`` (RFC 6455 §3, RFC 3986).

A URI says four things: whether TLS is used, which host, which port, and the *resource name*, the
part that goes into the request line.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import quote

from .errors import InputError
from .headers import quoted
from .text import shown_text

DEFAULT_PORTS = {False: 80, True: 443}
"""The port when a URI names none, without and with TLS (§3)."""

_URI = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*)://"
    r"(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?P<fragment>#.*)?",
    re.DOTALL,
)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::(?P<port>[0-9]*))?")
# IDNA of 2003 reads these as other letters or none, that of 2008, as in browsers, as themselves.
_TWO_NAMES = re.compile("[ßẞς\u200c\u200d]")
_HOST_NAME = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
# What RFC 3986 allows in a path or a query; anything else in ASCII must be percent-encoded.
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%\x80-\U0010ffff]|%(?![0-9A-Fa-f]{2})")
_KEEP = "%!$&'()*+,;=:@/?-._~"


@dataclass(frozen=True, slots=True)
class Uri:
    """The parts of a WebSocket URI (RFC 6455 §3).

    ``host`` has no brackets, ``port`` is a number even where the URI leaves it out, ``resource`` is
    the resource name: path and query.
    """

    secure: bool
    host: str
    port: int
    resource: str

    @property
    def host_header(self) -> str:
        """The value of the Host header: the port only where it is not the usual one (§4.1)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.secure] else f"{host}:{self.port}"

    @property
    def without_query(self) -> str:
        """The URI as errors and logs name it: a query may hold a login."""
        return str(self).partition("?")[0]

    def __str__(self) -> str:
        return f"{'wss' if self.secure else 'ws'}://{self.host_header}{self.resource}"


def parse_uri(text: str) -> Uri:
    """Take a ``ws`` or ``wss`` URI apart (RFC 6455 §3).

    Host names and characters outside ASCII are encoded as §11.1.1 says. Raises an
    :class:`InputError` that says what was expected and what came.

    >>> parse_uri("wss://example.com/chat?room=1")
    Uri(secure=True, host='example.com', port=443, resource='/chat?room=1')
    """
    if not isinstance(text, str):
        raise InputError(f"Expected a URI as text, got {type(text).__name__}.")
    match = _URI.fullmatch(text)
    if match is None:
        raise InputError(f"Expected a URI such as ws://127.0.0.1:8765/, got {quoted(text)}.")
    scheme = match["scheme"].lower()
    if scheme not in ("ws", "wss"):
        raise InputError(f"Expected a URI that starts with ws:// or wss://, got {scheme}://.")
    if match["fragment"] is not None:
        raise InputError(
            "Expected a URI without a fragment; "
            f"got # at character {match.start('fragment') + 1} (write %23 where # is data)."
        )
    secure = scheme == "wss"
    host, port = _host_and_port(match["authority"])
    return Uri(secure, host, port or DEFAULT_PORTS[secure], _resource(match))


def _host_and_port(authority: str) -> tuple[str, int | None]:
    if not authority:
        raise InputError("Expected a host after //, got nothing.")
    if "@" in authority:
        raise InputError("Expected a host after //, got a user name with @; a ws URI has none.")
    match = _AUTHORITY.fullmatch(authority)
    if match is None:
        raise InputError(f"Expected host or host:port, got {quoted(authority)}.")
    return _host(match["host"]), _port(match["port"]) if match["port"] else None


def _port(digits: str) -> int:
    significant = digits.lstrip("0")  # int() itself refuses a text of thousands of digits
    if not (0 < len(significant) <= 5 and int(significant) <= 65535):
        raise InputError(f"Expected a port from 1 to 65535, got {shown_text(digits.encode())}.")
    return int(significant)


def _host(host: str) -> str:
    if host.startswith("["):
        try:
            IPv6Address(host[1:-1])
        except ValueError:
            raise InputError(
                f"Expected an IPv6 address such as [::1], got {quoted(host)}."
            ) from None
        return host[1:-1]
    if unclear := _TWO_NAMES.search(host):
        raise InputError(f"Expected xn-- in place of {unclear[0]!r}, got {quoted(host)}.")
    try:
        ascii_host = host if host.isascii() else host.encode("idna").decode()  # §11.1.1
    except UnicodeError:
        raise InputError(f"Expected a host name, got {quoted(host)}.") from None
    if _HOST_NAME.fullmatch(ascii_host) is None:
        raise InputError(f"Expected a host name, got {quoted(host)}.")
    return ascii_host


def _resource(match: re.Match[str]) -> str:
    """Path and query; / for an empty path, no ? for an empty query (§3)."""
    resource = (match["path"] or "/") + (f"?{match['query']}" if match["query"] else "")
    if bad := _NOT_ALLOWED.search(resource):
        raise InputError(
            f"Expected a path and query in which special characters are percent-encoded, "
            f"got {bad[0]!r} in {quoted(resource)}."
        )
    try:
        return quote(resource, safe=_KEEP)  # what is not ASCII becomes UTF-8, percent-encoded
    except UnicodeEncodeError:
        raise InputError(f"Expected text, got half a character in {quoted(resource)}.") from None
