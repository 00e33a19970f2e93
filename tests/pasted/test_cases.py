"""Texts as people paste them, each with the right bytes or a helpful refusal.

``cases.json`` was written after public bug reports and after the tools that people copy from; none
of it is anybody's data.
"""

import json
from collections import Counter

import pytest

from tests.support.places import TESTS
from wslearn.__main__ import main
from wslearn.pasted.reading import read
from wslearn.protocol.errors import InputError

CASES = json.loads((TESTS / "pasted" / "cases.json").read_text(encoding="utf-8"))
FILES = TESTS / "pasted" / "files"
HELLO = b"\x81\x05Hello"
HELLO_SERVER = bytes.fromhex("818edb40e4f893258894b46cc4abbe32929da961")

each = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']}: {case['name']}")


@each
def test_a_text_is_read_as_its_author_meant_it_or_refused_in_a_sentence_that_helps(case):
    if case["right"] is None:
        with pytest.raises(InputError) as refused:
            read(case["text"])
        assert case["refused"] in str(refused.value)
        assert str(refused.value).startswith("Expected ")
    else:
        assert read(case["text"]).data.hex() == case["right"]


def test_every_kind_has_its_cases():
    kinds = Counter(case["kind"] for case in CASES)
    assert min(kinds.values()) >= 2
    assert len(CASES) > 110


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("bom.hex.txt", HELLO),
        ("utf16.hex.txt", HELLO),
        ("comment.txt", HELLO + b"\x8a\x00"),
        ("loglit.txt", HELLO + b"\x89\x80abcd"),
        ("twolit.txt", HELLO + b"\x89\x00"),
        ("ecapture730.txt", HELLO_SERVER),
        ("ecapture730_noascii.txt", HELLO_SERVER),
        ("hexdump_noascii.txt", HELLO),
        ("buf.json", HELLO),
    ],
)
def test_a_file_is_read_whatever_encoding_and_form_it_has(capsys, name, data):
    assert main(["dissect", str(FILES / name), "--json"]) == 0
    frames = json.loads(capsys.readouterr().out)
    assert "".join(frame["data"] for frame in frames) == data.hex()


@pytest.mark.parametrize(
    ("name", "told"), [("get.txt", "the head of an HTTP message"), ("tshark.json", "got JSON")]
)
def test_a_file_that_holds_no_bytes_is_refused_for_what_it_is(capsys, name, told):
    assert main(["dissect", str(FILES / name)]) == 2
    assert told in capsys.readouterr().err


# -- two readings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said", "others"),
    [
        ("10000001 00000101", "Read as bits, eight a byte.", {"hex": "1000000100000101"}),
        ("81 5 48", "Read as hex digits.", {"decimal": "510530"}),
        ("72 69 76 76 79", "Read as hex digits.", {"decimal": "48454c4c4f"}),
        ("[81, 85]", "Read as decimal numbers.", {"hex": "8185"}),
        ("0000  81 05", "Read as a hex dump; its offsets are left out.", {"hex": "00008105"}),
        ("0010 81 05", "Read as hex digits.", {"dump": "8105"}),
        (
            "0000000 0581 6548\n0000004\n",
            "Read as a dump of 16-bit words, their bytes swapped; its offsets are left out.",
            {"dump": "05816548"},
        ),
        (r"\x810548", "Read as one escape before hex digits, as PostgreSQL prints bytes.",
         {"escapes": "8130353438"}),
        (
            r"received: \x81\x05Hello",
            "Read as text with escapes; 'received:' is left out.",
            {"text": b"received: \x81\x05Hello".hex()},
        ),
        (r"rb'\x81\x05'", "Read as a literal of a programming language; its r is left out.",
         {"raw": rb"\x81\x05".hex()}),
        ("abcdef12", "", {}),
    ],
)  # fmt: skip
def test_where_two_readings_are_possible_one_is_named_and_the_other_offered(text, said, others):
    reading = read(text)
    assert reading.said == said
    assert {other.form: other.data.hex() for other in reading.others} == others
    for form, data in others.items():
        again = read(text, form)
        assert again.data.hex() == data
        assert reading.form in [other.form for other in again.others]


def test_the_command_line_says_how_it_read_and_takes_the_other_reading(capsys):
    assert main(["dissect", "10000001 00000000"]) == 0
    assert capsys.readouterr().err == (
        "Read as bits, eight a byte. To read it in another way: --as hex (hex digits).\n"
    )
    assert main(["dissect", "10000001 00000000", "--as", "hex", "--json"]) == 0
    (frame, *_) = json.loads(capsys.readouterr().out)
    assert frame["data"] == "1000"


def test_a_form_that_does_not_fit_is_refused_in_a_sentence():
    for text, form in (("hello", "bits"), ("81 05", "dump"), ("81 05", "nonsense")):
        with pytest.raises(InputError) as refused:
            read(text, form)
        assert str(refused.value).startswith("Expected ")
