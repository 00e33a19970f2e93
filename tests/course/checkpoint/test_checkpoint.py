"""The checkpoints: fair twins that no lesson gives away, every click kept, and an honest gain."""

import base64
import hashlib
import json
import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wslearn as ws
from tests.support.places import NOTEBOOKS
from tests.tools.seal_bank import BANK
from tests.tools.sections import read_sections
from wslearn.__main__ import main
from wslearn.course.checkpoint.bank import SEALED, UNKNOWN, items, read
from wslearn.course.checkpoint.gain import answers, normalised, of_class, right
from wslearn.course.checkpoint.numbers import NUMBERS, WHICH
from wslearn.course.lessons import COURSE
from wslearn.course.progress_place import COPY
from wslearn.course.progress_record import Given, Record, as_text
from wslearn.course.prose import folder_of, page_of
from wslearn.course.quizzes import questions
from wslearn.course.sealed import sealed
from wslearn.protocol.accept import accept_key
from wslearn.protocol.dissect import dissect
from wslearn.protocol.errors import InputError
from wslearn.protocol.frame import Frame
from wslearn.protocol.masking import mask

BYTES = re.compile(r"\b[0-9a-f]{2}(?: [0-9a-f]{2})+\b")
each_test = pytest.mark.parametrize("which", WHICH)


def take(which, rights):
    """The record of a test with right answers to these questions (counted from 0)."""
    chosen = {
        item: item.question.right if at in rights else _wrong(item)
        for at, item in enumerate(items(which))
    }
    return answers(chosen, which, "2031-03-03T10:00:00Z")


def _wrong(item):
    return next(at for at, one in enumerate(item.misconceptions) if one)


# -- the bank --------------------------------------------------------------------------------------


def test_the_sealed_bank_is_as_the_page_says():
    text = BANK.read_text(encoding="utf-8")
    assert SEALED.read_text(encoding="utf-8") == sealed(text), "python -m tests.tools.seal_bank"
    for which in WHICH:
        assert read(BANK, which) == items(which)


def test_nothing_of_it_can_be_read_in_the_package():
    package = Path(ws.__file__).parent
    for path in (package / "course" / "checkpoint").iterdir():
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            for item in items("before"):
                assert item.question.text[:30] not in text
                assert not any(one and one in text for one in item.misconceptions)


@each_test
def test_ten_questions_with_one_right_option_and_a_misconception_behind_each_wrong_one(which):
    assert len({item.name for item in items(which)}) == len(items(which)) == 10
    for item in items(which):
        options = item.question.options
        assert options[-1] == UNKNOWN
        assert len({option.text for option in options}) == len(options) == 5, item.name
        assert sum(option.right for option in options) == 1
        named = [one for one, option in zip(item.misconceptions, options, strict=True) if one]
        assert len(set(named)) == 3
        assert all(option.feedback for option in options[:-1])
        assert item.misconceptions[item.question.right] == ""
    assert len({item.question.right for item in items(which)}) >= 3


def test_twins_differ_in_bytes_and_agree_in_the_rule():
    for twins in zip(*map(items, WHICH), strict=True):
        assert len({twin.name for twin in twins}) == 1
        assert len({twin.question.source for twin in twins}) == 1
        assert len({frozenset(twin.misconceptions) for twin in twins}) == 1
        shown = [_shown(twin) for twin in twins]
        assert len(set(shown)) == len(WHICH), twins[0].name
        numbers = [set(re.findall(r"\b[\w=]*\d[\w=]*\b", one)) for one in shown]
        asked = [frozenset(re.findall(r"\b[\w=]*\d[\w=]*\b", twin.question.text)) for twin in twins]
        assert all(numbers)
        assert len(set(asked)) == len(WHICH), "the question itself has other numbers"
    for name in NUMBERS["before"]:
        values = [NUMBERS[which][name] for which in WHICH]
        assert len(set(values)) == len(WHICH), name


def _shown(item):
    return "\n".join([item.question.text, *sorted(one.text for one in item.question.options)])


