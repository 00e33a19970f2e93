"""On the stage, in a real JupyterLab: large type, two keys to step with, and a way back."""

import pytest
from playwright.sync_api import expect

from tests.support.every_lab import LABS
from tests.support.lab_cell import each_lab

LEAST = 24
"""The smallest type that can be read from the last row, in pixels."""

SMALLEST = """() => {
  const lab = document.querySelector(".wsl-presented");
  const written = [...lab.querySelectorAll("*")].filter((node) =>
    node.checkVisibility({ visibilityProperty: true }) &&
    [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()) &&
    !node.closest("[aria-hidden=true]"));
  return written.map((node) => [
    parseFloat(getComputedStyle(node).fontSize) * (node.closest("svg")
      ? node.closest("svg").getScreenCTM().a : 1),
    String(node.className.baseVal ?? node.className), node.textContent.slice(0, 20)]);
}"""


FIELDS = ("FIN", "RSV1", "RSV2", "RSV3", "opcode", "MASK", "payload length", "masking-key")

shared, lab = each_lab("staged")


@pytest.mark.parametrize("name", LABS)
def test_every_lab_goes_on_the_stage_and_comes_back(lab, name):
    page = lab.page
    lab.button("present").click()
    page.wait_for_function("() => document.fullscreenElement")
    # Every word can be read from the last row.
    assert [found for found in page.evaluate(SMALLEST) if found[0] < LEAST - 0.5] == []
    # What only the presenter needs is hidden, and can be shown.
    controls = page.locator(".wsl-presented .wsl-controls")
    if controls.count():
        expect(controls.first).to_be_hidden()
        page.get_by_role("button", name="show the controls").click()
        expect(controls.first).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_function("() => !document.querySelector('.wsl-presented')")
    page.wait_for_function("() => !document.fullscreenElement")
    page.wait_for_function("() => document.activeElement.textContent === 'present'")


@pytest.mark.parametrize("keys", [("PageDown", "PageUp"), ("ArrowRight", "ArrowLeft")])
@pytest.mark.parametrize("name", ["FrameLab"])
def test_two_keys_walk_from_field_to_field_and_dim_the_others(lab, name, keys):
    page = lab.page
    with lab.presented():
        explained = page.locator(".wsl-presented .wsl-explain")
        for field in FIELDS:
            page.keyboard.press(keys[0])
            expect(explained.locator("b")).to_contain_text(field)
        lit = page.locator('.wsl-presented .wsl-bit[data-bit="20"]')
        dim = page.locator('.wsl-presented .wsl-bit[data-bit="0"]')
        expect(lit).to_have_css("opacity", "1")
        expect(dim).not_to_have_css("opacity", "1")
        expect(explained).to_be_in_viewport()
        page.keyboard.press(keys[1])
        expect(explained.locator("b")).to_contain_text("payload length")


@pytest.mark.parametrize("name", ["GalleryLab"])
def test_a_lab_with_steps_of_its_own_is_stepped_through(lab, name):
    page = lab.page
    with lab.presented():
        count = page.locator(".wsl-presented .wsl-at")
        page.keyboard.press("PageDown")
        expect(count).to_contain_text("2 of")
        page.keyboard.press("PageUp")
        expect(count).to_contain_text("1 of")
        page.keyboard.press("ArrowDown")
        expect(page.locator(".wsl-presented .wsl-explain b")).to_contain_text("FIN")


def test_one_call_enlarges_a_lab_inside_the_page(open_notebook):
    notebook = open_notebook(["import wslearn as ws\nlab = ws.FrameLab()\nlab.present()\nlab"])
    notebook.run(0)
    page = notebook.page
    expect(page.locator(".wsl-presented")).to_have_count(1)
    assert not page.evaluate("() => Boolean(document.fullscreenElement)")
    assert [found for found in page.evaluate(SMALLEST) if found[0] < LEAST - 0.5] == []
    page.get_by_role("button", name="end", exact=True).click()
    expect(page.locator(".wsl-presented")).to_have_count(0)


SEEN = """(selector) => {
  const lab = document.querySelector(".wsl-presented");
  const node = lab.querySelector(selector), box = node.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return Boolean(top) && (node === top || node.contains(top));
}"""
"""Whether the middle of an element is on the screen, and nothing lies over it."""


WHOLE = """() => {
  const lab = document.querySelector(".wsl-presented"), box = (what) =>
    lab.querySelector(what)?.getBoundingClientRect();
  const said = box(".wsl-explain"), verdict = box(".wsl-answer, p.wsl-verdict");
  return {
    explained: said.bottom - box(".wsl-bar").top, verdict: verdict.height / innerHeight,
    between: box(".wsl-answer") ? said.top - verdict.bottom : 0,
  };
}"""
"""How far the line that explains runs under the bar, the verdict's share of the screen, and the gap
between the two, through which bits would show."""


@pytest.mark.parametrize(("name", "key"), [("FrameLab", "ArrowRight"), ("MaskLab", "ArrowDown")])
def test_on_a_small_projector_what_is_chosen_said_and_pressed_is_on_the_screen(lab, name, key):
    page = lab.page
    with lab.presented():
        page.mouse.move(640, 300)  # the pointer rests where bits will scroll by
        for _ in range(9):
            assert page.evaluate(SEEN, ".wsl-bar button")
            page.keyboard.press(key)
            page.wait_for_timeout(60)  # a page that scrolled looks what is under it
            assert page.evaluate(SEEN, ".wsl-bit:focus[data-lit], [data-stop]:focus")
            whole = page.evaluate(WHOLE)
            assert whole["explained"] <= 1
            assert abs(whole["between"]) <= 1
            assert whole["verdict"] < 0.16
            assert page.evaluate(SEEN, ".wsl-told" if name == "FrameLab" else "p.wsl-verdict")
        lab.notebook.screenshot(f"stage-{name.lower()}-720")
        page.keyboard.press("Home")
        first = page.locator(".wsl-presented .wsl-bit.starts:visible").first
        expect(first).to_be_focused()
        expect(first).to_have_attribute("data-lit", "")
        assert page.evaluate(SEEN, ".wsl-bit:focus[data-lit]")
        # Out of sight, a bit is brought back by Space, and flipped by the next.
        digit = first.inner_text()
        page.evaluate("() => { const lab = document.querySelector('.wsl-presented');"
                      " lab.querySelector('.wsl-bits').style.paddingBottom = '3000px';"
                      " lab.scrollTop = 3000; }")  # fmt: skip
        assert not page.evaluate(SEEN, ".wsl-bit:focus")
        page.keyboard.press(" ")
        assert (first.inner_text(), page.evaluate(SEEN, ".wsl-bit:focus")) == (digit, True)
        page.keyboard.press(" ")
        expect(first).not_to_have_text(digit)


@pytest.mark.parametrize("name", ["LengthLab"])
def test_on_a_small_projector_the_longer_length_is_seen_and_the_bar_stands_below(lab, name):
    page = lab.page
    with lab.presented():
        for bit in ("16", "31"):
            assert page.evaluate(SEEN, f'.wsl-bit[data-bit="{bit}"]')
        assert page.evaluate(
            "() => innerHeight - document.querySelector('.wsl-bar').getBoundingClientRect().bottom"
        ) == pytest.approx(0, abs=1)
