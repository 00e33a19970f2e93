"""A class over real sockets: who gets in, who hears what, and that nobody hears a name."""

import asyncio
import json
import logging
import random
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from socket import create_connection

import pytest

import wslearn as ws
from tests.support import http_request
from tests.support.redis_process import RedisProcess
from wslearn.classroom.live import redis_ledger
from wslearn.classroom.live.asked import Asked
from wslearn.classroom.live.class_server import ClassServer
from wslearn.classroom.live.ledger import FileLedger, Ledger
from wslearn.classroom.live.redis_ledger import RedisLedger
from wslearn.course.cases.shelf import open_case
from wslearn.net.websocket import WebSocket

CODE = "K7MPQ2"
EVIL = "<img src=x onerror=alert(1)>"
QUESTIONS = (Asked("choice", "Which?", ("Tea", "Coffee"), right=("b",)), Asked("text", "Why?"))


@pytest.fixture
def served() -> Iterator[ClassServer]:
    with ClassServer(Ledger(), QUESTIONS, join_code=CODE) as opened:
        yield opened


def request(served, method, path, form=None, **headers):
    return http_request.request(served.port, method, path, form, **headers)


def joined(served, name: str) -> str:
    answer, text = request(served, "POST", "/join", {"name": name, "code": CODE})
    assert answer.status == 200, text
    return json.loads(text)["token"]


async def student(served, token: str) -> WebSocket:
    return await ws.connect(served.ws_url, headers=[("Cookie", f"wslearn_poll={token}")])


async def staff(served, where: str = "desk") -> WebSocket:
    key = [("Cookie", f"wslearn_poll_instructor={served.room.instructor_key}")]
    return await ws.connect(f"{served.ws_url}/{where}", headers=key)


async def say(socket, kind, **message):
    await socket.send(json.dumps({"type": kind, **message}))


async def until(socket, fits, kind="state"):
    async with asyncio.timeout(15):
        while True:
            message = json.loads(await socket.recv())
            if message["type"] == kind and fits(message):
                return message


async def vote(socket, letter, round=1, number=1):
    await say(socket, "vote", round=round, vote=number, candidate=letter)
    return await until(socket, lambda m: m["candidate"] == letter, "voted")


async def test_vote_discuss_vote_again_over_the_wire(served):
    ada, mia = [await student(served, joined(served, name)) for name in ("Ada", "Mia")]
    desk, screen = await staff(served), await staff(served, "screen")
    await say(desk, "ask", which="1")
    await until(ada, lambda m: m["question"].get("round") == 1)
    await vote(ada, "a")
    await vote(mia, "b")
    seen = await until(screen, lambda m: m["question"].get("answered") == 2)
    assert seen["question"]["results"] == {}
    await say(desk, "voting", open=False)
    told = await until(desk, lambda m: m["question"].get("open") is False)
    assert [row["votes"] for row in told["question"]["results"]["rows"]] == [[1], [1]]
    await say(desk, "again")
    await until(ada, lambda m: m["question"]["vote"] == 2)
    await vote(ada, "b", number=2)
    await vote(mia, "b", number=2)
    await say(desk, "show")
    for socket in (ada, mia, screen):
        shown = (await until(socket, lambda m: m["question"]["shown"]))["question"]["results"]
        assert [row["votes"] for row in shown["rows"]] == [[1, 0], [1, 2]]
        assert shown["gain"] == 1.0
    answer, text = request(served, "GET", "/results.csv")
    assert answer.status == 403
    key = f"wslearn_poll_instructor={served.room.instructor_key}"
    answer, text = request(served, "GET", "/results.csv", Cookie=key)
    assert text.count("Which?") == 3
    assert request(served, "GET", "/results.svg?round=1", Cookie=key)[0].status == 200
    for socket in (ada, mia, desk, screen):
        await socket.close()


