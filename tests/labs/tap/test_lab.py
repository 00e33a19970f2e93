"""TapLab without a browser: real clients, a real tap, and what the page gets."""

import asyncio
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import pytest
import websockets

import wslearn as ws
from tests.support.peers import free_port
from tests.support.places import CAPTURES
from tests.support.sheets import page_sends, texts, words
from wslearn.labs.tap.lab import PACE, TapLab
from wslearn.net.record.passed import Passed
from wslearn.net.server import serve

CAPTURE = CAPTURES / "loopback.pcapng"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def lab():
    opened = TapLab()
    yield opened
    opened.close()
    assert taps() == []


def taps():
    return [thread for thread in threading.enumerate() if thread.name == "wslearn tap"]


def say(url, *messages, **options):
    """A client that we did not write sends something and gets the echo."""

    async def talk():
        async with websockets.connect(url, compression=None, **options) as client:
            for message in messages:
                await client.send(message)
            return [await client.recv() for _ in messages]

    return asyncio.run(talk())


def page(sheet):
    return words(sheet.view)


def press(lab, do, **more):
    page_sends(lab._list, do=do, **more)


def test_a_program_that_we_did_not_write_talks_through_the_lab(lab):
    assert say(lab.url, "Hello", b"\x01\x02") == ["Hello", b"\x01\x02"]
    assert lab.wait(6)
    sent = [(frame.sender, frame.opcode) for frame in lab.frames]
    assert sorted(sent) == [
        ("client", 1), ("client", 2), ("client", 8), ("server", 1), ("server", 2), ("server", 8),
    ]  # fmt: skip
    assert [frame.at for frame in lab.frames] == sorted(frame.at for frame in lab.frames)
    lab.go_on()
    shown = page(lab._list)
    assert "client → server" in shown
    assert "client ← server" in shown
    assert "“Hello”" in shown
    assert "01 02" in shown
    assert "1000" in shown
    assert lab.url in page(lab._head)


def test_an_empty_lab_says_what_to_do_and_offers_no_choice_of_connections(lab):
    assert "connect, and say something" in page(lab._list)
    assert lab._which.layout.display == "none"


def test_a_payload_of_markup_stays_text(lab):
    say(lab.url, SCRIPT)
    lab.wait(2)
    lab.pick(1)
    assert f"“{SCRIPT}”" in list(texts(lab._list.view))
    assert SCRIPT not in lab.pages().html()
    assert "&lt;script&gt;" in lab.pages().html()


def test_credentials_are_neither_on_the_page_nor_in_a_file(lab, tmp_path):
    headers = {"Cookie": "login=secret1", "Authorization": "Bearer secret2"}
    say(f"{lab.url}?token=secret3", "Hello", additional_headers=headers)
    lab.wait(4)
    lab.go_on()
    lab.save(tmp_path / "kept.journal")
    kept = (tmp_path / "kept.journal").read_text()
    assert "left out" in kept
    assert "secret" not in kept + page(lab._list) + repr(lab.journal)


def test_another_server_can_be_named():
    async def shout(socket):
        async for message in socket:
            await socket.send(message.upper())

    async def test():
        async with await serve(shout) as server:
            lab = await asyncio.to_thread(TapLab, target=f"{server.url}chat")
            try:
                assert lab.url.endswith("/chat")
                assert lab.tab.path == "/chat"
                socket = await ws.connect(lab.url)
                await socket.send("Hello")
                assert await socket.recv() == "HELLO"
                await socket.close()
                assert f"{server.url}chat" in page(lab._head)
                assert repr(lab) == f"TapLab(target='{server.url}chat')"
            finally:
                await asyncio.to_thread(lab.close)

    asyncio.run(test())
    assert taps() == []


def test_a_missing_server_is_reported_in_the_list():
    lab = TapLab("ws://127.0.0.1:9/")
    try:
        with pytest.raises(websockets.exceptions.InvalidStatus):
            say(lab.url, "Hello")
        end = time.monotonic() + 5
        while not lab.journal.conversations[0].ended and time.monotonic() < end:
            time.sleep(0.01)
        lab.go_on()
        assert lab.frames == []
        assert "GET / → no answer" in page(lab._list)
        assert "could not reach ws://127.0.0.1:9/" in page(lab._list)
    finally:
        lab.close()


