"""The quiz and the checker in a real page: by mouse, by keyboard, in light and dark."""

import pytest

from tests.support.lab_driver import NotebookPage
from wslearn.course.quizzes import questions

FIRST, SECOND, THIRD = questions("04")[:3]
EACH = 4
"""How many options each of these questions has."""


@pytest.mark.usefixtures("no_browser_errors")
def test_a_quiz_is_answered_by_mouse_and_by_keyboard(open_notebook):
    notebook: NotebookPage = open_notebook(["import wslearn as ws", 'ws.quiz("04")'])
    notebook.run_all(60)
    quiz = notebook.output(1).locator(".wslearn-quiz")
    quiz.wait_for()
    options = quiz.locator("button.wslearn-option")
    keyboard = notebook.page.keyboard
    has_focus = "button => button === document.activeElement"

    wrong = (FIRST.right + 1) % EACH
    options.nth(wrong).click()
    quiz.get_by_text(FIRST.options[wrong].feedback).wait_for()
    quiz.get_by_text("0 of 5 solved, 0 at the first try.").wait_for()

    # From here on the keyboard alone: Tab to the next option, Space or Enter to choose.
    chosen = options.nth(EACH + SECOND.right)
    options.nth(EACH + SECOND.right - 1).focus()
    keyboard.press("Tab")
    assert chosen.evaluate(has_focus)
    keyboard.press("Space")
    quiz.get_by_text(SECOND.options[SECOND.right].feedback).wait_for()
    assert chosen.evaluate(has_focus), "the reply must not take the focus away"
    notebook.screenshot("quiz-light", 1)

    options.nth(2 * EACH + THIRD.right).focus()
    keyboard.press("Enter")
    quiz.get_by_text("2 of 5 solved, 2 at the first try.").wait_for()
    notebook.theme(dark=True)
    notebook.screenshot("quiz-dark", 1)


@pytest.mark.usefixtures("no_browser_errors")
def test_verdicts_hints_and_solutions_are_drawn(open_notebook):
    notebook: NotebookPage = open_notebook(
        [
            "import wslearn as ws",
            'ws.check("04.2")',
            "def encode_length(length):\n    return bytes([length])\n\n\n"
            'ws.check("04.2", encode_length)',
            'ws.hint("04.2")',
            'ws.solution("04.2")',
            'ws.check("00.1", "Hello!")',
        ]
    )
    notebook.run_all(60)
    notebook.wait_text(1, "not solved yet")
    notebook.wait_text(2, "What this usually means:")
    notebook.wait_text(3, "hint 1 of 3")
    source = notebook.output(4).locator("pre")
    assert not source.is_visible()
    notebook.output(4).locator("summary").click()
    source.wait_for()
    notebook.wait_text(5, "passed")
    notebook.screenshot("checks-light")
    notebook.theme(dark=True)
    notebook.screenshot("checks-dark")