async def test_no_name_no_code_and_no_open_vote_is_in_any_frame_that_a_student_or_the_screen_gets(
    served,
):
    """Asserted on the wire: every frame, as a tap records it."""
    tap = await ws.tap(served.ws_url)
    taps = {"student": tap, "screen": await ws.tap(f"{served.ws_url}/screen")}
    names = ["Ada Lovelace", "Mia Secret", EVIL]
    tokens = [joined(served, name) for name in names]
    key = f"wslearn_poll_instructor={served.room.instructor_key}"
    watcher = await student(served, joined(served, "Watcher"))
    await watcher.close()
    watcher = await ws.connect(
        tap.url, headers=[("Cookie", f"wslearn_poll={joined(served, 'W2')}")]
    )
    screen = await ws.connect(taps["screen"].url, headers=[("Cookie", key)])
    desk = await staff(served)
    people = [await student(served, token) for token in tokens]
    await say(desk, "lesson", lesson="04")
    task = {"state": "tried", "tries": 9, "same": 3, "cause": ""}
    for person in people:
        await say(person, "progress", tasks={"04.1": task}, now="04.1")
        await say(person, "code", task="04.1", code="my own secret code")
    await say(desk, "ask", which="2")
    await until(people[0], lambda m: m["question"].get("round") == 1)
    for person in people:
        await vote(person, "because of my neighbour")
    await say(desk, "ask", which="1")
    await until(people[0], lambda m: m["question"].get("round") == 2)
    for person in people:
        await vote(person, "b", round=2)
    board = await until(screen, lambda m: len(m["board"]["rows"]) == 3)
    assert all(isinstance(number, int) for number, *_ in board["board"]["rows"])
    await until(desk, lambda m: len(m["code"]) == 3 and m["question"].get("answered") == 3)
    await until(watcher, lambda m: m["question"].get("answered") == 3)
    for one in taps.values():
        wire = b"".join(f.payload for f in one.journal if f.sender == "server").decode()
        assert '"answered": 3' in wire
        for secret in (*names, *tokens, "own secret", "neighbour", '"votes"', '"right": true'):
            assert secret not in wire, secret
        await one.close()
    for socket in (desk, *people):
        await socket.close()


async def test_stuck_students_come_first_on_the_board_with_names_for_the_desk_alone(served):
    calm, stuck = [await student(served, joined(served, name)) for name in ("Calm", "Stuck")]
    desk = await staff(served)
    await say(desk, "lesson", lesson="4")
    await say(calm, "progress", tasks={"04.1": {"state": "solved", "tries": 1, "same": 0,
                                                "cause": ""}}, now="04.2")  # fmt: skip
    await say(stuck, "progress", tasks={"04.1": {"state": "tried", "tries": 7, "same": 1,
                                                 "cause": ""}}, now="04.1")  # fmt: skip
    told = await until(desk, lambda m: len(m["board"]["rows"]) == 2)
    number, marks, at = told["board"]["rows"][0]
    assert (told["names"][str(number)], marks[0], at) == ("Stuck", "2", 0)
    assert told["board"]["rows"][1][1][0] == "3"
    for socket in (calm, stuck, desk):
        await socket.close()


BAD = [
    {"type": "vote", "round": 1, "vote": 1, "candidate": "z"},
    {"type": "vote", "round": 7, "vote": 1, "candidate": "a"},
    {"type": "vote", "round": 1, "vote": 2, "candidate": "a"},
    {"type": "vote", "round": 1, "vote": True, "candidate": "a"},
    {"type": "progress", "tasks": {"04.1": {"state": "solved"}}, "now": ""},
    {"type": "progress", "tasks": {"04.1": {"state": "x", "tries": 1, "same": 0}}, "now": ""},
    {"type": "progress", "tasks": [], "now": ""},
    {"type": "progress", "tasks": {"04.1": {"state": "tried", "tries": 1, "same": 0,
                                            "cause": "<script>"}}, "now": ""},
    {"type": "notice", "text": "I am the instructor"},
    {"type": "remove", "numbers": ["1"]},
    {"type": "show"},
    {"type": "dance"},
]  # fmt: skip


