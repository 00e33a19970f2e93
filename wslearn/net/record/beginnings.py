"""What a stream of bytes begins with: a request, something before it, or no WebSocket at all.

Where a frame would begin, HTTP and TLS can be recognised for sure: an HTTP method or status line
would be a reserved opcode or a fragmented control frame (RFC 6455 §5.2, §5.5), and so would each
type of a TLS record. ``protocol.other_protocols`` has their names.
"""

import re

from wslearn.protocol.other_protocols import other_protocol
from wslearn.protocol.text import shown_text

from .packets import shown_address

TLS = "encrypted (TLS)"
HTTP_2 = "HTTP/2, in which a WebSocket is a stream of its own (RFC 8441) and no upgrade"

_METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]
_HTTP = (*(f"{method} ".encode() for method in _METHODS), b"HTTP/1.", b"HTTP/0.")
_HTTP_2 = b"PRI * HTTP/2"  # the preface of RFC 9113 §3.4 begins like this
_TLS = re.compile(rb"[\x14-\x17](?:\x03(?:[\x00-\x04].*)?)?", re.DOTALL)  # RFC 8446 §5.1
_METHOD = re.compile(rb"(?:\r\n)?[A-Z]{3,10} ")
_PROXY_1 = b"PROXY "
_PROXY_2 = b"\r\n\r\n\0\r\nQUIT\n"
_LONGEST_PROXY_1 = 107  # its own specification, §2.1

SUSPECTS = frozenset(mark[0] for mark in (*_HTTP, _HTTP_2)) | frozenset(range(0x14, 0x18))
"""How the protocols begin that may come where a frame was expected."""


def begins_otherwise(data: bytes) -> bool | None:
    """Whether another protocol begins here, HTTP or TLS; None: more has to come before that is
    known.

    >>> begins_otherwise(b"HTTP/1.1 400 Bad Request"), begins_otherwise(b"HTT")
    (True, None)
    """
    if not data:
        return None
    if data[0] not in SUSPECTS:
        return False
    if _TLS.fullmatch(data):
        return True if len(data) > 2 else None
    if data.startswith((*_HTTP, _HTTP_2)):
        return True
    return None if any(mark.startswith(data) for mark in (*_HTTP, _HTTP_2)) else False


def what_begins(data: bytes) -> str:
    """What begins here, in a few words, with its first line where it is HTTP; empty if unknown."""
    if _TLS.fullmatch(data[:3]) and len(data) > 2:
        return TLS
    if data.startswith(_HTTP_2):
        return HTTP_2
    if (told := other_protocol(data)) is None:
        return ""
    line = re.split(rb"[\r\n]", data[:60], maxsplit=1)[0]
    return f"{told[0]} (“{shown_text(line, 60)}”)" if " HTTP " in told[0] else told[0]


def may_be_request(data: bytes) -> bool | None:
    """Whether a client's first bytes are a request; None: too few of them have come.

    A line of the PROXY protocol may come before it, and one empty line (RFC 9112 §2.2).
    """
    if data.startswith(_PROXY_2) or _PROXY_2.startswith(data):
        return True if len(data) >= len(_PROXY_2) else None
    if data.startswith(b"PRI "):  # the preface of HTTP/2, which is not a method
        return False
    if _METHOD.match(data):
        return True
    return None if re.fullmatch(rb"\r?|\r\n[A-Z]*|[A-Z]{0,10}", data) and len(data) < 12 else False


def without_proxy_header(data: bytes) -> tuple[bytes, str] | None:
    """The bytes after a header of the PROXY protocol (versions 1 and 2), and the client that it
    names; the bytes themselves and "" where there is none; None: it is not whole yet."""
    if data.startswith(_PROXY_1):
        line, end, rest = data[:_LONGEST_PROXY_1].partition(b"\r\n")
        if not end:
            return None if len(data) < _LONGEST_PROXY_1 else (data, "")
        _, kind, *ends = line.decode("latin-1").split(" ")
        known = kind in ("TCP4", "TCP6") and len(ends) == 4
        host = f"[{ends[0]}]" if known and kind == "TCP6" else ends[0] if known else ""
        named = f"{host}:{ends[2]}" if known else "an unknown client"
        return rest + data[_LONGEST_PROXY_1:], named
    if data.startswith(_PROXY_2):
        if len(data) < 16:
            return None
        size = 16 + int.from_bytes(data[14:16], "big")
        if len(data) < size:
            return None
        return data[size:], _named_by_version_2(data[13] >> 4, data[16:size])
    return data, ""


def _named_by_version_2(family: int, block: bytes) -> str:
    width = {1: 4, 2: 16}.get(family)
    if width is None or len(block) < 2 * width + 4:
        return "an unknown client"
    port = int.from_bytes(block[2 * width : 2 * width + 2], "big")
    return shown_address((block[:width], port))


def before_the_standard(head: bytes) -> str:
    """The protocol that a handshake speaks, if it is one from before RFC 6455; else empty.

    Their frames are different: those of hixie-75 and -76 run from 00 to ff, and those of the drafts
    up to hybi-06 have other opcodes.

    >>> before_the_standard(b"GET / HTTP/1.1\\r\\nSec-WebSocket-Key1: 1 2\\r\\n\\r\\n")
    'hixie-76, with Sec-WebSocket-Key1'
    """
    if re.search(rb"^Sec-WebSocket-Key1[ \t]*:", head, re.I | re.M):
        return "hixie-76, with Sec-WebSocket-Key1"
    version = re.search(rb"^Sec-WebSocket-Version[ \t]*:[ \t]*([0-6])[ \t]*\r?$", head, re.I | re.M)
    if version:
        return f"a draft of RFC 6455, version {version[1].decode()}"
    if not re.search(rb"^Sec-WebSocket-", head, re.I | re.M) and re.search(
        rb"^(?:WebSocket-Protocol|WebSocket-Origin|Upgrade[ \t]*:[ \t]*WebSocket[ \t]*\r?$)",
        head, re.M,
    ):  # fmt: skip
        return "hixie-75, without Sec-WebSocket-Key"
    return ""
