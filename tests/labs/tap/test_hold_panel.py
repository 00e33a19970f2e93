"""TapLab holds frames: the rule, what waits, its bits, and its fate."""

import socket
import time

import pytest
from websockets.sync.client import connect

from tests.support.sheets import elements, page_sends, words
from wslearn.labs.tap.hold_panel import START, STOP
from wslearn.labs.tap.lab import TapLab
from wslearn.net.record.hold_gate import INSIDE
from wslearn.protocol.errors import InputError, StateError


@pytest.fixture
def lab():
    opened = TapLab()
    yield opened
    opened.close()


@pytest.fixture
def client(lab):
    with connect(lab.url, compression=None) as opened:
        yield opened


@pytest.fixture
def panel(lab):
    return lab._holding


def shown(panel, count=1):
    """What the page shows once this many frames wait."""
    until = time.monotonic() + 10
    while len(panel.held) != count and time.monotonic() < until:
        time.sleep(0.005)
    panel.draw()
    assert len(panel.held) == count
    return words(panel.sheet.view)


def press(panel, do, frame=None):
    page_sends(panel.sheet, do=do, frame=id(frame or panel._shown))


def told(panel):
    verdict = panel.grid.view["verdict"]
    return f"{verdict['headline']} {verdict['because']}"


def test_nothing_is_held_until_somebody_asks(lab, panel, client):
    client.send("Hello")
    assert client.recv(timeout=5) == "Hello"
    assert lab.held == []
    assert panel._button.description == START
    assert "every frame passes at once" in words(panel.sheet.view)
    assert panel.grid not in panel.children


def test_a_frame_waits_is_seen_changed_judged_and_let_go(lab, panel, client):
    panel._kind.value = "text"
    panel._way.value = "client"
    panel._button.click()
    assert panel._button.description == STOP
    assert panel._kind.disabled
    client.send("Hello")
    page = shown(panel)
    for said in ("One frame is held.", "client → server", "text", "11 B", "“Hello”"):
        assert said in page
    assert "A server accepts this frame" in told(panel)
    before = lab.journal.passed
    panel.grid.flip(8)  # MASK
    assert "A server fails the connection with 1002." in told(panel)
    assert "✗ breaks a rule" in words(panel.sheet.view)
    press(panel, "as it came")
    assert "A server accepts this frame" in told(panel)
    panel.grid.flip(8 * 6 + 5)  # a bit of the payload
    assert lab.journal.passed == before
    press(panel, "let go")
    assert client.recv(timeout=5) == "Lello"
    assert "Nothing is held" in shown(panel, 0)
    assert lab.wait(before + 2)
    changed = lab.journal.frames[before]
    assert changed.note.startswith("changed while it was held: it came as 81 85")


def test_what_is_dropped_never_arrives_and_a_copy_arrives_once_more(lab, panel, client):
    lab.hold(sender="client", contains="o")
    client.send("one")
    shown(panel)
    first = panel._shown
    press(panel, "copy")
    assert client.recv(timeout=5) == "one"
    assert "A copy has passed" in words(panel.sheet.view)
    press(panel, "drop")
    assert "dropped" in shown(panel, 0)
    client.send("another")
    shown(panel)
    press(panel, "let go", first)  # its button was pressed: it means that frame alone
    assert len(lab.held) == 1
    press(panel, "let go")
    client.send("all fit but this: 0")
    assert [client.recv(timeout=5) for _ in range(2)] == ["another", "all fit but this: 0"]


def test_frames_of_both_ways_wait_side_by_side_and_either_can_be_looked_at(lab, panel, client):
    lab.hold()
    client.send("Hello")
    shown(panel)
    press(panel, "let go")
    client.send("again")
    page = shown(panel, 2)
    assert "2 frames are held." in page
    server = next(frame for frame in lab.held if frame.sender == "server")
    press(panel, "look", server)
    assert "A client accepts this frame" in told(panel)
    pressed = [each["attributes"]["aria-pressed"] for each in lines(panel)]
    assert sorted(pressed) == ["false", "true"]
    lab.let_go()
    assert [client.recv(timeout=5), client.recv(timeout=5)] == ["Hello", "again"]
    assert lab.held == []


def lines(panel):
    return [
        each
        for each in elements(panel.sheet.view)
        if "wsl-frame" in each["attributes"].get("class", "")
    ]


def test_bytes_that_the_receiver_takes_for_payload_are_called_payload(lab, panel, client):
    lab.hold(sender="client")
    client.send("Hello")
    shown(panel)
    panel.grid.flip(14)  # its length: 5 becomes 7
    press(panel, "let go")
    client.send("again")
    shown(panel)
    assert INSIDE in told(panel)
    lab.let_go()


def test_a_closed_lab_lets_go(lab, panel):
    with connect(lab.url, compression=None) as client:
        lab.hold(sender="server")
        client.send("Hello")
        shown(panel)
        lab.close()
        assert client.recv(timeout=5) == "Hello"
    assert lab.held == []


def test_what_cannot_be_asked_is_refused_in_a_sentence(lab):
    with pytest.raises(InputError, match="Expected for kind one of text, binary"):
        lab.hold(kind="broken")
    with pytest.raises(InputError, match="Expected the sender client or server, got 'me'"):
        lab.hold(sender="me")
    lab.stop()
    with pytest.raises(StateError, match=r"run TapLab\(\) anew"):
        lab.hold()
    assert lab._holding.layout.display == "none"


def test_a_connection_that_breaks_takes_its_held_frames_along_without_a_fault(lab, panel):
    with connect(lab.url, compression=None, close_timeout=0.1) as client:
        lab.hold(sender="client")
        client.send("Hello")
        shown(panel)
        client.socket.shutdown(socket.SHUT_RDWR)
        press(panel, "let go")
        shown(panel, 0)
    assert lab.running


def test_of_two_equal_frames_the_one_that_is_looked_at_is_changed_alone(lab, panel, client):
    lab.hold(kind="text", sender="client")  # or each Close would be held, too
    with connect(lab.url, compression=None) as other:
        for each in (client, other):
            each.send("Hello")
        shown(panel, 2)
        first, second = panel.held
        press(panel, "look", second)
        panel.grid.flip(8 * 6 + 5)
        assert (first.changed, second.changed) == (False, True)
        for frame in (first, second):
            press(panel, "let go", frame)
        assert sorted(each.recv(timeout=5) for each in (client, other)) == ["Hello", "Lello"]
