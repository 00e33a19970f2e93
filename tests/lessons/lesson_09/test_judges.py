"""The oracles of lesson 09 accept a correct server, and find the faults of others."""

import re
import sys
import threading
import time

import kosoku
import pytest

from wslearn.conformance.heard import frame_in_words, in_frames
from wslearn.course.exercises import find
from wslearn.lessons.lesson_09.judges import autobahn as autobahn_module
from wslearn.lessons.lesson_09.judges import clients, hosted
from wslearn.lessons.lesson_09.judges.autobahn import RECORDED, SECTIONS, Case, Report, autobahn
from wslearn.lessons.lesson_09.judges.hosted import Hosted
from wslearn.lessons.lesson_09.judges.oracles import (
    LENT,
    ORACLES,
    YOURS,
    ask_oracles,
)
from wslearn.lessons.lesson_09.judges.own_tab import Result, in_this_tab
from wslearn.lessons.lesson_09.parts import NOT_RIGHT, STEPS, parts, solution_of, whole_server
from wslearn.net.background import NO_THREADS, Background
from wslearn.protocol.errors import NetworkError
from wslearn.protocol.frame import Frame

IN_MEMORY = ("examples", "scissors", "faults")
SERVER = find("09.6")


@pytest.fixture(autouse=True)
def nothing_left_behind():
    parts.lend()
    before = set(threading.enumerate())
    yield
    parts.lend()
    assert set(threading.enumerate()) <= before


def a_student_writes(name):
    """The solution as a student's function, in a module that is not ours."""
    solution = solution_of(name)

    def answer(*arguments):
        return solution(*arguments)

    answer.__name__ = name
    return answer


# -- parts -----------------------------------------------------------------------------------------


def test_a_part_is_the_students_once_it_passes_and_ours_again_when_it_does_not():
    mine = a_student_writes("take_frame")
    assert "yours" in repr(parts.use(mine))
    assert parts.take_frame is mine

    def take_frame(data):
        return data, b""

    assert NOT_RIGHT[1] in repr(parts.use(take_frame))
    assert parts.take_frame is solution_of("take_frame")


@pytest.mark.parametrize("name", STEPS)
def test_every_part_can_be_the_students_in_a_server_that_oracles_accept(name):
    assert "yours" in repr(parts.use(a_student_writes(name)))
    assert ask_oracles(*IN_MEMORY).passed


def test_using_nothing_that_fits_changes_nothing():
    assert "yours" not in repr(parts.use(None, 5, print, lambda data: data))
    with pytest.raises(AttributeError, match="There is no part 'other'"):
        parts.other  # noqa: B018


# -- verdicts --------------------------------------------------------------------------------------


def test_a_right_server_is_accepted_by_every_oracle():
    verdicts = ask_oracles(server=SERVER.reference)
    assert verdicts.passed, verdicts
    assert [ruling.name for ruling in verdicts.rulings] == list(ORACLES)
    assert all(ruling.tried == ruling.right > 5 for ruling in verdicts.rulings)
    assert repr(verdicts).startswith(YOURS)


@pytest.mark.parametrize("wrong", SERVER.wrong, ids=lambda wrong: wrong.means[:40])
def test_every_typical_wrong_server_is_refused_by_one_that_plays_in_memory(wrong):
    verdicts = ask_oracles(*IN_MEMORY, server=wrong.answer)
    # Nobody sees what happens after the end: oracles stop when a server is done.
    if not re.search("after the end|After a refusal", wrong.means):
        assert not verdicts.passed
        shown = repr(verdicts)
        assert "expected" in shown
        assert "got" in shown
        assert re.search(r"RFC 6455 §\d", shown)


@pytest.mark.parametrize(("name", "wrong"), [(n, w) for n in STEPS for w in find(STEPS[n]).wrong])
def test_a_wrong_part_never_makes_an_oracle_raise(name, wrong):
    ask_oracles("examples", "faults", server=whole_server(**{name: wrong.answer}))


def test_the_smallest_cut_that_fails_is_the_one_reported():
    def take_frame(data):  # right only for whole reads
        return solution_of("take_frame")(data) if len(data) != 1 else data[1]

    told = repr(ask_oracles("scissors", server=whole_server(take_frame=take_frame)))
    assert "cut after byte 1 of frame 1" in told
    assert "IndexError" in told


