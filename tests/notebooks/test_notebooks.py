"""What is true of every committed notebook, besides that nbval finds its outputs again."""

import json
import re
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("*.ipynb"))
LARGEST = 300_000
"""Bytes: a notebook that is larger opens slowly and hides its changes from a reviewer."""

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
TYPED_BYTES = re.compile(
    r"(?<![#\w])(?:[0-9a-f]{2}[ ,]){2,}[0-9a-f]{2}\b"  # 81 85 37
    r"|\b0x[0-9a-f]{2,}\b"
    r"|(?<![\w.])(?!1(?:00[01]|01[01])\b)[01]{4,}(?![\w.])"  # a run of bits; 1000 is a close code
    r"|\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b",  # 37fa213d
    re.IGNORECASE,
)
ALLOWED = {"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"}
"""What may stand in prose although it looks like bytes: constants the RFC prints as text."""

each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in read(path).cells if cell.cell_type == "code" and cell.source.strip()]


def prose(path: Path) -> str:
    return "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")


def typed_bytes(text: str) -> list[str]:
    """Hex, bits and hashes that someone typed into prose."""
    for allowed in ALLOWED:
        text = text.replace(allowed, "")
    text = re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)  # held against the source
    return TYPED_BYTES.findall(text)


def test_there_are_lessons():
    assert LESSONS


@each_lesson
def test_every_code_cell_has_run_and_in_order(path):
    # Without a count nbval runs a cell but compares nothing.
    counts = [cell.execution_count for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1))


@each_lesson
def test_no_widget_state_is_stored(path):
    notebook = read(path)
    assert "widgets" not in notebook.metadata
    kinds = {
        kind for cell in code_cells(path) for out in cell.outputs for kind in out.get("data", {})
    }
    assert WIDGET_VIEW not in kinds


@each_lesson
def test_no_output_is_an_error_or_a_warning(path):
    for cell in code_cells(path):
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", cell.source


@each_lesson
def test_the_file_is_valid_and_small(path):
    nbformat.validate(read(path))
    assert path.stat().st_size <= LARGEST
    assert (
        json.loads(path.read_text(encoding="utf-8"))["metadata"]["kernelspec"]["name"] == "python3"
    )


@each_lesson
def test_prose_holds_no_typed_bytes(path):
    assert typed_bytes(prose(path)) == []


@each_lesson
def test_every_link_leads_somewhere(path):
    for target in re.findall(r"\]\(([^)#\s]+)", prose(path)):
        assert not target.startswith("http"), f"{target}: a student may have no network"
        assert (path.parent / target).exists(), target


def test_typed_bytes_are_found():
    assert typed_bytes("the frame 81 85 37 starts")
    assert typed_bytes("the key 37fa213d")
    assert typed_bytes("the bits 10000001")
    assert typed_bytes("the bits 0100 and 1110")
    assert typed_bytes("the byte 0x81")
    assert not typed_bytes(
        "RFC 6455 §5.2, port 8888, 65 535 bytes, 16 bits, the year 2011, a decade"
    )
    assert not typed_bytes("the close codes 1000, 1001, 1010 and 1011.")
