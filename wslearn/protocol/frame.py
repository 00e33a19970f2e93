"""A frame: what it means, and the bytes it becomes (RFC 6455 §5.2).

::

    byte 0   FIN RSV1 RSV2 RSV3 | opcode (4 bits)
    byte 1   MASK | payload length (7 bits)
             0, 2 or 8 bytes of extended payload length
             0 or 4 bytes of masking-key
             the payload, masked when there is a key

A :class:`Frame` holds the meaning: opcode, payload, FIN and the three reserved bits. The length
follows from the payload, and the mask belongs to the way a frame travels, so both appear only when
the frame is encoded. Any frame can be described, legal or not: judging is ``judge``'s work.
"""

from dataclasses import dataclass
from struct import Struct

from .close import encode_close
from .codes import Opcode, is_reserved
from .errors import InputError
from .length import FORMS, encode_length
from .masking import BYTES, KEY_SIZE, REPEAT, SHORT, WHOLE, check_key, from_bytes, mask, xor
from .text import encode_text

FIN = 0b1000_0000
RSV1 = 0b0100_0000
RSV2 = 0b0010_0000
RSV3 = 0b0001_0000
OPCODE = 0b0000_1111
"""The parts of a frame's first byte."""

MASK = 0b1000_0000
"""The first bit of a frame's second byte: a masking-key is there."""

_HEADER, _MASKED = Struct("!BB").pack, Struct("!BB4s").pack
_HIGHEST_MEDIUM = FORMS[1].highest
_MEDIUM = (126, Struct("!BBH").pack, Struct("!BBH4s").pack)
_LONG = (127, Struct("!BBQ").pack, Struct("!BBQ4s").pack)


def _checked(payload: bytes) -> bytes:
    # bytes(5) would silently be five zero bytes, so bytes are asked for by name.
    if not isinstance(payload, BYTES):
        raise InputError(
            f"Expected a payload of bytes, got {type(payload).__name__}; "
            "for text use Frame.text(...) or add .encode()."
        )
    return payload


