"""What a header costs: its size, and its share of the frame, by payload length.

Two small panels of SVG that a sheet draws. Lines lie in a square of 100 by 100 that is stretched to
fit; words are beside it in the page's own type, so they grow with it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log2, log10

from wslearn.labs.kit.plot import SQUARE, word_at
from wslearn.labs.kit.sheet import Node, node
from wslearn.protocol.dissection import Side
from wslearn.protocol.length import FORMS, LONGEST, header_size
from wslearn.protocol.text import counted, grouped

KNEE, KNEE_AT = 20, 0.82
"""Up to 2^20 bytes (at 82 % of the width) the axis is wide, from there to 2^63 it is narrow."""

TALLEST = 18
"""The top of the first panel, in bytes: the longest header, and room for a word over it."""

DECADES = 5
"""The second panel goes from 100 % down to 0.001 %."""

_MARKED = [(1, "0, 1"), *((form.highest, grouped(form.highest)) for form in FORMS[:-1])]
_MARKED += [(2**KNEE, "2²⁰"), (LONGEST, "2⁶³")]


@dataclass(frozen=True, slots=True)
class _Panel:
    """``down`` says how far down the curve is, from 0 to 1; ``ticks`` are such places, named."""

    title: str
    down: Callable[[int, bool], float]
    ticks: list[tuple[float, str]]
    told: str
    named: bool = False


def share(length: int, *, masked: bool) -> float:
    """The part of a frame that is header, from 0 to 1, by its payload length in bytes."""
    size = header_size(length, masked=masked)
    return size / (size + length)


def percent(part: float) -> str:
    """A part of the whole as a reader takes it in.

    >>> percent(0.714), percent(4 / 130), percent(1e-9)
    ('71 %', '3.1 %', 'less than 0.001 %')
    """
    value, least = 100 * part, 100 / 10**DECADES
    if value < least:
        return f"less than {least:g} %"
    return f"{value:.0f} %" if value >= 9.95 else f"{value:.2g} %"


def cost_curve(length: int | None, sender: Side, shown: int) -> list[Node]:
    """Header size and header share by payload length (bytes), with the present length marked.

    The curves are those of legal headers; ``shown`` is the size of the one on the grid, in bytes,
    which may be longer than it needs to be.
    """
    if length is None:
        return []
    masked = sender == "client"
    size = header_size(length, masked=masked)
    part = percent(share(length, masked=masked))
    whole = node("strong", f"{shown} of {counted(shown + length, 'byte')}")
    told = f" of this frame are header: {percent(shown / (shown + length))}."
    if shown > size:
        told += f" The shortest form needs {size}: {part}."
    lead = node("p", whole, told, class_="wsl-cost")
    sizes = [header_size(form.highest, masked=masked) for form in FORMS]
    panels = [
        _Panel(
            "Header in bytes",
            lambda length, masked: 1 - header_size(length, masked=masked) / TALLEST,
            [(1 - size / TALLEST, str(size)) for size in sizes],
            counted(size, "byte"),
            named=True,
        ),
        _Panel(
            "Header in per cent of the frame",
            lambda length, masked: min(1.0, -log10(share(length, masked=masked)) / DECADES),
            [(place / DECADES, f"{100 / 10**place:g} %") for place in range(DECADES + 1)],
            part,
        ),
    ]
    drawn = [_drawn(panel, length, masked) for panel in panels]
    return [lead, node("div", *drawn, class_="wsl-panels")]


def _drawn(panel: _Panel, length: int, masked: bool) -> Node:
    words = f"{panel.title}, by payload length; at {counted(length, 'byte')}: {panel.told}"
    title = node("p", f"{panel.title}, by payload length", class_="wsl-panel-title")
    plot = node("div", _lines(panel, masked), *_words(panel, length, masked), class_="wsl-plot")
    return node("div", title, plot, class_="wsl-panel", role="img", aria_label=words)


def _lines(panel: _Panel, masked: bool) -> Node:
    guides = [_path([(_x(form.highest), 0), (_x(form.highest), 1)], "wsl-guide") for form in FORMS]
    ends = {end for form in FORMS for end in (form.lowest, form.highest)}
    lengths = sorted(ends | {round(2 ** (step / 2)) for step in range(2 * KNEE + 8)})
    curves = [
        _path([(_x(n), panel.down(n, side)) for n in lengths], "wsl-curve", on=side == masked)
        for side in (not masked, masked)  # the sender's own lies on top
    ]
    return node("svg", *guides[:-1], *curves, **SQUARE)


def _path(points: list[tuple[float, float]], name: str, *, on: bool = False) -> Node:
    d = "M" + "L".join(f"{100 * x:.2f} {100 * y:.2f}" for x, y in points)
    look = {"fill": "none", "vector-effect": "non-scaling-stroke"}
    return node("path", d=d, class_=name, data_on=on, **look)


def _words(panel: _Panel, length: int, masked: bool) -> list[Node]:
    x = _x(length)
    jump = length in (form.highest for form in FORMS)  # the curve goes up right of the point
    side = "left" if x > 0.6 or jump else "right"
    words = [word_at(0, down, word, "wsl-y") for down, word in panel.ticks]
    words += [word_at(_x(at), 1, word, "wsl-x") for at, word in _MARKED]
    if panel.named:  # the other side's curve; the point stands on the sender's own
        name, where = ("from a server", "under") if masked else ("from a client", "over")
        words.append(word_at(1, panel.down(LONGEST, not masked), name, f"wsl-whose {where}"))
    return [*words, word_at(x, panel.down(length, masked), panel.told, f"wsl-point {side}")]


def _x(length: int) -> float:
    power = log2(max(1, length))
    if power <= KNEE:
        return KNEE_AT * power / KNEE
    return KNEE_AT + (1 - KNEE_AT) * (power - KNEE) / (63 - KNEE)
