"""How many of Autobahn's cases each step of the server passes: recorded, since a run takes minutes.

``tests/tools/record_naive.py`` writes ``marks.json``, and anyone can run it again.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

FILE = files(__package__) / "marks.json"

SECTIONS = {
    "1": "text and binary",
    "2": "pings and pongs",
    "3": "reserved bits",
    "4": "opcodes",
    "5": "fragments",
    "6": "UTF-8",
    "7": "closing",
    "10": "a large message",
}
"""What Autobahn's sections are about; two others are about limits and compression."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What one step of the server got: cases passed, and cases run, for each section."""

    step: int
    passed: dict[str, int]
    cases: dict[str, int]

    @property
    def total(self) -> int:
        """How many cases it passed in all."""
        return sum(self.passed.values())


@cache
def recorded() -> tuple[Marks, ...]:
    """The marks of every step, from 0."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    return tuple(Marks(**entry) for entry in data["steps"])
