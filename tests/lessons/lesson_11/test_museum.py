"""The museum: the bytes shown with each slip tell it from the right line."""

import csv
import html
import re

import pytest

from tests.support.places import VECTORS
from wslearn.lessons.lesson_11 import bugs, museum
from wslearn.protocol.connection import Connection
from wslearn.protocol.dissect import dissect
from wslearn.protocol.errors import InputError
from wslearn.protocol.events import Failed, Text
from wslearn.protocol.examples import COURSE_KEY
from wslearn.protocol.frame import Frame
from wslearn.protocol.length import encode_length
from wslearn.protocol.masking import mask

ROWS = VECTORS / "requirements.tsv"

each_exhibit = pytest.mark.parametrize("exhibit", museum.EXHIBITS, ids=lambda exhibit: exhibit.id)


@each_exhibit
def test_the_slip_and_the_right_line_part_ways_on_the_bytes_that_are_shown(exhibit):
    (_, slip, slip_means), (_, right, right_means) = exhibit.outcomes()
    assert slip != right
    assert slip_means != right_means


@each_exhibit
def test_the_two_functions_differ_in_a_line_or_a_few(exhibit):
    wrong, right = exhibit.code()
    assert wrong[0] == right[0], "one name for both: the name tells nothing"
    assert len(wrong) <= 8
    assert len(set(wrong) ^ set(right)) <= 5
    assert all(len(line) <= 90 for line in wrong + right)
    assert not any('"""' in line for line in wrong + right)


@each_exhibit
def test_arrows_stand_at_what_is_new(exhibit):
    wrong, right = exhibit.code()
    assert [line.removesuffix("  ←") for line in exhibit.marked()] == right
    new = [line.removesuffix("  ←") for line in exhibit.marked() if line.endswith("←")]
    assert new
    assert not set(new) & set(wrong)


@each_exhibit
def test_an_exhibit_names_a_public_issue_and_a_section_of_the_rfc(exhibit):
    assert re.match(r"[\w.-]+/[\w.-]+, (issue|pull request) \d+", exhibit.source)
    with ROWS.open(encoding="utf-8", newline="") as lines:
        sections = {row[2] for row in csv.reader(lines, delimiter="\t") if row[1] == "6455"}
    assert exhibit.section in sections
    assert exhibit.rule.endswith(".")
    assert exhibit.seen.endswith(".")


@each_exhibit
def test_what_is_wrong_comes_only_after_the_line_to_open(exhibit):
    page = exhibit._repr_mimebundle_()["text/html"]
    before, after = page.split("<summary", 1)
    assert "←" not in before
    assert html.escape(exhibit.title) not in before
    assert html.escape(exhibit.title) in after
    assert "<script" not in page
    assert exhibit._repr_mimebundle_()["text/plain"] == repr(exhibit)


def test_an_unknown_exhibit_is_refused_in_one_sentence():
    with pytest.raises(InputError, match=r"Expected one of capnproto, .*, got 'nobody'"):
        museum.exhibit("nobody")


def test_names_are_given_once():
    assert len({exhibit.id for exhibit in museum.EXHIBITS}) == len(museum.EXHIBITS)


# -- the right lines do what the protocol layer does ----------------------------------------------


@pytest.mark.parametrize("length", [2**16, 5 * 2**30, 2**62, 2**63 - 1])
def test_eight_bytes_of_length_are_written_as_the_protocol_layer_writes_them(length):
    assert bugs.write_length_right(length) == encode_length(length)[1]


def test_the_shift_by_42_shows_from_4_gib_on():
    same = [n for n in range(63) if bugs.write_length_slip(2**n) == bugs.write_length_right(2**n)]
    assert same == [n for n in range(63) if not 32 <= n < 40 and not 42 <= n < 50]


@pytest.mark.parametrize("length", [126, 300, 65_535])
def test_two_bytes_follow_126(length):
    frame = Frame.binary(b"")
    assert bugs.write_header_right(length, COURSE_KEY) == frame.header(
        mask_key=COURSE_KEY, length=length
    )
    assert dissect(bugs.write_header_slip(length, COURSE_KEY), "server").violations


@pytest.mark.parametrize("length", [126, 2**15 - 1, 2**15, 2**16 - 1, 2**16, 2**63 - 1])
def test_lengths_are_read_with_the_top_bit_where_it_counts(length):
    header = Frame.binary(b"").header(mask_key=COURSE_KEY, length=length)
    assert bugs.read_length_right(header) == length
    refused = isinstance(bugs.read_length_slip(header), str)
    assert refused == (2**15 <= length < 2**16)


def test_only_a_sum_beyond_64_bits_hurts():
    for length in (0, 5, 2**62):
        came = b"\x82\xff" + length.to_bytes(8, "big") + COURSE_KEY
        assert bugs.next_step_slip(came) == bugs.next_step_right(came)
    (came,) = museum.exhibit("baresip").given
    (failed,) = Connection("server", max_size=None).receive(came)
    assert failed.code == 1002


@pytest.mark.parametrize(("length", "places"), [(5, [0, 1, 2, 3]), (300, [2, 3]), (2**16, [8])])
def test_the_index_of_the_length_goes_on_with_the_key(length, places):
    header = Frame.text("").header(mask_key=COURSE_KEY, length=length)
    assert bugs.key_places_slip(header) == places
    assert bugs.key_places_right(header) == [0, 1, 2, 3]


@pytest.mark.parametrize("id", ["xx-net", "starscream"])
def test_a_mask_on_the_wrong_side_is_refused_by_the_protocol_layer_too(id):
    (came,) = museum.exhibit(id).given
    side = "server" if id == "xx-net" else "client"
    (failed,) = Connection(side, mask_keys=lambda: COURSE_KEY).receive(came)
    assert isinstance(failed, Failed)
    assert failed.code == 1002
    assert failed.violation.rule.section == museum.exhibit(id).section


def test_a_frame_with_the_mask_where_it_belongs_shows_nothing():
    assert bugs.read_message_slip(museum.HELLO) == bugs.read_message_right(museum.HELLO) == b"Hello"
    two = Frame.pong().encode() + Frame.text("Hi").encode()
    assert bugs.after_the_pong_slip(two) == bugs.after_the_pong_right(two) == two[2:]


def test_a_pong_is_what_the_protocol_layer_sends():
    (ping,) = museum.exhibit("websocket-kit").given
    server = Connection("server")
    server.receive(ping)
    assert bugs.answer_ping_right(ping) == server.take_output()
    empty = Frame.ping().encode(mask_key=COURSE_KEY)
    assert bugs.answer_ping_slip(empty) == bugs.answer_ping_right(empty)


def test_the_phase_is_lost_only_where_a_read_ends_inside_four_bytes():
    masked = mask(b"Hello, all of you", COURSE_KEY)
    for cut in range(len(masked) + 1):
        reads = [masked[:cut], masked[cut:]]
        assert bugs.unmask_reads_right(reads, COURSE_KEY) == b"Hello, all of you"
        lost = bugs.unmask_reads_slip(reads, COURSE_KEY) != b"Hello, all of you"
        assert lost == (cut % 4 != 0 and cut < len(masked))


def test_text_is_read_as_the_protocol_layer_reads_it():
    assert Connection("server").receive(museum.HELLO) == [Text(bugs.read_text_right(museum.HELLO))]
    with pytest.raises(UnicodeDecodeError):
        bugs.read_text_slip(museum.HELLO)
