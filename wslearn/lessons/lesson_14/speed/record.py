"""Figures that were measured once, and what they depend on.

``recorded.json`` was written by ``tests/bench/bench_frames.py --json``. A figure is true of one
machine on one day; the ratios travel further than the times, and the shape of a curve furthest.
"""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .masks import Times
from .paired import Compared

FILE = Path(__file__).with_name("recorded.json")


@dataclass(frozen=True, slots=True)
class Figure:
    """One task at one size (bytes), against one library: times in microseconds, and ratios.

    The fields from ``ours`` on are those of :class:`Compared`.
    """

    task: str
    against: str
    size: int
    ours: float
    theirs: float
    ratio: float
    low: float
    high: float

    @classmethod
    def of(cls, task: str, against: str, size: int, compared: Compared) -> "Figure":
        """What was compared, with its name."""
        numbers = {name: round(value, 3) for name, value in asdict(compared).items()}
        return cls(task, against, size, **numbers)


@dataclass(frozen=True, slots=True)
class Record:
    """Figures, the times of the ways to mask, and the conditions ``under`` which they are true."""

    under: dict[str, str]
    figures: tuple[Figure, ...]
    masks: Times


def ratios(
    figures: Iterable[Figure], tasks: Sequence[str], against: Sequence[str]
) -> dict[str, dict[str, dict[int, tuple[float, float, float]]]]:
    """The ratios of these tasks as a figure draws them: by task, by library, by size in bytes.

    Each is the median and the bounds of the middle half. A library that was not timed is not there.
    """
    by_task: dict[str, dict[str, dict[int, tuple[float, float, float]]]] = {}
    for one in figures:
        if one.task in tasks and one.against in against:
            by_size = by_task.setdefault(one.task, {}).setdefault(one.against, {})
            by_size[one.size] = (one.ratio, one.low, one.high)
    return by_task


def conditions(libraries: Iterable[str]) -> dict[str, str]:
    """What figures that are measured here and now depend on; the versions of these libraries."""
    return {
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} processors",
        **{name: version(name) for name in libraries},
    }


def as_json(record: Record) -> str:
    """A record as it is stored: a line for each figure."""
    figures = ",\n".join(f"  {json.dumps(asdict(figure))}" for figure in record.figures)
    masks = ",\n".join(
        f"  {json.dumps(way)}: "
        + json.dumps({str(size): round(time, 3) for size, time in times.items()})
        for way, times in record.masks.items()
    )
    return (
        f'{{\n "under": {json.dumps(record.under)},\n'
        f' "figures": [\n{figures}\n ],\n "masks": {{\n{masks}\n }}\n}}\n'
    )


def from_json(text: str) -> Record:
    """The record that was stored like that."""
    data: dict[str, Any] = json.loads(text)
    return Record(
        data["under"],
        tuple(Figure(**each) for each in data["figures"]),
        {
            way: {int(size): time for size, time in times.items()}
            for way, times in data["masks"].items()
        },
    )


@cache
def recorded() -> Record:
    """The figures that come with the course."""
    return from_json(FILE.read_text(encoding="utf-8"))
