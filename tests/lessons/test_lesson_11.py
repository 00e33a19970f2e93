"""The solutions of lesson 11 do what wslearn's server does, and its attacks are met."""

import asyncio
import tracemalloc

import pytest

import wslearn as ws
from tests.support.exercises import arguments_of
from wslearn.course.exercises import find
from wslearn.course.jupyter_server import JupyterServer, private_server
from wslearn.labs.mask.poison import EVIL, GOOD, HEAD, WISH, NaiveProxy
from wslearn.lessons.lesson_11 import strangers
from wslearn.net.limits import Limits
from wslearn.protocol.codes import Opcode
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import Agreement, Compressor, Window
from wslearn.protocol.errors import NetworkError
from wslearn.protocol.events import Binary, Failed
from wslearn.protocol.examples import COURSE_KEY
from wslearn.protocol.frame import Frame
from wslearn.protocol.handshake import check_request, client_request
from wslearn.protocol.length import encode_length

SAMPLE = "dGhlIHNhbXBsZSBub25jZQ=="


@pytest.mark.parametrize("shifts", [shifts for (shifts,) in arguments_of("11.1")], ids=str)
def test_the_smallest_length_is_written_wrongly_and_none_below_it(shifts):
    def written(length):
        return bytes(length >> shift & 255 for shift in shifts)

    def right(length):
        return encode_length(length, 64)[1]

    found = find("11.1").reference(shifts)
    below = {2**n for n in range(63)} | {2**n - 1 for n in range(63)} | set(range(1000))
    assert all(written(n) == right(n) for n in below if n < (found or 2**63))
    if found:
        assert written(found) != right(found)


@pytest.mark.parametrize(("origin", "allowed"), arguments_of("11.2"))
def test_who_may_connect_is_as_the_server_says_where_there_is_no_star(origin, allowed):
    plain = [entry for entry in allowed if "*" not in entry]
    request = client_request("ws://127.0.0.1/", SAMPLE, origin=origin or None)
    expected = check_request(request, origins=plain).status == 101
    assert find("11.2").reference(origin, plain) == expected


def test_a_star_stands_for_subdomains_and_for_nothing_else():
    may_connect = find("11.2").reference
    anybody = ["https://*.example.com"]
    assert may_connect("https://a.example.com", anybody)
    assert not may_connect("https://a.example.com.evil.net", anybody)
    assert not may_connect("https://evil-example.com", anybody)
    assert not may_connect("https://example.com", anybody)


@pytest.mark.parametrize(
    ("data", "limit"),
    # Below 125, a connection's limit leaves room for control frames.
    [(data, limit) for data, limit in arguments_of("11.3") if limit >= 125],
)
def test_the_next_step_is_what_the_protocol_layer_does(data, limit):
    events = Connection("server", max_size=limit).receive(data)
    step = "wait"
    if events and isinstance(events[0], Failed):
        step = str(events[0].code)
    elif events:
        assert isinstance(events[0], Binary)
        step = "take"
    assert find("11.3").reference(data, limit) == step


@pytest.mark.parametrize(("wish", "keys"), arguments_of("11.4"))
def test_a_disguised_wish_is_on_the_wire_with_the_next_key(wish, keys):
    step = int.from_bytes(keys[1], "big") - int.from_bytes(keys[0], "big")
    following = ((int.from_bytes(keys[-1], "big") + step) % 2**32).to_bytes(4, "big")
    frame = Frame.binary(find("11.4").reference(wish, keys)).encode(mask_key=following)
    assert frame.endswith(wish)


def test_a_disguised_wish_poisons_the_cache():
    keys = [number.to_bytes(4, "big") for number in (1000, 3000, 5000)]
    payload = find("11.4").reference(WISH, keys)
    proxy = NaiveProxy()
    frame = Frame.binary(payload).encode(mask_key=(7000).to_bytes(4, "big"))
    proxy.pass_on(frame, lambda sent: HEAD + EVIL)
    assert proxy.pass_on(WISH, lambda sent: HEAD + GOOD) == HEAD + EVIL


