"""MaskLab without a browser: the steps, the flips, the wrong phase and the poisoned cache."""

import json
import re

import pytest

from tests.support.sheets import elements, page_sends, seen, status
from wslearn.labs.mask.lab import MaskLab
from wslearn.labs.mask.nodes import COVERED
from wslearn.labs.mask.poison import EVIL, GOOD, HEAD, WISH, NaiveProxy, poison, three_browsers
from wslearn.labs.mask.state import LOOKS
from wslearn.labs.mask.xor_steps import LONGEST, Masking, letters
from wslearn.protocol.dissect import dissect
from wslearn.protocol.frame import Frame
from wslearn.protocol.masking import mask

KEY = bytes.fromhex("37fa213d")
SENT = bytes.fromhex("7f9f4d5158")


@pytest.fixture
def lab():
    return MaskLab()


def does(lab, *doings, **message):
    """Send the lab these messages as its sheet does."""
    for doing in doings:
        page_sends(lab._sheet, do=doing)
    if message:
        page_sends(lab._sheet, **message)


def flip(lab, bit):
    page_sends(lab.grid, do="flip", bit=bit)


def told(lab):
    return status(lab._sheet.view)


def rows(lab):
    """The strip as lists of text, by the name of the row."""
    found = [each for each in elements(lab._sheet.view) if each["tag"] == "tr"]
    cells = [[seen(cell) for cell in row["inside"]] for row in found]
    return {name: rest for name, *rest in cells}


def at_work(lab):
    return lab.grid.data


# -- step by step ----------------------------------------------------------------------------------


def test_it_opens_with_the_hello_of_the_rfc_and_its_first_byte_masked(lab):
    assert at_work(lab) == bytes([0x48, 0x37, 0x7F])
    assert rows(lab) == {
        "i": ["0", "1", "2", "3", "4"],
        "i mod 4": ["0", "1", "2", "3", "0"],
        "text": ["H", "e", "l", "l", "o"],
        "payload": ["48", "65", "6c", "6c", "6f"],
        "⊕ key": ["37", "fa", "21", "3d", "37"],
        "= sent": ["7f", COVERED, COVERED, COVERED, COVERED],
        "as text": ["·", "", "", "", ""],
    }
    assert told(lab) == (
        "…i = 0, i mod 4 = 0: 48 ⊕ 37 = 7f. Key byte 0 flips 5 bits. (RFC 6455 §5.3)"
    )


def test_steps_go_on_and_back_and_stop_at_both_ends(lab):
    does(lab, "back")
    assert at_work(lab)[2] == SENT[0]
    for byte in SENT[1:]:
        does(lab, "step")
        assert at_work(lab)[2] == byte
    does(lab, "step")
    assert told(lab).startswith("✓The payload is masked. “Hello” travels as 7f 9f 4d 51 58.")
    does(lab, "back", "back")
    assert at_work(lab)[2] == SENT[2]
    does(lab, "first")
    assert at_work(lab)[2] == SENT[0]
    does(lab, do="byte", at=3)
    assert at_work(lab) == bytes([0x6C, 0x3D, 0x51])


def test_bit_by_bit_a_result_is_uncovered_from_the_left(lab):
    does(lab, "by-bit", "step")
    fields = lab.grid.view["fields"]
    assert [field["covered"] for field in fields[16:]] == [False, *[True] * 7]
    assert told(lab) == "…i = 1, i mod 4 = 1: 1 bit of 8 done."
    does(lab, *["step"] * 7)
    assert not any(field["covered"] for field in lab.grid.view["fields"])
    does(lab, "step", "by-bit", "back")  # from within a byte to the end of the one before it
    assert rows(lab)["= sent"] == ["7f", "9f", COVERED, COVERED, COVERED]


def test_it_plays_by_itself_until_the_end_or_until_somebody_stops_it(lab):
    assert lab._sheet.tick == {}
    does(lab, "play")
    assert lab._sheet.tick["do"] == {"do": "tick"}
    does(lab, "tick", "tick")
    assert at_work(lab)[2] == SENT[2]
    does(lab, "play")
    assert lab._sheet.tick == {}
    does(lab, "tick")  # one that was on its way
    assert at_work(lab)[2] == SENT[2]
    does(lab, "play", "tick", "tick")
    assert told(lab).startswith("✓")
    assert lab._sheet.tick == {}


@pytest.mark.parametrize("column", range(8))
def test_each_bit_says_what_becomes_of_it(lab, column):
    byte, key, result = (value >> (7 - column) & 1 for value in (0x48, 0x37, 0x7F))
    assert byte ^ key == result
    for row in range(3):
        field = lab.grid.view["fields"][8 * row + column]
        assert field["name"] == f"{byte} ⊕ {key} = {result}:"
        assert ("flips" in field["meaning"]) == bool(key)
    assert (field["label"] == "turned") == bool(key)
    assert field["fixed"]