def test_a_second_lab_closes_the_first_and_keeps_what_it_recorded():
    first = TapLab()
    say(first.url, "Hello")
    first.wait(4)
    second = TapLab()
    try:
        assert not first.running
        assert second.running
        assert len(first.frames) == 4
        assert "stopped" in page(first._head)
        assert first.tab.port == 0
        with pytest.raises(ws.StateError):
            _ = first.url
    finally:
        second.close()
        first.close()
    assert taps() == []


def test_a_lab_on_the_same_port_takes_it_over():
    first = TapLab()
    port = first.tap.port
    first.close()
    first = TapLab(port=port)
    second = TapLab(port=port)
    try:
        assert not first.running
        assert say(second.url, "Hello") == ["Hello"]
    finally:
        second.close()
    assert taps() == []


def test_a_port_that_another_program_holds_is_reported_and_nothing_is_left():
    async def test():
        async with await serve(lambda socket: asyncio.sleep(0)) as server:
            other = server.port
            # Not through our registry of ports: another program holds it.
            lab = await asyncio.to_thread(TapLab, port=other)
            assert not lab.running
            assert f"port {other}" in page(lab._head)
            lab.close()

    asyncio.run(test())
    assert taps() == []


def test_where_there_are_no_threads_the_lab_says_so_and_shows_records(no_threads):
    journal = ws.read_capture(CAPTURE)
    lab = TapLab()
    assert "inside the browser" in page(lab._head)
    assert lab.tab.layout.display == "none"
    assert len(TapLab(journal).frames) == 17


def test_a_record_needs_no_network_and_shows_the_same_every_time():
    lab = TapLab(ws.read_capture(CAPTURE))
    assert taps() == []
    assert not lab.running
    assert repr(lab) == "<TapLab, 17 frames on 1 connection>"
    bundle, _ = lab._repr_mimebundle_(), None
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    again = TapLab(CAPTURE)._repr_mimebundle_()
    again = again[0] if isinstance(again, tuple) else again
    assert data["text/plain"] == again["text/plain"]
    assert data["text/html"] == again["text/html"]
    assert data["text/html"].count("<tr>") == 18
    assert "there?" in data["text/plain"]
    assert "pause" not in list(texts(lab._list.view))


def test_a_live_lab_has_no_address_in_what_a_notebook_stores(lab):
    data = lab._repr_mimebundle_()
    data = data[0] if isinstance(data, tuple) else data
    assert data["text/plain"] == "TapLab()\nNo frame has passed yet."
    assert str(lab.tap.port) not in data["text/html"]


def test_a_journal_that_grows_is_followed():
    journal = ws.Journal()
    lab = TapLab(journal)
    said = journal.open(began=0.0)
    journal.add(said, Passed("server", ws.Frame.text("Hello").encode(), 0.5))
    assert len(lab.frames) == 1
    lab.close()
    journal.add(said, Passed("server", ws.Frame.text("Hello").encode(), 0.6))
    assert len(lab.frames) == 1


def test_filters_narrow_the_list_and_refuse_what_they_do_not_know(lab):
    say(lab.url, "Hello", "World")
    lab.wait(6)
    lab.where(sender="client", kind="text", contains="WORLD")
    assert [frame.payload for frame in lab.frames] == [b"World"]
    assert lab._way.value == "client"
    assert "1 of 6 frames fit" in page(lab._list)
    lab.where(kind="pong")
    assert "No frame matches the filters." in page(lab._list)
    lab.where()
    assert len(lab.frames) == 6
    with pytest.raises(ws.InputError, match="text, binary"):
        lab.where(kind="voice")
    with pytest.raises(ws.InputError, match="connection"):
        lab.where(connection=7)


def test_a_menu_of_connections_comes_with_the_second_one(lab):
    say(lab.url, "Hello")
    lab.wait(4)
    lab.go_on()
    assert len(lab.frames) == 4
    assert lab._which.layout.display == "none"
    say(lab.url, "World")
    lab.wait(8)
    assert len(lab.frames) == 8
    assert lab._which.layout.display != "none"
    lab.where(connection=2)
    assert {frame.connection for frame in lab.frames} == {2}


