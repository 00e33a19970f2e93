"""``wslearn handout``: two PDF files that a plain printer prints, and every character of them."""

import base64
import re
import zlib
from itertools import pairwise

import pytest

from wslearn.__main__ import main
from wslearn.apps import from_lessons
from wslearn.apps.open_course import lessons_folder
from wslearn.checking.solutions import source
from wslearn.classroom.handout import sheets
from wslearn.classroom.handout.document import write
from wslearn.classroom.handout.fonts import MONO, SANS, printable
from wslearn.classroom.handout.frames import FRAMES, HELLO
from wslearn.classroom.handout.picture import PAPER, grey
from wslearn.classroom.handout.words import markup
from wslearn.course.exercises import of_lesson
from wslearn.course.lessons import present
from wslearn.course.question import LETTERS
from wslearn.course.quizzes import questions

NOTEBOOKS = lessons_folder()


def lesson(number):
    (found,) = (one for one in present(NOTEBOOKS) if one.number == number)
    return found, NOTEBOOKS / found.file


def drawn(path):
    """The drawing of each page of a PDF file, as PDF writes it."""
    pages = re.findall(rb"stream\r?\n(.*?)endstream", path.read_bytes(), re.DOTALL)
    for page in pages:
        try:
            yield zlib.decompress(base64.a85decode(page.strip().removesuffix(b"~>")))
        except (ValueError, zlib.error):
            continue


