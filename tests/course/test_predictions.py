"""Predictions: single questions, computed truths, committed before they are compared."""

import re
from html import unescape

import pytest

import wslearn as ws
from tests.support.lesson_cells import lesson_cells
from tests.support.sheets import words
from wslearn.course import predict as predicting
from wslearn.course.exercises import LESSONS
from wslearn.course.predict import Guess
from wslearn.course.predictions import FILE, Prediction, predictions, read_page
from wslearn.course.prose import Page, folder_of
from wslearn.protocol.errors import InputError

WITH = [lesson for lesson in LESSONS if predictions(lesson)]
COUNTED = [
    "02.2",
    "03.5",
    "04.1",
    "05.2",
    "05.3",
    "05.4",
    "06.1",
    "06.3",
    "08.1",
    "08.2",
    "08.4",
    "13.2",
    "14.1",
]
"""Predictions whose truth a reader counts in what the next cell shows: no number says it there."""
ALL = [one for lesson in WITH for one in predictions(lesson)]
each_lesson = pytest.mark.parametrize("lesson", WITH)


@pytest.fixture(autouse=True)
def a_student(a_student, monkeypatch):
    monkeypatch.setattr(predicting, "guesses", {})
    return a_student


@pytest.fixture
def next_cell(monkeypatch):
    """Runs the next cell."""
    waiting = []
    monkeypatch.setattr(predicting, "after_the_next_cell", lambda do: waiting.append(do) or True)

    def run():
        while waiting:
            waiting.pop()()

    return run


def of_kind(kind):
    """A prediction of the course with answers of this kind."""
    return next(one for one in ALL if one.kind == kind)


def shown(predict):
    """Every text on the sheet, in order."""
    return words(predict.sheets[-1].view)


def opened(predict):
    predict.widget()
    return predict


def answer(predict, given):
    predict.act({"do": "type", "value": given})
    predict.act({"do": "commit"})


# -- what the lessons ask --------------------------------------------------------------------------


def test_each_lesson_of_the_course_up_to_14_asks_for_predictions():
    assert {f"{number:02}" for number in range(15)} <= set(WITH)


@each_lesson
def test_a_lesson_asks_a_few_questions_and_computes_what_comes_true(lesson):
    assert 1 <= len(predictions(lesson)) <= 6
    source = (folder_of(lesson) / FILE).read_text(encoding="utf-8")
    truths = re.split(r"^## It is\n", source, flags=re.MULTILINE)[1:]
    for one, truth in zip(predictions(lesson), truths, strict=True):
        first = truth.strip().partition("\n")[0]
        assert one.kind == "words" or "{{" in first, f"{one.id}: the truth is typed"
        assert one.text.count("?") == 1 or one.kind == "bit", f"{one.id}: one question, one answer"
        assert one.kind != "choice" or one.truth in one.options, one.id


@each_lesson
def test_each_prediction_is_once_in_its_notebook_before_a_cell_that_runs(lesson):
    code = [cell for cell in lesson_cells(lesson) if cell.cell_type == "code"]
    sources = [cell.source for cell in code]
    asked = [f'ws.predict("{one.id}")' for one in predictions(lesson)]
    assert [source for source in sources if source.startswith("ws.predict(")] == asked
    for one, source in zip(predictions(lesson), asked, strict=True):
        (shows,) = code[sources.index(source)].outputs
        assert shows.data["text/plain"] == repr(ws.predict(one.id))
        assert not sources[sources.index(source) + 1].startswith("ws.predict(")


@each_lesson
def test_a_number_and_bytes_that_come_true_are_what_the_next_cell_prints(lesson):
    code = [cell for cell in lesson_cells(lesson) if cell.cell_type == "code"]
    sources = [cell.source for cell in code]
    for one in predictions(lesson):
        outputs = code[sources.index(f'ws.predict("{one.id}")') + 1].outputs
        if one.kind not in ("number", "bytes") or one.id in COUNTED:
            continue
        text = "\n".join(
            output["text"] if "text" in output else output.data.get("text/plain", "")
            for output in outputs
        )
        seen = re.sub(r"(?<=\d)[ _](?=\d{3}\b)", "", text)
        assert re.search(rf"(?<!\w){re.escape(one.truth)}(?!\w)", seen), f"{one.id}\n{text}"


