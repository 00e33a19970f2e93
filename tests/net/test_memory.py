"""To a program, the network inside the process is like the system's: each test runs over both."""

import asyncio
import socket

import pytest

from tests.support.peers import until
from wslearn.net.memory import LAST_PORT, WINDOW, Network, install, install_here, is_installed
from wslearn.net.tcp import address_of, reset

HOST = "127.0.0.1"


class Both:
    """A connection from both of its sides."""

    def __init__(self, host=HOST):
        self.host = host
        self.came = asyncio.Event()

    async def __aenter__(self):
        def accept(reader, writer):
            self.there, self.back = reader, writer
            self.came.set()

        self.server = await asyncio.start_server(accept, HOST, 0)
        self.port = self.server.sockets[0].getsockname()[1]
        self.here, self.out = await asyncio.open_connection(self.host, self.port)
        await self.came.wait()
        return self

    async def __aexit__(self, *_):
        self.server.close()
        for writer in (self.out, self.back):
            writer.transport.abort()


async def test_a_stream_of_bytes_goes_each_way():
    async with Both() as both:
        both.out.write(b"Hel")
        both.out.write(b"lo")
        assert await both.there.readexactly(5) == b"Hello"
        both.back.write(b"there")
        assert await both.here.readexactly(5) == b"there"
        assert address_of(both.out) == f"{HOST}:{both.port}"
        assert both.back.get_extra_info("peername") == both.out.get_extra_info("sockname")


async def test_one_half_ends_and_the_other_goes_on():
    async with Both() as both:
        both.out.write(b"the last word")
        both.out.write_eof()
        assert await both.there.read() == b"the last word"
        both.back.write(b"not yet mine")
        both.back.close()
        assert await both.here.read() == b"not yet mine"
        with pytest.raises(RuntimeError, match="write_eof"):
            both.out.write(b"more")


async def test_closing_first_sends_what_waits():
    async with Both() as both:
        much = bytes(range(256)) * 8 * 1024
        both.out.write(much)
        both.out.close()
        assert both.out.is_closing()
        assert await both.there.read() == much
        await both.out.wait_closed()


async def test_a_reset_takes_what_has_not_been_read():
    async with Both() as both:
        both.out.write(b"lost")
        reset(both.out)
        with pytest.raises(ConnectionResetError):
            await both.there.read()


async def test_closing_with_unread_bytes_resets():
    async with Both() as both:
        both.back.transport.pause_reading()
        both.out.write(b"x" * 1000)
        await asyncio.sleep(0.05)
        both.back.close()
        with pytest.raises(ConnectionResetError):
            await both.here.read()


async def test_writing_to_an_end_that_has_closed_gets_a_reset():
    async with Both() as both:
        both.back.close()
        await both.back.wait_closed()
        assert await both.here.read() == b""

        async def write_on():
            for _ in range(200):
                both.out.write(b"anybody?")
                await both.out.drain()
                await asyncio.sleep(0.005)

        with pytest.raises(ConnectionError):
            await write_on()


async def test_a_reader_that_waits_makes_the_writer_wait():
    async with Both() as both:
        both.back.transport.pause_reading()
        piece, written = b"x" * WINDOW, 0
        while written < 2**26 and not both.out.transport.get_write_buffer_size():
            both.out.write(piece)
            written += len(piece)
            await asyncio.sleep(0)
        both.out.write(piece * 2)  # enough waits for the protocol to be paused
        written += 2 * len(piece)
        draining = asyncio.ensure_future(both.out.drain())
        await asyncio.wait({draining}, timeout=0.05)
        assert not draining.done()
        assert both.out.transport.get_write_buffer_size() > 0
        both.back.transport.resume_reading()
        assert len(await both.there.readexactly(written)) == written
        await draining
        assert both.out.transport.get_write_buffer_size() == 0


async def test_a_listener_that_has_closed_accepts_nobody():
    async with Both() as both:
        pass
    await until(lambda: not both.server.is_serving())
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(HOST, both.port)


async def test_a_port_has_one_listener_and_0_finds_a_free_one():
    async with Both() as one, Both() as other:
        assert one.port != other.port
        with pytest.raises(OSError, match="already in use"):
            await asyncio.start_server(lambda *_: None, HOST, one.port)


@pytest.mark.parametrize("host", ["localhost", HOST])
async def test_names_of_this_machine_lead_here(host):
    async with Both(host) as both:
        both.out.write(b"here")
        assert await both.there.readexactly(4) == b"here"
        found = await asyncio.get_running_loop().getaddrinfo(host, 80, type=socket.SOCK_STREAM)
        assert (HOST, 80) in [address[:2] for *_, address in found]


@pytest.mark.parametrize("port", [-1, LAST_PORT + 1])
async def test_an_impossible_port_is_refused(port):
    with pytest.raises(OverflowError):
        await asyncio.start_server(lambda *_: None, HOST, port)
    with pytest.raises(OverflowError):
        await asyncio.open_connection(HOST, port)


async def test_an_address_of_another_machine_cannot_be_listened_on():
    with pytest.raises(OSError, match=r"(?i)cannot assign requested address"):
        await asyncio.start_server(lambda *_: None, "192.0.2.1", 0)


async def test_serving_forever_stops_when_cancelled():
    server = await asyncio.start_server(lambda *_: None, HOST, 0)
    serving = asyncio.create_task(server.serve_forever())
    await asyncio.sleep(0)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert not server.is_serving()


async def test_waiting_for_a_listener_ends_when_it_closes():
    server = await asyncio.start_server(lambda *_: None, HOST, 0)
    assert server.is_serving()
    waiting = asyncio.create_task(server.wait_closed())
    server.close()
    await waiting
    assert server.sockets == ()


# -- inside the process alone ----------------------------------------------------------------------


@pytest.mark.sockets
async def test_a_loop_stays_with_the_system_until_told_otherwise():
    loop = asyncio.get_running_loop()
    assert not is_installed(loop)
    network = install(loop)
    assert isinstance(network, Network)
    assert is_installed(loop)
    server = await asyncio.start_server(lambda _, writer: writer.close(), HOST, 0)
    install_here()  # a second call changes nothing: listeners go on
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    assert await reader.read() == b""
    writer.transport.abort()
    server.close()


@pytest.mark.sockets
async def test_nothing_inside_the_process_leads_out_of_it():
    network = install(asyncio.get_running_loop())
    with pytest.raises(OSError, match="Network is unreachable"):
        await asyncio.open_connection("192.0.2.1", 80)
    with pytest.raises(socket.gaierror):
        await asyncio.open_connection("example.com", 80)
    with pytest.raises(OSError, match="no TLS"):
        await asyncio.open_connection(HOST, 80, ssl=True)
    assert network.create_server.__self__ is network


@pytest.mark.sockets
async def test_ports_are_given_again_when_all_have_been_given():
    network = install(asyncio.get_running_loop())
    server = await asyncio.start_server(lambda *_: None, HOST, 0)
    taken = server.sockets[0].getsockname()[1]
    given = [network._free_port() for _ in range(2 * LAST_PORT)]
    assert max(given) == LAST_PORT
    assert given.count(given[0]) > 1
    assert taken not in given
    server.close()


async def test_after_half_a_close_nothing_keeps_the_loop_busy():
    async with Both() as both:
        both.out.write_eof()
        assert await both.there.read() == b""
        both.out.close()
        await asyncio.sleep(0.02)
        ready = getattr(asyncio.get_running_loop(), "_ready", ())
        assert list(ready) == [], "something asks for its next turn again and again"
