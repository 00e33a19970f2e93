import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import places
from wslearn.protocol.errors import InputError
from wslearn.protocol.extensions import as_extensions, format_extensions, parse_extensions

VECTORS = json.loads((places.VECTORS / "vectors.json").read_text(encoding="utf-8"))
EXAMPLES = {vector["id"]: vector for vector in VECTORS["rfc_handshake_examples"]}
token = st.text("!#$%&'*+-.^_`|~09AZaz", min_size=1)
parameters = st.lists(st.tuples(token, st.none() | token), max_size=4)
extension_lists = st.lists(st.tuples(token, parameters), min_size=1)


@pytest.mark.row("6455-9.1-3", "6455-11.3.2-1", at="protocol.extensions.parse_extensions")
def test_split_and_merged_headers_are_one_list():
    vector = EXAMPLES["ext-equivalence"]
    expected = [(name, [tuple(pair) for pair in pairs]) for name, pairs in vector["parsed"]]
    assert parse_extensions(vector["a"]) == parse_extensions(vector["b"]) == expected


def test_the_order_stays():
    assert "foo, bar" in EXAMPLES["ext-order"]["meaning"]
    assert [name for name, _ in parse_extensions("foo, bar")] == ["foo", "bar"]
    assert [name for name, _ in parse_extensions(["bar", "foo"])] == ["bar", "foo"]


@pytest.mark.parametrize(
    "offer",
    [*VECTORS["deflate_bad_offers"]["offers"], VECTORS["deflate_bad_offers"]["then_valid"]],
)
def test_a_bad_deflate_offer_may_still_be_good_syntax(offer):
    assert format_extensions(parse_extensions(offer)) == offer


@pytest.mark.row("6455-4.3-1", "6455-9.1-2", at="protocol.extensions.parse_extensions")
@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ('foo; a="b"', [("foo", [("a", "b")])]),
        (r'foo; a="\b\1"', [("foo", [("a", "b1")])]),
        ("foo;a=b;c", [("foo", [("a", "b"), ("c", None)])]),
        (" foo ;\ta = b , bar ", [("foo", [("a", "b")]), ("bar", [])]),
        (", foo,, ,bar,", [("foo", []), ("bar", [])]),
        ("foo; a; a=1", [("foo", [("a", None), ("a", "1")])]),
    ],
)
def test_what_the_grammar_allows_is_read(text, parsed):
    assert parse_extensions(text) == parsed


@pytest.mark.row("6455-4.3-1", "6455-9.1-2", at="protocol.extensions.parse_extensions")
@pytest.mark.parametrize(
    ("text", "expected", "came", "character"),
    [
        ("foo; a=b=c", "a comma, a semicolon or the end", "“=”", 9),
        ("foo; =1", "the name of a parameter", "“=”", 6),
        ("foo;", "the name of a parameter", "the end", 5),
        ("foo; a=", "a value", "the end", 8),
        ("foo; a,b=1", "a comma, a semicolon or the end", "“=”", 9),
        ("foo bar", "a comma, a semicolon or the end", "“b”", 5),
        ("; a", "the name of an extension", "“;”", 1),
        ('foo; a=""', "a token inside the quotation marks", "nothing", 8),
        ('foo; a="b c"', "a token inside the quotation marks", "“b c”", 8),
        ('foo; a="b,c"', "a token inside the quotation marks", "“b,c”", 8),
        ('foo; a="unterminated', "a closing quotation mark", "the end", 8),
        ('foo; a="b\\', "a closing quotation mark", "the end", 8),
        ('"foo"', "the name of an extension", '“"”', 1),
        ("foo; é", "the name of a parameter", "“é”", 6),
    ],
)
def test_what_it_forbids_is_refused_with_its_place(text, expected, came, character):
    with pytest.raises(InputError) as caught:
        parse_extensions(text)
    message = str(caught.value)
    assert message.startswith(f"Expected {expected}, got {came} at character {character} of ")


@pytest.mark.parametrize("values", ["", " ", ",", ["", ", "]])
def test_a_header_without_any_extension_is_refused(values):
    with pytest.raises(InputError, match="got an empty header"):
        parse_extensions(values)


def test_no_header_at_all_is_no_extension():
    assert parse_extensions([]) == []


@given(extension_lists)
def test_writing_and_reading_is_the_identity(extensions):
    assert parse_extensions(format_extensions(extensions)) == extensions


@given(st.text('ab;=,"\\ \té', max_size=30))
def test_any_text_is_read_or_refused(text):
    try:
        extensions = parse_extensions(text)
    except InputError:
        return
    assert parse_extensions(format_extensions(extensions)) == extensions


def test_a_caller_may_write_extensions_in_several_ways():
    parsed = [("foo", [("a", "1")]), ("bar", [])]
    assert as_extensions("foo; a=1, bar") == parsed
    assert as_extensions(["foo; a=1", "bar"]) == parsed
    assert as_extensions(parsed) == parsed
    assert as_extensions("") == as_extensions([]) == []


@pytest.mark.parametrize("extension", [("a b", []), ("a", [("b,", None)]), ("a", [("b", "")])])
def test_what_is_no_token_is_not_written(extension):
    with pytest.raises(InputError, match="Expected a token"):
        format_extensions([extension])
