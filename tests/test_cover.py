"""The gate of the protocol layer (tests/tools/cover.py) knows every module, and can fail."""

import runpy
from pathlib import Path

import pytest

COVER = runpy.run_path(str(Path(__file__).parent / "tools" / "cover.py"))


@pytest.mark.parametrize("module", COVER["modules"]())
def test_every_module_of_the_protocol_layer_has_a_test_file_that_imports_it(module):
    text = COVER["test_file"](module).read_text(encoding="utf-8")
    assert f"wslearn.protocol.{module} import" in text or module in COVER["TOGETHER"]


def test_only_modules_that_have_no_test_file_are_covered_together():
    together = COVER["TOGETHER"]
    assert set(together) < set(COVER["modules"]())
    own = {path.stem.removeprefix("test_") for path in COVER["TESTS"].glob("test_*.py")}
    assert own.isdisjoint(together)


def test_a_line_that_no_test_reaches_is_seen(monkeypatch):
    pytest.importorskip("coverage")
    found = COVER["missing"]
    monkeypatch.setitem(found.__globals__, "TOGETHER", {"text": "bits"})
    assert any(gap.startswith("line ") for gap in found("text"))
