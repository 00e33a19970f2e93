"""Everything that the lessons need is tried for real, and what fails says what to do."""

import re
import socket
import sys
import tomllib
from collections import namedtuple
from importlib import metadata

import pytest

import wslearn as ws
from tests.support.places import ROOT
from wslearn.course import setup
from wslearn.course.setup import OLDEST, PYTHON, Setup, Step, check_setup

PYPROJECT = ROOT / "pyproject.toml"


def step(name: str) -> Step:
    return next(step for step in check_setup().steps if step.name == name)


def test_everything_works_where_the_tests_run():
    assert check_setup().ready, repr(check_setup())


def test_what_works_is_reported_the_same_way_everywhere():
    # No version but the needed one, no port, no time: lesson 00 stores these lines.
    assert repr(ws.check_setup()).splitlines() == [
        "✓ Everything works here: 5 of 5.",
        "  ✓ Python: 3.11 or newer.",
        "  ✓ JupyterLab: shows the lessons.",
        "  ✓ Widgets: let you flip bits with a click.",
        "  ✓ matplotlib: draws figures.",
        "  ✓ Network: a frame was sent from this machine to itself, and came back whole.",
    ]


def test_inside_a_browser_only_what_can_be_there_is_asked_for(monkeypatch):
    monkeypatch.setattr(sys, "platform", "emscripten")
    told = repr(check_setup()).splitlines()
    assert told[:3] == [
        "✓ Everything works here: 2 of 2.",
        "  ✓ Python: 3.11 or newer.",
        "  ✓ Widgets: let you flip bits with a click.",
    ]
    assert "Recordings take the place of live connections" in " ".join(told)
    assert "pip install" not in " ".join(told)


def test_the_oldest_releases_are_those_of_the_project_file():
    project = tomllib.loads(PYPROJECT.read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["course"]
    stated = dict(
        re.fullmatch(r"([\w-]+)>=([\d.]+)(?:,<[\d.]+)?", line).groups()
        for line in wanted
        if not line.startswith("wslearn[")  # another extra of our own
    )
    assert {name: ".".join(map(str, oldest)) for name, oldest in OLDEST.items()} == {
        name: stated[name] for name in OLDEST
    }
    assert project["requires-python"] == f">={'.'.join(map(str, PYTHON))}"


def test_an_old_python_is_named(monkeypatch):
    old = namedtuple("version", "major minor micro releaselevel serial")(3, 9, 2, "final", 0)
    monkeypatch.setattr(sys, "version_info", old)
    found = setup._python()
    assert found.problem == "Expected 3.11 or newer, got 3.9.2."
    assert "Install a newer Python" in found.advice


@pytest.mark.parametrize(
    ("package", "name"),
    [
        ("jupyterlab", "JupyterLab"),
        ("ipywidgets", "Widgets"),
        ("anywidget", "Widgets"),
        ("matplotlib", "matplotlib"),
    ],
)
def test_a_missing_package_is_named_with_what_to_do(monkeypatch, package, name):
    real = metadata.version

    def version(wanted):
        if wanted == package:
            raise metadata.PackageNotFoundError(wanted)
        return real(wanted)

    monkeypatch.setattr(metadata, "version", version)
    assert step(name).problem == f"{package} is not installed."
    assert "pip install" in step(name).advice
    assert not check_setup().ready


def test_an_old_package_is_named_with_both_versions(monkeypatch):
    real = metadata.version
    monkeypatch.setattr(metadata, "version", lambda p: "7.8.1" if p == "ipywidgets" else real(p))
    assert step("Widgets").problem == "Expected ipywidgets 8.1.5 or newer, got 7.8.1."


def test_a_package_that_does_not_load_is_reported_and_nothing_is_raised(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert step("matplotlib").problem == "It is installed, but does not load (ModuleNotFoundError)."


def test_a_machine_without_loopback_is_told_what_to_allow(monkeypatch):
    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(socket, "create_server", refuse)
    found = step("Network")
    assert found.problem == "No connection to 127.0.0.1: Operation not permitted."
    assert "never the internet" in found.advice


def test_bytes_that_come_back_changed_are_shown(monkeypatch):
    monkeypatch.setattr(setup, "_through_loopback", lambda data: data[:-1])
    assert step("Network").problem == (
        "Expected the bytes 81 05 48 65 6c 6c 6f back, got 81 05 48 65 6c 6c."
    )


def test_bytes_really_travel_through_a_socket():
    assert setup._through_loopback(bytes(range(256))) == bytes(range(256))


def test_the_headline_counts_what_needs_help():
    good, bad = Step("a", "fine."), Step("b", "fine.", "Broken.", "Mend it.")
    assert repr(Setup((good, bad))).splitlines() == [
        "✗ 1 of 2 needs your help.",
        "  ✓ a: fine.",
        "  ✗ b: Broken. Mend it.",
    ]
    assert "2 of 2 need your help" in Setup((bad, bad))._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("4.4.0", (4, 4, 0)), ("4.4.0rc1", (4, 4, 0)), ("8.1.5.post2", (8, 1, 5)), ("dev", ())],
)
def test_versions_are_compared_by_their_numbers(version, numbers):
    assert setup._numbers(version) == numbers
