"""The Markdown of tasks and questions in the markup of reportlab: words, lists, code."""

import re
from collections.abc import Iterator
from html import escape

from reportlab.lib.enums import TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph, XPreformatted

from .fonts import BOLD, MONO, SANS, printable

SIZE, LEADING = 9.0, 13.0
"""Of the text, in points."""

CODE_SIZE, CODE_LEADING = 8.2, 11.0

BODY = ParagraphStyle(
    "body", fontName=SANS, fontSize=SIZE, leading=LEADING, spaceAfter=4, alignment=TA_LEFT
)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=8, leading=11, spaceAfter=2)
BULLET = ParagraphStyle(
    "bullet",
    parent=BODY,
    leftIndent=14,
    bulletIndent=1,
    bulletFontName=SANS,
    bulletFontSize=SIZE,
    spaceAfter=1,
)
TITLE = ParagraphStyle(
    "title",
    parent=BODY,
    fontName=BOLD,
    fontSize=17,
    leading=22,
    spaceAfter=4,
    keepWithNext=1,
)
HEADING = ParagraphStyle(
    "heading", parent=BODY, fontName=BOLD, fontSize=11.5, leading=15, spaceBefore=10, spaceAfter=4
)
TASK = ParagraphStyle(
    "task", parent=BODY, fontName=BOLD, fontSize=10, leading=14, spaceBefore=8, spaceAfter=2
)
CODE = ParagraphStyle(
    "code",
    parent=BODY,
    fontName=MONO,
    fontSize=CODE_SIZE,
    leading=CODE_LEADING,
    leftIndent=6,
    spaceBefore=2,
    spaceAfter=5,
)

_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_FENCE = re.compile(r"^```\w*\n(.*?)\n```$", re.MULTILINE | re.DOTALL)


def markup(text: str) -> str:
    """One paragraph of Markdown in reportlab's markup; nothing in it is taken for a tag.

    >>> markup("**Not** `a < b`")
    '<b>Not</b> <font name="Mono">a &lt; b</font>'
    """
    parts = []
    reached = 0
    for match in _CODE.finditer(text):
        parts.append(_plain(text[reached : match.start()]))
        code = escape(printable(match[2], MONO), quote=False)
        parts.append(f'<font name="{MONO}">{code}</font>')
        reached = match.end()
    return "".join([*parts, _plain(text[reached:])])


def _plain(text: str) -> str:
    words = escape(printable(" ".join(text.split())), quote=False)
    before = " " if text[:1].isspace() else ""
    after = " " if words and text[-1:].isspace() else ""
    return before + _BOLD.sub(r"<b>\1</b>", words) + after


def paragraphs(text: str, style: ParagraphStyle = BODY) -> Iterator[Flowable]:
    """Some Markdown: paragraphs, lists of one level, and code blocks."""
    reached = 0
    for match in _FENCE.finditer(text):
        yield from _blocks(text[reached : match.start()], style)
        yield code(match[1])
        reached = match.end()
    yield from _blocks(text[reached:], style)


def _blocks(text: str, style: ParagraphStyle) -> Iterator[Flowable]:
    for block in re.split(r"\n\s*\n", text.strip()):
        items = re.split(r"^(?:- |\d+\. )", block, flags=re.MULTILINE)
        if items[0].strip():
            yield Paragraph(markup(items[0].strip()), style)
        for item in items[1:]:
            yield Paragraph(markup(item.strip()), BULLET, bulletText="•")


def code(text: str, style: ParagraphStyle = CODE) -> Flowable:
    """Code as it stands, in a face of fixed width."""
    return XPreformatted(escape(printable(text, MONO), quote=False), style)
