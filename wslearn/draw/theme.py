"""One palette for every picture: the bit grid, HTML, SVG, figures and the terminal.

The hues follow Okabe and Ito, whose colours stay apart for colour-blind readers. Each field has a
quiet fill, on which the page's ink is read, and a strong edge, which carries the shape. Colour is
never the only cue: every field is labelled. The tests compute the contrast: 4.5:1 for text on its
fill, 3:1 for an edge against the page (WCAG 2.2, 1.4.3 and 1.4.11).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colours:
    """A fill and an edge, as CSS hex colours."""

    fill: str
    edge: str

    @property
    def grid(self) -> str:
        """The thin line between two bits of one field: two parts fill, one part edge."""
        pairs = zip(bytes.fromhex(self.fill[1:]), bytes.fromhex(self.edge[1:]), strict=True)
        return "#" + "".join(f"{(2 * fill + edge) // 3 // 17:x}" for fill, edge in pairs)


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one appearance; ``fields`` maps a field's kind to its colours."""

    name: str
    paper: str
    ink: str
    quiet: str
    line: str
    panel: str
    accepted: str
    refused: str
    fields: dict[str, Colours]

    def of_outcome(self, outcome: str) -> str:
        """The colour of a verdict: neither waiting nor unreadable is good or bad."""
        return {"accepted": self.accepted, "refused": self.refused}.get(outcome, self.quiet)


LIGHT = Theme(
    name="light",
    paper="#ffffff",
    ink="#1b1f24",
    quiet="#57606a",
    line="#d0d7de",
    panel="#f6f8fa",
    accepted="#00664b",
    refused="#a33b00",
    fields={
        "fin": Colours("#f3c9a8", "#b35900"),
        "rsv": Colours("#eef0f2", "#6b7480"),
        "opcode": Colours("#bfe3f7", "#0072b2"),
        "mask": Colours("#f3c3de", "#a0437a"),
        "key": Colours("#f3c3de", "#a0437a"),
        "length": Colours("#bfe6d8", "#00795a"),
        "payload": Colours("#fbf3b9", "#7a6a00"),
        "code": Colours("#f3dd74", "#665700"),
        "reason": Colours("#fbf3b9", "#7a6a00"),
    },
)

DARK = Theme(
    name="dark",
    paper="#111418",
    ink="#e6eaef",
    quiet="#9aa6b2",
    line="#39414a",
    panel="#1b2027",
    accepted="#56d3ab",
    refused="#ffab70",
    fields={
        "fin": Colours("#5a3413", "#ffa24d"),
        "rsv": Colours("#2a3038", "#9aa6b2"),
        "opcode": Colours("#0f3d5c", "#6cc0f5"),
        "mask": Colours("#4c2140", "#ef9ccb"),
        "key": Colours("#4c2140", "#ef9ccb"),
        "length": Colours("#0f4436", "#4fd1a5"),
        "payload": Colours("#46400d", "#e6d44a"),
        "code": Colours("#5c520a", "#f2e372"),
        "reason": Colours("#46400d", "#e6d44a"),
    },
)

SANS = "system-ui,sans-serif"
MONO = "Menlo,Consolas,monospace"
"""Faces that every system has one of; a fixed width keeps the bits under each other."""

MARKS = {"accepted": "✓", "refused": "✗", "waiting": "…", "unread": "–", "unreadable": "?"}
"""A verdict's sign, for readers who do not see its colour."""

THEMES = {theme.name: theme for theme in (LIGHT, DARK)}
