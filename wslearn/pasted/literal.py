"""Bytes as programs write them: Python, C, Go, Rust, Java, JavaScript, Erlang, C#, JSON.

The languages differ in little that matters here. So one scanner finds the strings and the lists of
numbers in a piece of code, and whatever is around them (a name, a type, a call) is left out:

1. Strings with the prefix ``b`` are bytes, and so are strings with escapes in them. Several of them
   are joined, the way compilers join adjacent literals.
2. A string that the code calls hex or base64 is read as such.
3. Otherwise the longest list of numbers in brackets is taken, in any base, with its casts and
   suffixes (``(byte)0x81``, ``129u8``).

A bytes literal is read by Python's own ``ast.literal_eval``, which runs nothing.
"""

import ast
import json
import re
import warnings
from dataclasses import dataclass, replace

from wslearn.protocol.errors import InputError
from wslearn.protocol.text import counted, shown_value

from .encoded import read_base64
from .escapes import has_escapes, unescaped
from .forms import Reading
from .numerals import read_numerals

_STRING = re.compile(
    r"""(?<!\w)([bB][rR]?|[rR][bB]?|u8|[uULcfxXE])?("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""",
    re.DOTALL,
)
_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\w])//[^\n]*|^[ \t]*#[^\n]*", re.DOTALL | re.MULTILINE)
_CAST = re.compile(r"\(\s*(?:unsigned\s+)?(?:byte|char|uint8_t|sbyte|u8)\s*\)\s*|\.toU?Byte\(\)")
_SUFFIX = re.compile(r"\b(0[xX][0-9a-fA-F]+|[0-9]+)(?:_?[ui]8|[uU][lL]*|[lL]+)\b")
_ERLANG = re.compile(r"\b16#(?=[0-9a-fA-F])")
_LIST = re.compile(r"[\[{(<]([\s0-9a-fA-FxXbB,+-]*[0-9a-fA-F][\s0-9a-fA-FxXbB,+-]*)[\]})>]")
_NODE = re.compile(r"<Buffer((?:\s+[0-9a-fA-F]{2})*)(?:\s*\.\.\. ([0-9]+) more bytes?)?\s*>")
_HEX = re.compile(r"hex", re.IGNORECASE)
_BASE64 = re.compile(r"base-?64|b64|atob", re.IGNORECASE)
_CUT = re.compile(r"''\s*(?:\.\.\.|…)|(?:\.\.\.|…)\s*(?:[0-9]+ more items?)?\s*[\]})>]")
_CALL = r"(?:new\s+)?[\w.]*(?:[bB]yte|[uU]int8|Buffer|vec!|[hH]ex|[bB](?:ase)?64|atob)[\w.:]*"
_ASSIGNED = re.compile(
    rf"(?:[\w\s.:*&<>\[\],]{{0,200}}:?=)?[\s&]*(?:{_CALL}|\[\]|[\s\[({{<\]\d])*[\s\[({{<,]*"
)
_LONGEST = 1 << 25
"""In characters; anything longer is not a program."""


@dataclass(frozen=True, slots=True)
class _String:
    start: int
    prefix: str
    quoted: str

    @property
    def body(self) -> str:
        return self.quoted[1:-1]

    @property
    def begins(self) -> int:
        return self.start + len(self.prefix) + 1

    @property
    def is_bytes(self) -> bool:
        return "b" in self.prefix.lower()


def read_literal(text: str) -> Reading | None:
    """The bytes of a literal with whatever code is around it; None for a text without one.

    Raises :class:`InputError` for a literal that is cut short or that its language would refuse.

    >>> read_literal("static char hello[] = { 0x81, 0x05 };").data == b"\\x81\\x05"
    True
    """
    if len(text) > _LONGEST:
        return None
    if (data := _from_json(text)) is not None:
        return Reading(data, "literal")
    if node := _NODE.search(text):
        if node[2]:
            raise InputError(
                "Expected all bytes of a Buffer, got one that Node.js prints without its last "
                f"{node[2]}. Print buffer.toString('hex') and paste that."
            )
        around = text[: node.start()] + text[node.end() :]
        return Reading(bytes.fromhex("".join(node[1].split())), "literal", _left_out(around))
    strings = [_String(m.start(), m[1] or "", m[2]) for m in _STRING.finditer(text)]
    around = _STRING.sub("''", text)
    if _CUT.search(around):
        raise InputError(
            "Expected a whole literal, got one that is cut short (…). Print all of it: "
            "data.hex() does in Python, strace -s 99999 for a system call."
        )
    marked = [string for string in strings if string.is_bytes]
    chosen = marked or [string for string in strings if has_escapes(string.body)]
    if chosen:
        return None if "\\x" in around else _joined(chosen, around)
    if re.match(r"[bB]['\"]", text.strip()):
        raise InputError(f"Expected a Python bytes literal, got {shown_value(text.strip())}.")
    code = _COMMENT.sub(" ", text)
    return _named(code, strings) or _listed(_STRING.sub(" ", code))