def test_a_bit_of_the_payload_or_of_the_key_can_be_turned_over(lab):
    does(lab, do="byte", at=4)
    flip(lab, 2)
    assert lab.payload == b"HellO"
    assert lab._text.value == "HellO"
    flip(lab, 8)
    assert lab.key == bytes.fromhex("b7fa213d")
    assert lab._key.value == "b7 fa 21 3d"
    assert at_work(lab)[2] == ord("O") ^ 0xB7
    before = lab.masking
    flip(lab, 16)  # the result is read-only, and no page sends this
    assert lab.masking == before
    assert at_work(lab)[2] == ord("O") ^ 0xB7


def test_what_was_received_is_only_to_look_at(lab):
    assert not lab.grid.view["fields"][0]["fixed"]
    lab._look.value = "again"
    fixed = [field["fixed"] for field in lab.grid.view["fields"]]
    assert fixed == [True] * 8 + [False] * 8 + [True] * 8
    assert "Click a bit of the key, or press Space" in lab.grid.view["hint"]
    before = lab.masking
    flip(lab, 0)
    assert lab.masking == before
    flip(lab, 8)
    assert lab.key == bytes.fromhex("b7fa213d")


def test_a_payload_that_is_no_longer_utf_8_is_shown_all_the_same(lab):
    flip(lab, 0)
    assert lab.payload == b"\xc8ello"
    assert rows(lab)["text"] == ["✗", "e", "l", "l", "o"]
    assert lab.payload == b"\xc8ello"


# -- text and key ----------------------------------------------------------------------------------


def test_letters_of_several_bytes_stand_over_all_of_them(lab):
    lab._text.value = "aß 😀"
    assert rows(lab)["text"] == ["a", "ß", "␣", "😀"]
    assert len(rows(lab)["payload"]) == 8
    assert list(letters("é".encode()[:1] + b"a\x07")) == [("", 1), ("a", 1), ("·", 1)]


@pytest.mark.parametrize(
    ("name", "typed", "problem"),
    [
        ("_key", "37 fa", "Expected a masking-key of 4 bytes, got 2."),
        ("_key", "37 fa 21 zz", "Expected hex digits (0 to 9, a to f)"),
        ("_text", "a" * 65, "Expected at most 64 bytes of UTF-8 to step through, got 65 bytes."),
        ("_text", "ü" * 33, "got 66 bytes."),
    ],
)
def test_what_cannot_be_used_stays_in_its_field_and_is_answered(lab, name, typed, problem):
    before = lab.masking
    getattr(lab, name).value = typed
    assert told(lab).startswith("?This cannot be used.")
    assert problem in told(lab)
    assert lab.masking == before
    assert getattr(lab, name).value == typed
    does(lab, "step")
    assert "cannot be used" not in told(lab)


def test_an_empty_text_is_nothing_to_mask(lab):
    lab._text.value = ""
    assert told(lab) == "…There is nothing to mask: type a text above."
    does(lab, "step", "back", "play")
    assert at_work(lab) == b""
    lab._text.value = "x" * LONGEST
    assert len(rows(lab)["payload"]) == 64


def test_a_new_key_is_drawn_from_strong_randomness(lab, monkeypatch):
    monkeypatch.setattr("secrets.token_bytes", lambda size: bytes(range(size)))
    lab._draw_key.click()
    assert lab.key == b"\0\1\2\3"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"text": 5}, "Expected a text, got int"),
        ({"key": b"abc"}, "Expected a masking-key of 4 bytes, got 3."),
        ({"look": "moon"}, "Expected one of mask, again, phase, why, got 'moon'."),
        ({"look": []}, "Expected one of mask, again, phase, why"),
    ],
)
def test_a_lab_opens_whatever_it_is_given(arguments, problem):
    lab = MaskLab(**arguments)
    assert problem in told(lab)
    assert (lab.payload, lab.key) == (b"Hello", KEY)


@pytest.mark.parametrize(
    "message", [{}, {"do": "dance"}, {"do": "byte", "at": 5}, {"do": "byte", "at": "x"}]
)
def test_a_message_that_makes_no_sense_changes_nothing(lab, message):
    before = lab._now
    page_sends(lab._sheet, **message)
    assert lab._now == before


# -- twice, and from the wrong byte on -------------------------------------------------------------


def test_masked_twice_the_text_is_back(lab):
    lab._look.value = "again"
    assert rows(lab)["as text"] == ["H", "", "", "", ""]
    does(lab, *["step"] * 4)
    assert rows(lab)["received"] == ["7f", "9f", "4d", "51", "58"]
    assert rows(lab)["= unmasked"] == ["48", "65", "6c", "6c", "6f"]
    assert rows(lab)["as text"] == ["H", "e", "l", "l", "o"]
    assert told(lab).startswith("✓Masked twice, the text is back. “Hello”")


@pytest.mark.parametrize("phase", [1, 2, 3])
def test_from_the_wrong_byte_on_the_text_is_garbled(lab, phase):
    lab._look.value = "phase"
    lab._phase.value = phase
    does(lab, do="byte", at=4)
    masking = lab.masking
    assert masking.result == mask(SENT, KEY, phase) != b"Hello"
    assert rows(lab)[f"(i + {phase}) mod 4"][0] == str(phase)
    assert told(lab).startswith(f"✗Started at key byte {phase}, the receiver reads “")
    frame = Frame(1, masking.result).encode(mask_key=KEY)
    judged = dissect(frame, receiver="server")  # how a server would judge such a text
    assert ("1007" in told(lab)) == (judged.close_code == 1007)


