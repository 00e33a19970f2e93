"""Colours on a slide: Python, line by line, and outputs in a light room and in a dark one."""

import re
from html import escape

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

from wslearn.draw.theme import DARK, LIGHT

_CLASSES: tuple[tuple[_TokenType, str], ...] = (
    (Comment, "c"),
    (Keyword, "k"),
    (Operator.Word, "k"),
    (String, "s"),
    (Number, "n"),
    (Name.Function, "f"),
    (Name.Class, "f"),
)


def in_colour(source: str) -> str:
    """The HTML of some Python: one element a line; the text is escaped.

    >>> in_colour("x = 1 < 2")
    '<div class="code"><div>x = <i class="n">1</i> &lt; <i class="n">2</i></div></div>'
    """
    lines = [""]
    for kind, text in PythonLexer(stripnl=False, ensurenl=False).get_tokens(source):
        name = next((name for of, name in _CLASSES if kind in of), "")
        for number, piece in enumerate(text.split("\n")):
            if number:
                lines.append("")
            if piece:
                shown = escape(piece, quote=False)
                lines[-1] += f'<i class="{name}">{shown}</i>' if name else shown
    rows = "".join(f"<div>{line or ' '}</div>" for line in lines)
    return f'<div class="code">{rows}</div>'


def _pairs() -> dict[str, str]:
    """The light palette's colours, each with the dark one's for the same thing."""
    named = ("paper", "ink", "quiet", "line", "panel", "accepted", "refused")
    pairs = {getattr(LIGHT, name): getattr(DARK, name) for name in named}
    for kind, light in LIGHT.fields.items():
        dark = DARK.fields[kind]
        pairs |= {light.fill: dark.fill, light.edge: dark.edge, light.grid: dark.grid}
    # What the checks' ticks and crosses wear, which is no part of the palette.
    return pairs | {"#2da44e": "#56d364", "#cf222e": "#ff7b72", "#6f7b87": "#9aa6b2"}


_DARK = _pairs()
_COLOUR = re.compile(r"(?<=[:\s])#(?:[0-9a-f]{6}|[0-9a-f]{3})\b")
_STYLE = re.compile(r"""\bstyle=("[^"]*"|'[^']*')""")


def in_both_themes(html: str) -> str:
    """An output whose colours follow the room: those of our palette get their dark counterparts.

    >>> in_both_themes('<b style="color:#1b1f24">x</b>')
    '<b style="color:light-dark(#1b1f24,#e6eaef)">x</b>'
    """
    if "light-dark(" in html:
        return html

    def both(colour: re.Match[str]) -> str:
        dark = _DARK.get(colour[0])
        return f"light-dark({colour[0]},{dark})" if dark else colour[0]

    return _STYLE.sub(lambda style: _COLOUR.sub(both, style[0]), html)
