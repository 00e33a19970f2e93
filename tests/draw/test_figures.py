"""The figures for slides and print."""

import io
import re
from html import escape
from urllib.parse import unquote
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

import wslearn as ws
from wslearn.draw.plain import spoken_text
from wslearn.draw.scene import Text, scene
from wslearn.draw.theme import DARK, LIGHT


@pytest.fixture
def ping() -> ws.Dissection:
    """A frame of two bytes, quickly drawn."""
    return ws.dissect("89 00", receiver="client")


def svg_of(figure: Figure) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg")
    return buffer.getvalue()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.filterwarnings("error")
def test_a_figure_says_all_that_the_svg_says(hello, theme):
    figure = hello.figure(theme)
    figure.draw_without_rendering()
    words = [text.get_text() for text in figure.axes[0].texts]
    assert words == [mark.text for mark in scene(hello, theme).marks if isinstance(mark, Text)]


@pytest.mark.filterwarnings("error")
def test_every_frame_can_be_drawn_without_a_warning(frame):
    figure = frame.figure()
    figure.draw_without_rendering()
    width, height = figure.get_size_inches()
    assert width > height / 4 > 0


def test_a_notebook_gets_an_image_said_in_words_that_turns_dark_with_the_page(hello):
    data = hello.figure()._repr_mimebundle_()
    assert set(data) == {"text/plain", "text/html"}
    alt, source = re.match(
        '<img [^>]*alt="([^"]*)" src="data:image/svg.xml,([^"]*)"', data["text/html"]
    ).groups()
    assert alt == escape(spoken_text(hello))
    drawing = unquote(source)
    ElementTree.fromstring(drawing)
    # Every colour that is drawn has its dark counterpart.
    used = set(re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", drawing))
    assert {LIGHT.ink, LIGHT.paper, LIGHT.fields["opcode"].fill} <= used
    for colour in used:
        assert f'="fill: {colour}"]' in drawing or f'="stroke: {colour}"]' in drawing, colour


@pytest.mark.filterwarnings("error")
def test_what_the_face_has_no_letter_for_is_escaped_and_no_formula_is_set():
    frame = ws.dissect(b"\x81\x09" + "日$x$ok".encode() + b"\x1b", receiver="client")
    words = [text.get_text() for text in frame.figure().axes[0].texts]
    assert r"\u65e5$x$ok\x1b" in words


def test_a_saved_svg_is_the_same_every_time(ping):
    source = svg_of(ping.figure())
    assert source == svg_of(ping.figure())
    assert not re.search(r"<dc:date>", source)


def test_drawing_changes_no_setting_and_leaves_no_figure_open(ping):
    before = dict(mpl.rcParams)
    svg_of(ping.figure())
    ping.figure()._repr_mimebundle_()
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == []


def test_showing_a_figure_does_not_change_it(ping):
    figure = ping.figure()
    first = figure._repr_mimebundle_()
    assert figure._repr_mimebundle_() == first
    assert first["text/plain"] == repr(figure)
