"""A plot on a sheet: lines in a square that is stretched to fit, words beside it.

Words are in the page's own type and so grow with it; the lines keep their width.
"""

from .sheet import Node, node

SQUARE = {"viewBox": "0 0 100 100", "preserveAspectRatio": "none"}
"""For the ``svg`` of a plot: its lines are drawn from 0 to 100 either way."""


def word_at(x: float, y: float, word: str, name: str) -> Node:
    """A word of the class ``name`` in a plot; ``x`` and ``y`` from 0 to 1, from the top left."""
    return node("span", word, class_=name, style={"--x": f"{x:.4f}", "--y": f"{y:.4f}"})
