"""FrameLab as a student meets it: a real JupyterLab, a real Chromium, a mouse and a keyboard.

One page serves all tests; each starts with a new lab. A second cell asks Python for its view, so
that every test sees both ends.
"""

import re
import struct
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.lab_cell import LabCell, page_of
from tests.support.lab_driver import NotebookPage

HELLO = "81 85 37 fa 21 3d 7f 9f 4d 51 58"
PLAIN = "81 05 48 65 6c 6c 6f"
FONT = "--jp-content-font-size1"
UNMASKED = "91 05 48 65 6c 6c 6f"
SIZE = {"width": 1280, "height": 900}
WIDTHS = [("phone", 420), ("tablet", 800), ("laptop", 950), ("desk", 1280)]
"""In pixels. The laptop is what is left beside the file list, where four bytes are narrowest."""


class Lab(LabCell):
    """The FrameLab in cell 0, as a person and as Python see it."""

    size = SIZE

    def __init__(self, notebook: NotebookPage) -> None:
        super().__init__(notebook)
        self.root = self.box.locator(".wsl")
        self.verdict = self.box.locator(".wsl-told")
        self.field = self.box.locator(".widget-text input")
        self.notice = self.box.locator(".wsl-notice")
        self.reading = self.box.locator(".wsl-reading")
        self.agree = self.box.get_by_label("permessage-deflate is agreed")
        self.said = self.box.locator(".wsl-said")
        self.explained = self.box.locator(".wsl-explain")
        self.row = self.box.locator(".wsl-fields tr[data-lit]")

    def open(self, source: str = f'"{HELLO}"', **arguments: object) -> None:
        """Show a new lab."""
        more = "".join(f", {name}={value!r}" for name, value in arguments.items())
        super().open(f"ws.FrameLab({source}{more})")

    def bit(self, number: int):
        return self.box.locator(f'.wsl-bit[data-bit="{number}"]')

    def paste(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def focused_bit(self) -> int | None:
        """The number of the bit that has the keyboard's focus."""
        number = self.page.evaluate("document.activeElement.dataset.bit ?? null")
        return None if number is None else int(number)


shared = page_of("framelab", Lab)


@pytest.fixture
def lab(shared):
    """A lab with the RFC's masked “Hello”; an error logged by the page fails the test."""
    shared.begin()
    yield shared
    assert shared.notebook.errors == []


def test_a_click_flips_a_bit_and_the_verdict_follows(lab):
    expect(lab.verdict).to_contain_text("A server accepts this frame: a whole text message")
    lab.bit(8).click()
    expect(lab.bit(8)).to_have_text("0")
    expect(lab.verdict).to_contain_text("A server fails the connection with 1002.")
    expect(lab.verdict).to_contain_text("masked. (RFC\xa06455\xa0§5.1)")
    expect(lab.field).to_have_value(HELLO.replace("85", "05", 1))
    assert lab.focused_bit() == 8
    assert lab.python("[lab.data[1], lab.grid.selected]") == [0x05, 8]


def test_the_keyboard_alone_walks_flips_mends_and_leaves(lab):
    lab.field.focus()
    for _ in range(20):
        lab.key("Tab")
        if lab.focused_bit() is not None:
            break
    assert lab.focused_bit() == 0
    lab.key("ArrowDown", "ArrowRight", "End", "ArrowUp", "Home")
    assert lab.focused_bit() == 0
    lab.key("Control+End")
    assert lab.focused_bit() == 87
    lab.key("ArrowRight", "ArrowDown", "Control+Home", "ArrowLeft")
    assert lab.focused_bit() == 0
    lab.key(*["ArrowRight"] * 8, "Space")
    expect(lab.verdict).to_contain_text("1002")
    assert lab.focused_bit() == 8
    assert lab.page.evaluate("document.activeElement.ariaLabel") == (
        "byte 1, bit 0, MASK, 0: no masking-key; the payload is sent as it is; a rule is broken"
    )
    lab.keep("framelab-focus-fault")
    lab.key("Enter")
    expect(lab.verdict).to_contain_text("accepts")
    # One tab stop: the next stop is after the grid, and the one before it leads back.
    lab.key("Tab")
    assert lab.focused_bit() is None
    lab.key("Shift+Tab")
    assert lab.focused_bit() == 8
    lab.key("Escape")
    assert lab.focused_bit() is None
    assert lab.page.evaluate("document.activeElement.closest('.wsl') === null")


def test_keys_of_the_notebook_do_nothing_inside_the_grid(lab):
    lab.bit(3).focus()
    lab.type_cell_keys()
    lab.key("ArrowDown")
    assert lab.focused_bit() == 35


def test_bits_and_table_light_each_other(lab):
    lab.bit(10).hover()
    expect(lab.row).to_contain_text("payload length")
    expect(lab.explained).to_contain_text("payload length 5")
    expect(lab.explained).to_contain_text("bit 10 · byte 1, bit 2 · worth 32 in its byte")
    expect(lab.explained.locator(".wsl-swatch")).to_be_visible()
    assert lab.box.locator(".wsl-bit[data-lit]").count() == 7
    lab.box.locator(".wsl-fields tr", has_text="masking-key").last.click()
    expect(lab.bit(16)).to_have_attribute("aria-selected", "true")
    assert lab.box.locator(".wsl-bit[data-lit]").count() == 32
    expect(lab.explained).to_contain_text("masking-key 37 fa 21 3d")
    lab.key("ArrowUp")  # the table is walked with the arrows, too
    expect(lab.row).to_contain_text("payload length")
    lab.page.wait_for_timeout(300)
    assert lab.python("lab.grid.selected") == 9
    lab.page.mouse.move(5, 5)
    lab.python("setattr(lab.grid, 'selected', 0)")
    expect(lab.row).to_contain_text("FIN")
    expect(lab.bit(0)).to_have_attribute("aria-selected", "true")


def test_the_line_says_what_is_true_after_a_click_though_the_mouse_rests(lab):
    lab.bit(15).hover()
    lab.bit(15).click()
    expect(lab.explained).to_contain_text("payload length 4")
    lab.bit(15).click()
    expect(lab.explained).to_contain_text("payload length 5")
    lab.box.locator(".wsl-fields tr", has_text="FIN").locator("td").last.hover()
    expect(lab.explained).to_contain_text("FIN 1")
    lab.python("lab.grid.flip(0)")
    expect(lab.explained).to_contain_text("FIN 0")
    expect(lab.explained).to_contain_text("more frames follow")


def test_every_bit_says_which_it_is_and_what_it_is_worth(lab):
    lab.open("ws.Frame.binary(bytes(300)).encode()", receiver="client")
    heights = set()
    for bit, said in {
        0: "bit 0 · byte 0, bit 0 · worth 128 in its byte",
        18: "bit 18 · byte 2, bit 2 · worth 32 in its byte, 8192 in the number",
        34: "bit 34 · byte 4, bit 2 · worth 32 in its byte",
    }.items():
        lab.bit(bit).hover()
        expect(lab.explained.locator(".wsl-place")).to_have_text(said)
        heights.add(lab.explained.bounding_box()["height"])
    lab.box.locator(".wsl-fields tr", has_text="extended").locator("td").last.hover()
    expect(lab.explained.locator(".wsl-place")).to_have_text("bits 16–31")
    lab.page.mouse.move(5, 5)
    heights.add(lab.explained.bounding_box()["height"])
    assert len(heights) == 1


@pytest.mark.parametrize(
    ("width", "font", "bits"),
    [
        # All of them where sentences wrap most, elsewhere the first of each field. Not the length's
        # highest bits: they change the header, and so the picture.
        (420, "14px", (0, 1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 40)),
        (800, "17px", (0, 8, 15, 16)),
        (1280, "28px", (0, 8, 15, 16)),
    ],
)
def test_the_same_place_is_the_same_bit_after_a_flip(lab, width, font, bits):
    try:
        lab.page.set_viewport_size({"width": width, "height": 1800})
        lab.page.evaluate(f"document.documentElement.style.setProperty({FONT!r}, '{font}')")
        lab.open(f'"{PLAIN}"', receiver="client")
        for bit in bits:
            lab.bit(bit).hover()
            before = [lab.bit(some).bounding_box() for some in (0, 16, 32)]
            old = lab.bit(bit).inner_text()
            for now in ("10"[int(old)], old):
                lab.page.mouse.down()  # where the mouse is
                lab.page.mouse.up()
                expect(lab.bit(bit)).to_have_text(now)
                told = PLAIN if now == old else re.compile(f"^(?!{PLAIN}$)")
                expect(lab.field).to_have_value(told)
                assert [lab.bit(some).bounding_box() for some in (0, 16, 32)] == before, bit
    finally:
        lab.page.set_viewport_size(SIZE)
        lab.page.evaluate(f"document.documentElement.style.removeProperty({FONT!r})")


def test_a_bad_paste_does_not_move_the_bits_and_a_flip_takes_its_answer_away(lab):
    before = lab.bit(0).bounding_box()
    lab.paste("81 8x")
    expect(lab.notice).to_be_visible()
    assert lab.bit(0).bounding_box() == before
    lab.bit(0).click()
    expect(lab.notice).to_be_hidden()
    assert lab.bit(0).bounding_box() == before


def test_a_paste_is_taken_without_enter_and_typing_says_that_enter_is_next(lab):
    lab.page.evaluate("navigator.clipboard.writeText('89 00')")
    lab.field.focus()
    lab.key("ControlOrMeta+a", "ControlOrMeta+v")
    expect(lab.verdict).to_contain_text("must be masked")
    lab.key("ControlOrMeta+a")
    lab.field.press_sequentially("8x")
    expect(lab.notice).to_have_text("Press Enter to see what these bytes are.")
    assert lab.python("lab.data.hex()") == "8900"
    lab.field.press("Enter")
    expect(lab.notice).to_contain_text("got 'x'")
    lab.field.press_sequentially("0")
    expect(lab.notice).to_contain_text("Press Enter")  # the old answer does not stay
    lab.field.press("Backspace")
    lab.field.press("Enter")  # the text that was answered already
    expect(lab.notice).to_contain_text("got 'x'")


def test_a_paste_becomes_the_frame_and_a_bad_one_is_explained_where_it_was_typed(lab):
    lab.paste(r"\x89\x00")
    expect(lab.field).to_have_value("89 00")
    expect(lab.verdict).to_contain_text("must be masked")
    lab.paste("81 8x")
    expect(lab.notice).to_have_text(
        "Expected hex digits (0 to 9, a to f), two for each byte; got 'x' at character 5."
    )
    expect(lab.field).to_have_value("81 8x")
    expect(lab.bit(0)).to_have_text("1")
    lab.keep("framelab-bad-paste")
    lab.button("undo").click()
    expect(lab.notice).to_be_hidden()
    expect(lab.field).to_have_value("89 00")
    lab.button("undo").click()
    expect(lab.field).to_have_value(HELLO)


def test_who_receives_and_what_was_agreed_change_the_verdict(lab):
    lab.box.get_by_role("button", name="a client").click()
    expect(lab.verdict).to_contain_text("A client fails the connection with 1002.")
    expect(lab.verdict).to_contain_text("Frames from a server must not be masked.")
    lab.box.get_by_role("button", name="a server").click()
    expect(lab.verdict).to_contain_text("accepts")
    lab.bit(1).click()
    expect(lab.verdict).to_contain_text("reserved bit")
    lab.agree.click()
    expect(lab.verdict).to_contain_text("accepts this frame: a whole text message, compressed")
    expect(lab.agree).to_be_checked()
    lab.agree.click()
    lab.bit(1).click()
    expect(lab.agree).to_be_hidden()


def test_a_repair_stands_beside_each_fault_and_hands_on_the_focus(lab):
    lab.paste(UNMASKED)
    expect(lab.box.locator(".wsl-others")).to_contain_text("byte 1, bit 0: Frames from a client")
    lab.keep("framelab-two-faults")
    lab.button("mask it").click()
    expect(lab.box.locator(".wsl-others")).to_be_hidden()
    lab.button("clear RSV3").focus()
    lab.key("Enter")
    expect(lab.verdict).to_contain_text("accepts")
    expect(lab.field).to_have_value(HELLO)
    assert lab.focused_bit() is not None


def test_undo_and_redo_by_button_and_by_keys(lab):
    lab.bit(4).click()
    lab.bit(5).click()
    expect(lab.field).to_have_value(re.compile("^8d"))
    lab.button("undo").click()
    expect(lab.field).to_have_value(re.compile("^89"))
    lab.bit(0).focus()
    lab.key("Control+z")
    expect(lab.field).to_have_value(HELLO)
    assert lab.focused_bit() == 0
    expect(lab.button("undo")).to_have_attribute("aria-disabled", "true")
    lab.key("Control+Shift+Z", "Control+y")
    expect(lab.field).to_have_value(re.compile("^8d"))
    expect(lab.button("redo")).to_have_attribute("aria-disabled", "true")


def test_the_frame_can_be_copied_as_hex_as_python_and_as_text(lab):
    def copied(name: str, said: str) -> str:
        lab.button(f"copy {name}").click()
        expect(lab.said).to_have_text(said)
        return lab.page.evaluate("navigator.clipboard.readText()")

    assert copied("hex", "Copied the hex digits.") == HELLO
    assert copied("Python", "Copied a Python expression.") == f'bytes.fromhex("{HELLO}")'
    assert copied("text", "Copied the text diagram.") == lab.python("lab.dissection.text()")


def test_where_the_clipboard_is_refused_the_text_stands_ready(lab):
    lab.page.evaluate("() => { navigator.clipboard.write = () => Promise.reject(new Error()); }")
    try:
        lab.button("copy hex").click()
        area = lab.box.locator("textarea")
        expect(area).to_be_focused()
        selected = "document.activeElement.value.slice(0, document.activeElement.selectionEnd)"
        assert lab.page.evaluate(selected) == HELLO
        lab.keep("framelab-clipboard-refused")
    finally:
        lab.page.evaluate("() => { delete navigator.clipboard.write; }")
    lab.button("done").click()
    expect(area).to_be_hidden()


def test_the_frame_can_be_saved_as_svg_and_as_png(lab):
    def saved(name: str) -> bytes:
        with lab.page.expect_download() as download:
            lab.button(f"save {name}").click()
        assert download.value.suggested_filename == f"websocket-frame.{name.lower()}"
        return Path(download.value.path()).read_bytes()

    svg = saved("SVG").decode()
    assert svg == lab.python("lab.dissection.svg()")
    png = saved("PNG")
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    drawn = re.search(r'<svg[^>]* viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert width / height == pytest.approx(float(drawn[1]) / float(drawn[2]), rel=0.02)
    assert width >= 800
    assert len(png) > 5_000  # an empty canvas of this size would be far smaller


def test_a_hostile_payload_is_shown_as_text(lab):
    payload = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    with lab.harmless():
        lab.open(f"ws.Frame.text({payload!r}).encode()", receiver="client")
        expect(lab.verdict).to_contain_text("<img src=x onerror=alert(1)>")
        lab.bit(8 * 2).hover()
        expect(lab.explained).to_contain_text("<img src=x")
    with lab.harmless():
        lab.paste("<b onclick=alert(3)>")
        expect(lab.notice).to_contain_text("got '<' at character 1")


def test_a_long_frame_folds_and_opens(lab):
    lab.open('ws.Frame.text("WebSocket " * 200).encode()', receiver="client")
    fold = lab.box.locator(".wsl-fold")
    expect(fold).to_contain_text("1\u202f940 more bytes")
    assert lab.box.locator(".wsl-bit").count() == 8 * 64
    lab.button("draw 192 of them").click()
    expect(lab.box.locator(".wsl-bit")).to_have_count(2048)
    lab.bit(2047).click()
    expect(lab.bit(2047)).to_have_attribute("aria-selected", "true")
    lab.button("fold again").click()
    expect(lab.box.locator(".wsl-bit")).to_have_count(512)
    lab.keep("framelab-long")


def test_a_frame_followed_by_others_opens_the_next(lab):
    lab.paste(f"{HELLO} 8a80 00000000")
    expect(lab.box.locator(".wsl-rest")).to_contain_text("6 bytes follow this frame.")
    lab.keep("framelab-rest")
    lab.button("open the next frame").click()
    expect(lab.verdict).to_contain_text("a pong")


def test_a_quick_reader_never_sees_a_digit_jump_back(lab):
    before = "".join(lab.box.locator(".wsl-bit").all_inner_texts())
    seen = lab.page.evaluate(
        """async () => {
            const bits = [...document.querySelectorAll('.jp-Cell .wsl-bit')];
            const wrong = [];
            const expected = bits.map(bit => bit.textContent);
            for (let round = 0; round < 60; round++) {
                const index = 48 + round % 40;
                bits[index].click();
                expected[index] = expected[index] === '1' ? '0' : '1';
                await new Promise(done => setTimeout(done, round % 5));
                const now = bits.map(bit => bit.textContent);
                if (now.join('') !== expected.join('')) wrong.push(round);
            }
            return wrong;
        }"""
    )
    assert seen == []
    # JupyterLab handles widget messages apart from cells, so a cell must wait for the last answer.
    expect(lab.field).to_have_value("81 85 37 fa 21 3d 7f 9f 42 ae a7")
    after = lab.python("''.join(f'{byte:08b}' for byte in lab.data)")
    # Sixty clicks on bits 48 to 87: the first twenty of them were flipped back.
    assert [i for i in range(88) if before[i] != after[i]] == list(range(68, 88))


def test_a_silent_python_is_noticed_and_reported(lab):
    late = lab.box.locator(".wsl-late")
    lab.python("lab.grid.on_flip(lambda bit: __import__('time').sleep(1.5))")
    expect(late).to_be_hidden()
    lab.bit(0).click()
    expect(lab.bit(0)).to_have_text("0")
    expect(late).to_be_visible()
    expect(late).to_be_hidden()
    expect(lab.field).to_have_value(re.compile("^01"))


def test_it_fits_its_page_at_every_width(lab):
    lab.open('"f1 05 48 65 6c 6c 6f"')  # faulty names are bold, and so wider
    for width in lab.widths(WIDTHS):
        lab.bit(9).hover()
        per_row = lab.page.evaluate(
            """() => {
                const bytes = [...document.querySelectorAll('.wsl-byte')];
                return bytes.filter(byte => byte.offsetTop === bytes[0].offsetTop).length;
            }"""
        )
        assert per_row == (2 if width.startswith("phone") else 4), width
        wide = "node => node.scrollWidth - node.clientWidth"
        assert lab.root.evaluate(wide) <= 0, width
        assert lab.box.evaluate(wide) <= 0, width
        # No two names under the bits touch each other.
        assert lab.touching(".wsl-label > span") == [], width
        lab.keep(f"framelab-{width}")


def test_a_larger_font_enlarges_everything(lab):
    small = lab.bit(0).bounding_box()
    style = "document.documentElement.style.setProperty('--jp-content-font-size1', '28px')"
    lab.page.evaluate(style)
    lab.keep("framelab-projector")
    large = lab.bit(0).bounding_box()
    label = lab.box.get_by_text("receives", exact=True).bounding_box()
    controls = lab.box.locator(".wsl-controls").bounding_box()
    grid = lab.root.bounding_box()
    assert lab.box.locator(".wsl-controls").evaluate(
        "node => getComputedStyle(node).overflow === 'visible'"
    )
    lab.page.evaluate("document.documentElement.style.removeProperty('--jp-content-font-size1')")
    assert large["height"] == pytest.approx(2 * small["height"], rel=0.1)
    assert label["height"] <= controls["height"] + 1, "nothing is cut off"
    assert controls["y"] + controls["height"] <= grid["y"] + 1, "nothing lies over it"


def test_it_can_be_read_without_its_colours(lab):
    lab.paste(UNMASKED)
    expect(lab.verdict).to_contain_text("1002")
    lab.bit(4).focus()
    with lab.without_colours("framelab-forced-colours"):
        edge = lab.bit(3).evaluate("node => getComputedStyle(node).borderTopWidth")
    assert float(edge.removesuffix("px")) >= 1
    assert lab.box.locator(".wsl-label.faulty").all_inner_texts() == ["RSV3\n✗", "MASK\n✗"]


# -- what people paste -----------------------------------------------------------------------------


def test_a_dump_keeps_its_lines_and_the_lab_says_how_it_read_it(lab: Lab):
    lab.open()
    dump = (
        "00000000  81 8e db 40 e4 f8 93 25  88 94 b4 6c c4 ab be 32  |...@...%...l...2|\n"
        "00000010  92 9d a9 61                                       |...a|\n"
    )
    lab.page.evaluate("text => navigator.clipboard.writeText(text)", dump)
    lab.field.click()
    lab.field.press("Control+A")
    lab.field.press("Control+V")
    expect(lab.verdict).to_contain_text("Hello, Server!")
    expect(lab.reading).to_contain_text("Read as a hex dump; its offsets are left out.")


def test_another_reading_is_one_click_away(lab: Lab):
    lab.open()
    lab.paste("10001010 00000000")
    expect(lab.reading).to_contain_text("Read as bits, eight a byte.")
    top = lab.bit(0).bounding_box()["y"]
    lab.bit(0).click()
    assert lab.bit(0).bounding_box()["y"] == top, "a flip moves nothing"
    lab.reading.get_by_role("button", name="read it as hex digits").click()
    expect(lab.reading).to_contain_text("Read as hex digits.")
    expect(lab.field).to_have_value("10 00 10 10 00 00 00 00")
    lab.box.get_by_role("button", name="undo", exact=True).click()
    expect(lab.field).to_have_value("0a 00")
    lab.paste("8a 00")
    expect(lab.reading).to_be_hidden()


def test_no_flip_moves_the_bits_or_the_table_below_them(lab: Lab):
    lab.open()

    def tops() -> list[float]:
        parts = (lab.bit(0), lab.box.locator(".wsl-explain"), lab.box.locator(".wsl-fields"))
        top = lab.root.bounding_box()["y"]  # the page may scroll
        return [part.bounding_box()["y"] - top for part in parts]

    before = tops()
    moved = {}
    for bit in (1, 2, 5, 8):
        lab.bit(bit).click()
        expect(lab.bit(bit)).to_be_focused()
        expect(lab.verdict).not_to_contain_text("A server accepts")
        moved[bit] = [now - then for now, then in zip(tops(), before, strict=True)]
        if bit == 1:
            expect(lab.agree).to_be_visible()
            lab.keep("framelab-rsv1")
        lab.bit(bit).click()
        expect(lab.verdict).to_contain_text("A server accepts")
    assert {bit: by for bit, by in moved.items() if max(map(abs, by)) > 1} == {}


def test_the_picture_is_grey_while_the_text_above_it_cannot_be_used(lab: Lab):
    lab.open()
    lab.paste("what is this?")
    expect(lab.notice).to_be_visible()
    expect(lab.box.locator(".wsl-bits")).to_have_css("opacity", "0.5")
    lab.keep("framelab-older")
    lab.paste("81 00")
    expect(lab.box.locator(".wsl-bits")).to_have_css("opacity", "1")
