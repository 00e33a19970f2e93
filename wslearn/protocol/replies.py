"""The server's half of the opening handshake, second part: write the reply (RFC 6455 §4.2.2)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from .checks import extra_headers
from .deflate import DEFLATE
from .errors import InputError
from .extensions import Extension, as_extensions, format_extensions
from .headers import Headers, quoted
from .http1 import REASONS, Response
from .server_handshake import VERSION, RequestCheck


def server_response(
    check: RequestCheck,
    *,
    extensions: str | Sequence[str | Extension] = (),
    headers: Iterable[tuple[str, str]] = (),
) -> Response:
    """The reply to a checked request: 101, or the error that its first broken rule asks for.

    ``extensions`` is what the server accepts of the client's offers besides permessage-deflate,
    which follows from the check; ``headers`` are added, such as a Set-Cookie. Raises
    :class:`InputError` for an extension that was not offered, and for a header that the reply
    writes itself (RFC 6455 §4.2.2).

    >>> from .server_handshake import check_request
    >>> print(server_response(check_request(b"GET / HTTP/1.0\\r\\n\\r\\n")).first_line)
    HTTP/1.1 400 Bad Request
    """
    extra = extra_headers(headers)
    if not check.ok:
        return _refusal(check, extra)
    accepted = as_extensions(extensions)
    if check.agreement is not None:
        accepted = [(DEFLATE, check.agreement.parameters()), *accepted]
    offered = {name.lower() for name, _ in check.extensions}
    if unasked := next((name for name, _ in accepted if name.lower() not in offered), None):
        raise InputError(f"Expected an extension that the client offered, got {quoted(unasked)}.")
    fields = [
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Accept", check.accept or ""),
    ]
    if check.subprotocol is not None:
        fields.append(("Sec-WebSocket-Protocol", check.subprotocol))
    if accepted:
        fields.append(("Sec-WebSocket-Extensions", format_extensions(accepted)))
    return Response(101, REASONS[101], headers=Headers([*fields, *extra]))


def _refusal(check: RequestCheck, headers: list[tuple[str, str]]) -> Response:
    violation, status = check.violations[0], check.status
    extra: list[tuple[str, str]] = []
    if status == 405:
        extra.append(("Allow", "GET"))  # RFC 9110 §15.5.6
    if status == 426:
        extra.append(("Upgrade", "websocket"))  # RFC 9110 §15.5.22
    broken = [violation.rule.id for violation in check.violations]
    if status == 426 or any(rule.startswith("version-") for rule in broken):
        extra.append(("Sec-WebSocket-Version", str(VERSION)))  # §4.2.2, §4.4
    rule, where = violation.rule, violation.where[:1].upper() + violation.where[1:]
    sentence = f"{where}: expected {violation.expected}, got {violation.came} ({rule.source})."
    if status in (403, 404):
        # A stranger need not read which sites and resources there are.
        sentence = f"{rule.sentence} ({rule.source})"
    response = _error(status, sentence, [*extra, *headers])
    # A reply to HEAD states the length of a body and has none (RFC 9110 §9.3.2).
    return replace(response, body=b"") if check.request.method == "HEAD" else response


def page_response(body: str | bytes, content_type: str = "text/html; charset=utf-8") -> Response:
    """A reply to an ordinary request, so that a page can come from the port it will connect to.

    >>> page_response("<h1>Hello</h1>").status
    200
    """
    body = body.encode() if isinstance(body, str) else body
    fields = [
        ("Connection", "close"),
        ("Content-Type", content_type),
        ("Content-Length", str(len(body))),
    ]
    return Response(200, REASONS[200], headers=Headers(fields), body=body)


def error_response(status: int, sentence: str, headers: Iterable[tuple[str, str]] = ()) -> Response:
    """A reply that opens no WebSocket, with one sentence as its body (RFC 6455 §4.2.2).

    ``status`` is from 300 to 599 (a redirect, 401 with a WWW-Authenticate header, 404, 503 ...);
    raises :class:`InputError` for others, and for a header that the reply writes itself.

    >>> error_response(404, "There is no such room.").encode().splitlines()[0]
    b'HTTP/1.1 404 Not Found'
    """
    if not 300 <= status <= 599:
        raise InputError(f"Expected a status from 300 to 599, got {status}.")
    return _error(status, sentence, extra_headers(headers))


def _error(status: int, sentence: str, headers: list[tuple[str, str]]) -> Response:
    body = f"{sentence}\n".encode(errors="backslashreplace")
    # Whoever sends Upgrade names it in Connection too (RFC 9110 §7.8).
    upgrade = any(name == "Upgrade" for name, _ in headers)
    fields = [
        ("Connection", "Upgrade, close" if upgrade else "close"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        *headers,
    ]
    return Response(status, REASONS.get(status, "Error"), headers=Headers(fields), body=body)
