"""HandshakeLab as a student meets it: a real JupyterLab and Chromium, a mouse and a keyboard."""

import pytest
from playwright.sync_api import expect

from tests.support.lab_cell import lab_of

WIDTHS = [("phone", 420), ("desk", 1280)]
shared, lab = lab_of("handshakelab", "ws.HandshakeLab()", ".wsl-verdict", "A WebSocket is open.")


def verdict(lab):
    return lab.box.locator(".wsl-verdict:visible")


def line(lab, side, text):
    return lab.box.get_by_label(side, exact=True).locator(".wsl-headline", has_text=text)


def test_a_broken_request_is_marked_at_its_line_and_gets_its_status(lab):
    lab.choose("break the request", "version 8")
    expect(verdict(lab)).to_contain_text("No WebSocket. The server answers 426 Upgrade Required.")
    expect(verdict(lab)).to_contain_text("(RFC\xa06455\xa0§4.4)")
    expect(line(lab, "The client asks", "Sec-WebSocket-Version")).to_have_class(
        "wsl-headline is-bad"
    )
    expect(lab.box.locator(".is-bad")).to_have_count(1)
    expect(line(lab, "The server answers", "Sec-WebSocket-Version: 13")).to_be_visible()
    lab.keep("handshakelab-version-8")
    lab.choose("break the request", "nothing")
    expect(verdict(lab)).to_contain_text("A WebSocket is open.")


def test_a_broken_reply_is_refused_by_the_client(lab):
    lab.choose("break the reply", "accept: hex digest")
    expect(verdict(lab)).to_contain_text("The client fails the connection.")
    expect(verdict(lab)).to_contain_text("the hash was sent as hex digits, not as base64")
    expect(line(lab, "The server answers", "Sec-WebSocket-Accept")).to_have_class(
        "wsl-headline is-bad"
    )


def test_the_servers_settings_are_typed_and_change_the_reply(lab):
    speaks = lab.box.get_by_label("the server speaks:")
    speaks.fill("superchat")
    speaks.press("Enter")
    expect(line(lab, "The server answers", "Sec-WebSocket-Protocol: superchat")).to_be_visible()
    lets_in = lab.box.get_by_label("it lets in pages of:")
    lets_in.fill("https://elsewhere.example")
    lets_in.press("Enter")
    expect(verdict(lab)).to_contain_text("403 Forbidden")
    lets_in.fill("")
    lets_in.press("Enter")
    expect(verdict(lab)).to_contain_text("A WebSocket is open.")
    lab.box.get_by_label("it compresses").uncheck()
    expect(line(lab, "The server answers", "Sec-WebSocket-Extensions")).to_have_count(0)


def test_the_keyboard_alone_walks_the_lines_and_each_says_its_rule(lab):
    lab.box.get_by_label("it compresses").focus()
    lab.key("Tab")
    assert "GET /chat" in lab.focused()
    said = lab.box.locator(".wsl-hears:visible")
    expect(said).to_contain_text("GET")
    lab.key(*["ArrowDown"] * 4)
    assert "Sec-WebSocket-Key" in lab.focused()
    expect(said).to_contain_text("(RFC\xa06455\xa0§4.2.1)")
    # The accept value that answers the key lights up with it.
    expect(line(lab, "The server answers", "Sec-WebSocket-Accept")).to_have_attribute(
        "data-lit", ""
    )
    lab.keep("handshakelab-key-lit")
    lab.key("End")
    assert "Sec-WebSocket-Extensions" in lab.focused()
    lab.key("Tab")
    assert "101 Switching Protocols" in lab.focused()
    lab.key("Shift+Tab")
    assert "Sec-WebSocket-Extensions" in lab.focused(), "one tab stop, where the reader was"
    lab.key("Home")
    assert "GET /chat" in lab.focused()


def test_keys_of_the_notebook_do_nothing_inside_a_line(lab):
    line(lab, "The client asks", "Upgrade: websocket").focus()
    lab.type_cell_keys()
    assert "Upgrade: websocket" in lab.focused()


def test_pointing_explains_and_leaving_takes_it_back(lab):
    said = lab.box.locator(".wsl-hears:visible")
    line(lab, "The client asks", "Origin").hover()
    expect(said).to_contain_text("refuse pages of all others")
    lab.page.mouse.move(5, 5)
    expect(said).to_contain_text("Point at a line")


