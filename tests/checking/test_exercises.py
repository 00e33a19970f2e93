"""Every exercise: its solution passes, its typical wrong answers fail, and each says why."""

import importlib
import re
import time
from dataclasses import replace

import pytest

import wslearn as ws
from wslearn.checking import cells, solutions, usual
from wslearn.checking.exercise import Exercise, Raised, Sealed, same, sealed
from wslearn.course.answers import check
from wslearn.course.exercises import LESSONS, every_exercise, of_lesson
from wslearn.protocol import codes, frame, length, masking
from wslearn.protocol.accept import GUID, accept_key

EXERCISES = every_exercise()
FUNCTIONS = [exercise for exercise in EXERCISES if not exercise.asks_for_a_value]


def named(exercise: Exercise) -> str:
    return exercise.id


each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=named)
each_function = pytest.mark.parametrize("exercise", FUNCTIONS, ids=named)


def as_a_student(answer):
    """Our function as if defined in a notebook: wslearn's own functions are refused as answers."""
    return (lambda *given: answer(*given)) if callable(answer) else answer  # noqa: PLW0108


def run_cell(source: str) -> tuple[dict, object]:
    """Run a notebook cell; return its names and the value of its last line, which is a check."""
    names = {"ws": ws}
    *body, last = source.rstrip().splitlines()
    exec(compile("\n".join(body), "a cell", "exec"), names)
    return names, eval(last, names)


@each_exercise
def test_some_input_tells_a_typical_wrong_answer_from_the_reference(exercise):
    """Otherwise the checker believes that it was tampered with, and judges nothing."""
    whole = sealed(exercise)
    told = zip(exercise.wrong, whole.wrong, strict=True)
    assert [wrong.means for wrong, came in told if same(came, whole.expected)] == []


@each_exercise
def test_the_folded_solution_is_whole_and_passes(exercise):
    _, verdict = run_cell(cells.solved(exercise))
    assert verdict.passed, verdict
    assert verdict.outcome == "passed"


@each_exercise
def test_a_typical_wrong_answer_is_refused_and_told_what_it_means(exercise):
    for wrong in exercise.wrong:
        verdict = check(exercise.id, as_a_student(wrong.answer))
        assert not verdict.passed, wrong
        assert verdict.means == wrong.means
        assert verdict.because


def test_each_wrong_answer_has_its_own_message():
    for exercise in EXERCISES:
        assert len(exercise.wrong) >= 3, exercise.id
        assert len({wrong.means for wrong in exercise.wrong}) == len(exercise.wrong), exercise.id


@each_exercise
def test_a_wrong_answer_is_never_told_the_cause_of_another(exercise):
    """Each is taken out in turn, to act as an answer that the exercise does not know."""
    whole = sealed(exercise)
    told = []
    for at, (wrong, came) in enumerate(zip(exercise.wrong, whole.wrong, strict=True)):
        others = replace(exercise, wrong=exercise.wrong[:at] + exercise.wrong[at + 1 :])
        known = Sealed(others, whole.expected, whole.wrong[:at] + whole.wrong[at + 1 :])
        cases = range(len(came))
        failing = [index for index in cases if not same(whole.expected[index], came[index])]
        smallest = min(failing, key=lambda index: exercise.cases[index].weight)
        means = usual.usually(known, came, failing, smallest, "")
        if means in {other.means for other in others.wrong}:
            told.append((wrong.means, "was told", means))
    assert told == []


def shown(exercise):
    """The cases shown with the task."""
    return [case for case in exercise.cases if not case.hidden]


@each_exercise
def test_the_untouched_starter_runs_and_is_not_solved_yet(exercise):
    _, verdict = run_cell(cells.starter(exercise))
    assert verdict.outcome == "unsolved"
    assert "not solved yet" in repr(verdict)
    assert len(verdict.examples) == (0 if exercise.asks_for_a_value else len(shown(exercise)))


@each_function
def test_an_empty_answer_is_not_solved_yet(exercise):
    assert check(exercise.id, lambda *arguments: None).outcome == "unsolved"
    assert check(exercise.id).outcome == "unsolved"


def test_an_answer_without_its_return_has_been_begun():
    def is_control(opcode):
        opcode > 7  # noqa: B015

    verdict = check("03.3", is_control)
    assert verdict.outcome == "refused"
    assert "no `return` was reached" in verdict.means


