"""Whole runs against servers on 127.0.0.1: good ones, and some with one fault each."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from tests.support.judged_servers import IN_PYTHON
from tests.support.peers import Raw, echo, open_for, raw_server, run_supervised
from wslearn.conformance.catalogue import cases_for
from wslearn.conformance.dialling import Target
from wslearn.conformance.findings import CUT_SHORT, SILENT, TAKEN
from wslearn.conformance.limit_cases import LIMITS
from wslearn.conformance.server_run import Run, judge_server
from wslearn.net.server import serve
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import Deflate
from wslearn.protocol.errors import FrameError, NetworkError
from wslearn.protocol.events import Binary, Text
from wslearn.protocol.frame import Frame
from wslearn.protocol.parser import FrameParser
from wslearn.protocol.uri import parse_uri

QUICK = 0.4
"""Seconds of patience: enough on this computer, for servers that say nothing on purpose."""


def target(port: int, patience: float = 5.0) -> Target:
    return Target(parse_uri(f"ws://127.0.0.1:{port}/"), patience)


def outcomes(run: Run, outcome: str) -> list[str]:
    return [one.case.id for one in run.findings if one.outcome == outcome]


def judged(
    talk: Callable[[Raw], Awaitable[object]], *only: str, patience: float = QUICK, **options
) -> Run:
    """A run against a server that answers each connection as ``talk`` says."""
    runs: list[Run] = []

    async def test() -> None:
        async with raw_server(talk) as port:
            cases = cases_for("server", only)
            runs.append(await judge_server(target(port, patience), cases, **options))

    run_supervised(test())
    return runs[0]


async def echoing(raw: Raw, change: Callable[[bytes], bytes] = bytes) -> None:
    """Our own connection on a socket; ``change`` corrupts what it sends."""
    await open_for(raw)
    ours = Connection("server")
    while not ours.should_end_tcp:
        data = await raw.reader.read(2**16)
        if not data:
            break
        for event in ours.receive(data):
            match event:
                case Text(text):
                    await raw.send(change(ours.send_text(text)))
                case Binary(payload):
                    await raw.send(change(ours.send_binary(payload)))
        await raw.send(change(ours.take_output()))


def test_our_own_server_keeps_every_rule():
    async def test() -> None:
        async with await serve(echo, deflate=Deflate()) as server:
            run = await judge_server(target(server.port), cases_for("server"))
        assert run.manner is not None
        assert (run.manner.echoes, run.manner.compresses, run.manner.at_once) == (True, True, 8)
        assert outcomes(run, "broken") == outcomes(run, "advice") == outcomes(run, "unjudged") == []
        # It has no subprotocols, and accepts every origin unless a list is given.
        asked = ["open-unknown-subprotocol", "open-foreign-origin", *(case.id for case in LIMITS)]
        assert outcomes(run, "open") == asked

    asyncio.run(test())


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("websockets", {"open-no-host", "open-version-14"}),
        ("tornado", {"fault-unmasked", "fault-close-1005", "deflate-twice"}),
    ],
)
def test_what_a_library_is_known_for_is_found(name: str, broken: set[str]):
    async def test() -> None:
        async with IN_PYTHON[name]() as port:
            run = await judge_server(
                target(port, 2), cases_for("server", (*sorted(broken), "length-1"))
            )
        assert set(outcomes(run, "broken")) == broken

    asyncio.run(test())


def test_a_server_that_masks_is_wrong_whatever_it_says():
    def masked(data: bytes) -> bytes:
        return data and data[:1] + bytes([data[1] | 128]) + bytes(4) + data[2:]

    run = judged(lambda raw: echoing(raw, masked), "length-1", "ping-text", patience=2)
    assert "length-1" in outcomes(run, "broken")
    assert "ping-text" in outcomes(run, "broken")
    found = {one.case.id: one for one in run.findings}
    assert "expected MASK 0, got MASK 1" in found["ping-text"].came


def test_a_server_that_sends_nothing_back_is_asked_what_can_be_seen():
    async def silent(raw: Raw) -> None:
        await echoing(
            raw, lambda data: data if data[:1] != b"\x81" and data[:1] != b"\x82" else b""
        )

    run = judged(
        silent,
        "ping-text",
        "fault-unmasked",
        "close-usual",
        "text-latin",
        "deflate-hello",
        patience=1.5,
    )
    assert outcomes(run, "kept") == ["ping-text", "fault-unmasked", "close-usual"]
    assert outcomes(run, "unjudged") == ["text-latin", "deflate-hello"]
    assert "does not send messages back" in run.findings[0].came


@pytest.mark.slow
def test_a_server_that_never_answers_is_judged_and_not_waited_for():
    async def mute(raw: Raw) -> None:
        await open_for(raw)
        await raw.reader.read()

    run = judged(mute, "ping-text", "fault-unmasked", "close-usual", patience=2)
    assert outcomes(run, "broken") == ["ping-text", "fault-unmasked", "close-usual"]
    assert {one.came for one in run.findings} == {"nothing, and TCP stays open"}


@pytest.mark.slow
def test_the_report_says_what_a_server_does_with_too_much():
    async def gives_way(raw: Raw) -> None:
        """Echo what is short, end TCP at a long frame, and stay silent at many fragments."""
        await open_for(raw)
        parser, fragments = FrameParser("server", max_size=2**16), 0
        while data := await raw.reader.read(2**16):
            try:
                frames = parser.feed(data)
            except FrameError:
                return
            for frame in frames:
                fragments += not frame.fin
                if frame.fin and not fragments:
                    await raw.send(Frame(10 if frame.opcode == 9 else frame.opcode, frame.payload))

    run = judged(gives_way, "limits", patience=1)
    found = {one.case.id: (one.outcome, one.remark) for one in run.findings}
    assert found["limit-message"] == ("advice", CUT_SHORT.format("may"))
    assert found["limit-crumbs"] == ("advice", SILENT)
    assert found["limit-pings"] == ("open", TAKEN)
    assert found["limit-bomb"][0] == "unjudged", "it does not compress"


@pytest.mark.slow
def test_a_server_that_stops_reading_costs_no_more_than_its_time():
    async def stops(raw: Raw) -> None:
        await open_for(raw)
        first = await raw.frame()
        if first.opcode == 1:
            await raw.send(Frame(1, first.payload))
        await asyncio.sleep(60)

    began = time.monotonic()
    run = judged(stops, "limit-message", "limit-pings", patience=1)
    assert outcomes(run, "broken") == ["limit-pings"]
    assert outcomes(run, "advice") == ["limit-message"]
    assert {one.remark for one in run.findings} == {SILENT}
    assert time.monotonic() - began < 30


def test_a_server_that_takes_one_client_at_a_time_is_asked_one_by_one():
    turn = asyncio.Lock()

    async def one_at_a_time(raw: Raw) -> None:
        async with turn:
            await echoing(raw)

    run = judged(one_at_a_time, "length-1", "ping-text", "close-usual", patience=2)
    assert run.manner is not None
    assert run.manner.at_once == 1
    assert outcomes(run, "kept") == ["length-1", "ping-text", "close-usual"]


def test_the_case_that_a_server_does_not_survive_is_named():
    async def test() -> None:
        servers: list[asyncio.Server] = []
        turn = asyncio.Lock()

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            async with turn:
                raw = Raw(reader, writer, "server")
                try:
                    await open_for(raw)
                    while (frame := await raw.frame()).payload != b"there?":
                        await raw.send(
                            Frame(10 if frame.opcode == 9 else frame.opcode, frame.payload)
                        )
                    servers[0].close()
                except (EOFError, OSError, asyncio.IncompleteReadError):
                    pass
                finally:
                    writer.transport.abort()

        servers.append(await asyncio.start_server(accept, "127.0.0.1", 0))
        port = servers[0].sockets[0].getsockname()[1]
        first, second, third = cases_for("server", ("ping-empty", "ping-text", "close-usual"))
        second = replace(second, pieces=(Frame.ping(b"there?"),))
        run = await judge_server(target(port, 1.5), (first, second, third), one_by_one=True)
        assert outcomes(run, "broken") == ["ping-text"]
        assert run.findings[1].remark == "After this nobody listened any more: the server was gone."
        assert run.gone.startswith("The server did not survive this")
        assert run.broken

    run_supervised(test())


def test_a_greeting_does_not_confuse_the_judge():
    async def polite(raw: Raw) -> None:
        await raw.send(b"")
        first = True

        def greet(data: bytes) -> bytes:
            nonlocal first
            hello, first = (Frame.text("Welcome!").encode() if first else b""), False
            return hello + data

        await echoing(raw, greet)

    run = judged(polite, "text-latin", "fault-unmasked", "close-usual", patience=5)
    assert outcomes(run, "kept") == ["text-latin", "fault-unmasked", "close-usual"]


def test_a_wrong_accept_value_breaks_its_case_and_every_later_one():
    async def wrong(raw: Raw) -> None:
        await raw.head()
        await raw.send(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
        )
        await raw.reader.read()

    run = judged(wrong, "open-usual", "ping-text", patience=5)
    assert outcomes(run, "broken") == ["open-usual", "ping-text"]
    assert "Sec-WebSocket-Accept: expected" in run.findings[0].came


# -- nothing to judge ------------------------------------------------------------------------------


def refused(talk: Callable[[Raw], Awaitable[object]]) -> str:
    """The sentence for a server that cannot be judged."""
    with pytest.raises(NetworkError) as caught:
        judged(talk)
    return str(caught.value)


def test_a_server_that_drops_everybody_gets_one_sentence():
    async def drop(raw: Raw) -> None:
        raw.reset()

    assert "Expected an answer to the opening handshake from ws://127.0.0.1:" in refused(drop)


def test_a_server_that_is_silent_from_the_start_gets_one_sentence():
    async def mute(raw: Raw) -> None:
        await raw.reader.read()

    assert "got nothing, and TCP stays open. It may want TLS (wss://)" in refused(mute)


def test_http_that_is_no_websocket_gets_one_sentence():
    async def http(raw: Raw) -> None:
        await raw.head()
        await raw.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    assert "to open a WebSocket (101), got “404 Not Found”: is the path right" in refused(http)


def test_another_protocol_gets_one_sentence():
    async def tls(raw: Raw) -> None:
        await raw.send(b"\x15\x03\x03\x00\x02\x02\x32")  # an alert: how a TLS server answers HTTP

    assert "got something else: it may want TLS" in refused(tls)


def test_a_port_where_nobody_listens_gets_one_sentence():
    async def test() -> None:
        async with raw_server(echoing) as port:
            pass
        with pytest.raises(NetworkError, match=r"Expected to connect to ws://.*got: Connection"):
            await judge_server(target(port), cases_for("server"))

    asyncio.run(test())


def test_asking_for_tls_where_there_is_none_gets_one_sentence():
    async def http(raw: Raw) -> None:
        await raw.reader.read(1)
        await raw.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async def test() -> None:
        async with raw_server(http) as port:
            secure = Target(parse_uri(f"wss://127.0.0.1:{port}/"), QUICK)
            with pytest.raises(NetworkError, match=r"Expected TLS with wss://"):
                await judge_server(secure, cases_for("server"))

    asyncio.run(test())
