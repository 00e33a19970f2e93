"""Lesson 19: the tables and their reader, the records, HTTP/2 around a WebSocket, and the ways."""

import json
import random
import re
import struct

import pytest
from h2.events import DataReceived, RequestReceived, StreamReset
from h2.settings import SettingCodes
from hpack import Decoder
from hyperframe.frame import Frame as Hyperframe

from wslearn.course.answers import check
from wslearn.labs.kit.bitgrid import BitGrid
from wslearn.labs.tap.jupyter_form import PARTS, read_jupyter
from wslearn.labs.tap.lab import TapLab
from wslearn.lessons.lesson_19 import ways_to_a_page as ways
from wslearn.lessons.lesson_19.by_table import take, take_all
from wslearn.lessons.lesson_19.http2_form import HTTP2
from wslearn.lessons.lesson_19.over_http2 import Http2
from wslearn.lessons.lesson_19.records import (
    FORMS,
    STREAMS,
    as_streams,
    journal,
    listed,
    record,
    said,
)
from wslearn.lessons.lesson_19.solutions import (
    over_http2,
    read_packet,
    remaining_length,
    split_frames,
    stomp_body,
)
from wslearn.lessons.lesson_19.subprotocols import ENGINE, MQTT, SOCKET, SOCKET_IO, STOMP
from wslearn.lessons.lesson_19.writing import MOST, http2_frame, mqtt_length, stomp_frame
from wslearn.protocol.errors import FrameError, InputError
from wslearn.protocol.frame import Frame
from wslearn.protocol.parser import FrameParser

KEY = bytes.fromhex("37fa213d")


def values(taken):
    """The fields of a message, by name."""
    return {field.name: field.value for field in taken.fields}


# -- the reader ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMS)
def test_the_fields_of_a_message_lie_side_by_side_and_hold_all_of_its_bits(name):
    for _, taken in said(name):
        assert taken.told.outcome == "accepted", taken
        bit = 0
        for field in taken.fields:
            assert field.start == bit
            bit = field.end
        assert bit == 8 * len(taken.data)


