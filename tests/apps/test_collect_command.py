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
from wslearn.course.exercises import find


@pytest.fixture
def folder(tmp_path):
    sources = ["import wslearn as ws", cells.solved(find("01.1")), cells.starter(find("01.2"))]
    path = tmp_path / "class" / "ada" / "any name.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=[new_code_cell(one) for one in sources]), path)
    return tmp_path / "class"


def test_the_table_and_the_warning_are_printed(folder, capsys):
    assert main(["collect", str(folder)]) == 0
    printed = capsys.readouterr()
    assert "ada          ✓      ·     1 of 2" in printed.out
    assert "no sandbox" in " ".join(printed.out.split())
    assert printed.err == ""


def test_json_and_csv_hold_the_same(folder, tmp_path, capsys):
    table = tmp_path / "results.csv"
    assert main(["collect", str(folder), "--json", "--csv", str(table)]) == 0
    (ada,) = json.loads(capsys.readouterr().out)
    outcomes = {name: result["outcome"] for name, result in ada["exercises"].items()}
    assert outcomes == {"01.1": "solved", "01.2": "not solved"}
    lines = table.read_text(encoding="utf-8-sig").splitlines()
    assert lines == ["student,01.1,01.2,solved,of,not read", "ada,solved,not solved,1,2,"]


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_a_folder_with_nothing_in_it_is_one_sentence(tmp_path, capsys, name):
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
    assert "Beside the students, and not looked at: roster.csv." in said


@pytest.mark.parametrize("words", [["--seconds", "x"], ["--seconds", "0"], ["--memory", "1"]])
def test_a_limit_that_cannot_be_is_refused(folder, capsys, words):
    with pytest.raises(SystemExit) as left:
        main(["collect", str(folder), *words])
    assert left.value.code == 2
    assert "expected a number from" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_one_sentence(folder, capsys):
    assert main(["collect", str(folder), "--csv", str(folder)]) == 2
    assert "Expected a file to write" in capsys.readouterr().err


def test_the_limits_are_those_of_the_checkers():
    parser = ArgumentParser()
    collect.add_arguments(parser)
    arguments = parser.parse_args(["folder"])
    assert (arguments.seconds, arguments.memory) == (SECONDS, MEMORY)


def test_somebody_who_waits_at_a_terminal_sees_how_far_it_is(monkeypatch, capsys):
    monkeypatch.setattr(collect.sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(collect, "AT_ONCE_QUIET", -1.0)
    tell = collect._progress()
    tell(1, 2, "ada.ipynb")
    tell(2, 2, "grace.ipynb")
    said = capsys.readouterr().err
    assert "\r\x1b[K1 of 2 notebooks judged: ada.ipynb" in said
    assert said.endswith("2 of 2 notebooks judged: grace.ipynb\n")
