"""Captures by hand: packets around bytes, conversations as packets, files around packets."""

import socket
import struct

from wslearn.net.record.packets import ACK, FIN, SYN
from wslearn.protocol.examples import COURSE_KEY as KEY
from wslearn.protocol.examples import SAMPLE_KEY as NONCE
from wslearn.protocol.frame import Frame

REQUEST = (
    f"GET /chat HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    f"Sec-WebSocket-Key: {NONCE}\r\nSec-WebSocket-Version: 13\r\n\r\n"
).encode()
REPLY = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)
CLIENT, SERVER = ("10.0.0.1", 50_000), ("10.0.0.2", 8765)
ETHERNET = 1


# -- packets by hand -------------------------------------------------------------------------------


def tcp(source, target, number, data=b"", flags=ACK, options=b""):
    """A TCP segment; ``options`` are a multiple of four bytes."""
    words = 5 + len(options) // 4
    header = struct.pack(
        "!HHIIBBHHH", source[1], target[1], number % 2**32, 0, words << 4, flags, 65535, 0, 0
    )
    return header + options + data


def ipv4(source, target, inner, *, total=None, fragment=0, options=b""):
    words = 5 + len(options) // 4
    size = 4 * words + len(inner) if total is None else total
    addresses = (socket.inet_aton(end[0]) for end in (source, target))
    return (
        struct.pack("!BBHHHBBH", 0x40 | words, 0, size, 1, fragment, 64, 6, 0)
        + b"".join(addresses)
        + options
        + inner
    )


def ipv6(source, target, inner, *, extensions=b"", following=6):
    addresses = b"".join(socket.inet_pton(socket.AF_INET6, end[0]) for end in (source, target))
    inner = extensions + inner
    return struct.pack("!IHBB", 6 << 28, len(inner), following, 64) + addresses + inner


def ethernet(inner, kind=0x0800, tags=b""):
    return bytes(12) + tags + struct.pack("!H", kind) + inner


def packet(source, target, number, data=b"", flags=ACK):
    return ethernet(ipv4(source, target, tcp(source, target, number, data, flags)))


def pcap(packets, *, link=ETHERNET, order="<", nano=False, start=1_000):
    """A capture file; the packets come a millisecond after one another."""
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    out = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 2**18, link)
    for number, one in enumerate(packets):
        fraction = number * (10**6 if nano else 1000)
        out += struct.pack(order + "IIII", start, fraction, len(one), len(one)) + one
    return out


def block(kind, body, order="<"):
    body += bytes(-len(body) % 4)
    size = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + size + body + size


def pcapng(packets, *, order="<", links=(ETHERNET,), resolutions=(6,)):
    """A capture file whose packets take turns on several interfaces."""
    out = block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)
    for link, resolution in zip(links, resolutions, strict=True):
        option = struct.pack(order + "HHBxxx", 9, 1, resolution) + bytes(4)
        out += block(1, struct.pack(order + "HHI", link, 0, 0) + option, order)
    for number, one in enumerate(packets):
        interface = number % len(links)
        units = 1_000 * 10 ** resolutions[interface]
        units += number * 10 ** resolutions[interface] // 1000
        header = struct.pack(
            order + "IIIII", interface, units >> 32, units & 0xFFFFFFFF, len(one), len(one)
        )
        out += block(6, header + one, order)
    return out


class Talk:
    """A TCP conversation: what each side says becomes packets with the right sequence numbers."""

    def __init__(self, client=CLIENT, server=SERVER, *, wrap=packet, first=1_000):
        self.ends = {"client": client, "server": server}
        self.wrap = wrap
        self.next = {"client": first, "server": first + 5_000}
        self.packets = []
        self.say("client", flags=SYN)
        self.say("server", flags=SYN | ACK)

    def say(self, sender, data=b"", flags=ACK):
        source = self.ends[sender]
        target = self.ends["server" if sender == "client" else "client"]
        self.packets.append(self.wrap(source, target, self.next[sender], data, flags))
        self.next[sender] += len(data) + bool(flags & (SYN | FIN))
        return self

    def skip(self, sender, size):
        """Leave out this many bytes, as if the capture had missed them."""
        self.next[sender] += size
        return self

    def handshake(self):
        return self.say("client", REQUEST).say("server", REPLY)

    def end(self):
        return self.say("client", flags=FIN | ACK).say("server", flags=FIN | ACK)


HELLO = Frame.text("Hello").encode(mask_key=KEY)
ANSWER = Frame.text("hi").encode()


def short_talk(**options):
    return Talk(**options).handshake().say("client", HELLO).say("server", ANSWER).end()
