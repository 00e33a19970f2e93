"""The figure of lesson 16: who knocks when, for some ways to wait."""

from collections.abc import Mapping, Sequence

from wslearn.draw.figures import Picture, drawing, paint, spaced
from wslearn.draw.theme import LIGHT


def herd(ways: Mapping[str, Sequence[int]], room: int) -> Picture:
    """For each way to wait, how many clients knock in each second, and how many find room."""
    drawn = drawing(
        7.5,
        1.7 * len(ways) + 0.6,
        f"How many clients knock in each second, when there is room for {room}. "
        + " ".join(
            f"{name}: at most {spaced(max(counts))} in a second, {spaced(sum(counts))} in all."
            for name, counts in ways.items()
        ),
    )
    panels = drawn.subplots(len(ways), 1, sharex=True, squeeze=False)[:, 0]
    most = max(map(max, ways.values()))
    for axes, (name, counts) in zip(panels, ways.items(), strict=True):
        paint(axes, LIGHT)
        fill = LIGHT.fields["payload"]
        axes.bar(range(len(counts)), counts, width=1, color=fill.fill, edgecolor=fill.edge)
        axes.axhline(room, color=LIGHT.ink, linewidth=1, linestyle="--")
        axes.set_ylim(0, most * 1.1)
        tries = f"{name}: {spaced(sum(counts))} tries"
        axes.set_title(tries, loc="left", color=LIGHT.ink, fontsize=11)
    panels[-1].set_xlabel("seconds after the server has closed", color=LIGHT.ink)
    drawn.supylabel("tries in a second (dashed: room)", color=LIGHT.ink, fontsize=10)
    return drawn
