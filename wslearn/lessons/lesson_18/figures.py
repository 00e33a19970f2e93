"""The figures of lesson 18: what waits for a stalled peer, and what a browser holds."""

from collections.abc import Mapping, Sequence

from wslearn.draw.figures import Picture, drawing, paint
from wslearn.draw.theme import LIGHT

from .stalled import MESSAGES, SIZE, Course

LOOKS = (("opcode", "-"), ("length", "--"), ("fin", "-."), ("mask", ":"))
"""Which field's colour each line has, and how it is drawn."""


def stalled_figure(courses: Mapping[str, Course]) -> Picture:
    """What waits in the server for the stalled one (above), and what the others got (below)."""
    said = "What waits in the server for one that reads nothing, and what the others got, by way: "
    drawn = drawing(7.5, 5.6, f"{said}{', '.join(courses)}.")
    above, below = drawn.subplots(2, 1, height_ratios=(3, 2))
    for (way, course), (kind, style) in zip(courses.items(), LOOKS, strict=False):
        kib = [size / 1024 for size in course.waiting]
        colour = LIGHT.fields[kind].edge
        above.plot(range(1, len(kib) + 1), kib, style, color=colour, linewidth=2.2, label=way)
    above.set_xlim(0, MESSAGES + 1)
    above.set_ylim(bottom=0)
    above.set_xlabel(f"messages of {SIZE // 1024} KiB, in order")
    above.set_ylabel("KiB")
    above.set_title("what waits in the server for the stalled one", loc="left", fontsize=11)
    above.legend(facecolor=LIGHT.paper, edgecolor=LIGHT.line, labelcolor=LIGHT.ink)
    names = list(courses)[::-1]
    fill = LIGHT.fields["payload"]
    got = [courses[name].got for name in names]
    bars = below.barh(names, got, color=fill.fill, edgecolor=fill.edge)
    below.bar_label(bars, [f"{count} of {MESSAGES}" for count in got], padding=4, color=LIGHT.ink)
    below.set_xlim(0, MESSAGES * 1.2)
    below.set_xticks([])
    below.set_title("messages that each of the others got", loc="left", fontsize=11)
    for axes in (above, below):
        paint(axes, LIGHT)
        axes.title.set_color(LIGHT.ink)
        axes._left_title.set_color(LIGHT.ink)
    return drawn


def held_figure(ways: Mapping[str, Sequence[tuple[int, int]]]) -> Picture:
    """`bufferedAmount` as time passes: pairs of milliseconds and bytes, for each way to send."""
    said = f"How many MiB a browser holds as time passes, by way to send: {', '.join(ways)}."
    drawn = drawing(7.5, 3.0, said)
    axes = drawn.subplots()
    for (way, seen), (kind, style) in zip(ways.items(), LOOKS, strict=False):
        seconds = [at / 1000 for at, _ in seen]
        mib = [held / 2**20 for _, held in seen]
        colour = LIGHT.fields[kind].edge
        axes.plot(seconds, mib, style, color=colour, linewidth=2.2, label=way)
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("seconds")
    axes.set_ylabel("bufferedAmount, in MiB")
    axes.legend(
        loc="center left", facecolor=LIGHT.paper, edgecolor=LIGHT.line, labelcolor=LIGHT.ink
    )
    paint(axes, LIGHT)
    return drawn
