"""The solutions of lesson 05 do what the protocol layer does, and its cells what they promise."""

import asyncio

import pytest

import wslearn as ws
from tests.support.lesson_cells import lesson_cells
from wslearn.course.answers import check
from wslearn.course.exercises import find
from wslearn.protocol.frame import Frame
from wslearn.protocol.parser import FrameParser

KEY = bytes.fromhex("37fa213d")


@pytest.mark.parametrize("data", [case.arguments[0] for case in find("05.6").cases], ids=len)
def test_a_whole_frame_is_read_as_the_parser_reads_it(data):
    fin, opcode, payload = find("05.6").reference(data)
    rest = ws.dissect(data, receiver="server").rest
    (frame,) = FrameParser("server").feed(data.removesuffix(rest))
    assert (frame.fin, frame.opcode, frame.payload) == (fin, opcode, payload)


def test_changing_the_bytes_in_place_is_named_as_the_cause():
    def mask_bytes(data, key):
        masked = data
        for i in range(len(data)):
            masked[i] = data[i] ^ key[i % 4]
        return masked

    assert check("05.2", mask_bytes).means.startswith("Bytes cannot be changed once they are made.")


def answers_of_the_lesson(frame: bytes) -> bytes:
    """The answer that the lesson's cell gets for a frame."""
    cells = lesson_cells("05")
    (source,) = (cell.source for cell in cells if "async def answer_to" in cell.source)
    names = {"ws": ws}
    exec(source.partition("\nmine = ")[0], names)
    return asyncio.run(names["answer_to"](frame))


def test_the_readers_own_frame_comes_back_and_one_without_a_mask_is_refused():
    assert answers_of_the_lesson(Frame.text("Hello").encode(mask_key=KEY)) == b"\x81\x05Hello"
    refused = ws.dissect(answers_of_the_lesson(Frame.text("Hello").encode()), receiver="client")
    assert refused.frame.opcode == 8
    assert int.from_bytes(refused.payload[:2], "big") == 1002


def test_a_frame_that_is_cut_is_waited_for_and_the_cell_ends():
    assert answers_of_the_lesson(Frame.text("Hello").encode(mask_key=KEY)[:-1]) == b""
