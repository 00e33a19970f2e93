"""A verdict on a sheet: heard by a screen reader whenever it changes."""

from wslearn.draw.layout import together
from wslearn.draw.theme import MARKS
from wslearn.protocol.dissection import Verdict

from .sheet import Node, node


def spoken(verdict: Verdict) -> Node:
    """The verdict with its sign, in a live region."""
    return node(
        "p",
        node("span", MARKS[verdict.outcome], class_="sign", aria_hidden=True),
        node("strong", f"{verdict.headline} "),
        together(verdict.because),
        class_=f"wsl-verdict wsl-spoken {verdict.outcome}",
        role="status",
    )
