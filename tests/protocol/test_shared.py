"""One message for many connections: each client reads it, whatever it agreed on."""

import zlib

import pytest

from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import Agreement
from wslearn.protocol.errors import InputError
from wslearn.protocol.events import Binary, Text
from wslearn.protocol.parser import FrameParser
from wslearn.protocol.shared import SharedMessage

WORDS = "a broadcast, a broadcast, a broadcast"


def pair(agreed: Agreement | None) -> tuple[Connection, Connection]:
    return Connection("server", deflate=agreed), Connection(
        "client", deflate=agreed, mask_keys=lambda: b"key!"
    )


AGREEMENTS = {
    "nothing": None,
    "the largest window": Agreement(),
    "a small window": Agreement(server_max_window_bits=9),
    "no window kept": Agreement(server_no_context_takeover=True),
}


@pytest.mark.parametrize("agreed", AGREEMENTS.values(), ids=AGREEMENTS)
@pytest.mark.parametrize("message", [WORDS, WORDS.encode(), "", b"\0" * 70_000], ids=type)
def test_a_client_reads_it_between_messages_of_its_own(agreed, message):
    server, client = pair(agreed)
    shared = SharedMessage(message)
    wanted = Text(message) if isinstance(message, str) else Binary(message)
    for _ in range(3):
        assert client.receive(server.send_text(WORDS)) == [Text(WORDS)]
        assert client.receive(server.send_shared(shared)) == [wanted]


def test_its_frame_is_made_once_for_each_way_of_compressing():
    shared = SharedMessage(WORDS)
    servers = [pair(agreed)[0] for agreed in [*AGREEMENTS.values()] * 2]
    frames = [server.send_shared(shared) for server in servers]
    half = len(AGREEMENTS)
    assert all(first is again for first, again in zip(frames[:half], frames[half:], strict=True))
    assert set(shared._frames) == {None, (15, 6), (9, 6)}


def test_without_compression_it_is_the_frame_of_the_message_itself():
    plain, shared = pair(None)[0], pair(None)[0]
    assert shared.send_shared(SharedMessage(WORDS)) == plain.send_text(WORDS)


def test_a_compressed_one_refers_to_nothing_that_was_sent_before():
    server, _ = pair(Agreement())
    server.send_text(WORDS)
    (frame,) = FrameParser("client", extensions=["permessage-deflate"]).feed(
        server.send_shared(SharedMessage(WORDS))
    )
    alone = zlib.decompressobj(-zlib.MAX_WBITS)
    assert alone.decompress(frame.payload + b"\0\0\xff\xff") == WORDS.encode()


@pytest.mark.parametrize("what", [None, 7, ["a"], "\ud800"], ids=repr)
def test_what_is_no_message_is_refused(what):
    with pytest.raises(InputError):
        SharedMessage(what)
