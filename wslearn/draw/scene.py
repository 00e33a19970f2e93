"""Where everything in a picture of a frame is: shapes, lines and texts, in one list.

The SVG and the figure draw the same list, so they cannot disagree. Lengths are in units of which
:data:`EM` make one em; x grows to the right, y downwards.

A field is one closed ribbon across its bits: round ends where it begins and ends, an arrow where it
goes on in the next row, a notch where it comes from the row before. A number of whole bytes (an
extended length, a close code) has cut corners instead of round ones. Faulty bits are hatched.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Literal

from wslearn.protocol.bits import bits_of
from wslearn.protocol.dissection import Dissection
from wslearn.protocol.in_words import verdict

from .layout import (
    ROW,
    Folded,
    Row,
    Segment,
    byte_note,
    faulty_bits,
    fit,
    is_number,
    name_lines,
    rows,
    surroundings,
)
from .theme import MARKS, Theme

EM = 16
BIT, GAP, HIGH = 28.0, 12.0, 34.0
"""The width of a bit, the gap between bytes, and the height of a bit."""

MARGIN = 18.0
_CORNER, _POINT = 7.0, 8.0
_LETTER = 0.62  # em, a generous guess at the mean width of a letter

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]
Step = tuple[Literal["M", "L", "Q"], tuple[Point, ...]]
"""Go to, draw a line to, or bend (around the first point) to the last point."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A closed outline with a fill and an edge."""

    steps: tuple[Step, ...]
    fill: str
    edge: str
    edge_width: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line between two points."""

    start: Point
    end: Point
    colour: str
    width: float


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; ``at`` is the left end, the middle or the right end of its baseline.

    ``halo`` is a colour that shines around the letters, so that they stay readable on a hatch.
    """

    at: Point
    text: str
    size: float
    colour: str
    anchor: Anchor = "start"
    bold: bool = False
    mono: bool = False
    halo: str | None = None


Mark = Shape | Line | Text


@dataclass(slots=True)
class Scene:
    """The marks of a picture, those further back first; ``height`` grows as rows are added."""

    theme: Theme
    width: float
    height: float = MARGIN
    marks: list[Mark] = field(default_factory=list)


def scene(
    dissection: Dissection, theme: Theme, per_row: int = ROW, *, labelled: bool = True
) -> Scene:
    """Lay out one frame: its verdict, its bits ``per_row`` bytes a row, and what surrounds it.

    Without labels only bits and hex digits are drawn, and room is left to write the rest by hand.
    """
    picture = Scene(theme, width=2 * MARGIN + 8 * per_row * BIT + (per_row - 1) * GAP)
    if labelled:
        _draw_verdict(picture, dissection)
    if dissection.data:
        faulty = faulty_bits(dissection) if labelled else frozenset()
        for row in rows(dissection, per_row):
            if isinstance(row, Folded):
                _write(picture, f"⋮ {row}", theme.quiet, before=8)
            else:
                _draw_row(picture, dissection, row, faulty, labelled)
        for sentence in surroundings(dissection) if labelled else ():
            _write(picture, sentence, theme.quiet)
    picture.height += MARGIN / 2
    return picture


def _draw_verdict(picture: Scene, dissection: Dissection) -> None:
    theme, said = picture.theme, verdict(dissection)
    colour = theme.of_outcome(said.outcome)
    letters = int((picture.width - 2 * MARGIN - 40) / (15 * _LETTER))
    lines = [
        (line, colour, True) for line in wrap(f"{MARKS[said.outcome]} {said.headline}", letters)
    ]
    lines += [(line, theme.ink, False) for line in wrap(said.because, letters)]
    for fault in said.also:
        lines += [(line, theme.quiet, False) for line in wrap(f"Also: {fault}", letters)]
    top, high = picture.height, 21.0 * len(lines) + 14
    right = picture.width - MARGIN
    picture.marks.append(_box(MARGIN, top, right, top + high, theme.panel))
    picture.marks.append(_box(MARGIN, top, MARGIN + 5, top + high, colour))
    for number, (line, ink, bold) in enumerate(lines):
        at = (MARGIN + 18, top + 23 + 21 * number)
        picture.marks.append(Text(at, line, 15, ink, bold=bold))
    picture.height += high + 8


def _write(picture: Scene, text: str, colour: str, before: float = 4) -> None:
    picture.height += before + 16
    picture.marks.append(Text((MARGIN, picture.height), text, 12.5, colour))
    picture.height += 6


# -- one row of bytes --------------------------------------------------------------------------


def _draw_row(
    picture: Scene, dissection: Dissection, row: Row, faulty: frozenset[int], labelled: bool
) -> None:
    theme = picture.theme
    baseline = picture.height + 20
    for index in range(row.first, row.first + row.size):
        heading = _byte_heading(dissection, index, row, baseline, theme)
        picture.marks += [text for text in heading if labelled or text.anchor != "middle"]
    top = baseline + 7
    for segment in row.segments:
        picture.marks.append(_ribbon(segment, row, top, theme))
        picture.marks += _inside(dissection, segment, row, top, faulty, theme)
    lines = 1
    for segment in row.segments:
        labels = list(_labels(segment, row, top + HIGH + 15, faulty, theme))
        picture.marks += labels if labelled else []
        lines = max(lines, len(labels))
    picture.height = top + HIGH + 15 * lines + 6


