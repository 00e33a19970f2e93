"""The checker under everything a student, or a prankster, may hand to it."""

import hashlib
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from codecs import getincrementaldecoder
from dataclasses import replace
from html.parser import HTMLParser

import pytest

import wslearn as ws
from tests.support.contrast import contrast
from wslearn.checking import checker
from wslearn.checking import happened as record
from wslearn.checking.exercise import sealed
from wslearn.checking.panel import EDGES
from wslearn.course.exercises import find
from wslearn.lessons.lesson_04.exercises import encode_length as right_length
from wslearn.lessons.lesson_05.exercises import mask_bytes as right_mask


def encode_length(length):
    return right_length(length)


def test_the_first_wrong_bit_is_named():
    verdict = ws.check("04.2", lambda n: bytes([n]) if n < 126 else b"\x7e" + n.to_bytes(8, "big"))
    assert verdict.because == (
        "`encode_length(126)`: expected 7e 00 7e, got 7e 00 00 00 00 00 00 00 7e: "
        "the first difference is bit 17 (byte 2: 7e and 00)."
    )
    assert repr(verdict).splitlines()[1:5] == [
        "  `encode_length(126)`: the first difference is bit 17 (byte 2: 7e and 00).",
        "    expected  7e 00 7e",
        "    got       7e 00 00 00 00 00 00 00 7e",
        "                    ^^",
    ]


def test_a_difference_far_along_is_still_in_sight():
    verdict = ws.check("05.2", lambda data, key: right_mask(data, key)[:200] + data[200:])
    expected, came, mark = verdict.side_by_side
    assert expected.startswith("expected  … ")
    assert came.endswith(" …")
    assert (
        '<pre style="margin: 4px 0; white-space: pre; overflow-x: auto">'
        in (verdict._repr_mimebundle_()["text/html"])
    ), "lines that are compared roll sideways together"
    place = mark.index("^^")
    assert expected[place : place + 2] == f"{200 ^ 0x37:02x}"
    assert came[place : place + 2] == f"{200:02x}"


def test_an_http_head_is_compared_as_text():
    verdict = ws.check("02.4", lambda accept: b"HTTP/1.1 101 Switching protocols\r\n")
    assert verdict.side_by_side == (
        r"expected  HTTP/1.1 101 Switching Protocols\r\nUpgrade: webso …",
        r"got       HTTP/1.1 101 Switching protocols\r\n",
        "                                 ^",
    )


def test_an_answer_that_always_gives_none_is_wrong_and_not_unsolved_once_it_has_a_body():
    def unpack_parts(data):
        count = int.from_bytes(data[:8], "big")
        if count < 2 or 8 * (count + 1) > len(data):
            return
        raise AssertionError("no message has so many parts")

    verdict = ws.check("13.4", unpack_parts)
    assert verdict.outcome == "refused"
    assert "network byte order" in verdict.means
    assert ws.check("13.4", lambda data: None).outcome == "unsolved"


def test_an_answer_that_is_one_of_a_few_words_is_wrong_as_a_word_and_at_no_letter():
    verdict = ws.check("11.5", lambda arrivals, seconds, most: "431")
    assert verdict.because == "`answer_head([], 10, 100)`: expected '408', got '431'."
    assert verdict.side_by_side == ()
    assert "^" not in repr(verdict)


def test_the_smallest_failing_input_is_named_although_a_larger_one_comes_first():
    verdict = ws.check("04.2", lambda n: b"?" if n in (126, 125, 65_536) else right_length(n))
    assert verdict.because.startswith("`encode_length(125)`: expected 7d, got 3f")


def test_it_shows_itself_as_text_and_as_html():
    verdict = ws.check("04.2", lambda n: n.to_bytes(2, "little"))
    bundle = verdict._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/plain"] == repr(verdict) == str(verdict)
    assert repr(verdict) == (
        "✗ 04.2 Write a length: not right yet.\n"
        "  `encode_length(0)`: there should be 1 byte, yours has 2.\n"
        "    expected  00\n"
        "    got       00 00\n"
        "                 ^^"
    )


