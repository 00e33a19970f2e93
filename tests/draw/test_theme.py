"""The palette keeps the contrast of WCAG 2.2: 4.5:1 for text (1.4.3), 3:1 for shapes (1.4.11)."""

from itertools import pairwise

import pytest

import wslearn as ws
from wslearn.draw.theme import DARK, LIGHT, MARKS, THEMES, Theme
from wslearn.protocol.bits import Kind

TEXT, SHAPE = 4.5, 3.0
BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


def luminance(colour: str) -> float:
    """The relative luminance of a CSS hex colour, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_gives_the_known_extremes():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@BOTH
def test_every_kind_of_field_has_colours(theme: Theme):
    assert set(theme.fields) == set(Kind.__args__)


@BOTH
def test_ink_is_read_on_every_fill_and_on_paper_and_panel(theme: Theme):
    for ground in (theme.paper, theme.panel, *(each.fill for each in theme.fields.values())):
        assert contrast(theme.ink, ground) >= TEXT, ground


@BOTH
def test_quiet_text_and_verdicts_are_read_on_paper_and_panel(theme: Theme):
    for ink in (theme.quiet, theme.accepted, theme.refused):
        for ground in (theme.paper, theme.panel):
            assert contrast(ink, ground) >= TEXT, (ink, ground)


@BOTH
def test_an_edge_stands_out_from_the_paper_and_from_its_own_fill(theme: Theme):
    for kind, colours in theme.fields.items():
        assert contrast(colours.edge, theme.paper) >= SHAPE, kind
        assert contrast(colours.edge, colours.fill) >= SHAPE, kind


@BOTH
def test_the_hatch_of_a_fault_stands_out_from_every_fill(theme: Theme):
    for kind, colours in theme.fields.items():
        assert contrast(theme.refused, colours.fill) >= SHAPE, kind


def test_verdicts_differ_by_their_sign_not_by_colour_alone():
    assert len(set(MARKS.values())) == len(MARKS)


def test_without_colour_neighbours_differ_by_name_or_shape():
    """Fields that share a colour, or a grey, must be told apart by what is written under them."""
    for source in ("81 fe 0100 37fa213d", "88 06 03e8 6f6b6f6b", "81 85 37fa213d 7f9f4d5158"):
        fields = ws.dissect(source).fields
        for one, other in pairwise(fields):
            assert one.name != other.name


def test_themes_are_found_by_name():
    assert THEMES == {"light": LIGHT, "dark": DARK}
