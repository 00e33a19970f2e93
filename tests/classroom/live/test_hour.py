"""How a class counts its events: nothing twice, nothing lost, nothing revealed too early."""

import itertools
import json
import random

import pytest

from wslearn.classroom.live import class_views
from wslearn.classroom.live.asked import of_the_course, spoken
from wslearn.classroom.live.hour import STUCK_SAME, STUCK_TRIES, Hour, gain
from wslearn.course.exercises import of_lesson
from wslearn.lessons.lesson_12.poll.refusals import RefusedError

serial = itertools.count()


def happen(hour, do, **more):
    return hour.apply({"do": do, "id": f"e{next(serial)}", "at": 1000.0, **more})


def joined(hour, *names):
    for number, name in enumerate(names, 11):
        happen(hour, "join", token=f"token-{name}", name=name, number=number)
    return [f"token-{name}" for name in names]


def ask(hour, name="04.3"):
    happen(hour, "ask", asked=of_the_course(name).as_json(), label=name)


def answer(hour, token, letter, vote=1):
    return happen(hour, "answer", token=token, round=len(hour.rounds), vote=vote, answer=letter)


def report(hour, token, **tasks):
    told = {name.replace("_", "."): one for name, one in tasks.items()}
    happen(hour, "progress", token=token, tasks=told, now=next(iter(told), ""))


def task(state="tried", tries=1, same=0, cause=""):
    return {"state": state, "tries": tries, "same": same, "cause": cause}


def test_the_first_vote_stays_hidden_until_the_second_is_shown():
    hour = Hour()
    ada, mia, bo = joined(hour, "Ada", "Mia", "Bo")
    ask(hour)
    for token, letter in ((ada, "a"), (mia, "b"), (bo, "a")):
        answer(hour, token, letter)
    happen(hour, "voting", open=False)
    assert class_views.question(hour)["results"] == {}, "students see no first vote"
    assert class_views.question(hour, for_desk=True)["results"]["rows"][0]["votes"] == [2]
    happen(hour, "again")
    assert class_views.question(hour, for_desk=True)["results"] == {}, (
        "nor the desk while it is open"
    )
    assert hour.answer_of(ada) == ""
    for token in (ada, mia, bo):
        answer(hour, token, "b", vote=2)
    happen(hour, "show")
    shown = class_views.question(hour)["results"]
    assert [row["votes"] for row in shown["rows"]] == [[2, 0], [1, 3], [0, 0], [0, 0]]
    assert [row["right"] for row in shown["rows"]] == [False, True, False, False]
    assert shown["gain"] == 1.0
    with pytest.raises(RefusedError):
        answer(hour, ada, "a", vote=2)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("aab", "abb", 0.5),
        ("abb", "aaa", -2.0),
        ("aaa", "aaa", 0.0),
        ("bbb", "aab", None),
    ],
)
def test_the_normalised_gain_counts_those_who_voted_twice(first, second, expected):
    one = {str(at): letter for at, letter in enumerate(first)}
    two = {str(at): letter for at, letter in enumerate(second)} | {"late": "b"}
    assert gain(one, two, ("b",)) == expected
    assert gain(one, two, ()) is None
    assert gain({}, two, ("b",)) is None


def test_a_late_answer_to_an_earlier_vote_counts_for_none():
    hour = Hour()
    (ada,) = joined(hour, "Ada")
    ask(hour)
    happen(hour, "again")
    with pytest.raises(RefusedError, match="Expected an answer to question 1, vote 2"):
        answer(hour, ada, "a", vote=1)
    ask(hour)
    with pytest.raises(RefusedError, match="Expected an answer to question 2, vote 1"):
        happen(hour, "answer", token=ada, round=1, vote=2, answer="a")
    assert [one.votes for one in hour.rounds] == [[{}, {}], [{}]]


def test_two_kernels_of_one_person_count_once_and_the_further_one():
    hour = Hour()
    (ada,) = joined(hour, "Ada")
    report(hour, ada, **{"04_1": task(tries=3)})
    report(hour, ada, **{"04_1": task("solved", tries=1)})
    report(hour, ada, **{"04_1": task(tries=2)})
    assert (hour.people[ada].tasks["04.1"].state, hour.people[ada].tasks["04.1"].tries) == (
        "solved", 3,
    )  # fmt: skip


def test_stuck_students_come_first_and_the_commonest_wrong_answers_have_the_courses_reply():
    hour = Hour()
    happen(hour, "lesson", lesson="04")
    first = of_lesson("04")[0]
    means = first.wrong[0].means
    cause = class_views.cause_of(means)
    tokens = joined(hour, *"ABCDE")
    name = first.id.replace(".", "_")
    for token in tokens[:3]:
        report(hour, token, **{name: task(tries=1, cause=cause)})
    report(hour, tokens[3], **{name: task(tries=STUCK_TRIES)})
    report(hour, tokens[4], **{name: task(tries=3, same=STUCK_SAME, cause="0" * 12)})
    board = class_views.board(hour)
    assert [row[0] for row in board["rows"]] == [14, 15, 11, 12, 13]
    assert board["rows"][0][1][0] == class_views.MARKS["stuck"]
    assert board["wrong"][0] == {"task": first.id, "reply": means, "count": 3, "share": 75}
    assert board["wrong"][1]["reply"] == "An answer that the course does not recognize."


