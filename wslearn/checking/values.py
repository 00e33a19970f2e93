"""Values a student's function may return: made plain, compared, shown, and told apart.

An answer can be any object, even one whose ``==`` says yes to everything or whose ``repr`` fails.
So an answer is first made plain: exact built-in types only, everything else becomes a
:class:`Strange` that equals nothing.
"""

import re
from dataclasses import dataclass

from wslearn.protocol.bits import hex_bytes

LONGEST_SHOWN = 16
"""How many bytes of a value are shown before it is cut."""

LONGEST_HEAD = 80
"""How many bytes of a head, such as that of an HTTP message, are shown before it is cut."""

_ORDINARY = re.compile(rb"[A-Za-z0-9 .,!?'-]*")
_COMMAND = re.compile(rb"[A-Z]{3,}\n")
_COUNTS = ("no", "one", "two", "three", "four", "five")
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_ADDRESS = re.compile(r"\s+at 0x[0-9a-fA-F]+")


@dataclass(frozen=True, slots=True)
class Strange:
    """An object that is not a plain value; only the name of its type is kept."""

    type_name: str


def plain(value: object, depth: int = 0) -> object:
    """The value in exact built-in types, or a :class:`Strange`; calls no method of the value."""
    kind = type(value)
    if value is None or kind in (bool, int, str, bytes):
        return value
    if kind in (bytearray, memoryview):
        return bytes(value)  # type: ignore[call-overload]
    if kind in (tuple, list) and depth < 3 and len(value) <= 64:  # type: ignore[arg-type]
        return kind(plain(item, depth + 1) for item in value)  # type: ignore[attr-defined, call-arg]
    # A subclass may have overridden ==, so its value is read through the base class.
    if issubclass(kind, int):
        return int.__index__(value)  # type: ignore[arg-type]
    if issubclass(kind, str):
        return str.__str__(value)  # type: ignore[arg-type]
    if issubclass(kind, bytes):
        return bytes.__add__(b"", value)  # type: ignore[arg-type]
    return Strange(kind.__name__)


def same(one: object, other: object) -> bool:
    """Whether two plain values are equal and of one type: ``1`` is not ``True`` here."""
    if type(one) is not type(other):
        return False
    if isinstance(one, tuple | list):
        assert isinstance(other, tuple | list)
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def shown(value: object) -> str:
    """A plain value as a person reads it in a sentence: bytes as hex, long ones cut."""
    if isinstance(value, bytes):
        if not value:
            return "no bytes"
        if _is_head(value):
            cut = f"… ({len(value)} bytes)" if len(value) > LONGEST_HEAD else ""
            return repr(value[:LONGEST_HEAD]) + cut
        if len(value) <= LONGEST_SHOWN:
            return hex_bytes(value)
        return f"{hex_bytes(value[:LONGEST_SHOWN])} … ({len(value)} bytes)"
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:60] + "…")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if value.bit_length() <= 256 else "a number of more than 256 bits"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_named, value)) + ("," if len(value) == 1 else "") + ")"
    if isinstance(value, list):
        return "[" + ", ".join(map(_named, value[:8])) + (", …]" if len(value) > 8 else "]")
    if isinstance(value, Strange):
        return f"an object of type {value.type_name}"
    return repr(value)


def _named(value: object) -> str:
    """A value next to others: bytes say that they are bytes, because ``80`` might be a number."""
    return as_python(value) if isinstance(value, bytes) else shown(value)


def shown_apart(expected: object, came: object) -> tuple[str, str]:
    """Two different values as a person reads them; if their types differ, each shows its type.

    >>> shown_apart(0, bytes.fromhex("80"))
    ('0', 'bytes.fromhex("80")')
    """
    if type(expected) is not type(came) and not (came is None or isinstance(came, Strange)):
        return _named(expected), _named(came)
    return shown(expected), shown(came)


def _is_head(value: bytes) -> bool:
    """Whether bytes are the head of an HTTP message, or a part of it: that is read as text.

    So is a frame of STOMP, which begins with a command and may have a byte 0.
    """
    if _COMMAND.match(value):
        return all(0x20 <= byte < 0x7F or byte in b"\n\0" for byte in value)
    begins = value.startswith(b"HTTP/") or b"\r\n" in value
    return begins and all(0x20 <= byte < 0x7F or byte in b"\r\n" for byte in value)


