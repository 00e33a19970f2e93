"""Bytes from what a person types: hex digits, two for each byte.

It is the simplest form, and the one assumed where nothing else fits. Input that is not text comes
here, too: bytes, and lists of numbers.
"""

import operator
import re
from collections.abc import Iterable

from wslearn.protocol.errors import InputError
from wslearn.protocol.text import shown_value

GROUP = re.compile(r"[^\s,:;]+")


def read_hex(source: object) -> bytes:
    """Bytes from bytes, a list of numbers, or hex text with spaces, commas, colons or ``0x`` in it.

    Raises an :class:`InputError` that says what was expected, what came, and at which character
    (counted from 1).

    >>> read_hex("81 85, 0x37 FA").hex()
    '818537fa'
    """
    try:
        if isinstance(source, str):
            return _from_hex(source)
        if isinstance(source, bytes | bytearray | memoryview):
            return bytes(source)
        if isinstance(source, Iterable):
            return _from_numbers(source)
    except InputError:
        raise
    except Exception as error:
        # An object may fail in any way while it is read: that is its fault, and we say so plainly.
        raise InputError(
            f"Expected bytes or hex text; reading the {type(source).__name__} "
            f"failed with {type(error).__name__}."
        ) from error
    raise InputError(f"Expected bytes or hex text, got {type(source).__name__}.")


def _from_numbers(numbers: Iterable[object]) -> bytes:
    data = bytearray()
    for index, number in enumerate(numbers):
        try:
            data.append(operator.index(number))  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise InputError(
                f"Expected numbers from 0 to 255, got {shown_value(number)} at index {index}."
            ) from None
    return bytes(data)


def _from_hex(text: str) -> bytes:
    data = bytearray()
    for group in GROUP.finditer(text):
        digits, offset = group[0], group.start()
        if digits[:2] in ("0x", "0X"):
            digits, offset = digits[2:], offset + 2
        for index, character in enumerate(digits):
            if character not in "0123456789abcdefABCDEF":
                raise InputError(
                    "Expected hex digits (0 to 9, a to f), two for each byte; "
                    f"got {shown_value(character)} at character {offset + index + 1}."
                )
        if len(digits) % 2 or not digits:
            raise InputError(
                "Expected two hex digits for each byte; "
                f"got {len(digits)} in {shown_value(group[0])} at character {group.start() + 1}."
            )
        data += bytes.fromhex(digits)
    return bytes(data)
