"""What was said on one connection: request, checks, reply, and every frame as it passed.

A record that can be kept, shown and shared. So it holds no credentials: a browser sends its
cookies with the opening handshake, also to another port of the same host, and in a notebook they
hold the login to Jupyter. They are left out before anything is stored (see ``secrets``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from wslearn.protocol.deflate import NAME as DEFLATE
from wslearn.protocol.deflate import Agreement, read_parameters
from wslearn.protocol.dissect import dissect
from wslearn.protocol.dissection import Dissection, Side
from wslearn.protocol.errors import InputError
from wslearn.protocol.frame import MASK, OPCODE
from wslearn.protocol.handshake import (
    Extension,
    RequestCheck,
    ResponseCheck,
    check_request,
    check_response,
    parse_extensions,
)
from wslearn.protocol.http1 import MAX_HEAD, read_request, read_response
from wslearn.protocol.masking import KEY_SIZE, mask
from wslearn.protocol.text import counted, shown_text

from .secrets import Secrets
from .split import stated_size

Sender = Literal["client", "server"]


@dataclass(frozen=True, slots=True)
class Passed:
    """One frame as it passed: who sent it, its bytes, and when.

    ``at``          seconds from the beginning of its connection until its last byte
    ``connection``  the number of its connection, where several are recorded together
    ``left_out``    how many further bytes of its payload passed and were not kept
    ``note``        why not all of the frame is here, in one sentence; empty if it is
    ``extensions``  the extensions that both sides had agreed on

    A frame that broke a rule is kept as far as it had come by then.
    """

    sender: Sender
    data: bytes
    at: float = 0.0
    connection: int = 0
    left_out: int = 0
    note: str = ""
    extensions: tuple[str, ...] = ()

    @property
    def receiver(self) -> Side:
        """The side that has to judge it."""
        return "server" if self.sender == "client" else "client"

    @property
    def size(self) -> int:
        """How many bytes of it passed, kept or not."""
        return len(self.data) + self.left_out

    @property
    def opcode(self) -> int:
        """Its opcode, a number from 0 to 15 (RFC 6455 §5.2)."""
        return self.data[0] & OPCODE

    @property
    def whole(self) -> bool:
        """Whether all of it is here."""
        sizes = stated_size(self.data)
        return sizes is not None and len(self.data) == sum(sizes)

    @property
    def payload(self) -> bytes:
        """Its payload, unmasked, as far as it is here (RFC 6455 §5.3)."""
        sizes = stated_size(self.data)
        if sizes is None:
            return b""
        begin, payload = sizes[0], self.data[sizes[0] :]
        masked = self.data[1] & MASK
        return mask(payload, self.data[begin - KEY_SIZE : begin]) if masked else payload

    def dissect(self) -> Dissection:
        """The frame taken apart and judged for the side that received it."""
        return dissect(self.data, self.receiver, self.extensions)


@dataclass(slots=True, repr=False)
class Conversation:
    """Everything that passed on one connection.

    ``request``  the bytes of the client's opening handshake, without its credentials
    ``check``    every step the server took with it, or None while it is not whole
    ``reply``    the bytes of the server's answer
    ``frames``   what came after, in both directions
    ``ended``    how the connection ended, in one sentence; empty while it is open

    Where several connections are recorded from outside, by a tap or in a capture, also:

    ``number``   which connection it is, from 1
    ``began``    when it came, in seconds since 1970 (UTC)
    ``client``   the address of the client, ``server`` that of the server: host and port
    ``answer``   every step the client takes with the reply, or None while that is not whole
    ``body``     how an ordinary HTTP answer goes on after its head, where there is no WebSocket
    ``let_go``   how many of its first frames are no longer kept
    ``secrets``  leaves credentials out of the heads, or keeps them where that was asked for
    """

    request: bytes = b""
    check: RequestCheck | None = None
    reply: bytes = b""
    frames: list[Passed] = field(default_factory=list)
    ended: str = ""
    number: int = 0
    began: float = 0.0
    client: str = ""
    server: str = ""
    answer: ResponseCheck | None = None
    body: bytes = b""
    let_go: int = 0
    secrets: Secrets = field(default_factory=Secrets, compare=False)

    @property
    def status(self) -> int | None:
        """The status of the reply (RFC 9112 §4), or None while there is none."""
        digits = self.reply[9:12]
        return int(digits) if digits.isdigit() else None

    @property
    def opened(self) -> bool:
        """Whether the opening handshake succeeded, so that frames may flow (RFC 6455 §4.2.2)."""
        return self.check is not None and self.check.ok and self.status == 101

    @property
    def agreed(self) -> tuple[Extension, ...]:
        """The extensions that the server's reply accepts, also where the reply has faults."""
        if self.status != 101:
            return ()
        head = read_response(self.reply, final=True, max_size=len(self.reply))
        assert head is not None, "a final head is always read"
        try:
            return tuple(parse_extensions(head.message.headers.get_all("Sec-WebSocket-Extensions")))
        except InputError:
            return ()

    @property
    def deflate(self) -> Agreement | None:
        """What was agreed on about permessage-deflate (RFC 7692 §7.1), or None."""
        for name, parameters in self.agreed:
            if name.lower() == DEFLATE:
                try:
                    return Agreement(**_arguments(parameters))
                except InputError:
                    return None
        return None

    def __repr__(self) -> str:
        who = f"Connection {self.number}: {self.client} to {self.server}. " if self.number else ""
        asked = shown_text(self.request.partition(b"\r\n")[0], 60)
        answer = shown_text(self.reply.partition(b"\r\n")[0], 60)
        frames = counted(len(self.frames), "frame")
        return f"<{who}{asked} -> {answer}; {frames}. {self.ended or 'It is open.'}>"

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
        self.request = self.secrets.leave_out(data[: len(data) - len(head.rest)])
        # Checked is what is shown, the text without credentials; the limits were for what came.
        shown = read_request(self.request, final=True, max_size=2 * len(data))
        assert shown is not None, "a final head is always read"
        said = {(v.rule.id, v.where): v for v in shown.violations}  # what they quote is safe
        violations = (said.get((v.rule.id, v.where), v) for v in head.violations)
        shown = replace(shown, violations=tuple(violations))
        self.check = replace(check_request(shown, subprotocols=subprotocols), rest=head.rest)
        return self.check

    def judge_reply(self, head: bytes) -> ResponseCheck:
        """Keep the head of a reply and the outcome of every check a client makes."""
        self.reply = self.secrets.leave_out(head)
        asked = self.check
        self.answer = check_response(
            self.reply,
            (asked.key if asked else None) or "",
            subprotocols=asked.subprotocols if asked else (),
            extensions=asked.extensions if asked else (),
        )
        return self.answer


def _arguments(parameters: list[tuple[str, str | None]]) -> dict[str, Any]:
    """What an answer's parameters mean: flags are True, window sizes stay numbers of bits."""
    read = read_parameters(parameters, bare_client_window=False)
    return {name: True if name.endswith("takeover") else bits for name, bits in read.items()}
