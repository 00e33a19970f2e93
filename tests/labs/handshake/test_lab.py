"""HandshakeLab without a browser: what is broken, how both sides answer, and the key's bits."""

import hashlib
import re

import pytest

import wslearn as ws
from tests.support.sheets import elements, page_sends, words
from wslearn.labs.handshake.faults import NOTHING, REQUEST_FAULTS, join_head, split_head
from wslearn.labs.handshake.keygrid import nonce_view
from wslearn.labs.handshake.lab import LOOKS, HandshakeLab
from wslearn.labs.handshake.state import Exchange, offered
from wslearn.protocol.accept import GUID, encode_key
from wslearn.protocol.errors import InputError
from wslearn.protocol.extensions import parse_extensions
from wslearn.protocol.wrong_accepts import accept_mistakes

HARMLESS = {NOTHING, "Connection: keep-alive, Upgrade", "all names in small letters",
            "no compression offered"}  # fmt: skip
HARMLESS_REPLIES = {NOTHING, "no subprotocol", "no compression"}

STATUS = {
    "method POST": 405,
    "HTTP/1.0": 400,
    "a path that is not there": 404,
    "no Upgrade": 426,
    "no Connection": 400,
    "two keys": 400,
    "version 8": 426,
    "a foreign Origin": 403,
    "one line ends with LF alone": 400,
}


def of_class(view, name):
    return [each for each in elements(view) if name in each["attributes"].get("class", "").split()]


@pytest.fixture
def lab():
    return HandshakeLab()


def test_it_opens_with_the_example_of_the_rfc_and_a_websocket_that_opens(lab):
    assert lab.nonce == b"the sample nonce"
    assert lab.is_open
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in lab.reply
    assert lab.answer.subprotocol == "chat"
    assert lab.answer.agreement is not None


@pytest.mark.parametrize("fault", [fault.name for fault in REQUEST_FAULTS])
def test_every_fault_of_the_request_changes_it_and_is_refused_unless_it_is_none(lab, fault):
    whole = lab.request
    lab.break_request(fault)
    assert (lab.request == whole) == (fault == NOTHING)
    assert lab.is_open == (fault in HARMLESS)
    assert lab.check.status == STATUS.get(fault, lab.check.status)
    if not lab.is_open:
        assert f"HTTP/1.1 {lab.check.status} ".encode() in lab.reply
        assert lab.check.violations[0].rule.source in words(lab._sheet.view).replace("\xa0", " ")


@pytest.mark.parametrize("fault", list(Exchange().reply_faults))
def test_every_fault_of_the_reply_changes_it_and_the_client_does_not_open(lab, fault):
    whole = lab.reply
    lab.break_reply(fault)
    assert (lab.reply == whole) == (fault == NOTHING)
    assert lab.is_open == (fault in HARMLESS_REPLIES)


def test_a_slip_with_the_accept_value_is_recognised_by_the_client(lab):
    for mistake in accept_mistakes(encode_key(lab.nonce)):
        lab.break_reply(f"accept: {mistake.name}")
        assert mistake.sentence[1:].rstrip(".") in words(lab._sheet.view), mistake.name


def test_every_failed_step_stands_at_the_line_it_names(lab):
    lab.break_request("one line ends with LF alone")
    bad = [
        each
        for each in elements(lab._sheet.view)
        if "is-bad" in each["attributes"].get("class", "")
    ]
    assert len(bad) == 1
    assert words(bad).startswith("Host: ")
    lab.break_request("no key")
    bad = [
        each
        for each in elements(lab._sheet.view)
        if "is-bad" in each["attributes"].get("class", "")
    ]
    assert words(bad).startswith("(not there)")


def test_the_servers_subprotocols_origins_and_compression_are_settings(lab):
    lab._speaks.value = "soap, superchat"
    assert lab.answer.subprotocol == "superchat"
    lab._speaks.value = ""
    assert lab.is_open
    assert lab.answer.subprotocol is None
    lab._lets_in.value = "http://elsewhere.example"
    assert lab.check.status == 403
    lab._lets_in.value = ""
    assert lab.is_open
    lab._compress.value = False
    assert b"Sec-WebSocket-Extensions" not in lab.reply
    assert lab.answer.agreement is None


def test_a_request_that_is_written_freely_is_judged_as_it_stands(lab):
    lab._look.value = LOOKS[2]
    lab._text.value = "GET /chat HTTP/1.1\nHost: h\n"
    assert lab.request == b"GET /chat HTTP/1.1\r\nHost: h\r\n\r\n"
    assert lab.check.status == 426
    own = {
        "Sec-WebSocket-Key": "AQIDBAUGBwgJCgsMDQ4PEA==",
        "Upgrade": "websocket",
        "Connection": "upgrade",
        "Sec-WebSocket-Version": "13",
        "Origin": "http://127.0.0.1:8888",
    }
    lab._text.value += "".join(f"{name}: {value}\n" for name, value in own.items())
    assert lab.is_open
    assert lab.check.key == own["Sec-WebSocket-Key"]
    lab._own.click()
    assert lab.check.key == encode_key(lab.nonce)


def test_what_the_menu_broke_is_there_to_be_edited(lab):
    lab.break_request("version 8")
    lab._look.value = LOOKS[2]
    assert "Sec-WebSocket-Version: 8" in lab._text.value
    assert lab._request_menu.value == NOTHING
    assert lab.check.status == 426


