"""The figure of lesson 12: what each way to be told costs."""

from collections.abc import Mapping

from wslearn.draw.figures import Picture, drawing, paint, spaced
from wslearn.draw.theme import LIGHT


def cost_figure(costs: Mapping[str, int]) -> Picture:
    """A bar for each way, as long as the bytes that travel for it, both ways together."""
    drawn = drawing(
        7.5,
        0.9 + 0.4 * len(costs),
        "Bytes that travel, both ways: "
        + " ".join(f"{name}: {spaced(cost)}." for name, cost in costs.items()),
    )
    axes = drawn.subplots()
    fill = LIGHT.fields["opcode"]
    bars = axes.barh(list(costs), list(costs.values()), color=fill.fill, edgecolor=fill.edge)
    axes.bar_label(bars, [spaced(cost) for cost in costs.values()], padding=4, color=LIGHT.ink)
    axes.invert_yaxis()
    axes.set_xlabel("bytes, both ways")
    axes.margins(x=0.12)
    axes.xaxis.set_major_formatter(lambda cost, _: spaced(cost))
    paint(axes, LIGHT)
    return drawn
