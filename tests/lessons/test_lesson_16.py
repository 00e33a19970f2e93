"""Lesson 16: the endings, the proxy with an idle limit, the herd, and nothing lost or doubled."""

import asyncio
import os
import random
import signal
import struct
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from socket import SO_LINGER, SOL_SOCKET, create_connection
from urllib.parse import urlsplit

import pytest

from tests.support.peers import echo
from wslearn.lessons.lesson_16 import behind_nginx, facts
from wslearn.lessons.lesson_16.endings import CAUSES, cause_of, trace
from wslearn.lessons.lesson_16.figures import herd
from wslearn.lessons.lesson_16.herd import knocks
from wslearn.lessons.lesson_16.idle_proxy import idle_proxy
from wslearn.lessons.lesson_16.nginx import WAYS, Nginx, find_nginx
from wslearn.lessons.lesson_16.solutions import ping_interval, resume, take, wait_before, why
from wslearn.net.client import connect
from wslearn.net.limits import Limits
from wslearn.net.server import serve
from wslearn.protocol.errors import NetworkError
from wslearn.protocol.handshake import client_request

SILENT = Limits(ping_seconds=None)


def test_the_solution_tells_every_seeded_ending():
    for seed in range(2_000):
        assert why(trace(seed)) == cause_of(seed), trace(seed)
    assert {cause_of(seed) for seed in range(len(CAUSES))} == set(CAUSES)


async def say_nothing(socket):
    await socket.wait_closed()


async def test_the_proxy_passes_on_what_comes_and_hangs_up_after_silence():
    async with await serve(echo, limits=SILENT) as server:
        proxy = await idle_proxy(server.url, idle_seconds=0.3)
        socket = await connect(proxy.url, limits=SILENT)
        await socket.send("Hello")
        assert await socket.recv() == "Hello"
        await asyncio.wait_for(socket.wait_closed(), 10)
        assert socket.close_code == 1006
        await proxy.close()


async def test_a_proxy_that_is_closed_leaves_nothing_open():
    async with await serve(say_nothing, limits=SILENT) as server:
        proxy = await idle_proxy(server.url, idle_seconds=60)
        socket = await connect(proxy.url, limits=SILENT)
        await proxy.close()
        await asyncio.wait_for(socket.wait_closed(), 10)
        assert proxy._links == set()


async def test_a_reset_at_one_end_ends_the_other_without_waiting_for_the_limit():
    ended = asyncio.Queue()

    async def say_how_it_ended(socket):
        await ended.put(socket)
        await ended.put((await socket.wait_closed()).code)

    async with await serve(say_how_it_ended, limits=SILENT) as server:
        proxy = await idle_proxy(server.url, idle_seconds=60)
        with create_connection(("127.0.0.1", urlsplit(proxy.url).port)) as raw:
            raw.sendall(client_request(proxy.url, "AQIDBAUGBwgJCgsMDQ4PEA==").encode())
            await asyncio.wait_for(ended.get(), 10)
            raw.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))  # close() resets
        assert await asyncio.wait_for(ended.get(), 10) == 1006
        await proxy.close()


async def test_pings_in_time_keep_a_connection_and_the_closing_handshake_passes():
    async with await serve(say_nothing, limits=SILENT) as server:
        proxy = await idle_proxy(server.url, idle_seconds=5)
        socket = await connect(proxy.url, limits=Limits(ping_seconds=0.05))
        heard = [await socket.ping() for _ in range(3)]
        await socket.close()
        assert len(heard) == 3
        assert socket.close_code == 1000
        await proxy.close()


# -- a real proxy ----------------------------------------------------------------------------------

HOW_TO_GET_ONE = "No nginx found: install one with your system's packages (nginx)."


@pytest.fixture
def nginx_here():
    if find_nginx() is None:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(HOW_TO_GET_ONE, pytrace=False)
        pytest.skip(HOW_TO_GET_ONE)


def test_the_record_of_nginx_says_what_the_lesson_says():
    kept = behind_nginx.recorded()
    assert date.fromisoformat(kept.day) >= date(2026, 11, 30)
    assert {end: code for end, (code, _) in kept.silence.items()} == {
        "client": 1006,
        "server": 1006,
    }
    assert [said.split()[1] for _, said in kept.silence.values()] == ["server", "client"]
    assert all("hung up without a Close" in said for _, said in kept.silence.values())
    (line,) = kept.log
    assert line.startswith("[info] upstream timed out")
    assert list(kept.fates.values()) == ["open"] * 3 + ["1006 at the client, 1006 at the server"]
    assert list(kept.statuses.values()) == [101, 400, 426]
    assert facts.RELOADED == "they go on"
    assert behind_nginx.from_json(behind_nginx.to_json(kept)) == replace(kept, instead="")


