"""Bytes of other protocols are recognised, at the start and after a frame."""

import pytest

from wslearn.protocol.dissect import dissect, dissect_all
from wslearn.protocol.handshake import check_response
from wslearn.protocol.in_words import verdict
from wslearn.protocol.other_protocols import other_protocol

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
SETTINGS = bytes.fromhex("000012040000000000") + bytes(18)
PACKET = (
    bytes.fromhex("4500003600004000400600007f0000017f000001")
    + bytes.fromhex("1f90c350000000010000000250180200")
    + bytes(4)
    + bytes.fromhex("810548656c6c6f")
)

OTHERS = {
    "an HTTP request": b"GET /chat HTTP/1.1\r\nHost: x\r\n\r\n",
    "an HTTP response": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "the preface of HTTP/2 (RFC 9113 §3.4)": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a SETTINGS frame of HTTP/2 (RFC 9113 §6.5)": SETTINGS,
    "a TLS handshake (RFC 8446 §5.1)": bytes.fromhex("16030100c8010000c40303") + bytes(200),
    "a TLS alert (RFC 8446 §6)": bytes.fromhex("15030300020228"),
    "a TLS record (RFC 8446 §5.1)": bytes.fromhex("1703030020") + bytes(32),
    "JSON": b'{"type": "hello"}',
    "SSH (RFC 4253 §4.2)": b"SSH-2.0-OpenSSH_9.6\r\n",
    "a PROXY protocol header": b"PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n",
    "HTML": b"<!doctype html><title>x</title>",
    "an IPv4 packet": PACKET,
}

each = pytest.mark.parametrize(("name", "data"), OTHERS.items(), ids=OTHERS)


@each
def test_what_is_no_frame_is_named_at_the_start_of_the_bytes(name, data):
    seen = dissect(data)
    assert seen.no_frame.startswith(f"These bytes are {name}, not a frame. ")
    assert verdict(seen).because.startswith(seen.no_frame)
    assert seen.data, "and it is drawn all the same"


@each
def test_what_is_no_frame_is_named_behind_a_frame(name, data):
    frames = list(dissect_all(bytes.fromhex("880203e8") + data, "client"))
    assert frames[0].no_frame == ""
    assert frames[1].no_frame.startswith(f"These bytes are {name}, not a frame. ")


def test_a_packet_says_where_its_frame_begins():
    told = other_protocol(PACKET)
    assert told is not None
    assert told[1] == "Leave out its first 40 bytes, the headers of IP and TCP."
    assert PACKET[40:].endswith(b"\x81\x05Hello")


@pytest.mark.parametrize(
    "data", [b"", b"\x81\x05Hello", b"\x89\x00", b"\x00\x00", b"\x01\x02{}", b"\x82\x03GET"]
)
def test_a_frame_is_no_other_protocol(data):
    assert dissect(data).no_frame == ""


def test_no_legal_frame_begins_as_another_protocol_does():
    for first in range(256):
        for second in range(256):
            data = bytes([first, second]) + bytes(20)
            if other_protocol(data):
                assert dissect(data).violations or data[:2] == b"\0\0"


def test_a_client_says_what_it_met_in_place_of_a_reply():
    for name in ("a TLS alert (RFC 8446 §6)", "a SETTINGS frame of HTTP/2 (RFC 9113 §6.5)"):
        check = check_response(OTHERS[name], KEY)
        assert check.outcome == "fail"
        assert f"got {name}. " in str(check.violations[0])
    check = check_response(OTHERS["SSH (RFC 4253 §4.2)"], KEY)
    assert "got SSH (RFC 4253 §4.2). Another program answers" in str(check.violations[0])
