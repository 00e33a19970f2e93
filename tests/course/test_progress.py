"""Progress: nothing that was done is lost, whatever happens to the file, and the picture counts."""

import json
import os
import subprocess
import sys
import time
from html import unescape
from pathlib import Path

import pytest

import wslearn as ws
from tests.support.places import NOTEBOOKS
from wslearn.apps.working_copy import RECORD, update
from wslearn.checking.happened import Event
from wslearn.course import progress, progress_place, progress_store
from wslearn.course.exercises import LESSONS, every_exercise, of_lesson
from wslearn.course.lessons import COURSE
from wslearn.course.progress_place import FILE, IN_THE_BROWSER, NO_HOME, place
from wslearn.course.progress_store import Store, as_text, from_text, merged
from wslearn.course.quizzes import questions

DONE = {"01.1": "passed", "01.2": "tried", "04 question 3": "right"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "below" / FILE


@pytest.fixture
def kept(path, monkeypatch):
    """``ws.progress`` with a record of this test's own."""
    store = Store(path)
    monkeypatch.setattr(progress, "_kept", lambda: (store, ""))
    return store


def begun(path):
    """A file with a record in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_text(DONE), encoding="utf-8")


def files(path):
    """What stands beside the record, without the lock, which is always empty."""
    names = {one.name for one in path.parent.iterdir()}
    assert (path.parent / f".{path.name}.lock").stat().st_size == 0
    return names - {f".{path.name}.lock"}


# -- what is remembered ----------------------------------------------------------------------------


def test_what_one_kernel_keeps_the_next_one_reads(path):
    for name, state in DONE.items():
        Store(path).add(name, state)
    assert Store(path).read() == DONE
    assert files(path) == {FILE}


def test_a_better_state_replaces_a_worse_and_never_the_other_way(path):
    store = Store(path)
    for state, remembered in [
        ("wrong", "wrong"),
        ("later", "later"),
        ("wrong", "later"),
        ("right", "right"),
        ("later", "right"),
    ]:
        store.add("04 question 1", state)
        assert store.read() == {"04 question 1": remembered}


def test_two_records_are_put_together_whichever_comes_first():
    other = {"01.1": "tried", "01.2": "passed", "02.1": "passed"}
    assert merged(DONE, other) == merged(other, DONE)
    assert merged(DONE, other) == {**DONE, "01.2": "passed", "02.1": "passed"}


def test_the_file_is_text_that_a_person_can_read(path):
    Store(path).add("01.1", "passed")
    assert json.loads(path.read_text(encoding="utf-8"))["done"] == {"01.1": "passed"}


# -- what may happen to the file -------------------------------------------------------------------


def test_half_a_file_is_set_aside_with_a_sentence_and_nothing_of_it_is_lost(tmp_path):
    text = as_text(DONE).encode()
    for end in range(len(text) - 1):
        path = tmp_path / str(end) / FILE
        path.parent.mkdir()
        path.write_bytes(text[:end])
        store = Store(path)
        assert store.read() == {}
        assert "was damaged" in store.said[0]
        assert path.with_name("wslearn-progress.damaged-1.json").read_bytes() == text[:end]
        store.add("02.1", "passed")
        assert Store(path).read() == {"02.1": "passed"}
    assert from_text(text[:-1]) == DONE, "a missing last line end is no damage"


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\x00" * 200,
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b'{"format": "wslearn progress 1"}',
        b'{"format": "wslearn progress 1", "done": []}',
        b'{"format": "wslearn progress 1", "done": {"01.1": "solved"}}',
        b'{"format": "wslearn progress 1", "done": {"01.1": ["passed"]}}',
        b'{"format": "wslearn progress 1", "done": {"<b>": "passed"}}',
        b'{"format": "wslearn progress 0", "done": {}}',
        b"[" * 100_000,
        b" " * (progress_store.LARGEST + 1),
    ],
    ids=lambda damage: repr(damage[:60]),
)
def test_what_is_no_record_is_set_aside(path, damage):
    path.parent.mkdir()
    path.write_bytes(damage)
    store = Store(path)
    assert store.read() == {}
    assert "was damaged" in store.said[0]
    assert path.with_name("wslearn-progress.damaged-1.json").read_bytes() == damage
    path.write_bytes(damage)
    store.read()
    assert path.with_name("wslearn-progress.damaged-2.json").read_bytes() == damage


def test_a_record_that_another_kernel_has_just_mended_is_not_set_aside(path, monkeypatch):
    path.parent.mkdir()
    path.write_bytes(b"half")
    lock = progress_store.locked

    def mended_before(place):
        begun(path)  # by the other kernel, between our look and our lock
        return lock(place)

    monkeypatch.setattr(progress_store, "locked", mended_before)
    store = Store(path)
    assert store.read() == DONE
    assert store.said == []
    assert files(path) == {FILE}


def test_a_mark_that_an_editor_puts_at_the_beginning_does_no_harm():
    assert from_text(b"\xef\xbb\xbf" + as_text(DONE).encode()) == DONE


@pytest.mark.parametrize("at", ["os.fsync", "Path.replace"])
def test_a_crash_while_writing_leaves_the_old_record_whole(path, at):
    begun(path)
    program = (
        "import os, pathlib, sys\n"
        "from pathlib import Path\n"
        "from wslearn.course.progress_store import Store\n"
        "def crash(*arguments): os._exit(9)\n"
        f"{'os.fsync' if at == 'os.fsync' else 'Path.replace'} = crash\n"
        "Store(Path(sys.argv[1])).add('02.1', 'passed')\n"
    )
    run = subprocess.run([sys.executable, "-c", program, str(path)], timeout=60, check=False)
    assert run.returncode == 9
    left = files(path) - {FILE}
    assert len(left) == 1, "the crash came after the new file was begun"
    assert Store(path).read() == DONE
    Store(path).add("02.2", "passed")
    assert Store(path).read() == {**DONE, "02.2": "passed"}
    assert files(path) == {FILE}, "what the crash left was taken away"


def test_a_full_disk_is_told_and_the_old_record_stays_and_the_new_comes_later(path, monkeypatch):
    begun(path)
    store = Store(path)

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        store.add("02.1", "passed")
        assert "No space left on device" in store.trouble
        assert "until this kernel ends" in store.trouble
        assert Store(path).read() == DONE
        assert store.read() == {**DONE, "02.1": "passed"}
    assert files(path) == {FILE}
    store.add("02.2", "passed")
    assert store.trouble == ""
    assert Store(path).read() == {**DONE, "02.1": "passed", "02.2": "passed"}


def test_where_nothing_can_be_written_it_is_remembered_in_memory_and_said(tmp_path):
    (tmp_path / "file").write_text("no folder")
    store = Store(tmp_path / "file" / FILE)
    store.add("01.1", "passed")
    assert store.read() == {"01.1": "passed"}
    assert str(store.path) in store.trouble
    assert store.reset() == ""


def test_a_record_that_cannot_be_read_is_not_overwritten(path):
    path.mkdir(parents=True)
    store = Store(path)
    store.add("01.1", "passed")
    assert store.read() == {"01.1": "passed"}
    assert store.trouble
    assert path.is_dir()
    path.rmdir()
    assert store.read() == {"01.1": "passed"}
    assert store.trouble == ""
    assert Store(path).read() == {"01.1": "passed"}


# -- two kernels -----------------------------------------------------------------------------------


def test_kernels_that_write_at_once_lose_nothing(path):
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from wslearn.course.progress_store import Store\n"
        "store = Store(Path(sys.argv[1]))\n"
        "sys.stdin.readline()\n"
        "for number in range(1, 21):\n"
        "    store.add(f'{sys.argv[2]}.{number}', 'passed')\n"
        "for _ in range(100):\n"
        "    if store.trouble: store.read()\n"
    )
    kernels = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(path), f"{kernel:02}"], stdin=subprocess.PIPE
        )
        for kernel in range(4)
    ]
    for kernel in kernels:
        kernel.stdin.write(b"go\n")
        kernel.stdin.close()
    assert [kernel.wait(timeout=60) for kernel in kernels] == [0] * 4
    expected = {f"{kernel:02}.{number}" for kernel in range(4) for number in range(1, 21)}
    assert set(Store(path).read()) == expected
    assert files(path) == {FILE}


def test_while_another_kernel_writes_a_check_waits_a_moment_and_forgets_nothing(path):
    begun(path)
    store = Store(path)
    with progress_store.locked(path):
        start = time.monotonic()
        store.add("02.1", "passed")
        assert time.monotonic() - start < 10 * progress_store.PATIENCE
        assert "another kernel" in store.trouble
        assert store._waiting == {"02.1": "passed"}
        assert Store(path)._load() == DONE
    assert store.read() == {**DONE, "02.1": "passed"}
    assert Store(path).read() == {**DONE, "02.1": "passed"}
    assert store.trouble == ""


# -- reset -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("in_memory", [False, True])
def test_a_reset_puts_the_record_away_and_can_be_undone(path, in_memory):
    store = Store(None if in_memory else path)
    for name, state in DONE.items():
        store.add(name, state)
    away = store.reset()
    assert away == ("memory" if in_memory else "wslearn-progress.before-reset-1.json")
    assert store.read() == {}
    if not in_memory:
        assert from_text(path.with_name(away).read_bytes()) == DONE
    store.add("02.1", "passed")
    assert store.restore()
    assert store.read() == {**DONE, "02.1": "passed"}


def test_a_second_reset_does_not_replace_what_the_first_put_away(path):
    store = Store(path)
    assert store.reset() == ""
    store.add("01.1", "passed")
    assert store.reset()
    assert store.reset() == ""
    store.add("01.2", "passed")
    assert store.reset() == "wslearn-progress.before-reset-2.json"
    assert len(files(path)) == 2


def test_the_tenth_record_that_was_put_away_is_the_last(path):
    store = Store(path)
    for number in range(1, 12):
        store.add(f"01.{number}", "passed")
        store.reset()
    assert store.restore()
    assert store.read() == {"01.11": "passed"}


# -- where it is kept ------------------------------------------------------------------------------


def test_beside_the_students_own_copy_of_the_lessons(tmp_path):
    update(NOTEBOOKS, tmp_path)
    below = tmp_path / "mine" / "more"
    below.mkdir(parents=True)
    for folder in (tmp_path, below):
        assert place({"HOME": "/nowhere"}, folder, "linux") == (tmp_path / FILE, "")
    assert progress_place.COPY == RECORD


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {"HOME": "/h"}, "/h/.local/share/wslearn"),
        ("linux", {"HOME": "/h", "XDG_DATA_HOME": "/data"}, "/data/wslearn"),
        ("linux", {"HOME": "/h", "XDG_DATA_HOME": "data"}, "/h/.local/share/wslearn"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Application Support/wslearn"),
        ("win32", {"APPDATA": "/a"}, "/a/wslearn"),
    ],
)
def test_else_where_the_system_keeps_what_programs_remember(
    tmp_path, platform, environment, expected
):
    assert place(environment, tmp_path, platform) == (Path(expected) / FILE, "")


@pytest.mark.parametrize(
    ("platform", "environment", "why"),
    [
        ("emscripten", {"HOME": "/h"}, IN_THE_BROWSER),
        ("linux", {}, NO_HOME),
        ("win32", {}, NO_HOME),
        ("linux", {"HOME": "/h", "WSLEARN_PROGRESS": "memory"}, ""),
        ("linux", {"HOME": "/h", "PYTEST_CURRENT_TEST": "a test"}, ""),
    ],
)
def test_in_memory_where_there_is_no_file_to_keep(tmp_path, platform, environment, why):
    nowhere = tmp_path / "drive"
    assert place(environment, tmp_path, platform, nowhere) == (None, why)


def test_in_the_browser_beside_the_lessons_that_the_page_keeps(tmp_path):
    drive = tmp_path / "drive"
    drive.mkdir()
    assert place({"HOME": "/h"}, tmp_path, "emscripten", drive) == (drive / FILE, "")


def test_where_one_asks_for_it_also_in_a_test(tmp_path):
    environment = {"WSLEARN_PROGRESS": "my.json", "PYTEST_CURRENT_TEST": "a test"}
    assert place(environment, tmp_path, "linux") == (tmp_path / "my.json", "")


def test_these_tests_keep_nothing():
    assert place(os.environ, Path.cwd())[0] is None


# -- the picture -----------------------------------------------------------------------------------


def everything():
    """The record of somebody who has done the whole course."""
    return {
        **{exercise.id: "passed" for exercise in every_exercise()},
        **{
            f"{lesson} question {at}": "later"
            for lesson in LESSONS
            for at in range(1, len(questions(lesson)) + 1)
        },
    }


def test_checks_and_quizzes_are_counted(kept):
    quiz = ws.quiz("01")
    right = quiz.questions[1].right
    quiz.choose(0, quiz.questions[0].right)
    quiz.choose(1, (right + 1) % 4)
    ws.check("00.1", "Hello!")
    ws.check("01.1", lambda *_: "wrong")
    ws.check("01.2", None)
    ws.hint("01.3")
    shown = repr(ws.progress())
    row = next(line for line in shown.splitlines() if "01 What is a bit" in line)
    exercises = len(of_lesson("01"))
    assert f"◐{'○' * (exercises - 1)} 0 of {exercises}" in row
    assert row.endswith("●◐○○○ 1 of 5")
    assert "1 of " in shown.splitlines()[0]
    assert "Next: question 1 of the quiz in lesson 00." in shown
    quiz.choose(1, right)
    assert "●●○○○ 2 of 5" in repr(ws.progress())
    assert f"Kept in {kept.path}." in repr(ws.progress())


def test_the_picture_has_every_lesson_that_has_exercises(kept):
    shown = repr(ws.progress())
    for lesson in COURSE:
        assert (f"{lesson.name} " in shown) == (lesson.number in LESSONS)


def test_who_has_done_everything_is_told_so():
    shown = progress.drawn(everything())
    assert repr(shown).startswith(f"✓ {len(LESSONS)} of {len(LESSONS)} lessons done")
    assert "That was all of it." in repr(shown)
    assert "○" not in repr(shown)
    without_one = everything()
    del without_one[every_exercise()[-1].id]
    shown = progress.drawn(without_one)
    assert repr(shown).startswith(f"○ {len(LESSONS) - 1} of {len(LESSONS)} lessons done")
    assert f"exercise {every_exercise()[-1].id} in lesson" in repr(shown)


def test_a_name_that_no_lesson_has_is_not_counted():
    assert repr(progress.drawn({"99.1": "passed", "98 question 1": "right"})) == repr(
        progress.drawn({})
    )


def test_the_html_says_the_same_without_colour_and_without_the_circles():
    shown = progress.drawn({"01.1": "passed", "01.2": "tried"}, ("Kept in <here>.",))
    html = shown._repr_mimebundle_()["text/html"]
    assert 'title="01.1: passed"' in html
    assert 'title="01.2: tried"' in html
    assert 'title="01.3: not begun"' in html
    assert f"</span> 1 of {len(of_lesson('01'))}" in html
    assert "Kept in &lt;here&gt;." in html
    assert html.count("<tr>") == html.count('scope="row"') + 1
    assert shown._headline() in unescape(html)
    assert "color: #fff" not in html
    circles = [span for span in html.split("<span title=")[1:] if "border-radius" in span]
    assert sum(";background:#" in span for span in circles) == 1, "one full circle"
    assert sum("gradient" in span for span in circles) == 1, "and one half"
    things = sum(len(row.exercises) + len(row.questions) for row in shown.rows)
    assert len(circles) == things


def test_reset_and_restore_are_told_in_a_sentence(kept):
    ws.check("00.1", "Hello!")
    assert "before-reset-1.json" in repr(ws.progress(reset=True))
    assert "You begin anew" not in repr(ws.progress(reset=True)), "there was nothing to forget"
    assert "● 1 of 1" in repr(ws.progress(restore=True))


def test_there_may_be_nothing_to_bring_back(kept):
    assert "There is nothing to bring back." in repr(ws.progress(restore=True))


def test_why_nothing_is_kept_is_told(monkeypatch):
    monkeypatch.setattr(progress, "_kept", lambda: (Store(None), IN_THE_BROWSER))
    assert IN_THE_BROWSER in repr(ws.progress())


def test_a_damaged_record_is_told_and_is_no_traceback(kept):
    kept.path.parent.mkdir()
    kept.path.write_text("half a fi")
    assert "The old one is kept as wslearn-progress.damaged-1.json." in repr(ws.progress())


def test_the_record_of_a_later_version_is_left_alone_and_said_so(kept):
    kept.path.parent.mkdir()
    later = '{"format": "wslearn progress 2", "solved": {"01.1": "2031-01-01"}}'
    kept.path.write_text(later)
    ws.check("00.1", "Hello!")
    shown = repr(ws.progress())
    assert "a later version of wslearn wrote it (wslearn progress 2); update this one" in shown
    assert "damaged" not in shown
    assert "● 1 of 1" in shown, "what is done now counts until the kernel ends"
    repr(ws.progress(reset=True))
    assert kept.path.read_text() == later
    assert files(kept.path) == {FILE}


def test_a_hint_is_nothing_done():
    assert progress.state_of(Event("hint", "01.1", "3")) == ""
    assert progress.state_of(Event("solution", "01.1", "shown")) == ""


def test_a_kernel_whose_folder_is_gone_still_answers(monkeypatch):
    def gone():
        raise FileNotFoundError

    monkeypatch.setattr(Path, "cwd", gone)
    progress._kept.cache_clear()
    try:
        assert "lessons done" in repr(ws.progress())
    finally:
        progress._kept.cache_clear()
