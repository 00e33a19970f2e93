"""What an instructor hands back: pages, tables, points, and who was late or missing."""

import csv
import io
import json
import os
import shutil
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from wslearn.classroom.collect import due, exports, report, sandbox
from wslearn.classroom.collect.collector import collect
from wslearn.classroom.collect.folder import Student, students
from wslearn.classroom.collect.judgements import Collected, Result
from wslearn.classroom.collect.roster import RosterError, absent, read_roster
from wslearn.classroom.collect.student_page import as_page, to_reread, write_pages
from wslearn.course.exercises import LESSONS, every_exercise, find, of_lesson
from wslearn.course.progress_place import FILE
from wslearn.course.progress_record import Record
from wslearn.course.progress_store import as_text
from wslearn.course.quizzes import questions

WRONG = Result("01.1", "wrong", "`bits(1)`: expected 1, got <b>.", "It is upside down.", "a.ipynb")
ADA = Collected("ada", {"01.1": WRONG, "01.2": Result("01.2", "solved", file="a.ipynb")})
NOBODY = Collected("nobody")


def table_of(text):
    return list(csv.reader(io.StringIO(text)))


# -- tables ----------------------------------------------------------------------------------------


def test_the_columns_of_the_table_depend_on_the_lessons_alone():
    asked = exports.exercises_of(("01", "02"))
    head, ada = table_of(exports.as_csv([ADA], asked))
    assert head == ["student", *asked, "solved", "of", "late hours", "not read"]
    assert table_of(exports.as_csv([NOBODY], asked))[0] == head
    assert ada[:4] == ["ada", "wrong", "solved", ""]
    assert ada[-4:] == ["1", str(len(asked)), "", ""]
    assert len(exports.exercises_of(())) == len(every_exercise())


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_a_file_name_does_not_become_a_formula(name):
    _, line = table_of(exports.as_csv([Collected(name)], ["01.1"]))
    assert line[0] == f"'{name}"


def test_a_student_who_handed_in_one_lesson_is_counted_against_that_lesson():
    said = report.text([ADA, NOBODY], lessons=("01",))
    assert f"1 of {len(of_lesson('01'))}" in said
    assert "02.1" not in said
    assert "02.1" in report.text([ADA], lessons=("02",))


def test_the_report_says_which_of_two_files_counted():
    one = Collected("ada")
    one.add(Result("01.1", "wrong", file="old.ipynb"))
    one.add(Result("01.1", "solved", file="new.ipynb"))
    one.add(Result("01.1", "error", file="new.ipynb"))
    said = "01.1: new.ipynb counts (solved); also in old.ipynb (wrong)."
    assert one.which_counted() == [said]
    assert f"Which file counted\n  ada: {said}" in report.text([one])
    assert said in exports.as_data([one])[0]["remarks"]


# -- rosters ---------------------------------------------------------------------------------------

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Essay (77)\n"
    "    Points Possible,,,,,10\n"
    '"Lovelace, Ada",417,S1,alove,A,7\n'
    '"Hopper, Grace",418,S2,ghopp,A,\n'
    '"Student, Test",1,,x,A,\n'
)
MOODLE = (
    "First name,Last name,ID number,Email address,Essay\n"
    "Ada,Lovelace,S1,ada@example.org,7\nGrace,Hopper,S2,grace@example.org,8\n"
)
PLAIN = "Name;Email\nAda Lovelace;ada@example.org\nGrace Hopper;grace@example.org\n"


def roster_of(folder, text):
    path = folder / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return read_roster(path)


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        (CANVAS, "lovelaceada", "417"),
        (CANVAS, "lovelaceada", ""),
        (CANVAS, "Ada Lovelace", ""),
        (CANVAS, "alove", ""),
        (CANVAS, "S1", ""),
        (MOODLE, "Ada Lovelace", ""),
        (MOODLE, "ada", ""),
        (MOODLE, "ada@example.org", ""),
        (PLAIN, "Lovelace_Ada", ""),
        (PLAIN, "ADA", ""),
    ],
)
def test_a_student_is_found_on_the_roster(tmp_path, text, name, number):
    roster = roster_of(tmp_path, text)
    assert roster.matched([Student(name, number), Student("grace h")])[0] == 0
    (missing,) = absent(roster, [Student(name, number)])
    assert "Grace" in missing.student
    assert missing.remarks == ["Nothing was handed in."]