async def test_what_a_student_may_not_say_gets_a_sentence_and_changes_nothing(served):
    socket, desk = await student(served, joined(served, "Ada")), await staff(served)
    await say(desk, "ask", which="1")
    await until(socket, lambda m: m["question"].get("round") == 1)
    before = served.room.hour.as_json()
    for message in BAD:
        await socket.send(json.dumps(message))
        error = await until(socket, lambda m: True, "error")
        assert error["text"].startswith("Expected"), message
        await asyncio.sleep(0.1)  # more at once would be cut off with 1008
    assert served.room.hour.as_json() == before
    await vote(socket, "a")
    for one in (socket, desk):
        await one.close()


async def test_a_flood_is_cut_off_with_1008_and_the_class_goes_on(served):
    token = joined(served, "Flood")
    flood, ada = await student(served, token), await student(served, joined(served, "Ada"))
    desk = await staff(served)
    await say(desk, "ask", which="1")
    await until(ada, lambda m: m["question"].get("round") == 1)
    with suppress(ws.ClosedError):
        for at in range(200):
            await say(flood, "vote", round=1, vote=1, candidate="ab"[at % 2])
    async with asyncio.timeout(15):
        await flood.wait_closed()
    assert flood.close_code == 1008
    await vote(ada, "b")
    again = await student(served, token)
    assert (await until(again, lambda m: m["question"].get("answered") == 2))["people"] == 2
    for one in (again, ada, desk):
        await one.close()


DESK_BAD = [
    {"type": "ask", "which": "3"},
    {"type": "ask", "which": "99.1"},
    {"type": "ask", "which": "04.²"},
    {"type": "ask", "which": "²"},
    {"type": "ask", "which": "04." + "9" * 30},
    {"type": "lesson", "lesson": "77"},
    {"type": "lab", "frame": "no hex at all!"},
    {"type": "timer", "seconds": -1},
    {"type": "question", "question": "?", "candidates": ["one"]},
    {"type": "notice", "text": " "},
    {"type": "again"},
]


@pytest.mark.parametrize("message", DESK_BAD, ids=lambda one: one["type"])
async def test_a_slip_at_the_desk_gets_a_sentence(served, message):
    desk = await staff(served)
    await desk.send(json.dumps(message))
    assert (await until(desk, lambda m: True, "error"))["text"]
    await desk.close()


async def test_nobody_is_another_and_nobody_is_the_instructor(served):
    token = joined(served, "Ada")
    for path, cookie, status in (
        ("", "", 403),
        ("", "wslearn_poll=guessed", 403),
        ("/desk", f"wslearn_poll={token}", 403),
        ("/screen", f"wslearn_poll_instructor={token}", 403),
        ("/elsewhere", "", 404),
    ):
        with pytest.raises(ws.HandshakeError, match=f"got “{status} "):
            await ws.connect(served.ws_url + path, headers=[("Cookie", cookie)] if cookie else [])
    with pytest.raises(ws.HandshakeError, match="got “403 "):
        await ws.connect(
            served.ws_url, origin="http://elsewhere.example",
            headers=[("Cookie", f"wslearn_poll={token}")],
        )  # fmt: skip
    for path in ("/desk", "/screen", "/join.svg", "/people.csv", "/instructor?key=guessed"):
        assert request(served, "GET", path)[0].status == 403, path
    assert request(served, "GET", "/as?key=guessed")[0].status == 404


