"""The doors of the poll, attacked: slow, silent, many, guessing and malformed visitors."""

import asyncio
import errno
import json
import logging
import os
import random
import re
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest

import wslearn as ws
from wslearn.lessons.lesson_12.poll import front_door
from wslearn.lessons.lesson_12.poll.gate import GUESSES, NAMES, Gate, Newcomers
from wslearn.lessons.lesson_12.poll.server import ClassPoll
from wslearn.net.open_files import room_for, say_once

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CODE = "K7MPQ2"


@pytest.fixture
def poll() -> Iterator[ClassPoll]:
    with ClassPoll("Tea or coffee?", ["Tea", "Coffee"], join_code=CODE) as opened:
        yield opened


def dial(poll: ClassPoll, data: bytes = b"") -> socket.socket:
    line = socket.create_connection(("127.0.0.1", poll.port), timeout=20)
    line.sendall(data)
    return line


def all_of(line: socket.socket) -> bytes:
    heard = b""
    with line, suppress(ConnectionResetError):
        while piece := line.recv(65536):
            heard += piece
    return heard


def post(poll: ClassPoll, path: str, form: dict[str, object], **headers: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", poll.port, timeout=20)
    connection.request("POST", path, urlencode(form), FORM | headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def page_of(poll: ClassPoll) -> int:
    connection = HTTPConnection("127.0.0.1", poll.port, timeout=20)
    connection.request("GET", "/")
    status = connection.getresponse().status
    connection.close()
    return status


# -- slow and silent ones --------------------------------------------------------------------------


def test_forms_that_never_end_hold_no_thread_and_are_answered_408(poll, monkeypatch):
    monkeypatch.setattr(front_door, "BODY_SECONDS", 1.0)
    head = f"POST /login HTTP/1.1\r\nHost: 127.0.0.1:{poll.port}\r\nContent-Length: 40\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    slow = [dial(poll, head.encode() + b"name=A") for _ in range(24)]
    assert page_of(poll) == 200, "the page answers while they wait"
    for line in slow:
        heard = all_of(line)
        assert heard.startswith(b"HTTP/1.1 408 "), heard[:80]
        assert b"Expected the whole form within" in heard
    assert poll.room.results().people == 0


def test_heads_that_never_end_and_silent_connections_are_ended(poll, monkeypatch):
    monkeypatch.setattr(front_door, "HEAD_SECONDS", 0.5)
    silent, dripping = dial(poll), dial(poll, b"GET / HTTP/1.1\r\nHost: 127")
    assert all_of(silent) == b""
    assert all_of(dripping).startswith(b"HTTP/1.1 408 ")
    between = dial(poll, f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{poll.port}\r\n\r\n".encode())
    with between:
        head = between.recv(65536)
        assert head.startswith(b"HTTP/1.1 200 ")
        between.sendall(b"GET / HT")  # begins a second request, and stops
        assert b"408" in all_of(between)


def test_a_full_door_lets_newcomers_in_before_silent_ones_and_else_says_503():
    with ClassPoll("Which?", ["A", "B"], most_connections=8) as poll, ExitStack() as stack:
        for _ in range(40):
            stack.enter_context(dial(poll))
        assert page_of(poll) == 200, "a silent one made room"
        tokens = [poll.room.join(f"voter {number}") for number in range(2)]
        lines = []
        for number in range(8):
            key = f"Sec-WebSocket-Key: {'x' * 21}A==\r\nSec-WebSocket-Version: 13\r\n"
            head = f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{poll.port}\r\nUpgrade: websocket\r\n"
            head += f"Connection: Upgrade\r\nCookie: wslearn_poll={tokens[number % 2]}\r\n{key}\r\n"
            lines.append(stack.enter_context(dial(poll, head.encode())))
            assert lines[-1].recv(12) == b"HTTP/1.1 101"
        assert page_of(poll) == 503, "all eight have said who they are, and stay"
        lines[0].close()
        deadline = time.monotonic() + 10
        while (status := page_of(poll)) == 503 and time.monotonic() < deadline:
            pass
        assert status == 200


@pytest.mark.skipif(sys.platform != "linux", reason="sets a limit for another process")
def test_more_silent_connections_than_files_leave_the_page_and_a_short_log(tmp_path):
    """Like 1,100 connections under the usual limit of 1,024 files, with smaller numbers."""
    limit = 200

    def few_files() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))

    log = tmp_path / "log"
    with log.open("wb") as kept:
        poll = subprocess.Popen(
            [sys.executable, "-m", "wslearn", "poll", "--port", "0"],
            stdout=subprocess.PIPE, stderr=kept, text=True,
            preexec_fn=few_files,  # noqa: PLW1509
        )  # fmt: skip
    try:
        port = int(re.search(r":(\d+)/", poll.stdout.readline())[1])
        with ExitStack() as stack:
            for _ in range(limit + 100):
                stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            connection = HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request("GET", "/")
            assert connection.getresponse().status == 200
            connection.close()
    finally:
        poll.terminate()
        poll.communicate(timeout=30)
    assert log.stat().st_size < 2000, log.read_text()[:2000]


def test_the_soft_limit_of_files_is_raised_and_a_number_below_it_is_kept():
    program = (
        "import resource, sys; from wslearn.net.open_files import raise_limit, room_for\n"
        "hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (128, hard))\n"
        "assert room_for(5000) < 128\n"
        "raise_limit(5000)\n"
        "assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= min(hard, 5000)\n"
        "assert room_for(10) == 10"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
    assert 0 < room_for(5000) <= 5000


def test_a_shortage_of_files_is_logged_once_and_other_faults_always(caplog):
    loop = asyncio.new_event_loop()
    say_once(loop)
    problem = OSError(errno.EMFILE, os.strerror(errno.EMFILE))
    for _ in range(1000):
        loop.call_exception_handler(
            {"message": "socket.accept() out of system resource", "exception": problem}
        )
    assert len(caplog.records) == 1
    assert "may have no more files open" in caplog.text
    with caplog.at_level(logging.ERROR):
        loop.call_exception_handler({"message": "another fault"})
        loop.call_exception_handler({"message": "another fault"})
    assert len(caplog.records) == 3
    loop.close()


# -- many names, many guesses ----------------------------------------------------------------------


def test_one_address_gets_a_class_of_names_and_not_thousands():
    now = [100.0]
    newcomers = Newcomers(clock=lambda: now[0])
    assert sum(not newcomers.wait_to_join("10.0.0.7") for _ in range(5000)) == NAMES.most
    assert not newcomers.wait_to_join("10.0.0.8"), "another address has its own"
    assert 0 < newcomers.wait_to_join("10.0.0.7") <= 1 / NAMES.per_second + 1
    now[0] += 6
    again = sum(not newcomers.wait_to_join("10.0.0.7") for _ in range(5000))
    assert again == 6 * NAMES.per_second
    assert NAMES.most >= 300, "a class behind one address comes at once"


def test_addresses_are_forgotten_when_they_are_quiet_and_ipv6_counts_by_network():
    now = [0.0]
    newcomers = Newcomers(clock=lambda: now[0])
    for number in range(30_000):
        newcomers.wait_to_join(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(newcomers._names) < 12_000
    for number in range(NAMES.most):
        newcomers.wait_to_join(f"2001:db8:1:2::{number:x}")
    assert newcomers.wait_to_join("2001:db8:1:2:ffff::1")
    assert not newcomers.wait_to_join("2001:db8:1:3::1")


def test_guessed_codes_are_slowed_until_not_even_the_right_one_is_judged(poll):
    answers = [
        post(poll, "/login", {"name": f"n{number}", "code": f"K7MP{number:02}"})
        for number in range(GUESSES.most + 10)
    ]
    statuses = [status for status, _ in answers]
    told = next(text for status, text in answers if status == 429)
    assert "too many wrong codes" in told
    assert re.search(r"in \d+ seconds?", told)
    assert statuses[: GUESSES.most] == [403] * GUESSES.most
    assert statuses.count(429) >= 5
    status, _ = post(poll, "/login", {"name": "Ada", "code": CODE})
    assert status in (303, 429), "a second may have passed"


def test_a_class_of_three_hundred_joins_from_one_address_with_some_slips(poll):
    statuses = [
        post(poll, "/login", {"name": f"n{number}", "code": CODE if number % 15 else "wrong"})[0]
        for number in range(300)
    ]
    assert statuses.count(303) == 280
    assert statuses.count(403) == 20


# -- what strangers write into their headers -------------------------------------------------------

MALFORMED = [
    "http://[",
    "http://]",
    "http://[::1",
    "//",
    "http://a]b",
    "null",
    "\xff",
    "http://a:b:c",
]


@pytest.mark.parametrize("origin", MALFORMED)
def test_a_malformed_origin_is_403_for_pages_and_for_sockets(poll, origin, caplog):
    assert post(poll, "/login", {"name": "Ada", "code": CODE}, Origin=origin)[0] == 403
    token = poll.room.join("Ada")

    async def knock() -> None:
        cookie = [("Cookie", f"wslearn_poll={token}")]
        with pytest.raises(ws.HandshakeError, match="got “403 "):
            await ws.connect(
                poll.ws_url, origin=origin.encode("ascii", "replace").decode(), headers=cookie
            )

    asyncio.run(knock())
    assert not caplog.records


def test_a_gate_is_not_opened_by_a_malformed_origin_of_its_own():
    assert Gate(origins=frozenset({"http://["})).judge("127.0.0.1", None) is None


def test_no_header_and_no_form_of_a_stranger_can_raise_anywhere(poll, caplog):
    chance = random.Random(20)
    pieces = [
        "[", "]", ":", "/", "@", "%", "\\", '"', ";", "=", ",", " ", "\t", "\x80", "\xff", "é",
        "127.0.0.1", "http://", "wslearn_poll", "wslearn_poll_instructor", "\\377", "%ED%A0%80",
        "x" * 300, "0", "[::1]", "$Version", "\\\"", "99999999999999999999", "&", "name", "code",
    ]  # fmt: skip

    def some() -> str:
        return "".join(chance.choice(pieces) for _ in range(chance.randrange(1, 7)))

    host = f"127.0.0.1:{poll.port}"
    paths = [
        "/", "/login", "/leave", "/message", "/notify", "/instructor?key=%FF", "/ws", "/session",
        "/ws/instructor", "/join.svg", "/static/../gate.py", "/%00", "/?code=%ED",
    ]  # fmt: skip
    for number in range(400):
        path = chance.choice(paths)
        headers = {
            "Host": host if number % 3 else some(),
            "Origin": some(),
            "Cookie": f"wslearn_poll={some()}; wslearn_poll_instructor={some()}; {some()}",
            "Content-Type": chance.choice(["application/x-www-form-urlencoded", some()]),
            "X-Forwarded-For": some(),
        }
        if number % 2:
            del headers["Origin"]
        body = f"name={some()}&code={CODE}&round={some()}&candidate={some()}&text={some()}"
        if path.startswith("/ws"):
            headers |= {"Upgrade": "websocket", "Connection": "Upgrade"}
            headers |= {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "x" * 21 + "A=="}
        lines = [f"{chance.choice(['GET', 'POST'])} {path} HTTP/1.1"]
        lines += [f"{name}: {value.strip()}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(body.encode('latin-1', 'replace'))}", "", body]
        with dial(poll, "\r\n".join(lines).encode("latin-1", "replace")) as line:
            try:
                heard = line.recv(65536)
            except TimeoutError:
                pytest.fail(f"no answer to {lines}")
        status = int(heard[9:12])
        assert status < 500, (lines, heard[:300])
    assert [
        record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR
    ] == []


def test_a_voter_whose_message_has_half_characters_is_answered(poll):
    token = poll.room.join("Ada")

    async def speak() -> None:
        async with await ws.connect(
            poll.ws_url, headers=[("Cookie", f"wslearn_poll={token}")]
        ) as socket:
            for text in ('{"type": "\\ud800"}', '{"\\udfff": 1}', '"\\ud800"'):
                await socket.send(text)
                while json.loads(await socket.recv())["type"] != "error":
                    pass

    asyncio.run(speak())
