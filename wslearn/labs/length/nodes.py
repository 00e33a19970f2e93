"""What LengthLab shows beside the bits: the slider, and the three forms of one number.

Everything is computed from :mod:`~wslearn.protocol.length` and judged by dissecting the header in
question, so no limit and no verdict is typed here.
"""

from dataclasses import dataclass

from wslearn.draw.drawn import Dissection
from wslearn.draw.table import Table, table
from wslearn.draw.theme import MARKS
from wslearn.labs.kit.sheet import Node, button, node
from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.dissect import dissect_into
from wslearn.protocol.dissection import OTHER_SIDE, Side
from wslearn.protocol.length import FORMS, LONGEST, LengthForm
from wslearn.protocol.text import counted, grouped

from .state import header

STOPS = (0, 125, 126, 127, 2**16 - 1, 2**16, LONGEST)
"""The payload lengths, in bytes, around which the header changes."""


def name_of(length: int) -> str:
    """A length as a reader knows it: in digits, the very long ones as a power of two."""
    if length == LONGEST:
        return "2⁶³−1"
    return grouped(length)


# -- the slider --------------------------------------------------------------------------------


def position(length: int) -> float:
    """Where a length is on the slider: a whole number at a stop, a half between two."""
    below = sum(stop < length for stop in STOPS)
    return below if length in STOPS else below - 0.5


def stop_at(value: float, now: float) -> int:
    """The stop that a reader who moved the slider from ``now`` to ``value`` means."""
    index = -int(-value // 1) if value > now else int(value)
    return STOPS[max(0, min(index, len(STOPS) - 1))]


def next_to(now: float, by: int) -> int:
    """The stop after (``by`` 1) or before (-1) a place on the slider; at an end, that end."""
    return stop_at(int(now) + 1 if by > 0 else -int(-now // 1) - 1, now)


def slider(length: int | None) -> list[Node]:
    """The slider and its stops; without a length (a header cut short) it is at the start."""
    last = len(STOPS) - 1
    at = 0.0 if length is None else min(position(length), last)
    told = "no length yet" if length is None else counted(length, "byte")
    track = node(
        "input", type="range", class_="wsl-range", hands={"do": "slide"},
        min=0, max=last, step=1 if at == int(at) else 0.5, value=f"{at:g}",
        aria_label="payload length", aria_valuetext=told,
    )  # fmt: skip
    stops = [
        node(
            "button", name_of(stop), type="button", tabindex=-1, do={"do": "stop", "at": index},
            class_="wsl-stop", data_on=stop == length,
        )
        for index, stop in enumerate(STOPS)
    ]  # fmt: skip
    scale = node("div", track, node("div", *stops, class_="wsl-stops"), class_="wsl-scale")
    back = button(
        "‹", "step", off=at <= 0, with_={"by": -1}, data_step="back", aria_label="the stop before"
    )
    on = button(
        "›", "step", off=at >= last, with_={"by": 1}, data_step="next", aria_label="the next stop"
    )
    return [node("div", back, scale, on, class_="wsl-slider")]


# -- the three forms ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spelling:
    """One number in one form: the header it makes, None where it does not fit, and the verdict."""

    form: LengthForm
    header: bytes | None
    outcome: str
    words: str

    @property
    def said(self) -> str:
        """The verdict with its sign."""
        return f"{MARKS.get(self.outcome, '–')} {self.words}"


def spellings(length: int, sender: Side) -> list[Spelling]:
    """One payload length (bytes) in all three forms, each judged by the side that receives it."""
    return [_spelling(form, length, sender) for form in FORMS]


def _spelling(form: LengthForm, length: int, sender: Side) -> Spelling:
    if length >= 2**form.bits or (form.marker is None and length > form.highest):
        largest = form.highest
        return Spelling(form, None, "", f"cannot hold it: {name_of(largest)} at most")
    data = header(length, sender, form.bits)
    violations = dissect_into(Dissection, data, OTHER_SIDE[sender]).violations
    if not violations:
        return Spelling(form, data, "accepted", "the shortest form")
    words = f"longer than needed: refused with {violations[0].close_code}"
    return Spelling(form, data, "refused", words)


def spellings_table(length: int, sender: Side) -> Table:
    """The same as a table for a page without a kernel."""
    rows = [
        (f"{each.form.bits} bits", each.header, each.said) for each in spellings(length, sender)
    ]
    return table([f"{counted(length, 'byte')} in", "header", f"a {OTHER_SIDE[sender]}"], rows)


def forms(length: int | None, bits: int | None, sender: Side) -> list[Node]:
    """The three forms as rows; the button of each puts it on the grid. ``bits``: the form that is
    there."""
    if length is None:
        return []
    titles = [f"{name_of(length)} in", "header", "size", f"for a {OTHER_SIDE[sender]}"]
    head = node("tr", *(node("th", title, scope="col") for title in titles))
    rows = [_row(each, each.form.bits == bits) for each in spellings(length, sender)]
    return [
        node(
            "table", node("thead", head), node("tbody", *rows), class_="wsl-forms",
            aria_label="the same length in each of the three forms",
        )
    ]  # fmt: skip


def _row(each: Spelling, shown: bool) -> Node:
    bits = each.form.bits
    name: Node = node("span", f"{bits} bits", class_="wsl-form")
    if each.header is not None:
        name = node(
            "button", f"{bits} bits", type="button", class_="wsl-form",
            do={"do": "form", "bits": bits}, aria_pressed=shown,
        )  # fmt: skip
    size = "" if each.header is None else counted(len(each.header), "byte")
    return node(
        "tr",
        node("th", name, scope="row"),
        node("td", *_coloured(each), class_="wsl-hexes"),
        node("td", size, class_="wsl-form-size"),
        node("td", each.said, class_=f"wsl-judged {each.outcome}"),
        data_on=shown,
    )


def _coloured(each: Spelling) -> list[Node]:
    """The header in hex, the length and the masking-key in the colours of their bits."""
    if each.header is None:
        return []
    end = 2 + each.form.extra_bytes
    pieces = [("", each.header[:1]), ("length", each.header[1:end]), ("key", each.header[end:])]
    coloured: list[Node] = []
    for kind, piece in pieces:
        if piece:
            look = f"wsl-hex k-{kind}" if kind else "wsl-hex"
            coloured += [node("span", hex_bytes(piece), class_=look), " "]
    return coloured
