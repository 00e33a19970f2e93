"""MaskLab as a student meets it: a real JupyterLab, a real Chromium, a mouse and a keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.lab_cell import lab_of

WIDTHS = [("phone", 420), ("tablet", 800), ("desk", 1280)]
KEY = "37 fa 21 3d"
shared, lab = lab_of("masklab", "ws.MaskLab()", ".wsl-verdict", "48 ⊕ 37 = 7f")


def verdict(lab):
    return lab.box.locator(".wsl-verdict:visible")


def bit(lab, number):
    return lab.box.locator(f'.wsl-bit[data-bit="{number}"]')


def bits(lab, row):
    return "".join(lab.box.locator(".wsl-byte").nth(row).locator(".wsl-bit").all_inner_texts())


def row(lab, name):
    """The cells of a row of the strip, joined."""
    head = lab.box.get_by_role("rowheader", name=name, exact=True)
    return head.locator("xpath=following-sibling::td")


def column(lab, index):
    return lab.box.get_by_role("button", name=f"byte {index}", exact=True)


def test_a_click_steps_to_the_next_byte_and_back(lab):
    assert [bits(lab, at) for at in range(3)] == ["01001000", "00110111", "01111111"]
    lab.button("step").click()
    expect(verdict(lab)).to_contain_text(
        "i = 1, i mod 4 = 1: 65 ⊕ fa = 9f. Key byte 1 flips 6 bits"
    )
    assert [bits(lab, at) for at in range(3)] == ["01100101", "11111010", "10011111"]
    expect(row(lab, "= sent")).to_have_text(["7f", "9f", "··", "··", "··"])
    expect(column(lab, 1)).to_have_attribute("aria-pressed", "true")
    lab.keep("masklab-step")
    lab.button("back").click()
    expect(row(lab, "= sent")).to_have_text(["7f", "··", "··", "··", "··"])
    expect(lab.button("back")).to_have_attribute("aria-disabled", "true")
    expect(lab.button("back")).to_be_focused()


def test_the_keyboard_alone_steps_walks_flips_and_leaves(lab):
    lab.button("step").focus()
    lab.key("Enter", "Space")
    expect(verdict(lab)).to_contain_text("i = 2")
    lab.key("PageDown")  # a presenter's clicker
    expect(verdict(lab)).to_contain_text("i = 3")
    lab.key("PageUp", "PageUp")
    expect(verdict(lab)).to_contain_text("i = 1")
    column(lab, 1).focus()
    lab.key("ArrowRight", "ArrowRight", "Enter")
    expect(verdict(lab)).to_contain_text("i = 3")
    expect(column(lab, 3)).to_be_focused()
    lab.key("End", "Space")
    expect(verdict(lab)).to_contain_text("The payload is masked.")
    # The strip is one stop, and so is the grid after it.
    lab.key("Tab")
    assert lab.focused("node.dataset.bit") == "0"
    lab.key("ArrowDown", "End")
    assert lab.focused("node.dataset.bit") == "15"
    assert lab.focused("node.ariaLabel") == (
        "key byte 0, bit 7, 1: the key has a 1 here, so the bit flips"
    )
    lab.key("Space")
    expect(lab.box.get_by_label("key", exact=True)).to_have_value("36 fa 21 3d")
    lab.key("Escape")
    assert lab.focused("String(node.closest('.wsl') === null)") == "true"


def test_a_presenters_clicker_steps_on_the_stage(lab):
    lab.python("bool(lab.present())")
    expect(lab.button("next")).to_be_visible()
    lab.button("next").focus()
    lab.key("PageDown", "ArrowRight")
    expect(verdict(lab)).to_contain_text("i = 2")
    lab.key("PageUp")
    expect(verdict(lab)).to_contain_text("i = 1")
    lab.keep("masklab-stage")
    lab.key("Escape")
    expect(lab.button("next")).to_be_hidden()


def test_keys_of_the_notebook_do_nothing_inside(lab):
    for place in (column(lab, 0), lab.button("step"), bit(lab, 3)):
        place.focus()
        lab.type_cell_keys()


def test_a_flipped_bit_of_the_payload_is_another_letter(lab):
    bit(lab, 2).click()
    expect(lab.box.get_by_label("text", exact=True)).to_have_value("hello")
    expect(row(lab, "text")).to_have_text(list("hello"))
    expect(bit(lab, 18)).to_have_text("0")
    assert lab.python("[lab.payload.decode(), lab.grid.data.hex()]") == ["hello", "68375f"]
    bit(lab, 18).click()  # a bit of the result cannot be flipped
    expect(bit(lab, 18)).to_have_text("0")
    assert lab.python("lab.payload.decode()") == "hello"


def test_a_bit_says_what_it_meets_and_the_turned_ones_are_named(lab):
    bit(lab, 10).hover()
    explained = lab.box.locator(".wsl-explain")
    expect(explained).to_contain_text("key byte 0, bit 2")
    expect(explained).to_contain_text("0 ⊕ 1 = 1: the key has a 1 here, so the bit flips")
    lab.page.mouse.move(5, 5)
    expect(explained).to_contain_text("Where the key has a 1, the bit flips")
    named = lab.box.locator(".wsl-byte").nth(2).locator(".wsl-label").all_inner_texts()
    assert [name.strip() for name in named] == ["turned" if b == "1" else "" for b in "00110111"]


def test_bit_by_bit_the_result_is_uncovered(lab):
    lab.button("bit by bit").click()
    expect(lab.button("bit by bit")).to_have_attribute("aria-pressed", "true")
    lab.button("step").click()
    lab.button("step").click()
    expect(verdict(lab)).to_contain_text("2 bits of 8 done.")
    assert bits(lab, 2) == "10······"
    assert (
        bit(lab, 23)
        .get_attribute("aria-label")
        .startswith("sent byte 1, bit 7, not worked out yet")
    )
    lab.keep("masklab-bit-by-bit")


def test_it_plays_to_the_end_and_can_be_paused(lab):
    lab.button("play").click()
    expect(verdict(lab)).to_contain_text("i = 2")
    lab.button("pause").click()
    expect(lab.button("play")).to_be_focused()
    now = verdict(lab).inner_text()
    lab.page.wait_for_timeout(1500)
    assert verdict(lab).inner_text() == now
    lab.button("play").click()
    expect(verdict(lab)).to_contain_text("“Hello” travels as 7f 9f 4d 51 58.")
    expect(lab.button("play")).to_have_attribute("aria-disabled", "true")
    lab.page.wait_for_timeout(1200)  # and no tick comes after the end
    expect(row(lab, "as text")).to_have_text(["·", "✗", "M", "Q", "X"])


def test_masked_twice_the_text_is_back(lab):
    lab.button("mask twice").click()
    for _ in range(4):
        lab.button("step").click()
    expect(row(lab, "received")).to_have_text(["7f", "9f", "4d", "51", "58"])
    expect(row(lab, "as text")).to_have_text(list("Hello"))
    expect(verdict(lab)).to_contain_text("Masked twice, the text is back.")


def test_started_at_the_wrong_byte_the_text_is_garbled(lab):
    phase = lab.box.locator(".widget-toggle-buttons", has_text="the receiver starts")
    expect(phase).to_be_hidden()
    lab.button("start at the wrong byte").click()
    expect(phase).to_be_visible()
    column(lab, 4).click()
    expect(verdict(lab)).to_contain_text("Started at key byte 1, the receiver reads “\\x85\\xbepf")
    expect(verdict(lab)).to_contain_text("1007")
    expect(row(lab, "(i + 1) mod 4")).to_have_text(["1", "2", "3", "0", "1"])
    lab.keep("masklab-wrong-phase")
    phase.get_by_role("button", name="0", exact=True).click()
    expect(verdict(lab)).to_contain_text("i = 0, i mod 4 = 0")
    column(lab, 4).click()
    expect(verdict(lab)).to_contain_text("the receiver reads “Hello”.")


def test_the_cache_is_poisoned_without_a_mask_and_clean_with_one(lab):
    lab.button("why: the cache").click()
    expect(bit(lab, 0)).to_be_hidden()
    lanes = lab.box.locator(".wsl-lanes section")
    expect(lanes).to_have_count(3)
    expect(lanes.nth(0)).to_contain_text("GET /timetable.js HTTP/1.1")
    expect(lanes.nth(1)).not_to_contain_text("timetable.js")
    for _ in range(3):
        lab.button("step").click()
    expect(lanes.nth(0)).to_contain_text("✗ steal_passwords()")
    expect(lanes.nth(1)).to_contain_text("✓ show_timetable()")
    expect(lanes.nth(2)).to_contain_text("✗ steal_passwords()")
    expect(verdict(lab)).to_contain_text("An unpredictable mask keeps the cache clean.")
    lab.keep("masklab-why")
    key = lab.box.get_by_label("key", exact=True)
    key.fill("00 00 00 00")
    key.press("Enter")
    expect(lanes.nth(1)).to_contain_text("✗ steal_passwords()")
    expect(verdict(lab)).to_contain_text("With this key the mask did not help.")
    lab.button("new key").click()
    expect(lanes.nth(1)).to_contain_text("✓ show_timetable()")


def test_a_new_key_is_drawn_and_an_invalid_one_is_answered(lab):
    key = lab.box.get_by_label("key", exact=True)
    lab.button("new key").click()
    expect(key).not_to_have_value(KEY)
    expect(key).to_have_value(re.compile("^([0-9a-f]{2} ){3}[0-9a-f]{2}$"))
    key.fill("37 fa")
    key.press("Enter")
    expect(verdict(lab)).to_contain_text("Expected a masking-key of 4 bytes, got 2.")
    expect(key).to_have_value("37 fa")


def test_a_hostile_text_is_shown_as_text(lab):
    with lab.harmless():
        text = lab.box.get_by_label("text", exact=True)
        text.fill("<img src=x onerror=alert(1)><script>alert(2)</script>")
        text.press("Enter")
        expect(row(lab, "text").first).to_have_text("<")
        column(lab, 52).click()
        expect(verdict(lab)).to_contain_text("<img src=x onerror=alert(1)>")


def test_the_byte_at_work_is_always_in_sight(lab):
    text = lab.box.get_by_label("text", exact=True)
    text.fill("x" * 64)
    text.press("Enter")
    for index in (0, 30, 63, 10):
        column(lab, index).dispatch_event("click")
        expect(column(lab, index)).to_have_attribute("aria-pressed", "true")
        inside = column(lab, index).evaluate(
            """node => {
                const frame = node.closest('[data-scrolls]').getBoundingClientRect();
                const head = node.closest('tr').querySelector('th').getBoundingClientRect();
                const box = node.getBoundingClientRect();
                return head.right <= box.left + 1 && box.right <= frame.right + 1;
            }"""
        )
        assert inside, index


def test_everything_has_a_name_and_room_for_a_finger(lab):
    lab.button("start at the wrong byte").click()
    expect(row(lab, "received")).to_have_count(5)
    assert lab.without_a_name() == 0
    assert lab.small_targets() == []
    assert bit(lab, 0).bounding_box()["height"] >= 24
    expect(lab.box.get_by_role("status")).to_have_count(1)
    expect(lab.box.get_by_role("group", name="steps")).to_be_visible()
    expect(lab.box.get_by_role("grid", name="One byte of the payload")).to_be_visible()


@pytest.mark.parametrize("look", ["mask", "phase", "why"])
def test_it_fits_its_page_at_every_width(lab, look):
    lab.open(f"ws.MaskLab(look={look!r})")
    lab.button("step").click()
    for width in lab.widths(WIDTHS):
        assert lab.too_wide() == [], width
        assert lab.too_small() == [], width
        assert lab.touching(".wsl-label:visible > span") == [], width
        lab.keep(f"masklab-{look}-{width}")


def test_a_larger_font_enlarges_everything(lab):
    small = [bit(lab, 0).bounding_box(), column(lab, 0).bounding_box()]
    with lab.dressed(1280, font=28):
        assert lab.too_small() == []
        assert lab.too_wide() == []
        large = [bit(lab, 0).bounding_box(), column(lab, 0).bounding_box()]
        lab.keep("masklab-projector")
    for one, other in zip(small, large, strict=True):
        assert other["height"] == pytest.approx(2 * one["height"], rel=0.05)


def test_nothing_above_the_bits_moves_from_step_to_step(lab):
    for look in ("mask", "mask twice"):
        lab.button(look).click()
        expect(lab.button("back")).to_have_attribute("aria-disabled", "true")
        before = bit(lab, 0).bounding_box()
        for _ in range(4):
            lab.button("step").click()
        expect(lab.button("step")).to_have_attribute("aria-disabled", "true")
        assert bit(lab, 0).bounding_box() == before


def test_it_can_be_read_without_its_colours(lab):
    lab.button("step").click()
    with lab.without_colours("masklab-forced-colours"):
        expect(row(lab, "= sent")).to_have_text(["7f", "9f", "··", "··", "··"])
    lab.button("why: the cache").click()
    for _ in range(3):
        lab.button("step").click()
    expect(lab.box.locator(".wsl-lanes .wire.refused").first).to_contain_text("✗")
    expect(lab.box.locator(".wsl-lanes .wire.accepted").first).to_contain_text("✓")
