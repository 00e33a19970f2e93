"""What has waited where, second by second: four bands, one on top of another, as the bytes
travel."""

from collections.abc import Sequence

from wslearn.labs.kit.plot import SQUARE, word_at
from wslearn.labs.kit.sheet import Node, node

from .knobs import KIB
from .state import Pipe

BANDS = (
    ("inbox", "mask", "receiver's kernel"),
    ("wire", "opcode", "wire"),
    ("kernel", "length", "sender's kernel"),
    ("held", "payload", "program"),
)
"""From the bottom up: what the reader gets next is lowest."""

_ENDS = (10, 20, 30, 60)
"""How many seconds the axis may show."""

_LEAST = 128
"""The least height, in KiB, so that a little looks like little."""


def waiting_curve(past: Sequence[Pipe]) -> Node:
    """The bands of these moments, the last of which is now."""
    now = past[-1]
    end = next((each for each in _ENDS if each >= now.seconds), _ENDS[-1])
    top = _LEAST
    while max(pipe.total for pipe in past) > top * KIB:
        top *= 2
    floor = [0] * len(past)
    bands: list[Node] = []
    for name, kind, _ in BANDS:
        roof = [low + getattr(pipe, name) for low, pipe in zip(floor, past, strict=True)]
        upper = [_at(pipe, size, end, top) for pipe, size in zip(past, roof, strict=True)]
        lower = [_at(pipe, size, end, top) for pipe, size in zip(past, floor, strict=True)]
        points = " ".join([*upper, *reversed(lower)])
        bands.append(node("polygon", points=points, class_=f"k-{kind}", vector_effect=_FIXED))
        floor = roof
    words = [word_at(0, 1 - part, f"{top * part:g}", "wsl-y") for part in (0, 0.5, 1)]
    words += [word_at(part, 1, f"{end * part:g} s", "wsl-x") for part in (0, 0.5, 1)]
    keys = [
        node("li", node("span", class_=f"swatch k-{kind}"), name)
        for _, kind, name in reversed(BANDS)
    ]
    return node(
        "div",
        node("p", "KiB that wait, since the start", class_="aside"),
        node(
            "div",
            node("svg", *bands, **SQUARE),
            *words,
            class_="wsl-plot",
            role="img",
            aria_label=f"what waited in the first {now.seconds:g} seconds, up to {top} KiB",
        ),
        node("ul", node("li", "from the top:", class_="aside"), *keys, class_="wsl-swatches"),
        class_="wsl-waits",
    )


_FIXED = "non-scaling-stroke"


def _at(pipe: Pipe, size: int, end: int, top: int) -> str:
    return f"{100 * pipe.seconds / end:.2f},{100 - 100 * size / (top * KIB):.2f}"
