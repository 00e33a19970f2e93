"""The palette keeps the contrast of WCAG 2.2: 4.5:1 for text (1.4.3), 3:1 for shapes (1.4.11)."""

from itertools import pairwise

import pytest

import wslearn as ws
from tests.support.contrast import contrast
from wslearn.draw.image import pairs
from wslearn.draw.theme import DARK, LIGHT, MARKS, PAGE, QUIET, Theme
from wslearn.protocol.bits import Kind

TEXT, SHAPE = 4.5, 3.0
BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


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


# -- on a page of unknown colours -----------------------------------------------------------------

PAGES = {"#ffffff": "#212121", "#111111": "#ffffff", "#1e1e1e": "#d4d4d4", "#0d1117": "#e6edf3"}
"""Papers and their ink: JupyterLab's light theme and its dark one, VS Code, GitHub in the dark."""
EACH_PAGE = pytest.mark.parametrize("paper", PAGES)


def over(colour: str, paper: str) -> str:
    """How a translucent CSS colour looks on a given paper."""
    share = int(colour[7:9], 16) / 255
    parts = zip(bytes.fromhex(colour[1:7]), bytes.fromhex(paper[1:]), strict=True)
    return "#" + "".join(f"{round(share * one + (1 - share) * other):02x}" for one, other in parts)


@EACH_PAGE
def test_the_pages_ink_is_read_on_every_fill_and_on_the_panel(paper):
    for fill in (PAGE.panel, *(each.fill for each in PAGE.fields.values())):
        assert contrast(PAGES[paper], over(fill, paper)) >= TEXT, fill


@EACH_PAGE
def test_what_is_quiet_is_still_read(paper):
    share = float(QUIET.removeprefix("opacity:"))
    for ground in (paper, over(PAGE.panel, paper)):
        quiet = over(f"{PAGES[paper]}{round(255 * share):02x}", ground)
        assert contrast(quiet, ground) >= TEXT


@EACH_PAGE
def test_an_edge_and_a_sign_stand_out_from_any_page(paper):
    assert PAGE.fields["key"] == PAGE.fields["mask"]
    for kind, colours in PAGE.fields.items():
        assert contrast(colours.edge, paper) >= SHAPE, kind
    for sign in (PAGE.accepted, PAGE.refused, PAGE.quiet):
        for ground in (paper, over(PAGE.panel, paper)):
            assert contrast(sign, ground) >= SHAPE, sign


def test_every_light_colour_has_one_partner_in_the_dark():
    """An image that carries both palettes swaps colours by their values alone."""
    named = [(getattr(LIGHT, name), getattr(DARK, name)) for name in ("paper", "ink", "panel")]
    for kind, light in LIGHT.fields.items():
        named += [(light.fill, DARK.fields[kind].fill), (light.edge, DARK.fields[kind].edge)]
        named.append((light.grid, DARK.fields[kind].grid))
    assert set(named) <= set(pairs())


def test_verdicts_differ_by_their_sign_not_by_colour_alone():
    assert len(set(MARKS.values())) == len(MARKS)


def test_without_colour_neighbours_differ_by_name_or_shape():
    """Fields that share a colour, or a grey, must differ in their labels."""
    for source in ("81 fe 0100 37fa213d", "88 06 03e8 6f6b6f6b", "81 85 37fa213d 7f9f4d5158"):
        fields = ws.dissect(source).fields
        for one, other in pairwise(fields):
            assert one.name != other.name
