"""The question of a lesson's lab has the answer that the lesson gives, in a real page.

The lesson's first cell and its lab are run, so a change in either is noticed here.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.support.lab_driver import lesson_code
from wslearn.protocol.text import counted

EIGHT_LETTERS = int.from_bytes(b"a" * 8, "big")
LABS = {
    # lesson: the bit that answers its question, and what the verdict then says. In 04 the flip
    # makes a length of the first eight letters.
    "04": (14, f"{counted(EIGHT_LETTERS, 'byte')}, written in 64 bits."),
    "10": (39, "a whole text message, “Hallo”, compressed to 7 bytes"),
}

pytestmark = pytest.mark.usefixtures("no_browser_errors")


def lesson(number):
    code = lesson_code(number)
    return [code[0], next(source for source in code if re.search(r"ws\.\w+Lab\(", source))]


@pytest.mark.parametrize("number", LABS)
def test_one_flip_answers_the_question_of_the_lab(open_notebook, number):
    bit, told = LABS[number]
    notebook = open_notebook(lesson(number))
    notebook.run(0)
    lab = notebook.run(1)
    lab.locator(f'.wsl-bit[data-bit="{bit}"]').click()
    expect(lab.locator(".wsl-told")).to_contain_text(told)
    notebook.screenshot(f"lesson-{number}-lab", 1)


def test_the_key_that_answers_the_question_of_lesson_05_is_found_bit_by_bit(open_notebook):
    notebook = open_notebook(lesson("05"))
    notebook.run(0)
    lab = notebook.run(1)
    for index, byte in enumerate(bytes.fromhex("37fa213d")):
        lab.get_by_role("button", name=f"byte {index}", exact=True).click()
        expect(lab.locator(".wsl-head").nth(1)).to_contain_text(f"key byte {index}")
        for bit in range(8):
            if (byte ^ 0b0010_0000) >> (7 - bit) & 1:
                lab.locator(f'.wsl-bit[data-bit="{8 + bit}"]').click()
    expect(lab.get_by_label("key", exact=True)).to_have_value("20 20 20 20")
    lab.get_by_role("button", name="byte 4", exact=True).click()
    sent = lab.get_by_role("rowheader", name="as text", exact=True)
    expect(sent.locator("xpath=following-sibling::td")).to_have_text(list("hELLO"))
    notebook.screenshot("lesson-05-lab", 1)
