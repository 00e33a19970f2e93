"""How answers are weighed: MUST, SHOULD, what the RFC leaves open, and what proves nothing."""

from dataclasses import replace

import pytest

from wslearn.conformance.case import FILL, Case, Closes, Fails, Says
from wslearn.conformance.catalogue import CASES
from wslearn.conformance.findings import (
    CUT_SHORT,
    OTHER_CODE,
    REFUSED,
    SENT_IN_ORDER,
    SILENT,
    TAKEN,
    WAITS,
    Finding,
    contains,
    decide,
)
from wslearn.conformance.heard import LONGEST, Ear, Heard
from wslearn.conformance.limit_cases import PINGS
from wslearn.protocol.events import Binary, Close, Pong, Text
from wslearn.protocol.frame import Frame
from wslearn.protocol.handshake import check_response
from wslearn.protocol.text import grouped

BY_ID = {case.id: case for case in CASES}
KEY = "dGhlIHNhbXBsZSBub25jZQ=="


def about_frames(case: Case | str, *said: bytes | Frame, ended: str = "", **how) -> Finding:
    """The finding for a server that sends these frames, after which TCP ends or not."""
    heard = Heard(ended=ended, late=not ended)
    data = b"".join(one if isinstance(one, bytes) else one.encode() for one in said)
    Ear(heard, "client").take(data)
    return decide(BY_ID[case] if isinstance(case, str) else case, heard, **how)


def about_reply(case: str, reply: str, **how) -> Finding:
    """The finding for a server that answers a request like this."""
    head = (reply.replace("\n", "\r\n") + "\r\n\r\n").encode()
    return decide(BY_ID[case], Heard(reply=check_response(head, KEY), **how))


# -- frames that break a rule ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "ended", "outcome"),
    [
        ([Frame.close(1002)], "end", "kept"),
        ([Frame.close(1002)], "reset", "kept"),
        ([Frame.close(1002)], "", "advice"),
        ([Frame.close(1000)], "end", "advice"),
        ([], "end", "advice"),
        ([], "reset", "advice"),
        ([], "", "broken"),
        ([Frame.text("Hello")], "", "broken"),
        ([Frame.text("Hello"), Frame.close(1002)], "end", "broken"),
        ([Frame.pong(b"still there?"), Frame.close(1002)], "end", "open"),
        ([Frame.pong(b"still there?")], "end", "broken"),
        ([Frame.close(1002), Frame.text("Hello")], "end", "broken"),
    ],
)
def test_an_unmasked_frame_has_to_end_the_connection(said, ended, outcome):
    assert about_frames("fault-unmasked", *said, ended=ended).outcome == outcome


def test_a_rule_that_binds_the_sender_alone_is_advice_for_the_receiver():
    finding = about_frames("fault-length-16", Frame.text("Hello"))
    assert finding.outcome == "advice"
    assert "It went on" in finding.remark


def test_messages_of_a_server_that_does_not_echo_prove_nothing():
    said = Frame.text("news"), Frame.close(1002)
    assert about_frames("fault-unmasked", *said, ended="end", echoes=False).outcome == "kept"
    greeting = (Text("news"),)
    assert about_frames("fault-unmasked", *said, ended="end", greeting=greeting).outcome == "kept"


def test_a_close_that_may_not_be_sent_is_broken_and_one_without_a_meaning_advice():
    def closed(code: int) -> Frame:
        return Frame(8, code.to_bytes(2, "big"))

    assert about_frames("fault-close-1005", closed(1005), ended="end").outcome == "broken"
    assert about_frames("fault-close-999", closed(999), ended="end").outcome == "advice"
    assert about_frames("close-usual", closed(1006), ended="end").outcome == "broken"


def test_what_an_endpoint_says_is_judged_whatever_was_asked():
    finding = about_frames("length-1", b"\xc1\x01~")
    assert finding.outcome == "broken"
    assert "byte 0, bit 1: expected RSV1 0, got RSV1 1" in finding.came


