"""The record of a connection: complete, apart from what must never be stored."""

import base64

import pytest

from wslearn.net.record.conversation import Conversation, Passed, without_credentials
from wslearn.protocol.frame import Frame

KEY = base64.b64encode(bytes(16)).decode()
HEAD = (
    f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nCookie: login=secret\r\n"
    f"Connection: Upgrade\r\nSec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
).encode()


def test_cookies_and_passwords_are_never_stored():
    for name in ("Cookie", "COOKIE", "Authorization", "proxy-authorization"):
        head = f"GET / HTTP/1.1\r\n{name}: secret\r\nHost: h\r\n\r\n".encode()
        kept = without_credentials(head)
        assert b"secret" not in kept
        assert name.encode() in kept
        assert b"\r\nHost: h\r\n\r\n" in kept


def test_a_cookie_cut_short_or_folded_is_left_out_as_well():
    assert b"secret" not in without_credentials(b"GET / HTTP/1.1\r\nCookie: secret")
    assert b"secret" not in without_credentials(b"GET / HTTP/1.1\r\nCookie: a\r\n b=secret\r\n\r\n")


def test_a_header_that_only_mentions_a_cookie_is_kept():
    head = b"GET / HTTP/1.1\r\nX-Cookie: kept\r\nReferer: Cookie: kept\r\n\r\n"
    assert without_credentials(head) == head


def test_frames_behind_the_head_are_kept_apart_and_untouched():
    said = Conversation()
    frames = Frame.text("x\r\nCookie: not a header").encode(mask_key=bytes(4))
    check = said.judge(HEAD + frames)
    assert check.ok
    assert check.rest == frames
    assert said.request.endswith(b"\r\n\r\n")
    assert b"secret" not in said.request
    assert "secret" not in repr(said)


def test_each_frame_is_judged_for_the_side_that_received_it():
    unmasked = Frame.text("Hello").encode()
    assert Passed("server", unmasked).dissect().violations == ()
    assert Passed("client", unmasked).dissect().violations[0].rule.id == "mask-missing"


def test_logins_in_an_address_are_left_out_as_well():
    head = (
        b"GET /?room=1&token=secret HTTP/1.1\r\nReferer: http://h/lab?token=secret#x\r\n"
        b"X-XSRFToken: secret\r\n\r\n"
    )
    kept = without_credentials(head)
    assert b"secret" not in kept
    assert b"GET /?room=1&token=left-out HTTP/1.1" in kept


@pytest.mark.parametrize(
    "name", ["X-CSRFToken", "X-XSRF-TOKEN", "x-api-key", "X-Auth-Token", "X-Amz-Security-Token"]
)
def test_logins_in_headers_of_other_names_are_left_out_as_well(name):
    kept = without_credentials(f"GET / HTTP/1.1\r\n{name}: secret\r\nHost: h\r\n\r\n".encode())
    assert b"secret" not in kept
    assert b"\r\nHost: h\r\n\r\n" in kept


@pytest.mark.parametrize("name", ["jwt", "auth", "refresh_token", "sessionid", "client_secret"])
def test_logins_in_an_address_have_many_names(name):
    head = f"GET /?room=1&{name}=hidden&author=me&key=1 HTTP/1.1\r\n\r\n".encode()
    kept = without_credentials(head)
    assert kept == head.replace(b"hidden", b"left-out")


def test_a_head_within_a_larger_limit_is_judged_by_its_lines():
    line = b"X-Long: " + b"x" * 20_000 + b"\r\n"
    said = Conversation()
    check = said.judge(b"GET / HTTP/1.1\r\n" + line + b"\r\n", head_size=40_000)
    assert check.step("HTTP head").ok
    assert not Conversation().judge(b"GET / HTTP/1.1\r\n" + line + b"\r\n").step("HTTP head").ok
