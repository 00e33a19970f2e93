"""From a captured packet to the piece of TCP in it: links, tunnels, IP, TCP (RFC 791, 8200, 9293).

From each header this reads what leads to the next one and what tells the streams apart. A table
says what follows each kind; so a VLAN inside PPPoE inside GRE is read like any other. scapy would
dissect them all, but takes a third of a millisecond for a packet, and a capture has a million.

1. Fragments of IP are put together (RFC 791 §3.2, RFC 8200 §4.5).
2. What does not lead to TCP is counted by its name. Tunnels that are not read are named at the end;
   UDP, ARP and the like only where there was no TCP at all.
3. Checksums are not judged: a network card often fills them in only after the capture.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import ClassVar

from wslearn.protocol.text import counted

FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10

Address = tuple[bytes, int]
"""An IP address (4 or 16 bytes) and a port."""

# The link types of a capture (the registry of tcpdump.org).
NULL, ETHERNET, PPP, LOOP, LINUX_COOKED, LINUX_COOKED_2 = 0, 1, 9, 108, 113, 276
RAW = {12, 14, 101, 228, 229}
_LINKS = {105: "IEEE 802.11", 127: "IEEE 802.11", 220: "USB", 252: "exported PDUs of Wireshark"}

_MOST_LAYERS = 12
"""How deep headers may be nested: real ones are at most half of it."""

_MOST_DATAGRAMS, _MOST_FRAGMENTED = 500, 4 * 2**20
"""How many packets in fragments wait for the rest of them, and how many bytes."""

_IPV4, _IPV6, _BRIDGED = 0x0800, 0x86DD, 0x6558
_OTHERS = {0x0806: "ARP", 0x88CC: "LLDP", 0x8863: "PPPoE discovery", 0x88E5: "MACsec (encrypted)"}
_IN_IP = {
    1: "ICMP", 2: "IGMP", 50: "ESP (IPsec, encrypted)", 58: "ICMPv6", 89: "OSPF", 115: "L2TP",
    132: "SCTP",
}  # fmt: skip
_TUNNELS = frozenset({"MACsec (encrypted)", "ESP (IPsec, encrypted)", "L2TP"})
_VXLAN, _GENEVE, _GTP, _L2TP = frozenset({4789, 8472}), 6081, 2152, 1701
# IPv6 extension headers that say their length in units of 8 bytes: hop-by-hop, routing, options.
_EXTENSIONS = {0, 43, 60}
_FRAGMENT, _AUTHENTICATION = 44, 51


@dataclass(frozen=True, slots=True)
class Segment:
    """A TCP segment: from where, to where, its place in the stream, its flags and its data.

    ``missing`` is how many bytes of its data the capture cut off.
    """

    source: Address
    target: Address
    number: int
    flags: int
    data: bytes
    missing: int = 0


def shown_address(address: Address) -> str:
    """An address as people write it, such as ``127.0.0.1:8765`` or ``[::1]:8765``."""
    host, port = address
    shown = ip_address(host)
    return f"[{shown}]:{port}" if shown.version == 6 else f"{shown}:{port}"


def _number(data: bytes, at: int, size: int = 2) -> int:
    if at + size > len(data):
        raise IndexError
    return int.from_bytes(data[at : at + size], "big")


@dataclass(slots=True)
class _Datagram:
    """A packet of which some fragments have come: their places, and where it ends."""

    pieces: dict[int, bytes] = field(default_factory=dict)
    end: int | None = None
    size: int = 0

    def whole(self) -> bytes | None:
        """The bytes put together, if all have come. Where two overlap, the earlier place counts."""
        if self.end is None:
            return None
        joined = b""
        for place in sorted(self.pieces):
            if place > len(joined):
                return None
            joined += self.pieces[place][len(joined) - place :]
        return joined if len(joined) >= self.end else None


class Packets:
    """Reads packet after packet, and counts what did not lead to TCP."""

    def __init__(self) -> None:
        self.links: Counter[int] = Counter()  # link types that are not known
        self.others: Counter[str] = Counter()  # what is not TCP
        self.lost = 0  # fragments whose packet never became whole
        self._datagrams: dict[tuple[bytes, bytes, int, int], _Datagram] = {}
        self._waiting = 0  # bytes in them
        self._depth = 0

    def segment_of(self, packet: bytes, link: int) -> Segment | None:
        """The TCP segment in a packet that was captured on such a link, or None."""
        self._depth = 0
        try:
            return self._link(packet, link)
        except (IndexError, ValueError):  # a header that ends too early
            self.others["packets too short for their headers"] += 1
            return None

    def remarks(self) -> list[str]:
        """Which parts of the capture could not be read, in sentences."""
        told = []
        for link, count in self.links.items():
            name = f" ({_LINKS[link]})" if link in _LINKS else ""
            told.append(
                f"{counted(count, 'packet')} left out: link type {link}{name} is not known."
            )
        for name in sorted(self.others):
            if name in _TUNNELS or " in " in name:
                left_out = f"{counted(self.others[name], 'packet')} left out"
                told.append(f"{left_out}: {name} is not read.")
        if lost := self.lost + sum(len(one.pieces) for one in self._datagrams.values()):
            told.append(
                f"{counted(lost, 'fragment')} of IP packets left out: their other fragments are "
                "not in the capture, or not whole."
            )
        return told

    def held(self) -> str:
        """What the capture holds instead of TCP, in a sentence; empty if nothing."""
        found = [
            f"{counted(count, 'packet')} of {name}" for name, count in self.others.most_common(5)
        ]
        return f" It holds {', '.join(found)}." if found else ""

    # -- links and tunnels -----------------------------------------------------------------------

    def _link(self, packet: bytes, link: int) -> Segment | None:
        if link == ETHERNET:
            return self._ether_type(_number(packet, 12), packet[14:])
        if link in RAW:
            return self._ip(packet)
        if link in (NULL, LOOP):  # four bytes of address family, which differ among systems
            return self._ip(packet[4:])
        if link == LINUX_COOKED_2:
            return self._ether_type(_number(packet, 0), packet[20:])
        if link == LINUX_COOKED:
            return self._ether_type(_number(packet, 14), packet[16:])
        if link == PPP:
            return self._ppp(packet[2:] if packet[:2] == b"\xff\x03" else packet)
        self.links[link] += 1
        return None

    def _ether_type(self, kind: int, data: bytes, inside: str = "") -> Segment | None:
        """What follows an EtherType (RFC 9542)."""
        self._depth += 1
        if self._depth > _MOST_LAYERS:
            return None
        if kind < 0x600 and data[:3] == b"\xaa\xaa\x03":  # a length, then LLC and SNAP (RFC 1042)
            return self._ether_type(_number(data, 6), data[8:], inside)
        if (reader := self._READERS.get(kind)) is not None:
            return reader(self, data)
        name = _OTHERS.get(kind, f"EtherType 0x{kind:04x}")
        self.others[f"{name} in {inside}" if inside else name] += 1
        return None

    def _ethernet(self, data: bytes) -> Segment | None:
        return self._ether_type(_number(data, 12), data[14:])

    def _tag(self, data: bytes) -> Segment | None:
        """A VLAN tag (IEEE 802.1Q): two bytes, then the EtherType of what follows."""
        return self._ether_type(_number(data, 2), data[4:])

    def _mpls(self, data: bytes) -> Segment | None:
        """Labels of four bytes, the last one marked (RFC 3032); nothing says what follows."""
        while not data[2] & 1:
            data = data[4:]
        data = data[4:]
        if data[0] >> 4 in (4, 6):
            return self._ip(data)
        return self._ethernet(data[4:] if data[0] >> 4 == 0 else data)  # RFC 4448 §4.6

    def _pppoe(self, data: bytes) -> Segment | None:
        return self._ppp(data[6:])  # RFC 2516 §4

    def _ppp(self, data: bytes) -> Segment | None:
        """A protocol number, then its packet (RFC 1661 §2)."""
        kind = _number(data, 0)
        if kind in (0x0021, 0x0057):
            return self._ip(data[2:])
        control = kind >= 0x8000  # to set up the link
        self.others["PPP control" if control else f"protocol 0x{kind:04x} in PPP"] += 1
        return None

    def _gre(self, data: bytes) -> Segment | None:
        """Generic Routing Encapsulation (RFC 2784, RFC 2890)."""
        flags, kind = _number(data, 0), _number(data, 2)
        size = 4 + 4 * sum(bool(flags & bit) for bit in (0x8000, 0x2000, 0x1000))
        if kind == 0x88BE:  # a mirrored port: ERSPAN, with eight more bytes where it is numbered
            return self._ethernet(data[size + (8 if flags & 0x1000 else 0) :])
        if kind == 0x880B:
            return self._ppp(data[size + (4 if flags & 0x0080 else 0) :])
        return self._ether_type(kind, data[size:], "GRE")

    def _udp(self, data: bytes) -> Segment | None:
        """Some tunnels run over UDP, each on a port of its own."""
        ports, inner = {_number(data, 0), _number(data, 2)}, data[8:]
        if ports & _VXLAN and inner[:1] == b"\x08":  # RFC 7348 §5
            return self._ethernet(inner[8:])
        if _GENEVE in ports and inner[0] >> 6 == 0:  # RFC 8926 §3.4
            return self._ether_type(_number(inner, 2), inner[8 + 4 * (inner[0] & 0x3F) :], "Geneve")
        if _GTP in ports and inner[0] >> 5 == 1 and inner[1] == 0xFF:  # 3GPP TS 29.281
            return self._ip(inner[12 if inner[0] & 7 else 8 :])
        self.others["L2TP" if _L2TP in ports else "UDP"] += 1
        return None

    # -- IP and TCP ------------------------------------------------------------------------------

    def _ip(self, packet: bytes) -> Segment | None:
        self._depth += 1
        if self._depth > _MOST_LAYERS:
            return None
        match packet[0] >> 4:
            case 4:
                return self._ipv4(packet)
            case 6:
                return self._ipv6(packet)
        self.others["packets without IP"] += 1
        return None

    def _ipv4(self, packet: bytes) -> Segment | None:
        header = 4 * (packet[0] & 0x0F)
        total = _number(packet, 2)
        fragment = _number(packet, 6)
        if header < 20:
            raise ValueError
        # A card that cuts segments itself shows them whole here, with no length they could have.
        total = total or len(packet)
        source, target, protocol = packet[12:16], packet[16:20], packet[9]
        data = packet[header:total]
        if fragment & 0x3FFF:  # the offset, and whether more fragments follow
            whole = total - header == len(data)
            key = source, target, protocol, _number(packet, 4)
            return self._fragment(key, fragment & 0x1FFF, bool(fragment & 0x2000), data, whole)
        return self._transport(protocol, source, target, data, total - header)

    def _ipv6(self, packet: bytes) -> Segment | None:
        size = _number(packet, 4) or len(packet) - 40
        source, target, end = packet[8:24], packet[24:40], 40 + size
        following, at = packet[6], 40
        for _ in range(_MOST_LAYERS):
            if following in _EXTENSIONS:
                following, at = packet[at], at + 8 * (packet[at + 1] + 1)
            elif following == _AUTHENTICATION:
                following, at = packet[at], at + 4 * (packet[at + 1] + 2)
            elif following == _FRAGMENT:
                place = _number(packet, at + 2)
                key = source, target, packet[at], _number(packet, at + 4, 4)
                following, at = packet[at], at + 8
                if place & 0xFFF9:
                    data = packet[at:end]
                    whole = end - at == len(data)
                    return self._fragment(key, place >> 3, bool(place & 1), data, whole)
            else:
                break
        return self._transport(following, source, target, packet[at:end], end - at)

    def _fragment(
        self,
        key: tuple[bytes, bytes, int, int],
        place: int,
        more: bool,
        data: bytes,
        whole: bool,
    ) -> Segment | None:
        """Keep a fragment; ``place`` is in units of 8 bytes. The segment, once all have come."""
        known = self._datagrams.setdefault(key, _Datagram())
        if not whole or 8 * place in known.pieces:
            self.lost += not whole
            return None
        known.pieces[8 * place] = data
        known.size += len(data)
        self._waiting += len(data)
        if not more:
            known.end = 8 * place + len(data)
        if (joined := known.whole()) is not None:
            del self._datagrams[key]
            self._waiting -= known.size
            return self._transport(key[2], key[0], key[1], joined, len(joined))
        while len(self._datagrams) > _MOST_DATAGRAMS or self._waiting > _MOST_FRAGMENTED:
            oldest = self._datagrams.pop(next(iter(self._datagrams)))
            self._waiting -= oldest.size
            self.lost += len(oldest.pieces)
        return None

    def _transport(
        self, protocol: int, source: bytes, target: bytes, data: bytes, size: int
    ) -> Segment | None:
        """What IP carries; ``size`` is how long it was on the wire, header and all."""
        match protocol:
            case 6:
                return _tcp(source, target, data, size)
            case 4 | 41:
                return self._ip(data)
            case 47:
                return self._gre(data)
            case 17:
                return self._udp(data)
        self.others[_IN_IP.get(protocol, f"IP protocol {protocol}")] += 1
        return None

    _READERS: ClassVar[dict[int, "_Reader"]] = {
        _IPV4: _ip, _IPV6: _ip, _BRIDGED: _ethernet,
        0x8100: _tag, 0x88A8: _tag, 0x9100: _tag,
        0x8847: _mpls, 0x8848: _mpls, 0x8864: _pppoe,
    }  # fmt: skip
    """By EtherType, what reads the header that follows."""


_Reader = Callable[[Packets, bytes], Segment | None]


def _tcp(source: bytes, target: bytes, tcp: bytes, size: int) -> Segment:
    header = 4 * (tcp[12] >> 4)
    if header < 20 or size < header:
        raise ValueError
    data = tcp[header:]
    return Segment(
        (source, _number(tcp, 0)),
        (target, _number(tcp, 2)),
        _number(tcp, 4, 4),
        tcp[13],
        data,
        size - header - len(data),
    )
