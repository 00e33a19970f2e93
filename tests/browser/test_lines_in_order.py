"""Lines in order and own words in a real page: by mouse, by keyboard, small, light and dark."""

import pytest

from tests.support.axe import faults
from tests.support.lab_driver import NotebookPage
from wslearn.checking.parsons import parsons
from wslearn.course.exercises import find

EXERCISE = parsons(find("04.1"))


@pytest.mark.usefixtures("no_browser_errors")
def test_lines_are_put_in_order_by_mouse_and_by_keyboard_and_words_are_kept(open_notebook):
    notebook: NotebookPage = open_notebook(
        ["import wslearn as ws", 'ws.lines("04.1")', 'ws.explain("03")']
    )
    notebook.run_all(60)
    page, keyboard = notebook.page, notebook.page.keyboard
    root = notebook.output(1).locator(".wsl-lines")
    root.get_by_role("button", name="run and check").wait_for()
    heap, program = root.locator(".heap .line"), root.locator(".program .line")
    count = heap.count()

    # By keyboard: each line is chosen with Enter and indented with the arrows.
    for line, level in EXERCISE.solved[:-1]:
        root.locator(f"[data-line='{line}'] .line").focus()
        keyboard.press("Enter")
        for _ in range(6):
            keyboard.press("ArrowLeft")
        for _ in range(level):
            keyboard.press("ArrowRight")
    assert "line 4 of 4" in root.locator(".unseen").inner_text()
    last, level = EXERCISE.solved[-1]
    # By mouse: the last one is dragged to the top, where it is wrong, and then moved down.
    box = root.locator(f"[data-line='{last}'] .line").bounding_box()
    target = program.first.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(target["x"] + 20, target["y"] + 2, steps=5)
    page.mouse.up()
    assert program.count() == 5
    assert program.first.inner_text() == EXERCISE.pieces[last]
    root.get_by_role("button", name="run and check").click()
    root.get_by_text("not right yet").wait_for()
    notebook.screenshot("lines-wrong", 1)
    program.first.focus()
    for _ in range(4):
        keyboard.press("Alt+ArrowDown")
    for _ in range(3):
        keyboard.press("ArrowLeft")
    assert program.last.evaluate("line => line === document.activeElement")
    root.get_by_role("button", name="run and check").click()
    root.get_by_text("04.1").filter(has_text="passed").wait_for()
    assert heap.count() == count - 5

    words = notebook.output(2).locator(".wsl-asked")
    words.get_by_role("textbox").fill("FIN ends a message.\nThe opcode says what it is.")
    words.get_by_role("button", name="hand in").click()
    words.get_by_role("checkbox").first.focus()
    keyboard.press("Space")
    words.get_by_text("1 of 3 points ticked").wait_for()
    found = {}
    for dark in (False, True):
        notebook.theme(dark)
        notebook.screenshot(f"lines-{'dark' if dark else 'light'}", 1)
        notebook.screenshot(f"words-{'dark' if dark else 'light'}", 2)
        found[dark] = faults(page, ".jp-OutputArea")
    assert found == {False: [], True: []}
    page.set_viewport_size({"width": 390, "height": 844})
    notebook.screenshot("lines-narrow", 1)
    wide = (
        "root => [...root.querySelectorAll('*')]"
        ".filter((one) => one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1)"
        ".map((one) => one.className)"
    )
    assert root.evaluate(wide) == []
