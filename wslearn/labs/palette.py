"""The one palette as CSS custom properties, so that the labs take their colours from ``draw``.

Each property is written once with ``light-dark()``; which half counts follows ``color-scheme``, and
that follows the page: JupyterLab, Voila and VS Code say which theme they show, and elsewhere the
reader's system decides.
"""

from wslearn.draw.theme import DARK, LIGHT

_PAGE = ("paper", "ink", "quiet", "line", "panel", "accepted", "refused")

_LIGHT_PAGES = ('[data-jp-theme-light="true"]', '[data-theme="light"]', ".vscode-light")
_DARK_PAGES = ('[data-jp-theme-light="false"]', '[data-theme="dark"]', ".vscode-dark")


def palette_css() -> str:
    """The style sheet that defines ``--wsl-…`` for everything inside an element ``.wsl``."""
    lines = [
        f"  --wsl-{name}: {_both(getattr(LIGHT, name), getattr(DARK, name))};" for name in _PAGE
    ]
    for kind, light in LIGHT.fields.items():
        dark = DARK.fields[kind]
        lines.append(f"  --wsl-{kind}-fill: {_both(light.fill, dark.fill)};")
        lines.append(f"  --wsl-{kind}-edge: {_both(light.edge, dark.edge)};")
    rules = [
        ".wsl {\n  color-scheme: light dark;\n" + "\n".join(lines) + "\n}",
        *(f"{page} .wsl {{ color-scheme: light; }}" for page in _LIGHT_PAGES),
        *(f"{page} .wsl {{ color-scheme: dark; }}" for page in _DARK_PAGES),
        *(
            f".wsl .k-{kind} {{ --fill: var(--wsl-{kind}-fill); --edge: var(--wsl-{kind}-edge); }}"
            for kind in LIGHT.fields
        ),
    ]
    return "\n".join(rules) + "\n"


def _both(light: str, dark: str) -> str:
    return f"light-dark({light}, {dark})"
