"""The bit grid's Python half: how it handles the browser's messages."""

import re

import pytest

from tests.support.sheets import page_sends
from wslearn.labs.kit.bitgrid import BitGrid, shortened
from wslearn.labs.kit.view import MOST_BYTES
from wslearn.protocol.errors import InputError
from wslearn.protocol.frame import Frame

HELLO = bytes.fromhex("818537fa213d7f9f4d5158")


@pytest.fixture
def grid():
    return BitGrid(HELLO, receiver="server")


def test_a_click_turns_one_bit_over_and_the_verdict_follows(grid):
    page_sends(grid, do="flip", bit=8)
    assert grid.data[1] == 0x05
    assert grid.view["verdict"]["headline"] == "A server fails the connection with 1002."
    assert grid.selected == 8


def test_a_hook_hears_of_each_flip_after_it(grid):
    heard = []
    grid.on_flip(lambda bit: heard.append((bit, grid.data[0])))
    page_sends(grid, do="flip", bit=0)
    grid.flip(1)
    assert heard == [(0, 0x01), (1, 0x41)]


@pytest.mark.parametrize("bit", [-1, 88, 10**9, "3", None, 1.0])
def test_a_bit_that_is_not_there_is_not_flipped(grid, bit):
    page_sends(grid, do="flip", bit=bit)
    assert grid.data == HELLO


@pytest.mark.parametrize("message", [{}, {"do": "dance"}, {"do": "repair", "fault": 7}])
def test_a_message_that_makes_no_sense_changes_nothing(grid, message):
    page_sends(grid, **message)
    assert grid.data == HELLO


def test_python_hears_of_a_bit_that_is_not_there(grid):
    with pytest.raises(IndexError, match="Expected a bit from 0 to 87, got 88"):
        grid.flip(88)


def test_a_grid_that_is_only_to_look_at_does_not_flip():
    grid = BitGrid(HELLO, editable=False)
    page_sends(grid, do="flip", bit=0)
    assert grid.data == HELLO


def test_a_repair_mends_the_fault_it_stands_beside(grid):
    grid.data = bytes.fromhex("910548656c6c6f")
    page_sends(grid, do="repair", fault=1)
    assert grid.data.hex() == "918537fa213d7f9f4d5158"
    page_sends(grid, do="repair", fault=0)
    assert grid.data == HELLO


def test_the_next_frame_can_be_opened(grid):
    grid.data = HELLO + HELLO[:3]
    page_sends(grid, do="next")
    assert grid.data == HELLO[:3]


def test_a_fold_opens_and_closes():
    grid = BitGrid(Frame.binary(bytes(500)).encode())
    folded = grid.view["hex"]
    page_sends(grid, do="open")
    assert len(grid.view["hex"]) == 2 * MOST_BYTES
    page_sends(grid, do="fold")
    assert grid.view["hex"] == folded


def test_every_message_is_answered_so_that_the_browser_knows_what_it_sees(grid):
    page_sends(grid, do="flip", bit=0, **{"from": ["tab", 7]})
    assert grid.answered == ["tab", 7]
    page_sends(grid, do="nothing", **{"from": ["tab", 8]})
    assert grid.answered == ["tab", 8]


def test_one_click_sends_one_message(grid, monkeypatch):
    sent = []
    monkeypatch.setattr(grid, "_send", lambda message, buffers=None: sent.append(message))
    page_sends(grid, do="flip", bit=8, **{"from": ["tab", 1]})
    assert [sorted(message["state"]) for message in sent] == [["answered", "selected", "view"]]


@pytest.mark.parametrize(
    ("what", "start"),
    [
        ("hex", "81 85 37 fa 21 3d 7f 9f 4d 51 58"),
        ("python", 'bytes.fromhex("81 85 37 fa 21 3d 7f 9f 4d 51 58")'),
        ("svg", "<svg "),
        ("gif", ""),
    ],
)
def test_the_frame_is_given_in_the_form_that_was_asked_for(grid, monkeypatch, what, start):
    sent = []
    monkeypatch.setattr(grid, "send", lambda content, buffers=None: sent.append(content))
    page_sends(grid, do="give", what=what, ticket=3)
    assert sent[0]["ticket"] == 3
    assert sent[0]["text"].startswith(start)


def test_the_text_diagram_is_the_dissections_own(grid, monkeypatch):
    sent = []
    monkeypatch.setattr(grid, "send", lambda content, buffers=None: sent.append(content))
    page_sends(grid, do="give", what="text", ticket=1)
    assert sent == [{"ticket": 1, "text": grid.dissection.text()}]


def test_traits_can_be_set_and_observed_from_python(grid):
    seen = []
    grid.observe(lambda change: seen.append(change.new), "data")
    grid.data = b"\x89\x00"
    grid.receiver = "client"
    assert seen == [b"\x89\x00"]
    assert grid.view["verdict"]["headline"] == "A client accepts this frame:"
    assert grid.dissection.receiver == "client"


def test_a_source_that_cannot_be_read_is_refused_with_a_sentence():
    with pytest.raises(InputError, match="Expected two hex digits for each byte"):
        BitGrid("81 8")


def test_its_name_is_the_same_in_every_run(grid):
    assert repr(grid) == "BitGrid(81 85 37 fa 21 3d 7f 9f 4d 51 58)"
    assert repr(BitGrid(bytes(100))).endswith("00 … 84 more bytes)")
    assert shortened(bytes(17)).endswith("… 1 more byte")


def test_an_export_shows_a_picture(grid):
    data, _ = grid._repr_mimebundle_()
    assert data["text/html"] == grid.dissection.html()
    assert data["text/plain"].startswith(repr(grid))
    assert "application/vnd.jupyter.widget-view+json" in data


def test_its_style_sheet_measures_in_em_and_takes_colours_from_the_palette_alone():
    own = BitGrid._css[BitGrid._css.index("/* What every widget") :]
    own = re.sub(r"/\*.*?\*/", "", own, flags=re.DOTALL)
    assert set(re.findall(r"[\d.]+px", own)) == {"1px"}  # the unit of rounding
    assert re.findall(r"#[0-9a-f]{6}\b|rgba?\(", own) == []
    assert own.count("{") == own.count("}")
