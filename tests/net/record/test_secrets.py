"""A record holds no secret of a head, says what is missing, and is judged as if complete."""

import base64
import random

import pytest

from wslearn.net.record.conversation import Conversation
from wslearn.net.record.journal import Journal
from wslearn.net.record.secrets import Secrets
from wslearn.protocol.accept import accept_key

KEY = base64.b64encode(bytes(16)).decode()
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dGhlIHNpZ25hdHVyZSBvZiBpdA"


def left(head: str) -> str:
    return Secrets().leave_out(head.encode()).decode()


def request(*lines: str, target: str = "/") -> bytes:
    fixed = (
        f"GET {target} HTTP/1.1",
        "Host: 127.0.0.1",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {KEY}",
        "Sec-WebSocket-Version: 13",
    )
    return "\r\n".join([*fixed, *lines, "", ""]).encode()


def reply(*lines: str) -> bytes:
    fixed = (
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {accept_key(KEY)}",
    )
    return "\r\n".join([*fixed, *lines, "", ""]).encode()


@pytest.mark.parametrize(
    "name",
    [
        *("Cookie", "COOKIE", "Set-Cookie", "Authorization", "proxy-authorization"),
        *("X-CSRFToken", "X-XSRF-TOKEN", "x-api-key", "X-Auth-Token", "X-Amz-Security-Token"),
        *("apikey", "Api-Key", "Private-Token", "Token", "Authentication", "X-Auth", "password"),
        *(
            "CF-Access-Client-Secret",
            "Ocp-Apim-Subscription-Key",
            "X-Signature",
            "X-Session-Id",
        ),
    ],
)
def test_a_header_whose_name_tells_of_a_login_keeps_its_name_and_the_length(name):
    head = f"GET / HTTP/1.1\r\n{name}: hidden it is\r\nHost: h\r\n\r\n"
    assert left(head) == head.replace("hidden it is", "(left out: a credential, 12 bytes)")


@pytest.mark.parametrize(
    "line",
    [
        "X-Author: kept",
        "Referer: Cookie: kept",
        "WWW-Authenticate: Basic realm=kept",
        "Access-Control-Allow-Credentials: true",
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
        "X-Request-Id: 123e4567-e89b-12d3-a456-426614174000",
        f"Sec-WebSocket-Key: {KEY}",
        f"Sec-WebSocket-Accept: {accept_key(KEY)}",
    ],
)
def test_what_is_no_secret_is_kept(line):
    head = f"GET /room?author=me&page=1 HTTP/1.1\r\n{line}\r\n\r\n"
    assert left(head) == head


@pytest.mark.parametrize(
    "name",
    [
        *("token", "refresh_token", "jwt", "auth", "sessionid", "client_secret", "sid", "_xsrf"),
        *("ticket", "authorization", "bearer", "authkey", "access-key", "appkey", "credentials"),
        *("X-Amz-Signature", "X-Amz-Credential", "sig", "%74oken", "api_key"),
    ],
)
def test_a_login_in_an_address_is_left_out_wherever_the_address_stands(name):
    head = (
        f"GET /?room=1&{name}=hidden&page=1 HTTP/1.1\r\nReferer: http://h/?{name}=hidden#x\r\n\r\n"
    )
    assert left(head) == head.replace("hidden", "left-out-6-bytes")


def test_a_password_in_front_of_a_host_is_left_out():
    assert left("GET / HTTP/1.1\r\nReferer: http://me:hidden@h/\r\n\r\n") == (
        "GET / HTTP/1.1\r\nReferer: http://left-out-9-bytes@h/\r\n\r\n"
    )


@pytest.mark.parametrize(
    "head",
    [
        "GET / HTTP/1.1\r\nCookie: hidden",
        "GET / HTTP/1.1\r\nCookie: a\r\n b=hidden\r\n\r\n",
        "GET / HTTP/1.1\nCookie: a\n\tb=hidden\nHost: h\n\n",
        "GET / HTTP/1.1\r\nCookie : hidden\r\n\r\n",
        "GET / HTTP/1.1\r\nCookie: a\rhidden\r\n\r\n",
        "GET / HTTP/1.1\r\nCookie hidden\r\n\r\n",
    ],
)
def test_a_login_in_a_head_with_faults_is_left_out_too(head):
    assert "hidden" not in left(head)
    said = Conversation()
    check = said.judge(head.encode())
    assert "hidden" not in f"{said.request!r} {check} {check.violations}"


