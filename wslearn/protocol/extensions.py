"""The Sec-WebSocket-Extensions header: names and parameters (RFC 6455 §9.1).

::

    extension-list  = 1#extension                          commas between extensions
    extension       = token *( ";" extension-param )       semicolons before parameters
    extension-param = token [ "=" ( token | quoted-string ) ]

A quoted value must be a token once its quotes are gone. Order counts: a client lists what it would
like best first; a server's list is the order in which the extensions work on data.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NoReturn

from .errors import InputError
from .headers import TOKEN, is_token, quoted

Parameter = tuple[str, str | None]
"""A parameter's name and its value; None where it has no value."""

Extension = tuple[str, list[Parameter]]
"""An extension's name and its parameters, in order."""

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


def parse_extensions(values: str | Iterable[str]) -> list[Extension]:
    """The extensions of one header value, or of several as one list (erratum 3433).

    Raises an :class:`InputError` that says what was expected and what came at which character
    (counted from 1). No value at all gives an empty list.

    >>> parse_extensions("foo, bar; baz=2; quiet")
    [('foo', []), ('bar', [('baz', '2'), ('quiet', None)])]
    """
    values = [values] if isinstance(values, str) else list(values)
    extensions = [extension for value in values for extension in _Reader(value).extensions()]
    if values and not extensions:
        raise InputError("Expected the name of an extension, got an empty header.")
    return extensions


def format_extensions(extensions: Iterable[Extension]) -> str:
    """The header value for some extensions; the inverse of :func:`parse_extensions`.

    Raises :class:`InputError` where a name or value is not a token.

    >>> format_extensions([("foo", []), ("bar", [("baz", "2"), ("quiet", None)])])
    'foo, bar; baz=2; quiet'
    """
    return ", ".join(_formatted(name, parameters) for name, parameters in extensions)


def as_extensions(given: str | Sequence[str | Extension]) -> list[Extension]:
    """Extensions as a caller may write them: header text, a list of such texts, or parsed ones."""
    if isinstance(given, str):
        return parse_extensions(given) if given else []
    texts = (item if isinstance(item, str) else _formatted(*item) for item in given)
    return parse_extensions(texts)


def _formatted(name: str, parameters: Iterable[Parameter]) -> str:
    parts = [_checked(name)]
    for parameter, value in parameters:
        text = _checked(parameter)
        parts.append(text if value is None else f"{text}={_checked(value)}")
    return "; ".join(parts)


def _checked(text: str) -> str:
    if not is_token(text):
        raise InputError(f"Expected a token (visible ASCII, no separators), got {quoted(text)}.")
    return text


class _Reader:
    """Reads one header value from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def extensions(self) -> list[Extension]:
        extensions: list[Extension] = []
        while True:
            while self.skip(","):  # a list may have empty elements (RFC 9110 §5.6.1.2)
                pass
            if self.at_end():
                return extensions
            extensions.append(self.extension())
            if not self.at_end() and not self.skip(","):
                self.fail("a comma, a semicolon or the end")

    def extension(self) -> Extension:
        name = self.token("the name of an extension")
        parameters: list[Parameter] = []
        while self.skip(";"):
            parameter = self.token("the name of a parameter")
            parameters.append((parameter, self.value() if self.skip("=") else None))
        return name, parameters

    def value(self) -> str:
        self.skip_space()
        if not self.text.startswith('"', self.position):
            return self.token("a value")
        match = _QUOTED.match(self.text, self.position)
        if match is None:
            self.fail("a closing quotation mark", "the end")
        value = re.sub(r"\\(.)", r"\1", match[1])
        if not is_token(value):  # §9.1 and §4.3; erratum 6997 disputes it
            self.fail("a token inside the quotation marks", quoted(value))
        self.position = match.end()
        return value

    def token(self, expected: str) -> str:
        self.skip_space()
        match = TOKEN.match(self.text, self.position)
        if match is None:
            self.fail(expected)
        self.position = match.end()
        return match[0]

    def skip(self, mark: str) -> bool:
        self.skip_space()
        found = self.text.startswith(mark, self.position)
        self.position += found
        return found

    def skip_space(self) -> None:
        while self.text[self.position : self.position + 1] in (" ", "\t"):
            self.position += 1

    def at_end(self) -> bool:
        self.skip_space()
        return self.position == len(self.text)

    def fail(self, expected: str, came: str | None = None) -> NoReturn:
        if came is None:
            came = quoted(self.text[self.position]) if not self.at_end() else "the end"
        place = f"at character {self.position + 1} of {quoted(self.text)}"
        raise InputError(f"Expected {expected}, got {came} {place}.")
