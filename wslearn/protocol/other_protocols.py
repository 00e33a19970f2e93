"""Bytes that are not a frame: HTTP, TLS, HTTP/2 and others, told by how they begin.

A frame's first byte may be almost anything, so bytes that came by mistake are decoded as a frame
that breaks rules: ``GET `` is a frame with a reserved opcode, a TLS record one with RSV3. The rules
are not what went wrong there. So where bytes begin the way another protocol does, the rules come
with a remark that says so, and what it usually means.
"""

import re

_WANTS_TLS = "The peer wants TLS: such an address begins with wss://."
_EXTENDED = "There a WebSocket is opened with CONNECT (RFC 8441), not with GET."
_ANSWERED = "The peer took what it had read for an HTTP request."
_BEGINNINGS = {
    rb"(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|TRACE|CONNECT) [!-~]": (
        "an HTTP request", "It comes before the first frame, or on another connection.",
    ),
    rb"HTTP/[0-9]": ("an HTTP response", _ANSWERED),
    rb"PRI \* HTTP/2|SM\r\n\r\n": ("the preface of HTTP/2 (RFC 9113 §3.4)", _EXTENDED),
    # A length of six bytes a setting, type 4, no flag but ACK, stream 0.
    rb"\0\0[\0\x06\x0c\x12\x18\x1e\x24\x2a\x30]\x04[\0\x01]\0\0\0\0": (
        "a SETTINGS frame of HTTP/2 (RFC 9113 §6.5)", _EXTENDED,
    ),
    rb"\x16\x03[\0-\x04]": ("a TLS handshake (RFC 8446 §5.1)", _WANTS_TLS),
    rb"\x15\x03[\0-\x04]\0\x02": ("a TLS alert (RFC 8446 §6)", _WANTS_TLS),
    rb"\x17\x03[\0-\x04]": (
        "a TLS record (RFC 8446 §5.1)", "What it holds is encrypted; frames may be inside.",
    ),
    rb"\x14\x03[\0-\x04]": (
        "a TLS record (RFC 8446 §5)", "It belongs to the TLS handshake and holds no frame.",
    ),
    rb"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]])": (
        "JSON", "It is what a message says, without the frame around it.",
    ),
    rb"SSH-[12]\.": ("SSH (RFC 4253 §4.2)", "Another program answers at this port."),
    rb"PROXY TCP[46] |\r\n\r\n\0\r\nQUIT\n": ("a PROXY protocol header", "A proxy put it there."),
    rb"\s*<(?i:!doctype|html)": ("HTML", "It is a page, which an HTTP response carries."),
}  # fmt: skip
"""How bytes begin, what they are then, and what that usually means."""

_KNOWN = {re.compile(begins): told for begins, told in _BEGINNINGS.items()}
_IPV4 = re.compile(rb"(?:.{12}\x08\x00)?\x45.{8}\x06", re.DOTALL)


def other_protocol(data: bytes | memoryview) -> tuple[str, str] | None:
    """What some bytes are in place of a frame, and what that usually means; None: a frame, perhaps.

    >>> other_protocol(b"GET / HTTP/1.1")[0], other_protocol(bytes.fromhex("81 05"))
    ('an HTTP request', None)
    """
    begins = bytes(data[:80])
    for pattern, told in _KNOWN.items():
        if pattern.match(begins):
            return told
    if packet := _IPV4.match(begins):
        start = packet.end() - 10 + 20
        ports = start + 13 <= len(begins)
        skipped = start + 4 * (begins[start + 12] >> 4) if ports else start + 20
        return "an IPv4 packet", f"Leave out its first {skipped} bytes, the headers of IP and TCP."
    return None
