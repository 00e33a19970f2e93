"""The palette as CSS."""

import re

from wslearn.draw.theme import DARK, LIGHT
from wslearn.labs.kit.palette import palette_css
from wslearn.protocol.bits import Kind


def test_every_colour_of_both_themes_is_there():
    css = palette_css()
    for theme in (LIGHT, DARK):
        for colours in theme.fields.values():
            assert colours.fill in css
            assert colours.edge in css
    assert f"--wsl-ink: light-dark({LIGHT.ink}, {DARK.ink});" in css


def test_every_kind_of_field_has_a_class():
    classes = set(re.findall(r"\.k-(\w+)", palette_css()))
    assert classes == set(Kind.__args__)


def test_the_page_decides_between_light_and_dark():
    css = palette_css()
    assert 'data-jp-theme-light="false"' in css
    assert css.index("light dark") < css.index('data-jp-theme-light="true"')
