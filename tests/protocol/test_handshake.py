"""Both sides of the opening handshake, checked against the vectors and against each other."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import places
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import Agreement, Deflate
from wslearn.protocol.errors import HandshakeError, InputError
from wslearn.protocol.events import Text
from wslearn.protocol.handshake import (
    Check,
    Headers,
    Request,
    Response,
    accept_mistakes,
    check_request,
    check_response,
    client_request,
    encode_key,
    error_response,
    page_response,
    parse_request,
    parse_response,
    server_response,
)
from wslearn.protocol.handshake_rules import HANDSHAKE_RULES
from wslearn.protocol.http1 import read_request, read_response
from wslearn.protocol.parser import FrameParser
from wslearn.protocol.rulebook import RULES

VECTORS = json.loads((places.VECTORS / "vectors.json").read_text(encoding="utf-8"))
EXAMPLES = {vector["id"]: vector for vector in VECTORS["rfc_handshake_examples"]}
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

REQUEST = {
    "Host": "server.example.com",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
}
RESPONSE = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": ACCEPT}

every_request = pytest.mark.parametrize(
    "vector", VECTORS["handshake_requests"], ids=lambda vector: vector["id"]
)
every_response = pytest.mark.parametrize(
    "vector", VECTORS["handshake_responses"], ids=lambda vector: vector["id"]
)


def request(line: str = "GET /chat HTTP/1.1", /, **changes: str | list[str] | None) -> bytes:
    """A good request with some headers changed (``Sec_WebSocket_Key=None`` leaves one out)."""
    return head(line, REQUEST, changes)


def response(line: str = "HTTP/1.1 101 Switching Protocols", /, **changes) -> bytes:
    return head(line, RESPONSE, changes)


def head(line: str, headers: dict, changes: dict) -> bytes:
    changed = headers | {name.replace("_", "-"): value for name, value in changes.items()}
    lines = [line]
    for name, value in changed.items():
        values = value if isinstance(value, list) else [value]
        lines += [f"{name}: {text}" for text in values if text is not None]
    return "".join(f"{text}\r\n" for text in [*lines, ""]).encode("latin-1")


def broken_by(check) -> list[str]:
    return [violation.rule.id for violation in check.violations]


STEPS = "protocol.server_handshake._RequestSteps"
ANSWER = "protocol.client_handshake._ResponseSteps"
PROVEN = {
    "request-method": (f"{STEPS}.request_line", "6455-4.2.1-n1"),
    "request-http-version": (f"{STEPS}.request_line", "6455-4.2.1-n1"),
    "request-host": (f"{STEPS}.host", "6455-4.2.1-n2"),
    "request-upgrade": (f"{STEPS}.upgrade", "6455-4.2.1-n3"),
    "request-connection": ("protocol.checks.Steps.connection", "6455-4.2.1-n4"),
    "key-missing": (f"{STEPS}.key", "6455-4.2.1-n5"),
    "key-malformed": (f"{STEPS}.key", "6455-4.2.1-n5"),
    "key-repeated": ("protocol.server_handshake.check_request", "6455-11.3.1-1"),
    "version-missing": (f"{STEPS}.version", "6455-4.2.1-n6"),
    "version-unsupported": (f"{STEPS}.version", "6455-4.2.1-n6"),
    "version-malformed": (f"{STEPS}.version", "6455-4.3-n1"),
    "version-repeated": ("protocol.server_handshake.check_request", "6455-11.3.5-2"),
    "extensions-malformed": ("protocol.extensions.parse_extensions", "6455-9.1-1"),
    "response-upgrade": (f"{ANSWER}.upgrade", "6455-4.1-42"),
    "response-connection": ("protocol.checks.Steps.connection", "6455-4.1-43"),
    "accept-missing": (f"{ANSWER}.check_accept", "6455-4.1-44"),
    "accept-wrong": (f"{ANSWER}.check_accept", "6455-4.1-44"),
    "accept-repeated": (
        "protocol.client_handshake.check_response", "6455-4.1-47", "6455-11.3.3-1",
    ),
    "response-subprotocol-unasked": (f"{ANSWER}.read_subprotocol", "6455-4.1-46"),
    "response-subprotocol-repeated": (
        "protocol.client_handshake.check_response", "6455-4.1-47", "6455-11.3.4-2",
    ),
    "response-extension-unasked": ("protocol.client_handshake.check_response", "6455-4.1-45"),
    "response-extensions-malformed": ("protocol.extensions.parse_extensions", "6455-9.1-1"),
}  # fmt: skip
"""By rule: who obeys, and the rows of the RFC that a breach of the rule proves."""


def proving(cases: list) -> list:
    """The cases, each with the rows that it proves."""
    found = {rule: [pytest.mark.row(*rows, at=at)] for rule, (at, *rows) in PROVEN.items()}
    return [pytest.param(*case, marks=found.get(case[0], ())) for case in cases]


# -- the vectors -------------------------------------------------------------------------------


@every_request
def test_a_server_answers_the_vectors_with_their_status(vector):
    data = vector["request"].encode().replace(b"<ff>", b"\xff")
    check = check_request(
        data,
        subprotocols=vector.get("server_subprotocols", ()),
        origins=vector.get("allowed_origins"),
    )
    reply = server_response(check)
    assert check.status == reply.status
    assert check.status in vector["status"]
    assert check.ok == (check.status == 101)
    assert check.subprotocol == vector.get("subprotocol")
    if "accept" in vector:
        assert reply.headers.get("Sec-WebSocket-Accept") == vector["accept"]
    if "response_header" in vector:
        name, value = vector["response_header"]
        assert reply.headers.get(name) == value
    assert parse_response(reply.encode()) == (
        Response(reply.status, reply.reason, headers=reply.headers),
        reply.body,
    )


@pytest.mark.row("6455-4.1-41", at="protocol.client_handshake.check_response")
@every_response
def test_a_client_does_with_the_vectors_what_they_say(vector):
    glued = bytes.fromhex(vector.get("followed_by_hex", ""))
    check = check_response(
        vector["response"].encode() + glued,
        vector["client_key"],
        subprotocols=vector.get("requested", ()),
        extensions=vector.get("offered", ()),
    )
    assert check.outcome == vector["result"]
    assert check.ok == (vector["result"] == "open")
    assert check.subprotocol == vector.get("subprotocol")
    assert check.rest == glued
    texts = [frame.payload.decode() for frame in FrameParser("client").feed(check.rest)]
    assert texts == [event["text"] for event in vector.get("events", [])]


@pytest.mark.row(
    "6455-4.1-18",
    "6455-4.1-20",
    "6455-4.1-21",
    "6455-4.1-24",
    "6455-4.1-25",
    "6455-4.1-26",
    "6455-4.1-27",
    "6455-4.1-28",
    "6455-4.1-31",
    "6455-4.1-33",
    "6455-4.1-34",
    at="protocol.client_handshake.client_request",
)
@pytest.mark.row("6455-4.2.2-1", "6455-4.2.2-12", at="protocol.replies.server_response")
def test_the_example_of_the_rfc_is_written_byte_for_byte():
    example = EXAMPLES["hs-request"]
    sent = client_request(
        "ws://server.example.com/chat",
        KEY,
        subprotocols=["chat", "superchat"],
        origin="http://example.com",
    )
    assert sent.encode() == example["request"].encode()
    check = check_request(sent.encode(), subprotocols=["chat"])
    assert server_response(check).encode() == example["response"].encode()
    assert check_response(example["response"].encode(), KEY, subprotocols=["chat", "superchat"]).ok


@pytest.mark.row("6455-4.4-n1", "6455-11.3.5-1", at="protocol.client_handshake.check_response")
@pytest.mark.parametrize("values", EXAMPLES["hs-version"]["response_header_variants"], ids=str)
def test_a_client_reads_which_versions_a_server_speaks(values):
    data = response("HTTP/1.1 400 Bad Request", Sec_WebSocket_Version=list(values))
    check = check_response(data, KEY)
    assert check.outcome == "http"
    assert list(check.versions) == EXAMPLES["hs-version"]["parsed"]


def test_a_connect_request_with_credentials_is_plain_http():
    example = EXAMPLES["hs-proxy"]
    connect = f"CONNECT example.com:80 HTTP/1.1\r\nHost: example.com\r\n{example['header']}\r\n\r\n"
    parsed, _ = parse_request(connect.encode())
    scheme, credentials = parsed.headers.get("Proxy-Authorization").split()
    assert scheme == "Basic"
    assert base64.b64decode(credentials).decode() == example["decoded"]
    assert check_request(parsed).status == 405


@pytest.mark.parametrize("offer", VECTORS["deflate_bad_offers"]["offers"])
def test_a_server_that_accepts_no_extension_opens_whatever_is_offered(offer):
    check = check_request(request(Sec_WebSocket_Extensions=offer))
    assert check.status == 101
    assert "Sec-WebSocket-Extensions" not in server_response(check).headers


# -- the server judges -------------------------------------------------------------------------


def test_a_good_request_passes_every_step():
    check = check_request(request())
    assert broken_by(check) == []
    assert check.status == 101
    assert check.key == KEY
    assert check.accept == ACCEPT
    assert check.resource == "/chat"
    assert check.require() is check


REFUSED_REQUESTS = [
    ("request-method", 405, request("get /chat HTTP/1.1")),
    ("request-http-version", 400, request("GET /chat HTTP/1.0")),
    ("request-target", 400, request("GET * HTTP/1.1")),
    ("request-target", 400, request("GET /chat#a HTTP/1.1")),
    ("request-target", 400, request("GET ws://h/chat HTTP/1.1")),
    ("request-host", 400, request(Host=None)),
    ("request-host", 400, request(Host=["a", "b"])),
    ("request-host", 400, request(Host="a b")),
    ("request-host", 400, request(Host="")),
    ("request-body", 400, request(Content_Length="5")),
    ("request-body", 400, request(Content_Length=["0", "5"])),
    ("request-body", 400, request(Transfer_Encoding="chunked")),
    ("request-upgrade", 426, request(Upgrade=None)),
    ("request-upgrade", 426, request(Upgrade="h2c, websockets")),
    ("request-connection", 400, request(Connection=None)),
    ("request-connection", 400, request(Connection="keep-alive")),
    ("key-missing", 400, request(Sec_WebSocket_Key=None)),
    ("key-repeated", 400, request(Sec_WebSocket_Key=[KEY, KEY])),
    ("key-malformed", 400, request(Sec_WebSocket_Key="")),
    ("key-malformed", 400, request(Sec_WebSocket_Key="AAAA")),
    ("key-malformed", 400, request(Sec_WebSocket_Key=base64.b64encode(bytes(17)).decode())),
    ("key-malformed", 400, request(Sec_WebSocket_Key="!" * 22 + "==")),
    ("key-malformed", 400, request(Sec_WebSocket_Key="é")),
    ("version-missing", 400, request(Sec_WebSocket_Version=None)),
    ("version-repeated", 400, request(Sec_WebSocket_Version=["13", "13"])),
    ("version-malformed", 400, request(Sec_WebSocket_Version="")),
    ("version-malformed", 400, request(Sec_WebSocket_Version="013")),
    ("version-malformed", 400, request(Sec_WebSocket_Version="256")),
    ("version-malformed", 400, request(Sec_WebSocket_Version="-1")),
    ("version-malformed", 400, request(Sec_WebSocket_Version="13a")),
    ("version-malformed", 400, request(Sec_WebSocket_Version="13, 8")),
    ("version-unsupported", 426, request(Sec_WebSocket_Version="0")),
    ("version-unsupported", 426, request(Sec_WebSocket_Version="8")),
    ("version-unsupported", 426, request(Sec_WebSocket_Version="255")),
    ("subprotocols-malformed", 400, request(Sec_WebSocket_Protocol="")),
    ("subprotocols-malformed", 400, request(Sec_WebSocket_Protocol="a b")),
    ("subprotocols-malformed", 400, request(Sec_WebSocket_Protocol="a/b")),
    ("subprotocols-repeated", 400, request(Sec_WebSocket_Protocol="a, b, a")),
    ("subprotocols-repeated", 400, request(Sec_WebSocket_Protocol=["a", "a"])),
    ("extensions-malformed", 400, request(Sec_WebSocket_Extensions="")),
    ("extensions-malformed", 400, request(Sec_WebSocket_Extensions=["a", "b; c=;"])),
]


@pytest.mark.row("6455-4.2.1-1", "6455-10.7-4", at="protocol.server_handshake.check_request")
@pytest.mark.parametrize(("rule", "status", "data"), proving(REFUSED_REQUESTS))
def test_one_fault_in_a_request_breaks_one_rule_and_gets_its_status(rule, status, data):
    check = check_request(data)
    assert broken_by(check) == [rule]
    assert check.status == server_response(check).status == status
    with pytest.raises(HandshakeError) as caught:
        check.require()
    assert caught.value.status == status
    assert caught.value.violation == check.violations[0]


@pytest.mark.row("6455-4.2.1-n7", at="protocol.server_handshake.check_request")
@pytest.mark.parametrize(
    "data",
    [
        request("GET http://server.example.com/chat HTTP/1.1"),
        request("GET HTTPS://other.example/chat HTTP/1.1"),
        request("GET /chat HTTP/2.0"),
        request(Upgrade="h2c, WebSocket"),
        request(Upgrade=["h2c", "websocket"]),
        request(Connection="keep-alive, Upgrade"),
        request(Connection=["keep-alive", "upgrade"]),
        request(Host="[::1]:8080"),
        request(Content_Length="0"),
        request(Sec_WebSocket_Key=f"   {KEY}\t"),
        request(Sec_WebSocket_Protocol=["chat", "b, ,c"]),
        request(Sec_WebSocket_Extensions=["foo", "bar; baz=2"]),
        request(X_Unknown="yes", Cookie="a=b; c=d"),
        b"\r\n" + request(),
        head("GET / HTTP/1.1", dict(reversed(REQUEST.items())), {}),
    ],
)
def test_what_the_rfc_leaves_open_is_accepted(data):
    check = check_request(data)
    assert broken_by(check) == []
    assert check.accept == ACCEPT


def test_all_faults_are_listed_and_the_first_decides_the_status():
    data = request("POST /chat HTTP/1.0", Connection=None, Sec_WebSocket_Version="8")
    check = check_request(data)
    assert broken_by(check) == [
        "request-method",
        "request-http-version",
        "request-connection",
        "version-unsupported",
    ]
    assert check.status == 405


def test_the_titles_of_the_steps_are_the_same_whatever_came():
    titles = [step.title for step in check_request(request()).steps]
    assert len(set(titles)) == len(titles)
    for _, _, data in REFUSED_REQUESTS:
        assert [step.title for step in check_request(data).steps] == titles
    titles = [step.title for step in check_response(response(), KEY).steps]
    assert [step.title for step in check_response(b"", KEY).steps if step.title not in titles] == []


def test_a_step_points_at_the_line_it_judges():
    check = check_request(request(Connection="close"))
    step = check.step("Connection")
    assert (step.line, step.where) == (4, "line 4, Connection")
    assert (step.expected, step.came) == ("the token Upgrade", "“close”")
    assert request().splitlines()[step.line - 1].startswith(b"Connection")
    missing = check_request(request(Connection=None)).step("Connection")
    assert (missing.line, missing.where) == (None, "the headers")
    assert missing.came == "no Connection header"
    with pytest.raises(KeyError):
        check.step("No such step")


def test_a_key_with_odd_last_bits_is_accepted_and_noted():
    check = check_request(request(Sec_WebSocket_Key="AQIDBAUGBwgJCgsMDQ4PEC=="))
    assert check.ok
    assert "EA==" in check.step("Sec-WebSocket-Key").note
    assert check.accept == EXAMPLES["hs-nonce"]["accept_for_printed"]


def test_a_wrong_key_says_what_it_holds():
    check = check_request(request(Sec_WebSocket_Key=base64.b64encode(bytes(15)).decode()))
    assert check.step("Sec-WebSocket-Key").came == "“AAAAAAAAAAAAAAAAAAAA”: 15 bytes after decoding"
    assert check.key is None
    assert check.accept is None


@pytest.mark.row(
    "6455-4.2.2-8", "6455-11.3.4-1", at="protocol.server_handshake._RequestSteps.choose_subprotocol"
)
def test_the_clients_order_of_subprotocols_decides():
    check = check_request(
        request(Sec_WebSocket_Protocol=["soap, superchat", "chat"]),
        subprotocols=["chat", "superchat"],
    )
    assert check.subprotocols == ("soap", "superchat", "chat")
    assert check.subprotocol == "superchat"
    assert server_response(check).headers.get("Sec-WebSocket-Protocol") == "superchat"


@pytest.mark.row("6455-4.2.2-9", at="protocol.replies.server_response")
def test_without_a_common_subprotocol_the_reply_has_no_such_header():
    for data in (request(), request(Sec_WebSocket_Protocol="soap")):
        check = check_request(data, subprotocols=["chat"])
        assert check.ok
        assert "Sec-WebSocket-Protocol" not in server_response(check).headers


@pytest.mark.row(
    "6455-4.2.2-4", "6455-10.2-1", at="protocol.server_handshake._RequestSteps.check_origin"
)
@pytest.mark.row("6455-4.2.2-5", "6455-10.2-2", at="protocol.replies.server_response")
@pytest.mark.parametrize(
    ("origin", "allowed", "status"),
    [
        (None, None, 101),
        ("http://evil.example", None, 101),
        ("http://good.example", ["http://good.example"], 101),
        ("HTTP://Good.Example", ["http://good.example"], 101),
        ("http://evil.example", ["http://good.example"], 403),
        ("http://good.example.evil.example", ["http://good.example"], 403),
        ("null", ["http://good.example"], 403),
        ("", ["http://good.example"], 403),
        (["http://good.example", "http://evil.example"], ["http://good.example"], 403),
        (None, ["http://good.example"], 403),
        (None, ["http://good.example", None], 101),
        (["http://good.example"] * 2, [None], 403),
        ("http://good.example", [], 403),
    ],
)
def test_only_pages_of_the_listed_sites_may_connect(origin, allowed, status):
    check = check_request(request(Origin=origin), origins=allowed)
    reply = server_response(check)
    assert check.status == reply.status == status
    assert broken_by(check) == ([] if status == 101 else ["origin-refused"])
    assert ("Sec-WebSocket-Accept" in reply.headers) == (status == 101)


@pytest.mark.row("6455-4.2.1-2", at="protocol.server_handshake._RequestSteps.check_origin")
def test_a_request_without_origin_is_not_taken_for_a_browser():
    check = check_request(request())
    assert check.origin is None
    assert "not a browser, or it would say so" in str(check)


@pytest.mark.row("6455-10.1-n1", at="protocol.server_handshake._RequestSteps.check_origin")
def test_a_program_can_state_any_origin_so_it_proves_nothing():
    forged = client_request("ws://h/", KEY, origin="http://good")  # our own client, no browser
    assert check_request(forged.encode(), origins=["http://good"]).status == 101


@pytest.mark.row("6455-4.2.2-7", at="protocol.server_handshake._RequestSteps.request_line")
@pytest.mark.parametrize(
    ("target", "status"),
    [("/chat", 101), ("/chat?room=1", 101), ("http://h/chat", 101), ("/", 404), ("/chat/x", 404)],
)
def test_an_unknown_resource_is_not_found(target, status):
    data = request(f"GET {target} HTTP/1.1")
    check = check_request(data, resources={"/chat"})
    assert check.status == status
    assert broken_by(check) == ([] if status == 101 else ["request-resource-unknown"])


@pytest.mark.parametrize("what", ["subprotocols", "origins", "resources"])
def test_one_text_in_place_of_a_list_is_refused(what):
    with pytest.raises(InputError, match=f"^Expected a list of {what}, got the text “chat”"):
        check_request(request(), **{what: "chat"})


def test_a_head_that_cannot_be_read_is_refused_and_still_described():
    check = check_request(b"GET /chat HTTP/1.1\nHost : h\r\n\r\n")
    assert broken_by(check)[:2] == ["head-bare-lf", "head-space-before-colon"]
    assert check.status == 400
    assert check.step("Host").ok
    check = check_request(b"GET /chat HTTP/1.1\r\nHost: h")
    assert broken_by(check)[0] == "head-incomplete"


def test_a_parsed_request_is_judged_like_its_bytes():
    parsed, _ = parse_request(request())
    assert check_request(parsed) == check_request(request())


def test_a_head_that_was_read_under_other_limits_is_judged_with_what_was_found():
    small = read_request(request(), max_size=20)
    assert check_request(small).status == 431
    assert check_request(read_request(request() + b"rest")) == check_request(request() + b"rest")
    assert check_response(read_response(response()), KEY) == check_response(response(), KEY)


def test_what_follows_a_request_is_kept():
    assert check_request(request() + b"\x81\x80").rest == b"\x81\x80"


# -- the server answers ------------------------------------------------------------------------


@pytest.mark.row("6455-4.2.2-6", at="protocol.replies._refusal")
@pytest.mark.parametrize("version", ["13, 8", "013", "256", "8", "", "thirteen", None])
def test_every_answer_to_a_wrong_version_names_the_version_that_is_spoken(version):
    for changed in ({}, {"Sec_WebSocket_Key": "short"}):  # also where another fault comes first
        check = check_request(request(Sec_WebSocket_Version=version, **changed))
        reply = server_response(check)
        assert reply.status in (400, 426)
        assert reply.headers.get_all("Sec-WebSocket-Version") == ["13"]


def test_a_reply_to_head_states_the_length_of_a_body_and_has_none():
    check = check_request(b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")
    reply = server_response(check)
    assert (reply.status, reply.body) == (405, b"")
    assert int(reply.headers.get("Content-Length")) > 0
    assert reply.encode().endswith(b"\r\n\r\n")


@pytest.mark.row("6455-4.2.2-6", "6455-4.4-1", at="protocol.replies.server_response")
def test_an_unsupported_version_gets_the_one_that_is_spoken():
    reply = server_response(check_request(request(Sec_WebSocket_Version="8")))
    assert reply.status == 426
    assert reply.headers.get("Sec-WebSocket-Version") == "13"
    assert reply.headers.get("Upgrade") == "websocket"


def test_a_wrong_method_gets_the_one_that_is_allowed():
    reply = server_response(check_request(request("POST /chat HTTP/1.1")))
    assert (reply.status, reply.headers.get("Allow")) == (405, "GET")


@pytest.mark.parametrize(("rule", "status", "data"), REFUSED_REQUESTS)
def test_a_refusal_closes_the_connection_and_says_why_in_one_sentence(rule, status, data):
    reply = server_response(check_request(data))
    assert reply.headers.has_token("Connection", "close")
    assert reply.headers.get("Content-Length") == str(len(reply.body))
    assert reply.headers.get("Content-Type") == "text/plain; charset=utf-8"
    assert "Sec-WebSocket-Accept" not in reply.headers
    body = reply.body.decode()
    assert ": expected " in body
    assert body.endswith(f" ({RULES[rule].source}).\n")
    assert body.count("\n") == 1


def test_the_body_of_a_refusal_names_the_line_and_the_rule():
    reply = server_response(check_request(request(Connection="close")))
    assert reply.body.decode() == (
        "Line 4, Connection: expected the token Upgrade, got “close” (RFC 6455 §4.2.1).\n"
    )


def test_a_refusal_does_not_tell_which_sites_and_resources_there_are():
    data = request(Origin="http://evil.example")
    for check in (
        check_request(data, origins=["http://secret.example"]),
        check_request(data, resources=["/secret"]),
    ):
        assert "secret" in check.violations[0].expected
        assert b"secret" not in server_response(check).body


@pytest.mark.row("6455-4.2.2-10", "6455-9-2", at="protocol.replies.server_response")
def test_a_server_accepts_an_extension_that_was_offered_and_no_other():
    check = check_request(request(Sec_WebSocket_Extensions="foo; a=1, bar"))
    assert check.extensions == (("foo", [("a", "1")]), ("bar", []))
    reply = server_response(check, extensions=[("bar", [("b", None)])])
    assert reply.headers.get("Sec-WebSocket-Extensions") == "bar; b"
    with pytest.raises(InputError, match="an extension that the client offered, got “baz”"):
        server_response(check, extensions="baz")


def test_an_application_may_add_headers_but_none_of_the_handshakes_own():
    check = check_request(request())
    reply = server_response(check, headers=[("Set-Cookie", "a=b")])
    assert reply.headers.get("Set-Cookie") == "a=b"
    for name in ("Sec-WebSocket-Accept", "upgrade", "Content-Length"):
        with pytest.raises(InputError, match=f"that the handshake does not write, got {name}"):
            server_response(check, headers=[(name, "x")])
    with pytest.raises(InputError, match="without line ends"):
        server_response(check, headers=[("Set-Cookie", "a\r\nEvil: 1")])


@pytest.mark.row("6455-4.2.2-3", at="protocol.replies.error_response")
def test_a_server_may_send_a_client_elsewhere():
    moved = error_response(302, "It is over there.", [("Location", "wss://h/there")])
    assert moved.first_line == "HTTP/1.1 302 Found"
    check = check_response(moved.encode(), KEY)
    assert (check.outcome, check.response.headers.get("Location")) == ("http", "wss://h/there")


@pytest.mark.row("6455-4.2.2-n2", at="protocol.replies.error_response")
def test_other_answers_are_http_too():
    reply = error_response(401, "Log in first.", [("WWW-Authenticate", "Basic")])
    assert reply.encode() == (
        b"HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: 14\r\n"
        b"WWW-Authenticate: Basic\r\n\r\nLog in first.\n"
    )
    assert check_response(reply.encode(), KEY).outcome == "http"
    with pytest.raises(InputError, match="a status from 300 to 599, got 101"):
        error_response(101, "x")


# -- the client asks ---------------------------------------------------------------------------


@pytest.mark.row(
    "6455-4.1-32", "6455-4.1-35", "6455-4.1-38", at="protocol.client_handshake.client_request"
)
@pytest.mark.row("6455-9-1", "7692-5-1", at="protocol.client_handshake.client_request")
def test_what_a_client_may_say_it_says_only_when_it_wants_to():
    wishes = {"subprotocols": ["chat", "superchat"], "origin": "http://a", "deflate": Deflate()}
    plain = dict(client_request("ws://h/", KEY).headers)
    wishing = dict(client_request("ws://h/", KEY, **wishes).headers)
    assert wishing["Sec-WebSocket-Protocol"] == "chat, superchat"
    assert wishing["Origin"] == "http://a"
    assert wishing["Sec-WebSocket-Extensions"].startswith("permessage-deflate")
    optional = {"Sec-WebSocket-Protocol", "Origin", "Sec-WebSocket-Extensions"}
    assert set(wishing) - set(plain) == optional


@pytest.mark.row(
    "6455-4.1-35", "6455-4.1-38", "6455-4.1-39", at="protocol.client_handshake.client_request"
)
def test_a_request_carries_what_the_client_would_like():
    sent = client_request(
        "wss://h:9001/a?b",
        KEY,
        subprotocols=("b", "a"),
        extensions=["foo; x=1", ("bar", [])],
        origin="https://h",
        headers=[("Cookie", "a=b")],
    )
    assert sent.first_line == "GET /a?b HTTP/1.1"
    assert sent.headers.get("Host") == "h:9001"
    assert sent.headers.tokens("Sec-WebSocket-Protocol") == ["b", "a"]
    assert sent.headers.get("Sec-WebSocket-Extensions") == "foo; x=1, bar"
    assert sent.headers.get("Origin") == "https://h"
    assert sent.headers.get("Cookie") == "a=b"
    assert check_request(sent.encode()).ok


@pytest.mark.row("6455-4.1-36", "6455-4.1-37", at="protocol.client_handshake.client_request")
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"key": "AAAA"}, "Expected a key, the base64 text of 16 bytes; got 3 bytes after"),
        ({"uri": "ws://h/#f"}, "Expected a URI without a fragment"),
        ({"subprotocols": [""]}, "a token .* got nothing at index 0"),
        ({"subprotocols": ["a", "b c"]}, "a token .* got “b c” at index 1"),
        ({"subprotocols": ["é"]}, "a token .* got “é”"),
        ({"subprotocols": ["a", "b", "a"]}, "each subprotocol once, got “a” again at index 2"),
        ({"subprotocols": "chat"}, "Expected a list of subprotocols, got the text “chat”"),
        ({"extensions": "a; b="}, "Expected a value, got the end"),
        ({"extensions": [("a b", [])]}, "Expected a token"),
        ({"origin": "http://h\r\nEvil: 1"}, "Expected a value of Origin without line ends"),
        ({"headers": [("A", "b\nEvil: 1")]}, "Expected a value of A without line ends"),
        ({"headers": [("A:", "b")]}, "a header name that is a token, got “A:”"),
        ({"headers": {"TE": "trailers"}}, "headers as pairs of name and value, got 'TE'"),
        ({"headers": [("A",)]}, "headers as pairs of name and value, got .'A',."),
        ({"headers": [("host", "evil")]}, "that the handshake does not write, got host"),
        ({"headers": [("Sec-WebSocket-Key", KEY)]}, "the handshake does not write, got Sec-Web"),
        ({"origin": "http://h", "headers": [("Origin", "x")]}, "does not write, got Origin"),
    ],
)
def test_a_client_refuses_to_send_what_a_server_must_refuse(changes, message):
    with pytest.raises(InputError, match=message):
        client_request(**({"uri": "ws://h/", "key": KEY} | changes))


# -- the client judges -------------------------------------------------------------------------


def test_a_good_reply_passes_every_step():
    check = check_response(response(), KEY)
    assert broken_by(check) == []
    assert check.outcome == "open"
    assert check.require() is check


REFUSED_RESPONSES = [
    ("response-http-version", response("HTTP/1.0 101 Switching Protocols")),
    ("response-upgrade", response(Upgrade=None)),
    ("response-upgrade", response(Upgrade="websocket, h2c")),
    ("response-upgrade", response(Upgrade=["websocket", "websocket"])),
    ("response-connection", response(Connection=None)),
    ("response-connection", response(Connection="keep-alive")),
    ("accept-missing", response(Sec_WebSocket_Accept=None)),
    ("accept-repeated", response(Sec_WebSocket_Accept=[ACCEPT, ACCEPT])),
    ("accept-wrong", response(Sec_WebSocket_Accept="")),
    ("accept-wrong", response(Sec_WebSocket_Accept=ACCEPT.lower())),
    ("response-subprotocol-unasked", response(Sec_WebSocket_Protocol="soap")),
    ("response-subprotocol-unasked", response(Sec_WebSocket_Protocol="")),
    ("response-subprotocol-unasked", response(Sec_WebSocket_Protocol="chat, superchat")),
    ("response-subprotocol-repeated", response(Sec_WebSocket_Protocol=["chat", "chat"])),
    ("response-extension-unasked", response(Sec_WebSocket_Extensions="foo, baz")),
    ("response-extensions-malformed", response(Sec_WebSocket_Extensions="foo; =")),
    ("response-extensions-malformed", response(Sec_WebSocket_Extensions="")),
    (
        "response-deflate-repeated",
        response(Sec_WebSocket_Extensions="permessage-deflate, permessage-deflate"),
    ),
    (
        "response-deflate-refused",
        response(Sec_WebSocket_Extensions="permessage-deflate; server_max_window_bits=7"),
    ),
]


@pytest.mark.parametrize(("rule", "data"), proving(REFUSED_RESPONSES))
def test_one_fault_in_a_reply_breaks_one_rule_and_fails_the_connection(rule, data):
    check = check_response(
        data,
        KEY,
        subprotocols=["chat", "superchat"],
        extensions="foo, bar; x",
        deflate=Deflate(),
    )
    assert broken_by(check) == [rule]
    assert check.outcome == "fail"
    assert check.subprotocol is None
    assert check.extensions == ()
    with pytest.raises(HandshakeError) as caught:
        check.require()
    assert caught.value.status is None


@pytest.mark.row("6455-4.1-n2", at="protocol.headers.Headers.get_all")
@pytest.mark.parametrize(
    "data",
    [
        response(Upgrade="WebSocket"),
        response(Connection="keep-alive, upgrade"),
        response(Sec_WebSocket_Accept=f"  {ACCEPT} "),
        response("HTTP/1.1 101 Whatever You Like"),
        response("HTTP/1.1 101 "),
        response(Sec_WebSocket_Protocol="superchat"),
        response(Sec_WebSocket_Extensions=["foo", "bar; x=1"]),  # erratum 3433
        response(X_Unknown="yes"),
        head("HTTP/1.1 101 x", {k.lower(): v for k, v in reversed(RESPONSE.items())}, {}),
    ],
)
def test_a_reply_that_the_rfc_allows_opens_the_connection(data):
    check = check_response(data, KEY, subprotocols=["chat", "superchat"], extensions="foo, bar")
    assert broken_by(check) == []


@pytest.mark.row("6455-4.1-46", at=f"{ANSWER}.read_subprotocol")
def test_a_client_that_asked_for_no_subprotocol_takes_none():
    assert check_response(response(Sec_WebSocket_Protocol="chat"), KEY).outcome == "fail"
    assert check_response(response(), KEY, subprotocols=["chat"]).outcome == "open"


@pytest.mark.row("6455-4.1-45", "7692-5-12", at="protocol.client_handshake.check_response")
def test_a_client_that_offered_no_compression_takes_none():
    data = response(Sec_WebSocket_Extensions="permessage-deflate")
    assert check_response(data, KEY).outcome == "fail"
    assert check_response(data, KEY, deflate=Deflate()).outcome == "open"


@pytest.mark.row("6455-4.1-n1", at=f"{ANSWER}.status_line")
@pytest.mark.parametrize("status", [200, 302, 401])
def test_a_reply_that_is_no_101_is_ordinary_http(status):
    # All that opens a WebSocket, but for the status.
    check = check_response(response(f"HTTP/1.1 {status} x", Location="/a"), KEY)
    assert check.outcome == "http"
    assert check.response.status == status
    assert check.response.headers.get("Location") == "/a"


@pytest.mark.row("6455-4.1-n3", at="protocol.client_handshake.check_response")
def test_what_is_in_use_is_what_the_reply_says():
    data = response(Sec_WebSocket_Protocol="chat")
    check = check_response(data, KEY, subprotocols=["soap", "chat"], deflate=Deflate())
    assert (check.outcome, check.subprotocol) == ("open", "chat")
    assert (check.extensions, check.agreement) == ((), None)


def test_one_sentence_says_what_an_opened_connection_speaks():
    check = check_response(response(Sec_WebSocket_Protocol="chat"), KEY, subprotocols=["chat"])
    assert check.conclusion == "The client opens the connection with the subprotocol chat."
    plain = check_response(response(), KEY)
    assert plain.conclusion == "The client opens the connection."


def test_a_parsed_reply_is_judged_like_its_bytes():
    parsed, rest = parse_response(response() + b"\x81\x00")
    assert rest == b"\x81\x00"
    assert check_response(parsed, KEY).steps == check_response(response(), KEY).steps


def test_a_check_of_neither_side_has_nothing_to_conclude():
    with pytest.raises(NotImplementedError):
        str(Check(()))


@pytest.mark.row("6455-9.1-n1", at="protocol.client_handshake._ResponseSteps.read_extensions")
def test_the_extensions_in_use_come_from_the_reply_in_its_order():
    data = response(Sec_WebSocket_Extensions=["bar; x=1", "foo"])
    check = check_response(data, KEY, extensions="foo, bar")
    assert check.extensions == (("bar", [("x", "1")]), ("foo", []))


@pytest.mark.parametrize("mistake", accept_mistakes(KEY), ids=lambda mistake: mistake.name)
def test_a_usual_mistake_in_the_accept_value_is_recognised(mistake):
    check = check_response(response(Sec_WebSocket_Accept=mistake.value), KEY)
    step = check.step("Sec-WebSocket-Accept")
    assert step.rule.id == "accept-wrong"
    assert step.expected == ACCEPT
    assert step.came.endswith(f": {mistake.sentence[0].lower()}{mistake.sentence[1:-1]}")


def test_an_interim_reply_is_recognised():
    early = check_response(b"HTTP/1.1 103 Early Hints\r\n\r\n" + response(), KEY)
    assert (early.outcome, early.interim) == ("http", True)
    assert str(early).endswith("“103 Early Hints” is an answer before the answer.")
    assert check_response(early.rest, KEY).outcome == "open"
    assert not check_response(b"HTTP/1.1 404 Not Found\r\n\r\n", KEY).interim
    assert not check_response(response(), KEY).interim


def test_a_reply_that_is_no_http_fails_and_is_no_answer():
    for data in (
        b"",
        b"\x81\x05Hello",
        response("HTTP/1.1 101x"),
        b"HTTP/1.1 404 Not Found\r\nA : b\r\n\r\n",
    ):
        assert check_response(data, KEY).outcome == "fail"


# -- together ----------------------------------------------------------------------------------


def test_a_check_prints_one_line_for_each_step_and_what_follows():
    check = check_request(request(Connection="close"))
    lines = str(check).splitlines()
    assert len(lines) == len(check.steps) + 1
    assert "✓ Upgrade: “websocket”" in lines
    assert "✗ Connection: expected the token Upgrade, got “close” (line 4, Connection)" in lines
    assert lines[-1] == (
        "The server answers 400 Bad Request. "
        "The Connection header must contain the token Upgrade, in capitals or not. "
        "(RFC 6455 §4.2.1)"
    )
    assert str(check_response(b"HTTP/1.1 404 Not Found\r\n\r\n", KEY)).splitlines()[-1] == (
        "The client has no WebSocket but an HTTP answer, “404 Not Found”."
    )
    assert str(check_response(response(Upgrade=None), KEY)).splitlines()[-1] == (
        "The client fails the connection. The Upgrade header of the reply must be websocket, "
        "in capitals or not. (RFC 6455 §4.1)"
    )


def test_hostile_text_comes_out_as_escapes():
    check = check_request(request(Upgrade="\x1b[2J\r<script>"))
    assert "\x1b" not in str(check)
    assert "\r" not in str(check)
    assert b"\x1b" not in server_response(check).body


def test_every_handshake_rule_is_broken_by_some_test():
    """A rule that nothing can break is not a rule."""
    seen = {rule for rule, *_ in (*REFUSED_REQUESTS, *REFUSED_RESPONSES)}
    elsewhere = {"origin-refused", "request-resource-unknown", "response-status"}
    rules = {rule.id for rule in HANDSHAKE_RULES if rule.layer != "head"}
    assert seen | elsewhere == rules


nonces = st.binary(min_size=16, max_size=16)
names = st.lists(st.sampled_from(["chat", "soap", "a.b", "v1"]), unique=True)


@given(nonces, names, names)
def test_what_our_client_asks_our_server_answers_and_our_client_takes(nonce, asked, spoken):
    key = encode_key(nonce)
    sent = client_request("ws://h/", key, subprotocols=asked)
    check = check_request(sent.encode(), subprotocols=spoken).require()
    reply = server_response(check).encode()
    opened = check_response(reply, key, subprotocols=asked).require()
    assert opened.subprotocol == next((name for name in asked if name in spoken), None)


noise = st.lists(
    st.sampled_from(
        [b"\r\n", b"\n", b": ", b",", b"GET / HTTP/1.1", b"HTTP/1.1 101 x", b"\xff", b'"', b";"]
        + [name.encode() for name in (*REQUEST, "Sec-WebSocket-Extensions", "Origin")]
        + [name.encode() for name in ("Sec-WebSocket-Protocol", "Sec-WebSocket-Accept", KEY)]
    )
    | st.binary(max_size=4)
).map(b"".join)


@pytest.mark.row("6455-10.7-1", at="protocol.server_handshake.check_request")
@given(noise | noise.map(request()[:-2].__add__))
def test_no_bytes_make_a_server_raise(data):
    check = check_request(data, subprotocols=["chat"], origins=["http://h"], resources=["/"])
    reply = server_response(check)
    assert reply.status == check.status
    assert parse_response(reply.encode())[1] == reply.body
    assert check.ok == (check.violations == [])
    assert str(check)


@given(noise | noise.map(response()[:-2].__add__))
def test_no_bytes_make_a_client_raise(data):
    check = check_response(data, KEY, subprotocols=["chat"], extensions="foo")
    assert (check.outcome == "open") == check.ok == (check.violations == [])
    assert str(check)


text = st.text(max_size=12)


@given(text, text, text, st.lists(st.tuples(text | st.sampled_from(list(REQUEST)), text)))
def test_no_request_that_was_put_together_by_hand_makes_a_server_raise(
    method, target, version, fields
):
    check = check_request(Request(method, target, version, Headers(fields)))
    assert server_response(check).encode()
    assert str(check)


# -- arguments of the wrong type -------------------------------------------------------------------


def test_a_request_or_reply_may_be_text():
    text = "GET /é HTTP/1.1\r\nHost: h\r\n\r\n"
    assert check_request(text) == check_request(text.encode())
    assert check_request("\udc80").violations
    reply = "HTTP/1.1 404 Not Found\r\n\r\n"
    assert check_response(reply, KEY) == check_response(memoryview(reply.encode()), KEY)


def test_what_is_neither_bytes_nor_text_is_refused():
    with pytest.raises(InputError) as caught:
        check_request(5)
    assert str(caught.value) == "Expected a request as bytes or text, got int."
    with pytest.raises(InputError) as caught:
        check_response(None, KEY)
    assert str(caught.value) == "Expected a reply as bytes or text, got NoneType."


def test_a_client_names_what_is_not_a_uri_or_a_key():
    with pytest.raises(InputError, match="Expected a URI as text, got int"):
        client_request(5, KEY)
    with pytest.raises(InputError, match="Expected the key's text"):
        client_request("ws://h/", KEY.encode())


def test_one_header_is_counted_as_one():
    check = check_request("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    assert check.step("HTTP head").came == "a first line and 1 header"


wishes = st.builds(
    Deflate,
    no_context_takeover=st.booleans(),
    peer_no_context_takeover=st.booleans(),
    window_bits=st.integers(9, 15),
    peer_window_bits=st.integers(8, 15),
    hints_window=st.booleans(),
)


@pytest.mark.row("7692-5-6", at="protocol.replies.server_response")
@given(wishes | st.none(), wishes | st.none())
def test_both_sides_leave_the_handshake_with_one_agreement_on_compression(client, server):
    key = encode_key(bytes(16))
    sent = client_request("ws://h/", key, deflate=client)
    check = check_request(sent.encode(), deflate=server).require()
    opened = check_response(server_response(check).encode(), key, deflate=client)
    assert opened.ok or check.agreement.client_max_window_bits == 8  # zlib has no such window
    if opened.ok and check.agreement is not None:
        assert opened.agreement.server == check.agreement.server
        # A client may always use less than what was agreed (RFC 7692 §7.2.1).
        assert opened.agreement.client.bits <= check.agreement.client.bits
        assert opened.agreement.client.context_takeover <= check.agreement.client.context_takeover
    elif check.agreement is None:
        assert opened.agreement is None


@pytest.mark.row(
    "7692-5-n1", "7692-5-5", at="protocol.server_handshake._RequestSteps.read_extensions"
)
def test_a_server_takes_the_first_offer_of_compression_that_suits_it():
    offers = (
        "permessage-deflate; server_max_window_bits=99, permessage-deflate, permessage-deflate; x"
    )
    check = check_request(request(Sec_WebSocket_Extensions=offers), deflate=Deflate())
    assert check.agreement == Agreement()
    sent = server_response(check).headers.get("Sec-WebSocket-Extensions")
    assert sent == "permessage-deflate"
    assert "takes permessage-deflate" in str(check)


@pytest.mark.parametrize(
    ("offer", "policy", "why"),
    [
        ("foo", Deflate(), "a parameter of permessage-deflate, got 'foo'"),
        ("client_max_window_bits=08", Deflate(), "client_max_window_bits from 8 to 15, got '08'"),
        ("server_max_window_bits=8", Deflate(), "a window that zlib has, 9 to 15, got 8"),
        (
            "server_no_context_takeover",
            Deflate(peer_window_bits=10),
            "client_max_window_bits, which is needed here, got none",
        ),
    ],
)
def test_a_server_says_why_it_declines_an_offer(offer, policy, why):
    sent = request(Sec_WebSocket_Extensions=f"permessage-deflate; {offer}")
    check = check_request(sent, deflate=policy)
    assert (check.ok, check.agreement) == (True, None)
    step = check.step("Sec-WebSocket-Extensions")
    assert step.note == f"the server declines: expected {why}"


@pytest.mark.row("7692-5-2", at="protocol.server_handshake._RequestSteps.read_extensions")
def test_compression_may_be_offered_several_times_with_different_parameters():
    offer = "permessage-deflate; server_max_window_bits=10, permessage-deflate"
    check = check_request(request(Sec_WebSocket_Extensions=offer), deflate=Deflate())
    assert check.extensions == (
        ("permessage-deflate", [("server_max_window_bits", "10")]),
        ("permessage-deflate", []),
    )
    assert check.agreement == Agreement(server_max_window_bits=10)


@pytest.mark.row("7692-5-7", "7692-5-9", at=f"{STEPS}.read_extensions")
@pytest.mark.row("6455-11.3.2-2", at="protocol.extensions.parse_extensions")
@pytest.mark.parametrize("order", ["permessage-deflate, x-rsv1", "x-frames, permessage-deflate"])
def test_a_server_takes_compression_beside_no_other_extension(order):
    reply = server_response(
        check_request(request(Sec_WebSocket_Extensions=order.split(", ")), deflate=Deflate())
    )
    assert reply.headers.get_all("Sec-WebSocket-Extensions") == ["permessage-deflate"]


@pytest.mark.row("7692-5-8", "7692-5-10", at="protocol.client_handshake.check_response")
@pytest.mark.parametrize(
    "accepted",
    [
        "permessage-deflate, x-rsv1",
        "x-frames, permessage-deflate",
        "permessage-deflate, permessage-deflate",
    ],
)
def test_a_client_takes_compression_beside_no_other_extension(accepted):
    data = response(Sec_WebSocket_Extensions=accepted)
    assert check_response(data, KEY, deflate=Deflate()).outcome == "fail"


@pytest.mark.row("6455-4.2.2-11", "6455-9-3", "7692-5-11", at="protocol.replies.server_response")
@pytest.mark.parametrize(
    ("offer", "deflate"),
    [
        (None, Deflate()),
        ("x-other", Deflate()),
        ("permessage-deflate; server_max_window_bits=8", Deflate()),
        ("permessage-deflate", None),
    ],
)
def test_a_server_that_is_offered_nothing_that_suits_it_names_no_extension(offer, deflate):
    check = check_request(request(Sec_WebSocket_Extensions=offer), deflate=deflate)
    reply = server_response(check)
    assert (check.agreement, reply.status) == (None, 101)
    assert "Sec-WebSocket-Extensions" not in reply.headers


@pytest.mark.row("7692-5.1-n1", at="protocol.client_handshake._ResponseSteps.settle_deflate")
def test_a_client_says_which_parameter_it_cannot_go_on_with():
    data = response(Sec_WebSocket_Extensions="permessage-deflate; client_max_window_bits=7")
    check = check_response(data, KEY, deflate=Deflate())
    assert "client_max_window_bits from 8 to 15, got '7'" in str(check.violations[0])
    assert check.outcome == "fail"
    assert check.agreement is None


def test_a_window_of_eight_bits_is_legal_and_the_limit_is_named_as_zlibs():
    data = response(Sec_WebSocket_Extensions="permessage-deflate; client_max_window_bits=8")
    check = check_response(data, KEY, deflate=Deflate())
    assert check.outcome == "open"
    step = check.step("permessage-deflate")
    assert step.note == "legal, but zlib cannot compress with a window of 8 bits"
    client = Connection("client", deflate=check.agreement, mask_keys=iter([bytes(4)] * 9).__next__)
    sent = client.send_text("Hello" * 20)
    assert not sent[0] & 0x40, "so nothing is compressed (RFC 7692 §6)"
    server = Connection("server", deflate=check.agreement)
    assert server.receive(sent) == [Text("Hello" * 20)]
    assert client.receive(server.send_text("Hello" * 20)) == [Text("Hello" * 20)]


@pytest.mark.parametrize(
    ("header", "remark"),
    [
        ({"Content_Length": "0"}, "Content-Length has no place in it, RFC 9110 §8.6"),
        ({"Transfer_Encoding": "chunked"}, "Transfer-Encoding has no place in it, RFC 9112 §6.1"),
    ],
)
def test_a_header_about_a_body_in_a_101_gets_a_remark_and_opens_all_the_same(header, remark):
    check = check_response(response(**header), KEY)
    assert check.outcome == "open"
    assert check.step("status").note == remark
    assert check_response(response(), KEY).step("status").note is None


def test_a_page_can_come_from_the_port_it_connects_to():
    reply = page_response("<p>é</p>")
    head, body = reply.encode().split(b"\r\n\r\n")
    assert body.decode() == "<p>é</p>"
    assert f"Content-Length: {len(body)}".encode() in head
    assert (
        page_response(b"{}", "application/json").headers.get("Content-Type") == "application/json"
    )
