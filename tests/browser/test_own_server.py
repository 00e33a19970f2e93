"""A real browser's tab is the client of the server that lesson 09 builds."""

import pytest
from playwright.sync_api import expect

START = (
    "from wslearn.lessons.lesson_09.parts import parts, whole_server\n"
    "from wslearn.lessons.lesson_09.judges.own_tab import in_this_tab\n"
)
FORGETFUL = (
    "def forgetful(data):\n"
    "    __import__('time').sleep(0.1)\n"  # what comes meanwhile is one read
    "    taken = parts.take_frame(data)\n"
    '    return None if taken is None else (taken[0], b"")\n'
    "tab = in_this_tab(whole_server(take_frame=forgetful), burst=20)\n"
    "tab"
)

pytestmark = pytest.mark.usefixtures("no_browser_errors")


def lines(output):
    return output.locator(".wsl-log li code").all_inner_texts()


def test_the_tab_opens_echoes_and_closes_and_the_lesson_says_so(open_notebook):
    notebook = open_notebook(
        [START + "tab = in_this_tab(whole_server(), burst=20)\ntab", "tab.result"]
    )
    output = notebook.run(0)
    output.locator("button", has_text="Connect").click()
    log = output.locator(".wsl-log li")
    expect(log.filter(has_text="onopen")).to_be_visible()
    output.get_by_label("message", exact=True).press("Enter")
    expect(log.filter(has_text='onmessage: "Hello"')).to_be_visible()
    output.get_by_role("button", name="20").click()
    expect(log.filter(has_text='onmessage: "Hello 20"')).to_be_visible()
    output.get_by_role("button", name="Close").click()
    expect(log.filter(has_text="onclose: code 1000")).to_be_visible()
    assert sum(line.startswith("onmessage") for line in lines(output)) == 21
    notebook.screenshot("own-server", 0)
    told = notebook.run(1)
    expect(told).to_contain_text("The browser is content.")
    expect(told).to_contain_text("This is live")


def test_a_forgetful_server_loses_what_comes_in_one_read(open_notebook):
    notebook = open_notebook([START, FORGETFUL, "tab.result"])
    notebook.run(0)
    output = notebook.run(1)
    output.locator("button", has_text="Connect").click()
    expect(output.locator(".wsl-log li", has_text="onopen")).to_be_visible()
    output.get_by_role("button", name="20").click()
    expect(output.locator(".wsl-log li", has_text="20 times")).to_be_visible()
    output.get_by_role("button", name="Close").click()
    notebook.page.wait_for_timeout(500)
    assert sum(line.startswith("onmessage") for line in lines(output)) < 20
    expect(notebook.run(2)).to_contain_text("✗ it got its echo")
