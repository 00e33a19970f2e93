"""Figures about speed: one's own measurements beside recorded ones, and what travels around a
payload.

A way or a library has a colour, a line and a marker of its own. Measurements made now are filled
and solid; recorded ones are hollow and dashed. Scales are logarithmic: twice as fast is as far to
the one side as half as fast is to the other.
"""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wslearn.draw.figures import Picture, drawing, paint, spaced
from wslearn.draw.theme import LIGHT
from wslearn.protocol.errors import InputError

WIDTH = 7.5
"""Of a figure, in inches: one lesson has four of them, and a notebook should stay small."""

KINDS = (("opcode", "o"), ("fin", "s"), ("length", "D"), ("mask", "^"))
"""Which field's colour each line has, and its marker."""

BySize = Mapping[int, float]
"""A number for each size in bytes."""

Ratio = tuple[float, float, float]
"""A median ratio, and between which two ratios half of the pairs lie."""

Ratios = Mapping[str, Mapping[str, Mapping[int, Ratio]]]
"""Ratios by task, by what it is compared with, and by size in bytes."""


def size_name(size: int) -> str:
    """A size as a mark on an axis has it.

    >>> size_name(125), size_name(2**14), size_name(2**20)
    ('125 B', '16 KiB', '1 MiB')
    """
    for unit, name in ((2**20, "MiB"), (2**10, "KiB")):
        if size >= unit and size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} B"


def _number(value: float, _: object = None) -> str:
    return f"{value:g}" if value < 1000 else spaced(value)


def _marks(values: Iterable[float]) -> list[float]:
    """1, 2, 5, 10, 20 and so on, above and below the smallest and the largest of these."""
    low, high = min(all_of := list(values)), max(all_of)
    steps = [base * 10.0**power for power in range(-4, 8) for base in (1, 2, 5)]
    return [step for step in steps if low / 2.5 < step < high * 2.5]


def _look(index: int, *, filled: bool) -> dict[str, Any]:
    kind, marker = KINDS[index % len(KINDS)]
    colour = LIGHT.fields[kind].edge
    return {
        "color": colour,
        "marker": marker,
        "markersize": 6,
        "markeredgecolor": colour,
        "markerfacecolor": colour if filled else LIGHT.paper,
        "linestyle": "-" if filled else "--",
        "linewidth": 2.2 if filled else 1.2,
    }


def _legend(drawn: Picture, axes: Any, columns: int = 2) -> None:
    by_label = dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    drawn.legend(
        by_label.values(),
        by_label.keys(),
        loc="outside upper left",
        ncols=columns,
        facecolor=LIGHT.paper,
        edgecolor="none",
        labelcolor=LIGHT.ink,
    )


def _logarithmic(axes: Any, sizes: Iterable[int], unit: str) -> None:
    """Sizes to the right, in powers of two; ``unit`` upwards, in powers of ten."""
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.minorticks_off()
    marks = sorted(sizes)
    axes.set_xticks(marks, [size_name(size) for size in marks])
    axes.yaxis.set_major_formatter(_number)
    axes.set_ylabel(unit)
    axes.grid(axis="y", color=LIGHT.line, linewidth=0.8)
    paint(axes, LIGHT)


# -- one call, again and again ---------------------------------------------------------------------


def noise_figure(times: Sequence[float]) -> Picture:
    """The times of one call that was made again and again, in microseconds, in their order.

    With them their median, their mean and the shortest. Raises :class:`InputError` without times.
    """
    if not times:
        raise InputError("Expected the times of some calls, got none.")
    said = "The times of some calls, in their order, with their mean, median and the shortest."
    drawn = drawing(WIDTH, 3.1, said)
    axes = drawn.subplots()
    colour = LIGHT.fields["opcode"].edge
    axes.plot(times, ".", color=colour, markersize=4, label="one call")
    for value, words, style in (
        (statistics.fmean(times), "mean", "--"),
        (statistics.median(times), "median", "-"),
        (min(times), "shortest", ":"),
    ):
        label = f"{words}: {value:.3g} µs"
        axes.axhline(value, color=LIGHT.fields["fin"].edge, linestyle=style, label=label)
    axes.set_yscale("log")
    axes.minorticks_off()
    axes.set_yticks(_marks(times))
    axes.yaxis.set_major_formatter(_number)
    axes.set_xlabel("calls, in their order")
    axes.set_ylabel("microseconds")
    paint(axes, LIGHT)
    _legend(drawn, axes, columns=4)
    return drawn


# -- ways to mask ----------------------------------------------------------------------------------


