"""Jupyter's binary form in TapLab's rows; jupyter_server, which writes it, is the judge."""

import json
import random

import pytest
from jupyter_server.services.kernels.connection.base import serialize_msg_to_ws_v1

import wslearn as ws
from wslearn.labs.tap.jupyter_form import SUBPROTOCOL, read_jupyter, speaks_jupyter
from wslearn.labs.tap.nodes import layout_of, said_by
from wslearn.labs.tap.state import TapLog
from wslearn.net.record.passed import Passed
from wslearn.protocol.codes import Opcode
from wslearn.protocol.errors import InputError
from wslearn.protocol.frame import Frame

NONCE = "dGhlIHNhbXBsZSBub25jZQ=="
FIXED = "Upgrade: websocket\r\nConnection: Upgrade\r\n"
STATUS = {"execution_state": "busy"}


def message(kind="status", content=STATUS, channel="iopub", buffers=()):
    parts = [{"msg_type": kind, "msg_id": "1"}, {}, {}, content]
    packed = [json.dumps(part).encode() for part in parts]
    return serialize_msg_to_ws_v1([*packed, *buffers], channel)


def entries(*frames, chosen=SUBPROTOCOL):
    """Frames of a server on a connection with the subprotocol, as a TapLab lists them."""
    journal = ws.Journal()
    said = journal.open(began=0.0)
    offered = f"Sec-WebSocket-Protocol: {chosen}\r\n\r\n"
    said.judge(
        f"GET / HTTP/1.1\r\nHost: h\r\n{FIXED}Sec-WebSocket-Key: {NONCE}\r\n"
        f"Sec-WebSocket-Version: 13\r\n{offered}".encode()
    )
    accept = f"Sec-WebSocket-Accept: {ws.accept_key(NONCE)}\r\n{offered}"
    said.judge_reply(f"HTTP/1.1 101 Switching Protocols\r\n{FIXED}{accept}".encode())
    journal.add(said, *(Passed("server", frame.encode()) for frame in frames))
    return [entry for entry in TapLog(journal).entries if entry.frame is not None]


def test_what_jupyter_writes_is_read_channel_type_and_every_part():
    rng = random.Random(13)
    for _ in range(200):
        buffers = [rng.randbytes(rng.randrange(20)) for _ in range(rng.randrange(3))]
        content = {"text": "é" * rng.randrange(30)}
        channel, kind = rng.choice(("shell", "iopub", "control")), rng.choice(("stream", "status"))
        data = message(kind, content, channel, buffers)
        read = read_jupyter(data)
        assert (read.channel, read.kind) == (channel, kind)
        assert json.loads(read.content) == content
        parts = [data[start:end] for _, start, end in read.parts]
        assert parts[5:] == buffers
        assert read.parts[-1][2] == len(data)


def test_a_row_says_channel_and_type_and_the_caption_says_where_each_part_stands():
    (entry,) = entries(Frame.binary(message()))
    assert said_by(entry) == 'iopub: status {"execution_state": "busy"}'
    layout = layout_of(entry)
    assert layout.startswith("Jupyter's form, by its 6 offsets: bytes 0 to 55 are the offsets")
    assert "channel 56 to 60, header 61 to" in layout


def test_without_that_subprotocol_and_in_text_frames_nothing_is_decoded():
    (entry,) = entries(Frame.binary(message()), chosen="chat")
    assert not speaks_jupyter(entry.said)
    assert said_by(entry).startswith("06 00 00 00")
    (entry,) = entries(Frame.text("{}"))
    assert (said_by(entry), layout_of(entry)) == ("“{}”", "")


def test_a_fragment_is_read_as_far_as_it_goes():
    data = message()
    first = Frame(Opcode.BINARY, data[:-5], fin=False)
    entry, _ = entries(first, Frame(Opcode.CONTINUATION, data[-5:]))
    assert said_by(entry).startswith("the first fragment, iopub: status {")
    (entry,) = entries(Frame(Opcode.BINARY, data[:80], fin=False))
    assert "Expected the header up to byte" in said_by(entry)


def numbers(*values):
    return b"".join(value.to_bytes(8, "little") for value in values)


WRONG = [
    (b"abc", "Expected a number of 8 bytes, got 3 bytes."),
    (numbers(5), "Expected from 6 to 4096 offsets, got 5."),
    (numbers(2**40), "Expected from 6 to 4096 offsets, got 1099511627776."),
    (numbers(7, 64), "Expected 7 offsets up to byte 64, got 16 bytes."),
    (numbers(6, 57, 58, 59, 60, 61, 62), "Expected the channel at byte 56, got the offset 57."),
    (numbers(6, 56, 60, 58, 60, 61, 62), "Expected offsets that rise, got 58 after 60."),
    (message() + b"x", "Expected the end at byte {}, got the offset {}."),
    (message().replace(b'"msg_type"', b'"msg_tipe"'), "Expected a header in JSON with a msg_type"),
    (message(kind=5), "Expected a msg_type that is text, got 5."),
]


@pytest.mark.parametrize(("data", "sentence"), WRONG)
def test_other_bytes_are_refused_with_a_sentence_and_shown_as_they_are(data, sentence):
    sentence = sentence.format(len(data), len(data) - 1)
    with pytest.raises(InputError) as caught:
        read_jupyter(data)
    assert str(caught.value).startswith(sentence)
    (entry,) = entries(Frame.binary(data))
    assert said_by(entry).startswith(f"not Jupyter's form: {sentence}")
    assert layout_of(entry) == ""


def test_any_bytes_are_read_or_refused():
    rng = random.Random(5)
    good = message()
    for _ in range(2000):
        data = bytearray(good)
        for _ in range(rng.randrange(1, 6)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        try:
            read = read_jupyter(bytes(data))
        except InputError as problem:
            assert str(problem).startswith("Expected")  # noqa: PT017 (either way is fine)
        else:
            assert str(read).isprintable()
