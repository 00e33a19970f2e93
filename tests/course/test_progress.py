"""Progress: nothing done is lost, whatever happens to the file, and the summary is right."""

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wslearn as ws
from tests.support.places import NOTEBOOKS
from wslearn.apps.working_copy import update
from wslearn.checking.happened import Event
from wslearn.course import progress, progress_store
from wslearn.course.exercises import LESSONS, every_exercise, of_lesson
from wslearn.course.lessons import COURSE
from wslearn.course.progress_place import FILE, IN_THE_BROWSER, NO_HOME, place
from wslearn.course.progress_record import (
    Given,
    Note,
    Record,
    Review,
    as_text,
    from_text,
    merged,
    moment,
    stamp,
)
from wslearn.course.progress_store import Store
from wslearn.course.quizzes import questions

DONE = {"01.1": "passed", "01.2": "tried", "04 question 3": "right"}
EVERYTHING = Record(
    DONE,
    {"03.2": Given("2026-03-01T10:00:00Z", "126", True), "03.4": Given("2026-03-01T10:01:00Z", "")},
    {"05": Note(2, "2026-03-02T10:00:00Z", "A mask", (0, 2))},
    {
        "04 question 3": (
            Review(0, "2026-03-03T10:00:00Z", "right"),
            Review(1, "2026-03-09T10:00:00Z", "later"),
        )
    },
    {"before.who-masks": Given("2026-02-28T10:00:00Z", "b", False)},
)
"""A record with something of every kind in it."""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "below" / FILE


