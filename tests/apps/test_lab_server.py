"""JupyterLab's server starts without building the grammar of internationalised addresses."""

import re
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("jupyter_events", "jupyter_server", "jupyterlab", "jupyterlab_server", "nbformat")


def test_it_is_jupyterlab_and_builds_no_grammar():
    # -I ignores the tests' sitecustomize, which keeps the grammar out as well.
    asked = subprocess.run(
        [sys.executable, "-I", "-X", "importtime", "-m", "wslearn.apps.lab_server", "--version"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert asked.stdout.strip() == version("jupyterlab")
    imported = {line.rpartition("|")[2].strip() for line in asked.stderr.splitlines()}
    assert "jsonschema._format" in imported
    assert "lark" not in imported  # what the grammar is written in


def test_no_schema_of_jupyters_has_an_address_that_would_go_unchecked():
    places = [Path(find_spec(name).submodule_search_locations[0]) for name in PACKAGES]
    schemas = [
        path
        for place in places
        for path in place.rglob("*")
        if path.suffix in (".json", ".yaml", ".yml") and "schema" in str(path.relative_to(place))
    ]
    assert len(schemas) > 20
    asking = [
        path
        for path in schemas
        if re.search(r"""format["']?\s*:\s*["']?iri\b""", path.read_text("utf-8"))
    ]
    assert asking == []
