"""The figure of lesson 04: what a header costs, by the length of the payload."""

from typing import Any

from wslearn.draw.figures import SCREEN, Picture, paint, spaced
from wslearn.draw.theme import LIGHT
from wslearn.protocol.length import FORMS, header_size

LONGEST_DRAWN = 2**20
"""Where the figure ends, in bytes of payload; beyond it the curves stay flat."""


def overhead_figure() -> Picture:
    """Header bytes, and their share of the frame, by payload length (RFC 6455 §5.2).

    Both panels show masked frames (from a client) and unmasked ones (from a server), with the
    lengths where the header grows marked. The server's line is solid, as in the lab below it.
    """
    stops = [stop for form in FORMS for stop in (form.lowest, form.highest)]
    stops = sorted({max(1, stop) for stop in stops if stop <= LONGEST_DRAWN} | {LONGEST_DRAWN})
    lengths = sorted({*stops, *(round(2 ** (step / 8)) for step in range(8 * 20 + 1))})
    sizes = [str(header_size(form.lowest, masked=False)) for form in FORMS]
    drawn = Picture(
        figsize=(9, 6),
        facecolor=LIGHT.paper,
        dpi=SCREEN,
        layout="constrained",
        said="Above, the bytes of a header by the length of the payload: without a mask "
        f"{', '.join(sizes[:-1])} or {sizes[-1]}, four more with one, and higher from each length "
        "on that needs a longer form. Below, their share of the frame, which falls from most of it "
        "to almost nothing.",
    )
    upper, lower = drawn.subplots(2, 1, sharex=True)
    for masked, kind, style, words in (
        (False, "length", "-", "unmasked, from a server"),
        (True, "mask", "--", "masked, from a client"),
    ):
        sizes = [header_size(length, masked=masked) for length in lengths]
        shares = [100 * size / (size + length) for size, length in zip(sizes, lengths, strict=True)]
        look = {"color": LIGHT.fields[kind].edge, "linestyle": style, "linewidth": 2.2}
        upper.plot(lengths, sizes, label=words, **look)
        lower.plot(lengths, shares, label=words, **look)
    upper.set_ylabel("header (bytes)")
    upper.set_ylim(0, 15)
    upper.set_yticks(sorted({header_size(stop, masked=m) for stop in stops for m in (True, False)}))
    lower.set_yscale("log")
    lower.set_ylabel("header, in per cent of the frame")
    lower.set_xlabel("payload length (bytes)")
    lower.yaxis.set_major_formatter(lambda share, _: f"{share:g} %")
    for axes in (upper, lower):
        _dress(axes)
    upper.legend(facecolor=LIGHT.paper, edgecolor="none", framealpha=1, labelcolor=LIGHT.ink)
    return drawn


def _dress(axes: Any) -> None:
    """Quiet axes in the theme's colours, with a line at each length where the header grows."""
    axes.set_xscale("log", base=2)
    axes.set_xlim(1, LONGEST_DRAWN)
    last_of_form = [form.highest for form in FORMS[:-1]]
    axes.set_xticks([1, 16, *last_of_form, 1024, LONGEST_DRAWN])
    axes.xaxis.set_major_formatter(lambda length, _: spaced(length))
    axes.minorticks_off()
    for highest in last_of_form:
        axes.axvline(highest + 0.5, color=LIGHT.quiet, linewidth=1, linestyle=":")
        axes.annotate(
            f"{spaced(highest)} | {spaced(highest + 1)}",
            (highest + 0.5, 0.04),
            xycoords=("data", "axes fraction"),
            xytext=(4, 0),
            textcoords="offset points",
            color=LIGHT.quiet,
            fontsize=9,
        )
    axes.grid(axis="y", color=LIGHT.line, linewidth=0.8)
    paint(axes, LIGHT)
