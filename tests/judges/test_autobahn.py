"""Autobahn's TestSuite, the field's conformance suite, judges our server and our client.

The cases are Autobahn's own; ``kosoku`` runs them without the Python 2 that the suite's own runner
needs. README.md says how to run that one too.
"""

import asyncio
from collections.abc import Sequence
from itertools import cycle

import kosoku
import pytest

from wslearn.apps.echo import OFFER, echo, run_cases
from wslearn.net.limits import Limits
from wslearn.net.server import serve
from wslearn.protocol.deflate import Deflate

LIMITS = Limits(message_size=2**24, ping_seconds=None)
"""Cases 9.1.6 and 9.2.6 send one message of 16 MiB."""

INFORMATIONAL = {"7.1.6", "7.13.1", "7.13.2"}
"""Where the RFC leaves open what happens, the suite gives every peer the same mark."""

GROUPS = [*(f"12.{payload}" for payload in range(1, 6)), *(f"13.{offer}" for offer in range(1, 8))]
SAMPLE = [f"{group}.{case}" for group, case in zip(GROUPS, cycle((2, 2, 2, 11)), strict=False)]
"""One case of each group about compression: small messages, now and then fragments of large ones.
All 216 take many minutes, and each sends the same thousand messages as its neighbours, in another
size."""

PROFILES = {
    "core": (["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"], 247),
    "limits": (["9.*"], 54),
    "compression": (SAMPLE, len(SAMPLE)),
}

every_profile = pytest.mark.parametrize(("cases", "count"), PROFILES.values(), ids=PROFILES.keys())


def marks(results: Sequence["kosoku._kosoku.CaseResult"]) -> list[str]:
    """Every mark below the best, with the suite's reasons."""
    return [
        f"{result.case_id}: {result.behavior.value}, {result.behavior_close.value}. "
        f"{result.result} {result.result_close}"
        for result in results
        if {result.behavior.value, result.behavior_close.value}
        != {"INFORMATIONAL" if result.case_id in INFORMATIONAL else "OK"}
    ]


@every_profile
def test_our_server_passes(cases: list[str], count: int) -> None:
    async def judge() -> list["kosoku._kosoku.CaseResult"]:
        server = await serve(echo, limits=LIMITS, deflate=Deflate())
        async with server, asyncio.timeout(240):
            try:
                return await kosoku.run_fuzzingclient(server.url, cases, concurrency=2)
            except kosoku.FailureError as failure:
                return failure.results

    results = asyncio.run(judge())
    assert marks(results) == []
    assert len(results) == count


@every_profile
def test_our_client_passes(
    cases: list[str], count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    async def judge() -> list["kosoku._kosoku.CaseResult"]:
        async with kosoku.run_fuzzingserver(cases, port=0) as suite, asyncio.timeout(240):
            url = f"ws://{suite.address}:{suite.port}"
            assert await run_cases(url, LIMITS, OFFER) == 0
            try:
                return await suite.get_result()
            except kosoku.FailureError as failure:
                return failure.results

    results = asyncio.run(judge())
    assert marks(results) == []
    assert len(results) == count
    assert f"{count} cases" in capsys.readouterr().out


def test_a_peer_that_breaks_a_rule_gets_bad_marks() -> None:
    """The judge is awake: an echo that adds a byte fails."""

    async def judge() -> list["kosoku._kosoku.CaseResult"]:
        async def add(socket):
            async for message in socket:
                await socket.send(message + message[:1])

        async with await serve(add) as server:
            with pytest.raises(kosoku.FailureError) as failure:
                await kosoku.run_fuzzingclient(server.url, ["1.1.2", "1.2.2"])
            return failure.value.results

    assert marks(asyncio.run(judge()))
