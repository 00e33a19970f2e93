"""The errors, and the one shape that every broken rule takes.

::

    WebSocketError
     ├── InputError (also a ValueError)   what a person typed or passed cannot be read
     ├── StateError                       a command does not fit the state of the connection
     │    └── ClosedError                 ... because the connection has ended
     ├── NetworkError (also an OSError)   the network did not do what was asked of it
     └── ProtocolError                    what a peer sent breaks a rule
          ├── FrameError                  ... in a frame: a close code follows
          └── HandshakeError              ... in an opening handshake: an HTTP status follows

A :class:`Violation` says which rule was broken, what was expected, what came and at which bits.
``dissect`` collects violations without raising; the strict parser raises the first one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .rulebook import RULES
from .rules import Rule


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule broken by one piece of data.

    ``start`` and ``width`` are in bits from the first bit of the frame, bit 0 being the most
    significant bit of byte 0, as the figure in RFC 6455 §5.2 counts. ``where`` says the same place
    in words; for a handshake it names the line and both numbers are 0.
    """

    rule: Rule
    start: int
    width: int
    expected: str
    came: str
    where: str

    @property
    def close_code(self) -> int | None:
        """The close code that follows (RFC 6455 §7.4.1), or None in a handshake."""
        return None if self.rule.close_code is None else int(self.rule.close_code)

    def __str__(self) -> str:
        follows = ""
        if self.close_code is not None:
            follows = f" The connection fails with {self.close_code}."
        elif self.rule.status is not None:
            follows = f" The server answers {self.rule.status}."
        return (
            f"{self.where}: expected {self.expected}, got {self.came}. "
            f"{self.rule.sentence} ({self.rule.source}){follows}"
        )


def broken(rule_id: str, start: int, width: int, expected: str, came: str) -> Violation:
    """The violation of the rule with this name at these bits of a frame."""
    return Violation(RULES[rule_id], start, width, expected, came, bits_in_words(start, width))


def bits_in_words(start: int, width: int) -> str:
    """A range of bits as a reader looks for it: by byte, and by bit inside the byte.

    >>> bits_in_words(0, 1), bits_in_words(9, 7), bits_in_words(16, 32)
    ('byte 0, bit 0', 'byte 1, bits 1 to 7', 'bytes 2 to 5')
    """
    first_byte, first_bit = divmod(start, 8)
    last_byte, last_bit = divmod(start + max(width, 1) - 1, 8)
    if first_byte != last_byte:
        return f"bytes {first_byte} to {last_byte}"
    if first_bit == 0 and last_bit == 7:
        return f"byte {first_byte}"
    if first_bit == last_bit:
        return f"byte {first_byte}, bit {first_bit}"
    return f"byte {first_byte}, bits {first_bit} to {last_bit}"


class WebSocketError(Exception):
    """Everything this package raises on purpose."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the sentence and the reader's own line, in place of a traceback.

        IPython looks for a method of this name. Which of our own lines found the mistake is of no
        use to the person who made it.
        """
        where = ""
        trace = self.__traceback__
        while trace is not None:
            if trace.tb_frame.f_globals.get("__name__") == "__main__":
                where = f" (in line {trace.tb_lineno} of your cell)"
            trace = trace.tb_next
        return [f"{type(self).__name__}{where}: {self}"]


class InputError(WebSocketError, ValueError):
    """What was typed or passed in cannot be read; the message says what, where, and what to do."""


class StateError(WebSocketError):
    """A command does not fit the state of the connection, such as sending after a Close."""


class ClosedError(StateError):
    """The connection has ended; ``code`` and ``reason`` say how (RFC 6455 §7.1.5, §7.1.6)."""

    def __init__(self, sentence: str, code: int, reason: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.reason = reason


class NetworkError(WebSocketError, OSError):
    """The network did not do what was asked: a port is taken, nobody listens, nothing answers."""


class ProtocolError(WebSocketError):
    """A peer broke a rule; ``violation`` says which one, and where."""

    def __init__(self, violation: Violation) -> None:
        super().__init__(str(violation))
        self.violation = violation


class FrameError(ProtocolError):
    """A frame broke a rule, so the connection fails (RFC 6455 §7.1.7).

    ``frames`` holds each :class:`~wslearn.protocol.frame.Frame` that came whole before the bad one
    in the same read: they were sent in good order and still count.
    """

    def __init__(self, violation: Violation, frames: Sequence[Any] = ()) -> None:
        super().__init__(violation)
        self.frames = list(frames)

    @property
    def close_code(self) -> int:
        """The code for the Close frame that should follow (RFC 6455 §7.4.1)."""
        code = self.violation.close_code
        assert code is not None, "every frame rule has a close code"
        return code


class HandshakeError(ProtocolError):
    """An opening handshake broke a rule, so there is no WebSocket (RFC 6455 §4).

    ``status`` is the HTTP status a server answers with; None where a client meets a bad reply.
    ``check`` is the :class:`~wslearn.protocol.checks.Check` with every step and the message itself,
    or None: a client finds the reply of a server that did not open the connection in
    ``check.response`` (§4.1).
    """

    def __init__(self, violation: Violation, check: Any = None) -> None:
        super().__init__(violation)
        self.check = check

    @property
    def status(self) -> int | None:
        """The HTTP status that a server answers with (RFC 6455 §4.2.2), or None."""
        return self.violation.rule.status
