"""What was said on one connection: request, checks, reply, and every frame as it passed.

A record that can be kept, shown and shared. So it holds no credentials: a browser sends its cookies
with the opening handshake, even to another port of the same host, and in a notebook they hold the
login to Jupyter. They are left out before anything is stored (see ``secrets``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from wslearn.protocol.deflate import DEFLATE, Agreement, read_parameters
from wslearn.protocol.dissection import Side
from wslearn.protocol.errors import InputError, Violation
from wslearn.protocol.handshake import (
    Check,
    Extension,
    RequestCheck,
    ResponseCheck,
    Step,
    check_request,
    check_response,
    parse_extensions,
)
from wslearn.protocol.http1 import MAX_HEAD, read_request, read_response
from wslearn.protocol.receiving import Allowance
from wslearn.protocol.text import counted, shown_text

from .judging import FIRST, Judge
from .passed import Message, Passed, Sender
from .secrets import Secrets


@dataclass(slots=True, repr=False)
class Conversation:
    """Everything that passed on one connection.

    ``request``  the bytes of the client's opening handshake, without its credentials
    ``check``    every step the server took with it, or None while it is not whole
    ``reply``    the bytes of the server's answer
    ``frames``   what came after, in both directions
    ``ended``    how the connection ended, in one sentence; empty while it is open

    Where several connections are recorded from outside, by a tap or in a capture, there are also:

    ``number``   which connection it is, from 1
    ``began``    when it came, in seconds since 1970 (UTC)
    ``client``   the address of the client, ``server`` that of the server: host and port
    ``answer``   every step the client takes with the reply, or None while that is not whole
    ``body``     how an ordinary HTTP answer goes on after its head, where there is no WebSocket
    ``let_go``   how many of its first frames are no longer kept
    ``messages``  what a file held as messages, without their frames
    ``secrets``  leaves credentials out of the heads, or keeps them where that was asked for
    ``allowance``  how much may be decompressed to judge it; several connections may share one
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
    messages: list[Message] = field(default_factory=list)
    secrets: Secrets = field(default_factory=Secrets, compare=False)
    allowance: Allowance = field(default_factory=lambda: Allowance(FIRST), compare=False)
    _judge: Judge | None = field(default=None, init=False, compare=False)

    @property
    def status(self) -> int | None:
        """The status of the reply (RFC 9112 §4), or None while there is none."""
        digits = self.reply[9:12]
        return int(digits) if digits.isdigit() else None

    @property
    def asked(self) -> str:
        """The first line of the request as text for a line; an empty line may come before it."""
        return _first_line(self.request)

    @property
    def answered(self) -> str:
        """The first line of the reply, in the same way."""
        return _first_line(self.reply)

    @property
    def opened(self) -> bool:
        """Whether the opening handshake succeeded, so that frames may flow (RFC 6455 §4.2.2)."""
        return self.check is not None and self.check.ok and self.status == 101

    @property
    def agreed(self) -> tuple[Extension, ...]:
        """The extensions that the server's reply accepts, even where the reply has faults."""
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
        frames = counted(len(self.frames), "frame")
        ended = shown_text(self.ended.encode(), 200) or "It is open."
        faults = "".join(f" {fault}" for fault in self.faults)
        who = shown_text(who.encode(), 200)
        return f"<{who}{self.asked} -> {self.answered}; {frames}. {ended}{faults}>"

    @property
    def faults(self) -> list[str]:
        """What is wrong with the opening handshake, in sentences: which side refuses it, at which
        step, and why (RFC 6455 §4.1, §4.2)."""
        told = []
        if self.check is not None and (step := _failed(self.check)):
            told.append(f"A server refuses this request at the step {step.title}: {step.violation}")
        if self.status == 101 and self.answer is not None and (step := _failed(self.answer)):
            told.append(f"A client fails the connection at the step {step.title}: {step.violation}")
        return told

    @property
    def never(self) -> frozenset[Side]:
        """The sides that have no connection, because what they had to check in the opening
        handshake is wrong: they read no frames."""
        sides: set[Side] = set()
        if self.check is not None and not self.check.ok:
            sides.add("server")
        if self.answer is not None and not self.answer.ok:
            sides.add("client")
        return frozenset(sides)

    @property
    def mid(self) -> bool:
        """Whether frames may have passed before the first one that is kept."""
        return bool(self.let_go) or not (self.request or self.reply)

    @property
    def without_a_close(self) -> str:
        """How a connection ended that no Close ended, and why, where the handshake shows it."""
        if self.never:
            return "without a Close: the opening handshake had failed."
        return "without a Close (both sides call that 1006)."

    def judged(self, frame: Passed) -> Passed:
        """The next frame with what its receiver makes of it, given those before it."""
        return self._judging().of(frame)

    def foreseen(self, frame: Passed) -> Passed:
        """The same for a frame that has not passed, and perhaps will not."""
        return self._judging().foresee(frame)

    def _judging(self) -> Judge:
        if self._judge is None:
            agreed, never = self.deflate, self.never
            self._judge = Judge(agreed, never, mid=self.mid, allowance=self.allowance)
        return self._judge

    def judge_all(self) -> None:
        """Judge all of its frames, in their order."""
        self._judge = None
        self.frames[:] = [self.judged(frame) for frame in self.frames]
        self._judge = None

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
        # The shown text is checked, the one without credentials; the limits were for what came.
        shown = read_request(self.request, final=True, max_size=2 * len(data))
        assert shown is not None, "a final head is always read"
        said = {(v.rule.id, v.where): v for v in shown.violations}  # what they quote is safe
        violations = (said.get((v.rule.id, v.where)) or _unquoted(v) for v in head.violations)
        shown = replace(shown, violations=tuple(violations))
        self.check = replace(check_request(shown, subprotocols=subprotocols), rest=head.rest)
        return self.check

    def judge_reply(self, head: bytes) -> ResponseCheck | None:
        """Keep the head of a reply and the outcome of every check a client makes.

        None: without the request nobody can tell whether the reply fits it.
        """
        self.reply = self.secrets.leave_out(head)
        if (asked := self.check) is not None:
            self.answer = check_response(
                self.reply,
                asked.key or "",
                subprotocols=asked.subprotocols,
                extensions=asked.extensions,
            )
            if asked.ok and (chosen := self.answer.subprotocol):
                # The server's answer tells which subprotocols it speaks.
                check = check_request(self.request, subprotocols=[chosen])
                self.check = replace(check, rest=asked.rest) if check.ok else asked
        return self.answer


def _first_line(head: bytes) -> str:
    line = re.split(rb"\r?\n", head.removeprefix(b"\r\n"), maxsplit=1)[0]
    return shown_text(line, 80)


def _unquoted(violation: Violation) -> Violation:
    """A broken rule that the kept part of a head no longer shows; a limit is a number, not a
    quote."""
    if violation.rule.id in ("head-too-large", "head-too-many-headers", "head-incomplete"):
        return violation
    return replace(violation, came="what is left out here")


def _failed(check: Check) -> Step | None:
    return next((step for step in check.steps if not step.ok), None)


def _arguments(parameters: list[tuple[str, str | None]]) -> dict[str, Any]:
    """What an answer's parameters mean: flags are True, window sizes stay numbers of bits."""
    read = read_parameters(parameters, bare_client_window=False)
    return {name: True if name.endswith("takeover") else bits for name, bits in read.items()}
