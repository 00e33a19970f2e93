"""From a captured packet to the piece of TCP in it: link layer, IP, TCP (RFC 791, 8200, 9293).

Of each header this reads what leads to the next one, and what tells the streams apart. Whatever
does not lead to TCP, or is too short for what it says, gives None. Checksums are not judged: a
network card often fills them in only after the capture.
"""

from dataclasses import dataclass
from ipaddress import ip_address

TCP = 6
FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10

Address = tuple[bytes, int]
"""An IP address (4 or 16 bytes) and a port."""

# The link types of a capture (the registry of tcpdump.org), and how long their headers are.
NULL, ETHERNET, LOOP, LINUX_COOKED, LINUX_COOKED_2 = 0, 1, 108, 113, 276
RAW = {12, 14, 101, 228, 229}

_IPV4, _IPV6 = 0x0800, 0x86DD
_VLAN = {0x8100, 0x88A8, 0x9100}
_MOST_TAGS = 4
# IPv6 extension headers that say their length in units of 8 bytes: hop-by-hop, routing, options.
_EXTENSIONS = {0, 43, 60}
_FRAGMENT, _AUTHENTICATION = 44, 51
_MOST_EXTENSIONS = 8


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


def segment_of(packet: bytes, link: int) -> Segment | None:
    """The TCP segment in a packet that was captured on such a link, or None."""
    try:
        return _network(packet, link)
    except (IndexError, ValueError):  # a header that ends too early
        return None


def known_link(link: int) -> bool:
    """Whether packets of such a link can be read."""
    return link in RAW or link in (NULL, ETHERNET, LOOP, LINUX_COOKED, LINUX_COOKED_2)


def _number(data: bytes, at: int, size: int = 2) -> int:
    if at + size > len(data):
        raise IndexError
    return int.from_bytes(data[at : at + size], "big")


def _network(packet: bytes, link: int) -> Segment | None:
    """Find the IP header behind the header of the link."""
    if link in RAW:
        return _ip(packet)
    if link in (NULL, LOOP):  # four bytes of address family, which differ from system to system
        return _ip(packet[4:])
    if link == LINUX_COOKED_2:
        kind, at = _number(packet, 0), 20
    elif link == LINUX_COOKED:
        kind, at = _number(packet, 14), 16
    elif link == ETHERNET:
        kind, at = _number(packet, 12), 14
    else:
        return None
    for _ in range(_MOST_TAGS):
        if kind not in _VLAN:
            break
        kind, at = _number(packet, at + 2), at + 4
    return _ip(packet[at:]) if kind in (_IPV4, _IPV6) else None


def _ip(packet: bytes) -> Segment | None:
    match packet[0] >> 4:
        case 4:
            return _ipv4(packet)
        case 6:
            return _ipv6(packet)
    return None


def _ipv4(packet: bytes) -> Segment | None:
    header = 4 * (packet[0] & 0x0F)
    total = _number(packet, 2)
    fragment = _number(packet, 6) & 0x3FFF  # the offset, and whether more fragments follow
    if header < 20 or packet[9] != TCP or fragment:
        return None
    # A card that cuts segments itself shows them whole here, with no length they could have.
    total = total or len(packet)
    return _tcp(packet[12:16], packet[16:20], packet[header:total], total - header)


def _ipv6(packet: bytes) -> Segment | None:
    size = _number(packet, 4) or len(packet) - 40
    end = 40 + size
    following, at = packet[6], 40
    for _ in range(_MOST_EXTENSIONS):
        if following in _EXTENSIONS:
            following, at = packet[at], at + 8 * (packet[at + 1] + 1)
        elif following == _AUTHENTICATION:
            following, at = packet[at], at + 4 * (packet[at + 1] + 2)
        elif following == _FRAGMENT and not _number(packet, at + 2) & 0xFFF9:
            following, at = packet[at], at + 8
        else:
            break
    if following != TCP:
        return None
    return _tcp(packet[8:24], packet[24:40], packet[at:end], end - at)


def _tcp(source: bytes, target: bytes, tcp: bytes, size: int) -> Segment | None:
    """``size`` is how long the segment was on the wire, header and all."""
    header = 4 * (tcp[12] >> 4)
    if header < 20 or size < header:
        return None
    data = tcp[header:]
    return Segment(
        (source, _number(tcp, 0)),
        (target, _number(tcp, 2)),
        _number(tcp, 4, 4),
        tcp[13],
        data,
        size - header - len(data),
    )
