"""The class poll over real sockets: who gets in, what bad input gets, and that the room goes on."""

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPResponse

import pytest

import wslearn as ws
from tests.support import http_request
from wslearn.lessons.lesson_12.poll import hub as hub_module
from wslearn.lessons.lesson_12.poll.gate import Gate
from wslearn.lessons.lesson_12.poll.server import ClassPoll
from wslearn.net.websocket import WebSocket


@pytest.fixture
def poll() -> Iterator[ClassPoll]:
    with ClassPoll("Tea or coffee?", ["Tea", "Coffee"]) as opened:
        yield opened


def request(poll: ClassPoll, method: str, path: str, form: object = None, **headers: str):
    return http_request.request(poll.port, method, path, form, **headers)


def cookie_of(answer: HTTPResponse) -> str:
    return answer.headers["Set-Cookie"].split(";")[0]


async def enter(poll: ClassPoll, name: str, **more: object) -> WebSocket:
    """A voter's connection, after its welcome and the first results."""
    token = poll.room.join(name)
    socket = await ws.connect(poll.ws_url, headers=[("Cookie", f"wslearn_poll={token}")], **more)
    await until(socket, "results")
    return socket


async def say(socket: WebSocket, **message: object) -> None:
    await socket.send(json.dumps(message))


async def until(socket: WebSocket, kind: str, **wanted: object) -> dict:
    """The next message of a type that has these fields."""
    async with asyncio.timeout(10):
        while True:
            message = json.loads(await socket.recv())
            if message["type"] == kind and wanted.items() <= message.items():
                return message


async def votes_seen(socket: WebSocket, *votes: int) -> None:
    async with asyncio.timeout(10):
        while True:
            message = await until(socket, "results")
            if tuple(one["votes"] for one in message["candidates"]) == votes:
                return


async def end_of(socket: WebSocket) -> int:
    async with asyncio.timeout(20):
        await socket.wait_closed()
    return socket.close_code


# -- voting ----------------------------------------------------------------------------------------


async def test_every_screen_sees_a_vote_and_the_voter_hears_that_it_counts(poll):
    ada, grace = await enter(poll, "Ada"), await enter(poll, "Grace")
    await say(ada, type="vote", round=1, candidate="Tea")
    assert (await until(ada, "voted"))["candidate"] == "Tea"
    await votes_seen(ada, 1, 0)
    await votes_seen(grace, 1, 0)
    await ada.close()
    await say(grace, type="vote", round=1, candidate="Tea")
    await votes_seen(grace, 2, 0)
    await grace.close()


async def test_one_vote_is_one_answer_and_votes_of_one_moment_need_no_message_each(poll):
    sockets = [await enter(poll, f"voter {number}") for number in range(20)]
    watcher = await enter(poll, "Ada")
    for number, voter in enumerate(sockets):
        await say(voter, type="vote", round=1, candidate=("Tea", "Coffee")[number % 2])
    results = 0
    while True:
        message = await until(watcher, "results")
        results += 1
        if sum(one["votes"] for one in message["candidates"]) == 20:
            break
    assert results < 20
    for voter in sockets:
        answers, version = 0, 0
        while version < message["version"] or not answers:
            heard = json.loads(await voter.recv())
            answers += heard["type"] == "voted"
            version = heard["version"]
        await voter.close()
        answers += sum([json.loads(left)["type"] == "voted" async for left in voter])
        assert answers == 1, "one answer to one vote"
    await watcher.close()


async def test_the_whole_conversation_of_a_voter(poll):
    token = poll.room.join("Ada")
    poll.room.vote(token, 1, "Tea")
    poll.room.notify("Good morning.")
    header = [("Cookie", f"wslearn_poll={token}")]
    async with await ws.connect(poll.ws_url, headers=header) as socket:
        said = [json.loads(await socket.recv()) for _ in range(4)]
    assert said == [
        {"type": "welcome", "name": "Ada", "role": "voter"},
        {"type": "notice", "number": 1, "text": "Good morning."},
        {"type": "voted", "round": 1, "candidate": "Tea", "version": 3},
        {
            "type": "results",
            "round": 1,
            "question": "Tea or coffee?",
            "candidates": [{"name": "Tea", "votes": 1}, {"name": "Coffee", "votes": 0}],
            "open": True,
            "people": 1,
            "version": 3,
        },
    ]


