"""``wslearn handout``: two tagged PDF files that a plain printer prints, and all they say."""

import re
from itertools import pairwise

import pytest
from pypdf import PdfReader

from wslearn.__main__ import main
from wslearn.apps import from_lessons
from wslearn.apps.open_course import lessons_folder
from wslearn.checking.solutions import source
from wslearn.classroom.handout import sheets
from wslearn.classroom.handout.document import write
from wslearn.classroom.handout.frames import FRAMES, HELLO
from wslearn.classroom.handout.picture import PAPER
from wslearn.classroom.handout.words import blocks, printable, runs
from wslearn.course.exercises import of_lesson
from wslearn.course.lessons import present
from wslearn.course.question import LETTERS
from wslearn.course.quizzes import questions
from wslearn.draw.figures import MONO, SANS
from wslearn.draw.plain import spoken_text

NOTEBOOKS = lessons_folder()


def lesson(number):
    (found,) = (one for one in present(NOTEBOOKS) if one.number == number)
    return found, NOTEBOOKS / found.file


def drawings(page):
    """The drawing operators of a page and of each picture on it, with their fonts."""
    yield page.get_contents().get_data(), page["/Resources"].get("/Font", {})
    within = [page["/Resources"]]
    while within:
        for thing in within.pop().get("/XObject", {}).values():
            drawn = thing.get_object()
            resources = drawn.get("/Resources", {})
            yield drawn.get_data(), resources.get("/Font", {})
            within.append(resources)


