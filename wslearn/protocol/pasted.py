"""What a person pastes: hex in any dress, Python escapes, base64, all turned into bytes.

The form is recognised in this order:

1. a Python bytes literal, ``b'\\x81\\x05Hello'``;
2. anything with ``\\x`` in it, as logs print it: escapes, and plain characters between them;
   what stands between escapes is data as soon as one character of it is not a separator;
3. base64, when it says so (``base64:gQVIZWxsbw==``) or ends in ``=``;
4. hex digits, two a byte, with spaces, commas, colons, line breaks or ``0x`` between the bytes.

Separators are white space, commas, colons and semicolons. ``\\x81, \\x05`` has nothing else between
its escapes, so it is two bytes. ``\\x81\\x05Hi yo`` has text, so its space is data; line breaks and
tabs, which come from folded lines, never are. A Python bytes literal says exactly what it means.

Nothing is guessed beyond that: a slip in a hex string must not turn into some other bytes, and
hex digits mixed with escapes are refused.
"""

import binascii
import operator
import re
from collections.abc import Iterable

from .errors import InputError
from .text import shown_value

_GROUP = re.compile(r"[^\s,:;]+")
_HEX = re.compile(r"(?:0[xX])?(?:[0-9a-fA-F]{2})+")
# \0 before another digit would be an octal escape, which means some other byte: not taken.
_ESCAPE = re.compile(
    r"\\x([0-9a-fA-F]{2})|\\([nrt\\'\"]|0(?![0-7]))|([^\\\ud800-\udfff])", re.DOTALL
)
_ONLY_ESCAPES = re.compile(r"(?:\\x[0-9a-fA-F]{2}|\\[nrt0\\'\"])+")
_SHORT_ESCAPES = {"n": 10, "r": 13, "t": 9, "0": 0, "\\": 92, "'": 39, '"': 34}
_LITERAL = re.compile(r"""b(['"])((?:\\[\x21-\x7e]|(?!\1)[\x20-\x5b\x5d-\x7e])*)\1""")
_BASE64 = re.compile("[A-Za-z0-9+/]*={0,2}")
_BASE64_MARK = "base64:"


def read_bytes(source: object) -> bytes:
    """Bytes from whatever a person has: bytes, a list of numbers, or pasted text.

    Raises :class:`InputError` that says what was expected, what came, and at which character
    (counted from 1).

    >>> read_bytes("81 85, 0x37 FA") == read_bytes(r"\\x81\\x85\\x37\\xfa")
    True
    """
    try:
        if isinstance(source, str):
            return _from_text(source)
        if isinstance(source, bytes | bytearray | memoryview):
            return bytes(source)
        if isinstance(source, Iterable):
            return _from_numbers(source)
    except InputError:
        raise
    except Exception as error:
        # An object may fail in any way it likes while it is read: that is its fault, said plainly.
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


def _from_text(text: str) -> bytes:
    stripped = text.strip()
    if stripped.startswith(("b'", 'b"')):
        return _from_literal(stripped, len(text) - len(text.lstrip()))
    if "\\x" in text:
        return _from_log(text)
    if stripped.lower().startswith(_BASE64_MARK):
        return _from_base64(stripped[len(_BASE64_MARK) :])
    if stripped.endswith("="):
        return _from_base64(stripped)
    return _from_hex(text)


def _from_literal(text: str, before: int) -> bytes:
    match = _LITERAL.fullmatch(text)
    if match is None:
        raise InputError(f"Expected a Python bytes literal, got {shown_value(text)}.")
    return _from_escapes(match[2], before + 2)


def _from_log(text: str) -> bytes:
    groups = list(_GROUP.finditer(text))
    if all(_ONLY_ESCAPES.fullmatch(group[0]) for group in groups):
        return b"".join(_from_escapes(group[0]) for group in groups)
    _refuse_hex_among(groups)
    _refuse_hex_among(list(_GROUP.finditer(text, 0, text.index("\\x"))))
    return _from_escapes(text)


def _refuse_hex_among(groups: list[re.Match[str]]) -> None:
    """Raise where hex digits stand among escapes and nothing else does."""
    others = [group for group in groups if not _ONLY_ESCAPES.fullmatch(group[0])]
    if others and all(_HEX.fullmatch(group[0]) for group in others):
        raise InputError(
            "Expected either hex digits or escapes, got both: "
            f"{shown_value(others[0][0])} stands at character {others[0].start() + 1}."
        )


def _from_escapes(text: str, before: int = 0) -> bytes:
    # ``before`` is how many characters stand before ``text`` in what was pasted.
    data = bytearray()
    position = 0
    while position < len(text):
        match = _ESCAPE.match(text, position)
        if match is None:
            came = text[position : position + 4]
            raise InputError(
                f"Expected \\x and two hex digits, got {shown_value(came)} "
                f"at character {before + position + 1}."
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
    digits = "".join(text.split())
    if len(digits) % 4 or not _BASE64.fullmatch(digits):
        raise InputError(
            "Expected base64 (letters, digits, + and /, in groups of four, filled up with =), "
            f"got {shown_value(text)}."
        )
    return binascii.a2b_base64(digits)


def _from_hex(text: str) -> bytes:
    data = bytearray()
    for group in _GROUP.finditer(text):
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
