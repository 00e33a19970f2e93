"""What every picture of a frame shares: rows of bytes, pieces of fields, notes, faults and folds.

A picture needs more than the fields. It breaks the frame into rows of a few bytes, so a field that
runs over a row end falls into pieces, and each piece must show whether the field begins there, ends
there or goes on. It writes a note beside a payload byte (the unmasking sum, the character), marks
the bits that a broken rule points at, and folds what is too long away, but never a fault.
"""

import re
import textwrap
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from wslearn.protocol.bits import Field, hex_bytes
from wslearn.protocol.dissection import Dissection
from wslearn.protocol.frame import OPCODE, RSV1
from wslearn.protocol.judge import is_compressed
from wslearn.protocol.text import counted

WIDTH = 79
"""The most columns a line of text has."""

FOLD = 64
"""How many bytes a picture draws before it folds the rest of the payload away."""

HEAD = 28
"""How many bytes of a folded frame are drawn first: the longest header, and some payload."""

ROW = 4
"""Bytes in a row, as in the figure of RFC 6455 §5.2."""

_SOURCE = re.compile(r"\bRFC (\d+) §")


@dataclass(frozen=True, slots=True)
class Segment:
    """The bits ``start`` to ``end`` (not included) of a field, as far as they lie in one row.

    ``begins`` and ``ends`` say whether the field's own first and last bit are among them. A field
    whose last bytes have not come yet does not end.
    """

    field: Field
    start: int
    end: int
    begins: bool
    ends: bool

    @property
    def width(self) -> int:
        """How many bits the piece has."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Row:
    """A row of bytes: ``first`` is the index of its first byte, ``size`` how many it has."""

    first: int
    size: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Folded:
    """Bytes that are not drawn: ``first`` is the index of the first one, ``size`` how many."""

    first: int
    size: int

    def __str__(self) -> str:
        return f"bytes {self.first} to {self.first + self.size - 1} are folded away"


def byte_note(dissection: Dissection, index: int, xor: str = "⊕") -> str:
    """What is written above a payload byte: ``7f ⊕ 37 = H``, or just ``H`` where nothing is masked.

    Bytes outside the payload have no note, and a compressed byte is not a letter.
    """
    first = dissection.header_size
    if first is None or index < first:
        return ""
    place = index - first
    plain = dissection.payload[place]
    first_byte = dissection.data[0]
    letter = 0x20 < plain < 0x7F and not is_compressed(
        first_byte & OPCODE, bool(first_byte & RSV1), dissection.extensions
    )
    shown = chr(plain) if letter else f"{plain:02x}"
    if dissection.mask_key is None:
        return shown if shown != f"{plain:02x}" else ""
    key = dissection.mask_key[place % len(dissection.mask_key)]
    return f"{dissection.data[index]:02x} {xor} {key:02x} = {shown}"


def faulty_bits(dissection: Dissection) -> frozenset[int]:
    """Every bit of the frame that some broken rule points at."""
    return frozenset(
        bit
        for violation in dissection.violations
        for bit in range(violation.start, violation.start + violation.width)
    )


def rows(dissection: Dissection, per_row: int = ROW, fold: int = FOLD) -> list[Row | Folded]:
    """The frame in rows of ``per_row`` bytes.

    Of a frame longer than ``fold`` bytes the first :data:`HEAD` bytes are drawn, the rows where a
    fault begins, and the last row; a :class:`Folded` stands for what is in between.
    """
    size = len(dissection.data)
    starts = range(0, size, per_row)
    drawn: list[int] = list(starts)
    if size > fold:
        head = range(0, min(HEAD, fold), per_row)
        faults = {v.start // 8 // per_row * per_row for v in dissection.violations}
        drawn = sorted({*head, *(first for first in faults if first < size), starts[-1]})
    result: list[Row | Folded] = []
    reached = 0
    for first in drawn:
        if first > reached:
            result.append(Folded(reached, first - reached))
        reached = min(first + per_row, size)
        result.append(Row(first, reached - first, _segments(dissection, first, reached)))
    return result


def _segments(dissection: Dissection, first: int, last: int) -> tuple[Segment, ...]:
    return tuple(
        Segment(
            field,
            max(field.start, 8 * first),
            min(field.end, 8 * last),
            begins=field.start >= 8 * first,
            ends=field.end <= 8 * last and not is_cut(dissection, field),
        )
        for field in dissection.fields
        if field.start < 8 * last and field.end > 8 * first
    )


def pieces_by_byte(segment: Segment) -> Iterator[Segment]:
    """The same piece cut at every byte, for pictures that draw byte after byte."""
    start = segment.start
    while start < segment.end:
        end = min(segment.end, start // 8 * 8 + 8)
        begins = segment.begins and start == segment.start
        yield Segment(segment.field, start, end, begins, segment.ends and end == segment.end)
        start = end


def is_cut(dissection: Dissection, field: Field) -> bool:
    """Whether the last bytes of this field have not come yet."""
    if dissection.complete or field is not dissection.fields[-1]:
        return False
    partial = dissection.header_size is None and isinstance(field.value, bytes)
    return partial or field.kind in ("payload", "reason")


def is_number(field: Field) -> bool:
    """Whether the field is a number of whole bytes: an extended length or a close code.

    Those have a shape of their own, because they share their colour with what they belong to.
    """
    return field.kind == "code" or (field.kind == "length" and field.start >= 16)


def name_lines(field: Field) -> tuple[str, ...]:
    """The field's name in the lines a narrow cell needs: ``RSV`` above ``1``.

    Three cells of one bit each have no room for RSV1, RSV2 and RSV3 side by side.
    """
    return (field.name[:-1], field.name[-1]) if field.kind == "rsv" else (field.name,)


def bit_range(start: int, width: int) -> str:
    """A range of bits as the tables write it: ``0``, ``4–7``."""
    return str(start) if width <= 1 else f"{start}–{start + width - 1}"


def surroundings(dissection: Dissection) -> list[str]:
    """What the bits do not show, in sentences: how a text was read, bytes that have not come, bytes
    after the frame."""
    said = [dissection.read_as] if dissection.read_as else []
    missing = dissection.missing
    if missing and dissection.violations:  # otherwise the verdict itself says so
        said.append(f"{counted(missing, 'byte')} of the payload {_be(missing)} still to come.")
    if dissection.rest:
        size, shown = len(dissection.rest), hex_bytes(dissection.rest[:8])
        more = " …" if size > 8 else ""
        said.append(f"{counted(size, 'byte')} after this frame {_be(size)} left: {shown}{more}")
    return said


def _be(number: int) -> str:
    return "is" if number == 1 else "are"


def columns(text: str) -> int:
    """How many columns a text takes in a font of fixed width: East Asian wide characters take two.

    >>> columns("Hello"), columns("日本")
    (5, 4)
    """
    return sum(_columns_of(character) for character in text)


def _columns_of(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def fit(text: str, width: int) -> str:
    """The text, or as much of it as ``width`` columns take, with ``…`` for what is left out.

    >>> fit("masking-key", 8)
    'masking…'
    """
    if columns(text) <= width:
        return text
    kept, used = "", 0
    for character in text:
        used += _columns_of(character)
        if used > width - 1:
            break
        kept += character
    return kept + "…" if width > 0 else ""


def wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """The text in lines of at most ``width`` columns, after the indents ``first`` and ``rest``."""
    for letters in (width, width // 2):  # half as many, should they be two columns wide
        lines = textwrap.wrap(text, letters, initial_indent=first, subsequent_indent=rest)
        if all(columns(line) <= width for line in lines):
            break
    return lines


def together(text: str) -> str:
    """The same text, in which no line ends inside ``RFC 6455 §5.2``.

    >>> together("see RFC 6455 §5.2")
    'see RFC\xa06455\xa0§5.2'
    """
    return _SOURCE.sub("RFC\u00a0\\1\u00a0§", text)
