import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import places
from wslearn.protocol.errors import InputError
from wslearn.protocol.uri import Uri, parse_uri

VECTORS = json.loads((places.VECTORS / "vectors.json").read_text(encoding="utf-8"))
RESOURCES = next(v for v in VECTORS["rfc_handshake_examples"] if v["id"] == "hs-resource")


@pytest.mark.row("6455-3-1", "6455-3-n1", "6455-3-n2", "6455-4.1-22", at="protocol.uri.parse_uri")
@pytest.mark.parametrize("case", RESOURCES["cases"], ids=lambda case: case[0])
def test_the_parts_of_a_uri(case):
    text, secure, host, port, resource = case
    assert parse_uri(text) == Uri(secure, host, port, resource)


@pytest.mark.row("6455-4.1-3", at="protocol.uri.parse_uri")
@pytest.mark.parametrize("text", RESOURCES["invalid"])
def test_what_is_no_websocket_uri_is_refused(text):
    with pytest.raises(InputError, match=r"^Expected "):
        parse_uri(text)


@pytest.mark.row("6455-3-2", "6455-3-n1", at="protocol.uri.parse_uri")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("http://h/", "Expected a URI that starts with ws:// or wss://, got http://."),
        ("h", "Expected a URI such as ws://127.0.0.1:8765/, got “h”."),
        ("", "Expected a URI such as ws://127.0.0.1:8765/, got nothing."),
        ("ws://", "Expected a host after //, got nothing."),
        ("ws://h:0/", "Expected a port from 1 to 65535, got 0."),
        ("ws://h:65536/", "Expected a port from 1 to 65535, got 65536."),
        ("ws://h:1x/", "Expected host or host:port, got “h:1x”."),
        ("ws://a:b:1/", "Expected host or host:port, got “a:b:1”."),
        ("ws://[::1/", "Expected host or host:port, got “[::1”."),
        ("ws://[127.0.0.1]/", "Expected an IPv6 address such as [::1], got “[127.0.0.1]”."),
        ("ws://[1]:80/", "Expected an IPv6 address such as [::1], got “[1]”."),
        ("ws://h\r\nEvil/", "Expected a host name, got “h\\r\\nEvil”."),
        ("ws://é..h/", "Expected a host name, got “é..h”."),
        ("ws://h/\ud800", r"Expected text, got half a character in “/\ud800”."),
        (
            "ws://faß.example/",  # fass.example to one, xn--fa-hia.example to another
            "Expected xn-- in place of 'ß', got “faß.example”.",
        ),
        (
            "ws://user:secret@h/",
            "Expected a host after //, got a user name with @; a ws URI has none.",
        ),
        (
            "ws://h/a#b",
            "Expected a URI without a fragment; got # at character 9 (write %23 where # is data).",
        ),
        (
            "ws://h/a b",
            "Expected a path and query in which special characters are percent-encoded, "
            "got ' ' in “/a b”.",
        ),
        (
            "ws://h/%zz",
            "Expected a path and query in which special characters are percent-encoded, "
            "got '%' in “/%zz”.",
        ),
    ],
)
def test_the_message_says_what_is_wrong(text, message):
    with pytest.raises(InputError) as caught:
        parse_uri(text)
    assert str(caught.value) == message


@pytest.mark.row("6455-3-3", at="protocol.uri.parse_uri")
def test_a_hash_sign_as_data_is_percent_encoded():
    assert parse_uri("ws://h/a%23b").resource == "/a%23b"


def test_an_empty_query_or_port_counts_as_none():
    assert parse_uri("ws://h:/p?") == Uri(False, "h", 80, "/p")


@pytest.mark.row("6455-11.1.1-2", "6455-11.1.2-2", at="protocol.uri.parse_uri")
@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_characters_beyond_ascii_become_percent_encoded_utf_8(scheme):
    assert parse_uri(f"{scheme}://h/é?κ=1").resource == "/%C3%A9?%CE%BA=1"


@pytest.mark.row("6455-11.1.1-1", "6455-11.1.2-1", at="protocol.uri.parse_uri")
@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_a_host_beyond_ascii_becomes_ascii(scheme):
    assert parse_uri(f"{scheme}://bücher.example/").host == "xn--bcher-kva.example"


@pytest.mark.row("6455-4.1-23", at="protocol.uri.Uri.host_header")
@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("ws://h/", "h"),
        ("ws://h:80/", "h"),
        ("ws://h:443/", "h:443"),
        ("wss://h:443/", "h"),
        ("wss://h:80/", "h:80"),
        ("ws://[::1]:8080/", "[::1]:8080"),
        ("ws://[::1]/", "[::1]"),
    ],
)
def test_the_host_header_names_the_port_only_where_it_is_not_the_usual_one(text, host):
    assert parse_uri(text).host_header == host


@given(st.text() | st.text("ws:/?#[]@%é0 \n").map("ws://".__add__))
def test_any_text_is_a_uri_or_refused_with_one_sentence(text):
    try:
        uri = parse_uri(text)
    except InputError as error:
        message = str(error)
    else:
        message = "Expected no message."
        assert uri.resource.isascii()
        assert parse_uri(str(uri)) == uri
    assert message.startswith("Expected ")
    assert "\n" not in message


@pytest.mark.parametrize("given", [5, None, b"ws://h/"])
def test_a_uri_that_is_not_text_is_refused(given):
    with pytest.raises(InputError) as caught:
        parse_uri(given)
    assert str(caught.value) == f"Expected a URI as text, got {type(given).__name__}."


def test_a_port_of_any_length_is_refused_in_one_short_sentence():
    with pytest.raises(InputError) as caught:
        parse_uri("ws://h:" + "9" * 5000)
    assert str(caught.value) == f"Expected a port from 1 to 65535, got {'9' * 40}…."
    assert parse_uri("ws://h:" + "0" * 5000 + "81/").port == 81
