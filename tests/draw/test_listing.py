"""Lines of a program show themselves as text, and as HTML in which nothing is markup."""

from wslearn.draw.listing import Listing


def test_a_listing_is_its_text():
    assert repr(Listing("one\ntwo")) == "one\ntwo"
    assert Listing("one")._repr_mimebundle_()["text/plain"] == "one"


def test_every_line_has_a_place_of_its_own_even_an_empty_one():
    assert Listing("a\n\n  b").html().count("<div>") == 3
    assert "<div>&nbsp;</div><div>  b</div>" in Listing("a\n\n  b").html()


def test_what_looks_like_markup_is_shown_as_text():
    html = Listing("<script>alert(1)</script>").html()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_of_a_difference_the_changed_lines_are_filled_and_keep_their_signs():
    html = Listing(" a\n-b\n+c", difference=True).html()
    assert html.count("background") == 2
    assert ">-b</div>" in html
    assert ">+c</div>" in html
    assert "background" not in Listing(" a\n-b\n+c").html()
