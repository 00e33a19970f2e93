"""The head of an HTTP/1.1 message: a first line, headers, an empty line (RFC 9112, RFC 9110).

A WebSocket begins as HTTP, so we need this much of HTTP and no more: bodies, chunks and
connections that serve many requests are left out.

Two ways to read, as with frames:

* ``read_request`` and ``read_response`` are tolerant: they describe whatever came and list every
  broken rule.
* ``parse_request`` and ``parse_response`` are strict: they raise the first of those.

Both return None until the empty line is there, so a caller adds bytes and asks again. What comes
after the head is handed back as ``rest``: a server may send its first frame in the same packet as
its 101 (RFC 6455 §4.2.2).

Tolerant where the RFCs say so: names in any case and any order, spaces around a value, list
headers over several lines. Strict where two readers could understand one text in two ways, which
is what request smuggling lives on: bare LF, a space before the colon, folded lines, control
characters.
"""

import re
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Generic, TypeVar

from .errors import HandshakeError, InputError, Violation
from .headers import CONTROL, OWS, Headers, is_token, quoted
from .other_protocols import other_protocol
from .rulebook import RULES

MAX_HEAD = 16 * 1024
"""The largest head we accept, in bytes, unless told otherwise."""

MAX_HEADERS = 100
"""The most header lines we accept, unless told otherwise."""

REASONS: dict[int, str] = {status.value: status.phrase for status in HTTPStatus}
"""The usual reason phrase for each status (RFC 9110 §15)."""

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_VERSION = re.compile(r"HTTP/[0-9]\.[0-9]")
_TARGET = re.compile(r"[\x21-\x7e\x80-\xff]+")
_STATUS_LINE = re.compile(r"(HTTP/[0-9]\.[0-9]) ([1-9][0-9]{2})(?: (.*))?")


@dataclass(frozen=True, slots=True)
class Request:
    """The head of a request (RFC 9112 §3).

    >>> Request("GET", "/chat", "HTTP/1.1", Headers([("Host", "h")])).encode()
    b'GET /chat HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n'
    """

    method: str
    target: str
    version: str = "HTTP/1.1"
    headers: Headers = field(default_factory=Headers)

    @property
    def first_line(self) -> str:
        """The request line, without its line end."""
        return f"{self.method} {self.target} {self.version}"

    def encode(self) -> bytes:
        """The head as it travels; raises :class:`InputError` for what cannot be a head."""
        if problem := _request_line_problem(self.first_line):
            raise InputError(f"{RULES[problem].sentence} Got {quoted(self.first_line)}.")
        return self.first_line.encode("ascii") + b"\r\n" + self.headers.encode() + b"\r\n"


@dataclass(frozen=True, slots=True)
class Response:
    """The head of a reply (RFC 9112 §4), and a body where we send one.

    A parsed reply has no body: what follows its head is in ``rest``.
    """

    status: int
    reason: str
    version: str = "HTTP/1.1"
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    @property
    def first_line(self) -> str:
        """The status line, without its line end."""
        return f"{self.version} {self.status} {self.reason}"

    def encode(self) -> bytes:
        """Head and body as they travel; raises :class:`InputError` for what cannot be a head."""
        line = self.first_line
        if CONTROL.search(line) or not (_STATUS_LINE.fullmatch(line) and line.isascii()):
            raise InputError(f"{RULES['head-status-line'].sentence} Got {quoted(line)}.")
        head = line.encode("ascii") + b"\r\n" + self.headers.encode() + b"\r\n"
        return head + self.body


M = TypeVar("M", Request, Response)


@dataclass(frozen=True, slots=True)
class Head(Generic[M]):
    """A message as far as it could be read, every rule its head breaks, and the bytes after it."""

    message: M
    violations: tuple[Violation, ...]
    rest: bytes


def parse_request(
    data: bytes, *, max_size: int = MAX_HEAD, max_headers: int = MAX_HEADERS
) -> tuple[Request, bytes] | None:
    """A request and the bytes after its head; None while the empty line has not come.

    ``max_size`` is in bytes. Raises :class:`HandshakeError`, with the status to answer, at the
    first broken rule (RFC 9112 §2 to §5).

    >>> parse_request(b"GET / HTTP/1.1\\r\\nhost:  h \\r\\n\\r\\nrest")[0].headers.get("Host")
    'h'
    """
    return _strict(read_request(data, max_size=max_size, max_headers=max_headers))


def parse_response(
    data: bytes, *, max_size: int = MAX_HEAD, max_headers: int = MAX_HEADERS
) -> tuple[Response, bytes] | None:
    """A reply and the bytes after its head; None while the empty line has not come.

    Raises :class:`HandshakeError` at the first broken rule (RFC 9112 §2, §4, §5).

    >>> response, rest = parse_response(b"HTTP/1.1 101 Switching Protocols\\r\\n\\r\\n\\x81\\x00")
    >>> response.status, rest
    (101, b'\\x81\\x00')
    """
    return _strict(read_response(data, max_size=max_size, max_headers=max_headers))


def read_request(
    data: bytes,
    *,
    final: bool = False,
    max_size: int = MAX_HEAD,
    max_headers: int = MAX_HEADERS,
) -> Head[Request] | None:
    """The same without raising: the request as far as it can be read, and all broken rules.

    ``final`` says that nothing more will come: a head without its empty line is read as it is.
    """
    # A client may send one empty line too many before its request (RFC 9112 §2.2).
    skipped = 2 if data[:2] == b"\r\n" else 0
    reader = _HeadReader.of(data[skipped:], final, max_size, max_headers)
    if reader is None:
        return None
    line = reader.lines[0]
    if problem := _request_line_problem(line):
        came = _named(line, data, "an HTTP request")
        reader.broken(problem, 1, "a line such as “GET /chat HTTP/1.1”", came)
    method, target, version, *_ = [*line.split(" ", 2), "", "", ""]
    request = Request(method, target, version, reader.read_headers())
    return Head(request, tuple(reader.violations), reader.rest)


