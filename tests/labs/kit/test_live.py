"""Labs that reload their files while somebody works on them."""

import json
import subprocess
import sys

import pytest

from wslearn.labs.kit import assets

PROGRAM = """
import json, sys, time
from pathlib import Path
from wslearn.labs.kit import assets

assets.FOLDER = Path(sys.argv[1])
import anywidget

class Own(anywidget.AnyWidget):
    _esm = assets.module("own.js")
    _css = assets.styles("own.css")

one = Own()
print(json.dumps([one._esm, one._css]), flush=True)
end = time.monotonic() + 60
while "second" not in one._esm and time.monotonic() < end:
    (assets.FOLDER / "own.js").write_text("// second")
    time.sleep(0.1)
print(json.dumps([one._esm, one._css]), flush=True)
"""


@pytest.fixture
def folder(tmp_path):
    for name in ("kit/parts.js", "kit/parts.css", "own.js", "own.css"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"/* {name} */")
    return tmp_path


def test_a_saved_part_reaches_a_widget_that_is_open(folder, monkeypatch):
    pytest.importorskip("watchfiles")
    monkeypatch.setenv("ANYWIDGET_HMR", "1")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    before, after = map(json.loads, done.stdout.splitlines())
    assert before[0] == "/* kit/parts.js *//* own.js */"
    assert after[0] == "/* kit/parts.js */// second"
    assert before[1] == after[1]
    assert before[1].endswith("/* kit/parts.css *//* own.css */")


def test_otherwise_a_module_is_a_text(folder, monkeypatch):
    monkeypatch.delenv("ANYWIDGET_HMR", raising=False)
    monkeypatch.setattr(assets, "FOLDER", folder)
    assert assets.module("own.js") == "/* kit/parts.js *//* own.js */"
    assert "--wsl-ink" in assets.styles("own.css", shared=False)
