"""UTF-8: where text stops being text, and how to show bytes that may not be text at all.

A text message is UTF-8 (RFC 6455 §5.6, §8.1). When it is not, a lesson wants to know which byte is
the first that cannot continue a character, and whether the data merely ends too early.
"""

import codecs
from dataclasses import dataclass

from .errors import InputError

_decoder = codecs.getincrementaldecoder("utf-8")


@dataclass(frozen=True, slots=True)
class Utf8Problem:
    """Why some bytes are not UTF-8; ``reason`` names what was found instead.

    ``offset`` is the first byte that cannot be where it is; when the data ends inside a character
    (``cut`` is True) it is the length of the data, where the next byte is missing.
    """

    offset: int
    cut: bool
    reason: str


def encode_text(text: str) -> bytes:
    """Text as UTF-8 (RFC 6455 §5.6).

    Raises :class:`InputError` for anything but text, and for half of a surrogate pair, which is a
    character in Python but not in UTF-8.

    >>> encode_text("κ").hex()
    'ceba'
    """
    if not isinstance(text, str):
        raise InputError(f"Expected a text, got {type(text).__name__}; for bytes use Frame.binary.")
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        half = f"U+{ord(text[error.start]):04X}"
        raise InputError(
            f"Expected text that UTF-8 can hold, got {half}, half of a surrogate pair, "
            f"at character {error.start + 1}."
        ) from None


def utf8_problem(data: bytes) -> Utf8Problem | None:
    """The first place where bytes stop being UTF-8, or None if they are UTF-8 to the end.

    >>> utf8_problem("κ".encode())
    >>> utf8_problem(b"\\xed\\xa0\\x80").offset      # a surrogate: wrong from its second byte on
    1
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return Utf8Problem(len(data), True, "an end inside a character")
        if error.reason == "invalid start byte":
            return Utf8Problem(error.start, False, "a byte that starts no character")
        # Python names the bytes that were fine so far as the error; the next one is the bad one.
        return Utf8Problem(error.end, False, "a byte that cannot go on from the one before")
    return None


def shown_text(data: bytes, limit: int = 40) -> str:
    """Bytes as a person can read them in one line: text where it is text, escapes elsewhere.

    At most ``limit`` bytes are shown. Line ends, control characters and characters that turn the
    direction of writing around come out as escapes, so that no payload can disguise itself.

    >>> shown_text(b"Hello"), shown_text(b"a\\n\\xff")
    ('Hello', 'a\\\\n\\\\xff')
    """
    decoder = _decoder("backslashreplace")
    # A character that the limit cuts in two is left out, not shown as broken bytes.
    text = decoder.decode(data[:limit], final=len(data) <= limit)
    shown = "".join(
        character if character.isprintable() else repr(character)[1:-1] for character in text
    )
    return shown + ("…" if len(data) > limit else "")


def shown_value(value: object, limit: int = 24) -> str:
    """What a person passed in, in one short line: as Python writes it, or else its type.

    >>> shown_value("Server"), shown_value([1, 2, 3, 4, 5, 6, 7, 8, 9])
    ("'Server'", '[1, 2, 3, 4, 5, 6, 7, 8,…')
    """
    if isinstance(value, str):
        return repr(value[:limit] + "…" if len(value) > limit else value)
    try:
        shown = repr(value)
    except Exception:  # noqa: BLE001 - an object may fail in any way; it is named all the same
        return type(value).__name__
    return shown if len(shown) <= limit else shown[:limit] + "…"


def grouped(number: int) -> str:
    """A number as a person reads it: from five digits on in groups of three, ``65 536``.

    A narrow space at which no line breaks separates the groups. Four digits stay together: 1002 is
    a code.

    >>> grouped(1002), grouped(65536)
    ('1002', '65\\u202f536')
    """
    return f"{number:,}".replace(",", "\u202f") if number > 9999 else str(number)


def counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 byte``, ``5 bytes``."""
    return f"{grouped(number)} {noun}" if number == 1 else f"{grouped(number)} {noun}s"
