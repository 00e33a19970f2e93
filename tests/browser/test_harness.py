"""The harness itself: a browser test is worth no more than the faults its harness can see."""

import pytest

from tests.support import lab_driver
from tests.support.desk import load_notebook


@pytest.mark.usefixtures("no_browser_errors")
def test_cells_run_and_are_seen_and_the_kernel_can_be_interrupted_and_restarted(open_notebook):
    sleeps = "import time; print('asleep'); time.sleep(60)"
    notebook = open_notebook(["x = 6 * 7; x", "%% md\n# A title", sleeps, "'x' in globals()"])
    assert notebook.run(0).inner_text().split()[-1] == "42"
    assert notebook.cell(1).locator("h1").inner_text().startswith("A title")
    notebook.run(2, wait=False)
    notebook.wait_text(2, "asleep")  # an interrupt before a cell has begun interrupts nothing
    notebook.interrupt_kernel()
    notebook.wait_text(2, "KeyboardInterrupt")
    assert "True" in notebook.run(3).inner_text()
    notebook.restart_kernel()
    assert "False" in notebook.run(3).inner_text()


def test_errors_are_collected_and_no_host_but_the_loopback_address_is_reached(open_notebook):
    notebook = open_notebook(["1"])
    assert notebook.errors == []
    notebook.page.evaluate("() => { console.error('seen'); setTimeout(() => { throw 1; }); }")
    reached = notebook.page.evaluate(
        "() => fetch('http://example.com/', {mode: 'no-cors'}).then(() => true, () => false)"
    )
    assert reached is False
    notebook.page.wait_for_timeout(200)
    for part in ("seen", "uncaught", "example.com"):
        assert any(part in error for error in notebook.errors), part


def test_a_notebook_opens_inside_the_whole_lab_and_its_screenshots_are_kept_on_request(
    browser, jupyter, monkeypatch, tmp_path
):
    page = browser.new_page()
    notebook = load_notebook(page, jupyter, ["1 + 1"], path="lab/tree")
    notebook.theme(dark=True)
    assert "2" in notebook.run(0).inner_text()
    monkeypatch.setattr(lab_driver, "SEEN", tmp_path)
    for look in (False, True):
        monkeypatch.setattr(lab_driver, "LOOK", look)
        notebook.screenshot("page")
        assert (tmp_path / "page.png").exists() == look
    page.close()
    jupyter.end_kernels(notebook.name)