def size(path):
    _, _, width, height = re.search(
        rb"/MediaBox \[ (\S+) (\S+) (\S+) (\S+) \]", path.read_bytes()
    ).groups()
    return float(width), float(height)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The handout and the key of three lessons."""
    folder = tmp_path_factory.mktemp("printed")
    assert main(["handout", "--lessons", "03,5", "--in", str(folder)]) == 0
    return folder / "wslearn-handout.pdf", folder / "wslearn-answers.pdf"


def test_both_files_are_written_and_said(tmp_path, capsys):
    folder = tmp_path / "new" / "folder"
    assert main(["handout", "--lessons", "00", "--in", str(folder)]) == 0
    assert re.fullmatch(
        r".*wslearn-handout\.pdf: \d+ pages\n.*wslearn-answers\.pdf: 1 page\n",
        capsys.readouterr().out,
    )
    assert [path.read_bytes()[:5] for path in sorted(folder.iterdir())] == [b"%PDF-", b"%PDF-"]


def test_nothing_is_drawn_in_colour(both):
    for path in both:
        inks = [
            tuple(map(float, ink.split()))
            for page in drawn(path)
            for ink in re.findall(rb"([\d. ]+) (?:rg|RG)\s", page)
        ]
        greys = [ink for page in drawn(path) for ink in re.findall(rb"([\d.]+) [gG]\s", page)]
        assert greys or inks
        assert [ink for ink in inks if len(set(ink)) > 1] == []
        assert not any(re.search(rb"\s[kK]\s", page) for page in drawn(path))


def test_text_is_dark_and_its_ground_is_light():
    assert max(grey(ink) for ink in (PAPER.ink, PAPER.quiet, PAPER.accepted, PAPER.refused)) <= 0.25
    fills = [colours.fill for colours in PAPER.fields.values()]
    assert min(map(grey, [*fills, PAPER.panel])) >= 0.8


def test_neighbours_in_the_frame_differ_in_grey():
    kinds = [field.kind for field in HELLO.fields if field.kind != "rsv"]
    fills = [PAPER.fields[kind].fill for kind in kinds]
    assert all(one != other for one, other in pairwise(fills))


def test_every_face_comes_with_the_file(both):
    for path in both:
        faces = set(re.findall(rb"/BaseFont /(\S+)", path.read_bytes()))
        assert faces
        assert [face for face in faces if b"DejaVuSans" not in face] == []


def test_room_for_an_answer_does_not_begin_a_page():
    assert sheets.MoreLines(9).wrap(400, 2 * sheets.RULE + 10) == (400, 2 * sheets.RULE + 4)
    assert sheets.MoreLines(9).wrap(400, 10) == (400, 0)
    assert sheets.MoreLines(1).wrap(400, 900) == (400, sheets.RULE + 4)


@pytest.mark.parametrize(("paper", "points"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_the_paper_is_the_one_asked_for(tmp_path, paper, points):
    path = tmp_path / "out.pdf"
    write(path, "handout", [lesson("00")], paper)
    assert tuple(map(round, size(path))) == points


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_frame_on_one_page_takes_one_page(tmp_path, paper):
    path = tmp_path / "frame.pdf"
    assert write(path, "handout", [], paper) == 1
    assert b"/Lang (en-GB)" in path.read_bytes()
    assert re.search(rb"/Title \(", path.read_bytes())


def test_the_same_lessons_give_the_same_file(both, tmp_path):
    write(tmp_path / "again.pdf", "handout", [lesson("03"), lesson("05")])
    assert (tmp_path / "again.pdf").read_bytes() == both[0].read_bytes()


def texts(flowables):
    """Every text of some flowables, in order."""
    for one in flowables:
        if hasattr(one, "_content"):
            yield from texts(one._content)
        elif hasattr(one, "_cellvalues"):
            yield from (text for row in one._cellvalues for cell in row for text in texts(cell))
        elif hasattr(one, "getPlainText"):
            yield one.getPlainText()


def words(flowables):
    return " ".join(" ".join(texts(flowables)).split())


each_lesson = pytest.mark.parametrize("number", [one.number for one in present(NOTEBOOKS)])


@each_lesson
def test_the_sheets_have_every_task_and_every_question(number):
    said = words(sheets.lesson_sheets(*lesson(number), answers=False))
    for exercise in of_lesson(number):
        assert f"{exercise.id} {exercise.title}" in said
    for question in questions(number):
        for option in question.options:
            assert " ".join(printable(option.text).replace("`", "").split()) in said


@each_lesson
def test_the_sheets_give_no_answer_away(number):
    said = words(sheets.lesson_sheets(*lesson(number), answers=False))
    for exercise in of_lesson(number):
        lines = [" ".join(line.split()) for line in source(exercise).splitlines()]
        given = " ".join([exercise.task, exercise.starter, *exercise.setup])
        own = [line for line in lines if len(line) > 12 and line not in " ".join(given.split())]
        assert [line for line in own if line in said] == []
    for question in questions(number):
        right = question.options[question.right]
        assert printable(right.feedback)[:60] not in said
        assert "☑" not in said


@each_lesson
def test_the_key_has_every_solution_and_every_right_option_with_its_reason(number):
    said = words(sheets.lesson_sheets(*lesson(number), answers=True))
    for exercise in of_lesson(number):
        first_line = source(exercise).splitlines()[-1].split()[0]
        assert first_line in said
        for wrong in exercise.wrong:
            assert " ".join(printable(wrong.means).replace("`", "").split())[:40] in said
    for question in questions(number):
        letter = LETTERS[question.right]
        text = " ".join(printable(question.options[question.right].text).replace("`", "").split())
        assert f"{letter} \xa0 {text}" in said or f"{letter} {text}" in said
        assert question.source.split()[0] in said


@each_lesson
def test_no_character_is_left_out(number):
    for answers in (False, True):
        for text in texts(sheets.lesson_sheets(*lesson(number), answers=answers)):
            assert printable(text) == text


def test_a_character_without_a_glyph_becomes_its_number():
    assert printable("日 é ⊕ → 😀", SANS).startswith("[U+65E5] é ⊕ →")
    assert printable("日本", MONO) == "[U+65E5][U+672C]"


@pytest.mark.parametrize(
    ("markdown", "printed"),
    [
        ("`<script>` & **`x`**", '<font name="Mono">&lt;script&gt;</font> &amp; <b><font'),
        ("a *b* `**c**`", 'a <i>b</i> <font name="Mono">**c**</font>'),
        ("a <b>, 1 < 2", "a &lt;b&gt;, 1 &lt; 2"),
        ("one `two` three", 'one <font name="Mono">two</font> three'),
    ],
)
def test_markdown_is_text_and_never_markup(markdown, printed):
    assert markup(markdown).startswith(printed)


def test_each_frame_to_read_belongs_to_a_lesson_and_is_short():
    assert set(FRAMES) <= {f"{number:02}" for number in range(15)}
    assert all(len(frame.data) <= 12 for frames in FRAMES.values() for frame in frames)


@pytest.mark.parametrize("numbers", ["99", "03,xx"])
def test_a_lesson_that_is_not_there_is_one_sentence(tmp_path, capsys, numbers):
    assert main(["handout", "--lessons", numbers, "--in", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("wslearn handout: Expected lessons out of 00, ")
    assert said.count("\n") == 1


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["handout", "--lessons", "00", "--in", str(tmp_path / "file")]) == 2
    assert "Expected a folder to write in" in capsys.readouterr().err


def test_without_the_library_it_says_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setattr(from_lessons, "find_spec", lambda name: None)
    assert main(["handout"]) == 2
    assert "pip install 'wslearn[instructor]'" in capsys.readouterr().err
