"""One message for many connections, its frame made once for each way of compressing.

A server masks nothing, so without compression all its clients get the same bytes. With it, each
connection has a window of its own (RFC 7692 §7.1). But a sender may at any time stop referring to
what it sent before: so the output of a fresh compressor fits every connection with the same window,
and the connection's own compressor then begins afresh.
"""

from .codes import Opcode
from .deflate import Compressor, Window
from .frame import FIN, RSV1, checked_bytes, encode_usual
from .text import encode_text

Settings = tuple[int, int]
"""How a connection compresses: the bits of its window, and zlib's level."""


class SharedMessage:
    """A text or binary message for :meth:`~wslearn.protocol.connection.Connection.send_shared`.

    Raises :class:`InputError` for anything but a message.
    """

    def __init__(self, message: str | bytes) -> None:
        is_text = isinstance(message, str)
        self.opcode = Opcode.TEXT if is_text else Opcode.BINARY
        self.payload = encode_text(message) if isinstance(message, str) else checked_bytes(message)
        self._frames: dict[Settings | None, bytes] = {}

    def frame(self, settings: Settings | None) -> bytes:
        """The unmasked frame; None: not compressed (RFC 6455 §5.2, RFC 7692 §6.1)."""
        if settings not in self._frames:
            first_byte, payload = FIN | self.opcode, self.payload
            if settings is not None:
                bits, level = settings
                fresh = Compressor(Window(bits, context_takeover=False), level)
                first_byte, payload = first_byte | RSV1, fresh.compress(payload)
            self._frames[settings] = encode_usual(first_byte, payload, None)
        return self._frames[settings]
