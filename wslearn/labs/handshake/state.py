"""One opening handshake from request to verdict, with what is broken in it on purpose.

Everything follows from a few settings, so the lab, its static form and the tests see the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from wslearn.protocol.accept import encode_key
from wslearn.protocol.deflate import DEFLATE, Deflate, read_parameters
from wslearn.protocol.errors import InputError
from wslearn.protocol.examples import SAMPLE_NONCE
from wslearn.protocol.extensions import Extension
from wslearn.protocol.handshake import (
    RequestCheck,
    ResponseCheck,
    check_request,
    check_response,
    client_request,
    server_response,
)
from wslearn.protocol.wrong_accepts import accept_mistakes

from .faults import NOTHING, REQUEST_FAULTS, Fault, join_head, reply_faults, split_head

URL = "ws://127.0.0.1:8765/chat"
PAGE = "http://127.0.0.1:8888"
"""The site of the page that asks, as a notebook's is."""

_REQUESTS = {fault.name: fault for fault in REQUEST_FAULTS}


@dataclass(frozen=True)
class Exchange:
    """A request, the server's checks, its reply, and the client's checks of that.

    ``nonce``           the 16 bytes behind the key
    ``asked``           the subprotocols that the client lists
    ``subprotocols``    what the server speaks
    ``origins``         the sites whose pages the server lets in; None: all
    ``compresses``      whether the server takes permessage-deflate
    ``request_fault``   and ``reply_fault``: what is broken on purpose, by name
    ``edited``          the request's head as the reader wrote it, or None
    """

    nonce: bytes = SAMPLE_NONCE
    asked: tuple[str, ...] = ("chat", "superchat")
    subprotocols: tuple[str, ...] = ("chat",)
    origins: tuple[str, ...] | None = (PAGE,)
    compresses: bool = True
    request_fault: str = NOTHING
    reply_fault: str = NOTHING
    edited: str | None = None

    @cached_property
    def key(self) -> str:
        """The key that the client drew, as text."""
        return encode_key(self.nonce)

    @cached_property
    def written(self) -> str:
        """The request's head before it is broken: the lab's own, or the reader's."""
        if self.edited is not None:
            return "\r\n".join(self.edited.rstrip("\r\n").splitlines()) + "\r\n\r\n"
        request = client_request(
            URL, self.key, subprotocols=self.asked, origin=PAGE, deflate=Deflate()
        )
        return request.encode().decode()

    @cached_property
    def request(self) -> bytes:
        """The request as it is sent."""
        return _broken(self.written, _REQUESTS[self.request_fault])

    @cached_property
    def check(self) -> RequestCheck:
        """Every step that the server takes with the request (RFC 6455 §4.2.1)."""
        return check_request(
            self.request,
            subprotocols=self.subprotocols,
            origins=self.origins,
            resources=["/chat"],
            deflate=Deflate() if self.compresses else None,
        )

    @cached_property
    def reply_faults(self) -> dict[str, Fault]:
        """What can be broken in the reply, by name."""
        mistakes = accept_mistakes(self.check.key or self.key)
        return reply_faults({mistake.name: mistake.value for mistake in mistakes})

    @cached_property
    def reply(self) -> bytes:
        """The reply as it is sent."""
        encoded = server_response(self.check).encode()
        if self.reply_fault == NOTHING:
            return encoded
        head, _, body = encoded.partition(b"\r\n\r\n")
        return _broken(f"{head.decode()}\r\n\r\n", self.reply_faults[self.reply_fault]) + body

    @cached_property
    def answer(self) -> ResponseCheck:
        """Every step that the client takes with the reply (RFC 6455 §4.1).

        A client judges by what it sent, so a key or a list that the reader edited counts as sent.
        """
        deflate = offered(self.check.extensions)
        others = [each for each in self.check.extensions if each[0].lower() != DEFLATE]
        return check_response(
            self.reply,
            self.check.key or self.key,
            subprotocols=self.check.subprotocols,
            extensions=others,
            deflate=deflate,
        )

    @property
    def answers(self) -> str:
        """What the server answers, in one sentence: taken from the reply as it is sent."""
        if not self.check.ok or self.reply_fault == NOTHING:
            return self.check.conclusion
        status = self.reply.partition(b"\r\n")[0].decode().partition(" ")[2]
        chosen = self.answer.subprotocol
        and_chooses = f" and chooses the subprotocol {chosen}" if chosen else ""
        return f"The server answers {status}{and_chooses}."

    @property
    def open(self) -> bool:
        """Whether a WebSocket comes of it: the server answered 101 and the client was content."""
        return self.check.ok and self.answer.ok


def offered(extensions: Sequence[Extension]) -> Deflate | None:
    """The first offer of permessage-deflate as its client keeps it; None: there is none."""
    for name, parameters in extensions:
        if name.lower() != DEFLATE:
            continue
        try:
            asked = read_parameters(parameters, bare_client_window=True)
            return Deflate(
                no_context_takeover="client_no_context_takeover" in asked,
                peer_no_context_takeover="server_no_context_takeover" in asked,
                window_bits=asked.get("client_max_window_bits") or 15,
                peer_window_bits=asked.get("server_max_window_bits") or 15,
                hints_window="client_max_window_bits" in asked,
            )
        except InputError:
            continue
    return None


def _broken(head: str, fault: Fault) -> bytes:
    return join_head(fault.change(split_head(head)))