def tags(element):
    """The structure below an element, as a screen reader walks it: each tag, and its words."""
    for child in element.get("/K", []) if isinstance(element.get("/K"), list) else [element["/K"]]:
        inner = child.get_object() if hasattr(child, "get_object") else child
        if isinstance(inner, dict) and "/S" in inner:
            yield inner["/S"], str(inner.get("/Alt", ""))
            if "/K" in inner:
                yield from tags(inner)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The handout and the answer key of three lessons."""
    folder = tmp_path_factory.mktemp("printed")
    assert main(["handout", "--lessons", "03,5", "--in", str(folder)]) == 0
    return folder / "wslearn-handout.pdf", folder / "wslearn-answers.pdf"


@pytest.fixture(scope="module")
def read(both):
    return [PdfReader(path) for path in both]


def test_both_files_are_written_and_named(tmp_path, capsys):
    folder = tmp_path / "new" / "folder"
    assert main(["handout", "--lessons", "00", "--in", str(folder)]) == 0
    said = re.fullmatch(
        r".*wslearn-handout\.pdf: (\d+) pages\n.*wslearn-answers\.pdf: 1 page\n",
        capsys.readouterr().out,
    )
    assert int(said[1]) == len(PdfReader(folder / "wslearn-handout.pdf").pages)
    assert len(PdfReader(folder / "wslearn-answers.pdf").pages) == 1


def test_nothing_is_drawn_in_colour(read):
    for file in read:
        inks = set()
        for page in file.pages:
            for drawing, _ in drawings(page):
                inks |= set(
                    re.findall(rb"((?:[\d.]+ )+)(?:rg|RG|g|G|k|K|scn|SCN)(?=[\s/])", drawing)
                )
        assert len(inks) > 3
        assert [ink for ink in inks if len(set(ink.split())) > 1] == []


def grey(colour):
    red, green, blue = bytes.fromhex(colour[1:])
    assert red == green == blue
    return red / 255


def test_text_is_dark_and_its_ground_is_light():
    assert max(grey(ink) for ink in (PAPER.ink, PAPER.quiet, PAPER.accepted, PAPER.refused)) <= 0.25
    fills = [colours.fill for colours in PAPER.fields.values()]
    assert min(map(grey, [*fills, PAPER.panel])) >= 0.8


def test_neighbours_in_the_frame_differ_in_grey():
    kinds = [field.kind for field in HELLO.fields if field.kind != "rsv"]
    fills = [PAPER.fields[kind].fill for kind in kinds]
    assert all(one != other for one, other in pairwise(fills))


def test_every_font_is_embedded_in_the_file(read):
    for file in read:
        fonts = [
            font.get_object()
            for page in file.pages
            for _, found in drawings(page)
            for font in found.values()
        ]
        assert {font["/BaseFont"].partition("+")[2] for font in fonts} == {
            *("DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono"),
            *({"DejaVuSansMono-Bold"}),
        }
        (inner,) = {len(font["/DescendantFonts"]) for font in fonts}
        assert inner == 1


# -- for a screen reader --------------------------------------------------------------------------


def test_the_files_are_tagged_and_say_their_language(read):
    for file in read:
        root = file.root_object
        assert root["/MarkInfo"]["/Marked"].value is True
        assert root["/Lang"] == "en-GB"
        assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
        assert file.metadata.title.startswith("The WebSocket protocol, bit by bit: ")
        assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


@pytest.mark.parametrize("number", ["03", "05"])
def test_the_questions_of_a_lesson_stand_on_the_page_of_its_last_task(read, number):
    last, *_, asked = of_lesson(number)[-1], *questions(number)
    pages = [" ".join(page.extract_text().split()) for page in read[0].pages]
    (page,) = (page for page in pages if f"{last.id} {last.title}" in page)
    assert plain(asked.options[-1].text) in page


def test_headings_lists_and_tables_are_tagged_in_the_order_of_reading(read):
    handout, key = ([tag for tag, _ in tags(file.root_object["/StructTreeRoot"])] for file in read)
    ranks = [tag for tag in handout if re.fullmatch("/H[1-6]", tag)]
    tasks = [len(of_lesson(number)) for number in ("03", "05")]
    asked, (tables, heads) = len(FRAMES["03"] + FRAMES["05"]), (3, 4 + 3 + 4)
    lesson_of = ["/H1", "/H2", "/H2"], ["/H3"], ["/H2"]
    first, task, last = lesson_of
    assert ranks == ["/H1", *["/H2"] * tables, *first, *task * tasks[0], *last,
                     *first, *task * tasks[1], *last]  # fmt: skip
    assert (handout.count("/Table"), handout.count("/TH")) == (tables, heads)
    assert handout.count("/Figure") == 1 + asked
    options = sum(len(one.options) for number in ("03", "05") for one in questions(number))
    assert handout.count("/LI") >= options
    assert handout.count("/L") < handout.count("/LI")
    assert key.count("/Figure") == asked


def test_every_picture_is_described_in_words_that_give_no_answer_away(read):
    handout, key = (
        [said for tag, said in tags(file.root_object["/StructTreeRoot"]) if tag == "/Figure"]
        for file in read
    )
    frames = [*FRAMES["03"], *FRAMES["05"]]
    assert key == [spoken_text(frame) for frame in frames]
    assert handout[0] == spoken_text(HELLO)
    for said, frame in zip(handout[1:], frames, strict=True):
        bits = " ".join(f"{byte:08b}" for byte in frame.data)
        assert said == f"The bits of a frame: {bits}."


def test_the_text_can_be_read_out(read):
    handout = " ".join(" ".join(page.extract_text() for page in read[0].pages).split())
    for exercise in of_lesson("03"):
        assert f"{exercise.id} {exercise.title}" in handout


# -- on paper -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("paper", "points"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_the_frame_on_one_page_takes_one_page_of_the_paper_asked_for(tmp_path, paper, points):
    path = tmp_path / "frame.pdf"
    assert write(path, "handout", [], paper) == 1
    (page,) = PdfReader(path).pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == points
    assert "Close codes that may travel" in page.extract_text()


def test_a_task_and_the_room_for_its_answer_stand_on_one_page(read):
    handout, _ = read
    ruled = 0
    for page in list(handout.pages)[1:]:
        # A ruled line goes from margin to margin, and so does the line above the footer.
        drawing = page.get_contents().get_data()
        ruled += len(re.findall(rb"\s0 0 m 483\.\d+ 0 l\s+S", drawing)) - 1
        assert not page.extract_text().lstrip().startswith("page")
    assert ruled >= 5 * sum(len(of_lesson(number)) for number in ("03", "05"))


def test_the_same_lessons_give_the_same_file(both, tmp_path):
    write(tmp_path / "again.pdf", "handout", [lesson("03"), lesson("05")])
    assert (tmp_path / "again.pdf").read_bytes() == both[0].read_bytes()


# -- what the pages say --------------------------------------------------------------------------


def texts(data):
    """Every text in some blocks, in order."""
    if isinstance(data, dict):
        for name, inner in data.items():
            yield from [inner] if name == "text" else texts(inner)
    elif isinstance(data, tuple) and len(data) == 2 and isinstance(data[0], str):
        yield from [data[1]] if isinstance(data[1], str) else texts(data[1])
    elif isinstance(data, list | tuple):
        for inner in data:
            yield from texts(inner)


def words(found):
    return " ".join(" ".join("".join(texts(block)) for block in flat(found)).split())


def flat(found):
    """Nested blocks one by one, so that the words of two never touch."""
    for block in found:
        inner = [*block.get("blocks", ()), *block.get("after", ())]
        yield from flat(inner) if inner else cut(block)


def cut(block):
    parts = block.get("items") or [cell for row in block.get("rows", []) for cell in row]
    return parts or [block]


def plain(markdown):
    return " ".join("".join(texts(runs(markdown))).split())


each_lesson = pytest.mark.parametrize("number", [one.number for one in present(NOTEBOOKS)])


@each_lesson
def test_the_sheets_have_every_task_and_every_question(number):
    said = words(sheets.lesson_sheets(*lesson(number), answers=False))
    for exercise in of_lesson(number):
        assert f"{exercise.id} {exercise.title}" in said
    for question in questions(number):
        for letter, option in zip(LETTERS, question.options, strict=False):
            assert f"{letter} {plain(option.text)}" in said


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
        assert plain(right.feedback)[:60] not in said
        assert "☑" not in said


@each_lesson
def test_the_key_has_every_solution_and_every_right_option_with_its_reason(number):
    said = words(sheets.lesson_sheets(*lesson(number), answers=True))
    for exercise in of_lesson(number):
        last_line = source(exercise).splitlines()[-1]
        assert " ".join(last_line.split())[:60] in said
        for wrong in exercise.wrong:
            assert plain(wrong.means) in said
    for question in questions(number):
        letter = LETTERS[question.right]
        reason = plain(question.feedback(question.right))
        assert f"{letter} {plain(question.options[question.right].text)} {reason}" in said


@each_lesson
def test_no_character_is_left_out(number):
    for answers in (False, True):
        for text in texts(list(sheets.lesson_sheets(*lesson(number), answers=answers))):
            assert printable(text) == text


def test_a_character_without_a_glyph_becomes_its_number():
    assert printable("日 é ⊕ → 😀", SANS).startswith("[U+65E5] é ⊕ →")
    assert printable("日本", MONO) == "[U+65E5][U+672C]"


@pytest.mark.parametrize(
    ("markdown", "data"),
    [
        (
            "`#panic()` & **`x`**",
            [("code", "#panic()"), ("text", " & "), ("strong", [("code", "x")])],
        ),
        (
            "a *b* `**c**`",
            [("text", "a "), ("em", [("text", "b")]), ("text", " "), ("code", "**c**")],
        ),
        ("a <b>, $1$ < 2", [("text", "a <b>, $1$ < 2")]),
    ],
)
def test_markdown_is_text_and_never_markup(markdown, data):
    assert runs(markdown) == data


def test_a_list_stays_one_list_and_code_in_it_comes_after_its_item():
    found = list(blocks("1. one\n2. two\n\nsaid\n\n- three\n\n      code\n"))
    assert [block["kind"] for block in found] == ["items", "paragraph", "items", "code"]
    assert (found[0]["marker"], len(found[0]["items"])) == ("1.", 2)


def test_each_frame_to_read_belongs_to_a_lesson_and_is_short():
    assert set(FRAMES) <= {f"{number:02}" for number in range(15)}
    assert all(len(frame.data) <= 12 for frames in FRAMES.values() for frame in frames)


@pytest.mark.parametrize("numbers", ["99", "03,xx"])
def test_a_missing_lesson_gets_one_sentence(tmp_path, capsys, numbers):
    assert main(["handout", "--lessons", numbers, "--in", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("wslearn handout: Expected lessons out of 00, ")
    assert said.count("\n") == 1


def test_an_unwritable_folder_gets_one_sentence(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["handout", "--lessons", "00", "--in", str(tmp_path / "file")]) == 2
    assert "Expected a folder to write in" in capsys.readouterr().err


def test_without_the_library_it_says_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setattr(from_lessons, "find_spec", lambda name: None)
    assert main(["handout"]) == 2
    assert "pip install 'wslearn[instructor]'" in capsys.readouterr().err
