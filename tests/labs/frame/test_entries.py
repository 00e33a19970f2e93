"""The answers that a page has before Python runs in it."""

import json

from wslearn.labs.frame.entries import entry, within_one_flip
from wslearn.labs.frame.lab import EXAMPLE, FrameLab
from wslearn.pasted.reading import read_bytes
from wslearn.protocol.bits import flip

HELLO = read_bytes(EXAMPLE)
ENTRIES = within_one_flip(HELLO)


def test_every_single_flip_has_an_entry_that_says_what_the_lab_says():
    lab = FrameLab(EXAMPLE)
    for bit in range(8 * len(HELLO)):
        lab.data = flip(HELLO, bit)
        assert ENTRIES[lab.data.hex()]["view"] == json.loads(json.dumps(lab.grid.view))


def test_every_button_of_these_leads_to_another_entry():
    for data in [HELLO, *(flip(HELLO, bit) for bit in range(8 * len(HELLO)))]:
        found = ENTRIES[data.hex()]
        faults = found["view"]["verdict"]["faults"]
        assert len(found["repairs"]) == len(faults)
        for fault, to in zip(faults, found["repairs"], strict=True):
            assert bool(fault["repair"]) == bool(to)
            assert not to or to in ENTRIES
        assert not found["next"] or found["next"] in ENTRIES


def test_an_entry_travels_as_json():
    assert json.loads(json.dumps(entry(b"")))["repairs"] == []