def begun(path):
    """A file with a record in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_text(Record(DONE)), encoding="utf-8")


def files(path):
    """The files beside the record, without the lock, which is always empty."""
    names = {one.name for one in path.parent.iterdir()}
    assert (path.parent / f".{path.name}.lock").stat().st_size == 0
    return names - {f".{path.name}.lock"}


# -- what is remembered ----------------------------------------------------------------------------


def test_what_one_kernel_keeps_the_next_one_reads(path):
    for name, state in DONE.items():
        Store(path).add(name, state)
    assert Store(path).read().done == DONE
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
        assert store.read().done == {"04 question 1": remembered}


def test_two_records_are_put_together_whichever_comes_first():
    other = {"01.1": "tried", "01.2": "passed", "02.1": "passed"}
    one, two = Record(DONE), Record(other)
    assert merged(one, two) == merged(two, one)
    assert merged(one, two).done == {**DONE, "01.2": "passed", "02.1": "passed"}


def test_the_file_is_text_that_a_person_can_read(path):
    Store(path).add("01.1", "passed")
    assert json.loads(path.read_text(encoding="utf-8"))["done"] == {"01.1": "passed"}


def test_a_record_of_every_kind_comes_back_as_it_was(path):
    assert from_text(as_text(EVERYTHING).encode()) == EVERYTHING
    Store(path).put(EVERYTHING)
    assert Store(path).read() == EVERYTHING


def test_a_part_with_something_in_it_counts_as_something():
    for part in Record.__slots__:
        assert Record(**{part: getattr(EVERYTHING, part)})
    assert not Record()


def test_a_file_of_the_first_version_is_read_and_goes_on_as_one_of_today(path):
    path.parent.mkdir()
    path.write_text(json.dumps({"format": "wslearn progress 1", "done": DONE}))
    store = Store(path)
    assert store.read() == Record(DONE)
    store.put(Record(notes=EVERYTHING.notes))
    assert Store(path).read() == Record(DONE, notes=EVERYTHING.notes)
    assert store.said == []


@given(st.permutations(range(6)))
def test_records_are_put_together_in_any_order(order):
    day = "2026-03-0{}T10:00:00Z".format
    parts = [
        Record(DONE, {"03.2": Given(day(2), "7", False)}),
        Record({"01.2": "passed"}, {"03.2": Given(day(1), "")}),
        Record(notes={"05": Note(1, day(3), "first")}, predictions={"03.2": Given(day(3), "9")}),
        Record(notes={"05": Note(2, day(1), "second", (1,))}),
        Record(reviews={"04 question 3": (Review(0, day(1), "wrong"),)}),
        Record(reviews={"04 question 3": (Review(1, day(1), "right"), Review(0, day(1), "wrong"))}),
    ]
    whole = merged(*(parts[at] for at in order))
    assert whole == merged(*parts)
    assert merged(whole, whole) == whole
    assert whole.predictions["03.2"].given == "7", "the first that was not a skip"
    assert whole.notes["05"].text == "second", "edited later, though the clock said earlier"
    assert [one.grade for one in whole.reviews["04 question 3"]] == ["wrong", "right"]


def test_an_answer_that_was_committed_stays_and_its_judgement_is_added():
    first, judged = Given("2026-03-01T10:00:00Z", "7"), Given("2026-03-01T10:00:00Z", "7", False)
    second = Given("2026-03-01T10:00:05Z", "126", True)
    records = [Record(predictions={"03.2": one}) for one in (second, first, judged)]
    assert merged(*records).predictions == {"03.2": judged}


def test_two_kernels_that_edit_one_note_at_once_lose_neither_text():
    mine = Note(3, "2026-03-01T10:00:00Z", "The key is fresh.", (0,))
    yours = Note(3, "2026-03-01T10:00:02Z", "It hides nothing.", (1,))
    one, two = (Record(notes={"05": note}) for note in (mine, yours))
    both = merged(one, two)
    assert both == merged(two, one)
    assert both.notes["05"].text == "The key is fresh.\n\nIt hides nothing."
    assert both.notes["05"].ticks == (0, 1)
    assert merged(both, one, two) == both


@given(st.text(), st.text())
def test_whatever_somebody_types_comes_back(words, more):
    record = Record(
        predictions={"03.2": Given("2026-03-01T10:00:00Z", words)},
        notes={"05": Note(1, "2026-03-01T10:00:00Z", more)},
    )
    assert from_text(as_text(record).encode()) == record


def test_a_moment_is_written_in_utc_wherever_one_is():
    east = timezone(timedelta(hours=9))
    assert stamp(datetime(2026, 3, 1, 8, tzinfo=east)) == "2026-02-28T23:00:00Z"
    assert moment("2026-02-28T23:00:00Z") == datetime(2026, 3, 1, 8, tzinfo=east)


# -- what may happen to the file -------------------------------------------------------------------


def test_half_a_file_is_set_aside_with_a_sentence_and_nothing_of_it_is_lost(tmp_path):
    text = as_text(Record(DONE)).encode()
    for end in range(len(text) - 1):
        path = tmp_path / str(end) / FILE
        path.parent.mkdir()
        path.write_bytes(text[:end])
        store = Store(path)
        assert store.read().done == {}
        assert "was damaged" in store.said[0]
        assert path.with_name("wslearn-progress.damaged-1.json").read_bytes() == text[:end]
        store.add("02.1", "passed")
        assert Store(path).read().done == {"02.1": "passed"}
    assert from_text(text[:-1]).done == DONE, "a missing last line end is not damage"


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
        b'{"format": "wslearn progress 1", "done": {}, "notes": {}}',
        b'{"format": "wslearn progress 2", "done": {}}',
        *(
            as_text(EVERYTHING).replace(good, bad).encode()
            for good, bad in [
                ('"predictions"', '"predicted"'),
                ('"right": true', '"right": 1'),
                ('"right": true', '"right": "yes"'),
                ("2026-03-01T10:00:00Z", "2026-02-30T10:00:00Z"),
                ("2026-03-01T10:00:00Z", "yesterday"),
                ('"edit": 2', '"edit": -2'),
                ('"edit": 2', '"edit": true'),
                ('"text": "A mask"', '"text": ["A mask"]'),
                ("0 2026-03-03T10:00:00Z right", "0 2026-03-03T10:00:00Z easy"),
                ("0 2026-03-03T10:00:00Z right", "2026-03-03T10:00:00Z right"),
                ("before.who-masks", "never.who-masks"),
            ]
        ),
        b"[" * 100_000,
        b" " * (progress_store.LARGEST + 1),
    ],
    ids=lambda damage: repr(damage[:60]),
)
def test_what_is_no_record_is_set_aside(path, damage):
    path.parent.mkdir()
    path.write_bytes(damage)
    store = Store(path)
    assert store.read().done == {}
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
    assert store.read().done == DONE
    assert store.said == []
    assert files(path) == {FILE}


def test_a_mark_that_an_editor_puts_at_the_beginning_does_no_harm():
    assert from_text(b"\xef\xbb\xbf" + as_text(Record(DONE)).encode()) == Record(DONE)


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
    assert Store(path).read().done == DONE
    Store(path).add("02.2", "passed")
    assert Store(path).read().done == {**DONE, "02.2": "passed"}
    assert files(path) == {FILE}, "what the crash left was taken away"


def test_a_full_disk_is_reported_and_the_old_record_stays_and_the_new_comes_later(
    path, monkeypatch
):
    begun(path)
    store = Store(path)

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        store.add("02.1", "passed")
        assert "No space left on device" in store.trouble
        assert "until this kernel ends" in store.trouble
        assert Store(path).read().done == DONE
        assert store.read().done == {**DONE, "02.1": "passed"}
    assert files(path) == {FILE}
    store.add("02.2", "passed")
    assert store.trouble == ""
    assert Store(path).read().done == {**DONE, "02.1": "passed", "02.2": "passed"}


def test_where_nothing_can_be_written_it_is_kept_in_memory_and_a_sentence_says_so(tmp_path):
    (tmp_path / "file").write_text("no folder")
    store = Store(tmp_path / "file" / FILE)
    store.add("01.1", "passed")
    assert store.read().done == {"01.1": "passed"}
    assert str(store.path) in store.trouble
    assert store.reset() == ""


def test_a_record_that_cannot_be_read_is_not_overwritten(path):
    path.mkdir(parents=True)
    store = Store(path)
    store.add("01.1", "passed")
    assert store.read().done == {"01.1": "passed"}
    assert store.trouble
    assert path.is_dir()
    path.rmdir()
    assert store.read().done == {"01.1": "passed"}
    assert store.trouble == ""
    assert Store(path).read().done == {"01.1": "passed"}


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
    assert set(Store(path).read().done) == expected
    assert files(path) == {FILE}


class Clock:
    """A clock, in seconds, that moves only when somebody waits."""

    now = 0.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def test_while_another_kernel_writes_a_check_waits_a_moment_and_forgets_nothing(path, monkeypatch):
    begun(path)
    store, clock = Store(path), Clock()
    with progress_store.locked(path):
        monkeypatch.setattr(progress_store, "time", clock)
        store.add("02.1", "passed")
        assert progress_store.PATIENCE < clock.now < 1.2 * progress_store.PATIENCE
        assert "another kernel" in store.trouble
        assert store._waiting.done == {"02.1": "passed"}
        assert Store(path)._load().done == DONE
    assert store.read().done == {**DONE, "02.1": "passed"}
    assert Store(path).read().done == {**DONE, "02.1": "passed"}
    assert store.trouble == ""


# -- reset -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("in_memory", [False, True])
def test_a_reset_puts_the_record_away_and_can_be_undone(path, in_memory):
    store = Store(None if in_memory else path)
    for name, state in DONE.items():
        store.add(name, state)
    away = store.reset()
    assert away == ("memory" if in_memory else "wslearn-progress.before-reset-1.json")
    assert store.read().done == {}
    if not in_memory:
        assert from_text(path.with_name(away).read_bytes()).done == DONE
    store.add("02.1", "passed")
    assert store.restore()
    assert store.read().done == {**DONE, "02.1": "passed"}


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
    assert store.read().done == {"01.11": "passed"}


# -- where it is kept ------------------------------------------------------------------------------


def test_the_record_is_kept_beside_the_students_own_copy_of_the_lessons(tmp_path):
    update(NOTEBOOKS, tmp_path)
    below = tmp_path / "mine" / "more"
    below.mkdir(parents=True)
    for folder in (tmp_path, below):
        assert place({"HOME": "/nowhere"}, folder, "linux") == (tmp_path / FILE, "")


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
def test_elsewhere_it_is_kept_where_the_system_keeps_what_programs_remember(
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
def test_without_a_place_for_a_file_it_is_kept_in_memory(tmp_path, platform, environment, why):
    nowhere = tmp_path / "drive"
    assert place(environment, tmp_path, platform, nowhere) == (None, why)


def test_in_the_browser_it_is_kept_beside_the_lessons_that_the_page_keeps(tmp_path):
    drive = tmp_path / "drive"
    drive.mkdir()
    assert place({"HOME": "/h"}, tmp_path, "emscripten", drive) == (drive / FILE, "")


def test_it_is_kept_where_one_asks_even_in_a_test(tmp_path):
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


def test_a_student_who_has_done_everything_is_told_so():
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


def test_reset_and_restore_are_reported_in_a_sentence(kept):
    ws.check("00.1", "Hello!")
    assert "before-reset-1.json" in repr(ws.progress(reset=True))
    assert "You are starting over" not in repr(ws.progress(reset=True)), (
        "there was nothing to forget"
    )
    assert "● 1 of 1" in repr(ws.progress(restore=True))


def test_there_may_be_nothing_to_bring_back(kept):
    assert "There is nothing to bring back." in repr(ws.progress(restore=True))


def test_the_summary_says_why_nothing_is_kept(monkeypatch):
    monkeypatch.setattr(progress, "opened", lambda: (Store(None), IN_THE_BROWSER))
    assert IN_THE_BROWSER in repr(ws.progress())


def test_a_damaged_record_is_reported_without_a_traceback(kept):
    kept.path.parent.mkdir()
    kept.path.write_text("half a fi")
    assert "The old one is kept as wslearn-progress.damaged-1.json." in repr(ws.progress())


def test_the_record_of_a_later_version_is_left_alone_and_a_sentence_says_so(kept):
    kept.path.parent.mkdir()
    later = '{"format": "wslearn progress 9", "solved": {"01.1": "2031-01-01"}}'
    kept.path.write_text(later)
    ws.check("00.1", "Hello!")
    shown = repr(ws.progress())
    assert "a later version of wslearn wrote it (wslearn progress 9); update this one" in shown
    assert "damaged" not in shown
    assert "● 1 of 1" in shown, "what is done now counts until the kernel ends"
    repr(ws.progress(reset=True))
    assert kept.path.read_text() == later
    assert files(kept.path) == {FILE}


def test_a_hint_does_not_count_as_done():
    assert progress.state_of(Event("hint", "01.1", "3")) == ""
    assert progress.state_of(Event("solution", "01.1", "shown")) == ""


def test_a_kernel_whose_folder_is_gone_still_answers(monkeypatch):
    def gone():
        raise FileNotFoundError

    monkeypatch.setattr(Path, "cwd", gone)
    progress.opened.cache_clear()
    try:
        assert "lessons done" in repr(ws.progress())
    finally:
        progress.opened.cache_clear()
