"""``wslearn collect``: the command line around judging a folder."""

import json
from argparse import ArgumentParser

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from wslearn.__main__ import main
from wslearn.apps import collect
from wslearn.checking import cells
from wslearn.checking.checker import SECONDS
from wslearn.classroom.collect.collector import MEMORY
from wslearn.course.exercises import LESSONS, find


@pytest.fixture
def folder(tmp_path):
    sources = ["import wslearn as ws", cells.solved(find("01.1")), cells.starter(find("01.2"))]
    path = tmp_path / "class" / "ada" / "any name.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=[new_code_cell(one) for one in sources]), path)
    return tmp_path / "class"


def test_the_table_and_the_warning_are_printed(folder, monkeypatch, capsys):
    monkeypatch.setattr(collect, "BETWEEN_LINES", float("inf"))  # however busy the machine is
    assert main(["collect", str(folder)]) == 0
    printed = capsys.readouterr()
    assert "ada          ✓      ·                          1 of 5" in printed.out
    assert "not a sandbox" in " ".join(printed.out.split())
    assert printed.err == ""


def test_json_and_csv_hold_the_same(folder, tmp_path, capsys):
    table = tmp_path / "results.csv"
    words = ["--json", "--lessons", "1", "--csv", str(table)]
    assert main(["collect", str(folder), *words]) == 0
    (ada,) = json.loads(capsys.readouterr().out)
    outcomes = {name: result["outcome"] for name, result in ada["exercises"].items()}
    assert outcomes == {"01.1": "solved", "01.2": "not solved"}
    lines = table.read_text(encoding="utf-8-sig").splitlines()
    assert lines == [
        "student,01.1,01.2,01.3,01.4,01.5,solved,of,late hours,not read",
        "ada,solved,not solved,,,,1,5,,",
    ]


def test_pages_points_and_who_is_missing_come_from_one_run(folder, tmp_path, capsys):
    roster = tmp_path / "roster.csv"
    roster.write_text("Name,Email address\nAda,ada@example.org\nGrace,grace@example.org\n")
    points, pages = tmp_path / "points.csv", tmp_path / "pages"
    words = ["--roster", str(roster), "--grades", str(points), "--pages", str(pages)]
    assert main(["collect", str(folder), *words, "--due", "2020-01-01"]) == 0
    said = capsys.readouterr()
    assert "Grace: Nothing was handed in." in said.out
    assert "Late\n  ada: " in said.out
    assert sorted(path.name for path in pages.iterdir()) == ["Grace.html", "ada.html"]
    head, ada, grace = points.read_text().splitlines()
    assert head.startswith("Name,Email address,wslearn 00,wslearn 01")
    assert ada.startswith("Ada,ada@example.org,,1,,")
    assert grace.startswith("Grace,grace@example.org,,,")


def test_a_student_missing_from_the_roster_is_named(folder, tmp_path, capsys):
    (tmp_path / "roster.csv").write_text("Name\nGrace\n")
    assert main(["collect", str(folder), "--roster", str(tmp_path / "roster.csv")]) == 1
    assert "ada: Expected a name that is on the roster" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--grades", "x.csv"], "Expected --roster FILE beside --grades"),
        (["--roster", "nowhere.csv"], "nowhere.csv: No such file or directory"),
    ],
)
def test_a_missing_roster_gets_one_sentence(folder, capsys, words, said):
    assert main(["collect", str(folder), *words]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--lessons", "1,77"], f"expected lessons from 00 to {LESSONS[-1]}, got 77"),
        (["--due", "soon"], "expected a date such as 2026-11-20"),
    ],
)
def test_an_invalid_option_is_refused(folder, capsys, words, said):
    with pytest.raises(SystemExit):
        main(["collect", str(folder), *words])
    assert said in capsys.readouterr().err


def test_a_second_run_takes_what_it_knows_from_the_first(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("WSLEARN_PROGRESS", "elsewhere")
    monkeypatch.setattr(collect.sys, "platform", "linux")
    assert main(["collect", str(folder)]) == 0
    first = capsys.readouterr().out
    assert (tmp_path / "data" / "wslearn" / collect.KEPT).stat().st_size
    assert main(["collect", str(folder)]) == 0
    assert capsys.readouterr().out.partition("Each answer")[0] == first.partition("Each answer")[0]


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_an_empty_folder_gets_one_sentence(tmp_path, capsys, name):
    (tmp_path / "empty").mkdir()
    assert main(["collect", str(tmp_path / name)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("wslearn collect: Expected ")
    assert said.count("\n") == 1


def test_the_exit_status_says_whether_everything_was_read(folder, capsys):
    (folder / "grace").mkdir()
    (folder / "roster.csv").write_text("")
    assert main(["collect", str(folder), "--short"]) == 1
    said = capsys.readouterr().out
    assert "grace: Expected a notebook (.ipynb), got an empty folder." in said
    assert "Also in the folder, and not looked at: roster.csv." in said


@pytest.mark.parametrize("words", [["--seconds", "x"], ["--seconds", "0"], ["--memory", "1"]])
def test_an_impossible_limit_is_refused(folder, capsys, words):
    with pytest.raises(SystemExit) as left:
        main(["collect", str(folder), *words])
    assert left.value.code == 2
    assert "expected a number from" in capsys.readouterr().err


def test_an_unwritable_file_gets_one_sentence(folder, capsys):
    assert main(["collect", str(folder), "--csv", str(folder)]) == 2
    assert "Expected a file to write" in capsys.readouterr().err


def test_the_limits_are_those_of_the_checkers():
    parser = ArgumentParser()
    collect.add_arguments(parser)
    arguments = parser.parse_args(["folder"])
    assert (arguments.seconds, arguments.memory) == (SECONDS, MEMORY)


def test_a_terminal_shows_the_progress(monkeypatch, capsys):
    monkeypatch.setattr(collect.sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(collect, "AT_ONCE_QUIET", -1.0)
    tell = collect._progress()
    tell(1, 2, "ada.ipynb")
    tell(2, 2, "grace.ipynb")
    said = capsys.readouterr().err
    assert "\r\x1b[K1 of 2 notebooks judged: ada.ipynb" in said
    assert said.endswith("2 of 2 notebooks judged: grace.ipynb\n")
