"""Captures, built by hand and recorded from a real session, give the frames of the wire."""

import gzip
import random
import struct
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.captures import (
    ANSWER,
    CLIENT,
    ETHERNET,
    HELLO,
    KEY,
    REPLY,
    REQUEST,
    SERVER,
    Talk,
    ethernet,
    ipv4,
    ipv6,
    packet,
    pcap,
    pcapng,
    short_talk,
    tcp,
)
from tests.tools.record_capture import BINARY, FRAGMENTS, HERE, REASON, TEXTS
from wslearn.net.record import capture, capture_file, reassembly
from wslearn.net.record.capture import read_capture
from wslearn.net.record.packets import RST, Packets
from wslearn.protocol.errors import InputError
from wslearn.protocol.frame import Frame


@pytest.fixture
def read(tmp_path):
    """``read(data)`` -> the journal of a file with these bytes."""

    def read_it(data, **options):
        path = tmp_path / "a.capture"
        path.write_bytes(data)
        return read_capture(path, **options)

    return read_it


def is_short_talk(journal):
    (said,) = journal.conversations
    assert said.opened
    assert [(frame.sender, frame.data) for frame in said.frames] == [
        ("client", HELLO),
        ("server", ANSWER),
    ]
    assert said.ended == "It ended without a Close (both sides call that 1006)."
    assert journal.remarks == []
    return said


# -- a real session --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["loopback.pcap", "loopback.pcapng"])
def test_a_real_session_over_loopback_is_read_whole(name):
    journal = read_capture(HERE / name)
    (said,) = journal.conversations
    assert said.opened
    assert said.deflate is not None
    assert said.request.startswith(b"GET /chat HTTP/1.1\r\n")
    assert said.client.startswith("127.0.0.1:")
    spoken = [*TEXTS, "".join(FRAGMENTS), BINARY]
    for sender in ("client", "server"):
        messages = [one for one in journal.messages() if one.sender == sender]
        assert [one.data for one in messages] == spoken
        assert all(one.compressed for one in messages)
    assert [f.dissect().frame for f in said.sent_by("client")][-2:] == [
        Frame.ping(b"there?"),
        Frame.close(1000, REASON),
    ]
    assert all(frame.dissect().violations == () for frame in journal)
    assert said.ended == f"The client sent a Close with 1000, “{REASON}” and the server sent a " + (
        f"Close with 1000, “{REASON}”."
    )
    assert journal.remarks == []


# -- the files -------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nano", [False, True])
def test_pcap_is_read_in_every_byte_order_and_resolution(read, order, nano):
    said = is_short_talk(read(pcap(short_talk().packets, order=order, nano=nano)))
    assert said.began == 1000.0
    assert [frame.at for frame in said.frames] == [0.004, 0.005]
    assert (said.client, said.server) == ("10.0.0.1:50000", "10.0.0.2:8765")


@pytest.mark.parametrize("order", ["<", ">"])
def test_pcapng_is_read_with_several_interfaces_and_clocks(read, order):
    data = pcapng(short_talk().packets, order=order, links=(ETHERNET, ETHERNET), resolutions=(6, 9))
    said = is_short_talk(read(data))
    assert [frame.at for frame in said.frames] == [0.004, 0.005]


def test_a_packed_capture_is_unpacked(read):
    is_short_talk(read(gzip.compress(pcap(short_talk().packets))))


@pytest.mark.parametrize("data", [b"", b"abc", b"hello world", b"\xd4\xc3\xb2\xa1", b"\x1f\x8b"])
def test_what_is_no_capture_is_refused_in_a_sentence(read, data):
    with pytest.raises(InputError, match=r"^Expected a capture"):
        read(data)


