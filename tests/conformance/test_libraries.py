"""The page about what libraries do matches the record, and the record is complete."""

import pytest

from tests.tools.build_libraries import PAGE, REMARKS, page, read_recorded
from wslearn.conformance.case import SIDES
from wslearn.conformance.findings import OUTCOMES


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == page(read_recorded()), (
        "run python -m tests.tools.build_libraries"
    )


@pytest.mark.parametrize("side", SIDES)
def test_the_record_has_an_outcome_of_every_program_that_it_names(side):
    recorded = read_recorded()[side]
    assert set(recorded["found"]) == set(recorded["programs"])
    assert {one[0] for found in recorded["found"].values() for one in found.values()} <= set(
        OUTCOMES
    )


def test_a_case_that_nobody_was_asked_is_missed():
    recorded = read_recorded()
    del recorded["server"]["found"]["tornado"]["open-post"]
    with pytest.raises(ValueError, match=r"what tornado does .* other cases: \['open-post'\]"):
        page(recorded)


def test_what_came_cannot_change_the_table():
    recorded = read_recorded()
    recorded["server"]["found"]["ws"]["open-no-host"][1] = "| <b>x</b> | `"
    assert r"\| \<b\>x\</b\> \| \`" in page(recorded)


def test_the_mended_server_of_lesson_08_breaks_no_must_and_the_first_one_many():
    found = read_recorded()["server"]["found"]
    assert not [one for one in found["lesson 08, mended"].values() if one[0] == "broken"]
    assert len([one for one in found["lesson 08"].values() if one[0] == "broken"]) > 90


@pytest.mark.parametrize("remark", REMARKS, ids=lambda one: f"{one.side}-{one.program}-{one.case}")
def test_what_a_remark_explains_is_what_the_record_says(remark):
    recorded = read_recorded()
    assert remark.why in page(recorded)
    recorded[remark.side]["found"][remark.program][remark.case] = ["kept", "", ""]
    assert page(recorded).count(remark.why) == page(read_recorded()).count(remark.why) - 1
