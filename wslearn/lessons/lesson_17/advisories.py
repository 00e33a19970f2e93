"""Advisories of 2024 to 2026 about WebSocket software, replayed from bytes against stand-ins.

Each was looked up in November 2026; ``seen`` says in which version it was mended and where to read
about it. The stand-ins are in ``careless``, and the frame around them is that of the museum in
lesson 11.

>>> advisory("ws").outcomes()[0][1]
'KeyError'
"""

from collections.abc import Callable
from typing import Any

from wslearn.labs.mask.poison import WISH
from wslearn.lessons.lesson_11.museum import Exhibit, exhibit
from wslearn.protocol.examples import COURSE_KEY
from wslearn.protocol.frame import Frame
from wslearn.protocol.masking import mask
from wslearn.protocol.text import grouped

from . import careless

PAGES = ["http://localhost:5173"]
SANDBOX = "null"
"""What a browser writes for a page whose origin it does not name (RFC 6454 §6.1)."""

LIMIT = 2**16
NEXT_KEY = bytes(255 - byte for byte in COURSE_KEY)
"""Stands for the next random key."""


def _crowded_head() -> str:
    """A request whose Upgrade header comes after two thousand others."""
    crowd = [f"X-{number}: x" for number in range(2000)]
    needed = ["Connection: Upgrade", "Upgrade: websocket"]
    return "\r\n".join(["GET / HTTP/1.1", *crowd, *needed, "", ""])


def _words(meanings: dict[str, str], otherwise: str = "") -> Callable[[Any], str]:
    """What a result means, by the result."""
    return lambda result: meanings.get(str(result), otherwise)


def _taken(result: int | str) -> str:
    if isinstance(result, int):
        return f"{grouped(result)} bytes are in memory, and the limit was {grouped(LIMIT)}"
    return "unpacking stops at the limit"


def _length(result: int | str) -> str:
    if isinstance(result, int):
        return "no payload has such a length; in undici an exception ended the program"
    return "too large, refused before waiting for a single byte"


def _on_the_wire(payloads: list[bytes]) -> str:
    if WISH in payloads:
        return "the second one is a request, word for word: a proxy may answer it"
    return "nobody can read a request in it"


CRASH = "the program ends, and with it everybody's connection"
IN, OUT = "the foreign page is connected", "the foreign page stays outside"

ADVISORIES = (
    Exhibit(
        "vite",
        "nobody asks which page it is",
        "Vite, CVE-2025-24010",
        ("websocket", "https://evil.example", PAGES),
        careless.let_in_slip,
        careless.let_in_right,
        _words({"101": IN, "403": OUT}),
        "A server that is meant for certain pages checks Origin.",
        "10.2",
        "A server on a developer's own computer; any page that the developer opened could talk to "
        "it. Published in January 2025, fixed in 6.0.9, 5.4.12 and 4.5.6. "
        "https://github.com/vitejs/vite/security/advisories/GHSA-vg6x-rcgg-rjx6.",
    ),
    Exhibit(
        "next",
        "null is taken for no Origin at all",
        "Next.js, CVE-2026-27977",
        (SANDBOX, PAGES),
        careless.from_a_page_slip,
        careless.from_a_page_right,
        _words({"101": IN, "403": OUT}),
        "Only a request without Origin comes from no page. The text null comes from a browser.",
        "4.2.1",
        "Anybody can make a page with this origin: a sandboxed frame has it. Published in March "
        "2026, fixed in 16.1.7. https://osv.dev/vulnerability/CVE-2026-27977.",
    ),
    Exhibit(
        "webpack",
        "only one of several paths is checked",
        "webpack-dev-server, CVE-2026-112085",
        ("/api", "https://evil.example", PAGES),
        careless.pass_on_slip,
        careless.pass_on_right,
        _words({"passed on": "the foreign page speaks to the server behind this one", "403": OUT}),
        "Every resource that is meant for certain pages needs the check.",
        "10.2",
        "On paths that were passed on to another server, neither Origin nor Host was checked. "
        "Published in October 2026, fixed in 5.2.7 and 6.1.0. "
        "https://www.tenable.com/cve/CVE-2026-112085.",
    ),
    Exhibit(
        "ws",
        "what is beyond the limit is dropped, and then relied on",
        "ws, CVE-2024-37890",
        (_crowded_head(),),
        careless.answer_slip,
        careless.answer_right,
        _words({"KeyError": CRASH, "431": "the request is refused, and the program goes on"}),
        "A request that lacks a required part gets an HTTP error, and is not processed further.",
        "4.2.1",
        "Node kept only so many headers, and ws relied on one that might be missing. "
        "Published in June 2024, fixed in 8.17.1. https://nvd.nist.gov/vuln/detail/CVE-2024-37890.",
    ),
    Exhibit(
        "undici-length",
        "a 64-bit number is computed with 32 bits",
        "undici, CVE-2026-1528",
        (Frame.binary(b"").header(length=2**62 + 2**31),),
        careless.read_length_slip,
        careless.read_length_right,
        _length,
        "Limits apply to what a header states, before anything is done with it.",
        "10.4",
        "Here a server attacks its clients. The advisory speaks of internal math that overflows; "
        "exactly how is a guess of ours. Published in March 2026, fixed in 6.24.0 and 7.24.0. "
        "https://nvd.nist.gov/vuln/detail/CVE-2026-1528.",
    ),
    Exhibit(
        "undici-window",
        "digits are checked, but the range is not",
        "undici, CVE-2026-2229",
        ("1000",),
        careless.unpacker_slip,
        careless.unpacker_right,
        _words({"the connection fails": "one connection ends, in order"}, CRASH),
        "server_max_window_bits is a number from 8 to 15; a client fails the connection if it is "
        "not.",
        "7",
        "The server's reply names a window that zlib refuses with an exception, and nobody caught "
        "it. Published in March 2026, fixed in 6.24.0 and 7.24.0. "
        "https://osv.dev/vulnerability/GHSA-v9p9-hfj2-hcw8.",
        rfc="7692",
    ),
    Exhibit(
        "websocket-driver",
        "the limit is compared with what comes in, not with what comes out",
        "websocket-driver, CVE-2026-54490",
        (2**24, LIMIT),
        careless.unpack_slip,
        careless.unpack_right,
        _taken,
        "Limits apply to a message as a whole, and so to what it unpacks into.",
        "10.4",
        "The package for Node. Published in July 2026, fixed in 0.7.5; "
        "https://nvd.nist.gov/vuln/detail/cve-2026-54490. undici had no limit at all for what "
        "comes out (CVE-2026-1526, March 2026); websockets got its limit in 2018 (pull request "
        "407).",
    ),
    Exhibit(
        "curl",
        "one key for the whole connection",
        "curl, CVE-2025-10148",
        ([b"Hello", mask(WISH, COURSE_KEY)], [COURSE_KEY, NEXT_KEY]),
        careless.send_slip,
        careless.send_right,
        _on_the_wire,
        "Each frame has a new key, which nobody can predict.",
        "10.3",
        "A key that was used is known, so the second message can be masked with it beforehand. "
        "Published in September 2025; in 8.11.0 to 8.15.0. https://curl.se/docs/security.html.",
    ),
)


def advisory(id: str) -> Exhibit:
    """An advisory by its short name; :class:`InputError` for a name that is not here."""
    return exhibit(id, ADVISORIES)