def test_it_says_the_same_each_time():
    def answer(length):
        raise ValueError(object())

    first, second = (ws.check("04.2", answer) for _ in range(2))
    assert repr(first) == repr(second)
    assert "0x" not in repr(first)
    assert first._repr_mimebundle_() == second._repr_mimebundle_()


@pytest.mark.parametrize("name", ["4.2", 4.2, " 04.2 "])
def test_a_name_may_be_written_in_several_ways(name):
    assert ws.check(name, encode_length).passed


@pytest.mark.parametrize(
    "name", ["99.1", "04.77", "", "banana", None, object(), b"04.2", [], "4" * 999]
)
def test_an_unknown_exercise_is_answered_in_a_sentence(name):
    verdict = ws.check(name, encode_length)
    assert verdict.outcome == "unknown"
    assert "There is no exercise" in verdict.headline
    assert "0x" not in repr(verdict)


def test_an_unknown_number_of_a_known_lesson_lists_what_there_is():
    assert ws.check("04.9").because == "Lesson 04 has 04.1, 04.2, 04.3, 04.4, 04.5."


def test_the_result_instead_of_the_function():
    verdict = ws.check("04.2", encode_length(5))
    assert verdict.because == (
        'Expected the function itself, got bytes: write `ws.check("04.2", encode_length)`, '
        "without brackets after the name."
    )


def test_a_wrong_signature():
    verdict = ws.check("05.2", lambda data: data)
    assert "starts with `def mask_bytes(data, key):`" in verdict.because
    assert "`def <lambda>(data):`" in verdict.because


def test_a_function_of_the_library_is_no_answer():
    assert not ws.check("05.2", ws.mask).passed
    assert "write one" in ws.check("05.2", ws.mask).because


def test_an_exception_is_reported_in_a_sentence_with_the_input_and_the_line():
    def answer(length):
        return bytes([length])  # too large from 256 on

    verdict = ws.check("04.2", lambda n: right_length(n) if n < 256 else answer(n))
    assert verdict.outcome == "raised"
    assert verdict.because.startswith("`encode_length(256)`: expected 7e 01 00, but it raised ")
    assert "ValueError: bytes must be in range(0, 256), in line " in verdict.because
    verdict = ws.check("05.2", lambda data, key: bytes([data[0] + 256]))
    assert "expected b'V', but it raised " in verdict.because  # 56 might be a number


def test_endless_recursion():
    def answer(length):
        return answer(length)

    verdict = ws.check("04.2", answer)
    assert "it called itself without end (RecursionError)" in verdict.because


def test_leaving_does_not_take_the_kernel_along():
    verdict = ws.check("04.2", lambda length: sys.exit())
    assert verdict.outcome == "raised"
    assert "SystemExit" in verdict.because


def test_a_student_may_interrupt_a_check():
    def answer(length):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)

    # A background script passes an ignored SIGINT on to what it starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        verdict = ws.check("04.2", answer)
    finally:
        signal.signal(signal.SIGINT, before)
    assert (verdict.outcome, verdict.because) == ("stopped", "You interrupted the kernel.")


def test_a_loop_that_catches_everything_is_stopped():
    def answer(length):
        while True:
            try:  # noqa: SIM105 - the worst a student may write
                sum(range(10))
            except:  # noqa: E722
                pass

    assert ws.check("04.2", answer, seconds=0.1).outcome == "stopped"


def test_a_long_wait_is_stopped():
    started = time.monotonic()
    assert ws.check("04.2", lambda n: time.sleep(60), seconds=0.1).outcome == "stopped"
    assert time.monotonic() - started < 30


def test_an_endless_loop_is_stopped_on_another_thread_too():
    def answer(length):
        while True:
            pass

    verdicts = []
    thread = threading.Thread(
        target=lambda: verdicts.append(ws.check("04.2", answer, seconds=0.1)), daemon=True
    )
    thread.start()
    thread.join(5)
    assert [verdict.outcome for verdict in verdicts] == ["stopped"]


