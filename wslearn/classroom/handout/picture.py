"""A frame on paper: its scene in black, white and grey."""

from wslearn.draw import figures
from wslearn.draw.plain import spoken_text
from wslearn.draw.scene import scene
from wslearn.draw.svg import document
from wslearn.draw.theme import MONO, SANS, Colours, Theme
from wslearn.protocol.dissection import Dissection

from .words import Block

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


def picture(dissection: Dissection, *, labelled: bool = True) -> Block:
    """One frame, three bytes as wide as the page; without labels there is room to write them.

    What a screen reader says names the fields only where the picture does.
    """
    per_row = min(PER_ROW, max(len(dissection.data), 1))
    drawn = scene(dissection, PAPER, per_row, labelled=labelled)
    whole = scene(dissection, PAPER, PER_ROW, labelled=labelled).width
    bits = " ".join(f"{byte:08b}" for byte in dissection.data)
    said = spoken_text(dissection) if labelled else f"The bits of a frame: {bits}."
    # The template knows the typefaces that come with it, and no others.
    drawing = document(drawn, "", said).replace(MONO, figures.MONO).replace(SANS, figures.SANS)
    return {"kind": "picture", "svg": drawing, "alt": said, "share": drawn.width / whole}