@each_function
def test_an_endless_loop_is_stopped(exercise):
    def answer(*arguments):
        while True:
            pass

    started = time.monotonic()
    verdict = check(exercise.id, answer, seconds=0.05)
    assert verdict.outcome == "stopped"
    assert time.monotonic() - started < 30  # soon, and not at the end of the test


@each_function
def test_an_answer_that_knows_the_shown_cases_only_does_not_pass(exercise):
    table = [
        (case.arguments, exercise.call(exercise.reference, case.copied()))
        for case in shown(exercise)
    ]

    def answer(*arguments):
        return next((result for known, result in table if known == arguments), "?")

    assert not check(exercise.id, answer).passed
    assert any(case.hidden for case in exercise.cases)


@each_function
def test_the_reference_cannot_be_swapped_from_outside(exercise, monkeypatch):
    sealed(exercise)
    wrong = exercise.wrong[0].answer
    module = importlib.import_module(f"wslearn.lessons.lesson_{exercise.lesson}.solutions")
    monkeypatch.setattr(module, exercise.name, wrong)
    assert not check(exercise.id, as_a_student(wrong)).passed
    with pytest.raises(AttributeError):
        exercise.reference = wrong


def test_a_reference_has_an_answer_to_every_input():
    """If it raised, no right answer could pass."""
    for exercise in EXERCISES:
        raised = [one for one in sealed(exercise).expected if isinstance(one, Raised)]
        assert raised == [], exercise.id


def test_a_reference_agrees_with_outside_sources():
    for exercise in EXERCISES:
        if exercise.anchor is not None:
            arguments, expected = exercise.anchor
            assert same(exercise.call(exercise.reference, arguments), expected), exercise.id
        assert sealed(exercise).intact(), exercise.id


def test_the_solutions_of_lesson_01_use_no_python_that_it_has_not_shown():
    for exercise in of_lesson("01"):
        shown = solutions.source(exercise)
        assert shown.startswith(exercise.starter + "\n")
        for untaught in ("|", "strict", "->", ": int", ": bytes", ":08b", "enumerate"):
            assert untaught not in shown, exercise.id


def test_the_task_says_what_to_do_and_not_how():
    for exercise in EXERCISES:
        text = cells.task(exercise)
        assert exercise.title in text
        assert f"`{exercise.name}`" in text
        body = solutions.source(exercise).strip().splitlines()[-1].strip()
        assert body not in text, exercise.id
        assert not re.search(r"\b0[xb]\d", text), "the task shows no byte: examples are computed"
        assert len(exercise.hints) == len(set(exercise.hints)) == 3, exercise.id


def test_every_lesson_has_at_least_four_exercises_and_their_names_are_in_order():
    for lesson in LESSONS:
        ids = [exercise.id for exercise in of_lesson(lesson)]
        assert ids == [f"{lesson}.{number}" for number in range(1, len(ids) + 1)]
        assert len(ids) >= (1 if lesson == "00" else 4)


def arguments_of(name: str) -> list[tuple]:
    exercise = next(one for one in EXERCISES if one.name == name)
    return [case.arguments for case in exercise.cases]


def reference(name: str):
    return next(one.reference for one in EXERCISES if one.name == name)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("accept_key", accept_key),
        ("first_byte", lambda fin, opcode: frame.Frame(opcode, fin=fin).first_byte()),
        ("is_control", codes.is_control),
        ("text_frame", lambda text: frame.Frame.text(text).encode()),
        ("length_bits", lambda size: length.shortest_form(size).bits),
        (
            "encode_length",
            lambda size: bytes([length.encode_length(size)[0]]) + length.encode_length(size)[1],
        ),
        ("header_size", lambda size, masked: length.header_size(size, masked=masked)),
        (
            "legal_length",
            lambda data: not ws.dissect(b"\x82" + data, receiver="client").violations,
        ),
        ("mask_bytes", masking.mask),
        ("mask_piece", masking.mask),
        ("client_frame", lambda text, key: frame.Frame.text(text).encode(mask_key=key)),
    ],
)
def test_a_reference_gives_what_the_protocol_layer_gives(name, known):
    for arguments in arguments_of(name):
        assert reference(name)(*arguments) == known(*arguments), arguments


def test_the_guid_a_student_types_is_the_one_of_the_protocol_layer():
    lesson = importlib.import_module("wslearn.lessons.lesson_02.solutions")
    assert lesson.GUID == GUID
