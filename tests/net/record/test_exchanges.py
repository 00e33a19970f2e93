"""Before the frames: several requests, proxies, one side alone, other protocols, damaged files."""

import gzip

import pytest

from tests.support.captures import (
    ANSWER,
    HELLO,
    REPLY,
    REQUEST,
    Talk,
    block,
    pcap,
    pcapng,
    short_talk,
)
from wslearn.net.record import capture
from wslearn.net.record.beginnings import may_be_request
from wslearn.net.record.capture import read_capture
from wslearn.net.record.http_bodies import Body
from wslearn.net.record.packets import ACK, RST
from wslearn.net.record.record_file import read_record
from wslearn.protocol.errors import InputError
from wslearn.protocol.frame import Frame
from wslearn.protocol.headers import Headers
from wslearn.protocol.http1 import Response

PAGE = b"GET /page HTTP/1.1\r\nHost: h\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
    b"5;a=b\r\nHTTP/\r\n3\r\nabc\r\n0\r\nTrailer: x\r\n\r\n"
)
CONNECT = b"CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n"
POST = b"POST /login HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nGET / HTTP"
PROXY_2 = bytes.fromhex("0d0a0d0a000d0a515549540a 2111000c c0000201 c0000202 dbf4 01bb")


@pytest.fixture
def read(tmp_path):
    def read_it(data, **options):
        path = tmp_path / "a.capture"
        path.write_bytes(data)
        return read_record(path, **options)

    return read_it


def frames(journal):
    return [(frame.sender, frame.data) for frame in journal]


def with_frames(talk):
    return talk.handshake().say("client", HELLO).say("server", ANSWER)


BOTH = [("client", HELLO), ("server", ANSWER)]


# -- several requests ------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [OK, CHUNKED, b"HTTP/1.1 304 Not Modified\r\n\r\n"])
def test_pages_on_the_same_connection_may_come_before_the_upgrade(read, answer):
    talk = Talk().say("client", PAGE).say("server", answer).say("client", PAGE)
    journal = read(pcap(with_frames(talk.say("server", answer)).packets))
    assert frames(journal) == BOTH
    assert len(journal.conversations) == 1
    assert journal.conversations[0].opened


def test_the_body_of_a_request_is_no_request(read):
    talk = Talk().say("client", POST[:-1]).say("server", OK)
    assert frames(read(pcap(with_frames(talk).packets))) == BOTH


def test_requests_that_were_sent_ahead_wait_for_their_answers(read):
    talk = Talk().say("client", PAGE + REQUEST).say("server", OK + REPLY)
    assert frames(read(pcap(talk.say("client", HELLO).say("server", ANSWER).packets))) == BOTH


def test_a_refused_login_and_its_retry_are_two_conversations_with_times_of_their_own(read):
    refusal = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nwho?"
    talk = with_frames(Talk().say("client", REQUEST).say("server", refusal))
    journal = read(pcap(talk.packets))
    first, second = journal.conversations
    assert first.ended == "The server answered 401 Unauthorized: no WebSocket was opened."
    assert first.body == b"who?"
    assert second.opened
    assert second.began > first.began
    assert [frame.connection for frame in journal] == [2, 2]
    assert [frame.at for frame in journal] == [0.002, 0.003]


def test_what_comes_after_a_refusal_changes_nothing_in_what_was_refused(read):
    refusal = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
    for more in (PAGE, PAGE[:-2], REQUEST[:-2]):
        talk = Talk().say("client", REQUEST).say("server", refusal).say("client", more)
        first, *others = read(pcap(talk.packets)).conversations
        assert first.request == REQUEST
        assert first.ended == "The server answered 401 Unauthorized: no WebSocket was opened."
        assert [said.asked for said in others] == ["GET /chat HTTP/1.1"] * (more[:6] == b"GET /c")


@pytest.mark.parametrize("interim", [100, 103])
def test_interim_replies_are_passed_over(read, interim):
    talk = Talk().say("client", REQUEST).say("server", b"HTTP/1.1 %d x\r\n\r\n" % interim)
    talk.say("server", REPLY).say("client", HELLO).say("server", ANSWER)
    assert frames(read(pcap(talk.packets))) == BOTH


def test_a_reply_that_was_captured_before_its_request_waits_for_it(read):
    talk = Talk().say("server", REPLY).say("client", REQUEST).say("server", ANSWER)
    journal = read(pcap(talk.packets))
    assert journal.conversations[0].opened
    assert frames(journal) == [("server", ANSWER)]


