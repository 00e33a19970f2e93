"""The gallery of malformed frames: each entry breaks a rule, and the record has its answers."""

import pytest

from wslearn.labs.gallery.malformed import GALLERY, LIMIT, Answer, answers, programs
from wslearn.labs.gallery.readings import SIGNS, readings
from wslearn.labs.kit.repair import repair
from wslearn.protocol.deflate import Agreement
from wslearn.protocol.dissect import dissect
from wslearn.protocol.errors import FrameError
from wslearn.protocol.parser import FrameParser
from wslearn.protocol.rules import FRAME_RULES, MESSAGE_RULES

ENTRIES = [(entry, side) for entry in GALLERY for side in entry.receivers()]


def test_every_rule_about_frames_and_messages_is_broken_by_some_entry():
    broken = {entry.violation(side).rule.id for entry, side in ENTRIES}
    rules = (*FRAME_RULES, *MESSAGE_RULES)  # what comes after a Close can fail nothing any more
    assert broken == {rule.id for rule in rules if rule.close_code is not None}


def alone(entry, side):
    """The frame of an entry, judged without what came before it."""
    return dissect(entry.data(side), side, entry.extensions, LIMIT)


def test_every_entry_has_a_name_of_its_own():
    assert len({entry.id for entry in GALLERY}) == len(GALLERY)
    assert len({entry.title for entry in GALLERY}) == len(GALLERY)


def test_an_entry_is_one_frame_with_one_thing_wrong():
    for entry, side in ENTRIES:
        seen = alone(entry, side)
        assert seen.rest == b"", entry
        found = {violation.rule.id for violation in seen.violations}
        # A length whose top bit is set also exceeds every limit.
        assert found - {"frame-too-long"} <= {entry.violation(side).rule.id}, entry
        assert seen.receiver == side, entry


def test_what_comes_before_an_entry_is_fine():
    for entry, side in ENTRIES:
        parser = FrameParser(side, extensions=entry.extensions)
        assert len(parser.feed(entry.data_before(side))) == len(entry.before), entry


@pytest.mark.parametrize(
    ("entry", "side"), [one for one in ENTRIES if one[0].violation(one[1]).rule.layer == "header"]
)
def test_a_rule_about_a_header_stops_the_strict_parser_too(entry, side):
    parser = FrameParser(side, extensions=entry.extensions, max_size=2**20)
    with pytest.raises(FrameError):
        parser.feed(entry.data_before(side) + entry.data(side))


def test_the_record_has_an_answer_of_every_program_that_was_asked():
    for entry, side in ENTRIES:
        asked = set(programs()) - ({"Chromium"} if side == "server" else set())
        assert {answer.program for answer in answers(entry, side)} == asked, entry
        for reading in readings(entry, side):
            assert reading.judged in SIGNS, (entry, reading)
            assert reading.words, (entry, reading)


def test_websockets_and_wsproto_were_recorded_closing_with_the_code_of_the_rule():
    """The record agrees with our tests of the libraries' parsers."""
    entry = next(entry for entry in GALLERY if entry.id == "opcode-3")
    for side in entry.receivers():
        judged = {reading.program: reading.judged for reading in readings(entry, side)}
        assert judged["websockets"] == judged["wsproto"] == "as the rule says"


def test_a_length_in_the_longer_form_was_taken_by_some_and_refused_by_others():
    entry = next(entry for entry in GALLERY if entry.id == "length-16")
    judged = {reading.program: reading.judged for reading in readings(entry, "client")}
    assert judged["websockets"] == judged["tornado"] == "took it"
    assert judged["wsproto"] == judged["Chromium"] == "as the rule says"


def test_an_echo_that_is_longer_than_its_record_was_an_echo():
    entry = next(entry for entry in GALLERY if entry.id == "length-300")
    for side in entry.receivers():
        judged = {reading.program: reading.judged for reading in readings(entry, side)}
        assert judged["websockets"] == judged["tornado"] == "took it"


@pytest.mark.parametrize(
    ("data", "ended", "judged", "words"),
    [
        ("880203ea", True, "as the rule says", "closes with 1002"),
        ("880203ef", False, "with another code", "closes with 1007"),
        ("8806 03ea 6f6f7073", True, "as the rule says", "closes with 1002, “oops”"),
        ("", True, "without a word", "ends TCP without a Close"),
        ("", False, "waits", "says nothing and waits for more"),
        ("810548656c6c6f", False, "took it", "sends “Hello” back"),
        ("8a0548656c6c6f", False, "took it", "sends a pong back"),
        ("817e012c 61616161", False, "took it", "sends “aaaa” back"),  # the record is truncated
        (
            "810548656c6c6f 880203ea",
            True,
            "as the rule says",
            "sends “Hello” back, closes with 1002",
        ),
    ],
)
def test_an_answer_is_read_from_its_bytes(monkeypatch, data, ended, judged, words):
    entry = next(entry for entry in GALLERY if entry.id == "rsv1")
    answer = Answer("some program", bytes.fromhex(data), ended)
    monkeypatch.setattr("wslearn.labs.gallery.readings.answers", lambda *_: [answer])
    (reading,) = readings(entry, "server")
    assert (reading.judged, reading.words) == (judged, words)


def test_a_close_that_is_answered_like_any_other_was_taken(monkeypatch):
    entry = next(entry for entry in GALLERY if entry.id == "close-999")
    answer = Answer("some program", bytes.fromhex("880203e7"), True)
    monkeypatch.setattr("wslearn.labs.gallery.readings.answers", lambda *_: [answer])
    assert readings(entry, "server")[0].judged == "took it"


def test_an_answer_that_was_compressed_is_shown_as_text(monkeypatch):
    from wslearn.protocol.deflate import Compressor
    from wslearn.protocol.frame import Frame

    entry = next(entry for entry in GALLERY if entry.id == "rsv1-ping")
    payload = Compressor(Agreement().server).compress(b"Hello")
    data = Frame(1, payload, rsv1=True).encode()
    monkeypatch.setattr(
        "wslearn.labs.gallery.readings.answers", lambda *_: [Answer("p", data, False)]
    )
    assert readings(entry, "server")[0].words == "sends “Hello” back"


def test_most_entries_can_be_mended_with_one_click():
    without = set()
    for entry, side in ENTRIES:
        if repair(alone(entry, side), entry.violation(side)) is None:
            without.add(entry.id)
    # A limit is up to the receiver, and what cannot be inflated has no small repair.
    assert without == {"length-huge", "too-long", "no-deflate", "utf8-fragments"}
