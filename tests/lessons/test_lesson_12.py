"""The solutions of lesson 12 do what the poll and the back-off of this project do."""

import json
import re
import shlex
import socket
from argparse import ArgumentParser
from itertools import permutations

import pytest

import wslearn as ws
from tests.support.exercises import arguments_of
from tests.support.places import NOTEBOOKS
from wslearn.apps.class_ import add_arguments
from wslearn.course.exercises import find
from wslearn.lessons.lesson_12.poll import notebook as class_poll
from wslearn.lessons.lesson_12.poll.refusals import RefusedError
from wslearn.lessons.lesson_12.poll.room import Room
from wslearn.lessons.lesson_12.poll.speech import read_message
from wslearn.net.backoff import delays

LESSON = NOTEBOOKS / "12-a-poll-for-the-class.ipynb"


@pytest.mark.parametrize(("text", "candidates"), arguments_of("12.1"))
def test_a_vote_is_one_where_the_poll_takes_it_for_one(text, candidates):
    room = Room("Tea or coffee?", candidates)
    token = room.join("Ada")
    try:
        message = json.loads(text)
        rounded = json.dumps(message | {"round": 1}) if isinstance(message, dict) else text
    except ValueError:
        rounded = text
    try:
        read = read_message(rounded, "voter")
        room.vote(token, read["round"], read["candidate"])
        theirs = room.choice_of(token).candidate
    except RefusedError:
        theirs = None
    assert find("12.1").reference(text, candidates) == theirs


@pytest.mark.parametrize(("votes", "candidates"), arguments_of("12.2"))
def test_votes_are_counted_as_the_room_counts_them(votes, candidates):
    room = Room("Tea or coffee?", candidates)
    tokens = {}
    for name, candidate in votes:
        key = name.strip().casefold()
        if key not in tokens:
            tokens[key] = room.join(name)
        room.vote(tokens[key], 1, candidate)
    assert find("12.2").reference(votes, candidates) == list(room.results().votes)


@pytest.mark.parametrize(("waiting", "kind", "text", "limit"), arguments_of("12.3"))
def test_a_queue_keeps_every_notice_the_newest_results_and_its_limit(waiting, kind, text, limit):
    before = list(waiting)
    kept = find("12.3").reference(waiting, kind, text, limit)
    assert waiting == before
    stay = [one for one in waiting if "notice" in (kind, one[0])]
    assert (kept is None) == (len(stay) + 1 > limit)
    if kept is None:
        return
    assert len(kept) <= limit
    assert kept[-1] == (kind, text)
    notices = [one for one in [*waiting, (kind, text)] if one[0] == "notice"]
    assert [one for one in kept if one[0] == "notice"] == notices
    assert sum(one[0] == "results" for one in kept) <= 1


@pytest.mark.parametrize(("percents", "first", "longest"), arguments_of("12.4"))
def test_waits_are_those_of_the_client(percents, first, longest):
    drawn = iter(percents)
    ours = delays(first, longest, draw=lambda low, high: high * next(drawn) // 100)
    assert find("12.4").reference(percents, first, longest) == [int(next(ours)) for _ in percents]


@pytest.mark.parametrize(("version", "counts", "updates"), arguments_of("12.5"))
def test_neither_order_nor_repetition_of_updates_changes_what_is_merged(version, counts, updates):
    merge = find("12.5").reference
    before = list(counts)
    expected = merge(version, counts, updates)
    assert counts == before, "the snapshot is not changed"
    for order in list(permutations(updates))[:24]:
        assert merge(version, counts, [*order, *order]) == expected
    assert sum(expected) - sum(counts) == len({number for number, _ in updates if number > version})


def test_the_command_in_the_lesson_is_one_that_the_command_line_takes():
    cells = json.loads(LESSON.read_text(encoding="utf-8"))["cells"]
    prose = "\n".join("".join(cell["source"]) for cell in cells)
    (line,) = re.findall(r"^wslearn poll (.+)$", prose, re.MULTILINE)
    parser = ArgumentParser()
    add_arguments(parser)
    given = parser.parse_args(shlex.split(line))
    assert given.room
    assert given.candidate == ["Tea", "Coffee"]


def test_a_second_poll_ends_the_first():
    first = class_poll.start_poll("Tea or coffee?", ["Tea", "Coffee"])
    second = class_poll.start_poll("Tea or coffee?", ["Tea", "Coffee"])
    try:
        assert first.port != second.port
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", first.port), timeout=2).close()
    finally:
        second.stop()


def test_without_the_packages_of_the_poll_one_sentence_says_what_to_do(monkeypatch):
    monkeypatch.setattr(class_poll, "find_spec", lambda name: None)
    with pytest.raises(ws.NetworkError, match=r"install 'wslearn\[poll\]'"):
        class_poll.start_poll("Tea or coffee?", ["Tea", "Coffee"])


def test_in_a_browser_a_sentence_says_that_no_server_can_run(monkeypatch):
    monkeypatch.setattr(class_poll.sys, "platform", "emscripten")
    with pytest.raises(ws.NetworkError, match="inside the browser"):
        class_poll.start_poll("Tea or coffee?", ["Tea", "Coffee"])
