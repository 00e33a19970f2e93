"""TapLab in a real JupyterLab and a real Chromium: the page as a client, and as what shows it."""

import asyncio
import json
import re
import threading
import time

import websockets
from playwright.sync_api import expect

from tests.support.axe import faults
from tests.support.lab_cell import lab_of

WIDTHS = [("phone", 420), ("desk", 1280)]
SCRIPT = "<img src=x onerror=alert(1)><script>alert(2)</script>"
COUNT = 10_000
shared, lab = lab_of("taplab", "ws.TapLab()", ".wsl-address")


def connect(lab):
    lab.button("Connect from this tab").click()
    lab.box.get_by_text("onopen", exact=True).wait_for()


def say(lab, *texts):
    for text in texts:
        lab.box.get_by_label("message", exact=True).fill(text)
        lab.button("Send").click()


def frames(lab):
    return lab.box.locator("button.wsl-frame")


def program(url, work):
    """A client of another library, which to the page looks like a separate program."""
    failed = []

    async def run():
        async with websockets.connect(url, compression=None, max_queue=None) as socket:
            await work(socket)

    def main():
        try:
            asyncio.run(run())
        except BaseException as problem:  # noqa: BLE001 (told to the test below)
            failed.append(problem)

    thread = threading.Thread(target=main)
    thread.start()
    return thread, failed


def talk(lab, *messages):
    async def work(socket):
        for message in messages:
            await socket.send(message)
            await socket.recv()

    thread, failed = program(lab.box.locator(".wsl-address").inner_text(), work)
    thread.join(20)
    assert failed == []


def test_what_the_tab_says_passes_in_the_list_both_ways(lab):
    connect(lab)
    expect(lab.box.get_by_text("GET / → 101 Switching Protocols")).to_be_visible()
    say(lab, "Hello")
    expect(frames(lab)).to_have_count(2)
    first, second = frames(lab).nth(0), frames(lab).nth(1)
    expect(first).to_contain_text("client → server")
    expect(second).to_contain_text("client ← server")
    for each, size in ((first, "11 B"), (second, "7 B")):
        for words in ("text", "“Hello”", size):
            expect(each).to_contain_text(words)
    # Not by colour alone: the edge is on the side of the sender.
    expect(first).to_have_css("border-right-width", "0px")
    expect(second).to_have_css("border-left-width", "0px")
    first.click()
    expect(lab.box.locator(".wsl-told")).to_contain_text("A server accepts this frame")
    second.click()
    expect(lab.box.locator(".wsl-told")).to_contain_text("A client accepts this frame")
    lab.button("Close").click()
    expect(frames(lab)).to_have_count(4)
    expect(lab.box.get_by_text("The client sent a Close with 1000, “bye”")).to_be_visible()
    assert lab.python("[lab.tab.via, len(lab.frames)]") == ["direct", 4]


def test_a_payload_is_text_and_nothing_else(lab):
    with lab.harmless():
        talk(lab, SCRIPT)
        expect(frames(lab).first).to_contain_text(f"“{SCRIPT}”")
        frames(lab).first.click()
        expect(lab.box.locator(".wsl-told")).to_contain_text("<script>")


def test_a_window_of_its_own_is_a_client_too(lab):
    with lab.page.context.expect_page() as opened:
        lab.box.get_by_role("link", name="a client in a window of its own").click()
    window = opened.value
    errors = []
    window.on("console", lambda said: said.type == "error" and errors.append(said.text))
    try:
        expect(window.get_by_role("status")).to_have_text("OPEN")
        window.get_by_label("message").fill(SCRIPT)
        window.keyboard.press("Enter")
        expect(window.locator("li").first).to_contain_text("onmessage")
        assert window.locator("img").count() == 0
        expect(frames(lab)).to_have_count(2)
        expect(frames(lab).first).to_contain_text("<script>")
        window.get_by_role("button", name="Close").click()
        expect(window.get_by_role("status")).to_have_text("CLOSED")
    finally:
        window.close()
    expect(frames(lab)).to_have_count(4)
    assert errors == []


def test_a_paused_list_goes_on_with_what_came_meanwhile(lab):
    connect(lab)
    say(lab, "one")
    expect(frames(lab)).to_have_count(2)
    lab.button("pause").click()
    expect(lab.button("go on")).to_be_visible()
    say(lab, "two")
    expect(lab.button("go on (2 newer frames)")).to_be_visible()
    expect(frames(lab)).to_have_count(2)
    lab.button("go on (2 newer frames)").click()
    expect(frames(lab)).to_have_count(4)
    expect(lab.button("pause")).to_be_visible()


