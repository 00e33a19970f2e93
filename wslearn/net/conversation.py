"""What was said on one connection: request, checks, reply, and every frame as it passed.

A record that can be kept, shown and shared. So it holds no credentials: a browser sends its
cookies with the opening handshake, also to another port of the same host, and in a notebook they
hold the login to Jupyter. Their values are left out before anything is stored.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from wslearn.protocol.dissect import Dissection, Side, dissect
from wslearn.protocol.handshake import RequestCheck, check_request
from wslearn.protocol.http1 import MAX_HEAD, read_request

Sender = Literal["client", "server"]

_CREDENTIALS = re.compile(
    rb"^((?:Cookie|Authorization|Proxy-Authorization|X-XSRFToken)[ \t]*:)"
    rb"[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*",
    re.IGNORECASE | re.MULTILINE,
)
_TOKENS = re.compile(rb"([?&](?:token|_xsrf)=)[^&#\s]+", re.IGNORECASE)
"""Jupyter's own ways to carry a login in an address: the request's, or the page's in Referer."""

LEFT_OUT = b" (left out: it is a credential)"


def without_credentials(head: bytes) -> bytes:
    """A request head with cookies, authorizations and login tokens left out.

    >>> without_credentials(b"GET / HTTP/1.1\\r\\ncookie: login=secret\\r\\n\\r\\n")
    b'GET / HTTP/1.1\\r\\ncookie: (left out: it is a credential)\\r\\n\\r\\n'
    """
    return _TOKENS.sub(rb"\1left-out", _CREDENTIALS.sub(rb"\1" + LEFT_OUT, head))


@dataclass(frozen=True, slots=True)
class Passed:
    """One frame as it passed: who sent it, its bytes, and when.

    ``at`` is in seconds since the connection came. A frame that broke a rule is kept as far as it
    had come by then.
    """

    sender: Sender
    data: bytes
    at: float = 0.0

    @property
    def receiver(self) -> Side:
        """The side that has to judge it."""
        return "server" if self.sender == "client" else "client"

    def dissect(self) -> Dissection:
        """The frame taken apart and judged for the side that received it."""
        return dissect(self.data, self.receiver)


@dataclass(slots=True)
class Conversation:
    """Everything that passed on one connection.

    ``request``  the bytes of the client's opening handshake, without its credentials
    ``check``    every step the server took with it, or None while it is not whole
    ``reply``    the bytes of the server's answer
    ``frames``   what came after, in both directions
    ``ended``    how the connection ended, in one sentence; empty while it is open
    """

    request: bytes = b""
    check: RequestCheck | None = None
    reply: bytes = b""
    frames: list[Passed] = field(default_factory=list)
    ended: str = ""

    @property
    def opened(self) -> bool:
        """Whether the opening handshake succeeded, so that frames may flow (RFC 6455 §4.2.2)."""
        return self.check is not None and self.check.ok and bool(self.reply)

    def sent_by(self, sender: Sender) -> list[Passed]:
        """The frames of one side, in order."""
        return [frame for frame in list(self.frames) if frame.sender == sender]

    def judge(
        self, data: bytes, subprotocols: Sequence[str] = (), head_size: int = MAX_HEAD
    ) -> RequestCheck:
        """Keep a request and the outcome of every check; the bytes after its head are ``rest``.

        ``head_size`` is the limit for the head, in bytes.
        """
        head = read_request(data, final=True, max_size=head_size)
        assert head is not None, "a final head is always read"
        self.request = without_credentials(data[: len(data) - len(head.rest)])
        # Checked is what is shown, the text without credentials; the limit was for what came.
        shown = read_request(self.request, final=True, max_size=2 * len(data))
        assert shown is not None, "a final head is always read"
        shown = replace(shown, violations=head.violations)
        self.check = replace(check_request(shown, subprotocols=subprotocols), rest=head.rest)
        return self.check
