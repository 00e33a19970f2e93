"""What happens on a connection, as the application is told: the events ``receive`` returns."""

from dataclasses import dataclass

from .errors import Violation


@dataclass(slots=True)
class Text:
    """A whole text message (RFC 6455 §5.6)."""

    text: str


@dataclass(slots=True)
class Binary:
    """A whole binary message (RFC 6455 §5.6)."""

    data: bytes


@dataclass(slots=True)
class Ping:
    """A Ping came; its Pong is already among the bytes to send (RFC 6455 §5.5.2)."""

    payload: bytes


@dataclass(slots=True)
class Pong:
    """A Pong came, asked for or not (RFC 6455 §5.5.3)."""

    payload: bytes


@dataclass(slots=True)
class Close:
    """The peer's Close came; ``code`` is 1005 when it named none (RFC 6455 §7.1.5)."""

    code: int
    reason: str


@dataclass(slots=True)
class Failed:
    """The peer broke a rule; the connection fails once and is then silent (RFC 6455 §7.1.7)."""

    violation: Violation

    @property
    def code(self) -> int:
        """The close code of the broken rule; it is sent unless our Close had been sent before."""
        assert self.violation.close_code is not None, "every rule about frames has a close code"
        return int(self.violation.close_code)


@dataclass(slots=True)
class Ended:
    """TCP has ended: the last event. ``code`` and ``reason`` are the first Close that came.

    ``clean``: both Closes had passed before (RFC 6455 §7.1.4); else the code is 1006 unless a
    Close had come (§7.1.5).
    """

    code: int
    reason: str
    clean: bool


Event = Text | Binary | Ping | Pong | Close | Failed | Ended