def test_a_name_that_fits_two_fits_none(tmp_path):
    roster = roster_of(tmp_path, "Name\nAda Lovelace\nAda-Lovelace\n")
    assert roster.matched([Student("ada lovelace")]) == [None]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "just one line"])
def test_a_table_without_students_is_refused(tmp_path, text):
    with pytest.raises(RosterError, match="Expected a table with headings and a column such as"):
        roster_of(tmp_path, text)


def test_canvas_gets_its_own_columns_and_the_points_that_are_possible(tmp_path):
    roster = roster_of(tmp_path, CANVAS)
    handed = [Student("lovelaceada", "417")]
    head, possible, ada, grace = table_of(exports.as_grades(roster, handed, [ADA], ["01", "02"]))
    assert head == [
        *("Student", "ID", "SIS User ID", "SIS Login ID", "Section"),
        *("wslearn 01", "wslearn 02"),
    ]
    most = [str(len(of_lesson(lesson))) for lesson in ("01", "02")]
    assert possible == ["    Points Possible", "", "", "", "", *most]
    assert ada == ["Lovelace, Ada", "417", "S1", "alove", "A", "1", ""]
    assert grace[-2:] == ["", ""]


def test_others_get_the_columns_by_which_they_know_a_student(tmp_path):
    roster = roster_of(tmp_path, MOODLE)
    head, ada, _ = table_of(exports.as_grades(roster, [Student("ada")], [ADA], ["01"]))
    assert head == ["First name", "Last name", "ID number", "Email address", "wslearn 01"]
    assert ada == ["Ada", "Lovelace", "S1", "ada@example.org", "1"]


def test_what_canvas_and_moodle_call_files_is_understood(tmp_path):
    for name in ("lovelaceada_417_1_05.ipynb", "lovelaceada_LATE_417_2_06.ipynb"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "Grace Hopper_77_assignsubmission_file").mkdir()
    (tmp_path / "hoppergrace_418_3_all.zip").write_text("")
    grace, zipped, ada = students(tmp_path)
    assert (ada.name, ada.number, len(ada.notebooks)) == ("lovelaceada", "417", 2)
    assert grace.name == "Grace Hopper"
    assert (zipped.number, len(zipped.unread)) == ("418", 1)


# -- late ------------------------------------------------------------------------------------------


