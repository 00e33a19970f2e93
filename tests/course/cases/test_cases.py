"""The cases: true by the judge, with a reply to every pointing, the same whenever they are
recorded, and without an answer where a student may look."""

import json
from pathlib import Path

import pytest

import wslearn as ws
from tests.support.places import NOTEBOOKS
from tests.support.sheets import elements, words
from tests.tools.generated import stale
from tests.tools.record_cases import recorded_cases
from tests.tools.seal_cases import CASES, sealed_cases
from wslearn.course.cases import mystery
from wslearn.course.cases.case_page import read
from wslearn.course.cases.mystery import Mystery, NoCase
from wslearn.course.cases.pointing import ANYTHING, Place
from wslearn.course.cases.shelf import SEALED, find, numbers, open_case, solved_in
from wslearn.course.progress_record import Record, as_text, from_text
from wslearn.net.record.journal import Journal
from wslearn.protocol.codes import close_code_meaning
from wslearn.protocol.errors import InputError
from wslearn.protocol.rulebook import RULES

ALL = numbers()
each_case = pytest.mark.parametrize("number", ALL)

CAUSED_ELSEWHERE = {
    "10": "a length in the wrong order makes a later frame part of the text",
    "18": "the judge marks the opcode, and so does the case",
    "19": "the judge marks the continuation; its cause is the frame before",
}
"""Cases whose right bit is not the bit that the judge marks, and why."""


@pytest.fixture(autouse=True)
def a_student(a_student, monkeypatch):
    monkeypatch.setattr(mystery, "inquiries", {})
    return a_student


def all_places(case):
    if case.kind == "choice":
        return [Place(words=one) for one in case.words]
    if case.kind == "line":
        return [one for one in case.evidence.places if one.head]
    if case.kind == "bit":
        return [one for one in case.evidence.places if one.bit is not None]
    return [one for one in case.evidence.places if not one.head and one.bit is None]


def right_places(case):
    return [one for one in all_places(case) if case.answer(one).right]


# -- the shelf -------------------------------------------------------------------------------------


def test_what_the_package_carries_is_as_the_pages_and_records_say():
    assert stale(sealed_cases()) == [], "python -m tests.tools.seal_cases"
    assert {path.stem for path in Path(str(SEALED)).iterdir()} == {*ALL}


def test_a_record_that_is_made_again_is_the_same():
    assert stale(recorded_cases()) == [], "python -m tests.tools.record_cases"


def test_there_are_enough_of_every_kind_and_the_shelf_lists_them():
    cases = [open_case(number) for number in ALL]
    assert len(cases) >= 24
    assert [f"{at:02}" for at in range(1, len(cases) + 1)] == [*ALL]
    assert {case.level for case in cases} == {1, 2, 3}
    assert {case.kind for case in cases} == {"frame", "bit", "line", "choice"}
    assert len({case.title for case in cases}) == len({case.address for case in cases}) == len(ALL)
    listed = ws.case()
    assert [row[0] for row in listed.rows] == [f'ws.case("{number}")' for number in ALL]


@each_case
def test_every_pointing_is_answered_and_some_are_right(number):
    case = open_case(number)
    places = all_places(case)
    assert all(case.answer(place).reply for place in places)
    right = right_places(case)
    assert right
    assert len(right) < len(places)
    used = {case.answer(place).pattern for place in places} | {ANYTHING}
    assert [one.pattern for one in case.suspects if one.pattern not in used] == [], "never told"
    wrong = {one.reply for one in case.suspects if not one.right}
    assert len(wrong) >= 3, "three places or more that are wrong, with a reply to each"


@each_case
def test_the_rule_of_a_case_is_the_rule_that_our_judge_names(number):
    case = open_case(number)
    found = []
    for said in case.evidence.journal.conversations:
        for check in (said.check, said.answer):
            if check is not None and check.violations:
                where = f"connection {said.number}" if said.check.violations else "handshake"
                found.append(f"{where}: {check.violations[0].rule.id}")
    if len(case.evidence.talks) > 1:  # the refusal is passed on to the client
        found = [one for one in found if one != "handshake: response-status"]
        found = found[:1]
    for at, entry in case.evidence.entries.items():
        judged = entry.frame.judged
        if judged.violations:
            found.append(f"frame {at}: {judged.violations[0].rule.id}")
    assert found == [*case.judged]


