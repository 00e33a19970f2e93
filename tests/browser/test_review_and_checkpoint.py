"""A review and a checkpoint in a real page: by keyboard, narrow and wide, in light and dark."""

import pytest

from tests.support.axe import faults
from tests.support.lab_driver import NotebookPage, keep
from wslearn.course.checkpoint.bank import items
from wslearn.course.review import asked

OLD = """\
import wslearn as ws
from wslearn.course import progress
from wslearn.course.progress_record import Record, Review
log = (Review(0, "2026-01-05T10:00:00Z", "right"),)
names = [f"04 question {at}" for at in (1, 2, 3)]
progress.kept().put(Record(reviews={name: log for name in names}))"""


def dressed(notebook: NotebookPage, index: int, name: str) -> dict[str, list[str]]:
    """What axe finds in an output in both themes; whether it fits a phone; keeps screenshots."""
    found = {}
    for dark, width in ((False, 1280), (True, 390)):
        notebook.page.set_viewport_size({"width": width, "height": 1400})
        notebook.theme(dark)
        box = notebook.output(index).locator(".wslearn-quiz, table").first
        box.scroll_into_view_if_needed()
        where = f"{name}-{'dark' if dark else 'light'}-{width}"
        keep(notebook.output(index), where)
        beyond = box.evaluate("box => box.getBoundingClientRect().right > window.innerWidth")
        found[where] = ["wider than the page"] if beyond else []
        part = ".wslearn-quiz" if box.evaluate("box => box.tagName") == "DIV" else "table"
        found[where] += faults(notebook.page, part)
    return {where: wrong for where, wrong in found.items() if wrong}


@pytest.mark.usefixtures("no_browser_errors")
def test_a_review_and_a_checkpoint_are_answered_by_keyboard(open_notebook):
    cells = [OLD, "ws.review()", "ws.review()", "ws.checkpoint()", "ws.checkpoint()"]
    notebook: NotebookPage = open_notebook(cells)
    for index in (0, 1, 3):
        notebook.run(index, 60)
    keyboard = notebook.page.keyboard

    review = notebook.output(1).locator(".wslearn-quiz")
    review.get_by_text("Review: 3 questions, a minute or two").wait_for()
    options = review.locator("button.wslearn-option")
    questions = [asked(f"04 question {at}", 1) for at in (1, 2, 3)]
    wrong = (questions[0].right + 1) % 4
    options.nth(wrong).focus()
    keyboard.press("Space")
    review.get_by_text(questions[0].options[wrong].feedback).wait_for()
    for at, question in enumerate(questions):
        options.nth(4 * at + question.right).focus()
        keyboard.press("Enter")
    review.get_by_text("2 of 3 right at once.").wait_for()
    assert dressed(notebook, 1, "review") == {}
    notebook.run(2, 60)
    notebook.wait_text(2, "Nothing is due today.")

    test = notebook.output(3).locator(".wslearn-quiz")
    buttons = test.locator("button.wslearn-option")
    for at, item in enumerate(items("before")):
        buttons.nth(5 * at + item.question.right).focus()
        keyboard.press("Space")
        test.get_by_text(f"{at + 1} of 10 answered").or_(test.get_by_text("You knew")).wait_for()
        if at == 3:
            assert dressed(notebook, 3, "checkpoint") == {}
    test.get_by_text("You knew 10 of 10 before lesson 01.").wait_for()
    assert buttons.nth(items("before")[0].question.right).is_enabled()
    assert test.locator("button[disabled]").count() == 40
    notebook.run(4, 60)
    notebook.wait_text(4, "You knew 10 of 10 before lesson 01.")
    assert dressed(notebook, 4, "outcome") == {}