def test_a_question_can_be_asked_weeks_later_in_another_notebook():
    """A review shows it alone, so it must not point at what stands beside it in the lesson."""
    beside = re.compile(r"(?i)\b(below|above|next cell|this lesson|here (is|are))\b")
    assert [one.id for one in ALL if beside.search(one.text)] == []


@each_lesson
def test_a_lesson_asks_for_a_guess_in_no_other_place(lesson):
    cells = lesson_cells(lesson)
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert re.findall(r"^(?!#).*\bGuess\b.*$", prose, flags=re.MULTILINE) == []


def test_nobody_sees_the_truth_where_nothing_runs():
    for one in ALL:
        bundle = ws.predict(one.id)._repr_mimebundle_()
        html = re.sub("</?code>", "`", unescape(bundle["text/html"]))
        for form in (bundle["text/plain"], html):
            assert one.text.split("\n\n")[0] in form
            assert all(option in form for option in one.options)
            assert "It is" not in form
            assert not one.why or one.why not in form
        assert "0x7f" not in bundle["text/plain"]


# -- answers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "given", "read"),
    [
        ("number", " 65 536 ", "65536"),
        ("number", "65,536", "65536"),
        ("number", "0x10", "16"),
        ("number", "0b11", "3"),
        ("bit", "7", "7"),
        ("bytes", r"\x81\x05", "81 05"),
        ("bytes", "0x81,0x05", "81 05"),
        ("words", "  it   is\nfine ", "it is fine"),
    ],
)
def test_an_answer_is_read_in_the_forms_that_people_write(kind, given, read):
    assert Prediction("03.1", kind, "?", read).read(given) == read


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("number", "six", "Expected a whole number such as 16 or 0x10, got 'six'."),
        ("number", "1.5", "Expected a whole number"),
        ("number", "1,5", "Expected a whole number"),
        ("number", "-1", "Expected a whole number"),
        ("number", "²", "Expected a whole number"),
        ("number", "9" * 400, "Expected a whole number"),
        ("bytes", "xyz!", "Expected hex digits"),
        ("choice", "a third", "Expected one of the options"),
        ("words", "   ", "Expected an answer, got an empty field."),
    ],
)
def test_what_is_no_answer_is_refused_in_a_sentence(kind, given, expected):
    with pytest.raises(InputError) as problem:
        Prediction("03.1", kind, "?", "1", options=("1", "2")).read(given)
    assert expected in str(problem.value)


def test_a_refused_answer_stays_in_the_field_and_nothing_is_kept(a_student):
    predict = opened(ws.predict(of_kind("number").id))
    answer(predict, "many")
    assert "got 'many'" in shown(predict)
    assert predict.guess.typed == "many"
    assert not a_student.read()


def test_the_truth_comes_after_the_next_cell_and_the_answer_stays_as_it_was(a_student, next_cell):
    one = of_kind("number")
    predict = opened(ws.predict(one.id))
    answer(predict, "1000")
    assert "Committed." in shown(predict)
    assert "It is" not in shown(predict)
    answer(predict, one.truth)
    next_cell()
    assert re.search(rf"You said\s+1000\s+It is\s+{one.truth}\s", shown(predict))
    assert "It did not come true." in shown(predict)
    kept = a_student.read().predictions[one.id]
    assert (kept.given, kept.right) == ("1000", False)


def test_a_right_prediction_counts_and_the_progress_says_so(a_student, next_cell):
    assert "prediction" not in repr(ws.progress())
    for one in (of_kind("number"), of_kind("choice")):
        predict = opened(ws.predict(one.id))
        if one.kind == "choice":
            predict.act({"do": "choose", "at": one.options.index(one.truth)})
            predict.act({"do": "commit"})
        else:
            answer(predict, "1000")
        next_cell()
    assert "It came true." in shown(predict)
    assert "You have committed 2 predictions, and 1 came true." in repr(ws.progress())


def test_a_sentence_is_judged_by_its_author_after_the_comparison(a_student, next_cell, monkeypatch):
    one = Prediction("03.1", "words", "Why?", "Because.")
    predict = opened(predicting.Predict(one, Guess(one)))
    answer(predict, "Who knows")
    predict.act({"do": "true"})
    assert a_student.read().predictions["03.1"].right is None
    next_cell()
    assert "Is that what you meant?" in shown(predict)
    predict.act({"do": "false"})
    predict.act({"do": "true"})
    assert a_student.read().predictions["03.1"].right is False


