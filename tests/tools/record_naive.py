"""Record how many of Autobahn's cases each step of lesson 08's server passes, section by section.

    python -m tests.tools.record_naive              # every step, some minutes
    python -m tests.tools.record_naive 0 18         # some of them
    python -m tests.tools.record_naive --check 18   # compare with what is stored, change nothing

The cases are Autobahn's own, run by ``kosoku``: those about frames, messages and closing. Those
about limits would take minutes each with the first steps, and those about compression need an
extension that the server lacks. They run one by one, because a step that dies of a case is
restarted for the next one. A case counts as passed if both its marks, for the messages and for the
end of the connection, are OK or INFORMATIONAL in each of three runs: what one recv brings is
chance.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from importlib.metadata import version
from pathlib import Path

import kosoku

from tests.support.peers import free_port
from wslearn.lessons.lesson_08.naive.marks import FILE, SECTIONS
from wslearn.lessons.lesson_08.naive.running import RunningServer
from wslearn.lessons.lesson_08.naive.steps import MENDS
from wslearn.lessons.lesson_08.naive.visit import answers

STORED = Path(str(FILE))
GOOD = {"OK", "INFORMATIONAL"}
RUNS = 3
IDS: dict[str, list[str]] = {}


class Kept:
    """A step of the server that is restarted when it has died."""

    def __init__(self, step: int) -> None:
        self.step = step
        self.deaths = 0
        self.server = RunningServer(step)

    def alive(self) -> RunningServer:
        """A server that answers: this one, or a new one."""
        if not answers(self.server.port):
            self.deaths += 1
            self.server.stop()
            self.server = RunningServer(self.step)
        return self.server


async def _judge(url: str, case: str) -> list["kosoku._kosoku.CaseResult"]:
    try:
        return await kosoku.run_fuzzingclient(url, [case])
    except kosoku.FailureError as failure:
        return failure.results


def judged(step: int) -> dict[str, object]:
    """The stored record of one step."""
    began = time.monotonic()
    kept = Kept(step)
    passed, left = Counter(), []
    cases = {section: len(ids) for section, ids in IDS.items()}
    try:
        for section, ids in IDS.items():
            for case in ids:
                for _ in range(RUNS):
                    (result,) = asyncio.run(_judge(kept.alive().url, case))
                    mark = f"{result.behavior.value} {result.behavior_close.value}"
                    if not set(mark.split(" ")) <= GOOD:
                        left.append(f"{case} {mark}")
                        break
                else:
                    passed[section] += 1
    finally:
        kept.server.stop()
    print(
        f"step {step}: {sum(passed.values())} of {sum(cases.values())}, "
        f"{kept.deaths} deaths, {time.monotonic() - began:.0f} s",
        flush=True,
    )
    if len(left) < 12:
        print("  ", "; ".join(left), flush=True)
    return {
        "step": step,
        "passed": {section: passed[section] for section in cases},
        "cases": cases,
    }


def case_ids() -> dict[str, list[str]]:
    """Every case of each section; the suite lists them by running against nobody."""
    port = free_port()
    found: dict[str, list[str]] = {}
    for section in SECTIONS:
        results = asyncio.run(_judge(f"ws://127.0.0.1:{port}/", f"{section}.*"))
        found[section] = [result.case_id for result in results]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("steps", nargs="*", type=int)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    steps = arguments.steps or range(len(MENDS) + 1)
    IDS.update(case_ids())
    wrong = False
    with ThreadPoolExecutor(3) as pool:  # the first steps make the suite wait most of the time
        for done in as_completed([pool.submit(judged, step) for step in steps]):
            if arguments.check:
                wrong |= done.result() not in stored()["steps"]
            else:
                store(done.result())
    return int(wrong)


def stored() -> dict[str, list[dict[str, object]]]:
    """What the lesson reads."""
    if not STORED.exists():
        return {"steps": []}
    return json.loads(STORED.read_text(encoding="utf-8"))


def store(entry: dict[str, object]) -> None:
    """Replace the marks of one step."""
    others = [other for other in stored()["steps"] if other["step"] != entry["step"]]
    data = {
        "suite": "Autobahn's TestSuite, the cases about frames, messages and closing",
        "runner": f"kosoku {version('kosoku')}",
        "steps": sorted([*others, entry], key=lambda entry: entry["step"]),
    }
    STORED.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