async def test_one_person_with_a_phone_a_notebook_and_two_tabs_has_one_vote(served):
    token = joined(served, "Ada")
    answer, _ = request(served, "GET", f"/as?key={token}")
    assert answer.headers["Set-Cookie"].startswith(f"wslearn_poll={token};")
    answer, _ = request(served, "POST", "/login", {"name": "Again", "code": CODE},
                        Cookie=f"wslearn_poll={token}")  # fmt: skip
    assert answer.status == 303
    assert len(served.room.hour.people) == 1, "who is in already is not let in again"
    windows = [await student(served, token) for _ in range(3)]
    desk = await staff(served)
    await say(desk, "ask", which="1")
    for at, window in enumerate(windows):
        await until(window, lambda m: m["question"].get("round") == 1)
        await vote(window, "ab"[at % 2])
    async with asyncio.timeout(10):  # an earlier "a" arrives in all windows, too
        while served.room.hour.round.votes != [{token: "a"}]:
            await asyncio.sleep(0.01)
    told = await until(desk, lambda m: m["here"] == 1)
    assert told["people"] == 1
    for window in windows[:2]:
        await window.close()
    await windows[2].close()
    await until(desk, lambda m: m["here"] == 0)
    await desk.close()


async def test_the_instructor_removes_names_and_their_windows_close(served):
    tokens = [joined(served, f"spam {at}") for at in range(30)]
    ada = joined(served, "Ada")
    spammer, honest = await student(served, tokens[0]), await student(served, ada)
    desk = await staff(served)
    told = await until(desk, lambda m: len(m["names"]) == 31)
    numbers = [number for number, name in told["names"].items() if name.startswith("spam")]
    await say(desk, "remove", numbers=numbers)
    told = await until(desk, lambda m: len(m["names"]) == 1)
    assert list(told["names"].values()) == ["Ada"]
    async with asyncio.timeout(10):
        await spammer.wait_closed()
    assert spammer.close_code == 1000
    await say(desk, "notice", text="Hello")
    await until(honest, lambda m: m["notices"])
    for socket in (honest, desk):
        await socket.close()


async def test_nudges_reach_everyone_and_go(served):
    ada, desk = await student(served, joined(served, "Ada")), await staff(served)
    await say(desk, "timer", seconds=180)
    told = await until(ada, lambda m: m["until"])
    assert 150 < told["until"] - time.time() < 200
    await say(desk, "lab", frame="81 05 48656c6c6f")
    assert (await until(ada, lambda m: m["lab"]))["lab"]["frame"] == "81 05 48 65 6c 6c 6f"
    await say(desk, "notice", text=f"Look. {EVIL}")
    (notice,) = (await until(ada, lambda m: m["notices"]))["notices"]
    assert notice["text"] == f"Look. {EVIL}"
    await say(desk, "clear", number=notice["number"])
    await until(ada, lambda m: not m["notices"])
    for socket in (ada, desk):
        await socket.close()


async def test_a_class_that_stops_and_starts_again_on_its_file_knows_everyone(tmp_path):
    path = tmp_path / "class"
    with ClassServer(FileLedger(path), QUESTIONS, join_code=CODE) as served:
        token, key = joined(served, "Ada"), served.room.instructor_key
        socket, desk = await student(served, token), await staff(served)
        await say(desk, "ask", which="1")
        await until(socket, lambda m: m["question"].get("round") == 1)
        await vote(socket, "a")
        for one in (socket, desk):
            await one.close()
    with ClassServer(FileLedger(path), QUESTIONS, join_code="OTHER2") as served:
        assert (served.room.join_code, served.room.instructor_key) == (CODE, key)
        again = await student(served, token)
        assert (await until(again, lambda m: True, "voted"))["candidate"] == "a"
        assert (await until(again, lambda m: True))["question"]["answered"] == 1
        await again.close()


def test_the_join_page_says_what_is_seen_and_how_long_it_is_kept(served, tmp_path):
    _, text = request(served, "GET", "/")
    assert "everyone else sees a number" in text
    assert "gone when the class ends" in text
    with ClassServer(FileLedger(tmp_path / "class")) as kept:
        _, text = request(kept, "GET", "/")
        assert "in a file on the instructor&#39;s computer until the instructor deletes it" in text


