"""A table says the same in plain text and in HTML, and trusts no cell."""

import re

import pytest

from wslearn.draw.table import shown, table
from wslearn.protocol.errors import InputError


def cells(html):
    return re.findall(r"<td[^>]*>(.*?)</td>", html)


def test_both_forms_hold_the_same_cells():
    made = table(("length", "bytes", "what"), [(125, b"\x7d", "short"), (70_000, b"\x7f", "long")])
    assert cells(made.html()) == ["125", "7d", "short", "70 000", "7f", "long"]
    for cell in cells(made.html()):
        assert cell in made.text()


def test_columns_of_numbers_stand_to_the_right_and_text_to_the_left():
    lines = table(("n", "word"), [(5, "a"), (1234, "b"), (None, "c")]).text().splitlines()
    assert lines[2:] == ["   5  a", "1234  b", "      c"]


def test_a_folded_table_shows_one_line_until_it_is_clicked():
    made = table(("n",), [(5,)], folded="The answer & more")
    assert made.html().startswith("<details><summary")
    assert ">The answer &amp; more</summary>" in made.html()
    assert cells(made.html()) == ["5"]
    assert made.text() == table(("n",), [(5,)]).text()
    assert "details" not in table(("n",), [(5,)]).html()


def test_markup_in_a_cell_or_a_heading_is_shown_and_not_obeyed():
    html = table(("<b>",), [("<script>alert(1)</script>",)]).html()
    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;" in html


def test_columns_named_as_code_and_all_bytes_are_set_in_a_fixed_width_face():
    html = table(("bits", "word", "raw"), [("0101", "a", b"a")], code=["bits"]).html()
    styles = re.findall(r'<td style="([^"]*)"', html)
    assert ["monospace" in style for style in styles] == [True, False, True]


def test_where_a_rule_stands_is_not_broken_into_two_lines():
    made = table(("where",), [("RFC 6455 §5.2",)])
    assert cells(made.html()) == ["RFC\xa06455\xa0§5.2"]
    assert made.text().endswith("RFC 6455 §5.2")


def test_a_column_of_sentences_keeps_some_width_and_no_other_does():
    html = table(("n", "why"), [(5, "because a sentence wants more room"), (6, "no")]).html()
    styles = re.findall(r'<td style="([^"]*)"', html)
    assert ["min-width" in style for style in styles] == [False, True, False, True]


def test_a_row_of_another_width_is_an_error_that_names_the_row():
    with pytest.raises(InputError, match=r"Expected 2 cells.*got 1 in row 2\."):
        table(("a", "b"), [(1, 2), (3,)])


def test_a_table_shows_itself_in_a_notebook():
    made = table(("a",), [(1,)])
    assert made._repr_mimebundle_() == {"text/plain": made.text(), "text/html": made.html()}
    assert repr(made) == made.text()


def test_an_empty_table_is_only_its_headings():
    assert table(("a", "b"), []).text() == "a  b\n─  ─"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [(1002, "1002"), (65_536, "65 536"), (2**63 - 1, "9 223 372 036 854 775 807"), (False, "no")],
)
def test_numbers_are_shown_in_groups_of_three_once_they_are_long(cell, expected):
    assert shown(cell) == expected


def test_a_sentence_that_repeats_is_shown_once_in_html_but_code_and_short_words_each_time():
    long, code = "A client fails the connection with 1002.", "81 85 37 fa 21 3d 7f 9f 4d 51 58 0a"
    rows = [("a", long, code), ("a", long, code), ("b", long, code), ("b", None, code)]
    assert table(("one",), [(long,), (long,)]).html().count(long) == 2
    made = table(("word", "sentence", "bytes"), rows, code=["bytes"])
    words = [re.sub("<[^>]*>", "", cell) for cell in cells(made.html())]
    assert words[0::3] == ["a", "a", "b", "b"]
    assert words[1::3] == [long, "as above", "as above", ""]
    assert words[2::3] == [code] * 4
    assert made.text().count(long) == 3
