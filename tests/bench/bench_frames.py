"""Frames and messages: wslearn against websockets (with its C extension) and wsproto.

    python tests/bench/bench_frames.py                 one table, about four minutes
    python tests/bench/bench_frames.py --json out.json its figures also in a file
    python tests/bench/bench_frames.py --task send --size 0 --size 125 --without-numpy

Each cell is one paired run: how many times as fast we are, and the middle half of the ratios.
``!`` marks a cell that misses its aim. What is timed stands in ``ways.py``, how in ``paired.py``.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from paired import PAIRS, Compared, compare
from ways import PIECE, TASKS, Task

from wslearn.net.fastmask import use_numpy

SIZES = (0, 16, 125, 2**10, 2**14, 2**20, 2**24)


def payload_of(task: Task, size: int) -> bytes:
    """Random bytes; letters where the task is about text."""
    random = os.urandom(size)
    return bytes(65 + byte % 26 for byte in random) if "text" in task.name else random


def figure(task: Task, size: int, pairs: int = PAIRS) -> Compared:
    """Time one task at one size, once both ways are seen to give the same."""
    payload = payload_of(task, size)
    ours, theirs = task.ours(payload), task.theirs(payload)
    for way in (ours, theirs):
        assert way.plain(way.run()) == payload, f"{task.name} against {task.against}, {size} bytes"
    return compare(ours.run, theirs.run, pairs)


def figures(
    tasks: tuple[Task, ...] = TASKS, sizes: tuple[int, ...] = SIZES, pairs: int = PAIRS
) -> Iterator[tuple[Task, int, Compared]]:
    """Every task at every size at which it is a task of its own."""
    for task in tasks:
        for size in sizes:
            if task.name != "in pieces" or size > PIECE:
                yield task, size, figure(task, size, pairs)


def record(task: Task, size: int, compared: Compared) -> dict[str, object]:
    """One figure, to be stored."""
    return {
        "task": task.name,
        "against": task.against,
        "size": size,
        **{name: round(value, 3) for name, value in asdict(compared).items()},
    }


def shown(size: int) -> str:
    """A size as the head of a column."""
    for unit, name in ((2**20, "MiB"), (2**10, "KiB")):
        if size >= unit:
            return f"{size // unit} {name}"
    return f"{size} B"


def conditions(numpy: bool) -> dict[str, str]:
    """What the figures depend on."""
    names = ("websockets", "wsproto", *(["numpy"] if numpy else []))
    return {
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} processors",
        **{name: version(name) for name in names},
    }


def main() -> None:
    """Print the table, line by line as the figures come."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--task", action="append", help="only this one; may be given again")
    parser.add_argument("--size", action="append", type=int, help="only this one, in bytes")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="paired runs for each cell")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    parser.add_argument("--without-numpy", action="store_true", help="as where it is missing")
    options = parser.parse_args()
    sizes = tuple(options.size or SIZES)
    tasks = tuple(task for task in TASKS if options.task is None or task.name in options.task)
    under = conditions(not options.without_numpy and use_numpy())
    print(", ".join(f"{name} {value}" for name, value in under.items()))
    print("\n" + " " * 28 + "".join(f"{shown(size):>18}" for size in sizes), end="")
    line, records = None, []
    for task, size, compared in figures(tasks, sizes, options.pairs):
        if task is not line:
            print(f"\n{task.name:14}{task.against:14}", end="")
            line = task
            if task.name == "in pieces":
                print(" " * 18 * sum(size <= PIECE for size in sizes), end="")
        aim = task.wanted(size)
        missed = "!" if aim is not None and compared.ratio < aim else " "
        cell = f"{compared.ratio:.2f}{missed}({compared.low:.2f}-{compared.high:.2f})"
        print(f"{cell:>18}", end="", flush=True)
        records.append(record(task, size, compared))
    print()
    if options.json is not None:
        options.json.write_text(json.dumps({"under": under, "figures": records}, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
