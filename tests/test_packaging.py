"""The project's own files agree with one another."""

import re
import tomllib

import pytest
import yaml

import wslearn
from tests.support.places import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


def declared() -> set[str]:
    """Every requirement of pyproject.toml: the wheel's own and the extras'."""
    project = PROJECT["project"]
    extras = project["optional-dependencies"]
    named = {*project["dependencies"], *extras["course"], *extras["test"]}
    named |= {*extras["instructor"], *extras["poll"]}
    return {entry for entry in named if not entry.startswith("wslearn[")}


def conda_entries() -> tuple[list[str], list[str]]:
    """What environment.yml takes from conda, and what it takes through pip."""
    conda = [entry for entry in ENVIRONMENT["dependencies"] if isinstance(entry, str)]
    (through_pip,) = (e["pip"] for e in ENVIRONMENT["dependencies"] if isinstance(e, dict))
    return conda, through_pip


def test_environment_yml_asks_for_what_pyproject_asks_for():
    conda, through_pip = conda_entries()
    asked = {entry for entry in conda + through_pip if ">=" in entry}
    assert asked == declared()


def test_environment_yml_installs_the_project_itself():
    assert "--editable ." in conda_entries()[1]


def test_environment_yml_names_a_python_that_the_project_takes():
    # Binder reads the Python version from this line alone.
    (python,) = (entry for entry in conda_entries()[0] if entry.startswith("python="))
    lowest = re.fullmatch(r">=3\.(\d+)", PROJECT["project"]["requires-python"])
    assert lowest
    assert int(python.removeprefix("python=3.")) >= int(lowest[1])


def test_the_package_has_the_version_of_the_project_file():
    assert PROJECT["project"]["version"] == wslearn.__version__


def test_the_wheel_itself_needs_no_heavy_library():
    names = {re.split(r"[>=<]", entry)[0] for entry in PROJECT["project"]["dependencies"]}
    assert names == {"anywidget", "fsrs", "ipywidgets", "markdown-it-py"}


@pytest.mark.parametrize("command", ["uv run wslearn", "uv run pytest"])
def test_the_readme_gives_each_command_on_a_line_of_its_own(command):
    assert re.search(rf"^    pip install uv && {command}$", README, re.MULTILINE)


def test_the_readme_names_every_lesson_and_links_to_files_that_exist():
    lessons = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
    assert [lesson for lesson in lessons if f"(notebooks/{lesson})" not in README] == []
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_readme_maps_every_module_of_the_protocol():
    modules = {path.stem for path in (ROOT / "wslearn" / "protocol").glob("*.py")} - {"__init__"}
    # handshake only gathers the names of the handshake's modules.
    assert {name for name in modules if f"`{name}`" not in README} - {"handshake"} == set()


CITATION_KEYS = {"cff-version", "message", "title", "type", "authors", "version", "license"}
CITATION_KEYS |= {"keywords"}
"""Those of the Citation File Format 1.2.0 that we use; the first three and authors are required."""


def test_the_citation_file_says_what_the_project_says():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert set(cited) == CITATION_KEYS
    assert (cited["cff-version"], cited["type"]) == ("1.2.0", "software")
    assert cited["version"] == PROJECT["project"]["version"]
    holder = re.search(r"Copyright \(c\) \d+ (.+)", (ROOT / "LICENSE").read_text(encoding="utf-8"))
    assert cited["authors"] == [{"name": holder[1]}]
    assert all(isinstance(word, str) for word in cited["keywords"])


def test_code_and_prose_each_have_a_licence():
    project = PROJECT["project"]
    assert project["license"] == "MIT AND CC-BY-4.0"
    for name in project["license-files"]:
        assert name in README
    first = [(ROOT / name).read_text(encoding="utf-8") for name in project["license-files"]]
    assert first[0].startswith("MIT License")
    assert "SPDX-License-Identifier: CC-BY-4.0" in first[1]
