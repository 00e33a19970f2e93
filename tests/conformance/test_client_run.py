"""Runs against clients: ours keeps every rule, and faulty ones are found out."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from websockets.asyncio.client import connect as websockets_connect
from websockets.exceptions import WebSocketException

from tests.support.peers import MASK, Raw, echo, request_bytes, until
from wslearn.conformance.case import Case
from wslearn.conformance.catalogue import cases_for
from wslearn.conformance.client_run import EVERY_TIME, PROGRAM_GONE, ClientRun
from wslearn.conformance.findings import TAKEN
from wslearn.conformance.limit_cases import LIMITS, WHOLE
from wslearn.conformance.server_run import Run
from wslearn.net.client import connect
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import Deflate
from wslearn.protocol.errors import NetworkError, WebSocketError
from wslearn.protocol.events import Binary, Text

Come = Callable[[str], Awaitable[None]]
HOST = "127.0.0.1"


def judged(
    come: Come,
    *only: str,
    patience: float = 5,
    times: int | None = None,
    cases: tuple[Case, ...] = (),
) -> Run:
    """A run against a client that connects once for each case, and once before them."""

    async def test() -> Run:
        asked = cases or cases_for("client", only)
        run = ClientRun(asked, patience=patience, wait=30 if times is None else 0.5)
        await run.start()

        async def again() -> None:
            for _ in range(len(asked) + 1 if times is None else times):
                with suppress(WebSocketError, WebSocketException, OSError, EOFError):
                    await come(run.url)

        coming = asyncio.create_task(again())
        found = await run.wait()
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
        return found

    return asyncio.run(test())


def outcomes(run: Run, outcome: str) -> list[str]:
    return [one.case.id for one in run.findings if one.outcome == outcome]


async def ours(url: str) -> None:
    async with await connect(url, deflate=Deflate()) as client:
        await echo(client)


def test_our_own_client_keeps_every_rule():
    run = judged(ours)
    assert {one.case.id for one in run.findings if one.outcome != "kept"} == {
        case.id for case in LIMITS
    }
    assert outcomes(run, "open") == [case.id for case in LIMITS]
    assert len(run.findings) == len(cases_for("client")) + len(EVERY_TIME)


def test_what_a_library_is_known_for_is_found():
    async def websockets(url: str) -> None:
        async with websockets_connect(url, proxy=None) as client:
            async for message in client:
                await client.send(message)

    run = judged(websockets, "close-amid-message", "fault-length-16", "fault-masked", "reply-")
    assert outcomes(run, "broken") == []
    assert sorted(outcomes(run, "advice")) == ["close-amid-message", "fault-length-16"]


async def send_back(raw: Raw, client: Connection, data: bytes) -> None:
    """Send back every message in what was read, and the replies that the client owes."""
    for event in client.receive(data):
        match event:
            case Text(text):
                await raw.send(client.send_text(text))
            case Binary(payload):
                await raw.send(client.send_binary(payload))
    await raw.send(client.take_output())


def test_a_client_that_writes_before_it_reads_does_not_get_stuck():
    async def talkative(url: str) -> None:
        port = int(url.rpartition(":")[2].strip("/"))
        async with Raw(*await asyncio.open_connection(HOST, port, limit=2**10), "client") as raw:
            await raw.send(request_bytes())
            await raw.head()
            client = Connection("client", mask_keys=lambda: MASK, max_size=None)
            await raw.send(*[client.send_binary(bytes(2**16))] * 100)  # more than buffers hold
            while data := await raw.reader.read(2**16):
                await send_back(raw, client, data)

    (load,) = cases_for("client", ("limit-message",))
    run = judged(talkative, cases=(replace(load, pieces=(WHOLE,) * 8),), patience=20)
    assert (run.findings[-1].outcome, run.findings[-1].remark) == ("open", TAKEN)


def careless(**changed: str) -> Come:
    """A client with one key and one mask that ignores the reply; ``changed`` are its headers."""

    async def come(url: str) -> None:
        port = int(url.rpartition(":")[2].strip("/"))
        raw = Raw(*await asyncio.open_connection(HOST, port), "client")
        async with raw:
            await raw.send(request_bytes(**changed))
            await raw.head()
            client = Connection("client", mask_keys=lambda: MASK)
            while not client.should_end_tcp:
                data = await raw.reader.read(2**16)
                if not data:
                    return
                await send_back(raw, client, data)

    return come


def test_one_key_and_one_mask_for_everything_are_found():
    run = judged(careless(), "length-1", "ping-text", patience=1)
    assert outcomes(run, "kept") == ["client-request", "length-1", "ping-text"]
    assert outcomes(run, "broken") == ["client-new-key", "client-new-mask"]
    assert "37 fa 21 3d" in run.findings[2].came


def test_a_client_that_does_not_look_at_the_reply_is_found():
    run = judged(careless(), "reply-wrong-accept", "reply-no-upgrade", patience=1)
    assert outcomes(run, "broken")[-2:] == ["reply-wrong-accept", "reply-no-upgrade"]
    assert run.findings[-1].remark == "It took the connection for open."


def test_a_client_whose_request_is_wrong_is_told_so():
    run = judged(careless(Sec_WebSocket_Version="8"), "length-1", patience=0.5, times=2)
    assert "client-request" in outcomes(run, "broken")
    assert "expected 13, got “8”" in run.findings[0].came
    assert outcomes(run, "unjudged")[-1] == "length-1"


def test_a_client_that_comes_too_seldom_leaves_the_rest_unjudged():
    run = judged(ours, "length-0", "length-1", times=2)
    assert outcomes(run, "unjudged") == ["length-1"]
    assert run.findings[-1].came == "The client did not come again, so this was not put to it."


def test_the_case_that_a_client_does_not_survive_is_named():
    async def test() -> None:
        run = ClientRun(cases_for("client", ("ping-text", "close-usual")), patience=2, wait=5)
        await run.start()
        run.gone()  # before any case was played, none is to blame
        with suppress(WebSocketError, OSError):
            for _ in range(2):
                await ours(run.url)
        await until(lambda: "ping-text" in run.findings)
        run.gone()
        await ours(run.url)
        found = await run.wait()
        assert [one.case.id for one in found.findings if one.remark == PROGRAM_GONE] == [
            "ping-text"
        ]
        assert outcomes(found, "broken") == ["ping-text"]

    asyncio.run(test())


def test_a_taken_port_gets_one_sentence():
    async def test() -> None:
        first, second = ClientRun(()), ClientRun(())
        await first.start()
        with pytest.raises(NetworkError, match=f"Expected to listen on port {first.port}, got: "):
            await second.start(first.port)
        await first.stop()

    asyncio.run(test())
