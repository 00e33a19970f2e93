"""The figure of lesson 12: what each way to be told costs."""

from collections.abc import Mapping

from wslearn.draw.figures import SCREEN, Picture, paint, spaced
from wslearn.draw.theme import LIGHT, Theme


def cost_figure(costs: Mapping[str, int], theme: Theme = LIGHT) -> Picture:
    """A bar for each way, as long as the bytes that travel for it, both ways together."""
    drawn = Picture(
        figsize=(7.5, 0.9 + 0.4 * len(costs)),
        facecolor=theme.paper,
        dpi=SCREEN,
        layout="constrained",
        said="Bytes that travel, both ways: "
        + " ".join(f"{name}: {spaced(cost)}." for name, cost in costs.items()),
    )
    axes = drawn.subplots()
    fill = theme.fields["opcode"]
    bars = axes.barh(list(costs), list(costs.values()), color=fill.fill, edgecolor=fill.edge)
    axes.bar_label(bars, [spaced(cost) for cost in costs.values()], padding=4, color=theme.ink)
    axes.invert_yaxis()
    axes.set_xlabel("bytes, both ways")
    axes.margins(x=0.12)
    axes.xaxis.set_major_formatter(lambda cost, _: spaced(cost))
    paint(axes, theme)
    return drawn