# -- messages, and the end -------------------------------------------------------------------------


def test_messages_keep_their_order_and_a_pong_may_overtake_them():
    words = [Pong(b"p"), Text("a"), Text("b")]
    assert contains(words, (Text("a"), Pong(b"p"), Text("b")))
    assert not contains(words, (Text("b"), Text("a")))
    assert not contains(words, (Text("a"), Text("a")))
    assert contains(words, ())


def test_text_that_comes_back_as_binary_is_no_echo():
    assert about_frames("length-1", Frame.text("~")).outcome == "broken"
    assert about_frames("length-1", Frame.binary(b"~")).outcome == "kept"
    assert about_frames("length-1", Frame(2, b"", False), Frame(0, b"~")).outcome == "kept"


def test_a_limit_on_a_large_message_is_left_open():
    assert about_frames("length-200000", Frame.close(1009), ended="end").outcome == "open"
    assert about_frames("length-127", Frame.close(1009), ended="end").outcome == "broken"


@pytest.mark.parametrize(
    ("case", "said", "ended", "outcome", "remark"),
    [
        ("limit-message", [Frame.binary(FILL * 2**20)], "", "open", TAKEN),
        ("limit-message", [Frame.binary(FILL * 2**20 + b"!")], "", "advice", SILENT),
        ("limit-message", [Frame.close(1009)], "end", "open", REFUSED),
        ("limit-message", [Frame.close(1011)], "end", "advice", OTHER_CODE.format("may")),
        ("limit-message", [], "reset", "advice", CUT_SHORT.format("may")),
        ("limit-message", [], "", "advice", SILENT),
        ("limit-promise", [], "", "open", WAITS),
        ("limit-promise", [Frame.close(1009)], "end", "open", REFUSED),
        ("limit-bomb", [Frame.binary(b"").header(length=2**24)], "", "open", TAKEN),
        ("limit-bomb", [Frame.binary(FILL)], "", "advice", SILENT),
        ("limit-pings", [Frame.pong(PINGS[-1])], "", "open", TAKEN),
        ("limit-pings", [*map(Frame.pong, PINGS[:-1])], "", "broken", SILENT),
    ],
)
def test_a_load_may_be_taken_or_refused_but_not_in_silence(case, said, ended, outcome, remark):
    finding = about_frames(case, *said, ended=ended)
    assert (finding.outcome, finding.remark) == (outcome, remark)


def test_a_message_that_is_longer_than_we_take_breaks_no_rule_and_is_reported():
    begun = Frame.binary(b"").header(length=LONGEST + 1)
    for data in (begun, Frame(2, bytes(LONGEST), False).encode() + Frame(0, b"!").encode()):
        finding = about_frames("length-127", data)
        assert f"a message of more than {grouped(LONGEST)} bytes" in finding.came
        assert finding.remark != SENT_IN_ORDER


def test_very_many_pongs_are_counted():
    few, many = [Frame.pong(b"a")] * 6, [*map(Frame.pong, PINGS), Frame.text("Hello")]
    assert about_frames("ping-empty", *few, ended="end").came.startswith("a Pong with “a”, a Pong")
    came = about_frames("ping-empty", *many, ended="end").came
    assert came == "1000 Pongs, text “Hello”, the end of TCP"


def test_what_must_never_be_sent_counts_even_beside_what_must_be_sent():
    case = BY_ID["pong-alone"]
    assert about_frames(case, Frame.pong(b"after")).outcome == "kept"
    assert about_frames(case, Frame.pong(b"unasked"), Frame.pong(b"after")).outcome == "broken"


@pytest.mark.parametrize(
    ("said", "ended", "outcome"),
    [
        ([Frame.close(1000)], "end", "kept"),
        ([Frame.close(1000)], "", "broken"),
        ([Frame.close(1001)], "end", "open"),
        ([Frame.close()], "end", "open"),
        ([Frame.close(1002)], "end", "broken"),
        ([], "end", "broken"),
        ([], "reset", "advice"),
        ([], "", "broken"),
    ],
)
def test_a_close_with_1000_has_to_be_answered_before_tcp_ends(said, ended, outcome):
    assert about_frames("close-usual", *said, ended=ended).outcome == outcome


