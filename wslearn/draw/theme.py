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
        if len(self.fill) > 7:  # a fill that lets the page through
            return f"{self.edge}66"
        pairs = zip(bytes.fromhex(self.fill[1:]), bytes.fromhex(self.edge[1:]), strict=True)
        return "#" + "".join(f"{(2 * fill + edge) // 3:02x}" for fill, edge in pairs)


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

PAGE = Theme(
    name="page",
    paper="transparent",
    ink="inherit",
    quiet="#78838f",
    line="#80808066",
    panel="#8080801f",
    accepted="#0b8a66",
    refused="#c9591a",
    fields={
        "fin": Colours("#c4660f28", "#c4660f"),
        "rsv": Colours("#78838f28", "#78838f"),
        "opcode": Colours("#1480c428", "#1480c4"),
        "mask": Colours("#be5e9828", "#be5e98"),
        "key": Colours("#be5e9828", "#be5e98"),
        "length": Colours("#0b916d28", "#0b916d"),
        "payload": Colours("#92800b28", "#92800b"),
        "code": Colours("#92800b4d", "#92800b"),
        "reason": Colours("#92800b28", "#92800b"),
    },
)
"""Colours that follow the page they are on, light or dark, without knowing it.

Ink is the page's own, fills are half transparent, and edges are neither light nor dark. No colour
of letters reads well on both kinds of page, so none is set here: quiet words are a little
transparent (:data:`QUIET`), and a verdict's colour is on its sign and its bar.
"""

QUIET = "opacity:.75"
"""The style of quiet words on any page."""

SANS = "system-ui,sans-serif"
MONO = "Menlo,Consolas,monospace"
"""Typefaces that every system has one of; a fixed width keeps the bits below each other."""

MARKS = {"accepted": "✓", "refused": "✗", "waiting": "…", "unread": "–", "unreadable": "?"}
"""A verdict's sign, for readers who do not see its colour."""

LIGHT_PAGES = (
    '[data-jp-theme-light="true"], [data-theme="light"], .vscode-light, .vscode-high-contrast-light'
)
# In VS Code a light page of high contrast carries the mark of the dark one too.
DARK_PAGES = (
    '[data-jp-theme-light="false"], [data-theme="dark"], .vscode-dark, '
    ".vscode-high-contrast:not(.vscode-high-contrast-light)"
)
"""How JupyterLab, Voila, VS Code and our own pages say which theme they show, as CSS selectors."""
