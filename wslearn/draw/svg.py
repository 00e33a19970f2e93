"""A frame as a stand-alone SVG: the marks of the scene, written down as elements.

The picture is as wide as its units say in ``em`` (so it grows with the type around it) and never
wider than its place. It has a title and a description in words for those who do not see it, uses no
style sheet, no script and no ids, and is the same byte for byte every time.
"""

from html import escape

from wslearn.protocol.dissect import Dissection
from wslearn.protocol.verdict import verdict

from .layout import ROW
from .scene import EM, Line, Mark, Shape, Text, scene
from .text import spoken_text
from .theme import LIGHT, MONO, SANS, Theme


def svg(dissection: Dissection, theme: Theme = LIGHT, per_row: int = ROW) -> str:
    """The frame as SVG: verdict, bits, fields labelled. Every text is escaped.

    ``per_row`` is how many bytes stand in a row; two, or one, suit a narrow page.
    """
    picture = scene(dissection, theme, per_row)
    width, height = _number(picture.width), _number(picture.height)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{_number(picture.width / EM)}em" style="max-width:100%;height:auto" role="img" '
        f'font-family="{SANS}">'
    )
    lines = [
        head,
        f"<title>{escape(verdict(dissection).headline)}</title>",
        f"<desc>{escape(spoken_text(dissection))}</desc>",
        f'<rect width="{width}" height="{height}" rx="8" fill="{theme.paper}"/>',
        *map(_element, picture.marks),
        "</svg>",
    ]
    return "\n".join(lines)


def _element(mark: Mark) -> str:
    match mark:
        case Shape():
            steps = "".join(
                letter + " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
                for letter, points in mark.steps
            )
            edge = f' stroke="{mark.edge}" stroke-width="{_number(mark.edge_width)}"'
            edge += ' stroke-linejoin="round"'
            return f'<path d="{steps}Z" fill="{mark.fill}"{edge if mark.edge_width else ""}/>'
        case Line():
            (x, y), (u, v) = mark.start, mark.end
            return (
                f'<path d="M{_number(x)},{_number(y)}L{_number(u)},{_number(v)}" '
                f'stroke="{mark.colour}" stroke-width="{_number(mark.width)}"/>'
            )
        case Text():
            return _text(mark)


def _text(mark: Text) -> str:
    x, y = mark.at
    attributes = f'x="{_number(x)}" y="{_number(y)}" font-size="{_number(mark.size)}"'
    attributes += f' fill="{mark.colour}"'
    if mark.anchor != "start":
        attributes += f' text-anchor="{mark.anchor}"'
    if mark.bold:
        attributes += ' font-weight="bold"'
    if mark.mono:
        attributes += f' font-family="{MONO}"'
    if mark.halo:
        attributes += f' stroke="{mark.halo}" stroke-width="5" paint-order="stroke"'
    return f"<text {attributes}>{escape(mark.text)}</text>"


def _number(value: float) -> str:
    """At most two decimals, and none where none are needed, so that the bytes never differ."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
