"""The quizzes: fair options, a reply to each, and no answer given away where nothing runs."""

import re
from collections import Counter
from html import unescape

import pytest

import wslearn as ws
from tests.tools.sections import read_sections
from wslearn.checking import happened as record
from wslearn.course.exercises import LESSONS
from wslearn.course.quiz_widget import quiz_widget
from wslearn.course.quizzes import questions

ALL = [question for lesson in LESSONS for question in questions(lesson)]
SECTIONS = read_sections()

each_lesson = pytest.mark.parametrize("lesson", LESSONS)


@each_lesson
def test_a_quiz_has_five_questions_with_one_right_option_and_a_reply_to_each(lesson):
    assert len(questions(lesson)) == 5
    for question in questions(lesson):
        assert 3 <= len(question.options) <= 5
        assert sum(option.right for option in question.options) == 1
        assert len({option.text for option in question.options}) == len(question.options)
        assert len({option.feedback for option in question.options}) == len(question.options)
        assert [option.feedback for option in question.options if len(option.feedback) <= 20] == []


def test_the_length_of_an_option_does_not_give_the_answer_away():
    longest = shortest = 0
    for question in ALL:
        lengths = [len(option.text) for option in question.options]
        rightful = lengths[question.right]
        if lengths.count(rightful) == 1:
            longest += rightful == max(lengths)
            shortest += rightful == min(lengths)
    assert longest <= 0.3 * len(ALL)
    assert shortest <= 0.3 * len(ALL)


def test_the_place_of_an_option_does_not_give_the_answer_away():
    places = Counter(question.right for question in ALL)
    assert set(places) == {0, 1, 2, 3}
    assert max(places.values()) <= 0.4 * len(ALL)
    for lesson in LESSONS:
        places = {question.right + 1 for question in questions(lesson)}
        assert len(places) >= 3, f"lesson {lesson}: the right options are all at {places}"


ELSEWHERE = ("MQTT 3.1.1, section 6", "HTML standard, section 9.2")
"""Sources other than an RFC (lesson 19)."""


def test_every_source_is_a_section_that_exists():
    for lesson in LESSONS:
        # No RFC says how to cut a program into parts; one such question per lesson is enough.
        assert sum(question.source == "this lesson" for question in questions(lesson)) <= 1
    for question in ALL:
        if question.source in ("this lesson", *ELSEWHERE):
            continue
        document, _, sections = question.source.partition(" §")
        number = document.removeprefix("RFC ")
        for section in sections.split(", §"):
            assert re.fullmatch(r"\d+(\.\d+)*", section), question.source
            assert (number, section) in SECTIONS, question.source


def test_a_reply_names_the_source_once_the_answer_is_found():
    quiz = ws.quiz("04")
    right = quiz.questions[0].right
    assert quiz.choose(0, right).endswith("(RFC 6455 §5.2)")
    assert "RFC" not in quiz.choose(0, (right + 1) % 4)


def test_the_score_counts_first_tries_and_what_was_found_later():
    quiz = ws.quiz("04")
    first, second = quiz.questions[0].right, quiz.questions[1].right
    quiz.choose(0, first)
    quiz.choose(1, (second + 1) % 4)
    quiz.choose(1, second)
    assert (quiz.solved, quiz.at_first_try) == (2, 1)
    assert quiz.score == "2 of 5 solved, 1 at the first try."


def test_a_student_who_has_solved_a_quiz_is_told_where_its_questions_come_back():
    quiz = ws.quiz("04")
    for at, question in enumerate(quiz.questions):
        quiz.choose(at, question.right)
    words = "5 of 5 solved, 5 at the first try. All done. They come back in `ws.review()`."
    assert quiz.score == words
    assert "in <code>ws.review()</code>." in quiz.widget().children[-1].value
    assert ws.quiz("99").score == "0 questions. Choose an answer to each; every one gets a reply."


def test_the_first_choice_and_the_right_one_are_recorded_once(monkeypatch):
    heard = []
    monkeypatch.setattr(record, "listeners", [heard.append])
    quiz = ws.quiz("04")
    right = quiz.questions[2].right
    for option in ((right + 1) % 4, (right + 2) % 4, right, right):
        quiz.choose(2, option)
    quiz.choose(3, quiz.questions[3].right)
    assert heard == [
        record.Event("quiz", "04 question 3", "wrong"),
        record.Event("quiz", "04 question 3", "right later"),
        record.Event("quiz", "04 question 4", "right"),
    ]


@each_lesson
def test_the_static_form_has_the_questions_and_no_answer(lesson):
    bundle = ws.quiz(lesson)._repr_mimebundle_()
    assert bundle["text/plain"] == repr(ws.quiz(lesson))
    html = re.sub("</?code>", "`", unescape(bundle["text/html"]))
    for form in (bundle["text/plain"], html):
        for question in questions(lesson):
            assert question.text in form
            assert all(option.text in form for option in question.options)
            assert not any(option.feedback in form for option in question.options)
    assert "0x7f" not in bundle["text/plain"]
    again = ws.quiz(lesson)._repr_mimebundle_()
    assert again["text/html"] == bundle["text/html"]


@pytest.mark.parametrize("lesson", ["99", "", None, object(), []])
def test_an_unknown_quiz_is_answered_in_a_sentence(lesson):
    quiz = ws.quiz(lesson)
    assert "There is no quiz" in repr(quiz)
    assert "0x" not in repr(quiz)
    assert set(quiz._repr_mimebundle_()) == {"text/plain", "text/html"}


@pytest.mark.parametrize("lesson", ["4", 4, " 04 "])
def test_a_lesson_may_be_named_in_several_ways(lesson):
    assert ws.quiz(lesson).lesson == "04"


def buttons_and_replies(quiz, number):
    rows = quiz.widget().children[1 + number].children[1:]
    return rows[::2], rows[1::2]


def test_a_click_shows_the_reply_under_the_option_and_moves_the_score():
    quiz = ws.quiz("03")
    box = quiz.widget()
    score = box.children[-1]
    rows = box.children[1].children[1:]
    wrong = (quiz.questions[0].right + 1) % 4
    rows[2 * wrong].click()
    assert quiz.questions[0].options[wrong].feedback in unescape(rows[2 * wrong + 1].value)
    assert "Not this one" in rows[2 * wrong + 1].value
    assert "0 of 5 solved" in score.value
    rows[2 * quiz.questions[0].right].click()
    assert "1 of 5 solved, 0 at the first try." in score.value


def test_a_quiz_shown_a_second_time_keeps_its_replies():
    quiz = ws.quiz("03")
    quiz.choose(0, 2)
    _, replies = buttons_and_replies(quiz, 0)
    assert [bool("reply" in reply.value) for reply in replies] == [False, False, True, False]


def test_code_in_a_question_is_set_as_code_and_no_backtick_is_seen():
    quiz = ws.quiz("08")
    number, question = next(
        (at, one)
        for at, one in enumerate(quiz.questions)
        if "`" in one.text and any("`" in option.text for option in one.options)
    )
    box = quiz_widget(quiz).children[1 + number]
    quiz.choose(number, question.right)
    shown = [*box.children, *quiz_widget(quiz).children[1 + number].children]
    words = [getattr(part, "value", "") or getattr(part, "description", "") for part in shown]
    assert not [one for one in [*words, quiz._html()] if "`" in one]
    assert "<code>" in box.children[0].value
