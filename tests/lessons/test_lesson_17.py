"""Lesson 17: the stand-in for a browser, the bank, the attacks, and the advisories."""

import asyncio
import base64
import re
import tracemalloc
from dataclasses import replace

import pytest

from tests.support.exercises import arguments_of
from wslearn.course.exercises import find
from wslearn.labs.mask.poison import WISH
from wslearn.labs.tap.recording import RECORDED
from wslearn.lessons.lesson_11.cookies import COOKIES
from wslearn.lessons.lesson_11.cookies import RECORDED as MEASURED
from wslearn.lessons.lesson_17 import careless
from wslearn.lessons.lesson_17.advisories import ADVISORIES, NEXT_KEY, advisory
from wslearn.lessons.lesson_17.attacks import ATTACKS, PLACES, attempt, foreign_page, matrix, rows
from wslearn.lessons.lesson_17.browser import BlockedError, Browser, may_read
from wslearn.lessons.lesson_17.pending import as_a_program_may, as_the_rfc_says, most_pending
from wslearn.lessons.lesson_17.six_ways import (
    TICKET_SECONDS,
    WAYS,
    Bank,
    Clock,
    log_in,
    open_bank,
    run_script,
    told,
)
from wslearn.lessons.lesson_17.traces import traces
from wslearn.net.client import connect
from wslearn.net.limits import Limits
from wslearn.net.server import serve
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import Agreement, Deflate
from wslearn.protocol.errors import HandshakeError, InputError
from wslearn.protocol.events import Failed
from wslearn.protocol.frame import Frame
from wslearn.protocol.handshake import check_request, client_request, encode_key, page_response
from wslearn.protocol.headers import Headers
from wslearn.protocol.http1 import Response

each_way = pytest.mark.parametrize("way", WAYS)
each_advisory = pytest.mark.parametrize("exhibit", ADVISORIES, ids=lambda exhibit: exhibit.id)

KEY = encode_key(bytes(16))
SILENT = Limits(ping_seconds=None)


# -- the stand-in for a browser --------------------------------------------------------------------


def test_the_stand_in_sends_the_cookies_that_a_chromium_sent():
    browser = Browser()
    headers = Headers([("Set-Cookie", cookie) for cookie in COOKIES.values()])
    browser.keep("127.0.0.1", Response(200, "OK", headers=headers))
    pages = {
        "own": "http://127.0.0.1:8000",
        "port": "http://127.0.0.1:8001",
        "site": "http://localhost:8001",
    }
    for page, sent in MEASURED["Chromium 156"].items():
        cookies = browser.cookies_for("127.0.0.1", pages[page])
        assert {one.partition("=")[0] for one in cookies.split("; ")} == sent, page


@pytest.mark.parametrize(
    ("fields", "readable"),
    [
        ([], False),
        ([("Access-Control-Allow-Origin", "http://a")], False),
        ([("Access-Control-Allow-Origin", "*")], False),
        (
            [
                ("Access-Control-Allow-Origin", "http://a"),
                ("Access-Control-Allow-Credentials", "true"),
            ],
            True,
        ),
        (
            [
                ("Access-Control-Allow-Origin", "*"),
                ("Access-Control-Allow-Credentials", "true"),
            ],
            False,
        ),
    ],
)
def test_a_page_reads_a_foreign_reply_only_if_the_reply_says_so(fields, readable):
    assert may_read("http://a", Response(200, "OK", headers=Headers(fields))) == readable


async def test_a_foreign_fetch_is_answered_with_the_cookie_and_not_read():
    bank = await open_bank("cookie")
    try:
        browser = Browser()
        own = await log_in(bank, browser)
        assert await own.fetch("/balance") == "Mia has 250 coins"
        with pytest.raises(BlockedError, match=r"CORS"):
            await browser.page("http://127.0.0.1:1").fetch(f"{bank.origin}/balance")
        assert bank.heads[-1].headers.get("Origin") == "http://127.0.0.1:1"
        assert bank.heads[-1].headers.get("Cookie") == f"session={bank.given[0]}"
        assert own.cookies == [], "the session is HttpOnly"
    finally:
        await bank.close()


