"""Slips that became advisories in 2024, 2025 and 2026, each made again in a few lines of ours.

No line here is copied, and none of the named programs is run. What an advisory says went wrong is
made again as a stand-in, with its right twin beside it. ``advisories`` says where to read each.
"""

import zlib
from collections.abc import Collection

from wslearn.lessons.lesson_10.solutions import TAIL
from wslearn.lessons.lesson_10.solutions import compress_message as packed
from wslearn.protocol.masking import mask

MOST = 100
"""How many header lines the stand-in of ``ws`` keeps."""


def answer_slip(head: str) -> str:
    """The status for a head of a request; the slip of ws."""
    lines = head.split("\r\n")[1:-2]
    kept = dict(line.partition(": ")[::2] for line in lines[:MOST])
    return "101" if kept["Upgrade"].lower() == "websocket" else "400"


def answer_right(head: str) -> str:
    """The status for a head of a request."""
    lines = head.split("\r\n")[1:-2]
    if len(lines) > MOST:
        return "431"
    kept = dict(line.partition(": ")[::2] for line in lines)
    return "101" if kept.get("Upgrade", "").lower() == "websocket" else "400"


def let_in_slip(upgrade: str, origin: str, pages: Collection[str]) -> str:
    """The status for a page that connects to a server for developers; the slip of Vite."""
    return "101" if upgrade == "websocket" else "400"


def let_in_right(upgrade: str, origin: str, pages: Collection[str]) -> str:
    """The status for a page that connects to a server for developers."""
    if origin not in pages:
        return "403"
    return "101" if upgrade == "websocket" else "400"


def from_a_page_slip(origin: str | None, pages: Collection[str]) -> str:
    """The status for an Origin, or for none; the slip of Next.js."""
    if origin is None or origin == "null":  # no page
        return "101"
    return "101" if origin in pages else "403"


def from_a_page_right(origin: str | None, pages: Collection[str]) -> str:
    """The status for an Origin, or for none."""
    if origin is None:  # no page
        return "101"
    return "101" if origin in pages else "403"


def pass_on_slip(path: str, origin: str, pages: Collection[str]) -> str:
    """What a server does that passes some paths on to another one; the slip of webpack."""
    if path == "/ws" and origin not in pages:
        return "403"
    return "101" if path == "/ws" else "passed on"


def pass_on_right(path: str, origin: str, pages: Collection[str]) -> str:
    """What a server does that passes some paths on to another one."""
    if origin not in pages:
        return "403"
    return "101" if path == "/ws" else "passed on"


def read_length_slip(header: bytes) -> int | str:
    """The length in a header of ten bytes, computed with 32 bits; the slip of undici."""
    length = int.from_bytes(header[2:10], "big")
    return (length + 2**31) % 2**32 - 2**31  # a number of 32 bits, with a sign


def read_length_right(header: bytes) -> int | str:
    """The length in a header of ten bytes."""
    length = int.from_bytes(header[2:10], "big")
    return length if length <= 2**20 else "1009"


def unpacker_slip(bits: str) -> str:
    """Makes what unpacks a server's messages, for the window it named; the slip of undici."""
    if not bits.isdigit():
        return "the connection fails"
    zlib.decompressobj(-int(bits))
    return "ready"


def unpacker_right(bits: str) -> str:
    """Makes what unpacks a server's messages, for the window it named."""
    if bits not in ("8", "9", "10", "11", "12", "13", "14", "15"):
        return "the connection fails"
    zlib.decompressobj(-int(bits))
    return "ready"


def unpack_slip(zeros: int, limit: int) -> int | str:
    """How many bytes of a compressed message are taken; the slip of websocket-driver."""
    came = packed(bytes(zeros))  # what the sender did
    if len(came) > limit:
        return "1009"
    return len(zlib.decompressobj(-15).decompress(came + TAIL))


def unpack_right(zeros: int, limit: int) -> int | str:
    """How many bytes of a compressed message are taken."""
    came = packed(bytes(zeros))  # what the sender did
    data = zlib.decompressobj(-15).decompress(came + TAIL, limit + 1)
    return "1009" if len(data) > limit else len(data)


def send_slip(messages: list[bytes], keys: list[bytes]) -> list[bytes]:
    """The payloads as they are on the wire; ``keys`` are random. The slip of curl."""
    key = keys[0]
    return [mask(message, key) for message in messages]


def send_right(messages: list[bytes], keys: list[bytes]) -> list[bytes]:
    """The payloads as they are on the wire; ``keys`` are random."""
    return [mask(message, key) for message, key in zip(messages, keys, strict=True)]
