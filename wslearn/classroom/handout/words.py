"""The Markdown of tasks and questions in the markup of reportlab: words, lists, code."""

from collections.abc import Iterator
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token
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

_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_MARKS = {
    "strong_open": "<b>",
    "strong_close": "</b>",
    "em_open": "<i>",
    "em_close": "</i>",
    "softbreak": " ",
    "hardbreak": "<br/>",
}


def markup(text: str) -> str:
    """One paragraph of Markdown in reportlab's markup; nothing in it is taken for a tag.

    >>> markup("**Not** `a < b`")
    '<b>Not</b> <font name="Mono">a &lt; b</font>'
    """
    return "".join(_marked(token) for token in _MARKDOWN.parseInline(text.strip()))


def _marked(token: Token) -> str:
    """The markup of one token, and of those in it; of a link the words alone, for paper."""
    if token.children is not None:
        return "".join(map(_marked, token.children))
    if token.type == "code_inline":
        return f'<font name="{MONO}">{escape(printable(token.content, MONO), quote=False)}</font>'
    return _MARKS.get(token.type) or escape(printable(token.content), quote=False)


def paragraphs(text: str, style: ParagraphStyle = BODY) -> Iterator[Flowable]:
    """Some Markdown: paragraphs, lists, and code blocks."""
    bullets: list[str] = []
    for token in _MARKDOWN.parse(text):
        match token.type:
            case "list_item_open":
                bullets.append(f"{token.info}." if token.info else "•")
            case "list_item_close":
                bullets.pop()
            case "inline":
                if bullets:
                    yield Paragraph(_marked(token), BULLET, bulletText=bullets[-1])
                    bullets[-1] = ""  # further paragraphs of an item have none
                else:
                    yield Paragraph(_marked(token), style)
            case "fence" | "code_block":
                yield code(token.content.rstrip("\n"))


def code(text: str, style: ParagraphStyle = CODE) -> Flowable:
    """Code as it stands, in a face of fixed width."""
    return XPreformatted(escape(printable(text, MONO), quote=False), style)
