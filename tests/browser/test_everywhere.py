"""Every lab works in every front end, and nothing leaves the machine.

One notebook with all labs is shown by Notebook 7 and by Voila, and as an exported page. The browser
resolves no name but 127.0.0.1, and every request of a page is recorded and checked. What the front
ends themselves do wrong with an empty notebook is listed here, with the reason.
"""

import re
from pathlib import Path
from urllib.parse import quote

import nbformat
import pytest

from tests.support.every_lab import LABS, LabsPage, all_labs
from tests.support.lab_driver import NOTEBOOKS, NotebookPage, keep

SIZE = {"width": 1280, "height": 900}
NOTEBOOK = "every-lab.ipynb"

LESSONS = ("02-how-does-http-become-a-websocket.ipynb", "04-how-long-is-the-payload.ipynb")
"""Two lessons with labs, a live contact and pictures; their committed outputs are exported."""

NOTEBOOK_7_SAYS = (
    # Now and then, two of its plugins are requested while they are still loading.
    "uncaught: Cannot read properties of undefined (reading 'schema')",
    "uncaught: Command 'filebrowser:open-path' not registered.",
)
VOILA_ASKS = (
    # Its template brings icons for ipywidgets and a typesetter for formulas; no lab has either.
    "/npm/@fortawesome/",
    "/ajax/libs/mathjax/",
)
VOILA_SAYS = (
    "says: Failed to load resource: net::ERR_NAME_NOT_RESOLVED",  # those
    # Installed JupyterLab extensions want parts that Voila leaves out.
    "says: Error: The getter for the shared module is not a function.",
    "says: Error: Shared module @jupyterlab/",
)
NBCONVERT_ASKS = (
    # Its template wants to draw formulas and to load widgets; we have no formula, and a picture in
    # place of each widget.
    "/ajax/libs/mathjax/",
    "/ajax/libs/require.js/",
)


def but(found: list[str], known: tuple[str, ...]) -> list[str]:
    """What was found and is not listed; of an address, only the path counts."""
    starts = [(each, re.sub(r"^https?://[^/]+", "", each)) for each in found]
    return [each for each, start in starts if not start.startswith(known)]


def use(shown: LabsPage, name: str) -> None:
    """Use and present every lab; keeps a screenshot."""
    for lab in LABS:
        shown.try_out(lab)
        keep(shown.lab(lab), f"{name}-{lab}")
    for lab in LABS:
        shown.present(lab)


@pytest.fixture
def page(browser):
    with browser.new_page(viewport=SIZE) as opened:
        yield opened


@pytest.fixture
def written(jupyter):
    """The notebook with all labs, among the server's files."""
    nbformat.write(all_labs(), jupyter.root / NOTEBOOK)
    yield jupyter
    jupyter.end_kernels(NOTEBOOK)


def test_every_lab_works_in_notebook_7(page, written):
    pytest.importorskip("notebook", reason="this wants Notebook 7: pip install notebook")
    shown = LabsPage(page)
    notebook = NotebookPage(page, written, NOTEBOOK)
    notebook.open("notebooks")
    assert "/notebooks/" in page.url
    notebook.run_all()
    shown.wait_drawn()
    use(shown, "notebook7")
    assert but(shown.errors, NOTEBOOK_7_SAYS) == []
    assert shown.elsewhere() == []


def test_every_lab_works_in_voila_which_shows_outputs_alone(page, written):
    pytest.importorskip("voila", reason="this wants Voila: pip install voila")
    shown = LabsPage(page)
    page.goto(f"{written.url}/voila/render/{quote(NOTEBOOK)}?token={written.token}")
    shown.wait_drawn()
    use(shown, "voila")
    assert but(shown.errors, VOILA_SAYS) == []
    assert but(shown.elsewhere(), VOILA_ASKS) == []


# -- a page without a kernel -----------------------------------------------------------------------


def exported(notebook: Path, folder: Path, **options: str) -> Path:
    """The notebook as HTML, as ``jupyter nbconvert --to html`` makes it."""
    exporter = pytest.importorskip("nbconvert").HTMLExporter(**options)
    page = folder / f"{notebook.stem}.html"
    page.write_text(exporter.from_filename(str(notebook))[0], encoding="utf-8")
    return page


@pytest.fixture(scope="module")
def run_once(tmp_path_factory):
    """The notebook with all labs and their outputs, as a reader saves it."""
    client = pytest.importorskip("nbclient")
    notebook = all_labs()
    client.NotebookClient(notebook, timeout=60, store_widget_state=False).execute()
    path = tmp_path_factory.mktemp("exported") / NOTEBOOK
    nbformat.write(notebook, path)
    return path


@pytest.mark.parametrize("name", [NOTEBOOK, *LESSONS])
def test_an_exported_page_shows_every_lab_and_asks_nobody_for_anything(
    page, run_once, tmp_path, name
):
    source = run_once if name == NOTEBOOK else NOTEBOOKS / name
    # As --HTMLExporter.mathjax_url= and --HTMLExporter.require_js_url= on the command line.
    html = exported(source, tmp_path, mathjax_url="", require_js_url="")
    shown = LabsPage(page)
    page.goto(html.as_uri())
    wanted = [
        at
        for at, cell in enumerate(nbformat.read(source, 4).cells)
        if any("text/html" in output.get("data", {}) for output in cell.get("outputs", []))
    ]
    cells = page.locator(".jp-Cell")
    assert wanted
    for at in wanted:
        html_output = cells.nth(at).locator(".jp-RenderedHTML").first
        html_output.wait_for()
        assert html_output.bounding_box()["height"] > 20
    assert page.get_by_text("model not found").count() == 0
    keep(page, f"exported-{html.stem}", full_page=True)
    assert shown.errors == []
    assert [url for url in shown.requests if not url.startswith(("file:", "data:"))] == []


def test_on_a_phone_figures_and_what_fields_mean_can_be_read(page, tmp_path):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(exported(NOTEBOOKS / LESSONS[1], tmp_path).as_uri())
    figures = page.locator("img.wslearn-picture").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().width / one.naturalWidth)"
    )
    assert figures
    assert min(figures) > 0.65
    rows = page.locator("th:text-is('meaning')").evaluate_all(
        "all => all.flatMap((one) => [...one.closest('table').rows].map((row) => row.offsetHeight))"
    )
    assert rows
    assert max(rows) < 110
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0


def test_each_lab_has_a_static_form_in_html_and_in_text(run_once):
    cells = nbformat.read(run_once, 4).cells[1:]
    for name, cell in zip(LABS, cells, strict=True):
        [output] = cell.outputs
        assert output.data["text/plain"].startswith((name, f"<{name}")), name
        assert "<script" not in output.data["text/html"]
        assert len(output.data["text/html"]) > 60, name


def test_a_plain_export_asks_only_for_what_its_template_names(page, run_once, tmp_path):
    shown = LabsPage(page)
    page.goto(exported(run_once, tmp_path).as_uri())
    page.wait_for_load_state("load")
    assert but(shown.elsewhere(), NBCONVERT_ASKS) == []
