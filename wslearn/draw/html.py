"""A frame as static HTML that shows where nothing runs: no style sheet, no script, no SVG.

A fresh clone of the course is not trusted, so JupyterLab drops styles, scripts and inline SVG from
its stored outputs; inline styles on plain elements stay. This form therefore uses nothing else. It
cannot know the page it lands on, so it paints no paper and no ink of its own, and its colours read
on a light page and on a dark one. The bytes are cells of a table that wrap, four, then two, then
one to a row. Where even inline styles are dropped (some hosts show notebooks so), a table of bytes,
bits and names is left. Sizes are in ``em``, so a projector's larger type enlarges everything.
"""

from collections.abc import Iterator
from html import escape

from wslearn.protocol.bits import Field, bits_of
from wslearn.protocol.dissection import Dissection
from wslearn.protocol.errors import Violation
from wslearn.protocol.in_words import verdict

from .layout import (
    Folded,
    Row,
    Segment,
    bit_range,
    byte_note,
    faulty_bits,
    is_number,
    name_lines,
    pieces_by_byte,
    rows,
    surroundings,
    together,
)
from .theme import MARKS, MONO, PAGE, QUIET, SANS, Colours

BIT = 1.6  # em, the width of one bit
GAP = 0.6  # em, between two bytes
_TALL, _STRIPE = 1.8, 0.45  # em, the height of a bit and the distance of two stripes
_EDGE, _DOUBLE, _ROUND = ".14em", ".3em", ".35em"
_SHOWN = 24  # the most characters of a value under its bits; the table has the rest


def html(dissection: Dissection) -> str:
    """The frame as HTML: verdict, bits four bytes a row, and the table of its fields.

    Every text is escaped. The same dissection always gives the same HTML.
    """
    parts = [_verdict(dissection)]
    if dissection.data:
        parts += [_bytes(dissection), _surroundings(dissection)]
        parts.append(_table(dissection))
    style = (
        f"border:1px solid {PAGE.line};border-radius:.5em;padding:.9em;max-width:58em;"
        f"overflow-x:auto;font-family:{SANS};line-height:1.4"
    )
    return _element("div", style, "".join(parts))


def _element(tag: str, style: str, inner: str) -> str:
    return f'<{tag} style="{style}">{inner}</{tag}>' if style else f"<{tag}>{inner}</{tag}>"


def _em(length: float) -> str:
    return f"{length:.2f}".strip("0").rstrip(".") + "em" if length else "0"


def _verdict(dissection: Dissection) -> str:
    said = verdict(dissection)
    colour = PAGE.of_outcome(said.outcome)
    headline = f"{_sign(MARKS[said.outcome], colour)} {_element('b', '', escape(said.headline))}"
    inner = f"{headline} {escape(together(said.because))}"
    for fault in said.also:
        inner += _element("div", QUIET, f"Also: {escape(together(fault))}")
    style = f"background:{PAGE.panel};border-left:.3em solid {colour};padding:.5em .8em"
    return _element("div", style, inner)


def _sign(mark: str, colour: str) -> str:
    """A sign in its colour, so large that 3:1 is enough to see it on any page."""
    return _element("b", f"color:{colour};font-size:1.4em;line-height:1", mark)


# -- the bits ----------------------------------------------------------------------------------


def _bytes(dissection: Dissection) -> str:
    faulty = faulty_bits(dissection)
    lines = []
    for row in rows(dissection):
        if isinstance(row, Folded):
            cell = _element("td", f"text-align:left;padding:.8em 0 0;{QUIET}", f"⋮ {row}")
        else:
            cell = "".join(_half_rows(dissection, row, faulty))
        style = "display:block;background:transparent;padding:0;text-align:left"
        lines.append(_element("tr", style, cell))
    block = _element("tbody", "display:block", "".join(lines))
    style = f"display:block;border:0;margin:0;font:1em {MONO}"
    return _element("table", style, block)


