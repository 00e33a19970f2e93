"""A sheet: nodes as plain data, and one message at a time."""

import json

from tests.support.sheets import page_sends
from wslearn.labs.kit.sheet import Sheet, button, node


def test_a_node_is_plain_data_that_travels_as_json():
    built = node(
        "p", "a", node("b", "c"), None, class_="x", aria_label="y", hidden=False, do={"do": 1}
    )
    assert json.loads(json.dumps(built)) == {
        "tag": "p",
        "attributes": {"class": "x", "aria-label": "y"},
        "inside": ["a", {"tag": "b", "attributes": {}, "inside": ["c"]}],
        "do": {"do": 1},
    }


def test_a_button_that_is_off_says_so_and_is_not_disabled():
    # A disabled button would lose the keyboard's focus.
    off = button("undo", "undo", off=True)
    assert off["attributes"]["aria-disabled"] == "true"
    assert "disabled" not in off["attributes"]
    assert "aria-disabled" not in button("undo", "undo")["attributes"]


def test_what_the_reader_does_reaches_the_lab_and_is_answered():
    seen = []
    sheet = Sheet(seen.append)
    page_sends(sheet, **{"do": "step", "from": ["me", 3]})
    assert seen == [{"do": "step", "from": ["me", 3]}]
    assert sheet.answered == ["me", 3]


def test_its_repr_holds_no_address():
    assert repr(Sheet()) == "Sheet()"
