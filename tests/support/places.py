"""The folders that tests and tools read."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
TESTS = ROOT / "tests"
VECTORS = TESTS / "vectors"
CAPTURES = TESTS / "net" / "record" / "captures"
