"""The gate of the protocol layer: each module fully covered, branches too, by its own tests alone.

Run by hand, with ``coverage`` installed (``pip install coverage``); a minute or two::

    python -m tests.tools.cover                    # every module
    python -m tests.tools.cover deflate http1      # some

``tests/protocol/test_X.py`` covers ``X``. Other tests that pass through a module do not count:
after a change to one module, one runs one file, which has to see every branch. Where several
modules are parts of one page, the page's file covers them, and ``TOGETHER`` says so.
"""

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.support.places import ROOT

PROTOCOL = ROOT / "wslearn" / "protocol"
TESTS = ROOT / "tests" / "protocol"

TOGETHER = {
    # The opening handshake, judged as a whole: its page gathers the names of its parts.
    "checks": "handshake",
    "client_handshake": "handshake",
    "replies": "handshake",
    "server_handshake": "handshake",
    # Tables, read where they are used.
    "handshake_rules": "rules",
    "rulebook": "rules",
    "events": "connection",
    # Data, filled in by its reader.
    "dissection": "dissect",
}
"""Modules that are covered by the test file of another."""


def modules() -> list[str]:
    """Every module of the protocol layer."""
    return sorted(path.stem for path in PROTOCOL.glob("*.py") if path.stem != "__init__")


def test_file(module: str) -> Path:
    """The file whose tests count for a module."""
    return TESTS / f"test_{TOGETHER.get(module, module)}.py"


def missing(module: str) -> list[str]:
    """What the tests of a module do not reach: lines, and jumps from line to line."""
    path = PROTOCOL / f"{module}.py"
    with tempfile.TemporaryDirectory() as directory:
        data, report = Path(directory, "data"), Path(directory, "report.json")
        environment = os.environ | {"COVERAGE_FILE": str(data)}
        pytest = ["-m", "pytest", "-q", "-x", "-p", "no:nbval", "-p", "no:cacheprovider"]
        pytest += ["-o", "addopts=--import-mode=importlib --strict-markers", str(test_file(module))]
        for command in (
            ["run", "--branch", f"--include={path}", *pytest],
            ["json", "-q", "-o", str(report)],
        ):
            done = subprocess.run(
                [sys.executable, "-m", "coverage", *command],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                return [(done.stdout + done.stderr).strip().splitlines()[-1]]
        (seen,) = json.loads(report.read_text(encoding="utf-8"))["files"].values()
    return [
        *(f"line {line}" for line in seen["missing_lines"]),
        *(f"from line {start} to {end}" for start, end in seen["missing_branches"]),
        *(["a line is marked no cover"] if "no cover" in path.read_text("utf-8") else []),
    ]


def main(names: list[str]) -> int:
    """Print what each module lacks; 1 if anything does."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        found = dict(zip(names, pool.map(missing, names), strict=True))
    for name, gaps in found.items():
        print(f"{name:18} {'100 %' if not gaps else '; '.join(gaps)}")
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or modules()))
