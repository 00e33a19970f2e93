"""The list behind a TapLab: order, filters, folds, windows, and what it drops."""

import threading

import pytest

import wslearn as ws
from wslearn.labs.tap.entry import BROKEN, KINDS, Wanted
from wslearn.labs.tap.state import FOLD, TapLog
from wslearn.net.record.journal import Bounds, Journal
from wslearn.net.record.passed import Passed

KEY = b"abcd"
SHAKEN = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
REPLY = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"


def frame(sender="client", payload=b"x", opcode=ws.Opcode.TEXT, at=0.0, **how):
    built = ws.Frame(opcode, payload, **how)
    return Passed(sender, built.encode(mask_key=KEY if sender == "client" else None), at)


def opened(journal, began=0.0):
    said = journal.open(began=began, client="127.0.0.1:5", server="127.0.0.1:6")
    said.request, said.reply = SHAKEN, REPLY
    return said


def record(count, every=1, **bounds):
    """A journal of ``count`` frames; the sender changes every ``every`` frames."""
    journal = Journal(bounds=Bounds(**bounds))
    said = opened(journal)
    for number in range(1, count + 1):
        sender = "client" if (number - 1) // every % 2 == 0 else "server"
        journal.add(said, frame(sender, f"m{number}".encode(), at=number / 10))
    return journal


def numbers(window):
    return [[entry.number for entry in line.entries] for line in window.lines]


def test_frames_keep_their_order_and_are_numbered_from_1():
    log = TapLog(record(5))
    assert numbers(log.window(10)) == [[0], [1], [2], [3], [4], [5]]
    assert log.frames == 5
    assert [entry.at for entry in log.listed()] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5])


def test_a_connection_begins_before_its_first_frame_and_ends_after_its_last():
    journal = Journal()
    first, second = opened(journal), opened(journal, began=1.0)
    journal.add(first, frame(at=0.5))
    journal.add(second, frame(at=0.1))
    journal.add(first, frame(at=2.0))
    first.ended = second.ended = "It ended."
    told = [(e.said.number, e.number, e.begins) for e in TapLog(journal).entries]
    assert told == [
        (1, 0, True), (1, 1, False), (2, 0, True), (2, 2, False), (2, 0, False), (1, 3, False),
        (1, 0, False),
    ]  # fmt: skip


def test_a_connection_that_was_refused_is_listed_too():
    journal = Journal()
    said = opened(journal)
    said.reply, said.ended = b"HTTP/1.1 403 Forbidden\r\n\r\n", "The server answered 403."
    assert [entry.begins for entry in TapLog(journal).entries] == [True, False]


def test_a_connection_without_an_answer_waits_for_it():
    journal = Journal()
    said = journal.open(began=0.0)
    log = TapLog(journal)
    assert log.entries == []
    said.reply = REPLY
    assert log.take_in()
    assert len(log.entries) == 1
    assert not log.take_in()


def test_runs_that_are_alike_become_one_line_and_others_do_not():
    log = TapLog(record(30, every=10))
    assert [len(line.entries) for line in log.window(10).lines] == [1, 10, 10, 10]
    short = TapLog(record(2 * (FOLD - 1), every=FOLD - 1))
    assert all(not line.folded for line in short.window(20).lines)


def test_a_frame_that_breaks_a_rule_is_never_hidden_in_a_run():
    journal = record(5, every=100)
    said = journal.conversations[0]
    journal.add(said, Passed("client", ws.Frame.text("unmasked").encode(), 1.0))
    for _ in range(5):
        journal.add(said, frame(at=2.0))
    window = TapLog(journal).window(10)
    assert [len(line.entries) for line in window.lines] == [1, 5, 1, 5]
    assert window.lines[2].entries[0].broken


def test_fragments_of_different_kinds_are_not_folded_into_one():
    journal = Journal()
    said = opened(journal)
    journal.add(said, frame(fin=False))
    for _ in range(4):
        journal.add(said, frame(opcode=ws.Opcode.CONTINUATION, fin=False))
    journal.add(said, frame(opcode=ws.Opcode.CONTINUATION))
    assert [len(line.entries) for line in TapLog(journal).window(10).lines] == [1, 1, 4, 1]


def test_a_run_is_unfolded_and_folded_again():
    log = TapLog(record(10, every=10))
    place = log.window(5).lines[-1].opens
    log.toggle(place)
    window = log.window(5)
    assert numbers(window) == [[6], [7], [8], [9], [10]]
    assert window.earlier == 5
    assert numbers(log.window(5, log.page_after(5, place - 1))) == [[1], [2], [3], [4], [5]]
    log.toggle(place)
    assert log.window(5).lines[-1].folded


def test_without_folding_each_frame_has_its_line():
    log = TapLog(record(10, every=10))
    log.fold(False)
    assert len(log.window(100).lines) == 11


def test_a_window_counts_what_is_before_and_after_it():
    log = TapLog(record(100))
    newest = log.window(10)
    assert (newest.earlier, newest.later, newest.at_start, newest.at_end) == (90, 0, False, True)
    before = log.window(10, log.page_before(10, None))
    assert numbers(before) == [[number] for number in range(81, 91)]
    assert (before.earlier, before.later) == (80, 10)


def test_pages_lead_to_the_first_line_and_back_without_a_gap():
    log = TapLog(record(45))
    until, seen = None, [numbers(log.window(10))]
    while not log.window(10, until).at_start:
        until = log.page_before(10, until)
        seen.append(numbers(log.window(10, until)))
    assert seen[-1][0] == [0]
    assert all(len(page) == 10 for page in seen)
    assert {number for page in seen for [number] in page} == set(range(46))
    assert log.first_page(10) == until
    pages = 0
    while until is not None:
        until, pages = log.page_after(10, until), pages + 1
    assert pages == 4
    assert TapLog(record(3)).first_page(10) is None


