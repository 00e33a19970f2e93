"""A frame as a stand-alone SVG: the marks of the scene, written down as elements.

The picture is as wide as its units say in ``em`` (so it grows with the type around it) and never
wider than its place. It has a title and a description in words for those who do not see it, uses no
style sheet, no script and no ids, and is the same byte for byte every time.
"""

from html import escape

from wslearn.protocol.dissection import Dissection
from wslearn.protocol.in_words import verdict

from .layout import ROW
from .plain import spoken_text
from .scene import EM, Line, Mark, Scene, Shape, Text, scene
from .theme import LIGHT, MONO, SANS, Theme


def svg(dissection: Dissection, theme: Theme = LIGHT, per_row: int = ROW) -> str:
    """The frame as SVG: verdict, bits, fields labelled. Every text is escaped.

    ``per_row`` is how many bytes are in a row; two, or one, suit a narrow page.
    """
    picture = scene(dissection, theme, per_row)
    return document(picture, verdict(dissection).headline, spoken_text(dissection))


def document(picture: Scene, title: str, description: str) -> str:
    """A scene as a stand-alone SVG with a title and a description in words."""
    width, height = _number(picture.width), _number(picture.height)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{_number(picture.width / EM)}em" height="{_number(picture.height / EM)}em" '
        f'style="max-width:100%;height:auto" role="img" '
        f'font-family="{SANS}">'
    )
    lines = [
        head,
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(description)}</desc>",
        f'<rect width="{width}" height="{height}" rx="8" fill="{picture.theme.paper}"/>',
        *map(_written, picture.marks),
        "</svg>",
    ]
    return "\n".join(lines)


def _written(mark: Mark) -> str:
    tag, attributes, text = element(mark)
    listed = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<{tag}{listed}>{escape(text)}</{tag}>" if text else f"<{tag}{listed}/>"


def element(mark: Mark) -> tuple[str, dict[str, str], str]:
    """A mark as an element of SVG: its tag, its attributes and its text."""
    match mark:
        case Shape():
            steps = "".join(
                letter + " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
                for letter, points in mark.steps
            )
            attributes = {"d": f"{steps}Z", "fill": mark.fill}
            if mark.edge_width:
                attributes |= {"stroke": mark.edge, "stroke-width": _number(mark.edge_width)}
                attributes["stroke-linejoin"] = "round"
            return "path", attributes, ""
        case Line():
            (x, y), (u, v) = mark.start, mark.end
            way = f"M{_number(x)},{_number(y)}L{_number(u)},{_number(v)}"
            width = _number(mark.width)
            return "path", {"d": way, "stroke": mark.colour, "stroke-width": width}, ""
        case Text():
            return "text", _text_attributes(mark), mark.text


def _text_attributes(mark: Text) -> dict[str, str]:
    x, y = mark.at
    attributes = {"x": _number(x), "y": _number(y), "font-size": _number(mark.size)}
    attributes["fill"] = mark.colour
    if mark.anchor != "start":
        attributes["text-anchor"] = mark.anchor
    if mark.bold:
        attributes["font-weight"] = "bold"
    if mark.mono:
        attributes["font-family"] = MONO
    if mark.halo:
        attributes |= {"stroke": mark.halo, "stroke-width": "5", "paint-order": "stroke"}
    return attributes


def _number(value: float) -> str:
    """At most two decimals, and none where none are needed, so that the bytes never differ."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
