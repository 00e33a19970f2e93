"""The student's copy: without answers, never overwritten, and updated where it was not touched."""

import errno
import json
import re
from pathlib import Path

import nbformat
import pytest

from tests.support.places import NOTEBOOKS
from wslearn.apps.working_copy import update, without_links_out, without_outputs
from wslearn.course.progress_place import COPY


def notebook(source: str) -> str:
    cell = nbformat.v4.new_code_cell(source, execution_count=1)
    cell.outputs = [nbformat.v4.new_output("stream", text="the answer")]
    return nbformat.writes(nbformat.v4.new_notebook(cells=[cell]))


@pytest.fixture
def folders(tmp_path):
    lessons, copy = tmp_path / "lessons", tmp_path / "mine" / "copy"
    lessons.mkdir()
    (lessons / "00-a.ipynb").write_text(notebook("first"))
    return lessons, copy


def source_of(path: Path) -> str:
    return nbformat.read(path, as_version=4).cells[0].source


def test_a_copy_has_no_answers(folders):
    lessons, copy = folders
    assert update(lessons, copy) == []
    (cell,) = nbformat.read(copy / "00-a.ipynb", as_version=4).cells
    assert (cell.source, cell.outputs, cell.execution_count) == ("first", [], None)


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_lesson_can_be_copied_and_keeps_all_but_its_outputs(path):
    stored = nbformat.read(path, as_version=4)
    copied = nbformat.reads(without_outputs(path.read_text(encoding="utf-8")), as_version=4)
    nbformat.validate(copied)
    assert [cell.source for cell in copied.cells] == [cell.source for cell in stored.cells]
    assert not any(cell.get("outputs") for cell in copied.cells)


def test_a_page_of_text_comes_along_without_links_that_lead_out(folders):
    lessons, copy = folders
    (lessons / "every-rule.md").write_text("See [the code](../wslearn/x.py) and [00](00-a.ipynb).")
    assert update(lessons, copy) == []
    assert (copy / "every-rule.md").read_text() == "See the code and [00](00-a.ipynb)."


def test_the_links_that_are_left_in_the_copied_pages_lead_somewhere():
    for page in NOTEBOOKS.glob("*.md"):
        text = without_links_out(page.read_text(encoding="utf-8"))
        for target in re.findall(r"\]\((?!https://)([^)#]+)\)", text):
            assert "/" not in target, target
            assert (NOTEBOOKS / target).exists(), target


def test_what_the_student_wrote_is_never_overwritten(folders):
    lessons, copy = folders
    update(lessons, copy)
    mine = copy / "00-a.ipynb"
    mine.write_text(notebook("my own"))
    assert update(lessons, copy) == []
    assert source_of(mine) == "my own"
    (lessons / "00-a.ipynb").write_text(notebook("renewed"))
    assert update(lessons, copy) == ["00-a.ipynb"]
    assert source_of(mine) == "my own"


def test_a_lesson_that_was_not_touched_is_renewed_and_a_new_one_is_added(folders):
    lessons, copy = folders
    update(lessons, copy)
    (lessons / "00-a.ipynb").write_text(notebook("renewed"))
    (lessons / "01-b.ipynb").write_text(notebook("new"))
    assert update(lessons, copy) == []
    assert [source_of(path) for path in sorted(copy.glob("*.ipynb"))] == ["renewed", "new"]


def test_a_lesson_that_was_renamed_or_deleted_comes_back_fresh(folders):
    lessons, copy = folders
    update(lessons, copy)
    (copy / "00-a.ipynb").rename(copy / "mine.ipynb")
    update(lessons, copy)
    assert source_of(copy / "00-a.ipynb") == "first"
    assert (copy / "mine.ipynb").exists()


@pytest.mark.parametrize("record", ["", "half a rec", "[]", None])
def test_without_a_good_record_everything_there_is_kept(folders, record):
    lessons, copy = folders
    update(lessons, copy)
    if record is None:
        (copy / COPY).unlink()
    else:
        (copy / COPY).write_text(record)
    (lessons / "00-a.ipynb").write_text(notebook("renewed"))
    assert update(lessons, copy) == ["00-a.ipynb"]
    assert source_of(copy / "00-a.ipynb") == "first"
    assert isinstance(json.loads((copy / COPY).read_text()), dict)


def fill_the_disk_after(monkeypatch, count):
    """Let this many files be written whole, and only the beginning of the next one."""
    write, left = Path.write_text, iter(range(count))

    def write_text(self, text, *arguments, **named):
        if next(left, None) is None:
            write(self, text[: len(text) // 2], *arguments, **named)
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, text, *arguments, **named)

    monkeypatch.setattr(Path, "write_text", write_text)


@pytest.mark.parametrize("count", range(8))
def test_a_disk_that_fills_leaves_no_half_of_a_lesson_and_the_next_run_mends_it(
    folders, monkeypatch, count
):
    lessons, copy = folders
    for number in range(1, 4):
        (lessons / f"0{number}-x.ipynb").write_text(notebook(f"lesson {number}"))
    with monkeypatch.context() as full:
        fill_the_disk_after(full, count)
        with pytest.raises(OSError, match="No space left"):
            update(lessons, copy)
    for path in copy.glob("*.ipynb"):
        nbformat.validate(nbformat.read(path, as_version=4))
    assert update(lessons, copy) == [], "nothing counts as the student's own"
    assert [path.name for path in sorted(copy.glob("*.ipynb"))] == [
        path.name for path in sorted(lessons.glob("*.ipynb"))
    ]
    assert list(copy.glob(".*.half")) == []


def test_a_copy_that_an_earlier_version_cut_off_is_mended(folders):
    lessons, copy = folders
    copy.mkdir(parents=True)
    whole = without_outputs((lessons / "00-a.ipynb").read_text())
    (copy / "00-a.ipynb").write_text(whole[:100])
    assert update(lessons, copy) == []
    assert source_of(copy / "00-a.ipynb") == "first"
