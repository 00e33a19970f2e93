"""Lines of a program, or of the difference of two, that show themselves.

The HTML needs no style sheet and no script, so a notebook that nobody has trusted yet shows it too.
"""

from dataclasses import dataclass
from html import escape
from typing import Any

_PRE = (
    "margin: 4px 0; line-height: 1.35; overflow-x: auto; white-space: pre; "
    "font-family: ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
)
_FILLS = {"+": "#2da44e33", "-": "#cf222e33"}
"""Half transparent, quiet on a white page and on a dark one; the signs say the same."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Text line by line, in a fixed-width font; of a ``difference`` the changed lines are filled.

    >>> Listing("one\\ntwo")
    one
    two
    """

    text: str
    difference: bool = False

    def html(self) -> str:
        """The lines as HTML; every text is escaped."""
        lines = "".join(self._line(line) for line in self.text.splitlines())
        return f'<div style="{escape(_PRE)}">{lines}</div>'

    def _line(self, line: str) -> str:
        fill = _FILLS.get(line[:1]) if self.difference else None
        style = f' style="background: {fill}"' if fill else ""
        return f"<div{style}>{escape(line) or '&nbsp;'}</div>"

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self.html()}
