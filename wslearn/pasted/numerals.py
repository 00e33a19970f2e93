"""Numbers one after another: hex, decimal or bits, with whatever people put between them.

The digits alone do not tell the base: ``72`` is a hex byte and a number. So all of them decide
together:

1. a ``0x`` anywhere makes all of it hex, a ``0b`` bits;
2. groups of eight digits 0 and 1 are bits, a minus sign makes bytes from -128 to 127 (Java's);
3. a group of three digits up to 255 makes all of it decimal, as do brackets around it
   (``[81, 5]`` is how Python, Rust, Go and JSON write numbers);
4. everything else is hex, two digits per byte; a single digit is a byte too (``81 5``).

Where a list has a meaning in another base as well, that is offered.
"""

import re

from wslearn.protocol.errors import InputError
from wslearn.protocol.text import shown_value

from .forms import Reading
from .hex_text import read_hex

_BETWEEN = re.compile(r"[\s,:;|_]+")
_BRACKETS = re.compile(r"\s*(?:\[(.*)\]|\{(.*)\}|\((.*)\)|<<(.*)>>|<(.*)>)\s*[;,]?\s*", re.DOTALL)
_PAIRS = re.compile(r"\s*(?:XX(?:-XX)+|XX(?:[./]XX){2,})\s*".replace("X", "[0-9a-fA-F]"))
_COMMENT = re.compile(r"(?m)^\s*(?:#|//|;).*$|(?<=\s)(?:#|//).*$")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,2})")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]{1,2}|0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+|[0-9a-fA-F]")
_MARKED = re.compile(r"0[xX]((?:[0-9a-fA-F]{2})+|[0-9a-fA-F])|((?:[0-9a-fA-F]{2})+)")
_BITS = re.compile(r"(?:0[bB])?([01]{8}(?:[01]{8})*)")
_MARKED_BITS = re.compile(r"0[bB]([01]{1,8})")


def read_numerals(text: str) -> Reading:
    """The bytes of a list of numbers.

    Raises :class:`InputError` with the character (counted from 1) that is not a digit.

    >>> read_numerals("129, 5, 72").data == read_numerals("81 05 48").data
    True
    """
    # Everything keeps its place, so that a complaint can name the character.
    plain = _COMMENT.sub(lambda found: " " * len(found[0]), text)
    if not re.search(r"[^\s,:;|_]", plain):
        plain = text
    left_out = "" if plain == text else "its comments are"
    inside = _BRACKETS.fullmatch(plain)
    listed = next((part for part in inside.groups() if part is not None), "") if inside else plain
    if _PAIRS.fullmatch(listed):
        listed = re.sub("[-./]", " ", listed)  # .NET writes 81-05
    groups = [group for group in _BETWEEN.split(listed) if group]
    if groups and (bits := _as_bits(groups)) is not None:
        reading = Reading(bits, "bits", left_out)
        return reading.offering(_as_hex(groups))
    mixed = inside and any(group[:2] in ("0x", "0X") for group in groups)
    if mixed and all(_NUMBER.fullmatch(group) for group in groups):
        # In code each number tells its own base.
        values = (int(group, 0 if group[0] == "0" else 10) for group in groups)
        return Reading(bytes(value % 256 for value in values), "hex", left_out)
    decimal = _as_decimal(groups) if groups else None
    negative = any(group[0] == "-" for group in groups)
    three = any(len(group) == 3 for group in groups)
    lone = "," in listed and any(len(group) == 1 for group in groups)
    several = len(groups) > 1 and (negative or three or lone)
    if decimal is not None and (several or (inside and ":" not in listed)):
        return Reading(decimal, "decimal", left_out).offering(_as_hex(groups))
    known = _as_hex(groups)
    if known is None:
        if (
            len(groups) > 1
            and negative
            and all(re.fullmatch(r"-?[0-9]+", group) for group in groups)
        ):
            raise InputError(
                "Expected signed bytes from -128 to 127 or numbers from 0 to 255, "
                f"got {shown_value(_too_large(groups))}."
            )
        return Reading(read_hex(plain), "hex", left_out)
    sure = all(len(group) > 1 for group in groups)
    return Reading(known.data, "hex", left_out, sure=sure).offering(
        None if decimal is None or len(groups) < 2 else Reading(decimal, "decimal", left_out)
    )


def _as_bits(groups: list[str]) -> bytes | None:
    if all(_MARKED_BITS.fullmatch(group) for group in groups):
        return bytes(int(group[2:], 2) for group in groups)
    matches = [_BITS.fullmatch(group) for group in groups]
    digits = "".join(match[1] for match in matches if match)
    if not all(matches) or (len(groups) == 1 and "1" not in digits):
        four = all(re.fullmatch("[01]{4}", group) for group in groups) and "1" in "".join(groups)
        digits = "".join(groups) if four and len(groups) % 2 == 0 and len(groups) > 2 else ""
    return int(digits, 2).to_bytes(len(digits) // 8, "big") if digits else None


def _as_decimal(groups: list[str]) -> bytes | None:
    if not all(_DECIMAL.fullmatch(group) for group in groups):
        return None
    numbers = [int(group) for group in groups]
    signed = min(numbers) < 0
    if min(numbers) < -128 or max(numbers) > (127 if signed else 255):
        return None
    return bytes(number % 256 for number in numbers)


def _too_large(groups: list[str]) -> int:
    numbers = [int(group) for group in groups]
    return max(numbers, key=lambda number: abs(number - 0.5))


def _as_hex(groups: list[str]) -> Reading | None:
    marked = any(group[:2] in ("0x", "0X") for group in groups)
    matches = [(_MARKED if marked else _HEX).fullmatch(group) for group in groups]
    if not all(matches) or (groups and not marked and len(groups[-1]) == 1):
        return None  # a digit is missing at the end, or has not been typed yet
    digits = [match[match.lastindex or 0] for match in matches if match]
    return Reading(bytes.fromhex("".join(each.zfill(2) for each in digits)), "hex")
