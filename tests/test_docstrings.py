"""The examples in docstrings are true, and every module can be imported.

One file does it for all modules: with ``--doctest-modules``, each process of a run would import and
search every module before its first test.
"""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from tests.support.places import ROOT, TESTS


def modules_in(folder: Path) -> dict[str, Path]:
    """By name, every module in a folder; ``__main__`` would run the program."""
    paths = [path for path in sorted(folder.rglob("*.py")) if path.stem != "__main__"]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths]
    return dict(zip((name.removesuffix(".__init__") for name in names), paths, strict=True))


OURS = modules_in(ROOT / "wslearn")
WITH_EXAMPLES = [name for name, path in OURS.items() if ">>> " in path.read_text(encoding="utf-8")]
HELPERS = [
    name
    for name, path in modules_in(TESTS).items()
    if not name.startswith("tests.bench.")
    and not path.name.startswith(("test_", "conftest", "sitecustomize"))
]


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_the_examples_of_a_module_are_true(module):
    ran = doctest.testmod(import_module(module))
    assert (ran.failed, ran.attempted > 0) == (0, True), "what differs is printed"


def test_every_module_can_be_imported():
    assert len(OURS) > 400
    for module in (*OURS, *HELPERS):
        import_module(module)
