"""FrameLab without a browser: its history, its text field and its wording."""

import pytest

from tests.support.sheets import page_sends
from wslearn.labs.frame.lab import EXAMPLE, LARGEST, FrameLab
from wslearn.pasted.reading import read_bytes
from wslearn.protocol.errors import InputError

HELLO = read_bytes(EXAMPLE)
HELLO_HEX = "81 85 37 fa 21 3d 7f 9f 4d 51 58"


@pytest.fixture
def lab():
    return FrameLab()


def paste(lab, text):
    lab._text.value = text


def does(lab, what):
    """Send the lab a message as its grid's browser does."""
    page_sends(lab.grid, do=what)


def notice(lab):
    return lab.grid.tools["notice"]


def test_it_opens_with_the_masked_hello_of_the_rfc(lab):
    assert lab.data == HELLO
    assert lab.dissection.payload == b"Hello"
    assert lab._text.value == HELLO_HEX


@pytest.mark.parametrize(
    "text", ["8a 00", "0x8a,0x00", r"\x8a\x00", "base64:igA=", "igA=", r"b'\x8a\x00'"]
)
def test_a_paste_in_any_form_becomes_the_frame(lab, text):
    paste(lab, text)
    assert lab.data == b"\x8a\x00"
    assert lab._text.value == "8a 00"
    assert notice(lab) == ""


def test_a_bad_paste_says_what_was_expected_what_came_and_where_and_keeps_the_frame(lab):
    paste(lab, "81 8x")
    assert notice(lab) == (
        "Expected hex digits (0 to 9, a to f), two for each byte; got 'x' at character 5."
    )
    assert lab.data == HELLO
    assert lab._text.value == "81 8x"


def test_undo_brings_back_every_kind_of_edit(lab):
    def state():
        return lab.data, lab.receiver, lab.extensions, lab._text.value, notice(lab)

    states = [state()]
    edits = [
        lambda: lab.grid.flip(8),
        lambda: page_sends(lab.grid, do="repair", fault=0),
        lambda: paste(lab, "81 8"),
        lambda: setattr(lab._receiver, "value", "client"),
        lambda: paste(lab, "89 00"),
        lambda: does(lab, "agree"),
        lambda: setattr(lab, "data", HELLO + HELLO),
        lambda: page_sends(lab.grid, do="next"),
    ]
    for edit in edits:
        edit()
        assert state() != states[-1]
        states.append(state())
    for expected in reversed(states[:-1]):
        lab.undo()
        assert state() == expected
    assert lab.grid.tools["undo"] is False
    for expected in states[1:]:
        lab.redo()
        assert state() == expected
    assert lab.grid.tools["redo"] is False


def test_an_edit_after_an_undo_drops_redo(lab):
    lab.grid.flip(0)
    lab.undo()
    lab.grid.flip(1)
    assert lab.grid.tools["redo"] is False
    lab.redo()
    assert lab.data[0] == 0xC1


def test_a_text_that_could_not_be_read_comes_back_after_a_flip_is_undone(lab):
    paste(lab, "nonsense")
    lab.grid.flip(0)
    assert notice(lab) == ""
    lab.undo()
    assert lab._text.value == "nonsense"
    assert notice(lab)


def test_the_receiver_decides_the_verdict(lab):
    lab.receiver = "client"
    assert lab.dissection.violations[0].rule.id == "mask-present"


def test_the_checkbox_comes_with_rsv1_and_gives_it_a_meaning(lab):
    assert lab.grid.tools["extension"] == {}
    lab.grid.flip(1)
    assert lab.dissection.violations[0].rule.id == "rsv-set"
    assert lab.grid.tools["extension"] == {"name": "permessage-deflate", "agreed": False}
    does(lab, "agree")
    assert lab.dissection.violations == ()
    assert lab.grid.tools["extension"]["agreed"] is True
    does(lab, "agree")
    lab.grid.flip(1)
    assert lab.grid.tools["extension"] == {}


def test_a_lab_about_compression_always_asks_whether_it_is_agreed():
    lab = FrameLab(extensions=("permessage-deflate",))
    does(lab, "agree")
    assert lab.extensions == ()
    assert lab.grid.tools["extension"] == {"name": "permessage-deflate", "agreed": False}


def test_other_extensions_are_kept_when_the_checkbox_is_used():
    lab = FrameLab(extensions="x-other; a=1, permessage-deflate")
    assert lab.grid.tools["extension"]["agreed"] is True
    does(lab, "agree")
    assert lab.dissection.extensions == ("x-other",)
    lab.extensions = "permessage-deflate; server_no_context_takeover"
    assert lab.extensions == ("permessage-deflate",)


