"""What the pages show that is made and not written: the QR code and the colours."""

import io

import segno

from wslearn.draw.theme import DARK, LIGHT, Theme


def join_link(address: str, code: str) -> str:
    """Where a voter goes, the join code filled in."""
    return f"{address}?code={code}" if code else address


def qr_svg(link: str) -> bytes:
    """A QR code as an SVG picture: dark on light even on a dark page, because not all readers
    accept both."""
    picture = io.BytesIO()
    segno.make_qr(link).save(picture, kind="svg", border=3, light="#fff", xmldecl=False, scale=8)
    return picture.getvalue()


def qr_terminal(link: str) -> str:
    """A QR code for the terminal, in half blocks."""
    lines = io.StringIO()
    segno.make_qr(link).terminal(lines, border=2, compact=True)
    return lines.getvalue()


def colours_css() -> str:
    """The colours of all pictures of the course as custom properties, light and dark."""
    dark = f"@media (prefers-color-scheme:dark){{:root{{{_properties(DARK)}}}}}"
    return f":root{{color-scheme:light dark;{_properties(LIGHT)}}}\n{dark}\n"


def _properties(theme: Theme) -> str:
    bar, note = theme.fields["opcode"], theme.fields["payload"]
    colours = {
        "paper": theme.paper,
        "panel": theme.panel,
        "ink": theme.ink,
        "quiet": theme.quiet,
        "line": theme.line,
        "good": theme.accepted,
        "bad": theme.refused,
        "bar": bar.fill,
        "edge": bar.edge,
        "note": note.fill,
        "note-edge": note.edge,
    }
    return "".join(f"--{name}:{colour};" for name, colour in colours.items())
