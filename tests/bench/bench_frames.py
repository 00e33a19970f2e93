"""Frames and messages: wslearn against websockets (with its C extension) and wsproto.

    python tests/bench/bench_frames.py                 one table, about four minutes
    python tests/bench/bench_frames.py --json out.json its figures also in a file
    python tests/bench/bench_frames.py --task send --size 0 --size 125 --without-numpy

Each cell is one paired run: how many times as fast we are, and the middle half of the ratios. ``!``
marks a cell that misses its aim. What is timed is in ``tasks.py`` of
``wslearn/lessons/lesson_14/speed``, and how in ``paired.py``. The figures that lesson 14 shows
beside the student's own were written with ``--json wslearn/lessons/lesson_14/speed/recorded.json``.
"""

import argparse
import sys
from pathlib import Path

from websockets.speedups import apply_mask  # noqa: F401 - without the C part we would look good

from wslearn.lessons.lesson_14.speed import LIBRARIES, TASKS, mask_times
from wslearn.lessons.lesson_14.speed.paired import PAIRS
from wslearn.lessons.lesson_14.speed.record import Record, as_json, conditions
from wslearn.lessons.lesson_14.speed.tasks import figure
from wslearn.lessons.lesson_14.speed.ways import PIECE
from wslearn.net.fastmask import use_numpy

SIZES = (0, 16, 125, 2**10, 2**14, 2**20, 2**24)


def shown(size: int) -> str:
    """A size as a column heading."""
    for unit, name in ((2**20, "MiB"), (2**10, "KiB")):
        if size >= unit:
            return f"{size // unit} {name}"
    return f"{size} B"


def main() -> None:
    """Print the table, line by line as the figures come."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--task", action="append", help="only this one; may be repeated")
    parser.add_argument("--size", action="append", type=int, help="only this one, in bytes")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="paired runs for each cell")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--without-numpy", action="store_true", help="as if it were missing")
    options = parser.parse_args()
    sizes = tuple(options.size or SIZES)
    tasks = tuple(task for task in TASKS if options.task is None or task.name in options.task)
    numpy = not options.without_numpy and use_numpy()
    under = conditions([*LIBRARIES, *(["numpy"] if numpy else [])])
    print(", ".join(f"{name} {value}" for name, value in under.items()))
    print("\n" + " " * 34 + "".join(f"{shown(size):>18}" for size in sizes), end="")
    figures = []
    for task in tasks:
        print(f"\n{task.name:14}{task.against:20}", end="")
        for size in sizes:
            if task.name == "in pieces" and size <= PIECE:
                print(" " * 18, end="")
                continue
            here = figure(task, size, options.pairs)
            aim = task.wanted(size)
            missed = "!" if aim is not None and here.ratio < aim else " "
            cell = f"{here.ratio:.2f}{missed}({here.low:.2f}-{here.high:.2f})"
            print(f"{cell:>18}", end="", flush=True)
            figures.append(here)
    print()
    if options.json is not None:
        record = Record(under, tuple(figures), mask_times(turns=options.pairs))
        options.json.write_text(as_json(record), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
