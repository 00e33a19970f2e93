"""Hex dumps: rows of an offset, bytes and perhaps their text, as many tools print them.

::

    00000000: 8185 37fa 213d 7f9f 4d51 58              ..7.!=..MQX      xxd
    00000000  81 85 37 fa 21 3d 7f 9f  4d 51 58        |..7.!=..MQX|    hexdump -C
    0000000 8581 fa37 3d21 9f7f 514d 0058                               hexdump, od -x
    0x0000:  8185 37fa 213d 7f9f 4d51 58                                tcpdump -x

The offsets prove the reading. Each must be the one before it plus the bytes in between, in base 16,
8 or 10; where they are not, a row was lost or changed, and the dump is refused. The text column
looks like hex at times (``abcd``): it is told from bytes because it repeats the bytes before it.

A dump without a colon whose groups have four digits shows 16-bit words as the machine stores them,
the second byte first (hexdump and od do so), and is turned around.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NoReturn

from wslearn.protocol.errors import InputError
from wslearn.protocol.text import counted, grouped, shown_value

from .forms import Reading

_ROW = re.compile(r"([ \t]*)(0[xX])?([0-9a-fA-F]{4,16})(:?)([ \t].*)?")
_GROUP = re.compile(r"(?:0[xX])?([0-9a-fA-F]+)(?:[ \t-]|$)[ \t]*")
_SHOWN = re.compile(r"(?:\|.*\|?|>.*<)[ \t]*$")
_NUMBERS = re.compile(r"(?: (?:  [0-9]| [0-9]{2}|[0-9]{3}))+")  # od -tu1: three places for each
_COLUMNS = re.compile(r"\s*((?:[0-9a-fA-F]{2}[ -]{0,3})+?)\s+\|(.+)\|")
_BARS = re.compile(r"[│┃|]")
_RULER = re.compile(r"[-+=─┌┬┐├┼┤└┴┘╭╮╰╯ \t]{3,}|[ \t│|]*(?:0?[0-9a-fA-F][ \t]+){15}0?[fF][ \t│|]*")
_MIDDLE = (8, 16, 24)
"""After this many bytes a row may have a wider gap that is not the end of its bytes."""
_MOST = 1 << 26
"""In bytes: what the rows that ``*`` stands for may come to."""


_Kind = Literal["hex", "words", "octal", "decimal"]
_FORMS = {"hex": "dump", "words": "words", "decimal": "numbers", "octal": "octal"}


@dataclass(slots=True)
class _Row:
    line: int  # from 1
    indent: int
    offset: str
    colon: bool
    cells: str  # all that follows the offset, with its spaces
    repeated: bool  # whether there is a * before it

    @property
    def rest(self) -> str:
        return self.cells.strip()

    @property
    def data(self) -> str:
        """The cells without a text column that is marked as such."""
        return self.cells if self.colon else _SHOWN.sub("", self.cells)


def read_dump(text: str) -> Reading | None:
    """The bytes of a hex dump, with what else it may mean; None for anything but a dump.

    Raises :class:`InputError` for a dump whose offsets do not fit its bytes.
    """
    rows, skipped = _rows(text)
    if not rows or not _are_offsets(rows):
        return None
    _refuse_two_dumps(rows)
    lines = f"{counted(skipped, 'line')} before it and " if skipped else ""
    readings: list[Reading] = []
    refused: list[InputError] = []
    for kind in _kinds_of(rows):
        form = _FORMS[kind]
        for base in _bases(rows, kind):
            try:
                data = _data_of(rows, base, kind)
            except InputError as problem:
                refused.append(problem)
            else:
                readings.append(Reading(data, form, f"{lines}its offsets are"))
                form = f"offsets-{base}"
    if not readings:
        raise refused[0]
    return readings[0].offering(*readings[1:])


def read_columns(text: str) -> Reading | None:
    """The bytes of rows that have a text column and no offsets; None for any other text."""
    data = bytearray()
    for line in filter(str.strip, text.splitlines()):
        match = _COLUMNS.fullmatch(line.rstrip())
        if match is None:
            return None
        digits = "".join(match[1].split())
        if not _repeats(digits, match[2]):
            return None
        data += bytes.fromhex(digits)
    return Reading(bytes(data), "dump", "its text column is") if data else None


def _rows(text: str) -> tuple[list[_Row], int]:
    """The rows of a dump, none if other lines are among them; and how many lines come before."""
    rows: list[_Row] = []
    skipped, repeated = 0, False
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or _RULER.fullmatch(line):
            continue
        if line.strip() == "*" and rows:
            repeated = True
            continue
        match = _ROW.fullmatch(_without_frame(line))
        if match:
            indent, mark, offset, colon, rest = match.groups()
            cells = re.sub("^\t", "  ", rest or "").replace("\t", " ")
            # tcpdump writes 0x before the offset alone.
            marked = bool(colon) or bool(mark and offset[0] == "0" and "0x" not in cells.lower())
            rows.append(_Row(number, len(indent), offset, marked and " " in cells, cells, repeated))
            repeated = False
        elif rows:
            return [], 0
        else:
            skipped += 1
    if not any(row.rest for row in rows) or (skipped and not rows[0].colon and len(rows) == 1):
        return [], 0
    return rows, skipped


def _without_frame(line: str) -> str:
    """A line of a dump that is drawn as a table, as hexyl and Netty do: offset, bytes, text."""
    stripped = line.strip()
    if len(stripped) < 3 or not (_BARS.match(stripped) and _BARS.match(stripped[-1])):
        return line
    offset, data, text, *_ = [*_BARS.split(stripped[1:-1], maxsplit=2), "", ""]
    shown = f"  |{text}|" if text else ""
    return f"{offset.strip()}  {data.replace('┊', ' ').strip()}{shown}"


def _are_offsets(rows: list[_Row]) -> bool:
    """Whether the first groups are offsets: marked as such, in steps of a row, or begun with 0."""
    if any(row.colon for row in rows):
        return True
    # After a wide gap comes text, or the second half of the same groups.
    widths = {len(group) for row in rows for group in row.data.strip().split("  ")[0].split()}
    if len(rows) > 1:
        alike = {len(row.offset) for row in rows} == {len(rows[0].offset)}
        if alike and rows[0].offset.startswith("0") and len(rows[0].offset) not in widths:
            return True
        return any(
            all(0 <= step <= 64 or row.repeated for step, row in _steps(rows, base))
            for base in (16, 8, 10)
            if _fits(rows, base)
        )
    row = rows[0]
    if len(row.offset) % 2:
        return True  # no bytes, then
    apart = row.cells.startswith("  ") and row.offset.startswith("0")
    return (int(row.offset, 16) == 0 or apart) and len(row.offset) not in widths


def _fits(rows: list[_Row], base: int) -> bool:
    digits = "0123456789abcdefABCDEF"[: base if base < 16 else 22]
    return all(set(row.offset) <= set(digits) for row in rows)


def _bases(rows: list[_Row], kind: _Kind) -> list[int]:
    """The bases that the offsets may be in; od counts in 8 with seven digits, or in 10."""
    if rows[0].colon or len(rows[0].offset) != 7:
        return [16]
    return [base for base in ((16, 8, 10) if kind == "words" else (8, 10, 16)) if _fits(rows, base)]


def _steps(rows: list[_Row], base: int) -> list[tuple[int, _Row]]:
    return [(int(row.offset, base) - int(last.offset, base), row) for last, row in pairwise(rows)]


def _refuse_two_dumps(rows: list[_Row]) -> None:
    for last, row in pairwise(rows):
        if int(row.offset, 16) == 0 or row.indent >= last.indent + 4:
            raise InputError(
                f"Expected one hex dump, got another one from line {row.line} on. "
                "Two directions of a connection are two dumps: paste one of them at a time."
            )


def _kinds_of(rows: list[_Row]) -> list[_Kind]:
    """What the groups may be, which all rows together tell: od writes numbers as well as hex."""
    texts = [row.data for row in rows if row.rest]
    groups = [group for text in texts for group in text.split()]
    if rows[0].colon or len(rows[0].offset) not in (6, 7):
        return ["hex"]
    if all(re.fullmatch(r"[0-3][0-7]{2}", group) for group in groups):
        return ["octal", "decimal"]
    if all(_NUMBERS.fullmatch(text.rstrip()) for text in texts):
        return ["decimal"]
    return ["words", "hex"] if all(len(group) == 4 for group in groups) else ["hex"]


def _data_of(rows: list[_Row], base: int, kind: _Kind) -> bytes:
    """The bytes of all rows, where the offsets count in this base."""
    steps = _steps(rows, base)
    whole = max((step for step, row in steps if not row.repeated and row.rest), default=None)
    pieces = []
    for at, row in enumerate(rows):
        known = at < len(steps) and not steps[at][1].repeated
        pieces.append(_bytes_of(row, steps[at][0] if known else whole, kind))
    return _joined(rows, pieces, base)


def _bytes_of(row: _Row, size: int | None, kind: _Kind) -> bytes:
    """The bytes in one row, at most ``size`` of them."""
    if kind in ("octal", "decimal"):
        base = 8 if kind == "octal" else 10
        return _small(row, [int(group, base) for group in row.data.split()])
    if size is not None and size < 1:
        _refuse(row, "an offset after it that does not rise")
    rest = row.rest
    groups, ends = _groups_in(rest)
    width = len(groups[0]) if groups else 2
    most = len(groups) if size is None else min(len(groups), -(-size // max(width // 2, 1)))
    for count in range(most, 0, -1):
        apart = rest[: ends[count]].endswith("  ")
        if apart and _repeats("".join(groups[:count]), rest[ends[count] :]):
            return _values(row, groups[:count], kind)
    # No text column fits. One that is marked as such may be in letters of another kind; anything
    # else after a wide gap was changed.
    rest = row.data.strip()
    groups, ends = _groups_in(rest)
    most = min(most, len(groups))
    if not most:
        return b"" if not row.rest else _refuse(row, f"{shown_value(row.rest)} after the offset")
    for count in range(1, most):
        if rest[: ends[count]].endswith("  ") and (width != 2 or count not in _MIDDLE):
            _refuse(row, f"{shown_value(rest[ends[count] :])}, which is not the text of its bytes")
    after = rest[ends[most] :]
    if after and (not rest[: ends[most]].endswith("  ") or re.fullmatch("[0-9a-fA-F ]+", after)):
        _refuse(row, f"{shown_value(after)} among its bytes")
    return _values(row, groups[:most], kind)


def _groups_in(cells: str) -> tuple[list[str], list[int]]:
    """The groups of hex digits that some cells begin with, and where each ends, the space too."""
    groups: list[str] = []
    ends = [0]
    while match := _GROUP.match(cells, ends[-1]):
        groups.append(match[1])
        ends.append(match.end())
    return groups, ends


def _repeats(digits: str, text: str) -> bool:
    """Whether a text column shows these bytes: each printable one as itself."""
    if not text or len(digits) % 2:
        return False
    data = bytes.fromhex(digits)
    if len(text) == len(data) + 1 and len(data) > 8 and text[8] == " ":
        text = text[:8] + text[9:]
    # Spaces at both ends may have been lost.
    lost = max(len(data) - len(text), 0)
    return len(text) <= len(data) and any(
        all(
            character in (chr(byte), ".")
            if 0x20 <= byte < 0x7F
            else not (character.isascii() and character.isalnum())
            for byte, character in zip(data, " " * left + text + " " * lost, strict=False)
        )
        for left in range(lost + 1)
    )


def _values(row: _Row, groups: list[str], kind: _Kind) -> bytes:
    width = len(groups[0])
    if any(len(group) != width for group in groups[:-1]) or len(groups[-1]) > width:
        _refuse(row, "groups of different lengths")
    if any(len(group) % 2 for group in groups):
        _refuse(row, "a group with an odd number of digits")
    if kind == "words":
        return b"".join(bytes.fromhex(group)[::-1] for group in groups)
    return bytes.fromhex("".join(groups))


def _small(row: _Row, numbers: list[int]) -> bytes:
    if max(numbers, default=0) > 255:
        _refuse(row, f"{max(numbers)}, which is more than a byte holds")
    return bytes(numbers)


def _joined(rows: list[_Row], pieces: list[bytes], base: int) -> bytes:
    """All rows, with those that ``*`` stands for; raises where an offset does not fit."""
    data = bytearray(pieces[0])
    start = int(rows[0].offset, base)
    for row, before, piece in zip(rows[1:], pieces, pieces[1:], strict=False):
        offset = int(row.offset, base) - start
        missing = offset - len(data)
        if row.repeated and before and 0 < missing <= _MOST:
            data += (before * (missing // len(before) + 1))[:missing]
        elif missing == -1 and not piece:  # the last word was filled up with a zero
            del data[offset:]
        if offset != len(data):
            raise InputError(
                f"Expected {counted(offset, 'byte')} of a hex dump before the offset {row.offset} "
                f"in line {row.line}, got {grouped(len(data))}. "
                "Copy the dump again with all its rows, or only its bytes."
            )
        data += piece
    return bytes(data)


def _refuse(row: _Row, came: str) -> NoReturn:
    raise InputError(
        "Expected a row of a hex dump (offset, bytes in groups of one length, their text) "
        f"in line {row.line}, got {came}. Copy the dump again, or only its bytes."
    )
