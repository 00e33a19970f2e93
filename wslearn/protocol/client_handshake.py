"""The client's half of the opening handshake: write the request, judge the reply.

RFC 6455 §4.1 lists first what the request must hold, then what to check in the reply; the code
follows that order.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from .accept import WHITE_SPACE, accept_key, check_key_text
from .checks import Check, Steps, extra_headers, inside, refuse_text, whole_head
from .deflate import DEFLATE, ZLIB_SMALLEST, Agreement, Deflate, Parameters, settle
from .errors import InputError
from .extensions import Extension, as_extensions, format_extensions, parse_extensions
from .headers import Headers, check_value, is_token, quoted
from .http1 import Head, Request, Response, read_response
from .uri import Uri, parse_uri
from .wrong_accepts import recognised_mistake

Outcome = Literal["open", "fail", "http"]
"""What a client does with a reply: open, fail the connection, or treat it as ordinary HTTP."""


def client_request(
    uri: Uri | str,
    key: str,
    *,
    subprotocols: Sequence[str] = (),
    extensions: str | Sequence[str | Extension] = (),
    origin: str | None = None,
    headers: Iterable[tuple[str, str]] = (),
    deflate: Deflate | None = None,
) -> Request:
    """The request with which a client opens a WebSocket (RFC 6455 §4.1).

    ``key`` comes from :func:`~wslearn.protocol.accept.encode_key` and 16 new random bytes.
    ``subprotocols`` and ``extensions`` are what the client would like, the best first;
    ``headers`` are added, such as a Cookie; ``deflate`` is offered as permessage-deflate
    (RFC 7692). Raises :class:`InputError` for whatever a server would have to refuse.

    >>> request = client_request("ws://server.example.com/chat", "dGhlIHNhbXBsZSBub25jZQ==")
    >>> request.first_line, request.headers.get("Host")
    ('GET /chat HTTP/1.1', 'server.example.com')
    """
    uri = uri if isinstance(uri, Uri) else parse_uri(uri)
    key_text = check_key_text(key)
    if not key_text.ok:
        raise InputError(f"Expected a key, the base64 text of 16 bytes; got {key_text.problem}.")
    fields = [
        ("Host", uri.host_header),
        ("Upgrade", "websocket"),  # lower-case, as everyone sends it (erratum 5498)
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", key.strip(WHITE_SPACE)),
    ]
    if origin is not None:
        check_value("Origin", origin)
        fields.append(("Origin", origin))
    if subprotocols:
        fields.append(("Sec-WebSocket-Protocol", ", ".join(_checked_subprotocols(subprotocols))))
    fields.append(("Sec-WebSocket-Version", "13"))
    if offers := _offers(extensions, deflate):
        fields.append(("Sec-WebSocket-Extensions", format_extensions(offers)))
    return Request("GET", uri.resource, headers=Headers([*fields, *extra_headers(headers, fields)]))


def _offers(
    extensions: str | Sequence[str | Extension], deflate: Deflate | None
) -> list[Extension]:
    ours = [] if deflate is None else [(DEFLATE, deflate.offer())]
    return [*ours, *as_extensions(extensions)]


def _checked_subprotocols(subprotocols: Sequence[str]) -> list[str]:
    refuse_text(subprotocols, "subprotocols")
    for index, subprotocol in enumerate(subprotocols):
        if not is_token(subprotocol):
            raise InputError(
                "Expected a subprotocol that is a token (visible ASCII, no separators), "
                f"got {quoted(subprotocol)} at index {index}."
            )
        if subprotocol in subprotocols[:index]:
            raise InputError(
                f"Expected each subprotocol once, got {quoted(subprotocol)} again at index {index}."
            )
    return list(subprotocols)


@dataclass(frozen=True, slots=True)
class ResponseCheck(Check):
    """What a client makes of a reply.

    ``response``     the reply as far as it could be read
    ``rest``         the bytes after its head: after a 101, the first frames
    ``outcome``      ``"open"``, ``"fail"``, or ``"http"`` for any reply but a 101
    ``subprotocol``  what the server chose, or None
    ``extensions``   what the server accepted, in the order in which they work on data
    ``versions``     the versions the server lists, such as (13, 8, 7) beside a 426 (§4.4)
    ``agreement``    what both agreed on for permessage-deflate, or None
    """

    response: Response
    rest: bytes = b""
    outcome: Outcome = "fail"
    subprotocol: str | None = None
    extensions: tuple[Extension, ...] = ()
    versions: tuple[int, ...] = ()
    agreement: Agreement | None = None

    @property
    def interim(self) -> bool:
        """Whether the real reply is still to come, in ``rest`` or later: 100, 102, 103 and so on
        are answers before the answer (RFC 9110 §15.2)."""
        return self.outcome == "http" and 100 <= self.response.status <= 199

    @property
    def conclusion(self) -> str:
        """What the client does, in one sentence."""
        if self.outcome == "open":
            chosen = f" with the subprotocol {self.subprotocol}" if self.subprotocol else ""
            return f"The client opens the connection{chosen}."
        rule = self.violations[0].rule
        if self.outcome == "http":
            status = f"{self.response.status} {self.response.reason}".strip()
            if self.interim:
                return f"The client reads on: {quoted(status)} is an answer before the answer."
            return f"The client has no WebSocket but an HTTP answer, {quoted(status)}."
        return f"The client fails the connection. {rule.sentence} ({rule.source})"


def check_response(
    response: Response | Head[Response] | bytes | str,
    key: str,
    *,
    subprotocols: Sequence[str] = (),
    extensions: str | Sequence[str | Extension] = (),
    deflate: Deflate | None = None,
) -> ResponseCheck:
    """Check a reply as a client must (RFC 6455 §4.1); never raises for what came.

    ``response`` is the bytes as they came (or their text), what ``read_response`` made of them,
    or a parsed reply; ``key``, ``subprotocols``, ``extensions`` and ``deflate`` are what the client
    sent. Raises :class:`InputError` if those are unreadable.

    >>> check = check_response(b"HTTP/1.1 404 Not Found\\r\\n\\r\\n", "dGhlIHNhbXBsZSBub25jZQ==")
    >>> check.outcome, check.violations[0].rule.id
    ('http', 'response-status')
    """
    refuse_text(subprotocols, "subprotocols")
    offers = _offers(extensions, deflate)
    head = whole_head(response, Response, read_response, "a reply")
    steps = _ResponseSteps(head)
    steps.head(head)
    steps.status_line()
    steps.upgrade()
    steps.check_accept(key)
    steps.read_extensions({name.lower() for name, _ in offers})
    steps.settle_deflate(deflate, [offer for name, offer in offers if name.lower() == DEFLATE])
    steps.read_subprotocol(subprotocols)
    ok = all(step.ok for step in steps.steps)
    # A head that cannot be read at all is not an HTTP answer either.
    is_http = not head.violations and head.message.status != 101
    versions = head.message.headers.tokens("Sec-WebSocket-Version")
    return ResponseCheck(
        tuple(steps.steps),
        head.message,
        head.rest,
        "open" if ok else "http" if is_http else "fail",
        steps.subprotocol if ok else None,
        tuple(steps.extensions) if ok else (),
        tuple(int(text) for text in versions if re.fullmatch(r"[0-9]{1,3}", text)),
        steps.agreement if ok else None,
    )


class _ResponseSteps(Steps):
    def __init__(self, head: Head[Response]) -> None:
        super().__init__(head.message.headers)
        self.response = head.message
        self.subprotocol: str | None = None
        self.extensions: list[Extension] = []
        self.agreement: Agreement | None = None

    def status_line(self) -> None:
        """§4.1, check 1 of the reply: any status but 101 is handled as HTTP."""
        status, version = self.response.status, self.response.version
        came = f"{status} {self.response.reason}".strip() if status else ""
        ok = status == 101
        self.add("response-status", "status", ok, "101", quoted(came), line=1, note=self.body(ok))
        self.http_version("response-http-version", version)

    def body(self, ok: bool) -> str | None:
        """A 101 has no body, so two headers have no place in it; it ends with its head all the same
        (RFC 9112 §6.3), so a client only remarks on them."""
        rules = {"Content-Length": "RFC 9110 §8.6", "Transfer-Encoding": "RFC 9112 §6.1"}
        names = [name for name in rules if name in self.headers]
        told = [f"{name} has no place in it, {rules[name]}" for name in names]
        return "; ".join(told) if ok and told else None

    def upgrade(self) -> None:
        """§4.1, checks 2 and 3: Upgrade *is* websocket, Connection *contains* Upgrade."""
        values = self.headers.get_all("Upgrade")
        # A request may list several protocols; the reply names the one that was taken.
        ok = [value.lower() for value in values] == ["websocket"]
        self.header("response-upgrade", "Upgrade", ok, "websocket", self.came("Upgrade"))
        self.connection("response-connection")

    def check_accept(self, key: str) -> None:
        """§4.1, check 4: the answer to our key; §11.3.3: only once."""
        name, expected = "Sec-WebSocket-Accept", accept_key(key)
        values = self.headers.get_all(name)
        rule, came = "accept-wrong", self.came(name)
        if not values:
            rule = "accept-missing"
        elif len(values) > 1:
            rule = "accept-repeated"
        elif values != [expected] and (told := recognised_mistake(key, values[0])):
            came += f": {told[0].lower()}{told[1:].rstrip('.')}"
        self.header(rule, name, values == [expected], expected, came)

    def read_extensions(self, offered: set[str]) -> None:
        """§4.1, check 5: only what we offered; it may come on several lines (erratum 3433)."""
        name = "Sec-WebSocket-Extensions"
        values = self.headers.get_all(name)
        rule, ok, came = "response-extension-unasked", True, self.came(name)
        try:
            self.extensions = parse_extensions(values)
            ok = all(extension.lower() in offered for extension, _ in self.extensions)
        except InputError as problem:
            rule, ok, came = "response-extensions-malformed", False, f"{came}: {inside(problem)}"
        expected = "only " + ", ".join(sorted(offered)) if offered else "none"
        self.header(rule, name, ok, expected, came)

    def settle_deflate(self, ours: Deflate | None, offers: Sequence[Parameters]) -> None:
        """RFC 7692 §5, §7: one acceptance at most, and one that keeps to an offer.

        ``ours`` is what this program itself offered: then its own limits count as well.
        """
        accepted = [given for name, given in self.extensions if name.lower() == DEFLATE]
        if not offers or not accepted:
            return
        rule, given = "response-deflate-refused", accepted[0]
        expected = "parameters that keep to the offer"
        came = format_extensions([(DEFLATE, given)])
        if len(accepted) > 1:
            rule = "response-deflate-repeated"
            expected, came = "one acceptance", str(len(accepted))
        else:
            problems: list[InputError] = []
            # An answer does not say which of several offers it accepts; the first is our own.
            for at, offer in enumerate(offers):
                try:
                    own = ours if at == 0 else None
                    self.agreement = own.accept(given) if own else settle(offer, given)
                    break
                except InputError as problem:
                    problems.append(problem)
            else:
                came = f"{quoted(came)}: {inside(problems[0])}"
        name = "Sec-WebSocket-Extensions"
        ok = self.agreement is not None
        small = self.agreement is not None and self.agreement.client.bits < ZLIB_SMALLEST
        note = "legal, but zlib cannot compress with a window of 8 bits" if small else None
        self.header(rule, name, ok, expected, came, title=DEFLATE, note=note)

    def read_subprotocol(self, asked: Sequence[str]) -> None:
        """§4.1, check 6: one that we asked for, or no such header; §11.3.4: once."""
        name = "Sec-WebSocket-Protocol"
        values = self.headers.get_all(name)
        rule = (
            "response-subprotocol-repeated" if len(values) > 1 else "response-subprotocol-unasked"
        )
        ok = not values or (len(values) == 1 and values[0] in asked)
        expected = "one of " + ", ".join(asked) + ", or none" if asked else "none"
        self.subprotocol = values[0] if values else None
        self.header(rule, name, ok, expected, self.came(name))
