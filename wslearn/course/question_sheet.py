"""What every question in a page is built from: its sheet, and words with code in them."""

from collections.abc import Iterable
from html import escape

from wslearn.checking.panel import with_code
from wslearn.labs.kit.assets import styles
from wslearn.labs.kit.sheet import Node, Sheet, node


class Asked(Sheet):
    """A sheet with a question, in the look of the quizzes."""

    _css = styles("kit/sheet.css", "kit/asked.css")


def words(text: str) -> list[Node]:
    """A sentence as nodes; text between backticks is code."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:  # one backtick has no partner
        return [text]
    return [node("code", piece) if at % 2 else piece for at, piece in enumerate(pieces) if piece]


def paragraphs(text: str, class_: str = "") -> list[Node]:
    """Paragraphs as nodes, all of one class."""
    return [node("p", *words(part), class_=class_ or None) for part in text.split("\n\n")]


def question_html(name: str, text: str, after: str) -> str:
    """A question as it is shown where nothing runs, with HTML after it."""
    asked = "".join(f"<div>{with_code(part)}</div>" for part in text.split("\n\n"))
    return f'<div style="font-weight: bold">{escape(name)}</div>{asked}{after}'


def question_node(text: str, name: str, below: Iterable[Node]) -> Node:
    """A question with what can be done about it, as one group that a screen reader names.

    Without ``text`` the question is elsewhere.
    """
    asked = paragraphs(text, "question") if text else []
    return node(
        "div", *asked, *below,
        class_="wsl-asked", role="group", aria_label=name,
    )  # fmt: skip
