"""Run the lessons one after the other and print how long each takes and how large it is.

    python tests/notebooks/time_lessons.py                    # every lesson
    python tests/notebooks/time_lessons.py notebooks/04*      # some of them

Measured by hand, never by a test: the figures are this machine's. ``seconds`` is the time from a
started kernel to the last output, ``start`` that of the kernel itself. ``slowest`` names the cell
(as nbval counts the cells of code) that took longest: where one takes more than a second, whoever
runs it should see that something happens.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = "{:32} {:>5} {:>7} {:>7}  {:>14} {:>5}"


def timed(path: Path) -> tuple[int, float, float, int, float]:
    """How many cells of code a lesson has, the seconds of its start and run, its slowest cell."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}
    )
    took = []
    begun = time.perf_counter()
    with client.setup_kernel():
        start = time.perf_counter() - begun
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type == "code":
                before = time.perf_counter()
                client.execute_cell(cell, index)
                took.append(time.perf_counter() - before)
    slowest = max(range(len(took)), key=took.__getitem__)
    return len(took), start, sum(took), slowest, took[slowest]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path)
    given = parser.parse_args().notebooks
    os.environ["IPYTHONDIR"] = tempfile.mkdtemp()
    os.environ["WSLEARN_PROGRESS"] = "memory"
    print(COLUMNS.format("lesson", "cells", "start", "seconds", "slowest", "kB"))
    total = 0.0
    for path in given or sorted((ROOT / "notebooks").glob("[0-9][0-9]-*.ipynb")):
        cells, start, seconds, slowest, worst = timed(path.resolve())
        total += start + seconds
        said = f"{worst:.1f} in cell {slowest}"
        size = path.stat().st_size / 1000
        print(
            COLUMNS.format(
                path.stem[:32], cells, f"{start:.1f}", f"{seconds:.1f}", said, f"{size:.0f}"
            ),
            flush=True,
        )
    print(f"All of it, one after the other: {total:.0f} seconds.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