@pytest.mark.parametrize("fault", list(Exchange().reply_faults))
def test_what_the_server_is_said_to_answer_stands_in_the_reply(lab, fault):
    lab.break_reply(fault)
    status = lab.reply.partition(b"\r\n")[0].decode().partition(" ")[2]
    told = words(lab._sheet.view) + lab.pages().text()
    assert set(re.findall(r"The server answers (\d[^.]*?)(?: and |\.)", told)) == {status}
    chosen = re.findall(r"and chooses the subprotocol (\w+)", told)
    in_reply = re.findall(r"Protocol: (\w+)\r\n", lab.reply.decode())
    assert chosen == (2 * in_reply if lab.is_open else [])


@pytest.mark.parametrize("look", LOOKS)
def test_a_broken_reply_can_be_mended_wherever_it_is_seen(lab, look):
    lab.break_reply("status 404")
    lab._look.value = look
    assert lab._reply_menu.layout.display != "none"
    assert (lab._request_menu.layout.display != "none") == (look == LOOKS[0])
    lab._reply_menu.value = NOTHING
    assert lab.is_open


@pytest.mark.parametrize(
    "text", ["", "\x00", "<script>alert(1)</script>", "GET", "\r\n\r\n", "é" * 99]
)
def test_no_text_is_too_strange_to_be_answered(lab, text):
    lab.request = text
    assert not lab.is_open
    assert 400 <= lab.check.status < 500
    assert lab._sheet.view


def test_one_flipped_bit_of_the_key_changes_about_half_of_the_hash_and_says_how_much(lab):
    before = lab.nonce
    lab.grid.flip(3)
    changed = [
        int.from_bytes(hashlib.sha1(f"{encode_key(nonce)}{GUID}".encode()).digest(), "big")
        for nonce in (before, lab.nonce)
    ]
    turned = (changed[0] ^ changed[1]).bit_count()
    assert 40 < turned < 120
    assert f"{turned} of 160 bits" in words(lab._way.view)
    hashed = next(
        each for each in elements(lab._way.view) if "hash" in each["attributes"].get("class", "")
    )
    marked = [each for each in elements(hashed) if each["attributes"].get("class") == "turned"]
    assert len("".join(words(each) for each in marked).replace(" ", "")) == turned
    assert lab.is_open


def test_six_bits_of_the_grid_are_one_letter_of_the_key():
    nonce = b"the sample nonce"
    fields = nonce_view(nonce)["fields"]
    assert "".join(field["name"] for field in fields) == encode_key(nonce).rstrip("=")
    assert [field["width"] for field in fields] == [6] * 21 + [2]
    assert sum(field["width"] for field in fields) == 128


def test_a_slip_can_be_sent_and_taken_back_in_the_table_of_slips(lab):
    for again in (False, True):
        page_sends(lab._way, do="slip", name="hex digest")
        assert lab.is_open is again
    page_sends(lab._way, do="slip", name="no such slip")
    assert lab.is_open


def test_hostile_text_stays_text(lab):
    lab.request = "GET /chat HTTP/1.1\r\nX: <img src=x onerror=alert(1)>\u202e\x1b[31m\r\n\r\n"
    tags = {each["tag"] for each in elements(lab._sheet.view)}
    assert tags <= {"p", "span", "strong", "div", "section", "h4", "ol", "li", "code", "b"}
    assert "<img src=x onerror=alert(1)>" in words(lab._sheet.view)
    assert "\x1b" not in words(lab._sheet.view)
    assert "\u202e" not in words(lab._sheet.view)
    assert "<img" not in lab.pages().html()


def test_a_request_of_the_readers_keeps_what_it_offered():
    parameters = "server_max_window_bits=10; client_no_context_takeover"
    made = offered(parse_extensions(f"permessage-deflate; {parameters}"))
    assert (made.peer_window_bits, made.no_context_takeover, made.hints_window) == (10, True, False)
    assert offered(parse_extensions("permessage-deflate; server_max_window_bits=99")) is None
    assert offered([]) is None


def test_a_head_goes_apart_and_together_again():
    head = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
    assert join_head(split_head(head)) == head.encode()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"nonce": b"short"}, "Expected 16 bytes, got 5."),
        ({"subprotocols": "chat"}, "list of subprotocols"),
        ({"origins": "http://h"}, "list of origins"),
        ({"asked": ("a b",)}, "a subprotocol that is a token"),
        ({"look": "at me"}, "got 'at me'"),
    ],
)
def test_arguments_that_make_no_handshake_are_refused_in_one_sentence(arguments, told):
    with pytest.raises(InputError, match=re.escape(told)):
        HandshakeLab(**arguments)


def test_a_fault_that_is_not_in_the_menu_is_refused(lab):
    with pytest.raises(InputError, match="got 'gone'"):
        lab.break_request("gone")
    with pytest.raises(InputError, match="got 'gone'"):
        lab.break_reply("gone")


def test_its_static_form_is_the_exchange_line_by_line_and_the_same_every_time(lab):
    bundle = lab._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert data["text/plain"].startswith("HandshakeLab(open)\n")
    assert "Sec-WebSocket-Accept" in data["text/html"]
    assert "<script" not in data["text/html"]
    assert ws.HandshakeLab().pages().text() == lab.pages().text()
    assert repr(lab) == "HandshakeLab(open)"
    lab.break_reply("no Upgrade")
    assert repr(lab) == "HandshakeLab(not open)"