async def test_a_page_that_is_allowed_reads_the_reply_and_its_script_the_open_cookies():
    fields = [
        ("Access-Control-Allow-Origin", "http://127.0.0.1:1"),
        ("Access-Control-Allow-Credentials", "true"),
        ("Set-Cookie", "colour=green"),
    ]

    def decide(check):
        page = page_response("read me")
        return Response(200, "OK", headers=Headers([*page.headers, *fields]), body=page.body)

    async with await serve(lambda socket: socket.wait_closed(), decide=decide) as server:
        page = Browser().page("http://127.0.0.1:1")
        assert await page.fetch(f"http://127.0.0.1:{server.port}/?a=1") == "read me"
        assert page.cookies == ["green"]


def test_a_real_browser_sent_no_referer_with_its_handshake():
    request = RECORDED.read_text(encoding="utf-8")
    assert '"Origin: ' in request
    assert "Referer" not in request


# -- the bank --------------------------------------------------------------------------------------


@each_way
async def test_mia_comes_in_and_somebody_without_anything_does_not(way):
    bank = await open_bank(way, patience=0.05)
    try:
        socket = await run_script(await log_in(bank, Browser()), bank)
        assert await told(socket) == "Hello Mia, you have 250 coins"
        stranger = Browser().page(bank.origin)
        if way == "message":
            assert await told(await stranger.open(bank.url)) == "1008"
        else:
            with pytest.raises(HandshakeError) as refused:
                await stranger.open(bank.url)
            assert refused.value.check.response.status == 401
            assert refused.value.check.response.headers.get("WWW-Authenticate") == "Bearer"
    finally:
        await bank.close()


async def test_the_token_does_not_come_back_as_the_subprotocol():
    bank = await open_bank("subprotocol")
    try:
        socket = await run_script(await log_in(bank, Browser()), bank)
        assert socket.subprotocol == "chat"
        assert bank.given[-1].encode() not in socket.response.encode()
        await socket.close()
    finally:
        await bank.close()


@pytest.mark.parametrize("later", [0, TICKET_SECONDS - 1, TICKET_SECONDS])
def test_a_ticket_is_good_once_and_for_a_short_time(later):
    bank = Bank("ticket", clock=Clock())

    def ask(target, cookie=""):
        headers = [("Cookie", cookie)] if cookie else []
        request = client_request(f"ws://bank.example{target}", KEY, headers=headers)
        return bank.decide(check_request(request))

    ask("/login?name=Mia")
    ticket = ask("/ticket", f"session={bank.given[0]}").body.decode()
    bank.clock.seconds += later
    first, second = ask(f"/ws?ticket={ticket}"), ask(f"/ws?ticket={ticket}")
    assert (first is None) == (later < TICKET_SECONDS)
    assert second.status == 401


@pytest.mark.parametrize("path", ["/token", "/ticket", "/balance", "/ws"])
def test_without_the_session_there_is_nothing(path):
    bank = Bank("ticket")
    for headers in ([], [("Cookie", "session=guess")], [("Cookie", "=;;session")]):
        request = client_request(f"ws://bank.example{path}", KEY, headers=headers)
        assert bank.decide(check_request(request)).status == 401
    assert bank.given == []


def test_a_broken_handshake_gets_the_answer_that_the_rules_give():
    bank = Bank("cookie")
    assert bank.decide(check_request(b"GET /ws HTTP/1.1\r\nHost: h\r\n\r\n")) is None


# -- the attacks -----------------------------------------------------------------------------------

WORKS = {
    "foreign page": {"cookie"},
    "log": {"query"},
    "requests": {"cookie", "origin", "query", "subprotocol"},
    "script": {"query", "subprotocol", "message"},
    "crowd": {"message"},
}
"""What the prose of the lesson says of the table."""


