"""Header lines of HTTP: names, values, and lists with commas (RFC 9110 §5)."""

import re
from collections.abc import Iterable, Iterator

from .errors import InputError
from .text import shown_text, shown_value

OWS = " \t"
"""Optional white space, which may surround a header's value (RFC 9110 §5.6.3)."""

CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
"""The control characters: all but the tab, which may be in a value (RFC 9110 §5.5)."""

TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
"""Visible ASCII without separators (RFC 9110 §5.6.2)."""


def is_token(text: str) -> bool:
    """Whether a text is a token: visible ASCII without separators (RFC 9110 §5.6.2).

    >>> is_token("Sec-WebSocket-Key"), is_token("a b"), is_token("")
    (True, False, False)
    """
    return TOKEN.fullmatch(text) is not None


class Headers:
    """The headers of one message, in the order and spelling in which they came.

    Names are compared without regard to case (RFC 9110 §5.1).

    >>> headers = Headers([("connection", "keep-alive"), ("Connection", "Upgrade")])
    >>> headers.get("CONNECTION"), headers.tokens("Connection")
    ('keep-alive, Upgrade', ['keep-alive', 'Upgrade'])
    """

    __slots__ = ("_fields", "_lines")

    def __init__(
        self, fields: Iterable[tuple[str, str]] = (), lines: Iterable[int] | None = None
    ) -> None:
        self._fields = tuple((name, value) for name, value in fields)
        self._lines = tuple(lines) if lines else tuple(range(2, len(self._fields) + 2))

    def get(self, name: str) -> str | None:
        """The value; several are joined with commas as one list (RFC 9110 §5.3); None: absent."""
        values = self.get_all(name)
        return ", ".join(values) if values else None

    def get_all(self, name: str) -> list[str]:
        """Every value that came under this name, in order."""
        return [value for other, value in self._fields if other.lower() == name.lower()]

    def tokens(self, name: str) -> list[str]:
        """The elements of a comma-separated list, over all its lines; empty elements are dropped
        (RFC 9110 §5.6.1.2)."""
        elements = ",".join(self.get_all(name)).split(",")
        return [element.strip(OWS) for element in elements if element.strip(OWS)]

    def has_token(self, name: str, token: str) -> bool:
        """Whether such a list holds this token, in capitals or not."""
        return token.lower() in (element.lower() for element in self.tokens(name))

    def line_of(self, name: str) -> int | None:
        """The line of the head where this header first appears, counted from 1; None: absent."""
        for line, (other, _) in zip(self._lines, self._fields, strict=True):
            if other.lower() == name.lower():
                return line
        return None

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and bool(self.get_all(name))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._fields == other._fields

    def __hash__(self) -> int:
        return hash(self._fields)

    def __repr__(self) -> str:
        return f"Headers({list(self._fields)!r})"

    def encode(self) -> bytes:
        """The header lines as they travel, each with its CR LF.

        Raises :class:`InputError` for a name or value that would not come out as it went in, such
        as a value with a line end: that is how headers are smuggled in.
        """
        for name, value in self._fields:
            if not is_token(name):
                raise InputError(f"Expected a header name that is a token, got {quoted(name)}.")
            check_value(name, value)
        return "".join(f"{name}: {value}\r\n" for name, value in self._fields).encode("latin-1")


def check_value(name: str, value: str) -> None:
    """Raise :class:`InputError` unless this can be the value of a header (RFC 9110 §5.5)."""
    if not isinstance(value, str):
        raise InputError(f"Expected a value of {name} that is text, got {type(value).__name__}.")
    if value != value.strip(OWS):  # it would be taken for the space that may surround a value
        came = shown_value(value)
        raise InputError(f"Expected a value of {name} without white space around it, got {came}.")
    if control := CONTROL.search(value):
        raise InputError(
            f"Expected a value of {name} without line ends or control characters, "
            f"got {control[0]!r} at character {control.start() + 1}."
        )
    if strange := next((c for c in value if ord(c) > 255), None):
        raise InputError(f"Expected a value of {name} in Latin-1 (best: ASCII), got {strange!r}.")


def quoted(text: str) -> str:
    """Text from the network, short and harmless, in quotation marks; an empty one is “nothing”."""
    return f"“{shown_text(text.encode(errors='backslashreplace'))}”" if text else "nothing"