@dataclass(slots=True)
class Frame:
    """One frame, as it is meant (RFC 6455 §5.2).

    ``opcode`` is a number from 0 to 15, ``payload`` bytes as the application sees them (unmasked).

    >>> Frame.text("Hello").encode(mask_key=bytes.fromhex("37fa213d")).hex()
    '818537fa213d7f9f4d5158'
    """

    opcode: int
    payload: bytes = b""
    fin: bool = True
    rsv1: bool = False
    rsv2: bool = False
    rsv3: bool = False

    @classmethod
    def text(cls, text: str, *, fin: bool = True) -> "Frame":
        """A text frame; the text travels as UTF-8 (RFC 6455 §5.6)."""
        return cls(Opcode.TEXT, encode_text(text), fin)

    @classmethod
    def binary(cls, payload: bytes, *, fin: bool = True) -> "Frame":
        """A binary frame (RFC 6455 §5.6)."""
        return cls(Opcode.BINARY, bytes(_checked(payload)), fin)

    @classmethod
    def continuation(cls, payload: bytes, *, fin: bool = True) -> "Frame":
        """A further fragment of the message before it (RFC 6455 §5.4)."""
        return cls(Opcode.CONTINUATION, bytes(_checked(payload)), fin)

    @classmethod
    def ping(cls, payload: bytes = b"") -> "Frame":
        """A Ping, which asks for a Pong with the same payload (RFC 6455 §5.5.2)."""
        return cls(Opcode.PING, bytes(_checked(payload)))

    @classmethod
    def pong(cls, payload: bytes = b"") -> "Frame":
        """A Pong (RFC 6455 §5.5.3)."""
        return cls(Opcode.PONG, bytes(_checked(payload)))

    @classmethod
    def close(cls, code: int | None = None, reason: str = "") -> "Frame":
        """A Close, empty or with a close code and a reason (RFC 6455 §5.5.1)."""
        return cls(Opcode.CLOSE, encode_close(code, reason))

    def first_byte(self) -> int:
        """FIN, the reserved bits and the opcode as one byte.

        Raises :class:`InputError` for an opcode that four bits cannot hold.
        """
        first = self.opcode
        if not isinstance(first, int) or not 0 <= first <= OPCODE:
            raise InputError(f"Expected an opcode of four bits (0 to 15), got {first!r}.")
        if self.fin:
            first |= FIN
        if self.rsv1:
            first |= RSV1
        if self.rsv2:
            first |= RSV2
        if self.rsv3:
            first |= RSV3
        return first

    def header(
        self,
        *,
        mask_key: bytes | None = None,
        length: int | None = None,
        length_bits: int | None = None,
    ) -> bytes:
        """The bytes before the payload: 2 to 14 of them.

        ``length`` (bytes) stands in for a payload that is not at hand, up to 2^63 - 1;
        ``length_bits`` (7, 16, 64) forces a length form that may be longer than the rule allows.
        Raises :class:`InputError` for what four bits or that form cannot hold.

        >>> Frame(Opcode.BINARY).header(length=2**63 - 1).hex(" ")
        '82 7f 7f ff ff ff ff ff ff ff'
        """
        if length is None:
            length = len(_checked(self.payload))
        seven_bits, extra = encode_length(length, length_bits)
        mask_bit, key = (0, b"") if mask_key is None else (MASK, check_key(mask_key))
        return bytes((self.first_byte(), mask_bit | seven_bits)) + extra + key

    def encode(self, *, mask_key: bytes | None = None, length_bits: int | None = None) -> bytes:
        """The bytes of the frame on the wire; with a key they are masked (RFC 6455 §5.3).

        Raises :class:`InputError` for a key that is not four bytes or a payload that is not bytes.
        """
        payload = self.payload
        plain = length_bits is None and type(payload) is bytes
        if plain and (mask_key is None or (type(mask_key) is bytes and len(mask_key) == KEY_SIZE)):
            return encode_usual(self.first_byte(), payload, mask_key)
        header = self.header(mask_key=mask_key, length_bits=length_bits)
        return header + (payload if mask_key is None else mask(payload, mask_key))

    def __repr__(self) -> str:
        # A frame that cannot be encoded is still shown: what is wrong with it should be seen.
        name = repr(self.opcode)
        if isinstance(self.opcode, int):
            name = f"0x{self.opcode:x}" if is_reserved(self.opcode) else Opcode(self.opcode).name
        payload = repr(self.payload)
        if isinstance(self.payload, BYTES):
            payload = repr(bytes(self.payload[:32])) + ("…" if len(self.payload) > 32 else "")
        flags = "" if self.fin else ", fin=False"
        for bit in ("rsv1", "rsv2", "rsv3"):
            if getattr(self, bit):
                flags += f", {bit}=True"
        return f"Frame({name}, {payload}{flags})"


def encode_usual(first: int, payload: bytes, key: bytes | None) -> bytes:
    """Like :meth:`Frame.encode`, from the first byte, for what has been checked, in fewer steps."""
    size = len(payload)
    if size <= SHORT and key is not None:
        # Most of a client's frames; like ``xor``, whose call alone would take a tenth of the time.
        repeated = from_bytes(key, "little") * REPEAT[size] & WHOLE[size]
        masked = (from_bytes(payload, "little") ^ repeated).to_bytes(size, "little")
        return _MASKED(first, MASK | size, key) + masked
    if size <= SHORT:
        return _HEADER(first, size) + payload
    marker, pack, pack_masked = _MEDIUM if size <= _HIGHEST_MEDIUM else _LONG
    if key is None:
        return pack(first, marker, size) + payload
    return xor(payload, key, 0, size, pack_masked(first, MASK | marker, size, key))


def checked_bytes(data: bytes) -> bytes:
    """A copy of the bytes, so that what happens to them later changes nothing (§10.3)."""
    if type(data) is bytes:
        return data
    if not isinstance(data, bytes | bytearray | memoryview):
        raise InputError(f"Expected bytes, got {type(data).__name__}; send_text sends text.")
    return bytes(data)
