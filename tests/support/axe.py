"""axe-core, the usual judge of accessible pages."""

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"

JUDGE = """async (part) => {
  const { violations } = await axe.run(part, { resultTypes: ["violations"] });
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) =>
    `${id}: ${help}: ${target.join(" ")}: ${failureSummary.replace(/\\s+/g, " ")}`));
}"""


def faults(page: Page, part: str = "html") -> list[str]:
    """What axe finds wrong with the part of a page that a selector names."""
    if not page.evaluate("() => 'axe' in window"):
        page.add_script_tag(path=AXE)
    return page.evaluate(JUDGE, part)
