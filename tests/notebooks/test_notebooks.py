"""What holds for every committed notebook, besides that nbval reproduces its outputs."""

import json
import re
from base64 import standard_b64encode
from pathlib import Path

import nbformat
import pytest

from tests.support.places import NOTEBOOKS, ROOT

PAGES = [ROOT / "README.md", *sorted(NOTEBOOKS.glob("*.md")), *sorted(ROOT.glob("tests/*/*.md"))]
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
TYPED_TEXT = re.compile(
    r"(?<![\w+/=.-])(?=[\w+/]*[a-z])(?=[\w+/]*[A-Z0-9])(?:[A-Za-z0-9+/]{4}){5,}"
    r"(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)"  # a key of 24 characters, an accept value of 28
    r"|\\x[0-9a-fA-F]{2}"  # escaped
)
TYPED_NUMBER = re.compile(r"(?<!issue )(?<!request )(?<![\w.,§#])\d[\d_\u00a0\u202f ]*\d(?![\w])")
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
    found = [*TYPED_BYTES.finditer(text), *TYPED_TEXT.finditer(text)]
    return [match[0] for match in found]


def typed_sizes(text: str) -> list[str]:
    """Numbers of five or more digits that somebody read off and typed.

    Those that RFC 6455 prints or an author chose are round, or next to a boundary (65 535). A
    number that came out of a run has no such shape, and belongs in an output.
    """
    numbers = [
        (match[0], int(re.sub(r"\D", "", match[0]))) for match in TYPED_NUMBER.finditer(text)
    ]
    return [said for said, number in numbers if number >= 10_000 and not _chosen(number)]


def _chosen(number: int) -> bool:
    edge = any(near & (near - 1) == 0 for near in (number - 1, number, number + 1))
    return edge or number % 1000 == 0


def test_there_are_lessons():
    assert LESSONS


@each_lesson
def test_every_code_cell_has_run_and_in_order(path):
    # Without a count, nbval runs a cell but compares nothing.
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
    text = re.sub(r"CVE-\d{4}-\d+", "", prose(path))
    assert typed_bytes(text) == []
    assert typed_sizes(text) == []


def targets(text: str) -> list[str]:
    """The targets of a Markdown page's links and pictures, except those on the page itself."""
    return re.findall(r"\]\(<?([^)#\s>]+)", text)


@each_lesson
def test_every_link_leads_somewhere(path):
    for target in targets(prose(path)):
        assert not target.startswith("http"), f"{target}: a student may have no network"
        assert (path.parent / target).exists(), target


SOURCES = "why-it-is-built-like-this.md"
"""The page that names the studies behind the course, for whoever wants to check them."""


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere_inside_the_project(path):
    for target in targets(path.read_text(encoding="utf-8")):
        if target.startswith(("https://", "http://")):
            assert path.parent != NOTEBOOKS or path.name == SOURCES, (
                f"{target}: a student may have no network"
            )
        else:
            there = (path.parent / target).resolve()
            assert there.is_relative_to(ROOT), target
            assert there.exists(), target


def test_links_are_found():
    text = "[a](b.md) ![c](d.png) [e](f.md#g) [h](#i) `x[0](y)`"
    assert targets(text) == ["b.md", "d.png", "f.md", "y"]


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
    key, accept = (standard_b64encode(bytes(range(size))).decode() for size in (16, 20))
    assert typed_bytes(f"the key `{key}` and its answer") == [key]
    assert typed_bytes(f"answers {accept}.") == [accept]
    assert typed_bytes(r"the escape \x81 and b'\x05'") == [r"\x81", r"\x05"]
    assert not typed_bytes("Sec-WebSocket-Accept, permessage-deflate, client_max_window_bits==15")


def test_typed_sizes_are_found():
    assert typed_sizes("it took 21 043 bytes and 1_234_567 more, then 98765") == [
        "21 043",
        "1_234_567",
        "98765",
    ]
    assert not typed_sizes(
        "65 535, 65 536, 65536, 70 000, 32 768, 18446744073709551615, 2011, 8888"
    )
