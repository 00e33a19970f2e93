"""Figures for slides and print: a frame, and what the lessons draw their own figures with.

The only user of matplotlib.

A figure here is made without pyplot and changes no global setting, so a student's own plots stay as
they are. It shows itself in a notebook as an image that follows the page, light or dark, and that
stored notebooks show without trust.
"""

import re
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path as FilePath
from typing import Any

try:
    import matplotlib as mpl
except ImportError:
    in_browser = sys.platform == "emscripten"
    raise ImportError(
        "Expected matplotlib, which draws the figures, and it is not here: "
        + ("a course inside the browser" if in_browser else "pip install 'wslearn[course]'")
        + (" goes without figures." if in_browser else " brings it.")
    ) from None
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from wslearn.protocol.dissection import Dissection

from .image import image
from .layout import ROW
from .plain import spoken_text
from .scene import Line, Mark, Scene, Shape, Text, scene
from .theme import LIGHT, Theme

INCH = 96.0
"""Units of the scene in one inch; a frame is about ten inches wide."""

SCREEN = 96
"""Dots per inch on a screen."""

_SALT: Any = {"svg.hashsalt": "wslearn"}
_STEPS = {"M": [Path.MOVETO], "L": [Path.LINETO], "Q": [Path.CURVE3, Path.CURVE3]}
SANS, MONO = "DejaVu Sans", "DejaVu Sans Mono"
FACES = FilePath(mpl.get_data_path(), "fonts", "ttf")
"""Two typefaces that come with matplotlib, and the folder where they are."""


class Picture(Figure):
    """A matplotlib figure that shows itself in a notebook and saves the same SVG every time.

    ``said`` tells in words what it shows, for those who do not see it. Drawn in :data:`LIGHT`'s
    colours it turns dark on a dark page.
    """

    def __init__(self, *arguments: Any, said: str = "", **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.said = said

    def savefig(self, fname: Any, **settings: Any) -> None:
        """Save the figure; ids in an SVG are fixed and it carries no date."""
        name = str(fname).lower()
        if settings.get("format", name.rpartition(".")[2]) == "svg":
            settings["metadata"] = {"Date": None, **(settings.get("metadata") or {})}
        with mpl.rc_context(_SALT):
            super().savefig(fname, **settings)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        drawing = StringIO()
        # Letters stay letters: as outlines they are most of a drawing's bytes.
        with mpl.rc_context({"savefig.bbox": None, "svg.fonttype": "none"}):
            self.savefig(drawing, format="svg")
        width = f"{SCREEN * self.get_size_inches()[0]:.0f}px"
        drawn = _shortened(drawing.getvalue())
        return {"text/plain": repr(self), "text/html": image(drawn, self.said, width)}


def drawing(width: float, height: float, said: str) -> Picture:
    """An empty figure of a lesson, in inches, on the paper of :data:`LIGHT`."""
    size, paper = (width, height), LIGHT.paper
    return Picture(figsize=size, facecolor=paper, dpi=SCREEN, layout="constrained", said=said)


def _shortened(svg: str) -> str:
    """The same drawing in fewer bytes: a hundredth of a point is finer than any screen.

    A number below one stays as it is, because letters are scaled by such a number.

    >>> _shortened('<path d="M 51.447896 189.198979 L 0 3.5" transform="scale(0.015625)"/>')
    '<path d="M 51.44 189.19 L 0 3.5" transform="scale(0.015625)"/>'
    """
    return re.sub(r"\b([1-9]\d*\.\d\d)\d+", r"\1", svg)


# -- one frame ---------------------------------------------------------------------------------


def figure(dissection: Dissection, theme: Theme = LIGHT, per_row: int = ROW) -> Picture:
    """One frame as a figure for slides and print; with four bytes a row some ten inches wide."""
    picture: Scene = scene(dissection, theme, per_row)
    drawn = Picture(
        figsize=(picture.width / INCH, picture.height / INCH),
        facecolor=theme.paper,
        dpi=SCREEN,
        said=spoken_text(dissection),
    )
    axes = drawn.add_axes((0, 0, 1, 1), xlim=(0, picture.width), ylim=(picture.height, 0))
    axes.set_axis_off()
    for order, mark in enumerate(picture.marks):
        _draw(axes, mark, order)
    return drawn


def _draw(axes: Any, mark: Mark, order: int) -> None:
    point = 72 / INCH  # printer's points in one unit
    match mark:
        case Shape():
            points = [each for _, points in mark.steps for each in points]
            codes = [code for letter, _ in mark.steps for code in _STEPS[letter]]
            outline = Path([*points, points[0]], [*codes, Path.CLOSEPOLY])
            width = mark.edge_width * point
            axes.add_patch(
                PathPatch(
                    outline,
                    facecolor=mark.fill,
                    edgecolor=mark.edge,
                    linewidth=width,
                    joinstyle="round",
                    zorder=order,
                )
            )
        case Line():
            (x, y), (u, v) = mark.start, mark.end
            axes.plot([x, u], [y, v], color=mark.colour, linewidth=mark.width * point, zorder=order)
        case Text():
            family = MONO if mark.mono else SANS
            halo = [withStroke(linewidth=5 * point, foreground=mark.halo)] if mark.halo else []
            axes.text(
                *mark.at,
                _drawable(mark.text, family),
                fontsize=mark.size * point,
                color=mark.colour,
                horizontalalignment={"start": "left", "middle": "center", "end": "right"}[
                    mark.anchor
                ],
                verticalalignment="baseline",
                fontweight="bold" if mark.bold else "normal",
                family=family,
                path_effects=halo,
                parse_math=False,
                zorder=order,
            )


def _drawable(text: str, family: str) -> str:
    return written(text, family, lambda letter: ascii(letter)[1:-1])


def written(text: str, family: str, otherwise: Callable[[str], str]) -> str:
    """The text, ``otherwise`` in the place of each character that the typeface has no letter
    for."""
    face = get_font(findfont(family))
    return "".join(
        letter if face.get_char_index(ord(letter)) else otherwise(letter) for letter in text
    )


# -- for every figure --------------------------------------------------------------------------


def spaced(number: float) -> str:
    """A number with a narrow space at the thousands: ``65 536``."""
    return f"{number:,.0f}".replace(",", "\u2009")


def paint(axes: Any, theme: Theme) -> None:
    """The theme's colours on axes, and no frame around them."""
    axes.set_facecolor(theme.paper)
    axes.tick_params(colors=theme.quiet, labelcolor=theme.ink)
    axes.xaxis.label.set_color(theme.ink)
    axes.yaxis.label.set_color(theme.ink)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(theme.line)
