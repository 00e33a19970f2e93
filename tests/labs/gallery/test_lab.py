"""GalleryLab from Python: what it shows of each entry, and what the reader's actions do."""

import pytest

import wslearn as ws
from tests.support.sheets import texts, words
from wslearn.labs.gallery.lab import GalleryLab
from wslearn.labs.gallery.malformed import GALLERY
from wslearn.protocol.errors import InputError


@pytest.mark.parametrize("entry", GALLERY, ids=lambda entry: entry.id)
@pytest.mark.parametrize("side", ["server", "client"])
def test_every_entry_is_refused_with_its_code_and_outlined(entry, side):
    lab = GalleryLab(entry.id, side)
    view, fault = lab.grid.view, entry.violation(lab.receiver)
    assert view["verdict"]["outcome"] == "refused"
    assert str(fault.close_code) in view["verdict"]["headline"]
    assert fault.rule.section in view["verdict"]["because"]
    assert bool(view["faulty"]) == bool(fault.width or lab.dissection.violations)


def test_it_opens_in_one_line():
    lab = ws.GalleryLab()
    assert lab.entry == lab.names[0] == GALLERY[0].id
    assert repr(lab) == "GalleryLab('rsv1', receiver='server')"


def test_an_unknown_name_is_refused_with_the_names_there_are():
    with pytest.raises(InputError, match="rsv1, rsv2"):
        GalleryLab("nothing")
    with pytest.raises(InputError, match="'server' or 'client'"):
        GalleryLab(receiver="proxy")
    lab = GalleryLab()
    with pytest.raises(InputError, match="rsv1, rsv2"):
        lab.entry = "nothing"
    assert lab.entry == "rsv1"


def test_next_and_back_go_round():
    lab = GalleryLab()
    lab._list._act(lab._list, {"do": "step", "by": -1}, None)
    assert lab.entry == GALLERY[-1].id
    lab._list._act(lab._list, {"do": "step", "by": 1}, None)
    assert lab.entry == GALLERY[0].id


def test_a_click_in_the_list_shows_that_entry_and_nothing_else_is_obeyed():
    lab = GalleryLab()
    lab._list._act(lab._list, {"do": "show", "entry": "utf8-ff"}, None)
    assert lab.entry == "utf8-ff"
    for nonsense in ({"do": "show", "entry": "x"}, {"do": "step", "by": 40}, {}, {"do": 1}):
        lab._list._act(lab._list, nonsense, None)
    assert lab.entry == "utf8-ff"


def test_an_entry_that_is_wrong_for_one_side_goes_to_that_side():
    lab = GalleryLab("masked", "server")
    assert lab.receiver == "client"
    lab.entry = "rsv1"
    assert lab.receiver == "server"


def test_one_click_mends_it():
    lab = GalleryLab("rsv1")
    lab.grid._act(lab.grid, {"do": "repair", "fault": 0}, None)
    assert lab.dissection.violations == ()
    assert lab.grid.view["verdict"]["outcome"] == "accepted"


def test_a_frame_in_the_wrong_order_is_mended_by_its_opcode():
    lab = GalleryLab("interrupted")
    assert lab.grid.view["faulty"] == [[4, 4]]
    assert lab.grid.view["verdict"]["faults"][0]["repair"] == "make it continuation"
    lab.grid._act(lab.grid, {"do": "repair", "fault": 0}, None)
    assert lab.dissection.frame.opcode == ws.Opcode.CONTINUATION
    assert lab.grid.view["verdict"]["outcome"] == "accepted"


def test_the_answers_stand_below_with_their_programs():
    lab = GalleryLab("length-16", "client")
    shown = words(lab._answers.view)
    for name in ("websockets", "wsproto", "tornado", "Chromium", "2 of 4 programs"):
        assert name in shown
    lab._receiver.value = "server"
    shown = words(lab._answers.view)
    assert "Chromium" not in shown
    assert "1 of 3 programs" in shown


def test_the_lab_says_what_came_before():
    assert "Before it came the first fragment" in " ".join(
        texts(GalleryLab("interrupted")._list.view)
    )
    assert "Nothing came before" in words(GalleryLab()._list.view)


def test_without_a_kernel_the_frame_is_still_there():
    lab = GalleryLab("opcode-3")
    bundle = lab._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "GalleryLab('opcode-3'" in data["text/plain"]
    assert "<table" in data["text/html"]
    for answer in lab.answers:
        assert answer.words in data["text/plain"]
