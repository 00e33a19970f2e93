"""axe-core, the usual judge of accessible pages, finds no fault in any lab; keys work in all."""

import pytest
from playwright.sync_api import expect

from tests.support.axe import faults
from tests.support.every_lab import LABS, PATIENCE, TRIALS, by_keys
from tests.support.lab_cell import assert_no_errors, each_lab
from tests.support.lab_driver import drawn
from wslearn.draw.theme import DARK, LIGHT

shared, lab = each_lab("accessible")

PAPER = """node => "#" + getComputedStyle(node).backgroundColor.match(/\\d+/g)
  .map((part) => Number(part).toString(16).padStart(2, "0")).join("")"""
"""The colour behind a lab."""


@pytest.mark.parametrize("name", LABS)
@pytest.mark.parametrize(("dark", "paper"), [(False, LIGHT.paper), (True, DARK.paper)])
def test_axe_finds_nothing_wrong_with_a_lab(lab, name, dark, paper):
    assert lab.box.locator(".wsl:visible").first.evaluate(PAPER) == paper
    found = {"in the page": faults(lab.page, ".wsl-lab")}
    lab.keep(f"{name}-{'dark' if dark else 'light'}")
    with lab.presented():
        found["on the stage"] = faults(lab.page, ".wsl-lab")
    assert {where: wrong for where, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("name", ["FrameLab"])
def test_axe_is_awake(lab, name):
    button = lab.box.locator(".wsl-stage button").first
    button.evaluate("node => node.setAttribute('aria-hidden', 'x')")
    assert faults(lab.page, ".wsl-lab")


# -- without a mouse, on a phone, with reduced motion ---------------------------------------------

WIDER = """() => {
  const lab = document.querySelector(".wsl-lab"), edge = lab.getBoundingClientRect().right + 1;
  const moves = (node) => node !== lab && (node.getBoundingClientRect().right <= edge
    && getComputedStyle(node).overflowX !== "visible" || moves(node.parentElement));
  return [...lab.querySelectorAll("*")].filter((node) => node.checkVisibility()
    && node.getBoundingClientRect().right > edge && !moves(node.parentElement))
    .map((node) => `${node.localName}.${node.className.baseVal ?? node.className} “${
      node.textContent}” up to ${node.getBoundingClientRect().right} of ${edge}`);
}"""
"""What stands out of the lab to the right, but for what its own frame moves sideways."""

BREAKS = "node => getComputedStyle(node).wordBreak"
"""JupyterLab's own is to break a print inside words."""

MOVING = """() => document.getAnimations().filter((one) => one.playState === "running"
  && one.effect.target?.closest(".wsl-lab")).length"""


@pytest.mark.parametrize("name", LABS)
def test_a_lab_is_used_with_the_keyboard_alone_on_a_phone(shared, name):
    narrow = {"width": 390, "height": 844}
    page, trial = shared.page, TRIALS[name]
    shared.notebook.errors.clear()
    shared.undress()
    page.set_viewport_size(narrow)
    page.emulate_media(reduced_motion="reduce")
    shared.open(f"print('A sentence that needs two lines here.') or ws.{name}()")
    lab = shared.box.locator(".wsl-lab")
    told = lab.locator(trial.where).first
    drawn(page)
    assert page.evaluate(WIDER) == []
    assert shared.box.locator("pre").first.evaluate(BREAKS) == "normal"
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
    assert_no_errors(shared)