def test_somebody_elses_alarm_is_kept():
    rung = []
    before = signal.signal(signal.SIGALRM, lambda number, frame: rung.append(number))
    delay = signal.setitimer(signal.ITIMER_REAL, 0.15)
    try:
        ws.check("04.2", lambda n: time.sleep(60), seconds=0.05)
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
        time.sleep(0.2)
        assert rung == [signal.SIGALRM]
    finally:
        signal.setitimer(signal.ITIMER_REAL, *delay)
        signal.signal(signal.SIGALRM, before)


def test_the_limit_is_two_seconds_unless_told_otherwise(monkeypatch):
    assert checker.SECONDS == 2
    monkeypatch.setattr("wslearn.course.answers.SECONDS", 0.05)
    assert "within 0.05 seconds" in ws.check("04.2", lambda n: time.sleep(9)).because


def test_printing_instead_of_returning_is_noticed(capsys):
    verdict = ws.check("04.2", lambda length: print(length))  # noqa: PLW0108
    assert "`return`" in verdict.means
    assert verdict.printed == "5\n126\n65536 …"
    assert capsys.readouterr().out == ""


def test_a_flood_of_output_is_cut():
    def answer(length):
        print("x" * 1_000_000)
        return b"?"

    assert len(repr(ws.check("04.2", answer))) < 1_000


def test_a_large_result_is_cut():
    assert len(repr(ws.check("04.2", lambda n: bytes(100_000)))) < 1_000
    assert len(repr(ws.check("04.1", lambda n: 10**10_000))) < 1_000
    assert len(repr(ws.check("01.1", lambda byte: "0" * 100_000))) < 1_000


def test_changing_the_input_is_refused_and_does_no_harm():
    def answer(offered, supported):
        while offered:
            if (name := offered.pop(0)) in supported:
                return name
        return None

    verdict = ws.check("02.5", answer)
    assert not verdict.passed
    assert "changed what it was given" in verdict.because
    assert sealed(find("02.5")).intact()


class AlwaysEqual:
    def __eq__(self, other):
        return True

    __hash__ = None


class BytesThatAgree(bytes):
    def __eq__(self, other):
        return True

    __hash__ = None


class Unprintable:
    def __repr__(self):
        raise RuntimeError("no")

    __str__ = __repr__

    @property
    def __class__(self):
        raise RuntimeError("no")


RESULTS = {
    "equals everything": AlwaysEqual(),
    "bytes that equal everything": BytesThatAgree(b"?"),
    "fails when looked at": Unprintable(),
    "a class": Exception,
    "a dict": {},
    "a float": 1.5,
    "a generator": (number for number in ()),
    "lists": [[[[[]]]]],
}


@pytest.mark.parametrize("name", RESULTS)
def test_no_object_talks_the_checker_into_anything(name):
    result = RESULTS[name]
    verdict = ws.check("04.2", lambda length: result)
    assert not verdict.passed
    assert repr(verdict)
    assert ws.check("04.2", result).passed is False


def test_an_error_that_cannot_be_shown_is_survived():
    class NastyError(Exception):
        def __str__(self):
            raise RuntimeError("no")

    def answer(length):
        raise NastyError

    assert not ws.check("04.2", answer).passed


def test_a_bytearray_counts_as_bytes_and_one_does_not_count_as_true():
    assert ws.check("04.2", lambda length: bytearray(right_length(length))).passed
    verdict = ws.check("03.3", lambda opcode: int(opcode > 7))
    assert verdict.because == (
        "`is_control(0)`: expected False, got 0: the answer should be a bool, yours is an int."
    )


def test_a_coroutine_is_no_answer():
    async def answer(length):
        return right_length(length)

    assert "coroutine" in ws.check("04.2", answer).because


def test_a_swapped_library_does_not_make_wrong_right(monkeypatch):
    wrong = lambda data, key, phase=0: data  # noqa: E731
    monkeypatch.setattr(ws, "mask", wrong)
    monkeypatch.setattr("wslearn.protocol.masking.mask", wrong)
    monkeypatch.setattr("wslearn.protocol.length.encode_length", lambda *_: (0, b""))
    assert not ws.check("05.2", lambda data, key: data).passed
    assert ws.check("05.2", lambda data, key: right_mask(data, key, *())).passed