@pytest.mark.slow
async def test_the_table_is_as_the_lesson_says():
    found = await matrix()
    assert list(found) == list(ATTACKS) == list(WORKS)
    worked = {words: {way for way in WAYS if found[words][way]} for words in found}
    assert worked == WORKS
    assert list(rows(found)) == [
        ("cookie", "foreign page, requests", "log, script, crowd"),
        ("cookie and Origin", "requests", "foreign page, log, script, crowd"),
        ("token in the query", "log, requests, script", "foreign page, crowd"),
        ("token as subprotocol", "requests, script", "foreign page, log, crowd"),
        ("ticket", "none", "all five"),
        ("first message", "script, crowd", "foreign page, log, requests"),
    ]


async def test_an_attack_on_a_bank_that_lets_nobody_in_shows_nothing(monkeypatch):
    monkeypatch.setattr(Bank, "_name", lambda self, check, query: None)
    with pytest.raises(HandshakeError):
        await attempt(foreign_page, "cookie")


@pytest.mark.parametrize("patience", [0.05])
async def test_a_silent_client_holds_a_place_until_its_time_is_over(patience):
    bank = await open_bank("message", places=PLACES, patience=30)
    try:
        own = await log_in(bank, Browser())
        strangers = [await connect(bank.url, limits=SILENT) for _ in range(PLACES)]
        with pytest.raises(HandshakeError) as refused:
            await run_script(own, bank)
        assert refused.value.check.response.status == 503
        bank.patience = patience
        await strangers[0].close()
        late = await connect(bank.url, limits=SILENT)
        await asyncio.wait_for(late.wait_closed(), 20)
        assert late.close_code == 1008
        for stranger in strangers[1:]:
            await stranger.close()
        await bank.emptied()
        assert await told(await run_script(own, bank)) == "Hello Mia, you have 250 coins"
    finally:
        await bank.close()


async def test_each_secret_leaves_its_traces_where_the_lesson_says():
    found = {way: await traces(way) for way in WAYS}
    assert found == {
        "cookie": (False, True, False, False),
        "origin": (False, True, False, False),
        "query": (True, False, False, False),
        "subprotocol": (False, True, False, False),
        "ticket": (True, False, False, False),
        "message": (False, False, True, True),
    }


async def test_a_client_that_keeps_the_rule_opens_one_connection_at_a_time():
    assert await most_pending(as_the_rfc_says, 4) == 1
    assert await most_pending(as_a_program_may, 4) == 4


# -- the advisories --------------------------------------------------------------------------------


@each_advisory
def test_the_slip_and_the_right_lines_part_ways_on_the_bytes_that_are_shown(exhibit):
    (_, slip, slip_means), (_, right, right_means) = exhibit.outcomes()
    assert slip != right
    assert slip_means != right_means
    assert "" not in (slip_means, right_means)


@each_advisory
def test_an_advisory_has_its_number_its_year_and_a_place_to_read_about_it(exhibit):
    number = re.fullmatch(r"[\w. -]+, CVE-(202[456])-\d{4,}", exhibit.source)
    assert number, exhibit.source
    assert re.search(r"https://[\w./-]+", exhibit.seen)
    wrong, right = exhibit.code()
    assert wrong[0] == right[0]
    assert all(len(line) <= 90 for line in wrong + right)
    page = exhibit._repr_mimebundle_()["text/html"]
    assert len(page) < 8_000, "what is long is cut"
    assert "←" not in page.split("<summary", 1)[0]


def test_an_unknown_advisory_is_refused_in_one_sentence():
    with pytest.raises(InputError, match=r"Expected one of vite, .*, got 'capnproto'"):
        advisory("capnproto")


def test_the_right_door_does_what_a_server_with_a_list_does():
    pages = ["http://localhost:5173"]
    for origin in (None, "null", *pages, "https://evil.example"):
        request = client_request("ws://localhost/", KEY, origin=origin)
        expected = check_request(request, origins=[None, *pages]).status
        assert careless.from_a_page_right(origin, pages) == str(expected)


def test_a_crowded_head_is_refused_by_our_server_and_a_smaller_one_is_not():
    (head,) = advisory("ws").given
    assert check_request(head).status == 431
    few = "\r\n".join(line for line in head.split("\r\n") if not line.startswith("X-1"))
    assert careless.answer_right(few) == "431"
    assert careless.answer_slip("GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n") == "101"


