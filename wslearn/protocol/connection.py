"""A connection after its opening handshake: bytes in, events out; commands in, bytes out.

Nothing here reads a socket, a clock or a source of randomness. The caller feeds what the network
brought to :meth:`Connection.receive`, acts on the events, and writes what is due::

    for event in connection.receive(data):
        ...
    socket.sendall(connection.take_output())

1. Nothing the peer sends makes ``receive`` raise. A broken rule becomes one ``Failed`` event, and
   nothing that comes after it is looked at (§7.1.7).
2. The Close that a peer's Close or a failure demands is sent with the next ``take_output``, so that
   the application can first answer the messages that came before it in the same read.
3. Every method that sends returns all the bytes that are due, in order.
4. A client masks every frame with a fresh key from ``mask_keys``; a server masks none (§5.1, §5.3).
5. Normally the server closes TCP first (§7.1.1): ``should_end_tcp`` says when it is time.
"""

from collections.abc import Callable
from typing import NoReturn

from .close import LONGEST_REASON, decode_close, encode_close
from .codes import CONTROL_BIT, CloseCode, Opcode, close_code_may_travel, is_control
from .deflate import DEFLATE, MOST_GROWTH, ZLIB_SMALLEST, Agreement, Compressor, Decompressor
from .dissect import dissect
from .dissection import Side
from .errors import FrameError, InputError, StateError, Violation
from .events import Binary, Close, Ended, Event, Failed, Ping, Pong, Text
from .frame import FIN, RSV1, Frame, checked_bytes, encode_usual
from .judge import LONGEST_CONTROL
from .masking import check_key
from .message import MessageError, MessageReader
from .parser import FrameParser
from .shared import SharedMessage
from .states import READS_FRAMES, SENDS_MESSAGES, STATE_MEANINGS, TRANSITIONS, State, Transition
from .text import encode_text, grouped

DEFAULT_MAX_SIZE = 2**20
"""The limit for one message, in bytes, unless the caller sets another (RFC 6455 §10.4)."""

INFLATED_AT = 2**16
"""When this many bytes of a compressed frame have come, they are decompressed; the rest follows."""

# Every message asks for these. An Enum finds its members slowly, and a set has to hash a member, in
# Python; a tuple compares by identity first.
_TEXT, _BINARY = Opcode.TEXT, Opcode.BINARY
_READS, _SENDS = tuple(READS_FRAMES), tuple(SENDS_MESSAGES)

JUDGING_KEY = bytes(4)
"""Masks a received Close again so that it is judged as it came; this key changes no bytes."""


