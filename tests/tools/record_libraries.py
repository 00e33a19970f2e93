"""Put the judge's cases to the field's libraries, and record what each of them does.

    python -m tests.tools.record_libraries                        # those that Python has
    python -m tests.tools.record_libraries --node ~/somewhere     # and ws, installed there

Each library serves an echo as its manual shows it (``tests/support/judged_servers.py``), with its
own defaults; only compression is turned on where it is off. The server of lesson 08 is asked as it
was, and with all its mends. What is recorded is the outcome of every case and what came; it takes
some minutes. ``build_libraries`` makes the page of it. Without ``--node`` what was recorded of ws
stays.
"""

import argparse
import asyncio
import json
import logging
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.support.judged_servers import IN_PYTHON, Start, ws_server
from tests.support.places import TESTS
from wslearn.conformance.catalogue import cases_for
from wslearn.conformance.dialling import Target
from wslearn.conformance.server_run import Revive, Run, judge_server
from wslearn.lessons.lesson_08.naive.running import RunningServer
from wslearn.lessons.lesson_08.naive.steps import MENDS
from wslearn.protocol.uri import parse_uri

RECORDED = TESTS / "conformance" / "libraries.json"
LONGEST = 300
"""How many characters of what came are kept."""


def _target(port: int, patience: float) -> Target:
    return Target(parse_uri(f"ws://127.0.0.1:{port}/"), patience)


async def ask(start: Start) -> Run:
    """What one library does."""
    async with start() as port:
        return await judge_server(_target(port, 3), cases_for("server"))


async def ask_lesson_08(step: int) -> Run:
    """What the server of lesson 08 does after so many mends; it is started again when it dies."""
    servers = [RunningServer(step)]

    async def again() -> Target:
        servers.pop().stop()
        servers.append(RunningServer(step))
        return _target(servers[0].port, 1)

    revive: Revive = again
    try:
        first = _target(servers[0].port, 1)
        return await judge_server(first, cases_for("server"), revive=revive, most_seconds=600)
    finally:
        servers[0].stop()


def as_record(run: Run) -> dict[str, list[str]]:
    """The outcome of every case, what came, and what the judge remarks."""
    return {one.case.id: [one.outcome, one.came[:LONGEST], one.remark] for one in run.findings}


def node_version(folder: Path) -> str:
    """The version of ws in a folder, and of Node.js."""
    told = json.loads((folder / "node_modules/ws/package.json").read_text(encoding="utf-8"))
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    return f"{told['version']} (Node.js {node.stdout.strip().lstrip('v')})"


async def record(node: Path | None) -> dict[str, Any]:
    """Everything as data."""
    logging.disable(logging.CRITICAL)  # programs that meet bad frames complain, each in its way
    old = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    today = date.today().isoformat()
    programs: dict[str, list[str]] = {}
    found: dict[str, dict[str, list[str]]] = {}
    for name, start in IN_PYTHON.items():
        programs[name] = [version(name), today]
        found[name] = as_record(await ask(start))
        print(name, programs[name], flush=True)
    if node is not None:
        programs["ws"] = [node_version(node), today]

        @asynccontextmanager
        async def start_ws() -> AsyncIterator[int]:
            async with ws_server(node) as port:
                yield port

        found["ws"] = as_record(await ask(start_ws))
    elif "ws" in old.get("programs", {}):
        programs["ws"], found["ws"] = old["programs"]["ws"], old["found"]["ws"]
    for name, step in (("lesson 08", 0), ("lesson 08, mended", len(MENDS))):
        programs[name] = [f"{step} mends", today]
        found[name] = as_record(await ask_lesson_08(step))
        print(name, programs[name], flush=True)
    return {"programs": programs, "found": found}


def main() -> None:
    """Record, and write the file."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--node", type=Path, help="a folder in which ws is installed")
    data = asyncio.run(record(arguments.parse_args().node))
    text = json.dumps(data, indent=0, ensure_ascii=False).replace('[\n"', '["')
    text = text.replace('",\n"', '", "').replace('"\n]', '"]')
    RECORDED.write_text(text + "\n", encoding="utf-8")
    print(f"{RECORDED}: {len(data['programs'])} programs")


if __name__ == "__main__":
    main()
