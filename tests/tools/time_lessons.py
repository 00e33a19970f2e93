"""Run the lessons one after another, and print how long each takes and how large it is.

    python -m tests.tools.time_lessons                    # every lesson
    python -m tests.tools.time_lessons notebooks/04*      # some of them

Measured by hand, never by a test: the figures are this machine's. ``seconds`` is the time from a
started kernel to the last output, ``start`` that of the kernel itself; ``busy`` counts processor
time alone, which other work on the machine does not affect. ``slowest`` names the cell (as nbval
counts the cells of code) that took longest: where one takes more than a second, whoever runs it
should see that something happens.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tests.support.places import ROOT

COLUMNS = "{:32} {:>5} {:>7} {:>7} {:>7}  {:>15} {:>5}"
BUSY = "import os; print(sum(os.times()[:4]))"


def timed(path: Path) -> tuple[int, float, float, float, int, float]:
    """The cells of code in a lesson, the seconds of start, run and processor, its slowest cell."""
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
        (busy,) = client.execute_cell(nbformat.v4.new_code_cell(BUSY), 0).outputs
    slowest = max(range(len(took)), key=took.__getitem__)
    return len(took), start, sum(took), float(busy.text), slowest, took[slowest]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path)
    given = parser.parse_args().notebooks
    os.environ["IPYTHONDIR"] = tempfile.mkdtemp()
    os.environ["WSLEARN_PROGRESS"] = "memory"
    print(COLUMNS.format("lesson", "cells", "start", "seconds", "busy", "slowest", "kB"))
    total = worked = 0.0
    for path in given or sorted((ROOT / "notebooks").glob("[0-9][0-9]-*.ipynb")):
        cells, start, seconds, busy, slowest, worst = timed(path.resolve())
        total, worked = total + start + seconds, worked + busy
        said = f"{worst:.1f} in cell {slowest}"
        size = path.stat().st_size / 1000
        figures = [f"{figure:.1f}" for figure in (start, seconds, busy)]
        print(COLUMNS.format(path.stem[:32], cells, *figures, said, f"{size:.0f}"), flush=True)
    print(f"Total: {total:.0f} seconds, {worked:.0f} of them busy.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
