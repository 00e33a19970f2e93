"""Two mysteries in a real page: one is solved with the mouse, the other with the keyboard alone."""

import pytest

from tests.support.axe import faults
from tests.support.lab_driver import NotebookPage


@pytest.mark.usefixtures("no_browser_errors")
def test_a_case_is_solved_with_the_mouse_and_another_with_the_keyboard(open_notebook):
    notebook: NotebookPage = open_notebook(
        ["import wslearn as ws", 'ws.case("07")', 'ws.case("01")', "ws.case()"]
    )
    notebook.run_all(60)
    mouse, keys = notebook.output(1), notebook.output(2)
    accuse = mouse.get_by_role("button", name="this is it")
    accuse.wait_for()
    assert accuse.get_attribute("aria-disabled") == "true"
    notebook.screenshot("case-open")

    mouse.get_by_role("button", name="frame 4").click()
    mouse.locator('.wsl-bit[data-bit="0"]').click()
    mouse.get_by_text("You point at frame 4, bit 0, FIN").wait_for()
    accuse.click()
    mouse.get_by_text("Not this one.").wait_for()
    mouse.get_by_role("button", name="a hint (3 left)").click()
    mouse.get_by_text("What has passed just before").wait_for()
    notebook.screenshot("case-wrong")
    mouse.get_by_role("button", name="frame 6").click()
    mouse.get_by_text("You point at frame 6. Choose").wait_for()
    mouse.locator('.wsl-bit[data-bit="8"]').click()
    mouse.get_by_text("You point at frame 6, bit 8, MASK").wait_for()
    accuse.click()
    mouse.get_by_text("✓ Solved.").wait_for()
    assert mouse.get_by_role("link").get_attribute("href").startswith("https://github.com/")
    assert not accuse.is_visible()
    notebook.screenshot("case-solved")

    # Tab reaches the first line of each head, the arrows walk, Enter points, Tab goes on to the
    # answer.
    keyboard = notebook.page.keyboard
    keys.locator(".wsl-clue-line").first.focus()
    keyboard.press("Tab")
    for _ in range(3):
        keyboard.press("ArrowDown")
    keyboard.press("Enter")
    keys.get_by_text("You point at line 4 of the reply").wait_for()
    keyboard.press("Tab")  # the end of the connection
    keyboard.press("Tab")
    assert keys.get_by_role("button", name="this is it").evaluate(
        "(one) => one === document.activeElement"
    )
    keyboard.press("Enter")
    keys.get_by_text("✓ Solved.").wait_for()
    notebook.run(3)
    notebook.output(3).get_by_text("✓ at once").wait_for()

    found = {}
    for dark in (False, True):
        notebook.theme(dark)
        notebook.screenshot("case-dark" if dark else "case-light", 1)
        notebook.screenshot("case-line-dark" if dark else "case-line-light", 2)
        found[dark] = faults(notebook.page, ".jp-OutputArea")
    notebook.page.set_viewport_size({"width": 390, "height": 844})
    notebook.screenshot("case-narrow", 1)
    notebook.screenshot("case-line-narrow", 2)
    assert not notebook.page.evaluate(
        "() => [...document.querySelectorAll('.wsl-asked, .wsl-clues')]"
        ".some((one) => one.scrollWidth > one.clientWidth + 1)"
    )
    assert found == {False: [], True: []}


@pytest.mark.parametrize("width", [1280, 390])
def test_in_a_long_frame_the_answer_stays_within_reach_of_the_bits(open_notebook, width):
    notebook: NotebookPage = open_notebook(
        ["import wslearn as ws", 'ws.case("10")'], viewport={"width": width, "height": 900}
    )
    notebook.run_all(60)
    case = notebook.output(1)
    case.get_by_role("button", name="frame 3").click()
    bits = case.locator(".wsl-bits")
    last = case.locator(".wsl-bit").last
    last.scroll_into_view_if_needed()
    assert bits.evaluate("node => node.scrollHeight > 2 * node.clientHeight")
    top = bits.bounding_box()["y"]
    accuse = case.get_by_role("button", name="this is it").bounding_box()
    assert accuse["y"] + accuse["height"] - top < 900
    last.click()
    case.get_by_text("You point at frame 3, bit ").wait_for()
    notebook.screenshot(f"case-long-{width}", 1)
