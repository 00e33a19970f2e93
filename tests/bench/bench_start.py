"""``wslearn`` against a bare JupyterLab: from the command to the first cell that has run, by turns.

    python -m tests.bench.bench_start
    python -m tests.bench.bench_start --rounds 9

Both are started in a fresh process, with settings of their own, and opened by the same Chromium.
The course opens lesson 01; the bare one opens a notebook with the same first cell, so that what is
measured is what we add: the copy of the lessons, our settings, and lesson 01 as a page. The time
ends when the cell shows its number. It prints the medians and the paired ratio (aim: 1.1).
"""

import argparse
import json
import os
import re
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import nbformat
from playwright.sync_api import Browser

from tests.support.lab_driver import (
    HOW_TO_GET_ONE,
    JupyterServer,
    NotebookPage,
    chromium,
    find_chromium,
    free_port,
    notebook_of,
)
from tests.support.lite_page import CELLS, FIRST
from tests.support.places import NOTEBOOKS

PATIENCE = 120
BARE = "first.ipynb"


def first_cell_of(path: Path) -> str:
    """The source of a notebook's first code cell."""
    cells = nbformat.read(path, as_version=4).cells
    return str(next(cell.source for cell in cells if cell.cell_type == "code"))


def environment(folder: Path) -> dict[str, str]:
    """Separate settings for Jupyter, whose page exposes its model to the driver."""
    config = folder / "config"
    config.mkdir()
    shown = {"LabApp": {"expose_app_in_browser": True}}
    (config / "jupyter_server_config.json").write_text(json.dumps(shown))
    own = {"JUPYTER_CONFIG_DIR": config, "JUPYTER_DATA_DIR": folder / "data"}
    own["JUPYTER_RUNTIME_DIR"] = folder / "runtime"
    own["IPYTHONDIR"] = folder / "ipython"
    return os.environ | {name: str(place) for name, place in own.items()}


@contextmanager
def course(folder: Path) -> Iterator[str]:
    """Start the course; the address it prints."""
    command = [sys.executable, "-m", "wslearn", "--lesson", "01", "--no-browser"]
    command += ["--in", str(folder / "lessons"), "--port", str(free_port())]
    process = subprocess.Popen(
        command, env=environment(folder), stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert process.stdout is not None
        yield next(found[0] for line in process.stdout if (found := re.search(r"http://\S+", line)))
    finally:
        _end(process)


@contextmanager
def bare(folder: Path) -> Iterator[str]:
    """Start JupyterLab in a folder with one notebook; the address of that notebook."""
    root = folder / "root"
    root.mkdir()
    nbformat.write(notebook_of([first_cell_of(NOTEBOOKS / FIRST)]), root / BARE)
    port, token = free_port(), secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
    command += [f"--ServerApp.root_dir={root}"]
    process = subprocess.Popen(
        command,
        env=environment(folder) | {"JUPYTER_TOKEN": token},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stderr is not None
        next(line for line in process.stderr if "is running at" in line)
        yield f"http://127.0.0.1:{port}/lab/tree/{BARE}?token={token}"
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """End the program as Ctrl+C does, and whatever is left of its process group."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(10)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait(10)


def seconds(browser: Browser, start: object) -> float:
    """From the command to the number of the first cell."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        begin = monotonic()
        with start(Path(name)) as address:  # type: ignore[operator]
            page = browser.new_page()
            notebook = NotebookPage(page, JupyterServer(Path(name)), "")
            page.goto(address, wait_until="domcontentloaded")
            notebook.wait_idle(PATIENCE)
            cells = page.evaluate(CELLS)
            first = next(at for at, cell in enumerate(cells) if cell["cell_type"] == "code")
            notebook.run(first, PATIENCE)
            took = monotonic() - begin
            page.close()
            return took


def main() -> None:
    """Measure by turns, and print the medians and the ratio of each pair."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--rounds", type=int, default=5)
    chosen = asked.parse_args()
    path = find_chromium()
    if path is None:
        raise SystemExit(HOW_TO_GET_ONE)
    pairs = []
    with chromium(path) as browser:
        for start in (bare, course):
            seconds(browser, start)  # once untimed, so that compiled files are there
        for _ in range(chosen.rounds):
            pairs.append((seconds(browser, bare), seconds(browser, course)))
            print(f"bare {pairs[-1][0]:6.1f} s   wslearn {pairs[-1][1]:6.1f} s", flush=True)
    ratios = sorted(ours / theirs for theirs, ours in pairs)
    print(f"median: bare {statistics.median(one for one, _ in pairs):.1f} s, ", end="")
    print(f"wslearn {statistics.median(one for _, one in pairs):.1f} s, ", end="")
    print(f"ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")


if __name__ == "__main__":
    main()
