"""PipeLab as a student meets it: a real JupyterLab, a real Chromium, a mouse and a keyboard."""

from playwright.sync_api import expect

from tests.support.lab_cell import lab_of

WIDTHS = [("phone", 390), ("tablet", 800), ("desk", 1280)]
shared, lab = lab_of("pipelab", "ws.PipeLab()", ".wsl-verdict", "Nothing has been sent yet.")


def verdict(lab):
    return lab.box.locator(".wsl-verdict:visible")


def water(lab, place):
    """How full a vessel is, as a share of its height."""
    return lab.box.locator(".wsl-vessel").nth(place).evaluate(
        """vessel => {
            const high = what => vessel.querySelector(what).getBoundingClientRect().height;
            return high('.water') / high('.glass');
        }"""
    )  # fmt: skip


def test_it_plays_by_itself_and_a_knob_is_turned_meanwhile_with_the_keyboard(lab):
    lab.button("play").click()
    expect(verdict(lab)).to_contain_text("its kernel's buffer fills")
    expect(lab.box.locator(".bore[data-flows]")).to_have_count(1)
    reader = lab.box.get_by_role("slider", name="the reader takes")
    reader.focus()
    lab.key("End")
    expect(reader).to_have_attribute("aria-valuetext", "128 KiB/s")
    expect(verdict(lab)).to_contain_text("The sender sets the pace.")
    expect(reader).to_be_focused()
    lab.button("pause").click()
    expect(lab.box.locator(".bore[data-flows]")).to_have_count(0)
    assert lab.python("lab.knobs.read") == 128


def test_vessels_are_as_full_as_the_model_says(lab):
    for _ in range(6):
        lab.button("step").click()
    expect(verdict(lab)).to_contain_text("nothing bounds it")
    lab.page.wait_for_function(
        "() => document.querySelectorAll('.wsl-vessel .water')[1].getAnimations().length == 0"
    )
    held, kernel, inbox = lab.python("[lab.now.held, lab.now.kernel, lab.now.inbox]")
    for place, size in enumerate((held, kernel, inbox)):
        assert abs(water(lab, place) - size / 65536) < 0.04
    lab.button("back").click()
    expect(lab.box.locator(".wsl-at")).to_contain_text("moment 6 of 121")


def test_on_a_small_projector_sentence_and_vessels_are_in_sight_together(lab):
    with lab.presented():
        lab.key(*["PageDown"] * 7)
        expect(verdict(lab)).to_contain_text("nothing bounds it")
        expect(verdict(lab)).to_be_in_viewport(ratio=1)
        bar = lab.box.locator(".wsl-bar").bounding_box()["y"]
        for part in lab.box.locator(".wsl-pipe, .wsl-pipe :is(p, .glass, .aside)").all():
            box = part.bounding_box()
            assert box["y"] + box["height"] < bar
        lab.notebook.screenshot("pipelab-stage")


def test_it_fits_its_page_at_every_width(lab):
    lab.button("slow network").click()
    lab.button("drop oldest").click()
    for _ in range(5):
        lab.button("step").click()
    for width in lab.widths(WIDTHS):
        lab.keep(f"pipelab-{width}")
        assert lab.unfit() == {}, width
