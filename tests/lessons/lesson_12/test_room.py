"""The room of the class poll: names, votes, rounds, races."""

import random
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest

from wslearn.lessons.lesson_12.poll.names import key_of, shown
from wslearn.lessons.lesson_12.poll.refusals import RefusedError
from wslearn.lessons.lesson_12.poll.room import Choice, News, Room

QUESTION, CANDIDATES = "Tea or coffee?", ("Tea", "Coffee")


@pytest.fixture
def make_room() -> Callable[[], Room]:
    """Make another door to the same room."""
    room = Room(QUESTION, CANDIDATES)
    return lambda: room


@pytest.fixture
def room(make_room) -> Room:
    return make_room()


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(RefusedError) as caught:
        yield
    assert caught.value.code == code
    assert caught.value.text.endswith(".")


def test_a_vote_is_counted_and_a_changed_mind_counts_once(room):
    ada, grace = room.join("Ada"), room.join("Grace")
    first = room.vote(ada, 1, "Tea")
    assert (first.round, first.candidate) == (1, "Tea")
    assert room.vote(ada, 1, "Tea") == first, "the same again changes nothing"
    assert room.vote(ada, 1, "Coffee").version > first.version
    room.vote(grace, 1, "Coffee")
    results = room.results()
    assert (results.votes, results.people, results.open) == ((0, 2), 2, True)
    assert room.choice_of(ada).candidate == "Coffee"


def test_bad_votes_are_refused_and_change_nothing(room):
    ada = room.join("Ada")
    before = room.results()
    for code, vote in {
        "candidate": (ada, 1, "Milk"),
        "round": (ada, 2, "Tea"),
        "login": ("nobody's token", 1, "Tea"),
    }.items():
        with refused(code):
            room.vote(*vote)
    for strange in ("", "tea", "\ud800", "Tea\0", "x" * 4000):
        with refused("candidate"):
            room.vote(ada, 1, strange)
    with refused("round"):
        room.vote(ada, 10**300, "Tea")
    with refused("login"):
        room.choice_of("")
    assert room.results() == before


def test_a_closed_vote_takes_no_vote_and_opens_again_with_what_it_had(room):
    ada = room.join("Ada")
    room.vote(ada, 1, "Tea")
    room.set_open(False)
    with refused("closed"):
        room.vote(ada, 1, "Coffee")
    assert (room.results().votes, room.results().open) == ((1, 0), False)
    room.set_open(True)
    room.vote(ada, 1, "Coffee")
    assert room.results().votes == (0, 1)


def test_a_new_question_begins_a_new_count_and_a_late_vote_counts_for_neither(room):
    ada = room.join("Ada")
    room.vote(ada, 1, "Tea")
    room.set_open(False)
    room.ask("And now?", ["Tea", "Milk", "Water"])
    results = room.results()
    assert (results.round, results.question, results.votes) == (2, "And now?", (0, 0, 0))
    assert results.candidates == ("Tea", "Milk", "Water")
    assert results.open
    assert room.choice_of(ada) == Choice(2, "", results.version)
    with refused("round"):
        room.vote(ada, 1, "Tea")
    room.vote(ada, 2, "Water")
    assert room.results().votes == (0, 0, 1)


@pytest.mark.parametrize(
    "candidates",
    [[], ["Tea"], ["Tea", "ＴＥＡ"], ["Tea", " "], ["Tea", "x" * 61], [str(i) for i in range(13)]],
)
def test_a_question_needs_candidates_to_choose_from(room, candidates):
    with refused("text"):
        room.ask("Which?", candidates)
    assert room.results().round == 1


def test_leaving_takes_the_vote_back_and_frees_the_name(room):
    ada = room.join("Ada")
    room.vote(ada, 1, "Tea")
    room.leave(ada)
    room.leave(ada)
    room.leave("nobody")
    assert room.name_of(ada) is None
    assert (room.results().votes, room.results().people) == ((0, 0), 0)
    with refused("login"):
        room.vote(ada, 1, "Tea")
    again = room.join("Ada")
    assert again != ada
    assert room.choice_of(again).candidate == ""


def test_a_closed_result_does_not_change_because_someone_leaves(room):
    ada = room.join("Ada")
    room.vote(ada, 1, "Tea")
    room.set_open(False)
    room.leave(ada)
    assert (room.results().votes, room.results().people) == ((1, 0), 0)
    room.set_open(True)
    with refused("name"):
        room.join("Ada")
    assert room.results().votes == (1, 0), "one vote a name, also for a second Ada"