# -- proxies ---------------------------------------------------------------------------------------


def test_a_tunnel_through_a_proxy_is_read(read):
    talk = Talk().say("client", CONNECT).say("server", b"HTTP/1.1 200 Established\r\n\r\n")
    journal = read(pcap(with_frames(talk).packets))
    assert frames(journal) == BOTH


def test_what_is_encrypted_in_a_tunnel_is_named(read):
    talk = Talk().say("client", CONNECT).say("server", b"HTTP/1.1 200 Established\r\n\r\n")
    journal = read(pcap(talk.say("client", b"\x16\x03\x01\x00\x05hello").packets))
    assert journal.remarks == ["1 TCP connection left out: encrypted (TLS).", capture.KEYS]


@pytest.mark.parametrize(
    ("header", "client"),
    [
        (b"PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n", "192.0.2.1:56324"),
        (b"PROXY TCP6 ::1 ::2 56324 443\r\n", "[::1]:56324"),
        (b"PROXY UNKNOWN\r\n", "an unknown client"),
        (PROXY_2, "192.0.2.1:56308"),
    ],
)
@pytest.mark.parametrize("apart", [True, False])
def test_a_proxy_header_before_the_request_names_the_client(read, header, client, apart):
    talk = Talk()
    if apart:
        for byte in header:
            talk.say("client", bytes((byte,)))
        talk.say("client", REQUEST)
    else:
        talk.say("client", header + REQUEST)
    talk.say("server", REPLY).say("client", HELLO).say("server", ANSWER)
    journal = read(pcap(talk.packets))
    assert frames(journal) == BOTH
    (remark,) = journal.remarks
    assert remark.endswith(f"says that the client behind 10.0.0.1:50000 is {client}.")


# -- one side, or none -----------------------------------------------------------------------------


def without(packets, source):
    """Only the packets of the other side: a source address is in bytes 26 to 29."""
    return [one for one in packets if one[26:30] != bytes(map(int, source.split(".")))]


def test_what_the_client_sent_is_read_where_nothing_of_the_server_was_captured(read):
    journal = read(pcap(without(short_talk().packets, "10.0.0.2")))
    assert frames(journal) == [("client", HELLO)]
    assert "what the server sent is not here" in journal.remarks[0]


def test_what_the_server_sent_is_read_where_nothing_of_the_client_was_captured(read):
    journal = read(pcap(without(short_talk().packets, "10.0.0.1")))
    assert frames(journal) == [("server", ANSWER)]
    assert "what the client sent is not here" in journal.remarks[0]
    assert journal.frames[0].unread == "", "nobody knows whether the reply fits"


def test_a_handshake_is_found_in_a_connection_that_began_earlier(read):
    talk = Talk()
    talk.packets.clear()
    talk.say("client", b"rest of something").say("server", b"answer")
    assert frames(read(pcap(with_frames(talk).packets))) == BOTH


def test_the_text_of_a_reset_is_no_frame(read):
    talk = with_frames(Talk()).say("server", b"cannot connect: no tcp/80", flags=RST | ACK)
    journal = read(pcap(talk.packets))
    assert frames(journal) == BOTH
    assert "it was reset with the text “cannot connect: no tcp/80”" in journal.remarks[0]


def test_tls_where_frames_should_begin_is_named(read):
    talk = with_frames(Talk()).say("client", bytes.fromhex("1703030005") + b"hello")
    journal = read(pcap(talk.packets))
    assert frames(journal) == BOTH
    assert "the client sent encrypted (TLS)" in journal.remarks[0]


@pytest.mark.parametrize("version", [0, 4, 6])
def test_the_drafts_with_other_frames_are_named(read, version):
    request = REQUEST.replace(b"Version: 13", b"Version: %d" % version)
    talk = Talk().say("client", request).say("server", REPLY).say("server", ANSWER)
    journal = read(pcap(talk.packets))
    assert frames(journal) == []
    assert f"a draft of RFC 6455, version {version}" in journal.remarks[0]


# -- files -----------------------------------------------------------------------------------------