def test_a_paused_list_stands_still_while_frames_pass(lab):
    say(lab.url, "Hello")
    lab.wait(4)
    lab.go_on()
    press(lab, "pause")
    assert lab.paused
    before = [text for text in texts(lab._list.view) if "“" in text]
    say(lab.url, "World")
    lab.wait(8)
    lab._refresh()
    assert [text for text in texts(lab._list.view) if "“" in text] == before
    assert "go on (4 newer frames)" in list(texts(lab._list.view))
    press(lab, "go on")
    assert not lab.paused
    assert "“World”" in list(texts(lab._list.view))


def test_a_picked_frame_is_judged_for_its_receiver_with_what_was_agreed():
    lab = TapLab(deflate=True)
    try:

        async def talk():
            async with websockets.connect(lab.url) as socket:
                await socket.send("Hello " * 20)
                await socket.recv()

        asyncio.run(talk())
        lab.wait(4)
        lab.pick(1)
        assert lab.frame.extensions == ("permessage-deflate",)
        assert lab.grid.receiver == "server"
        assert lab.grid.dissection.violations == ()
        assert any("compressed: “Hello Hello" in text for text in texts(lab._list.view))
        lab.where(contains="hello hello")
        assert len(lab.frames) == 2
    finally:
        lab.close()


def test_a_frame_may_be_changed_and_comes_back_as_it_came(lab):
    say(lab.url, "Hello")
    lab.wait(4)
    lab.pick(1)
    came = lab.frame.data
    lab.grid.flip(8)
    assert "A server fails" in str(lab.grid.dissection.verdict)
    assert "changed by you" in page(lab._caption)
    assert lab.frame.data == came
    page_sends(lab._caption, do="as it came")
    assert lab.grid.data == came
    assert "changed" not in page(lab._caption)


def test_there_is_no_grid_until_a_frame_is_picked_and_a_second_click_puts_it_away(lab):
    say(lab.url, "Hello")
    lab.wait(4)
    lab.go_on()
    assert lab.frame is None
    assert lab.grid.layout.display == "none"
    lab._catch_up()
    press(lab, "pick", number=2)
    assert lab.frame.sender == "server"
    assert lab.grid.layout.display != "none"
    press(lab, "pick", number=2)
    assert lab.frame is None
    for wrong in (0, 99, "1"):
        with pytest.raises(ws.InputError):
            lab.pick(wrong)


def test_on_the_stage_the_newest_frame_is_shown_and_steps_lead_back(lab):
    say(lab.url, "Hello")
    lab.wait(4)
    lab._catch_up()
    lab.present()
    assert lab.frame.opcode == 8
    assert "The newest frame" in page(lab._caption)
    press(lab, "step", by=-1)
    press(lab, "step", by=-1)
    assert "Frame 2:" in page(lab._caption)
    press(lab, "step", by=1)
    press(lab, "step", by=1)
    assert "The newest frame" in page(lab._caption)
    lab.present(False)
    assert lab.frame is None


def test_what_was_saved_is_loaded_back_and_the_tap_goes_on(lab, tmp_path):
    say(lab.url, "Hello")
    lab.wait(4)
    lab.save(tmp_path / "a.journal")
    live = lab.journal
    lab.load(tmp_path / "a.journal")
    assert lab.journal is not live
    assert [frame.data for frame in lab.frames] == [frame.data for frame in live.frames]
    say(lab.url, "World")
    assert lab.wait(8)
    assert len(lab.frames) == 4
    lab.load(CAPTURE)
    assert len(lab.frames) == 17
    lab.back_to_live()
    assert len(lab.frames) == 8


def test_the_buttons_say_in_a_sentence_what_became_of_a_file(lab, tmp_path):
    lab._file.value = str(tmp_path / "b.journal")
    lab._act({"do": "load"})
    assert "No such file" in page(lab._foot)
    lab._act({"do": "save"})
    assert "Saved 0 frames" in page(lab._foot)
    other = tmp_path / "letter.txt"
    other.write_text("Dear Sir")
    lab._file.value = str(other)
    lab._act({"do": "save"})
    assert "another file" in page(lab._foot)
    assert other.read_text() == "Dear Sir"
    lab._act({"do": "load"})
    assert "✗" in page(lab._foot)
    assert lab.running


