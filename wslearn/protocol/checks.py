"""The checks of an opening handshake: each one a named step with an outcome.

A step says what it looks at, which rule it applies, what was expected, what came and where. All
steps are taken, even after one has failed: a student sees everything that is wrong, and everything
that is right. A program asks for ``ok`` or calls ``require``.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Self

from .errors import HandshakeError, InputError, Violation
from .headers import Headers, check_value, is_token, quoted
from .http1 import Head, M, Request, Response
from .rulebook import RULES
from .rules import Rule
from .text import counted, shown_value

_HTTP_VERSION = re.compile(r"HTTP/([0-9])\.([0-9])")


@dataclass(frozen=True, slots=True)
class Step:
    """One check.

    ``rule``      the rule it applies; where it failed, the rule that was broken
    ``title``     what it looks at, such as ``Connection``; the same whatever the outcome
    ``ok``        the outcome
    ``expected``  and ``came``: what should be there and what is, in a few words
    ``where``     the place in words, such as ``line 4, Connection``
    ``line``      the same as a number counted from 1; None if there is nothing to point at
    ``note``      what is worth knowing although nothing is wrong
    """

    rule: Rule
    title: str
    ok: bool
    expected: str
    came: str
    where: str
    line: int | None = None
    note: str | None = None

    @property
    def violation(self) -> Violation | None:
        """The broken rule as every other layer reports it, or None."""
        if self.ok:
            return None
        return Violation(self.rule, 0, 0, self.expected, self.came, self.where)

    def __str__(self) -> str:
        if not self.ok:
            return f"✗ {self.title}: expected {self.expected}, got {self.came} ({self.where})"
        note = f" ({self.note})" if self.note else ""
        return f"✓ {self.title}: {self.came}{note}"


@dataclass(frozen=True, slots=True)
class Check:
    """The steps of one handshake message, in the order in which the RFC lists them."""

    steps: tuple[Step, ...]

    @property
    def ok(self) -> bool:
        """Whether every step passed."""
        return all(step.ok for step in self.steps)

    @property
    def violations(self) -> list[Violation]:
        """The broken rules, in the order of the steps."""
        return [violation for step in self.steps if (violation := step.violation) is not None]

    def step(self, title: str) -> Step:
        """The step with this title; raises :class:`KeyError` if there is none."""
        for step in self.steps:
            if step.title == title:
                return step
        raise KeyError(title)

    def require(self) -> Self:
        """The strict way: itself, or :class:`HandshakeError` for its first broken rule."""
        if violations := self.violations:
            raise HandshakeError(violations[0], self)
        return self

    def text(self) -> str:
        """One line for each step, then what follows."""
        return "\n".join([*map(str, self.steps), self.conclusion])

    @property
    def conclusion(self) -> str:
        """What the receiver does, in one sentence."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.text()


class Steps:
    """Collects the steps of one message."""

    def __init__(self, headers: Headers) -> None:
        self.headers = headers
        self.steps: list[Step] = []

    def head(self, head: Head[Request] | Head[Response]) -> None:
        """The step “HTTP head”: one that passed, or one for each broken rule."""
        for violation in head.violations:
            came, where = violation.came, violation.where
            step = Step(violation.rule, "HTTP head", False, violation.expected, came, where)
            self.steps.append(step)
        if not head.violations:
            came = f"a first line and {counted(len(self.headers), 'header')}"
            self.add("head-incomplete", "HTTP head", True, "a whole HTTP head", came, line=1)

    def http_version(self, rule: str, version: str) -> None:
        """The step “HTTP version”: 1.1 or newer, because only 1.1 knows Upgrade."""
        numbers = _HTTP_VERSION.fullmatch(version)
        ok = numbers is not None and (numbers[1], numbers[2]) >= ("1", "1")
        self.add(rule, "HTTP version", ok, "HTTP/1.1 or newer", quoted(version), line=1)

    def connection(self, rule: str) -> None:
        """The step “Connection”: proxies and browsers list other tokens besides Upgrade."""
        ok = self.headers.has_token("Connection", "Upgrade")
        self.header(rule, "Connection", ok, "the token Upgrade", self.came("Connection"))

    def came(self, name: str) -> str:
        """The value under a header's name, in quotation marks."""
        values = self.headers.get_all(name)
        more = f" and {len(values) - 3} more" if len(values) > 3 else ""
        return " and ".join(map(quoted, values[:3])) + more or "none"

    def add(
        self,
        rule: str,
        title: str,
        ok: bool,
        expected: str,
        came: str,
        *,
        line: int | None = None,
        note: str | None = None,
    ) -> None:
        """A step about the first line, or about no line at all."""
        where = f"line {line}" if line else "the headers"
        self.steps.append(Step(RULES[rule], title, ok, expected, came, where, line, note))

    def header(
        self,
        rule: str,
        name: str,
        ok: bool,
        expected: str,
        came: str,
        *,
        title: str | None = None,
        note: str | None = None,
    ) -> None:
        """A step about a header, found by its name."""
        line = self.headers.line_of(name)
        where = f"line {line}, {name}" if line else "the headers"
        if line is None and not ok:
            came = f"no {name} header"
        self.steps.append(Step(RULES[rule], title or name, ok, expected, came, where, line, note))


_OURS = frozenset(
    {"host", "upgrade", "connection", "content-length", "content-type", "transfer-encoding"}
)


def extra_headers(
    headers: Iterable[tuple[str, str]], ours: Iterable[tuple[str, str]] = ()
) -> list[tuple[str, str]]:
    """Headers that an application adds to a handshake, such as a cookie.

    Raises :class:`InputError` for one that cannot be a header, and for one that only the handshake
    itself may write: twice would be once too often.
    """
    taken = _OURS | {name.lower() for name, _ in ours}
    extra: list[Any] = list(headers)
    for pair in extra:
        if not (isinstance(pair, tuple | list) and len(pair) == 2 and isinstance(pair[0], str)):
            came = shown_value(pair)  # of a dict: a name, whose letters could pass for a pair
            raise InputError(f"Expected headers as pairs of name and value, got {came}.")
        name, value = pair
        if not is_token(name):
            raise InputError(f"Expected a header name that is a token, got {quoted(name)}.")
        if name.lower() in taken or name.lower().startswith("sec-websocket-"):
            raise InputError(f"Expected a header that the handshake does not write, got {name}.")
        check_value(name, value)
    return extra


def whole_head(
    given: object, kind: type[M], read: Callable[..., Head[M] | None], what: str
) -> Head[M]:
    """A head that was read, or what ``read`` makes of its bytes or text, or a message as a head.

    Raises :class:`InputError` for anything else.
    """
    if isinstance(given, Head):
        return given
    if isinstance(given, kind):
        return Head(given, (), b"")
    if isinstance(given, str):
        given = given.encode(errors="backslashreplace")
    if not isinstance(given, bytes | bytearray | memoryview):
        raise InputError(f"Expected {what} as bytes or text, got {type(given).__name__}.")
    head = read(bytes(given), final=True)
    assert head is not None, "a final head is always read"
    return head


def refuse_text(given: Collection[str | None] | None, what: str) -> None:
    """Raise :class:`InputError` for one text in place of a list of texts."""
    if isinstance(given, str):
        raise InputError(f"Expected a list of {what}, got the text {quoted(given)}.")


def inside(problem: InputError) -> str:
    """An error's sentence, to be put inside another."""
    sentence = str(problem).rstrip(".")
    return sentence[:1].lower() + sentence[1:]