def test_an_unsolved_server_gives_way_to_ours():
    class MyServer:
        def receive(self, data):
            return None

    verdicts = ask_oracles("examples", server=MyServer)
    assert verdicts.whose == LENT
    assert verdicts.passed


class Raises:
    def receive(self, data):
        raise ValueError("a <b>word</b>")


class Refuses:
    def __init__(self):
        raise SystemExit

    def receive(self, data):
        return b""


class Words:
    done = "yes"

    def receive(self, data):
        return "HTTP/1.1 101"


class Nonsense:
    done = False

    def receive(self, data):
        return b"\xff" * 20


@pytest.mark.parametrize("server", [Raises, Refuses, Words, Nonsense, 5, "MyServer", lambda: 3])
def test_no_server_makes_an_oracle_raise(server):
    verdicts = ask_oracles("examples", "faults", "websocket-client", server=server)
    shown = repr(verdicts)
    html = verdicts._repr_mimebundle_()["text/html"]
    assert "<b>word" not in html
    assert not verdicts.passed or LENT in shown


def test_a_server_that_never_comes_back_is_stopped_and_asked_no_more(monkeypatch):
    class MyServer:
        done = False

        def receive(self, data):
            while True:
                pass

    monkeypatch.setattr(hosted, "TRACED_SECONDS", 0.05)
    monkeypatch.setattr(hosted.answer_of, "__defaults__", (0.05,))
    started = time.monotonic()
    verdicts = ask_oracles("examples", "scissors", "faults", "websocket-client", server=MyServer)
    assert [ruling.tried for ruling in verdicts.rulings] == [1, 1, 1, 1]
    assert "did not come back" in repr(verdicts)
    assert time.monotonic() - started < 60


def test_an_unknown_oracle_is_refused():
    told = repr(ask_oracles("examples", "pythia"))
    assert "pythia" in told
    assert "the oracles are examples, scissors" in told


def test_a_program_that_is_not_installed_is_not_asked(monkeypatch):
    def missing(name):
        raise clients.Missing("not installed here, so not asked")

    monkeypatch.setattr(clients, "module", missing)
    verdicts = ask_oracles("websockets")
    assert "not installed here" in repr(verdicts)


def test_frames_are_described_in_words():
    fragment = Frame.text("Hel", fin=False)
    data = b"".join(frame.encode() for frame in (fragment, Frame.pong(b"p"), Frame.close()))
    assert in_frames(data) == "text (a fragment) “Hel”, pong “p”, close, empty"
    assert in_frames(data[:-1]).endswith("a frame that is not whole")
    assert "refuses" in in_frames(b"\xff\x00")
    assert frame_in_words(Frame.binary(bytes(9))) == "binary of 9 bytes"


# -- over a real connection ------------------------------------------------------------------------


def test_a_hosted_server_stops_and_starts_again_and_leaves_its_port():
    server = Hosted(SERVER.reference)
    for _ in range(2):
        with server:
            assert server.port
        server.stop()


def test_what_goes_wrong_in_a_hosted_server_is_described_in_words():
    verdicts = ask_oracles("websocket-client", server=Raises)
    assert "ValueError" in repr(verdicts)
    assert 'raise ValueError("a <b>word</b>")' in repr(verdicts)


def test_where_no_server_can_listen_the_report_says_so_and_the_others_are_asked(monkeypatch):
    def start(self):
        raise NetworkError(NO_THREADS)

    monkeypatch.setattr(Background, "start", start)
    verdicts = ask_oracles("examples", "websocket-client")
    assert verdicts.rulings[0].right == 7
    assert "inside the browser" in verdicts.rulings[1].verdict
    assert "recorded" in repr(autobahn(SERVER.reference))
    tab = in_this_tab(SERVER.reference)
    assert "inside the browser" in repr(tab)
    assert set(tab._repr_mimebundle_()) == {"text/plain", "text/html"}
    tab.stop()


# -- Autobahn --------------------------------------------------------------------------------------


def test_our_solution_passes_every_case_and_the_recorded_counts_are_those():
    report = autobahn(SERVER.reference)
    assert report.failed == []
    assert report.note == ""
    counts = {s: sum(case.section == s for case in report.cases) for s in SECTIONS}
    assert counts == RECORDED