@each_case
def test_what_the_judge_marks_is_what_has_to_be_pointed_at(number):
    case = open_case(number)
    right = right_places(case)
    for line in case.judged:
        where, _, rule = line.partition(": ")
        frame = int(where.removeprefix("frame ")) if where.startswith("frame") else 0
        if number == "19":
            assert {place.frame for place in right} == {frame - 1}
        elif case.kind in ("frame", "bit"):
            assert {place.frame for place in right} == {frame}
        if frame and case.kind == "bit" and number not in CAUSED_ELSEWHERE:
            (first, *_) = case.evidence.entries[frame].frame.judged.violations
            assert first.start in [place.bit for place in right], rule


def test_the_third_message_turned_to_noise_and_no_rule_was_broken():
    case = open_case("26")
    from tests.tools.scenes_of_messages import AGAIN, PRICES, TOKEN

    first, second, third = (case.evidence.entries[at] for at in (1, 2, 3))
    assert first.plain == PRICES.encode()
    assert second.frame.payload == TOKEN.encode()
    assert third.plain != AGAIN.encode()
    assert third.plain.startswith(b"renewed ")
    assert case.judged == ()


# -- nothing is given away -------------------------------------------------------------------------


def test_no_answer_can_be_read_in_the_package_or_in_a_notebook():
    folder = Path(ws.__file__).parent / "course" / "cases"
    looked_at = [path for path in folder.rglob("*") if path.suffix in (".py", ".sealed")]
    notebooks = [
        "".join("".join(cell["source"]) for cell in json.loads(path.read_text())["cells"])
        for path in NOTEBOOKS.glob("*.ipynb")
    ]
    texts = [path.read_text(encoding="utf-8") for path in looked_at] + notebooks
    for number in ALL:
        case = open_case(number)
        for said in (*case.solution, *case.hints, *(one.reply for one in case.suspects)):
            assert not any(said[:40] in text for text in texts), said


@each_case
def test_what_a_page_shows_before_a_pointing_gives_nothing_away(number):
    case = open_case(number)
    shown = ws.case(number)
    bundle = shown._repr_mimebundle_()
    page = words([shown._story.view, shown._clues.view, shown._answer.view])
    for text in (bundle["text/plain"], bundle["text/html"], page, shown._link.value):
        for said in (*case.solution, *case.hints, case.source, case.address):
            assert said not in text
        if case.kind != "choice":
            assert not any(one.reply in text for one in case.suspects)
    for rule in {line.partition(": ")[2] for line in case.judged}:
        assert RULES[rule].sentence not in page
    for entry in case.evidence.entries.values():
        if entry.frame.opcode == 8 and len(entry.frame.payload) > 1:
            code = int.from_bytes(entry.frame.payload[:2], "big")
            assert close_code_meaning(code) not in page


# -- to solve one ----------------------------------------------------------------------------------


def point(shown, place):
    """Point at a place as a page does, and confirm it."""
    if place.words:
        shown.act({"do": "choose", "at": shown.case.words.index(place.words)})
    elif place.head:
        line = {"connection": place.connection, "head": place.head, "line": place.line}
        shown.act({"do": "line", **line})
    elif place.frame:
        shown.act({"do": "frame", "number": place.frame})
        if place.bit is not None:
            shown._grid.selected = place.bit
    else:
        shown.act({"do": "end", "connection": place.connection})
    shown.act({"do": "accuse"})


@each_case
def test_a_wrong_pointing_helps_and_the_right_one_solves(number, a_student):
    case = open_case(number)
    shown = ws.case(number)
    shown.widget()
    wrong = next(one for one in all_places(case) if not case.answer(one).right)
    point(shown, wrong)
    said = words(shown._answer.view)
    assert "Not this one." in said
    assert "Solved" not in said
    assert a_student.read().done == {case.name: "wrong"}
    for hint in case.hints:
        shown.act({"do": "hint"})
        assert hint.split("`")[0][:60] in words(shown._answer.view)
    shown.act({"do": "hint"})
    assert shown.inquiry.hints == 3
    point(shown, right_places(case)[0])
    said = words(shown._answer.view)
    assert "✓ Solved." in said
    assert case.source in said
    assert case.address in shown._link.value
    assert a_student.read().done == {case.name: "later"}
    assert solved_in(a_student.read().done) == [number]
    assert f"You have solved 1 of {len(ALL)} cases" in repr(ws.progress())
    assert "✓ solved" in repr(ws.case())


