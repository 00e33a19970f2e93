"""The solutions of lesson 14 agree with the protocol layer, and its claims with the record."""

import re
import statistics

import nbformat
import pytest

from tests.support.exercises import arguments_of
from tests.support.places import NOTEBOOKS
from wslearn.course.answers import check
from wslearn.course.exercises import find
from wslearn.lessons.lesson_14 import speed
from wslearn.protocol.codes import Opcode
from wslearn.protocol.frame import Frame
from wslearn.protocol.masking import mask

PATH = NOTEBOOKS / "14-how-fast-can-it-go.ipynb"
KEY = bytes(4)


def prose():
    cells = nbformat.read(PATH, as_version=4).cells
    return " ".join(cell.source for cell in cells if cell.cell_type == "markdown")


def printed():
    cells = nbformat.read(PATH, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return " ".join(output.get("text", "") for output in outputs)


def frame_of(length, masked):
    return Frame(Opcode.BINARY, bytes(length)).encode(mask_key=KEY if masked else None)


# -- the exercises ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("length", "masked"), arguments_of("14.1"))
def test_the_share_is_that_of_a_real_frame(length, masked):
    size = len(frame_of(length, masked))
    assert find("14.1").reference(length, masked) == 100 * (size - length) // size


@pytest.mark.parametrize(("ours", "theirs"), arguments_of("14.2"))
def test_the_middle_ratio_is_the_median(ours, theirs):
    ratios = [100 * there // here for here, there in zip(ours, theirs, strict=True)]
    assert find("14.2").reference(ours, theirs) == statistics.median(ratios)


@pytest.mark.parametrize(("data", "key"), arguments_of("14.3"))
def test_one_large_number_masks_as_the_protocol_layer_does(data, key):
    assert find("14.3").reference(data, key) == mask(data, key)


def test_the_other_order_of_bytes_is_as_good():
    def answer(data, key):
        repeated = (key * (len(data) // 4 + 1))[: len(data)]
        number = int.from_bytes(data, "little") ^ int.from_bytes(repeated, "little")
        return number.to_bytes(len(data), "little")

    assert check("14.3", answer).passed


@pytest.mark.parametrize("sizes", [sizes for (sizes,) in arguments_of("14.4")], ids=len)
def test_the_copies_are_those_of_real_bytes(sizes):
    kept, written = b"", 0
    for size in sizes:
        kept = kept + bytes(size)
        written += len(kept)
    assert find("14.4").reference(sizes) == written


@pytest.mark.parametrize(("connections", "seconds", "payload"), arguments_of("14.5"))
def test_an_hour_of_pings_is_made_of_real_frames(connections, seconds, payload):
    assert 3600 % seconds == 0, "an hour is a multiple of them"
    ping = Frame.ping(bytes(payload)).encode()
    pong = Frame.pong(bytes(payload)).encode(mask_key=KEY)
    each = len(ping) + len(pong) + 2 * 40
    assert find("14.5").reference(connections, seconds, payload) == (
        connections * 3600 // seconds * each
    )


# -- what the lesson shows -------------------------------------------------------------------------


def test_whatever_the_lesson_compares_turns_out_as_its_text_says():
    assert "the same result: True" in printed()
    assert "False" not in printed()


def test_the_numbers_that_are_stored_are_as_large_as_the_text_asks():
    # They differ on every machine, so nbval does not compare them.
    cells = nbformat.read(PATH, as_version=4).cells
    (told,) = (cell for cell in cells if cell.source.startswith("def times_as_fast"))
    table = told.outputs[0]["data"]["text/plain"]
    number, numpy = (float(line.split()[-1]) for line in table.splitlines()[2:])
    assert 3 < number < numpy
    assert numpy > 20
    assert float(re.search(r"a loop takes ([\d.]+) times as long", printed())[1]) > 2
    assert float(re.findall(r"(\d+) times as fast", printed())[-1]) > 10


# -- what the lesson says about the record ---------------------------------------------------------


def ratio(task, against, size):
    return speed.ratios(speed.recorded().figures, [task], [against])[task][against][size][0]


def test_the_record_loses_one_race_where_the_lesson_says_so():
    assert "building frames of 1 KiB to 1 MiB against `websockets`" in prose()
    lost = {
        (figure.task, figure.size)
        for figure in speed.recorded().figures
        if figure.task in ("parse", "build") and figure.ratio < 1
    }
    assert lost == {("build", 1024), ("build", 16_384), ("build", 2**20)}
    assert "we win that race, if only just" in prose()
    assert 1 < min(ratio("encode", "websockets", size) for _, size in lost) < 1.2


def test_two_points_of_the_record_are_too_good_and_protocol_is_the_one_to_believe():
    assert "two points are too good: at 1 MiB we parse more than thirty times" in prose()
    assert ratio("parse", "websockets", 2**20) > 30
    assert ratio("parse", "wsproto", 2**20) > 30
    assert ratio("parse", "websockets Protocol", 2**20) == pytest.approx(2, abs=0.25)


def test_no_way_to_mask_is_the_fastest_everywhere():
    times = speed.recorded().masks
    fastest = {
        size: min((by_size[size], way) for way, by_size in times.items() if size in by_size)[1]
        for size in (4, 64, 2**14, 2**20)
    }
    assert fastest[4] == fastest[64] == "one large number"
    assert fastest[2**14] == fastest[2**20] == "numpy, in place"