def test_a_mistake_that_this_key_hides_is_still_called_one():
    lab = MaskLab(key=b"\x20" * 4, look="phase")
    does(lab, do="byte", at=4)
    assert "nobody sees it" in told(lab)
    lab._phase.value = 0
    does(lab, do="byte", at=4)
    assert "That is the right byte to start with." in told(lab)
    assert Masking(b"ab", KEY, "phase", 2).verdict(16).outcome == "refused"


def test_garbled_text_that_happens_to_be_utf_8_is_recognised():
    lab = MaskLab(key=b"\x01\x02\x03\x04", look="phase")
    does(lab, do="byte", at=4)
    assert "It is UTF-8 by chance" in told(lab)


# -- the poisoned cache ----------------------------------------------------------------------------


def test_the_proxy_keeps_what_answers_a_request_and_nothing_else():
    proxy = NaiveProxy()
    assert proxy.pass_on(b"hello", lambda sent: HEAD + EVIL) == HEAD + EVIL
    assert proxy.cache == {}
    assert proxy.pass_on(WISH, lambda sent: b"\x81\x02Hi") == b"\x81\x02Hi"
    assert proxy.cache == {}, "what does not read like an answer is not kept"
    proxy.pass_on(b"\x81\x34" + WISH, lambda sent: HEAD + EVIL)
    assert proxy.pass_on(WISH, lambda sent: HEAD + GOOD) == HEAD + EVIL


def test_an_unmasked_frame_poisons_the_cache_and_a_masked_one_does_not():
    unmasked, masked, foretold = three_browsers(KEY)
    assert unmasked.cached == {b"school.example/timetable.js": EVIL}
    assert (unmasked.given, masked.given, foretold.given) == (EVIL, GOOD, EVIL)
    assert (masked.page, masked.cached) == (b"", {})
    assert [each.poisoned for each in (unmasked, masked, foretold)] == [True, False, True]


def test_what_is_sent_are_real_frames_and_the_masked_ones_are_legal():
    for each in three_browsers(KEY):
        judged = dissect(each.sent, receiver="server")
        assert judged.complete
        assert bool(judged.violations) == (judged.mask_key is None)
    assert dissect(three_browsers(KEY)[1].sent, receiver="server").payload == WISH


def test_a_key_that_was_not_foretold_keeps_the_cache_clean():
    clever = Frame.binary(mask(WISH, KEY))
    assert poison("masks", clever.encode(mask_key=KEY)).poisoned
    assert not poison("masks", clever.encode(mask_key=b"\x37\xfa\x21\x3e")).poisoned


def test_the_story_is_told_in_four_steps(lab):
    lab._look.value = "why"
    assert lab.grid.layout.display == "none"
    pages = []
    for _ in range(4):
        pages.append(seen(lab._sheet.view))
        does(lab, "step")
    assert all(
        one in other for one, other in [(EVIL.decode(), pages[3]), (GOOD.decode(), pages[3])]
    )
    assert GOOD.decode() not in pages[2]
    assert EVIL.decode() in pages[2]
    assert "school.example/timetable.js" not in pages[0].replace("Host: school.example⏎", "")
    assert told(lab).startswith("✓An unpredictable mask keeps the cache clean.")
    lab._look.value = "mask"
    assert lab.grid.layout.display != "none"


def test_a_key_of_zeros_is_no_mask_and_the_lab_says_so():
    lab = MaskLab(key=bytes(4), look="why")
    does(lab, "step", "step", "step")
    assert told(lab).startswith("✗With this key the mask did not help.")


# -- as it is stored -------------------------------------------------------------------------------


@pytest.mark.parametrize("look", LOOKS)
def test_its_stored_form_is_the_same_each_time_and_needs_no_script(look):
    one, other = (MaskLab(look=look)._repr_mimebundle_() for _ in range(2))
    for kind in ("text/plain", "text/html"):
        assert one[kind] == other[kind]
        assert "steal_passwords()" in one[kind]
        assert "00110111" in one[kind]  # the key's first byte
    assert one["text/plain"].startswith(f"MaskLab('Hello', key='37 fa 21 3d', look='{look}')\n")
    assert not re.search("<(script|style|svg)", one["text/html"])


def test_a_hostile_text_is_only_text(lab):
    lab._text.value = "<script>alert(1)</script>"
    assert rows(lab)["text"][:8] == list("<script>")
    assert all(each["tag"] != "script" for each in elements(lab._sheet.view))
    assert "<script" not in lab._repr_mimebundle_()["text/html"]


def test_what_travels_to_the_browser_is_plain_data_of_a_bounded_size():
    lab = MaskLab("x" * LONGEST)
    assert len(json.dumps([lab._sheet.view, lab.grid.view])) < 120_000
