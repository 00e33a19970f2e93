"""Tunnels, tags and fragments: read down to TCP, or counted and named."""

import struct

import pytest

from tests.support.captures import ANSWER, CLIENT, HELLO, SERVER, ethernet, ipv4, ipv6, pcap, tcp
from tests.support.captures import Talk as Talked
from wslearn.net.record.capture import read_capture
from wslearn.net.record.packets import ACK, Packets

OUTER = ("192.0.2.1", 40_000), ("192.0.2.2", 4789)
SIXES = ("::1", 50_000), ("::2", 8765)


def inner(source, target, number, data=b"", flags=ACK):
    return ipv4(source, target, tcp(source, target, number, data, flags))


def around(protocol, data, ports=None):
    """IPv4 around something that is not TCP."""
    if ports is not None:
        data = struct.pack("!HHHH", *ports, 8 + len(data), 0) + data
    packet = ipv4(*OUTER, data)
    return packet[:9] + bytes((protocol,)) + packet[10:]


def ppp(packet):
    return b"\x00\x21" + packet


TUNNELS = {
    "VLAN": lambda p: ethernet(p, tags=b"\x81\x00\x00\x07"),
    "two VLANs": lambda p: ethernet(p, tags=b"\x88\xa8\x00\x07\x81\x00\x00\x08"),
    "LLC and SNAP": lambda p: bytes(12) + b"\x01\x00" + b"\xaa\xaa\x03\0\0\0\x08\0" + p,
    "PPPoE": lambda p: ethernet(
        b"\x11\0\0\x01" + struct.pack("!H", len(p) + 2) + ppp(p), kind=0x8864
    ),
    "MPLS": lambda p: ethernet(b"\0\x01\x01\x40" + p, kind=0x8847),
    "two MPLS labels": lambda p: ethernet(b"\0\x01\0\x40\0\x02\x01\x40" + p, kind=0x8847),
    "Ethernet over MPLS": lambda p: ethernet(b"\0\x01\x01\x40" + bytes(4) + ethernet(p), 0x8847),
    "GRE": lambda p: ethernet(around(47, b"\0\0\x08\0" + p)),
    "GRE with a key and a number": lambda p: ethernet(around(47, b"\x30\0\x08\0" + bytes(8) + p)),
    "Ethernet over GRE": lambda p: ethernet(around(47, b"\0\0\x65\x58" + ethernet(p))),
    "ERSPAN": lambda p: ethernet(around(47, b"\x10\0\x88\xbe" + bytes(12) + ethernet(p))),
    "IP in IP": lambda p: ethernet(around(4, p)),
    "VXLAN": lambda p: ethernet(around(17, b"\x08" + bytes(7) + ethernet(p), (9999, 4789))),
    "Geneve": lambda p: ethernet(
        around(17, b"\x01\0\x65\x58" + bytes(4) + bytes(4) + ethernet(p), (9999, 6081))
    ),
    "GTP": lambda p: ethernet(around(17, b"\x30\xff\0\0" + bytes(4) + p, (2152, 2152))),
    "VLAN in PPPoE in GRE": lambda p: ethernet(
        around(
            47,
            b"\0\0\x65\x58"
            + ethernet(b"\x11\0\0\x01\0\0" + ppp(p), 0x8864, tags=b"\x81\x00\x00\x07"),
        )
    ),
}


@pytest.mark.parametrize("name", TUNNELS)
def test_tcp_is_found_in_every_tunnel(name, tmp_path):
    talk = Talked(wrap=lambda *about: TUNNELS[name](inner(*about)))
    talk.handshake().say("client", HELLO).say("server", ANSWER)
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(talk.packets))
    journal = read_capture(path)
    assert [(frame.sender, frame.data) for frame in journal] == [
        ("client", HELLO),
        ("server", ANSWER),
    ]
    assert journal.remarks == []


