"""A session as people see it: complete, harmless, and the same every time."""

import json

import pytest

from wslearn.draw.drawn import dissect
from wslearn.labs.tap.recording import RECORDED, from_data, recorded_session, to_data
from wslearn.labs.tap.session import ABSENT, HANDSHAKE, Session
from wslearn.net.record.conversation import Conversation
from wslearn.net.record.passed import Passed
from wslearn.protocol.frame import Frame
from wslearn.protocol.handshake import accept_key, server_response

HOSTILE = "<img src=x onerror=alert(1)>"
MASK = bytes.fromhex("37fa213d")


def hostile_session():
    """A session in which everything that a client may choose is markup."""
    request = (
        f"GET /{HOSTILE.replace(' ', '%20')} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {'A' * 22}==\r\nSec-WebSocket-Version: 13\r\n"
        f"Origin: {HOSTILE}\r\nX-Strange: {HOSTILE}\r\n\r\n"
    ).encode()
    said = Conversation()
    said.reply = server_response(said.judge(request)).encode()
    said.frames.append(Passed("client", Frame.text(HOSTILE).encode(mask_key=MASK)))
    said.frames.append(Passed("client", Frame.close(1000, HOSTILE).encode(mask_key=MASK)))
    log = ({"kind": "event", "text": f"onmessage: {HOSTILE}", "note": HOSTILE},)
    return Session(f"from {HOSTILE}", True, said, log)


# -- the recording ---------------------------------------------------------------------------------


def test_the_recording_is_of_a_real_browser_and_breaks_no_rule():
    session = recorded_session()
    assert session.check.ok
    assert b"User-Agent: Mozilla/5.0" in session.request
    assert accept_key(session.check.key).encode() in session.reply
    assert [frame.sender for frame in session.frames] == ["client", "server"] * 3
    assert all(not frame.dissect().violations for frame in session.frames)


def test_the_same_text_went_out_under_two_masking_keys():
    first, second = (
        frame.dissect() for frame in recorded_session().conversation.sent_by("client")[:2]
    )
    assert first.payload == second.payload == b"Hello"
    assert first.mask_key != second.mask_key
    assert None not in (first.mask_key, second.mask_key)


def test_the_recording_says_that_it_is_one():
    session = recorded_session()
    assert not session.live
    for shown in (session.pages(), session.handshake, session.passed):
        assert shown.text().startswith("This is a recording: Chromium ")
        assert "This is a recording: Chromium " in shown.html()


def test_the_recording_holds_nothing_of_the_machine_but_loopback_ports():
    text = RECORDED.read_text(encoding="utf-8")
    hosts = {line for line in json.loads(text)["request"] if line.startswith(("Host:", "Origin:"))}
    assert hosts == {"Host: 127.0.0.1:8765", "Origin: http://127.0.0.1:8888"}
    for private in ("Cookie", "Referer", "/home", "/tmp", "token"):
        assert private not in text


def test_a_session_written_down_and_read_again_is_the_same():
    data = json.loads(RECORDED.read_text(encoding="utf-8"))
    session = from_data(data, "")
    assert to_data(session.conversation, list(session.log), data["browser"]) == data


# -- what is shown ---------------------------------------------------------------------------------


def test_every_line_of_the_request_is_shown_with_the_steps_that_look_at_it():
    session = recorded_session()
    view = session.view(HANDSHAKE)
    lines = session.request.decode().split("\r\n")[:-2]
    assert [line["text"] for line in view["request"]] == [*lines, ABSENT]
    notes = [note for line in view["request"] for note in line["notes"]]
    assert len(notes) == len(session.check.steps)
    assert all(note["ok"] for note in notes)
    table = session.handshake.text()
    assert all(line in table for line in lines)
    assert view["conclusion"] in table


def test_a_line_that_nobody_checks_is_quiet():
    lines = recorded_session().view(HANDSHAKE)["request"]
    quiet = [line["text"].partition(":")[0] for line in lines if line["quiet"]]
    assert "User-Agent" in quiet
    assert "Host" not in quiet


def test_a_failed_step_says_what_was_expected_and_what_came():
    said = Conversation()
    check = said.judge(b"GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n")
    said.reply = server_response(check).encode()
    session = Session("a test", True, said)
    view = session.view(HANDSHAKE)
    wrong = [note for line in view["request"] for note in line["notes"] if not note["ok"]]
    assert any("Connection: expected the token Upgrade" in note["text"] for note in wrong)
    assert not view["opened"]
    assert "✗ Connection: expected the token Upgrade" in session.handshake.text()


def test_every_frame_has_a_row_and_the_first_of_the_tab_is_taken_apart():
    session = recorded_session()
    rows = session.view(2)["rows"]
    assert [row["name"] for row in rows[:3]] == ["request", "reply", "frame 0"]
    assert len(rows) == 2 + len(session.frames)
    assert session.view(2)["caption"] == "Frame 2, from this tab, bit by bit:"
    assert session.first == dissect(session.frames[0].data, "server")
    assert session.first.html() in session.pages().html()


def test_a_frame_that_breaks_a_rule_is_marked_as_such():
    session = recorded_session()
    said = Conversation(session.request, session.check, session.reply)
    said.frames.append(Passed("client", Frame.text("Hello").encode()))
    row = Session("a test", True, said).view(0)["rows"][-1]
    assert row["bad"]
    assert "Frames from a client must be masked." in row["words"]


def test_what_a_client_sends_is_never_markup():
    session = hostile_session()
    for html in (session.pages().html(), session.handshake.html(), session.passed.html()):
        assert "<img" not in html
        assert "&lt;img src=x" in html


def test_a_session_before_anything_came_can_be_shown():
    empty = Session("a test", True, Conversation())
    assert "No request has come." in empty.pages().text()
    assert empty.view(HANDSHAKE) == {}


@pytest.mark.parametrize("form", ["text", "html"])
def test_what_is_shown_is_the_same_every_time(form):
    data = json.loads(RECORDED.read_text(encoding="utf-8"))
    shown = {getattr(from_data(data, "one").pages(), form)() for _ in range(3)}
    assert len(shown) == 1
