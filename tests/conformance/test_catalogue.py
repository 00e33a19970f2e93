"""The cases as data: each is whole, true to its rows, and kept by our own connection."""

import pytest

from tests.support.rows import read_rows
from wslearn.conformance.case import SIDES, Bears, Case, Closes, Fails, Says
from wslearn.conformance.catalogue import CASES, GROUPS, PROMISED_TWICE, cases_for
from wslearn.conformance.fault_cases import FAULTS
from wslearn.conformance.findings import REFUSED, TAKEN, Finding, decide
from wslearn.conformance.heard import Ear, Heard
from wslearn.conformance.rule_notes import NOTES
from wslearn.course.lessons import COURSE
from wslearn.labs.gallery.malformed import GALLERY
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import Agreement, Compressor
from wslearn.protocol.errors import InputError
from wslearn.protocol.events import Binary, Text
from wslearn.protocol.rules import FRAME_RULES, MESSAGE_RULES

STRENGTH = {"MAY": 0, "SHOULD": 1, "SHOULD NOT": 1, "MUST": 2, "MUST NOT": 2}
ROWS = read_rows()
OF_FRAMES = [(case, side) for case in CASES for side in SIDES if case.judges(side) and case.pieces]
OF_FRAMES = [
    (case, side)
    for case, side in OF_FRAMES
    if isinstance(case.right, Says | Fails | Closes | Bears)
]


def test_no_two_cases_have_the_same_name():
    assert len({case.id for case in CASES}) == len(CASES) > 150


def test_a_case_stands_on_rows_that_exist_and_is_no_stricter_than_they_are():
    for case in CASES:
        assert set(case.rows) <= set(ROWS), case
        # What a sender MAY do binds its receiver, which has to understand it (§5.4, §5.5).
        if not isinstance(case.right, Says) and case.id != "open-foreign-origin":
            strictest = max(STRENGTH[ROWS[row].level] for row in case.rows)
            assert STRENGTH[case.level] <= strictest, case


def test_a_case_says_what_a_teacher_says():
    lessons = {lesson.number for lesson in COURSE}
    for case in CASES:
        assert case.rule.endswith((".", "!")), case
        assert case.why.endswith((".", "!")), case
        assert case.lesson in lessons, case
        assert case.group in GROUPS, case
        assert case.source.partition("§")[2] == ROWS[case.rows[0]].section, case


def test_every_rule_about_frames_has_a_case():
    broken = {
        entry.violation(entry.only or "server").rule.id
        for entry in GALLERY
        if entry.id != "too-long"
    }
    assert broken <= set(NOTES)
    # Limits are up to the receiver, and what comes after a Close is silently thrown away.
    assert {rule.id for rule in (*FRAME_RULES, *MESSAGE_RULES)} - set(NOTES) == {
        "message-too-long",
        "data-after-close",
    }
    assert len(FAULTS) == len(GALLERY) - 1
    assert {case.id for case in FAULTS} - {case.id for case in CASES} == {PROMISED_TWICE}


@pytest.mark.parametrize(
    ("case", "side"), OF_FRAMES, ids=[f"{case.id}-{side}" for case, side in OF_FRAMES]
)
def test_our_own_connection_keeps_every_case_about_frames(case: Case, side):
    finding = of_our_own_connection(case, side, max_size=2**20)
    if isinstance(case.right, Bears):
        taken = REFUSED if case.id in ("limit-promise", "limit-bomb") else TAKEN
        assert (finding.outcome, finding.remark) == ("open", taken), finding
    else:
        assert (finding.outcome, finding.remark) == ("kept", ""), finding


@pytest.mark.parametrize("side", SIDES)
def test_without_a_limit_our_own_connection_takes_the_bomb(side):
    (bomb,) = cases_for(side, ("limit-bomb",))
    assert of_our_own_connection(bomb, side, max_size=None).remark == TAKEN


def of_our_own_connection(case: Case, side, max_size: int | None) -> Finding:
    agreement = Agreement() if case.deflate is not None else None
    pack = None
    if agreement is not None:
        pack = Compressor(agreement.client if side == "server" else agreement.server).compress
    ours = Connection(side, mask_keys=lambda: b"\1\2\3\4", deflate=agreement, max_size=max_size)
    out = b""
    for event in ours.receive(case.data(side, pack)):
        match event:
            case Text(text):
                out += ours.send_text(text)
            case Binary(data):
                out += ours.send_binary(data)
    out += ours.take_output()
    heard = Heard(ended="end" if ours.close_code != 1006 or b"\x88" in out else "")
    Ear(heard, "client" if side == "server" else "server", agreement).take(out)
    return decide(case, heard, side)


def test_cases_are_chosen_by_group_and_by_the_beginning_of_a_name():
    assert {case.group for case in cases_for("server", ("closing",))} == {"closing"}
    names = [case.id for case in cases_for("server", ("ping-",))]
    assert "ping-empty" in names
    assert all(name.startswith("ping-") for name in names)
    assert not any(case.side == "client" for case in cases_for("server"))


def test_a_name_that_fits_no_case_is_answered_with_the_names_there_are():
    with pytest.raises(InputError, match="Expected the name of a case, or one of the groups open"):
        cases_for("server", ("pong!",))
