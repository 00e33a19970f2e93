"""LengthLab without a browser: the header, the three forms, the slider and the curve."""

import json
import re

import pytest

from tests.support.sheets import elements, page_sends, texts
from wslearn.labs.length.cost_curve import percent, share
from wslearn.labs.length.lab import LengthLab
from wslearn.labs.length.nodes import STOPS, next_to, position, spellings, stop_at
from wslearn.labs.length.typed_number import read_number
from wslearn.protocol.dissect import dissect
from wslearn.protocol.errors import FrameError, InputError
from wslearn.protocol.frame import Frame
from wslearn.protocol.length import LONGEST, header_size
from wslearn.protocol.parser import FrameParser


@pytest.fixture
def lab():
    return LengthLab(125)


def flip(lab, *bits):
    """Send the lab these flips as its grid's browser does."""
    for bit in bits:
        page_sends(lab.grid, do="flip", bit=bit)


def does(lab, **message):
    """Send the lab a message as its slider or its table does."""
    page_sends(lab._more, **message)


def told(lab):
    verdict = lab.grid.view["verdict"]
    return f"{verdict['sign']} {verdict['headline']} {verdict['because']}".replace("\xa0", " ")


# -- the header ------------------------------------------------------------------------------------


@pytest.mark.parametrize("sender", ["server", "client"])
@pytest.mark.parametrize("length", STOPS)
def test_each_stop_shows_the_shortest_header_and_its_receiver_takes_it(length, sender):
    lab = LengthLab(length, sender)
    assert lab.length == length
    assert len(lab.data) == header_size(length, masked=sender == "client")
    assert lab.grid.view["verdict"]["outcome"] == "accepted"
    FrameParser("server" if sender == "client" else "client").feed(lab.data)


@pytest.mark.parametrize(
    ("typed", "length"),
    [
        ("300", 300),
        ("65 536", 65_536),
        ("65\u202f536", 65_536),
        ("0x1_00", 256),
        ("0b101", 5),
        ("2^16", 65_536),
        ("2**16 - 1", 65_535),
        ("2^63 − 1", LONGEST),
        (" 1 + 1 ", 2),
        (7, 7),
    ],
)
def test_a_number_is_read_in_any_form(typed, length):
    assert read_number(typed) == length
    assert LengthLab(typed).length == length


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("12x", "Expected a number such as 300, 0x12c or 2^16 - 1; got 'x' at character 3."),
        ("", "Expected a number such as 300, 0x12c or 2^16 - 1; got nothing."),
        ("5 +", "Expected a number such as 300, 0x12c or 2^16 - 1; got nothing after '+'."),
        ("0x_", "Expected a number such as 300, 0x12c or 2^16 - 1; got 'x' at character 2."),
        ("2^63", f"Expected a length from 0 to 2^63 - 1 bytes, got {2**63}."),
        ("1 - 2", "Expected a length from 0 to 2^63 - 1 bytes, got -1."),
        ("9^99", "Expected an exponent up to 64, got 99."),
        ("9" * 81, f"Expected a number such as 300, 0x12c or 2^16 - 1, got '{'9' * 24}…'."),
    ],
)
def test_what_is_no_length_keeps_the_bits_and_says_why(lab, typed, problem):
    before = lab.data
    lab._text.value = "1"  # so that an empty text is a change
    lab.undo()
    lab._text.value = typed or "x"
    if not typed:
        lab._text.value = ""
    assert lab.data == before
    assert lab.grid.tools["notice"] == problem
    assert lab._text.value == typed
    lab.undo()
    assert lab._text.value in ("125", "x")


@pytest.mark.parametrize("typed", [None, 1.5, True, [3], b"5", "no"])
def test_a_lab_opens_whatever_it_is_given(typed):
    lab = LengthLab(typed)
    assert lab.length == 126
    assert lab.grid.tools["notice"].startswith("Expected a number such as 300")
    assert LengthLab(5, sender="moon").grid.tools["notice"] == (
        "Expected the sender 'server' or 'client', got 'moon'."
    )


def test_python_sets_the_length_and_hears_of_what_is_none(lab):
    lab.length = "2^20"
    assert lab.length == 2**20
    with pytest.raises(InputError, match="Expected a length from 0"):
        lab.length = -1
    assert lab.length == 2**20


# -- flips -----------------------------------------------------------------------------------------


def test_a_flip_of_a_length_bit_is_another_length(lab):
    flip(lab, 15)
    assert lab.length == 124
    assert told(lab).startswith("✓ 124 bytes, written in 7 bits. The shortest form")