def test_a_missing_file_is_reported_in_a_sentence(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read_capture(tmp_path / "none.pcap")


def test_a_capture_that_is_too_large_is_not_read_packed_or_not(read, monkeypatch):
    monkeypatch.setattr(capture_file, "LARGEST", 2**20)
    for data in (bytes(2**20 + 1), gzip.compress(bytes(2**24))):
        with pytest.raises(InputError, match="at most 1 MiB"):
            read(data)


def test_a_missing_library_is_reported_in_a_sentence_with_the_remedy(read, monkeypatch):
    monkeypatch.setitem(sys.modules, "scapy.utils", None)
    with pytest.raises(InputError, match=r'pip install "wslearn\[capture\]"'):
        read(pcap([]))


def test_a_capture_without_any_connection_says_so(read):
    journal = read(pcap([]))
    assert journal.conversations == []
    assert journal.remarks == ["There is no TCP connection with data in this capture."]


# -- links and addresses ---------------------------------------------------------------------------

V6_CLIENT, V6_SERVER = ("::1", 50_000), ("2001:db8::2", 80)


def over(wrap):
    """Wrap TCP in IPv4 and that in a link."""
    return lambda source, target, number, data, flags: wrap(
        ipv4(source, target, tcp(source, target, number, data, flags))
    )


LINKS = {
    "BSD loopback": (0, over(lambda ip: struct.pack("<I", 2) + ip)),
    "OpenBSD loopback": (108, over(lambda ip: struct.pack(">I", 2) + ip)),
    "raw": (101, over(lambda ip: ip)),
    "raw IPv4": (228, over(lambda ip: ip)),
    "Linux cooked": (113, over(lambda ip: bytes(14) + b"\x08\x00" + ip)),
    "Linux cooked 2": (276, over(lambda ip: b"\x08\x00" + bytes(18) + ip)),
    "VLAN": (1, over(lambda ip: ethernet(ip, tags=bytes.fromhex("81000005")))),
    "VLAN in VLAN": (1, over(lambda ip: ethernet(ip, tags=bytes.fromhex("88a8000781000005")))),
    "with padding": (1, over(lambda ip: ethernet(ip) + b"padding")),
}


@pytest.mark.parametrize("name", LINKS)
def test_every_usual_link_is_read(read, name):
    link, wrap = LINKS[name]
    is_short_talk(read(pcap(short_talk(wrap=wrap).packets, link=link)))


@pytest.mark.parametrize(
    ("following", "extensions"),
    [
        (6, b""),
        (0, bytes([6, 0]) + bytes(6)),  # hop-by-hop options
        (0, bytes([60, 0]) + bytes(6) + bytes([6, 1]) + bytes(14)),
        (44, bytes([6, 0]) + bytes(6)),  # a fragment that is the whole packet
        (51, bytes([6, 1]) + bytes(10)),  # an authentication header
    ],
)
def test_ipv6_is_read_with_its_extension_headers(read, following, extensions):
    def wrap(source, target, number, data, flags):
        inner = tcp(source, target, number, data, flags)
        ip = ipv6(source, target, inner, extensions=extensions, following=following)
        return ethernet(ip, 0x86DD)

    talk = short_talk(client=V6_CLIENT, server=V6_SERVER, wrap=wrap)
    said = is_short_talk(read(pcap(talk.packets)))
    assert (said.client, said.server) == ("[::1]:50000", "[2001:db8::2]:80")


def test_headers_with_options_and_without_a_length_are_read(read):
    def wrap(source, target, number, data, flags):
        inner = tcp(source, target, number, data, flags, options=bytes(12))
        return ethernet(ipv4(source, target, inner, options=bytes(4), total=0))

    is_short_talk(read(pcap(short_talk(wrap=wrap).packets)))


def test_a_link_that_is_not_known_is_counted(read):
    journal = read(pcap(short_talk().packets, link=147))
    assert journal.remarks == ["8 packets left out: link type 147 is not known."]


def test_what_is_not_tcp_is_passed_over(read):
    udp = ethernet(ipv4(CLIENT, SERVER, bytes(8)).replace(b"\x40\x06", b"\x40\x11", 1))
    fragment = ethernet(ipv4(CLIENT, SERVER, bytes(40), fragment=0x2000))
    arp = ethernet(bytes(28), kind=0x0806)
    is_short_talk(read(pcap([udp, arp, *short_talk().packets])))
    journal = read(pcap([fragment, *short_talk().packets]))
    assert len(journal) == 2
    assert journal.remarks == [
        "1 fragment of IP packets left out: their other fragments are not in the capture, or not "
        "whole."
    ]


@given(st.binary(max_size=120), st.sampled_from([0, 1, 12, 101, 108, 113, 228, 229, 276, 9]))
def test_no_packet_whatever_trips_the_reader(data, link):
    Packets().segment_of(data, link)
    Packets().segment_of(b"\x45" + data, link)
    Packets().segment_of(b"\x60" + data, link)


# -- TCP -------------------------------------------------------------------------------------------


def test_segments_out_of_order_twice_and_overlapping_make_the_same_stream(read):
    for seed in range(20):
        random_ = random.Random(seed)
        frames = [Frame.text(f"frame {n} " * 9).encode(mask_key=KEY) for n in range(12)]
        data = b"".join(frames)
        talk = Talk(first=2**32 - 800).handshake()  # the numbers start again at 2^32 inside
        begin = talk.next["client"]
        pieces = []
        at = 0
        while at < len(data):
            size = random_.randint(1, 90)
            pieces.append((at, data[at : at + size + random_.choice((0, 0, 30))]))
            at += size
        pieces += random_.sample(pieces, 3)
        # A packet overtakes a few others, as on a real network.
        pieces = [
            p for _, p in sorted((n + random_.uniform(0, 6), p) for n, p in enumerate(pieces))
        ]
        for offset, piece in pieces:
            talk.packets.append(packet(CLIENT, SERVER, begin + offset, piece))
        journal = read(pcap(talk.packets))
        assert [frame.data for frame in journal] == frames
        assert all(not frame.note for frame in journal)


def test_what_was_seen_first_counts_where_a_retransmission_differs(read):
    talk = Talk().handshake().say("client", HELLO)
    begin = talk.next["client"] - len(HELLO)
    talk.packets.append(packet(CLIENT, SERVER, begin, b"x" * len(HELLO)))
    assert [frame.data for frame in read(pcap(talk.packets))] == [HELLO]


def test_a_loss_inside_a_payload_is_marked_and_the_next_frame_is_found(read):
    long = Frame.binary(bytes(range(100))).encode(mask_key=KEY)
    talk = Talk().handshake().say("client", long[:50]).skip("client", 20)
    talk.say("client", long[70:] + HELLO).end()
    cut, whole = read(pcap(talk.packets)).frames
    assert (cut.data, cut.left_out) == (long[:50], len(long) - 50)
    assert cut.note == "20 bytes of it are missing"
    assert whole.data == HELLO


def test_a_loss_of_a_header_ends_what_can_be_told_of_that_side(read):
    talk = Talk().handshake().say("client", HELLO).skip("client", 30)
    talk.say("client", HELLO).say("server", ANSWER).end()
    journal = read(pcap(talk.packets))
    assert [frame.data for frame in journal] == [HELLO, ANSWER]
    (remark,) = journal.remarks
    assert remark.startswith("Connection 1: 30 bytes that the client sent are missing")


def test_many_losses_on_one_side_are_reported_once(read):
    talk = Talk().handshake()
    for _ in range(50):
        talk.say("client", HELLO).skip("client", 30)
    talk.say("client", HELLO)
    assert len(read(pcap(talk.packets)).remarks) == 1


def test_a_request_that_is_not_whole_in_the_capture_is_reported(read):
    talk = Talk().say("client", REQUEST[:60]).skip("client", 40).say("client", REQUEST[100:])
    talk.say("server", REPLY).say("client", HELLO).say("server", ANSWER).end()
    journal = read(pcap(talk.packets))
    (said,) = journal.conversations
    assert said.request == REQUEST[:60]
    assert not said.opened
    assert [frame.data for frame in journal] == [ANSWER]
    assert "40 bytes that the client sent are missing" in journal.remarks[0]


def test_a_hole_behind_which_too_much_waits_is_given_up(read, monkeypatch):
    monkeypatch.setattr(reassembly, "MOST_WAITING", 1_000)
    long = Frame.binary(bytes(30_000)).encode(mask_key=KEY)
    talk = Talk().handshake().say("client", long[:100]).skip("client", 100)
    for at in range(200, len(long), 500):
        talk.say("client", long[at : at + 500])
    talk.say("server", ANSWER).say("client", HELLO)
    journal = read(pcap(talk.packets))
    assert [frame.sender for frame in journal] == ["client", "server", "client"]
    assert journal.frames[2].data == HELLO


def test_packets_that_were_captured_in_part_are_counted(read):
    def cut(source, target, number, data, flags):
        whole = packet(source, target, number, data, flags)
        return whole[:60] if data.endswith(b"END") else whole

    payload = Frame.binary(b"x" * 90 + b"END").encode()
    talk = Talk(wrap=cut).handshake().say("server", payload).say("server", ANSWER)
    journal = read(pcap(talk.packets))
    assert "1 packet captured in part only" in journal.remarks[-1]
    first, second = journal.frames
    assert first.size == len(payload)
    assert "bytes of it are missing" in first.note
    assert second.data == ANSWER


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("kept", [4, 30, 90])
def test_a_last_frame_that_the_capture_cut_is_not_said_to_be_the_connections_end(
    read, closed, kept
):
    frame = Frame.binary(b"x" * 90 + b"END").encode()

    def cut(source, target, number, data, flags):
        whole = packet(source, target, number, data, flags)
        return whole[: kept - len(data)] if data.endswith(b"END") else whole

    talk = Talk(wrap=cut).handshake().say("server", frame)
    (passed,) = read(pcap((talk.end() if closed else talk).packets)).frames
    assert passed.data == frame[:kept]
    assert passed.size == len(frame)
    assert passed.note == f"{len(frame) - kept} bytes of it are missing"


def test_a_frame_that_the_capture_did_not_see_the_end_of_says_so(read):
    talk = Talk().handshake().say("server", Frame.binary(bytes(90)).encode()[:30])
    (passed,) = read(pcap(talk.packets)).frames
    assert passed.note == "the capture ended inside this frame"
    (passed,) = read(pcap(talk.end().packets)).frames
    assert passed.note == "the connection ended inside this frame"


def test_a_port_that_is_used_again_is_another_connection(read):
    packets = short_talk().packets + short_talk(first=900_000).packets
    journal = read(pcap(packets))
    assert [said.number for said in journal.conversations] == [1, 2]
    assert [len(said.frames) for said in journal.conversations] == [2, 2]


def test_a_reset_ends_a_connection(read):
    talk = Talk().handshake().say("client", HELLO).say("server", flags=RST)
    (said,) = read(pcap(talk.packets)).conversations
    assert said.ended == "It ended without a Close (both sides call that 1006)."


def test_several_connections_at_once_are_told_apart_and_put_in_order_of_time(read):
    talks = [Talk(client=("10.0.0.1", 50_000 + n)).handshake() for n in range(3)]
    for turn in range(3):
        for talk in talks:
            talk.say("client", Frame.text(f"turn {turn}").encode(mask_key=KEY))
    packets = [one for turn in zip(*(t.packets for t in talks), strict=True) for one in turn]
    journal = read(pcap(packets))
    assert [frame.connection for frame in journal] == [1, 2, 3] * 3
    assert [said.ended for said in journal.conversations] == [
        "It was still open when the capture ended."
    ] * 3


# -- what is a WebSocket ---------------------------------------------------------------------------


def test_a_handshake_is_found_though_its_packets_are_small_and_the_port_is_any(read):
    talk = Talk(server=("10.0.0.2", 31_337))
    for byte in REQUEST:
        talk.say("client", bytes((byte,)))
    talk.say("server", REPLY).say("client", HELLO).say("server", ANSWER).end()
    is_short_talk(read(pcap(talk.packets)))


def test_a_refused_handshake_is_recorded(read):
    talk = Talk().say("client", REQUEST).say("server", b"HTTP/1.1 403 Forbidden\r\n\r\nno").end()
    (said,) = read(pcap(talk.packets)).conversations
    assert said.ended == "The server answered 403 Forbidden: no WebSocket was opened."
    assert said.body == b"no"


@pytest.mark.parametrize(
    ("first", "remark"),
    [
        (b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", "ordinary HTTP"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01", "encrypted (TLS)"),
        (b"SSH-2.0-x\r\n", "SSH (RFC 4253 §4.2)"),
        (b"\x00\x01\x02\x03", "no WebSocket"),
    ],
)
def test_other_connections_are_counted_with_the_reason(read, first, remark):
    talk = Talk().say("client", first).say("server", b"some answer").end()
    journal = read(pcap(talk.packets))
    assert journal.conversations == []
    assert journal.remarks[0] == f"1 TCP connection left out: {remark}."
    assert journal.remarks[1:] == ([capture.KEYS] if "TLS" in remark else [])


def middle():
    """A connection whose beginning was not captured."""
    talk = Talk()
    talk.packets.clear()
    return talk.say("server", ANSWER).say("client", HELLO).say("server", ANSWER)


def test_a_connection_that_began_before_the_capture_is_explained_with_a_way_out(read):
    journal = read(pcap(middle().packets))
    assert journal.conversations == []
    (remark,) = journal.remarks
    assert remark.startswith("1 TCP connection left out: the capture began later")
    assert "read_capture(..., assume=8765)" in remark


def test_a_connection_in_mid_stream_on_a_port_of_tls_gets_a_word_about_keys(read):
    talk = Talk(server=("10.0.0.2", 443))
    talk.packets.clear()
    journal = read(pcap(talk.say("server", b"\x9a\x01").say("client", b"\x7f\x02").packets))
    assert journal.remarks[1].startswith(
        "Port 443 is usually one of TLS. Reading one takes its keys"
    )


def test_an_assumed_port_is_read_as_frames_without_a_handshake(read):
    journal = read(pcap(middle().packets), assume=8765)
    (said,) = journal.conversations
    assert (said.client, said.server) == ("10.0.0.1:50000", "10.0.0.2:8765")
    assert [(frame.sender, frame.data) for frame in journal] == [
        ("server", ANSWER),
        ("client", HELLO),
        ("server", ANSWER),
    ]
    assert journal.remarks == []


def test_where_both_ports_are_assumed_the_side_that_masks_is_the_client(read):
    for client, server in ((CLIENT, SERVER), (SERVER, CLIENT)):
        talk = Talk(client=client, server=server)
        talk.packets.clear()
        talk.say("server", ANSWER).say("client", HELLO)
        journal = read(pcap(talk.packets), assume=[CLIENT[1], SERVER[1]])
        assert [(frame.sender, frame.data) for frame in journal] == [
            ("server", ANSWER),
            ("client", HELLO),
        ]


def test_the_server_may_have_the_lower_address(read):
    talk = Talk(client=("10.0.0.9", 50_000))
    talk.packets.clear()
    journal = read(pcap(talk.say("client", HELLO).packets), assume=8765)
    assert [frame.sender for frame in journal] == ["client"]
    assert journal.conversations[0].client == "10.0.0.9:50000"


def test_more_connections_than_are_followed_are_counted(read, monkeypatch):
    monkeypatch.setattr(capture, "MOST_STREAMS", 1)
    packets = short_talk().packets + short_talk(client=("10.0.0.3", 1)).packets
    journal = read(pcap(packets))
    assert len(journal.conversations) == 1
    assert journal.remarks == ["8 packets left out: more than 1 TCP connections."]


def test_assumed_frames_are_judged_with_the_extensions_that_are_named(read):
    frame = Frame(1, b"\xf2\x48\xcd\xc9\xc9\x07\x00", rsv1=True).encode()
    talk = Talk()
    talk.packets.clear()
    packets = talk.say("server", frame).packets
    (judged,) = read(pcap(packets), assume=[8765]).frames
    (fine,) = read(pcap(packets), assume=8765, extensions=["permessage-deflate"]).frames
    assert judged.dissect().violations
    assert fine.dissect().violations == ()


def test_an_assumed_port_does_not_hide_a_handshake_that_is_there(read):
    is_short_talk(read(pcap(short_talk().packets), assume=8765))


@pytest.mark.parametrize("assume", [["x"], [None]])
def test_ports_to_assume_must_be_numbers(read, assume):
    with pytest.raises(InputError, match="whole numbers"):
        read(pcap([]), assume=assume)


# -- hostile files ---------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_as_far_as_it_goes_or_refused_in_a_sentence(tmp_path_factory, data):
    whole = data.draw(st.sampled_from([pcap(short_talk().packets), pcapng(short_talk().packets)]))
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    del damaged[data.draw(st.integers(4, len(damaged))) :]
    path = tmp_path_factory.mktemp("capture") / "a"
    path.write_bytes(damaged)
    try:
        read_capture(path)
    except InputError as problem:
        assert str(problem)  # noqa: PT017 (either way is fine)


def test_a_thousand_holes_take_no_long_time(read):
    talk = Talk().handshake()
    begin = talk.next["client"]
    for number in range(3_000):
        talk.packets.append(packet(CLIENT, SERVER, begin + 10 + 7 * number, b"xyz"))
    journal = read(pcap(talk.packets))
    assert len(journal.conversations) == 1
