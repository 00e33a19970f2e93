"""axe-core, the usual judge of accessible pages, finds no fault in any lab; keys work in all."""

import pytest
from playwright.sync_api import expect

from tests.support.axe import faults
from tests.support.every_lab import LABS, PATIENCE, TRIALS, by_keys


@pytest.mark.parametrize("name", LABS)
def test_axe_finds_nothing_wrong_with_a_lab(open_notebook, name):
    notebook = open_notebook([f"import wslearn as ws\nws.{name}()"])
    notebook.run(0)
    notebook.output(0).locator(".wsl-stage").wait_for()
    found = {}
    for dark in (False, True):
        notebook.theme(dark)
        found["dark" if dark else "light"] = faults(notebook.page, ".wsl-lab")
    notebook.output(0).get_by_role("button", name="present", exact=True).click()
    notebook.page.wait_for_function("() => document.fullscreenElement")
    found["on the stage"] = faults(notebook.page, ".wsl-lab")
    assert {where: wrong for where, wrong in found.items() if wrong} == {}


def test_axe_is_awake(open_notebook):
    notebook = open_notebook(["import wslearn as ws\nws.FrameLab()"])
    notebook.run(0)
    button = notebook.output(0).locator(".wsl-stage button").first
    button.evaluate("node => node.setAttribute('aria-hidden', 'x')")
    assert faults(notebook.page, ".wsl-lab")


# -- without a mouse, on a phone, with reduced motion ---------------------------------------------

WIDER = """() => {
  const lab = document.querySelector(".wsl-lab"), edge = lab.getBoundingClientRect().right + 1;
  const moves = (node) => node !== lab && (node.getBoundingClientRect().right <= edge
    && getComputedStyle(node).overflowX !== "visible" || moves(node.parentElement));
  return [...lab.querySelectorAll("*")].filter((node) => node.checkVisibility()
    && node.getBoundingClientRect().right > edge && !moves(node.parentElement))
    .map((node) => `${node.localName}.${node.className.baseVal ?? node.className}`);
}"""
"""What stands out of the lab to the right, but for what its own frame moves sideways."""

BREAKS = "node => getComputedStyle(node).wordBreak"
"""JupyterLab's own is to break a print inside words."""

MOVING = """() => document.getAnimations().filter((one) => one.playState === "running"
  && one.effect.target?.closest(".wsl-lab")).length"""


@pytest.mark.parametrize("name", LABS)
def test_a_lab_is_used_with_the_keyboard_alone_on_a_phone(open_notebook, name):
    narrow = {"width": 390, "height": 844}
    cell = f"import wslearn as ws\nprint('A sentence that needs two lines here.')\nws.{name}()"
    notebook = open_notebook([cell], viewport=narrow)
    page, trial = notebook.page, TRIALS[name]
    page.emulate_media(reduced_motion="reduce")
    notebook.run(0)
    lab = notebook.output(0).locator(".wsl-lab")
    told = lab.locator(trial.where).first
    lab.locator(".wsl:visible").first.wait_for()
    assert page.evaluate(WIDER) == []
    assert notebook.output(0).locator("pre").first.evaluate(BREAKS) == "normal"
    expect(told).not_to_contain_text(trial.then)
    by_keys(lab, trial.by_keys)
    expect(told).to_contain_text(trial.then, timeout=PATIENCE)
    assert page.evaluate(MOVING) == 0
    for width in (390, 420):
        page.set_viewport_size({**narrow, "width": width})
        assert page.evaluate(WIDER) == []
    by_keys(lab, [('button:visible:text-is("present")', "Enter")])
    expect(lab).to_have_css("font-size", "34px")
    page.keyboard.press("Escape")
    expect(lab).not_to_have_css("font-size", "34px")
    page.emulate_media(reduced_motion="no-preference")