def _half_rows(dissection: Dissection, row: Row, faulty: frozenset[int]) -> Iterator[str]:
    """Two bytes per cell, so that a narrow page breaks four bytes into two and two, then ones."""
    drawn = [
        _byte(dissection, index, row, faulty) for index in range(row.first, row.first + row.size)
    ]
    for half in (drawn[:2], drawn[2:]):
        if half:
            style = "display:inline-block;padding:0;text-align:left;vertical-align:top"
            yield _element("td", style, "".join(half))


_PIECES = "display:flex;text-align:center;line-height:1.8"


def _byte(dissection: Dissection, index: int, row: Row, faulty: frozenset[int]) -> str:
    note = escape(byte_note(dissection, index))
    head = _element("span", QUIET, f"byte {index}") + " "
    if note:
        head += _element("span", QUIET, note) + " "
    head += _element("b", "", f"{dissection.data[index]:02x}")
    head = _element("div", "display:flex;justify-content:space-between;font-size:.85em", head)
    last_of_row = index == row.first + row.size - 1
    pieces = [
        _piece(dissection, piece, segment, faulty, last_of_row)
        for segment in row.segments
        for piece in pieces_by_byte(segment)
        if piece.start // 8 == index
    ]
    width, gap = _em(8 * BIT), _em(GAP)
    style = f"display:inline-block;vertical-align:top;width:{width};margin:.8em {gap} 0 0"
    return _element("div", style, head + _element("div", _PIECES, "".join(pieces)))


