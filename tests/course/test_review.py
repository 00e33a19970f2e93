"""Reviews: what was learned comes back in time, few questions a day, whatever the clock says."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wslearn as ws
from tests.support.forgetter import DAYS, PACE, REVIEWS, season, without_reviews
from tests.support.places import NOTEBOOKS
from tests.support.sheets import words
from tests.tools import draw_season
from wslearn.course import progress, review
from wslearn.course.exercises import LESSONS
from wslearn.course.predictions import predictions
from wslearn.course.progress_record import Given, Record, Review, logged, stamp
from wslearn.course.progress_store import Store
from wslearn.course.quizzes import questions
from wslearn.course.recall import UNKNOWN
from wslearn.course.review import HANDFUL, asked, every_name, plan
from wslearn.course.spacing import LONGEST, RECALL, due_on

MONDAY = datetime(2031, 3, 3, 17, 30, tzinfo=UTC)
NAME = "04 question 1"


def on(day: int, hour: int = 17) -> datetime:
    """An hour of a day; days count from a Monday."""
    return MONDAY.replace(hour=hour) + timedelta(days=day)


def told(*reviews: tuple[int, str]) -> tuple[Review, ...]:
    """Reviews on these days with these grades, in the order in which they were made."""
    return tuple(
        Review(number, stamp(on(day)), grade) for number, (day, grade) in enumerate(reviews)
    )


def due(*reviews: tuple[int, str], today: int = 1000) -> int:
    """The day on which a question with these reviews is due."""
    return (due_on(told(*reviews), on(today).date(), UTC) - MONDAY.date()).days


@pytest.fixture
def today(monkeypatch):
    """Sets the day for everything that asks for it."""

    def turn(day: int) -> None:
        class Frozen(datetime):
            @classmethod
            def now(cls, tz=None):
                return on(day).astimezone(tz)

        class Day(date):
            @classmethod
            def today(cls):
                return on(day).astimezone().date()

        monkeypatch.setattr(progress, "datetime", Frozen)
        monkeypatch.setattr(review, "date", Day)

    turn(0)
    return turn


# -- when ------------------------------------------------------------------------------------------


def test_what_is_remembered_comes_back_later_each_time():
    days, history = [0], []
    for _ in range(5):
        history.append((days[-1], "right"))
        days.append(due(*history))
    gaps = [after - before for before, after in pairwise(days)]
    assert gaps == sorted(set(gaps)), "each gap is longer than the one before"
    assert gaps[0] <= 3
    assert gaps[-1] > 60


@pytest.mark.parametrize("grade", ["wrong", "later"])
def test_what_was_not_known_at_once_comes_back_tomorrow(grade):
    assert due((0, grade)) == 1
    assert due((0, "right"), (2, "right"), (13, grade)) < 13 + 5


def test_the_hour_of_a_review_does_not_matter():
    assert {
        (due_on((Review(0, stamp(on(0, hour)), "right"),), on(9).date(), UTC)) for hour in range(24)
    } == {on(2).date()}


def test_a_question_without_a_review_is_due_today():
    assert due_on((), date(2031, 3, 3)) == date(2031, 3, 3)


grades = st.sampled_from(["right", "later", "wrong"])


@given(
    st.lists(st.tuples(st.integers(-20_000, 20_000), grades), min_size=1, max_size=12),
    st.integers(-20_000, 20_000),
)
def test_a_clock_that_jumps_neither_loses_a_question_nor_sends_it_far_away(reviews, today):
    day = due(*reviews, today=today)
    last = reviews[-1][0]
    if last > today:
        assert day == today, "made in the future: it is asked today"
    else:
        assert last < day <= last + LONGEST


@given(st.lists(st.tuples(st.integers(0, 300), grades), min_size=1, max_size=8))
def test_a_jump_back_between_two_reviews_counts_as_no_time(reviews):
    back = [*reviews, (reviews[-1][0] - 500, "right")]
    still = [*reviews, (reviews[-1][0], "right")]
    assert due(*back) - back[-1][0] == due(*still) - still[-1][0]


def test_a_jump_ahead_between_two_reviews_counts_as_the_longest_time():
    far, longest = 20_000, due((0, "right"), (LONGEST, "right")) - LONGEST
    assert due((0, "right"), (far, "right"), today=far) - far == longest


# -- what is logged --------------------------------------------------------------------------------


def test_answering_again_within_half_a_day_is_no_second_review():
    once = logged((), "right", on(0))
    assert logged(once, "wrong", on(0) + timedelta(hours=11)) == once
    assert len(logged(once, "wrong", on(0) + timedelta(hours=12))) == 2
    assert len(logged(once, "right", on(-3))) == 2, "the clock jumped back: it is a new one"


def test_an_answer_in_a_quiz_is_the_first_review(kept, today):
    quiz = ws.quiz("04")
    right = quiz.questions[0].right
    quiz.choose(0, right)
    other = (quiz.questions[1].right + 1) % 4
    quiz.choose(1, other)
    assert [one.grade for one in kept.read().reviews["04 question 2"]] == ["wrong"]
    quiz.choose(1, quiz.questions[1].right)
    grades = {name: [one.grade for one in log] for name, log in kept.read().reviews.items()}
    assert grades == {"04 question 1": ["right"], "04 question 2": ["later"]}


def test_two_kernels_that_ask_the_same_question_keep_both_answers(tmp_path):
    path = tmp_path / "progress.json"
    mine, yours = Store(path), Store(path)
    mine.put(Record(reviews={NAME: told((0, "right"))}))
    yours.put(Record(reviews={NAME: told((0, "right"), (2, "wrong"))}))
    mine.put(Record(reviews={NAME: told((0, "right"), (3, "right"))}))
    assert [one.grade for one in yours.read().reviews[NAME]] == ["right", "wrong", "right"]


# -- what is asked ---------------------------------------------------------------------------------


def test_before_any_quiz_there_is_nothing_to_review(kept, today):
    assert repr(ws.review()).startswith("○ There is nothing to review yet.")
    assert set(ws.review()._repr_mimebundle_()) == {"text/plain", "text/html"}
    kept.add("04.2", "passed")
    assert repr(ws.review()).startswith("○ There is nothing to review yet.")


def test_what_was_answered_today_is_not_due_and_the_review_names_the_next_day(kept, today):
    quiz = ws.quiz("04")
    for at in range(3):
        quiz.choose(at, quiz.questions[at].right)
    assert repr(ws.review()) == (
        "○ Nothing is due today.\n  Next: 3 questions on Wednesday 5 March."
    )


def test_a_review_asks_what_is_due_and_tells_what_comes_next(kept, today):
    quiz = ws.quiz("04")
    for at in range(3):
        quiz.choose(at, quiz.questions[at].right)
    today(2)
    given = ws.review()
    assert set(given.names) == {f"04 question {at}" for at in (1, 2, 3)}
    first = given.questions[0]
    given.choose(0, (first.right + 1) % 4)
    assert given.score == "0 of 3 answered."
    for at, question in enumerate(given.questions):
        given.choose(at, question.right)
    assert given.score == "2 of 3 right at once. Next: 1 question on Thursday 6 March."
    assert "Nothing is due today." in repr(ws.review())
    assert kept.read().done[given.names[0]] == "right", "a miss does not undo the lesson"


def test_the_first_handful_is_what_has_waited_longest_and_the_rest_is_counted(kept, today):
    names = [name for name in every_name() if "question" in name][:20]
    for place, name in enumerate(names):
        kept.put(Record(reviews={name: told((-place, "right"))}))
    today(30)
    given = ws.review()
    assert given.names == tuple(reversed(names))[:HANDFUL]
    for at, question in enumerate(given.questions):
        given.choose(at, question.right)
    assert given.score.endswith("14 more questions due today: `ws.review()`")
    assert set(ws.review().names).isdisjoint(given.names)


def test_questions_of_an_older_record_come_up_a_handful_at_a_time(kept, today):
    done = {name: "right" for name in every_name() if "question" in name}
    kept.path.write_text(json.dumps({"format": "wslearn progress 1", "done": done}))
    assert len(ws.review().questions) == HANDFUL
    assert len(plan(kept.read(), MONDAY.date())) == len(done)


def test_a_question_that_no_lesson_has_any_more_is_left_out(kept, today):
    kept.put(Record(reviews={"98 question 1": told((-9, "right")), NAME: told((-9, "right"))}))
    assert ws.review().names == (NAME,)


def test_the_options_change_their_places_and_nothing_else():
    question = questions("04")[0]
    forms = [asked(NAME, times) for times in range(8)]
    assert {frozenset(form.options) for form in forms} == {frozenset(question.options)}
    assert len({form.right for form in forms}) > 2
    assert asked(NAME, 3) == asked(NAME, 3)
    assert forms[0].feedback(forms[0].right).endswith(f"({question.source}, lesson 04)")


def test_where_nothing_runs_a_review_is_text_without_answers(kept, today):
    kept.put(Record(reviews={NAME: told((-9, "right"))}))
    bundle = ws.review()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    for form in ("text/plain", "text/html"):
        assert "a minute or two" in bundle[form]
        assert not any(one.feedback in bundle[form] for one in questions("04")[0].options)


CHOSEN = next(one for one in predictions("03") if one.kind == "choice")
PREDICTED = f"03 prediction {CHOSEN.id[3:]}"


@pytest.mark.parametrize(("came_true", "days"), [(True, 2), (False, 1)])
def test_a_prediction_with_options_comes_back_like_a_question(kept, today, came_true, days):
    kept.put(Record(predictions={CHOSEN.id: Given(stamp(on(0)), "what was chosen", came_true)}))
    assert ws.review().names == ()
    today(days)
    given = ws.review()
    assert given.names == (PREDICTED,)
    (question,) = given.questions
    assert question.options[question.right].text == CHOSEN.truth
    assert {option.text for option in question.options} == set(CHOSEN.options)
    assert given.choose(0, question.right) == f"{CHOSEN.why} (lesson 03)"
    grades = [one.grade for one in kept.read().reviews[PREDICTED]]
    assert grades == ["right" if came_true else "wrong", "right"]
    assert kept.read().done == {}, "a prediction is not a quiz question"
    assert Store(kept.path).read() == kept.read()
    assert "Nothing is due today." in repr(ws.review())


def test_a_prediction_that_was_skipped_or_is_a_sentence_does_not_come_back(kept, today):
    kept.put(Record(predictions={CHOSEN.id: Given(stamp(on(0)), "")}))
    words = of_kind("words")
    kept.put(Record(predictions={words.id: Given(stamp(on(0)), "what I wrote", True)}))
    today(9)
    assert repr(ws.review()).startswith("○ There is nothing to review yet.")


def test_every_prediction_but_a_sentence_can_be_asked():
    names = {name for name in every_name() if "prediction" in name}
    assert names == {
        one.reviewed_as for lesson in LESSONS for one in predictions(lesson) if one.kind != "words"
    }
    for name in names:
        question = asked(name, 1)
        assert sum(option.right for option in question.options) == 1
        assert question.feedback(question.right).endswith(f"(lesson {name[:2]})")


# -- what is typed or pointed at -------------------------------------------------------------------


def of_kind(kind):
    """A prediction of the course with answers of this kind."""
    return next(one for lesson in LESSONS for one in predictions(lesson) if one.kind == kind)


def committed(kept, one):
    """Made in its lesson on the first day, and wrong."""
    kept.put(Record(predictions={one.id: Given(stamp(on(0)), "what was said", False)}))


def field_of(given):
    """A review with one question that is typed or pointed at: its field, and the score below."""
    _, box, score = given.widget().children
    *above, sheet = box.children
    return sheet, (above or [None])[-1], score


@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize("kind", ["number", "bytes", "bit"])
def test_what_was_typed_or_pointed_at_is_typed_or_pointed_at_again(kept, today, kind, right):
    one = of_kind(kind)
    committed(kept, one)
    today(1)
    given = ws.review()
    assert given.names == (one.reviewed_as,)
    for form in given._repr_mimebundle_().values():
        assert one.why not in str(form)
        assert UNKNOWN not in str(form)
    sheet, grid, score = field_of(given)
    assert one.why not in words(sheet.view)
    answer = one.truth if right else {"bytes": "00"}.get(kind, "0")
    if kind == "bit":
        grid.selected = int(answer)
    else:
        sheet._do({"do": "type", "value": answer})
    sheet._do({"do": "commit"})
    assert ("✓ Right." if right else "✗ Not this.") in words(sheet.view)
    assert re.search(rf"It is\s+(bit )?{one.truth}\b", words(sheet.view))
    why = f"{one.why} (lesson {one.id[:2]})".replace("`", "")
    assert why in words(sheet.view).replace("  ", " ")
    assert f"{int(right)} of 1 right at once. Next: 1 question" in score.value
    assert grid is None or grid.selected == int(one.truth)
    assert [each.grade for each in kept.read().reviews[one.reviewed_as]] == [
        "wrong",
        "right" if right else "wrong",
    ]
    assert kept.read().predictions[one.id].given == "what was said", "the lesson's own stays"


def test_only_the_first_answer_counts_and_what_is_none_costs_nothing(kept, today):
    one = of_kind("number")
    committed(kept, one)
    today(1)
    sheet, _, score = field_of(ws.review())
    sheet._do({"do": "type", "value": "many"})
    sheet._do({"do": "commit"})
    assert "Expected a whole number" in words(sheet.view)
    assert "right at once" not in score.value
    assert one.reviewed_as not in kept.read().reviews
    sheet._do({"do": "type", "value": "1"})
    for _ in range(2):
        sheet._do({"do": "commit"})
        sheet._do({"do": "skip"})
        sheet._do({"do": "type", "value": one.truth})
    assert [each.grade for each in kept.read().reviews[one.reviewed_as]] == ["wrong", "wrong"]


def test_a_student_who_does_not_know_sees_the_truth_and_has_not_remembered(kept, today):
    one = of_kind("bytes")
    committed(kept, one)
    today(1)
    given = ws.review()
    sheet, _, score = field_of(given)
    assert UNKNOWN in words(sheet.view)
    sheet._do({"do": "skip"})
    assert one.truth in words(sheet.view)
    assert one.why in words(sheet.view)
    assert "0 of 1 right at once." in score.value
    assert kept.read().reviews[one.reviewed_as][-1].grade == "wrong"
    again, _, _ = field_of(given)
    assert one.truth in words(again.view), "the cell shows how it went when it is shown once more"


# -- a season --------------------------------------------------------------------------------------

SEEDS = range(3)


@pytest.fixture(scope="module")
def seasons():
    """A few students who forget: a lesson every second day, reviews each day."""
    return [season(seed) for seed in SEEDS]


def test_few_questions_are_due_on_any_day(seasons):
    for one in seasons:
        assert max(one.asked) == REVIEWS * HANDFUL
        assert max(one.due) <= 3 * len(LESSONS), "in the weeks of the lessons"
        assert max(one.due[3 * len(LESSONS) :]) <= 5 * HANDFUL, "and after them"
        assert sum(one.asked[-20:]) / 20 <= HANDFUL


def test_recall_is_as_planned(seasons):
    for one in seasons:
        assert abs(sum(one.right) / sum(one.asked) - RECALL) < 0.05
        assert min(one.known[10:]) > 0.8


def test_without_reviews_the_same_students_forget(seasons):
    for seed, one in zip(SEEDS, seasons, strict=True):
        assert without_reviews(seed)[-1] < 0.2
        assert one.known[-1] > 0.8


def test_two_weeks_away_are_made_up_for_and_nothing_is_lost():
    one = season(5, away=range(20, 34))
    assert max(one.due) <= len(one.record.reviews)
    assert one.due[-1] <= 3 * HANDFUL < max(one.due) / 3
    assert set(one.record.reviews) == set(every_name())
    assert one.known[-1] > 0.8


def test_the_page_that_says_why_states_the_plan_as_it_is():
    page = (NOTEBOOKS / "why-it-is-built-like-this.md").read_text(encoding="utf-8")
    number = {6: "six"}[HANDFUL]
    assert f"asks at most {number} questions" in page
    assert f"and {({2: 'two'})[REVIEWS]} reviews a day" in page
    assert f"for a recall of {100 * RECALL:.0f} %" in page
    assert f"{({20: 'Twenty'})[draw_season.STUDENTS]} simulated students" in page
    assert f"over {DAYS} days" in page
    (picture,) = re.findall(r"\.\./notebooks/(pictures/\S+\.svg)", page)
    assert NOTEBOOKS / picture == draw_season.PAGE
    last = PACE * (len(LESSONS) - 1)
    assert f"until day {last}," in draw_season.PAGE.read_text(encoding="utf-8"), (
        "run python -m tests.tools.draw_season"
    )