def test_a_flip_to_marker_127_reads_the_letters_as_a_length_and_back_again(lab):
    flip(lab, 14)
    assert lab.data == b"\x82\x7f" + b"a" * 8
    assert lab.length == int.from_bytes(b"a" * 8, "big")
    assert "The header now takes in the first 8 letters of the payload." in told(lab)
    flip(lab, 14)
    assert (lab.data, lab.length) == (b"\x82\x7d", 125)


def test_a_flip_to_a_shorter_form_leaves_header_bytes_to_the_payload():
    lab = LengthLab(300)
    flip(lab, 13)
    assert lab.data == b"\x82\x7a"
    assert "The last 2 bytes of the header now count as payload." in told(lab)
    flip(lab, 13)
    assert (lab.data, lab.length) == (b"\x82\x7e\x01\x2c", 300)


def test_the_letters_of_a_client_are_masked_as_a_real_receiver_meets_them():
    lab = LengthLab(125, "client")
    flip(lab, 14)
    whole = Frame.binary(b"a" * 125).encode(mask_key=bytes.fromhex("37fa213d"))
    expected = dissect(b"\x82\xff" + whole[2:], receiver="server")
    assert (lab.length, lab.data) == (expected.length, whole[:1] + b"\xff" + whole[2:14])


def test_where_too_few_bytes_come_the_length_is_not_there_yet():
    lab = LengthLab(1)
    flip(lab, 9, 10, 11, 12, 13, 14)
    assert lab.length is None
    assert told(lab) == (
        "… The length is not here yet. 127 says that it is in the next 8 bytes, "
        "and of these 1 byte has come."
    )
    assert repr(lab) == "LengthLab('82 7f 61', sender='server')"
    assert lab._more.view == []
    does(lab, do="form", bits=16)
    assert lab.length is None
    does(lab, do="slide", value="1")
    assert lab.length == 125


def test_the_top_bit_and_other_rules_are_judged_too():
    lab = LengthLab(LONGEST)
    flip(lab, 16)
    assert lab.length is None
    assert told(lab) == (
        "✗ 18\u202f446\u202f744\u202f073\u202f709\u202f551\u202f615 bytes, written in 64 bits. "
        "The top bit of a 64-bit length must be 0. (RFC 6455 §5.2) "
        "A client fails the connection with 1002."
    )
    lab = LengthLab(126)
    flip(lab, 4)  # a ping
    assert "A control frame must not carry more than 125 bytes." in told(lab)


def test_undo_brings_back_every_kind_of_edit(lab):
    def state():
        return lab.data, lab.sender, lab.length, lab._text.value, lab.grid.tools["notice"]

    states = [state()]
    for edit in (
        lambda: flip(lab, 14),
        lambda: setattr(lab._text, "value", "5"),
        lambda: does(lab, do="form", bits=64),
        lambda: page_sends(lab.grid, do="repair", fault=0),
        lambda: setattr(lab._sender, "value", "client"),
        lambda: setattr(lab._text, "value", "?"),
        lambda: does(lab, do="stop", at=5),
    ):
        edit()
        assert state() != states[-1]
        states.append(state())
    for expected in reversed(states[:-1]):
        page_sends(lab.grid, do="undo")
        assert state() == expected
    for expected in states[1:]:
        lab.redo()
        assert state() == expected


def test_the_other_side_sends_the_same_length_in_the_same_form():
    lab = LengthLab(5)
    does(lab, do="form", bits=16)
    lab.sender = "client"
    assert lab.data == bytes.fromhex("82fe0005 37fa213d")
    lab.sender = "server"
    assert lab.data == bytes.fromhex("827e0005")
    assert lab._sender.value == "server"


# -- the three forms -------------------------------------------------------------------------------


@pytest.mark.parametrize("sender", ["server", "client"])
@pytest.mark.parametrize("length", [*STOPS, 5, 300, 2**40])
def test_exactly_one_form_of_a_number_is_legal_and_the_parser_agrees(length, sender):
    found = spellings(length, sender)
    assert [each.form.bits for each in found if each.outcome == "accepted"] == [
        dissect(Frame(2).header(length=length)).length_bits
    ]
    receiver = "server" if sender == "client" else "client"
    for each in found:
        if each.header is None:
            assert "cannot hold it" in each.words
        elif each.outcome == "refused":
            assert "1002" in each.words
            with pytest.raises(FrameError, match="fewest bytes"):
                FrameParser(receiver).feed(each.header)
        else:
            FrameParser(receiver).feed(each.header)


