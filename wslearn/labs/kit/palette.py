"""The one palette as CSS custom properties, so that the labs take their colours from ``draw``.

Each property is written once with ``light-dark()``; which half counts depends on ``color-scheme``,
and that follows the page: JupyterLab, Voila and VS Code say which theme they show, and elsewhere
the reader's system decides.
"""

from wslearn.draw.theme import DARK, DARK_PAGES, LIGHT, LIGHT_PAGES

_PAGE = ("paper", "ink", "quiet", "line", "panel", "accepted", "refused")
_INSIDE = ":is(.wsl, .wsl-lab)"
"""A widget of ours, or the box of ordinary widgets around one."""


def palette_css() -> str:
    """The style sheet that defines ``--wsl-…``, and ``--fill`` and ``--edge`` of each kind."""
    colours = {name: (getattr(LIGHT, name), getattr(DARK, name)) for name in _PAGE}
    for kind, light in LIGHT.fields.items():
        dark = DARK.fields[kind]
        colours[f"{kind}-fill"] = (light.fill, dark.fill)
        colours[f"{kind}-edge"] = (light.edge, dark.edge)
    properties = "".join(
        f"  --wsl-{name}: light-dark({light}, {dark});\n" for name, (light, dark) in colours.items()
    )
    kinds = "".join(
        f".k-{kind} {{ --fill: var(--wsl-{kind}-fill); --edge: var(--wsl-{kind}-edge); }}\n"
        for kind in LIGHT.fields
    )
    return (
        f"{_INSIDE} {{\n  color-scheme: light dark;\n{properties}}}\n"
        f":is({LIGHT_PAGES}) {_INSIDE} {{ color-scheme: light; }}\n"
        f":is({DARK_PAGES}) {_INSIDE} {{ color-scheme: dark; }}\n"
        f"{kinds}"
    )