def test_no_screen_but_the_desk_holds_a_name_a_token_or_code():
    hour = Hour()
    ada, mia = joined(hour, "Ada Lovelace", "Mia Nobody")
    happen(hour, "lesson", lesson="04")
    report(hour, ada, **{"04_1": task()})
    happen(hour, "code", token=ada, task="04.1", code="def secret(): ...")
    happen(hour, "ask", asked=spoken("Why?", []).as_json(), label="")
    answer(hour, mia, "because of Ada Lovelace")
    drawn = class_views.board(hour)
    for view in (class_views.for_students(hour), class_views.for_screen(hour, drawn)):
        text = json.dumps(view)
        for secret in ("Ada", "Mia", ada, mia, "secret", "because"):
            assert secret not in text
    desk = json.dumps(class_views.for_desk(hour, drawn, {}))
    assert "Ada Lovelace" in desk
    assert "secret" in desk
    assert ada not in desk


def test_removing_frees_the_name_and_the_number_and_takes_the_open_vote_back():
    hour = Hour()
    ada, mia = joined(hour, "Ada", "Mia")
    ask(hour)
    answer(hour, ada, "a")
    answer(hour, mia, "b")
    assert happen(hour, "remove", numbers=[11, 99]) == [ada]
    assert list(hour.round.votes[-1].values()) == ["b"]
    with pytest.raises(RefusedError):
        answer(hour, ada, "a")
    assert happen(hour, "join", token="new", name="ada", number=11).number == 11


def test_a_name_is_taken_once_and_without_one_the_number_is_the_name():
    hour = Hour()
    joined(hour, "Ada")
    with pytest.raises(RefusedError, match="already called ＡＤＡ"):
        happen(hour, "join", token="other", name="ＡＤＡ", number=30)
    person = happen(hour, "join", token="x", name="", number=11)
    assert (person.number, person.name) == (12, "Number 12")


def test_an_event_that_comes_twice_changes_nothing():
    hour = Hour()
    (ada,) = joined(hour, "Ada")
    ask(hour)
    event = {"do": "notice", "id": "same", "at": 1.0, "text": "Hello"}
    hour.apply(event)
    hour.apply(event)
    assert [one["text"] for one in hour.notices] == ["Hello"]
    vote = {
        "do": "answer",
        "id": "v",
        "at": 1.0,
        "token": ada,
        "round": 1,
        "vote": 1,
        "answer": "a",
    }
    assert hour.apply(vote) == hour.apply(vote)
    again = {"do": "again", "id": "again", "at": 1.0}
    hour.apply(again)
    hour.apply(again)
    assert len(hour.round.votes) == 2


def test_notices_go_and_those_who_left_are_not_counted():
    hour = Hour()
    for text in "abcdefg":
        happen(hour, "notice", text=text)
    assert [one["text"] for one in hour.notices] == list("cdefg")
    happen(hour, "clear", number=hour.notices[0]["number"])
    assert [one["text"] for one in hour.notices] == list("defg")
    happen(hour, "clear", number=0)
    assert hour.notices == []
    hour.apply({"do": "present", "at": 100.0, "process": "a", "count": 20})
    hour.apply({"do": "present", "at": 101.0, "process": "b", "count": 10})
    assert hour.here() == 30
    hour.apply({"do": "present", "at": 119.0, "process": "b", "count": 9})
    hour.apply({"do": "present", "at": 125.0, "process": "b", "count": 9})
    assert hour.here() == 9, "process a has not spoken for 20 seconds"


def test_a_state_is_the_same_after_it_was_kept_and_events_go_on_as_before():
    chance = random.Random(5)
    hour = Hour()
    tokens = joined(hour, *(f"n{at}" for at in range(30)))
    for step in range(300):
        if step % 60 == 0:
            ask(hour, f"04.{1 + step // 60}")
        token = chance.choice(tokens)
        report(
            hour, token, **{"04_1": task(chance.choice(["tried", "solved"]), chance.randrange(9))}
        )
        answer(hour, token, chance.choice("abcd"))
    again = Hour()
    again.restore(json.loads(json.dumps(hour.as_json())))
    for one in (hour, again):
        one.apply({"do": "answer", "id": "last", "at": 5.0, "token": tokens[0], "round": 5,
                   "vote": 1, "answer": "d"})  # fmt: skip
    assert again.as_json() == hour.as_json()
    assert class_views.for_students(again) == class_views.for_students(hour)


def test_the_csv_has_every_vote_and_no_cell_is_a_formula():
    hour = Hour()
    ada, mia = joined(hour, "=cmd|' /C calc'!A0", "Mia")
    ask(hour)
    answer(hour, ada, "a")
    happen(hour, "again")
    answer(hour, ada, "b", vote=2)
    happen(hour, "ask", asked=spoken("+1?", ["-x", "y"]).as_json(), label="")
    answer(hour, mia, "a")
    lines = class_views.results_csv(hour).splitlines()
    assert lines[0] == "round,question,label,kind,vote,answer,right,count,gain"
    assert len(lines) == 4
    assert lines[1].endswith("no,1,1.0")
    assert lines[2].endswith("yes,1,1.0")
    assert lines[3] == "2,'+1?,,choice,1,'-x,,1,"
    people = class_views.people_csv(hour)
    assert "'=cmd" in people
    assert people.splitlines()[0] == "number,name,question 1,question 2"


def test_the_picture_of_the_results_is_text_and_no_markup():
    hour = Hour()
    (ada,) = joined(hour, "Ada")
    happen(hour, "ask", asked=spoken("<script>?", ["<b>x</b>", "y"]).as_json(), label="")
    answer(hour, ada, "a")
    happen(hour, "show")
    drawn = class_views.results_svg(hour.round)
    assert "<script" not in drawn
    assert "&lt;b&gt;x" in drawn
    assert drawn.count("<rect") == 3
