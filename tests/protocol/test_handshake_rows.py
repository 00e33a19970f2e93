"""Rows of RFC 6455 §3, §4, §9 to §11 and RFC 7692 §5: the opening handshake, rule by rule."""

import base64
import hashlib

import pytest

from wslearn.protocol.accept import GUID
from wslearn.protocol.deflate import Agreement, Deflate
from wslearn.protocol.errors import InputError
from wslearn.protocol.extensions import parse_extensions
from wslearn.protocol.handshake import (
    accept_key,
    check_request,
    check_response,
    client_request,
    error_response,
    parse_uri,
    server_response,
)

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
ASKED = [
    ("Host", "h"),
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Key", KEY),
    ("Sec-WebSocket-Version", "13"),
]
ANSWERED = [
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Accept", ACCEPT),
]
Changes = dict[str, str | list[str] | None]


def head(line: str, fields: list[tuple[str, str]], changes: Changes) -> bytes:
    """A head with some headers replaced, repeated, added, or (None) left out."""
    lines = [f"{name}: {value}" for name, value in fields if name not in changes]
    for name, value in changes.items():
        values = value if isinstance(value, list) else [] if value is None else [value]
        lines += [f"{name}: {one}" for one in values]
    return "\r\n".join([line, *lines, "", ""]).encode("latin-1")


def status(changes: Changes | None = None, line: str = "GET /chat HTTP/1.1", /, **policy) -> int:
    """What a server answers to the good request with some headers changed."""
    reply = server_response(check_request(head(line, ASKED, changes or {}), **policy))
    assert (reply.status == 101) == ("Sec-WebSocket-Accept" in reply.headers)
    return reply.status


def reply_of(changes: Changes | None = None, **policy):
    """The server's reply to the good request with some headers changed."""
    return server_response(
        check_request(head("GET /chat HTTP/1.1", ASKED, changes or {}), **policy)
    )


def outcome(changes: Changes | None = None, line: str = "HTTP/1.1 101 x", **wishes) -> str:
    """What a client makes of the good reply with some headers changed."""
    return check_response(head(line, ANSWERED, changes or {}), KEY, **wishes).outcome


def asked(uri: str = "ws://h/", **wishes) -> dict[str, str]:
    """The headers of a client's request."""
    request = client_request(uri, KEY, **wishes)
    assert len(dict(request.headers)) == len(request.headers), "each header once"
    return dict(request.headers)


# -- URIs (§3, §11.1) ------------------------------------------------------------------------------


@pytest.mark.row("6455-3-1", at="protocol.uri.parse_uri")
def test_a_port_may_be_left_out():
    ports = [parse_uri(uri).port for uri in ("ws://h/", "wss://h/", "ws://h:9001/")]
    assert ports == [80, 443, 9001]


@pytest.mark.row("6455-3-2", at="protocol.uri.parse_uri")
def test_a_uri_has_no_fragment():
    with pytest.raises(InputError, match="without a fragment"):
        parse_uri("ws://h/p#frag")


@pytest.mark.row("6455-3-3", at="protocol.uri.parse_uri")
def test_a_number_sign_that_is_data_travels_as_percent_23():
    assert client_request("ws://h/a%23b", KEY).first_line == "GET /a%23b HTTP/1.1"
    with pytest.raises(InputError, match="write %23 where # is data"):
        client_request("ws://h/a#b", KEY)


@pytest.mark.row("6455-3-n1", at="protocol.uri.parse_uri")
def test_the_scheme_says_whether_it_is_secure_in_capitals_or_not():
    assert parse_uri("WSS://h/").secure
    assert not parse_uri("Ws://h/").secure
    for uri in ("http://h/", "https://h/", "wsss://h/"):
        with pytest.raises(InputError, match=r"starts with ws:// or wss://"):
            parse_uri(uri)