def test_pages_hold_no_script_no_style_and_no_key(served):
    answer, _ = request(served, "GET", f"/instructor?key={served.room.instructor_key}")
    assert answer.headers["Location"] == "desk"
    key = answer.headers["Set-Cookie"].split(";")[0]
    joined(served, EVIL)
    for path in ("/", "/desk", "/screen"):
        answer, text = request(served, "GET", path, Cookie=key)
        assert answer.status == 200
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert not re.search(r"<script(?![^>]*\ssrc=)|<[^<>]*\s(on\w+|style)=", text)
        assert served.room.instructor_key not in text
        for link in re.findall(r'(?:src|href)="((?:live|static)/[^"]+|colours.css)"', text):
            assert request(served, "GET", f"/{link}")[0].status == 200, link


def test_a_case_is_fetched_once_as_small_json_and_only_the_question_is_in_the_messages(served):
    answer, text = request(served, "GET", "/case/07")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert len(text.encode()) < 16384
    case, scene = open_case("07"), json.loads(text)
    assert scene["story"] == list(case.story)
    assert any(row["hex"].startswith("8a 06") for row in scene["talks"][0]["rows"])
    assert case.solution[0] not in text
    for nowhere in ("/case/99", "/case/%3Cb%3E", "/case/07/x", "/case/"):
        assert request(served, "GET", nowhere)[0].status == 404, nowhere


async def test_two_processes_are_one_class_and_redis_may_go_and_come_back(tmp_path, monkeypatch):
    monkeypatch.setattr(redis_ledger, "PATIENCE", 1.0)
    redis = RedisProcess(tmp_path)
    redis.start()
    doors = [
        ClassServer(RedisLedger(redis.url), QUESTIONS, join_code=code).start()
        for code in (CODE, "OTHER2")
    ]
    left, right = doors
    assert left.room.join_code == right.room.join_code == CODE
    assert left.room.instructor_key == right.room.instructor_key
    token = joined(left, "Ada")
    desk = await staff(right)
    await until(desk, lambda m: m["people"] == 1)
    windows = [await student(left, token), await student(right, token)]
    await say(desk, "ask", which="1")
    for window in windows:
        await until(window, lambda m: m["question"].get("round") == 1)
    await vote(windows[0], "a")
    assert (await until(windows[1], lambda m: True, "voted"))["candidate"] == "a"
    await until(desk, lambda m: m["here"] == 2)
    redis.stop()
    await say(windows[0], "vote", round=1, vote=1, candidate="b")
    error = await until(windows[0], lambda m: True, "error")
    assert error["code"] == "unavailable"
    assert "Nothing is lost that was counted" in error["text"]
    redis.start()  # with an empty memory
    monkeypatch.setattr(redis_ledger, "PATIENCE", 10.0)
    await vote(windows[0], "b")
    assert (await until(windows[1], lambda m: m["candidate"] == "b", "voted"))["round"] == 1
    await until(desk, lambda m: m["question"]["answered"] == 1 and m["people"] == 1)
    for socket in (desk, *windows):
        assert socket.close_code is None, "nobody was thrown out"
        await socket.close()
    for door in doors:
        await asyncio.to_thread(door.stop)
    redis.stop()


PIECES = [
    "[", "]", ":", "/", "@", "%", '"', ";", "=", ",", "\xff", "é", "127.0.0.1", "wslearn_poll",
    "%ED%A0%80", "x" * 300, "\\377", "$Version", "99999999999999999999", "&", "name", CODE,
]  # fmt: skip
PATHS = [
    "/", "/login", "/join", "/leave", "/as?key=%FF", "/instructor?key=%ED", "/desk", "/screen",
    "/ws", "/ws/desk", "/ws/screen", "/results.svg?round=-1", "/results.svg?round=x", "/session",
    "/live/../hour.py", "/live/%2e%2e%2fhour.py", "/static/../gate.py", "/people.csv", "/%00",
]  # fmt: skip


