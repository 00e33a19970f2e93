"""The rule table, checked against the requirements it covers."""

import csv
import re

import pytest

from tests.support.places import VECTORS
from wslearn.protocol.close import LONGEST_REASON
from wslearn.protocol.codes import is_reserved
from wslearn.protocol.rulebook import RULES
from wslearn.protocol.rules import FRAME_RULES, MESSAGE_RULES, Rule

with (VECTORS / "requirements.tsv").open(encoding="utf-8", newline="") as file:
    REQUIREMENTS = {row["id"]: row for row in csv.DictReader(file, delimiter="\t")}
with (VECTORS / "errata.tsv").open(encoding="utf-8", newline="") as file:
    ERRATA = list(csv.DictReader(file, delimiter="\t"))

OF_FRAMES = FRAME_RULES + MESSAGE_RULES


def within(section: str, outer: str) -> bool:
    return section == outer or section.startswith(outer + ".")


def test_the_requirements_name_each_row_after_its_document_and_section():
    assert len(REQUIREMENTS) == 345
    for name, row in REQUIREMENTS.items():
        assert name.startswith(f"{row['rfc']}-{row['section']}-")


def test_every_erratum_that_names_a_requirement_names_one_that_is_there():
    named = [name for row in ERRATA for name in row["affects"].split(", ") if name[:1].isdigit()]
    assert named
    assert set(named) <= set(REQUIREMENTS)


def test_no_two_rules_have_the_same_name():
    assert len(RULES) >= len(FRAME_RULES) == len({rule.id for rule in FRAME_RULES})
    assert all(name == rule.id for name, rule in RULES.items())


def test_a_rule_is_one_sentence():
    for rule in RULES.values():
        assert rule.sentence[0].isupper(), rule
        assert rule.sentence.endswith("."), rule


def test_a_rule_says_what_must_be_and_does_not_claim_that_it_is():
    # “The Upgrade header contains websocket” would be false exactly where the rule is quoted.
    for rule in RULES.values():
        words = re.findall(r"[a-z]+", rule.sentence)
        assert {"must", "may", "should"} & set(words), rule
        assert ("should" in words) is (rule.level == "SHOULD"), rule


def test_a_rule_about_frames_fits_the_reason_of_a_close():
    for rule in OF_FRAMES:
        assert len(rule.sentence.encode()) <= LONGEST_REASON, rule


def test_the_rule_about_reserved_opcodes_names_those_that_are_reserved():
    assert [opcode for opcode in range(16) if is_reserved(opcode)] == [
        *range(3, 7 + 1),
        *range(11, 15 + 1),
    ]
    assert "Opcodes 3 to 7 and 11 to 15" in RULES["opcode-reserved"].sentence


def test_a_rule_covers_rows_of_the_requirements_table():
    for rule in RULES.values():
        assert rule.rows, rule
        assert len(set(rule.rows)) == len(rule.rows), rule
        assert set(rule.rows) <= set(REQUIREMENTS), rule


def test_a_rule_of_our_two_rfcs_stands_in_the_section_that_its_rows_name():
    for rule in RULES.values():
        if rule.document not in ("RFC 6455", "RFC 7692"):
            assert rule.layer == "head", "only HTTP itself is judged by other documents"
            continue
        rows = [REQUIREMENTS[row] for row in rule.rows]
        assert any(
            f"RFC {row['rfc']}" == rule.document and within(row["section"], rule.section)
            for row in rows
        ), rule


def test_a_rule_is_as_strong_as_the_strongest_of_its_rows():
    for rule in RULES.values():
        strengths = {REQUIREMENTS[row]["level"].removesuffix(" NOT") for row in rule.rows}
        if rule.id == "origin-refused":  # looking at it is a SHOULD, refusing rightly a MUST
            strengths.remove("MUST")
        strongest = next(level for level in ("MUST", "SHOULD", "MAY") if level in strengths)
        assert rule.level == strongest, rule


def test_a_frame_rule_has_rows_of_its_own_document_only():
    for rule in OF_FRAMES:
        assert {f"RFC {REQUIREMENTS[row]['rfc']}" for row in rule.rows} == {rule.document}, rule


@pytest.mark.parametrize("rule", OF_FRAMES, ids=lambda rule: rule.id)
def test_breaking_a_frame_rule_has_a_close_code_and_no_status(rule: Rule):
    assert rule.layer in ("header", "message", "payload")
    assert rule.status is None
    invalid = {"text-not-utf8", "close-reason-not-utf8", "deflate-invalid"}
    too_big = {"frame-too-long", "message-too-long"}
    expected = 1007 if rule.id in invalid else 1009 if rule.id in too_big else 1002
    if rule.id == "data-after-close":  # the connection is closing: the frame is thrown away, §1.4
        expected = None
    assert rule.close_code == expected


def test_a_handshake_rule_has_no_close_code():
    for rule in set(RULES.values()) - set(OF_FRAMES):
        assert rule.layer in ("head", "request", "response"), rule
        assert rule.close_code is None, rule
        assert rule.status is None or 400 <= rule.status <= 599, rule


def test_a_rule_says_where_to_read_it():
    assert RULES["mask-missing"].source == "RFC 6455 §5.1"
    assert RULES["rsv1-on-control"].source == "RFC 7692 §6.1"