@pytest.mark.slow
async def test_an_nginx_of_this_computer_does_what_was_recorded(nginx_here):
    seen, kept = await behind_nginx.watch(), behind_nginx.recorded("")
    assert replace(seen, nginx="", day="") == replace(kept, nginx="", day="")
    assert seen.when == f"Seen on this computer with {seen.nginx}, on {seen.day}."


async def test_without_an_nginx_the_record_is_shown_and_says_so(monkeypatch):
    monkeypatch.setattr(behind_nginx, "find_nginx", lambda: None)
    seen = await behind_nginx.behind_nginx()
    assert seen.when == (
        f"Recorded with {seen.nginx}, on {seen.day}. There is no nginx on this computer."
    )


async def test_an_nginx_that_does_not_start_is_quoted(nginx_here, monkeypatch):
    with pytest.raises(NetworkError, match='unknown directive "tea"'):
        async with Nginx("127.0.0.1:9", 1, more="tea on;"):
            pass
    monkeypatch.setattr(behind_nginx, "Nginx", lambda *_: Nginx("127.0.0.1:9", 1, more="tea on;"))
    assert 'unknown directive "tea"' in (await behind_nginx.behind_nginx()).when


async def test_an_nginx_takes_its_files_and_its_processes_with_it(nginx_here):
    nginx = Nginx("127.0.0.1:9", 1)
    async with nginx:
        folder, pid = nginx._folder, int((nginx._folder / "pid").read_text())
        assert folder.is_dir()
        os.kill(pid, 0)
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


STARTED = """
import asyncio
from wslearn.lessons.lesson_16.nginx import Nginx


async def main():
    async with Nginx("127.0.0.1:9", 1) as nginx:
        print(nginx._folder, (nginx._folder / "pid").read_text(), flush=True)
        await asyncio.sleep(60)


asyncio.run(main())
"""


@pytest.mark.slow
async def test_an_nginx_also_ends_when_its_program_is_killed(nginx_here):
    with subprocess.Popen(
        [sys.executable, "-c", STARTED], stdout=subprocess.PIPE, text=True
    ) as program:
        folder, pid = program.stdout.readline().split()
        os.kill(int(pid), 0)
        program.send_signal(signal.SIGKILL)
    async with asyncio.timeout(20):
        while Path(folder).exists():
            await asyncio.sleep(0.02)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


async def test_every_way_to_set_nginx_has_a_status_in_the_record():
    assert len(WAYS) == len(behind_nginx.recorded().statuses)


# -- the exercises ---------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", range(2, 200, 7))
@pytest.mark.parametrize("lost", range(4))
def test_the_interval_is_the_largest_with_which_nobody_hears_silence(limit, lost):
    fitting = [every for every in range(limit) if every * (lost + 1) < limit]
    assert ping_interval([limit, limit + 5], lost) == max(fitting)


def test_a_herd_with_equal_waits_stays_together_and_chance_spreads_it():
    room = 40
    every = knocks(lambda attempt, dice: 1, room=room)
    doubling = knocks(lambda attempt, dice: min(60, 2**attempt), room=room)
    chance = knocks(lambda attempt, dice: dice * min(60, 5 * 2**attempt), room=room)
    assert max(every) == max(doubling) == 1000
    assert max(chance) < 500
    assert sum(chance) < sum(doubling) < sum(every)
    assert sum(min(count, room) for count in chance) == 1000


def test_nobody_knocks_again_once_it_is_in():
    assert knocks(lambda attempt, dice: 1, clients=3, room=5, seconds=9) == [0, 3, *[0] * 7]


def test_a_wait_is_never_longer_than_its_bound_and_any_part_of_it():
    for attempt in range(20):
        waits = [wait_before(attempt, dice) for dice in range(100)]
        assert waits == sorted(waits)
        assert waits[0] == 0
        assert waits[-1] == 99 * min(300, 5 * 2**attempt) // 100


def test_however_often_it_breaks_each_message_comes_once_and_in_order():
    for seed in range(300):
        draw = random.Random(seed)
        sent, have, last, noted = [], [], 0, 0
        for _ in range(20):
            sent += [
                (len(sent) + 1 + n, f"text {len(sent) + 1 + n}") for n in range(draw.randint(0, 4))
            ]
            again = resume(sent, noted)
            arrived = again[: draw.randint(0, len(again))]  # the connection breaks in between
            texts, last = take(last, arrived)
            have += texts
            noted = draw.randint(noted, last)  # a note may be too old, never too new
        texts, last = take(last, resume(sent, noted))
        assert have + texts == [text for _, text in sent]


def test_a_gap_before_what_is_kept_is_noticed():
    assert resume([(5, "e")], 3) is None
    assert resume([(5, "e")], 4) == [(5, "e")]


def test_the_figure_has_a_panel_for_each_way():
    drawn = herd({"one": [1, 2, 3], "two": [3, 0, 0]}, room=2)
    assert [axes.get_title(loc="left") for axes in drawn.axes] == ["one: 6 tries", "two: 3 tries"]
