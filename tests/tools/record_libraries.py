"""Put the judge's cases to the field's libraries, and record what each does.

    python -m tests.tools.record_libraries                        # all but ws
    python -m tests.tools.record_libraries --node ~/somewhere     # and ws, installed there
    python -m tests.tools.record_libraries --only tornado --side client

Each library serves an echo, and is a client that echoes, as its manual shows it
(``tests/support/judged_servers.py``, ``judged_clients.py``), with its defaults; only compression is
turned on where it is off. The server of lesson 08 is judged as it was, and with all its mends. The
record has the outcome of every case and what came; it takes some minutes. ``build_libraries`` makes
the page of it. Where a program is left out or missing, its earlier record stays, with its date.
"""

import argparse
import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.support import judged_clients, judged_servers
from tests.support.judged_clients import (
    Come,
    ProgramEndedError,
    browser_client,
    node_client,
    node_told,
)
from tests.support.judged_servers import Start, ws_server
from tests.support.places import TESTS
from wslearn.conformance.case import SIDES
from wslearn.conformance.catalogue import cases_for
from wslearn.conformance.client_run import ClientRun
from wslearn.conformance.dialling import Target
from wslearn.conformance.server_run import Revive, Run, judge_server
from wslearn.lessons.lesson_08.naive.running import RunningServer
from wslearn.lessons.lesson_08.naive.steps import MENDS
from wslearn.protocol.dissection import Side
from wslearn.protocol.errors import NetworkError
from wslearn.protocol.uri import parse_uri

RECORDED = TESTS / "conformance" / "libraries.json"
LONGEST = 300
"""How many characters of what came are kept."""

PATIENCE = 3
WAIT = judged_clients.BOUND + 5
"""Seconds for an answer, and without a client: longer than one of its connections may last."""

Ask = Callable[[], Awaitable[tuple[Run, str]]]
"""Asks a program; gives what was found, and its version."""


def _target(port: int, patience: float) -> Target:
    return Target(parse_uri(f"ws://127.0.0.1:{port}/"), patience)


async def ask_server(start: Start, told: Callable[[], str]) -> tuple[Run, str]:
    """What one library does as a server."""
    async with start() as port:
        return await judge_server(_target(port, PATIENCE), cases_for("server")), told()


async def ask_lesson_08(step: int) -> tuple[Run, str]:
    """What the server of lesson 08 does after this many mends; it is restarted when it dies."""
    servers = [RunningServer(step)]

    async def again() -> Target:
        servers.pop().stop()
        servers.append(RunningServer(step))
        return _target(servers[0].port, 1)

    revive: Revive = again
    try:
        first = _target(servers[0].port, 1)
        run = await judge_server(first, cases_for("server"), revive=revive, most_seconds=600)
        return run, f"{step} mends"
    finally:
        servers[0].stop()


async def ask_client(come: Come, told: Callable[[], str]) -> tuple[Run, str]:
    """What one library does as a client; a program that a case has ended is restarted."""
    run = ClientRun(cases_for("client"), patience=PATIENCE, wait=WAIT)
    await run.start()

    async def all_times() -> None:
        for _ in run.cases:
            try:
                await come(run.url, len(run.cases) + 1)
                break
            except ProgramEndedError:
                await asyncio.sleep(0.2)  # the case that ended it is found a moment later
                run.gone()

    coming = asyncio.create_task(all_times())
    found = await run.wait()
    coming.cancel()
    with suppress(asyncio.CancelledError):
        await coming
    return found, told()


def ws_version(folder: Path) -> str:
    """The version of ws in a folder, and of Node.js."""
    told = json.loads((folder / "node_modules/ws/package.json").read_text(encoding="utf-8"))
    return f"{told['version']} (Node.js {node_told('process.versions.node')})"


def node_version() -> str:
    """The version of Node.js, and of undici, whose WebSocket it has built in."""
    return f"{node_told('process.versions.node')} (undici {node_told('process.versions.undici')})"


def programs(side: Side, node: Path | None) -> dict[str, Ask]:
    """The programs that can be judged on this machine, by name."""
    asks: dict[str, Ask] = {}
    if side == "server":
        for name, start in judged_servers.IN_PYTHON.items():
            asks[name] = partial(ask_server, start, partial(version, name))
        if node is not None:
            asks["ws"] = partial(ask_server, partial(ws_server, node), partial(ws_version, node))
        asks["lesson 08"] = partial(ask_lesson_08, 0)
        asks["lesson 08, mended"] = partial(ask_lesson_08, len(MENDS))
        return asks
    for name, come in judged_clients.IN_PYTHON.items():
        asks[name] = partial(ask_client, come, partial(version, name.partition(",")[0]))
    if node is not None:
        asks["ws"] = partial(ask_client, node_client(node), partial(ws_version, node))
    with suppress(NetworkError):
        asks["Node.js"] = partial(ask_client, node_client(), node_version)
    with suppress(NetworkError):
        asks["Chromium"] = partial(ask_client, *browser_client())
    return asks


def as_record(run: Run) -> dict[str, list[str]]:
    """The outcome of every case, what came, and the judge's remarks."""
    return {one.case.id: [one.outcome, one.came[:LONGEST], one.remark] for one in run.findings}


async def record(side: Side, node: Path | None, only: list[str], old: Any) -> dict[str, Any]:
    """Everything about one side as data; ``old`` is the earlier record."""
    names, found = dict(old.get("programs", {})), dict(old.get("found", {}))
    for name, ask in programs(side, node).items():
        if only and name not in only:
            continue
        run, told = await ask()
        names[name], found[name] = [told, date.today().isoformat()], as_record(run)
        print(f"{side} {name} {told}: {run.seconds:.0f} s", flush=True)
    return {"programs": names, "found": found}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--node", type=Path, help="a folder in which ws is installed")
    parser.add_argument("--side", action="append", choices=SIDES, help="servers or clients alone")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="one program")
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)  # programs that get bad frames complain, each in its way
    data = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    for side in chosen.side or SIDES:
        data[side] = asyncio.run(record(side, chosen.node, chosen.only, data.get(side, {})))
    text = json.dumps(data, indent=0, ensure_ascii=False).replace('[\n"', '["')
    text = text.replace('",\n"', '", "').replace('"\n]', '"]')
    RECORDED.write_text(text + "\n", encoding="utf-8")
    print(RECORDED)


if __name__ == "__main__":
    main()