def test_filters_and_search_narrow_the_list(lab):
    talk(lab, "Hello", b"\x00\x01", "World")
    talk(lab, "Hello again")
    expect(lab.box.locator(".wsl-count")).to_have_text("12 frames")
    lab.box.get_by_role("radio", name="client → server").or_(
        lab.button("client → server")
    ).first.click()
    expect(frames(lab)).to_have_count(6)
    lab.choose("kind", "binary")
    expect(frames(lab)).to_have_count(1)
    lab.choose("kind", "every kind")
    search = lab.box.locator(".widget-text", has_text="search").locator("input")
    search.fill("hello")
    expect(frames(lab)).to_have_count(2)
    lab.choose("connection", "2")
    expect(frames(lab)).to_have_count(1)
    expect(frames(lab).first).to_contain_text("“Hello again”")
    expect(lab.box.get_by_text("1 of 12 frames fit")).to_be_visible()
    search.fill("nowhere")
    expect(lab.box.get_by_text("No frame matches the filters.")).to_be_visible()


def test_the_keyboard_alone_picks_pages_unfolds_and_comes_back(lab):
    lab.open("ws.TapLab()")
    talk(lab, *(f"message {number}" for number in range(1, 31)))
    expect(frames(lab).last).to_contain_text("close")
    lab.button("fold runs").focus()
    lab.key("Tab")
    assert lab.focused("node.className").startswith("wsl-frame")
    # The list is longer than the window: it does not move while the keyboard is in it.
    expect(lab.box.get_by_role("button", name="go on")).to_be_visible()
    lab.key("End")
    assert "close" in lab.focused()
    lab.key("ArrowUp", "Enter")
    expect(lab.box.locator(".wsl-told")).to_contain_text("accepts this frame")
    assert lab.focused("node.ariaPressed") == "true"
    lab.key("PageUp")
    expect(lab.box.get_by_text("earlier frame")).to_contain_text("… 35")
    lab.key("PageUp", "PageUp", "PageUp", "PageUp")
    expect(lab.button("earlier")).to_have_attribute("aria-disabled", "true")
    expect(frames(lab).first).to_contain_text("“message 1”")
    assert lab.focused("node.className").startswith("wsl-frame")
    lab.key("PageDown", "PageDown", "PageDown", "PageDown", "PageDown")
    expect(frames(lab).last).to_contain_text("close")
    expect(lab.button("pause")).to_be_visible()


def test_a_run_is_one_line_until_it_is_unfolded(lab):
    async def flood(socket):
        for number in range(50):
            await socket.send(f"message {number}")
        for _ in range(50):
            await socket.recv()

    thread, failed = program(lab.box.locator(".wsl-address").inner_text(), flood)
    thread.join(20)
    assert failed == []
    expect(frames(lab).last).to_contain_text("close")
    run = lab.box.locator(".wsl-frame.folded").first
    expect(run).to_have_attribute("aria-expanded", "false")
    first = run.locator(".number").inner_text()
    run.focus()
    lab.key("Enter")
    expect(lab.button("fold again")).to_be_visible()
    expect(lab.box.locator(".wsl-frame.part .number").first).to_have_text(first)
    lab.button("fold again").click()
    expect(lab.button("fold runs")).to_have_attribute("aria-pressed", "true")
    lab.button("fold runs").click()
    expect(lab.box.locator(".wsl-frame.folded")).to_have_count(0)
    assert lab.python("len(lab.frames)") == 102


