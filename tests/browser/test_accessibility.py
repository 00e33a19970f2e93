"""axe-core, the usual judge of accessible pages, finds nothing wrong with any lab."""

import pytest

import wslearn as ws
from tests.support.axe import faults

LABS = sorted(name for name in ws.__all__ if name.endswith("Lab"))


@pytest.mark.parametrize("name", LABS)
def test_axe_finds_nothing_wrong_with_a_lab(open_notebook, name):
    notebook = open_notebook([f"import wslearn as ws\nws.{name}()"])
    notebook.run(0)
    notebook.output(0).locator(".wsl-stage").wait_for()
    found = {}
    for dark in (False, True):
        notebook.theme(dark)
        found["dark" if dark else "light"] = faults(notebook.page, ".wsl-lab")
    notebook.output(0).get_by_role("button", name="present", exact=True).click()
    notebook.page.wait_for_function("() => document.fullscreenElement")
    found["on the stage"] = faults(notebook.page, ".wsl-lab")
    assert {where: wrong for where, wrong in found.items() if wrong} == {}


def test_axe_is_awake(open_notebook):
    notebook = open_notebook(["import wslearn as ws\nws.FrameLab()"])
    notebook.run(0)
    button = notebook.output(0).locator(".wsl-stage button").first
    button.evaluate("node => node.setAttribute('aria-hidden', 'x')")
    assert faults(notebook.page, ".wsl-lab")
