"""The programs of lesson 15 do what the protocol layer does; its judges notice faults."""

import os
import random
import zlib

import pytest
from websockets.sync.client import connect

from wslearn.lessons.lesson_09.judges.hosted import Hosted
from wslearn.lessons.lesson_09.judges.oracles import ask_oracles
from wslearn.lessons.lesson_09.parts import REQUEST, reference_of
from wslearn.lessons.lesson_15 import wrong_clients
from wslearn.lessons.lesson_15.client_inputs import GOOD, HI, KEYS, REPLIES, URL, squeezed
from wslearn.lessons.lesson_15.client_judges import JUDGES, ask_servers, over_a_socket
from wslearn.lessons.lesson_15.client_parts import parts
from wslearn.lessons.lesson_15.deflating import DeflateServer
from wslearn.lessons.lesson_15.given import LIMIT, take_server_frame
from wslearn.protocol.accept import encode_key
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import Decompressor, TooBigError, Window
from wslearn.protocol.examples import SAMPLE_KEY
from wslearn.protocol.frame import Frame
from wslearn.protocol.handshake import check_response
from wslearn.protocol.parser import FrameParser

MyClient = reference_of("15.4")
OFFER = b"\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"


@pytest.mark.parametrize("data", REPLIES)
def test_a_reply_is_judged_as_the_protocol_layer_does(data):
    checked = parts.check_reply(data, SAMPLE_KEY)
    ours = check_response(data, SAMPLE_KEY)
    if b"\r\n\r\n" not in data:
        assert checked is None
    else:
        assert checked == ((True, ours.rest) if ours.outcome == "open" else (False, None))


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536])
@pytest.mark.parametrize("opcode", [1, 2])
def test_a_frame_is_that_of_the_protocol_layer(opcode, size):
    payload = bytes(range(256)) * 256 + b"."
    frame = Frame(opcode, payload[:size])
    assert parts.client_frame(opcode, frame.payload, KEYS[1]) == frame.encode(mask_key=KEYS[1])


def test_a_client_hears_what_our_connection_hears_however_it_is_cut():
    ours = Connection("server")
    said = [
        ours.send_text("Hello"),
        ours.send_text("5 ", fin=False),
        ours.send_ping(b"?"),
        ours.send_text("€"),
        ours.send_binary(b"." * 300),
        ours.send_close(1000, "bye"),
    ]
    stream = GOOD + b"".join(said)
    for seed in range(30):
        draw = random.Random(seed)
        one, came, at = MyClient(URL, SAMPLE_KEY), [], 0
        one.out = b""
        while at < len(stream):
            size = draw.choice([1, 2, 7, 100, 1000])
            came += one.receive(stream[at : at + size])
            at += size
        assert came == [b"Hello", "5 €".encode(), b"." * 300]
        events = Connection("server").receive(one.out)
        assert [type(event).__name__ for event in events] == ["Pong", "Close"]
        assert one.done


def test_a_client_that_has_said_goodbye_still_listens_and_says_nothing_more():
    one = MyClient(URL, SAMPLE_KEY)
    one.receive(GOOD)
    one.out = b""
    one.send(8, (1000).to_bytes(2, "big"))
    one.send(1, b"too late")
    assert one.receive(HI + Frame.ping(b"?").encode()) == [b"Hello"]
    assert not one.done
    assert FrameParser("server").feed(one.out) == [Frame.close(1000)]
    assert one.receive(Frame.close(1000).encode()) == []
    assert one.done


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (Frame.text("Hello").encode(mask_key=KEYS[0]), 1002),
        (b"\xc1\x00", 1002),
        (b"\x88\x01\x03", 1002),
        (Frame(8, b"\x03\xe8\xff").encode(), 1007),
        (b"\x82\x7f" + (LIMIT + 1).to_bytes(8, "big"), 1009),
    ],
)
def test_a_fault_of_a_server_is_reported_as_soon_as_it_can_be_seen(data, code):
    assert take_server_frame(data)[2] == code


def test_a_text_from_a_server_is_left_to_whatever_joins_the_fragments():
    cut = Frame(1, "€".encode()[:2], fin=False).encode()
    assert take_server_frame(cut + b"x") == ((False, 1, "€".encode()[:2]), b"x", None)


# -- unpacking -------------------------------------------------------------------------------------


def ours_unpacks(payload, limit):
    try:
        return Decompressor(Window(15, False)).decompress(payload, limit, final=True), None
    except TooBigError:
        return None, 1009
    except zlib.error:
        return None, 1007