async def test_a_second_window_of_a_name_learns_of_its_vote(poll):
    token = poll.room.join("Ada")
    header = [("Cookie", f"wslearn_poll={token}")]
    first = await ws.connect(poll.ws_url, headers=header)
    second = await ws.connect(poll.ws_url, headers=header)
    await until(second, "results")
    await say(first, type="vote", round=1, candidate="Tea")
    assert (await until(second, "voted"))["candidate"] == "Tea"
    poll.room.leave(token)
    assert [await end_of(first), await end_of(second)] == [1000, 1000]


async def test_the_instructor_speaks_through_another_door(poll):
    ada = await enter(poll, "Ada")
    key = [("Cookie", f"wslearn_poll_instructor={poll.room.instructor_key}")]
    instructor = await ws.connect(poll.ws_url + "/instructor", headers=key)
    assert (await until(instructor, "welcome"))["role"] == "instructor"
    await say(instructor, type="notice", text="Two more minutes.")
    assert (await until(ada, "notice"))["text"] == "Two more minutes."
    await say(instructor, type="voting", open=False)
    await until(ada, "results", open=False)
    await say(instructor, type="question", question="Now?", candidates=["Yes", "No"])
    await until(ada, "results", open=True, question="Now?", round=2)
    await say(instructor, type="vote", round=2, candidate="Yes")
    assert (await until(instructor, "error"))["code"] == "role"
    await say(ada, type="notice", text="I am the instructor")
    assert (await until(ada, "error"))["code"] == "role"
    await instructor.close()
    await ada.close()


# -- who gets in -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "cookie", "status"),
    [
        ("/ws", "", 403),
        ("/ws", "wslearn_poll=guessed", 403),
        ("/ws", 'wslearn_poll="; broken', 403),
        ("/ws/instructor", "", 403),
        ("/ws/instructor", "wslearn_poll_instructor=guessed", 403),
        ("/elsewhere", "", 404),
    ],
)
async def test_a_visitor_who_is_not_logged_in_gets_nothing(poll, path, cookie, status):
    with pytest.raises(ws.HandshakeError, match=f"expected 101, got “{status} "):
        await ws.connect(
            f"ws://127.0.0.1:{poll.port}{path}", headers=[("Cookie", cookie)] if cookie else []
        )


async def test_a_page_from_elsewhere_cannot_use_a_voters_cookie(poll):
    token = poll.room.join("Ada")
    cookie = [("Cookie", f"wslearn_poll={token}")]
    for origin in ("http://elsewhere.example", f"http://127.0.0.1:{poll.port + 1}", "null"):
        with pytest.raises(ws.HandshakeError, match="got “403 Forbidden”"):
            await ws.connect(poll.ws_url, origin=origin, headers=cookie)
    ours = f"http://127.0.0.1:{poll.port}"
    async with await ws.connect(poll.ws_url, origin=ours, headers=cookie) as socket:
        await until(socket, "welcome")


def test_another_name_for_this_machine_is_refused_and_a_proxys_can_be_allowed(poll):
    answer, text = request(poll, "GET", "/", Host="elsewhere.example")
    assert answer.status == 400
    assert text == (
        "Expected the address that the poll printed. Open that one, please. "
        "(Where a proxy leads here, start with --public-url and the address that it has.)\n"
    )
    gate = Gate(origins=frozenset({"https://poll.example"}))
    assert gate.judge("poll.example", "https://poll.example") is None
    assert gate.judge("127.0.0.1:8080", "https://poll.example") is None
    status, sentence = gate.judge("127.0.0.1:8080", "http://poll.example")
    assert (status, "--origin" in sentence) == (403, True)


