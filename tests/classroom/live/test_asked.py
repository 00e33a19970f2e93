"""The instructor's questions: five kinds, the course's by number, and slips reported by line."""

import json
import textwrap

import pytest

from wslearn.classroom.live import asked as module
from wslearn.classroom.live.asked import (
    LONGEST_QUESTION,
    Asked,
    from_file,
    from_json,
    of_the_course,
    spoken,
)
from wslearn.course.cases.shelf import numbers, open_case
from wslearn.course.exercises import LESSONS
from wslearn.course.question import LETTERS
from wslearn.course.quizzes import questions
from wslearn.lessons.lesson_12.poll.refusals import RefusedError
from wslearn.protocol.errors import InputError

EXAMPLE = textwrap.dedent(module.__doc__.split("::\n", 1)[1].split("\nA list without")[0])


def written(folder, text):
    path = folder / "questions.md"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def test_the_example_of_the_manual_has_one_question_of_each_kind(tmp_path):
    found = from_file(written(tmp_path, EXAMPLE))
    assert [one.kind for one in found] == ["choice", "number", "bytes", "bit", "text"]
    assert [one.right for one in found] == [("b",), ("6",), ("01 2c",), ("8",), ()]
    assert found[0].options == ("0x1", "0x8")
    assert found[0].replies == ("", "A reply, if you like.")


def test_every_quiz_of_the_course_can_be_asked_by_number_with_options_of_any_length():
    for lesson in LESSONS:
        for number, question in enumerate(questions(lesson), 1):
            found = of_the_course(f"{lesson}.{number}")
            assert found.options == tuple(option.text for option in question.options)
            assert found.in_words(found.right[0]) == question.options[question.right].text
    assert max(len(o) for lesson in LESSONS for q in questions(lesson) for o in
               (option.text for option in q.options)) > 60  # fmt: skip
    assert of_the_course("4.3") == of_the_course("04.3")


def test_every_case_can_be_asked_and_what_was_pointed_at_is_counted():
    for number in numbers():
        case = open_case(number)
        asked = of_the_course(f"case {number}")
        right = {asked.in_words(letter) for letter in asked.right}
        assert right
        assert right <= {one.pattern for one in case.suspects if one.right}
        assert 3 <= len(asked.options) <= len(LETTERS)
        assert len(asked.text) <= LONGEST_QUESTION
        assert all(asked.replies)
        assert asked.for_students()["case"] == number
        assert len(json.dumps(asked.for_students()).encode()) < 1200, "the rows are fetched once"
        assert case.solution[0] not in str(asked.for_students())
    places = {of_the_course(f"case {number}").right[0] for number in numbers()}
    assert len(places) > 3, "the right place would always stand first"


@pytest.mark.parametrize(
    "name", ["04.9", "case 99", "case", "case <b>", "04", "99.1", "", "04.x", "04.-1"]
)
def test_a_missing_question_gets_one_sentence(name):
    with pytest.raises(RefusedError, match=r"Expected a question such as 04\.3\."):
        of_the_course(name)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", ":1: expected a question, which begins with the heading `# 1`, got none."),
        ("# 2\n\nWhy?\n\nText\n", ":1: expected the heading `# 1`, got '2'."),
        ("# 1\n\nText\n", ":1: expected a question under the heading, got none."),
        ("# 1\n\nWhy?\n", "expected options, or one line `Number:`, `Bytes:`, `Bit:` or `Text`"),
        ("# 1\n\nWhy?\n\nNumber: 1\n\nBytes: 01\n", "got Bytes and Number."),
        ("# 1\n\nWhy?\n\nNumber: x\n", ":5: expected a whole number, such as 300 or 0x12c"),
        ("# 1\n\nWhy?\n\nBytes: 8\n", ":5: expected 1 to 64 bytes in hex, such as 81 05, got '8'."),
        ("# 1\n\nWhy?\n\nBit: 3\n", ":1: expected `Frame: 81 05 …`, 1 to 64 bytes in hex, got ''."),
        ("# 1\n\nWhy?\n\nFrame: 81 00\n\nBit: 16\n", ":7: expected a bit from 0 to 15, or one of"),
        ("# 1\n\nWhy?\n\nFrame: 81 00\n\nBit: MUSK\n", ", or one of FIN, RSV1, RSV2, RSV3, opcode"),
        ("# 1\n\nWhy?\n\n- [x] a\n", "expected 2 to 6 different options, got 1, 1 of"),
        ("# 1\n\nWhy?\n\n- [x] a\n- [ ] a\n", "got 2, 1 of them different."),
        ("# 1\n\nWhy?\n\n- a\n- b\n", ":5: expected an option `- [ ] words` or"),
        (f"# 1\n\n{'x' * 601}\n\nText\n", ":1: expected a question of at most 600, got 601 char"),
    ],
)  # fmt: skip
def test_a_slip_is_reported_with_file_and_line(tmp_path, text, sentence):
    path = written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        from_file(path)
    assert str(caught.value).startswith(f"{path}:")
    assert sentence in str(caught.value)


