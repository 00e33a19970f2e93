"""The figure of lesson 10: what compression leaves of messages."""

from collections.abc import Mapping, Sequence

from wslearn.draw.figures import Picture, drawing, paint, spaced
from wslearn.draw.theme import LIGHT
from wslearn.protocol.deflate import LARGEST_WINDOW, Compressor, Window


def compression_figure(kinds: Mapping[str, Sequence[bytes]]) -> Picture:
    """What is left of messages once compressed, in per cent of their bytes (RFC 7692 §7.1.1).

    ``kinds`` names messages of each kind in the order they are sent, none of them all empty; each
    kind gets two bars, one with a new window for each message and one with the window kept.
    """
    drawn = drawing(
        9,
        1.3 + 0.75 * len(kinds),
        "What is left of messages once compressed, in per cent of their bytes, with a new "
        "window for each message and with the window kept. "
        + " ".join(
            f"{name}: {_share_left(messages, False):.0f} and {_share_left(messages, True):.0f}."
            for name, messages in kinds.items()
        ),
    )
    axes = drawn.subplots()
    places = range(len(kinds))
    for kept, kind, hatch, words in (
        (False, "rsv", "////", "a new window for each message"),
        (True, "length", "", "the window kept from message to message"),
    ):
        shares = [_share_left(messages, kept) for messages in kinds.values()]
        bars = axes.barh(
            [place + (0.19 if kept else -0.19) for place in places],
            shares,
            height=0.36,
            label=words,
            facecolor=LIGHT.fields[kind].fill,
            edgecolor=LIGHT.fields[kind].edge,
            hatch=hatch,
            linewidth=1.2,
        )
        labels = [f"{share:.0f} %" for share in shares]
        paper = {"facecolor": LIGHT.paper, "edgecolor": "none", "pad": 1}  # the line at 100 % ends
        axes.bar_label(bars, labels, padding=4, color=LIGHT.ink, bbox=paper)
    axes.axvline(100, color=LIGHT.quiet, linewidth=1.4, linestyle=":")
    axes.set_yticks(places, [_with_mean(name, messages) for name, messages in kinds.items()])
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_formatter(lambda share, _: f"{share:g} %")
    axes.set_xlabel("bytes after compression, in per cent of the bytes before")
    axes.grid(axis="x", color=LIGHT.line, linewidth=0.8)
    axes.set_axisbelow(True)
    paint(axes, LIGHT)
    drawn.legend(
        loc="outside upper left",
        ncols=2,
        facecolor=LIGHT.paper,
        edgecolor="none",
        labelcolor=LIGHT.ink,
    )
    return drawn


def _share_left(messages: Sequence[bytes], kept: bool) -> float:
    compressor = Compressor(Window(LARGEST_WINDOW, context_takeover=kept))
    return 100 * sum(len(compressor.compress(one)) for one in messages) / sum(map(len, messages))


def _with_mean(name: str, messages: Sequence[bytes]) -> str:
    mean = sum(map(len, messages)) / len(messages)
    return f"{name}\n{len(messages)} messages, mean {spaced(mean)} bytes"