def test_no_header_and_no_form_of_a_stranger_can_raise_anywhere(served, caplog):
    chance = random.Random(7)

    def some() -> str:
        return "".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 6)))

    for number in range(250):
        path, host = PATHS[number % len(PATHS)], f"127.0.0.1:{served.port}"
        lines = [f"{chance.choice(['GET', 'POST'])} {path} HTTP/1.1"]
        lines += [f"Host: {host if number % 4 else some()}"]
        lines += [f"Origin: {some()}"] * (number % 5 == 0)
        lines += [f"Cookie: wslearn_poll={some()}; wslearn_poll_instructor={some()}"]
        if path.startswith("/ws"):
            lines += ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
            lines += ["Sec-WebSocket-Key: " + "x" * 21 + "A=="]
            body = ""
        else:
            body = f"name={some()}&code={CODE if number % 2 else some()}"
            lines += ["Content-Type: application/x-www-form-urlencoded"]
            lines += [f"Content-Length: {len(body.encode('latin-1', 'replace'))}"]
        with create_connection(("127.0.0.1", served.port), timeout=20) as line:
            line.sendall("\r\n".join([*lines, "", body]).encode("latin-1", "replace"))
            heard = line.recv(65536)
        assert int(heard[9:12]) < 500, (lines, heard[:200])
        assert b"import" not in heard, "no source of ours"
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert errors == []


async def test_a_proxy_may_take_the_path_off_or_leave_it_on():
    url = "https://hub.example/services/class/"
    with ClassServer(Ledger(), join_code=CODE, public_url=url) as served:
        proxied = {"Host": "hub.example", "Origin": "https://hub.example"}
        for below in ("", "/services/class"):
            answer, text = request(served, "GET", f"{below}/", **proxied)
            assert (answer.status, "Join the class" in text) == (200, True)
            form = {"name": "", "code": CODE}
            answer, text = request(served, "POST", f"{below}/join", form, **proxied)
            cookie = [("Cookie", f"wslearn_poll={json.loads(text)['token']}")]
            where = served.ws_url.replace("/ws", f"{below}/ws")
            async with await ws.connect(where, headers=cookie) as socket:
                await until(socket, lambda message: message["people"] > 0)
        assert request(served, "GET", "/services/classes/", **proxied)[0].status == 404
        key = {"Cookie": f"wslearn_poll_instructor={served.room.instructor_key}"}
        _, text = request(served, "GET", "/services/class/desk", **key)
        assert f"{url}</p>" in text
        assert f"ws.join(&#34;{CODE}&#34;, &#34;{url.rstrip('/')}&#34;)" in text.replace(
            '"', "&#34;"
        )
        assert served.instructor_url.startswith(f"{url}instructor?key=")


def test_on_a_hub_the_desk_knows_the_address_that_leads_everybody_here(monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    monkeypatch.setenv("JUPYTERHUB_SERVER_NAME", "")
    with ClassServer(Ledger(), join_code=CODE) as served:
        key = {"Cookie": f"wslearn_poll_instructor={served.room.instructor_key}"}
        asked = {"Host": "hub.example", "X-Forwarded-Proto": "https,http", **key}
        answer, text = request(served, "GET", "/screen", **asked)
        assert answer.status == 200
        assert f"https://hub.example/hub/user-redirect/proxy/{served.port}/" in text
        assert f"127.0.0.1:{served.port}" in text  # for the notebooks of the hub
        foreign, _ = request(served, "GET", "/screen", **asked, Origin="https://elsewhere.example")
        assert foreign.status == 403


@pytest.mark.parametrize(
    "url", ["hub.example/class", "ftp://hub.example/", "https://", "https://h:0/", "https://h/?a=1"]
)
def test_an_invalid_public_address_gets_one_sentence(url):
    with pytest.raises(ws.InputError, match="Expected an address such as"):
        ClassServer(Ledger(), public_url=url)
