"""Rows, pieces of fields, notes and folds: what all pictures share."""

import pytest

import wslearn as ws
from wslearn.draw.layout import (
    FOLD,
    HEAD,
    Folded,
    Row,
    bit_range,
    byte_note,
    columns,
    faulty_bits,
    fit,
    is_number,
    name_lines,
    pieces_by_byte,
    rows,
    surroundings,
)


def drawn_rows(frame: ws.Dissection, fold: int = FOLD) -> list[Row]:
    return [row for row in rows(frame, fold=fold) if isinstance(row, Row)]


def test_rows_and_folds_cover_every_byte_once(frame):
    reached = 0
    for part in rows(frame):
        assert part.first == reached
        reached += part.size
    assert reached == len(frame.data)


def test_the_pieces_of_a_row_cover_its_bits_once(frame):
    for row in drawn_rows(frame):
        reached = 8 * row.first
        for segment in row.segments:
            assert segment.start == reached
            reached = segment.end
        assert reached == 8 * (row.first + row.size)


def test_a_field_begins_in_one_row_and_ends_in_another(hello):
    key = [s for row in drawn_rows(hello) for s in row.segments if s.field.kind == "key"]
    assert [(s.start, s.end, s.begins, s.ends) for s in key] == [
        (16, 32, True, False),
        (32, 48, False, True),
    ]


def test_a_piece_is_cut_at_every_byte(hello):
    segment = drawn_rows(hello)[0].segments[-1]
    assert [(p.start, p.end, p.begins, p.ends) for p in pieces_by_byte(segment)] == [
        (16, 24, True, False),
        (24, 32, False, False),
    ]


@pytest.mark.parametrize("source", ["81 7e 01", "81 85 37fa", "82 05 0102"])
def test_a_field_that_has_not_all_come_does_not_end(source):
    last = drawn_rows(ws.dissect(source))[-1].segments[-1]
    assert not last.ends


@pytest.mark.parametrize("source", ["81 7e", "82 05", "81 85 37fa213d", "88 05 03e8"])
def test_a_field_that_has_all_come_ends_though_the_frame_goes_on(source):
    last = drawn_rows(ws.dissect(source))[-1].segments[-1]
    assert last.ends


def test_a_frame_of_64_bytes_is_drawn_whole_and_one_of_65_folds():
    whole = ws.dissect(b"\x82\x3e" + bytes(62))
    folded = ws.dissect(b"\x82\x3f" + bytes(63))
    assert not [part for part in rows(whole) if isinstance(part, Folded)]
    (fold,) = [part for part in rows(folded) if isinstance(part, Folded)]
    assert (fold.first, fold.size) == (HEAD, 36)
    assert str(fold) == "bytes 28 to 63 are folded away"


def test_a_fold_never_hides_a_fault(long_frame):
    (fault,) = long_frame.violations
    shown = [row for row in drawn_rows(long_frame) if row.first <= fault.start // 8 < row.first + 4]
    assert len(shown) == 1


def test_a_compressed_byte_is_no_letter():
    squeezed = "c1 07 f248cdc9c90700"
    assert byte_note(ws.dissect(squeezed, "client"), 3) == "H"
    assert byte_note(ws.dissect(squeezed, "client", "permessage-deflate"), 3) == ""
    masked = ws.dissect("c1 82 01010101 4949", "server", "permessage-deflate")
    assert byte_note(masked, 6) == "49 ⊕ 01 = 48"


def test_a_note_shows_how_a_byte_is_unmasked(hello):
    assert byte_note(hello, 6) == "7f ⊕ 37 = H"
    assert byte_note(hello, 2) == ""


def test_faulty_bits_are_those_of_the_violations():
    assert faulty_bits(ws.dissect("91 05 48656c6c6f", "server")) == {3, 8}


def test_rsv_names_fit_a_cell_of_one_bit(hello):
    assert [name_lines(field) for field in hello.fields[:3]] == [
        ("FIN",),
        ("RSV", "1"),
        ("RSV", "2"),
    ]


def test_numbers_of_whole_bytes_have_a_shape_of_their_own():
    lengths = [
        is_number(field) for field in ws.dissect("82 7e 0100").fields if field.kind == "length"
    ]
    assert lengths == [False, True]
    assert is_number(ws.dissect("88 02 03e8").fields[-1])


def test_the_bytes_after_the_frame_are_counted():
    assert surroundings(ws.dissect("89 00 8a 00", "client")) == [
        "2 bytes after this frame are left: 8a 00"
    ]


def test_bit_ranges_are_written_with_their_ends():
    assert (bit_range(0, 1), bit_range(4, 4)) == ("0", "4–7")


def test_wide_characters_take_two_columns():
    assert (columns("日本"), fit("日本語", 5), fit("abc", 3)) == (4, "日本…", "abc")