@pytest.mark.parametrize("name", FORMS)
def test_whatever_comes_is_taken_apart_without_an_error(name):
    draw = random.Random(19)
    messages = [taken.data for _, taken in said(name)]
    for data in messages:
        for size in range(0, len(data), max(1, len(data) // 40)):
            cut = take(data[:size], FORMS[name])
            assert name not in STREAMS or cut.told.outcome == "waiting"
            changed = bytearray(data)
            changed[size] ^= 1 << draw.randrange(8)
            spoiled = take(bytes(changed), FORMS[name])
            bits = [bit for field in spoiled.fields for bit in (field.start, field.end)]
            assert bits[1:-1:2] == bits[2::2]
            assert (bits[0], bits[-1]) == (0, 8 * len(spoiled.data))
    for _ in range(200):
        take(draw.randbytes(draw.randrange(40)), FORMS[name])


@pytest.mark.parametrize("name", FORMS)
def test_what_does_not_fit_is_drawn_as_well(name):
    data = said(name)[0][1].data
    for spoiled in (b"", data[:1], data[: len(data) // 2], b"\xff" + data[1:], data[:3] + b"\xff"):
        taken = take(spoiled, FORMS[name])
        assert taken.text()
        assert taken.html()


def test_what_follows_a_message_is_the_next_one():
    ping = bytes.fromhex("c000")
    both = take_all(ping + ping + b"\xd0", MQTT)
    assert [taken.told.outcome for taken in both] == ["accepted", "accepted", "waiting"]
    assert [taken.data for taken in both] == [ping, ping, b"\xd0"]


def test_a_value_that_the_table_does_not_know_comes_with_what_it_should_be():
    told = take(b"9", SOCKET_IO).told
    assert told.outcome == "refused"
    assert "Expected the Engine.IO type to be one of '0', '1'" in told.because
    assert "got '9'" in told.because
    assert "flags 2 in a SUBSCRIBE, got 0" in take(bytes.fromhex("8000"), MQTT).told.because


def test_a_number_within_a_message_cannot_reach_beyond_its_end():
    told = take(bytes.fromhex("10 02 00 ff"), MQTT).told
    assert told.outcome == "refused"
    assert told.because == "255 bytes should follow, but the message ends after 0."


def test_whatever_makes_an_mqtt_packet_longer_than_what_came_is_waited_for():
    publish = next(taken.data for _, taken in said("mqtt") if taken.data[0] >> 4 == 3)
    waits = []
    for bit in range(8):
        flipped = bytes([publish[0], publish[1] ^ 0x80 >> bit]) + publish[2:]
        waits.append(take(flipped, MQTT).told.outcome == "waiting")
    assert waits == [digit == "0" for digit in f"{publish[1]:08b}"]


def test_a_grid_takes_other_bytes_apart_by_a_table_and_flips_them():
    grid = BitGrid(bytes.fromhex("c000"), take=lambda data: take(data, MQTT))
    assert [field["name"] for field in grid.view["fields"]] == [
        "packet type", "flags", "remaining length",
    ]  # fmt: skip
    grid.flip(15)
    assert grid.view["verdict"]["outcome"] == "waiting"
    grid.data = bytes.fromhex("30 8100")
    assert [field["number"] for field in grid.view["fields"]] == [True, False, False]
    assert "PINGREQ" in repr(take(bytes.fromhex("c000"), MQTT))


def test_text_from_the_network_stays_text():
    taken = take(b'42["<script>alert(1)</script>"]', SOCKET_IO)
    assert "<script" not in taken.html()


# -- the records -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMS)
def test_a_record_opens_in_a_taplab_breaks_no_rule_and_says_who_spoke(name):
    lab = TapLab(record(name))
    assert lab.journal.frames
    assert not any(frame.broken for frame in lab.journal.frames)
    assert "Recorded on 127.0.0.1 with " in journal(name).remarks[0]
    lab.close()
    assert record(name).stat().st_size < 40_000
    assert listed(name).rows


def test_what_a_record_says_is_what_was_recorded():
    assert sum(taken.data[0] >> 4 == 3 for _, taken in said("mqtt")) >= 4
    assert any(len(taken.data) > 130 for _, taken in said("mqtt"))
    assert any(b"a\0b" in taken.data for _, taken in said("stomp"))
    types = [json.loads(taken.data)["type"] for _, taken in said("graphql")]
    assert types.count("subscribe") == 4
    assert types.count("error") == 1
    assert any(taken.data == b"2" for _, taken in said("socketio"))


def test_a_packet_in_two_messages_and_two_packets_in_one_are_found():
    first, second = bytes.fromhex("3005 0003 746561"), bytes.fromhex("c000")
    sent = [("client", first[:1]), ("server", second), ("client", first[1:] + second)]
    found = [(sender, taken.data) for sender, taken in as_streams(sent, MQTT)]
    assert found == [("server", second), ("client", first), ("client", second)]


def test_an_unknown_record_is_refused():
    with pytest.raises(InputError, match="Expected one of socketio"):
        record("../secret")


def test_the_table_for_jupyter_agrees_with_the_reader_of_taplab():
    for _, taken in said("jupyter"):
        known = read_jupyter(taken.data)
        ours = {field.name: (field.start // 8, field.end // 8) for field in taken.fields}
        assert {name: ours[name] for name in PARTS} == {
            name: (start, end) for name, start, end in known.parts[: len(PARTS)]
        }


# -- what the exercises ask for --------------------------------------------------------------------


def test_a_frame_of_stomp_ends_with_a_byte_0_and_nothing_else():
    head = b"SEND\ncontent-length:3\n\nabc"
    assert take(head + b"\0", STOMP).told.outcome == "accepted"
    taken = take(head + b"X\0", STOMP)
    assert taken.told.outcome == "refused"
    assert "Expected a byte 0 after the body, got 88." in str(taken.told)


def test_an_event_has_a_name_and_its_acknowledgement_has_none():
    def said_of(text):
        return {f.name: f.meaning for f in take(text.encode(), SOCKET_IO).fields}

    event, ack = said_of('421["vote","tea"]'), said_of('431["noted"]')
    assert event["acknowledgement"] == "an ack with this number answers it"
    assert event["data"] == "JSON: the name 'vote' and 1 argument"
    assert ack["acknowledgement"] == "it answers the event with this number"
    assert ack["data"] == "JSON"


def packet_by_text(text):
    return ENGINE[text[0]], "", None, text[1:]


def packet_by_pattern(text):
    if text[0] != "4":
        return ENGINE[int(text[0])], "", None, text[1:]
    kind, name, number, rest = re.match(r"(\d)(/.*,)?(\d+)?(.*)", text[1:]).groups()
    return SOCKET[int(kind)], name or "/", int(number) if number else None, rest


def body_by_dictionary(frame, times=-1):
    head, rest = frame.split(b"\n\n", 1)
    headers = dict(line.split(b":", times) for line in head.split(b"\n")[1:])
    size = headers.get(b"content-length")
    return rest[: int(size)] if size else rest.split(b"\0")[0]


def body_up_to_the_end(frame):
    head, rest = frame.split(b"\n\n", 1)
    for line in head.split(b"\n"):
        if line.startswith(b"content-length:"):
            return rest[: int(line[15:])]
    return rest[:-1]


def block_by_dictionary(path, headers):
    named = {name.lower(): value for name, value in headers}
    first = [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "https")]
    gone = ("upgrade", "connection", "sec-websocket-key", "host")
    kept = [(name, value) for name, value in named.items() if name not in gone]
    return [*first, (":path", path), (":authority", named["host"]), *kept]


def frames_by_struct(data):
    found = []
    while data:
        kind, flags, stream = struct.unpack(">BBI", data[3:9])
        end = 9 + int.from_bytes(data[:3], "big")
        if len(data) < end:
            break
        found.append((kind, flags, stream & 0x7FFFFFFF, data[9:end]))
        data = data[end:]
    return found


@pytest.mark.parametrize(
    ("name", "answer", "means"),
    [
        ("19.1", packet_by_text, "A number belongs between the brackets."),
        ("19.1", packet_by_pattern, "The comma is only the end of the namespace"),
        ("19.3", body_by_dictionary, "one is not a pair"),
        ("19.3", lambda frame: body_by_dictionary(frame, 1), "the last one was taken"),
        ("19.3", body_up_to_the_end, "all but the last byte was taken"),
        ("19.4", block_by_dictionary, "a dictionary keeps one value for each name"),
        ("19.5", frames_by_struct, "Ask first how many there are."),
    ],
)
def test_a_students_first_answer_is_told_its_cause(name, answer, means):
    verdict = check(name, answer)
    assert not verdict.passed
    assert means in verdict.means


def test_a_frame_of_stomp_is_shown_as_text():
    verdict = check("19.3", body_up_to_the_end)
    assert r"stomp_body(b'SEND\ndestination:/votes\n\n" in verdict.because


def test_the_solution_reads_the_recorded_packets_as_the_table_does():
    for _, taken in said("socketio"):
        kind, _, number, rest = read_packet(taken.data.decode())
        seen = values(taken)
        names = ENGINE if "Socket.IO type" not in seen else SOCKET
        assert kind == names[int(seen.get("Socket.IO type", seen["Engine.IO type"]))]
        assert number == seen.get("acknowledgement")
        assert rest.encode() == seen.get("data", b"")


def test_a_length_of_mqtt_comes_back_and_has_no_more_bytes_than_it_needs():
    draw = random.Random(3)
    for length in [0, 127, 128, 16_383, 16_384, MOST, *(draw.randrange(MOST) for _ in range(99))]:
        written = mqtt_length(length)
        assert remaining_length(written) == (length, len(written))
        assert len(written) == max(1, -(-length.bit_length() // 7))
        assert values(take(b"\xf0"[:0] + b"\x30" + written, MQTT))["remaining length"] == length


def test_the_solution_finds_the_bodies_that_the_table_finds():
    frames = [taken for _, taken in said("stomp") if values(taken).get("command")]
    assert len(frames) > 5
    for taken in frames:
        assert stomp_body(taken.data) == values(taken).get("body", b"")
    spoiled = take(stomp_frame(b"tea", b"content-length:many"), STOMP)
    assert spoiled.told.because == "Expected content-length to be a number."


# -- HTTP/2 ----------------------------------------------------------------------------------------

ASKED = [
    (":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "https"), (":path", "/chat"),
    (":authority", "chat.example"), ("sec-websocket-version", "13"),
]  # fmt: skip


@pytest.fixture
def pipe():
    opened = Http2()
    opened.settle()
    return opened


def test_the_server_says_that_a_client_may_ask_for_a_websocket(pipe):
    assert pipe.client.remote_settings[SettingCodes.ENABLE_CONNECT_PROTOCOL] == 1
    _, settings, *_ = pipe.frames("server", 4)
    assert (values(settings)["identifier"], values(settings)["value"]) == (8, 1)


def test_a_connect_opens_a_stream_and_frames_travel_in_its_data_as_they_are(pipe):
    pipe.client.send_headers(1, ASKED)
    (asked,) = pipe.carry("client")
    assert isinstance(asked, RequestReceived)
    assert [tuple(pair) for pair in asked.headers] == ASKED
    pipe.server.send_headers(1, [(":status", "200")])
    pipe.carry("server")
    hello = Frame.text("Hello").encode(mask_key=KEY)
    pipe.client.send_data(1, hello)
    (came,) = [event for event in pipe.carry("client") if isinstance(event, DataReceived)]
    assert came.data == hello
    assert FrameParser("server").feed(came.data)[0].payload == b"Hello"
    assert values(pipe.frames("client", 0)[0])["data"] == hello


def test_an_unmasked_frame_is_refused_over_http2_too(pipe):
    pipe.client.send_headers(1, ASKED)
    pipe.client.send_data(1, Frame.text("Hello").encode())
    *_, came = (event for event in pipe.carry("client") if isinstance(event, DataReceived))
    with pytest.raises(FrameError) as caught:
        FrameParser("server").feed(came.data)
    assert caught.value.close_code == 1002


def test_upgrade_and_connection_are_no_part_of_http2(pipe):
    pipe.client.send_headers(1, [*ASKED, ("connection", "Upgrade"), ("upgrade", "websocket")])
    (asked,) = pipe.carry("client")
    assert [tuple(pair) for pair in asked.headers] == ASKED


def test_one_stream_is_reset_and_another_goes_on(pipe):
    for stream in (1, 3):
        pipe.client.send_headers(stream, ASKED)
    pipe.carry("client")
    pipe.client.reset_stream(3, error_code=8)
    (reset,) = pipe.carry("client")
    assert isinstance(reset, StreamReset)
    (frame,) = pipe.frames("client", 3)
    assert frame.fields[-1].meaning == "CANCEL"
    pipe.client.send_data(1, b"\x81\x80abcd")
    assert [event.stream_id for event in pipe.carry("client")] == [1]


def test_the_table_reads_the_frames_that_hyperframe_reads(pipe):
    pipe.client.send_headers(1, ASKED)
    pipe.client.send_data(1, b"Hello", end_stream=True, pad_length=7)
    pipe.client.ping(b"12345678")
    pipe.client.increment_flow_control_window(99)
    pipe.carry("client")
    pipe.carry("server")
    pipe.client.close_connection(error_code=2, additional_data=b"bye")
    pipe.carry("client")
    frames = pipe.frames("client") + pipe.frames("server")
    assert {frame.data[3] for frame in frames} >= {0, 1, 4, 6, 7, 8}
    for frame in frames:
        assert frame.told.outcome == "accepted"
        other, length = Hyperframe.parse_frame_header(memoryview(frame.data[:9]))
        seen = values(frame)
        assert (seen["length"], seen["type"]) == (length, other.type)
        assert seen["stream identifier"] == other.stream_id
    (data,) = (frame for frame in frames if frame.data[3] == 0)
    assert values(data)["data"] == b"Hello"
    (block,) = (values(frame)["field block"] for frame in frames if frame.data[3] == 1)
    assert [(str(name), str(value)) for name, value in Decoder().decode(block)] == ASKED
    ours = split_frames(b"".join(frame.data for frame in frames))
    assert ours == [
        (f.data[3], f.data[4], values(f)["stream identifier"], f.data[9:]) for f in frames
    ]


def test_the_request_that_the_solution_makes_is_one_that_the_library_takes(pipe):
    headers = [("Host", "chat.example"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
               ("Sec-WebSocket-Key", "x"), ("Sec-WebSocket-Version", "13")]  # fmt: skip
    pipe.client.send_headers(1, over_http2("/chat", headers))
    (asked,) = pipe.carry("client")
    assert [tuple(pair) for pair in asked.headers] == ASKED


def test_a_frame_of_http2_is_written_as_hyperframe_writes_it():
    from hyperframe.frame import DataFrame

    assert http2_frame(0, 1, 5, b"Hi") == DataFrame(5, b"Hi", flags=["END_STREAM"]).serialize()
    reserved = take(bytes.fromhex("000001 00 00 ffffffff 09"), HTTP2)
    assert (values(reserved)["R"], values(reserved)["stream identifier"]) == (1, 2**31 - 1)
    assert split_frames(reserved.data) == [(0, 0, 2**31 - 1, b"\t")]
    padded = take(bytes.fromhex("000001 00 08 00000001 09"), HTTP2)
    assert padded.told.because == "Expected at most 0 bytes of padding."


# -- the ways --------------------------------------------------------------------------------------


def test_events_are_counted_as_a_reader_of_chunks_and_of_events_finds_them():
    said = ["Hello", "two\nlines", ""]
    body = b"".join(ways.event(message) for message in said)
    text, rest = b"", body
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        text += rest[: int(size, 16)]
        rest = rest[int(size, 16) + 2 :]
    events = text.decode().split("\n\n")[:-1]
    assert ["\n".join(line[6:] for line in one.split("\n")) for one in events] == said
    assert ways.sse(said)[1] == len(body)


def test_an_ordinary_request_has_the_browsers_headers_and_nothing_of_a_websocket():
    asked = ways.ordinary_request("/events", "text/event-stream").decode().lower()
    assert "user-agent:" in asked
    assert "websocket" not in asked
    assert "upgrade" not in asked


def test_each_way_is_compared_in_every_column():
    assert all(len(row) == len(ways.HEADINGS) for row in ways.CHOICE)
    assert ways.websocket(["Hello"] * 3)[1] == 3 * 7
    assert ways.long_polling(["Hello"])[1] > 40 * ways.websocket(["Hello"])[1]
