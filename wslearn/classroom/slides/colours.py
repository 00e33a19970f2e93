"""Colours on a slide: Python, line by line."""

from html import escape

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

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
    """The HTML of some Python: one element per line; the text is escaped.

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