class Connection:
    """One end of an open WebSocket connection (RFC 6455 §5 to §7).

    ``side``       ``"server"`` or ``"client"``
    ``mask_keys``  called for a fresh masking-key of 4 bytes for each frame; clients need it
    ``deflate``    what the handshake agreed on for permessage-deflate, or None
    ``max_size``   the longest message this end accepts, in bytes; None: any. Control frames, which
                   have a limit of their own, are not messages
    ``level``      how hard to compress, 0 to 9

    >>> server = Connection("server")
    >>> server.receive(bytes.fromhex("818537fa213d7f9f4d5158"))
    [Text(text='Hello')]
    >>> server.send_text("Hello").hex()
    '810548656c6c6f'
    """

    def __init__(
        self,
        side: Side,
        *,
        mask_keys: Callable[[], bytes] | None = None,
        deflate: Agreement | None = None,
        max_size: int | None = DEFAULT_MAX_SIZE,
        level: int = 6,
    ) -> None:
        if side not in ("server", "client"):
            raise InputError(f"Expected the side 'server' or 'client', got {side!r}.")
        if side == "client" and mask_keys is None:
            raise InputError("Expected mask_keys for a client: every frame it sends is masked.")
        self.side: Side = side
        self.state = State.OPEN
        self.close_code = int(CloseCode.ABNORMAL_CLOSURE)
        self.close_reason = ""
        self._mask_keys = mask_keys if side == "client" else None
        self._compressor: Compressor | None = None
        decompressor, extensions, longest_frame = None, "", max_size
        if deflate is not None:
            ours, theirs = deflate.server, deflate.client
            if side == "client":
                ours, theirs = theirs, ours
            decompressor = Decompressor(theirs)
            if ours.bits >= ZLIB_SMALLEST:  # else nothing is compressed, as RFC 7692 §6 allows
                self._compressor = Compressor(ours, level)
            extensions = DEFLATE
            if max_size is not None:
                longest_frame = MOST_GROWTH * (max_size + 1)  # the limit is for the message
        if longest_frame is not None:  # a Ping or a Close is not a message
            longest_frame = max(longest_frame, LONGEST_CONTROL)
        self._parser = FrameParser(side, extensions=extensions, max_size=longest_frame)
        self._reader = MessageReader(max_size=max_size, inflate=decompressor)
        self._inflates = decompressor is not None
        self._output: list[bytes] = []
        self._reply = b""
        self._peer_closed = False
        self._fragmenting: Opcode | None = None  # what kind of message we are sending in parts

    # -- receiving -----------------------------------------------------------------------------

    def receive(self, data: bytes) -> list[Event]:
        """Take what the network brought (bytes); return what happened, in order.

        Nothing the peer sends makes it raise; :class:`InputError` is for anything but bytes.
        """
        if self.state not in _READS:
            return []  # §7.1.1: what comes after the end is thrown away
        events: list[Event] = []
        violation: Violation | None = None
        try:
            frames = self._parser.feed(data)
        except FrameError as error:
            frames, violation = error.frames, error.violation
        try:
            for frame in frames:
                event = self._handle(frame)
                if event is not None:
                    events.append(event)
                if self.state not in _READS:
                    return events
            if violation is None:
                self._look_ahead()
        except MessageError as refused:
            violation = refused.violation
        if violation is not None:
            events.append(self._fail(violation))
        return events

    @property
    def under_way(self) -> int:
        """How many bytes are kept of a message that is not whole yet."""
        partial = self._parser.partial
        return self._reader.held + (0 if partial is None else partial.come)

    def take_part(self) -> str | bytes:
        """Give away what has come of a message that is not whole yet; empty if nothing has.

        The event that ends the message then has only the rest. So a message may be larger than
        memory; ``max_size`` is for all of it (RFC 6455 §5.4, §10.4).
        """
        partial = self._parser.partial
        late = self.state not in _READS or self._reader.compressed
        if not late and partial is not None and partial.come and not is_control(partial.opcode):
            self._reader.feed(partial.split())  # it was judged as it came
        return self._reader.take()

    def receive_end(self) -> list[Event]:
        """TCP has ended: the last event, once (RFC 6455 §7.1.4, §7.1.5)."""
        if self.state is State.CLOSED:
            return []
        clean = self.state is State.CLOSE_DONE and self._peer_closed
        self._step(Transition.TCP_END)
        return [Ended(self.close_code, self.close_reason, clean)]

    def _handle(self, frame: Frame) -> Event | None:
        if not frame.opcode & CONTROL_BIT:
            message = self._reader.feed(frame)
            if message is None:
                return None
            return Text(message) if isinstance(message, str) else Binary(message)
        if frame.opcode == Opcode.PING:
            # Even after our own Close: only a Close that came would excuse us, §5.5.2.
            self._output.append(self._encoded(FIN | Opcode.PONG, frame.payload))
            return Ping(frame.payload)
        if frame.opcode == Opcode.PONG:
            return Pong(frame.payload)
        return self._handle_close(frame)

    def _handle_close(self, frame: Frame) -> Event:
        key = JUDGING_KEY if self.side == "server" else None
        if judged := dissect(frame.encode(mask_key=key), self.side).violations:
            raise MessageError(judged[0])
        code, reason = decode_close(frame.payload)
        self.close_code, self.close_reason = code, reason.decode()
        self._peer_closed = True
        self._reply = frame.payload[:2]  # §5.5.1: the code is sent back; an empty body stays empty
        self._step(Transition.RECEIVE_CLOSE)
        return Close(code, self.close_reason)

    def _look_ahead(self) -> None:
        """Judge a frame that is still coming, as far as it has come (§8.1)."""
        partial = self._parser.partial
        if partial is None or is_control(partial.opcode):
            return
        checked = self._reader.announce(partial.opcode, partial.rsv1, partial.length)
        if checked is not None:
            self._reader.look_at(partial.peek(checked))
        elif self._inflates and partial.come >= INFLATED_AT and self._reader.compressed:
            self._reader.feed(partial.split())  # judged, and measured, by what it decompresses to

    def _fail(self, violation: Violation) -> Failed:
        assert violation.close_code is not None
        self._reply = encode_close(violation.close_code, _cut(violation.rule.sentence))
        self._step(Transition.FAIL)
        return Failed(violation)

    # -- sending -------------------------------------------------------------------------------

    def take_output(self) -> bytes:
        """All bytes that are due, each once; a Close that was owed is now sent."""
        if self.state is State.CLOSE_DUE:
            self._output.append(self._encoded(FIN | Opcode.CLOSE, self._reply))
            self._step(Transition.SEND_CLOSE)
        return self._flush()

    def send_text(self, text: str, *, fin: bool = True) -> bytes:
        """A text message, or with ``fin=False`` its first fragment (RFC 6455 §5.4, §5.6)."""
        return self._message(_TEXT, encode_text(text), fin)

    def send_binary(self, data: bytes, *, fin: bool = True) -> bytes:
        """A binary message, or with ``fin=False`` its first fragment (RFC 6455 §5.4, §5.6)."""
        return self._message(_BINARY, checked_bytes(data), fin)

    def send_shared(self, message: SharedMessage) -> bytes:
        """A message that many connections send; on a server its frame is made once for all.

        Raises :class:`StateError` amid the fragments of another message.
        """
        if self._mask_keys is not None or self._fragmenting is not None:
            return self._message(message.opcode, message.payload, fin=True)
        if self.state not in _SENDS:
            self._refuse()
        settings = None
        if self._compressor is not None:
            settings = self._compressor.settings
            self._compressor.begin_afresh()
        self._output.append(message.frame(settings))
        return self._flush()

    def send_ping(self, payload: bytes = b"") -> bytes:
        """A Ping of at most 125 bytes (RFC 6455 §5.5.2)."""
        return self._control(Opcode.PING, payload)

    def send_pong(self, payload: bytes = b"") -> bytes:
        """A Pong that nobody asked for, a one-way sign of life (RFC 6455 §5.5.3)."""
        return self._control(Opcode.PONG, payload)

    def send_close(self, code: int | None = None, reason: str = "") -> bytes:
        """Begin the closing handshake (RFC 6455 §7.1.2); after it no message may be sent.

        Raises :class:`InputError` for a code that may not travel or a reason over 123 bytes.
        """
        if code is not None and not (isinstance(code, int) and close_code_may_travel(code)):
            raise InputError(f"Expected a close code that may be sent, got {code!r}.")
        if code == CloseCode.MANDATORY_EXTENSION and self.side == "server":
            raise InputError("Expected a code for servers, got 1010, which only clients send.")
        if (size := len(encode_text(reason))) > LONGEST_REASON:
            raise InputError(
                f"Expected a reason of at most {LONGEST_REASON} bytes, got {grouped(size)}."
            )
        self._need_open()
        self._output.append(self._encoded(FIN | Opcode.CLOSE, encode_close(code, reason)))
        self._step(Transition.SEND_CLOSE)
        return self._flush()

    @property
    def should_end_tcp(self) -> bool:
        """Whether it is time to end TCP.

        A server ends it as soon as both Closes have passed; a client waits for the server to do so
        (§5.5.1, §7.1.1). After a failure either ends it (§7.1.7).
        """
        if self.state is not State.CLOSE_DONE:
            return False
        return self.side == "server" or not self._peer_closed

    def _message(self, opcode: Opcode, payload: bytes, fin: bool) -> bytes:
        if self.state not in _SENDS:
            self._refuse()
        first_byte = FIN if fin else 0
        if self._fragmenting is None:
            first_byte |= opcode if self._compressor is None else opcode | RSV1
        elif opcode != self._fragmenting:
            raise StateError("Expected the next fragment of the message that has begun.")
        if self._compressor is not None:
            payload = self._compressor.compress(payload, final=fin)
        self._fragmenting = None if fin else opcode
        return self._send(first_byte, payload)

    def _control(self, opcode: Opcode, payload: bytes) -> bytes:
        self._need_open()
        payload = checked_bytes(payload)
        if len(payload) > LONGEST_CONTROL:
            raise InputError(
                f"Expected at most {LONGEST_CONTROL} bytes, got {grouped(len(payload))}."
            )
        return self._send(FIN | opcode, payload)

    # -- parts ---------------------------------------------------------------------------------

    def _need_open(self) -> None:
        if self.state is not State.OPEN:
            self._refuse()

    def _refuse(self) -> NoReturn:
        raise StateError(f"Expected an open connection, but {STATE_MEANINGS[self.state]}.")

    def _encoded(self, first_byte: int, payload: bytes) -> bytes:
        key = None if self._mask_keys is None else check_key(self._mask_keys())
        return encode_usual(first_byte, payload, key)

    def _send(self, first_byte: int, payload: bytes) -> bytes:
        frame = self._encoded(first_byte, payload)
        if not self._output:  # as nearly always: the frame is sent as it is, without a copy
            return frame
        self._output.append(frame)
        return self._flush()

    def _flush(self) -> bytes:
        output = b"".join(self._output)
        self._output.clear()
        return output

    def _step(self, step: Transition) -> None:
        self.state = TRANSITIONS[self.state][step]


def _cut(sentence: str) -> str:
    """As much of a sentence as a reason can hold, whole characters only."""
    return sentence.encode()[:LONGEST_REASON].decode("utf-8", "ignore")