@pytest.mark.parametrize("data", [None, b"\xff\xfe\x00"])
def test_a_missing_file_and_one_that_is_no_text_get_one_sentence(tmp_path, data):
    path = tmp_path / "q.md"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(InputError, match="Expected a file with questions, got "):
        from_file(path)


def test_nothing_in_a_file_is_run(tmp_path):
    (found,) = from_file(written(tmp_path, "# 1\n\nWhat is {{ 1 + 1 }}?\n\nText\n"))
    assert found.text == "What is {{ 1 + 1 }}?"


FRAME = Asked("bit", "?", frame="81 85 37 fa")


@pytest.mark.parametrize(
    ("question", "given", "accepted"),
    [
        (Asked("number", "?"), " 1,000 ", "1000"),
        (Asked("number", "?"), "0b101", "5"),
        (Asked("number", "?"), "-3", "-3"),
        (Asked("bytes", "?"), "0x01,0x2C", "01 2c"),
        (Asked("bytes", "?"), r"\x81\x05", "81 05"),
        (FRAME, "008", "8"),
        (Asked("text", "?"), "  <b>hi</b>\n there ", "<b>hi</b> there"),
        (Asked("choice", "?", ("x", "y")), "b", "b"),
    ],
)
def test_answers_that_mean_the_same_are_counted_as_one(question, given, accepted):
    assert question.accept(given) == accepted
    assert question.accept(accepted) == accepted


@pytest.mark.parametrize(
    ("question", "given"),
    [
        (Asked("number", "?"), "many"),
        (Asked("number", "?"), "9" * 5000),
        (Asked("number", "?"), ""),
        (Asked("bytes", "?"), "8"),
        (Asked("bytes", "?"), ""),
        (Asked("bytes", "?"), "00" * 65),
        (FRAME, "32"),
        (FRAME, "-1"),
        (FRAME, "²"),
        (Asked("text", "?"), "\u200b"),
        (Asked("choice", "?", ("x", "y")), "c"),
        (Asked("choice", "?", ("x", "y")), "ab"),
        (Asked("choice", "?", ("x", "y")), ""),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_with_a_sentence(question, given):
    with pytest.raises(RefusedError, match=r"^Expected "):
        question.accept(given)


def test_a_question_typed_at_the_desk_may_mark_what_is_right():
    found = spoken("Which?", ["Tea", "*Coffee", " Water "])
    assert (found.options, found.right) == (("Tea", "Coffee", "Water"), ("b",))
    assert spoken("Why?", []).kind == "text"
    for options in (["one"], ["a", "a"], list("abcdefg")):
        with pytest.raises(RefusedError, match="Expected 2 to 6 different options"):
            spoken("Which?", options)


def test_a_question_is_the_same_after_a_ledger():
    for one in (of_the_course("04.3"), of_the_course("case 07"), FRAME):
        assert from_json(one.as_json()) == one


def test_students_are_not_sent_what_is_right():
    assert set(of_the_course("04.3").for_students()) == {
        "kind", "text", "options", "frame", "case",
    }  # fmt: skip
