"""The rules of the opening handshake, as data (RFC 6455 §4, and RFC 9112 for its HTTP)."""

from typing import Any

from .rules import Rule


def _head(id: str, sentence: str, document: str, section: str, **more: Any) -> Rule:
    """A rule of HTTP itself: §4.2.1 lets a server refuse whatever is not a valid HTTP request."""
    rows = ("6455-4.1-19", "6455-4.2.1-1")
    given = {"rows": rows, "status": 400, **more}
    return Rule(id, "head", sentence, section, document=document, **given)


def _request(id: str, sentence: str, section: str, *rows: str, **more: Any) -> Rule:
    return Rule(id, "request", sentence, section, rows, **{"status": 400, **more})


def _response(id: str, sentence: str, section: str, *rows: str, **more: Any) -> Rule:
    return Rule(id, "response", sentence, section, rows, **more)


LIMIT = {"status": 431, "rows": ("6455-10.4-1", "6455-10.7-4")}

HANDSHAKE_RULES = (
    # -- the head of any HTTP message: request line or status line, headers, an empty line ------
    _head("head-incomplete", "A head must end with an empty line.", "RFC 9112", "2.1"),
    _head(
        "head-too-large",
        "A server must refuse a head larger than its limit, before it has read all of it.",
        "RFC 6585",
        "5",
        **LIMIT,
    ),
    _head(
        "head-too-many-headers",
        "A server must refuse a head with more headers than its limit.",
        "RFC 6585",
        "5",
        **LIMIT,
    ),
    # RFC 9112 lets a receiver take a bare LF. Two readers who differ can be played off against
    # each other (request smuggling), so we do not.
    _head("head-bare-lf", "Every line of a head must end with CR LF.", "RFC 9112", "2.2"),
    _head(
        "head-request-line",
        "The first line of a request must be: method, space, target, space, HTTP version.",
        "RFC 9112",
        "3",
    ),
    _head(
        "head-status-line",
        "The first line of a reply must be: HTTP version, space, three digits, space, reason.",
        "RFC 9112",
        "4",
        status=None,
        rows=("6455-4.1-47",),
    ),
    _head(
        "head-target-not-ascii",
        "A request target must be ASCII, with all other characters percent-encoded.",
        "RFC 9112",
        "3.2",
        rows=("6455-4.1-22", "6455-11.1.1-2", "6455-11.1.2-2"),
    ),
    _head("head-no-colon", "A header must be a name, a colon and a value.", "RFC 9112", "5"),
    _head(
        "head-space-before-colon",
        "There must be no space between a header's name and its colon.",
        "RFC 9112",
        "5.1",
    ),
    _head(
        "head-header-name",
        "A header's name must be a token: letters, digits and a few marks, no spaces.",
        "RFC 9110",
        "5.1",
    ),
    _head("head-obs-fold", "A header must stay on one line.", "RFC 9112", "5.2"),
    _head(
        "head-control-character",
        "A head must not hold control characters other than line ends and tabs.",
        "RFC 9110",
        "5.5",
    ),
    # -- what a server asks of a client's request, in the order of §4.2.1 ------------------------
    _request(
        "request-method",
        "An opening handshake must be a GET request.",
        "4.2.1",
        "6455-4.1-20",
        "6455-4.2.1-n1",
        status=405,
    ),
    _request(
        "request-http-version",
        "An opening handshake must use HTTP/1.1 or newer.",
        "4.2.1",
        "6455-4.1-21",
        "6455-4.2.1-n1",
    ),
    _request(
        "request-target",
        "The target must be a resource name that starts with /, or an http URI; no fragment.",
        "4.1",
        "6455-4.1-22",
        "6455-3-2",
        "6455-3-3",
    ),
    _request(
        "request-resource-unknown",
        "A server must refuse a resource it does not have, with a status such as 404.",
        "4.2.2",
        "6455-4.2.2-7",
        status=404,
    ),
    _request(
        "request-host",
        "A request must name the host it wants, in exactly one Host header.",
        "4.2.1",
        "6455-4.1-23",
        "6455-4.2.1-n2",
    ),
    _request(
        "request-body",
        "An opening handshake must not have a body: what follows the head is frames.",
        "4.1",
        "6455-4.1-40",
    ),
    _request(
        "request-upgrade",
        "The Upgrade header must contain websocket, in capitals or not.",
        "4.2.1",
        "6455-4.1-24",
        "6455-4.1-25",
        "6455-4.2.1-n3",
        status=426,
    ),
    _request(
        "request-connection",
        "The Connection header must contain the token Upgrade, in capitals or not.",
        "4.2.1",
        "6455-4.1-26",
        "6455-4.1-27",
        "6455-4.2.1-n4",
    ),
    _request(
        "key-missing",
        "A request must have a Sec-WebSocket-Key.",
        "4.2.1",
        "6455-4.1-28",
        "6455-4.2.1-n5",
    ),
    _request(
        "key-repeated",
        "Sec-WebSocket-Key must come only once.",
        "11.3.1",
        "6455-11.3.1-1",
    ),
    _request(
        "key-malformed",
        "The key must be the base64 text of 16 bytes.",
        "4.2.1",
        "6455-4.1-29",
        "6455-4.2.1-n5",
    ),
    _request(
        "version-missing",
        "A request must have a Sec-WebSocket-Version.",
        "4.2.1",
        "6455-4.1-33",
        "6455-4.2.1-n6",
    ),
    _request(
        "version-repeated",
        "Sec-WebSocket-Version must come only once in a request.",
        "11.3.5",
        "6455-11.3.5-2",
    ),
    _request(
        "version-malformed",
        "A version must be a number from 0 to 255 without leading zeros.",
        "4.3",
        "6455-4.3-n1",
    ),
    _request(
        "version-unsupported",
        "The version must be 13; to any other a server must answer with the versions it speaks.",
        "4.4",
        "6455-4.1-34",
        "6455-4.2.1-n6",
        "6455-4.2.2-6",
        "6455-4.4-1",
        status=426,
    ),
    _request(
        "origin-refused",
        "A server meant for certain sites should refuse pages of all others.",
        "10.2",
        "6455-10.2-1",
        "6455-10.2-2",
        "6455-4.2.2-4",
        "6455-4.2.2-5",
        level="SHOULD",
        status=403,
    ),
    _request(
        "subprotocols-malformed",
        "Each subprotocol a client lists must be a token: visible ASCII without separators.",
        "4.1",
        "6455-4.1-36",
        "6455-11.3.4-1",
    ),
    _request(
        "subprotocols-repeated",
        "A client must not list a subprotocol twice.",
        "4.1",
        "6455-4.1-37",
    ),
    _request(
        "extensions-malformed",
        "An extension must be a token, and each parameter after a semicolon token or token=token.",
        "9.1",
        "6455-9.1-1",
        "6455-9.1-2",
        "6455-4.3-1",
        "6455-11.3.2-1",
    ),
    # -- what a client asks of a server's reply, in the order of §4.1 ----------------------------
    _response(
        "response-status",
        "Only status 101 may open a WebSocket; any other is an ordinary HTTP answer.",
        "4.1",
        "6455-4.1-n1",
        "6455-4.2.2-12",
    ),
    _response("response-http-version", "A reply must use HTTP/1.1 or newer.", "4.1", "6455-4.1-47"),
    _response(
        "response-upgrade",
        "The Upgrade header of the reply must be websocket, in capitals or not.",
        "4.1",
        "6455-4.1-42",
        "6455-4.2.2-12",
    ),
    _response(
        "response-connection",
        "The Connection header of the reply must contain the token Upgrade, in capitals or not.",
        "4.1",
        "6455-4.1-43",
        "6455-4.2.2-12",
    ),
    _response("accept-missing", "A reply must have a Sec-WebSocket-Accept.", "4.1", "6455-4.1-44"),
    _response(
        "accept-repeated", "Sec-WebSocket-Accept must come only once.", "11.3.3", "6455-11.3.3-1"
    ),
    _response(
        "accept-wrong",
        "The accept value must be the base64 of the SHA-1 of the key's text and the GUID.",
        "4.1",
        "6455-4.1-44",
        "6455-4.2.2-n1",
    ),
    _response(
        "response-subprotocol-repeated",
        "A reply must not name more than one subprotocol.",
        "11.3.4",
        "6455-11.3.4-2",
    ),
    _response(
        "response-subprotocol-unasked",
        "The server must choose a subprotocol that the client asked for, or send no such header.",
        "4.1",
        "6455-4.1-46",
        "6455-4.2.2-8",
        "6455-4.2.2-9",
    ),
    _response(
        "response-extensions-malformed",
        "An extension must be a token, and each parameter after a semicolon token or token=token.",
        "9.1",
        "6455-9.1-1",
        "6455-9.1-2",
        "6455-4.3-1",
        "6455-11.3.2-2",
    ),
    _response(
        "response-extension-unasked",
        "The server must accept only extensions that the client offered.",
        "4.1",
        "6455-4.1-45",
        "6455-4.2.2-10",
        "6455-4.2.2-11",
        "6455-9-3",
    ),
    _response(
        "response-deflate-repeated",
        "A reply must accept permessage-deflate once: two would both claim RSV1.",
        "5",
        "7692-5-7",
        "7692-5-8",
        document="RFC 7692",
    ),
    _response(
        "response-deflate-refused",
        "The parameters of permessage-deflate must be well-formed and keep to what was offered.",
        "7",
        "7692-7-2",
        "7692-7-n5",
        "7692-7-n6",
        "7692-7-n7",
        "7692-7-n8",
        "7692-5.1-n1",
        document="RFC 7692",
    ),
)