def test_behind_a_hub_any_name_will_do_but_a_foreign_page_is_still_refused():
    gate = Gate(any_host=True)
    assert gate.judge("hub.example", "https://hub.example") is None
    assert gate.judge("hub.example", "https://elsewhere.example")[0] == 403


def test_a_cookie_goes_only_where_its_page_was(poll):
    answer, _ = request(poll, "POST", "/login", {"name": "Ada"})
    assert "Path" not in answer.headers["Set-Cookie"]


async def test_the_windows_of_one_name_are_limited(poll):
    header = [("Cookie", f"wslearn_poll={poll.room.join('Ada')}")]
    sockets = [await ws.connect(poll.ws_url, headers=header) for _ in range(6)]
    for window in sockets:
        await until(window, "welcome")
    with pytest.raises(ws.HandshakeError, match="got “429 "):
        await ws.connect(poll.ws_url, headers=header)
    for window in sockets:
        await window.close()


# -- what bad input gets ---------------------------------------------------------------------------

BAD = {
    "{": "json",
    "": "json",
    "[" * 2000: "json",
    "[]": "message",
    "1": "message",
    '"vote"': "message",
    "{}": "message",
    '{"type": "dance"}': "message",
    '{"type": ["vote"]}': "message",
    '{"type": "vote"}': "message",
    '{"type": "vote", "round": true, "candidate": "Tea"}': "message",
    '{"type": "vote", "round": 1.0, "candidate": "Tea"}': "message",
    '{"type": "vote", "round": 1, "candidate": {"name": "Tea"}}': "message",
    '{"type": "vote", "round": 1, "candidate": "Nobody"}': "candidate",
    '{"type": "vote", "round": 1, "candidate": "\\ud800"}': "candidate",
    '{"type": "vote", "round": 7, "candidate": "Tea"}': "round",
    '{"type": "voting", "open": false}': "role",
    '{"type": "vote", "round": NaN, "candidate": "Tea"}': "message",
}


async def test_whatever_makes_no_sense_gets_an_answer_and_the_connection_stays(poll):
    for number, (text, code) in enumerate(BAD.items()):
        socket = await enter(poll, f"voter {number}")
        await socket.send(text)
        error = await until(socket, "error")
        assert error["code"] == code, text[:60]
        assert error["text"].endswith(".")
        await say(socket, type="vote", round=1, candidate="Tea")
        assert (await until(socket, "voted"))["candidate"] == "Tea"
        await socket.close()
    assert poll.room.results().votes == (len(BAD), 0)


async def test_binary_too_long_and_too_much_are_closed_each_with_its_code(poll):
    witness = await enter(poll, "Ada")
    binary = await enter(poll, "binary")
    await binary.send(b"\x00")
    assert await end_of(binary) == 1003
    long = await enter(poll, "long")
    await long.send("x" * 5000)
    assert await end_of(long) == 1009
    flood = await enter(poll, "flood")
    with suppress(ws.ClosedError):
        for _ in range(1000):
            await say(flood, type="vote", round=1, candidate="Tea")
    assert await end_of(flood) == 1008
    await say(witness, type="vote", round=1, candidate="Coffee")
    assert (await until(witness, "voted"))["candidate"] == "Coffee"
    assert poll.room.results().votes == (1, 1), "the flood is one vote of one name"
    await witness.close()