@pytest.mark.row("6455-3-n2", "6455-4.1-22", at="protocol.uri.parse_uri")
@pytest.mark.parametrize(
    ("uri", "resource"),
    [
        ("ws://h", "/"),
        ("ws://h?x=1", "/?x=1"),
        ("ws://h/chat?x=1", "/chat?x=1"),
        ("ws://h/chat?", "/chat"),
    ],
)
def test_the_resource_name_is_path_and_query(uri, resource):
    assert client_request(uri, KEY).target == resource


@pytest.mark.row("6455-11.1.1-1", "6455-11.1.2-1", at="protocol.uri.parse_uri")
@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_a_host_name_beyond_ascii_is_written_in_ascii(scheme):
    assert asked(f"{scheme}://bücher.example/")["Host"] == "xn--bcher-kva.example"


@pytest.mark.row("6455-11.1.1-2", "6455-11.1.2-2", at="protocol.uri.parse_uri")
@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_other_characters_beyond_ascii_are_percent_encoded_utf8(scheme):
    request = client_request(f"{scheme}://h/café?q=ü", KEY)
    assert request.first_line == "GET /caf%C3%A9?q=%C3%BC HTTP/1.1"


# -- the client asks (§4.1) ------------------------------------------------------------------------


@pytest.mark.row(
    "6455-4.1-32", "6455-4.1-35", "6455-4.1-38", at="protocol.client_handshake.client_request"
)
@pytest.mark.row("6455-9-1", "7692-5-1", at="protocol.client_handshake.client_request")
def test_what_a_client_may_say_it_says_only_when_it_wants_to():
    plain = asked()
    wishing = asked(subprotocols=["chat", "superchat"], origin="http://a", deflate=Deflate())
    assert wishing["Sec-WebSocket-Protocol"] == "chat, superchat"
    assert wishing["Origin"] == "http://a"
    assert wishing["Sec-WebSocket-Extensions"].startswith("permessage-deflate")
    assert set(wishing) - set(plain) == {
        "Sec-WebSocket-Protocol",
        "Origin",
        "Sec-WebSocket-Extensions",
    }


@pytest.mark.row("6455-4.1-36", at="protocol.client_handshake.client_request")
@pytest.mark.parametrize("name", ["", "a b", "a,b", "café", "a/b"])
def test_a_subprotocol_that_is_no_token_is_not_asked_for(name):
    with pytest.raises(InputError, match="a subprotocol that is a token"):
        client_request("ws://h/", KEY, subprotocols=[name])


@pytest.mark.row("6455-4.1-37", at="protocol.client_handshake.client_request")
def test_no_subprotocol_is_asked_for_twice():
    with pytest.raises(InputError, match="each subprotocol once"):
        client_request("ws://h/", KEY, subprotocols=["chat", "chat"])


# -- the client judges the reply (§4.1) ------------------------------------------------------------


@pytest.mark.row("6455-4.1-42", at="protocol.client_handshake._ResponseSteps.upgrade")
def test_the_reply_upgrades_to_websocket_in_capitals_or_not():
    assert outcome({"Upgrade": "WebSocket"}) == "open"
    assert outcome({"Upgrade": "h2c"}) == outcome({"Upgrade": None}) == "fail"


@pytest.mark.row("6455-4.1-43", at="protocol.checks.Steps.connection")
def test_the_reply_has_upgrade_among_its_connection_tokens():
    assert outcome({"Connection": "keep-alive, Upgrade"}) == "open"
    assert outcome({"Connection": "close"}) == outcome({"Connection": None}) == "fail"


@pytest.mark.row("6455-4.1-44", at="protocol.client_handshake._ResponseSteps.check_accept")
@pytest.mark.parametrize("accept", [None, f"x{ACCEPT[1:]}", ACCEPT.lower(), ""])
def test_the_reply_answers_the_key(accept):
    assert outcome({"Sec-WebSocket-Accept": f"  {ACCEPT} "}) == "open"
    assert outcome({"Sec-WebSocket-Accept": accept}) == "fail"


@pytest.mark.row("6455-4.1-45", "7692-5-12", at="protocol.client_handshake.check_response")
def test_the_reply_names_no_extension_that_was_not_offered():
    forced: Changes = {"Sec-WebSocket-Extensions": "permessage-deflate"}
    assert outcome(forced) == "fail"
    assert outcome(forced, deflate=Deflate()) == "open"


