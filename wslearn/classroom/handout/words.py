"""The Markdown of tasks and questions as data for the template: blocks, and runs of words.

A run is a kind and what is in it: a text, or further runs. Everything stays a string on its way, so
nothing in a text can be taken for markup.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from wslearn.draw.figures import MONO, SANS, written

Run = tuple[str, "str | list[Run]"]
Block = dict[str, Any]
"""A ``kind``, and what the template's function of that name takes."""

_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_BREAKS = {"softbreak": " ", "hardbreak": "\n"}


def runs(text: str) -> list[Run]:
    """One paragraph of Markdown.

    >>> runs("**Not** `a < b`")
    [('strong', [('text', 'Not')]), ('text', ' '), ('code', 'a < b')]
    """
    (inline,) = _MARKDOWN.parseInline(text.strip())
    return _runs(inline.children or [])


def _runs(tokens: Sequence[Token]) -> list[Run]:
    """Some tokens as runs; of a link only its words, for paper."""
    open_runs: list[list[Run]] = [[]]
    for token in tokens:
        if token.type in ("strong_open", "em_open"):
            open_runs.append([])
        elif token.type in ("strong_close", "em_close"):
            inner = open_runs.pop()
            open_runs[-1].append((token.type.removesuffix("_close"), inner))
        elif token.type == "code_inline":
            open_runs[-1].append(("code", printable(token.content, MONO)))
        elif text := _BREAKS.get(token.type) or printable(token.content):
            open_runs[-1].append(("text", text))
    return open_runs[0]


def blocks(text: str) -> Iterator[Block]:
    """Some Markdown: paragraphs, lists and code."""
    items: list[list[Run]] = []
    marker = ""
    for token in _MARKDOWN.parse(text):
        match token.type:
            case "list_item_open":
                items.append([])
                marker = "1." if token.info else "•"
            case "bullet_list_close" | "ordered_list_close" if not token.level:
                if items:
                    yield listed(marker, items)
                items = []
            case "inline" if items:
                between: list[Run] = [("text", "\n")] if items[-1] else []
                items[-1] += [*between, *_runs(token.children or [])]
            case "inline":
                yield {"kind": "paragraph", "runs": _runs(token.children or [])}
            case "fence" | "code_block":
                if items:  # what a list still has to say follows as paragraphs
                    yield listed(marker, items)
                    items = []
                yield code(token.content.rstrip("\n"))


def listed(marker: str, items: Iterable[list[Run]]) -> Block:
    """A list, each item of which has this sign; ``1.`` stands for numbers."""
    return {"kind": "items", "marker": marker, "items": list(items)}


def printable(text: str, face: str = SANS) -> str:
    """The text with every character that the face cannot print written as its number.

    >>> printable("日 → 1")
    '[U+65E5] → 1'
    """
    lines = text.split("\n")
    return "\n".join(written(line, face, lambda letter: f"[U+{ord(letter):04X}]") for line in lines)


def code(text: str) -> Block:
    """Code as it is."""
    return {"kind": "code", "text": printable(text, MONO)}