def test_python_can_set_the_bytes_and_undo_takes_them_back(lab):
    lab.data = "89 00"
    assert lab.dissection.frame.opcode == 9
    lab.undo()
    assert lab.data == HELLO


def test_python_hears_of_bytes_that_cannot_be_read(lab):
    with pytest.raises(InputError):
        lab.data = "8"
    assert lab.data == HELLO


def test_a_bad_start_opens_an_empty_lab_that_says_why():
    lab = FrameLab("81 8")
    assert lab.data == b""
    assert notice(lab).startswith("Expected two hex digits for each byte")
    assert lab._text.value == "81 8"


def test_an_unknown_receiver_is_refused_in_a_sentence():
    lab = FrameLab(receiver="sever")
    assert notice(lab) == "Expected the receiver 'server' or 'client', got 'sever'."
    assert lab.receiver == "server"


def test_a_source_of_another_type_is_refused_in_a_sentence():
    assert notice(FrameLab(5)) == "Expected bytes or hex text, got int."


def test_more_than_the_lab_can_take_is_refused_in_a_sentence(lab):
    opened = FrameLab(bytes(LARGEST + 1))
    assert (
        notice(opened) == "Expected at most 16\u202f777\u202f216 bytes, got 16\u202f777\u202f217."
    )


def test_a_mebibyte_is_taken_and_the_text_field_stays_small(lab):
    lab.data = bytes.fromhex("827f0000000000100000") + bytes(2**20)
    lab.grid.flip(0)
    assert lab._text.value == ""
    assert lab._text.placeholder.startswith("1\u202f048\u202f586 bytes are on the screen")
    lab.undo()
    lab.undo()
    assert lab._text.value == HELLO_HEX


def test_its_name_and_its_static_form_are_the_same_in_every_run(lab):
    assert repr(lab) == f"FrameLab({HELLO_HEX})"
    first, second = lab._repr_mimebundle_(), FrameLab()._repr_mimebundle_()
    for kind in ("text/plain", "text/html"):
        assert first[kind] == second[kind]
    assert first["text/html"] == lab.dissection.html()
    assert first["text/plain"] == f"{lab!r}\n{lab.dissection.text()}"


# -- a paste that may be read in more than one way --


def reading(lab):
    return lab.grid.tools["reading"]


def test_a_paste_that_is_read_for_sure_says_nothing_about_it(lab):
    for text in ("8a 00", "[138, 0]", r"b'\x8a\x00'", "base64:igA="):
        paste(lab, text)
        assert lab.data == b"\x8a\x00"
        assert reading(lab) == {}


def test_the_other_reading_of_a_paste_is_one_click_away_and_back(lab):
    paste(lab, "10001010 00000000")
    assert lab.data == b"\x8a\x00"
    assert reading(lab) == {
        "said": "Read as bits, eight a byte.",
        "ways": [{"form": "hex", "words": "hex digits"}],
    }
    does(lab, "read as hex")
    assert lab.data == bytes.fromhex("1000101000000000")
    assert reading(lab) == {
        "said": "Read as hex digits.",
        "ways": [{"form": "bits", "words": "bits, eight a byte"}],
    }
    does(lab, "read as bits")
    assert lab.data == b"\x8a\x00"
    lab.undo()
    assert lab.data == bytes.fromhex("1000101000000000")
    assert reading(lab)["said"] == "Read as hex digits."


def test_how_a_paste_was_read_stays_until_the_next_one(lab):
    paste(lab, "81 5 48")
    said = reading(lab)["said"]
    lab.grid.flip(0)
    assert reading(lab)["said"] == said
    does(lab, "read as decimal")
    assert lab.data == bytes([81, 5, 48])
    lab.data = "8a00"
    assert reading(lab) == {}
    does(lab, "read as decimal")
    assert lab.data == b"\x8a\x00", "there is no text to read again"


def test_a_dump_of_several_lines_comes_through_a_field_of_one_line(lab):
    dump = (
        "00000000  81 8e db 40 e4 f8 93 25  88 94 b4 6c c4 ab be 32  |...@...%...l...2|↵"
        "00000010  92 9d a9 61                                       |...a|"
    )
    paste(lab, dump)
    assert lab.dissection.payload == b"Hello, Server!"
    assert reading(lab)["said"] == "Read as a hex dump; its offsets are left out."