@pytest.mark.row("6455-4.1-46", at="protocol.client_handshake._ResponseSteps.read_subprotocol")
def test_the_reply_names_no_subprotocol_that_was_not_asked_for():
    assert outcome({"Sec-WebSocket-Protocol": "soap"}, subprotocols=["chat"]) == "fail"
    assert outcome({"Sec-WebSocket-Protocol": "chat"}) == "fail"
    assert outcome(subprotocols=["chat"]) == "open"


@pytest.mark.row(
    "6455-4.1-47", "6455-11.3.3-1", "6455-11.3.4-2", at="protocol.client_handshake.check_response"
)
def test_the_reply_says_nothing_twice_that_may_stand_once():
    assert outcome({"Sec-WebSocket-Accept": [ACCEPT, ACCEPT]}) == "fail"
    twice: Changes = {"Sec-WebSocket-Protocol": ["chat", "chat"]}
    assert outcome(twice, subprotocols=["chat"]) == "fail"
    assert outcome(line="HTTP/1.1 101x") == "fail"


@pytest.mark.row("6455-4.1-n1", at="protocol.client_handshake._ResponseSteps.status_line")
@pytest.mark.parametrize("status", [200, 302, 401])
def test_a_reply_that_is_no_101_is_ordinary_http(status):
    elsewhere = [*ANSWERED, ("Location", "/a")]  # all that opens a WebSocket, but for the status
    check = check_response(head(f"HTTP/1.1 {status} x", elsewhere, {}), KEY)
    assert check.outcome == "http"
    assert check.response.status == status
    assert check.response.headers.get("Location") == "/a"


@pytest.mark.row("6455-4.1-n2", at="protocol.headers.Headers.get_all")
def test_names_of_headers_have_any_case_and_any_order():
    shuffled = [(name.lower(), value) for name, value in reversed(ANSWERED)]
    assert check_response(head("HTTP/1.1 101 x", shuffled, {}), KEY).outcome == "open"


@pytest.mark.row("6455-4.1-n3", at="protocol.client_handshake.check_response")
def test_what_is_in_use_is_what_the_reply_says():
    data = head("HTTP/1.1 101 x", ANSWERED, {"Sec-WebSocket-Protocol": "chat"})
    check = check_response(data, KEY, subprotocols=["soap", "chat"], deflate=Deflate())
    assert (check.outcome, check.subprotocol) == ("open", "chat")
    assert (check.extensions, check.agreement) == ((), None)


@pytest.mark.row("6455-11.3.2-2", at="protocol.extensions.parse_extensions")
def test_a_reply_may_name_its_extensions_on_several_lines_and_ours_uses_one():
    several: Changes = {"Sec-WebSocket-Extensions": ["permessage-deflate", "foo"]}
    assert outcome(several, deflate=Deflate(), extensions="foo") == "open"
    offered: Changes = {"Sec-WebSocket-Extensions": ["foo", "permessage-deflate"]}
    assert (
        len(reply_of(offered, deflate=Deflate()).headers.get_all("Sec-WebSocket-Extensions")) == 1
    )


# -- the server judges the request (§4.2.1) --------------------------------------------------------


@pytest.mark.row("6455-4.2.1-n1", at="protocol.server_handshake._RequestSteps.request_line")
def test_the_request_is_a_get_of_http_1_1():
    assert status() == 101
    assert status({}, "POST /chat HTTP/1.1") == 405
    assert status({}, "GET /chat HTTP/1.0") == 400


@pytest.mark.row("6455-4.2.1-n2", at="protocol.server_handshake._RequestSteps.host")
def test_the_request_names_the_host():
    assert status({"Host": None}) == 400


@pytest.mark.row("6455-4.2.1-n3", at="protocol.server_handshake._RequestSteps.upgrade")
def test_the_request_asks_for_websocket_in_capitals_or_not():
    assert status({"Upgrade": "WebSocket"}) == 101
    assert status({"Upgrade": None}) == status({"Upgrade": "h2c"}) == 426


