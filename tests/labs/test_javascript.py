"""The JavaScript of the labs and the site by its own tools: Node's test runner, and a linter."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.places import ROOT
from wslearn.labs.kit.bitgrid import BitGrid
from wslearn.labs.kit.lab import Stage
from wslearn.labs.kit.lines import Lines
from wslearn.labs.kit.sheet import Sheet
from wslearn.labs.tap.thistab import ThisTab

HERE = Path(__file__).parents[1]
TESTS = sorted(HERE.glob("*/js/*.test.mjs"))
NO_NODE = "Node is not here, so the labs' JavaScript is only tested in a browser: install nodejs."


def run(*command):
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def node():
    found = shutil.which("node")
    if found is None:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(NO_NODE, pytrace=False)
        pytest.skip(NO_NODE)
    return found


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_a_module_does_what_its_own_tests_say(node, path):
    assert "# fail 0" in run(node, "--test", "--test-reporter=tap", path)


def test_the_linter_finds_nothing():
    run(Path(sys.executable).with_name("oxlint"), "wslearn", "tests")


@pytest.mark.parametrize(
    "widget", [BitGrid, Lines, Stage, Sheet, ThisTab], ids=lambda one: one.__name__
)
def test_a_joined_module_uses_no_name_that_is_not_there(tmp_path, widget):
    path = tmp_path / f"{widget.__name__}.joined.mjs"
    path.write_text(str(widget._esm), encoding="utf-8")
    config = ROOT / ".oxlintrc.json"
    run(Path(sys.executable).with_name("oxlint"), "--config", config, tmp_path)
