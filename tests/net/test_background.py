"""An event loop on a separate thread."""

import asyncio
import threading

import pytest

from tests.support.peers import echo
from wslearn.net import background as module
from wslearn.net.background import NO_THREADS, Background
from wslearn.net.client import connect
from wslearn.net.server import serve
from wslearn.protocol.errors import NetworkError, StateError


async def say(url, words):
    async with await connect(url) as socket:
        await socket.send(words)
        return await socket.recv()


def threads():
    return [each.name for each in threading.enumerate() if each.name == "wslearn test"]


def test_a_server_answers_while_the_program_does_something_else():
    with Background("test") as background:
        server = background.run(serve(echo))
        assert asyncio.run(say(server.url, "Hello")) == "Hello"
        background.run(server.close())
    assert threads() == []


def test_what_a_coroutine_raises_comes_back_to_who_asked():
    async def fail():
        raise ValueError("no")

    with Background("test") as background, pytest.raises(ValueError, match="no"):
        background.run(fail())


def test_a_time_out_of_the_coroutines_own_is_not_taken_for_ours():
    async def fail():
        raise TimeoutError("its own")

    with Background("test") as background, pytest.raises(TimeoutError, match="its own"):
        background.run(fail())


def test_work_that_takes_too_long_is_given_up():
    cancelled = threading.Event()

    async def forever():
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.set()

    with Background("test") as background:
        with pytest.raises(NetworkError, match=r"within 0\.05 seconds"):
            background.run(forever(), 0.05)
        assert cancelled.wait(5)


def test_it_does_not_wait_for_itself_and_needs_to_run():
    background = Background("test")
    with pytest.raises(StateError):
        background.run(asyncio.sleep(0))
    with background:

        async def inside():
            background.run(asyncio.sleep(0))

        with pytest.raises(StateError):
            background.run(inside())


def test_it_can_be_stopped_twice_and_started_again():
    background = Background("test").start()
    assert background.start() is background
    assert threads() == ["wslearn test"]
    background.stop()
    background.stop()
    assert threads() == []
    with background:
        background.run(asyncio.sleep(0))


def test_where_there_are_no_threads_one_sentence_says_so(no_threads):
    background = Background("test")
    with pytest.raises(NetworkError, match="inside the browser"):
        background.start()
    assert not background.running


# -- where there are no threads --------------------------------------------------------------------


@pytest.fixture
def page(no_threads, monkeypatch):
    """As in a kernel inside a browser: no threads, and a loop that turns while a program waits."""

    def wait_for(work):
        running = asyncio._get_running_loop()
        asyncio._set_running_loop(None)
        try:
            return asyncio.run(work)
        finally:
            asyncio._set_running_loop(running)

    monkeypatch.setattr(module, "run_sync", wait_for)
    monkeypatch.setattr(module, "can_be_borrowed", lambda loop: True)


async def test_without_threads_the_loop_that_runs_is_borrowed(page):
    async def answer():
        await asyncio.sleep(0)
        return 42

    with Background("test") as background:
        assert background.running
        assert background.run(answer()) == 42
        with pytest.raises(ZeroDivisionError):
            background.run(fail())
    assert not background.running


async def test_work_on_a_loop_that_is_borrowed_is_given_up_in_time(page):
    with Background("test") as background:
        with pytest.raises(NetworkError, match=r"within 0\.01 seconds, got none"):
            background.run(asyncio.sleep(60), seconds=0.01)
        with pytest.raises(TimeoutError) as own:
            background.run(late())
        assert not isinstance(own.value, NetworkError)


async def test_a_loop_that_cannot_be_borrowed_is_reported(page, monkeypatch):
    monkeypatch.setattr(module, "can_be_borrowed", lambda loop: False)
    with pytest.raises(NetworkError) as refused:
        Background("test").start()
    assert str(refused.value) == NO_THREADS


async def fail():
    raise ZeroDivisionError


async def late():
    raise TimeoutError("its own")
