"""Whatever a person pastes, as bytes: the forms are tried in turn, the surest first.

1. a hex dump: its offsets prove it;
2. a literal of a programming language: its quotes or its brackets with code around them;
3. text with escapes;
4. base64 that says so or is padded, percent-encoding;
5. lists of numerals: hex, decimal, bits;
6. base64 that nothing marks;
7. else a refusal that says what the text is.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from wslearn.protocol.errors import InputError
from wslearn.protocol.text import shown_value

from .dump import read_columns, read_dump
from .encoded import read_base64, read_unmarked
from .escapes import read_escapes, read_percent
from .forms import FORMS, Reading
from .hex_text import read_hex
from .literal import read_literal
from .numerals import read_numerals
from .refused import explained

FOLD = "↵"
"""Stands for a line break in a field of one line, so that a dump of several lines can be pasted."""

_INVISIBLE = re.compile("[\ufeff\u200b-\u200f\u2060\u00ad]")
_CURLY = str.maketrans("“”„‘’‚", "\"\"\"'''")
_OFFSETS = re.compile(
    r"(?m)^[ \t:|│,;]*(?:0[xX])?(?:(0[0-9a-fA-F]{5,7}|0000)[ \t:|│,;]+"
    r"|(0[0-9a-fA-F]{3})(?:[ \t:|│,;]{2,}|[ \t]+(?=[0-9a-fA-F]{2}(?:\s|$))))(?=[0-9a-fA-F])"
)
_BARRED = re.compile(r"\s*[|│]\s*0[0-9a-fA-F]{5,7}\s*[|│]")
_LABEL = re.compile(r"\s*[A-Za-z][A-Za-z _-]{0,40}(?:\([0-9]+ ?[a-z]*\))?\s*[:=]\s*")
_SPACES = re.compile(r"[^\S \t\r\n]")  # those of word processors
_QUOTED = re.compile(r"""\s*(?:"([^"\\]*)"|'([^'\\]*)')\s*[;,]?\s*""", re.DOTALL)


def read_bytes(source: object) -> bytes:
    """Bytes from whatever a person has: bytes, a list of numbers, or pasted text.

    Raises an :class:`InputError` that says what was expected, what came, and what to paste instead.

    >>> read_bytes("81 85, 0x37 FA") == read_bytes(r"\\x81\\x85\\x37\\xfa")
    True
    """
    return read(source).data


def read(source: object, form: str | None = None) -> Reading:
    """The same with how it was read, and how else it may be; ``form`` is a name in ``FORMS``.

    Raises :class:`InputError` as :func:`read_bytes` does, also where the form does not fit.

    >>> reading = read("10000001 00000101")
    >>> reading.said, reading.others[0].form
    ('Read as bits, eight a byte.', 'hex')
    """
    if not isinstance(source, str):
        return Reading(read_hex(source), "hex")
    if form is not None and form not in FORMS:
        raise InputError(f"Expected a form ({', '.join(FORMS)}), got {shown_value(form)}.")
    text = _plain(source)
    if form is None:
        return _guessed(text)
    found = next((one for one in _all(text) if one.form == form), None)
    if found is None and form in _READERS:
        found = _READERS[form](text)
    if found is None:
        raise InputError(f"Expected {FORMS[form]}, got {shown_value(source)}.")
    return found


def _all(text: str) -> list[Reading]:
    """The reading of a text and the others that it brings, each with all the rest as its others."""
    try:
        reading = _guessed(text)
    except InputError:
        return []
    ways = (replace(reading, others=()), *reading.others)
    return [replace(way, others=tuple(w for w in ways if w is not way)) for way in ways]


_READERS: dict[str, Callable[[str], Reading | None]] = {
    "hex": lambda text: Reading(read_hex(text), "hex"),
    "dump": read_dump,
    "decimal": lambda text: read_numerals(f"[{text}]"),
    "bits": read_numerals,
    "escapes": read_escapes,
    "literal": read_literal,
    "base64": lambda text: read_base64("base64:" + text),
    "percent": read_percent,
}


def _guessed(text: str) -> Reading:
    spaced = _SPACES.sub(" ", text)
    if dump := read_dump(spaced):
        return _with_hex(dump, spaced)
    for reader in (read_columns, read_literal, read_escapes, read_base64, read_percent):
        if reading := reader(text):
            return reading
    if (quoted := _QUOTED.fullmatch(text)) and (inside := quoted[1] or quoted[2]):
        return _inside(inside, text)
    try:
        reading = read_numerals(_narrow(text))
    except InputError as problem:
        if unmarked := read_unmarked(text) or _behind_label(text):
            return unmarked
        raise explained(text, problem) from None
    return _with_base64(_without_offsets(reading, spaced), text)


def _behind_label(text: str) -> Reading | None:
    """Numerals behind a label, such as ``payload: 81 05``."""
    label = _LABEL.match(text)
    try:
        reading = read_numerals(text[label.end() :]) if label else None
    except InputError:
        return None
    if label is None or reading is None or len(reading.data) < 2:
        return None
    return replace(reading, left_out=f"{shown_value(label[0].strip())} is")


def _plain(text: str) -> str:
    """A text without what a word processor or an editor puts in unseen."""
    text = _INVISIBLE.sub("", text).replace(FOLD, "\n")
    return text.translate(_CURLY) if re.search(r"\\|[bB][“‘]", text) else text


def _narrow(text: str) -> str:
    """Full-width digits and letters as usual ones, each in its place."""
    if text.isascii():
        return text
    narrow = (unicodedata.normalize("NFKC", character) for character in text)
    return "".join(n if len(n) == 1 else c for n, c in zip(narrow, text, strict=True))


def _inside(quoted: str, text: str) -> Reading:
    """A quoted text: hex or base64 in quotation marks, or words."""
    try:
        return _guessed(quoted)
    except InputError as problem:
        raise explained(text, problem) from None


def _with_hex(dump: Reading, text: str) -> Reading:
    """A dump of one row may also be hex that begins with a longer group."""
    if ":" in text or len(text.split("\n")) > 1:
        return dump
    try:
        return dump.offering(Reading(read_hex(text), "hex"))
    except InputError:
        return dump


def _without_offsets(reading: Reading, text: str) -> Reading:
    """Hex whose lines begin with a longer group, which may be an offset: both are offered."""
    found = [next(filter(None, match.groups())) for match in _OFFSETS.finditer(text)]
    if reading.form != "hex":
        return reading
    if not any(int(offset, 16) % 16 == 0 for offset in found):
        return replace(reading, sure=reading.sure and not _BARRED.match(text))
    try:
        shorter = Reading(read_hex(_OFFSETS.sub("", text)), "dump", "its offsets are")
    except InputError:
        return replace(reading, sure=False)
    return replace(reading, sure=False).offering(shorter)


def _with_base64(reading: Reading, text: str) -> Reading:
    """A few hex digits without a space may also be base64."""
    group = text.strip()
    if reading.form != "hex" or not 4 <= len(group) <= 12 or not re.search("[a-fA-F]", group):
        return reading
    return reading.offering(read_unmarked(group))
