"""The mask: XOR with a four-byte key (RFC 6455 §5.3).

Byte ``i`` of the payload is XORed with byte ``i mod 4`` of the masking-key. XOR undoes itself, so
the same step masks and unmasks. The key is in the frame in plain sight: the mask hides nothing. It
keeps a page from choosing the bytes that travel, so that no proxy in between can be tricked into
taking them for something else (§10.3).

One rule, three ways to follow it, which the tests compare with each other:

1. :func:`mask_plain` is the rule, byte by byte.
2. :func:`mask` reads the bytes as one large number, so that one XOR does the work of many.
3. :func:`mask_in_place` changes a buffer in place, because copying a megabyte takes longer than
   masking it. :func:`use` lets a faster library do that part; without one nothing is missing.
"""

from collections.abc import Callable
from io import BytesIO

from .errors import InputError
from .length import FORMS
from .text import grouped, shown_value

from_bytes = int.from_bytes  # a name of its own: each frame needs it, and ``int.`` is slow

KEY_SIZE = 4
"""The length of a masking-key, in bytes."""

KEY_BITS = 2**32 - 1
"""The part of a large number that holds a key, when the key was read before the payload."""

PIECE = 4096
"""How many bytes at most become one number, a multiple of the key's size. A number of a million
bytes leaves the processor's cache again and again; in pieces it is several times faster."""

SHORT = FORMS[0].highest
"""The longest payload, in bytes, for which the numbers of the next two tables are at hand."""

REPEAT = tuple(from_bytes(b"\1\0\0\0" * -(-size // 4), "little") for size in range(SHORT + 1))
"""For each payload length: times this number, a key is repeated, as ``0x2a * 0x010101`` is
``0x2a2a2a``. It may reach past the payload, by up to three bytes."""

WHOLE = tuple((1 << 8 * size) - 1 for size in range(SHORT + 1))
"""For each payload length: that many bytes of ones, to cut off what reaches past the payload."""

BYTES = (bytes, bytearray, memoryview)
"""What counts as bytes: a payload, a key."""


def check_key(key: bytes) -> bytes:
    """The key as bytes; raises :class:`InputError` unless it is exactly four of them (§5.3)."""
    if type(key) is bytes and len(key) == KEY_SIZE:
        return key
    if not isinstance(key, BYTES):
        raise InputError(f"Expected a masking-key of 4 bytes, got {shown_value(key)}.")
    if len(key) != KEY_SIZE:
        raise InputError(f"Expected a masking-key of 4 bytes, got {grouped(len(key))}.")
    return bytes(key)


def _turned(key: bytes, phase: int) -> bytes:
    """The key as it meets the data: its first byte is the one for ``data[0]``."""
    if not isinstance(phase, int):
        raise InputError(f"Expected a phase in bytes, got {shown_value(phase)}.")
    start = phase % KEY_SIZE
    return key[start:] + key[:start]


def _check(data: object) -> None:
    if not isinstance(data, BYTES):
        raise InputError(f"Expected bytes to mask, got {type(data).__name__}.")


def mask_plain(data: bytes, key: bytes, phase: int = 0) -> bytes:
    """Mask or unmask, one byte at a time: the rule as RFC 6455 §5.3 states it.

    ``phase`` is the index of ``data[0]`` within the payload, for a payload that comes in pieces.
    Raises :class:`InputError` for a bad key, and for data that is not bytes.

    >>> mask_plain(b"Hello", bytes.fromhex("37fa213d")).hex()
    '7f9f4d5158'
    """
    key = _turned(check_key(key), phase)
    _check(data)
    return bytes(byte ^ key[i % KEY_SIZE] for i, byte in enumerate(data))


def mask(data: bytes, key: bytes, phase: int = 0) -> bytes:
    """Mask or unmask many bytes at once, as large numbers (RFC 6455 §5.3).

    ``phase`` is as above. Raises :class:`InputError` for a bad key, and for data that is not bytes.

    >>> mask(mask(b"Hello", b"\\x37\\xfa\\x21\\x3d"), b"\\x37\\xfa\\x21\\x3d")
    b'Hello'
    """
    key = _turned(check_key(key), phase)
    _check(data)
    return xor(data, key, 0, len(data))


def mask_in_place(buffer: bytearray | memoryview, key: bytes, phase: int = 0) -> None:
    """Mask or unmask a buffer in place (RFC 6455 §5.3); ``phase`` is as above.

    Raises :class:`InputError` for a bad key, and for a buffer that cannot be changed.

    >>> buffer = bytearray(b"Hello")
    >>> mask_in_place(buffer, bytes.fromhex("37fa213d"))
    >>> buffer.hex()
    '7f9f4d5158'
    """
    key = _turned(check_key(key), phase)
    _check(buffer)
    with memoryview(buffer) as view:
        if view.readonly or not view.c_contiguous:
            raise InputError("Expected a buffer that can be changed in place, such as a bytearray.")
        xor_in_place(view.cast("B"), key)


# -- for callers who have checked: nothing is checked here -----------------------------------------


def xor(data: bytes | memoryview, key: bytes, start: int, end: int, header: bytes = b"") -> bytes:
    """Like :func:`mask`, for ``data[start:end]`` as a whole payload, after a header that stays."""
    size = end - start
    if size > _longest_number:
        return _xor_long(data, key, start, end, header)
    if size <= SHORT:
        repeated = from_bytes(key, "little") * REPEAT[size] & WHOLE[size]
    else:  # writing that many bytes is quicker than multiplying so large a number
        repeated = from_bytes((key * (size // KEY_SIZE + 1))[:size], "little")
    return header + (from_bytes(data[start:end], "little") ^ repeated).to_bytes(size, "little")


def xor_in_place(view: memoryview, key: bytes) -> None:
    """Like :func:`mask_in_place` from phase 0, for a view of single bytes."""
    if len(view) <= _longest_number:
        view[:] = xor(view, key, 0, len(view))
    else:
        _in_place(view, key)


def numbers_in_place(view: memoryview, key: bytes) -> None:
    """The way for long data that needs no library: number by number."""
    repeated = from_bytes(key * (PIECE // KEY_SIZE), "little")
    for at in range(0, len(view), PIECE):
        piece = view[at : at + PIECE]
        size = len(piece)
        if size < PIECE:
            repeated &= (1 << 8 * size) - 1
        piece[:] = (from_bytes(piece, "little") ^ repeated).to_bytes(size, "little")


def xor_in_buffer(
    data: bytes | memoryview, key: bytes, start: int, end: int, header: bytes
) -> bytes:
    """Like :func:`xor`, for long data: copied once, to where it stays, and masked there."""
    buffer = BytesIO()  # gives its bytes away without a copy
    buffer.write(header)
    buffer.write(memoryview(data)[start:end])
    _in_place(buffer.getbuffer()[len(header) :], key)
    return buffer.getvalue()


InPlace = Callable[[memoryview, bytes], None]
XorLong = Callable[[bytes | memoryview, bytes, int, int, bytes], bytes]

_longest_number = PIECE
_in_place: InPlace = numbers_in_place
_xor_long: XorLong = xor_in_buffer


def use(
    above: int = PIECE, in_place: InPlace = numbers_in_place, xor_long: XorLong = xor_in_buffer
) -> None:
    """Mask what is longer than ``above`` (bytes) by these two from now on; ``use()``: by our own.

    They replace :func:`numbers_in_place` and :func:`xor_in_buffer` and take the same arguments.
    """
    global _longest_number, _in_place, _xor_long
    _longest_number, _in_place, _xor_long = above, in_place, xor_long