def test_the_handshake_is_folded_where_nothing_in_it_is_asked_for():
    shown, other = ws.case("07"), ws.case("01")
    shown.widget()
    other.widget()
    assert "Sec-WebSocket-Key" in words(other._clues.view)
    assert "Sec-WebSocket-Key" not in words(shown._clues.view)
    shown.act({"do": "handshake"})
    assert "Sec-WebSocket-Key" in words(shown._clues.view)


def test_the_first_pointing_may_be_right_and_nothing_changes_afterwards(a_student):
    shown = ws.case("07")
    shown.widget()
    right = right_places(shown.case)[0]
    point(shown, right)
    assert a_student.read().done == {"case 07": "right"}
    point(shown, Place(frame=1, bit=0))
    assert shown.inquiry.solved
    assert "✓ at once" in repr(ws.case())
    again = Mystery(mystery.Inquiry(shown.case, "right"))
    again.widget()
    assert "You have solved this case." in words(again._answer.view)


def test_a_frame_alone_is_no_answer_where_a_bit_is_asked_for():
    shown = ws.case("07")
    shown.widget()
    shown.act({"do": "frame", "number": 6})
    first = {"class": "wsl-button wsl-first"}
    (button,) = elements(shown._answer.view, **first)
    assert button["attributes"]["aria-disabled"] == "true"
    shown.act({"do": "accuse"})
    assert shown.inquiry.right is None
    shown._grid.selected = 8
    shown.act({"do": "frame", "number": 5})
    assert not shown.inquiry.complete, "the bit of another frame"


@pytest.mark.parametrize(
    "message",
    [
        {"do": "frame", "number": 99},
        {"do": "frame", "number": "6"},
        {"do": "line", "connection": 1, "head": "body", "line": 1},
        {"do": "line", "connection": 9, "head": "reply", "line": 1},
        {"do": "line", "connection": 1, "head": "reply", "line": 99},
        {"do": "end", "connection": 7},
        {"do": "choose", "at": 0},
        {"do": "<script>"},
        {},
    ],
)
def test_what_points_at_nothing_changes_nothing(message):
    shown = ws.case("07")
    shown.widget()
    shown.act(message)
    assert shown.inquiry.place is None
    shown.act({"do": "accuse"})
    assert shown.inquiry.right is None


@pytest.mark.parametrize("name", ["99", "", "<b>", "07.1", -1, [7]])
def test_a_missing_case_is_answered_in_a_sentence(name):
    told = ws.case(name)
    assert isinstance(told, NoCase)
    assert "ws.case()" in repr(told)
    assert "<b>" not in told._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize("name", ["07", "7", 7, " case 07 "])
def test_a_case_is_found_by_its_number(name):
    assert find(name) is open_case("07")


def test_a_solved_case_survives_in_the_file_and_an_older_file_is_read():
    record = Record({"case 07": "right"})
    assert from_text(as_text(record).encode()) == record
    older = as_text(Record({"04.2": "passed"})).replace("progress 3", "progress 2")
    assert from_text(older.encode()).done == {"04.2": "passed"}


# -- malformed pages -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("level 1, lesson 05", "level 9, lesson 05", "expected `level 1, lesson 05"),
        ("frame 6 MASK", "frame 6 MASKS", "a place in the record"),
        ("frame 6 MASK", "frame 66", "a place in the record"),
        ("[x]", "[ ]", "a right place"),
        (f"- [ ] {ANYTHING}", "- [ ] end", f"`- [ ] {ANYTHING}` at the end"),
        ("## Hints", "## Clues", "expected `## Pointing`"),
        ("- Messages are not the only frames that a client sends.\n", "", "3 hints"),
        ("*RFC 6455 §5.1*", "RFC 6455 §5.1", "an explanation"),
        ("](https://", "](http://", "a link"),
    ],
)
def test_a_slip_in_a_page_is_reported_with_file_and_line(tmp_path, old, new, told):
    source = (CASES / "07.md").read_text(encoding="utf-8")
    assert old in source
    page = tmp_path / "07.md"
    page.write_text(source.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=r"07\.md:\d+: ") as caught:
        read(page, "07", Journal.load(CASES / "07.journal"))
    assert told in str(caught.value)
