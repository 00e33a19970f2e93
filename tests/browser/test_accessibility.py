"""axe-core, the usual judge of accessible pages, finds nothing wrong with any lab."""

from pathlib import Path

import axe_playwright_python
import pytest

import wslearn as ws

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
LABS = sorted(name for name in ws.__all__ if name.endswith("Lab"))

JUDGE = """async () => {
  const { violations } = await axe.run(".wsl-lab", { resultTypes: ["violations"] });
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) =>
    `${id}: ${help} — ${target.join(" ")} — ${failureSummary.replace(/\\s+/g, " ")}`));
}"""


@pytest.mark.parametrize("name", LABS)
def test_axe_finds_nothing_wrong_with_a_lab(open_notebook, name):
    notebook = open_notebook([f"import wslearn as ws\nws.{name}()"])
    notebook.run(0)
    notebook.output(0).locator(".wsl-stage").wait_for()
    notebook.page.add_script_tag(path=AXE)
    found = {}
    for dark in (False, True):
        notebook.theme(dark)
        found["dark" if dark else "light"] = notebook.page.evaluate(JUDGE)
    notebook.output(0).get_by_role("button", name="present", exact=True).click()
    notebook.page.wait_for_function("() => document.fullscreenElement")
    found["on the stage"] = notebook.page.evaluate(JUDGE)
    assert {where: faults for where, faults in found.items() if faults} == {}


def test_axe_is_awake(open_notebook):
    notebook = open_notebook(["import wslearn as ws\nws.FrameLab()"])
    notebook.run(0)
    notebook.page.add_script_tag(path=AXE)
    notebook.page.evaluate(
        "() => document.querySelector('.wsl-stage button').setAttribute('aria-hidden', 'x')"
    )
    assert notebook.page.evaluate(JUDGE)
