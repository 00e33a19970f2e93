"""Base64: marked, padded, or recognised by its look; also in the URL-safe alphabet.

Text without a mark and without padding could be a word. It is taken for base64 only where its
unused bits are 0, it is not made of words, and it has digits in it or begins as a frame may begin
(RFC 6455 §5.2); and the reading says so.
"""

import binascii
import re

from wslearn.protocol.codes import is_reserved
from wslearn.protocol.errors import InputError
from wslearn.protocol.frame import OPCODE, RSV2, RSV3
from wslearn.protocol.text import shown_value

from .forms import Reading

_MARK = re.compile(
    r"\s*(?:base64(?:url)?\s*[:,]|data:[^,]*;base64,)(.*)", re.IGNORECASE | re.DOTALL
)
_DIGITS = re.compile(r"[A-Za-z0-9+/]+={0,2}|")
_WORDS = re.compile("(?:[-_/+]*(?:[A-Z]?[a-z]{2,}|[A-Z]{2,}(?![a-z])))+[-_/+]*|[0-9a-fA-F-]+")
_LINES = re.compile(r"\s*[A-Za-z0-9+/_-]{3,}(?:\r?\n[A-Za-z0-9+/_-]+)*\s*")


def read_base64(text: str) -> Reading | None:
    """The bytes of marked or padded base64; None for a text without either.

    Raises :class:`InputError` for digits that are not whole.
    """
    mark = _MARK.fullmatch(text)
    if mark:
        return Reading(_decoded(mark[1], padded=False), "base64")
    if text.rstrip().endswith("="):
        data = _decoded(text, padded=True)
        return Reading(data, "base64", sure=_is_likely(data) and not _WORDS.match(text.strip()))
    return None


def read_unmarked(text: str) -> Reading | None:
    """The bytes of a text that is surely not a word or hex, but base64; otherwise None."""
    if not _LINES.fullmatch(text):
        return None
    try:
        data = _decoded(text, padded=False)
    except InputError:
        return None
    digits = "".join(text.split())
    encoded = binascii.b2a_base64(data, newline=False).decode().rstrip("=")
    if encoded != digits.translate(_USUAL) or _WORDS.fullmatch(digits):
        return None
    mixed = re.search("[0-9]", digits) and re.search("[A-Z]", digits) and len(digits) > 6
    return Reading(data, "base64", sure=False) if mixed or _is_likely(data) else None


def _is_likely(data: bytes) -> bool:
    """Whether some bytes begin as a frame may: with a known opcode, RSV2 and RSV3 at 0."""
    return bool(data) and not (is_reserved(data[0] & OPCODE) or data[0] & (RSV2 | RSV3))


_USUAL = str.maketrans("-_", "+/")


def _decoded(text: str, *, padded: bool) -> bytes:
    digits = "".join(text.split()).translate(_USUAL)
    bare = digits.rstrip("=")
    if not _DIGITS.fullmatch(digits) or len(bare) % 4 == 1 or (padded and len(digits) % 4):
        raise InputError(
            "Expected base64 (letters, digits, + and /, in groups of four, filled up with =), "
            f"got {shown_value(text.strip())}."
        )
    return binascii.a2b_base64(bare + "=" * (-len(bare) % 4))
