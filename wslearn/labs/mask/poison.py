"""The poisoned cache: a naive proxy, run on the bytes of a frame (RFC 6455 §10.3).

The proxy has two faults, as real ones had when WebSocket was designed: it looks for something that
reads like an HTTP request, whatever comes before it, and it believes the Host line. What comes of a
frame is worked out by handing it to this proxy, which knows nothing of masks.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from wslearn.protocol.frame import Frame
from wslearn.protocol.masking import mask

REQUEST = re.compile(rb"GET (\S+) HTTP/1\.1\r\nHost: (\S+)\r\n")

WISH = b"GET /timetable.js HTTP/1.1\r\nHost: school.example\r\n\r\n"
"""What the attacker's page wants to see on the wire: it reads like a request to the school."""

HEAD = b"HTTP/1.1 200 OK\r\n\r\n"
EVIL = b"steal_passwords()"
GOOD = b"show_timetable()"
"""What the two servers answer with."""

Server = Callable[[bytes], bytes]


@dataclass(slots=True)
class NaiveProxy:
    """A proxy that keeps copies of what it thinks are answers to requests.

    >>> proxy = NaiveProxy()
    >>> proxy.pass_on(b"??" + WISH, lambda sent: HEAD + EVIL)
    b'HTTP/1.1 200 OK\\r\\n\\r\\nsteal_passwords()'
    >>> proxy.cache
    {b'school.example/timetable.js': b'steal_passwords()'}
    """

    cache: dict[bytes, bytes] = field(default_factory=dict)

    def pass_on(self, sent: bytes, server: Server) -> bytes:
        """Pass the bytes on, or answer from the cache whatever reads like a known request."""
        page = self.reads(sent)
        if page in self.cache:
            return HEAD + self.cache[page]
        answer = server(sent)
        if page and answer.startswith(HEAD):
            self.cache[page] = answer.removeprefix(HEAD)
        return answer

    def reads(self, sent: bytes) -> bytes:
        """The page that the bytes seem to ask for, as host and path; empty if they ask for none."""
        found = REQUEST.search(sent)
        return found[2] + found[1] if found else b""


@dataclass(frozen=True, slots=True)
class Poisoning:
    """What became of one frame: who sent it how, and what each of the others made of it.

    ``sent`` the frame, ``page`` what the proxy took it for, ``cached`` its store afterwards,
    ``given`` what the next visitor of the school's page gets.
    """

    browser: str
    sent: bytes
    page: bytes
    cached: dict[bytes, bytes]
    given: bytes

    @property
    def poisoned(self) -> bool:
        """Whether the next visitor gets the attacker's script."""
        return self.given == EVIL


def poison(browser: str, frame: bytes) -> Poisoning:
    """Send one frame through a fresh proxy to the attacker, then let a visitor ask for the page."""
    proxy = NaiveProxy()
    proxy.pass_on(frame, lambda sent: HEAD + EVIL)
    cached = dict(proxy.cache)
    given = proxy.pass_on(WISH, lambda sent: HEAD + GOOD).removeprefix(HEAD)
    return Poisoning(browser, frame, proxy.reads(frame), cached, given)


def three_browsers(key: bytes) -> list[Poisoning]:
    """The same page in a browser that does not mask, one that does, and one whose key is known.

    The page that knows the key masks its wish first, so the browser's mask takes its own off.
    """
    wish = Frame.text(WISH.decode())
    clever = Frame.binary(mask(WISH, key))
    return [
        poison("does not mask", wish.encode()),
        poison("masks", wish.encode(mask_key=key)),
        poison("masks, but the page knows the key", clever.encode(mask_key=key)),
    ]