def test_skipping_is_one_message_and_can_be_taken_back(a_student):
    predict = opened(ws.predict(of_kind("choice").id))
    predict.act({"do": "skip"})
    assert "answer after all" in shown(predict)
    assert "commit" not in shown(predict)
    predict.act({"do": "answer"})
    assert "commit" in shown(predict)
    assert not a_student.read()


def test_a_cell_that_runs_again_and_another_kernel_show_what_was_committed(monkeypatch, next_cell):
    one = of_kind("number")
    first = opened(ws.predict(one.id))
    answer(first, one.truth)
    again = opened(ws.predict(one.id))
    assert "Committed." in shown(again)
    monkeypatch.setattr(predicting, "guesses", {})
    later = opened(ws.predict(one.id))
    assert "It came true." in shown(later)
    ws.progress(reset=True)
    anew = opened(ws.predict(one.id))
    assert "commit" in shown(anew)
    assert "You said" not in shown(anew)


def test_a_bit_is_chosen_in_the_picture_and_the_right_one_is_shown_there(a_student, next_cell):
    one = Prediction("01.1", "bit", "Which?", "20", picture=bytes.fromhex("810548"))
    predict = predicting.Predict(one, Guess(one))
    _, grid, _ = predict.widget().children
    assert grid.editable is False
    grid.selected = 3
    assert "You chose bit 3." in shown(predict)
    predict.act({"do": "commit"})
    next_cell()
    assert grid.selected == 20
    assert "bit 3" in shown(predict)
    assert "bit 20" in shown(predict)
    assert a_student.read().predictions["01.1"].given == "3"


@pytest.mark.parametrize(
    "message", [{}, {"do": "choose", "at": 99}, {"do": "x"}, {"do": "choose", "at": "0"}]
)
def test_a_message_that_means_nothing_changes_nothing(message, a_student):
    predict = opened(ws.predict(of_kind("choice").id))
    before = shown(predict)
    predict.act(message)
    assert shown(predict) == before


@pytest.mark.parametrize("name", [one.id for one in ALL if one.kind == "bit"])
def test_no_mark_of_a_fault_points_at_a_bit_before_it_is_chosen(name):
    _, grid, _ = ws.predict(name).widget().children
    assert grid.dissection.violations == ()


@pytest.mark.parametrize("name", ["99.1", "03.99", "", None, object(), []])
def test_an_unknown_prediction_is_answered_in_a_sentence(name):
    predict = ws.predict(name)
    assert "There is no prediction" in repr(predict)
    assert "0x" not in repr(predict)
    assert set(predict._repr_mimebundle_()) == {"text/plain", "text/html"}


# -- what an author is told ------------------------------------------------------------------------

GOOD = "# 1 number\n\nHow many?\n\n## It is\n\n{{ 2 + 2 }}\n\nBecause.\n"


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        (GOOD.replace("# 1 number", "# 2 number"), 1, "the heading `# 1 ` and one of number"),
        (GOOD.replace("number", "guess"), 1, "one of number, bytes, choice, bit, words"),
        (GOOD.replace("## It is", "## Is it"), 1, "`## It is` under the question"),
        (GOOD.replace("How many?", ""), 1, "a question"),
        (GOOD.replace("Because.", "a\n\nb"), 5, "the truth in one line"),
        (GOOD.replace("2 + 2", "'four'"), 7, "a truth that is a number"),
        (GOOD.replace("2 + 2", "4 +"), 7, "expressions that can be computed"),
        (GOOD.replace("How many?", "How many?\n\n- 1\n- 2"), 1, "no options"),
        (GOOD.replace("number", "choice"), 1, "two options or more"),
        (GOOD.replace("number", "bit"), 1, "`## Picture` and `## It is`"),
        (
            GOOD.replace("number", "bit")
            .replace("## It", "## Picture\n\n81\n\n## It")
            .replace("2 + 2", "8"),
            11,
            "a truth that is a bit",
        ),
    ],
)
def test_a_slip_is_named_with_file_and_line(tmp_path, text, line, expected):
    path = tmp_path / FILE
    path.write_text(GOOD, encoding="utf-8")
    assert read_page(Page(path, {}), "03")[0].truth == "4"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as problem:
        read_page(Page(path, {}), "03")
    assert str(problem.value).startswith(f"{path}:{line}: ")
    assert expected in str(problem.value)
