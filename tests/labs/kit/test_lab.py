"""What every lab is: a column of widgets with a stage below."""

import ipywidgets
import pytest

import wslearn as ws
from wslearn.labs.kit.lab import Lab, Stage


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


LABS = sorted(name for name in ws.__all__ if name.endswith("Lab"))


@pytest.mark.parametrize("name", LABS)
def test_every_lab_can_be_presented(name):
    assert issubclass(getattr(ws, name), Lab)


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