def test_ten_thousand_frames_lose_none_and_the_page_still_answers(lab):
    lab.page.evaluate(
        """() => {
            window.drawn = 0;
            new MutationObserver(() => (window.drawn += 1)).observe(
                document.querySelector(".wsl-count"), { characterData: true, subtree: true });
        }"""
    )
    half = COUNT // 2

    async def flood(socket):
        async def listen():
            for _ in range(half):
                await socket.recv()

        listening = asyncio.ensure_future(listen())
        for number in range(half):
            await socket.send(f"message {number}")
        await listening

    count = lab.box.locator(".wsl-count")
    button = lab.button("fold runs")
    began = time.monotonic()
    thread, failed = program(lab.box.locator(".wsl-address").inner_text(), flood)
    clicks = []
    while thread.is_alive() and time.monotonic() - began < 60:
        # From the click to the answer of Python on the page.
        clicks.append(
            button.evaluate(
                """node => new Promise((resolve) => {
                    const began = performance.now();
                    const seen = new MutationObserver(() => {
                        seen.disconnect();
                        resolve(performance.now() - began);
                    });
                    seen.observe(node, { attributes: true, attributeFilter: ["aria-pressed"] });
                    node.click();
                })"""
            )
        )
    thread.join(30)
    sent = time.monotonic() - began
    assert failed == []
    expect(count).to_have_text(f"{COUNT + 2:,} frames".replace(",", "\u202f"), timeout=20_000)
    drawn = time.monotonic() - began
    draws = lab.page.evaluate("window.drawn")
    clicks.sort()
    figures = {
        "sent_s": round(sent, 2),
        "drawn_s": round(drawn, 2),
        "draws": draws,
        "clicks": len(clicks),
        "click_ms_median": round(clicks[len(clicks) // 2]),
        "click_ms_worst": round(clicks[-1]),
    }
    print(json.dumps(figures))
    payloads = "[f.payload.decode() for f in lab.frames if f.sender == 'client' and f.opcode == 1]"
    assert lab.python(f"{payloads} == [f'message {{n}}' for n in range({half})]")
    assert lab.python("len(lab.frames)") == COUNT + 2
    assert draws <= drawn / 0.1 + len(clicks) + 5
    assert frames(lab).count() <= 14
    assert figures["click_ms_median"] < 1000


def test_a_cell_that_runs_does_not_stop_the_traffic(lab):
    lab.write(1, "import time; time.sleep(2); print(len(lab.frames))")
    lab.notebook.run(1, wait=False)
    talk(lab, "Hello")  # the kernel's own loop stands still meanwhile
    lab.notebook.wait_text(1, "4")
    expect(frames(lab)).to_have_count(4)


def test_an_interrupt_leaves_the_lab_working(lab):
    lab.write(1, "import time; time.sleep(30)")
    lab.notebook.run(1, wait=False)
    lab.page.wait_for_timeout(300)
    lab.notebook.interrupt_kernel()
    lab.notebook.wait_text(1, "KeyboardInterrupt")
    talk(lab, "Hello")
    expect(frames(lab)).to_have_count(4)


def test_the_record_is_saved_and_loaded_with_buttons(lab):
    talk(lab, "Hello")
    expect(frames(lab)).to_have_count(4)
    lab.button("save").click()
    expect(lab.box.get_by_text("Saved 4 frames in tap.journal.")).to_be_visible()
    lab.open("ws.TapLab()")
    lab.button("load").click()
    expect(frames(lab)).to_have_count(4)
    expect(frames(lab).first).to_contain_text("“Hello”")
    lab.button("back to the live frames").click()
    expect(frames(lab)).to_have_count(0)


def test_on_the_stage_the_newest_frame_is_large_and_two_keys_step(lab):
    talk(lab, "Hello", "World")
    expect(frames(lab)).to_have_count(6)
    lab.button("present").click()
    page = lab.page
    caption = page.locator(".wsl-presented .wsl-which")
    expect(caption).to_have_text("The newest frame:")
    expect(page.locator(".wsl-presented .wsl-bit").first).to_be_in_viewport()
    lab.key("PageUp", "PageUp")
    expect(caption).to_have_text("Frame 4:")
    lab.notebook.screenshot("taplab-stage")
    lab.key("PageDown", "PageDown", "PageDown")
    expect(caption).to_have_text("The newest frame:")
    lab.key("Escape")
    page.wait_for_function("() => !document.querySelector('.wsl-presented')")


def test_the_list_is_a_log_that_does_not_chatter(lab):
    talk(lab, "Hello")
    log = lab.box.get_by_role("log", name="frames, oldest first")
    expect(log).to_have_attribute("aria-live", "off")
    expect(log.get_by_role("button").first).to_have_accessible_name(
        re.compile(r"^frame 1, client → server, text, 11 bytes, 0\.\d{3} seconds: “Hello”$")
    )
    assert lab.box.locator(".wsl-unseen").get_attribute("role") == "status"


def test_everything_fits_and_can_be_read_at_every_width(lab):
    talk(lab, "Hello", SCRIPT, b"\x00\x01", "x" * 300)
    expect(frames(lab).last).to_contain_text("close")
    frames(lab).nth(3).click()
    for width in lab.widths(WIDTHS):
        assert lab.unfit() == {}, width
        lab.keep(f"taplab-{width}")


RECORD = """
from wslearn.net.record.passed import Passed
journal = ws.Journal()
for began in (0.0, 1.0):
    said = journal.open(began=began)
    said.request = b"GET /chat HTTP/1.1\\r\\n\\r\\n"
    said.reply = b"HTTP/1.1 101 Switching Protocols\\r\\n\\r\\n"
    journal.add(said, *[Passed("server", ws.Frame.binary(b"x" * n).encode(), n) for n in range(9)])
    journal.add(said, Passed("client", ws.Frame.text("not masked").encode(), 9.0))
    journal.add(said, Passed("server", ws.Frame(ws.Opcode.PING, b"").encode(), 10.0))
    said.ended = "The client hung up."
"""


def test_axe_finds_nothing_wrong_with_a_full_list_in_any_theme(lab):
    lab.write(1, f"import wslearn as ws\n{RECORD}")
    lab.notebook.run(1)
    lab.open("ws.TapLab(journal)")
    broken = lab.box.locator(".wsl-frame.broken")
    expect(broken).to_have_count(2)
    expect(broken.first).to_contain_text("✗ Frames from a client must be masked.")
    expect(lab.box.locator(".wsl-frame.folded").first).to_contain_text("binary × 9")
    expect(lab.button("pause")).to_have_count(0)
    broken.first.click()
    expect(lab.box.locator(".wsl-told")).to_contain_text("1002")
    for theme in lab.themes():
        assert faults(lab.page, ".wsl-lab") == [], theme
    with lab.presented():
        assert faults(lab.page, ".wsl-lab") == []


def test_the_tab_says_that_nobody_is_there_where_the_server_behind_the_tap_is_gone(shared):
    shared.open("ws.TapLab('ws://127.0.0.1:9/', keep=100)")
    shared.box.get_by_role("button", name="Connect from this tab").click()
    trouble = shared.box.locator(".wsl-log .trouble")
    expect(trouble).to_contain_text("The tap could not reach ws://127.0.0.1:9/")
    expect(trouble).to_contain_text("Connection refused. Is the server running?")
    lines = shared.box.locator(".wsl-log li").all_inner_texts()
    assert len([line for line in lines if "new WebSocket" in line]) == 1
    assert not any("kernel" in line for line in lines)
    shared.keep("taplab-nobody-there")
    shared.python("lab.stop()")


def test_a_frame_is_held_changed_and_let_go_with_the_keyboard_alone(lab):
    connect(lab)
    lab.keep("taplab-hold-off")
    lab.choose("what", "text")  # on a slow machine there are pings in between
    lab.button("hold frames").focus()
    lab.key("Enter")
    expect(lab.button("stop holding")).to_be_focused()
    say(lab, "Hello")
    held = lab.box.locator(".wsl-hold")
    expect(held.get_by_text("One frame is held.")).to_be_visible()
    expect(frames(lab)).to_have_count(1)  # the one that is held; none has passed
    bits = held.locator(".wsl-bit")
    bits.first.focus()
    lab.key("ArrowRight", "Space")  # RSV1
    expect(held.locator(".wsl-told")).to_contain_text("A server fails the connection with 1002")
    expect(held.locator(".wsl-frame")).to_contain_text("changed")
    for theme in lab.themes(1024):
        lab.keep(f"taplab-hold-{theme}")
        assert faults(lab.page, ".wsl-hold") == [], theme
        assert lab.too_wide() == [], theme
    lab.button("as it came").focus()
    lab.key("Enter")
    expect(held.locator(".wsl-told")).to_contain_text("A server accepts this frame")
    lab.button("let it go").focus()
    lab.key("Enter")
    expect(held.locator(".wsl-frame")).to_contain_text("client ← server")
    expect(lab.button("let it go")).to_be_focused()
    lab.key("Enter")
    expect(held.get_by_text("Nothing is held")).to_be_visible()
    expect(lab.button("let it go")).to_be_focused()
    lab.button("stop holding").click()
    say(lab, "again")
    expect(lab.box.locator(".wsl-tap-list").get_by_text("“again”")).to_have_count(2)
