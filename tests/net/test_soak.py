"""A short soak; ``tests/bench/soak.py`` runs for as long as you like."""

import subprocess
import sys
from pathlib import Path

SOAK = Path(__file__).parents[1] / "bench" / "soak.py"


def test_in_a_few_seconds_nothing_is_lost_and_memory_stays_flat():
    done = subprocess.run(
        [sys.executable, "-W", "error", SOAK, "--seconds=4", "--clients=10", "--trace"],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.stderr == ""
    assert "0 connections lost anything or did not close cleanly" in done.stdout
    assert done.returncode == 0, done.stdout