def test_a_swapped_hash_is_noticed(monkeypatch):
    sealed(find("02.1"))
    monkeypatch.setattr(hashlib, "sha1", hashlib.md5)
    verdict = ws.check("02.1", lambda key: "anything")
    assert verdict.outcome == "tampered"
    assert "Restart the kernel" in verdict.because


def test_a_hash_swapped_before_the_first_check_is_noticed_too(monkeypatch):
    never_checked = replace(find("02.1"))
    monkeypatch.setattr(hashlib, "sha1", hashlib.md5)
    assert checker.judge(never_checked, lambda key: "anything").outcome == "tampered"


def test_the_expected_results_are_in_no_frame_below_the_answer():
    below = []

    def answer(length):
        frame = sys._getframe(1)
        while frame is not None and frame.f_code is not below_here:
            below.extend(frame.f_locals.values())
            frame = frame.f_back
        return b"?"

    below_here = sys._getframe().f_code
    assert not ws.check("04.2", answer).passed
    assert below
    assert not any(type(value).__name__ == "Sealed" for value in below)
    assert not any(type(value) is bytes for value in below)


@pytest.mark.parametrize(
    ("name", "fake"),
    [
        ("wslearn.checking.checker.same", lambda one, other: True),
        ("wslearn.checking.values.same", lambda one, other: True),
        ("wslearn.checking.exercise.same", lambda one, other: True),
        ("wslearn.checking.runner.plain", lambda value: b""),
        ("wslearn.checking.exercise.plain", lambda value: b""),
        ("wslearn.checking.verdict.Verdict.passed", True),
        ("wslearn.checking.checker._all_right", lambda exercise, done: None),
    ],
)
def test_a_swapped_part_of_the_checker_does_not_make_wrong_right(monkeypatch, name, fake):
    sealed(find("04.2"))
    monkeypatch.setattr(name, fake)
    assert ws.check("04.2", lambda length: b"?").outcome != "passed"


def test_a_checker_that_finds_everything_right_is_noticed(monkeypatch):
    sealed(find("04.2"))
    monkeypatch.setattr(checker, "same", lambda one, other: True)
    assert ws.check("04.2", encode_length).outcome == "tampered"


def mix(length):
    return b"" + "text"


def mix_the_other_way(length):
    return "text" + b""


def number_to_bytes(length):
    return b"" + length


def change_bytes(length):
    made = bytes(2)
    made[0] = length
    return made


def shadowed(length):
    bytes = b""  # noqa: A001
    return bytes([length])


def hash_text(length):
    return hashlib.sha1("text").digest()


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        (mix, "Text and bytes do not mix"),
        (mix_the_other_way, "Text and bytes do not mix"),
        (number_to_bytes, "`bytes([number])` turns a number into one byte"),
        (lambda length: 2 + bytes(2), "`int.from_bytes(...)` bytes into a number"),
        (lambda length: "text" ^ 1, "`.encode()` turns text into bytes, and each byte"),
        (lambda length: bytes(2) ^ 1, "bytes are many numbers"),
        (change_bytes, "Bytes cannot be changed once they are made"),
        (lambda length: [].pop(), "The list is empty, so nothing is left to take out"),
        (lambda length: getincrementaldecoder("utf-8").decode(b""), "Brackets after it make one"),
        (lambda length: [b"a", b"b"], '`b"".join(...)` joins them'),
        (shadowed, "was given another value in an earlier cell"),
        (hash_text, "`.encode()` turns text into bytes"),
        (lambda length: b""[5], "It looked past the end"),
        (lambda length: lenght, "A name is misspelt"),  # noqa: F821
        (lambda n: right_length(n) if n < 256 else n.to_bytes(1, "big"), "needs more bytes"),
        (lambda length: bytes([length]), "126 and 127 were written as short lengths"),
        (lambda length: "text", "`.encode()` turns text into bytes"),
        (lambda length: length + 1000, "`bytes([number])` turns it into one byte"),
        (lambda length: [length], "put `bytes(...)` around"),
        (lambda length: map(int, "1"), "nobody made them"),
        (lambda length: right_length(length) if length < 9 else None, "the function returned None"),
        (lambda length: object(), ""),
    ],
)
def test_a_mistake_that_every_beginner_makes_is_explained(answer, means):
    verdict = ws.check("04.2", answer)
    assert not verdict.passed
    assert means in verdict.means
    assert bool(means) == bool(verdict.means)


