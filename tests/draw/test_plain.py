"""The box in the RFC's style, and the text for a screen reader."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import wslearn as ws
from wslearn.draw.layout import Folded, columns, rows
from wslearn.draw.plain import WIDTH, box_text, spoken_text

HELLO = Path(__file__).with_name("hello.txt")


def test_the_worked_hello_of_the_rfc_is_drawn_as_checked_in(hello):
    assert box_text(hello) + "\n" == HELLO.read_text("utf-8")


def box_rows(text: str) -> list[list[str]]:
    """The lines of each row of the box, from one border to the next, without the margin.

    A space after each wide character makes the place in a line the column it is seen at.
    """
    text = "".join(each + " " * (columns(each) - 1) if each != "\n" else each for each in text)
    found: list[list[str]] = []
    inside = [line[13:] for line in text.splitlines() if line[13:14] in ("+", "|", ":")]
    for line in inside:
        if line[0] == "+":
            found.append([])
        elif found:
            found[-1].append(line)
    return [lines for lines in found if lines]


def test_every_field_is_named_in_the_cell_that_holds_its_bits(frame):
    drawn = [row for row in rows(frame) if not isinstance(row, Folded)]
    boxes = box_rows(box_text(frame))
    named = set()
    for row, lines in zip(drawn, boxes, strict=True):
        for segment in row.segments:
            left = 2 * (segment.start - 8 * row.first) + 1
            cell = [line.ljust(66)[left : left + 2 * segment.width - 1] for line in lines]
            words = "".join(cell) if segment.width == 1 else " ".join(" ".join(cell).split())
            if segment.begins and segment.field.name in words:
                named.add(segment.field.name)
    assert named == {field.name for field in frame.fields}


def test_the_bits_stand_in_the_box_as_they_travel(frame):
    bits = "".join(
        character
        for lines in box_rows(box_text(frame))
        for character in lines[0]
        if character in "01"
    )
    shown = [row for row in rows(frame) if not isinstance(row, Folded)]
    data = b"".join(frame.data[row.first : row.first + row.size] for row in shown)
    assert bits == "".join(f"{byte:08b}" for byte in data)


def test_no_line_is_wider_than_79_columns(frame):
    assert max(map(columns, box_text(frame).splitlines())) <= WIDTH


@given(st.text(max_size=60), st.booleans())
@settings(max_examples=50, deadline=None)
def test_no_text_message_makes_a_line_wider_than_79_columns(text, masked):
    key = b"\x37\xfa\x21\x3d" if masked else None
    box = box_text(ws.dissect(ws.Frame.text(text).encode(mask_key=key), receiver="client"))
    assert max(map(columns, box.splitlines())) <= WIDTH


def test_the_verdict_comes_first_and_the_broken_rules_last():
    lines = box_text(ws.dissect("91 05 48656c6c6f", receiver="server")).splitlines()
    assert lines[0].startswith("A server fails the connection with 1002.")
    assert lines[-6:] == [
        "Broken rules:",
        "  bit 3: A reserved bit must be 0 unless both sides agreed on an extension that",
        "    uses it. (RFC 6455 §5.2, close code 1002)",
        "    Expected RSV3 0, got RSV3 1.",
        "  bit 8: Frames from a client must be masked. (RFC 6455 §5.1, close code 1002)",
        "    Expected MASK 1, got MASK 0.",
    ]


def test_faulty_bits_are_marked_under_the_bits():
    first = box_rows(box_text(ws.dissect("91 05 48656c6c6f", receiver="server")))[0]
    assert [at // 2 for at, character in enumerate(first[1]) if character == "^"] == [3, 8]


def test_a_field_that_runs_over_a_row_end_says_that_it_goes_on(hello):
    text = box_text(hello)
    assert "masking-key (goes on)" in text
    assert "payload data (goes on)" in text
    assert box_rows(text)[0][0].endswith(":")


def test_a_big_frame_folds(long_frame):
    text = box_text(long_frame)
    assert "bytes 28 to 703 are folded away" in text
    assert len(text.splitlines()) < 80


def test_a_length_of_2_to_the_63_is_drawn_from_the_header_alone():
    text = box_text(ws.dissect("82 7f 7fffffffffffffff", receiver="client"))
    assert "9 223 372 036 854 775 807" in text.splitlines()[0].replace("\u202f", " ")


def test_what_cannot_be_read_is_one_sentence():
    assert box_text(ws.dissect("8")).replace("\n", " ") == (
        "This cannot be read as bytes. "
        "Expected two hex digits for each byte; got 1 in '8' at character 1."
    )


def test_a_hostile_payload_comes_out_as_printable_text(hostile):
    for text in (box_text(hostile), spoken_text(hostile)):
        assert all(character.isprintable() for character in text.replace("\n", ""))
        assert "<script>alert(1)</script>" in text


def test_a_screen_reader_hears_one_sentence_for_each_field(frame):
    lines = spoken_text(frame).splitlines()
    assert lines[0] == str(frame.verdict)
    for field, line in zip(frame.fields, lines[1:], strict=False):
        assert line.startswith(f"{field.name}, b")
        assert line.endswith(f"{field.meaning}.")


def test_a_screen_reader_hears_where_a_field_stands(hello):
    lines = spoken_text(hello).splitlines()
    assert lines[1] == "FIN, bit 0, is 1: last frame of the message."
    assert lines[7] == "payload length, bits 9 to 15, is 5: 5 bytes of payload."
    assert lines[9] == "payload data, bytes 6 to 10, is Hello: 5 bytes, unmasked here."
