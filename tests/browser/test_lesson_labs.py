"""The question of a lesson's lab has the answer that the lesson gives, in a real page.

The lesson's own cells are run, its first and its lab, so a lab that moves on is noticed here.
"""

import nbformat
import pytest
from playwright.sync_api import expect

from wslearn.protocol.text import counted

EIGHT_LETTERS = int.from_bytes(b"a" * 8, "big")
LABS = {
    # lesson: the bit that answers its question, and what the verdict then says. In 04 twelve
    # letters have come, and the flip makes a length of the first eight.
    "04": (14, f"A client waits for more: {counted(EIGHT_LETTERS - 4, 'byte')}"),
    "05": (23, "a whole text message, “Ielln”"),
    "10": (39, "a whole text message, “Hallo”, compressed to 7 bytes"),
}

pytestmark = pytest.mark.usefixtures("no_browser_errors")


def lesson(jupyter, number):
    [path] = jupyter.root.glob(f"{number}-*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    code = [at for at, cell in enumerate(cells) if cell.cell_type == "code"]
    lab = next(at for at in code if "ws.FrameLab(" in cells[at].source)
    return path.name, code[0], lab


@pytest.mark.parametrize("number", LABS)
def test_one_flip_answers_the_question_of_the_lab(open_notebook, jupyter, number):
    name, first, at = lesson(jupyter, number)
    bit, told = LABS[number]
    notebook = open_notebook(name)
    notebook.run(first)
    lab = notebook.run(at)
    lab.locator(f'.wsl-bit[data-bit="{bit}"]').click()
    expect(lab.locator(".wsl-told")).to_contain_text(told)
    notebook.screenshot(f"lesson-{number}-lab", at)