def bit_x(bit: int, row: Row) -> float:
    """The left side of a bit, counted from the frame's first bit."""
    place = bit - 8 * row.first
    return MARGIN + BIT * place + GAP * (place // 8)


def _byte_heading(
    dissection: Dissection, index: int, row: Row, baseline: float, theme: Theme
) -> Iterator[Text]:
    left = bit_x(8 * index, row)
    yield Text((left + 1, baseline), f"byte {index}", 12, theme.quiet, mono=True)
    note = byte_note(dissection, index)
    if note:
        at = (left + 4.4 * BIT, baseline)
        yield Text(at, note, 12, theme.quiet, anchor="middle", mono=True)
    value = f"{dissection.data[index]:02x}"
    at = (left + 8 * BIT - 1, baseline)
    yield Text(at, value, 13, theme.ink, anchor="end", bold=True, mono=True)


def _ribbon(segment: Segment, row: Row, top: float, theme: Theme) -> Shape:
    left = bit_x(segment.start, row) + 1
    right = bit_x(segment.end - 1, row) + BIT - 1
    bottom, middle = top + HIGH, top + HIGH / 2
    cut: Literal["L", "Q"] = "L" if is_number(segment.field) else "Q"
    c = _CORNER
    steps: list[Step] = []
    if segment.ends:
        steps += [("M", ((right - c, top),)), _corner(cut, (right, top), (right, top + c))]
        steps += [("L", ((right, bottom - c),))]
        steps += [_corner(cut, (right, bottom), (right - c, bottom))]
    else:
        steps += [("M", ((right, top),)), ("L", ((right + _POINT, middle),))]
        steps += [("L", ((right, bottom),))]
    if segment.begins:
        steps += [("L", ((left + c, bottom),)), _corner(cut, (left, bottom), (left, bottom - c))]
        steps += [("L", ((left, top + c),)), _corner(cut, (left, top), (left + c, top))]
    else:
        start = left - _POINT  # into the margin, so that the notch keeps clear of the first bit
        steps += [("L", ((start, bottom),)), ("L", ((left, middle),)), ("L", ((start, top),))]
    colours = theme.fields[segment.field.kind]
    return Shape(tuple(steps), colours.fill, colours.edge, 2.2)


def _corner(cut: Literal["L", "Q"], around: Point, to: Point) -> Step:
    return ("L", (to,)) if cut == "L" else ("Q", (around, to))


def _inside(
    dissection: Dissection,
    segment: Segment,
    row: Row,
    top: float,
    faulty: frozenset[int],
    theme: Theme,
) -> Iterator[Mark]:
    """The hatch of faulty bits, the thin lines between bits, and the bits."""
    colours = theme.fields[segment.field.kind]
    first = segment.start // 8
    values = list(bits_of(dissection.data[first : (segment.end + 7) // 8]))
    for bit in range(segment.start, segment.end):
        left = bit_x(bit, row)
        if bit in faulty:
            yield from _hatch(left + 2, top + 2, left + BIT - 2, top + HIGH - 2, theme.refused)
        if bit > segment.start and bit % 8:
            yield Line((left, top + 2), (left, top + HIGH - 2), colours.grid, 1)
        yield Text(
            (left + BIT / 2, top + HIGH / 2 + 5.5),
            str(values[bit - 8 * first]),
            16,
            theme.ink,
            anchor="middle",
            bold=True,
            mono=True,
            halo=colours.fill if bit in faulty else None,
        )


def _hatch(left: float, top: float, right: float, bottom: float, colour: str) -> Iterator[Line]:
    """Slanting lines that fill a box and end at its sides: no pattern, so no id to clash."""
    step = 8.0
    reach = left + top + step
    while reach < right + bottom:
        x, y = min(right, reach - top), max(top, reach - right)
        u, v = max(left, reach - bottom), min(bottom, reach - left)
        yield Line((x, y), (u, v), colour, 1.4)
        reach += step


def _labels(
    segment: Segment, row: Row, baseline: float, faulty: frozenset[int], theme: Theme
) -> Iterator[Text]:
    """A field's name and value under its bits, or, where it goes on, its name once more."""
    field = segment.field
    wrong = not faulty.isdisjoint(range(segment.start, segment.end))
    left, right = bit_x(segment.start, row), bit_x(segment.end - 1, row) + BIT
    letters = int((right - left) / (11 * _LETTER))
    if not segment.begins:
        text, colour = ("✗ … ", theme.refused) if wrong else ("… ", theme.quiet)
        yield Text((left + 2, baseline), fit(text + field.name, letters), 11, colour)
        return
    wide = segment.width >= 8
    at = left + 2 if wide else (left + right) / 2
    anchor: Anchor = "start" if wide else "middle"
    lines = list(name_lines(field))
    if wrong:
        lines = [f"✗ {lines[0]}", *lines[1:]] if field.width > 1 else [*lines, "✗"]
    for line in lines:
        colour = theme.refused if wrong else theme.ink
        yield Text((at, baseline), line, 11.5, colour, anchor=anchor)
        baseline += 14
    if field.width > 1:
        shown = fit(field.shown, letters)
        yield Text((at, baseline), shown, 11, theme.quiet, anchor=anchor, mono=True)


def _box(left: float, top: float, right: float, bottom: float, fill: str) -> Shape:
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    steps: tuple[Step, ...] = (("M", (corners[0],)), *(("L", (each,)) for each in corners[1:]))
    return Shape(steps, fill, fill)
