"""Lines in order and own words in a real page: by mouse, keyboard and touch, light and dark."""

import pytest

from tests.support.axe import faults
from tests.support.lab_driver import NotebookPage
from wslearn.checking.parsons import parsons
from wslearn.course.exercises import find

EXERCISE = parsons(find("04.1"))

COUNT = "([root, count]) => root.querySelectorAll('.program .line').length === count"


def by_finger(page, *places):
    """A finger comes down at the first place, moves on to the others, and goes up."""
    touch = page.context.new_cdp_session(page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    for at, (x, y) in enumerate(places):
        touch.send(
            "Input.dispatchTouchEvent",
            {"type": "touchMove" if at else "touchStart", "touchPoints": [{"x": x, "y": y}]},
        )
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    touch.detach()


def inside(locator):
    """A place in an element, near its top left corner."""
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    return box["x"] + 20, box["y"] + 8


def above_two_others_by_finger(page, root):
    """Choose two lines, and drag a third to the top of the program, as on a phone."""
    heap, program = root.locator(".heap .line"), root.locator(".program .line")
    root.get_by_role("button", name="start again").click()
    heap.last.click()
    heap.last.click()
    assert program.count() == 2
    heap.last.evaluate("line => line.scrollIntoView({block: 'center'})")
    dragged, (to_x, to_y) = heap.last.inner_text(), inside(program.first)
    x, y = inside(heap.last)
    by_finger(page, *[(x + (to_x - x) * at / 5, y + (to_y - y) * at / 5) for at in range(6)])
    page.wait_for_function(COUNT, arg=[root.element_handle(), 3])
    assert program.first.inner_text() == dragged


@pytest.mark.usefixtures("no_browser_errors")
def test_lines_are_put_in_order_by_mouse_keyboard_and_touch_and_words_are_kept(open_notebook):
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
    above_two_others_by_finger(page, root)
