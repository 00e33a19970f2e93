"""What a connection may cost: sizes in bytes, times in seconds.

No peer may make this side wait or grow without end. So what arrives is kept only up to one of these
sizes (RFC 6455 §10.4), and a wait for a peer ends after one of these times. Two of the limits can
be lifted, with ``message_size=None`` and ``ping_seconds=None``. How long a handler works is its own
affair, and a tap passes bytes on for as long as both of its sides want.

The defaults suit a classroom; a program that needs more says so.
"""

from dataclasses import dataclass, fields

from wslearn.protocol.errors import InputError

READ_SIZE = 64 * 1024
"""How many bytes are read at once."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one endpoint; raises :class:`InputError` for one that is not above 0.

    ``head_size``     the head of an opening handshake, in bytes
    ``headers``       the header lines in it
    ``message_size``  one message after decompression, in bytes (§10.4); None: any
    ``waiting``       messages that have come and that the application has not taken; then this
                      side soon stops reading, and TCP makes the peer wait
    ``waiting_size``  the same in bytes (characters, for text), with what has come of the next one
    ``unsent_size``   bytes of broadcasts that wait for a slow peer to read
    ``connections``   open at once, on a server; one more is answered with 503
    ``open_seconds``  for the opening handshake as a whole, name lookup and TLS included
    ``close_seconds`` for the closing handshake and the end of TCP (§7.1.1); half of it is for the
                      application, to send an answer to what came before a Close
    ``ping_seconds``  of silence before a Ping asks whether the peer is still there; None: never
    ``pong_seconds``  of further silence before the connection is given up
    ``write_seconds`` without progress before a peer that does not read is given up
    ``take_seconds``  in which the application takes none of the messages although too many wait;
                      then the connection is closed
    """

    head_size: int = 16 * 1024
    headers: int = 100
    message_size: int | None = 2**20
    waiting: int = 32
    waiting_size: int = 2**20
    unsent_size: int = 2**20
    connections: int = 1000
    open_seconds: float = 10
    close_seconds: float = 5
    ping_seconds: float | None = 20
    pong_seconds: float = 20
    write_seconds: float = 20
    take_seconds: float = 60

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None and field.name in ("message_size", "ping_seconds"):
                continue
            least = 0 if field.name == "message_size" else 1e-9  # a limit of 0 would allow nothing
            if not (isinstance(value, int | float) and value >= least):
                raise InputError(f"Expected {field.name} above 0, got {value!r}.")