SAME_NAMES = [
    "ada lovelace",
    "ＡＤＡ Ｌｏｖｅｌａｃｅ",
    "Ada\u00a0\u2003 Lovelace ",
    "Ada\u200b Love\u00adlace",
    "\u202eAda\u115f\u3164Lovelace\ufe0f",
]


@pytest.mark.parametrize("same", SAME_NAMES)
def test_two_spellings_of_one_name_are_one_name(room, same):
    ada = room.join("Ada Lovelace")
    with refused("name"):
        room.join(same)
    assert room.name_of(ada) == "Ada Lovelace"


def test_names_that_differ_are_different(room):
    tokens = {room.join(name) for name in ("Ada", "Adá", "Ада", "Ada 2", "艾达", "عائشة", "🦊")}
    assert len(tokens) == 7


@pytest.mark.parametrize(
    "name", ["", "  \t", "\u3164", "\u200d", "\u202e\u200b", "x" * 41, "a" + "\u0301\u0316" * 9]
)
def test_a_name_has_to_be_seen_and_to_fit(room, name):
    with refused("text"):
        room.join(name)


def test_a_name_is_shown_in_one_line_and_turns_nothing_around():
    assert shown(" Ada\n\tL.\u202e\u0007 ", 40, "a name") == "Ada L."
    assert shown("می‌خواهم", 40, "a name") == "می‌خواهم", "joiners are spelling"
    assert key_of("می‌خواهم") == key_of("میخواهم")
    with pytest.raises(RefusedError):
        shown("ﷺ" * 40, 40, "a name")  # 18 letters each once it is spelled out


def test_the_join_code_and_the_key_are_asked_for(room):
    assert room.admits("")
    room.join_code = "K7MPQ2"
    assert room.admits("k7m pq2")
    assert not any(map(room.admits, ["", "K7MPQ", "K7MPQ22", "é"]))
    assert room.is_instructor(room.instructor_key)
    assert not any(map(room.is_instructor, ["", room.instructor_key[:-1], "é"]))


def test_news_tell_who_voted_who_left_and_what_was_said_in_order(make_room):
    room = make_room()
    heard: list[News] = []
    stop = room.listen(heard.append)
    ada = room.join("Ada")
    choice = room.vote(ada, 1, "Tea")
    room.notify(" Two  minutes ")
    room.leave(ada)
    stop()
    told = [news for news in heard if news.what != "changed"]
    assert told == [
        News("voted", ada, choice),
        News("notice", text="Two minutes", number=1),
        News("left", ada),
    ]
    assert sum(news.what == "changed" for news in heard) >= 2
    assert room.last_notice() == (1, "Two minutes")


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads switch every few steps, so that races happen."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("restless")
def test_no_vote_is_lost_or_counted_twice_when_everyone_votes_at_once_through_two_doors(make_room):
    doors = [make_room(), make_room()]
    doors[0].ask("Which?", [str(number) for number in range(8)])
    tokens = [doors[i % 2].join(f"voter {i}") for i in range(60)]
    last: dict[str, str] = {}

    def votes_of(token: str) -> None:
        chooser = random.Random(token)
        for _ in range(10):
            candidate = str(chooser.randrange(8))
            chooser.choice(doors).vote(token, 2, candidate)  # as if the network had changed
            last[token] = candidate

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(votes_of, tokens))
    expected = Counter(last.values())
    for door in doors:
        assert dict(zip(door.results().candidates, door.results().votes, strict=True)) == {
            str(number): expected[str(number)] for number in range(8)
        }
        assert [door.choice_of(token).candidate for token in tokens] == [last[t] for t in tokens]


@pytest.mark.usefixtures("restless")
def test_of_many_who_want_one_name_one_gets_it(make_room):
    doors = [make_room(), make_room()]
    turns = 30
    begin = threading.Barrier(6)

    def join(number: int) -> int:
        got = 0
        for turn in range(turns):
            begin.wait(20)
            with suppress(RefusedError):
                doors[number % 2].join(f"Ada {turn}" if number % 3 else f"ADA  {turn} ")
                got += 1
        return got

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(join, range(6))) == turns
    assert doors[1].results().people == turns


def test_votes_and_leaving_at_once_leave_no_vote_without_a_name(make_room):
    doors = [make_room(), make_room()]
    for turn in range(20):
        token = doors[0].join(f"voter {turn}")

        def vote(token: str = token) -> None:
            with suppress(RefusedError):  # too late
                doors[1].vote(token, 1, "Tea")

        with ThreadPoolExecutor(2) as pool:
            voting, leaving = pool.submit(vote), pool.submit(doors[0].leave, token)
            voting.result()
            leaving.result()
    assert (doors[0].results().votes, doors[0].results().people) == ((0, 0), 0)
