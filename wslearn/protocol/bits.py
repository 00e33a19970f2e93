"""A field: a run of bits with a name and a meaning.

Every picture in the course is drawn from a list of fields. Bits are counted as the figure in
RFC 6455 §5.2 counts them: bit 0 is the most significant bit of byte 0, bit 8 the most significant
bit of byte 1, and so on in the order the bytes travel.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["fin", "rsv", "opcode", "mask", "length", "key", "payload", "code", "reason"]
"""What a field is for; pictures choose its colour and shape by this."""


@dataclass(frozen=True, slots=True)
class Field:
    """A run of ``width`` bits from bit ``start`` of a frame.

    ``shown`` is the value as a person reads it (``0x1``, ``5``, ``Hello``), ``meaning`` says what
    follows from it in a few words, ``section`` where the field is defined.
    """

    kind: Kind
    name: str
    start: int
    width: int
    value: int | bytes
    shown: str
    meaning: str
    section: str

    @property
    def end(self) -> int:
        """The first bit after the field."""
        return self.start + self.width

    @property
    def last_byte(self) -> int:
        """The byte that holds the field's last bit; an empty field has none and gives its start."""
        return (self.end - 1) // 8 if self.width else self.start // 8

    def covers(self, bit: int) -> bool:
        """Whether this bit belongs to the field."""
        return self.start <= bit < self.end


def bits_of(data: bytes) -> Iterator[int]:
    """The bits of some bytes, most significant bit of each byte first.

    >>> list(bits_of(b"\\x81"))
    [1, 0, 0, 0, 0, 0, 0, 1]
    """
    for byte in data:
        for shift in range(7, -1, -1):
            yield byte >> shift & 1


def flip(data: bytes, bit: int) -> bytes:
    """The same bytes with one bit flipped; raises IndexError for a bit that is not there.

    >>> flip(b"\\x81\\x05", 0).hex()
    '0105'
    """
    if not data:
        raise IndexError("Expected a bit of some bytes, got no bytes.")
    if not 0 <= bit < 8 * len(data):
        raise IndexError(f"Expected a bit from 0 to {8 * len(data) - 1}, got {bit}.")
    changed = bytearray(data)
    changed[bit // 8] ^= 0x80 >> bit % 8
    return bytes(changed)


def hex_bytes(data: bytes, most: int | None = None) -> str:
    """Bytes as pairs of hex digits with spaces between; an ellipsis where there are more of them.

    >>> hex_bytes(b"Hello"), hex_bytes(b"Hello", most=2)
    ('48 65 6c 6c 6f', '48 65 …')
    """
    return data[:most].hex(" ") + (" …" if most is not None and len(data) > most else "")
