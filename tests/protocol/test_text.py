"""UTF-8: where text stops being text, and bytes that a person can read."""

import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wslearn.protocol.errors import InputError
from wslearn.protocol.text import (
    Utf8Problem,
    counted,
    encode_text,
    shown_text,
    shown_value,
    utf8_problem,
)

NO_START = "a byte that starts no character"
NO_GOING_ON = "a byte that cannot go on from the one before"
CUT = "an end inside a character"


@pytest.mark.parametrize(
    "text", ["", "Hello", "κόσμε", "😀", "\x00", "\uffff", "\ud7ff", "\U0010ffff"]
)
def test_text_has_no_problem(text):
    assert utf8_problem(text.encode()) is None


@pytest.mark.parametrize(
    ("data", "offset", "cut", "reason"),
    [
        ("80", 0, False, NO_START),
        ("ff", 0, False, NO_START),
        ("c0af", 0, False, NO_START),
        ("4141ff", 2, False, NO_START),
        ("c328", 1, False, NO_GOING_ON),
        ("e28228", 2, False, NO_GOING_ON),
        ("eda080", 1, False, NO_GOING_ON),
        ("eda0", 1, False, NO_GOING_ON),
        ("e080af", 1, False, NO_GOING_ON),
        ("f4908080", 1, False, NO_GOING_ON),
        ("c3", 1, True, CUT),
        ("e282", 2, True, CUT),
        ("61f09f98", 4, True, CUT),
    ],
)
def test_the_first_byte_that_cannot_stand_where_it_stands_is_named(data, offset, cut, reason):
    assert utf8_problem(bytes.fromhex(data)) == Utf8Problem(offset, cut, reason)


@given(st.binary(max_size=12) | st.text(max_size=6).map(str.encode))
@example(b"\xed\xa0\x80")
@example(b"\xf0\x9f\x98")
def test_a_problem_stands_where_the_next_byte_makes_every_ending_impossible(data):
    """The definition, tried out: a prefix is fine as long as some ending would make it text."""
    problem = utf8_problem(data)
    bad = next((n for n in range(len(data)) if not could_become_text(data[: n + 1])), None)
    if bad is not None:
        assert problem is not None
        assert (problem.offset, problem.cut) == (bad, False)
    elif problem is not None:
        assert (problem.offset, problem.cut) == (len(data), True)
    else:
        assert is_text(data)


def could_become_text(prefix: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(prefix)
    except UnicodeDecodeError:
        return False
    pending = decoder.getstate()[0]
    endings = [b"", b"\x80", b"\xbf", b"\x80\x80", b"\xbf\x80", b"\x80" * 3, b"\xbf\x80\x80"]
    return not pending or any(is_text(pending + ending) for ending in endings)


def is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"", ""),
        (b"Hello", "Hello"),
        ("κόσμε".encode(), "κόσμε"),
        (b"a\nb\tc", r"a\nb\tc"),
        (b"\x00\x1b[31m", r"\x00\x1b[31m"),
        (b"a\xff", r"a\xff"),
        ("\u202eevil".encode(), r"\u202eevil"),
        (b"\xe2\x82", r"\xe2\x82"),
        (b"<script>", "<script>"),
    ],
)
def test_bytes_show_as_text_where_they_are_text_and_as_escapes_elsewhere(data, shown):
    assert shown_text(data) == shown


def test_what_is_shown_is_limited_in_bytes():
    assert shown_text(b"x" * 40) == "x" * 40
    assert shown_text(b"x" * 41) == "x" * 40 + "…"
    assert shown_text(b"Hello", limit=2) == "He…"


def test_a_character_that_the_limit_cuts_is_left_out():
    assert shown_text("aκκ".encode(), limit=4) == "aκ…"


@given(st.binary(max_size=60))
def test_what_is_shown_is_one_printable_line(data):
    assert shown_text(data).isprintable()


def test_text_is_written_as_utf8():
    assert encode_text("κ") == b"\xce\xba"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"Hello", "Expected a text, got bytes; for bytes use Frame.binary."),
        (None, "Expected a text, got NoneType; for bytes use Frame.binary."),
        (
            "ab\ud83d",
            "Expected text that UTF-8 can hold, got U+D83D, half of a surrogate pair, "
            "at character 3.",
        ),
    ],
)
def test_what_utf8_cannot_hold_is_refused_in_words(text, message):
    with pytest.raises(InputError) as caught:
        encode_text(text)
    assert str(caught.value) == message


class Nameless:
    def __repr__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Server", "'Server'"),
        ("x" * 25, f"'{'x' * 24}…'"),
        (5, "5"),
        ([1] * 99, "[1, 1, 1, 1, 1, 1, 1, 1,…"),
        (Nameless(), "Nameless"),
    ],
)
def test_what_was_passed_in_is_shown_in_one_short_line(value, shown):
    assert shown_value(value) == shown


def test_numbers_come_with_their_noun():
    assert [counted(number, "byte") for number in (0, 1, 2)] == ["0 bytes", "1 byte", "2 bytes"]
