"""A port that this program asked for by number passes to whoever asks for it next."""

import asyncio
import threading

import pytest

from tests.support.peers import echo, free_port
from wslearn.net import ports
from wslearn.net.client import connect
from wslearn.net.record.tap import tap
from wslearn.net.server import serve
from wslearn.protocol.errors import NetworkError


async def says(url: str) -> str | bytes:
    async with await connect(url) as socket:
        await socket.send("Hello")
        return await socket.recv()


async def test_a_tap_takes_the_port_of_a_server_and_a_server_that_of_a_tap():
    port = free_port()
    async with await serve(echo) as other:
        server = await serve(echo, port=port)
        opened = await tap(other.url, port=port)
        assert not server.connections
        assert await says(opened.url) == "Hello"
        assert len(opened.journal.conversations) == 1
        async with await serve(echo, port=port) as again:
            assert not opened.running
            assert await says(again.url) == "Hello"
            assert len(opened.journal.conversations) == 1


async def test_a_port_that_the_system_chose_is_nobodys_to_take():
    async with await serve(echo) as server:
        with pytest.raises(NetworkError, match="in use"):
            await serve(echo, port=server.port)
        assert await says(server.url) == "Hello"


class Listening:
    """A listener, as far as ``ports`` can see."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.ended: list[str] = []

    async def close(self) -> None:
        where = "its own" if asyncio.get_running_loop() is self.loop else "a foreign"
        self.ended.append(f"closed on {where} loop")

    def stop_listening(self) -> None:
        self.ended.append("stopped")


async def test_a_listener_is_closed_on_its_own_loop():
    one = Listening()
    ports.keep("127.0.0.1", 1, one)
    await ports.make_room("127.0.0.1", 2)
    await ports.make_room("localhost", 1)
    assert one.ended == []
    await ports.make_room("127.0.0.1", 1)
    assert one.ended == ["closed on its own loop"]
    ports.give_up("127.0.0.1", 1, one)
    await ports.make_room("127.0.0.1", 1)
    assert len(one.ended) == 1


async def ended_on_another_thread(*, stuck: bool) -> list[str]:
    """How a listener on another thread, whose loop may be stuck, was ended to make room."""
    here = asyncio.get_running_loop()
    made: asyncio.Future[Listening] = here.create_future()
    leave = threading.Event()

    async def listen() -> None:
        one = Listening()
        ports.keep("127.0.0.1", 1, one)
        here.call_soon_threadsafe(made.set_result, one)
        if stuck:
            leave.wait(20)
        while not leave.is_set():
            await asyncio.sleep(0.01)

    thread = threading.Thread(target=lambda: asyncio.run(listen()))
    thread.start()
    one = await made
    await ports.make_room("127.0.0.1", 1)
    leave.set()
    await asyncio.to_thread(thread.join, 10)
    return one.ended


async def test_a_listener_on_another_thread_is_closed_there():
    assert await ended_on_another_thread(stuck=False) == ["closed on its own loop"]


async def test_a_listener_on_a_stuck_loop_is_stopped_in_time(monkeypatch):
    monkeypatch.setattr(ports, "PATIENCE", 0.2)
    assert await ended_on_another_thread(stuck=True) == ["stopped"]


def test_a_listener_on_a_loop_that_has_ended_is_stopped():
    async def listen() -> Listening:
        one = Listening()
        ports.keep("127.0.0.1", 1, one)
        return one

    one = asyncio.run(listen())
    asyncio.run(ports.make_room("127.0.0.1", 1))
    assert one.ended == ["stopped"]


@pytest.mark.parametrize("other", [True, False])
def test_only_its_listener_can_give_up_a_port(other):
    async def listen() -> Listening:
        one = Listening()
        ports.keep("127.0.0.1", 1, one)
        ports.give_up("127.0.0.1", 1, Listening() if other else one)
        await ports.make_room("127.0.0.1", 1)
        return one

    assert bool(asyncio.run(listen()).ended) is other
