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
from wslearn.protocol.http1 import read_request

Sender = Literal["client", "server"]

_CREDENTIALS = re.compile(
    rb"^((?:Cookie|Authorization|Proxy-Authorization)[ \t]*:)[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*",
    re.IGNORECASE | re.MULTILINE,
)
LEFT_OUT = b" (left out: it is a credential)"


def without_credentials(head: bytes) -> bytes:
    """A request head with the values of Cookie and Authorization headers left out.

    >>> without_credentials(b"GET / HTTP/1.1\\r\\ncookie: login=secret\\r\\n\\r\\n")
    b'GET / HTTP/1.1\\r\\ncookie: (left out: it is a credential)\\r\\n\\r\\n'
    """
    return _CREDENTIALS.sub(rb"\1" + LEFT_OUT, head)


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

    def judge(self, data: bytes, subprotocols: Sequence[str] = ()) -> RequestCheck:
        """Keep a request and the outcome of every check; the bytes after its head are ``rest``."""
        head = read_request(data, final=True)
        rest = head.rest if head is not None else b""
        self.request = without_credentials(data[: len(data) - len(rest)])
        self.check = replace(check_request(self.request, subprotocols=subprotocols), rest=rest)
        return self.check
