"""What every lab is: a column of widgets with a stage below."""

import re

import ipywidgets
import pytest

import wslearn as ws
from tests.support.every_lab import LABS, TRIALS
from tests.support.places import ROOT
from tests.tools import take_pictures
from wslearn.labs.kit.lab import Lab, Stage, set_shown


def test_a_lab_has_its_widgets_in_order_and_the_stage_below():
    first, second = ipywidgets.Label("a"), ipywidgets.Label("b")
    lab = Lab([first, second])
    assert lab.children == (first, second, lab.stage)
    assert isinstance(lab.stage, Stage)
    assert "wsl-lab" in lab._dom_classes


def test_one_call_brings_it_on_the_stage_and_back():
    lab = Lab([])
    assert lab.present() is lab
    assert lab.stage.on
    assert not lab.present(False).stage.on


def test_the_stage_has_a_fixed_name_so_that_a_stored_page_can_be_compared():
    assert repr(Stage()) == "Stage()"


@pytest.mark.parametrize("name", LABS)
def test_every_lab_can_be_presented(name):
    assert issubclass(getattr(ws, name), Lab)


def test_every_lab_has_its_trial():
    assert sorted(TRIALS) == LABS, "give each one in tests/support/every_lab.py"


@pytest.mark.parametrize("name", LABS)
def test_every_lab_has_a_picture_and_a_row_in_the_readme(name):
    picture = name.lower()
    assert picture in take_pictures.LABS, "say how its picture is taken in take_pictures.py"
    row = rf"^\| `ws\.{name}\(\)` .* \| !\[{name}\]\(notebooks/pictures/{picture}\.png\) \|$"
    assert re.search(row, (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)


PIXELS = {"state": {"0px"}, "tap": {"1px"}}
"""Nothing, where CSS wants a unit, and what only a screen reader is to find."""

STYLES = sorted((ROOT / "wslearn" / "labs").glob("*/lab.css"))


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.parent.name)
def test_a_style_sheet_measures_in_em_and_takes_colours_from_the_palette_alone(path):
    own = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert set(re.findall(r"[\d.]+px", own)) == PIXELS.get(path.parent.name, set())
    assert re.findall(r"#[0-9a-f]{3,6}\b|rgba?\(", own) == []
    assert own.count("{") == own.count("}")


@pytest.mark.parametrize(
    ("lab", "field", "wrong", "right"),
    [
        (ws.MaskLab, "_key", "37 fa", "37fa213d"),
        (ws.FrameLab, "_text", "what is this?", "81 00"),
        (ws.LengthLab, "_text", "many", "300"),
    ],
)
def test_pictures_are_greyed_while_a_text_beside_them_cannot_be_used(lab, field, wrong, right):
    shown = lab()
    for text, greyed in (("", None), (wrong, True), (right, False)):
        if greyed is not None:
            getattr(shown, field).value = text
        assert ("wsl-older" in shown._dom_classes) == bool(greyed)


def test_what_was_hidden_is_shown_by_a_word_that_every_front_end_hears():
    widget = ws.BitGrid("81 00")
    for shown, display in ((False, "none"), (True, "")):
        set_shown(widget, shown)
        assert widget.layout.display == display
    package = ROOT / "wslearn"
    others = [path for path in package.rglob("*.py") if path != package / "labs" / "kit" / "lab.py"]
    found = [path for path in others if "layout.display =" in path.read_text(encoding="utf-8")]
    assert found == [], "use set_shown"
