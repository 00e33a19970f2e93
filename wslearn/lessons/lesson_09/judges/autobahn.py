"""Autobahn's conformance suite as the last oracle of lesson 09.

The cases are those of the field's own TestSuite; ``kosoku`` runs them in this process, where it is
installed. Where it is not, the counts that were recorded with our solution take their place, and
say so.

What is asked, and what is left out, is in ``wslearn.conformance.suite``.
"""

import time
from dataclasses import dataclass
from typing import Any

from wslearn.checking.panel import Part, Tone
from wslearn.conformance.suite import MOST_AGAIN, MOST_SECONDS, SECTIONS, ask_suite
from wslearn.conformance.suite import SuiteCase as Case
from wslearn.course.waiting import one_by_one
from wslearn.draw.table import Table, table
from wslearn.net.background import Background
from wslearn.protocol.errors import NetworkError

from .clients import Missing, module
from .hosted import Hosted
from .oracles import Make, Told, which

RECORDED = {"1": 16, "2": 11, "3": 7, "4": 10, "5": 18, "6": 141, "7": 37, "10": 1}
"""How many cases each section has without those; our solution passes all of them."""

MORE_SECONDS = 10.0
"""For the suite to be loaded, and to end."""

WAITING = (
    "Its cases wait for answers that do not come, each for seconds. `ask_oracles` says sooner what "
    "is wrong."
)


@dataclass(frozen=True, slots=True, repr=False)
class Report(Told):
    """How many cases of each section passed; shows itself, with the first case that did not."""

    whose: str
    cases: tuple[Case, ...]
    note: str = ""

    @property
    def failed(self) -> list[Case]:
        """The cases that did not pass."""
        return [case for case in self.cases if not case.passed]

    @property
    def stopped(self) -> str:
        """The section that time was too short for, empty if all were asked."""
        asked = {case.section for case in self.cases}
        return next((section for section in SECTIONS if section not in asked), "")

    def _table(self) -> Table:
        rows = []
        for section, about in SECTIONS.items():
            mine = [case.passed for case in self.cases if case.section == section]
            if mine:
                rows.append((section, about, len(mine), sum(mine)))
            else:
                what = "not finished" if section == self.stopped else "not asked"
                rows.append((section, f"{about} ({what}: time is up)", None, None))
        rows.append(("", "all of these", len(self.cases), len(self.cases) - len(self.failed)))
        return table(["section", "it is about", "cases", "passed"], rows)

    def _panel(self) -> tuple[Tone, str, list[Part]]:
        if self.note:
            return "quiet", self.note, []
        if not self.cases:
            return "bad", "Not one section came to an end in time.", [Part(WAITING)]
        if not self.failed and self.stopped:
            return "bad", f"Section {self.stopped} did not finish in time.", [Part(WAITING)]
        if not self.failed:
            return "good", "Every case passed.", []
        first = self.failed[0]
        parts = [
            Part(first.description, "It does:"),
            Part(first.expectation, "It expects:"),
            Part(first.result, "It says:"),
        ]
        return "bad", f"The first case that failed: {first.id}", [p for p in parts if p.text]


def autobahn(server: Any = None) -> Report:
    """Run Autobahn's cases against a server, in some seconds. Raises nothing.

    Without a server they run against one that is made of the parts in use.
    """
    make, whose = which(server)
    try:
        return Report(whose, tuple(run_cases(make)))
    except Missing:
        note = (
            "kosoku is not installed here (`pip install kosoku` brings it); these counts were "
            "recorded with our solution."
        )
    except NetworkError as problem:
        note = f"{problem} These counts were recorded with our solution."
    recorded = [
        Case(f"{section}.{number}", True)
        for section, count in RECORDED.items()
        for number in range(1, count + 1)
    ]
    return Report("Nothing was asked here.", tuple(recorded), note)


def run_cases(make: Make) -> list[Case]:
    """The outcome of every case, in order, section by section until time is up.

    Raises :class:`Missing` without kosoku, and :class:`NetworkError` without sockets.
    """
    module("kosoku")
    with Hosted(make) as hosted, Background("Autobahn") as background:
        end, cases = time.monotonic() + MOST_SECONDS, list[Case]()
        for section in one_by_one("Asking Autobahn's cases", list(SECTIONS)):
            left = max(end - time.monotonic(), 0.0)
            asking = ask_suite(hosted.url, [section], left, MOST_AGAIN)
            some = background.run(asking, left + MORE_SECONDS)
            if not some:  # not in time
                break
            cases += some
    return cases