def test_listeners_hear_of_a_check_and_a_broken_one_does_no_harm(monkeypatch):
    heard = []
    monkeypatch.setattr(record, "listeners", [lambda event: 1 / 0, heard.append])
    ws.check("04.2", encode_length)
    ws.check("04.2")
    assert heard == [
        record.Event("check", "04.2", "passed"),
        record.Event("check", "04.2", "unsolved"),
    ]


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = set()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)


def test_what_a_student_prints_is_text_and_never_markup():
    def answer(length):
        print("<script>alert(1)</script>")
        raise ValueError("<img src=x>")

    tags = Tags()
    tags.feed(ws.check("04.2", answer)._repr_mimebundle_()["text/html"])
    assert tags.seen == {"div", "span", "b", "pre", "code"}


def test_importing_wslearn_loads_no_exercise():
    code = "import sys, wslearn; assert not [m for m in sys.modules if 'wslearn.course' in m]"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.slow
def test_an_endless_loop_in_a_jupyter_kernel_is_stopped_and_the_kernel_lives_on():
    nbformat = pytest.importorskip("nbformat")
    client = pytest.importorskip("nbclient").NotebookClient
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(
                "import wslearn as ws\n"
                "def encode_length(length):\n"
                "    while True:\n"
                "        length += 1\n"
                "print(ws.check('04.2', encode_length, seconds=0.2).outcome)"
            ),
            nbformat.v4.new_code_cell(
                "def encode_length(length):\n    x = 1\n    return x / 0\n"
                "ws.check('04.2', encode_length)"
            ),
        ]
    )
    client(notebook, timeout=30).execute()
    stopped, raised = (cell.outputs[0] for cell in notebook.cells)
    assert stopped["text"] == "stopped\n"
    assert raised["data"]["text/plain"].endswith(
        "it raised ZeroDivisionError: division by zero, in line 3 of your cell: `return x / 0`."
    )


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        (lambda byte, place: f"{byte:08b}"[place], "`int(...)` turns the text"),
        (lambda byte, place: f"{byte:08b}"[place] == "1", "`int(...)` turns it into 1 or 0"),
    ],
)
def test_the_right_value_in_another_type_comes_with_a_way_to_convert_it(answer, means):
    assert means in ws.check("01.2", answer).means


def test_true_in_place_of_false_is_not_taken_for_a_wrong_type():
    verdict = ws.check("03.3", lambda opcode: opcode in (0, 9))
    assert verdict.because == "`is_control(0)`: expected False, got True."
    assert verdict.means == ""


@pytest.mark.parametrize("edge", EDGES.values())
@pytest.mark.parametrize("paper", ["#ffffff", "#111111"])
def test_an_edge_is_seen_on_light_and_on_dark_paper(edge, paper):
    assert contrast(edge, paper) >= 3


def by_start(head, name):
    for line in head.split("\r\n"):
        if line.startswith(name):
            return line.split(":")[1].strip()  # cuts a port off as well: two slips in one
    return None


def impatient(data):
    if data[0] & 127 == 126:
        return struct.unpack("!H", data[1:3])[0]
    return int.from_bytes(data[1:9], "big") if data[0] & 127 == 127 else data[0] & 127


