"""The stand-alone SVG: well-formed, labelled, described in words, the same every time."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

import wslearn as ws
from wslearn.draw.layout import Folded, rows
from wslearn.draw.plain import spoken_text
from wslearn.draw.scene import BIT, HIGH, MARGIN, Line, Shape, Text, bit_x, scene
from wslearn.draw.svg import svg
from wslearn.draw.theme import DARK, LIGHT

SVG = "{http://www.w3.org/2000/svg}"


def texts(source: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(source).iter(f"{SVG}text")]


def test_it_is_well_formed_and_uses_only_shapes_and_text(frame):
    tags = {element.tag.removeprefix(SVG) for element in ET.fromstring(svg(frame)).iter()}
    assert tags <= {"svg", "title", "desc", "rect", "path", "text"}


def test_every_field_is_labelled(frame):
    words = texts(svg(frame))
    for field in frame.fields:
        name = "RSV" if field.kind == "rsv" else field.name
        assert any(name in word for word in words)
    assert sum("RSV" in word for word in words) == 3 * bool(frame.fields)


def test_it_says_in_words_what_it_shows(frame):
    root = ET.fromstring(svg(frame))
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == frame.verdict.headline
    assert root[1].tag == f"{SVG}desc"
    assert root[1].text == spoken_text(frame)


def test_it_grows_with_the_type_around_it(hello):
    root = ET.fromstring(svg(hello))
    assert root.get("width", "").endswith("em")
    assert root.get("viewBox", "").startswith("0 0 ")
    assert "px" not in svg(hello)


def test_the_bits_stand_in_the_order_they_travel(frame):
    shown = [row for row in rows(frame) if not isinstance(row, Folded)]
    data = b"".join(frame.data[row.first : row.first + row.size] for row in shown)
    source = svg(frame)
    bits = re.findall(r'font-size="16"[^>]*>([01])</text>', source)
    assert "".join(bits) == "".join(f"{byte:08b}" for byte in data)


@pytest.mark.parametrize("per_row", [4, 2, 1])
def test_everything_stays_on_the_paper(frame, per_row):
    picture = scene(frame, LIGHT, per_row)
    for mark in picture.marks:
        match mark:
            case Shape():
                points = [point for _, points in mark.steps for point in points]
            case Line():
                points = [mark.start, mark.end]
            case Text():
                points = [mark.at]
        for x, y in points:
            assert 0 <= x <= picture.width
            assert 0 <= y <= picture.height


def test_a_narrow_page_gets_fewer_bytes_a_row(hello):
    widths = [ET.fromstring(svg(hello, per_row=count)).get("viewBox") for count in (4, 2, 1)]
    across, down = zip(*(map(float, box.split()[2:]) for box in widths), strict=True)
    assert sorted(across, reverse=True) == list(across)
    assert sorted(down) == list(down)


def shapes_of(source: str) -> list[Shape]:
    """The ribbons of the fields: shapes with an edge."""
    marks = scene(ws.dissect(source), LIGHT).marks
    return [mark for mark in marks if isinstance(mark, Shape) and mark.edge_width]


def span(shape: Shape) -> tuple[float, float]:
    across = [x for _, points in shape.steps for x, _ in points]
    return min(across), max(across)


def test_neighbours_never_touch_so_their_extent_is_seen_without_colour():
    fin, rsv1, rsv2, rsv3, opcode, mask, length = shapes_of("81 05")
    for one, other in ((fin, rsv1), (rsv1, rsv2), (rsv2, rsv3), (rsv3, opcode), (mask, length)):
        assert span(other)[0] - span(one)[1] >= 2


def test_the_labels_of_the_reserved_bits_do_not_touch(hello):
    labels = [
        mark
        for mark in scene(hello, LIGHT).marks
        if isinstance(mark, Text) and mark.text in ("FIN", "RSV")
    ]
    assert [label.text for label in labels] == ["FIN", "RSV", "RSV", "RSV"]
    places = [label.at[0] for label in labels]
    widest = 3 * 0.75 * labels[0].size  # three capitals in a wide font
    assert all(b - a > widest for a, b in pairwise(places))


def test_a_field_that_goes_on_points_over_the_row_end_and_back_into_it():
    colour = LIGHT.fields["key"].edge  # which the MASK bit has, too
    _, first, second = (
        shape for shape in shapes_of("81 85 37fa213d 7f9f4d5158") if shape.edge == colour
    )
    row = rows(ws.dissect("81 85 37fa213d 7f9f4d5158"))[0]
    assert span(first)[1] > bit_x(31, row) + BIT
    assert span(second)[0] < MARGIN


def test_an_extended_length_and_a_close_code_have_cut_corners():
    extended = shapes_of("82 7e 0080")[-1]
    code = shapes_of("88 02 03e8")[-1]
    plain = shapes_of("82 02 03e8")[-1]
    for shape in (extended, code):
        assert {letter for letter, _ in shape.steps} == {"M", "L"}
    assert "Q" in {letter for letter, _ in plain.steps}


def test_the_hatch_of_a_faulty_bit_stays_inside_its_cell():
    frame = ws.dissect("91 05 48656c6c6f", receiver="client")
    hatch = [
        mark
        for mark in scene(frame, LIGHT).marks
        if isinstance(mark, Line) and mark.colour == LIGHT.refused
    ]
    assert len(hatch) >= 4
    row = rows(frame)[0]
    left = bit_x(3, row)
    top = min(y for line in hatch for _, y in (line.start, line.end))
    for line in hatch:
        for x, y in (line.start, line.end):
            assert left < x < left + BIT
            assert top <= y < top + HIGH
    assert "✗" in texts(svg(frame))


def test_without_a_fault_nothing_is_hatched(hello):
    assert LIGHT.refused not in svg(hello)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_a_theme_paints_the_whole_picture(hello, theme):
    other = DARK if theme is LIGHT else LIGHT
    source = svg(hello, theme)
    assert theme.paper in source
    assert other.paper not in source
    assert not [kind for kind, each in other.fields.items() if each.fill in source]


def test_a_hostile_payload_is_text(hostile):
    source = svg(hostile)
    assert any("<script>alert(1)</script>" in word for word in texts(source))
    assert all(character.isprintable() for character in source.replace("\n", ""))


def test_a_big_frame_folds(long_frame):
    assert "⋮ bytes 28 to 703 are folded away" in texts(svg(long_frame))


def test_the_same_frame_gives_the_same_bytes(frame):
    assert svg(frame) == svg(frame)
