"""Autobahn's TestSuite, the field's conformance suite, against any server that echoes.

Its cases are its own; ``kosoku`` runs them in this process, where it is installed. They know more
about frames, text and sizes than ours, and nothing about the opening handshake.
"""

import asyncio
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from wslearn.checking.values import one_line
from wslearn.draw.table import Table, table

SECTIONS = {
    "1": "messages of every size",
    "2": "pings and pongs",
    "3": "reserved bits",
    "4": "opcodes without a meaning",
    "5": "fragments",
    "6": "text that is UTF-8, and text that is not",
    "7": "closing",
    "10": "a message that is sent in many pieces",
}
"""The sections that are asked, and what each is about. Left out: what tests limits (section 9 sends
up to 16 MiB) and compression (12 and 13)."""

SLOW = ["5.19", "5.20", "6.4.*"]
"""Cases that wait for seconds between two bytes."""

AT_ONCE, MOST_SECONDS, MOST_AGAIN = 4, 30.0, 3
"""How many cases run side by side, for how long at most all together (a case that fails waits for
seconds), and how many of a section are tried once more."""


@dataclass(frozen=True, slots=True)
class SuiteCase:
    """One case: whether it passed, and the suite's own words."""

    id: str
    passed: bool
    description: str = ""
    expectation: str = ""
    result: str = ""

    @property
    def section(self) -> str:
        """The number of its section."""
        return self.id.partition(".")[0]


async def ask_suite(
    url: str,
    sections: Iterable[str] | None = None,
    seconds: float = MOST_SECONDS,
    again: int = MOST_AGAIN,
) -> list[SuiteCase]:
    """The outcome of every case of these sections, in order, section by section until time is up.

    ``again`` is how many failed cases of a section are tried once more on their own: a busy machine
    may have been too slow for them. Raises :class:`ImportError` without kosoku.
    """
    kosoku = import_module("kosoku")
    end = time.monotonic() + seconds
    results: list[Any] = []

    async def ask(cases: list[str], at_once: int) -> list[Any]:
        async with asyncio.timeout(max(end - time.monotonic(), 0.1)):
            try:
                return list(await kosoku.run_fuzzingclient(url, cases, SLOW, at_once))
            except kosoku.FailureError as failure:
                return list(failure.results)

    for section in SECTIONS if sections is None else sections:
        try:
            some = await ask([f"{section}.*"], AT_ONCE)
            failed = [result.case_id for result in some if not result.passed]
            if 0 < len(failed) <= again:
                better = {result.case_id: result for result in await ask(failed, 1)}
                some = [better.get(result.case_id, result) for result in some]
        except TimeoutError:
            break
        results += some
    return [case_of(result) for result in results]


def not_reached(cases: Sequence[SuiteCase]) -> str:
    """The first section of which no case was put, because time was up; "" where none is left."""
    seen = {case.section for case in cases}
    return next((section for section in SECTIONS if section not in seen), "")


def case_of(result: Any) -> SuiteCase:
    """One result of the suite in our words."""
    words = result.result if result.behavior.value == "FAILED" else result.result_close
    texts = (result.description, result.expectation, words)
    return SuiteCase(result.case_id, result.passed, *(_plain(text) for text in texts))


def _plain(text: str) -> str:
    return one_line(re.sub(r"<[^>]*>", " ", text), 300)


def suite_table(cases: Sequence[SuiteCase]) -> Table:
    """For each section, how many of its cases passed."""
    rows: list[tuple[object, ...]] = []
    for section, about in SECTIONS.items():
        mine = [case.passed for case in cases if case.section == section]
        rows.append((f"Autobahn {section}", about, len(mine), sum(mine)))
    return table(("section", "it is about", "cases", "passed"), rows)