def test_the_row_of_a_form_puts_it_on_the_grid_and_the_repair_takes_it_off(lab):
    does(lab, do="form", bits=64)
    assert lab.data == bytes.fromhex("827f000000000000007d")
    assert told(lab).startswith("✗ 125 bytes, written in 64 bits. A length must be written in")
    [pressed] = elements(lab._more.view, **{"aria-pressed": "true"})
    assert "".join(texts(pressed)) == "64 bits"
    page_sends(lab.grid, do="repair", fault=0)
    assert lab.data == b"\x82\x7d"
    assert told(lab).startswith("✓ 125 bytes, written in 7 bits. The shortest form there is")


@pytest.mark.parametrize(
    "message",
    [
        {"do": "form", "bits": 9},
        {"do": "form", "bits": "7"},
        {"do": "stop", "at": 7},
        {"do": "stop", "at": -1},
        {"do": "step", "by": 2},
        {"do": "slide", "value": "x"},
        {"do": "slide", "value": "inf"},
        {"do": "slide", "value": "nan"},
        {"do": "slide"},
        {},
    ],
)
def test_a_message_that_makes_no_sense_changes_nothing(lab, message):
    does(lab, **message)
    assert lab.data == b"\x82\x7d"


def test_quick_steps_are_counted_from_where_the_lab_is_and_not_from_what_the_page_shows(lab):
    pressed = [2, 3, 2, 1, 0, 0]  # the stops after each of these, of which the page draws none
    for by, at in zip((1, 1, -1, -1, -1, -1), pressed, strict=True):
        does(lab, do="step", by=by)
        assert lab.length == STOPS[at]
    does(lab, do="slide", value="6")
    does(lab, do="step", by=1)
    assert lab.length == STOPS[6]
    assert next_to(6.5, -1) == STOPS[6], "a length of too many bits is beyond the last stop"


# -- the slider and the curve ----------------------------------------------------------------------


def test_the_slider_stands_at_its_stops_and_between_them():
    assert [position(stop) for stop in STOPS] == list(range(7))
    assert (position(3), position(300), position(2**40)) == (0.5, 3.5, 5.5)


@pytest.mark.parametrize(
    ("value", "now", "stop"),
    [
        (3, 2, 127),
        (1, 2, 125),
        (4, 3.5, 65_535),
        (3, 3.5, 127),
        (4.5, 3.5, 65_536),
        (9, 6, LONGEST),
    ],
)
def test_a_move_of_the_slider_goes_to_the_next_stop(value, now, stop):
    assert stop_at(value, now) == stop


def test_the_slider_says_its_value_in_words(lab):
    [track] = elements(lab._slider.view, type="range")
    assert track["attributes"]["aria-valuetext"] == "125 bytes"
    assert track["attributes"]["aria-label"] == "payload length"
    lab.length = 300
    [track] = elements(lab._slider.view, type="range")
    assert (track["attributes"]["value"], track["attributes"]["step"]) == ("3.5", "0.5")


def test_the_curve_marks_the_length_and_says_what_the_header_costs(lab):
    lab.length = 126
    first, second = elements(lab._more.view, role="img")
    assert first["attributes"]["aria-label"] == (
        "Header in bytes, by payload length; at 126 bytes: 4 bytes"
    )
    assert second["attributes"]["aria-label"].endswith("at 126 bytes: 3.1 %")
    assert "4 of 130 bytes of this frame are header: 3.1 %." in "".join(texts(lab._more.view))
    [at] = elements([first], **{"class": "wsl-point right"})
    does(lab, do="form", bits=64)
    assert "10 of 136 bytes of this frame are header: 7.4 %. The shortest form needs 4: 3.1 %." in (
        "".join(texts(lab._more.view))
    )
    assert 0.28 < float(at["style"]["--x"]) < 0.3  # 7 of 20 powers of two, on 82 % of the width


@pytest.mark.parametrize(
    ("length", "words"), [(0, "100 %"), (5, "29 %"), (1024, "0.39 %"), (2**20, "less than 0.001 %")]
)
def test_a_share_is_given_to_two_digits(length, words):
    assert percent(share(length, masked=False)) == words


# -- as it is stored -------------------------------------------------------------------------------


def test_its_stored_form_is_the_same_each_time_and_needs_no_script(lab):
    one, other = lab._repr_mimebundle_(), LengthLab(125)._repr_mimebundle_()
    for kind in ("text/plain", "text/html"):
        assert one[kind] == other[kind]
    assert one["text/plain"].startswith("LengthLab(125, sender='server')\n")
    assert "82 7f 00 00 00 00 00 00 00 7d" in one["text/plain"]
    assert not re.search("<(script|style|svg)", one["text/html"])
    assert "the shortest form" in one["text/html"]


def test_what_travels_to_the_browser_is_plain_data_of_a_bounded_size():
    lab = LengthLab(LONGEST, "client")
    size = len(json.dumps([lab.grid.view, lab._slider.view, lab._more.view]))
    assert size < 40_000