def test_how_late_something_is_goes_by_the_file_that_counted(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text("{}")
    os.utime(path, (0, datetime(2026, 11, 21, 6, tzinfo=UTC).timestamp()))
    one = Collected("ada", {"01.1": WRONG})
    due.note_late(Student("ada", "", (path,)), one, datetime(2026, 11, 20, tzinfo=UTC))
    assert one.late == 30
    assert "Late\n  ada: 1 d 6 h" in report.text([one])
    other = Collected("ada", {"01.1": Result("01.1", "wrong", file="b.ipynb")})
    due.note_late(Student("ada", "", (path,)), other, datetime(2026, 11, 20, tzinfo=UTC))
    assert other.late == 0


@pytest.mark.parametrize(
    ("stamp", "hour"),
    [
        ("2026-11-20 08:30:00.25 UTC", 8),
        ("2026-11-20 08:30:00.25 America/New_York", 13),
        ("2026-11-20 08:30:00", 8),
    ],
)
def test_nbgraders_time_stamp_is_read(tmp_path, stamp, hour):
    (tmp_path / "timestamp.txt").write_text(stamp)
    assert due.handed_in(tmp_path / "a.ipynb").astimezone(UTC).hour == hour


def test_canvas_mark_makes_a_file_late(tmp_path):
    path = tmp_path / "lovelaceada_LATE_417_2_06.ipynb"
    path.write_text("{}")
    one = Collected("ada", {"01.1": Result("01.1", "solved", file=path.name)})
    due.note_late(Student("ada", "417", (path,)), one, datetime(2999, 1, 1, tzinfo=UTC))
    assert due.in_words(one.late) == "1 min"


# -- pages -----------------------------------------------------------------------------------------


class Reader(HTMLParser):
    """The elements of a page, and whatever it would load."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.loads = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.loads += [value for name, value in attributes if name in ("src", "href")]


def test_a_page_says_what_is_right_what_went_wrong_and_where_to_go_on():
    page = as_page(ADA)
    assert f"1 of {len(of_lesson('01'))} tasks solved." in page
    assert "<code>bits(1)</code>: expected 1, got &lt;b&gt;." in page
    assert "It is upside down." in page
    assert page.count("<summary>Hint ") == 3
    assert "Hint 3" in page
    assert find("01.3").title in page
    assert "not handed in" in page


def test_a_page_loads_nothing_and_what_a_student_wrote_is_text():
    attack = "<script>alert(1)</script><img src=x>"
    one = Collected(attack, {"01.1": Result("01.1", "error", attack, attack)}, [attack])
    reader = Reader(as_page(one))
    assert reader.loads == []
    assert {"script", "img"} & {*reader.tags} == set()


def test_questions_that_were_wrong_at_first_are_there_to_read_again(tmp_path):
    record = {"04 question 1": "wrong", "04 question 2": "right", "05 question 2": "later"}
    (tmp_path / FILE).write_text(as_text(Record({**record, "77 question 1": "wrong"})))
    one = Collected("ada", reread=to_reread(Student("ada", "", (tmp_path / "a.ipynb",))))
    assert one.reread == ["04 question 1", "05 question 2"]
    page = as_page(one)
    assert "Questions to read again" in page
    assert questions("04")[0].source.partition(",")[0] in page


@pytest.mark.parametrize("text", ["", "[]", '{"format": "wslearn progress 9"}'])
def test_an_invalid_record_is_passed_over(tmp_path, text):
    (tmp_path / FILE).write_text(text)
    assert to_reread(Student("ada", "", (tmp_path / "a.ipynb",))) == []


def test_every_student_gets_a_file_of_their_own(tmp_path):
    names = ["Ada", "ada", "../../etc", "", "名前", "a/b"]
    written = write_pages(tmp_path / "out", [Collected(name) for name in names], LESSONS[:1])
    assert [path.name for path in written] == [
        *("Ada.html", "ada2.html", "etc.html", "student.html", "名前.html", "a-b.html")
    ]
    assert {path.parent for path in written} == {tmp_path / "out"}


# -- inside ----------------------------------------------------------------------------------------


def test_inside_bubblewrap_an_answer_sees_none_of_the_instructors_files(tmp_path):
    if sandbox.lacking("bubblewrap"):
        pytest.skip("bubblewrap is not installed")
    (tmp_path / "secret").write_text("for the instructor alone")
    body = f"open({str(tmp_path / 'secret')!r}).read(); return format(byte, '08b')"
    source = f"def bits(byte):\n    {body}\nws.check('01.1', bits)"
    notebook = {
        "nbformat": 4,
        "cells": [{"cell_type": "code", "source": source}],
    }
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ada.ipynb").write_text(json.dumps(notebook))
    (outside,) = collect(students(tmp_path / "in"))
    assert outside.results["01.1"].outcome == "solved"
    (inside,) = collect(students(tmp_path / "in"), inside=sandbox.bubblewrap)
    assert "FileNotFoundError" in inside.results["01.1"].because


def test_a_missing_sandbox_gets_one_sentence(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert "bubblewrap is missing" in sandbox.lacking("bubblewrap")
