"""The solutions of lesson 06 do what the protocol layer does."""

import codecs
from itertools import product

import pytest

from tests.support.exercises import arguments_of
from wslearn.course.answers import check
from wslearn.course.exercises import find
from wslearn.protocol.connection import Connection
from wslearn.protocol.events import Binary, Close, Failed, Ping, Pong, Text
from wslearn.protocol.frame import Frame
from wslearn.protocol.message import MessageReader, Utf8Checker


def received(frames):
    """The messages that a client reads from frames (fin, opcode, payload)."""
    client = Connection("client", mask_keys=lambda: bytes(4))
    data = b"".join(Frame(opcode, payload, fin).encode() for fin, opcode, payload in frames)
    return client.receive(data)


def as_tuple(event):
    match event:
        case Text(text):
            return 1, text.encode()
        case Binary(data):
            return 2, data
        case Ping(payload):
            return 9, payload
        case Pong(payload):
            return 10, payload
    raise AssertionError(event)


@pytest.mark.parametrize(("payload", "size"), arguments_of("06.1"))
def test_a_message_that_was_cut_is_one_message_for_a_client(payload, size):
    frames = find("06.1").reference(payload, size)
    client = Connection("client", mask_keys=lambda: bytes(4))
    *before, last = [client.receive(frame) for frame in frames]
    assert not any(before)
    assert last == [Text(payload.decode())]
    assert len(frames) == max(1, -(-len(payload) // size))


@pytest.mark.parametrize("id", ["06.2", "06.3"])
def test_messages_are_put_together_as_a_client_does(id):
    for (frames,) in arguments_of(id):
        expected = [as_tuple(event) for event in received(frames)]
        assert find(id).reference(frames) == expected, frames


def test_the_first_fault_is_where_a_client_fails():
    for (frames,) in arguments_of("06.4"):
        failed = [
            index
            for index in range(len(frames))
            if any(isinstance(event, Failed) for event in received(frames[: index + 1]))
        ]
        assert find("06.4").reference(frames) == (failed[0] if failed else None), frames


def test_every_short_sequence_of_frames_is_judged_as_a_client_judges_it():
    sorts = [(fin, opcode, b"") for fin in (False, True) for opcode in (0, 1, 2, 9)]
    for frames in product(sorts, repeat=3):
        fault = find("06.4").reference(list(frames))
        assert (fault is None) == (not any(isinstance(e, Failed) for e in received(frames)))
        if fault is None and frames[-1][0]:
            delivered = find("06.3").reference(list(frames))
            assert delivered == [as_tuple(event) for event in received(frames)]


def test_a_text_in_pieces_is_refused_at_the_piece_where_our_checker_refuses_it():
    for (pieces,) in arguments_of("06.5"):
        checker = Utf8Checker()
        found = next((i for i, piece in enumerate(pieces) if checker.feed(piece)), None)
        if found is None and checker.open:
            found = len(pieces) - 1
        assert find("06.5").reference(pieces) == found, pieces


def test_a_half_of_a_utf_16_pair_is_noticed_late_by_python_and_at_once_by_us_as_the_lesson_says():
    decoder = codecs.getincrementaldecoder("utf-8")()
    assert decoder.decode(b"\xed") == decoder.decode(b"\xa0") == ""
    with pytest.raises(UnicodeDecodeError):
        decoder.decode(b"\x80")
    checker = Utf8Checker()
    assert checker.feed(b"\xed") is None
    assert checker.feed(b"\xa0") is not None


def test_a_student_may_keep_the_bytes_and_look_for_what_can_still_be_mended():
    def answer(pieces):
        data = b""
        for index, piece in enumerate(pieces):
            data += piece
            try:
                data.decode()
            except UnicodeDecodeError as error:
                cut = error.reason == "unexpected end of data"
                if not cut or index == len(pieces) - 1:
                    return index
        return None

    assert check("06.5", answer).passed


def test_a_student_may_join_the_pieces_in_the_end():
    def answer(frames):
        messages, pieces, kind = [], [], None
        for fin, opcode, payload in frames:
            kind = opcode or kind
            pieces.append(payload)
            if fin:
                messages.append((kind, b"".join(pieces)))
                pieces.clear()
        return messages

    assert check("06.2", answer).passed


def test_a_frame_that_is_wrong_in_a_list_is_named_with_its_first_wrong_bit():
    right = find("06.1").reference

    def answer(payload, size):
        *before, last = right(payload, size)
        return [*before, last[:1] + bytes([last[1] + 1]) + last[2:]]

    verdict = check("06.1", answer)
    assert not verdict.passed
    assert "its only value differs: the first difference is bit 14 (byte 1: " in verdict.because

    def wrong_rest(payload, size):
        first, *others = right(payload, size)
        return [first, *(one[:2] + one[2:].upper() for one in others)]

    verdict = check("06.1", wrong_rest)
    assert "the second of the two differs: the first difference is bit 18 (byte 2: " in (
        verdict.because
    )


def test_a_message_that_a_close_interrupts_is_never_handed_over():
    # The lesson leaves Close to the next one; its reader must not be disturbed by it.
    events = received([(False, 1, b"Hel"), (True, 8, b"")])
    assert events == [Close(1005, "")]
    reader = MessageReader()
    assert reader.feed(Frame.text("Hel", fin=False)) is None
    assert reader.under_way


def test_treating_a_control_frame_as_data_is_explained_by_the_missing_line():
    def no_else(frames):
        out, data, kind = [], b"", None
        for fin, opcode, payload in frames:
            if opcode in (9, 10):
                out.append((opcode, payload))
            if opcode > 0:
                kind = opcode
            data += payload
            if fin:
                out.append((kind, data))
                data = b""
        return out

    def fin_for_all(frames):
        out, data, kind = [], b"", 0
        for fin, opcode, payload in frames:
            if opcode > 8:
                out.append((opcode, payload))
            elif opcode > 0:
                kind, data = opcode, payload
            else:
                data += payload
            if fin:
                out.append((kind, data))
                data = b""
        return out

    assert "belongs under `else:`" in check("06.3", no_else).means
    assert "The FIN of a control frame" in check("06.3", fin_for_all).means
