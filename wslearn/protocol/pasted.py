"""What a person pastes: hex in any dress, Python escapes, base64, all turned into bytes.

The form is recognised in this order:

1. a Python bytes literal, ``b'\\x81\\x05Hello'``;
2. anything with ``\\x`` in it, as logs print it: escapes, and plain characters between them;
3. base64, when it says so (``base64:gQVIZWxsbw==``) or ends in ``=``;
4. hex digits, two a byte, with spaces, commas, colons, line breaks or ``0x`` between the bytes.

Nothing is guessed beyond that: a slip in a hex string must not turn into some other bytes.
"""

import ast
import base64
import binascii
import re
from collections.abc import Iterable

from .errors import InputError

_HEX_GROUP = re.compile(r"[^\s,:;]+")
_ESCAPE = re.compile(r"\\x([0-9a-fA-F]{2})|\\([nrt0\\'\"])|([^\\])", re.DOTALL)
_SHORT_ESCAPES = {"n": 10, "r": 13, "t": 9, "0": 0, "\\": 92, "'": 39, '"': 34}
_BASE64_MARK = "base64:"


def read_bytes(source: object) -> bytes:
    """Bytes from whatever a person has: bytes, a list of numbers, or pasted text.

    Raises :class:`InputError` that says what was expected, what came, and at which character
    (counted from 1).

    >>> read_bytes("81 85, 0x37 FA") == read_bytes(r"\\x81\\x85\\x37\\xfa")
    True
    """
    if isinstance(source, str):
        return _from_text(source)
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if isinstance(source, Iterable):
        return _from_numbers(source)
    raise InputError(f"Expected bytes or hex text, came {type(source).__name__}.")


def _from_numbers(numbers: Iterable[object]) -> bytes:
    data = bytearray()
    for index, number in enumerate(numbers):
        if not isinstance(number, int) or not 0 <= number <= 255:
            raise InputError(f"Expected numbers from 0 to 255, came {number!r} at index {index}.")
        data.append(number)
    return bytes(data)


def _from_text(text: str) -> bytes:
    stripped = text.strip()
    if re.fullmatch(r"""b(['"]).*\1""", stripped, re.DOTALL):
        return _from_literal(stripped)
    if "\\x" in text:
        return _from_escapes(text)
    if stripped.lower().startswith(_BASE64_MARK):
        return _from_base64(stripped[len(_BASE64_MARK) :])
    if stripped.endswith("="):
        return _from_base64(stripped)
    return _from_hex(text)


def _from_literal(text: str) -> bytes:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        raise InputError(f"Expected a Python bytes literal, came {_short(text)}.") from None
    assert isinstance(value, bytes)
    return value


def _from_escapes(text: str) -> bytes:
    data = bytearray()
    position = 0
    while position < len(text):
        match = _ESCAPE.match(text, position)
        if match is None:
            came = text[position : position + 4]
            raise InputError(
                f"Expected \\x and two hex digits, came {_short(came)} at character {position + 1}."
            )
        digits, short, plain = match.groups()
        if digits:
            data.append(int(digits, 16))
        elif short:
            data.append(_SHORT_ESCAPES[short])
        elif not plain.isspace() or plain == " ":
            data += plain.encode()
        position = match.end()
    return bytes(data)


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise InputError(
            "Expected base64 (letters, digits, + and /, in groups of four, filled up with =), "
            f"came {_short(text)}."
        ) from None


def _from_hex(text: str) -> bytes:
    data = bytearray()
    for group in _HEX_GROUP.finditer(text):
        digits, offset = group[0], group.start()
        if digits[:2] in ("0x", "0X"):
            digits, offset = digits[2:], offset + 2
        for index, character in enumerate(digits):
            if character not in "0123456789abcdefABCDEF":
                raise InputError(
                    "Expected hex digits (0 to 9, a to f), two for each byte; "
                    f"came {_short(character)} at character {offset + index + 1}."
                )
        if len(digits) % 2 or not digits:
            raise InputError(
                "Expected two hex digits for each byte; "
                f"came {len(digits)} in {_short(group[0])} at character {group.start() + 1}."
            )
        data += bytes.fromhex(digits)
    return bytes(data)


def _short(text: str, limit: int = 24) -> str:
    return repr(text if len(text) <= limit else text[:limit] + "…")
