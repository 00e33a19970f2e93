"""A case as rows of text: they hold all that is asked about, and nothing of the answer."""

import json

import pytest

from wslearn.classroom.live.asked import of_the_course
from wslearn.course.cases.case_rows import ALONE, ASIDE, IN_GROUP, SHOWN_BYTES, UNNAMED, as_scene
from wslearn.course.cases.shelf import numbers, open_case

each_case = pytest.mark.parametrize("number", numbers())


def scene_of(number):
    case = open_case(number)
    return case, as_scene(case, of_the_course(f"case {number}").options)


def rows_of(scene):
    return [row for talk in scene["talks"] for row in talk["rows"]]


@each_case
def test_every_frame_line_and_end_has_a_row(number):
    case, scene = scene_of(number)
    assert scene["story"] == list(case.story)
    whole = [place for place in case.evidence.places if place.bit is None]
    assert len(rows_of(scene)) == sum(bool(p.frame or p.head) for p in whole) + sum(
        bool(said.ended) for said in case.evidence.talks.values()
    )
    shown = {row["number"]: row for row in rows_of(scene) if row["hex"]}
    for at, entry in case.evidence.entries.items():
        row, data = shown[str(at)], entry.frame.data
        assert row["who"].startswith(f"{entry.at:.3f} s "), "when may be the question"
        assert (bytes.fromhex(row["hex"]), row["size"]) == (data[:SHOWN_BYTES], len(data))


@each_case
def test_every_place_to_choose_is_in_a_row_that_stays_longest(number):
    case, scene = scene_of(number)
    rows = rows_of(scene)
    for pattern in of_the_course(f"case {number}").options:
        if case.kind == "choice":
            continue
        places = [place for place in case.evidence.places if case.evidence.fits(pattern, place)]
        assert places, pattern
        if frames := {str(place.frame) for place in places if place.frame}:
            needs = {row["need"] for row in rows if row["hex"] and row["number"] in frames}
            assert max(needs) <= IN_GROUP, pattern
            if pattern.startswith("frame "):
                assert needs == {ALONE}, pattern
        bits = [place.bit for place in places if place.bit is not None]
        if case.kind == "bit" and pattern.startswith("frame ") and bits:
            (row,) = (row for row in rows if row["hex"] and row["number"] in frames)
            assert min(bits) < 8 * row["least"] <= 8 * SHOWN_BYTES, f"{pattern} is cut off"
    assert any(row["need"] == ALONE for row in rows)


@each_case
def test_nothing_of_the_answer_is_in_the_rows(number):
    case, scene = scene_of(number)
    told = json.dumps(scene, ensure_ascii=False)
    for secret in (*case.hints, *case.solution, case.report, case.address, case.taken):
        assert secret not in told
    for suspect in case.suspects:
        assert suspect.reply not in told
    keys = {"number", "who", "what", "hex", "size", "least", "need"}
    assert all(set(row) == keys for row in rows_of(scene))


@each_case
def test_a_row_is_one_printable_line_and_a_case_is_small(number):
    _, scene = scene_of(number)
    for row in rows_of(scene):
        assert all(str(text).isprintable() for text in row.values()), row
        assert len(row["what"]) <= 400
    assert len(json.dumps(scene).encode()) < 8192


def test_what_no_place_names_goes_first():
    _, scene = scene_of("07")
    by_frame = {row["number"]: row["need"] for row in rows_of(scene) if row["hex"]}
    assert [by_frame[one] for one in "12568"] == [UNNAMED, IN_GROUP, ALONE, ALONE, ALONE]
    assert {row["need"] for row in rows_of(scene) if ", request" in row["who"]} == {ASIDE}
    _, scene = scene_of("01")
    keys = [row for row in rows_of(scene) if row["what"].startswith("Sec-WebSocket-Key")]
    assert [row["need"] for row in keys] == [ALONE]


def test_the_rows_of_a_proxys_sides_stand_under_their_connections():
    _, scene = scene_of("31")
    assert [talk["title"] for talk in scene["talks"]] == [
        "Connection 1: browser → proxy",
        "Connection 2: proxy → server",
    ]
    ways = {row["who"].partition(" s ")[2] for row in rows_of(scene) if row["hex"]}
    assert {"browser ← proxy", "proxy ← server"} <= ways


def test_a_place_in_a_frame_needs_the_row_of_its_frame():
    scene = as_scene(open_case("07"), ["frame 6 MASK", "frames of the server"])
    needs = {row["number"]: row["need"] for row in rows_of(scene) if row["hex"]}
    assert [needs[one] for one in "678"] == [ALONE, IN_GROUP, UNNAMED]