def _joined(strings: list[_String], around: str) -> Reading:
    data = b"".join(map(_value, strings))
    if any("r" in string.prefix.lower() and "\\x" in string.body for string in strings):
        # Python would take the backslashes for themselves; nobody writes that on purpose.
        meant = b"".join(unescaped(string.body, string.begins) for string in strings)
        return Reading(meant, "literal", "its r is").offering(Reading(data, "raw"))
    if len(strings) > 1 and re.search(r"''\s*(?:[,<>]|\n[^'\\]*\w)", around):
        between = f"{counted(len(strings), 'literal')} are put together; the text between them is"
        return Reading(data, "literal", between)
    return Reading(data, "literal", _left_out(around.replace("''", " ")))


def _left_out(around: str) -> str:
    """The text around a literal, unless it is what assigns or passes it."""
    before = around.strip()
    if not re.search(r"\w", before) or _ASSIGNED.fullmatch(before.rstrip(" \t\r\n\\;,)]}>+")):
        return ""
    return "the text around it is"


def _value(string: _String) -> bytes:
    if not string.is_bytes:
        if "\\u" in string.body and (text := _json_string(string.body)) is not None:
            return text
        return unescaped(re.sub(r"\\\r?\n", "", string.body), string.begins)
    literal = string.prefix + string.quoted
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # an escape that Python does not know is a slip
            return bytes(ast.literal_eval(literal))
    except (ValueError, SyntaxError, MemoryError, RecursionError, SyntaxWarning):
        unescaped(string.body, string.begins)  # names the escape that is wrong
        raise InputError(f"Expected a Python bytes literal, got {shown_value(literal)}.") from None


def _json_string(body: str) -> bytes | None:
    r"""A string with \u escapes: each character a byte, or its UTF-8 where one is beyond U+00FF."""
    try:
        text = str(json.loads(f'"{body}"', strict=False))
    except ValueError:
        return None
    return text.encode("latin-1" if max(text, default="") <= "\xff" else "utf-8", "surrogatepass")


def _named(code: str, strings: list[_String]) -> Reading | None:
    """A string that the code calls hex or base64, or that can be nothing else."""
    if not strings:
        return None
    body = strings[0].body
    words = code.replace(body, "")
    found: Reading | None = None
    if _HEX.search(words) or any(string.prefix in ("x", "X") for string in strings):
        found = read_numerals(body)
    elif _BASE64.search(words):
        found = read_base64("base64:" + body)
    return found and Reading(found.data, "literal", _left_out(_STRING.sub(" ", code)))


def _listed(code: str) -> Reading | None:
    """The longest list of numbers in brackets, where there is code around it."""
    plain = _ERLANG.sub("0x", _SUFFIX.sub(r"\1", _CAST.sub("", code)))
    lists = sorted((match[1] for match in _LIST.finditer(plain)), key=_count)
    around = plain.replace(lists[-1], "") if lists and "\\" not in plain else ""
    if not re.search(r"[^\s;,\[\](){}<>]|<<", around) or _count(lists[-1]) < 2:
        return None  # only a list: its numerals decide
    if len(lists) > 1 and _count(lists[-2]) > 1:
        raise InputError(
            f"Expected one list of bytes, got {len(lists)}. Paste one of them at a time."
        )
    return replace(
        read_numerals(f"[{lists[-1]}]"), form="literal", left_out=_left_out(_LIST.sub(" ", around))
    )


def _count(numbers: str) -> int:
    return len(re.findall(r"[0-9a-fA-FxX]+", numbers))


def _from_json(text: str) -> bytes | None:
    """The JSON of a Buffer or of a typed array (``{"0":129,"1":5}``); None for any other text."""
    if text.lstrip()[:1] != "{":
        return None
    try:
        value = json.loads(text)
        if value.get("type") == "Buffer":
            return bytes(value["data"])
        if value and list(value) == [str(index) for index in range(len(value))]:
            return bytes(value.values())
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    return None