def test_what_is_unpacked_is_what_our_own_decompressor_gives():
    outcomes = set()
    for seed in range(300):
        draw = random.Random(seed)
        data = bytes(draw.choices(b"ab ", k=draw.randrange(200)))
        payload = squeezed(data, last=draw.random() < 0.5)
        if draw.random() < 0.3:
            payload = b"\xff" + payload
        expected = ours_unpacks(payload, 100)
        assert parts.inflate(payload, 100) == expected
        outcomes.add(expected[1])
    assert outcomes == {None, 1007, 1009}


# -- a server that compresses ----------------------------------------------------------------------


def opened(offer=OFFER):
    server = DeflateServer()
    reply = server.receive(REQUEST.replace(b"\r\n\r\n", offer))
    return server, reply


def test_the_reply_is_one_that_a_client_with_this_offer_takes():
    _, reply = opened()
    checked = check_response(
        reply, SAMPLE_KEY, extensions=["permessage-deflate; client_max_window_bits"]
    )
    assert checked.outcome == "open"
    assert checked.agreement.client_no_context_takeover


@pytest.mark.parametrize(
    "offer",
    [
        b"\r\n\r\n",
        b"\r\nSec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9\r\n\r\n",
        b"\r\nSec-WebSocket-Extensions: x-other\r\n\r\n",
    ],
)
def test_without_a_fitting_offer_nothing_is_compressed_and_rsv1_is_a_fault(offer):
    server, reply = opened(offer)
    assert b"Extensions" not in reply
    frame = Frame(1, squeezed(b"Hello"), rsv1=True).encode(mask_key=KEYS[0])
    assert server.receive(frame) == Frame.close(1002).encode()


def test_a_compressed_message_in_fragments_between_which_a_ping_comes():
    server, _ = opened()
    data = squeezed("5 € and more".encode())
    pieces = [
        Frame(1, data[:5], fin=False, rsv1=True),
        Frame.ping(b"?"),
        Frame(0, data[5:9], fin=False),
        Frame(0, data[9:]),
    ]
    out = b"".join(server.receive(piece.encode(mask_key=KEYS[0])) for piece in pieces)
    pong, echo = out[:3], out[3:]
    assert pong == Frame.pong(b"?").encode()
    assert echo == Frame(1, squeezed("5 € and more".encode()), rsv1=True).encode()


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (Frame(1, squeezed(b"\xff"), rsv1=True), 1007),
        (Frame(2, b"\xff\xff\xff", rsv1=True), 1007),
        (Frame(2, squeezed(bytes(LIMIT + 1)), rsv1=True), 1009),
        (Frame(9, b"?", rsv1=True), 1002),
        (Frame(0, b"?", rsv1=True), 1002),
        (Frame(1, b"?", rsv2=True), 1002),
    ],
)
def test_what_is_wrong_under_compression_gets_its_code(frame, code):
    server, _ = opened()
    assert server.receive(frame.encode(mask_key=KEYS[0])) == Frame.close(code).encode()
    assert server.done


def test_a_plain_message_after_a_compressed_one_is_read_as_it_is():
    server, _ = opened()
    server.receive(Frame(1, squeezed(b"Hello"), rsv1=True).encode(mask_key=KEYS[0]))
    answer = server.receive(Frame.text("Hello").encode(mask_key=KEYS[0]))
    assert answer == Frame(1, squeezed(b"Hello"), rsv1=True).encode()


def test_websockets_speaks_to_it_compressed_and_uncompressed():
    with Hosted(DeflateServer) as hosted:
        for compression in ("deflate", None):
            with connect(hosted.url, compression=compression) as visitor:
                for text in ("Hello" * 5, "€" * 70_000, ""):
                    visitor.send(text)
                    assert visitor.recv(timeout=10) == text
        assert hosted.troubles == []


def test_without_compression_all_oracles_are_content_with_it():
    assert ask_oracles("examples", "scissors", "faults", server=DeflateServer).passed


# -- the judges ------------------------------------------------------------------------------------


def test_all_judges_are_content_with_the_solution():
    verdicts = ask_servers(MyClient)
    assert [ruling.name for ruling in verdicts.rulings] == list(JUDGES)
    assert verdicts.passed, verdicts


CLIENTS = [
    one
    for one in vars(wrong_clients).values()
    if isinstance(one, type) and getattr(one, "typical_of", ("",))[0] == "15.4"
]


@pytest.mark.parametrize("client", CLIENTS)
def test_each_wrong_client_is_noticed_by_a_judge_that_plays_in_memory(client, monkeypatch):
    for name in ("wslearn", "websockets"):
        monkeypatch.delitem(JUDGES, name)
    assert not ask_servers(client).passed


def test_our_client_and_our_server_meet():
    with Hosted(reference_of("09.6")) as hosted:
        one = MyClient(hosted.url, encode_key(os.urandom(16)))
        assert list(over_a_socket(one, hosted.url, ("Hello", "€"))) == [b"Hello", "€".encode()]
        assert one.done