def read_response(
    data: bytes,
    *,
    final: bool = False,
    max_size: int = MAX_HEAD,
    max_headers: int = MAX_HEADERS,
) -> Head[Response] | None:
    """The same without raising: the reply as far as it can be read, and all broken rules.

    ``final`` says that nothing more will come: a head without its empty line is read as it is.
    """
    reader = _HeadReader.of(data, final, max_size, max_headers)
    if reader is None:
        return None
    line = reader.lines[0]
    version, status, reason = "", "0", ""
    if match := _STATUS_LINE.fullmatch(line):
        version, status, reason = match[1], match[2], match[3] or ""
    else:
        expected = "a line such as “HTTP/1.1 101 Switching Protocols”"
        came = _named(line, data, "an HTTP response")
        reader.broken("head-status-line", 1, expected, came)
    response = Response(int(status), reason, version, reader.read_headers())
    # A client answers nothing to a bad reply, so no status follows.
    violations = (replace(v, rule=replace(v.rule, status=None)) for v in reader.violations)
    return Head(response, tuple(violations), reader.rest)


def _strict(head: Head[M] | None) -> tuple[M, bytes] | None:
    if head is None:
        return None
    if head.violations:
        raise HandshakeError(head.violations[0])
    return head.message, head.rest


def _request_line_problem(line: str) -> str | None:
    """The rule that a request line breaks, or None."""
    parts = line.split(" ")
    if len(parts) != 3:
        return "head-request-line"
    method, target, version = parts
    if not (is_token(method) and _TARGET.fullmatch(target) and _VERSION.fullmatch(version)):
        return "head-request-line"
    return None if target.isascii() else "head-target-not-ascii"


def _named(line: str, data: bytes, wanted: str) -> str:
    """The first line, and what begins like that where something else was wanted."""
    told = other_protocol(data)
    return f"{quoted(line)}, {told[0]}" if told and told[0] != wanted else quoted(line)


class _HeadReader:
    """The lines of a head, read one after another; broken rules are collected."""

    def __init__(self, lines: list[str], rest: bytes, max_headers: int) -> None:
        self.lines = lines
        self.rest = rest
        self.max_headers = max_headers
        self.violations: list[Violation] = []

    @classmethod
    def of(cls, data: bytes, final: bool, max_size: int, max_headers: int) -> "_HeadReader | None":
        """None while the head has not come whole, unless it is too large already."""
        end = _HEAD_END.search(data, 0, max_size)
        too_large = end is None and len(data) > max_size
        if end is None and not final and not too_large:
            return None
        stop = end.end() if end else min(len(data), max_size)
        raw_lines = data[:stop].split(b"\n")
        whole = raw_lines[:-1]  # what comes after the last LF is not a whole line
        last = [raw_lines[-1]] if raw_lines[-1] or not whole else []
        kept = whole[:-1] if end else whole + last
        lines = [line.removesuffix(b"\r").decode("latin-1") for line in kept]
        reader = cls(lines, data[stop:], max_headers)
        if too_large:
            reader.broken("head-too-large", 0, f"at most {max_size} bytes", "more")
        elif end is None:
            told = other_protocol(data)
            other = told and not told[0].startswith("an HTTP re")
            came = f"{told[0]}. {told[1]}".rstrip(".") if told and other else "the end of the data"
            reader.broken("head-incomplete", 0, "an empty line at its end", came)
        for number, line in enumerate(whole, start=1):
            if not line.endswith(b"\r"):
                reader.broken("head-bare-lf", number, "CR LF at the end of the line", "LF alone")
        for number, text in enumerate(lines, start=1):
            if control := CONTROL.search(text):
                came = f"{control[0]!r} at character {control.start() + 1}"
                reader.broken("head-control-character", number, "visible characters", came)
        return reader

    def broken(self, rule: str, line: int, expected: str, came: str) -> None:
        where = f"line {line}" if line else "the head"
        self.violations.append(Violation(RULES[rule], 0, 0, expected, came, where))

    def read_headers(self) -> Headers:
        """Every line after the first as a header (RFC 9112 §5)."""
        fields: list[tuple[str, str]] = []
        numbers: list[int] = []
        for number, line in enumerate(self.lines[1:], start=2):
            if line[:1] in (" ", "\t"):
                self.broken("head-obs-fold", number, "a header's name", "white space first")
                if fields:
                    name, value = fields[-1]
                    fields[-1] = (name, f"{value} {line.strip(OWS)}")
                continue
            name, colon, value = line.partition(":")
            if not colon:
                self.broken("head-no-colon", number, "a colon after the name", quoted(line))
            elif name and name.rstrip(OWS) != name and is_token(name.rstrip(OWS)):
                self.broken("head-space-before-colon", number, "the colon", "white space before it")
            elif not is_token(name):
                self.broken("head-header-name", number, "a token as name", quoted(name))
            fields.append((name.rstrip(OWS), value.strip(OWS)))
            numbers.append(number)
        if len(fields) > self.max_headers:
            allowed = f"at most {self.max_headers} headers"
            self.broken("head-too-many-headers", 0, allowed, str(len(fields)))
        return Headers(fields, numbers)
