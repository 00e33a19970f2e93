"""Two processes, one Redis: votes at either are seen at both; Redis goes away and comes back."""

import asyncio
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

import wslearn as ws
from tests.support.redis_process import RedisProcess
from wslearn.__main__ import main
from wslearn.lessons.lesson_12.poll.redis_room import RedisRoom
from wslearn.lessons.lesson_12.poll.refusals import UnavailableError
from wslearn.net.websocket import WebSocket

WORDS = ("--question", "Tea or coffee?", "--candidate", "Tea", "--candidate", "Coffee")


@pytest.fixture
def redis_server(tmp_path) -> Iterator[RedisProcess]:
    server = RedisProcess(tmp_path)
    server.start()
    yield server
    server.stop()


class Door:
    """One ``wslearn poll`` in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], lines: list[str]) -> None:
        self.process = process
        said = dict(re.findall(r"^(\w[\w ]*): +(\S+)$", "\n".join(lines), re.MULTILINE))
        self.url, self.instructor = said["Voters"], said["Instructor"]
        self.ws_url = self.url.replace("http", "ws") + "ws"

    async def enter(self, token: str) -> WebSocket:
        return await ws.connect(self.ws_url, headers=[("Cookie", f"wslearn_poll={token}")])


@contextmanager
def doors(server: RedisProcess, count: int) -> Iterator[list[Door]]:
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "wslearn", "poll", "--port", "0", "--redis", server.url, *WORDS],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for _ in range(count)
    ]  # fmt: skip
    watchdog = threading.Timer(150, lambda: [process.kill() for process in processes])
    watchdog.start()
    try:
        opened = []
        for process in processes:
            lines = []
            for line in process.stdout:
                lines.append(line)
                if "Ctrl+C" in line:
                    break
            assert process.poll() is None, "".join(lines)
            opened.append(Door(process, lines))
        yield opened
    finally:
        watchdog.cancel()
        for process in processes:
            process.kill()
            process.communicate()


async def heard(socket: WebSocket, kind: str) -> dict:
    async with asyncio.timeout(20):
        while True:
            message = json.loads(await socket.recv())
            if message["type"] == kind:
                return message


async def sees(socket: WebSocket, *votes: int) -> None:
    async with asyncio.timeout(20):
        while True:
            message = await heard(socket, "results")
            if tuple(one["votes"] for one in message["candidates"]) == votes:
                return


def ballot(candidate: str) -> str:
    return json.dumps({"type": "vote", "round": 1, "candidate": candidate})


async def test_votes_at_either_process_are_seen_at_both_and_none_is_lost_or_doubled(redis_server):
    with doors(redis_server, 2) as (left, right):
        key = left.instructor.partition("key=")[2]
        assert key == right.instructor.partition("key=")[2], "one room, one instructor"
        room = RedisRoom(redis_server.url, "Any question?", ("A", "B"))
        assert room.results().candidates == ("Tea", "Coffee"), "it was founded by the first"
        tokens = [room.join(f"voter {number}") for number in range(16)]
        watchers = [await left.enter(room.join("Ada")), await right.enter(room.join("Grace"))]

        async def hop(number: int, token: str) -> None:
            """Vote again and again, each time through the other process; the last one counts."""
            for turn in range(6):
                socket = await (left, right)[(number + turn) % 2].enter(token)
                candidate = ("Tea", "Coffee")[(number + turn // 2) % 2]
                await socket.send(ballot(candidate))
                while (await heard(socket, "voted"))["candidate"] != candidate:
                    pass  # first comes what it voted before
                await socket.close()

        await asyncio.gather(*(hop(*pair) for pair in enumerate(tokens)))
        for watcher in watchers:
            await sees(watcher, 8, 8)
        room.notify("To both.")
        for watcher in watchers:
            assert (await heard(watcher, "notice"))["text"] == "To both."
        # Two windows of one name at two processes.
        windows = [await left.enter(tokens[0]), await right.enter(tokens[0])]
        await heard(windows[1], "results")
        await windows[0].send(ballot("Coffee"))
        while (await heard(windows[1], "voted"))["candidate"] != "Coffee":
            pass
        room.leave(tokens[0])
        for window in windows:
            async with asyncio.timeout(20):
                await window.wait_closed()
            assert window.close_code == 1000
        for watcher in watchers:
            await watcher.close()
        room.close()


async def test_redis_goes_away_and_comes_back_and_no_browser_is_thrown_out(redis_server):
    with doors(redis_server, 1) as (door,):
        room = RedisRoom(redis_server.url, "Any question?", ("A", "B"))
        ada = await door.enter(room.join("Ada"))
        await ada.send(ballot("Tea"))
        await heard(ada, "voted")
        redis_server.stop()
        await ada.send(ballot("Coffee"))
        error = await heard(ada, "error")
        assert error["code"] == "unavailable"
        assert error["text"] == (
            f"The poll's memory (Redis at 127.0.0.1:{redis_server.port}) does not answer just now. "
            "Nothing is lost that was counted; try again in a moment."
        )
        with pytest.raises(ws.HandshakeError, match="got “503 "):
            await door.enter("anybody")
        with pytest.raises(UnavailableError):
            room.results()
        redis_server.start()  # with nothing in its memory
        results = await heard(ada, "results")
        while results["people"]:
            results = await heard(ada, "results")
        assert results["question"] == "Tea or coffee?"
        assert results["round"] == 2
        await ada.send(json.dumps({"type": "vote", "round": 2, "candidate": "Tea"}))
        assert (await heard(ada, "error"))["code"] == "login"
        again = await door.enter(room.join("Ada"))
        await again.send(json.dumps({"type": "vote", "round": 2, "candidate": "Tea"}))
        await heard(again, "voted")
        await sees(ada, 1, 0)
        assert room.instructor_key in door.instructor, "the instructor's link is still good"
        await ada.close()
        await again.close()
        room.close()
        door.process.terminate()
        out, _ = door.process.communicate(timeout=30)
        assert f"Redis at 127.0.0.1:{redis_server.port} is gone; waiting for it." in out
        assert f"Redis at 127.0.0.1:{redis_server.port} answers again." in out
        assert "Traceback" not in out
        assert door.process.returncode == 0


def test_a_frozen_redis_is_waited_for_only_so_long(redis_server, monkeypatch):
    if sys.platform == "win32":
        pytest.skip("stops a process by a signal")
    import signal

    room = RedisRoom(redis_server.url, "Tea?", ("Yes", "No"))
    token = room.join("Ada")
    redis_server.process.send_signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        with pytest.raises(UnavailableError):
            room.vote(token, 1, "Yes")
        assert time.monotonic() - began < 15
    finally:
        redis_server.process.send_signal(signal.SIGCONT)
    with suppress(UnavailableError):
        room.vote(token, 1, "Yes")
    assert room.vote(token, 1, "Yes").candidate == "Yes"
    assert room.results().votes == (1, 0), "the lost answer is no second vote"
    room.close()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("redis://127.0.0.1:1/0", "Redis at 127.0.0.1:1) does not answer"),
        ("http://127.0.0.1/", "Expected a URL such as redis://127.0.0.1:6379/0"),
        ("redis://:secret@127.0.0.1:1/0", "Redis at 127.0.0.1:1) does not answer"),
    ],
)
def test_a_redis_that_is_not_there_is_one_sentence_without_its_password(capsys, url, sentence):
    assert main(["poll", "--port", "0", "--redis", url]) == 2
    captured = capsys.readouterr()
    assert sentence in captured.err
    assert captured.err.count("\n") == 1
    assert "secret" not in captured.err + captured.out
