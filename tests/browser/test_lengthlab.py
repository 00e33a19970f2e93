"""LengthLab as a student meets it: a real JupyterLab, a real Chromium, a mouse and a keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.lab_cell import lab_of

WIDTHS = [("phone", 420), ("tablet", 800), ("desk", 1280)]
shared, lab = lab_of("lengthlab", "ws.LengthLab(125)", ".wsl-told", "125 bytes, written in 7 bits.")


def verdict(lab):
    return lab.box.locator(".wsl-told")


def bit(lab, number):
    return lab.box.locator(f'.wsl-bit[data-bit="{number}"]')


def slider(lab):
    return lab.box.get_by_role("slider", name="payload length")


def field(lab):
    return lab.box.get_by_label("sends, in bytes of payload:")


def test_the_slider_goes_to_each_stop_with_the_keyboard_alone(lab):
    slider(lab).focus()
    for bits, header, length in [
        (16, "82 7e 00 7e", "126"),
        (16, "82 7e 00 7f", "127"),
        (16, "82 7e ff ff", "65\u202f535"),
        (64, "82 7f 00 00 00 00 00 01 00 00", "65\u202f536"),
        (
            64,
            "82 7f 7f ff ff ff ff ff ff ff",
            "9\u202f223\u202f372\u202f036\u202f854\u202f775\u202f807",
        ),
    ]:
        lab.key("ArrowRight")
        expect(verdict(lab)).to_contain_text(f"{length} bytes, written in {bits} bits.")
        expect(slider(lab)).to_have_attribute("aria-valuetext", f"{length} bytes")
        expect(slider(lab)).to_be_focused()
        assert lab.python("lab.data.hex(' ')") == header
        slider(lab).focus()
    lab.key("Home")
    expect(verdict(lab)).to_contain_text("0 bytes, written in 7 bits.")
    lab.key("End")
    expect(verdict(lab)).to_contain_text("written in 64 bits.")


def test_a_stop_can_be_clicked_and_the_thumb_moves_over_it(lab):
    lab.button("65\u202f536").click()
    expect(verdict(lab)).to_contain_text("65\u202f536 bytes, written in 64 bits.")
    expect(slider(lab)).to_have_js_property("value", "5")
    track = slider(lab).bounding_box()
    thumb = 1.8 * 14  # the notebook's own type has 14 pixels
    at = track["x"] + thumb / 2 + (track["width"] - thumb) * 5 / 6
    stop = lab.button("65\u202f536").bounding_box()
    assert at == pytest.approx(stop["x"] + stop["width"] / 2, abs=2)


def test_a_presenters_clicker_goes_from_stop_to_stop_on_the_stage(lab):
    lab.python("bool(lab.present())")
    expect(lab.button("next")).to_be_visible()
    lab.button("next").focus()
    lab.key("PageDown")
    expect(verdict(lab)).to_contain_text("126 bytes, written in 16 bits.")
    lab.key("ArrowRight", "ArrowLeft", "PageUp")
    expect(verdict(lab)).to_contain_text("125 bytes, written in 7 bits.")
    lab.keep("lengthlab-stage")
    lab.key("Escape")
    expect(lab.button("next")).to_be_hidden()


def test_a_number_between_two_stops_lets_the_thumb_stand_between_them(lab):
    field(lab).fill("2^10")
    field(lab).press("Enter")
    expect(verdict(lab)).to_contain_text("1024 bytes, written in 16 bits.")
    expect(field(lab)).to_have_value("1024")
    expect(slider(lab)).to_have_js_property("value", "3.5")
    slider(lab).focus()
    lab.key("ArrowLeft")
    expect(verdict(lab)).to_contain_text("127 bytes")
    expect(slider(lab)).to_have_js_property("value", "3")


def test_a_drag_of_the_slider_is_followed(lab):
    track = slider(lab).bounding_box()
    height = track["y"] + track["height"] / 2
    lab.page.mouse.move(track["x"] + track["width"] / 6, height)
    lab.page.mouse.down()
    lab.page.mouse.move(track["x"] + track["width"] / 2, height, steps=4)
    lab.page.mouse.move(track["x"] + track["width"] - 5, height, steps=4)
    lab.page.mouse.up()
    expect(verdict(lab)).to_contain_text("9\u202f223\u202f372")
    assert lab.python("lab.length") == 2**63 - 1


def test_a_flip_of_a_length_bit_is_judged_and_taken_back(lab):
    bit(lab, 14).click()
    expect(verdict(lab)).to_contain_text(
        "7\u202f016\u202f996\u202f765\u202f293\u202f437\u202f281 bytes"
    )
    expect(verdict(lab)).to_contain_text("first 8 letters of the payload")
    lab.keep("lengthlab-flip")
    bit(lab, 14).focus()
    lab.key("Control+z")
    expect(verdict(lab)).to_contain_text("125 bytes, written in 7 bits.")
    assert lab.focused("node.dataset.bit") == "14"


def test_the_longer_form_is_put_on_the_grid_refused_and_mended(lab):
    lab.button("64 bits").click()
    expect(verdict(lab)).to_contain_text("125 bytes, written in 64 bits. A length must be written")
    expect(verdict(lab)).to_contain_text("(RFC\xa06455\xa0§5.2) A client fails")
    expect(lab.button("64 bits")).to_have_attribute("aria-pressed", "true")
    expect(lab.button("64 bits")).to_be_focused()
    lab.keep("lengthlab-longer-form")
    lab.button("write the length in its shortest form").click()
    expect(verdict(lab)).to_contain_text("written in 7 bits. The shortest form")
    expect(lab.button("7 bits")).to_have_attribute("aria-pressed", "true")
    lab.button("65\u202f535").click()
    expect(lab.box.get_by_text("cannot hold it: 125 at most")).to_be_visible()
    expect(lab.button("7 bits")).to_have_count(0)


def test_a_client_sends_four_bytes_more(lab):
    expect(lab.box.locator(".wsl-cost")).to_contain_text("2 of 127 bytes")
    lab.button("A client").click()
    expect(verdict(lab)).to_contain_text("a server accepts this header of 6 bytes")
    expect(lab.box.locator(".wsl-bit")).to_have_count(48)
    expect(lab.box.locator(".wsl-cost")).to_contain_text("6 of 131 bytes")
    expect(lab.box.get_by_role("img", name="at 125 bytes: 6 bytes")).to_be_visible()


def test_what_is_no_number_is_answered_where_it_was_typed(lab):
    field(lab).press_sequentially("x")
    expect(lab.box.locator(".wsl-notice")).to_have_text(
        "Press Enter to see how this length is written."
    )
    field(lab).press("Enter")
    expect(lab.box.locator(".wsl-notice")).to_contain_text("got 'x' at character")
    before = bit(lab, 0).bounding_box()
    slider(lab).focus()
    lab.key("ArrowRight")
    expect(lab.box.locator(".wsl-notice")).to_be_hidden()
    assert bit(lab, 0).bounding_box() == before


def test_the_point_lies_on_the_curve(lab):
    for length in ("0", "126", "65\u202f535", "2⁶³−1"):
        lab.button(length).click()
        expect(lab.button(length)).to_have_attribute("data-on", "true")
        apart = lab.box.locator(".wsl-plot").evaluate_all(
            """plots => plots.map(plot => {
                const line = plot.querySelector('.wsl-curve[data-on]');
                const box = plot.querySelector('svg').getBoundingClientRect();
                const point = plot.querySelector('.wsl-point');
                const place = getComputedStyle(point);
                const x = 100 * place.getPropertyValue('--x');
                const y = 100 * place.getPropertyValue('--y');
                let best = Infinity;
                for (let at = 0; at <= line.getTotalLength(); at += 0.1) {
                    const p = line.getPointAtLength(at);
                    best = Math.min(best, Math.hypot(p.x - x, p.y - y));
                }
                return best;
            })"""
        )
        assert max(apart) < 1.5, length  # of a hundred


def test_the_keyboard_alone_reaches_everything(lab):
    lab.box.get_by_role("button", name="A server").focus()
    seen = []
    for _ in range(12):
        seen.append(lab.focused("`${node.localName} ${node.type ?? ''} ${node.dataset.bit ?? ''}`"))
        lab.key("Tab")
    assert [name.split()[:2] for name in seen if name.startswith("input")] == [
        ["input", "text"],
        ["input", "range"],
    ]
    assert sum(name.split()[-1].isdigit() for name in seen) == 1, "the grid is one tab stop"
    lab.button("16 bits").focus()
    lab.key("Enter")
    expect(verdict(lab)).to_contain_text("written in 16 bits.")
    lab.type_cell_keys()


def test_everything_has_a_name_and_room_for_a_finger(lab):
    assert lab.without_a_name() == 0
    assert lab.small_targets() == []
    assert slider(lab).bounding_box()["height"] >= 24
    expect(lab.box.get_by_role("table")).to_have_attribute("aria-label", re.compile("three forms"))
    expect(lab.box.get_by_role("rowheader")).to_have_count(3)
    expect(lab.box.get_by_role("status")).to_have_count(1)


def test_it_fits_its_page_at_every_width(lab):
    lab.open("ws.LengthLab('2^63-1', 'client')")
    for width in lab.widths(WIDTHS):
        assert lab.too_wide() == [], width
        assert lab.too_small() == [], width
        assert lab.touching(".wsl-stop") == [], width
        lab.keep(f"lengthlab-{width}")


def test_a_larger_font_enlarges_everything(lab):
    small = [slider(lab).bounding_box(), lab.box.locator(".wsl-plot").first.bounding_box()]
    with lab.dressed(1280, font=28):
        assert lab.too_small() == []
        assert lab.too_wide() == []
        large = [slider(lab).bounding_box(), lab.box.locator(".wsl-plot").first.bounding_box()]
        lab.keep("lengthlab-projector")
    for one, other in zip(small, large, strict=True):
        assert other["height"] == pytest.approx(2 * one["height"], rel=0.05)


def test_it_can_be_read_without_its_colours(lab):
    lab.button("64 bits").click()
    with lab.without_colours("lengthlab-forced-colours"):
        marks = lab.box.locator(".wsl-judged").all_inner_texts()
    assert [mark[0] for mark in marks] == ["✓", "✗", "✗"]
    dashes = "nodes => nodes.map(node => getComputedStyle(node).strokeDasharray)"
    other, own = lab.box.locator(".wsl-plot").first.locator(".wsl-curve").evaluate_all(dashes)
    assert own == "none" != other


@pytest.mark.parametrize(("name", "width"), WIDTHS)
def test_the_longest_length_is_read_to_its_last_digit(lab, name, width):
    with lab.dressed(width):
        field(lab).fill(str(2**63 - 1))
        cut = field(lab).evaluate("node => node.scrollWidth - node.clientWidth")
        assert cut <= 0