def test_keys_in_a_capture_are_reported(read):
    talk = Talk().say("client", b"\x16\x03\x01\x00\x05hello").say("server", b"\x16\x03\x03")
    keys = block(10, b"KSLT" + (4).to_bytes(4, "little") + b"abcd")
    journal = read(pcapng(talk.packets) + keys)
    assert journal.remarks == ["1 TCP connection left out: encrypted (TLS).", capture.KEYS_THERE]


def test_a_file_that_ends_too_early_says_where(read):
    whole = pcap(short_talk().packets)
    for cut, sentence in (
        (3, "The file ends inside packet 8"),
        (64, "inside the header of packet"),
    ):
        journal = read(whole[:-cut])
        assert sentence in journal.remarks[-1]
        assert frames(journal) == BOTH
    whole = pcapng(short_talk().packets)
    journal = read(whole[:-5])
    assert journal.remarks == [
        "The file ends inside block 10, which is packet 8. Was it copied before the capture had "
        "ended?"
    ]


def test_a_broken_length_is_reported_and_what_came_before_it_is_read(read):
    packets = short_talk().packets
    whole = bytearray(pcap(packets))
    at = 24 + sum(16 + len(one) for one in packets[:6])
    whole[at + 8 : at + 12] = b"\xff\xff\xff\xff"
    journal = read(bytes(whole))
    assert frames(journal) == BOTH
    assert journal.remarks[-1].startswith("The file is damaged at packet 7: it states a length of")
    whole = bytearray(pcapng(packets))
    whole[-4:] = b"\0\0\0\x07"
    assert read(bytes(whole)).remarks[-1].startswith("The file is damaged at block 10")


def test_gzip_that_ends_too_early_is_read_as_far_as_it_goes(read):
    noise = [bytes(12) + b"\x08\x06" + bytes(60)] * 50  # ARP
    whole = gzip.compress(pcap(short_talk().packets + noise), compresslevel=0)
    assert frames(read(whole)) == BOTH
    journal = read(whole[: len(whole) // 2])
    assert frames(journal) == BOTH
    assert "The file is not whole: its gzip data ends too early." in journal.remarks


def test_other_packings_are_named(read):
    with pytest.raises(InputError, match="packed with zstd"):
        read(b"\x28\xb5\x2f\xfd" + bytes(20))


def test_every_byte_of_a_payload_is_kept_unless_less_is_asked_for(read, tmp_path):
    talk = Talk().handshake()
    data = Frame.binary(bytes(2**20 + 7)).encode()
    for start in range(0, len(data), 1400):
        talk.say("server", data[start : start + 1400])
    journal = read(pcap(talk.packets))
    assert journal.frames[0].payload == bytes(2**20 + 7)
    path = tmp_path / "a.capture"
    assert read_capture(path, keep=10).frames[0].left_out == 2**20 - 3


# -- bodies ----------------------------------------------------------------------------------------


def test_a_chunked_body_ends_at_its_last_chunk_however_it_is_cut():
    head, _, body = CHUNKED.partition(b"\r\n\r\n")
    assert head
    reply = Response(200, "OK", headers=Headers([("Transfer-Encoding", "chunked")]))
    whole = Body.of_reply(reply, "GET")
    assert whole.take(body + b"next") == (b"HTTP/abc", b"next")
    assert whole.done
    cut, found = Body.of_reply(reply, "GET"), b""
    for byte in body:
        assert not cut.done
        piece, rest = cut.take(bytes((byte,)))
        assert rest == b""
        found += piece
    assert (cut.done, found) == (True, b"HTTP/abc")


def test_a_body_without_a_length_goes_on_to_the_end():
    body = Body.of_reply(Response(200, "OK"), "GET")
    assert body.take(b"a" * 100) == (b"a" * 100, b"")
    assert not body.done
    assert Body.of_reply(Response(200, "OK"), "HEAD").done


def test_a_hole_in_a_body_with_a_length_is_counted():
    body = Body.of_reply(Response(200, "OK", headers=Headers([("Content-Length", "10")])), "GET")
    assert body.lose(4)
    assert body.take(b"abcdefX") == (b"abcdef", b"X")
    assert not Body.of_reply(
        Response(200, "OK", headers=Headers([("Transfer-Encoding", "chunked")])), "GET"
    ).lose(1)


def test_the_preface_of_http_2_is_no_request_from_its_fourth_byte_on():
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    assert [may_be_request(preface[:size]) for size in (1, 3, 4, 12)] == [None, None, False, False]
    assert may_be_request(b"PROPFIND / HTTP/1.1\r\n") is True
