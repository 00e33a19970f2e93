"""What a WebSocket asks of TCP: an address in words, little unsent, an orderly end."""

import asyncio
import socket as sockets

import pytest

from tests.support.peers import Raw, raw_server
from wslearn.net.tcp import UNSENT, address_of, end_our_half, keep_little_unsent


class Writer:
    """A writer that only records what it is asked for."""

    def __init__(self, **known):
        self.known = known

    def get_extra_info(self, name):
        return self.known.get(name)


@pytest.mark.parametrize(
    ("peer", "words"),
    [
        (("127.0.0.1", 40001), "127.0.0.1:40001"),
        (("::1", 40001, 0, 0), "[::1]:40001"),
        (None, "an unknown address"),
    ],
)
def test_an_address_in_words(peer, words):
    assert address_of(Writer(peername=peer)) == words


@pytest.mark.skipif(not hasattr(sockets, "TCP_NOTSENT_LOWAT"), reason="this system has no limit")
def test_the_system_holds_little_that_is_unsent():
    with sockets.socket() as own:
        keep_little_unsent(Writer(socket=own))
        assert own.getsockopt(sockets.IPPROTO_TCP, sockets.TCP_NOTSENT_LOWAT) == UNSENT


def test_where_the_system_cannot_be_asked_nothing_happens():
    keep_little_unsent(Writer())
    own = sockets.socket()
    own.close()
    keep_little_unsent(Writer(socket=own))


async def test_all_that_was_written_leaves_before_the_end_of_our_half():
    size, received = 2**22, []

    async def talk(raw):
        while data := await raw.reader.read(2**16):
            received.append(len(data))
        await raw.send(b"the other half")

    async with raw_server(talk) as port:
        raw = Raw(*await asyncio.open_connection("127.0.0.1", port), "client")
        async with raw:
            raw.writer.write(bytes(size))
            await end_our_half(raw.writer)
            assert raw.writer.transport.get_write_buffer_size() == 0
            assert await raw.reader.read() == b"the other half"
    assert sum(received) == size