@pytest.mark.row("6455-4.2.1-n4", at="protocol.checks.Steps.connection")
def test_the_request_has_upgrade_among_its_connection_tokens():
    assert status({"Connection": "keep-alive, Upgrade"}) == 101
    assert status({"Connection": "keep-alive"}) == 400


@pytest.mark.row("6455-4.2.1-n5", at="protocol.server_handshake._RequestSteps.key")
@pytest.mark.parametrize("nonce", [0, 15, 17])
def test_the_key_is_the_base64_text_of_16_bytes(nonce):
    key = base64.b64encode(bytes(nonce)).decode()
    assert status({"Sec-WebSocket-Key": key}) == 400
    assert status({"Sec-WebSocket-Key": "!" * 22 + "=="}) == 400
    assert status({"Sec-WebSocket-Key": None}) == 400


@pytest.mark.row("6455-4.2.1-n6", at="protocol.server_handshake._RequestSteps.version")
def test_the_version_is_13():
    assert status({"Sec-WebSocket-Version": None}) == 400
    assert status({"Sec-WebSocket-Version": "8"}) == 426
    assert reply_of({"Sec-WebSocket-Version": "8"}).headers.get("Sec-WebSocket-Version") == "13"


@pytest.mark.row("6455-4.3-n1", at="protocol.server_handshake._RequestSteps.version")
@pytest.mark.parametrize("version", ["013", "256", "-1", "13a"])
def test_a_version_is_0_to_255_without_leading_zeros(version):
    assert status({"Sec-WebSocket-Version": version}) == 400


@pytest.mark.row("6455-4.2.1-n7", at="protocol.server_handshake.check_request")
def test_the_order_of_headers_does_not_matter_nor_do_others():
    shuffled = [("X-Foo", "bar"), *reversed(ASKED)]
    assert check_request(head("GET / HTTP/1.1", shuffled, {})).status == 101


@pytest.mark.row("6455-4.2.1-2", at="protocol.server_handshake._RequestSteps.check_origin")
def test_a_request_without_origin_is_not_taken_for_a_browser():
    check = check_request(head("GET / HTTP/1.1", ASKED, {}))
    assert check.origin is None
    assert "no browser, or it would say so" in str(check)
    assert status(origins=["http://a"]) == 403, "it is not taken for a page of that site either"


@pytest.mark.row("6455-11.3.1-1", "6455-11.3.5-2", at="protocol.server_handshake.check_request")
def test_key_and_version_stand_in_a_request_once():
    assert status({"Sec-WebSocket-Key": [KEY, KEY]}) == 400
    assert status({"Sec-WebSocket-Version": ["13", "13"]}) == 400
    sent = client_request("ws://h/", KEY).headers
    assert len(sent.get_all("Sec-WebSocket-Key")) == len(sent.get_all("Sec-WebSocket-Version")) == 1


# -- the server answers (§4.2.2) -------------------------------------------------------------------


@pytest.mark.row("6455-4.2.2-n1", at="protocol.accept.accept_key")
def test_the_text_of_the_key_is_hashed_and_not_the_bytes_behind_it():
    sent = reply_of({"Sec-WebSocket-Key": f" {KEY} "}).headers.get("Sec-WebSocket-Accept")
    by_hand = hashlib.sha1((KEY + GUID).encode()).digest()
    decoded = hashlib.sha1(base64.b64decode(KEY) + GUID.encode()).digest()
    assert sent == base64.b64encode(by_hand).decode() == accept_key(KEY) == ACCEPT
    assert sent != base64.b64encode(decoded).decode()


@pytest.mark.row("6455-4.2.2-3", at="protocol.replies.error_response")
def test_a_server_may_send_a_client_elsewhere():
    moved = error_response(302, "It is over there.", [("Location", "wss://h/there")])
    assert moved.first_line == "HTTP/1.1 302 Found"
    check = check_response(moved.encode(), KEY)
    assert (check.outcome, check.response.headers.get("Location")) == ("http", "wss://h/there")