def raw_voter(poll: ClassPoll, name: str, receive_buffer: int = 0) -> socket.socket:
    """A voter's connection after its handshake; nothing has been read, and nothing reads."""
    raw = socket.socket()
    if receive_buffer:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    raw.settimeout(30)
    raw.connect(("127.0.0.1", poll.port))
    token = poll.room.join(name)
    raw.sendall(
        f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{poll.port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        f"Sec-WebSocket-Version: 13\r\nCookie: wslearn_poll={token}\r\n\r\n".encode()
    )
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        answer += raw.recv(1)
    assert answer.startswith(b"HTTP/1.1 101 ")
    return raw


async def test_bytes_that_break_the_protocol_end_that_connection_alone(poll):
    witness = await enter(poll, "Ada")
    for number, (frame, code) in enumerate(
        {
            "81 02 7b 7d": 1002,  # not masked
            "81 81 00 00 00 00 ff": 1007,  # not UTF-8
            "81 fe 20 00 00 00 00 00": 1009,
            "83 80 00 00 00 00": 1002,
        }.items()
    ):
        raw = raw_voter(poll, f"raw {number}")
        raw.sendall(bytes.fromhex(frame))
        heard = b""
        while piece := raw.recv(4096):
            heard += piece
        close = heard[heard.rindex(0x88) :]
        assert int.from_bytes(close[2:4], "big") == code, frame
        raw.close()
    await say(witness, type="vote", round=1, candidate="Tea")
    await votes_seen(witness, 1, 0)
    await witness.close()


async def test_a_browser_that_never_reads_stalls_nobody_and_is_dropped(poll, monkeypatch):
    monkeypatch.setattr(hub_module, "SLOW_SECONDS", 1.0)
    witness = await enter(poll, "Ada")
    deaf = raw_voter(poll, "deaf", receive_buffer=4096)
    hub = poll.application.hub
    while len(hub.boxes) < 2:
        await asyncio.sleep(0.01)
    poll.room.ask("x" * 200, [f"{number:060}" for number in range(12)])  # long results
    longest, turns = 0.0, 0
    deadline = time.monotonic() + 60
    while len(hub.boxes) == 2 and time.monotonic() < deadline:
        turns += 1
        before = time.monotonic()
        poll.room.set_open(turns % 2 == 0)
        await until(witness, "results", open=turns % 2 == 0)
        longest = max(longest, time.monotonic() - before)
    assert len(hub.boxes) == 1, "the one who does not read is gone"
    assert longest < 2, "and until then the other saw every change"
    heard = b""
    with deaf:  # what had been sent is still there, and then the Close
        try:
            while piece := deaf.recv(65536):
                heard += piece
        except ConnectionResetError:
            pytest.fail("the Close frame was lost")
    assert (1013).to_bytes(2, "big") + b"this browser does not read" in heard
    await witness.close()


async def test_a_reader_who_lets_notices_pile_up_is_dropped(poll, monkeypatch):
    witness = await enter(poll, "Ada")
    hub = poll.application.hub
    deaf = raw_voter(poll, "deaf", receive_buffer=4096)
    while len(hub.boxes) < 2:
        await asyncio.sleep(0.01)
    for number in range(20_000):
        poll.room.notify(f"{number} " + "x" * 290)
        if number % 8 == 0:
            await until(witness, "notice", number=number + 1)
        if len([box for box in hub.boxes if box.closing is None]) == 1:
            break
    (box,) = (box for box in hub.boxes if box.closing)
    assert box.closing == (1013, "too many messages wait to be read")
    assert len(box._queue) <= hub_module.MOST_WAITING
    deaf.close()
    await witness.close()


# -- the pages -------------------------------------------------------------------------------------


def test_a_login_sets_a_cookie_no_script_reads_and_the_same_name_is_refused(poll):
    answer, _ = request(poll, "POST", "/login", {"name": " Ada  "})
    assert (answer.status, answer.headers["Location"]) == (303, "./")
    attributes = answer.headers["Set-Cookie"].split("; ")[1:]
    assert {"HttpOnly", "SameSite=Lax"} <= set(attributes)
    answer, text = request(poll, "GET", "/", Cookie=cookie_of(answer))
    assert '<p class="who">Ada</p>' in text
    answer, text = request(poll, "POST", "/login", {"name": "ADA"})
    assert answer.status == 409
    assert "Set-Cookie" not in answer.headers
    assert "Someone here is already called ADA. Add a letter to yours." in text


@pytest.mark.parametrize("code", ["", "K7MPQ3", "é"])
def test_a_room_with_a_code_lets_nobody_in_without_it(code):
    with ClassPoll("Which?", ["A", "B"], join_code="K7MPQ2") as poll:
        answer, text = request(poll, "POST", "/login", {"name": "Ada", "code": code})
        assert answer.status == 403
        assert "That is not the code of this room." in text
        assert poll.room.results().people == 0
        assert "K7MPQ2" not in text + request(poll, "GET", "/")[1]


def test_the_routes_of_the_blog_post_vote_and_notify(poll):
    answer, _ = request(poll, "POST", "/login", {"name": "Ada"})
    voter = cookie_of(answer)
    answer, text = request(poll, "POST", "/message", {"round": 1, "candidate": "Tea"}, Cookie=voter)
    assert (answer.status, json.loads(text)["candidate"]) == (200, "Tea")
    for form, status in (({"round": 1, "candidate": "x"}, 409), ({"candidate": "Tea"}, 409)):
        assert request(poll, "POST", "/message", form, Cookie=voter)[0].status == status
    assert request(poll, "POST", "/message", {"round": 1, "candidate": "Tea"})[0].status == 403
    assert poll.room.results().votes == (1, 0)
    key = f"wslearn_poll_instructor={poll.room.instructor_key}"
    assert request(poll, "POST", "/notify", {"text": "Hello"}, Cookie=key)[0].status == 200
    assert request(poll, "POST", "/notify", {"text": "Hello"}, Cookie=voter)[0].status == 403
    assert poll.room.last_notice() == (1, "Hello")


def test_no_form_of_another_page_is_taken(poll):
    for path in ("/login", "/leave", "/message", "/notify"):
        answer, _ = request(poll, "POST", path, {"name": "Ada"}, Origin="http://elsewhere.example")
        assert answer.status == 403, path
    assert poll.room.results().people == 0


@pytest.mark.parametrize("path", ["/instructor", "/instructor?key=guessed", "/join.svg"])
def test_the_instructors_pages_are_the_instructors(poll, path):
    answer, text = request(poll, "GET", path)
    assert answer.status == 403
    assert "for the instructor: open the link" in text


def test_the_instructors_link_becomes_a_cookie_and_the_page_has_a_qr_code(poll):
    answer, _ = request(poll, "GET", f"/instructor?key={poll.room.instructor_key}")
    assert (answer.status, answer.headers["Location"]) == (303, "instructor")
    cookie = cookie_of(answer)
    assert poll.url in request(poll, "GET", "/instructor", Cookie=cookie)[1]
    answer, text = request(poll, "GET", "/join.svg", Cookie=cookie)
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert text.startswith("<svg")


def test_an_oversized_form_and_an_unknown_page_get_a_sentence(poll):
    answer, text = request(poll, "POST", "/login", {"name": "x" * 100_000})
    assert answer.status == 413
    assert text == "Expected a form of at most 16,384 bytes.\n"
    answer, text = request(poll, "GET", "/nowhere")
    assert (answer.status, "There is no such page here." in text) == (404, True)
    assert request(poll, "GET", "/login")[0].status == 405


async def test_small_answers_are_sent_at_once(poll):
    socket_of_ada = await enter(poll, "Ada")
    (connection,) = poll._server.server_state.connections
    accepted = connection.transport.get_extra_info("socket")
    assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY), "Nagle's wait is off"
    await socket_of_ada.close()


# -- beginning and ending --------------------------------------------------------------------------


async def test_stopping_says_goodbye_with_1001_and_frees_the_port():
    poll = ClassPoll("Which?", ["A", "B"]).start()
    socket = await enter(poll, "Ada")
    ending = asyncio.create_task(asyncio.to_thread(poll.stop))
    assert await end_of(socket) == 1001
    await ending
    poll.stop()
    with ClassPoll("Which?", ["A", "B"], port=poll.port) as again:
        assert request(again, "GET", "/")[0].status == 200


def test_a_taken_port_gets_one_sentence(poll):
    with pytest.raises(ws.NetworkError, match="Try another --port"):
        ClassPoll("Which?", ["A", "B"], port=poll.port)


def test_a_poll_that_was_never_started_can_be_stopped():
    ClassPoll("Which?", ["A", "B"]).stop()
