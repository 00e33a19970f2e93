"""Figures that were measured once; they are true of one machine on one day.

``measured.json`` is written by ``tests.tools.record_slow``.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("measured.json")


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured.

    ``under``    the conditions: Python, system, machine, libraries, browser
    ``system``   bytes that a writer got rid of to a reader that never read, by buffer of the system
    ``memory``   bytes for a connection, by library and way to compress
    ``others``   of the messages of ``stalled``, how many each of the others got, by way
    ``told``     milliseconds for a broadcast, by number of clients
    ``handed``   the same without sockets: framed once, and framed for each
    ``browser``  what a page saw: by way to send, pairs of milliseconds and bytes held
    ``calls_ms`` how long the page was busy calling ``send``, in milliseconds
    """

    under: dict[str, str]
    system: int
    memory: dict[str, dict[str, int]]
    others: dict[str, int]
    told: dict[int, float]
    handed: dict[int, tuple[float, float]]
    browser: dict[str, list[tuple[int, int]]]
    calls_ms: float


def from_json(text: str) -> Measured:
    """What was stored like that."""
    data: dict[str, Any] = json.loads(text)
    return Measured(
        data["under"],
        data["system"],
        data["memory"],
        data["others"],
        {int(count): time for count, time in data["told"].items()},
        {int(count): (times[0], times[1]) for count, times in data["handed"].items()},
        {way: [(at, held) for at, held in seen] for way, seen in data["browser"].items()},
        data["calls_ms"],
    )


@cache
def measured() -> Measured:
    """The figures that come with the course."""
    return from_json(FILE.read_text(encoding="utf-8"))