def test_what_looks_like_a_secret_is_left_out_wherever_it_stands():
    rng = random.Random(14)
    for _ in range(300):
        data = rng.randbytes(rng.randrange(18, 48))
        for token in (data.hex(), base64.urlsafe_b64encode(data).decode().rstrip("="), JWT):
            head = f"GET /ws/{token}/room HTTP/1.1\r\nX-Thing: id {token}\r\n\r\n"
            assert left(head) == head.replace(token, f"left-out-{len(token)}-bytes"), token


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("chat", "chat"),
        ("graphql-transport-ws, v1.kernel.websocket.jupyter.org", None),
        ("base64.channel.k8s.io, wamp.2.msgpack.batched, v12.stomp", None),
        ("chat, " + JWT, f"chat, left-out-{len(JWT)}-bytes"),
        ("access_token, abc", "access_token, left-out-3-bytes"),
        ("Bearer, abc, chat", "Bearer, left-out-3-bytes, chat"),
        (
            "base64url.bearer.authorization.k8s.io.dG9rZW4, base64.binary.k8s.io",
            "base64url.bearer.authorization.k8s.io.left-out-7-bytes, base64.binary.k8s.io",
        ),
        (
            "realtime, openai-insecure-api-key.sk-abcdefgh",
            "realtime, openai-insecure-api-key.left-out-11-bytes",
        ),
        ("123e4567-e89b-12d3-a456-426614174000", "left-out-36-bytes"),
    ],
)
def test_a_token_among_the_subprotocols_is_left_out_and_a_subprotocol_is_kept(sent, kept):
    head = f"GET / HTTP/1.1\r\nSec-WebSocket-Protocol: {sent}\r\n\r\n"
    assert left(head) == head.replace(sent, kept or sent)


def opened(offered: str, chosen: str) -> Conversation:
    said = Conversation()
    said.judge(request(f"Sec-WebSocket-Protocol: {offered}"))
    said.judge_reply(reply(f"Sec-WebSocket-Protocol: {chosen}"))
    return said


def test_a_subprotocol_that_is_left_out_is_judged_as_if_it_stood_there():
    said = opened(f"chat, {JWT}", JWT)  # some servers choose the token
    assert said.check.ok
    assert said.answer.ok
    assert JWT not in f"{said.request!r}{said.reply!r}{said.check}{said.answer}"
    other = JWT[:-1] + "x"  # of the same length, and not offered
    assert opened(f"chat, {JWT}", other).answer.violations[0].rule.id == (
        "response-subprotocol-unasked"
    )


def test_a_secret_that_is_no_token_still_breaks_the_rule_about_subprotocols():
    said = Conversation()
    said.judge(request("Sec-WebSocket-Protocol: access_token, ab(cd"))
    raw = Conversation(secrets=Secrets(keep=True))
    raw.judge(request("Sec-WebSocket-Protocol: access_token, ab(cd"))
    assert [v.rule.id for v in said.check.violations] == [v.rule.id for v in raw.check.violations]
    assert said.check.violations
    assert "ab(cd" not in str(said.check)


def test_what_was_left_out_once_stays_as_it_is():
    head = request(
        "Cookie: a=b", f"Sec-WebSocket-Protocol: x, {JWT}, {JWT[:-1]}y", target=f"/?token={JWT}"
    )
    once = Secrets().leave_out(head)
    assert Secrets().leave_out(once) == once
    # Looking like a stand-in lets nothing through.
    assert left("GET / HTTP/1.1\r\nCookie: left-out-1-bytes; a=hidden\r\n\r\n").count("hidden") == 0


@pytest.mark.parametrize(
    "head",
    [
        request("Cookie: a\rhidden"),
        request("Cookie: hi\x01dden"),
        request("Cookie: a\r\n b=hidden"),
        request("Cookie: a\n\tb=hidden"),
        request("X-Thing: http://me:hid\x7fden@h/"),
        request("Authorization hi\x02dden"),
        request(target="/?token=hi\xffdden&page=1").replace(b"\xc3\xbf", b"\xff"),
        request(target="/?token=hi\x03dden"),
    ],
)
def test_a_rule_that_a_secret_breaks_is_broken_in_what_is_kept_and_after_loading(head, tmp_path):
    raw = Conversation(secrets=Secrets(keep=True))
    raw.judge(head)
    broken = [(v.rule.id, v.where) for v in raw.check.violations]
    assert broken
    journal = Journal()
    said = journal.open(began=0.0)
    said.judge(head)
    assert [(v.rule.id, v.where) for v in said.check.violations] == broken
    assert "dden" not in f"{said.request!r} {said.check}"
    journal.save(tmp_path / "a.journal")
    assert Journal.load(tmp_path / "a.journal") == journal


def test_secrets_are_kept_where_that_was_asked_for_by_name(tmp_path):
    head = request("Cookie: hidden")
    for keep in (True, False):
        journal = Journal(keep_secrets=keep)
        said = journal.open(began=0.0)
        said.judge(head)
        assert (b"hidden" in said.request) is keep
        journal.save(tmp_path / "a.journal")
        again = Journal.load(tmp_path / "a.journal")
        again.save(tmp_path / "b.journal")
        assert again.conversations[0].request == said.request
        assert (tmp_path / "a.journal").read_bytes() == (tmp_path / "b.journal").read_bytes()


def test_what_looks_like_a_stand_in_with_many_folds_is_left_out_in_no_time():
    begins = "GET / HTTP/1.1\r\nAuthorization: "
    value = "(left out: a credential, 5 bytes)" + "\r\n\t" * 200 + "x"
    kept = left(f"{begins}{value}\r\n\r\n")
    assert kept.startswith(f"{begins}(left out: a credential, ")
    assert "x" not in kept.partition("Authorization")[2]
