"""Inputs that a fuzzer found, and that were kept, are tried each time (see tests/fuzz/run.py)."""

import runpy
from pathlib import Path

import pytest

FUZZ = Path(__file__).resolve().parents[1] / "fuzz"
TARGETS = runpy.run_path(str(FUZZ / "targets.py"))["TARGETS"]
CORPUS = {path.stem: path for path in sorted((FUZZ / "corpus").glob("*.txt"))}


def test_every_target_has_a_corpus_of_its_own():
    assert set(CORPUS) == set(TARGETS)
    assert set(TARGETS) == set(runpy.run_path(str(FUZZ / "run.py"))["TARGET_NAMES"])


@pytest.mark.parametrize("name", CORPUS)
def test_no_promise_is_broken_by_what_was_found(name):
    inputs = [bytes.fromhex(line) for line in CORPUS[name].read_text("ascii").split()]
    assert len(inputs) > 5
    for data in inputs:
        TARGETS[name](data)
        for end in range(0, len(data), max(1, len(data) // 10)):
            TARGETS[name](data[:end])
