"""How the course answers: a quiet box with a coloured edge, as plain text and as HTML.

The HTML needs no style sheet and no script, so that a notebook nobody has trusted yet shows it too.
It sets no text colour: the page's own fits light and dark. The edges keep 3:1 against both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

Tone = Literal["good", "bad", "quiet"]

EDGES: dict[Tone, str] = {"good": "#0b8a66", "bad": "#c9591a", "quiet": "#6f7b87"}
MARKS: dict[Tone, str] = {"good": "✓", "bad": "✗", "quiet": "○"}


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph; ``label`` comes before it in bold; ``code`` sets it in a fixed-width font.

    Lines that are ``aligned`` are compared, so they scroll sideways together and never break.
    """

    text: str
    label: str = ""
    code: bool = False
    aligned: bool = False


def as_text(tone: Tone, headline: str, parts: Sequence[Part]) -> str:
    """The answer as plain text, one paragraph per line."""
    lines = [f"{MARKS[tone]} {headline}"]
    for part in parts:
        paragraph = part.text.splitlines() or [""]
        if part.code:
            lines += [f"  {part.label}"] if part.label else []
            lines += [f"    {line}".rstrip() for line in paragraph]
        else:
            lines.append("  " + " ".join([part.label, *paragraph]).strip())
    return "\n".join(lines)


def as_html(tone: Tone, headline: str, parts: Sequence[Part]) -> str:
    """The answer as HTML; every text is escaped."""
    edge = EDGES[tone]
    rows = "".join(_paragraph(part) for part in parts)
    # A call or a value without a space in it breaks where the page ends.
    return (
        f'<div style="border-left: 4px solid {edge}; padding: 2px 0 2px 12px; margin: 4px 0; '
        'overflow-wrap: anywhere">'
        f'<div style="font-weight: bold">'
        f'<span style="color: {edge}">{MARKS[tone]}</span> {escape(headline)}</div>{rows}</div>'
    )


class Panel:
    """An answer in such a box: as text where it is printed, as HTML where a page shows it."""

    __slots__ = ()

    def _panel(self) -> tuple[Tone, str, Sequence[Part]]:
        """Its tone, its headline, and its paragraphs."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return as_text(*self._panel())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": as_html(*self._panel())}


def with_code(text: str) -> str:
    """Escaped text in which anything between backticks is code."""
    pieces = escape(text).split("`")
    if len(pieces) % 2 == 0:  # one backtick has no partner
        return escape(text)
    return "".join(
        f"<code>{piece}</code>" if index % 2 else piece for index, piece in enumerate(pieces)
    )


def _paragraph(part: Part) -> str:
    label = f"<b>{escape(part.label)}</b> " if part.label else ""
    if part.code:
        whole = "; white-space: pre; overflow-x: auto" if part.aligned else ""
        return f'{label}<pre style="margin: 4px 0{whole}">{escape(part.text)}</pre>'
    return f'<div style="margin-top: 4px">{label}{with_code(part.text)}</div>'
