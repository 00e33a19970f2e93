"""The server's half of the opening handshake, first part: judge the request (RFC 6455 §4.2).

The steps are in the order of §4.2.1 and §4.2.2. Where several fail, the first one decides the
status of the reply.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .accept import WHITE_SPACE, accept_key, check_key_text
from .checks import Check, Steps, inside, refuse_text, whole_head
from .deflate import DEFLATE, Agreement, Deflate
from .errors import InputError
from .extensions import Extension, parse_extensions
from .headers import is_token, quoted
from .http1 import REASONS, Head, Request, read_request

VERSION = 13
"""The version of RFC 6455 (§4.1); older drafts had smaller numbers."""

_VERSION_NUMBER = re.compile(r"0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]")
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~!$&'()*+,;=%]+)(:[0-9]*)?")
_ABSOLUTE = re.compile(r"https?://[^/?#]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RequestCheck(Check):
    """What a server makes of a request.

    ``request``       the request as far as it could be read
    ``rest``          the bytes after its head
    ``key``           the text of its key, trimmed; None where there is no single good key
    ``accept``        the Sec-WebSocket-Accept that answers this key, or None
    ``resource``      the resource name it asks for, or None
    ``origin``        the Origin it states, or None
    ``subprotocols``  what it asks for, in its order of preference
    ``subprotocol``   what the server chooses of these, or None
    ``extensions``    what it offers
    ``agreement``     what the server agrees to for permessage-deflate, or None
    """

    request: Request
    rest: bytes = b""
    key: str | None = None
    accept: str | None = None
    resource: str | None = None
    origin: str | None = None
    subprotocols: tuple[str, ...] = ()
    subprotocol: str | None = None
    extensions: tuple[Extension, ...] = ()
    agreement: Agreement | None = None

    @property
    def status(self) -> int:
        """The HTTP status of the reply: 101 if every step passed (RFC 6455 §4.2.2)."""
        violations = self.violations
        return (violations[0].rule.status or 400) if violations else 101

    @property
    def conclusion(self) -> str:
        """What the server answers, in one sentence."""
        line = f"The server answers {self.status} {REASONS[self.status]}"
        if violations := self.violations:
            return f"{line}. {violations[0].rule.sentence} ({violations[0].rule.source})"
        chosen = f" and chooses the subprotocol {self.subprotocol}" if self.subprotocol else ""
        return f"{line}{chosen}."


def check_request(
    request: Request | Head[Request] | bytes | str,
    *,
    subprotocols: Sequence[str] = (),
    origins: Collection[str | None] | None = None,
    resources: Collection[str] | None = None,
    deflate: Deflate | None = None,
) -> RequestCheck:
    """Check a request as a server must (RFC 6455 §4.2.1, §4.2.2).

    Never raises for what came, only :class:`InputError` for an argument of the wrong type.

    ``request``       the bytes as they came (or their text), what ``read_request`` made of them
                      under limits of its own, or a parsed request
    ``subprotocols``  what the server speaks; of these it takes the one the client lists first
    ``origins``       the sites whose pages may connect; None in it lets in a client that states no
                      Origin, as no browser does. No list at all: everyone may
    ``resources``     the paths there are, without query; None: any path is
    ``deflate``       how the server would compress (RFC 7692); None: not at all

    >>> check = check_request(b"GET /chat HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n")
    >>> check.status, check.violations[0].rule.id
    (426, 'request-upgrade')
    """
    refuse_text(subprotocols, "subprotocols")
    refuse_text(origins, "origins")
    refuse_text(resources, "resources")
    head = whole_head(request, Request, read_request, "a request")
    steps = _RequestSteps(head)
    steps.head(head)
    steps.request_line(resources)
    steps.host()
    steps.upgrade()
    steps.key()
    steps.version()
    steps.body()
    steps.check_origin(origins)
    steps.choose_subprotocol(subprotocols)
    steps.read_extensions(deflate)
    return RequestCheck(
        tuple(steps.steps),
        head.message,
        head.rest,
        steps.key_text,
        steps.accept,
        steps.resource,
        steps.origin,
        tuple(steps.asked),
        steps.subprotocol,
        tuple(steps.extensions),
        steps.agreement,
    )


class _RequestSteps(Steps):
    def __init__(self, head: Head[Request]) -> None:
        super().__init__(head.message.headers)
        self.request = head.message
        self.key_text: str | None = None
        self.accept: str | None = None
        self.resource: str | None = None
        self.origin: str | None = None
        self.asked: list[str] = []
        self.subprotocol: str | None = None
        self.extensions: list[Extension] = []
        self.agreement: Agreement | None = None

    def request_line(self, resources: Collection[str] | None) -> None:
        """§4.2.1 item 1: GET and HTTP/1.1 or newer; §4.2.2 item 4: a resource that is there."""
        method, target = self.request.method, self.request.target
        ok = method == "GET"  # methods are case-sensitive (RFC 9110 §9.1)
        self.add("request-method", "method", ok, "GET", quoted(method), line=1)
        self.http_version("request-http-version", self.request.version)
        self.resource = _resource_of(target)
        rule, ok = "request-target", self.resource is not None
        expected = "a resource name that starts with /, without a fragment"
        if self.resource is not None and resources is not None:
            path = self.resource.partition("?")[0]
            rule, ok = "request-resource-unknown", path in resources
            expected = "one of " + ", ".join(sorted(resources)) if resources else "no path at all"
        self.add(rule, "resource name", ok, expected, quoted(target), line=1)

    def host(self) -> None:
        """§4.2.1 item 2; RFC 9112 §3.2 asks that there be only one."""
        values = self.headers.get_all("Host")
        ok = len(values) == 1 and _HOST.fullmatch(values[0]) is not None
        self.header("request-host", "Host", ok, "one host, or host:port", self.came("Host"))

    def upgrade(self) -> None:
        """§4.2.1 items 3 and 4: both are lists, and may have other elements besides ours."""
        ok = self.headers.has_token("Upgrade", "websocket")
        self.header("request-upgrade", "Upgrade", ok, "websocket", self.came("Upgrade"))
        self.connection("request-connection")

    def key(self) -> None:
        """§4.2.1 item 5: 16 bytes as base64; §11.3.1: once; §4.2.2: its answer."""
        name, expected = "Sec-WebSocket-Key", "the base64 text of 16 bytes"
        values = self.headers.get_all(name)
        if len(values) != 1:
            rule = "key-repeated" if values else "key-missing"
            self.header(rule, name, False, f"one key, {expected}", self.came(name))
            return
        key = check_key_text(values[0])
        came = quoted(values[0])
        if key.ok:
            self.key_text = values[0].strip(WHITE_SPACE)
            self.accept = accept_key(self.key_text)
        else:
            came += f": {key.problem}"
        self.header("key-malformed", name, key.ok, expected, came, note=key.note)

    def version(self) -> None:
        """§4.2.1 item 6: 13; §4.3: how a version is written; §11.3.5: once."""
        name, expected = "Sec-WebSocket-Version", str(VERSION)
        values = self.headers.get_all(name)
        rule = "version-unsupported"
        if not values:
            rule = "version-missing"
        elif len(values) > 1:
            rule = "version-repeated"
        elif _VERSION_NUMBER.fullmatch(values[0]) is None:
            rule = "version-malformed"
        self.header(rule, name, values == [expected], expected, self.came(name))

    def body(self) -> None:
        """§4.1: after its request a client sends nothing until the reply. We are stricter than
        HTTP, which lets a GET have a body: what one reader takes for a body is a frame to another.
        """
        lengths = self.headers.get_all("Content-Length")
        ok = all(length == "0" for length in lengths) and "Transfer-Encoding" not in self.headers
        name = "Transfer-Encoding" if "Transfer-Encoding" in self.headers else "Content-Length"
        came = "a body" if not ok else "none"
        self.header("request-body", name, ok, "no body", came, title="body")

    def check_origin(self, origins: Collection[str | None] | None) -> None:
        """§4.2.1 item 7, §10.2: which pages may connect is the server's own choice."""
        name = "Origin"
        values = self.headers.get_all(name)
        self.origin = values[0] if len(values) == 1 else None
        came = self.came(name)
        if origins is None:
            note = "every origin may connect" if values else "not a browser, or it would say so"
            self.header("origin-refused", "Origin", True, "any origin", came, note=note)
            return
        allowed = {origin and origin.lower() for origin in origins}
        named = ", ".join(sorted(origin for origin in origins if origin))
        expected = named or ("no Origin" if None in allowed else "no request at all")
        ok = len(values) < 2 and (self.origin and self.origin.lower()) in allowed
        self.header("origin-refused", "Origin", ok, expected, came)

    def choose_subprotocol(self, spoken: Sequence[str]) -> None:
        """§4.2.1 item 8: what the client asks for; §4.2.2: the server takes one or none."""
        name = "Sec-WebSocket-Protocol"
        self.asked = self.headers.tokens(name)
        came = self.came(name)
        rule, ok, note = "subprotocols-malformed", True, None
        if name in self.headers and not (self.asked and all(map(is_token, self.asked))):
            ok = False
        elif len(set(self.asked)) < len(self.asked):
            rule, ok = "subprotocols-repeated", False
        else:
            self.subprotocol = next((asked for asked in self.asked if asked in spoken), None)
            if self.subprotocol:
                note = f"the server chooses {self.subprotocol}"
            elif self.asked:
                note = "the server speaks none of them and goes on without"
        self.header(rule, name, ok, "different tokens with commas between", came, note=note)

    def read_extensions(self, deflate: Deflate | None) -> None:
        """§4.2.1 item 9, §9.1: what the client offers; a malformed header is refused at once.

        Of several offers of permessage-deflate the first that suits is taken (RFC 7692 §5).
        """
        name = "Sec-WebSocket-Extensions"
        values = self.headers.get_all(name)
        ok, came, note = True, self.came(name), None
        try:
            self.extensions = parse_extensions(values)
        except InputError as problem:
            ok, came = False, f"{came}: {inside(problem)}"
        if deflate is not None:
            for offered, offer in self.extensions:
                if offered.lower() == DEFLATE and self.agreement is None:
                    try:
                        self.agreement = deflate.answer(offer)
                        note = f"the server takes {DEFLATE}"
                    except InputError as problem:
                        note = f"the server declines: {inside(problem)}"
        self.header("extensions-malformed", name, ok, "names and parameters", came, note=note)


def _resource_of(target: str) -> str | None:
    """The resource name in a request target, or None (§3, §4.1)."""
    if "#" in target:
        return None
    resource = target
    if match := _ABSOLUTE.match(target):
        resource = target[match.end() :]
        resource = resource if resource.startswith("/") else f"/{resource}"
    return resource if resource.startswith("/") else None
