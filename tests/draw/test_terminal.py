"""The bit diagram for a terminal, with colour and without."""

import re

import wslearn as ws
from wslearn.draw.layout import Folded, columns, rows
from wslearn.draw.terminal import terminal_text
from wslearn.draw.theme import LIGHT

CODES = re.compile(r"\x1b\[[0-9;]*m")


def test_colour_adds_codes_and_nothing_else(frame):
    coloured = CODES.sub("", terminal_text(frame))
    plain = terminal_text(frame, colour=False)
    assert [line.rstrip() for line in coloured.splitlines()] == plain.splitlines()


def test_without_colour_each_field_stands_alone_in_its_own_columns(frame):
    lines = terminal_text(frame, colour=False).splitlines()
    steps = [line for line in lines if re.match(r" {6}[ 01]{34,35}  \S", line)]
    drawn = [row for row in rows(frame) if not isinstance(row, Folded)]
    segments = [(row, segment) for row in drawn for segment in row.segments]
    assert len(steps) == len(segments)
    for (row, segment), line in zip(segments, steps, strict=True):
        place = segment.start - 8 * row.first
        place += place // 8
        bits = line[6:41]
        assert len(bits) - len(bits.lstrip()) == place
        assert len(bits.replace(" ", "")) == segment.width
        assert segment.field.name in line[43:] or not segment.begins
        assert line[43:].startswith("…") != segment.begins


def test_each_field_is_painted_in_its_own_colours(hello):
    red, green, blue = bytes.fromhex(LIGHT.fields["key"].fill[1:])
    assert f"\x1b[48;2;{red};{green};{blue}m00110111" in terminal_text(hello)


def test_faulty_bits_are_marked_and_named():
    lines = terminal_text(ws.dissect("91 05 48656c6c6f", "server"), colour=False).splitlines()
    marks = [line.split() for line in lines if "^" in line]
    assert marks == [["^", "rsv-set"], ["^", "mask-missing"]]


def test_no_line_is_wider_than_79_columns(frame):
    text = terminal_text(frame, colour=False)
    assert max(map(columns, text.splitlines())) <= 79


def test_a_hostile_payload_cannot_command_the_terminal(hostile):
    text = terminal_text(hostile, colour=False)
    assert all(character.isprintable() for character in text.replace("\n", ""))
    assert r"\x1b[31m" in text


def test_what_cannot_be_read_is_one_sentence():
    assert terminal_text(ws.dissect("zz"), colour=False).startswith(
        "This cannot be read as bytes. Expected hex digits"
    )


def test_a_64_bit_length_is_shown_whole_on_its_last_line():
    lines = terminal_text(ws.dissect("82 7f 7fffffffffffffff"), colour=False).splitlines()
    assert [line[43:] for line in lines if "extended" in line or "92" in line[43:]][-3:] == [
        "extended payload length …",
        "… extended payload length",
        "… 9223372036854775807",
    ]
