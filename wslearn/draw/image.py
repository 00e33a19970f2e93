"""A drawing as an image that follows the page: light on a light one, dark on a dark one.

A notebook that nobody has trusted yet shows no SVG among its HTML, but it shows an image of one. An
image cannot see the page around it; all it knows is whether light or dark is asked for, which is
what the reader's system says. So it carries both palettes (and its own paper, so that it reads
anywhere), and next to it is a style sheet that says what JupyterLab, Voila or VS Code show. Where
that is dropped, the system decides.
"""

import re
from collections.abc import Iterator
from html import escape
from urllib.parse import quote

from .theme import DARK, DARK_PAGES, LIGHT, LIGHT_PAGES, Theme

_PLAIN = " =:;,/()[]{}+*!@?$-_.~'|"
"""What may be in an address and in an attribute as it is."""

WIDTH = re.compile(r"([\d.]+)([a-z]+)")
_FOLLOW = (
    "<style>"
    f":is({LIGHT_PAGES}) img.wslearn-picture{{color-scheme:light}}"
    f":is({DARK_PAGES}) img.wslearn-picture{{color-scheme:dark}}"
    "</style>"
)


def image(svg: str, alt: str, width: str) -> str:
    """The HTML of a drawing in :data:`LIGHT`'s colours; ``width`` is a length of CSS.

    On a narrow page it shrinks to 0.7 of that, the least at which its letters can be read; from
    there on the output scrolls.

    ``alt`` says in words what is drawn. Every text is escaped.
    """
    in_one_line = re.sub(r"\n\s*", " ", in_both_themes(svg))
    source = f"data:image/svg+xml,{quote(in_one_line, _PLAIN)}"
    number, unit = WIDTH.fullmatch(width).groups()  # type: ignore[union-attr]
    least = f"{0.7 * float(number):.4g}{unit}"
    return (
        f'<img class="wslearn-picture" alt="{escape(alt)}" src="{source}" '
        f'style="width: {width}; max-width: 100%; min-width: {least}">{_FOLLOW}'
    )


def in_both_themes(svg: str) -> str:
    """The drawing with a style sheet that, in the dark, swaps each light colour for its partner.

    Colours are found where they are: in attributes, like ours, or in styles, like matplotlib's.
    """
    rules = "".join(rule for light, dark in pairs() for rule in _swapped(light, dark, svg))
    head, closed, rest = svg.partition(">\n")
    while not head.rpartition("<")[2].startswith("svg"):  # past what may come before the drawing
        more, _, rest = rest.partition(">\n")
        head += closed + more
    return f"{head}>\n<style>@media (prefers-color-scheme:dark){{{rules}}}</style>\n{rest}"


def _swapped(light: str, dark: str, svg: str) -> Iterator[str]:
    for name in ("fill", "stroke"):
        for written in (f'{name}="{light}"', f"{name}: {light}"):
            if written in svg:
                where = written if "=" in written else f'style*="{written}"'
                yield f"[{where}]{{{name}:{dark}!important}}"


def pairs() -> Iterator[tuple[str, str]]:
    """Each colour of the light theme, with the dark theme's for the same thing."""

    def colours(theme: Theme) -> Iterator[str]:
        yield from (theme.paper, theme.ink, theme.quiet, theme.line, theme.panel)
        yield from (theme.accepted, theme.refused)
        for each in theme.fields.values():
            yield from (each.fill, each.edge, each.grid)

    yield from dict(zip(colours(LIGHT), colours(DARK), strict=True)).items()
