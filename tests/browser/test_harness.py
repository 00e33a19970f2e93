"""The harness itself: a browser test is worth no more than the faults its harness can see."""

import pytest

from tests.support import lab_driver
from tests.support.desk import load_notebook


@pytest.mark.usefixtures("no_browser_errors")
def test_a_cell_runs_and_its_output_is_seen(open_notebook):
    notebook = open_notebook(["6 * 7", "%% md\n# A title", "print('x' * 3)"])
    assert notebook.run(0).inner_text().split()[-1] == "42"
    notebook.run_all()
    notebook.wait_text(2, "xxx")
    assert notebook.cell(1).locator("h1").inner_text().startswith("A title")


def test_a_page_reaches_no_host_but_the_loopback_address(open_notebook):
    notebook = open_notebook(["1"])
    reached = notebook.page.evaluate(
        "() => fetch('http://example.com/', {mode: 'no-cors'}).then(() => true, () => false)"
    )
    assert reached is False
    assert any("example.com" in error for error in notebook.errors)


def test_errors_in_the_console_are_collected(open_notebook):
    notebook = open_notebook(["1"])
    assert notebook.errors == []
    notebook.page.evaluate("() => { console.error('seen'); setTimeout(() => { throw 1; }); }")
    notebook.page.wait_for_timeout(200)
    assert any("seen" in error for error in notebook.errors)
    assert any("uncaught" in error for error in notebook.errors)


def test_the_kernel_can_be_interrupted_and_restarted(open_notebook):
    sleeps = "import time; print('asleep'); time.sleep(60)"
    notebook = open_notebook([sleeps, "x = 1", "'x' in globals()"])
    notebook.run(1)
    notebook.run(0, wait=False)
    notebook.wait_text(0, "asleep")  # an interrupt before a cell has begun interrupts nothing
    notebook.interrupt_kernel()
    notebook.wait_text(0, "KeyboardInterrupt")
    notebook.restart_kernel()
    assert "False" in notebook.run(2).inner_text()


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