def test_a_page_of_the_labs_own_is_a_client(lab):
    with urllib.request.urlopen(f"http://127.0.0.1:{lab.tab.page}/", timeout=5) as answer:
        text = answer.read().decode()
    assert f"&quot;port&quot;: {lab.tap.port}" in text
    assert "{where}" not in text
    assert "default-src 'none'" in text
    assert lab.journal.conversations == []  # it came straight from the server


def test_a_burst_reaches_the_page_in_few_small_messages_and_none_is_lost():
    count = 2000

    async def test():
        lab = TapLab()
        sent = []
        lab._list.observe(lambda change: sent.append(len(json.dumps(change.new))), "view")
        try:
            began = time.monotonic()
            async with await ws.connect(lab.url) as socket:

                async def listen():
                    for _ in range(count):
                        await socket.recv()

                listening = asyncio.ensure_future(listen())
                for number in range(count):
                    await socket.send(f"message {number}")
                await listening
            took = time.monotonic() - began
            await asyncio.sleep(3 * PACE)
            passed = lab.journal.passed
            listed = [frame.payload for frame in lab.frames if frame.sender == "client"]
        finally:
            await asyncio.to_thread(lab.close)
        return passed, listed, sent, took

    passed, listed, sent, took = asyncio.run(test())
    assert passed == 2 * count + 2
    assert listed[:-1] == [f"message {number}".encode() for number in range(count)]
    assert 0 < len(sent) <= took / PACE + 5
    assert max(sent) < 40_000


def test_a_program_that_ends_leaves_nothing_and_waits_for_nothing():
    source = "import wslearn as ws; lab = ws.TapLab(); print(lab.tap.port, lab._server.server.port)"
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, timeout=20, check=True
    )
    assert done.stderr == ""
    for port in map(int, done.stdout.split()):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), 2)


def test_closing_twice_is_fine():
    lab = TapLab()
    lab.close()
    lab.close()
    lab.stop()
    assert taps() == []


BROUGHT = CAPTURES / "brought"


def test_the_bits_say_of_a_frame_what_its_receiver_did_until_they_are_changed():
    lab = ws.TapLab(BROUGHT / "afterclose.pcap")
    lab.pick(2)
    assert lab.grid.view["verdict"]["headline"] == "Never read: a Close had come before it."
    lab.grid.flip(8 * 2)
    assert lab.grid.view["verdict"]["outcome"] != "unread"
    lab.pick(1)
    assert lab.grid.view["verdict"]["outcome"] == "accepted"


def test_a_har_file_is_listed_as_messages():
    lab = ws.TapLab(BROUGHT / "chrome.har")
    assert "2 messages, no frames" in words(lab._list.view)
    assert "“hi”" in words(lab._list.view)
    assert "2 messages without frames" in lab.pages().text()


def test_what_is_wrong_with_a_handshake_stands_where_its_connection_begins():
    lab = ws.TapLab(BROUGHT / "wrongaccept.pcap")
    assert "at the step Sec-WebSocket-Accept" in words(lab._list.view)
    assert "never read: the connection had failed in the opening handshake" in words(lab._list.view)


def test_search_finds_what_compressed_and_cut_messages_say():
    lab = ws.TapLab(BROUGHT / "ws983.pcap")
    lab._search.value = "again"
    assert "1 of 3 frames fit" in words(lab._list.view)
    lab = ws.TapLab(BROUGHT / "at59.pcap")
    lab._search.value = "world"
    assert "2 of 4 frames fit" in words(lab._list.view)


def test_the_tab_is_told_once_why_its_attempt_came_to_nothing():
    port = free_port()
    lab = TapLab(target=f"ws://127.0.0.1:{port}/")
    try:
        assert lab.tab.asks
        lab.tab._act(lab.tab, {"do": "why", "attempt": 1}, [])
        assert lab.tab.why == {"attempt": 1, "said": ""}  # nobody has come to the tap
        with pytest.raises(websockets.InvalidStatus, match="502"):
            say(lab.url)
        lab.tab._act(lab.tab, {"do": "why", "attempt": 2}, [])
        assert lab.tab.why["attempt"] == 2
        assert f"could not reach ws://127.0.0.1:{port}/" in lab.tab.why["said"]
        lab.tab._act(lab.tab, {"do": "why", "attempt": 3}, [])
        assert lab.tab.why == {"attempt": 3, "said": ""}  # reported already: another cause
    finally:
        lab.close()