@pytest.mark.parametrize(
    ("name", "answer", "means"),
    [
        ("01.3", lambda byte: (byte >> 4, str(byte & 15)), "`int(...)` turns the text"),
        ("01.5", lambda one, other: one ^ other, "`for a, b in zip(...)`"),
        ("01.5", lambda one, other: str(one) ^ str(other), "each byte is a number"),
        ("02.2", by_start, "`Host` and `host` are one name"),
        ("03.1", lambda fin, opcode: bytes([fin << 7 | opcode]), "leave `bytes(...)` out"),
        ("03.4", lambda text: bytes([129] + text.encode()), "do not add up"),  # noqa: RUF005
        ("03.4", lambda text: bytes([129, len(text), text.encode()]), "is not a number"),
        ("04.2", bytes, "with the value 5 is `bytes([5])`"),
        ("05.2", lambda data, key: bytes(b ^ key[i] for i, b in enumerate(data)), "key[i % 4]"),
        ("04.3", impatient, "The two bytes of the length have not come yet"),
    ],
)
def test_a_beginners_slip_is_told_from_similar_ones(name, answer, means):
    verdict = ws.check(name, answer)
    assert verdict.outcome in ("refused", "raised")
    assert means in verdict.means


def test_an_answer_like_a_known_slip_at_one_input_alone_is_not_told_that_slip():
    verdict = ws.check("03.2", lambda byte: (byte > 127 or byte in (1, 40, 50), byte & 0b1111))
    assert verdict.because.startswith("`read_first_byte(1)`: expected (False, 1), got (True, 1)")
    assert verdict.means == ""


def test_a_function_that_has_a_return_is_not_told_that_it_has_none():
    def answer(offered, supported):
        for name in offered[:1]:
            if name in supported:
                return name
        return None

    assert "no `return`" not in ws.check("02.5", answer).means
    verdict = ws.check("02.2", lambda head, name: "localhost" if name == "Host" else None)
    assert verdict.means
    assert "no `return`" not in verdict.means


def test_a_greeting_is_told_that_its_letters_take_more_than_a_byte():
    verdict = ws.check("00.1", "Grüße")
    assert verdict.because == "the bytes its frame takes: expected 12, got 13."
    assert verdict.means.startswith("It has 5 letters or signs, but they take 7 bytes: in UTF-8 ")
    assert ws.check("00.1", "Hello w").because == verdict.because
    assert ws.check("00.1", "Hello w").means == ""
    assert ws.check("00.1", "Grüß").passed


def test_an_empty_input_is_named_only_if_nothing_else_fails():
    verdict = ws.check("01.5", lambda one, other: b"?")
    assert verdict.because.startswith('`xor(bytes.fromhex("0f"), bytes.fromhex("ff"))`: ')
    verdict = ws.check("05.2", lambda data, key: right_mask(data, key) or b"?")
    assert verdict.because.startswith("`mask_bytes(b'', ")


def test_bytes_beside_a_number_say_that_they_are_bytes():
    verdict = ws.check("03.1", lambda fin, opcode: bytes([0x80]) if opcode == 0 else opcode)
    assert verdict.because.startswith(
        '`first_byte(False, 0)`: expected 0, got bytes.fromhex("80"): '
    )


def test_a_head_is_shown_as_text_and_a_length_as_hex():
    answer = ws.check("02.4", lambda accept: b"HTTP/1.1 101 Switching protocols\r\n")
    assert r"got b'HTTP/1.1 101 Switching protocols\r\n'" in answer.because
    assert "the first difference is character 23 ('P' and 'p')" in answer.because
    assert ws.check("02.4").examples[0][1].startswith("b'HTTP/1.1 101 Switching Protocols")
    assert 'bytes.fromhex("7e")' in ws.check("04.3", impatient).because
    assert "it raised struct.error: unpack" in ws.check("04.3", impatient).because


def test_a_tuple_says_which_of_its_values_differs():
    assert ws.check("03.2", lambda byte: (True, byte & 15)).because.endswith(
        "the first of the two differs."
    )
    assert ws.check("01.3", lambda byte: (byte >> 4, 0)).because.endswith(
        "the second of the two differs."
    )


def test_a_passed_check_counts_only_what_the_student_can_see():
    assert ws.check("04.2", encode_length).because == "Right for all 19 inputs tried."