def test_no_lesson_has_the_bytes_of_a_question():
    lessons = []
    for notebook in NOTEBOOKS.glob("*.ipynb"):
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
            lessons.append("".join(cell["source"]))
            for output in cell.get("outputs", ()):
                data = output.get("data", {})
                lessons += ["".join(output.get("text", "")), "".join(data.get("text/plain", ""))]
                lessons.append(re.sub(r"<[^>]*>", " ", "".join(data.get("text/html", ""))))
    for lesson in COURSE:
        for name in ("exercises.md", "teaching.md"):
            page = page_of(lesson.number, name)
            lessons += [page.computed(one.text, one.first) for one in page.sections()]
        for question in questions(lesson.number):
            lessons += [question.text, *(option.text for option in question.options)]
        folder = Path(str(folder_of(lesson.number)))
        lessons += [path.read_text(encoding="utf-8") for path in folder.glob("*.py")]
    everything = " ".join("\n".join(lessons).lower().split())
    runs = {run for text in lessons for run in BYTES.findall(text.lower())}
    assert len(runs) > 100
    for which in WHICH:
        for item in items(which):
            for found in BYTES.findall(_shown(item)):
                assert found not in runs, f"{which} {item.name}"
                if len(found) > len("01 02 03"):  # shorter ones occur in any long dump
                    assert found not in everything, f"{which} {item.name}"
                    assert found.replace(" ", "") not in everything, f"{which} {item.name}"


def test_every_source_is_a_section_and_a_lesson_that_exist():
    known = read_sections()
    for item in items("before"):
        document, lesson = item.question.source.split(", lesson ")
        sections = document.removeprefix("RFC 6455 §").split(", §")
        assert all(("6455", section) in known for section in sections)
        assert lesson in {one.number for one in COURSE}