@pytest.mark.parametrize(
    ("packet", "name"),
    [
        (ethernet(around(50, bytes(40))), "ESP (IPsec, encrypted)"),
        (ethernet(around(115, bytes(40))), "L2TP"),
        (ethernet(around(17, bytes(40), (1701, 1701))), "L2TP"),
        (ethernet(bytes(40), kind=0x88E5), "MACsec (encrypted)"),
        (ethernet(around(47, b"\0\0\x12\x34" + bytes(40))), "EtherType 0x1234 in GRE"),
        (ethernet(b"\x11\0\0\x01\0\0\x00\x2d" + bytes(40), 0x8864), "protocol 0x002d in PPP"),
    ],
)
def test_a_tunnel_that_is_not_read_is_counted_and_named(packet, name):
    packets = Packets()
    assert packets.segment_of(packet, 1) is None
    assert packets.remarks() == [f"1 packet left out: {name} is not read."]


def test_what_is_there_in_place_of_tcp_is_named(tmp_path):
    udp = ethernet(around(17, bytes(8), (53, 53)))
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap([udp, udp, ethernet(bytes(28), kind=0x0806)]))
    assert read_capture(path).remarks == [
        "There is no TCP connection with data in this capture. It holds 2 packets of UDP, 1 packet "
        "of ARP."
    ]


# -- fragments -------------------------------------------------------------------------------------


def fragments(packet, *cuts):
    """An IPv4 packet in fragments; the cuts are in bytes, multiples of eight."""
    head, data = packet[:20], packet[20:]
    ends = [*cuts, len(data)]
    for start, end in zip([0, *cuts], ends, strict=True):
        flags = (0x2000 if end < len(data) else 0) | start // 8
        size = struct.pack("!H", 20 + end - start)
        yield head[:2] + size + head[4:6] + struct.pack("!H", flags) + head[8:] + data[start:end]


def in_order(packets):
    reader = Packets()
    found = [each for one in packets if (each := reader.segment_of(ethernet(one), 1))]
    return [segment.data for segment in found]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 0, 1, 2)])
def test_fragments_of_ipv4_are_put_together_in_any_order(order):
    packet = inner(CLIENT, SERVER, 7, bytes(range(100)))
    pieces = list(fragments(packet, 40, 80))
    assert in_order(pieces[place] for place in order) == [bytes(range(100))]


def test_fragments_of_ipv6_are_put_together():
    segment = tcp(*SIXES, 7, bytes(range(80)))
    packets = Packets()
    found = []
    for start, end, more in ((40, 100, 0), (0, 40, 1)):
        header = bytes((6, 0)) + struct.pack("!HI", start | more, 99)
        packet = ipv6(*SIXES, segment[start:end], extensions=header, following=44)
        found.append(packets.segment_of(ethernet(packet, 0x86DD), 1))
    assert found[0] is None
    assert found[1].data == bytes(range(80))
    assert packets.remarks() == []


def test_fragments_whose_rest_is_missing_are_reported():
    packets = Packets()
    pieces = list(fragments(inner(CLIENT, SERVER, 7, bytes(100)), 40, 80))
    for piece in (pieces[0], pieces[2]):
        assert packets.segment_of(ethernet(piece), 1) is None
    assert packets.remarks() == [
        "2 fragments of IP packets left out: their other fragments are not in the capture, or not "
        "whole."
    ]


def test_fragments_that_wait_are_bounded():
    packets = Packets()
    for number in range(5_000):
        piece = next(iter(fragments(inner(CLIENT, SERVER, 7, bytes(1000)), 800)))
        packet = piece[:4] + struct.pack("!H", number) + piece[6:]
        packets.segment_of(ethernet(packet), 1)
    assert len(packets._datagrams) <= 500
    assert packets.remarks()[0].startswith("5000 fragments")


def test_headers_nested_without_an_end_are_given_up():
    packet = inner(CLIENT, SERVER, 7, b"x")
    for _ in range(50):
        packet = around(4, packet)
    assert Packets().segment_of(ethernet(packet), 1) is None
