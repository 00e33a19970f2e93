"""A frame on paper: the marks of its scene in black, white and grey."""

from typing import Any

from reportlab.platypus import Flowable

from wslearn.draw.scene import Line, Scene, Shape, Text, scene
from wslearn.draw.theme import Colours, Theme
from wslearn.protocol.dissection import Dissection

from .fonts import BOLD, MONO, MONO_BOLD, SANS, printable

PER_ROW = 3
"""Bytes in a row: with four, the labels would be too small to read on paper."""

_WHITE, _LIGHT, _MIDDLE = "#ffffff", "#f0f0f0", "#dedede"

PAPER = Theme(
    name="paper",
    paper=_WHITE,
    ink="#000000",
    quiet="#333333",
    line="#999999",
    panel="#f4f4f4",
    accepted="#000000",
    refused="#000000",
    # Neighbours in the frame differ; the label below each field says which one it is.
    fields={
        "fin": Colours(_MIDDLE, "#000000"),
        "rsv": Colours(_WHITE, "#000000"),
        "opcode": Colours(_LIGHT, "#000000"),
        "mask": Colours(_MIDDLE, "#000000"),
        "length": Colours(_WHITE, "#000000"),
        "key": Colours(_MIDDLE, "#000000"),
        "payload": Colours(_WHITE, "#000000"),
        "code": Colours(_LIGHT, "#000000"),
        "reason": Colours(_WHITE, "#000000"),
    },
)
"""Greys that a copying machine keeps apart, with black edges."""


class Picture(Flowable):  # type: ignore[misc]
    """One frame, as wide as the page; without labels there is room to write them."""

    def __init__(self, dissection: Dissection, *, labelled: bool = True) -> None:
        super().__init__()
        per_row = min(PER_ROW, max(len(dissection.data), 1))
        self.scene: Scene = scene(dissection, PAPER, per_row, labelled=labelled)
        self.whole = scene(dissection, PAPER, PER_ROW, labelled=labelled).width
        self.scale = 1.0

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The size of the picture where so much room is, in points."""
        self.scale = width / self.whole
        return self.scene.width * self.scale, self.scene.height * self.scale

    def draw(self) -> None:
        """Draw it; reportlab calls this."""
        canvas: Any = self.canv
        canvas.saveState()
        # The scene counts downwards from its top, the page upwards from its foot.
        canvas.translate(0, self.scene.height * self.scale)
        canvas.scale(self.scale, -self.scale)
        for mark in self.scene.marks:
            match mark:
                case Shape():
                    _shape(canvas, mark)
                case Line():
                    _ink(canvas, stroke=mark.colour, width=mark.width)
                    canvas.line(*mark.start, *mark.end)
                case Text():
                    _text(canvas, mark)
        canvas.restoreState()


def grey(colour: str) -> float:
    """How light a grey is, from 0 (black) to 1 (white); raises ValueError for a colour."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    red, green, blue = bytes.fromhex(digits)
    if not red == green == blue:
        raise ValueError(f"Expected a grey, got {colour}.")
    return red / 255


def _ink(canvas: Any, *, fill: str = "", stroke: str = "", width: float = 0.0) -> None:
    if fill:
        canvas.setFillGray(grey(fill))
    if stroke:
        canvas.setStrokeGray(grey(stroke))
        canvas.setLineWidth(width)


def _shape(canvas: Any, shape: Shape) -> None:
    path = canvas.beginPath()
    at = (0.0, 0.0)
    for letter, points in shape.steps:
        if letter == "M":
            path.moveTo(*points[0])
        elif letter == "L":
            path.lineTo(*points[0])
        else:  # PDF bends around two points: the same curve as around one
            around, to = points
            first = tuple(a + 2 / 3 * (b - a) for a, b in zip(at, around, strict=True))
            second = tuple(a + 2 / 3 * (b - a) for a, b in zip(to, around, strict=True))
            path.curveTo(*first, *second, *to)
        at = points[-1]
    path.close()
    _ink(canvas, fill=shape.fill, stroke=shape.edge, width=shape.edge_width)
    canvas.drawPath(path, fill=1, stroke=int(shape.edge_width > 0))


def _text(canvas: Any, mark: Text) -> None:
    face = (MONO_BOLD if mark.bold else MONO) if mark.mono else (BOLD if mark.bold else SANS)
    words = printable(mark.text, face)
    wide = canvas.stringWidth(words, face, mark.size)
    left = {"start": 0.0, "middle": -wide / 2, "end": -wide}[mark.anchor]
    canvas.saveState()
    canvas.translate(*mark.at)
    canvas.scale(1, -1)
    canvas.setFont(face, mark.size)
    if mark.halo:
        _ink(canvas, fill=mark.halo)
        canvas.rect(left - 1.5, -2.5, wide + 3, mark.size, fill=1, stroke=0)
    _ink(canvas, fill=mark.colour)
    canvas.drawString(left, 0, words)
    canvas.restoreState()