@each_test
def test_the_right_options_are_what_the_protocol_says(which):
    told = {item.name: item.question.options[item.question.right].text for item in items(which)}
    text = {item.name: item.question.text for item in items(which)}
    (byte,) = re.findall(r"as (\w\w) in", text["bits-of-a-byte"])
    assert int(told["bits-of-a-byte"], 2) == int(byte, 16)
    (length,) = re.findall(r"of (\d+) in", text["order-of-two-bytes"])
    assert int.from_bytes(bytes.fromhex(told["order-of-two-bytes"]), "big") == int(length)
    key, at, wire = re.findall(
        r"is ([\w ]+)\. Byte (\d+).*travels as (\w\w)\.", text["unmask-one-byte"], re.DOTALL
    )[0]
    plain = bytes(int(at)) + bytes.fromhex(told["unmask-one-byte"])
    assert mask(plain, bytes.fromhex(key))[-1] == int(wire, 16)
    (size,) = re.findall(r"with (\d+) bytes", text["length-from-a-client"])
    frame = Frame.binary(bytes(int(size))).encode(mask_key=bytes(4))
    assert frame[1:4] == bytes.fromhex(told["length-from-a-client"])
    (short,) = re.findall(r"of (\d+) bytes", text["size-of-a-frame"])
    whole = Frame.text("a" * int(short)).encode(mask_key=bytes(4))
    assert len(whole) == int(told["size-of-a-frame"])
    (first,) = re.findall(r"byte (\w\w)\.", text["first-byte"])
    saying = told["first-byte"]
    fin, kind = int(first, 16) & 128, {1: "text", 2: "binary"}[int(first, 16) & 15]
    assert saying.startswith("a whole" if fin else "the first part")
    assert kind in saying
    (sent,) = BYTES.findall(text["unmasked-at-the-server"])
    assert dissect(sent, "server").close_code == 1002
    (nonce,) = re.findall(r"Key: ([\w+/=]+)", text["answer-to-a-key"])
    hashed = hashlib.sha1(f"{nonce}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()
    assert accept_key(nonce) == base64.b64encode(hashed).decode()
    assert told["answer-to-a-key"].startswith(f"The characters {nonce}, followed")
    (ping,) = BYTES.findall(text["ping-inside-a-message"])
    assert dissect(ping, "client").frame == Frame.ping(bytes.fromhex(ping)[2:])
    (body,) = BYTES.findall(text["body-of-a-close"])
    closing = dissect(Frame(8, bytes.fromhex(body)).encode(), "client")
    code, reason = re.findall(r"Code (\d+), and the reason “(.*)”", told["body-of-a-close"])[0]
    assert closing.frame == Frame.close(int(code), reason)


def test_a_wrong_option_without_a_misconception_is_an_error_with_its_line(tmp_path):
    page = tmp_path / "bank.md"
    page.write_text(
        "# a\n\nWhat?\n\n- [x] yes\n\n  It is.\n\n- [ ] no\n\n  No.\n\n*RFC 6455 §5.2*\n"
    )
    with pytest.raises(InputError, match=r"bank.md:1: expected a misconception, a colon"):
        read(page, "before")


# -- one student -----------------------------------------------------------------------------------


def test_each_click_is_kept_and_the_first_one_counts(kept):
    test = ws.checkpoint()
    assert test.which == "before"
    right_one, wrong = test.questions[0].right, _wrong(items("before")[0])
    assert test.choose(0, wrong) == ""
    test.choose(0, right_one)
    again = ws.checkpoint()
    assert again.chosen[0] == [wrong]
    assert again.score.startswith("1 of 10 answered.")
    (given,) = kept.read().tests.values()
    assert (given.given, given.right) == (again.questions[0].options[wrong].text, False)


def test_a_test_tells_neither_right_nor_wrong_before_the_last_one(kept):
    test = ws.checkpoint("before")
    box = test.widget()
    for at, question in enumerate(test.questions):
        rows = box.children[1 + at].children[1:]
        rows[2 * question.right].click()
        assert "Noted." in rows[2 * question.right + 1].value
        assert [row.disabled for row in rows[::2]].count(False) == 1
    assert box.children[-1].value.count("You knew 10 of 10 before lesson 01.") == 1
    shown = repr(ws.checkpoint("before"))
    for item in items("before"):
        assert not any(one and one in shown for one in item.misconceptions)
        assert not any(one.feedback and one.feedback in shown for one in item.question.options)


def test_the_gain_is_shown_and_at_the_end_what_a_wrong_answer_comes_from(kept):
    kept.put(Record(tests=take("before", {0, 1})))
    kept.put(Record(tests=take("halfway", range(6))))
    assert repr(ws.checkpoint("halfway")).startswith(
        "○ You knew 2 of 10 before lesson 01, 6 of 10 after lesson 07. "
        "You gained 50% of what there was to gain."
    )
    kept.put(Record(tests=take("after", range(1, 10))))
    shown = repr(ws.checkpoint("after"))
    assert "9 of 10 after lesson 14. You gained 87% of" in shown
    first = items("after")[0]
    misconception = first.misconceptions[_wrong(first)]
    assert f"{misconception}: {first.question.options[_wrong(first)].feedback}" in shown
    html = unescape(ws.checkpoint("after")._repr_mimebundle_()["text/html"])
    assert misconception in html
    assert html.count('aria-label="not right"') == 8 + 4 + 1


@pytest.mark.parametrize(
    ("rights", "said"),
    [
        ((range(10), range(10)), "There was nothing left to gain."),
        ((range(5), range(3)), "That is less than before"),
        ((range(5), range(5)), "You gained 0% of"),
    ],
)
def test_a_gain_of_nothing_is_reported_too(kept, rights, said):
    before, after = rights
    kept.put(Record(tests={**take("before", before), **take("after", after)}))
    assert said in repr(ws.checkpoint("after"))


def test_the_test_that_comes_next_is_found(kept):
    assert ws.checkpoint().which == "before"
    kept.add("06.1", "passed")
    assert ws.checkpoint().which == "before"
    kept.add("07 question 2", "wrong")
    assert ws.checkpoint().which == "halfway"
    kept.put(Record(tests=take("halfway", range(4))))
    assert repr(ws.checkpoint()).startswith("○ You knew 4 of 10 after lesson 07.")
    kept.add("14.1", "tried")
    assert ws.checkpoint().which == "after"


@pytest.mark.parametrize("name", ["x", "", 7, object(), [], "Before"])
def test_an_unknown_test_is_answered_in_a_sentence(kept, name):
    shown = ws.checkpoint(name)
    assert 'There are `ws.checkpoint("before")`' in repr(shown)
    assert set(shown._repr_mimebundle_()) == {"text/plain", "text/html"}


def test_where_nothing_runs_a_test_is_text_without_answers(kept):
    bundle = ws.checkpoint()._repr_mimebundle_()
    for form in ("text/plain", "text/html"):
        for item in items("before"):
            assert not any(one and one in bundle[form] for one in item.misconceptions)


# -- a class ---------------------------------------------------------------------------------------


@given(st.floats(0, 0.99), st.floats(0, 1))
def test_a_gain_of_all_is_one_and_of_nothing_is_none(before, after):
    gain = normalised(before, after)
    assert gain <= 1
    assert (gain > 0) == (after > before)
    assert normalised(before, 1.0) == pytest.approx(1)
    assert normalised(1.0, after) is None


def test_what_a_file_says_of_right_and_wrong_is_not_believed():
    item = items("before")[0]
    wrong = item.question.options[_wrong(item)].text
    lie = Record(tests={f"before.{item.name}": Given("2031-03-03T10:00:00Z", wrong, True)})
    assert right(lie, "before") == {item.name: False}
    stale = Record(tests={f"before.{item.name}": Given("2031-03-03T10:00:00Z", "<b>", True)})
    assert right(stale, "before") == {item.name: False}


def test_a_class_is_counted_question_by_question_from_those_who_took_both():
    both = [
        Record(tests={**take("before", {0}), **take("after", {0, 1})}),
        Record(tests={**take("before", {0, 1}), **take("after", {0, 1, 2})}),
    ]
    one_only = Record(tests=take("before", range(10)))
    students, rows = of_class([*both, one_only, Record()], "before", "after")
    assert students == 2
    assert [(row.before, row.after, row.gain) for row in rows[:4]] == [
        (1.0, 1.0, None),
        (0.5, 1.0, 1.0),
        (0.0, 0.5, 0.5),
        (0.0, 0.0, 0.0),
    ]
    third, fourth = items("after")[2:4]
    assert (rows[2].misconception, rows[2].holders) == (third.misconceptions[_wrong(third)], 1)
    assert (rows[3].misconception, rows[3].holders) == (fourth.misconceptions[_wrong(fourth)], 2)
    assert of_class([one_only], "before", "after") == (0, [])


def handed_in(folder, name, record):
    path = folder / name / "wslearn-progress.json"
    path.parent.mkdir(parents=True)
    path.write_text(as_text(record), encoding="utf-8")


def test_the_command_tells_the_gain_and_names_nobody(tmp_path, capsys):
    for name, before, after in [("ada", {0}, range(5)), ("bo", {1}, range(4))]:
        handed_in(
            tmp_path, name, Record(tests={**take("before", before), **take("halfway", after)})
        )
    (tmp_path / "broken.json").write_text("half a fi")
    assert main(["gain", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("2 students, from before to halfway\n")
    lines = out.splitlines()
    assert re.fullmatch(r"Bits of a byte +50% +100% +100%", lines[3])
    assert re.fullmatch(r"Size of a frame +0% +50% +50%  1 of 2: [A-Z].*", lines[7])
    assert re.fullmatch(r"All together +10% +45% +39%", lines[-1])
    assert "ada" not in out
    assert "broken.json is left out: it is not JSON." in err


def test_the_command_says_when_there_is_nothing_to_tell(tmp_path, capsys):
    assert main(["gain", str(tmp_path / "none")]) == 2
    handed_in(tmp_path, "ada", Record(tests=take("before", {0})))
    (tmp_path / "link.json").symlink_to("/etc/passwd")
    (tmp_path / "\x1b[31mred.json").write_text("{}")
    (tmp_path / COPY).write_text("{}")
    assert main(["gain", str(tmp_path), "--until", "after"]) == 2
    said = capsys.readouterr().err
    assert "Expected a folder with progress files" in said
    assert "finished the checkpoints before and after, got none in 1 progress file." in said
    assert "link" not in said
    assert "\x1b" not in said, "a name steers no terminal"
    assert "[31mred.json is left out" in said
    assert COPY not in said, "every student's folder has one"
