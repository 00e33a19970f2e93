"""The record of a connection: complete, except for what must never be stored."""

import base64

from wslearn.net.record.conversation import Conversation
from wslearn.net.record.passed import Passed
from wslearn.protocol.frame import Frame

KEY = base64.b64encode(bytes(16)).decode()
HEAD = (
    f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nCookie: login=secret\r\n"
    f"Connection: Upgrade\r\nSec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
).encode()


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


def test_a_head_within_a_larger_limit_is_judged_by_its_lines():
    line = b"X-Long: " + b"x" * 20_000 + b"\r\n"
    said = Conversation()
    check = said.judge(b"GET / HTTP/1.1\r\n" + line + b"\r\n", head_size=40_000)
    assert check.step("HTTP head").ok
    assert not Conversation().judge(b"GET / HTTP/1.1\r\n" + line + b"\r\n").step("HTTP head").ok
