r"""Text with escapes: ``\x81\x05Hello``, as logs and debuggers print bytes.

Plain characters between escapes are data, in UTF-8. Text between escapes is a separator only where
there is some between all of them (``\x81, \x05``). A line break or a tab comes from a
folded line and is never data. A label in front (``received: \x81``) is left out, and the reading
says so.
"""

import re
from urllib.parse import unquote_to_bytes

from wslearn.protocol.errors import InputError
from wslearn.protocol.text import shown_value

from .forms import Reading
from .hex_text import GROUP

_ESCAPE = re.compile(
    r"\\x([0-9a-fA-F]{2})|\\x\{([0-9a-fA-F]{1,2})\}|\\u(?:00([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,2})\})"
    r"|\\([0-3][0-7]{2}|[1-7][0-7]?(?![0-7]))|\\([nrtabfve0\\'\"](?![0-7])|0(?![0-7]))|([^\\\ud800-\udfff])",
    re.DOTALL,
)
_SHORT = dict(zip("nrtabfve0\\'\"", b"\n\r\t\a\b\f\v\x1b\0\\'\"", strict=True))
_HEXES = r"\\x[0-9a-fA-F]{2}|\\x\{[0-9a-fA-F]{1,2}\}|\\u00[0-9a-fA-F]{2}"
_ANY = rf"(?:{_HEXES}|\\[0-3][0-7]{{2}}|\\[nrt0\\'\"])"
_BYTE = re.compile(rf"{_HEXES}|\\[0-3][0-7]{{2}}")
_ONE = re.compile(_ANY)
_ONLY = re.compile(rf"[\s,:;]*{_ANY}(?:[\s,:;]+{_ANY})*[\s,:;]*")
_ONLY_FOLDED = re.compile(rf"\s*(?:{_ANY}|[\r\n\t])*\s*")
_LABEL = re.compile(r"[^\\]{0,200}?[:=>]\s+(?=\\)")
_SPACED = re.compile(rf"{_ANY}[ ,;]+(?={_ANY})")
_BYTEA = re.compile(r"\s*\\x((?:[0-9a-fA-F]{2}){2,})\s*")
_HEX = re.compile(r"(?:0[xX])?(?:[0-9a-fA-F]{2})+")
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}(?:%[0-9a-fA-F]{2}|[A-Za-z0-9._~!$&'()*+,;=:@/?-])*")


def read_escapes(text: str) -> Reading | None:
    """The bytes of a text with escapes; None for a text that has none.

    Raises :class:`InputError` where an escape is not whole, or where a space may be data or not.
    """
    if not has_escapes(text):
        return None
    if bytea := _BYTEA.fullmatch(text):
        reading = Reading(bytes.fromhex(bytea[1]), "bytea")
        return reading.offering(Reading(unescaped(text.strip()), "escapes"))
    if _ONLY.fullmatch(text) or _ONLY_FOLDED.fullmatch(text):
        return Reading(b"".join(unescaped(one[0]) for one in _ONE.finditer(text)), "escapes")
    _refuse_hex_among(text)
    if label := _LABEL.match(text):
        rest = text[label.end() :]
        said = f"{shown_value(label[0].strip())} is"
        reading = Reading(_data_in(rest, label.end()), "escapes", said)
        return reading.offering(Reading(unescaped(text), "text"))
    return Reading(_data_in(text), "escapes")


def has_escapes(text: str) -> bool:
    r"""Whether a text has bytes as escapes in it: not a mere ``\n``, which any text may have."""
    return "\\x" in text or _BYTE.search(text) is not None


def read_percent(text: str) -> Reading | None:
    """The bytes of a percent-encoded text (RFC 3986 §2.1); None for any other text."""
    stripped = text.strip()
    if stripped.count("%") < 2 or not _PERCENT.fullmatch(stripped):
        return None
    return Reading(unquote_to_bytes(stripped), "percent")


def unescaped(text: str, before: int = 0) -> bytes:
    """Escapes turned into bytes; ``before`` characters came before the text when it was pasted."""
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
        two, braced, four, point, octal, short, plain = match.groups()
        if digits := two or braced or four or point:
            data.append(int(digits, 16))
        elif octal:
            data.append(int(octal, 8))
        elif short:
            data.append(_SHORT[short])
        elif not plain.isspace() or plain == " ":
            data += plain.encode()
        position = match.end()
    return bytes(data)


def _data_in(text: str, before: int = 0) -> bytes:
    if spaced := _SPACED.search(text):
        raise InputError(
            "Expected escapes one after another, or in one literal; got "
            f"{shown_value(spaced[0])} at character {before + spaced.start() + 1}. Is the text "
            "between them data? If so, put the text into b'…'; if not, take it out."
        )
    return unescaped(text, before)


def _refuse_hex_among(text: str) -> None:
    """Raise where hex digits stand among escapes and nothing else does."""
    front = text[: text.index("\\")]
    for part in (text, front):
        groups = [group for group in GROUP.finditer(part) if not _ONLY.fullmatch(group[0])]
        if groups and all(_HEX.fullmatch(group[0]) for group in groups):
            raise InputError(
                "Expected either hex digits or escapes, got both: "
                f"{shown_value(groups[0][0])} stands at character {groups[0].start() + 1}."
            )
