"""A frame as plain text: a box like the RFC's own figure, and sentences for a screen reader.

The box follows the figure in RFC 6455 §5.2: four bytes per row, bit numbers on top, a border of
``+-+-+``, names of narrow fields written downwards, ``- - -`` where a field runs over a row end.
Nothing is wider than :data:`WIDTH` columns, and the box itself is drawn with ASCII only, so that it
keeps its shape in every font of fixed width.
"""

import textwrap
from collections.abc import Iterator

from wslearn.protocol.bits import Field, bits_of, hex_bytes
from wslearn.protocol.dissection import Dissection
from wslearn.protocol.in_words import verdict

from .layout import (
    ROW,
    WIDTH,
    Folded,
    Row,
    Segment,
    bit_range,
    byte_note,
    columns,
    faulty_bits,
    fit,
    rows,
    surroundings,
    wrapped,
)

_MARGIN = 13  # columns for the hex of four bytes, and a space on each side
_BITS = 8 * ROW


def box_text(dissection: Dissection) -> str:
    """The frame in the style of the RFC's figure (RFC 6455 §5.2), its verdict first, in plain text.

    Lines are at most 79 columns wide; broken rules follow the box, with their bits and close code.
    """
    lines = wrapped(str(verdict(dissection)), WIDTH)
    if dissection.data:
        lines += ["", *_ruler(), *_box(dissection)]
    lines += _after(dissection)
    return "\n".join(line.rstrip() for line in lines)


def _ruler() -> list[str]:
    margin = " " * (_MARGIN + 1)
    tens = "".join(f"{bit // 10:<20}" for bit in range(0, _BITS, 10))
    units = " ".join(str(bit % 10) for bit in range(_BITS))
    return [margin + tens, margin + units]


def _box(dissection: Dissection) -> Iterator[str]:
    faulty = faulty_bits(dissection)
    above: Row | None = None
    for row in rows(dissection):
        if isinstance(row, Folded):
            yield " " * _MARGIN + _border(above, None)
            yield " " * _MARGIN + f": {row} :".center(2 * _BITS + 1)
            above = None
            continue
        yield " " * _MARGIN + _border(above, row)
        data = dissection.data[row.first : row.first + row.size]
        margin = [f"{hex_bytes(data):<{_MARGIN}}", f"byte {row.first}".ljust(_MARGIN)]
        for number, line in enumerate(_cells(dissection, row, faulty)):
            yield (margin[number] if number < 2 else " " * _MARGIN) + line
        above = row
    yield " " * _MARGIN + _border(above, None)


def _border(above: Row | None, below: Row | None) -> str:
    """The line between two rows: closed where a field ends, ``- -`` where one field goes on."""
    line = [" "] * (2 * _BITS + 1)
    pieces = [(segment, segment.ends) for segment in (above.segments if above else ())]
    pieces += [(segment, segment.begins) for segment in (below.segments if below else ())]
    places = [(_column(segment.start), _column(segment.end - 1) + 2) for segment, _ in pieces]
    for (left, right), (_, closed) in zip(places, pieces, strict=True):
        for column in range(left + 1, right):
            if closed or (column % 2 and line[column] == " "):
                line[column] = "-"
    for left, right in places:
        line[left] = line[right] = "+"
    return "".join(line)


def _column(bit: int) -> int:
    """Where the cell of a bit begins, counted from the left border of its row."""
    return 2 * (bit % _BITS)


def _cells(dissection: Dissection, row: Row, faulty: frozenset[int]) -> Iterator[str]:
    """The lines inside the cells of one row: bits, faults, unmasking sums, names and values."""
    cells = [
        [
            _bits(dissection, segment),
            " ".join("^" if bit in faulty else " " for bit in range(segment.start, segment.end)),
            _sums(dissection, segment),
            *_label(segment),
        ]
        for segment in row.segments
    ]
    for number in range(max(len(cell) for cell in cells)):
        texts = [cell[number] if number < len(cell) else "" for cell in cells]
        if number in (1, 2) and not any(text.strip() for text in texts):
            continue
        line = ""
        for segment, text in zip(row.segments, texts, strict=True):
            line += "|" if segment.begins or segment.start > 8 * row.first else ":"
            line += _centred(text, 2 * segment.width - 1)
        yield line + ("|" if row.segments[-1].ends else ":")


def _bits(dissection: Dissection, segment: Segment) -> str:
    first = segment.start // 8
    bits = list(bits_of(dissection.data[first : (segment.end + 7) // 8]))
    return " ".join(map(str, bits[segment.start - 8 * first : segment.end - 8 * first]))


def _sums(dissection: Dissection, segment: Segment) -> str:
    """Under each payload byte how it was unmasked, or its character."""
    if segment.start % 8 or segment.end % 8:
        return ""
    notes = [
        byte_note(dissection, index, xor="xor")
        for index in range(segment.start // 8, segment.end // 8)
    ]
    return " ".join(f"{note:^15}" for note in notes) if any(notes) else ""


def _label(segment: Segment) -> list[str]:
    """The field's name and value, as lines that the cell has room for."""
    field, room = segment.field, 2 * segment.width - 1
    if segment.width == 1:
        return list(field.name)
    if not segment.begins:
        again = (f"{field.name} (goes on)", "(goes on)", "…")
        return [next(text for text in again if columns(text) <= room)]
    if field.kind in ("fin", "rsv", "mask"):
        return [field.name]
    label = f"{field.name}: {field.shown}"
    if columns(label) <= room:
        return [label]
    return [*textwrap.wrap(field.name, room), fit(field.shown, room)]


def _centred(text: str, width: int) -> str:
    text = fit(text, width)
    space = width - columns(text)
    return " " * (space // 2) + text + " " * (space - space // 2)


def _after(dissection: Dissection) -> list[str]:
    """What is under the box: bytes around the frame, and the broken rules."""
    lines: list[str] = []
    for sentence in surroundings(dissection):
        lines += wrapped(sentence, WIDTH)
    if dissection.violations:
        lines += ["", "Broken rules:"]
    for violation in dissection.violations:
        bits = bit_range(violation.start, violation.width).replace("–", "-")
        lines += wrapped(
            f"{violation.rule.sentence} ({violation.rule.source}, close code "
            f"{violation.close_code})",
            WIDTH,
            f"  {'bit' if violation.width == 1 else 'bits'} {bits}: ",
            "    ",
        )
        lines += wrapped(
            f"Expected {violation.expected}, got {violation.came}.", WIDTH, "    ", "    "
        )
    return lines


def spoken_text(dissection: Dissection) -> str:
    """The frame for a screen reader: the verdict, then one sentence for each field."""
    said = [str(verdict(dissection))]
    said += [_spoken(field) for field in dissection.fields]
    said += surroundings(dissection)
    said += [str(violation) for violation in dissection.violations]
    return "\n".join(said)


def _spoken(field: Field) -> str:
    last = field.end - 1
    bits = f"bit {field.start}" if field.width == 1 else f"bits {field.start} to {last}"
    if field.start % 8 == 0 and field.width % 8 == 0:
        first, last = field.start // 8, field.last_byte
        bits = f"byte {first}" if first == last else f"bytes {first} to {last}"
    return f"{field.name}, {bits}, is {field.shown}: {field.meaning}."
