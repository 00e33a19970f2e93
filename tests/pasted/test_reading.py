"""Whatever a person pastes becomes bytes, or one sentence that says why not."""

import base64
import re
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wslearn.pasted.reading import read, read_bytes
from wslearn.protocol.errors import InputError

HELLO = bytes.fromhex("818537fa213d7f9f4d5158")


@pytest.mark.parametrize(
    "pasted",
    [
        "818537fa213d7f9f4d5158",
        "81 85 37fa213d 7f9f4d5158",
        "  81 85 37 FA 21 3D\n7F 9F 4D 51 58\n",
        "81:85:37:fa:21:3d:7f:9f:4d:51:58",
        "81,85,37,fa;21;3d,,7f,9f,4d,51,58,",
        "0x81, 0x85, 0x37, 0xFA, 0x21, 0x3d, 0x7f, 0x9f, 0X4D, 0x51, 0x58",
        "0x818537fa213d7f9f4d5158",
        r"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
        r"\x81\x857\xfa!=\x7f\x9fMQX",
        "\\x81\\x857\\xfa!=\n\t\\x7f\\x9fMQX",
        repr(HELLO),
        "  " + repr(HELLO) + "\n",
        'b"\\x81\\x857\\xfa!=\\x7f\\x9fMQX"',
        "base64:gYU3+iE9f59NUVg=",
        "BASE64: gYU3+iE9\n f59NUVg=",
        "gYU3+iE9f59NUVg=",
        HELLO,
        bytearray(HELLO),
        memoryview(HELLO),
        list(HELLO),
        iter(HELLO),
    ],
)
def test_the_same_bytes_are_read_from_every_form(pasted):
    assert read_bytes(pasted) == HELLO


@pytest.mark.parametrize("nothing", ["", "  \n", ",", b"", [], "b''", "base64:"])
def test_nothing_is_no_bytes(nothing):
    assert read_bytes(nothing) == b""


def test_a_log_line_with_escapes_keeps_its_plain_characters():
    assert read_bytes(r"\x81\x05He\n\r\t\0\\\'\"é") == b"\x81\x05He\n\r\t\0\\'\"\xc3\xa9"


@pytest.mark.parametrize(
    ("pasted", "data"),
    [
        (r"\x81 \x05 \x48", b"\x81\x05H"),
        (r"\x81, \x05", b"\x81\x05"),
        (r" \x81:\x05:\n ; ", b"\x81\x05\n"),
        (r"\x88\x82\xec:\xd2", b"\x88\x82\xec:\xd2"),
        ("\\x81\n\\x05\t\\x48", b"\x81\x05H"),
        (r"\x81\x05Hello", b"\x81\x05Hello"),
        (r"\x81\x05Hi yo", b"\x81\x05Hi yo"),
        (r"\x81\x05be, ad", b"\x81\x05be, ad"),
        (r"a \x81", b"a \x81"),
        (r"b'\x81 \x05'", b"\x81 \x05"),
    ],
)
def test_what_lies_between_escapes_is_data_only_where_there_is_text(pasted, data):
    assert read_bytes(pasted) == data


def test_a_python_literal_may_hold_the_other_quote_and_escaped_ones():
    for data in (b"it's", b'say "x"', b"both ' and \"", b"a\\b", b"\x00\n\r\t\x7f\x80\xff"):
        assert read_bytes(repr(data)) == data


class Number:
    """A number of another library: it has __index__ and is no int."""

    def __index__(self) -> int:
        return 0x81


def test_numbers_of_other_libraries_are_read():
    assert read_bytes([Number(), 5]) == b"\x81\x05"