def test_the_length_is_refused_by_our_client_at_once():
    (header,) = advisory("undici-length").given
    client = Connection("client", mask_keys=lambda: bytes(4), max_size=2**20)
    (failed,) = client.receive(header)
    assert isinstance(failed, Failed)
    assert str(failed.code) == careless.read_length_right(header) == "1009"
    small = Frame.binary(b"").header(length=70_000)
    assert careless.read_length_slip(small) == careless.read_length_right(small) == 70_000


@pytest.mark.parametrize("bits", ["7", "8", "9", "15", "16", "08", "1000", "x", ""])
def test_the_window_is_taken_from_8_to_15_as_our_client_takes_it(bits):
    try:
        Deflate().accept([("server_max_window_bits", bits)])
        expected = "ready"
    except InputError:
        expected = "the connection fails"
    assert careless.unpacker_right(bits) == expected


def test_the_bomb_is_stopped_by_our_server_as_well():
    zeros, limit = advisory("websocket-driver").given
    server = Connection("server", deflate=Agreement(), max_size=limit)
    frame = Frame.binary(careless.packed(bytes(zeros)))
    events = server.receive(replace(frame, rsv1=True).encode(mask_key=bytes(4)))
    assert str(events[0].code) == careless.unpack_right(zeros, limit) == "1009"


@pytest.mark.parametrize(("unpack", "stops"), [("unpack_slip", False), ("unpack_right", True)])
def test_what_is_right_never_holds_the_whole_of_the_bomb(unpack, stops, monkeypatch):
    zeros, limit = advisory("websocket-driver").given
    bomb = careless.packed(bytes(zeros))
    monkeypatch.setattr(careless, "packed", lambda data: bomb)
    tracemalloc.start()
    try:
        getattr(careless, unpack)(0, limit)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (most < zeros / 8) == stops


def test_with_one_key_the_wish_is_on_the_wire():
    messages, keys = advisory("curl").given
    assert careless.send_slip(messages, keys)[1] == WISH
    assert keys[1] == NEXT_KEY
    assert WISH not in careless.send_right(messages, keys)


# -- the exercises ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("headers", "hosts", "origins"), arguments_of("17.1"))
def test_the_door_does_what_the_server_does_where_host_is_right(headers, hosts, origins):
    names = [name.lower() for name, _ in headers]
    if [value for name, value in headers if name.lower() == "host"] not in [[h] for h in hosts]:
        return  # a list of hosts exists only in the exercise
    if names.count("origin") > 1:
        return  # our server refuses any second Origin
    fields = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Key", KEY)]
    fields += [("Sec-WebSocket-Version", "13"), *headers]
    head = b"GET / HTTP/1.1\r\n" + Headers(fields).encode() + b"\r\n"
    expected = check_request(head, origins=[None, *origins]).status
    assert find("17.1").reference(headers, hosts, origins) == expected


@pytest.mark.parametrize(("value", "spoken"), arguments_of("17.2"))
def test_the_subprotocol_is_the_one_that_our_server_chooses(value, spoken):
    chosen, token = find("17.2").reference(value, spoken)
    request = (
        client_request("ws://h/", KEY)
        .encode()
        .replace(b"\r\n\r\n", f"\r\nSec-WebSocket-Protocol: {value}\r\n\r\n".encode())
    )
    check = check_request(request, subprotocols=spoken)
    assert check.ok
    assert chosen == check.subprotocol
    if token is not None:
        text = base64.urlsafe_b64encode(token).decode().rstrip("=")
        assert f"bearer.{text}" in check.subprotocols


@pytest.mark.parametrize("line", [line for (line,) in arguments_of("17.3")])
def test_a_redacted_line_has_no_secret_and_redacting_again_changes_nothing(line):
    redact = find("17.3").reference
    told_line = redact(line)
    assert redact(told_line) == told_line
    secrets = re.findall(r"[?&](?:token|ticket)=([^& ]+)", told_line)
    assert set(secrets) <= {"..."}
