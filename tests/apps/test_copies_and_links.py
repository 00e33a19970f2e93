"""``wslearn copy`` and ``wslearn links``: what a hub hands out, and how a student gets there."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.places import NOTEBOOKS
from wslearn.__main__ import main
from wslearn.course.lessons import present


def test_a_copy_has_every_lesson_and_no_stored_output(tmp_path, capsys):
    folder = tmp_path / "course"
    assert main(["copy", str(folder)]) == 0
    assert str(folder) in capsys.readouterr().out
    lessons = [folder / one.file for one in present(NOTEBOOKS)]
    assert sorted(folder.glob("*.ipynb")) == [*lessons, folder / "cases.ipynb"]
    for lesson in folder.glob("*.ipynb"):
        cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
        assert not any(cell.get("outputs") for cell in cells), lesson


def test_a_second_copy_keeps_what_was_changed(tmp_path, capsys):
    first = tmp_path / present(NOTEBOOKS)[0].file
    assert main(["copy", str(tmp_path)]) == 0
    first.write_text("mine", encoding="utf-8")
    assert main(["copy", str(tmp_path)]) == 0
    assert first.read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_a_file_is_one_sentence(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["copy", str(tmp_path / "file")]) == 2
    assert capsys.readouterr().err.startswith("wslearn copy: Expected a folder to write in, got ")


def test_a_loop_of_links_and_an_unknown_home_get_one_sentence(tmp_path, capsys):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for folder in (tmp_path / "loop", "~nobody-has-this-name/course"):
        assert main(["copy", str(folder)]) == 2
        told = capsys.readouterr().err
        assert told.startswith(f"wslearn copy: Expected a folder to write in, got {folder}: ")
        assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("repository", "folder", "path"),
    [
        ("https://git.example/you/course", "", "course"),
        ("https://git.example/you/course.git/", "", "course"),
        ("git@git.example:course.git", "", "course"),
        ("https://git.example/you/clone", "/notebooks/", "clone/notebooks"),
    ],
)
def test_each_lesson_has_a_link_that_leads_to_it_in_the_clone(repository, folder, path, capsys):
    words = ["links", "https://hub.example/hub/", repository, "--folder", folder]
    assert main(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(present(NOTEBOOKS))
    for line, lesson in zip(lines, present(NOTEBOOKS), strict=True):
        name, _, address = line.removeprefix("- [").removesuffix(")").rpartition("](")
        parts = urlsplit(address)
        assert name == lesson.name
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == (
            "https://hub.example/hub/user-redirect/git-pull"
        )
        asked = {"repo": [repository], "branch": ["main"]}
        assert parse_qs(parts.query) == {**asked, "urlpath": [f"lab/tree/{path}/{lesson.file}"]}


@pytest.mark.parametrize(
    ("hub", "repository", "sentence"),
    [
        ("hub.example", "https://git.example/you/course", "Expected a hub's address such as"),
        ("https://", "https://git.example/you/course", "Expected a hub's address such as"),
        ("https://h.example/?a", "https://git.example/you/course", "Expected a hub's address"),
        ("https://hub.example", "course", "Expected a repository such as"),
        ("https://hub.example", "https://git.example/.git", "Expected a repository such as"),
    ],
)
def test_an_invalid_address_gets_one_sentence(hub, repository, sentence, capsys):
    assert main(["links", hub, repository]) == 2
    said = capsys.readouterr()
    assert said.err.startswith(f"wslearn links: {sentence}")
    assert not said.out
