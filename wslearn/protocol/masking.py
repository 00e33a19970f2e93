"""The mask: XOR with a four-byte key (RFC 6455 §5.3).

Byte ``i`` of the payload is XORed with byte ``i mod 4`` of the masking-key. XOR undoes itself, so
the same step masks and unmasks. The key stands in the frame in plain sight: the mask hides nothing.
It keeps a page from choosing the bytes that travel, so that no proxy in between can be tricked into
taking them for something else (§10.3).

Two ways to do it stand here. :func:`mask_plain` is the rule, byte by byte. :func:`mask` gives the
same bytes faster; the tests hold the two against each other.
"""

from .errors import InputError
from .text import shown_value

KEY_SIZE = 4
"""The length of a masking-key, in bytes."""

PIECE = 4096
"""How many bytes become one number at most, a multiple of the key's size. A number of a million
bytes leaves the processor's cache again and again; in pieces it is several times faster."""

BYTES = (bytes, bytearray, memoryview)
"""What counts as bytes: a payload, a key."""


def check_key(key: bytes) -> bytes:
    """The key as bytes; raises :class:`InputError` unless it is exactly four of them (§5.3)."""
    if not isinstance(key, BYTES):
        raise InputError(f"Expected a masking-key of 4 bytes, came {shown_value(key)}.")
    if len(key) != KEY_SIZE:
        raise InputError(f"Expected a masking-key of 4 bytes, came {len(key)}.")
    return bytes(key)


def _check(data: bytes, phase: int) -> None:
    if not isinstance(data, BYTES):
        raise InputError(f"Expected bytes to mask, came {type(data).__name__}.")
    if not isinstance(phase, int):
        raise InputError(f"Expected a phase in bytes, came {shown_value(phase)}.")


def mask_plain(data: bytes, key: bytes, phase: int = 0) -> bytes:
    """Mask or unmask, one byte at a time: the rule as RFC 6455 §5.3 states it.

    ``phase`` is the index of ``data[0]`` within the payload, for a payload that comes in pieces.
    Raises :class:`InputError` for a bad key, and for data that are not bytes.

    >>> mask_plain(b"Hello", bytes.fromhex("37fa213d")).hex()
    '7f9f4d5158'
    """
    check_key(key)
    _check(data, phase)
    return bytes(byte ^ key[(phase + i) % KEY_SIZE] for i, byte in enumerate(data))


def mask(data: bytes, key: bytes, phase: int = 0) -> bytes:
    """Mask or unmask many bytes at once, as large numbers (RFC 6455 §5.3).

    The key is repeated to the length of the data; then both are read as integers, and one XOR does
    the work of all the small ones. ``phase`` is as above. Raises :class:`InputError` for a
    bad key, and for data that are not bytes.

    >>> mask(mask(b"Hello", b"\\x37\\xfa\\x21\\x3d"), b"\\x37\\xfa\\x21\\x3d")
    b'Hello'
    """
    key = check_key(key)
    _check(data, phase)
    start = phase % KEY_SIZE
    size = len(data)
    repeated = (key[start:] + key[:start]) * (min(size, PIECE) // KEY_SIZE + 1)
    if size <= PIECE:
        return _xor(data, repeated)
    return b"".join([_xor(data[at : at + PIECE], repeated) for at in range(0, size, PIECE)])


def _xor(data: bytes, other: bytes) -> bytes:
    number = int.from_bytes(data, "little") ^ int.from_bytes(other[: len(data)], "little")
    return number.to_bytes(len(data), "little")
