"""The words of the course: each once, in order, explained where the table says, with its rule."""

import re
from collections import Counter
from html import unescape

import pytest

import wslearn as ws
from tests.support.places import NOTEBOOKS
from tests.tools import build_glossary, generated
from tests.tools.sections import faults, named, read_sections
from wslearn.course.glossary import glossary, terms
from wslearn.course.lessons import present

HAN = re.compile(r"[\u4e00-\u9fff]")


# -- the table -------------------------------------------------------------------------------------


def test_there_are_as_many_words_as_a_reader_wants():
    assert 60 <= len(terms()) <= 120


def test_the_words_stand_in_alphabetical_order():
    names = [term.term.casefold() for term in terms()]
    assert names == sorted(names)


def test_no_word_stands_for_two_things():
    names = Counter(name for term in terms() for name in dict.fromkeys(term.names))
    assert [name for name, times in names.items() if times > 1] == []


def test_a_word_is_explained_in_one_to_three_short_sentences():
    for term in terms():
        sentences = re.findall(r"[^.]+\.(?=\s|$)", term.meaning)
        assert 1 <= len(sentences) <= 3, term
        assert term.meaning.endswith("."), term
        assert len(term.meaning) <= 180, term


def test_a_word_has_its_chinese_name():
    for term in terms():
        assert all(HAN.search(name) or name == "Cookie" for name in term.chinese), term


def test_the_section_of_a_word_exists_and_is_about_it():
    sections = read_sections()
    for term in terms():
        if term.section:
            assert named(term.section, ""), term
            said = f"{term.term}, {', '.join(term.forms)}: {term.meaning} ({term.section})"
            assert faults(said, sections, "6455") == []


def test_every_word_is_in_a_lesson():
    assert [term.term for term in terms() if not term.lesson] == []


def test_the_page_and_the_lessons_in_the_table_are_not_stale():
    stale = [path.name for path in generated.stale(build_glossary.wanted())]
    assert stale == [], "run python -m tests.tools.build_glossary"


def test_every_word_that_a_lesson_calls_new_is_here():
    """Words in italics on a line that starts with "New words" are looked up later."""
    names = {name.casefold() for term in terms() for name in term.names}
    for lesson in present(NOTEBOOKS):
        prose = build_glossary.prose_of(NOTEBOOKS / lesson.file)
        for line in re.findall(r"^New words: (.*)$", prose, re.MULTILINE):
            for word in build_glossary.EMPHASISED.findall(line):
                assert word.casefold() in names, f"{word} of lesson {lesson.number}"


# -- which lesson explains a word ------------------------------------------------------------------


def test_a_lesson_explains_a_word_where_it_sets_it_apart():
    lessons = {"00": "A frame comes.", "01": "A *frame* is a unit.", "02": "**frame**"}
    assert build_glossary.explained_in(("frame",), lessons) == "01"
    assert build_glossary.explained_in(("comes",), lessons) == "00"
    assert build_glossary.explained_in(("ping",), lessons) == ""


def test_capitals_count_where_a_word_has_some():
    assert build_glossary.has("The MASK bit", "MASK")
    assert not build_glossary.has("to mask", "MASK")
    assert build_glossary.has("To Mask", "mask")
    assert not build_glossary.has("a masking-key", "key")


def test_a_solution_and_a_line_of_links_explain_nothing(tmp_path):
    path = tmp_path / "01.ipynb"
    cells = ["Next: [frame](a.ipynb)", "| [frame](a.ipynb) | b |", "<details>\nframe\n</details>"]
    notebook = build_glossary.nbformat.v4.new_notebook(
        cells=[build_glossary.nbformat.v4.new_markdown_cell(cell) for cell in cells]
    )
    path.write_text(build_glossary.nbformat.writes(notebook))
    assert not build_glossary.has(build_glossary.prose_of(path), "frame")


# -- ws.glossary -----------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["frame", "Frames", " FRAME ", "帧"])
def test_a_word_is_found_in_english_and_in_chinese(word):
    (found,) = ws.glossary(word).found
    assert found.term == "frame"


def test_a_word_shows_itself_with_its_rule_and_its_lesson():
    shown = ws.glossary("masking-key")
    assert repr(shown).splitlines()[0] == "○ masking-key · 掩码密钥，掩码键"
    assert "RFC 6455 §5.3 · lesson 05." in repr(shown)
    html = shown._repr_mimebundle_()["text/html"]
    assert shown.found[0].meaning in unescape(html)


def test_a_part_of_a_word_finds_all_that_have_it():
    assert {term.term for term in ws.glossary("handshake").found} == {"opening handshake"}
    assert {term.term for term in ws.glossary("握").found} == set()
    found = {term.term for term in ws.glossary("掩码").found}
    assert found == {"mask"}, "the same name comes before a part of one"
    assert {term.term for term in ws.glossary("poison").found} == {"cache poisoning"}


def test_without_a_word_all_are_shown():
    shown = ws.glossary()
    assert shown.found == terms()
    for form in (repr(shown), unescape(shown._repr_mimebundle_()["text/html"])):
        assert all(term.term in form and term.meaning in form for term in terms())


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("payloda", "Did you mean payload?"),
        ("zebra", "shows all words"),
        ("", "shows all words"),
        ("<b>", "&lt;b&gt;"),
        (99, "There is no word '99' here."),
        (object(), "There is no word"),
    ],
)
def test_a_missing_word_is_answered_in_a_sentence(word, answer):
    shown = glossary(word)
    assert shown.found == ()
    assert answer in shown._repr_mimebundle_()["text/html"].replace("&#x27;", "'")