def test_a_server_that_judges_no_header_fails_and_the_first_case_is_named(monkeypatch):
    monkeypatch.setattr(autobahn_module, "SECTIONS", {"3": "reserved bits"})
    monkeypatch.setattr(autobahn_module, "MOST_AGAIN", 0)
    report = autobahn(whole_server(header_fault=lambda data: None))
    assert report.failed
    assert f"The first case that failed: {report.failed[0].id}" in repr(report)
    assert "It expects:" in repr(report)


def test_of_the_cases_that_are_left_out_two_would_be_called_non_strict():
    # As the lesson says: they want 1007 before the frame is complete, and our parts wait for that.
    async def ask(url):
        return await kosoku.run_fuzzingclient(url, ["6.4.*"], concurrency=4)

    with Hosted(SERVER.reference) as server, Background("Autobahn") as background:
        results = background.run(ask(server.url), 60)
    marks = {result.case_id: result.behavior.value for result in results}
    assert [case for case, mark in sorted(marks.items()) if mark != "OK"] == ["6.4.3", "6.4.4"]
    assert {marks["6.4.3"], marks["6.4.4"]} == {"NON-STRICT"}


def test_sections_for_which_there_is_no_time_are_not_asked(monkeypatch):
    monkeypatch.setattr(autobahn_module, "MOST_SECONDS", 0.0)
    report = autobahn(SERVER.reference)
    assert len(report.cases) < sum(RECORDED.values())
    assert "not asked: time is up" in repr(report)


def test_a_server_that_leaves_a_section_waiting_is_not_told_that_every_case_passed():
    cases = tuple(Case(f"1.{number}", True) for number in range(1, 17))
    told = repr(Report(YOURS, cases))
    assert "✗ Section 2 did not finish in time." in told
    assert "(not finished: time is up)" in told
    assert "(not asked: time is up)" in told
    assert "Every case passed" not in told


def test_without_kosoku_the_recorded_counts_stand_in_and_say_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "kosoku", None)
    report = autobahn(SERVER.reference)
    assert "recorded" in repr(report)
    assert len(report.cases) == sum(RECORDED.values())


# -- the student's own tab -------------------------------------------------------------------------


def test_a_recorded_browser_is_played_to_the_students_server():
    tab = in_this_tab(SERVER.reference)
    assert "101, with the right accept value" in repr(tab)
    assert all(tab.result.steps.values())
    assert not tab.live
    tab.stop()


def test_a_recorded_browser_is_not_content_with_a_server_that_masks():
    def masking(opcode, payload):
        return Frame(opcode, payload).encode(mask_key=bytes(4)), False

    tab = in_this_tab(whole_server(answer_frame=masking))
    assert "a client refuses" in repr(tab)
    assert not all(tab.result.steps.values())
    tab.stop()


def test_the_tab_of_an_earlier_run_is_stopped():
    first = in_this_tab(SERVER.reference)
    second = in_this_tab(SERVER.reference)
    assert first.tab.port == 0
    assert second.tab.port
    second.stop()


@pytest.mark.parametrize(
    ("lines", "steps"),
    [
        (["onopen", 'socket.send("a")', 'onmessage: "a"', CLEAN := "onclose: code 1000, reason "
          '"", wasClean true'], (True, True, True)),
        (["onopen", "socket.send(…), 3 times", *['onmessage: "a"'] * 3], (True, True, False)),
        (["onopen", "socket.send(…), 3 times", *['onmessage: "a"'] * 2], (True, False, False)),
        (["onerror", 'onclose: code 1006, reason "", wasClean false'], (False, False, False)),
    ],
)  # fmt: skip
def test_what_the_tab_wrote_down_is_judged(lines, steps):
    tab = in_this_tab(SERVER.reference)
    tab.tab.log = [{"kind": "event", "text": line, "note": ""} for line in lines]
    assert tab.live
    assert tuple(tab.result.steps.values()) == steps
    tab.stop()


def test_a_result_mentions_its_trouble():
    shown = repr(Result("live", True, False, False, ("it raised ValueError",)))
    assert "✗ it got its echo" in shown
    assert "The server: it raised ValueError" in shown