def test_a_window_that_stands_still_is_not_moved_by_what_comes():
    journal = record(20)
    log = TapLog(journal)
    here = log.last_place
    before = numbers(log.window(5, here))
    journal.add(journal.conversations[0], *(frame("server", at=9.0) for _ in range(50)))
    log.collect()
    log.take_in()
    window = log.window(5, here)
    assert numbers(window) == before
    assert window.later == 50


def test_each_filter_lets_through_what_it_names():
    journal = record(6)
    said = journal.conversations[0]
    journal.add(said, frame("server", b"\x03\xe8bye", ws.Opcode.CLOSE))
    journal.add(said, frame("server", b"", ws.Opcode.PING))
    journal.add(said, Passed("client", ws.Frame.text("Unmasked").encode(), 1.0))
    other = opened(journal)
    journal.add(other, frame(payload=b"m1"))
    log = TapLog(journal)

    def found(**wanted):
        log.want(Wanted(**wanted))
        assert log.fitting == len(list(log.listed()))
        return [entry.number for entry in log.listed()]

    assert found(sender="client") == [1, 3, 5, 9, 10]
    assert found(kind="close") == [7]
    assert found(kind="control") == [7, 8]
    assert found(kind="data") == [1, 2, 3, 4, 5, 6, 9, 10]
    assert found(kind=BROKEN) == [9]
    assert found(connection=2) == [10]
    assert found(contains="M1") == [1, 10]
    assert found(contains="unMASKED", sender="client") == [9]
    assert found(contains="nowhere") == []
    assert log.window(5).lines == ()
    assert found() == list(range(1, 11))
    assert [line.entries[0].begins for line in log.window(99).lines].count(True) == 2


def test_a_filter_holds_for_what_comes_later():
    journal = record(4)
    log = TapLog(journal)
    log.want(Wanted(sender="server"))
    journal.add(journal.conversations[0], frame("client"), frame("server"))
    log.collect()
    log.take_in()
    assert [entry.number for entry in log.listed()] == [2, 4, 6]


def test_neighbours_are_the_listed_ones():
    log = TapLog(record(6))
    log.want(Wanted(sender="server"))
    newest = log.beside(None, -1)
    assert newest.number == 6
    assert log.beside(newest.place, 1) is None
    assert log.beside(newest.place, -1).number == 4
    assert log.beside(log.entry(3).place, 1).number == 4
    assert log.beside(log.entry(2).place, -1) is None


def test_a_full_journal_lets_the_oldest_go_and_the_list_follows():
    journal = record(10, frames=64)
    log = TapLog(journal)
    said = journal.conversations[0]
    for number in range(11, 301):
        journal.add(said, frame("server", f"m{number}".encode(), at=number))
        log.collect()
    log.take_in()
    assert log.frames == 300
    assert [entry.frame for entry in log.listed()] == journal.frames
    first = log.frames - len(journal) + 1
    assert log.entry(first).number == first
    assert log.entry(first - 1) is None
    assert log.entry(300).frame is journal.frames[-1]
    assert log.fitting == len(journal)
    assert log.window(3).earlier + sum(len(line.entries) for line in log.window(3).lines) == len(
        journal
    )


def test_a_record_that_had_lost_its_beginning_is_numbered_as_it_passed():
    journal = record(200, frames=64)
    log = TapLog(journal)
    assert log.frames == 200
    assert next(log.listed()).number == journal.let_go + 1


def test_no_frame_is_lost_or_doubled_between_two_threads():
    journal = Journal()
    log = TapLog(journal)
    said = opened(journal)
    journal.changed = log.collect
    one = frame("server")

    def pour():
        for _ in range(400):
            journal.add(said, *[one] * 10)

    thread = threading.Thread(target=pour)
    thread.start()
    while thread.is_alive():
        log.take_in()
    log.take_in()
    assert log.frames == 4000
    assert [entry.number for entry in log.listed()] == list(range(1, 4001))


def test_a_compressed_message_is_found_by_what_it_says():
    journal = Journal()
    said = opened(journal)
    said.reply = (
        b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
    )
    compressed = bytes.fromhex("c1 07 f2 48 cd c9 c9 07 00")  # RFC 7692 §7.2.3.1: Hello
    journal.add(said, Passed("server", compressed, 0.1, extensions=("permessage-deflate",)))
    log = TapLog(journal)
    (entry,) = log.listed()
    assert entry.plain == b"Hello"
    assert not entry.broken
    log.want(Wanted(contains="hello"))
    assert log.fitting == 1


def test_a_connection_that_the_journal_has_forgotten_doubles_nothing():
    journal = record(5, conversations=1)
    log = TapLog(journal)
    journal.changed = log.collect
    first = journal.conversations[0]
    second = opened(journal)  # the first is forgotten
    journal.add(second, frame("server", b"kept"))
    journal.add(first, frame("server", b"not kept"))
    journal.add(second, frame("server", b"kept, too"))
    log.take_in()
    texts = [entry.frame.payload for entry in log.listed()]
    assert texts[-2:] == [b"kept", b"kept, too"]
    assert len(texts) == len(set(texts))


def test_every_kind_names_opcodes():
    assert {opcode for opcodes in KINDS.values() for opcode in opcodes} == set(ws.Opcode)
