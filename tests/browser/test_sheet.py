"""A sheet puts on the page what Python describes, and nothing that could run."""

import pytest
from playwright.sync_api import expect

from tests.support.lab_cell import LabCell

pytestmark = pytest.mark.usefixtures("no_browser_errors")

HOSTILE = """
from wslearn.labs.kit.sheet import Sheet, node
sheet = Sheet()
sheet.view = [
    node("script", "window.hit = 1"),
    node("img", src="x", onerror="window.hit = 2"),
    node("a", "link", href="javascript:window.hit = 3"),
    node("p", "<img src=x onerror='window.hit = 4'>", onclick="window.hit = 5", id="here"),
    node("p", "styled", style={"background": "red", "--own": "1em"}, id="styled"),
]
sheet
"""

CHANGING = """
from wslearn.labs.kit.sheet import Sheet, button, node
def act(message):
    count[0] += 1
    show()
def show():
    rows = [node("li", f"row {at} of {count[0]}", tabindex="-1", data_stop=True) for at in range(3)]
    sheet.view = [button(f"pressed {count[0]}", "press"), node("ul", *rows, data_walk="down")]
count = [0]
sheet = Sheet(act)
show()
sheet
"""


def test_only_what_is_listed_is_made_whatever_python_sends(open_notebook):
    notebook = open_notebook([HOSTILE])
    box = notebook.run(0)
    expect(box.locator("#here")).to_have_text("<img src=x onerror='window.hit = 4'>")
    box.locator("#here").click()
    sheet = box.locator(".wsl-sheet")
    assert sheet.locator("script, img, a, [onclick], [src], [href]").count() == 0
    styled = box.locator("#styled")
    assert styled.evaluate("node => node.style.cssText") == "--own: 1em;"
    notebook.page.wait_for_timeout(200)
    assert notebook.page.evaluate("window.hit") is None


def test_what_changes_is_changed_in_place_so_that_the_focus_stays(open_notebook):
    notebook = open_notebook([CHANGING])
    box = notebook.run(0)
    lab = LabCell(notebook)
    box.get_by_role("button").focus()
    for count in (1, 2, 3):
        lab.key("Enter")
        expect(box.get_by_role("button")).to_have_text(f"pressed {count}")
        expect(box.get_by_role("button")).to_be_focused()
    lab.key("Tab", "ArrowDown", "ArrowDown", "ArrowDown")
    assert lab.focused() == "row 2 of 3"
    lab.key("Home")
    assert lab.focused() == "row 0 of 3"
    assert box.locator("[data-stop][tabindex='0']").count() == 1
