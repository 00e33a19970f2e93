"""The bit grid's view of a frame."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wslearn.draw.layout import FOLD
from wslearn.labs.kit.view import MOST_BYTES, frame_view, longest_answer
from wslearn.protocol.dissect import dissect
from wslearn.protocol.frame import Frame

HELLO = "81 85 37fa213d 7f9f4d5158"


def view_of(source, receiver="server", opened=FOLD):
    return frame_view(dissect(source, receiver), opened)


def test_each_byte_comes_with_its_hex_and_each_payload_byte_with_its_sum():
    view = view_of(HELLO)
    assert view["hex"] == "818537fa213d7f9f4d5158"
    assert view["notes"] == [""] * 6 + [
        "7f ⊕ 37 = H",
        "9f ⊕ fa = e",
        "4d ⊕ 21 = l",
        "51 ⊕ 3d = l",
        "58 ⊕ 37 = o",
    ]


def test_a_field_says_where_it_is_what_it_holds_and_what_that_means():
    opcode = view_of(HELLO)["fields"][4]
    assert opcode == {
        "kind": "opcode",
        "name": "opcode",
        "start": 4,
        "width": 4,
        "shown": "0x1",
        "meaning": "text: UTF-8 follows",
        "section": "RFC 6455 §5.2",
        "number": True,
        "faulty": False,
    }


def test_only_what_a_broken_rule_points_at_is_faulty():
    view = view_of("91 05 48656c6c6f")
    assert [field["name"] for field in view["fields"] if field["faulty"]] == ["RSV3", "MASK"]
    assert view["faulty"] == [[3, 1], [8, 1]]


def test_the_verdict_has_one_sentence_and_each_fault_its_place_and_repair():
    verdict = view_of("91 05 48656c6c6f")["verdict"]
    assert verdict["outcome"] == "refused"
    assert verdict["headline"] == "A server fails the connection with 1002."
    assert [(fault["where"], fault["repair"]) for fault in verdict["faults"]] == [
        ("byte 0, bit 3", "clear RSV3"),
        ("byte 1, bit 0", "mask it"),
    ]


def test_the_room_for_a_verdict_is_made_for_the_longest_of_them():
    room = longest_answer()
    seen = set()
    for first in range(256):
        for second in (0x00, 0x05, 0x80, 0x85, 0xFE):
            judged = view_of(bytes([first, second]) + bytes(131))["verdict"]
            for fault in judged["faults"][:1]:
                seen.add(judged["because"])
                assert len(judged["headline"]) + 2 <= len(room["headline"])
                assert len(judged["because"]) <= len(room["because"])
                # A longer label may stand beside a shorter sentence.
                said = len(judged["because"]) + len(fault["repair"])
                assert said <= len(room["because"]) + len(room["repair"])
    assert room["because"] in seen


def test_where_a_rule_stands_is_not_broken_into_two_lines():
    judged = view_of("91 05 48656c6c6f")["verdict"]
    assert judged["because"].endswith("(RFC\xa06455\xa0§5.2)")
    assert judged["faults"][1]["text"].endswith("(RFC\xa06455\xa0§5.1)")


def test_bytes_after_the_frame_are_drawn_as_such():
    view = view_of(HELLO + "8180", "server")
    after = view["fields"][-1]
    assert (after["kind"], after["start"], after["width"]) == ("rest", 88, 16)
    assert view["rest"] == "2 bytes follow this frame."
    assert view_of(HELLO + "81")["rest"] == "1 byte follows this frame."


def test_a_long_payload_is_folded_and_says_how_much_is_hidden():
    view = view_of(Frame.text("x" * 2000).encode(), "client")
    assert len(view["hex"]) == 2 * FOLD
    assert view["fold"]["text"] == "… 1\u202f940 more bytes"
    assert view["fold"]["button"] == f"draw {MOST_BYTES - FOLD} of them"
    assert not view["fold"]["close"]


def test_an_opened_fold_can_be_closed_and_stays_bounded():
    view = view_of(Frame.text("x" * 2000).encode(), "client", opened=10**9)
    assert len(view["hex"]) == 2 * MOST_BYTES
    assert view["fold"]["close"]
    assert not view["fold"]["button"]


def test_a_short_frame_has_no_fold():
    fold = view_of(HELLO)["fold"]
    assert fold == {"text": "", "button": "", "close": False, "fault": ""}


def test_a_fault_inside_the_fold_is_announced():
    payload = b"x" * 100 + b"\xff" + b"x" * 100
    view = view_of(Frame(1, payload).encode(), "client")
    assert view["faulty"] == []
    assert view["fold"]["fault"] == "✗ a fault lies in them: byte 104"


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 13])
def test_a_frame_that_is_cut_short_has_a_view(size):
    view = view_of(bytes.fromhex("82fe0100aabbccdd010203040506")[:size])
    assert len(view["hex"]) == 2 * size
    assert view["verdict"]["outcome"] == "waiting"


def test_a_large_frame_has_a_small_view():
    view = view_of(Frame.binary(bytes(2**20)).encode(mask_key=b"abcd"))
    assert len(json.dumps(view)) < 10_000


@given(st.binary(max_size=300), st.sampled_from(["server", "client"]))
def test_every_drawn_bit_belongs_to_exactly_one_field(data, receiver):
    view = view_of(data, receiver)
    covered = [bit for f in view["fields"] for bit in range(f["start"], f["start"] + f["width"])]
    assert covered == list(range(8 * len(data)))
    assert bytes.fromhex(view["hex"]) == data[:FOLD]
    assert all(start + width <= 4 * len(view["hex"]) for start, width in view["faulty"])
    json.dumps(view)