def masking_figure(mine: Mapping[str, BySize], recorded: Mapping[str, BySize]) -> Picture:
    """What one byte costs, by how many are masked at once; ways with times in microseconds."""
    ways = ", ".join(dict.fromkeys([*mine, *recorded]))
    said = "Nanoseconds for one byte, by how many bytes are masked at once, here and as recorded: "
    drawn = drawing(WIDTH, 4.4, f"{said}{ways}.")
    axes = drawn.subplots()
    for times, whose, filled in ((mine, "here, now", True), (recorded, "recorded", False)):
        for way, by_size in times.items():
            index = list(dict.fromkeys([*mine, *recorded])).index(way)
            costs = [1000 * time / size for size, time in by_size.items()]
            look = _look(index, filled=filled)
            axes.plot(list(by_size), costs, label=f"{way}, {whose}", **look)
    sizes = {size for times in (mine, recorded) for by_size in times.values() for size in by_size}
    _logarithmic(axes, sizes, "nanoseconds for one byte")
    axes.set_xlabel("bytes that are masked at once")
    _legend(drawn, axes)
    return drawn


# -- one library against another -------------------------------------------------------------------


def race_figure(mine: Ratios, recorded: Ratios) -> Picture:
    """How many times as fast we are as others, by task and payload; above 1 we are faster.

    A bar shows between which ratios half of the pairs lie.
    """
    lines = [
        (task, name, by_size, whose, filled)
        for ratios, whose, filled in ((recorded, "recorded", False), (mine, "here, now", True))
        for task, by_name in ratios.items()
        for name, by_size in by_name.items()
    ]
    tasks = list(dict.fromkeys(task for task, *_ in lines))
    others = list(dict.fromkeys(name for _, name, *_ in lines))
    sizes = sorted({size for *_, by_size, _, _ in lines for size in by_size})
    reached = [
        bound for *_, by_size, _, _ in lines for _, *few in by_size.values() for bound in few
    ]
    said = f"How many times as fast we are as {' and '.join(others)}, by payload"
    drawn = drawing(WIDTH, 1.1 + 2 * len(tasks), f"{said}: {', '.join(tasks)}.")
    panels = drawn.subplots(len(tasks), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    for task, name, by_size, whose, filled in lines:
        # Side by side, so that no bar hides another.
        aside = 0.08 * (2 * others.index(name) + filled - len(others) + 0.5)
        axes = panels[tasks.index(task)]
        axes.errorbar(
            [sizes.index(size) + aside for size in by_size],
            [ratio for ratio, _, _ in by_size.values()],
            [
                [ratio - low for ratio, low, _ in by_size.values()],
                [high - ratio for ratio, _, high in by_size.values()],
            ],
            label=f"{name}, {whose}",
            **_look(others.index(name), filled=filled),
        )
    for axes, task in zip(panels, tasks, strict=True):
        _dress_race(axes, task, sizes, [1.0, *reached])
    panels[-1].set_xlabel("payload")
    _legend(drawn, panels[0])
    return drawn


def _dress_race(axes: Any, task: str, sizes: Sequence[int], marked: Sequence[float]) -> None:
    axes.axhline(1, color=LIGHT.ink, linewidth=1.2)
    axes.set_yscale("log")
    axes.minorticks_off()
    axes.set_yticks(_marks(marked))
    axes.yaxis.set_major_formatter(lambda ratio, _: f"{ratio:g}×")
    axes.set_xticks(range(len(sizes)), [size_name(size) for size in sizes])
    axes.set_title(task, loc="left", fontsize=11, color=LIGHT.ink)
    axes.set_ylabel("times as fast")
    axes.grid(axis="y", color=LIGHT.line, linewidth=0.8)
    paint(axes, LIGHT)


# -- what travels ----------------------------------------------------------------------------------


def wire_figure(travelling: Mapping[str, BySize]) -> Picture:
    """Which share of what travels is not payload, in per cent, by the payload's length.

    ``travelling`` names ways to send a message, each with all bytes that travel for it.
    """
    said = "Which share of what travels is not payload, by the payload of one message: "
    drawn = drawing(WIDTH, 3.9, f"{said}{', '.join(travelling)}.")
    axes = drawn.subplots()
    for index, (name, by_size) in enumerate(travelling.items()):
        shares = [100 * (total - size) / total for size, total in by_size.items()]
        look = _look(index, filled=True)
        axes.plot(list(by_size), shares, label=name, **look)
    sizes = {size for by_size in travelling.values() for size in by_size}
    _logarithmic(axes, sizes, "per cent that is not payload")
    axes.set_xlabel("payload of one message")
    _legend(drawn, axes)
    return drawn
