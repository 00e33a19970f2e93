"""Run notebooks and store them as they are committed: executed, without what must not be stored.

    python -m tests.tools.refresh                    # every lesson
    python -m tests.tools.refresh notebooks/04*      # some of them
    python -m tests.tools.refresh --check            # only say what would change

Stored outputs are what a reader sees before any kernel runs, so widget views (which need one) are
removed, and the picture beside them stays. Times, ids and machine names are removed as well. What
an author says about a lesson stays: under ``wslearn`` in its metadata, the rows that it shows.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tests.support.places import ROOT

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def refreshed(path: Path) -> str:
    """The text of the notebook file after a run in a fresh kernel."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        store_widget_state=False,
        coalesce_streams=True,  # otherwise, how prints are split depends on the machine's load
    )
    client.execute()
    for index, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{index:03}"
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [clean(output) for output in cell.outputs]
    ours = {"wslearn": notebook.metadata["wslearn"]} if "wslearn" in notebook.metadata else {}
    notebook.metadata.clear()
    notebook.metadata.update(kernelspec=KERNEL, language_info={"name": "python"}, **ours)
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def clean(output: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The output without what only a running kernel can show."""
    if "data" in output:
        output.data.pop(WIDGET_VIEW, None)
    return output


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument(
        "--check", action="store_true", help="change nothing, say what would change"
    )
    arguments = parser.parse_args()
    os.environ["IPYTHONDIR"] = tempfile.mkdtemp()
    os.environ["WSLEARN_PROGRESS"] = "memory"  # no progress record of whoever runs this
    stale = 0
    for path in arguments.notebooks or sorted((ROOT / "notebooks").glob("*.ipynb")):
        text = refreshed(path.resolve())
        if text == path.read_text(encoding="utf-8"):
            print(f"{path.name}: unchanged")
            continue
        stale += 1
        print(f"{path.name}: {'would change' if arguments.check else 'stored'}")
        if not arguments.check:
            path.write_text(text, encoding="utf-8")
    return 1 if arguments.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