def as_python(value: object) -> str:
    """A plain value as a student would type it, long ones cut: ``bytes.fromhex("37 fa")``."""
    if isinstance(value, bytes):
        if _is_head(value):
            return shown(value)
        if _ORDINARY.fullmatch(value):  # "~" in a length would hide that it is 126
            if len(value) > 40 and len(set(value)) == 1:
                return f"{value[:1]!r} * {len(value)}"
            return repr(value if len(value) <= 40 else value[:40] + b"...")
        cut = f" … {len(value)} bytes" if len(value) > LONGEST_SHOWN else ""
        return f'bytes.fromhex("{hex_bytes(value[:LONGEST_SHOWN])}{cut}")'
    if isinstance(value, str):
        if len(value) > 40 and len(set(value)) == 1:
            return f"{value[:1]!r} * {len(value)}"
        return repr(value if len(value) <= 200 else value[:200] + "…")
    if isinstance(value, list):
        return "[" + ", ".join(map(as_python, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(as_python, value)) + ("," if len(value) == 1 else "") + ")"
    return repr(value)


def kind_of(value: object) -> str:
    """The type of a plain value in words with its article: ``bytes``, ``a str``, ``an int``."""
    if isinstance(value, Strange):
        name = value.type_name
    elif value is None:
        return "None"
    else:
        name = type(value).__name__
    if name == "bytes":
        return name
    return f"an {name}" if name[0].lower() in "aeiou" else f"a {name}"


def difference(expected: object, came: object) -> str:
    """Where two plain values differ first, as half a sentence; empty where that is plain.

    >>> difference(bytes.fromhex("7e007e"), bytes.fromhex("7e7e00"))
    'the first difference is bit 9 (byte 1: 00 and 7e)'
    """
    if type(expected) is not type(came):
        return f"the answer should be {kind_of(expected)}, yours is {kind_of(came)}"
    if isinstance(expected, bytes) and isinstance(came, bytes):
        if _is_head(expected):
            return _text_difference(expected.decode("latin-1"), came.decode("latin-1"))
        return _bytes_difference(expected, came)
    if isinstance(expected, str) and isinstance(came, str):
        return _text_difference(expected, came)
    if isinstance(expected, tuple | list) and isinstance(came, tuple | list):
        if len(expected) != len(came):
            values = "1 value" if len(expected) == 1 else f"{len(expected)} values"
            kind = type(expected).__name__
            return f"the {kind} should have {values}, yours has {len(came)}"
        for index, pair in enumerate(zip(expected, came, strict=True)):
            if not same(*pair):
                inner = difference(*pair)
                return _which(index, len(came)) + _within(inner)
    return ""


def _within(inner: str) -> str:
    """What is said about the value inside: another place, or what is wrong there."""
    if inner.endswith("differs") or "differs:" in inner or "differs, and" in inner:
        return f", and in it {inner}"
    return f": {inner}" if inner else ""


def _which(index: int, count: int) -> str:
    if count == 1:
        return "its only value differs"
    if count < len(_COUNTS):
        return f"the {_ORDINALS[index]} of the {_COUNTS[count]} differs"
    return f"value {index + 1} of the {count} differs"


def _bytes_difference(expected: bytes, came: bytes) -> str:
    for index, (right, yours) in enumerate(zip(expected, came, strict=False)):
        if right != yours:
            bit = 8 * index + 8 - (right ^ yours).bit_length()
            return f"the first difference is bit {bit} (byte {index}: {right:02x} and {yours:02x})"
    return _count_difference("byte", len(expected), len(came))


def _text_difference(expected: str, came: str) -> str:
    for index, (right, yours) in enumerate(zip(expected, came, strict=False)):
        if right != yours:
            return f"the first difference is character {index} ({right!r} and {yours!r})"
    return _count_difference("character", len(expected), len(came))


def side_by_side(expected: object, came: object) -> tuple[str, ...]:
    """Two different bytes or texts in lines that line up, and a mark under the first difference.

    Nothing for other values and empty ones, for which a sentence is enough.

    >>> print("\\n".join(side_by_side(bytes.fromhex("7e007e"), bytes.fromhex("7e7e00"))))
    expected  7e 00 7e
    got       7e 7e 00
                 ^^
    """
    if not expected or not came:
        return ()
    if isinstance(expected, bytes) and isinstance(came, bytes):
        if _is_head(expected):
            return side_by_side(expected.decode("latin-1"), came.decode("latin-1"))
        right, yours = ([f"{byte:02x}" for byte in value] for value in (expected, came))
        return _lined_up(right, yours, " ", LONGEST_SHOWN)
    if isinstance(expected, str) and isinstance(came, str):
        right, yours = ([repr(letter)[1:-1] for letter in value] for value in (expected, came))
        return _lined_up(right, yours, "", 3 * LONGEST_SHOWN)
    return ()


def _lined_up(right: list[str], yours: list[str], gap: str, widest: int) -> tuple[str, ...]:
    pairs = zip(right, yours, strict=False)
    same_so_far = min(len(right), len(yours))
    place = next((index for index, (one, two) in enumerate(pairs) if one != two), same_so_far)
    start = 0 if place < widest else place - widest // 2
    before = "… " if start else ""

    def line(label: str, pieces: list[str]) -> str:
        after = " …" if len(pieces) > start + widest else ""
        return f"{label:10}{before}{gap.join(pieces[start : start + widest])}{after}".rstrip()

    agreed = gap.join(right[start:place])
    indent = 10 + len(before) + len(agreed) + (len(gap) if agreed else 0)
    mark = "^" * max((len(line[place]) for line in (right, yours) if place < len(line)), default=1)
    return line("expected", right), line("got", yours), " " * indent + mark


def _count_difference(unit: str, expected: int, came: int) -> str:
    few = min(expected, came)
    all_the_same = f"the first {few} agree, but " if few > 1 else ""
    plural = unit if expected == 1 else f"{unit}s"
    return f"{all_the_same}there should be {expected} {plural}, yours has {came}"


def one_line(text: str, limit: int = 160) -> str:
    """Foreign text in one line, without memory addresses, cut where it goes on for too long."""
    text = " ".join(_ADDRESS.sub("", text).split())
    return text if len(text) <= limit else text[:limit] + "…"