@pytest.mark.row("6455-4.2.2-5", "6455-10.2-2", at="protocol.replies.server_response")
def test_a_page_of_a_strange_site_gets_403_and_no_websocket():
    reply = reply_of({"Origin": "http://evil"}, origins=["http://good"])
    assert reply.first_line == "HTTP/1.1 403 Forbidden"
    assert "Sec-WebSocket-Accept" not in reply.headers


@pytest.mark.row("6455-10.1-n1", at="protocol.server_handshake._RequestSteps.check_origin")
def test_a_program_can_state_any_origin_so_it_proves_nothing():
    forged = asked(origin="http://good")  # our own client, which is no browser
    check = check_request(head("GET / HTTP/1.1", list(forged.items()), {}), origins=["http://good"])
    assert check.status == 101
    assert status(origins=["http://good", None]) == 101, "who states none may be let in as well"


# -- extensions (§4.3, §9) -------------------------------------------------------------------------


@pytest.mark.row("6455-4.3-1", "6455-9.1-2", at="protocol.extensions.parse_extensions")
@pytest.mark.parametrize("value", ['"a b"', '""', '"a,b"'])
def test_a_quoted_parameter_is_a_token_once_its_quotes_are_gone(value):
    assert parse_extensions('ext; p="10"') == parse_extensions("ext; p=10")
    with pytest.raises(InputError, match="a token inside the quotation marks"):
        parse_extensions(f"ext; p={value}")


@pytest.mark.row("6455-9.1-1", at="protocol.extensions.parse_extensions")
@pytest.mark.parametrize("value", ["foo;", "foo; =1", ";x", "foo bar", "foo; a=b=c", 'foo; a="'])
def test_a_malformed_list_of_extensions_ends_the_handshake_on_either_side(value):
    assert status({"Sec-WebSocket-Extensions": value}, deflate=Deflate()) == 400
    assert outcome({"Sec-WebSocket-Extensions": value}, extensions="foo") == "fail"


@pytest.mark.row("6455-4.2.2-11", "6455-9-3", at="protocol.replies.server_response")
def test_a_server_names_no_extension_that_was_not_offered():
    assert "Sec-WebSocket-Extensions" not in reply_of(deflate=Deflate()).headers
    other: Changes = {"Sec-WebSocket-Extensions": "x-other"}
    assert "Sec-WebSocket-Extensions" not in reply_of(other, deflate=Deflate()).headers


@pytest.mark.row("7692-5-2", at="protocol.server_handshake._RequestSteps.read_extensions")
def test_compression_may_be_offered_several_times_with_different_parameters():
    offer = "permessage-deflate; server_max_window_bits=10, permessage-deflate"
    data = head("GET / HTTP/1.1", ASKED, {"Sec-WebSocket-Extensions": offer})
    check = check_request(data, deflate=Deflate())
    assert check.extensions == (
        ("permessage-deflate", [("server_max_window_bits", "10")]),
        ("permessage-deflate", []),
    )
    assert check.agreement == Agreement(server_max_window_bits=10)


@pytest.mark.row(
    "7692-5-7", "7692-5-9", at="protocol.server_handshake._RequestSteps.read_extensions"
)
@pytest.mark.parametrize("order", ["permessage-deflate, x-rsv1", "x-frames, permessage-deflate"])
def test_a_server_takes_compression_beside_no_other_extension(order):
    reply = reply_of({"Sec-WebSocket-Extensions": order}, deflate=Deflate())
    assert reply.headers.get("Sec-WebSocket-Extensions") == "permessage-deflate"


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
    assert outcome({"Sec-WebSocket-Extensions": accepted}, deflate=Deflate()) == "fail"


@pytest.mark.row("7692-5-11", at="protocol.replies.server_response")
def test_a_server_that_declines_every_offer_opens_without_compression():
    offer: Changes = {"Sec-WebSocket-Extensions": "permessage-deflate; server_max_window_bits=8"}
    reply = reply_of(offer, deflate=Deflate())
    assert reply.status == 101
    assert "Sec-WebSocket-Extensions" not in reply.headers
