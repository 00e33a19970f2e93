"""What is on a sheet, for tests: its texts and its elements, in page order; and its messages."""

from collections.abc import Iterator
from typing import Any


def elements(tree: Any, **attributes: object) -> Iterator[dict[str, Any]]:
    """The elements of a node, or of a list of nodes, that have all these attributes."""
    if isinstance(tree, list | tuple):
        for each in tree:
            yield from elements(each, **attributes)
    elif isinstance(tree, dict):
        if attributes.items() <= tree["attributes"].items():
            yield tree
        yield from elements(tree["inside"], **attributes)


def texts(tree: Any) -> Iterator[str]:
    """Every text of a node, or of a list of nodes."""
    if isinstance(tree, str):
        yield tree
    else:
        for each in tree["inside"] if isinstance(tree, dict) else tree:
            yield from texts(each)


def seen(tree: Any) -> str:
    """Its whole text, as a reader sees it."""
    return "".join(texts(tree)).replace("\xa0", " ")


def status(tree: Any) -> str:
    """The only text that a screen reader announces: the verdict."""
    [verdict] = elements(tree, role="status")
    return seen(verdict)


def page_sends(widget: Any, **message: object) -> None:
    """Give a widget a message as its page does."""
    widget._handle_custom_msg(message, [])


def words(tree: Any) -> str:
    """Its whole text, with spaces between different elements."""
    return " ".join(texts(tree))
