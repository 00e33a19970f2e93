"""A number as a person types it: ``300``, ``65 536``, ``0x1_0000``, ``2^16``, ``2^63 - 1``."""

import re

from wslearn.protocol.errors import InputError
from wslearn.protocol.text import shown_value

_SIGNS = str.maketrans({"−": "-", "–": "-", "\u202f": " ", "\u00a0": " "})
_DIGITS = r"0[xX][0-9a-fA-F][0-9a-fA-F_]*|0[bB][01][01_]*|[0-9][0-9 _]*"
_TERM = re.compile(rf"\s*({_DIGITS})\s*(?:(?:\^|\*\*)\s*([0-9]+)\s*)?")
_JOIN = re.compile(r"[+-]")
_SHAPE = "such as 300, 0x12c or 2^16 - 1"

LARGEST_POWER = 64
"""The largest exponent that is worked out; a length has 63 bits."""

LONGEST = 80
"""The most characters that are read."""


def read_number(typed: object) -> int:
    """The number in a text: decimal, hex, binary or a power, and sums of them.

    Raises an :class:`~wslearn.protocol.errors.InputError` that says what came and at which
    character (counted from 1).

    >>> read_number("2^16 - 1"), read_number("0x10"), read_number("65 536")
    (65535, 16, 65536)
    """
    if isinstance(typed, int) and not isinstance(typed, bool):
        return typed
    if not isinstance(typed, str) or len(typed) > LONGEST:
        raise InputError(f"Expected a number {_SHAPE}, got {shown_value(typed)}.")
    text = typed.translate(_SIGNS).rstrip()
    total, at, sign = 0, 0, 1
    while True:
        term = _TERM.match(text, at)
        if term is None:
            raise InputError(f"Expected a number {_SHAPE}; got {_at(text, at)}.")
        total += sign * _value(term)
        at = term.end()
        if at == len(text):
            return total
        if not _JOIN.match(text, at):
            raise InputError(f"Expected a number {_SHAPE}; got {_at(text, at)}.")
        sign = 1 if text[at] == "+" else -1
        at += 1


def _value(term: re.Match[str]) -> int:
    digits, power = term[1].replace(" ", "").replace("_", ""), term[2]
    base = int(digits, 0) if digits[:2].lower() in ("0x", "0b") else int(digits)
    if power is None:
        return base
    if len(power) > 2 or int(power) > LARGEST_POWER:
        raise InputError(f"Expected an exponent up to {LARGEST_POWER}, got {power[:12]}.")
    return base ** int(power)


def _at(text: str, at: int) -> str:
    while text[at : at + 1].isspace():
        at += 1
    if at < len(text):
        return f"{text[at]!r} at character {at + 1}"
    return f"nothing after {text[-1]!r}" if text else "nothing"