def test_nobody_waits_for_a_client_to_end_tcp():
    heard = Heard(words=[Close(1000, "")], late=True)
    assert decide(BY_ID["close-usual"], heard, "client").outcome == "kept"


# -- the opening handshake -------------------------------------------------------------------------

OPEN = (
    "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: Upgrade\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
)


@pytest.mark.parametrize(
    ("case", "reply", "outcome"),
    [
        ("open-usual", OPEN, "kept"),
        ("open-usual", OPEN.replace("s3pP", "xxxx"), "broken"),
        ("open-usual", "HTTP/1.1 400 Bad Request", "broken"),
        ("open-post", OPEN, "broken"),
        ("open-post", "HTTP/1.1 405 Method Not Allowed", "kept"),
        ("open-post", "HTTP/1.1 500 Internal Server Error", "advice"),
        ("open-post", "HTTP/1.1 200 OK", "advice"),
        ("open-http-1.0", "HTTP/1.1 505 HTTP Version Not Supported", "kept"),
        ("open-no-upgrade", "HTTP/1.1 200 OK", "kept"),
        ("open-short-key", OPEN, "open"),
        ("open-version-14", "HTTP/1.1 426 Upgrade Required\nSec-WebSocket-Version: 13", "kept"),
        ("open-version-14", "HTTP/1.1 400 Bad\nSec-WebSocket-Version: 8\n"
         "Sec-WebSocket-Version: 7, 13", "kept"),
        ("open-version-14", "HTTP/1.1 426 Upgrade Required", "broken"),
        ("open-foreign-origin", OPEN, "open"),
        ("open-foreign-origin", "HTTP/1.1 403 Forbidden", "open"),
        ("open-unknown-subprotocol", OPEN + "\nSec-WebSocket-Protocol: mine", "broken"),
        ("deflate-twice", OPEN, "kept"),
        ("deflate-twice", "HTTP/1.1 400 Bad Request", "open"),
        ("deflate-twice", "HTTP/1.1 500 Internal Server Error", "advice"),
        ("deflate-twice", OPEN + "\nSec-WebSocket-Extensions: permessage-deflate", "broken"),
    ],
)  # fmt: skip
def test_what_a_reply_means_depends_on_the_request(case, reply, outcome):
    assert about_reply(case, reply).outcome == outcome


def test_a_missing_reply_breaks_a_rule_unless_a_bad_request_is_dropped():
    assert decide(BY_ID["open-usual"], Heard(late=True)).outcome == "broken"
    assert decide(BY_ID["open-post"], Heard(late=True)).outcome == "broken"
    dropped = decide(BY_ID["open-post"], Heard(ended="end"))
    assert (dropped.outcome, dropped.came) == ("advice", "the end of TCP without an answer")


def test_what_could_not_be_put_to_an_endpoint_is_not_judged():
    finding = decide(BY_ID["open-usual"], Heard(trouble="Nobody listens any more."))
    assert (finding.outcome, finding.came) == ("unjudged", "Nobody listens any more.")


def test_how_strongly_the_rfc_asks_decides_what_a_wrong_answer_means():
    base = BY_ID["length-1"]
    found = [
        about_frames(replace(base, level=level)).outcome for level in ("MUST", "SHOULD", "MAY")
    ]
    assert found == ["broken", "advice", "open"]


def test_every_kind_of_right_answer_is_described_in_words():
    kinds = {type(case.right): case for case in CASES}
    for case in kinds.values():
        said = about_frames(case, ended="end").expected
        assert said
        assert "object at" not in said
    assert {Says, Fails, Closes} <= set(kinds)
    assert Binary(b"") != Text("")