@pytest.mark.parametrize(
    ("pasted", "message"),
    [
        (
            "81 0",
            "Expected two hex digits for each byte; got 1 in '0' at character 4.",
        ),
        (
            "81 0x",
            "Expected two hex digits for each byte; got 0 in '0x' at character 4.",
        ),
        (
            "810",
            "Expected two hex digits for each byte; got 3 in '810' at character 1.",
        ),
        (
            "81 g5",
            "Expected hex digits (0 to 9, a to f), two for each byte; got 'g' at character 4.",
        ),
        (
            "0x8z",
            "Expected hex digits (0 to 9, a to f), two for each byte; got 'z' at character 4.",
        ),
        (
            "a" * 99,
            f"Expected two hex digits for each byte; got 99 in '{'a' * 24}…' at character 1.",
        ),
        (
            r"81 05 \x48",
            "Expected either hex digits or escapes, got both: '81' stands at character 1.",
        ),
        (
            r" 81 05\x48",
            "Expected either hex digits or escapes, got both: '81' stands at character 2.",
        ),
        (
            r"81\x05",
            "Expected either hex digits or escapes, got both: '81' stands at character 1.",
        ),
        (
            r"\x81 0x05 \x48",
            "Expected either hex digits or escapes, got both: '0x05' stands at character 6.",
        ),
        (
            r"\x81\x5",
            r"Expected \x and two hex digits, got '\\x5' at character 5.",
        ),
        (
            r"\x81\q",
            r"Expected \x and two hex digits, got '\\q' at character 5.",
        ),
        (
            r"\x81\412",
            r"Expected \x and two hex digits, got '\\412' at character 5.",
        ),
        (
            "\\x81\ud800",
            r"Expected \x and two hex digits, got '\ud800' at character 5.",
        ),
        (
            " b'\\x81\\x5'",
            r"Expected \x and two hex digits, got '\\x5' at character 8.",
        ),
        ("b'abc", 'Expected a Python bytes literal, got "b\'abc".'),
        ("b'", 'Expected a Python bytes literal, got "b\'".'),
        ("b'é'", "Expected a Python bytes literal, got \"b'é'\"."),
        ("b'a\\'", "Expected a Python bytes literal, got \"b'a\\\\'\"."),
        (
            "base64:gQVIZ",
            "Expected base64 (letters, digits, + and /, in groups of four, filled up with =), "
            "got 'gQVIZ'.",
        ),
        (
            "8105=",
            "Expected base64 (letters, digits, + and /, in groups of four, filled up with =), "
            "got '8105='.",
        ),
        (
            "é=",
            "Expected base64 (letters, digits, + and /, in groups of four, filled up with =), "
            "got 'é='.",
        ),
        ([1, 256], "Expected numbers from 0 to 255, got 256 at index 1."),
        ([-1], "Expected numbers from 0 to 255, got -1 at index 0."),
        ([1.0], "Expected numbers from 0 to 255, got 1.0 at index 0."),
        (["81"], "Expected numbers from 0 to 255, got '81' at index 0."),
        (["x" * 99], f"Expected numbers from 0 to 255, got '{'x' * 24}…' at index 0."),
        (
            [[1] * 99],
            "Expected numbers from 0 to 255, got [1, 1, 1, 1, 1, 1, 1, 1,… at index 0.",
        ),
        ({"a": 1}, "Expected numbers from 0 to 255, got 'a' at index 0."),
        (None, "Expected bytes or hex text, got NoneType."),
        (0x81, "Expected bytes or hex text, got int."),
        (object, "Expected bytes or hex text, got type."),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_place(pasted, message):
    with pytest.raises(InputError) as caught:
        read_bytes(pasted)
    assert str(caught.value) == message


class Nameless:
    def __repr__(self) -> str:
        raise RuntimeError


def failing():
    yield 0x81
    raise KeyError("gone")


def test_an_object_that_fails_while_it_is_read_is_named():
    for source, message in [
        (failing(), "Expected bytes or hex text; reading the generator failed with KeyError."),
        ([Nameless()], "Expected numbers from 0 to 255, got Nameless at index 0."),
    ]:
        with pytest.raises(InputError) as caught:
            read_bytes(source)
        assert str(caught.value) == message


def test_a_released_buffer_is_refused_in_words():
    view = memoryview(b"Hello")
    view.release()
    with pytest.raises(InputError) as caught:
        read_bytes(view)
    assert str(caught.value) == (
        "Expected bytes or hex text; reading the memoryview failed with ValueError."
    )


DRESSES = {
    "hex": bytes.hex,
    "hex in capitals with spaces": lambda data: data.hex(" ").upper(),
    "hex with colons": lambda data: data.hex(":"),
    "0x and commas": lambda data: ", ".join(f"0x{byte:02x}" for byte in data),
    "hex in lines": lambda data: "\n".join(textwrap.wrap(data.hex(), 16)),
    "escapes": lambda data: "".join(f"\\x{byte:02x}" for byte in data),
    "a Python literal": repr,
    "marked base64": lambda data: "base64:" + base64.b64encode(data).decode(),
    "numbers": list,
}


@pytest.mark.parametrize("dress", DRESSES)
@given(data=st.binary(max_size=70))
def test_bytes_come_back_from_every_form(dress, data):
    reading = read(DRESSES[dress](data))
    if data and not re.search("[^01]", data.hex()):  # as bits these digits are other bytes
        assert data in [reading.data, *(other.data for other in reading.others)]
        assert reading.data == data or reading.said
    else:
        assert reading.data == data


@given(data=st.binary(max_size=70).filter(lambda data: len(data) % 3))
def test_padded_base64_needs_no_mark(data):
    assert read_bytes(base64.b64encode(data).decode()) == data


@given(st.binary(max_size=40))
def test_what_python_prints_is_read_as_python_reads_it(data):
    assert read_bytes(repr(data)) == data


@given(st.text(max_size=40) | st.text("\\x0123456789abcdef '\"b=:,", max_size=40))
def test_any_text_is_read_or_refused_in_one_sentence(text):
    try:
        answer = read_bytes(text)
    except InputError as error:
        answer = str(error)
    assert isinstance(answer, bytes) or (answer.startswith("Expected ") and answer.endswith("."))
