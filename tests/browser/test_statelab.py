"""StateLab as a student meets it: a real JupyterLab, a real Chromium, a mouse and a keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.lab_cell import lab_of

WIDTHS = [("phone", 420), ("desk", 1280)]
shared, lab = lab_of("statelab", "ws.StateLab()", ".wsl-moment", "the first fragment")


def moment(lab):
    return lab.box.locator(".wsl-moment")


def machine(lab, side):
    return lab.box.get_by_role("img", name=re.compile(f"^the state of the {side}"))


def pills(lab):
    return lab.box.locator("button.pill")


def clipped(lab):
    """Notes beside the lifelines that overflow their row."""
    return lab.box.locator(".wsl-passed .note").evaluate_all(
        """nodes => nodes
            .filter(n => n.scrollHeight > n.clientHeight + 1 || n.scrollWidth > n.clientWidth + 1)
            .map(n => n.textContent)"""
    )


def test_a_step_moves_the_conversation_and_says_what_happened(lab):
    lab.button("step").click()
    expect(moment(lab)).to_contain_text("The server keeps the fragment")
    expect(moment(lab)).to_have_attribute("role", "status")
    lab.button("to the end").click()
    expect(moment(lab)).to_contain_text("whole text message: “Hello”")
    expect(pills(lab)).to_have_count(5)
    expect(lab.button("step")).to_have_attribute("aria-disabled", "true")
    lab.keep("statelab-fragments")
    lab.button("start").click()
    expect(pills(lab)).to_have_count(1)


def test_arrows_and_a_presenters_clicker_step_back_and_forth(lab):
    lab.button("step").focus()
    lab.key("ArrowRight", "PageDown")
    expect(moment(lab)).to_contain_text("The server sends a ping")
    lab.key("PageUp")
    expect(moment(lab)).to_contain_text("keeps the fragment")
    lab.key("ArrowLeft")
    expect(moment(lab)).to_contain_text("the first fragment")
    lab.key("End")
    expect(moment(lab)).to_contain_text("“Hello”")
    lab.key("Home")
    expect(moment(lab)).to_contain_text("the first fragment")
    expect(lab.button("step")).to_be_focused()


def test_both_machines_follow(lab):
    lab.choose("what happens", "the client closes")
    lab.button("step").click()
    lab.button("step").click()
    expect(machine(lab, "client")).to_have_attribute(
        "aria-label", "the state of the client: close sent"
    )
    lab.button("step").click()
    expect(machine(lab, "server")).to_have_attribute(
        "aria-label", "the state of the server: close due"
    )
    expect(lab.box.get_by_label("what may come next for the server")).to_contain_text(
        "we send a Close → close done"
    )
    expect(moment(lab)).to_contain_text("server: open → close due")
    lab.keep("statelab-close-due")
    lab.button("to the end").click()
    for side in ("client", "server"):
        expect(machine(lab, side)).to_have_attribute("aria-label", re.compile("closed$"))


def test_a_frame_that_is_picked_shows_its_bits_and_its_verdict(lab):
    lab.button("to the end").click()
    expect(pills(lab)).to_have_count(5)
    pills(lab).nth(1).click()
    told = lab.box.locator(".wsl-told")
    expect(told).to_contain_text("A client accepts this frame: a ping, “there?”.")
    expect(pills(lab).nth(1)).to_have_attribute("aria-pressed", "true")
    lab.key("ArrowUp", "Enter")
    expect(told).to_contain_text("A server accepts this frame: the first fragment")
    expect(pills(lab).first).to_be_focused()
    lab.key("Tab")
    assert "pill" not in lab.focused("node.className"), "one tab stop for all the frames"


def test_commands_go_on_from_here_and_a_forbidden_one_is_explained(lab):
    lab.box.get_by_label("they say:").fill("κόσμε")
    lab.box.get_by_label("they say:").press("Enter")
    lab.button("server: text").click()
    expect(moment(lab)).to_contain_text("The server sends a whole text message, “κόσμε”.")
    lab.button("client: close 1000").click()
    lab.button("client: text").click()
    expect(moment(lab)).to_contain_text("This cannot be done now.")
    expect(moment(lab)).to_contain_text("our Close has been sent")
    lab.keep("statelab-forbidden")
    lab.choose("the rule to break", "a reserved bit")
    lab.button("server: break the rule").click()
    lab.button("to the end").click()
    assert "fails the connection with 1002" in " ".join(lab.python("lab.told"))


def test_what_is_held_stays_on_its_way_so_that_closes_cross(lab):
    hold = lab.button("hold what the client sends")
    hold.click()
    expect(hold).to_have_attribute("aria-pressed", "true")
    lab.button("client: close 1000").click()
    expect(lab.box.locator("line.flying")).to_have_count(2)
    expect(moment(lab)).to_contain_text("Next: nothing: everything on its way is held.")
    lab.button("server: close 1000").click()
    lab.button("to the end").click()
    hold.click()
    lab.button("to the end").click()
    expect(machine(lab, "client")).to_have_attribute("aria-label", re.compile("closed$"))
    expect(lab.box.locator("line.flying")).to_have_count(0)
    lab.keep("statelab-held")


def test_it_plays_by_itself_and_can_be_paused(lab):
    lab.button("play").focus()
    lab.key("Enter")
    expect(moment(lab)).to_contain_text("keeps the fragment")
    expect(lab.button("pause")).to_be_focused()
    lab.key("Enter")
    expect(lab.button("play")).to_be_focused()
    at = lab.python("lab.at")
    lab.page.wait_for_timeout(2500)
    assert lab.python("lab.at") == at


def test_every_arrow_runs_from_line_to_line_and_downwards(lab):
    lab.choose("what happens", "Closes that cross")
    lab.button("to the end").click()
    expect(lab.box.locator("line.arrived")).to_have_count(3)
    drawn = lab.box.locator(".wsl-wires line").evaluate_all(
        """lines => lines.map(line => ['x1', 'y1', 'x2', 'y2'].map(
            name => line[name].baseVal.value))"""
    )
    wire = lab.box.locator(".wsl-passed .wire").first.bounding_box()
    wires = lab.box.locator(".wsl-wires").bounding_box()
    assert wires["x"] == pytest.approx(wire["x"], abs=2)
    assert wires["width"] == pytest.approx(wire["width"], abs=3)
    for x1, y1, x2, y2 in drawn:
        assert sorted((x1, x2)) == pytest.approx([0, wires["width"]], abs=1)
        assert y2 > y1
    (_, close_y, _, close_end), (_, other_y, _, other_end), _ = drawn
    assert other_y < close_end, "the second leaves before the first has come"
    assert close_y < other_end


def test_no_two_labels_touch(lab):
    for scenario in ("a broken rule", "messages after our own Close", "the line is cut"):
        lab.choose("what happens", scenario)
        lab.button("to the end").click()
        lab.page.wait_for_timeout(300)
        assert lab.touching(".pill, .wsl-passed .note > span") == []


def test_a_hostile_message_is_shown_as_text(lab):
    with lab.harmless():
        lab.choose("what happens", "the client closes")
        says = lab.box.get_by_label("they say:")
        says.fill("<img src=x onerror=alert(1)>")
        says.press("Enter")
        lab.button("client: text").click()
        expect(moment(lab)).to_contain_text("<img src=x onerror=alert(1)>")


def test_keys_of_the_notebook_do_nothing_inside_it(lab):
    lab.button("step").focus()
    lab.type_cell_keys()
    expect(lab.button("step")).to_be_focused()


def test_it_fits_its_page_at_every_width(lab):
    for width in lab.widths(WIDTHS):
        for scenario in ("a broken rule", "Closes that cross"):
            lab.choose("what happens", scenario)
            lab.button("to the end").click()
            lab.page.wait_for_timeout(200)
            assert lab.unfit() == {}, width
            assert clipped(lab) == [], width
        lab.keep(f"statelab-{width}")


def test_a_larger_font_enlarges_everything(lab):
    small = pills(lab).first.bounding_box()
    drawn = machine(lab, "client").bounding_box()
    with lab.dressed(1280, font=28):
        large = pills(lab).first.bounding_box()
        assert large["height"] == pytest.approx(2 * small["height"], rel=0.1)
        assert machine(lab, "client").bounding_box()["width"] == pytest.approx(
            2 * drawn["width"], rel=0.05
        )
        assert lab.too_wide() == []
        assert lab.too_small() == []
        assert clipped(lab) == []
        lab.keep("statelab-projector")


def test_it_can_be_read_without_its_colours(lab):
    lab.choose("what happens", "the client closes")
    lab.button("to the end").click()
    expect(pills(lab)).to_have_count(3)
    with lab.without_colours("statelab-forced-colours"):
        styles = lab.box.locator(".wsl-passed .wire").evaluate_all(
            "nodes => nodes.map(node => getComputedStyle(node).borderLeftStyle)"
        )
    assert {"solid", "double", "dotted"} == set(styles)
    labels = pills(lab).all_inner_texts()
    assert labels == ["text “Hello”", "close 1000", "close 1000"]


def test_on_the_stage_the_moment_and_its_sentence_stay_in_sight(lab):
    lab.choose("what happens", "the client closes")
    with lab.presented():
        for _ in range(7):
            lab.key("PageDown")
        expect(moment(lab)).to_contain_text("For the client the connection is closed: clean")
        expect(lab.box.locator("[data-now]")).to_be_in_viewport(ratio=0.9)
        expect(moment(lab)).to_be_in_viewport(ratio=0.9)
        expect(lab.button("client: text")).to_be_hidden()
        assert clipped(lab) == []
        lab.notebook.screenshot("statelab-stage")