def test_one_bit_of_the_key_turns_over_half_of_the_hash(lab):
    lab.button("from key to answer").click()
    lab.box.locator('.wsl-bit[data-bit="3"]').click()
    expect(lab.box.get_by_text("93 of 160 bits")).to_be_visible()
    turned = lab.box.locator(".hash .turned").all_inner_texts()
    assert sum(map(len, turned)) == 93
    assert lab.focused("node.dataset.bit") == "3"
    assert lab.python("lab.nonce[0]") == ord("t") ^ 0x10
    expect(lab.box.get_by_role("grid")).to_have_attribute(
        "aria-label", "The bits of the random value behind the key"
    )
    lab.keep("handshakelab-avalanche")


def test_a_slip_is_sent_and_taken_back_without_losing_the_focus(lab):
    lab.button("from key to answer").click()
    lab.button("send it: line end hashed").focus()
    lab.key("Enter")
    expect(verdict(lab)).to_contain_text("the header's CR LF was hashed too")
    expect(lab.button("take back: line end hashed")).to_be_focused()
    lab.key("Space")
    expect(verdict(lab)).to_contain_text("A WebSocket is open.")


def test_a_request_is_written_freely_and_judged_while_it_is_typed(lab):
    lab.button("write the request").click()
    area = lab.box.locator("textarea")
    area.fill("GET /chat HTTP/1.1\nHost: h\nUpgrade: websocket\n")
    expect(verdict(lab)).to_contain_text("400 Bad Request")
    area.focus()
    lab.key("Control+End")
    area.press_sequentially("Connection: Upgrade\nSec-WebSocket-Version: 13\n")
    area.press_sequentially("Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\n")
    expect(verdict(lab)).to_contain_text("403 Forbidden")
    area.press_sequentially("Origin: http://127.0.0.1:8888")
    expect(verdict(lab)).to_contain_text("A WebSocket is open.")
    expect(line(lab, "The server answers", "C/0nmHhBztSRGR1CwL6Tf4ZjwpY=")).to_be_visible()
    lab.button("the lab's own request again").click()
    expect(area).to_have_value(
        lab.python("lab.request.decode().replace('\\r\\n', '\\n').strip() + '\\n'")
    )


def test_a_hostile_request_is_shown_as_text(lab):
    with lab.harmless():
        lab.button("write the request").click()
        lab.box.locator("textarea").fill("GET / HTTP/1.1\nX: <img src=x onerror=alert(1)>\n")
        expect(line(lab, "The client asks", "<img src=x onerror=alert(1)>")).to_be_visible()


def test_it_fits_its_page_at_every_width(lab):
    for width in lab.widths(WIDTHS):
        for look in ("request and reply", "from key to answer", "write the request"):
            lab.button(look).click()
            lab.page.wait_for_timeout(150)
            assert lab.unfit() == {}, width
            lab.keep(f"handshakelab-{look.split()[0]}-{width}")


def test_a_larger_font_enlarges_everything(lab):
    first = line(lab, "The client asks", "GET /chat").locator("code")
    small = first.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
    with lab.dressed(1280, font=28):
        large = first.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
        assert large == pytest.approx(2 * small)
        assert lab.too_wide() == []
        assert lab.too_small() == []
        lab.keep("handshakelab-projector")


def test_the_verdict_holds_its_place_so_nothing_below_it_jumps(lab):
    heights = set()
    for fault in ("nothing", "version 8", "no key", "two Hosts", "method POST"):
        lab.choose("break the request", fault)
        lab.page.wait_for_timeout(300)
        heights.add(verdict(lab).bounding_box()["height"])
    assert len(heights) == 1


def test_on_the_stage_two_keys_walk_the_lines_and_what_they_say_stays_in_sight(lab):
    with lab.presented():
        for _ in range(8):
            lab.key("PageDown")
        assert "Sec-WebSocket-Version" in lab.focused()
        lit = lab.box.locator(".wsl-headline:focus")
        expect(lit).to_be_in_viewport(ratio=0.9)
        said = lab.box.locator(".wsl-hears:visible")
        expect(said).to_contain_text("The version must be 13")
        expect(said).to_be_in_viewport(ratio=0.9)
        assert lit.bounding_box()["y"] + lit.bounding_box()["height"] <= said.bounding_box()["y"]
        lab.key("PageUp")
        assert "Sec-WebSocket-Protocol" in lab.focused()
        expect(lab.box.get_by_label("the server speaks:")).to_be_hidden()
        lab.notebook.screenshot("handshakelab-stage")