GOOD_REQUEST = client_request("ws://127.0.0.1/", SAMPLE).encode()


@pytest.mark.parametrize(
    ("pieces", "pause", "limits", "expected"),
    [
        ([GOOD_REQUEST], 0, {}, "101"),
        ([GOOD_REQUEST], 0, {"head_size": 50}, "431"),
        ([bytes([byte]) for byte in GOOD_REQUEST], 0.05, {"open_seconds": 0.3}, "408"),
        ([bytes([byte]) for byte in GOOD_REQUEST], 0, {}, "101"),
        ([GOOD_REQUEST[:20]], 0, {"open_seconds": 0.2}, "408"),
    ],
)
def test_a_real_server_answers_a_head_as_the_solution_does(pieces, pause, limits, expected):
    async def run():
        server = await ws.serve(lambda socket: socket.wait_closed(), limits=Limits(**limits))
        try:
            async with asyncio.timeout(20):
                return await strangers.answer_to(server, pieces, pause)
        finally:
            await server.close()

    assert asyncio.run(run()).split()[1] == expected
    times = [(round(at * pause * 1000), piece) for at, piece in enumerate(pieces)]
    seconds = round(limits.get("open_seconds", 10) * 1000)
    most = limits.get("head_size", 16 * 1024)
    assert find("11.5").reference(times, seconds, most) == expected


def test_a_server_that_hangs_up_without_a_word_gives_an_empty_line():
    async def run():
        server = await ws.serve(lambda socket: socket.wait_closed(), limits=Limits(connections=1))
        server._closing = True  # it no longer accepts anyone
        try:
            return await strangers.answer_to(server, [GOOD_REQUEST])
        finally:
            await server.close()

    assert asyncio.run(run()) == ""


async def status_of(server, headers, origin=None):
    try:
        async with await ws.connect(server.url, headers=headers, origin=origin):
            return 101
    except ws.HandshakeError as refused:
        return refused.check.response.status


@pytest.mark.slow
def test_jupyter_takes_a_cookie_from_its_own_page_only():
    with private_server() as server:
        name, cookie = strangers.login_cookie(server)
        assert name == "Cookie"
        assert server.token not in cookie
        own = f"http://127.0.0.1:{server.port}"

        async def run():
            return [
                await status_of(server, [(name, cookie)], own),
                await status_of(server, [(name, cookie)], "https://evil.example"),
                await status_of(server, [server.login], "https://evil.example"),
                await status_of(server, [], own),
            ]

        assert asyncio.run(run()) == [101, 403, 101, 403]
        wrong = JupyterServer(server.port, "not the token", server.kernel, own=False)
        with pytest.raises(NetworkError, match="set a cookie"):
            strangers.login_cookie(wrong)
    with pytest.raises(NetworkError, match="let us log in"):
        strangers.login_cookie(server)


def test_a_jupyter_without_such_a_login_is_replaced_by_a_private_one(monkeypatch):
    asked = []

    def login_cookie(server):
        asked.append(server)
        if server.own:
            raise NetworkError("no cookie")
        return "Cookie", "username-1=x"

    own, private = (JupyterServer(1, "t", "k", own=which) for which in (True, False))
    monkeypatch.setattr(strangers, "login_cookie", login_cookie)
    monkeypatch.setattr(strangers, "find_server", lambda: own)
    monkeypatch.setattr(strangers, "private_server", lambda: private)
    assert strangers.logged_in() == (private, ("Cookie", "username-1=x"))
    assert asked == [own, private]


def test_a_bomb_costs_a_server_with_a_limit_little_memory_however_large_it_would_become():
    used, heard = [], []
    for size in (2**16, 2**24):
        zeros = Compressor(Window(15, context_takeover=True)).compress(bytes(size))
        bomb = Frame(Opcode.BINARY, zeros, rsv1=True).encode(mask_key=COURSE_KEY)
        server = Connection("server", deflate=Agreement(), max_size=2**16)
        tracemalloc.start()
        heard.append([type(event) for event in server.receive(bomb)])
        used.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert heard == [[Binary], [Failed]]
    assert max(used) < 2**18
