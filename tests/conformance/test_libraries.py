"""The page about what libraries do is that of the record, and the record is whole."""

import json

import pytest

from tests.tools.build_libraries import PAGE, page, read_recorded
from tests.tools.record_libraries import RECORDED
from wslearn.conformance.findings import OUTCOMES


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == page(read_recorded()), (
        "run python -m tests.tools.build_libraries"
    )


def test_the_record_has_an_outcome_of_every_program_that_it_names():
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    assert set(recorded["found"]) == set(recorded["programs"])
    assert {one[0] for found in recorded["found"].values() for one in found.values()} <= set(
        OUTCOMES
    )


def test_a_case_that_nobody_was_asked_is_missed():
    recorded = read_recorded()
    del recorded["found"]["tornado"]["open-post"]
    with pytest.raises(ValueError, match=r"what tornado does .* other cases: \['open-post'\]"):
        page(recorded)


def test_what_came_cannot_change_the_table():
    recorded = read_recorded()
    recorded["found"]["ws"]["open-no-host"][1] = "| <b>x</b> | `"
    assert r"\| \<b\>x\</b\> \| \`" in page(recorded)


def test_the_mended_server_of_lesson_08_breaks_no_must_and_the_first_one_many():
    found = read_recorded()["found"]
    assert not [one for one in found["lesson 08, mended"].values() if one[0] == "broken"]
    assert len([one for one in found["lesson 08"].values() if one[0] == "broken"]) > 90