def _piece(
    dissection: Dissection,
    piece: Segment,
    segment: Segment,
    faulty: frozenset[int],
    last_of_row: bool,
) -> str:
    """The bits of one field in one byte, and under a field's first bits in the row its name."""
    colours = PAGE.fields[piece.field.kind]
    values = list(bits_of(dissection.data[piece.start // 8 : piece.start // 8 + 1]))
    place = range(piece.start, piece.end)
    all_faulty = faulty.issuperset(place)  # then one hatch serves them all
    bits = "".join(
        _bit(values[bit % 8], colours, bit > place[0], bit in faulty and not all_faulty)
        for bit in place
    )
    width = BIT * piece.width
    if not piece.ends and piece.end % 8 == 0:
        # The ribbon runs on over the gap, with an arrow at the end of a row.
        arrow = "›" if last_of_row else ""
        bits += _element("b", f"width:{_em(GAP)}", arrow)
        width += GAP
    hatch = _hatch(piece.width) if all_faulty else ""
    inner = _element("span", f"display:flex;{_shape(piece, colours)}{hatch}", bits)
    if piece.start == segment.start:
        inner += " " + _label(segment, faulty)
    return _element("div", f"flex:none;width:{_em(width)}", inner)


def _shape(piece: Segment, colours: Colours) -> str:
    """A closed, round end where the field begins or ends, an open one where it goes on."""
    edge, line = (_DOUBLE, "double") if is_number(piece.field) else (_EDGE, "solid")
    style = f"background:{colours.fill};border:{edge} {line} {colours.edge}"
    if piece.begins and piece.ends:
        return f"{style};border-radius:{_ROUND}"
    left, near = (edge, _ROUND) if piece.begins else ("0", "0")
    right, far = (edge, _ROUND) if piece.ends else ("0", "0")
    style += f";border-width:{edge} {right} {edge} {left}"
    return f"{style};border-radius:{near} {far} {far} {near}" if near != far else style


def _bit(value: int, colours: Colours, inside: bool, faulty: bool) -> str:
    style = "flex:1"
    if inside:
        style += f";border-left:1px solid {colours.grid}"
    if faulty:
        style += _hatch(1)
    return _element("b", style, str(value))


def _hatch(width: int) -> str:
    """The style of ``width`` faulty bits: underlined and hatched; the digits show through.

    The stripes are written one by one: JupyterLab lets no repeating gradient through untrusted.
    """
    count = int((width * BIT + _TALL) * 0.7 / _STRIPE) + 1
    stripes = (
        f"transparent 0 {_em(_STRIPE * number)},{PAGE.refused}99 0 {_em(_STRIPE * number + 0.1)}"
        for number in range(1, count + 1)
    )
    return (
        ";text-decoration:underline"
        f";background-image:linear-gradient(135deg,{','.join(stripes)},transparent 0)"
    )


def _label(segment: Segment, faulty: frozenset[int]) -> str:
    """Under the bits: a field's name and value; where it goes on, its name again."""
    field = segment.field
    wrong = not faulty.isdisjoint(range(segment.start, segment.end))
    mark = _element("b", "", "✗") if wrong else ""
    if not segment.begins:
        style = f"display:block;font-size:.72em;line-height:1.3;text-align:left;{QUIET}"
        return _element("span", style, f"{mark} … {escape(field.name)}")
    lines = [escape(line) for line in name_lines(field)]
    if field.width > 1:
        shown = field.shown if len(field.shown) <= _SHOWN else field.shown[: _SHOWN - 1] + "…"
        lines.append(f'<bdi style="{QUIET}">{escape(shown)}</bdi>')
    if mark and field.width == 1:
        lines.append(mark)
    elif mark:
        lines[0] = f"{mark} {lines[0]}"
    style = "display:block;font-size:.72em;line-height:1.3;white-space:nowrap;"
    style += "margin:0 -1em" if segment.width < 8 else "text-align:left;padding-left:.2em"
    first, *others = lines
    below = (" " + _element("span", "display:block", line) for line in others)
    return _element("span", style, first + "".join(below))


def _surroundings(dissection: Dissection) -> str:
    said = " ".join(surroundings(dissection))
    return _element("div", f"{QUIET};padding:.5em 0 0", escape(said)) if said else ""


# -- the table of fields -----------------------------------------------------------------------

_CELL = "text-align:left;padding:.3em"
_NO_BREAK = "\u00a0"


def _table(dissection: Dissection) -> str:
    names = ("field", "bits", "value", "meaning", "section")
    style = f"{_CELL};font-weight:normal;{QUIET}"
    # On a phone the table is wider than the page and scrolls: then sentences need not be one word
    # wide.
    head = "".join(
        _element("th", style + ";min-width:12em" * (name == "meaning"), name) for name in names
    )
    lines = [_element("tr", "background:transparent", head)]
    for field in dissection.fields:
        broken = [v for v in dissection.violations if dissection.field_at(v.start) is field]
        lines.append(_row(field, broken))
    style = "border-collapse:collapse;table-layout:auto;margin:.9em 0 0;font-size:.95em;width:100%"
    return _element("table", style, "".join(lines))


def _unbroken(text: str) -> str:
    return escape(text).replace(" ", _NO_BREAK)


def _row(field: Field, broken: list[Violation]) -> str:
    colours = PAGE.fields[field.kind]
    style = f"background:{colours.fill};border:.14em solid {colours.edge};border-radius:.2em"
    name = _element("span", style, 2 * _NO_BREAK) + _unbroken(f" {field.name}")
    meaning = escape(field.meaning)
    for violation in broken:
        fault = f"{violation.where}: expected {violation.expected}, got {violation.came}"
        meaning += _element("div", "", f"{_sign('✗', PAGE.refused)} {escape(fault)}")
    shown = _unbroken(field.shown) if field.kind == "key" else escape(field.shown)
    value = f"<bdi>{shown}</bdi>"
    cells = [name, bit_range(field.start, field.width), value, meaning]
    cells.append(_unbroken(field.section))
    code = f"{_CELL};font-family:{MONO}"
    if len(field.shown) > _SHOWN:
        code += ";word-break:break-all"
    styles = [_CELL, f"{_CELL};white-space:nowrap", code, _CELL, _CELL]
    style = f"background:transparent;border-top:1px solid {PAGE.line}"
    return _element("tr", style, "".join(map(_element, ["td"] * 5, styles, cells)))
