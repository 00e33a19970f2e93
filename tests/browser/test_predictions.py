"""Predictions in a real page: committed before the truth is shown, by mouse and by keyboard."""

import pytest

from tests.support.axe import faults
from tests.support.lab_driver import NotebookPage


@pytest.mark.usefixtures("no_browser_errors")
def test_a_prediction_is_committed_and_compared_after_the_next_cell(open_notebook):
    notebook: NotebookPage = open_notebook(
        ["import wslearn as ws", 'ws.predict("03.1")', "1 + 1", 'ws.predict("03.5")', "2 + 2"]
    )
    notebook.run_all(60)
    first, second = (notebook.output(at).locator(".wsl-asked") for at in (1, 3))
    keyboard = notebook.page.keyboard
    first.get_by_role("button", name="commit").wait_for()
    assert "It is" not in first.inner_text(), "a cell that ran before is not compared"
    first.locator(".wsl-option").nth(0).click()
    first.locator(".wsl-option[aria-pressed=true]").wait_for()
    notebook.screenshot("predict-open")
    first.get_by_role("button", name="commit").click()
    first.get_by_text("You said").wait_for()
    assert "It is" not in first.inner_text()
    notebook.screenshot("predict-committed")
    notebook.run(2)
    first.get_by_text("It did not come true.").wait_for()

    second.get_by_role("textbox").focus()
    keyboard.type("abc")
    keyboard.press("Enter")
    second.get_by_text("Expected a whole number").wait_for()
    assert second.get_by_role("textbox").input_value() == "abc"
    second.get_by_role("textbox").fill("0x3")
    second.get_by_role("textbox").press("Enter")
    second.get_by_text("You said").wait_for()
    notebook.run(4)
    second.get_by_text("It came true.").wait_for()
    found = {}
    for dark in (False, True):
        notebook.theme(dark)
        notebook.screenshot("predict-dark" if dark else "predict-light")
        found[dark] = faults(notebook.page, ".jp-OutputArea")
    notebook.page.set_viewport_size({"width": 390, "height": 844})
    assert not notebook.page.evaluate(
        "() => [...document.querySelectorAll('.wsl-asked')]"
        ".some((one) => one.scrollWidth > one.clientWidth)"
    )
    assert found == {False: [], True: []}
